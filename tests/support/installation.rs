//! khaosat as an authority has it: a directory, an empty database, the commands, the service.

use std::collections::BTreeMap;
use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::engines::Engine;
use super::http::Client;
use super::places;
use super::process::{self, Finished, PATIENCE, Running};

/// How long one command may take.
const COMMAND_LIMIT: Duration = Duration::from_secs(120);

/// A khaosat of its own in a fresh directory; the surrounding environment does not reach it.
pub struct Installation {
    directory: TempDir,
    program: PathBuf,
    environment: BTreeMap<String, OsString>,
}

impl Installation {
    /// A fresh one on this database. Nothing has run yet.
    pub fn on(engine: &Engine) -> Self {
        Self::anywhere().with("DATABASE_URL", &engine.url)
    }

    /// A fresh one on no database yet: the default one in its directory.
    pub fn anywhere() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let home = directory.path().display().to_string();
        let inherited = ["PATH", "RUST_BACKTRACE", "TMPDIR"]
            .into_iter()
            .filter_map(|name| Some((name.to_owned(), env::var_os(name)?)));
        let own = [
            ("HOME", home.as_str()),
            // Port 0: a free one, which the service announces.
            ("KHAOSAT_LISTEN", "127.0.0.1:0"),
        ]
        .map(|(name, value)| (name.to_owned(), value.into()));
        Self { environment: inherited.chain(own).collect(), program: places::binary(), directory }
    }

    /// With this variable, too: `.with("KHAOSAT_PUBLIC_URL", "https://khaosat.example")`.
    pub fn with(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.environment.insert(name.to_owned(), value.as_ref().to_owned());
        self
    }

    /// With another program in the place of khaosat, to test the tools themselves.
    pub fn of(mut self, program: &Path) -> Self {
        self.program = program.to_owned();
        self
    }

    /// The working directory of every command: `khaosat.toml` and relative paths are here.
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// Writes a file into the directory and returns its name for a command line.
    pub fn file<'a>(&self, name: &'a str, content: &str) -> &'a str {
        std::fs::write(self.directory().join(name), content).unwrap();
        name
    }

    /// Runs one command to its end: `.run(&["unit", "import", "units.csv"])`.
    pub fn run(&self, arguments: &[&str]) -> Finished {
        self.run_with_input(arguments, "")
    }

    /// Runs one command that reads `input` from its stdin.
    pub fn run_with_input(&self, arguments: &[&str], input: &str) -> Finished {
        process::finish(self.command().args(arguments), input, COMMAND_LIMIT)
    }

    /// Starts one command and goes on, to kill it under way.
    pub fn start(&self, arguments: &[&str]) -> Running {
        Running::start(self.command().args(arguments))
    }

    /// Starts `khaosat serve` and waits until it is ready.
    pub fn serve(&self) -> Service<'_> {
        let mut running = Running::start(self.command().arg("serve"));
        let address = running.announced("listening on http://");
        let base = format!("http://{}", address.trim().trim_end_matches('/'));
        let client = Client::new(&base);
        let deadline = Instant::now() + PATIENCE;
        loop {
            let ready = client.try_send("GET", "/readyz", None, "");
            if ready.as_ref().is_ok_and(|answer| answer.status == 200) {
                return Service { installation: self, running, client, base };
            }
            if running.has_ended() || Instant::now() > deadline {
                panic!("the service is not ready: {ready:?}; stderr: {}", running.messages());
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.env_clear().envs(&self.environment).current_dir(self.directory());
        command
    }
}

/// A running service; killed when dropped.
pub struct Service<'a> {
    installation: &'a Installation,
    running: Running,
    /// A client of this service.
    pub client: Client,
    /// `http://127.0.0.1:port`.
    pub base: String,
}

impl<'a> Service<'a> {
    /// What it logged so far.
    pub fn messages(&self) -> String {
        self.running.messages()
    }

    /// `kill -9`. The installation stays: run commands on it, or serve again.
    pub fn kill9(self) -> &'a Installation {
        self.running.kill();
        self.installation
    }

    /// SIGTERM, as a system's service manager sends it; returns how it ended and all it logged.
    pub fn terminate(self) -> (ExitStatus, String) {
        self.running.terminate()
    }
}
