//! The units that are stored, as files tell them, and what a file would change.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::id::UnitId;
use super::unit::{FIRST_DAY, Imported, LAST_DAY, NewUnit, Unit};
use super::{Store, StoreError};
use crate::unit::{
    Misfit, Period, Problems, UnitCode, UnitError, UnitKey, UnitKind, UnitName, UnitRow, csv,
    plan_import,
};

/// All stored units, aliases in order of spelling.
///
/// # Errors
/// When a stored unit cannot be read, which a newer binary may have written.
pub fn units(store: &Store) -> Result<Vec<UnitRow>, StoreError> {
    let stored = store.units()?;
    let code_of: BTreeMap<UnitId, &str> = stored.iter().map(|u| (u.id, u.code.as_str())).collect();
    let mut aliases: BTreeMap<UnitId, Vec<String>> = BTreeMap::new();
    for (unit, alias) in store.unit_aliases()? {
        aliases.entry(unit).or_default().push(alias);
    }
    let mut rows = Vec::with_capacity(stored.len());
    for unit in &stored {
        let parent = unit.parent_id.and_then(|id| code_of.get(&id).copied());
        let row = row(unit, parent, aliases.remove(&unit.id).unwrap_or_default());
        rows.push(row.map_err(|_| StoreError::Corrupt { what: "unit" })?);
    }
    Ok(rows)
}

fn row(unit: &Unit, parent: Option<&str>, aliases: Vec<String>) -> Result<UnitRow, UnitError> {
    let day = |text: &str, open: &str| match text {
        _ if text == open => Ok(None),
        _ => text.parse::<Date>().map(Some).map_err(|_| UnitError::Date),
    };
    let mut aliases = aliases.iter().map(|a| UnitName::new(a)).collect::<Result<Vec<_>, _>>()?;
    aliases.sort();
    Ok(UnitRow {
        code: UnitCode::new(&unit.code)?,
        name: UnitName::new(&unit.name)?,
        kind: UnitKind::new(&unit.kind)?,
        parent_code: parent.map(UnitCode::new).transpose()?,
        period: Period::new(day(&unit.valid_from, FIRST_DAY)?, day(&unit.valid_to, LAST_DAY)?)?,
        aliases,
    })
}

/// Why a file of units was not taken.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Wrong rows.
    #[error(transparent)]
    File(#[from] Problems),
    /// A unit that does not fit the others.
    #[error(transparent)]
    Misfit(#[from] Misfit),
}

/// What a file of units would change.
#[derive(Clone, Debug, Default)]
pub struct Prepared {
    /// Rows to be written, parents first.
    pub rows: Vec<NewUnit>,
    /// How many of which kind.
    pub counts: Imported,
    /// New units, code and name.
    pub inserted: Vec<(String, String)>,
    /// Units that are overwritten, code and name.
    pub updated: Vec<(String, String)>,
}

/// Reads a file of units against those that are stored. Nothing is written.
///
/// # Errors
/// [`RegistryError::File`] with every wrong row, [`RegistryError::Misfit`] for a unit without its parent.
pub fn prepare(store: &Store, bytes: &[u8], place: &str) -> Result<Prepared, RegistryError> {
    let existing = units(store)?;
    let mut rows = csv::parse(bytes, place, &existing)?;
    for row in &mut rows {
        // Stored aliases have no order of their own.
        row.aliases.sort();
    }
    let plan = plan_import(&existing, &rows)?;
    let named = |row: &UnitRow| (row.code.to_string(), row.full_name());
    let inserted = plan.insert.iter().map(|step| stored(step.row, step.parent.as_ref()));
    let updated = plan.update.iter().map(|update| stored(update.row, update.parent.as_ref()));
    Ok(Prepared {
        rows: inserted.chain(updated).collect(),
        counts: Imported {
            inserted: plan.insert.len(),
            updated: plan.update.len(),
            unchanged: plan.unchanged.len(),
        },
        inserted: plan.insert.iter().map(|step| named(step.row)).collect(),
        updated: plan.update.iter().map(|update| named(update.row)).collect(),
    })
}

/// A row as it is stored.
pub fn stored(row: &UnitRow, parent: Option<&UnitKey>) -> NewUnit {
    NewUnit {
        code: row.code.to_string(),
        name: row.name.to_string(),
        kind: row.kind.to_string(),
        parent: parent.map(|key| (key.code.to_string(), first_day(key.valid_from))),
        valid_from: first_day(row.period.from()),
        valid_to: row.period.to().map_or_else(|| LAST_DAY.to_owned(), |day| day.to_string()),
        aliases: row.aliases.iter().map(|a| (a.to_string(), a.search_key())).collect(),
    }
}

/// A first day as it is stored.
pub fn first_day(from: Option<Date>) -> String {
    from.map_or_else(|| FIRST_DAY.to_owned(), |day| day.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unit::shipped;

    #[test]
    fn what_is_stored_reads_back_as_the_file_told_it() {
        let rows = csv::parse(shipped::DISTRICTS_2018.as_bytes(), "d", &[]).unwrap();
        for mut file in rows {
            file.aliases.sort();
            let new = stored(&file, None);
            let unit = Unit {
                id: UnitId(1),
                code: new.code,
                name: new.name,
                kind: new.kind,
                parent_id: None,
                valid_from: new.valid_from,
                valid_to: new.valid_to,
            };
            let parent = file.parent_code.as_ref().map(UnitCode::as_str);
            let aliases = new.aliases.into_iter().map(|(alias, _)| alias).collect();
            assert_eq!(row(&unit, parent, aliases), Ok(file));
        }
    }
}
