//! A PostgreSQL server of one test's own, for settings that the shared one must not have.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdin, Command, Stdio};

use tempfile::TempDir;

use super::places;

/// Runs until dropped.
pub struct OwnServer {
    /// `postgres://…`.
    pub url: String,
    shell: Child,
    // The shell waits on this and stops the server when it closes, also when the test dies.
    stdin: Option<ChildStdin>,
    _log: TempDir,
}

impl OwnServer {
    /// Starts one with a setting that the command line of `postgres` takes: `fsync=off`.
    pub fn with(setting: &str) -> Self {
        let log = tempfile::tempdir().unwrap();
        let script = format!(
            "set -eu; target={:?}; . tests/steps/postgres.sh; postgres_settings=(-c {setting})\n\
             trap stop_postgres EXIT; start_postgres >&2; echo \"$KHAOSAT_TEST_POSTGRES\"; read -r _ || true",
            log.path()
        );
        let mut shell = Command::new("bash")
            .args(["-c", &script])
            .current_dir(places::root())
            .env_remove("KHAOSAT_TEST_POSTGRES")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let stdin = shell.stdin.take();
        let mut url = String::new();
        BufReader::new(shell.stdout.take().unwrap()).read_line(&mut url).unwrap();
        assert!(url.starts_with("postgres://"), "no server of its own: {url:?}");
        Self { url: url.trim_end().to_owned(), shell, stdin, _log: log }
    }
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        drop(self.stdin.take());
        let _ = self.shell.wait();
    }
}
