//! A statistician gives tiny cases whose answers can be worked out by hand, and files whose faults can be counted.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use khaosat::cli::weigh::case::{self, Case};
use khaosat::cli::weigh::output;
use serde_json::{Value, json};

fn fixtures(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

/// Stratum A with PSU totals 7 and 3, stratum B with the one PSU total 5.
const LONELY: &str = "id,st,psu,w,y\na1,A,1,1,7\na2,A,2,1,3\nb1,B,1,1,5\n";

/// The total and mean of y by strata and PSUs, without calibration.
fn spec(change: impl FnOnce(&mut Value)) -> Value {
    let mut spec = json!({
        "strata": "st", "cluster": "psu", "base_weight": "w", "lonely_psu": "adjust",
        "calibration": { "method": "none" },
        "estimands": [
            { "name": "t", "kind": "total", "item": "y" },
            { "name": "m", "kind": "mean", "item": "y" },
        ],
    });
    change(&mut spec);
    spec
}

fn run(spec: &Value, responses: &str) -> Result<Case, String> {
    let spec = serde_json::to_vec(spec).unwrap();
    case::run(&spec, responses.as_bytes(), || Ok(Vec::new()), &|_, _, _| ())
}

/// V of the total.
fn variance(spec: &Value, responses: &str) -> f64 {
    let se = run(spec, responses).unwrap().estimates.rows[0].se;
    se * se
}

fn by(method: &str, lonely: &str) -> Value {
    spec(|spec| {
        spec["variance"] = method.into();
        spec["lonely_psu"] = lonely.into();
        if method == "bootstrap" {
            spec["replicates"] = 8000.into();
            spec["seed"] = 4.into();
        }
    })
}

#[test]
fn a_lonely_psu_counts_the_same_in_linearized_jackknife_and_bootstrap_variance() {
    // 2/1 · (2² + 2²) = 16 from A; 5² from B under `adjust`.
    for (lonely, wanted) in [("adjust", 41.0), ("certainty", 16.0)] {
        for method in ["linearized", "jackknife"] {
            let found = variance(&by(method, lonely), LONELY);
            assert!((found - wanted).abs() < 1e-9, "{method} {lonely}: {found}");
        }
    }
    // Two PSUs: whichever is drawn, the total moves by 4.
    assert!((variance(&by("bootstrap", "certainty"), LONELY) - 16.0).abs() < 1e-9);
    // (±4 ± 5)² is 81 or 1: mean 41, standard deviation 40, so 0.45 after 8,000 replicates.
    let found = variance(&by("bootstrap", "adjust"), LONELY);
    assert!((found - 41.0).abs() < 4.0 * 0.45, "{found}");
    let said = run(&by("bootstrap", "fail"), LONELY).err().unwrap();
    assert!(said.contains("one PSU") && said.contains("\"B\""), "{said}");
}

/// Standard errors of overall figures by bootstrap ÷ linearized.
fn bootstrap_to_linearized(name: &str, change: impl Fn(&mut Value)) -> Vec<(String, f64)> {
    let folder = fixtures(name);
    let read = |file: &str| fs::read(folder.join(file)).unwrap_or_default();
    let se = |variance: &str| {
        let mut spec: Value = serde_json::from_slice(&read("spec.json")).unwrap();
        spec["variance"] = variance.into();
        spec["domain"] = Value::Null;
        spec.as_object_mut().unwrap().remove("ranks");
        if variance == "bootstrap" {
            spec["replicates"] = 1500.into();
        }
        change(&mut spec);
        let spec = serde_json::to_vec(&spec).unwrap();
        let margins = || Ok(read("margins.csv"));
        let case = case::run(&spec, &read("responses.csv"), margins, &|_, _, _| ()).unwrap();
        case.estimates.rows.iter().map(|row| row.se).collect::<Vec<_>>()
    };
    let names: Value = serde_json::from_slice(&read("spec.json")).unwrap();
    let name = |index: usize| names["estimands"][index]["name"].as_str().unwrap().to_owned();
    let pairs = se("bootstrap").into_iter().zip(se("linearized")).enumerate();
    pairs.map(|(index, (bootstrap, linearized))| (name(index), bootstrap / linearized)).collect()
}

#[test]
fn bootstrap_errors_are_the_linearized_ones_but_for_chance() {
    // A standard error from B replicates has a relative noise of about √(1/2B), here 1.8 %; four of them, and 2 %
    // for what linearization leaves out.
    let weighed_to_units = |spec: &mut Value| {
        spec["calibration"] = json!({ "method": "poststratify", "variables": ["unit"] });
    };
    let plain = |spec: &mut Value| spec["calibration"] = json!({ "method": "none" });
    let found = [
        bootstrap_to_linearized("oracle/survey_400_rake_jackknife", weighed_to_units),
        bootstrap_to_linearized("oracle/lonely_psu_adjust", plain),
    ];
    for (name, ratio) in found.concat() {
        assert!((ratio - 1.0).abs() < 0.09, "{name}: {ratio}");
    }
}

#[test]
fn a_bootstrap_replicate_that_cannot_be_calibrated_is_told_with_what_to_do() {
    let good = fixtures("broken/good");
    let read = |file: &str| fs::read(good.join(file)).unwrap();
    let mut spec: Value = serde_json::from_slice(&read("spec.json")).unwrap();
    spec["variance"] = "bootstrap".into();
    spec["calibration"] = json!({ "method": "poststratify", "variables": ["age"] });
    let spec = serde_json::to_vec(&spec).unwrap();
    let margins = || Ok(read("margins.csv"));
    let said = case::run(&spec, &read("responses.csv"), margins, &|_, _, _| ()).err().unwrap();
    for word in ["bootstrap replicate ", "age = \"old\"", "linearized"] {
        assert!(said.contains(word), "{said}");
    }
}

#[test]
fn a_response_of_weight_zero_keeps_its_psu_in_the_design() {
    let rows = "id,st,psu,w,y\na1,A,1,1,7\na2,A,2,1,3\n";
    // u = 7, 3, 0: 3/2 · (49 + 9 − 100/3) = 37, as R's svydesign; without the third PSU 2/1 · (2² + 2²) = 16.
    for method in ["linearized", "jackknife"] {
        let spec = by(method, "fail");
        let with = run(&spec, &format!("{rows}a3,A,3,0,100\n")).unwrap().estimates;
        let total = &with.rows[0];
        assert!((total.se * total.se - 37.0).abs() < 1e-9, "{method}: {total:?}");
        assert_eq!((total.estimate, total.n, total.effective_n, with.df), (10.0, 2, 2.0, 1));
        assert!((variance(&spec, rows) - 16.0).abs() < 1e-9);
    }
}

#[test]
fn without_degrees_of_freedom_there_is_no_t_interval() {
    for (lonely, se) in [("certainty", 0.0), ("adjust", 5.0)] {
        let rows = "id,st,psu,w,y\nb1,B,1,1,5\n";
        let case = run(&by("linearized", lonely), rows).unwrap();
        let told: Value = serde_json::from_slice(&output::estimates(&case).unwrap()).unwrap();
        assert_eq!((&told["df"], &told["estimates"][0]["se"]), (&json!(0), &json!(se)));
        for row in told["estimates"].as_array().unwrap() {
            assert_eq!(row["ci"], json!([null, null]), "{row}");
        }
    }
}

#[test]
fn population_numbers_that_cannot_be_are_told_by_line_column_value_and_label() {
    let spec = spec(|spec| spec["fpc"] = "N".into());
    // Stratum Pleiku: 30 rows say 90, 25 others (among them the first) say 1000 and more. Stratum Kbang: 1 of 2.
    let mut rows = String::from("id,st,psu,w,y,N\n");
    for row in 0..55 {
        let size = if row % 2 == 0 && row < 50 { 1000 + row } else { 90 };
        writeln!(rows, "p{row},Pleiku,{row},1,1,{size}").unwrap();
    }
    rows.push_str("k1,Kbang,1,1,1,1\nk2,Kbang,2,1,1,1\n");
    let said = run(&spec, &rows).err().unwrap();
    for word in [
        "responses.csv: ",
        "line 2, column N: 1000 for stratum \"Pleiku\", where 30 rows have 90",
        "line 40, column N: 1038 for",
        "25 in all; give every row of a stratum the same number",
        "line 57, column N: 1 for stratum \"Kbang\", which has 2 PSUs in the sample; write the number",
    ] {
        assert!(said.contains(word), "{word}: {said}");
    }
    assert!(!said.contains("line 42,") && !said.contains("line 3,") && !said.contains("line 58,"));
}

#[test]
fn a_refusal_leaves_no_output_of_an_earlier_run() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let weigh = |case: &Path, more: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_khaosat"));
        command.arg("weigh").arg(case).arg("--out").arg(&out).args(more);
        command.output().unwrap().status.code()
    };
    let here = || {
        let mut names: Vec<String> = fs::read_dir(&out)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    };
    let bad = folder.path().join("bad");
    fs::create_dir(&bad).unwrap();
    for name in ["spec.json", "responses.csv", "margins.csv"] {
        fs::copy(fixtures("broken/good").join(name), bad.join(name)).unwrap();
    }
    fs::copy(fixtures("broken/margins__disagree.csv"), bad.join("margins.csv")).unwrap();
    let nothing = folder.path().join("nothing");
    for (case, more) in
        [(&bad, &[][..]), (&nothing, &[]), (&fixtures("broken/good"), &["--explain", "zz"])]
    {
        assert_eq!(weigh(&fixtures("broken/good"), &[]), Some(0));
        fs::write(out.join("notes.txt"), "mine").unwrap();
        assert_eq!(here(), ["estimates.json", "notes.txt", "weights.csv"]);
        assert_eq!(weigh(case, more), Some(1));
        assert_eq!(here(), ["notes.txt"]);
    }
}
