//! A publication as this API gives it out: the stored bytes, and the shape of what is in them.
//!
//! The shapes are read from published bytes, which never change, so they take documents of every version: a field that
//! came later may be missing, one that went is passed over.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::problem::Problem;
use super::conditional::{Exact, Keep};
use crate::store::Store;
use crate::store::publication::Publication;

/// The header that carries the detached JWS over the body.
pub const SIGNATURE: &str = "khaosat-signature";

/// A round's code, when `text` can be one at all.
///
/// # Errors
/// [`Problem::NotFound`].
pub fn round_code(text: &str) -> Result<&str, Problem> {
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let is_code = !text.is_empty() && text.len() <= 64 && text.chars().all(good);
    if is_code { Ok(text) } else { Err(Problem::NotFound { what: "round" }) }
}

/// The newest publication of the round of that code.
///
/// # Errors
/// [`Problem::NotFound`] without such a round or before its first publication.
pub fn latest(store: &Store, code: &str) -> Result<Publication, Problem> {
    let round = store.round(round_code(code)?)?;
    store.latest_publication(round.id)?.ok_or(Problem::NotFound { what: "published round" })
}

/// The stored bytes, exactly, with where they live, what they took the place of and who signed them.
pub fn exact(
    request: &HttpRequest,
    publication: Publication,
    code: &str,
    public_url: &str,
    keep: Keep,
) -> HttpResponse {
    let round = format!("{public_url}/api/v1/rounds/{code}");
    let link = |digest: &str, rel: &str| {
        ("link", format!("<{round}/publications/{digest}>; rel=\"{rel}\""))
    };
    let mut headers =
        vec![(SIGNATURE, publication.signature), link(&publication.digest, "canonical")];
    headers.extend(publication.supersedes.as_deref().map(|d| link(d, "predecessor-version")));
    headers.push(("link", format!("<{round}/sub-index>; rel=\"latest-version\"")));
    Exact { bytes: publication.bytes, digest: &publication.digest, keep, headers }.answer(request)
}

/// A publication (canonical JSON, RFC 8785): everything the public may know of a round's results.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[schema(as = Publication)]
pub struct Document {
    /// Version of this layout.
    #[schema(example = "khaosat.publication.v1")]
    pub schema: String,
    /// Code of the round.
    #[schema(example = "2026-11")]
    pub round: String,
    /// 1 for the first publication of a round.
    #[schema(minimum = 1)]
    pub number: i32,
    /// Digest of the publication that it takes the place of.
    pub supersedes: Option<String>,
    /// Why it takes its place.
    pub correction: Option<String>,
    /// When it was published.
    #[schema(format = "date-time")]
    pub published_at: String,
    /// Opening of the round.
    #[schema(format = "date-time")]
    pub opened_at: String,
    /// Closing of the round.
    #[schema(format = "date-time")]
    pub closed_at: String,
    /// The rules, frozen at opening.
    #[schema(value_type = Object)]
    pub rules: serde_json::Value,
    /// SHA-256 of what was frozen at opening.
    pub rules_digest: String,
    /// How people were asked: digests of the keys, drawn lists with their values. Not in older documents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object, nullable = false)]
    pub asked: Option<serde_json::Value>,
    /// Changes by two persons after opening.
    #[schema(value_type = Vec<Object>)]
    pub amendments: serde_json::Value,
    /// Which form was asked: code, version, digest.
    #[schema(value_type = Object)]
    pub form: serde_json::Value,
    /// Counts that sealing left behind.
    #[schema(value_type = Object)]
    pub outcome: serde_json::Value,
    /// Links and answers by unit and kind, exact.
    #[serde(default)]
    pub counts: Vec<UnitCounts>,
    /// Answers withdrawn by those who gave them, by counter and kind of link; counters without any are left out.
    #[serde(default)]
    pub withdrawn: Vec<CounterWithdrawals>,
    /// SHA-256 of the sealed records and of the margins that everything was computed from.
    #[schema(value_type = Object)]
    pub inputs: serde_json::Value,
    /// True for a one-tap round: its figures stand apart and enter no index and no score. Left out where they are an index.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub apart: bool,
    /// The figures. Shares are 0 to 1.
    pub figures: Figures,
}

/// Counts of one unit and kind of link.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct UnitCounts {
    /// Unit's code.
    pub code: String,
    /// Kind of link: `poster`, `ticket`, `invitation`, `kiosk`, `paper`, `drawn_paper`.
    pub kind: String,
    /// What was counted, e.g. `issued`, `printed`, `reprinted`, `voided`, `replaced`, `stored`, `withdrawn`.
    pub counts: BTreeMap<String, i64>,
}

