//! From stored units to the rows the unit module works with.

use crate::store::unit::Unit;
use crate::unit::{Period, UnitCode, UnitKind, UnitName, UnitRow};

/// A stored unit as a row; `None` for one that no import could have written. The parent is left open.
pub(super) fn row_of(stored: &Unit) -> Option<UnitRow> {
    let day = |text: &str, open: &str| (text != open).then(|| text.parse().ok()).flatten();
    Some(UnitRow {
        code: UnitCode::new(&stored.code).ok()?,
        name: UnitName::new(&stored.name).ok()?,
        kind: UnitKind::new(&stored.kind).ok()?,
        parent_code: None,
        period: Period::new(
            day(&stored.valid_from, "0001-01-01"),
            day(&stored.valid_to, "9999-12-31"),
        )
        .ok()?,
        aliases: Vec::new(),
    })
}
