//! `spec.json`: what to weigh, how, and what to estimate.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::index::{CODE_MAX, DfRule, IntervalKind};
use crate::weigh::replicates::Scheme;
use crate::weigh::{self, Calibration, Lonely, Options, Trim};

use super::json;
use super::labels::nfc;

/// The file's size at most.
const BYTES_MAX: usize = 1 << 20;
const ESTIMANDS_MAX: usize = 1000;

/// The file as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// Column of strata.
    #[serde(default)]
    pub strata: Option<String>,
    /// Column of PSUs within strata.
    #[serde(default)]
    pub cluster: Option<String>,
    /// Column of base weights.
    #[serde(default)]
    pub base_weight: Option<String>,
    /// Column of population numbers of PSUs.
    #[serde(default)]
    pub fpc: Option<String>,
    /// Rule for strata with one PSU.
    #[serde(default)]
    pub lonely_psu: Lonely,
    /// How to calibrate.
    pub calibration: CalibrationSpec,
    /// How to estimate variances.
    #[serde(default)]
    pub variance: VarianceSpec,
    /// Bootstrap replicates.
    #[serde(default)]
    pub replicates: Option<u32>,
    /// Bootstrap seed.
    #[serde(default)]
    pub seed: Option<u64>,
    /// Degrees of freedom.
    #[serde(default)]
    pub df: DfRule,
    /// Intervals of shares.
    #[serde(default)]
    pub interval: IntervalKind,
    /// Column of domains.
    #[serde(default)]
    pub domain: Option<String>,
    /// What to estimate.
    pub estimands: Vec<EstimandSpec>,
    /// Confidence of intervals.
    #[serde(default = "usual_confidence")]
    pub confidence: f64,
    /// Which estimand to rank the domains by.
    #[serde(default)]
    pub ranks: Option<RanksSpec>,
}

fn usual_confidence() -> f64 {
    0.95
}

/// `calibration`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalibrationSpec {
    /// `none`, `poststratify`, `rake`, `calibrate`.
    pub method: String,
    /// Margins, in order.
    #[serde(default)]
    pub variables: Vec<String>,
    /// `linear`, `raking`, `logit`.
    #[serde(default)]
    pub distance: Option<String>,
    /// Bounds of w/d.
    #[serde(default)]
    pub bounds: Option<(f64, f64)>,
    /// Largest miss as a share of the population.
    #[serde(default)]
    pub tolerance: Option<f64>,
    /// Cycles at most.
    #[serde(default)]
    pub max_iterations: Option<usize>,
    /// Trimming.
    #[serde(default)]
    pub trim: Option<TrimSpec>,
}

/// `calibration.trim`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrimSpec {
    /// In mean weights.
    pub lower: f64,
    /// In mean weights.
    pub upper: f64,
}

/// `variance`.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum VarianceSpec {
    /// Linearized.
    #[default]
    Linearized,
    /// JKn.
    Jackknife,
    /// n_h − 1 PSUs.
    Bootstrap,
}

/// `ranks`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RanksSpec {
    /// Name of the estimand.
    pub estimand: String,
    /// Joint confidence.
    #[serde(default = "usual_confidence")]
    pub confidence: f64,
}

/// One of `estimands`; which keys are needed depends on the kind.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EstimandSpec {
    /// Unique name.
    pub name: String,
    /// Its kind.
    pub kind: KindSpec,
    /// Column of the item.
    #[serde(default)]
    pub item: Option<String>,
    /// Columns of the items.
    #[serde(default)]
    pub items: Option<Vec<String>>,
    /// Answers counted.
    #[serde(default)]
    pub categories: Option<Vec<u8>>,
    /// Answer → share of the points.
    #[serde(default)]
    pub shares: Option<BTreeMap<String, f64>>,
    /// Points for a share of 1.
    #[serde(default)]
    pub max: Option<f64>,
    /// Parts of a composite.
    #[serde(default)]
    pub parts: Option<Vec<PartSpec>>,
}

/// Kinds of estimand.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "documented at `index::Kind`")]
pub enum KindSpec {
    Mean,
    Total,
    Proportion,
    Points,
    Index,
    Composite,
}

/// One of `parts`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartSpec {
    /// Name of an index estimand.
    pub name: String,
    /// Its weight.
    pub weight: f64,
}

