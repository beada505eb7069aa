//! Runs one of `tests/instruments` on a service and reads its figure.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::engines::left_out;
use super::places;
use super::process::{self, Finished};

/// One run of an instrument, before it is made.
pub struct Instrument {
    name: &'static str,
    settings: BTreeMap<String, String>,
    directory: Option<PathBuf>,
    limit: Duration,
}

/// What an instrument measured.
#[derive(Debug)]
pub struct Figure {
    /// Whether it reached what it was asked for.
    pub pass: bool,
    values: BTreeMap<String, String>,
    /// All it printed, for the message of a failed assertion.
    pub output: String,
}

impl Instrument {
    /// By its path in `tests/instruments`, for the service at `base`: `Instrument::new("py/headers.py", &service.base)`.
    pub fn new(name: &'static str, base: &str) -> Self {
        let settings = BTreeMap::from([("BASE_URL".to_owned(), base.to_owned())]);
        Self { name, settings, directory: None, limit: Duration::from_secs(300) }
    }

    /// With a setting; its first lines name them.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.settings.insert(name.to_owned(), value.to_owned());
        self
    }

    /// In this directory, where it finds what it looks for there and leaves behind what it likes.
    pub fn inside(mut self, directory: &Path) -> Self {
        self.directory = Some(directory.to_owned());
        self
    }

    /// Measures. `None`, told on stderr, where the instruments are not installed.
    ///
    /// Panics with all it printed when it could not measure.
    pub fn measure(self) -> Option<Figure> {
        let Some(mut command) = self.command() else {
            left_out(self.name, "tests/run instruments installs it");
            return None;
        };
        if let Some(directory) = &self.directory {
            command.current_dir(directory);
        }
        let finished = process::finish(command.envs(&self.settings), "", self.limit);
        Some(Figure::read(self.name, &finished))
    }

    fn command(&self) -> Option<Command> {
        let (kind, _) = self.name.split_once('/').unwrap();
        let source = places::root().join("tests/instruments").join(self.name);
        let with = |program: PathBuf, script: &Path| {
            let mut command = Command::new(program);
            command.arg(script);
            command
        };
        let mut command = match kind {
            "py" => with(places::python()?, &source),
            "sh" => with(places::program("bash")?, &source),
            "node" => with(node()?, &beside_its_libraries(&source)?),
            _ => panic!("{} is of no known kind", self.name),
        };
        if let Some(chromium) = places::program("chromium") {
            command.env("CHROMIUM", chromium);
        }
        Some(command)
    }
}

impl Figure {
    fn read(name: &str, finished: &Finished) -> Self {
        let output = format!("{}{}", finished.stdout, finished.stderr);
        let last = finished.stdout.lines().last().unwrap_or_default();
        let measured = matches!(finished.code, Some(0 | 1)) && last.starts_with("FIGURE ");
        assert!(measured, "{name} could not measure (exit {:?}):\n{output}", finished.code);
        let values = last.split_whitespace().filter_map(|word| word.split_once('='));
        let values = values.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Self { pass: finished.code == Some(0), values, output }
    }

    /// One of its numbers; panics with all it printed when it has none of this name.
    pub fn number(&self, name: &str) -> f64 {
        self.values
            .get(name)
            .and_then(|value| value.parse().ok())
            .unwrap_or_else(|| panic!("no {name} in {}", self.output))
    }
}

/// The system's Node.js when it is recent, else the one `tests/run` installed with the instruments.
fn node() -> Option<PathBuf> {
    let installed = places::target().join("instruments/venv/bin/node");
    Some(installed).filter(|node| node.exists()).or_else(|| places::program("node"))
}

/// A script finds its libraries beside itself, so it runs as a copy beside them, renewed here when it changed.
fn beside_its_libraries(script: &Path) -> Option<PathBuf> {
    let home = places::target().join("instruments/node");
    if !home.join("installed.json").exists() {
        return None;
    }
    for source in [script, &script.with_file_name("lib.mjs")] {
        let (content, copy) = (fs::read(source).unwrap(), home.join(source.file_name().unwrap()));
        if fs::read(&copy).is_ok_and(|old| old == content) {
            continue;
        }
        let aside = tempfile::NamedTempFile::new_in(&home).unwrap();
        fs::write(aside.path(), content).unwrap();
        aside.persist(copy).unwrap();
    }
    Some(home.join(script.file_name().unwrap()))
}
