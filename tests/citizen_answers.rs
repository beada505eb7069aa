//! A citizen opens a link, answers and keeps a receipt; and everything that can go wrong on the way.

use std::thread;

use crate::support::ready::{self, ROUND};
use crate::support::{Answer, Client, Installation, locked, on_each_engine};

/// A submission id of the test's own.
fn id(n: u64) -> String {
    format!("{n:032x}")
}

fn send(client: &Client, path: &str, submission: &str, answers: &[(&str, &str)]) -> Answer {
    let mut fields = vec![("submission", submission)];
    fields.extend(answers);
    client.post_form(path, &fields)
}

fn stored(at: &Installation) -> i64 {
    let status = at.run(&["round", "status", ROUND, "--json"]).done();
    serde_json::from_str::<serde_json::Value>(&status).unwrap()["stored"].as_i64().unwrap()
}

#[test]
fn an_answer_is_stored_once_and_acknowledged_with_a_receipt_that_can_be_looked_up() {
    on_each_engine(|engine| {
        let at = Installation::on(engine);
        let links = ready::round(&at, 1);
        let service = at.serve();
        let page = service.client.get(&links.poster);
        assert_eq!(page.status, 200);
        let submission = page.input("submission").unwrap().to_owned();
        let opened = page.input("opened").unwrap().to_owned();
        let answers =
            [("opened", opened.as_str()), ("q01", "4"), ("q02", "5"), ("comment", "tốt & <b>")];
        let first = send(&service.client, &links.poster, &submission, &answers);
        assert_eq!(first.status, 303, "{}", first.text());
        assert!(first.header("location").contains("/thanks"));
        let receipt = first.cookie("bien_nhan").unwrap().to_owned();

        let again = send(&service.client, &links.poster, &submission, &answers);
        assert_eq!((again.status, again.cookie("bien_nhan")), (303, Some(receipt.as_str())));
        let other = send(&service.client, &links.poster, &submission, &[("q01", "1")]);
        assert_eq!(other.status, 409);

        let kept = service.client.get(&format!("/r/{receipt}"));
        assert_eq!(kept.status, 200);
        assert!(!kept.text().contains("tốt"), "a receipt never says what was answered");
        assert_eq!(service.client.get("/r/2222-2222-2222-2222-2222").status, 404);
        assert_eq!(stored(&at), 1);
        let ids = at.run(&["round", "status", ROUND, "--submissions"]).done();
        assert_eq!(ids.trim(), submission);
    });
}

#[test]
fn a_scanned_code_opens_at_once_and_scanned_again_it_leads_to_what_the_phone_keeps() {
    on_each_engine(|engine| {
        let at = Installation::on(engine);
        let links = ready::round(&at, 1);
        let service = at.serve();
        for link in [&links.poster, &links.tickets[0]] {
            let scanned = link.replace("/s/", "/S/");
            let page = service.client.get(&scanned);
            assert_eq!(page.status, 200, "{}", page.text());
            assert!(page.text().contains(&format!("action=\"{link}?lang=vi\"")), "{}", page.text());
            assert_eq!(page.header("x-robots-tag"), "noindex");
            assert_eq!(page.cookie("da_mo"), Some("1"));
            let again = Client::new(&service.base).with("Cookie", "da_mo=1");
            let sent_on = again.get(&format!("{scanned}?lang=en"));
            let place = format!("{link}?lang=en");
            assert_eq!((sent_on.status, sent_on.header("location")), (303, place.as_str()));
            assert_eq!(again.get(link).status, 200, "the link's own address sends nobody on");
        }
        let ticket = links.tickets[0].replace("/s/", "/S/");
        let sent = send(&service.client, &ticket, &id(7), &[("q01", "4")]);
        assert_eq!((sent.status, sent.cookie("da_mo")), (303, Some("1")));
        assert!(sent.header("location").starts_with(&format!("{}/thanks", links.tickets[0])));
        let receipt = sent.cookie("bien_nhan").unwrap();
        assert_eq!(service.client.get(&format!("/R/{receipt}")).status, 200);
        assert_eq!(service.client.get(&ticket).status, 410, "it is spent at either address");
        for nothing in ["/S/22222-22222", "/S/..%2Fs", "/R/2222"] {
            let phone = Client::new(&service.base).with("Cookie", "da_mo=1");
            assert!([303, 404].contains(&phone.get(nothing).status), "{nothing}");
        }
        assert_eq!(stored(&at), 1);
    });
}

