//! The HTTP server: limits, middleware, routes, background work, and an end that loses nothing.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpServer, middleware, web};

use super::operate::Metrics;
use super::recordings::Recordings;
use super::state::Settings;
use super::{State, api, citizen, console, operate, security};
use crate::collect::{self, CollectError, Intake};
use crate::config::Config;
use crate::desk::Desk;
use crate::ledger;
use crate::mail::{Outbox, Transport};
use crate::publish::{PublishError, Purpose, signing_pair};
use crate::round;

/// Why the server did not start.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The address.
    #[error("cannot listen on {address}: is it in use?")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// Why.
        #[source]
        cause: std::io::Error,
    },
    /// Intake.
    #[error(transparent)]
    Intake(#[from] CollectError),
    /// The keys that sign tokens and publications.
    #[error(transparent)]
    Keys(#[from] PublishError),
    /// Metrics.
    #[error("metrics cannot be registered")]
    Metrics(#[from] prometheus::Error),
    /// The mail server's settings.
    #[error(transparent)]
    Mail(#[from] crate::mail::MailError),
    /// The console's own connections.
    #[error("the console could not be opened")]
    Console(#[source] crate::store::StoreError),
    /// The runtime.
    #[error("the server could not run")]
    Run(#[source] std::io::Error),
}

/// A server that runs on a thread of its own.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// What its handlers work with.
    pub state: State,
    handle: ServerHandle,
    jobs: round::Workers,
    thread: std::thread::JoinHandle<std::io::Result<()>>,
}

/// Connections that may wait to be accepted.
const BACKLOG: u32 = 2048;
/// Connections held at once by one worker; slow senders beyond it wait.
const CONNECTIONS_MAX: usize = 20_000;
/// How often counted openings are written and due work is looked for.
const TICK: Duration = Duration::from_secs(5);
/// Time that requests under way have to end at shutdown.
const SHUTDOWN_S: u64 = 20;

/// Starts intake and server. `desk.public_url` may be empty: then the address it listens on takes its place.
///
/// # Errors
/// [`ServerError`].
pub fn start(config: &Config, desk: Desk) -> Result<Running, ServerError> {
    let listen = |cause| ServerError::Listen { address: config.listen, cause };
    let listener = std::net::TcpListener::bind(config.listen).map_err(listen)?;
    let address = listener.local_addr().map_err(listen)?;
    let mut desk = desk;
    if desk.public_url.is_empty() {
        desk.public_url = format!("http://{address}");
    }
    // Made now, so that whoever fetches the public halves early has those that will sign.
    for purpose in [Purpose::Publication, Purpose::Token] {
        signing_pair(&desk, purpose)?;
    }
    let intake = Intake::start(
        desk.store.clone(),
        Arc::clone(&desk.vault),
        Arc::clone(&desk.clock),
        config.queue,
    )?;
    let settings = Settings {
        trusted_proxies: config.trusted_proxies.clone(),
        body_bytes_max: config.body_bytes_max,
        body_time: Duration::from_secs(config.request_seconds_max),
        controller: config.controller.clone(),
        contact: config.contact.clone(),
        secure: desk.public_url.starts_with("https://"),
    };
    let state = State {
        desk,
        intake: Arc::new(intake),
        settings: Arc::new(settings),
        budgets: Arc::default(),
        recordings: Arc::new(Recordings::in_dir(&config.audio_dir)),
    };
    let metrics = web::Data::new(Metrics::new()?);
    let data = web::Data::new(state.clone());
    let pages = web::Data::new(citizen::Pages::default());
    let own = web::Data::new(console::Console::new(&state.desk).map_err(ServerError::Console)?);
    let guesses = web::Data::new(citizen::Guesses::default());
    let workers = match config.workers {
        0 => std::thread::available_parallelism().map_or(2, std::num::NonZero::get),
        n => n,
    };
    let seconds = config.request_seconds_max;
    let (sender, receiver) = std::sync::mpsc::sync_channel::<ServerHandle>(1);
    let ticking = state.clone();
    let transport = config.mail.as_ref().map(Transport::new).transpose()?;
    let outbox = Outbox::new(state.desk.clone(), transport);
    let workers_of_jobs = round::Workers::start(state.desk.clone()).map_err(ServerError::Run)?;
    let thread = std::thread::Builder::new()
        .name("http".to_owned())
        .spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let server = HttpServer::new(move || {
                    App::new()
                        .app_data(data.clone())
                        .app_data(metrics.clone())
                        .app_data(pages.clone())
                        .app_data(guesses.clone())
                        .app_data(own.clone())
                        .wrap(middleware::from_fn(security::headers))
                        .wrap(middleware::from_fn(security::observe))
                        .configure(citizen::configure)
                        .configure(operate::configure)
                        .configure(api::configure)
                        .configure(console::configure)
                })
                .workers(workers)
                .backlog(BACKLOG)
                .max_connections(CONNECTIONS_MAX)
                .client_request_timeout(Duration::from_secs(seconds))
                .client_disconnect_timeout(Duration::from_secs(5))
                .keep_alive(Duration::from_secs(15))
                .shutdown_timeout(SHUTDOWN_S)
                .disable_signals()
                .server_hostname("")
                .listen(listener)?
                .run();
                let _ = sender.send(server.handle());
                let ticks = actix_web::rt::spawn(tick(ticking));
                let (stop, stopped) = tokio::sync::watch::channel(false);
                let mails = actix_web::rt::spawn(outbox.run(stopped));
                let done = server.await;
                ticks.abort();
                // A message that is being handed over is waited for.
                let _ = stop.send(true);
                let _ = mails.await;
                done
            })
        })
        .map_err(ServerError::Run)?;
    let handle = receiver.recv().map_err(|_| {
        ServerError::Run(std::io::Error::other("the server's thread ended at once"))
    })?;
    Ok(Running { address, state, handle, jobs: workers_of_jobs, thread })
}

