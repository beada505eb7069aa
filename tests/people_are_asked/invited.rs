//! Invitations and reminders: received, opened, looked at in both parts; ended by one click, by an answer, by nothing else.

use std::sync::Arc;

use khaosat::clock::{Clock, Millis};
use khaosat::clock::{DAY_MS, ManualClock, SystemClock};
use khaosat::desk::Desk;
use khaosat::mail::{Outbox, Pass, Settings, Transport};
use khaosat::store::Store;
use khaosat::vault::Vault;

use super::office::{Office, answer, dossiers};
use crate::support::{Client, Engine, Relay, on_each_engine};

const BASE: &str = "https://khaosat.gialai.example";

/// Dossiers with addresses; the last in English.
pub(super) fn with_addresses(count: usize) -> Vec<String> {
    let language = |n: usize| if n + 1 == count { ",en" } else { ",vi" };
    let lines = dossiers(count).into_iter().enumerate();
    lines.map(|(n, line)| format!("{line},,,person{n}@dan.example{}", language(n))).collect()
}

/// The desk of the office's installation, its clock standing where a test wants.
pub(super) fn desk(engine: &Engine, office: &Office, clock: &ManualClock) -> Desk {
    Desk {
        store: Store::open(&engine.url, 4).unwrap(),
        vault: Arc::new(Vault::open(&office.at.directory().join("keys")).unwrap()),
        clock: Arc::new(clock.clone()),
        public_url: BASE.to_owned(),
    }
}

pub(super) fn deliver(desk: &Desk, relay: &Relay) -> Pass {
    let settings: Settings = toml::from_str(&format!(
        "host = '127.0.0.1'\nport = {}\nsecurity = 'none'\nfrom = 'Khảo sát <khaosat@gialai.example>'\n\
         timeout_s = 2\nper_minute = 60000",
        relay.port()
    ))
    .unwrap();
    deliver_by(desk, &settings)
}

/// One pass over the outbox with these settings.
pub(super) fn deliver_by(desk: &Desk, settings: &Settings) -> Pass {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let transport = Transport::new(settings).unwrap();
        Outbox::new(desk.clone(), Some(transport)).deliver_due().await.unwrap()
    })
}

pub(super) fn now() -> Millis {
    SystemClock.now()
}

/// Path of the survey's page that a mail tells of.
pub(super) fn path(text: &str) -> String {
    format!("/s/{}", between(text, "/s/", "?"))
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    text.split_once(start).unwrap().1.split_once(end).unwrap().0
}

