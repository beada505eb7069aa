//! Day keys: a forward ratchet. The key of a day follows from the day before by a one-way step and takes its place in
//! the file, so that digests of past days can be made by nobody any more.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use secrecy::ExposeSecret;

use super::cipher::{Secret, derive, mac32, random};
use super::file;
use super::{Result, VaultError};

/// The key of the newest day this process has used.
#[derive(Debug, Default)]
pub struct Cached(Option<(i64, Secret)>);

impl Cached {
    pub fn digest(
        &mut self,
        path: &Path,
        day: i64,
        address: &str,
        user_agent: &str,
    ) -> Result<Option<u64>> {
        if self.0.as_ref().is_none_or(|(cached, _)| *cached != day) {
            self.0 = advance(path, day)?;
        }
        Ok(self.0.as_ref().filter(|(cached, _)| *cached == day).map(|(_, key)| {
            let digest = mac32(key, "device", &[address.as_bytes(), user_agent.as_bytes()]);
            digest.iter().take(8).fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte))
        }))
    }
}

/// A jump of more days than this starts from fresh randomness: nobody waits for a ratchet of centuries.
const STEPS_MAX: i64 = 4000;

/// Moves the file's key on to `day` if it is older; the file's day and key. A lock file keeps several servers in turn.
fn advance(path: &Path, day: i64) -> Result<Option<(i64, Secret)>> {
    let failed = |cause| VaultError::File { path: path.to_owned(), cause };
    let lock = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path.with_extension("lock"))
        .map_err(failed)?;
    lock.lock().map_err(failed)?;
    let stored = match file::read(path)? {
        None => None,
        Some(bytes) => {
            Some(parse(&bytes).ok_or_else(|| VaultError::Damaged { path: path.to_owned() })?)
        }
    };
    let (mut at, mut key) = match stored {
        Some((at, key)) if day - at <= STEPS_MAX => (at, key),
        _ => (day, Secret::new(Box::new(random::<32>()?))),
    };
    let fresh = at == day;
    while at < day {
        key = derive(&key, "next day");
        at += 1;
    }
    if fresh || at == day {
        let mut bytes = at.to_be_bytes().to_vec();
        bytes.extend(key.expose_secret());
        file::replace(path, &bytes)?;
    }
    Ok(Some((at, key)))
}

fn parse(bytes: &[u8]) -> Option<(i64, Secret)> {
    let (day, key) = bytes.split_first_chunk::<8>()?;
    Some((i64::from_be_bytes(*day), Secret::new(Box::new(key.try_into().ok()?))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_gone_by_has_no_digest_any_more() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("day.key");
        let mut one = Cached::default();
        let monday = one.digest(&path, 100, "10.0.0.1", "phone").unwrap().unwrap();
        assert_eq!(one.digest(&path, 100, "10.0.0.1", "phone").unwrap(), Some(monday));
        assert_ne!(one.digest(&path, 100, "10.0.0.2", "phone").unwrap(), Some(monday));
        let tuesday = one.digest(&path, 101, "10.0.0.1", "phone").unwrap().unwrap();
        assert_ne!(tuesday, monday);
        assert_eq!(one.digest(&path, 100, "10.0.0.1", "phone").unwrap(), None);
    }

    #[test]
    fn two_servers_on_one_file_agree() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("day.key");
        let (mut one, mut two) = (Cached::default(), Cached::default());
        assert_eq!(
            one.digest(&path, 5, "a", "b").unwrap().unwrap(),
            two.digest(&path, 5, "a", "b").unwrap().unwrap()
        );
        let ahead = two.digest(&path, 9, "a", "b").unwrap();
        assert_eq!(one.digest(&path, 9, "a", "b").unwrap(), ahead);
    }
}
