//! Heads kept elsewhere, as `--against` names them: a file, an address, or what a printed sheet shows.

use std::path::Path;

use crate::cli::{Failure, file};
use crate::ledger::{Source, is_web};
use crate::mail;

/// A century of daily heads has some 20 MB.
const BYTES_MAX: usize = 64 << 20;

/// Reads every source.
///
/// # Errors
/// Names the one that cannot be read or holds no head.
pub fn read_all(sources: &[String]) -> Result<Vec<Source>, Failure> {
    sources.iter().map(|source| read(source)).collect()
}

fn read(source: &str) -> Result<Source, Failure> {
    if let Some(typed) = Source::typed(source) {
        return Ok(typed);
    }
    if source.starts_with("http://") || source.starts_with("https://") {
        return Ok(Source::read(source, &fetch(source)?)?);
    }
    let path = Path::new(source);
    Ok(Source::read(&file::name(path), &file::read(path, BYTES_MAX)?)?)
}

fn fetch(address: &str) -> Result<Vec<u8>, Failure> {
    if !is_web(address) {
        return Err(Failure::new(format!(
            "{address} is asked by https alone, by http only on this machine; whoever stands between could show another head"
        )));
    }
    let failed = |cause| Failure::because(format!("{address} does not answer"), cause);
    let mut answer = mail::agent().get(address).call().map_err(failed)?;
    let status = answer.status().as_u16();
    if status != 200 {
        return Err(Failure::new(format!("{address} answered {status}, not 200")));
    }
    let limit = u64::try_from(BYTES_MAX).unwrap_or(u64::MAX);
    answer.body_mut().with_config().limit(limit).read_to_vec().map_err(failed)
}