impl Running {
    /// Stops accepting, lets requests under way end, writes everything queued, and ends.
    ///
    /// # Errors
    /// [`ServerError::Run`].
    pub fn stop(self) -> Result<(), ServerError> {
        let stopping = self.handle.stop(true);
        actix_web::rt::System::new().block_on(stopping);
        let ended = self.thread.join();
        drop(self.jobs);
        self.state.intake.drain();
        if let Err(error) = collect::flush_opened(&self.state.intake) {
            tracing::warn!(error = %error, "openings counted last were not written");
        }
        if let Err(error) = collect::flush_beats(&self.state.intake) {
            tracing::warn!(error = %error, "when tablets were heard last was not written");
        }
        match ended {
            Ok(ran) => ran.map_err(ServerError::Run),
            Err(_) => Err(ServerError::Run(std::io::Error::other("the server's thread panicked"))),
        }
    }
}

/// Ticks between two turns of the ledger's sequencer: leaves gather, so that their order says nothing of who came first,
/// and a proof never lags more than a minute.
const SEQUENCE_TICKS: u32 = 6;

/// Ticks between two writes of when tablets were heard last.
const BEAT_TICKS: u32 = 3;

/// Ticks between two looks at what is to be deleted: ten minutes.
const RETENTION_TICKS: u32 = 120;

/// Background work of one server: openings are written, reminders queued, rounds close
/// themselves and are sealed at their deadline, the ledger's leaves get their numbers.
async fn tick(state: State) {
    let mut every = tokio::time::interval(TICK);
    let mut ticks = 0_u32;
    loop {
        every.tick().await;
        ticks = ticks.wrapping_add(1);
        let state = state.clone();
        let done = web::block(move || {
            if ticks.is_multiple_of(BEAT_TICKS)
                && let Err(error) = collect::flush_beats(&state.intake)
            {
                tracing::warn!(error = %error, "when tablets were heard last was not written; it is kept for the next try");
            }
            if let Err(error) = collect::flush_opened(&state.intake) {
                tracing::warn!(error = %error, "openings were not written; they are kept for the next try");
            }
            if let Err(error) = round::remind_due(&state.desk) {
                tracing::warn!(error = %error, "reminders that are due could not be queued");
            }
            if let Err(error) = round::close_due(&state.desk) {
                tracing::warn!(error = %error, "a round that is due could not be closed");
            }
            if ticks.is_multiple_of(RETENTION_TICKS)
                && let Err(error) = round::retain_due(&state.desk)
            {
                tracing::warn!(error = %error, "what is to be deleted could not be looked through");
            }
            if let Err(error) = state.desk.store.forget_drafts(state.desk.clock.now()) {
                tracing::warn!(error = %error, "files of dossiers that nobody took could not be erased");
            }
            if ticks.is_multiple_of(SEQUENCE_TICKS) {
                if let Err(error) = crate::round::seal_due(&state.desk) {
                    tracing::warn!(error = %error, "a round whose deadline has come could not be sealed");
                }
                let numbered = ledger::number_gently(&state.desk.store);
                if let Err(error) = numbered.and_then(|()| ledger::sign_if_due(&state.desk)) {
                    tracing::warn!(error = %error, "the ledger was not brought up to date; it is tried again");
                }
            }
        })
        .await;
        if done.is_err() {
            return;
        }
    }
}
