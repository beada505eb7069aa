//! Administrative units: the ground on which links are **issued** and the sub-index is **published**.
//!
//! A unit is a body in a tree with validity dates. Official codes get re-used (23638 was a townlet, then a commune), so
//! one unit is a ([`UnitCode`], first day) pair, its [`UnitKey`]; the store adds a surrogate id. Files come in as bytes
//! and become [`UnitRow`]s ([`csv::parse`]), all or nothing; [`plan_import`] says what an import would change;
//! [`Tree`] answers who was what on a given day; [`successor`] says who took over from whom.
//!
//! Pure: no clock, no files; dates are arguments.

pub mod csv;
pub mod shipped;
pub mod successor;

mod check;
mod code;
mod kind;
mod name;
mod period;
mod plan;
mod tree;

pub use code::UnitCode;
pub use kind::{Level, UnitKind};
pub use name::{UnitName, search_key};
pub use period::Period;
pub use plan::{Plan, Step, Update, plan_import};
pub use crate::table::{Problem, Problems};
pub use tree::Tree;

use jiff::civil::Date;

/// Why a single value is no part of a unit. Each says what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnitError {
    #[error(
        "write the official code: 1 to 20 of A-Z, 0-9, '.' and '-', beginning with a letter or digit"
    )]
    Code,
    #[error("write a name of 1 to 100 characters")]
    NameLength,
    #[error("write the name without ';', quotation marks or control characters")]
    NameCharacter,
    #[error("write one of: {}", UnitKind::list())]
    Kind,
    #[error("write a day as YYYY-MM-DD between 1900-01-01 and 2199-12-31, or leave it empty")]
    Date,
    #[error("the last day lies before the first: exchange or correct the dates")]
    PeriodOrder,
}

/// What makes a unit one unit: its official code and the first day of this use of it.
///
/// `valid_from` is `None` where the beginning is not on record; it sorts before every date.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitKey {
    pub code: UnitCode,
    pub valid_from: Option<Date>,
}

/// One unit as a file tells it.
///
/// `parent_code` names the unit above by its code; the one meant is the one whose validity covers `period`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitRow {
    pub code: UnitCode,
    pub name: UnitName,
    pub kind: UnitKind,
    pub parent_code: Option<UnitCode>,
    pub period: Period,
    /// Other spellings in use, in the order given, without the name itself.
    pub aliases: Vec<UnitName>,
}

impl UnitRow {
    /// The identity of this unit.
    pub fn key(&self) -> UnitKey {
        UnitKey { code: self.code.clone(), valid_from: self.period.from() }
    }

    /// The name as spoken, with the kind before it: "Huyện Kbang". Other bodies carry their kind in their name.
    pub fn full_name(&self) -> String {
        match self.kind.prefix() {
            Some(prefix) => format!("{prefix} {}", self.name),
            None => self.name.to_string(),
        }
    }
}
