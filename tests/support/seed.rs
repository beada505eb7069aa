//! Builders that put into a store what a test stands on; they state only what matters to it.

use khaosat::clock::Millis;
use khaosat::store::key::PublicKey;
use khaosat::store::outbox::{Notice, PUBLICATION};
use khaosat::store::publication::Publication;
use khaosat::store::round::{Change, NewRound, State};
use khaosat::store::{Act, Actor, Right, Store};
use sha2::{Digest, Sha256};

/// An act of the tests themselves, who may everything.
pub fn act(right: Right, at: Millis) -> Act {
    Act::new(&Actor::Service("test"), right, at, "test.seed", "seed")
}

/// A round that is published, with mails about it in the outbox: `Published::of("2026-11").told(3).insert(&store, at)`.
pub struct Published {
    round: String,
    recipients: Vec<String>,
}

impl Published {
    /// Of the round with this code, created when it is not there.
    pub fn of(round: &str) -> Self {
        Self { round: round.to_owned(), recipients: Vec::new() }
    }

    /// With `count` mails, to `person0@example.org` and so on.
    pub fn told(mut self, count: usize) -> Self {
        self.recipients.extend((0..count).map(|number| format!("person{number}@example.org")));
        self
    }

    /// With a mail to this address.
    pub fn told_to(mut self, address: &str) -> Self {
        self.recipients.push(address.to_owned());
        self
    }

    /// Publishes at `at`, as a correction when the round has a publication already; returns the digest.
    pub fn insert(&self, store: &Store, at: Millis) -> String {
        if store.keys().unwrap().is_empty() {
            insert_key(store, at);
        }
        let id = match store.round(&self.round) {
            Ok(round) => round.id,
            Err(_) => {
                let id = insert_round(store, &self.round, at);
                let change = Change { rules_digest: Some("0".repeat(64)), ..Change::default() };
                let act = act(Right::RunRound, at);
                let planned = [State::Planned];
                store.move_round(&act, id, &planned, State::Planned, &change).unwrap();
                store.move_round(&act, id, &planned, State::Indexed, &Change::default()).unwrap();
                id
            }
        };
        let last = store.latest_publication(id).unwrap();
        let number = last.as_ref().map_or(1, |last| last.number + 1);
        let bytes = format!(r#"{{"number":{number},"round":{:?}}}"#, self.round).into_bytes();
        let digest = data_encoding::HEXLOWER.encode(&Sha256::digest(&bytes));
        let publication = Publication {
            digest: digest.clone(),
            round_id: id,
            number,
            bytes,
            signature: "e30..c2ln".to_owned(),
            kid: "test".to_owned(),
            published_at: at.0,
            supersedes: last.map(|last| last.digest),
        };
        let notices: Vec<Notice> = self.recipients.iter().map(|to| notice(&digest, to)).collect();
        store.publish(&act(Right::Publish, at), &publication, &notices).unwrap();
        digest
    }
}

fn notice(digest: &str, recipient: &str) -> Notice {
    let hash = Sha256::digest(format!("{digest} {recipient}"));
    let random = hash.as_slice()[..16].try_into().unwrap();
    Notice {
        kind: PUBLICATION,
        recipient: recipient.to_owned(),
        message_id: khaosat::mail::new_message_id(random, "https://khaosat.example.org"),
    }
}

fn insert_key(store: &Store, at: Millis) {
    let key = PublicKey {
        kid: "test".to_owned(),
        purpose: "publication".to_owned(),
        public_key: vec![7; 32],
        created_at: at.0,
        retired_at: None,
    };
    store.rotate_key(&act(Right::ManageKeys, at), &key).unwrap();
}

fn insert_round(store: &Store, code: &str, at: Millis) -> khaosat::store::id::RoundId {
    let form = store
        .put_form(&act(Right::ManageRegistry, at), "one-stop-shop", 1, &"f".repeat(64), "test")
        .unwrap();
    let round = NewRound {
        code: code.to_owned(),
        form_id: form,
        opens_at: at.plus(-2),
        closes_at: at.plus(-1),
        grace_ms: 0,
        rules: "{}".to_owned(),
        units: Vec::new(),
    };
    store.put_round(&act(Right::RunRound, at), &round).unwrap()
}
