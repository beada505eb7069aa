//! Drawn lists: a list of digests is frozen and its own digest published; a public random value that nobody can know
//! before decides; whoever has the list repeats the draw.
//!
//! The list is the text `hash,stratum`, a header and a line per dossier, sorted by hash, lines ended by LF. A hash is
//! SHA-256(32-byte salt of the round ‖ number, NFC, trimmed) in lower-case hex. seed = SHA-256(32 bytes of the list's
//! SHA-256 ‖ UTF-8 text of the random value). Drawn of each stratum are the n_h smallest HMAC-SHA-256(seed, 32 hash
//! bytes), so that no order of the list has any influence.

use std::collections::{BTreeMap, BTreeSet};

use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};

use super::asked::normal;
use crate::vault::{Secret, mac, sha256};

/// First line of a list.
const HEADER: &str = "hash,stratum\n";

/// Hash of a dossier's number in a list.
pub type Hash = [u8; 32];

/// How a round draws.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DrawRule {
    /// The public random value that decides, in words: which lottery, which prize, of which day.
    pub random: String,
    /// Dossiers drawn of a thousand, 1..=1000, in every unit without a number of its own.
    #[serde(default = "everybody")]
    pub per_thousand: u32,
    /// Dossiers drawn of a unit in the whole round, by its code; lists take from it until it is used up.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub ask: BTreeMap<String, u32>,
}

fn everybody() -> u32 {
    1000
}

/// A stratum of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stratum {
    /// N_h: its dossiers in the list.
    pub listed: u64,
    /// n_h: how many of them are drawn.
    pub drawn: u64,
}

/// Strata by unit code.
pub type Strata = BTreeMap<String, Stratum>;

/// The hash of a dossier's number.
#[must_use]
pub fn hash(salt: &Secret, number: &str) -> Hash {
    let mut text = salt.expose_secret().to_vec();
    text.extend(normal(number).into_bytes());
    sha256(&text)
}

/// The file of a list, sorted by hash.
#[must_use]
pub fn file(entries: &BTreeMap<Hash, String>) -> String {
    let mut text = String::from(HEADER);
    for (hash, stratum) in entries {
        text.push_str(&data_encoding::HEXLOWER.encode(hash));
        text.push(',');
        text.push_str(stratum);
        text.push('\n');
    }
    text
}

/// Reads a file that [`file`] made; `None` when it is another.
#[must_use]
pub fn read(text: &str) -> Option<BTreeMap<Hash, String>> {
    let lines = text.strip_prefix(HEADER)?;
    let mut entries = BTreeMap::new();
    for line in lines.lines() {
        let (hash, stratum) = line.split_once(',')?;
        let hash = data_encoding::HEXLOWER.decode(hash.as_bytes()).ok()?.try_into().ok()?;
        entries.insert(hash, stratum.to_owned());
    }
    (file(&entries) == text).then_some(entries)
}

/// How many are drawn of each stratum, given those of earlier lists.
///
/// Shares are kept over all lists together: after each list ⌈N·k/1000⌉ of the N dossiers listed so far are drawn, so
/// that a list of few dossiers does not round everybody in.
#[must_use]
pub fn sizes(rule: &DrawRule, before: &Strata, listed: &BTreeMap<String, u64>) -> Strata {
    let size = |code: &String, n: u64| {
        let earlier = before.get(code).copied().unwrap_or_default();
        let wanted = match rule.ask.get(code) {
            Some(ask) => u64::from(*ask),
            None => ((earlier.listed + n) * u64::from(rule.per_thousand)).div_ceil(1000),
        };
        Stratum { listed: n, drawn: wanted.saturating_sub(earlier.drawn).min(n) }
    };
    listed.iter().map(|(code, n)| (code.clone(), size(code, *n))).collect()
}

/// HMAC, then the hash that it is of: sorted, the drawn ones come first.
type Ranked = (Hash, Hash);

