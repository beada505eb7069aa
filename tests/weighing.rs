//! A statistician tries to make weighing stumble: rows in another order, other numbers of threads, broken files,
//! absurd values. The same inputs give the same bytes, and nothing panics or hangs.

use std::fs;
use std::path::{Path, PathBuf};

use khaosat::cli::weigh::case::{self, Case};
use khaosat::cli::weigh::output;
use proptest::prelude::*;

fn fixtures(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

struct Files {
    spec: Vec<u8>,
    responses: Vec<u8>,
    margins: Vec<u8>,
}

impl Files {
    fn of(folder: &Path) -> Self {
        let read = |name: &str| fs::read(folder.join(name)).unwrap_or_default();
        Self {
            spec: read("spec.json"),
            responses: read("responses.csv"),
            margins: read("margins.csv"),
        }
    }

    fn run(&self) -> Result<Case, String> {
        case::run(&self.spec, &self.responses, || Ok(self.margins.clone()), &|_, _, _| ())
    }

    fn with_spec(mut self, change: impl FnOnce(&mut serde_json::Value)) -> Self {
        let mut spec = serde_json::from_slice(&self.spec).unwrap();
        change(&mut spec);
        self.spec = serde_json::to_vec(&spec).unwrap();
        self
    }
}

/// Rows of a CSV in another order.
fn shuffled(csv: &[u8], seed: u64) -> Vec<u8> {
    let text = std::str::from_utf8(csv).unwrap();
    let (header, rows) = text.split_once('\n').unwrap();
    let mut rows: Vec<&str> = rows.lines().collect();
    let mut state = seed | 1;
    for last in (1..rows.len()).rev() {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        rows.swap(last, (state >> 33) as usize % (last + 1));
    }
    format!("{header}\n{}\n", rows.join("\n")).into_bytes()
}

fn sorted_lines(bytes: Vec<u8>) -> Vec<String> {
    let mut lines: Vec<String> =
        String::from_utf8(bytes).unwrap().lines().map(str::to_owned).collect();
    lines.sort();
    lines
}

fn variants() -> Vec<(&'static str, Files)> {
    let four_hundred = || Files::of(&fixtures("oracle/survey_400_rake_jackknife"));
    let two = |name: &str| Files::of(&fixtures("oracle").join(name));
    vec![
        ("jackknife", four_hundred()),
        ("bootstrap", {
            four_hundred().with_spec(|spec| {
                spec["variance"] = "bootstrap".into();
                spec["replicates"] = 40.into();
                spec["calibration"]["method"] = "poststratify".into();
                spec["calibration"]["variables"] = serde_json::json!(["unit"]);
            })
        }),
        ("every response its own PSU", {
            four_hundred().with_spec(|spec| {
                spec["cluster"] = serde_json::Value::Null;
                spec["variance"] = "linearized".into();
                spec["calibration"]["trim"] = serde_json::json!({ "lower": 0.4, "upper": 2.0 });
            })
        }),
        ("logit", two("survey_2k_calibrate_logit_bounded")),
        ("intervals and ranks", two("all_equal_honest")),
        ("numbers, finite population", two("api_clus1_rake")),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4, ..ProptestConfig::default() })]

    #[test]
    fn another_order_of_rows_changes_no_byte(seed in any::<u64>()) {
        for (name, mut files) in variants() {
            let before = files.run().unwrap();
            let responses = std::mem::take(&mut files.responses);
            files.responses = shuffled(&responses, seed);
            if !files.margins.is_empty() {
                files.margins = shuffled(&files.margins, seed ^ 7);
            }
            let after = files.run().unwrap();
            prop_assert_eq!(
                output::estimates(&before).unwrap(), output::estimates(&after).unwrap(), "{}", name
            );
            prop_assert_eq!(
                sorted_lines(output::weights(&before, &responses)),
                sorted_lines(output::weights(&after, &files.responses)), "{}", name
            );
        }
    }
}

#[test]
fn another_number_of_threads_changes_no_byte() {
    for (name, files) in
        variants().into_iter().chain([("8,000", Files::of(&fixtures("oracle/survey_8k_rake")))])
    {
        let with = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| output::estimates(&files.run().unwrap()).unwrap())
        };
        assert_eq!(with(1), with(3), "{name}");
    }
}

#[test]
fn every_broken_file_is_refused_with_a_message_that_helps() {
    let good = fixtures("broken/good");
    assert!(Files::of(&good).run().is_ok(), "{:?}", Files::of(&good).run().err());
    let (mut seen, mut bad) = (0, Vec::new());
    for entry in fs::read_dir(fixtures("broken")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.ends_with(".wanted") {
            continue;
        }
        let mut files = Files::of(&good);
        let bytes = || fs::read(&path).unwrap();
        match name.split_once("__").map(|(file, _)| file) {
            Some("spec") => files.spec = bytes(),
            Some("responses") => files.responses = bytes(),
            Some("margins") => files.margins = bytes(),
            _ => continue,
        }
        seen += 1;
        let Err(said) = files.run() else {
            bad.push(format!("{name} was accepted"));
            continue;
        };
        let wanted = fs::read_to_string(path.with_extension("wanted")).unwrap_or_default();
        for word in wanted.lines().filter(|word| !word.is_empty() && !said.contains(word)) {
            bad.push(format!("{name} does not say {word:?}: {said}"));
        }
        if said.lines().count() != 1 || said.len() > 5000 {
            bad.push(format!("{name} says too much: {said}"));
        }
    }
    assert!(bad.is_empty(), "{}", bad.join("\n"));
    assert!(seen >= 40, "only {seen} broken files");
}

