//! A publication's file: its canonical form, its digest, its signature.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use super::faults;
use crate::cli::{Failure, Outcome, file, out};
use crate::publish::{canonical, check};
use crate::round::Document;

/// A publication of 2,000 units with their factors has 6 MB.
pub const BYTES_MAX: usize = 64 << 20;
const JWKS_BYTES_MAX: usize = 1 << 20;
const JWS_BYTES_MAX: usize = 4096;

/// Checks what can be checked and prints it.
///
/// # Errors
/// Every fault, each on a line of its own.
pub fn run(path: &Path, bytes: &[u8], jwks: Option<&Path>, digest: Option<&str>) -> Outcome {
    let signature = signature(path)?;
    let keys = jwks.map(keys).transpose()?;
    let wanted = digest.map(str::to_owned).or_else(|| digest_in_name(path));
    let seen = look(bytes, signature.as_deref(), keys.as_deref(), wanted.as_deref());
    if seen.faults.is_empty() {
        out::print(&seen.told.join("\n"))
    } else {
        Err(faults(&file::name(path), &seen.faults))
    }
}

/// What was checked and what is wrong.
#[derive(Debug, Default)]
struct Seen {
    told: Vec<String>,
    faults: Vec<String>,
}

/// Key id and its 32 public bytes.
type Key = (String, Vec<u8>);

fn look(bytes: &[u8], signature: Option<&str>, keys: Option<&[Key]>, wanted: Option<&str>) -> Seen {
    let mut seen = Seen::default();
    match serde_json::from_slice::<Document>(bytes) {
        Ok(document) => seen.told.push(format!(
            "publication {} of round {}, published at {}",
            document.number,
            out::visible(&document.round),
            out::visible(&document.published_at)
        )),
        Err(error) => {
            seen.faults.push(format!("this is no publication that this khaosat knows: {error}"))
        }
    }
    let value: serde_json::Value = match serde_json::from_slice(bytes) {
        Ok(value) => value,
        Err(_) => return seen,
    };
    match canonical(&value) {
        Ok(again) if again.bytes == bytes => {
            seen.told.push("canonical form (RFC 8785): good".to_owned())
        }
        _ => seen.faults.push(
            "the bytes are not canonical (RFC 8785); a line end at the end counts, too".to_owned(),
        ),
    }
    let digest = data_encoding::HEXLOWER.encode(&crate::vault::sha256(bytes));
    match wanted {
        Some(wanted) if wanted.eq_ignore_ascii_case(&digest) => {
            seen.told.push(format!("digest {digest}: as wanted"));
        }
        Some(wanted) => {
            seen.faults.push(format!("the digest is {digest}, not {}", wanted.to_lowercase()))
        }
        None => seen.told.push(format!("digest {digest}: compare it with the one you were given")),
    }
    match (signature, keys) {
        (Some(jws), Some(keys)) => {
            let known = keys.iter().map(|(kid, key)| (kid.as_str(), key.as_slice()));
            match check(jws.trim(), bytes, known) {
                Ok(kid) => seen.told.push(format!("signature by key {kid}: good")),
                Err(fault) => seen.faults.push(fault.to_string()),
            }
        }
        (None, Some(_)) => seen
            .faults
            .push("there is no signature; put it beside the file, as FILE.jws".to_owned()),
        (Some(_), None) => seen
            .told
            .push("signature: not checked; give the public keys with --jwks FILE".to_owned()),
        (None, None) => seen.told.push("signature: none beside the file".to_owned()),
    }
    seen
}

/// The detached JWS beside a publication's file, if it is there.
fn signature(path: &Path) -> Result<Option<String>, Failure> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".jws");
    let beside = Path::new(&beside);
    if !beside.exists() {
        return Ok(None);
    }
    file::read_text(beside, JWS_BYTES_MAX).map(Some)
}

/// The digest that a file is named for, as downloads are.
fn digest_in_name(path: &Path) -> Option<String> {
    let stem = path.file_stem()?.to_str()?;
    (stem.len() == 64 && stem.bytes().all(|b| b.is_ascii_hexdigit())).then(|| stem.to_owned())
}

#[derive(Deserialize)]
struct Jwks {
    keys: Vec<Jwk>,
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: Option<String>,
    crv: Option<String>,
    x: Option<String>,
}

/// The Ed25519 keys of a JWK set (RFC 7517, RFC 8037); others are passed over.
pub fn keys(path: &Path) -> Result<Vec<Key>, Failure> {
    let bytes = file::read(path, JWKS_BYTES_MAX)?;
    let set: Jwks = serde_json::from_slice(&bytes).map_err(|cause| {
        Failure::because(format!("{} is no set of public keys (JWKS)", path.display()), cause)
    })?;
    let key = |jwk: Jwk| {
        let fits = jwk.kty == "OKP" && jwk.crv.as_deref() == Some("Ed25519");
        let x = URL_SAFE_NO_PAD.decode(jwk.x?).ok().filter(|x| fits && x.len() == 32)?;
        Some((jwk.kid?, x))
    };
    let keys: Vec<Key> = set.keys.into_iter().filter_map(key).collect();
    if keys.is_empty() {
        return Err(Failure::new(format!("{} holds no Ed25519 key", path.display())));
    }
    Ok(keys)
}

#[cfg(test)]
mod tests;
