//! Sealing that is killed and started again: the round is unsealed and whole, or sealed with its key gone.

use std::fs;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::support::ready::{self, ROUND};
use crate::support::{Blockade, Engine, Installation, on_each_engine};

const ANSWERS: usize = 12;
const SEAL: [&str; 7] = ["round", "seal", ROUND, "--as", "publisher-1", "--with", "inspector"];

/// A flagged round with answers.
fn flagged(engine: &Engine) -> Installation {
    let at = Installation::on(engine);
    let links = ready::round(&at, ANSWERS);
    let service = at.serve();
    for (n, ticket) in links.tickets.iter().enumerate() {
        let submission = format!("{n:032x}");
        let choice = ((n % 5) + 1).to_string();
        let fields = [("submission", submission.as_str()), ("q01", choice.as_str()), ("q02", "5")];
        assert_eq!(service.client.post_form(ticket, &fields).status, 303);
    }
    service.kill9();
    ready::flagged(&at);
    at
}

fn state(at: &Installation) -> String {
    let status: Value =
        serde_json::from_str(&at.run(&["round", "status", ROUND, "--json"]).done()).unwrap();
    assert_eq!(status["stored"], ANSWERS, "{status}");
    status["state"].as_str().unwrap().to_owned()
}

fn linking_keys(at: &Installation) -> Vec<PathBuf> {
    let files = fs::read_dir(at.directory().join("keys")).unwrap().map(|file| file.unwrap().path());
    files.filter(|path| path.extension().is_some_and(|end| end == "linking")).collect()
}

fn submissions(at: &Installation) -> usize {
    at.run(&["round", "status", ROUND, "--submissions"]).done().lines().count()
}

/// Unsealed: nothing is missing and the key is there. Sealed: what is not done yet is done by the next call.
fn assert_whole(at: &Installation) {
    match state(at).as_str() {
        "flagged" => {
            assert_eq!(submissions(at), ANSWERS);
            assert_eq!(linking_keys(at).len(), 1);
        }
        "sealed" => {}
        other => panic!("{other}"),
    }
}

fn assert_sealed(at: &Installation) {
    let done = at.run(&SEAL).done();
    assert!(done.contains(&format!("{ANSWERS} stored, 0 withdrawn")), "{done}");
    assert_eq!(state(at), "sealed");
    assert_eq!(linking_keys(at), Vec::<PathBuf>::new());
    let refused = at.run(&["round", "status", ROUND, "--submissions"]).refused();
    assert!(refused.contains("sealed"), "{refused}");
}

#[test]
fn killed_before_its_transaction_the_round_is_unsealed_and_whole() {
    on_each_engine(|engine| {
        let at = flagged(engine);
        let blockade = Blockade::of_responses(engine);
        let sealing = at.start(&SEAL);
        // Long enough to reach the lock; were it not, the test would be weaker, not wrong.
        thread::sleep(Duration::from_millis(700));
        sealing.kill();
        drop(blockade);
        assert_eq!(state(&at), "flagged");
        assert_whole(&at);
        assert_sealed(&at);
    });
}

#[test]
fn killed_before_its_key_is_gone_the_next_call_destroys_it_and_nothing_is_computed_before() {
    on_each_engine(|engine| {
        let at = flagged(engine);
        let key = linking_keys(&at).remove(0);
        let kept = fs::read(&key).unwrap();
        at.run(&SEAL).done();
        assert!(!key.exists());
        // As a kill between the end of the transaction and the destruction of the key leaves it.
        write_private(&key, &kept);
        let refused = at.run(&["round", "weigh", ROUND, "--as", "publisher-1"]).refused();
        assert!(refused.contains("linking key"), "{refused}");
        assert_sealed(&at);
        at.run(&["round", "weigh", ROUND, "--as", "publisher-1"]).done();
    });
}

#[test]
fn killed_at_any_moment_it_can_be_started_again() {
    on_each_engine(|engine| {
        let at = flagged(engine);
        for delay_ms in [1, 5, 10, 20, 30, 40, 60, 80, 100, 130] {
            let sealing = at.start(&SEAL);
            thread::sleep(Duration::from_millis(delay_ms));
            sealing.kill();
            assert_whole(&at);
        }
        assert_sealed(&at);
    });
}

fn write_private(path: &std::path::Path, content: &[u8]) {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = fs::OpenOptions::new();
    let mut file = options.write(true).create_new(true).mode(0o600).open(path).unwrap();
    file.write_all(content).unwrap();
}
