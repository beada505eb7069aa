//! Where the databases of the bench lie: on a disk, and how fast it makes bytes durable.

use std::fs::File;
use std::io::Write;
use std::time::{Duration, Instant};

/// A page of SQLite.
const BLOCK: [u8; 4096] = [7; 4096];

/// Prints the rate of `fdatasync`.
///
/// # Errors
/// When the temporary directory is kept in memory.
pub fn check() -> Result<(), String> {
    let directory = std::env::temp_dir();
    let kind = filesystem(&directory.canonicalize().map_err(|error| error.to_string())?);
    if matches!(kind.as_str(), "tmpfs" | "ramfs") {
        return Err(format!(
            "{} is a {kind}: nothing reaches a disk there. Set TMPDIR to a directory on one.",
            directory.display()
        ));
    }
    let rate = syncs(&directory).map_err(|error| format!("{}: {error}", directory.display()))?;
    println!("temporary directory on {kind}: {rate:.0} fdatasync/s of 4 KiB");
    Ok(())
}

/// The kind of the file system that is mounted closest above the directory.
fn filesystem(directory: &std::path::Path) -> String {
    let mounts = std::fs::read_to_string("/proc/self/mounts").unwrap_or_default();
    let closest = mounts
        .lines()
        .filter_map(|line| {
            let mut words = line.split(' ').skip(1);
            Some((words.next()?, words.next()?))
        })
        .filter(|(place, _)| directory.starts_with(place))
        .max_by_key(|(place, _)| place.len());
    closest.map_or_else(|| "unknown file system".to_owned(), |(_, kind)| kind.to_owned())
}

fn syncs(directory: &std::path::Path) -> std::io::Result<f64> {
    let mut file: File = tempfile::tempfile_in(directory)?;
    let began = Instant::now();
    let mut count = 0;
    while began.elapsed() < Duration::from_secs(1) {
        file.write_all(&BLOCK)?;
        file.sync_data()?;
        count += 1;
    }
    Ok(f64::from(count) / began.elapsed().as_secs_f64())
}
