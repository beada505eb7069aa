//! More answers than can be written, and the end of the service in the midst of them.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::support::ready::{self, ROUND};
use crate::support::{Blockade, Client, Installation, on_each_engine};

/// A test that waits longer has failed.
const PATIENCE: Duration = Duration::from_secs(30);

fn id(n: usize) -> String {
    format!("{n:032x}")
}

/// The ids that `round status --submissions` lists, none twice.
fn stored(at: &Installation) -> BTreeSet<String> {
    let listed = at.run(&["round", "status", ROUND, "--submissions"]).done();
    let ids: BTreeSet<String> = listed.lines().map(str::to_owned).collect();
    assert_eq!(ids.len(), listed.lines().count(), "an answer is stored twice: {listed}");
    ids
}

#[test]
fn a_full_queue_says_at_once_when_to_come_back_and_loses_nothing() {
    const SENDERS: usize = 24;
    on_each_engine(|engine| {
        let at = Installation::on(engine).with("KHAOSAT_QUEUE", "1");
        let links = ready::round(&at, 1);
        let service = at.serve();
        // Seen once, so that the link is remembered and only the writer meets the lock.
        assert_eq!(service.client.get(&links.poster).status, 200);
        let blockade = Blockade::of_responses(engine);
        let (base, poster) = (service.base.as_str(), links.poster.as_str());
        let send = |client: &Client, n: usize| {
            let submission = id(n);
            let fields =
                [("submission", submission.as_str()), ("q01", "4"), ("comment", "giữ lại")];
            client.post_form(poster, &fields)
        };
        let (told, turned_away) = mpsc::channel();
        let statuses: Vec<u16> = thread::scope(|scope| {
            let senders: Vec<_> = (0..SENDERS)
                .map(|n| {
                    let told = told.clone();
                    scope.spawn(move || {
                        let client = Client::new(base);
                        let mut first = None;
                        loop {
                            let answer = send(&client, n);
                            first.get_or_insert(answer.status);
                            if answer.status != 503 {
                                assert_eq!(answer.status, 303, "{}", answer.text());
                                return first.unwrap();
                            }
                            let seconds: u64 = answer.header("retry-after").parse().unwrap();
                            assert!((1..60).contains(&seconds));
                            assert!(
                                answer.text().contains("giữ lại"),
                                "what was filled in is lost"
                            );
                            assert_eq!(answer.input("submission"), Some(id(n).as_str()));
                            let _ = told.send(());
                            thread::sleep(Duration::from_millis(50));
                        }
                    })
                })
                .collect();
            // While nothing at all can be written, somebody is told so.
            let refused = turned_away.recv_timeout(PATIENCE);
            drop(blockade);
            refused.expect("nobody was told to come back while the queue was full");
            senders.into_iter().map(|sender| sender.join().unwrap()).collect()
        });
        assert!(statuses.contains(&503) && statuses.contains(&303), "{statuses:?}");
        assert_eq!(stored(&at), (0..SENDERS).map(id).collect());
        let metrics = service.client.get("/metrics");
        let refused = metrics.text().lines().find(|l| l.starts_with("khaosat_intake_refused "));
        assert_ne!(refused, Some("khaosat_intake_refused 0"), "{}", metrics.text());
    });
}

#[test]
fn a_stop_in_the_midst_of_answers_keeps_every_one_that_was_acknowledged() {
    const SENDERS: usize = 8;
    const BEFORE: usize = 60;
    on_each_engine(|engine| {
        let at = Installation::on(engine);
        let links = ready::round(&at, 1);
        let service = at.serve();
        let (base, poster) = (service.base.clone(), links.poster.as_str());
        let acknowledged = Mutex::new(BTreeSet::new());
        let count = AtomicUsize::new(0);
        let ended = thread::scope(|scope| {
            for sender in 0..SENDERS {
                let (base, acknowledged, count) = (base.as_str(), &acknowledged, &count);
                scope.spawn(move || {
                    let client = Client::new(base);
                    for n in 0.. {
                        let submission = id(sender * 1_000_000 + n);
                        let body = format!("submission={submission}&q01=5");
                        let form = Some("application/x-www-form-urlencoded");
                        // A connection that is cut has acknowledged nothing.
                        let Ok(answer) = client.try_send("POST", poster, form, &body) else {
                            return;
                        };
                        match answer.status {
                            303 => {
                                acknowledged.lock().unwrap().insert(submission);
                                count.fetch_add(1, Ordering::Relaxed);
                            }
                            503 => return,
                            other => panic!("{other}: {}", answer.text()),
                        }
                    }
                });
            }
            while count.load(Ordering::Relaxed) < BEFORE {
                thread::sleep(Duration::from_millis(5));
            }
            service.terminate()
        });
        let (status, messages) = ended;
        assert!(status.success() && !messages.contains("ERROR"), "{status}: {messages}");
        let acknowledged = acknowledged.into_inner().unwrap();
        assert!(acknowledged.len() >= BEFORE);
        let stored = stored(&at);
        let lost: Vec<_> = acknowledged.difference(&stored).collect();
        assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    });
}
