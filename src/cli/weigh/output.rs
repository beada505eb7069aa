//! `weights.csv` and `estimates.json` as bytes.

use std::io::Write;

use serde::Serialize;

use crate::index::{Estimate, Rank};
use crate::weigh::Quality;

use super::case::Case;

/// `id,weight` in input order; a weight has the digits that give the same double back (17 at most).
pub fn weights(case: &Case, responses: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(case.columns.ids.len() * 40 + 10);
    bytes.extend_from_slice(b"id,weight\n");
    for (field, weight) in case.columns.ids.iter().zip(&case.calibrated.weights) {
        let raw = field.raw(responses);
        if field.quoted {
            bytes.push(b'"');
            bytes.extend_from_slice(raw);
            bytes.push(b'"');
        } else {
            bytes.extend_from_slice(raw);
        }
        // Writing to a Vec cannot fail.
        let _ = writeln!(bytes, ",{weight}");
    }
    bytes
}

#[derive(Serialize)]
struct Document<'a> {
    df: i64,
    weights: WeightsPart<'a>,
    estimates: Vec<EstimatePart<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ranks: Option<Vec<RankPart<'a>>>,
}

#[derive(Serialize)]
struct WeightsPart<'a> {
    method: &'a str,
    sum: f64,
    n: usize,
    kish_deff: f64,
    effective_n: f64,
    iterations: usize,
    worst_miss: f64,
    worst_category: Option<&'a str>,
    min: f64,
    max: f64,
    cv: f64,
    trimmed_share: f64,
}

#[derive(Serialize)]
struct EstimatePart<'a> {
    name: &'a str,
    domain: Option<&'a str>,
    estimate: f64,
    se: f64,
    ci: [f64; 2],
    df: i64,
    n: usize,
    kish_deff: f64,
    effective_n: f64,
    #[serde(skip_serializing_if = "is_zero")]
    undefined_replicates: usize,
}

#[derive(Serialize)]
struct RankPart<'a> {
    domain: &'a str,
    rank: usize,
    low: usize,
    high: usize,
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// The estimates; what is not a number is `null`.
/// # Errors
/// Never in practice: the document has nothing that JSON cannot hold.
pub fn estimates(case: &Case) -> Result<Vec<u8>, serde_json::Error> {
    let quality: &Quality = &case.calibrated.quality;
    let row = |row: &Estimate| EstimatePart {
        name: case.names.get(row.estimand).map_or("", String::as_str),
        domain: row.domain.and_then(|code| case.domains.get(code as usize)).map(String::as_str),
        estimate: row.estimate,
        se: row.se,
        ci: [row.low, row.high],
        df: row.df,
        n: row.n,
        kish_deff: row.kish_deff,
        effective_n: row.effective_n,
        undefined_replicates: row.undefined_replicates,
    };
    let document = Document {
        df: case.estimates.df,
        weights: WeightsPart {
            method: case.calibration.method.name(),
            sum: quality.sum,
            n: quality.n,
            kish_deff: quality.kish_deff,
            effective_n: quality.effective_n,
            iterations: quality.iterations,
            worst_miss: quality.worst_miss,
            worst_category: quality.worst_category.as_deref(),
            min: quality.min,
            max: quality.max,
            cv: quality.cv,
            trimmed_share: quality.trimmed_share,
        },
        estimates: case.estimates.rows.iter().map(row).collect(),
        ranks: case.ranks.as_ref().map(|ranks| {
            ranks
                .iter()
                .map(|(domain, Rank { rank, low, high })| RankPart {
                    domain,
                    rank: *rank,
                    low: *low,
                    high: *high,
                })
                .collect()
        }),
    };
    let mut bytes = serde_json::to_vec(&document)?;
    bytes.push(b'\n');
    Ok(bytes)
}
