//! Links on paper: which are printed, and how they look.
//!
//! Every print is counted and audited before it is made, so that one in secret is none: whoever stops a print half-way
//! has links that count as printed. A link is printed once; again only with a reason, by whoever may void it.

mod form;
mod pages;
mod poster;
mod tickets;
mod words;

pub use form::forms;
pub use pages::{Pages, pdf, pictures, serials};
pub use poster::{PosterPaper, posters};
pub use tickets::{TicketPaper, tickets};
pub use words::Words;

use jiff::civil::Date;

use super::code::Code;
use super::qr::Qr;
use super::{IssueError, address};
use crate::desk::Desk;
use crate::form::Form;
use crate::store::actor::{Act, Actor, Right};
use crate::store::id::{LinkId, UnitId};
use crate::store::print::{Print, PrintScope, Printable};
use crate::store::round::Round;
use crate::store::tally::Kind;
use crate::vault::CodeKey;

/// A link ready to be printed.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// Link.
    pub id: LinkId,
    /// Unit's code.
    pub unit_code: String,
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
    /// The last day of the link, or of the round if that is over before.
    pub until: Date,
}

impl Sheet {
    /// The QR code of the address.
    ///
    /// # Errors
    /// [`IssueError::Qr`].
    pub fn qr(&self) -> Result<Qr, IssueError> {
        Ok(Qr::of_url(&self.url)?)
    }

    /// What the picture shows, for those who hear it.
    #[must_use]
    pub fn title(&self) -> String {
        format!("{}, {}, {}", self.unit, self.counter, self.serial)
    }

    /// `UNIT_COUNTER_SERIAL`, for a file of its own.
    #[must_use]
    pub fn file_stem(&self) -> String {
        let serial = self.serial.to_string();
        let parts = [&self.unit_code, &self.counter_code, &serial];
        parts.map(|part| pages::in_file_name(part)).join("_")
    }
}

/// What somebody wants printed.
#[derive(Clone, Copy, Debug)]
pub struct Order<'a> {
    /// Round.
    pub round: &'a str,
    /// Kind of link.
    pub kind: Kind,
    /// Of this unit only; else of every unit that the actor may print for.
    pub unit: Option<&'a str>,
    /// Of counters with this code only.
    pub counter: Option<&'a str>,
    /// Running numbers, both ends included.
    pub serials: Option<(i64, i64)>,
    /// Why links that were printed are printed once more; `None`: those never printed.
    pub again: Option<&'a str>,
}

impl<'a> Order<'a> {
    /// All links of a kind that were never printed.
    #[must_use]
    pub fn new(round: &'a str, kind: Kind) -> Self {
        Self { round, kind, unit: None, counter: None, serials: None, again: None }
    }

    fn right(&self) -> Right {
        if self.again.is_some() { Right::VoidLinks } else { Right::IssueLinks }
    }
}

/// Fewest characters of a reason.
pub const REASON_CHARS_MIN: usize = 10;
/// Links counted in one transaction: keeps the write lock well under 50 ms (design §3). Whole sheets of 24 and of 10.
const CHUNK: usize = 240;

/// The links of an order, none of them counted as printed yet.
pub struct Selected<'a> {
    order: Order<'a>,
    actor: &'a Actor,
    round: Round,
    keys: CodeKey,
    links: Vec<Printable>,
}

/// Finds the links of an order at the counters that `actor` may print for.
///
/// # Errors
/// [`IssueError::Refused`] when there are none or the reason is too short; [`crate::store::StoreError::Forbidden`].
pub fn select<'a>(
    desk: &Desk,
    actor: &'a Actor,
    order: Order<'a>,
) -> Result<Selected<'a>, IssueError> {
    let refuse = |text: String| Err(IssueError::Refused(text));
    let round = desk.store.round(order.round)?;
    if order.again.is_some_and(|reason| reason.trim().chars().count() < REASON_CHARS_MIN) {
        return refuse(format!(
            "give a reason of at least {REASON_CHARS_MIN} characters for printing again; it is audited"
        ));
    }
    let mut units = desk.store.round_units(round.id)?;
    if let Some(code) = order.unit {
        units.retain(|unit| unit.code == code);
        if units.is_empty() {
            return refuse(format!("round {} has no unit {code:?}", order.round));
        }
    }
    let ids: Vec<UnitId> = units.iter().map(|unit| unit.id).collect();
    let units = &desk.store.permitted(actor, order.right(), &ids)?;
    let Order { kind, counter, serials, .. } = order;
    let scope = PrintScope {
        kind,
        units,
        counter,
        serials,
        printed: order.again.is_some(),
        now: desk.clock.now(),
    };
    let links = desk.store.printable_links(round.id, &scope)?;
    if links.is_empty() {
        let other = PrintScope { printed: !scope.printed, ..scope };
        let hint = match (order.again, desk.store.printable_links(round.id, &other)?.len()) {
            (_, 0) => String::new(),
            (None, n) => format!("; {n} are printed already: print them again with a reason"),
            (Some(_), n) => format!(" once more; {n} were never printed"),
        };
        return refuse(format!("round {} has no {kind} that can be printed{hint}", order.round));
    }
    Ok(Selected { order, actor, round, keys: desk.vault.code_key()?, links })
}

