//! What stands beside every index: how many answered, what those who did not could change, what another way of weighing
//! gives, what a model says. Shares are 0..1, rounded to 12 significant digits.

use serde::{Deserialize, Serialize};

/// Beside the index of one unit, or of all units together.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Beside {
    /// Finished dossiers that the answers stand for.
    pub dossiers: i64,
    /// Response, by the kind of group.
    pub response: Response,
    /// [r·p, r·p + 1 − r]: the index if everybody who did not answer were dissatisfied, or satisfied.
    pub worst_case: Option<(f64, f64)>,
    /// Indicative kinds: answers of a drawn sample that would tell as much, at a data-defect correlation of 0.05.
    pub effective_n_under_defect: Option<f64>,
    /// se² · effective n / (p(1 − p)).
    pub design_effect: Option<f64>,
    /// Share of the criteria without an answer, of those that everybody is shown.
    pub no_answer: Option<f64>,
    /// Share of the criteria answered "no opinion".
    pub no_opinion: Option<f64>,
    /// Share of the criteria answered "prefer not to say".
    #[serde(default)]
    pub prefer_not: Option<f64>,
    /// The same index weighed otherwise.
    pub variants: Vec<Variant>,
    /// A model's estimate.
    pub model: Option<Modelled>,
}

/// How many answered. Counts are exact.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Response {
    /// Drawn dossiers (official), or finished ones (indicative).
    pub asked: i64,
    /// Answers that count ÷ asked: r of the worst case; for indicative kinds "answers per finished dossier".
    pub rate: Option<f64>,
    /// Outcomes and rates of drawn kinds after AAPOR; none for the others, of whom nobody was asked.
    pub outcomes: Option<Outcomes>,
}

/// Outcomes of drawn dossiers after AAPOR. Excluded answers count as not answered.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcomes {
    /// At least 80 % of the criteria.
    pub complete: u64,
    /// At least 50 %.
    pub partial: u64,
    /// Broken off, or excluded by verdict.
    pub not_answered: u64,
    /// No sign of life, or withdrawn.
    pub unknown: u64,
    /// complete ÷ all.
    pub rr1: Option<f64>,
    /// (complete + partial) ÷ all.
    pub rr2: Option<f64>,
}

/// How the same answers, or some more or fewer of them, give another figure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// `unweighted`, `untrimmed`, `with_excluded`, or `kind:` and a kind of link.
    pub name: String,
    /// Answers it is made from.
    pub n: usize,
    /// The index; none where showing it would tell the answers of a few.
    pub index: Option<f64>,
    /// Then it differs from the index by less than this.
    pub differs_by_less_than: Option<f64>,
}

/// A model's estimate of a unit (Fay & Herriot 1979), never the official index.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Modelled {
    /// γ·direct + (1 − γ)·x'β.
    pub estimate: f64,
    /// Square root of its estimated mean squared error.
    pub rmse: f64,
    /// γ: how much the unit's own answers count.
    pub direct_share: f64,
    /// True where the model variance is 0, so that the units' own answers count nothing.
    pub synthetic: bool,
}

/// What concerns a group of kinds as a whole.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupNotes {
    /// `design`: intervals of a drawn sample; `model`: "precision under a model", of a sample that was not drawn.
    pub precision: String,
    /// Overall.
    pub overall: Beside,
    /// Are satisfied answers excluded as often as dissatisfied ones?
    pub exclusion: Option<Exclusion>,
    /// How evenly those drawn answered; official kinds.
    pub representativity: Option<Representativity>,
    /// The small-area model.
    pub model: Option<ModelNote>,
    /// Why there is none, where figures are shown but no model can be made of them.
    #[serde(default)]
    pub model_refused: Option<String>,
}

/// Rates of exclusion of satisfied and dissatisfied answers, compared exactly (Fisher 1935).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exclusion {
    /// Answers excluded by verdict in the units shown.
    pub excluded: u64,
    /// Rate among answers with at least half of their ratings satisfied; none where it would tell of a few.
    pub of_satisfied: Option<f64>,
    /// Rate among the others.
    pub of_dissatisfied: Option<f64>,
    /// Two-sided p of Fisher's exact test.
    pub p: Option<f64>,
}

/// R-indicator over cells of what the register tells of drawn dossiers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Representativity {
    /// 1 − 2·S(ρ), adjusted for bias; 1 is perfectly even.
    pub r: f64,
    /// Its interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Coefficient of variation of the propensities.
    pub cv: f64,
    /// What divides the cells: `unit`, `service`, and `sex` and `age_group` where the register tells them.
    #[serde(default)]
    pub variables: Vec<String>,
    /// Cells with at least two drawn dossiers.
    pub cells: usize,
    /// The cells missing most.
    pub missing: Vec<MissingCell>,
}

/// A cell of drawn dossiers that answered less than the others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MissingCell {
    /// Unit's code.
    pub unit: String,
    /// Service's code.
    pub service: String,
    /// Sex category; none where cells are not divided by it, or the register does not say.
    pub sex: Option<String>,
    /// Age group category; likewise.
    pub age_group: Option<String>,
    /// √share·(ρ_c − ρ̄).
    pub value: f64,
}

/// How the small-area model was fitted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelNote {
    /// What the covariates are.
    pub covariates: Vec<String>,
    /// β.
    pub coefficients: Vec<f64>,
    /// Model variance by REML.
    pub model_variance: f64,
    /// Design effect by which the direct variances are smoothed.
    pub design_effect: f64,
}