#[test]
fn one_answer_sent_many_times_at_once_is_stored_once_and_everybody_is_told_the_same_receipt() {
    on_each_engine(|engine| {
        let at = Installation::on(engine);
        let links = ready::round(&at, 1);
        let service = at.serve();
        for round in 1..=5 {
            let submission = id(round);
            let receipts: Vec<String> = thread::scope(|scope| {
                let sends: Vec<_> = (0..40)
                    .map(|_| {
                        scope.spawn(|| {
                            let client = Client::new(&service.base);
                            let answers = [("q01", "4"), ("q02", "5")];
                            let sent = send(&client, &links.poster, &submission, &answers);
                            assert_eq!(sent.status, 303, "{}", sent.text());
                            sent.cookie("bien_nhan").unwrap().to_owned()
                        })
                    })
                    .collect();
                sends.into_iter().map(|one| one.join().unwrap()).collect()
            });
            assert!(receipts.iter().all(|one| *one == receipts[0]), "{receipts:?}");
            assert_eq!(service.client.get(&format!("/r/{}", receipts[0])).status, 200);
        }
        assert_eq!(stored(&at), 5);
        at.run(&["verify", ROUND]).done();
    });
}

#[test]
fn bad_missing_doubled_and_oversized_input_gets_a_page_and_stores_nothing() {
    on_each_engine(|engine| {
        let at = Installation::on(engine);
        let links = ready::round(&at, 1);
        let service = at.serve();
        let client = &service.client;
        let empty = send(client, &links.poster, &id(1), &[("comment", "giữ lại câu này")]);
        assert_eq!(empty.status, 422);
        assert!(empty.text().contains("error-summary") && empty.text().contains("giữ lại câu này"));
        let cases: [(u16, Vec<(&str, &str)>); 4] = [
            (422, vec![("q01", "9")]),
            (422, vec![("q01", "4"), ("q01", "5")]),
            (422, vec![("q01", "4"), ("surprise", "1")]),
            (422, vec![("q01", "4"), ("comment", "a\u{0}b")]),
        ];
        for (status, answers) in cases {
            assert_eq!(send(client, &links.poster, &id(2), &answers).status, status, "{answers:?}");
        }
        assert_eq!(client.post_form(&links.poster, &[("q01", "4")]).status, 400);
        assert_eq!(client.post_json(&links.poster, "{}").status, 400);
        let long = "x".repeat(200_000);
        assert_eq!(
            send(client, &links.poster, &id(3), &[("q01", "4"), ("comment", &long)]).status,
            413
        );
        let lost = send(client, "/s/22222-22222", &id(4), &[("q01", "4")]);
        assert_eq!(lost.status, 404);
        assert_eq!(stored(&at), 0);
    });
}

#[test]
fn of_two_hundred_simultaneous_answers_on_one_ticket_exactly_one_counts() {
    on_each_engine(|engine| {
        let at = Installation::on(engine);
        let links = ready::round(&at, 2);
        let service = at.serve();
        let ticket = links.tickets[0].as_str();
        let base = service.base.as_str();
        let statuses: Vec<u16> = thread::scope(|scope| {
            let senders: Vec<_> = (0..8)
                .map(|sender| {
                    scope.spawn(move || {
                        let client = Client::new(base);
                        (0..25)
                            .map(|n| {
                                send(&client, ticket, &id(sender * 25 + n), &[("q01", "4")]).status
                            })
                            .collect::<Vec<_>>()
                    })
                })
                .collect();
            senders.into_iter().flat_map(|s| s.join().unwrap()).collect()
        });
        assert_eq!(statuses.len(), 200);
        assert_eq!(statuses.iter().filter(|s| **s == 303).count(), 1);
        assert!(statuses.iter().all(|s| matches!(s, 303 | 410)), "{statuses:?}");
        assert_eq!(stored(&at), 1);
        assert_eq!(service.client.get(ticket).status, 410, "a spent ticket is refused");
        assert_eq!(service.client.get(&links.tickets[1]).status, 200);
    });
}

