//! Files that a command is given and files that it makes.

use std::fs::{DirBuilder, File};
use std::io::{BufWriter, Read, Write};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::Path;

use super::{Failure, Outcome};

/// Reads a file of at most `bytes_max`; a pipe without end is cut off there, too.
///
/// # Errors
/// Names the file.
pub fn read(path: &Path, bytes_max: usize) -> Result<Vec<u8>, Failure> {
    let failed = |cause| Failure::because(format!("{} cannot be read", path.display()), cause);
    let mut bytes = Vec::new();
    let limit = u64::try_from(bytes_max).unwrap_or(u64::MAX).saturating_add(1);
    File::open(path).map_err(failed)?.take(limit).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() > bytes_max {
        return Err(Failure::new(format!(
            "{} has more than {bytes_max} bytes; divide it",
            path.display()
        )));
    }
    Ok(bytes)
}

/// Reads a text file in UTF-8 of at most `bytes_max`.
///
/// # Errors
/// Names the file.
pub fn read_text(path: &Path, bytes_max: usize) -> Result<String, Failure> {
    String::from_utf8(read(path, bytes_max)?)
        .map_err(|_| Failure::new(format!("{} is no UTF-8; save it as UTF-8", path.display())))
}

/// Writes a file for its owner alone, whole or not at all; one of that name is replaced.
///
/// # Errors
/// Names the file.
pub fn write_private(path: &Path, bytes: &[u8]) -> Outcome {
    write_private_with(path, |out| {
        out.write_all(bytes).map_err(|cause| cannot_be_written(path, cause))
    })
}

/// The same for what is made while it is written, so that it never stands in memory whole.
///
/// # Errors
/// What `make` says; else names the file.
pub fn write_private_with(
    path: &Path,
    make: impl FnOnce(&mut BufWriter<&File>) -> Outcome,
) -> Outcome {
    let directory = path.parent().filter(|d| !d.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let aside = tempfile::Builder::new()
        .prefix(".new-")
        .permissions(PermissionsExt::from_mode(0o600))
        .tempfile_in(directory)
        .map_err(|cause| cannot_be_written(path, cause))?;
    let mut out = BufWriter::new(aside.as_file());
    make(&mut out)?;
    out.flush().map_err(|cause| cannot_be_written(path, cause))?;
    drop(out);
    aside.as_file().sync_all().map_err(|cause| cannot_be_written(path, cause))?;
    aside.persist(path).map_err(|error| cannot_be_written(path, error.error))?;
    Ok(())
}

fn cannot_be_written(path: &Path, cause: std::io::Error) -> Failure {
    Failure::because(format!("{} cannot be written", path.display()), cause)
}

/// Makes a directory for its owner alone where there is none.
///
/// # Errors
/// Names the directory.
pub fn private_directory(path: &Path) -> Outcome {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(|cause| Failure::because(format!("{} cannot be made", path.display()), cause))
}

/// The last part of a path, as messages and the audit log call the file.
pub fn name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_beyond_its_limit_is_refused_and_one_at_it_read() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.csv");
        std::fs::write(&path, "12345").unwrap();
        assert_eq!(read_text(&path, 5).unwrap(), "12345");
        let told = read(&path, 4).unwrap_err().told();
        assert!(told.ends_with("a.csv has more than 4 bytes; divide it"), "{told}");
        assert!(read(Path::new("/dev/zero"), 100).unwrap_err().told().contains("more than 100"));
    }

    #[test]
    fn what_is_written_is_for_the_owner_alone() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("links.csv");
        write_private(&path, b"one").unwrap();
        write_private(&path, b"two").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"two");
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1);
    }
}
