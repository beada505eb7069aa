//! A file of dossiers in the console: kept encrypted while somebody looks at it, taken under one import, undone until used.

use std::collections::BTreeMap;

use super::sheet::shape;
use super::{Finished, IssueError, Mapping, Register};
use crate::desk::Desk;
use crate::store::actor::{Act, Actor, Right};
use crate::store::counter::Counter;
use crate::store::dossier::Taken;
use crate::store::draft::{Draft, Import, Undone, no_draft};
use crate::store::id::{ImportId, UnitId};
use crate::store::round::Round;
use crate::vault::random;

/// Largest file, bytes; larger ones go by the command line.
pub const FILE_BYTES_MAX: usize = 8 << 20;
/// Bytes of one part: a row that is written in a few milliseconds.
const PART_BYTES: usize = 256 << 10;
/// Longest name of a file that is kept, characters.
const NAME_CHARS_MAX: usize = 80;

/// Keeps a file for a day, with the mapping that its headings suggest.
///
/// # Errors
/// [`IssueError::File`] for one that cannot be read at all; [`IssueError::Refused`] for a round that takes no dossiers;
/// [`crate::store::StoreError::Forbidden`].
pub fn stage(
    desk: &Desk,
    actor: &Actor,
    round: &Round,
    unit: UnitId,
    (name, bytes): (&str, &[u8]),
) -> Result<Draft, IssueError> {
    super::issuable(desk, round)?;
    if !desk.vault.has_linking_key(round.id) {
        return Err(IssueError::Refused(format!(
            "round {} is not open yet; dossiers are taken once it is",
            round.code
        )));
    }
    let found = shape(bytes, None, None, name)?;
    let draft = Draft {
        id: ImportId(random()?),
        round_id: round.id,
        by: actor.name().to_owned(),
        at: desk.clock.now(),
        file: name.chars().take(NAME_CHARS_MAX).collect(),
        mapping: Mapping::guessed(&found.headings, found.header_row).text(),
    };
    let linking = desk.vault.linking_key(round.id)?;
    let parts = (1..).zip(bytes.chunks(PART_BYTES));
    let parts = parts
        .map(|(number, part)| Ok(linking.seal_draft(draft.id, number, part)?))
        .collect::<Result<Vec<_>, IssueError>>()?;
    let subject = format!("round {}", round.code);
    let act = Act::new(actor, Right::IssueLinks, draft.at, "dossier.stage", subject)
        .on(unit.0)
        .with(serde_json::json!({ "bytes": bytes.len() }));
    desk.store.stage_draft(&act, &draft, &parts)?;
    Ok(draft)
}

/// The file of this id that `actor` staged in a round.
///
/// # Errors
/// [`crate::store::StoreError::Missing`] for anybody else's.
pub fn find(desk: &Desk, actor: &Actor, round: &Round, id: &str) -> Result<Draft, IssueError> {
    let id = ImportId::from_hex(id).ok_or_else(no_draft)?;
    let own = desk.store.drafts(round.id, actor.name(), desk.clock.now())?;
    Ok(own.into_iter().find(|draft| draft.id == id).ok_or_else(no_draft)?)
}

/// What is in a file.
///
/// # Errors
/// When it cannot be read back.
pub fn content(desk: &Desk, draft: &Draft) -> Result<Vec<u8>, IssueError> {
    let linking = desk.vault.linking_key(draft.round_id)?;
    let mut bytes = Vec::new();
    for (number, sealed) in desk.store.draft_parts(draft.id)? {
        let part = linking.open_draft(draft.id, number, &sealed);
        bytes.extend(part.map_err(|_| {
            IssueError::Refused("the file cannot be read back; send it again".to_owned())
        })?);
    }
    Ok(bytes)
}

impl Register {
    /// How many dossiers each counter has.
    #[must_use]
    pub fn by_counter(&self, finished: &[Finished]) -> Vec<(Counter, usize)> {
        let mut sums: BTreeMap<usize, usize> = BTreeMap::new();
        for one in finished {
            *sums.entry(one.counter).or_default() += 1;
        }
        sums.into_iter().filter_map(|(at, n)| Some((self.counters.get(at)?.clone(), n))).collect()
    }

    /// How many of them were taken before.
    ///
    /// # Errors
    /// What the database or the vault says.
    pub fn known(&self, desk: &Desk, finished: &[Finished]) -> Result<i64, IssueError> {
        let linking = desk.vault.linking_key(self.round.id)?;
        let macs: Vec<[u8; 16]> = finished.iter().map(|one| linking.dossier(&one.number)).collect();
        Ok(desk.store.known_numbers(self.round.id, &macs)?)
    }

    /// Takes a file under its own import and erases it. Cut anywhere, it is simply run again: what was taken is known.
    ///
    /// # Errors
    /// As [`Register::take`].
    pub fn import(
        mut self,
        desk: &Desk,
        actor: &Actor,
        draft: &Draft,
        finished: &[Finished],
    ) -> Result<Taken, IssueError> {
        self.import = Some(draft.id);
        // All units first, so that a file that is refused leaves no import behind.
        for (counter, n) in self.by_counter(finished) {
            let subject = format!("round {}", self.round.code);
            let act =
                Act::new(actor, Right::IssueLinks, desk.clock.now(), "dossier.import", subject);
            let act = act.on(counter.unit_id.0).with(serde_json::json!({ "dossiers": n }));
            desk.store.permits(&act)?;
        }
        desk.store.begin_import(draft, desk.clock.now())?;
        let taken = self.take(desk, actor, finished, |_| {})?;
        desk.store.end_import(draft, desk.clock.now())?;
        Ok(taken)
    }
}

/// Undoes an import as far as nothing of it is used: by whoever may make links void at all its units.
///
/// # Errors
/// [`IssueError::Refused`] in a round that draws call-backs, whose lines lead to no dossier;
/// [`crate::store::StoreError::Forbidden`].
pub fn undo(
    desk: &Desk,
    actor: &Actor,
    round: &Round,
    import: &Import,
    reason: &str,
) -> Result<Undone, IssueError> {
    #[derive(serde::Deserialize)]
    struct CallsBack {
        callback: Option<serde_json::Value>,
    }
    super::issuable(desk, round)?;
    let rules = serde_json::from_str::<CallsBack>(&round.rules);
    if rules.is_ok_and(|rules| rules.callback.is_some()) {
        return Err(IssueError::Refused(
            "this round draws call-backs, and lines of their sheet lead to no dossier: imports are not undone".to_owned(),
        ));
    }
    let act = |unit: i32, action: &'static str| {
        let subject = format!("round {}", round.code);
        Act::new(actor, Right::VoidLinks, desk.clock.now(), action, subject)
            .on(unit)
            .with(serde_json::json!({ "import": import.id.hex(), "reason": reason }))
    };
    let (_, units) = desk.store.import_size(import.id)?;
    for unit in &units {
        desk.store.permits(&act(*unit, "dossier.undo"))?;
    }
    let Some(unit) = units.first() else { return Ok(Undone::default()) };
    let mut all = Undone::default();
    loop {
        let place = (round.id, import.id);
        let some = desk.store.undo_import(&act(*unit, "dossier.undo"), place, all.last)?;
        all.undone += some.undone;
        all.kept += some.kept;
        all.last = some.last;
        if some.last.is_none() {
            break;
        }
    }
    if all.kept == 0 {
        desk.store.note_undone(&act(*unit, "dossier.undone"), import.id)?;
    }
    Ok(all)
}
