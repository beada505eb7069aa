//! A form's author runs `khaosat form check` before a round uses the form.

use std::io;
use std::path::PathBuf;
use std::process::{Command, Output};

fn check(files: &[PathBuf]) -> io::Result<Output> {
    Command::new(env!("CARGO_BIN_EXE_khaosat")).args(["form", "check"]).args(files).output()
}

fn shipped(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("survey-forms").join(name)
}

#[test]
fn the_shipped_forms_pass_with_one_line_each() {
    let output = check(&[shipped("one-stop-shop.toml"), shipped("officials.toml")]).unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success());
    assert!(output.stderr.is_empty());
    let lines: Vec<&str> = stdout.lines().collect();
    assert_eq!(lines.len(), 2);
    assert!(lines[0].contains(
        "one-stop-shop.toml: form one-stop-shop version 1: 5 factors, 22 criteria, 4 questions about the person, 1 helper question, 1 comment, languages vi, en; sha256 "
    ));
    let digest = lines[0].rsplit(' ').next().unwrap();
    assert!(digest.len() == 64 && digest.bytes().all(|b| b.is_ascii_hexdigit()));
}

#[test]
fn every_mistake_of_every_file_is_told_and_sound_files_still_pass() {
    let directory = tempfile::tempdir().unwrap();
    let source = std::fs::read_to_string(shipped("officials.toml")).unwrap();
    let broken = directory.path().join("broken.toml");
    let text = source
        .replacen("version = 1", "versoin = 1", 1)
        .replacen("share = 60", "share = 600", 1)
        .replacen("name = \"o02\"", "name = \"o01\"", 1)
        .replacen("rule = \"points\"", "rule = \"points", 1);
    std::fs::write(&broken, &text).unwrap();
    let latin = directory.path().join("latin.toml");
    std::fs::write(&latin, b"id = \"a\"\ntitle = \"\xe9\"\n").unwrap();
    let large = directory.path().join("large.toml");
    std::fs::write(&large, vec![b'#'; 300_000]).unwrap();
    let absent = directory.path().join("absent.toml");

    let output = check(&[broken.clone(), latin, shipped("officials.toml"), large, absent]).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8(output.stdout).unwrap().lines().count(), 1);
    let stderr = String::from_utf8(output.stderr).unwrap();
    let line_of = |words: &str| text.lines().position(|line| line.contains(words)).unwrap() + 1;
    for (line, key) in [
        (line_of("versoin"), "versoin"),
        (line_of("rule = "), "rule"),
        (line_of("share = 600"), "question[o01].options[2].share"),
        (line_of("name = \"o01\"") + 14, "question[o01].name"),
    ] {
        let start = format!("{}:{line}: {key}: ", broken.display());
        assert!(stderr.lines().any(|told| told.starts_with(&start)), "{start} is not in\n{stderr}");
    }
    assert!(stderr.contains("latin.toml:2: file: is not UTF-8 here; save the file as UTF-8"));
    assert!(stderr.contains("large.toml:1: file: too large"));
    assert!(stderr.contains("absent.toml:1: file: cannot be read"));
    assert!(
        stderr.ends_with(
            "khaosat: 7 mistakes in 4 of 5 forms; correct the lines above and check again\n"
        ),
        "{stderr}"
    );
}

#[test]
fn without_a_file_the_usage_is_told() {
    assert_eq!(check(&[]).unwrap().status.code(), Some(2));
}
