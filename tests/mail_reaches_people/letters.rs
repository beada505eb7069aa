//! What people get to read.

use khaosat::clock::ManualClock;

use super::{PUBLIC_URL, START, deliver, mails, on_each_database, open, settings};
use crate::support::Relay;
use crate::support::seed::Published;

#[test]
fn a_publication_is_told_in_two_languages_and_two_parts() {
    on_each_database(|address| {
        let Some(relay) = Relay::sink("ok") else { return };
        let store = open(address);
        let digest = Published::of("2026-11").told(3).insert(&store, START);
        let pass = deliver(&store, Some(&settings(relay.port())), &ManualClock::at(START)).unwrap();
        assert_eq!((pass.sent, pass.again, pass.dead), (3, 0, 0));

        let kept = relay.kept();
        let queued = mails(&store);
        assert_eq!(kept.len(), 3);
        for (mail, row) in kept.iter().zip(&queued) {
            assert_eq!(mail.header("To"), row.recipient);
            assert_eq!(mail.header("Message-ID"), row.message_id);
            assert_eq!(mail.header("From"), "Khảo sát Gia Lai <khaosat@example.org>");
            assert_eq!(mail.header("Auto-Submitted"), "auto-generated");
            assert_eq!(mail.header("Date"), "Tue, 24 Nov 2026 02:05:00 +0000");
            assert_eq!(
                mail.header("Subject"),
                "Công bố kết quả khảo sát 2026-11 / Survey results published"
            );
            assert_eq!(mail.structure, ["multipart/alternative", "text/plain", "text/html"]);
            assert!(mail.defects.is_empty(), "{:?}", mail.defects);
            for part in [&mail.text, &mail.html] {
                for said in [
                    &format!("{PUBLIC_URL}/results/2026-11"),
                    &format!("{PUBLIC_URL}/api/v1/rounds/2026-11/publications/{digest}"),
                    "Kính gửi ông/bà",
                    "24/11/2026",
                    "Dear Sir or Madam",
                    "2026-11-24 09:05",
                ] {
                    assert!(part.contains(said), "{said} is not in {part}");
                }
            }
            assert!(!mail.html.contains("src="), "{}", mail.html);
        }
        let verdict = relay.check();
        assert!(verdict.contains("messages=3 defects=0"), "{verdict}");
    });
}

#[test]
fn a_correction_is_a_mail_of_its_own() {
    let Some(relay) = Relay::sink("ok") else { return };
    on_each_database(|address| {
        let store = open(address);
        let clock = ManualClock::at(START);
        Published::of("2026-11").told(1).insert(&store, START);
        deliver(&store, Some(&settings(relay.port())), &clock).unwrap();
        Published::of("2026-11").told(1).insert(&store, START);
        deliver(&store, Some(&settings(relay.port())), &clock).unwrap();
        let kept = relay.kept();
        let last = kept.last().unwrap();
        assert!(last.header("Subject").starts_with("Đính chính"), "{}", last.header("Subject"));
        assert!(last.text.contains("thay thế lần 1"), "{}", last.text);
    });
    assert!(relay.count() == 2 || relay.count() == 4, "{}", relay.count());
}

#[test]
fn a_round_whose_code_is_an_attack_makes_a_harmless_mail() {
    let Some(relay) = Relay::sink("ok") else { return };
    on_each_database(|address| {
        let store = open(address);
        let code = "x\r\nBcc: spy@example.org\r\n\r\n<script>";
        Published::of(code).told(1).insert(&store, START);
        deliver(&store, Some(&settings(relay.port())), &ManualClock::at(START)).unwrap();
        let kept = relay.kept();
        let mail = kept.last().unwrap();
        assert!(!mail.headers.contains_key("Bcc"), "{:?}", mail.headers);
        assert_eq!(mail.structure.len(), 3);
        assert!(!mail.html.contains("<script>"), "{}", mail.html);
    });
}

#[test]
fn an_address_that_is_none_is_given_up_and_the_others_are_told() {
    let Some(relay) = Relay::sink("ok") else { return };
    on_each_database(|address| {
        let before = relay.count();
        let store = open(address);
        Published::of("2026-11")
            .told(1)
            .told_to("a@example.org\r\nRCPT TO:<spy@example.org>")
            .told_to("nobody")
            .told_to("last@example.org")
            .insert(&store, START);
        let pass = deliver(&store, Some(&settings(relay.port())), &ManualClock::at(START)).unwrap();
        assert_eq!((pass.sent, pass.dead), (2, 2));
        assert_eq!(relay.count() - before, 2);
        let summary = khaosat::mail::summary(&store).unwrap();
        assert_eq!((summary.counts.sent, summary.counts.dead), (2, 2));
        assert!(summary.to_string().contains("the address cannot be used"), "{summary}");
    });
}
