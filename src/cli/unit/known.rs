//! The units that are stored, as files tell them.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::cli::Failure;
use crate::store::Store;
use crate::store::StoreError;
use crate::store::id::UnitId;
use crate::store::unit::{FIRST_DAY, LAST_DAY, NewUnit, Unit};
use crate::unit::{Period, UnitCode, UnitError, UnitKey, UnitKind, UnitName, UnitRow};

/// All stored units, aliases in order of spelling.
///
/// # Errors
/// When a stored unit cannot be read, which a newer binary may have written.
pub fn units(store: &Store) -> Result<Vec<UnitRow>, Failure> {
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
    use crate::unit::{csv, shipped};

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