impl Spec {
    /// Reads and checks the file.
    /// # Errors
    /// One line saying what is wrong, where, and what to do.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        if bytes.len() > BYTES_MAX {
            return Err(format!("spec.json: {} bytes are too many (1 MiB at most)", bytes.len()));
        }
        let mut spec: Self = json::read(bytes)?;
        spec.normalize();
        spec.check().map_err(|problem| format!("spec.json: {problem}"))?;
        Ok(spec)
    }

    /// Names mean the same in NFC and NFD.
    fn normalize(&mut self) {
        let fix = |name: &mut String| *name = nfc(name).into_owned();
        [
            &mut self.strata,
            &mut self.cluster,
            &mut self.base_weight,
            &mut self.fpc,
            &mut self.domain,
        ]
        .into_iter()
        .flatten()
        .for_each(fix);
        self.calibration.variables.iter_mut().for_each(fix);
        for estimand in &mut self.estimands {
            estimand.item.iter_mut().for_each(fix);
            estimand.items.iter_mut().flatten().for_each(fix);
        }
    }

    fn check(&self) -> Result<(), String> {
        if self.estimands.is_empty() || self.estimands.len() > ESTIMANDS_MAX {
            return Err(format!(
                "{} estimands; list 1 … {ESTIMANDS_MAX} under \"estimands\"",
                self.estimands.len()
            ));
        }
        for (index, estimand) in self.estimands.iter().enumerate() {
            let twice =
                self.estimands.iter().skip(index + 1).any(|other| other.name == estimand.name);
            if estimand.name.is_empty() || twice {
                return Err(format!(
                    "estimand name {:?} is empty or stands twice; give each its own name",
                    estimand.name
                ));
            }
            estimand
                .check()
                .map_err(|problem| format!("estimand {:?}: {problem}", estimand.name))?;
        }
        confident("confidence", self.confidence)?;
        if let Some(ranks) = &self.ranks {
            confident("ranks.confidence", ranks.confidence)?;
            if self.domain.is_none() {
                return Err("ranks are asked for without a \"domain\" column to rank".into());
            }
            if !self.estimands.iter().any(|estimand| estimand.name == ranks.estimand) {
                return Err(format!("ranks: there is no estimand {:?}", ranks.estimand));
            }
        }
        if (self.replicates.is_some() || self.seed.is_some())
            && self.variance != VarianceSpec::Bootstrap
        {
            return Err("\"replicates\" and \"seed\" belong to \"variance\": \"bootstrap\"".into());
        }
        self.calibration().map(drop)
    }

    /// The calibration asked for.
    /// # Errors
    /// Unknown methods or distances, settings out of range or of another method.
    pub fn calibration(&self) -> Result<Calibration, String> {
        let spec = &self.calibration;
        let calibrates = spec.method == "calibrate";
        if !calibrates && (spec.distance.is_some() || spec.bounds.is_some()) {
            return Err("\"distance\" and \"bounds\" belong to method \"calibrate\"".into());
        }
        let name = match (calibrates, &spec.distance) {
            (true, distance) => format!("calibrate {}", distance.as_deref().unwrap_or("linear")),
            (false, _) => spec.method.clone(),
        };
        let method = weigh::method(&name).ok_or_else(|| {
            let known: Vec<&str> = weigh::METHODS.iter().map(|method| method.name()).collect();
            format!("calibration: there is no method {name:?}; there are {}", known.join(", "))
        })?;
        let mut options = Options { bounds: spec.bounds, ..Options::default() };
        if let Some(tolerance) = spec.tolerance {
            if !(1e-15..=0.01).contains(&tolerance) {
                return Err(format!("calibration.tolerance {tolerance} must lie in 1e-15 … 0.01"));
            }
            options.tolerance = tolerance;
        }
        if let Some(iterations) = spec.max_iterations {
            if !(1..=1_000_000).contains(&iterations) {
                return Err(format!(
                    "calibration.max_iterations {iterations} must lie in 1 … 1,000,000"
                ));
            }
            options.max_iterations = iterations;
        }
        if name != "none" && spec.variables.is_empty() {
            return Err(format!("calibration: method {name:?} needs \"variables\""));
        }
        for (index, variable) in spec.variables.iter().enumerate() {
            if spec.variables.iter().skip(index + 1).any(|other| other == variable) {
                return Err(format!("calibration.variables: {variable:?} stands twice"));
            }
        }
        let trim = spec.trim.as_ref().map(|trim| Trim { lower: trim.lower, upper: trim.upper });
        Ok(Calibration { method, options, trim })
    }

    /// The margins' names; none without calibration.
    pub fn variables(&self) -> &[String] {
        if self.calibration.method == "none" { &[] } else { &self.calibration.variables }
    }

    /// How replicates are made, if they are.
    pub fn scheme(&self) -> Option<Scheme> {
        match self.variance {
            VarianceSpec::Linearized => None,
            VarianceSpec::Jackknife => Some(Scheme::Jackknife),
            VarianceSpec::Bootstrap => Some(Scheme::Bootstrap {
                replicates: self.replicates.unwrap_or(500),
                seed: self.seed.unwrap_or(1),
            }),
        }
    }
}

fn confident(key: &str, value: f64) -> Result<(), String> {
    if (0.5..=0.9999).contains(&value) {
        return Ok(());
    }
    Err(format!("{key} {value} must lie in 0.5 … 0.9999"))
}

impl EstimandSpec {
    fn check(&self) -> Result<(), String> {
        use KindSpec::{Composite, Index, Mean, Points, Proportion, Total};
        let kinds_of = |key: &str| -> &[KindSpec] {
            match key {
                "item" => &[Mean, Total, Proportion, Points],
                "items" => &[Index],
                "categories" => &[Proportion, Index],
                "shares" | "max" => &[Points],
                _ => &[Composite],
            }
        };
        for (key, given) in [
            ("item", self.item.is_some()),
            ("items", self.items.is_some()),
            ("categories", self.categories.is_some()),
            ("shares", self.shares.is_some()),
            ("max", self.max.is_some()),
            ("parts", self.parts.is_some()),
        ] {
            match (kinds_of(key).contains(&self.kind), given) {
                (true, false) => return Err(format!("its kind needs {key:?}")),
                (false, true) => return Err(format!("{key:?} does not belong to its kind")),
                _ => {}
            }
        }
        if let Some(categories) = &self.categories
            && (categories.is_empty() || categories.iter().any(|code| !(1..=5).contains(code)))
        {
            return Err(format!("categories {categories:?} must be answers 1 … 5, at least one"));
        }
        self.option_shares().map(drop)
    }

    /// `shares` by answer code.
    /// # Errors
    /// Keys that are not answers.
    pub fn option_shares(&self) -> Result<Vec<(u8, f64)>, String> {
        self.shares
            .iter()
            .flatten()
            .map(|(key, &share)| match key.parse::<u8>() {
                Ok(code) if (1..=CODE_MAX).contains(&code) => Ok((code, share)),
                _ => Err(format!("shares: {key:?} is not an answer 1 … 5")),
            })
            .collect()
    }
}
