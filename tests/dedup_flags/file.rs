//! `khaosat dedup` on files: the labelled set, and what a reviewer sees of a file that is not as agreed.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use khaosat::dedup::Severity;

use super::bars::{Said, Truth, missed};

const LABELLED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/fraud");
const HEADER: &str = "id,round,unit,counter,link_id,link_kind,submitted_at,duration_ms,device,language,q01,q02,q03,comment";

fn dedup(responses: &Path, out: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_khaosat"))
        .arg("dedup")
        .arg(responses)
        .arg("--out")
        .arg(out)
        .output()
        .unwrap()
}

fn records(path: &Path) -> Vec<HashMap<String, String>> {
    csv::Reader::from_path(path).unwrap().deserialize().map(Result::unwrap).collect()
}

fn severity(name: &str) -> Severity {
    [Severity::Low, Severity::Medium, Severity::High]
        .into_iter()
        .find(|s| s.as_str() == name)
        .unwrap()
}

#[test]
fn the_labelled_set_meets_every_bar() {
    let directory = tempfile::tempdir().unwrap();
    let out = directory.path().join("flags.csv");
    let responses = Path::new(LABELLED).join("responses.csv");
    let output = dedup(&responses, &out);
    assert!(output.status.success(), "{output:?}");
    assert!(output.stdout.is_empty());

    let rows = records(&responses);
    let row_of: HashMap<&str, usize> =
        rows.iter().enumerate().map(|(row, record)| (record["id"].as_str(), row)).collect();
    let truths = records(&Path::new(LABELLED).join("truth.csv"));
    let mut truth: Vec<Truth> = Vec::new();
    for (record, row) in truths.iter().zip(&rows) {
        assert_eq!(record["id"], row["id"]);
        let tags = if record["label"] == "honest" { record["group"].as_str() } else { "" };
        let mut looks: Vec<String> =
            tags.split(';').filter(|tag| !tag.is_empty()).map(str::to_owned).collect();
        looks.extend([row["language"].clone(), row["link_kind"].clone()]);
        truth.push(Truth { label: record["label"].clone(), act: record["group"].clone(), looks });
    }
    let said: Vec<Said> = records(&out)
        .iter()
        .map(|flag| Said {
            row: row_of[flag["id"].as_str()],
            rule: flag["rule"].clone(),
            severity: severity(&flag["severity"]),
            related: row_of.get(flag["related_id"].as_str()).copied(),
        })
        .collect();
    assert_eq!(missed(&truth, &said), Vec::<String>::new());
}

/// A file of a few good rows, with one of them changed.
fn file_with(directory: &Path, change: impl Fn(&mut Vec<String>)) -> PathBuf {
    let mut lines = vec![HEADER.to_owned()];
    for n in 1..=4 {
        lines.push(format!(
            "r{n},2026-A,u1,u1c1,u1c1-T00{n},ticket,2026-04-13T09:0{n}:00+07:00,9000{n},00ff,vi,5,4,,\"tốt, nhanh\""
        ));
    }
    change(&mut lines);
    let path = directory.join("responses.csv");
    std::fs::write(&path, lines.join("\n")).unwrap();
    path
}

#[test]
fn a_file_that_is_not_as_agreed_is_refused_with_line_column_and_value() {
    type Change = fn(&mut Vec<String>);
    let cases: [(Change, &[&str]); 13] = [
        (|l| l[2] = l[2].replace(",5,4,", ",7,4,"), &[":3: column q01: \"7\"", "1 to 5"]),
        (|l| l[3] = l[3].replace("ticket", "fax"), &[":4: column link_kind: \"fax\"", "poster"]),
        (|l| l[1] = l[1].replace("+07:00", ""), &[":2: column submitted_at:", "offset"]),
        (|l| l[1] = l[1].replace("2026-04-13", "2026-13-13"), &[":2: column submitted_at:"]),
        (
            |l| l[4] = l[4].replace("90004", "-3"),
            &[":5: column duration_ms: \"-3\"", "milliseconds"],
        ),
        (|l| l[4] = l[4].replace("r4,", "r1,"), &[":5: column id: \"r1\"", "already"]),
        (|l| l[4] = l[4].replace("r4,", ","), &[":5: column id: \"\"", "empty"]),
        (|l| l[2].push_str(",extra"), &[":3: 15 fields", "names 14"]),
        (|l| l[0] = l[0].replace("device,", "gadget,"), &[":1: column device is missing"]),
        (|l| l[0] = l[0].replace("counter", "unit"), &[":1: column unit is named twice"]),
        (|l| l[0] = l[0].replace("q0", "x0"), &[":1: no items", "q01"]),
        (
            |l| l[2] = l[2].replace("nhanh", &"x".repeat(30_000)),
            &[":3: column comment:", "longer than"],
        ),
        (
            |l| l[2] = l[2].replace("u1c1-T", &"c".repeat(300)),
            &[":3: column link_id:", "longer than"],
        ),
    ];
    for (change, says) in cases {
        let directory = tempfile::tempdir().unwrap();
        let responses = file_with(directory.path(), change);
        let out = directory.path().join("flags.csv");
        std::fs::write(&out, "what was there before").unwrap();
        let output = dedup(&responses, &out);
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{error}");
        assert_eq!(error.lines().count(), 1, "{error}");
        assert!(error.contains("responses.csv"), "{error}");
        for word in says {
            assert!(error.contains(word), "{error:?} does not say {word:?}");
        }
        assert!(error.len() < 500, "a long value is shortened: {error}");
        assert_eq!(std::fs::read_to_string(&out).unwrap(), "what was there before");
        assert_eq!(
            std::fs::read_dir(directory.path()).unwrap().count(),
            2,
            "nothing is left aside"
        );
    }
}

#[test]
fn a_file_in_another_encoding_is_refused_by_line() {
    let directory = tempfile::tempdir().unwrap();
    let responses = file_with(directory.path(), |_| {});
    let mut bytes = std::fs::read(&responses).unwrap();
    bytes.extend_from_slice(
        b"\nr9,2026-A,u1,u1c1,u1c1-T9,ticket,2026-04-13T10:00:00+07:00,1,,vi,5,4,3,t\xf4t",
    );
    std::fs::write(&responses, bytes).unwrap();
    let output = dedup(&responses, &directory.path().join("flags.csv"));
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(error.contains(":6: field 14 is not UTF-8"), "{error}");
}

#[test]
fn a_file_without_responses_gives_flags_without_rows() {
    let directory = tempfile::tempdir().unwrap();
    let responses = file_with(directory.path(), |lines| lines.truncate(1));
    let out = directory.path().join("flags.csv");
    let output = dedup(&responses, &out);
    assert!(output.status.success(), "{output:?}");
    assert!(output.stderr.is_empty());
    assert_eq!(
        std::fs::read_to_string(&out).unwrap(),
        "id,rule,severity,score,related_id,explanation\n"
    );
}

#[test]
fn a_file_that_cannot_be_opened_or_written_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let missing = directory.path().join("nowhere.csv");
    let output = dedup(&missing, &directory.path().join("flags.csv"));
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("nowhere.csv: cannot be opened"));

    let responses = file_with(directory.path(), |_| {});
    let output = dedup(&responses, &directory.path().join("no/such/flags.csv"));
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("flags.csv cannot be written"));
}
