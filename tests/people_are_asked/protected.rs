//! Invitations over TLS, and through what goes wrong beside it: a stranger's certificate, a server that dies at the worst moment.

use khaosat::clock::{DAY_MS, ManualClock};
use khaosat::mail::Settings;

use super::invited::{deliver, deliver_by, desk, now, path, with_addresses};
use super::office::{Office, answer};
use crate::support::{Relay, on_each_engine};

fn settings(relay: &Relay, security: &str, ca_file: &str) -> Settings {
    toml::from_str(&format!(
        "host = 'localhost'\nport = {}\nsecurity = '{security}'\nca_file = '{ca_file}'\nuser = 'khaosat'\n\
         password = 'right'\nfrom = 'khaosat@gialai.example'\ntimeout_s = 2\nper_minute = 60000",
        relay.port()
    ))
    .unwrap()
}

#[test]
fn a_served_round_invites_over_starttls_and_over_tls() {
    for security in ["starttls", "tls"] {
        on_each_engine(|engine| {
            let Some(relay) = Relay::rough(security) else { return };
            let office = Office::with_protected_mail(engine, &relay, security, &relay.ca_file());
            let told = office.import(&with_addresses(3));
            assert!(told.contains("3 invitations queued"), "{told}");
            let service = office.at.serve();
            relay.wait_for(3);
            let kept = relay.kept();
            assert!(kept.iter().all(|mail| mail.defects.is_empty()), "{kept:?}");
            for (n, mail) in kept.iter().enumerate() {
                assert_eq!(answer(&service.base, &path(&mail.text), n), 303, "{security}");
            }
            let (ended, log) = service.terminate();
            assert!(ended.success(), "{log}");
            assert!(!log.contains("right") && !log.contains("@dan.example"), "{log}");
            let status = office.status();
            assert_eq!((&status["mail"]["mailed"], &status["stored"]), (&3.into(), &3.into()));
        });
    }
}

#[test]
fn a_stranger_s_certificate_is_refused_and_nothing_is_lost() {
    for security in ["starttls", "tls"] {
        on_each_engine(|engine| {
            let (Some(relay), Some(stranger)) = (Relay::rough(security), Relay::rough(security))
            else {
                return;
            };
            let office = Office::open(engine, "");
            office.import(&with_addresses(3));
            let clock = ManualClock::at(now());
            let desk = desk(engine, &office, &clock);
            let pass = deliver_by(&desk, &settings(&relay, security, &stranger.ca_file()));
            assert_eq!((pass.sent, pass.again, pass.dead, relay.count()), (0, 1, 0, 0));
            let told = office.at.run(&["mail", "status"]).done();
            assert!(told.starts_with("queued 3,") && told.contains("certificate"), "{told}");
            assert!(!told.contains("@dan.example"), "{told}");
            clock.set(now().plus(DAY_MS));
            let pass = deliver_by(&desk, &settings(&relay, security, &relay.ca_file()));
            assert_eq!((pass.sent, relay.count()), (3, 3), "{security}");
            assert_eq!(office.status()["mail"], serde_json::json!({ "mailed": 3 }));
        });
    }
}

#[test]
fn a_server_killed_before_it_recorded_the_250_sends_the_same_mail_once_more() {
    on_each_engine(|engine| {
        let (Some(slow), Some(relay)) = (Relay::rough("late:8"), Relay::sink("ok")) else { return };
        let office = Office::with_mail(engine, &slow, "");
        office.import(&with_addresses(2));
        let service = office.at.serve();
        slow.wait_for(1);
        service.kill9();
        let clock = ManualClock::at(now());
        let desk = desk(engine, &office, &clock);
        // The other was not begun; the dead server's lock on the first still holds.
        assert_eq!(deliver(&desk, &relay).sent, 1);
        clock.set(now().plus(DAY_MS));
        assert_eq!(deliver(&desk, &relay).sent, 1);
        let (first, then) = (slow.kept(), relay.kept());
        let [_, again] = &then[..] else { panic!("{then:?}") };
        assert_eq!(again.header("Message-ID"), first[0].header("Message-ID"));
        assert_eq!(path(&again.text), path(&first[0].text), "the same ticket");
        assert_eq!(office.status()["mail"], serde_json::json!({ "mailed": 2, "perhaps_twice": 1 }));
    });
}
