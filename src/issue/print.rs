//! Links as pictures and lists for printing; every print is counted, so a second one in secret is none.

use super::code::Code;
use super::qr::Qr;
use super::{IssueError, address};
use crate::desk::Desk;
use crate::store::actor::{Act, Actor, Right};
use crate::store::id::LinkId;
use crate::store::link::Print;
use crate::store::round::Round;
use crate::store::tally::Kind;

/// A link ready to be printed.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// Link.
    pub id: LinkId,
    /// Unit's name.
    pub unit: String,
    /// Counter's code.
    pub counter_code: String,
    /// Counter's name.
    pub counter: String,
    /// Running number at the counter.
    pub serial: i64,
    /// The code as it is typed, in groups.
    pub code: Code,
    /// The address in the QR code.
    pub url: String,
}

impl Sheet {
    /// The QR code of the address.
    ///
    /// # Errors
    /// [`IssueError::Qr`].
    pub fn qr(&self) -> Result<Qr, IssueError> {
        Ok(Qr::of_url(&self.url)?)
    }
}

/// The links of one kind of a round that can be printed, counted as printed by `actor`.
///
/// # Errors
/// [`IssueError::Refused`] for a round without such links.
pub fn sheets(
    desk: &Desk,
    actor: &Actor,
    round_code: &str,
    kind: Kind,
) -> Result<Vec<Sheet>, IssueError> {
    let round = desk.store.round(round_code)?;
    let keys = desk.vault.code_key()?;
    let mut sheets = Vec::new();
    for link in desk.store.printable_links(round.id, kind)? {
        let Some(sealed) = &link.code_enc else { continue };
        let code = keys.open(link.id, sealed).and_then(|text| Code::parse(&text).ok());
        let Some(code) = code else {
            return Err(IssueError::Refused(
                "a link's code cannot be read; keys_dir is not the one it was issued with"
                    .to_owned(),
            ));
        };
        let url = address(&desk.public_url, &code);
        sheets.push(Sheet {
            id: link.id,
            unit: link.unit_name,
            counter_code: link.counter_code,
            counter: link.counter_name,
            serial: link.serial,
            code,
            url,
        });
    }
    if sheets.is_empty() {
        return Err(IssueError::Refused(format!(
            "round {round_code} has no {kind} that can be printed"
        )));
    }
    let act = Act::new(
        actor,
        Right::IssueLinks,
        desk.clock.now(),
        "link.print",
        format!("round {round_code}"),
    )
    .with(serde_json::json!({ "kind": kind.word(), "links": sheets.len() }));
    desk.store.count_prints(&act, &prints(desk, &round, kind, sheets.iter().map(|s| s.id))?)?;
    Ok(sheets)
}

/// Links of one kind as they are counted when printed now: tickets with the encrypted time.
///
/// # Errors
/// [`IssueError::Vault`] without the round's linking key.
pub fn prints(
    desk: &Desk,
    round: &Round,
    kind: Kind,
    links: impl Iterator<Item = LinkId>,
) -> Result<Vec<Print>, IssueError> {
    if !kind.is_single() {
        return Ok(links.map(|id| Print { id, at_enc: None }).collect());
    }
    let (linking, at) = (desk.vault.linking_key(round.id)?, desk.clock.now());
    links.map(|id| Ok(Print { id, at_enc: Some(linking.seal_print(id, at)?) })).collect()
}
