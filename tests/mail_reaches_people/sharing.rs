//! Several workers on one outbox, workers that die, workers that are asked to stop.

use std::env;
use std::process::{Command, Stdio};
use std::sync::{Arc, Barrier};
use std::time::{Duration, Instant};

use khaosat::clock::{Clock, ManualClock, Millis};
use khaosat::store::outbox::{Channel, MailFate, MailState};
use tokio::sync::watch;

use super::{START, block_on, deliver, mails, on_each_database, open, outbox, settings};
use crate::support::Relay;
use crate::support::seed::Published;

const LOCK_MS: i64 = 60_000;

#[test]
fn two_workers_send_each_mail_once() {
    on_each_database(|address| {
        let Some(relay) = Relay::sink("ok") else { return };
        Published::of("2026-11").told(60).insert(&open(address), START);
        let together = Arc::new(Barrier::new(2));
        let workers = [(), ()].map(|()| {
            let (address, together, port) =
                (address.to_owned(), Arc::clone(&together), relay.port());
            std::thread::spawn(move || {
                let store = open(&address);
                together.wait();
                deliver(&store, Some(&settings(port)), &ManualClock::at(START)).unwrap()
            })
        });
        let sent = workers.map(|worker| worker.join().unwrap().sent);
        assert_eq!(sent.iter().sum::<usize>(), 60, "{sent:?}");
        assert!(sent.iter().all(|sent| *sent > 0), "one did all: {sent:?}");
        let mut ids: Vec<_> =
            relay.kept().iter().map(|kept| kept.header("Message-ID").to_owned()).collect();
        assert_eq!(ids.len(), 60);
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 60);
        let counts = khaosat::mail::summary(&open(address)).unwrap().counts;
        assert_eq!((counts.sent, counts.perhaps_twice), (60, 0));
    });
}

