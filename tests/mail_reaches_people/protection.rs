//! Mail and password go to the right server only, and protected.

use khaosat::clock::ManualClock;
use khaosat::mail::{MailError, Settings, Transport};
use khaosat::store::Store;
use khaosat::store::outbox::MailState;
use tempfile::TempDir;

use super::{START, deliver, mails, open};
use crate::support::Relay;
use crate::support::seed::Published;

fn store_with_a_mail() -> (TempDir, Store) {
    let directory = tempfile::tempdir().unwrap();
    let store = open(&format!("sqlite:{}", directory.path().join("k").display()));
    Published::of("2026-11").told(1).insert(&store, START);
    (directory, store)
}

fn protected(relay: &Relay, security: &str, password: &str) -> Settings {
    toml::from_str(&format!(
        "host = 'localhost'\nport = {}\nsecurity = '{security}'\nca_file = '{}'\nuser = 'khaosat'\n\
         password = '{password}'\nfrom = 'khaosat@example.org'\ntimeout_s = 2\nper_minute = 60000",
        relay.port(),
        relay.ca_file(),
    ))
    .unwrap()
}

#[test]
fn mail_goes_out_protected_and_signed_in() {
    for security in ["starttls", "tls"] {
        let Some(relay) = Relay::rough(security) else { return };
        let (_directory, store) = store_with_a_mail();
        let settings = protected(&relay, security, "right");
        let pass = deliver(&store, Some(&settings), &ManualClock::at(START)).unwrap();
        assert_eq!((pass.sent, relay.count()), (1, 1), "{security}: {:?}", mails(&store));
    }
}

#[test]
fn a_server_that_cannot_prove_who_it_is_gets_nothing() {
    for security in ["starttls", "tls"] {
        let Some(relay) = Relay::rough(security) else { return };
        let (_directory, store) = store_with_a_mail();
        let settings = Settings { ca_file: None, ..protected(&relay, security, "right") };
        let pass = deliver(&store, Some(&settings), &ManualClock::at(START)).unwrap();
        assert_eq!((pass.again, relay.count()), (1, 0), "{security}");
        let error = mails(&store)[0].last_error.clone().unwrap();
        assert!(error.contains("certificate"), "{error}");
    }
}

#[test]
fn a_server_without_starttls_gets_nothing() {
    let Some(relay) = Relay::sink("ok") else { return };
    let (_directory, store) = store_with_a_mail();
    let settings = Settings { ca_file: None, ..protected(&relay, "starttls", "right") };
    let pass = deliver(&store, Some(&settings), &ManualClock::at(START)).unwrap();
    assert_eq!((pass.again, relay.count()), (1, 0));
    let error = mails(&store)[0].last_error.clone().unwrap();
    assert!(error.contains("offers no STARTTLS"), "{error}");
}

#[test]
fn a_wrong_password_keeps_the_mail_and_is_told_without_the_password() {
    let Some(relay) = Relay::rough("starttls") else { return };
    let (_directory, store) = store_with_a_mail();
    let settings = protected(&relay, "starttls", "correct-horse");
    let pass = deliver(&store, Some(&settings), &ManualClock::at(START)).unwrap();
    assert_eq!((pass.again, pass.dead, relay.count()), (1, 0, 0));
    let mail = &mails(&store)[0];
    assert_eq!(mail.state, MailState::Queued);
    let error = mail.last_error.as_deref().unwrap();
    assert!(error.starts_with("535 ") && error.contains("(struck out)"), "{error}");
    assert!(!error.contains("correct-horse"), "{error}");
}

#[test]
fn a_certificate_file_that_is_none_is_refused_before_anything_is_sent() {
    let directory = tempfile::tempdir().unwrap();
    let none = directory.path().join("none.pem");
    let text = directory.path().join("text.pem");
    std::fs::write(&text, "not a certificate").unwrap();
    for path in [none, text] {
        let settings = Settings {
            host: "localhost".to_owned(),
            from: "khaosat@example.org".to_owned(),
            ca_file: Some(path.display().to_string()),
            ..Settings::default()
        };
        let error = Transport::new(&settings).unwrap_err();
        assert!(matches!(error, MailError::Certificate { .. }), "{error}");
        assert!(error.to_string().contains(&path.display().to_string()), "{error}");
    }
}