#[test]
fn three_relatives_with_the_same_answers_on_one_phone_make_three() {
    on_each_engine(|engine| {
        let at = Installation::on(engine);
        let links = ready::round(&at, 1);
        let service = at.serve();
        let mut path = links.poster.clone();
        for _ in 0..3 {
            let page = service.client.get(&path);
            let submission = page.input("submission").unwrap().to_owned();
            for _ in 0..2 {
                let sent = send(&service.client, &links.poster, &submission, &[("q01", "4")]);
                assert_eq!(sent.status, 303);
            }
            path = format!("{}?another=1", links.poster);
        }
        assert_eq!(stored(&at), 3);
    });
}

#[test]
fn an_answer_is_withdrawn_by_its_second_code_and_not_by_its_receipt() {
    on_each_engine(|engine| {
        let at = Installation::on(engine);
        let links = ready::round(&at, 1);
        let service = at.serve();
        let sent = send(&service.client, &links.tickets[0], &id(7), &[("q01", "2")]);
        let (receipt, code) =
            (sent.cookie("bien_nhan").unwrap(), sent.cookie("rut_phieu").unwrap());
        let withdraw = ["round", "withdraw", ROUND, "--as", "reviewer"];
        let refused = at.run_with_input(&withdraw, receipt).refused();
        assert!(refused.contains("receipt"), "{refused}");
        at.run_with_input(&withdraw, code).done();
        let twice = at.run_with_input(&withdraw, code).refused();
        assert!(twice.contains("withdrawn already"), "{twice}");
        assert_eq!(service.client.get(&links.tickets[0]).status, 410, "the ticket stays spent");
    });
}

#[test]
fn a_citizen_withdraws_on_the_phone_with_the_second_code_alone() {
    on_each_engine(|engine| {
        let at = Installation::on(engine);
        let links = ready::round(&at, 1);
        let service = at.serve();
        let client = &service.client;
        let sent = send(client, &links.tickets[0], &id(7), &[("q01", "2"), ("comment", "giữ kín")]);
        let (receipt, code) =
            (sent.cookie("bien_nhan").unwrap(), sent.cookie("rut_phieu").unwrap());
        let again =
            send(client, &links.tickets[0], &id(7), &[("q01", "2"), ("comment", "giữ kín")]);
        assert_eq!(again.cookie("bien_nhan"), Some(receipt));
        let type_in =
            |code: &str| client.post_form("/withdraw", &[("withdrawal", code), ("lang", "vi")]);

        assert_eq!(client.get("/withdraw").status, 200);
        // Nobody gets in without the code: not with the receipt, a code cut short, nothing, or the code in the address.
        let with_receipt = type_in(receipt);
        assert_eq!(with_receipt.status, 422);
        assert!(with_receipt.text().contains("mã biên nhận"));
        assert_eq!(type_in(&code[..code.len() - 1]).status, 404);
        assert_eq!(type_in("").status, 404);
        assert_eq!(client.get(&format!("/withdraw?withdrawal={code}")).status, 200);
        assert_eq!(client.post_json("/withdraw", "{}").status, 400);
        assert_eq!(stored(&at), 1);

        let done = type_in(&code.to_lowercase());
        assert_eq!(done.status, 200, "{}", done.text());
        assert!(done.text().contains("Đã rút phiếu") && !done.text().contains("giữ kín"));
        assert_eq!(type_in(code).status, 200);
        assert_eq!(client.get(&links.tickets[0]).status, 410, "the ticket stays spent");
        assert_eq!(client.get(&format!("/r/{receipt}")).status, 200, "the receipt stays good");
        let twice = at.run_with_input(&["round", "withdraw", ROUND, "--as", "reviewer"], code);
        assert!(twice.refused().contains("withdrawn already"));
        assert!(!service.messages().contains(code), "the code is in no log");
    });
}

