//! `khaosat serve`: migrates if needed, then serves until it is told to stop.

use std::path::PathBuf;

use clap::Args;

use super::{Failure, Outcome, desk};
use crate::config::{self, Config, LogFormat};
use crate::web;

/// Serve citizens, public results and the API until stopped (SIGTERM or Ctrl-C lets everything queued be written).
#[derive(Args)]
pub struct Arguments {
    /// Configuration file; without it khaosat.toml where it exists
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Only check the configuration and print it with secrets masked
    #[arg(long)]
    check_config: bool,
}

/// Sets up the log as configured. Set up already (the demo's second server) is no error.
pub(super) fn start_log(config: &Config) -> Result<(), Failure> {
    let filter = tracing_subscriber::EnvFilter::try_new(&config.log)
        .map_err(|error| Failure::because(format!("log: {:?} is no filter", config.log), error))?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let _ = match config.log_format {
        LogFormat::Text => log.try_init(),
        LogFormat::Json => log.json().try_init(),
    };
    Ok(())
}

/// Returns when the process is asked to stop.
pub(super) fn wait_for_stop() -> Result<(), Failure> {
    let fail = |error| Failure::because("the signals of the system cannot be waited for", error);
    actix_web::rt::System::new().block_on(async {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate()).map_err(fail)?;
        let mut interrupt = signal(SignalKind::interrupt()).map_err(fail)?;
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        Ok(())
    })
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Outcome {
    let environment = config::environment();
    let config = environment.and_then(|own| Config::load(arguments.config.as_deref(), own));
    let config =
        config.map_err(|error| Failure::because("the configuration cannot be used", error))?;
    if arguments.check_config {
        print!("{}", config.describe());
        return Ok(());
    }
    start_log(&config)?;
    let desk = desk::open(&config, config.database_connections)?;
    let running = web::start(&config, desk)
        .map_err(|error| Failure::because("the server did not start", error))?;
    println!("listening on http://{}", running.address);
    wait_for_stop()?;
    eprintln!("stopping: everything queued is written first");
    running.stop().map_err(|error| Failure::because("the server did not stop in order", error))
}
