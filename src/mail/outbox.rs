//! Delivers the outbox: takes due mails one by one, sends, records.

use std::time::Duration;

use tokio::sync::watch;

use super::backoff::{TRIES_MAX, next_try};
use super::failure::Failure;
use super::message::{Ready, compose};
use super::post::{self, Poster};
use super::template::{Addressed, NoLetter, render};
use super::{MailError, Transport};
use crate::clock::Millis;
use crate::desk::Desk;
use crate::store::outbox::{Channel, Mail, MailFate};
use crate::store::{Store, StoreError};

/// What the outbox says while there is no mail server.
const NO_SERVER: &str = "no mail server is configured; set the table mail of khaosat.toml or KHAOSAT_MAIL__HOST and \
                         KHAOSAT_MAIL__FROM; the mail waits";
/// Between two looks at the outbox.
const INTERVAL: Duration = Duration::from_secs(10);
/// A lock outlives the longest try by this, milliseconds: clocks of several servers differ a little.
const LOCK_MARGIN_MS: i64 = 60_000;
/// Tries to record a fate, and the first wait between two of them.
const RECORDS: u32 = 6;
const RECORD_WAIT: Duration = Duration::from_millis(200);

/// Delivers what waits in the store's outbox, mail over the mail server, heads for web addresses by itself. Several may work
/// on one database, in one process or many.
pub struct Outbox {
    desk: Desk,
    transport: Option<Transport>,
    poster: Poster,
}

/// What one pass over the outbox did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pass {
    /// The server said 250.
    pub sent: usize,
    /// To be tried again later.
    pub again: usize,
    /// Given up.
    pub dead: usize,
    /// Not wanted any more.
    pub dropped: usize,
    /// Due, but there is no mail server.
    pub waiting: usize,
}

/// How one try ended, for the pass.
enum Tried {
    Sent,
    Again,
    /// As before, and the server is not well: the rest waits for the next pass.
    AgainAndStop,
    Dead,
    Dropped,
    /// Another server has it, or the try was broken off.
    Left,
}

impl Outbox {
    /// `transport`: `None` without a mail server; the desk's `public_url` begins the addresses in the letters.
    #[must_use]
    pub fn new(desk: Desk, transport: Option<Transport>) -> Self {
        Self { desk, transport, poster: Poster::new() }
    }

    fn now(&self) -> Millis {
        self.desk.clock.now()
    }

    /// Sends all that is due now; mail ends early when the mail server fails.
    ///
    /// # Errors
    /// [`MailError::Store`] when the outbox cannot be read or written.
    pub async fn deliver_due(&self) -> Result<Pass, MailError> {
        let (_never, mut stop) = watch::channel(false);
        self.pass(&mut stop).await
    }

