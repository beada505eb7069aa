//! Where things are: the binary under test, the instruments, what the tests leave behind.

use std::env;
use std::path::{Path, PathBuf};

/// The root of the source.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Cargo's target directory, whatever it is called here.
pub fn target() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap()
}

/// The release binary, when the journeys are asked to run on it (`tests/run release`).
pub fn release_binary() -> Option<PathBuf> {
    env::var_os("KHAOSAT_BINARY").map(PathBuf::from)
}

/// The binary under test: the release when asked for, else the one built with the tests.
pub fn binary() -> PathBuf {
    release_binary().unwrap_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_khaosat")))
}

/// The instruments' Python, once `tests/run` has installed it.
pub fn python() -> Option<PathBuf> {
    Some(target().join("instruments/venv/bin/python")).filter(|python| python.exists())
}

/// Finds a program on `PATH`.
pub fn program(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|directory| directory.join(name)).find(|file| file.is_file())
}
