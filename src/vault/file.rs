//! Key files: for the owner alone, written aside and renamed, overwritten before they are removed.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::Path;

use secrecy::ExposeSecret;

use super::cipher::{Secret, random};
use super::{Result, VaultError};

/// No key file is larger.
const SIZE_MAX: u64 = 4096;

fn failed(path: &Path) -> impl FnOnce(std::io::Error) -> VaultError {
    let path = path.to_owned();
    move |cause| VaultError::File { path, cause }
}

/// Makes the directory for the owner alone, or checks that it is.
pub fn ensure_dir(dir: &Path) -> Result<()> {
    if !dir.exists() {
        DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(failed(dir))?;
    }
    let meta = std::fs::metadata(dir).map_err(failed(dir))?;
    if meta.mode() & 0o077 != 0 {
        return Err(VaultError::Exposed { path: dir.to_owned() });
    }
    Ok(())
}

/// The file's bytes, `None` when it is not there.
pub fn read(path: &Path) -> Result<Option<Vec<u8>>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(path)(error)),
    };
    let meta = file.metadata().map_err(failed(path))?;
    if meta.mode() & 0o077 != 0 {
        return Err(VaultError::Exposed { path: path.to_owned() });
    }
    let mut bytes = Vec::new();
    file.take(SIZE_MAX).read_to_end(&mut bytes).map_err(failed(path))?;
    Ok(Some(bytes))
}

/// The directory of `path`, and in it a file of another name with `bytes`, forced to disk, for the owner alone.
fn aside<'a>(path: &'a Path, bytes: &[u8]) -> Result<(&'a Path, tempfile::NamedTempFile)> {
    let dir = path.parent().unwrap_or(Path::new("."));
    let mut aside = tempfile::Builder::new()
        .prefix(".new-")
        .permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))
        .tempfile_in(dir)
        .map_err(failed(path))?;
    aside.write_all(bytes).map_err(failed(path))?;
    aside.as_file().sync_all().map_err(failed(path))?;
    Ok((dir, aside))
}

/// Writes a new file and forces it and its name to disk; [`ErrorKind::AlreadyExists`] when another was first.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<()> {
    let (dir, aside) = aside(path, bytes)?;
    aside.persist_noclobber(path).map_err(|e| failed(path)(e.error))?;
    sync_dir(dir)
}

/// Replaces a file in one step.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<()> {
    let (dir, aside) = aside(path, bytes)?;
    overwrite(path)?;
    aside.persist(path).map_err(|e| failed(path)(e.error))?;
    sync_dir(dir)
}

fn sync_dir(dir: &Path) -> Result<()> {
    File::open(dir).and_then(|d| d.sync_all()).map_err(failed(dir))
}

/// A 32-byte key, `None` when the file is not there.
pub fn load(path: &Path) -> Result<Option<Secret>> {
    let Some(bytes) = read(path)? else { return Ok(None) };
    let key = bytes.try_into().map_err(|_| VaultError::Damaged { path: path.to_owned() })?;
    Ok(Some(Secret::new(Box::new(key))))
}

/// The 32-byte key in the file, which is made when it is not there; of several that make it at once, one wins.
pub fn load_or_make(path: &Path) -> Result<Secret> {
    if let Some(key) = load(path)? {
        return Ok(key);
    }
    let fresh = Secret::new(Box::new(random::<32>()?));
    match write_new(path, fresh.expose_secret()) {
        Ok(()) => Ok(fresh),
        Err(VaultError::File { cause, .. }) if cause.kind() == ErrorKind::AlreadyExists => {
            load(path)?.ok_or_else(|| VaultError::Damaged { path: path.to_owned() })
        }
        Err(error) => Err(error),
    }
}

/// Overwrites the bytes of a file in place, if it is there.
fn overwrite(path: &Path) -> Result<()> {
    let mut file = match OpenOptions::new().write(true).mode(0o600).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed(path)(error)),
    };
    let length = file.metadata().map_err(failed(path))?.len().min(SIZE_MAX);
    let noise = random::<32>()?;
    let filler: Vec<u8> =
        noise.iter().copied().cycle().take(usize::try_from(length).unwrap_or(32)).collect();
    file.write_all(&filler).map_err(failed(path))?;
    file.sync_all().map_err(failed(path))
}

/// Overwrites and removes a file; nothing when it is gone.
pub fn destroy(path: &Path) -> Result<()> {
    overwrite(path)?;
    match std::fs::remove_file(path) {
        Ok(()) => sync_dir(path.parent().unwrap_or(Path::new("."))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(failed(path)(error)),
    }
}