/// Links of one kind as they are counted when printed now: single ones with the encrypted time.
///
/// # Errors
/// [`IssueError::Vault`] without the round's linking key.
pub fn prints(
    desk: &Desk,
    round: &Round,
    kind: Kind,
    links: impl IntoIterator<Item = LinkId>,
) -> Result<Vec<Print>, IssueError> {
    if !kind.is_single() {
        return Ok(links.into_iter().map(|id| Print { id, at_enc: None }).collect());
    }
    let (linking, at) = (desk.vault.linking_key(round.id)?, desk.clock.now());
    let print = |id| Ok(Print { id, at_enc: Some(linking.seal_print(id, at)?) });
    links.into_iter().map(print).collect()
}

impl Selected<'_> {
    /// How many there are.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "an order without links is refused")]
    pub fn len(&self) -> usize {
        self.links.len()
    }

    /// What stands beside the codes.
    ///
    /// # Errors
    /// When the round's form cannot be read.
    pub fn words(&self, desk: &Desk) -> Result<Words, IssueError> {
        Words::of(desk, &self.round)
    }

    /// The form that the round asks with.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn form(&self, desk: &Desk) -> Result<Form, IssueError> {
        super::form_of(desk, &self.round)
    }

    /// Counts the links as printed and hands them on, chunk by chunk, by unit, counter and serial;
    /// a counter's links go on in the next chunk only after whole sheets.
    ///
    /// # Errors
    /// What the database or `take` says; the chunks before are counted, and the one in hand.
    pub fn each<E: From<IssueError>>(
        &self,
        desk: &Desk,
        mut take: impl FnMut(&[Sheet]) -> Result<(), E>,
    ) -> Result<(), E> {
        for chunk in chunks(&self.links) {
            let sheets = chunk
                .iter()
                .map(|link| self.sheet(desk, link))
                .collect::<Result<Vec<_>, IssueError>>()?;
            self.count(desk, chunk)?;
            take(&sheets)?;
        }
        Ok(())
    }

    fn sheet(&self, desk: &Desk, link: &Printable) -> Result<Sheet, IssueError> {
        let sealed = link.code_enc.as_deref().unwrap_or_default();
        let code = self.keys.open(link.id, sealed).and_then(|text| Code::parse(&text).ok());
        let Some(code) = code else {
            return Err(IssueError::Refused(
                "a link's code cannot be read; keys_dir is not the one it was issued with"
                    .to_owned(),
            ));
        };
        let closes_at = self.round.closes_at;
        Ok(Sheet {
            id: link.id,
            unit_code: link.unit_code.clone(),
            unit: link.unit_name.clone(),
            counter_code: link.counter_code.clone(),
            counter: link.counter_name.clone(),
            serial: link.serial,
            url: address(&desk.public_url, &code),
            until: link.expires_at.map_or(closes_at, |end| end.min(closes_at)).vietnam_day(),
            code,
        })
    }

    fn count(&self, desk: &Desk, chunk: &[Printable]) -> Result<(), IssueError> {
        let Some(unit) = chunk.first().map(|link| link.unit_id) else { return Ok(()) };
        let again = self.order.again;
        let action = if again.is_some() { "link.reprint" } else { "link.print" };
        let subject = format!("round {}", self.order.round);
        let mut detail = serde_json::json!({
            "kind": self.order.kind.word(), "links": chunk.len(), "at": places(chunk),
        });
        if let (Some(reason), Some(detail)) = (again, detail.as_object_mut()) {
            detail.insert("reason".to_owned(), reason.trim().into());
        }
        let act = Act::new(self.actor, self.order.right(), desk.clock.now(), action, subject)
            .on(unit.0)
            .with(detail);
        let ids: Vec<LinkId> = chunk.iter().map(|link| link.id).collect();
        Ok(desk.store.count_prints(
            &act,
            &prints(desk, &self.round, self.order.kind, ids)?,
            again.is_some(),
        )?)
    }
}

/// A unit at a time, or where it has many links a part of one of its counters.
fn chunks(links: &[Printable]) -> impl Iterator<Item = &[Printable]> {
    links.chunk_by(|a, b| a.unit_id == b.unit_id).flat_map(|unit| {
        let by_counter =
            |a: &Printable, b: &Printable| unit.len() <= CHUNK || a.counter_code == b.counter_code;
        unit.chunk_by(by_counter).flat_map(|counter| counter.chunks(CHUNK))
    })
}

/// Unit, counter and serials of links in order: `625/Q1 1–24, 30`.
fn places(links: &[Printable]) -> Vec<String> {
    links
        .chunk_by(|a, b| a.counter_code == b.counter_code)
        .filter_map(|counter| {
            let first = counter.first()?;
            let runs: Vec<String> = counter
                .chunk_by(|a, b| a.serial + 1 == b.serial)
                .filter_map(|run| {
                    let (from, to) = (run.first()?.serial, run.last()?.serial);
                    Some(if from == to { from.to_string() } else { format!("{from}–{to}") })
                })
                .collect();
            Some(format!("{}/{} {}", first.unit_code, first.counter_code, runs.join(", ")))
        })
        .collect()
}

/// All links of a kind that were never printed, counted as printed by `actor`.
///
/// # Errors
/// As [`select`].
pub fn sheets(
    desk: &Desk,
    actor: &Actor,
    round: &str,
    kind: Kind,
) -> Result<Vec<Sheet>, IssueError> {
    let mut sheets = Vec::new();
    select(desk, actor, Order::new(round, kind))?.each::<IssueError>(desk, |chunk| {
        sheets.extend_from_slice(chunk);
        Ok(())
    })?;
    Ok(sheets)
}
