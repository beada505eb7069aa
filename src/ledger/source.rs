//! Heads from wherever somebody kept them: files and answers with signed heads in them, mails, the page, a printed sheet.

use serde::Deserialize;

use super::{HeadStatement, Heads, LedgerError, SignedHead, unarmored, unhex};
use crate::store::ledger::Hash;

/// A head that was seen somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Leaves under it.
    pub size: u64,
    /// Root, hex.
    pub root: String,
    /// With its signature; pages and printed sheets show the bare root.
    pub signed: Option<SignedHead>,
}

/// One place and what it shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// File, address or sheet.
    pub name: String,
    /// Its heads.
    pub heads: Vec<Seen>,
}

impl From<SignedHead> for Seen {
    fn from(head: SignedHead) -> Self {
        Self { size: head.statement.size, root: head.statement.root.clone(), signed: Some(head) }
    }
}

impl Source {
    /// A file of heads as a source.
    #[must_use]
    pub fn of(name: &str, heads: &Heads) -> Self {
        let heads = heads.heads.iter().cloned().map(Seen::from).collect();
        Self { name: name.to_owned(), heads }
    }

    /// What a person reads off a printed sheet: `SIZE:ROOT`; `None` for any other text.
    #[must_use]
    pub fn typed(text: &str) -> Option<Self> {
        let (size, root) = text.split_once(':')?;
        let root: String = root.chars().filter(|sign| !sign.is_whitespace()).collect();
        let seen = bare(size, &root)?;
        Some(Self { name: format!("the sheet's {size} leaves"), heads: vec![seen] })
    }

    /// Reads a file or an answer: JSON with signed heads anywhere in it (heads, bundles, proofs of receipts, answers of the
    /// API), a mail or many, or the page of the ledger.
    ///
    /// # Errors
    /// [`LedgerError::Refused`] where there is no head in it, or a mail's is damaged.
    pub fn read(name: &str, bytes: &[u8]) -> Result<Self, LedgerError> {
        let refused = |why: String| LedgerError::Refused(format!("{name}: {why}"));
        let mut heads = Vec::new();
        if let Ok(value) = serde_json::from_slice(bytes) {
            gather(&value, &mut heads);
        } else {
            let text = String::from_utf8_lossy(bytes);
            for head in unarmored(&text) {
                heads.push(head.map_err(refused)?.into());
            }
            if heads.is_empty() {
                heads = on_page(&text);
            }
        }
        if heads.is_empty() {
            return Err(refused(
                "no head of a ledger is in it; give a file of heads, a bundle, a mail saved as text, or the page"
                    .to_owned(),
            ));
        }
        Ok(Self { name: name.to_owned(), heads })
    }
}

/// Every signed head in a JSON document, however deep.
fn gather(value: &serde_json::Value, heads: &mut Vec<Seen>) {
    match value {
        serde_json::Value::Object(fields) => {
            let statement = fields.get("statement").map(HeadStatement::deserialize);
            match (statement, fields.get("signature").and_then(|text| text.as_str())) {
                (Some(Ok(statement)), Some(signature)) => {
                    let signature = signature.to_owned();
                    heads.push(SignedHead { statement, signature }.into());
                }
                _ => fields.values().for_each(|inner| gather(inner, heads)),
            }
        }
        serde_json::Value::Array(all) => all.iter().for_each(|inner| gather(inner, heads)),
        _ => {}
    }
}

/// The rows of the page `/results/ledger`: the number of leaves in the cell before the root.
fn on_page(text: &str) -> Vec<Seen> {
    let parts: Vec<&str> = text.split("<code>").collect();
    let rows = parts.iter().zip(parts.iter().skip(1));
    rows.filter_map(|(before, after)| {
        let (root, _) = after.split_once("</code>")?;
        let (_, cell) = before.rsplit_once("<td class=\"n\">")?;
        let (size, _) = cell.split_once('<')?;
        let digits: String = size.chars().filter(char::is_ascii_digit).collect();
        bare(&digits, root)
    })
    .collect()
}

fn bare(size: &str, root: &str) -> Option<Seen> {
    let hash: Hash = unhex(root)?;
    let (size, root) = (size.trim().parse().ok()?, data_encoding::HEXLOWER.encode(&hash));
    Some(Seen { size, root, signed: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_found_on_a_page_on_a_sheet_and_inside_any_document() {
        let root = "ab".repeat(32);
        let page = format!(
            "<table><tr><th>Root</th></tr><tr><td>x</td><td class=\"n\">1.234</td><td><code>{root}</code></td></tr></table><code>no root</code>"
        );
        let found = Source::read("page", page.as_bytes()).unwrap();
        assert_eq!(found.heads.iter().map(|seen| seen.size).collect::<Vec<_>>(), [1234]);
        let spaced = format!("1234: {} {}", &root[..32], root[32..].to_uppercase());
        assert_eq!(Source::typed(&spaced).unwrap().heads, found.heads);
        for wrong in ["1234", "x:ab", &format!("-1:{root}"), "https://example.vn/heads", "a.json"] {
            assert_eq!(Source::typed(wrong), None, "{wrong}");
        }
        let statement = format!(
            r#"{{"type":"khaosat tree head 1","log":"l","size":7,"root":"{root}","at":"t","reason":"daily"}}"#
        );
        let head = format!(r#"{{"statement":{statement},"signature":"a..b","href":"x"}}"#);
        let api = format!(r#"{{"heads":[{head}],"next":{{"head":{head}}}}}"#);
        let found = Source::read("api", api.as_bytes()).unwrap();
        assert!(found.heads.len() == 2 && found.heads[0].signed.is_some());
        assert!(Source::read("empty", b"{}").is_err());
        assert!(Source::read("letter", "Kính gửi".as_bytes()).is_err());
    }
}
