//! A real SMTP server in a process of its own, well-behaved (`smtp_sink.py`) or rough (`smtp_rough.py`).

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde::Deserialize;
use tempfile::TempDir;

/// The running server; ended when dropped.
pub struct Relay {
    child: Child,
    port: u16,
    directory: TempDir,
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

fn target() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap()
}

/// The Python that has the instruments' libraries; `None`, told on stderr, where there is none.
fn python() -> Option<PathBuf> {
    let places = ["instruments/venv/bin/python", "venv/bin/python"];
    let found = places.map(|place| target().join(place)).into_iter().find(|python| python.exists());
    if found.is_none() {
        assert!(std::env::var_os("CI").is_none(), "the mail server of the tests is missing");
        eprintln!(
            "left out: python3 -m venv target/venv && target/venv/bin/pip install aiosmtpd cryptography"
        );
    }
    found
}

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/instruments/py").join(name)
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
        let python = python()?;
        let directory = tempfile::tempdir().unwrap();
        let port = free_port();
        let mut child = Command::new(python)
            .arg(script(server))
            .env("PORT", port.to_string())
            .env("DIR", directory.path().join("kept"))
            .env("CA", directory.path().join("ca.pem"))
            .env("MODE", mode)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(line.starts_with("smtp on"), "the mail server does not start: {line}");
        Some(Self { child, port, directory })
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
        let kept = |entry: std::io::Result<std::fs::DirEntry>| {
            entry.unwrap().path().extension().is_some_and(|extension| extension == "eml")
        };
        std::fs::read_dir(self.directory.path().join("kept"))
            .unwrap()
            .filter_map(|e| kept(e).then_some(()))
            .count()
    }

    /// Waits until it has kept `count` messages.
    pub fn wait_for(&self, count: usize) {
        let deadline = Instant::now() + Duration::from_secs(20);
        while self.count() < count {
            assert!(Instant::now() < deadline, "{} of {count} mails came", self.count());
            std::thread::sleep(Duration::from_millis(5));
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
        let done = Command::new(python().unwrap())
            .arg(script(name))
            .args(arguments)
            .env("DIR", self.directory.path().join("kept"))
            .output()
            .unwrap();
        String::from_utf8(done.stdout).unwrap()
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port on which nobody listens.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