/// Withdrawals at one counter by one kind of link.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct CounterWithdrawals {
    /// Unit's code.
    pub unit: String,
    /// Counter's code within its unit.
    pub counter: String,
    /// Kind of link: `poster`, `ticket`, `invitation`, `kiosk`, `paper`.
    pub kind: String,
    /// How many.
    pub n: i64,
}

/// Everything that is computed of a sealed round.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
pub struct Figures {
    /// Drawn kinds (tickets, invitations): makes the official index.
    pub official: Group,
    /// Posters, kiosks, undrawn paper: nobody was drawn, so the intervals are precision under a model.
    pub indicative: Group,
}

/// The figures of one group of kinds.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
pub struct Group {
    /// Over all units.
    pub overall: Figure,
    /// By factor, over all units.
    pub factors: Vec<FactorFigure>,
    /// By unit, in order of code.
    pub units: Vec<Unit>,
    /// How the weights came about; null where nothing could be weighed.
    #[schema(value_type = Option<Object>)]
    pub weighting: Option<serde_json::Value>,
    /// What concerns the group as a whole: what its precision rests on, what stands beside its index, exclusion,
    /// representativity, the small-area model.
    #[schema(value_type = Object)]
    #[serde(default)]
    pub notes: serde_json::Value,
}

/// One estimate, or why it is not shown.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct Figure {
    /// Respondents with at least one valid answer.
    #[schema(minimum = 0)]
    pub n: u64,
    /// Kish's effective n.
    pub effective_n: Option<f64>,
    /// The index without weights, 0 to 1.
    pub unweighted: Option<f64>,
    /// The index, 0 to 1.
    pub index: Option<f64>,
    /// What the index is a ratio of: Σ w × what the answers earn.
    #[serde(default)]
    pub numerator: Option<f64>,
    /// Σ w × valid answers.
    #[serde(default)]
    pub denominator: Option<f64>,
    /// Its standard error.
    pub se: Option<f64>,
    /// Lower end of its interval.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// Degrees of freedom.
    pub df: Option<i64>,
    /// Why it is not shown: `few_respondents`, `below_minimum`, `would_reveal`, `not_weighable`; null when it is.
    pub suppressed: Option<String>,
}

/// The figure of one factor.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct FactorFigure {
    /// Factor's code in the form.
    pub factor: String,
    /// The figure.
    pub figure: Figure,
    /// The same index weighed otherwise: `name`, `n`, and `index` or `differs_by_less_than`.
    #[schema(value_type = Vec<Object>)]
    #[serde(default)]
    pub variants: Vec<serde_json::Value>,
}

/// The figures of one unit.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[schema(as = UnitFigures)]
pub struct Unit {
    /// Official code.
    #[schema(example = "625")]
    pub code: String,
    /// Name.
    #[schema(example = "Kbang")]
    pub unit: String,
    /// All criteria together.
    pub figure: Figure,
    /// By factor.
    pub factors: Vec<FactorFigure>,
    /// Its place, where it can be told.
    pub rank: Option<Rank>,
    /// Codes of the units that it cannot be told apart from.
    pub same_as: Vec<String>,
    /// What stands beside its index: response and worst case, variants, a model's estimate.
    #[schema(value_type = Object)]
    #[serde(default)]
    pub beside: serde_json::Value,
}

/// A rank with its interval.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
pub struct Rank {
    /// Place by estimate; ties share the smaller number.
    pub rank: u64,
    /// Best place that it could have.
    pub low: u64,
    /// Worst place that it could have.
    pub high: u64,
    /// Units in the round.
    pub of: u64,
}

impl Document {
    /// Reads published bytes.
    ///
    /// # Errors
    /// [`Problem::Internal`] for bytes of a layout that this binary cannot read.
    pub fn read(bytes: &[u8]) -> Result<Self, Problem> {
        serde_json::from_slice(bytes).map_err(|error| super::super::problem::failed(&error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A publication with something in every field.
    const FULL: &str = include_str!("../../../tests/fixtures/api/publication.json");

    #[test]
    fn every_field_of_a_publication_is_in_the_documented_shape() {
        let published: crate::round::Document = serde_json::from_str(FULL).unwrap();
        let wanted = serde_json::to_value(&published).unwrap();
        let shape = Document::read(FULL.as_bytes()).unwrap();
        assert_eq!(serde_json::to_value(&shape).unwrap(), wanted);
    }

    #[test]
    fn a_code_that_cannot_be_one_is_not_even_looked_up() {
        assert_eq!(round_code("2026-11"), Ok("2026-11"));
        for text in ["", "2026_11", "A", "a b", "a\0", "đ", &"a".repeat(65)] {
            assert!(round_code(text).is_err(), "{text:?}");
        }
    }
}
