//! Mail reaches people: what the outbox holds goes out over a real SMTP server, through everything that can go wrong.

mod failures;
mod letters;
mod protection;
mod sharing;

use std::sync::Arc;

use khaosat::clock::{Clock, ManualClock, Millis};
use khaosat::desk::Desk;
use khaosat::mail::{MailError, Outbox, Pass, Settings, Transport};
use khaosat::store::Store;
use khaosat::store::outbox::{Mail, MailState};
use khaosat::vault::Vault;

use crate::support::on_each_engine;

/// When the tests begin: 24 November 2026, 09:05 in Vietnam.
const START: Millis = Millis(1_795_485_900_000);
const PUBLIC_URL: &str = "https://khaosat.example.org";

/// Settings for an unprotected server on this machine, as fast as it goes.
fn settings(port: u16) -> Settings {
    let text = format!(
        "host = '127.0.0.1'\nport = {port}\nsecurity = 'none'\n\
         from = 'Khảo sát Gia Lai <khaosat@example.org>'\ntimeout_s = 1\nper_minute = 60000"
    );
    toml::from_str(&text).unwrap()
}

/// Opens the database as one more server would.
fn open(address: &str) -> Store {
    Store::open(address, 4).unwrap()
}

/// Runs `test` with the address of a fresh database of every engine.
fn on_each_database(test: impl Fn(&str)) {
    on_each_engine(|engine| test(&engine.url));
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

fn outbox(store: &Store, settings: Option<&Settings>, clock: &ManualClock) -> Outbox {
    let transport = settings.map(|settings| Transport::new(settings).unwrap());
    // Mails about publications need no key; those to citizens bring the desk of their round.
    let keys = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("mail-keys");
    let desk = Desk {
        store: store.clone(),
        vault: Arc::new(Vault::open(&keys).unwrap()),
        clock: Arc::new(clock.clone()),
        public_url: PUBLIC_URL.to_owned(),
    };
    Outbox::new(desk, transport)
}

/// One pass over the outbox, as a server just started makes it.
fn deliver(
    store: &Store,
    settings: Option<&Settings>,
    clock: &ManualClock,
) -> Result<Pass, MailError> {
    // Inside: building the runtime's parts needs a runtime.
    block_on(async { outbox(store, settings, clock).deliver_due().await })
}

/// Passes until nothing waits, the clock set to each next due time; panics when it never ends.
fn deliver_all(store: &Store, settings: &Settings, clock: &ManualClock) {
    for _ in 0..1000 {
        let waiting = mails(store).into_iter().filter(is_waiting).map(|mail| mail.due_at).min();
        let Some(due) = waiting else { return };
        clock.set(due.max(clock.now()));
        deliver(store, Some(settings), clock).unwrap();
    }
    panic!("mails still wait: {:?}", mails(store));
}

fn is_waiting(mail: &Mail) -> bool {
    matches!(mail.state, MailState::Queued | MailState::Trying)
}

fn mails(store: &Store) -> Vec<Mail> {
    store.mails(0, 10_000).unwrap()
}