/// The drawn hashes.
///
/// `digest`: SHA-256 of the file; `value`: the public random value.
#[must_use]
pub fn drawn(
    entries: &BTreeMap<Hash, String>,
    strata: &Strata,
    digest: &[u8; 32],
    value: &str,
) -> BTreeSet<Hash> {
    let mut seed = digest.to_vec();
    seed.extend(value.as_bytes());
    let seed = Secret::new(Box::new(sha256(&seed)));
    let mut ranked: BTreeMap<&str, Vec<Ranked>> = BTreeMap::new();
    for (hash, stratum) in entries {
        ranked.entry(stratum).or_default().push((mac(&seed, hash), *hash));
    }
    let mut chosen = BTreeSet::new();
    for (stratum, mut ranks) in ranked {
        ranks.sort_unstable();
        let n = strata.get(stratum).map_or(0, |s| s.drawn);
        let n = usize::try_from(n).unwrap_or(usize::MAX);
        chosen.extend(ranks.into_iter().take(n).map(|(_, hash)| hash));
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn salt() -> Secret {
        Secret::new(Box::new([9; 32]))
    }

    fn entries() -> BTreeMap<Hash, String> {
        let of = |n: u32| (hash(&salt(), &format!("H21-{n:04}")), format!("62{}", n % 3));
        (0..300).map(of).collect()
    }

    fn rule(per_thousand: u32) -> DrawRule {
        DrawRule { random: "x".to_owned(), per_thousand, ask: BTreeMap::new() }
    }

    #[test]
    fn a_list_is_read_back_and_nothing_else_is() {
        let text = file(&entries());
        assert_eq!(read(&text), Some(entries()));
        assert_eq!(read(&text.replacen("620", "621", 1)).map(|e| e.len()), Some(300));
        let mut lines: Vec<&str> = text.lines().collect();
        lines.swap(1, 2);
        assert_eq!(read(&format!("{}\n", lines.join("\n"))), None, "not sorted");
        assert_eq!(read(text.trim_end()), None, "no last LF");
        assert_eq!(read(&text.replace('\n', "\r\n")), None);
    }

    #[test]
    fn as_many_as_said_are_drawn_of_each_stratum_and_the_value_decides_who() {
        let (entries, digest) = (entries(), sha256(file(&entries()).as_bytes()));
        let listed = BTreeMap::from([("620".to_owned(), 100), ("621".to_owned(), 100)]);
        let strata = sizes(&rule(250), &Strata::new(), &listed);
        let first = drawn(&entries, &strata, &digest, "482915");
        assert_eq!(first.len(), 50, "the stratum without a size has none");
        assert_eq!(first, drawn(&entries, &strata, &digest, "482915"));
        assert_ne!(first, drawn(&entries, &strata, &digest, "482916"));
        let half = |n| Strata::from([("620".to_owned(), Stratum { listed: 100, drawn: n })]);
        let (ten, twenty) =
            (drawn(&entries, &half(10), &digest, "1"), drawn(&entries, &half(20), &digest, "1"));
        assert!(ten.is_subset(&twenty) && twenty.len() == 20);
    }

    #[test]
    fn small_lists_keep_the_share_of_all_together() {
        let mut before = Strata::new();
        for day in 1..=100_u64 {
            let listed = BTreeMap::from([("625".to_owned(), 3)]);
            let today = sizes(&rule(250), &before, &listed)["625"];
            let sum = before.entry("625".to_owned()).or_default();
            sum.listed += today.listed;
            sum.drawn += today.drawn;
            assert_eq!(sum.drawn, (3 * day).div_ceil(4));
        }
    }

    #[test]
    fn a_number_of_a_unit_is_used_up_over_the_lists() {
        let mut rule = rule(1000);
        rule.ask.insert("625".to_owned(), 5);
        let listed = BTreeMap::from([("625".to_owned(), 4), ("622".to_owned(), 4)]);
        let first = sizes(&rule, &Strata::new(), &listed);
        assert_eq!((first["625"].drawn, first["622"].drawn), (4, 4));
        assert_eq!(sizes(&rule, &first, &listed)["625"].drawn, 1);
    }
}
