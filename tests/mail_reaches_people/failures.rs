//! What can go wrong on the way, and what the outbox says of it.

use std::time::{Duration, Instant};

use khaosat::clock::{Clock, ManualClock};
use khaosat::store::Right;
use khaosat::store::outbox::MailState;

use super::{START, deliver, deliver_all, mails, on_each_database, open, settings};
use crate::support::seed::{Published, act};
use crate::support::{Relay, free_port};

#[test]
fn without_a_mail_server_the_outbox_says_so_and_waits() {
    on_each_database(|address| {
        let store = open(address);
        let clock = ManualClock::at(START);
        Published::of("2026-11").told(2).insert(&store, START);
        for _ in 0..20 {
            assert_eq!(deliver(&store, None, &clock).unwrap().waiting, 2);
            clock.set(clock.now().plus(60_000));
        }
        for mail in mails(&store) {
            assert_eq!((mail.state, mail.attempts, mail.due_at), (MailState::Queued, 0, START));
            let error = mail.last_error.unwrap();
            assert!(error.starts_with("no mail server is configured"), "{error}");
        }
        let Some(relay) = Relay::sink("ok") else { return };
        assert_eq!(deliver(&store, Some(&settings(relay.port())), &clock).unwrap().sent, 2);
        assert_eq!(relay.count(), 2);
        assert!(mails(&store).iter().all(|mail| mail.last_error.is_none() && mail.attempts == 1));
    });
}

#[test]
fn a_mail_that_is_put_off_goes_out_later_and_once() {
    on_each_database(|address| {
        let Some(relay) = Relay::sink("tempfail:5") else { return };
        let store = open(address);
        let clock = ManualClock::at(START);
        Published::of("2026-11").told(3).insert(&store, START);
        let pass = deliver(&store, Some(&settings(relay.port())), &clock).unwrap();
        assert_eq!((pass.sent, pass.again), (0, 3));
        for mail in mails(&store) {
            assert_eq!((mail.state, mail.attempts), (MailState::Queued, 1));
            let wait = mail.due_at.0 - START.0;
            assert!((60_000..=75_000).contains(&wait), "{wait}");
            assert_eq!(mail.last_error.as_deref(), Some("451 4.3.0 later"));
        }
        let at_once = deliver(&store, Some(&settings(relay.port())), &clock).unwrap();
        assert_eq!(at_once.again, 0, "tried before its time");
        deliver_all(&store, &settings(relay.port()), &clock);
        let mails = mails(&store);
        assert!(mails.iter().all(|mail| mail.state == MailState::Sent && mail.perhaps_twice == 0));
        assert_eq!(mails.iter().map(|mail| mail.attempts).sum::<i32>(), 3 + 5);
        assert_eq!(relay.count(), 3);
    });
}

#[test]
fn a_refused_mail_is_given_up_with_the_servers_sentence_and_can_be_queued_again() {
    on_each_database(|address| {
        let Some(relay) = Relay::sink("reject") else { return };
        let store = open(address);
        let clock = ManualClock::at(START);
        Published::of("2026-11").told(1).insert(&store, START);
        assert_eq!(deliver(&store, Some(&settings(relay.port())), &clock).unwrap().dead, 1);
        let mail = &mails(&store)[0];
        assert_eq!(mail.state, MailState::Dead);
        assert_eq!(mail.last_error.as_deref(), Some("550 5.7.1 no"));
        clock.set(START.plus(1_000_000_000));
        assert_eq!(deliver(&store, Some(&settings(relay.port())), &clock).unwrap().dead, 0);

        let Some(relay) = Relay::sink("ok") else { return };
        assert_eq!(store.retry_dead_mails(&act(Right::RunRound, clock.now())).unwrap(), 1);
        assert_eq!(deliver(&store, Some(&settings(relay.port())), &clock).unwrap().sent, 1);
        assert_eq!(relay.count(), 1);
    });
}

#[test]
fn one_refused_recipient_stops_nobody_else_and_is_not_named_in_the_summary() {
    on_each_database(|address| {
        let Some(relay) = Relay::rough("refuse:person1@example.org") else { return };
        let store = open(address);
        Published::of("2026-11").told(4).insert(&store, START);
        let pass = deliver(&store, Some(&settings(relay.port())), &ManualClock::at(START)).unwrap();
        assert_eq!((pass.sent, pass.dead), (3, 1));
        let summary = khaosat::mail::summary(&store).unwrap().to_string();
        assert!(summary.contains("550 5.1.1 <(the address)>: no such person here"), "{summary}");
        assert!(!summary.contains("person1"), "{summary}");
    });
}

#[test]
fn a_slow_server_is_waited_for() {
    on_each_database(|address| {
        let Some(relay) = Relay::sink("slow:2") else { return };
        let store = open(address);
        Published::of("2026-11").told(2).insert(&store, START);
        let pass = deliver(&store, Some(&settings(relay.port())), &ManualClock::at(START)).unwrap();
        assert_eq!((pass.sent, relay.count()), (2, 2));
    });
}

