//! The figures of a round: what `index` computes and `publish` prints. Shares are 0..1, rounded to 12 significant digits.

use serde::{Deserialize, Serialize};

use super::beside::{Beside, GroupNotes, Variant};
use super::frame::Part;
use crate::index::interval::{Point, overall_effect};

/// Everything that is computed of a sealed round.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figures {
    /// Drawn kinds: tickets, invitations. Makes the official index.
    pub official: Group,
    /// Posters, kiosks, undrawn paper. Nobody was drawn, so the intervals are "precision under a model".
    pub indicative: Group,
}

impl Figures {
    pub(super) fn group_mut(&mut self, part: Part) -> &mut Group {
        match part {
            Part::Official => &mut self.official,
            Part::Indicative => &mut self.indicative,
        }
    }
}

/// The figures of one group of kinds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Over all units.
    pub overall: Figure,
    /// By factor, over all units.
    pub factors: Vec<FactorFigure>,
    /// By unit, in order of code.
    pub units: Vec<UnitFigures>,
    /// How the weights came about; `None` where nothing could be weighed.
    pub weighting: Option<Weighting>,
    /// What concerns the group as a whole.
    #[serde(default)]
    pub notes: GroupNotes,
}

/// One estimate, or why it is not shown.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figure {
    /// Respondents with at least one valid answer.
    pub n: usize,
    /// Kish's effective n.
    pub effective_n: Option<f64>,
    /// The index without weights.
    pub unweighted: Option<f64>,
    /// The index.
    pub index: Option<f64>,
    /// Its standard error.
    pub se: Option<f64>,
    /// Lower end of its interval.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// Degrees of freedom.
    pub df: Option<i64>,
    /// Why it is not shown.
    pub suppressed: Option<Reason>,
}

impl Group {
    /// Design effect of the total, which the intervals of units lean on; none where the total is not shown.
    pub(super) fn effect(&self) -> Option<f64> {
        let whole = &self.overall;
        Some(overall_effect(whole.index?, whole.se?, whole.effective_n?))
    }
}

impl Figure {
    /// What its interval is made from, with the group's [`Group::effect`]; none where it is not shown.
    pub(super) fn point(&self, overall_effect: f64) -> Option<Point> {
        Some(Point {
            estimate: self.index?,
            se: self.se?,
            df: self.df?,
            n: self.n,
            effective_n: self.effective_n?,
            overall_effect,
        })
    }
}

/// Why a figure is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Fewer respondents than the suppression threshold.
    FewRespondents,
    /// Fewer answers of drawn kinds than the round's minimum.
    BelowMinimum,
    /// With the other figures it would give away a hidden one.
    WouldReveal,
    /// The answers and margins give no weights.
    NotWeighable,
}

/// The figures of one unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnitFigures {
    /// Official code.
    pub code: String,
    /// Name.
    pub unit: String,
    /// All criteria together.
    pub figure: Figure,
    /// By factor.
    pub factors: Vec<FactorFigure>,
    /// Its place, where it can be told.
    pub rank: Option<Rank>,
    /// Codes of the units it cannot be told apart from.
    pub same_as: Vec<String>,
    /// What stands beside its index.
    #[serde(default)]
    pub beside: Beside,
}

/// The figure of one factor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FactorFigure {
    /// Factor's code in the form.
    pub factor: String,
    /// The figure.
    pub figure: Figure,
    /// The same index weighed otherwise.
    #[serde(default)]
    pub variants: Vec<Variant>,
}

impl FactorFigure {
    /// Without variants yet.
    pub(super) fn of(factor: &str, figure: Figure) -> Self {
        Self { factor: factor.to_owned(), figure, variants: Vec::new() }
    }
}

/// A rank with its interval (Klein, Wright & Wieczorek 2020).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rank {
    /// Place by estimate; ties share the smaller number.
    pub rank: usize,
    /// Best place it could have.
    pub low: usize,
    /// Worst place it could have.
    pub high: usize,
    /// Units in the round.
    pub of: usize,
}

/// How the weights of a group came about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weighting {
    /// Margins that were kept, in raking order, with their categories.
    pub margins: Vec<UsedMargin>,
    /// Variables that were not used, each with the reason.
    pub left_out: Vec<LeftOut>,
    /// Raking cycles.
    pub iterations: usize,
    /// Largest miss of a total, as a share of the population.
    pub worst_miss: f64,
    /// The category that is missed most.
    #[serde(default)]
    pub worst_category: Option<String>,
    /// Whether variances carry the finite-population factor: only where everybody drawn answered.
    #[serde(default)]
    pub finite_population: bool,
    /// Σ w.
    pub sum: f64,
    /// Responses with a weight.
    pub n: usize,
    /// Smallest weight.
    pub min: f64,
    /// Largest weight.
    pub max: f64,
    /// Their coefficient of variation.
    pub cv: f64,
    /// Share of responses whose calibrated weight was cut to a bound.
    #[serde(default)]
    pub trimmed_share: f64,
    /// These bounds, in dossiers per answer; none where the rules don't trim.
    #[serde(default)]
    pub trim_bounds: Option<(f64, f64)>,
    /// n Σw² / (Σw)².
    pub kish_deff: f64,
    /// (Σw)² / Σw².
    pub effective_n: f64,
}

/// A margin that weights were raked to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UsedMargin {
    /// Variable.
    pub variable: String,
    /// Categories, after merging and "not stated".
    pub categories: Vec<MarginCategory>,
    /// Base-weighted share of answers that do not state it.
    pub not_stated: f64,
    /// Categories with too few answers, each with what it was joined into.
    #[serde(default)]
    pub joined: Vec<(String, String)>,
}

/// One category of a margin: what the weights were to add up to, and what they do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MarginCategory {
    /// Its name.
    pub category: String,
    /// Known dossiers.
    pub total: f64,
    /// Σ of the weights, after trimming.
    pub reached: f64,
    /// (reached − total) ÷ total.
    pub miss: f64,
}

/// A variable that could not be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeftOut {
    /// Variable.
    pub variable: String,
    /// Why, in words.
    pub reason: String,
}