#[test]
fn an_answer_that_waited_on_the_phone_counts_once_and_nobody_but_the_round_reads_it() {
    on_each_engine(|engine| {
        let at = Installation::on(engine);
        let links = ready::round(&at, 1);
        let service = at.serve();
        let client = service_client_for_script(&service.base);
        let page = client.get(&links.poster);
        let key = page.text().split("data-key=\"").nth(1).unwrap().split('"').next().unwrap();
        let submission = page.input("submission").unwrap();
        let opened = page.input("opened").unwrap();
        let clear = format!("submission={submission}&opened={opened}&lang=vi&q01=4");
        let [half, boxed] = locked(key, &clear);
        let kept = format!("{}/kept?lang=vi", links.poster);
        let deliver =
            |half: &str, boxed: &str| client.post_form(&kept, &[("half", half), ("box", boxed)]);
        let first = deliver(&half.1, &boxed.1);
        assert_eq!(first.status, 200, "{}", first.text());
        assert!(first.json()["next"].as_str().unwrap().contains("/thanks?lang=vi"));
        let receipt = first.cookie("bien_nhan").unwrap().to_owned();
        // Delivered twice, and once more by the page itself: the same receipt.
        assert_eq!(deliver(&half.1, &boxed.1).cookie("bien_nhan"), Some(receipt.as_str()));
        let open = [("opened", opened), ("lang", "vi"), ("q01", "4")];
        let plain = send(&client, &links.poster, submission, &open);
        assert_eq!((plain.status, plain.cookie("bien_nhan")), (200, Some(receipt.as_str())));
        // Altered, under another's half, or not locked at all: refused, and nothing is stored.
        let [other, _] = locked(key, &clear);
        for (half, boxed) in [(&other.1, &boxed.1), (&half.1, &half.1), (&boxed.1, &clear)] {
            assert_eq!(deliver(half, boxed).status, 400);
        }
        assert_eq!(stored(&at), 1);
    });
}

/// A client that asks as our script does.
fn service_client_for_script(base: &str) -> Client {
    Client::new(base).with("accept", "application/json")
}

#[test]
fn what_was_acknowledged_survives_a_kill_and_a_stop_under_way() {
    on_each_engine(|engine| {
        let at = Installation::on(engine);
        let links = ready::round(&at, 1);
        let mut acknowledged = 0;
        for round in 0..3_u64 {
            let service = at.serve();
            for n in 0..20 {
                let sent = send(
                    &service.client,
                    &links.poster,
                    &id(1000 * (round + 1) + n),
                    &[("q01", "5")],
                );
                acknowledged += i64::from(sent.status == 303);
            }
            if round == 2 {
                let (status, messages) = service.terminate();
                assert!(status.success(), "{messages}");
            } else {
                service.kill9();
            }
        }
        assert_eq!(acknowledged, 60);
        assert_eq!(stored(&at), 60);
    });
}

#[test]
fn every_page_forbids_frames_and_all_script_but_ours_and_is_kept_nowhere() {
    on_each_engine(|engine| {
        let at = Installation::on(engine);
        let links = ready::round(&at, 1);
        let service = at.serve();
        let pages =
            ["/", links.poster.as_str(), "/s/22222-22222", "/r/2222", "/results", "/nothing"];
        for path in pages {
            let page = service.client.get(path);
            let policy = page.header("content-security-policy");
            assert!(policy.starts_with("default-src 'none'"), "{path}: {policy}");
            assert!(
                !policy.contains("unsafe") && policy.contains("frame-ancestors 'none'"),
                "{path}"
            );
            assert_eq!(page.header("x-content-type-options"), "nosniff", "{path}");
            assert_eq!(page.header("referrer-policy"), "no-referrer", "{path}");
            assert_eq!(page.header("cache-control"), "no-store", "{path}");
            let own = page.text().replace("<script src=\"/khaosat.js\" defer></script>", "");
            assert!(!own.contains("<script"), "{path}");
            assert_eq!(
                policy.contains("script-src 'self'"),
                path.starts_with("/s/") && page.status == 200
            );
        }
        assert_eq!(service.client.get(&links.poster).header("x-robots-tag"), "noindex");
    });
}