#[test]
fn a_server_that_decides_too_late_makes_a_mail_perhaps_twice() {
    let Some(late) = Relay::rough("late:60") else { return };
    let store_address = tempfile::tempdir().unwrap();
    let store = open(&format!("sqlite:{}", store_address.path().join("k").display()));
    let clock = ManualClock::at(START);
    Published::of("2026-11").told(2).insert(&store, START);
    let pass = deliver(&store, Some(&settings(late.port())), &clock).unwrap();
    assert_eq!(
        (pass.sent, pass.again),
        (0, 1),
        "a server that is not well gets no second mail at once"
    );
    let first = &mails(&store)[0];
    assert_eq!((first.state, first.perhaps_twice), (MailState::Trying, 0));
    let error = first.last_error.as_deref().unwrap();
    assert_eq!(error, "the server did not decide in time; it may have arrived");

    let Some(relay) = Relay::sink("ok") else { return };
    deliver_all(&store, &settings(relay.port()), &clock);
    let twice: Vec<i32> = mails(&store).iter().map(|mail| mail.perhaps_twice).collect();
    assert_eq!(twice, [1, 0]);
    assert_eq!((late.count(), relay.count()), (1, 2));
}

#[test]
fn a_connection_cut_after_the_message_brings_it_once_more_with_the_same_message_id() {
    on_each_database(|address| {
        let Some(relay) = Relay::rough("cut:2") else { return };
        let store = open(address);
        Published::of("2026-11").told(5).insert(&store, START);
        deliver_all(&store, &settings(relay.port()), &ManualClock::at(START));
        let mails = mails(&store);
        assert!(mails.iter().all(|mail| mail.state == MailState::Sent), "{mails:?}");
        assert_eq!(khaosat::mail::summary(&store).unwrap().counts.perhaps_twice, 2);
        let kept = relay.kept();
        assert_eq!(kept.len(), 7);
        for mail in &mails {
            let copies: Vec<_> =
                kept.iter().filter(|kept| kept.header("Message-ID") == mail.message_id).collect();
            assert_eq!(i32::try_from(copies.len()).unwrap(), 1 + mail.perhaps_twice);
            assert!(copies.iter().all(|copy| copy.text == copies[0].text));
        }
    });
}

#[test]
fn a_connection_cut_before_the_message_is_kept_loses_nothing() {
    on_each_database(|address| {
        let Some(relay) = Relay::rough("drop:3") else { return };
        let store = open(address);
        Published::of("2026-11").told(4).insert(&store, START);
        deliver_all(&store, &settings(relay.port()), &ManualClock::at(START));
        assert!(mails(&store).iter().all(|mail| mail.state == MailState::Sent));
        let mut ids: Vec<_> =
            relay.kept().iter().map(|kept| kept.header("Message-ID").to_owned()).collect();
        ids.sort();
        ids.dedup();
        assert_eq!((ids.len(), relay.count()), (4, 4));
    });
}

#[test]
fn a_server_that_hangs_up_at_the_door_is_left_alone_until_the_next_pass() {
    on_each_database(|address| {
        let Some(relay) = Relay::rough("busy:2") else { return };
        let store = open(address);
        let clock = ManualClock::at(START);
        Published::of("2026-11").told(3).insert(&store, START);
        let pass = deliver(&store, Some(&settings(relay.port())), &clock).unwrap();
        assert_eq!((pass.sent, pass.again), (0, 1));
        let error = mails(&store)[0].last_error.clone().unwrap();
        assert_eq!(error, "421 4.3.2 too busy");
        deliver_all(&store, &settings(relay.port()), &clock);
        assert_eq!(relay.count(), 3);
        assert_eq!(khaosat::mail::summary(&store).unwrap().counts.perhaps_twice, 0);
    });
}

#[test]
fn a_server_that_never_says_a_word_is_given_up_in_time() {
    let Some(relay) = Relay::rough("mute") else { return };
    on_each_database(|address| {
        let store = open(address);
        Published::of("2026-11").told(2).insert(&store, START);
        let began = Instant::now();
        let pass = deliver(&store, Some(&settings(relay.port())), &ManualClock::at(START)).unwrap();
        assert!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());
        assert_eq!((pass.sent, pass.again), (0, 1));
        let error = mails(&store)[0].last_error.clone().unwrap();
        assert_eq!(error, "the server did not get ready in time");
    });
}

#[test]
fn a_server_that_is_never_there_is_tried_twelve_times() {
    on_each_database(|address| {
        let store = open(address);
        let clock = ManualClock::at(START);
        Published::of("2026-11").told(1).insert(&store, START);
        deliver_all(&store, &settings(free_port()), &clock);
        let mail = &mails(&store)[0];
        assert_eq!((mail.state, mail.attempts, mail.perhaps_twice), (MailState::Dead, 12, 0));
        let error = mail.last_error.as_deref().unwrap();
        assert!(
            error.starts_with("given up after 12 tries: no answer from the mail server"),
            "{error}"
        );
        let hours = (clock.now().0 - START.0) / 3_600_000;
        assert!((17..=28).contains(&hours), "{hours} hours");
    });
}

#[test]
fn mails_go_out_no_faster_than_permitted() {
    let Some(relay) = Relay::sink("ok") else { return };
    let directory = tempfile::tempdir().unwrap();
    let store = open(&format!("sqlite:{}", directory.path().join("k").display()));
    Published::of("2026-11").told(6).insert(&store, START);
    let mut settings = settings(relay.port());
    settings.per_minute = 300;
    let began = Instant::now();
    assert_eq!(deliver(&store, Some(&settings), &ManualClock::at(START)).unwrap().sent, 6);
    assert!(began.elapsed() >= Duration::from_millis(1000), "{:?}", began.elapsed());
}
