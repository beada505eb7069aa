//! A real SMTP server that keeps what it is given.

use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use serde::Deserialize;
use tempfile::TempDir;

use super::engines::left_out;
use super::places;
use super::process::{self, PATIENCE, Running};

/// The running server; gone when dropped.
pub struct MailServer {
    directory: TempDir,
    port: u16,
    python: PathBuf,
    _running: Running,
}

/// One mail, decoded by a library that is not ours.
#[derive(Debug, Deserialize)]
pub struct Mail {
    pub from: String,
    pub to: String,
    pub subject: String,
    /// The plain text part, without blank lines at its end.
    pub text: String,
}

impl MailServer {
    /// Starts one that takes every mail; `None`, told on stderr, where the instruments are not installed.
    pub fn start() -> Option<Self> {
        Self::start_as("ok")
    }

    /// Starts one that behaves badly: `tempfail:N` (the first N are put off), `reject`, `slow:SECONDS`.
    pub fn start_as(mode: &str) -> Option<Self> {
        let Some(python) = places::python() else {
            left_out("the mail server of the tests", "tests/run journeys installs it");
            return None;
        };
        let directory = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let running = Running::start(
            Command::new(&python)
                .arg(places::root().join("tests/instruments/py/smtp_sink.py"))
                .env("PORT", port.to_string())
                .env("DIR", directory.path())
                .env("MODE", mode),
        );
        running.announced("smtp on");
        Some(Self { directory, port, python, _running: running })
    }

    /// Its port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Waits until `count` mails are here and returns all of them, in the order they came.
    pub fn mails(&self, count: usize) -> Vec<Mail> {
        let deadline = Instant::now() + PATIENCE;
        while self.kept() < count {
            assert!(Instant::now() < deadline, "{} of {count} mails came", self.kept());
            thread::sleep(Duration::from_millis(20));
        }
        let read = process::finish(
            Command::new(&self.python)
                .arg(places::root().join("tests/instruments/py/read_mail.py"))
                .env("DIR", self.directory.path()),
            "",
            PATIENCE,
        );
        serde_json::from_str(&read.done()).unwrap()
    }

    fn kept(&self) -> usize {
        fs::read_dir(self.directory.path()).unwrap().count()
    }
}