#[test]
fn an_invitation_says_the_same_in_both_parts_and_nothing_of_the_dossier() {
    on_each_engine(|engine| {
        let Some(relay) = Relay::sink("ok") else { return };
        let office = Office::open(engine, "");
        let told = office.import(&with_addresses(4));
        assert!(told.contains("0 tickets issued, 4 invitations queued"), "{told}");
        let desk = desk(engine, &office, &ManualClock::at(now()));
        assert_eq!(deliver(&desk, &relay).sent, 4);
        let kept = relay.kept();
        for (n, mail) in kept.iter().enumerate() {
            assert_eq!(mail.structure, ["multipart/alternative", "text/plain", "text/html"]);
            assert!(mail.defects.is_empty(), "{:?}", mail.defects);
            assert_eq!(mail.header("To"), format!("person{n}@dan.example"));
            let english = n == 3;
            let subject = mail.header("Subject");
            assert_eq!(subject.starts_with("How was"), english, "{subject}");
            let url = between(&mail.text, if english { "survey:\n" } else { "khảo sát:\n" }, "\n");
            assert!(url.starts_with(&format!("{BASE}/s/")), "{url}");
            let code = between(url, "/s/", "?");
            let stop = mail.header("List-Unsubscribe");
            let stop = stop.trim_matches(['<', '>']).to_owned();
            assert_eq!(mail.header("List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
            assert!(stop.starts_with(&format!("{BASE}/u/")) && !stop.contains(code), "{stop}");
            for part in [&mail.text, &mail.html] {
                for said in [url, code, stop.as_str(), "Kbang"] {
                    assert!(part.contains(said), "{said} is not in {part}");
                }
                for unsaid in ["H21", "Đất đai", "Hộ tịch", "granted", "person"] {
                    assert!(!part.contains(unsaid), "{unsaid} is in {part}");
                }
            }
            assert!(mail.text.contains(".\n\n"), "paragraphs stand apart: {}", mail.text);
            for loaded in ["<img", "src=", "url(", "<script", "<link"] {
                assert!(!mail.html.contains(loaded), "{loaded} in {}", mail.html);
            }
        }
        assert!(relay.check().contains("messages=4 defects=0"));
        assert_eq!(deliver(&desk, &relay), Pass::default(), "never again after a recorded 250");
        assert_eq!(office.status()["mail"], serde_json::json!({ "mailed": 4 }));
        let mails = desk.store.mails(0, 100).unwrap();
        assert!(mails.iter().all(|mail| mail.recipient.is_empty()), "no address in the outbox");
    });
}

#[test]
fn two_reminders_at_most_go_to_links_that_still_hold_an_address() {
    on_each_engine(|engine| {
        let Some(relay) = Relay::sink("ok") else { return };
        let office = Office::open(engine, "reminder_days = 3\n");
        office.import(&with_addresses(4));
        let clock = ManualClock::at(now());
        let desk = desk(engine, &office, &clock);
        assert_eq!(deliver(&desk, &relay).sent, 4);
        let kept = relay.kept();
        let service = office.at.serve();
        // One answers, one wants no more mail by one click, one by the page.
        let path = |n: usize| {
            let text = &kept[n].text;
            format!("/s/{}", text.split_once("/s/").unwrap().1.split('?').next().unwrap())
        };
        assert_eq!(answer(&service.base, &path(0), 0), 303);
        let stop = |n: usize| {
            let address = kept[n].header("List-Unsubscribe").trim_matches(['<', '>']).to_owned();
            address.strip_prefix(BASE).unwrap().to_owned()
        };
        let phone = Client::new(&service.base);
        let clicked = phone.post_form(&stop(1), &[("List-Unsubscribe", "One-Click")]);
        assert_eq!(clicked.status, 200, "{}", clicked.text());
        let asks = phone.get(&stop(2));
        assert_eq!(asks.status, 200);
        assert!(asks.text().contains("<form method=\"post\""), "{}", asks.text());
        let held = || -> Vec<bool> {
            let mails = desk.store.mails(0, 100).unwrap();
            let of = |id| desk.store.invited(id).unwrap().unwrap().contact_enc.is_some();
            mails.into_iter().map(|mail| of(mail.link_id.unwrap())).collect()
        };
        // Answering erased the first address, the click the second; opening a page changes nothing.
        assert_eq!(held(), [false, false, true, true]);
        assert_eq!(phone.post_form(&stop(1), &[]).status, 200, "again is no error");
        assert_eq!(phone.get("/u/AAAA").status, 404);
        let answered = phone.get(&path(0));
        assert_eq!(answered.status, 410, "spent");
        assert_eq!(phone.get(&path(1)).status, 200, "unsubscribed links still work");
        drop(service);

        let passes = |days: i64| {
            clock.set(now().plus(days * DAY_MS));
            let queued = khaosat::round::remind_due(&desk).unwrap();
            (queued, deliver(&desk, &relay).sent)
        };
        assert_eq!(passes(2), (0, 0), "too early");
        assert_eq!(passes(4), (2, 2), "those of the two who have neither answered nor stopped");
        assert_eq!(passes(5), (0, 0));
        assert_eq!(passes(8), (2, 2));
        assert_eq!(passes(20), (0, 0), "two reminders at most");
        let kept = relay.kept();
        assert_eq!(kept.len(), 8);
        assert!(kept[4].header("Subject").starts_with("Nhắc lại"), "{}", kept[4].header("Subject"));
        assert!(kept[5].header("Subject").starts_with("Reminder"), "{}", kept[5].header("Subject"));
        let to: Vec<&str> = kept[4..].iter().map(|mail| mail.header("To")).collect();
        assert!(to.iter().all(|to| to.starts_with("person2@") || to.starts_with("person3@")));
        assert_eq!(
            office.status()["mail"],
            serde_json::json!({ "mailed": 4, "reminded": 4, "unsubscribed": 1 })
        );
    });
}

#[test]
fn whoever_answers_before_the_mail_goes_out_gets_none() {
    on_each_engine(|engine| {
        let Some(relay) = Relay::sink("ok") else { return };
        let office = Office::open(engine, "reminder_days = 1\n");
        office.import(&with_addresses(2));
        let clock = ManualClock::at(now());
        let desk = desk(engine, &office, &clock);
        assert_eq!(deliver(&desk, &relay).sent, 2);
        clock.set(now().plus(2 * DAY_MS));
        assert_eq!(khaosat::round::remind_due(&desk).unwrap(), 2);
        let service = office.at.serve();
        let text = &relay.kept()[0].text;
        let path = format!("/s/{}", text.split_once("/s/").unwrap().1.split('?').next().unwrap());
        assert_eq!(answer(&service.base, &path, 0), 303);
        drop(service);
        let pass = deliver(&desk, &relay);
        assert_eq!((pass.sent, pass.dropped, pass.dead), (1, 1, 0));
        assert_eq!(relay.count(), 3);
        let told = office.at.run(&["mail", "status"]).done();
        assert!(told.contains("sent 3, given up 0, not wanted any more 1"), "{told}");
    });
}

#[test]
fn what_the_mail_server_refuses_or_cuts_is_told_and_nothing_is_lost() {
    on_each_engine(|engine| {
        let Some(relay) = Relay::rough("refuse:person1@dan.example") else { return };
        let office = Office::open(engine, "");
        office.import(&with_addresses(3));
        let clock = ManualClock::at(now());
        let desk = desk(engine, &office, &clock);
        let pass = deliver(&desk, &relay);
        assert_eq!((pass.sent, pass.dead), (2, 1));
        let told = office.at.run(&["mail", "status"]).done();
        assert!(told.contains("550 5.1.1 <(the address)>: no such person here"), "{told}");
        assert!(!told.contains("person1"), "{told}");
        assert_eq!(office.status()["mail"], serde_json::json!({ "mailed": 2, "undelivered": 1 }));
        let Some(cutting) = Relay::rough("cut:1") else { return };
        assert_eq!(office.done("binh", &["mail", "retry"]), "1 mail queued once more\n");
        clock.set(now().plus(1000));
        assert_eq!(deliver(&desk, &cutting).again, 1, "handed over, no answer came");
        clock.set(now().plus(DAY_MS));
        assert_eq!(deliver(&desk, &cutting).sent, 1);
        let kept = cutting.kept();
        assert_eq!(kept.len(), 2);
        assert_eq!(kept[0].header("Message-ID"), kept[1].header("Message-ID"));
        assert_eq!(kept[0].text, kept[1].text, "the same ticket");
        assert_eq!(office.status()["mail"]["perhaps_twice"], 1);
    });
}

#[test]
fn a_served_round_invites_by_itself() {
    on_each_engine(|engine| {
        let Some(relay) = Relay::sink("slow:0.2") else { return };
        let office = Office::with_mail(engine, &relay, "");
        office.import(&with_addresses(3));
        let service = office.at.serve();
        relay.wait_for(3);
        let text = relay.kept()[0].text.clone();
        assert!(text.contains(&format!("{}/s/", service.base)), "{text}");
        let path = format!("/s/{}", text.split_once("/s/").unwrap().1.split('?').next().unwrap());
        assert_eq!(Client::new(&service.base).get(&path).status, 200);
        assert!(!service.messages().contains("@dan.example"), "an address is in the log");
    });
}

#[test]
fn several_servers_queue_each_reminder_once() {
    on_each_engine(|engine| {
        let Some(relay) = Relay::sink("ok") else { return };
        let office = Office::open(engine, "");
        office.import(&with_addresses(20));
        let clock = ManualClock::at(now());
        let desks = [desk(engine, &office, &clock), desk(engine, &office, &clock)];
        assert_eq!(deliver(&desks[0], &relay).sent, 20);
        clock.set(now().plus(6 * DAY_MS));
        let queued: usize = std::thread::scope(|scope| {
            let threads = desks
                .each_ref()
                .map(|desk| scope.spawn(|| khaosat::round::remind_due(desk).unwrap()));
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!(queued, 20);
        let sent: usize = std::thread::scope(|scope| {
            let threads = desks.each_ref().map(|desk| scope.spawn(|| deliver(desk, &relay).sent));
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!((sent, relay.count()), (20, 40));
        let voided = ["link", "void", "kbang"];
        let text = &relay.kept()[0].text;
        let code = between(text, "/s/", "?").to_owned();
        let why = ["--reason", "sent to a wrong address"];
        office.done("kim", &[&voided[..], &[code.as_str()], &why[..]].concat());
        clock.set(now().plus(12 * DAY_MS));
        assert_eq!(khaosat::round::remind_due(&desks[0]).unwrap(), 19, "none for a void link");
    });
}
