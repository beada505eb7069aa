//! A statistician weighs cases whose answers R's package `survey` 4.1 gave (Lumley 2004): the same weights, estimates,
//! standard errors, intervals and ranks, within the stated tolerances, and a refusal where there is no honest answer.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

fn cases() -> Vec<PathBuf> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut cases: Vec<PathBuf> = ["oracle", "reference"]
        .iter()
        .flat_map(|folder| fs::read_dir(fixtures.join(folder)).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("spec.json").exists())
        .collect();
    cases.sort();
    assert!(cases.len() >= 48, "cases are missing: {}", cases.len());
    cases
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

fn weigh(case: &Path, out: &Path) -> std::process::Output {
    Command::new(env!("CARGO_BIN_EXE_khaosat"))
        .arg("weigh")
        .arg(case)
        .arg("--out")
        .arg(out)
        .output()
        .unwrap()
}

/// Relative distance; 0 within `floor`, and where both are missing.
fn gap(found: &Value, wanted: &Value, floor: f64) -> f64 {
    match (found.as_f64(), wanted.as_f64()) {
        (None, None) => 0.0,
        (Some(found), Some(wanted)) => match (found - wanted).abs() {
            distance if distance <= floor => 0.0,
            distance => distance / wanted.abs(),
        },
        _ => f64::INFINITY,
    }
}

fn weights(path: &Path) -> Vec<(String, f64)> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader
        .records()
        .map(|record| {
            let record = record.unwrap();
            (record[0].to_owned(), record[1].parse().unwrap())
        })
        .collect()
}

fn by_name(document: &Value) -> BTreeMap<(String, Option<String>), &Value> {
    let key = |row: &Value| {
        let domain = row["domain"].as_str().map(|label| label.nfc().collect());
        (row["name"].as_str().unwrap().to_owned(), domain)
    };
    document["estimates"].as_array().unwrap().iter().map(|row| (key(row), row)).collect()
}

fn ranks(document: &Value) -> Vec<(String, u64, u64, u64)> {
    let number = |row: &Value, key: &str| row[key].as_u64().unwrap();
    let label = |row: &Value| row["domain"].as_str().unwrap().nfc().collect::<String>();
    let mut ranks: Vec<_> = document["ranks"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|row| (label(row), number(row, "rank"), number(row, "low"), number(row, "high")))
        .collect();
    ranks.sort();
    ranks
}

/// Everything in which a result differs from the known answer.
fn differences(case: &Path, out: &Path, wanted: &Value) -> Vec<String> {
    let mut bad = Vec::new();
    let calibrated = json(&case.join("spec.json"))["calibration"]["method"] != "none";
    let weight_bar = if calibrated { 1e-7 } else { 1e-8 };
    let estimate_bar = if calibrated { 1e-8 } else { 1e-9 };
    let (known, found) = (weights(&case.join("weights.csv")), weights(&out.join("weights.csv")));
    assert_eq!(known.len(), found.len(), "{}", case.display());
    for ((known_id, known), (id, found)) in known.iter().zip(&found) {
        let off = gap(&Value::from(*found), &Value::from(*known), 1e-12);
        if known_id != id || off > weight_bar {
            bad.push(format!("weight of {id}: {found}, not {known} of {known_id}"));
        }
    }
    let document = json(&out.join("estimates.json"));
    for key in ["sum", "kish_deff", "effective_n"] {
        if gap(&document["weights"][key], &wanted["weights"][key], 1e-9) > weight_bar {
            bad.push(format!("weights.{key}"));
        }
    }
    if document["df"] != wanted["df"] {
        bad.push(format!("df {} not {}", document["df"], wanted["df"]));
    }
    let (found, known) = (by_name(&document), by_name(wanted));
    if !found.keys().eq(known.keys()) {
        bad.push("other estimands or domains".into());
    }
    for (name, known) in &known {
        let Some(row) = found.get(name) else { continue };
        let mut check = |key: &str, off: f64, bar: f64| {
            if off > bar {
                bad.push(format!("{name:?}: {key} off by {off:e}"));
            }
        };
        check("estimate", gap(&row["estimate"], &known["estimate"], 1e-12), estimate_bar);
        check("se", gap(&row["se"], &known["se"], 1e-10), 1e-6);
        check("ci low", gap(&row["ci"][0], &known["ci"][0], 1e-10), 1e-6);
        check("ci high", gap(&row["ci"][1], &known["ci"][1], 1e-10), 1e-6);
        check("kish_deff", gap(&row["kish_deff"], &known["kish_deff"], 1e-9), weight_bar);
        check("effective_n", gap(&row["effective_n"], &known["effective_n"], 1e-9), weight_bar);
        check("n", gap(&row["n"], &known["n"], 0.0), 0.0);
    }
    if ranks(&document) != ranks(wanted) {
        bad.push("ranks differ".into());
    }
    bad
}

#[test]
fn every_known_answer_is_met_and_every_hopeless_case_refused() {
    for case in cases() {
        let wanted = json(&case.join("expected.json"));
        let out = tempfile::tempdir().unwrap();
        let done = weigh(&case, out.path());
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        let name = case.file_name().unwrap().to_string_lossy().into_owned();
        if wanted["error"].is_string() {
            assert_eq!(done.status.code(), Some(1), "{name} must be refused: {said}");
            assert_eq!(said.lines().count(), 1, "{name}: {said}");
            assert_eq!(fs::read_dir(out.path()).unwrap().count(), 0, "{name} left files");
        } else {
            assert!(done.status.success(), "{name}: {said}");
            let bad = differences(&case, out.path(), &wanted);
            assert!(bad.is_empty(), "{name}: {}", bad.join("; "));
        }
    }
}

#[test]
fn a_refusal_names_file_line_column_and_value() {
    for (case, words) in [
        ("duplicate_id", &["responses.csv", "lines 2 and 402", "r000000"][..]),
        ("lonely_psu_fail", &["Thị xã An Khê"]),
        ("margin_category_without_responses", &["service = \"Giao thông\"", "180000", "185000"]),
        ("margins_disagree", &["unit", "180000", "sex", "188999"]),
        (
            "margins_impossible",
            &["does not converge", "unit = \"Thành phố Pleiku\" misses", "-41622"],
        ),
        ("missing_column", &["responses.csv", "\"education\""]),
        ("negative_weight", &["line 11", "base_weight", "-1.5"]),
        ("weight_not_finite", &["line 9", "base_weight", "NaN"]),
        ("not_a_number", &["line 9", "q01", "bốn"]),
        ("ragged_row", &["line 7", "27 of 30"]),
        ("response_category_without_margin", &["service = \"Lạ\"", "line 2"]),
        ("zero_weights", &["all base weights are zero"]),
        ("no_bytes", &["responses.csv", "empty"]),
        ("empty_file", &["responses.csv", "no responses"]),
    ] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/oracle").join(case);
        let out = tempfile::tempdir().unwrap();
        let said = String::from_utf8(weigh(&folder, out.path()).stderr).unwrap();
        for word in words {
            assert!(said.contains(word), "{case} does not say {word:?}: {said}");
        }
    }
}