/// As [`Relay::wait_for`], beside other work of the runtime.
async fn kept(relay: &Relay, count: usize) {
    while relay.count() < count {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// The worker that [`a_worker_killed_before_it_records_the_250_makes_a_mail_perhaps_twice`] starts as itself and kills.
fn be_the_worker_to_be_killed() -> bool {
    let (Ok(address), Ok(port)) = (env::var("TEST_DATABASE"), env::var("TEST_PORT")) else {
        return false;
    };
    let settings = settings(port.parse().unwrap());
    deliver(&open(&address), Some(&settings), &ManualClock::at(START)).unwrap();
    true
}

#[test]
fn a_worker_killed_before_it_records_the_250_makes_a_mail_perhaps_twice() {
    const ITSELF: &str = concat!(
        "mail_reaches_people::sharing::",
        "a_worker_killed_before_it_records_the_250_makes_a_mail_perhaps_twice"
    );
    if be_the_worker_to_be_killed() {
        return;
    }
    on_each_database(|address| {
        let Some(relay) = Relay::rough("late:2") else { return };
        let store = open(address);
        Published::of("2026-11").told(1).insert(&store, START);
        let mut worker = Command::new(env::current_exe().unwrap())
            .args(["--exact", ITSELF])
            .env("TEST_DATABASE", address)
            .env("TEST_PORT", relay.port().to_string())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        relay.wait_for(1);
        worker.kill().unwrap();
        worker.wait().unwrap();
        let left = &mails(&store)[0];
        assert_eq!((left.state, left.attempts, left.perhaps_twice), (MailState::Trying, 1, 0));

        // Its lock holds for a while: the worker might only be slow.
        let clock = ManualClock::at(START);
        assert_eq!(deliver(&store, Some(&settings(relay.port())), &clock).unwrap().sent, 0);
        clock.set(left.due_at);
        assert_eq!(deliver(&store, Some(&settings(relay.port())), &clock).unwrap().sent, 1);
        let mail = &mails(&store)[0];
        assert_eq!((mail.state, mail.attempts, mail.perhaps_twice), (MailState::Sent, 2, 1));
        let kept = relay.kept();
        assert_eq!(kept.len(), 2);
        assert_eq!(kept[0].header("Message-ID"), kept[1].header("Message-ID"));
        assert_eq!(khaosat::mail::summary(&store).unwrap().counts.perhaps_twice, 1);

        clock.set(START.plus(1_000_000_000));
        assert_eq!(deliver(&store, Some(&settings(relay.port())), &clock).unwrap().sent, 0);
        assert_eq!(relay.count(), 2, "sent again after a recorded 250");
    });
}

#[test]
fn nothing_brings_a_recorded_250_back() {
    on_each_database(|address| {
        let store = open(address);
        Published::of("2026-11").told(1).insert(&store, START);
        let slow = store.take_mail(Channel::Mail, START, LOCK_MS, 12).unwrap().unwrap();
        assert_eq!(
            store.take_mail(Channel::Mail, START, LOCK_MS, 12).unwrap(),
            None,
            "taken twice"
        );
        let later = START.plus(LOCK_MS);
        let second = store.take_mail(Channel::Mail, later, LOCK_MS, 12).unwrap().unwrap();
        assert_eq!((second.id, second.attempts, second.perhaps_twice), (slow.id, 2, 1));

        // The slow one comes back: its failure is no longer its to tell, its 250 is.
        let again = MailFate::Again { at: later, error: "late".to_owned() };
        assert!(!store.record_mail(&slow, later, &again).unwrap());
        assert!(store.record_mail(&slow, later, &MailFate::Sent).unwrap());
        let error = || "late".to_owned();
        for fate in [
            again,
            MailFate::Unknown { at: later, error: error() },
            MailFate::Dead { error: error() },
            MailFate::Released,
            MailFate::Sent,
        ] {
            assert!(!store.record_mail(&second, later, &fate).unwrap(), "{fate:?}");
            assert_eq!(mails(&store)[0].state, MailState::Sent);
        }
        let end = Millis(i64::MAX / 2);
        assert_eq!(store.take_mail(Channel::Mail, end, LOCK_MS, 12).unwrap(), None);
    });
}

#[test]
fn a_mail_whose_workers_die_every_time_is_given_up() {
    on_each_database(|address| {
        let store = open(address);
        Published::of("2026-11").told(1).insert(&store, START);
        let mut now = START;
        for attempt in 1..=12 {
            let mail = store.take_mail(Channel::Mail, now, LOCK_MS, 12).unwrap().unwrap();
            assert_eq!(mail.attempts, attempt);
            now = now.plus(LOCK_MS);
        }
        assert_eq!(store.take_mail(Channel::Mail, now, LOCK_MS, 12).unwrap(), None);
        let mail = &mails(&store)[0];
        assert_eq!((mail.state, mail.attempts), (MailState::Dead, 12));
        assert!(mail.last_error.as_deref().unwrap().contains("it may have arrived"));
    });
}

#[test]
fn the_background_task_delivers_and_stops_when_asked() {
    on_each_database(|address| {
        let Some(relay) = Relay::sink("ok") else { return };
        let store = open(address);
        Published::of("2026-11").told(3).insert(&store, START);
        block_on(async {
            let (stop, stopping) = watch::channel(false);
            let outbox = outbox(&store, Some(&settings(relay.port())), &ManualClock::at(START));
            let task = tokio::spawn(outbox.run(stopping));
            kept(&relay, 3).await;
            let began = Instant::now();
            stop.send(true).unwrap();
            task.await.unwrap();
            assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
        });
        assert!(mails(&store).iter().all(|mail| mail.state == MailState::Sent));
    });
}

#[test]
fn a_stop_before_the_message_went_out_costs_no_try() {
    on_each_database(|address| {
        let Some(relay) = Relay::rough("mute") else { return };
        let store = open(address);
        let clock = ManualClock::at(START);
        Published::of("2026-11").told(1).insert(&store, START);
        block_on(async {
            let (stop, stopping) = watch::channel(false);
            let task =
                tokio::spawn(outbox(&store, Some(&settings(relay.port())), &clock).run(stopping));
            while mails(&store)[0].state != MailState::Trying {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            let began = Instant::now();
            drop(stop);
            task.await.unwrap();
            assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
        });
        let mail = &mails(&store)[0];
        assert_eq!((mail.state, mail.attempts, mail.due_at), (MailState::Queued, 0, clock.now()));
    });
}

#[test]
fn a_stop_waits_for_the_server_to_decide_on_a_message() {
    on_each_database(|address| {
        let Some(relay) = Relay::rough("late:1") else { return };
        let store = open(address);
        Published::of("2026-11").told(2).insert(&store, START);
        block_on(async {
            let (stop, stopping) = watch::channel(false);
            let outbox = outbox(&store, Some(&settings(relay.port())), &ManualClock::at(START));
            let task = tokio::spawn(outbox.run(stopping));
            kept(&relay, 1).await;
            stop.send(true).unwrap();
            task.await.unwrap();
        });
        let states: Vec<_> = mails(&store).iter().map(|mail| mail.state).collect();
        assert_eq!(states, [MailState::Sent, MailState::Queued]);
        assert_eq!(relay.count(), 1);
    });
}