    /// Looks at the outbox every ten seconds until `stop` turns true or its sender is gone. A message that is being
    /// handed over is waited for; one that is not yet is left for another server or the next start.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        loop {
            match self.pass(&mut stop).await {
                Ok(pass) if pass.sent + pass.again + pass.dead + pass.dropped > 0 => {
                    tracing::info!(sent = pass.sent, again = pass.again, dead = pass.dead, "mail");
                }
                Ok(_) => {}
                Err(error) => tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "the outbox cannot be worked on; trying again"
                ),
            }
            tokio::select! {
                () = stopped(&mut stop) => break,
                () = tokio::time::sleep(INTERVAL) => {}
            }
        }
        if let Some(transport) = &self.transport {
            transport.close().await;
        }
    }

    /// Mail and web each at their own pace.
    async fn pass(&self, stop: &mut watch::Receiver<bool>) -> Result<Pass, MailError> {
        let mut stop_web = stop.clone();
        let (mail, web) = tokio::join!(self.pass_mail(stop), self.pass_web(&mut stop_web));
        let (mail, web) = (mail?, web?);
        Ok(Pass {
            sent: mail.sent + web.sent,
            again: mail.again + web.again,
            dead: mail.dead + web.dead,
            ..mail
        })
    }

    async fn pass_web(&self, stop: &mut watch::Receiver<bool>) -> Result<Pass, MailError> {
        let mut pass = Pass::default();
        let lock_ms = i64::try_from(post::LIMIT.as_millis()).unwrap_or(i64::MAX / 4);
        let lock_ms = lock_ms.saturating_add(LOCK_MARGIN_MS);
        while !*stop.borrow() {
            let now = self.now();
            let due = move |store: &Store| store.mail_is_due(Channel::Web, now);
            if !self.on_store(due).await? {
                break;
            }
            let take = move |store: &Store| store.take_mail(Channel::Web, now, lock_ms, TRIES_MAX);
            let Some(mail) = self.on_store(take).await? else { break };
            let (poster, of) = (self.poster.clone(), mail.clone());
            let sent = self.on_store(move |store| Ok(poster.post(store, &of))).await?;
            let tried = match sent {
                Ok(()) => {
                    self.record(&mail, MailFate::Sent).await?;
                    Tried::Sent
                }
                Err(failure) => self.failed(&mail, &mail.recipient, &failure).await?,
            };
            match tried {
                Tried::Sent => pass.sent += 1,
                Tried::Dead => pass.dead += 1,
                Tried::Again | Tried::AgainAndStop => pass.again += 1,
                Tried::Dropped | Tried::Left => {}
            }
        }
        Ok(pass)
    }

    async fn pass_mail(&self, stop: &mut watch::Receiver<bool>) -> Result<Pass, MailError> {
        let mut pass = Pass::default();
        let Some(transport) = &self.transport else {
            let now = self.now();
            pass.waiting =
                self.on_store(move |store| store.explain_waiting_mails(now, NO_SERVER)).await?;
            return Ok(pass);
        };
        let lock_ms = i64::try_from(transport.try_limit().as_millis()).unwrap_or(i64::MAX / 4);
        let lock_ms = lock_ms.saturating_add(LOCK_MARGIN_MS);
        loop {
            let now = self.now();
            if !self.on_store(move |store| store.mail_is_due(Channel::Mail, now)).await? {
                return Ok(pass);
            }
            // The turn comes first: waiting for it must not eat the lock.
            tokio::select! {
                biased;
                () = stopped(stop) => return Ok(pass),
                () = transport.turn() => {}
            }
            let now = self.now();
            let take = move |store: &Store| store.take_mail(Channel::Mail, now, lock_ms, TRIES_MAX);
            let taken = self.on_store(take).await?;
            let Some(mail) = taken else { return Ok(pass) };
            match self.try_to_send(transport, &mail, stop).await? {
                Tried::Sent => pass.sent += 1,
                Tried::Again => pass.again += 1,
                Tried::AgainAndStop => {
                    pass.again += 1;
                    return Ok(pass);
                }
                Tried::Dead => pass.dead += 1,
                Tried::Dropped => pass.dropped += 1,
                Tried::Left => {}
            }
        }
    }

    async fn try_to_send(
        &self,
        transport: &Transport,
        mail: &Mail,
        stop: &mut watch::Receiver<bool>,
    ) -> Result<Tried, MailError> {
        let (message, recipient) = match self.message(transport, mail).await? {
            Ok(ready) => ready,
            Err(tried) => return Ok(tried),
        };
        let agreed = tokio::select! {
            biased;
            () = stopped(stop) => {
                self.record(mail, MailFate::Released).await?;
                return Ok(Tried::Left);
            }
            agreed = transport.agree(&message.envelope) => agreed,
        };
        let outcome = match agreed {
            // A machine that slept in between has lost its lock: another server may be sending it.
            Ok(_) if self.now() >= mail.due_at => {
                self.record(mail, MailFate::Released).await?;
                return Ok(Tried::Left);
            }
            Ok(agreed) => transport.hand_over(agreed, &message.bytes).await,
            Err(failure) => Err(failure),
        };
        match outcome {
            Ok(()) => {
                self.record(mail, MailFate::Sent).await?;
                Ok(Tried::Sent)
            }
            Err(failure) => self.failed(mail, &recipient, &failure).await,
        }
    }

    /// The message, or what became of a mail that cannot be written.
    async fn message(
        &self,
        transport: &Transport,
        mail: &Mail,
    ) -> Result<Result<(Ready, String), Tried>, MailError> {
        let (of, desk) = (mail.clone(), self.desk.clone());
        let letter = self.on_store(move |_| Ok(render(&desk, &of))).await?;
        let composed = match letter {
            Ok(Addressed { letter, recipient }) => {
                compose(mail, &recipient, &letter, transport.from(), self.now())
                    .map(|ready| (ready, recipient))
            }
            Err(NoLetter::Unwanted(why)) => {
                self.record(mail, MailFate::Dropped { why }).await?;
                return Ok(Err(Tried::Dropped));
            }
            Err(NoLetter::NotYet(at)) => {
                let error = "it waits for the opening of its round".to_owned();
                self.record(mail, MailFate::Again { at, error }).await?;
                return Ok(Err(Tried::Again));
            }
            Err(NoLetter::Missing(error)) => Err(error),
            Err(NoLetter::Kind(error) | NoLetter::Keys(error)) => {
                return Ok(Err(self.again(mail, error, false).await?));
            }
            Err(NoLetter::Store(error)) => {
                self.record(mail, MailFate::Released).await?;
                return Err(error.into());
            }
        };
        match composed {
            Ok(ready) => Ok(Ok(ready)),
            Err(error) => Ok(Err(self.dead(mail, error).await?)),
        }
    }

    async fn failed(
        &self,
        mail: &Mail,
        recipient: &str,
        failure: &Failure,
    ) -> Result<Tried, MailError> {
        let sentence = failure.sentence(recipient);
        match failure {
            Failure::Refused(_) => self.dead(mail, sentence).await,
            Failure::Later(_) => self.again(mail, sentence, false).await,
            Failure::Unknown(_) => self.again(mail, sentence, true).await.map(ending_the_pass),
            Failure::Server(_) => {
                tracing::warn!(
                    mail.id = mail.id,
                    attempt = mail.attempts,
                    "the mail server failed"
                );
                self.again(mail, sentence, false).await.map(ending_the_pass)
            }
        }
    }

    async fn again(&self, mail: &Mail, error: String, unknown: bool) -> Result<Tried, MailError> {
        let Some(at) = next_try(self.now(), mail.attempts, &mail.message_id) else {
            return self
                .dead(mail, format!("given up after {} tries: {error}", mail.attempts))
                .await;
        };
        let fate =
            if unknown { MailFate::Unknown { at, error } } else { MailFate::Again { at, error } };
        self.record(mail, fate).await?;
        Ok(Tried::Again)
    }

    async fn dead(&self, mail: &Mail, error: String) -> Result<Tried, MailError> {
        tracing::warn!(
            mail.id = mail.id,
            attempt = mail.attempts,
            "a mail is given up; see the outbox"
        );
        self.record(mail, MailFate::Dead { error }).await?;
        Ok(Tried::Dead)
    }

    /// Records a fate, patiently: a 250 that is not recorded makes the mail go out twice.
    async fn record(&self, mail: &Mail, fate: MailFate) -> Result<(), MailError> {
        let mut wait = RECORD_WAIT;
        let mut left = RECORDS;
        loop {
            let (mail, fate, now) = (mail.clone(), fate.clone(), self.now());
            let done = self.on_store(move |store| store.record_mail(&mail, now, &fate)).await;
            left -= 1;
            match done {
                Err(MailError::Store(_)) if left > 0 => {
                    tokio::time::sleep(wait).await;
                    wait *= 2;
                }
                done => return done.map(drop),
            }
        }
    }

    /// Runs `work` where it may block.
    async fn on_store<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, MailError> {
        let store = self.desk.store.clone();
        let done = tokio::task::spawn_blocking(move || work(&store)).await;
        Ok(done.map_err(|_| MailError::Broken)??)
    }
}

fn ending_the_pass(tried: Tried) -> Tried {
    match tried {
        Tried::Again => Tried::AgainAndStop,
        other => other,
    }
}

/// Ends when `stop` is true or can never become true.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    // An error says that the sender is gone, which means the same.
    let _ = stop.wait_for(|stop| *stop).await;
}
