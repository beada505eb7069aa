//! Dedup: the third word of the sentence issue → collect → **dedup** → seal → weigh → index → publish.
//!
//! In: the responses of one round as columns ([`Batch`]). Out: [`Flag`]s; nothing is dropped here, [`verdict`] tells
//! what a flag may lead to. Everything a rule compares with (rates, rhythms, items, paces, what chance brings forth) is
//! learned from the batch at hand. Pure: no clock, no files; the result depends neither on the order of rows nor on the
//! number of threads.

mod batch;
mod behaviour;
mod burst;
mod chance;
mod copies;
mod duplicate_text;
mod exact_duplicate;
mod flag;
mod group;
mod near_duplicate;
mod neighbours;
mod off_hours;
mod pace;
mod rarity;
mod shape;
mod speeder;
mod staff_device;
mod straightliner;
mod stretch;
mod study;
mod tails;
mod text;
mod ticket_run;
mod uniform_counter;
pub mod verdict;
mod wording;

pub use batch::{Batch, CODE_MAX, Columns, ITEMS_MAX, Kind, NO_OPINION, PREFER_NOT};
pub use flag::{Flag, RuleName, Severity};
pub use group::cases;
pub use study::Study;

/// What of the rules a round may set.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Local time minus UTC in milliseconds, for hours of the day.
    pub utc_offset_ms: i64,
}

impl Default for Settings {
    /// Indochina time, UTC+7.
    fn default() -> Self {
        Self { utc_offset_ms: 7 * 3_600_000 }
    }
}

/// Why columns are no batch.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum DedupError {
    /// Columns of different length.
    #[error("column {column} holds {length} values for {rows}")]
    Length {
        /// The column.
        column: &'static str,
        /// Its values.
        length: usize,
        /// Values expected.
        rows: usize,
    },
    /// More responses than can be numbered.
    #[error("{rows} responses are more than one round can hold")]
    TooMany {
        /// Responses.
        rows: usize,
    },
    /// More items than [`ITEMS_MAX`].
    #[error("{items} items are more than a form can have here ({ITEMS_MAX})")]
    Items {
        /// Items.
        items: usize,
    },
    /// A language that is not listed.
    #[error("row {row}: the language is not among those listed")]
    Language {
        /// Row of the batch.
        row: usize,
    },
    /// A code that no answer has.
    #[error("row {row}, item {item}: {code} is no code of an answer (1 to {CODE_MAX})")]
    Code {
        /// Row of the batch.
        row: usize,
        /// Item.
        item: usize,
        /// The code.
        code: u8,
    },
}

/// One rule: its name and what it finds.
pub trait Rule: Sync {
    /// Name in files, tables and verdicts.
    fn name(&self) -> RuleName;
    /// Flags by position in the study (`row`, `related`); at most one per response and rule counts, the strongest.
    fn find(&self, study: &Study<'_>, settings: &Settings) -> Vec<Flag>;
}

/// All rules; a new one is a file and a line here.
pub const RULES: &[&dyn Rule] = &[
    &exact_duplicate::ExactDuplicate,
    &near_duplicate::NearDuplicate,
    &duplicate_text::DuplicateText,
    &straightliner::Straightliner,
    &speeder::Speeder,
    &ticket_run::TicketRun,
    &staff_device::StaffDevice,
    &burst::Burst,
    &off_hours::OffHours,
    &uniform_counter::UniformCounter,
];

/// Looks at one round with every rule. Flags come by time of the response, then by rule.
pub fn run(batch: &Batch<'_>, settings: &Settings) -> Vec<Flag> {
    run_with(batch, settings, &mut |_| {})
}

/// As [`run`], telling `progress` which rule is about to look.
pub fn run_with(
    batch: &Batch<'_>,
    settings: &Settings,
    progress: &mut dyn FnMut(RuleName),
) -> Vec<Flag> {
    if batch.is_empty() {
        return Vec::new();
    }
    let study = Study::new(batch);
    let mut flags = Vec::new();
    for rule in RULES {
        progress(rule.name());
        flags.extend(rule.find(&study, settings));
    }
    flags.sort_by(|a, b| {
        (a.row, a.rule)
            .cmp(&(b.row, b.rule))
            .then(b.severity.cmp(&a.severity))
            .then(b.score.total_cmp(&a.score))
            .then(a.related.cmp(&b.related))
    });
    flags.dedup_by_key(|flag| (flag.row, flag.rule));
    let in_batch =
        |row: usize| study.batch_row.get(row).and_then(|&r| usize::try_from(r).ok()).unwrap_or(row);
    for flag in &mut flags {
        flag.row = in_batch(flag.row);
        flag.related = flag.related.map(in_batch);
        flag.score = (flag.score.clamp(0.0, 999.0) * 100.0).round() / 100.0;
    }
    flags
}
