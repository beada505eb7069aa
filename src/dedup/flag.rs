//! What a rule says about a response.

use std::fmt;

/// The rules by the names that files, pages and verdicts use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RuleName {
    /// The same rare answers again.
    ExactDuplicate,
    /// The same rare answers with a few changed.
    NearDuplicate,
    /// A comment copied or lightly edited.
    DuplicateText,
    /// One value throughout, in a hurry.
    Straightliner,
    /// Faster than anyone reads the form.
    Speeder,
    /// A counter stuffed within minutes.
    Burst,
    /// Consecutive tickets spent in order within minutes.
    TicketRun,
    /// One device spends a pile of tickets.
    StaffDevice,
    /// Sent when nobody is there.
    OffHours,
    /// A counter whose forms are implausibly alike.
    UniformCounter,
}

impl RuleName {
    /// The name used in files and tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ExactDuplicate => "exact_duplicate",
            Self::NearDuplicate => "near_duplicate",
            Self::DuplicateText => "duplicate_text",
            Self::Straightliner => "straightliner",
            Self::Speeder => "speeder",
            Self::Burst => "burst",
            Self::TicketRun => "ticket_run",
            Self::StaffDevice => "staff_device",
            Self::OffHours => "off_hours",
            Self::UniformCounter => "uniform_counter",
        }
    }
}

impl fmt::Display for RuleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How much a flag asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// A note.
    Low,
    /// Chance does not explain it: to be reviewed.
    Medium,
    /// A person must look before the response counts.
    High,
}

impl Severity {
    /// The name used in files and tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One observation about one response. A flag drops nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Flag {
    /// The response, by its row in the batch.
    pub row: usize,
    /// The rule that speaks.
    pub rule: RuleName,
    /// What it asks for.
    pub severity: Severity,
    /// Strength of the evidence: natural logarithm of the odds against chance, ≥ 0, two decimals.
    pub score: f64,
    /// The response it is to be laid beside, by row.
    pub related: Option<usize>,
    /// One sentence for a person; names no answer and no rate of satisfaction.
    pub explanation: String,
}
