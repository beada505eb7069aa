//! A real SMTP server in a process of its own, well-behaved (`smtp_sink.py`) or rough (`smtp_rough.py`).

use std::collections::BTreeMap;
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

/// The running server; ended when dropped.
pub struct Relay {
    port: u16,
    directory: TempDir,
    python: PathBuf,
    _running: Running,
}

/// One mail that it kept, decoded by a library that is not ours.
#[derive(Debug, Deserialize)]
pub struct Kept {
    pub headers: BTreeMap<String, Vec<String>>,
    pub structure: Vec<String>,
    pub text: String,
    pub html: String,
    pub defects: Vec<String>,
}

impl Kept {
    /// The one value of a header.
    pub fn header(&self, name: &str) -> &str {
        match self.headers.get(name).map(Vec::as_slice) {
            Some([value]) => value,
            other => panic!("{name}: {other:?}"),
        }
    }
}

fn script(name: &str) -> PathBuf {
    places::root().join("tests/instruments/py").join(name)
}

impl Relay {
    /// `smtp_sink.py`: `ok`, `tempfail:N`, `reject`, `slow:SECONDS`.
    pub fn sink(mode: &str) -> Option<Self> {
        Self::start("smtp_sink.py", mode)
    }

    /// `smtp_rough.py`: its first lines name the modes.
    pub fn rough(mode: &str) -> Option<Self> {
        Self::start("smtp_rough.py", mode)
    }

    fn start(server: &str, mode: &str) -> Option<Self> {
        let Some(python) = places::python() else {
            left_out("the mail server of the tests", "tests/run journeys installs it");
            return None;
        };
        let directory = tempfile::tempdir().unwrap();
        let port = free_port();
        let running = Running::start(
            Command::new(&python)
                .arg(script(server))
                .env("PORT", port.to_string())
                .env("DIR", directory.path().join("kept"))
                .env("CA", directory.path().join("ca.pem"))
                .env("MODE", mode),
        );
        running.announced("smtp on");
        Some(Self { port, directory, python, _running: running })
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// The certificate of the authority behind it, in the protected modes.
    pub fn ca_file(&self) -> String {
        self.directory.path().join("ca.pem").display().to_string()
    }

    /// How many messages it has kept.
    pub fn count(&self) -> usize {
        let kept = fs::read_dir(self.directory.path().join("kept")).unwrap();
        kept.filter(|file| file.as_ref().unwrap().path().extension().is_some_and(|e| e == "eml"))
            .count()
    }

    /// Waits until it has kept `count` messages.
    pub fn wait_for(&self, count: usize) {
        let deadline = Instant::now() + PATIENCE;
        while self.count() < count {
            assert!(Instant::now() < deadline, "{} of {count} mails came", self.count());
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// All that it kept, in the order they came.
    pub fn kept(&self) -> Vec<Kept> {
        serde_json::from_str(&self.run("read_parts.py", &[])).unwrap()
    }

    /// What `smtp_sink.py check` finds.
    pub fn check(&self) -> String {
        self.run("smtp_sink.py", &["check"])
    }

    fn run(&self, name: &str, arguments: &[&str]) -> String {
        let mut command = Command::new(&self.python);
        command.arg(script(name)).args(arguments).env("DIR", self.directory.path().join("kept"));
        process::finish(&mut command, "", PATIENCE).done()
    }
}

/// A port on which nobody listens.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