#[test]
fn faults_of_one_kind_are_listed_together_and_then_counted() {
    let mut files = Files::of(&fixtures("oracle/survey_400_rake_jackknife"));
    let text = String::from_utf8(files.responses).unwrap().replace(",5,5,5", ",x,5,5");
    files.responses = text.into_bytes();
    let said = files.run().err().unwrap();
    assert!(
        said.contains("answers that are not numbers: line ") && said.contains("in all"),
        "{said}"
    );
    assert_eq!(said.matches("\"x\"").count(), 20, "{said}");
}

#[test]
fn a_jackknife_replicate_without_a_category_is_refused_by_name() {
    let files = Files::of(&fixtures("broken/good")).with_spec(|spec| {
        spec["variance"] = "jackknife".into();
        spec["calibration"] = serde_json::json!({ "method": "poststratify", "variables": ["age"] });
    });
    let said = files.run().err().unwrap();
    for word in ["without PSU \"d3\" of stratum \"B\"", "age = \"old\""] {
        assert!(said.contains(word), "{said}");
    }
}

#[test]
fn totals_that_no_bounded_weights_reach_are_refused_with_the_miss() {
    let files = Files::of(&fixtures("broken/good")).with_spec(|spec| {
        spec["calibration"] = serde_json::json!({
            "method": "calibrate", "distance": "logit", "bounds": [0.9, 1.1], "variables": ["sex"]
        });
    });
    let said = files.run().err().unwrap();
    assert!(
        said.contains("no solution with weights between 0.9 and 1.1")
            && said.contains("misses its total"),
        "{said}"
    );
}

proptest! {
    #[test]
    fn any_bytes_for_any_file_are_refused_or_weighed(
        which in 0usize..3, at in any::<prop::sample::Index>(), cut in 0usize..40,
        put in prop::collection::vec(any::<u8>(), 0..12),
    ) {
        let mut files = Files::of(&fixtures("broken/good"));
        let file = [&mut files.spec, &mut files.responses, &mut files.margins].into_iter().nth(which).unwrap();
        let start = at.index(file.len());
        let end = (start + cut).min(file.len());
        file.splice(start..end, put);
        let _ = files.run();
    }

    #[test]
    fn any_number_as_weight_answer_or_total_is_refused_or_gives_finite_estimates(
        value in prop_oneof![
            any::<f64>(), Just(f64::MAX), Just(f64::MIN_POSITIVE), Just(1e-12), Just(1e12), Just(1e15), Just(-0.0),
        ],
        place in 0usize..4,
    ) {
        let mut files = Files::of(&fixtures("broken/good"));
        let old = ["2.5,A", "1.5,A", "sex,m,60", ",11.5"][place];
        let new = [format!("{value},A"), format!("{value},A"), format!("sex,m,{value}"), format!(",{value}")];
        let file = if place == 2 { &mut files.margins } else { &mut files.responses };
        let text = String::from_utf8(std::mem::take(file)).unwrap();
        assert!(text.contains(old), "{old}");
        *file = text.replace(old, &new[place]).into_bytes();
        if let Ok(case) = files.run() {
            for row in &case.estimates.rows {
                prop_assert!(row.estimate.is_finite() && row.se.is_finite(), "{row:?}");
            }
        }
    }
}

#[test]
fn an_explained_weight_is_the_product_of_its_steps() {
    let out = tempfile::tempdir().unwrap();
    let done = std::process::Command::new(env!("CARGO_BIN_EXE_khaosat"))
        .arg("weigh")
        .arg(fixtures("broken/good"))
        .args(["--explain", "a1", "--out"])
        .arg(out.path())
        .output()
        .unwrap();
    assert!(done.status.success());
    let text = String::from_utf8(done.stdout).unwrap();
    let last = |line: &str| line.rsplit(' ').next().unwrap().parse::<f64>().unwrap();
    let of = |word: &str| last(text.lines().find(|line| line.contains(word)).unwrap());
    let product = of("base weight") * of("sex = \"m\"") * of("age = \"young\"");
    assert!((product / of("  weight ") - 1.0).abs() < 1e-12, "{text}");
    assert!(fs::read_to_string(out.path().join("weights.csv")).unwrap().contains("\na1,"));
}

#[test]
fn an_unknown_id_or_an_unwritable_folder_is_told_and_nothing_is_written() {
    let out = tempfile::tempdir().unwrap();
    let file = out.path().join("a file");
    fs::write(&file, "").unwrap();
    let run = |more: &[&str], to: &Path| {
        let done = std::process::Command::new(env!("CARGO_BIN_EXE_khaosat"))
            .arg("weigh")
            .arg(fixtures("broken/good"))
            .args(more)
            .arg("--out")
            .arg(to)
            .output()
            .unwrap();
        (done.status.code(), String::from_utf8(done.stderr).unwrap())
    };
    let (code, said) = run(&["--explain", "zz"], &out.path().join("new"));
    assert!(code == Some(1) && said.contains("zz"), "{said}");
    let (code, said) = run(&[], &file);
    assert!(code == Some(1) && said.contains("a file"), "{said}");
    assert_eq!(fs::read_dir(out.path()).unwrap().count(), 1);
}
