//! `survey-forms/README.md` must stay true: its forms are read, its keys and limits compared with the code.

use super::examples::EXAMPLES;
use super::*;
use crate::form::kind::KINDS;

const README: &str = include_str!("../../../survey-forms/README.md");

fn toml_blocks() -> Vec<&'static str> {
    README.split("```toml\n").skip(1).filter_map(|block| block.split("```").next()).collect()
}

#[test]
fn the_whole_form_of_the_readme_is_a_form() {
    let whole = toml_blocks()[0];
    let form = Form::parse(whole, "README.md").unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(form.id.as_str(), "small");
}

#[test]
fn every_question_scale_and_factor_of_the_readme_works_in_a_form() {
    let (mut scales, mut factors, mut questions) = (String::new(), String::new(), String::new());
    for block in &toml_blocks()[1..] {
        match block.lines().next() {
            Some("[[question]]") => questions.push_str(block),
            Some("[[factor]]") => factors.push_str(block),
            Some(line) if line.starts_with("[scale.") => scales.push_str(block),
            Some(line) => assert!(line == "[index]" || line.starts_with("text = "), "{line}"),
            None => panic!("an empty block"),
        }
    }
    let source = format!(
        "id = \"readme\"\nversion = 1\nlanguages = [\"vi\", \"en\"]\ntitle = {{ vi = \"a\" }}\nintro = [{{ vi = \"b\" }}]\nconsent = {{ vi = \"c\" }}\n[index]\nrule = \"points\"\n{scales}{factors}{questions}"
    );
    let form = Form::parse(&source, "README.md").unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(form.questions.len(), 5);
    let kinds: Vec<&str> = form.questions.iter().map(|question| question.kind.name).collect();
    assert!(KINDS.iter().all(|kind| kinds.contains(&kind.name)), "a kind has no example");
}

#[test]
fn every_key_is_explained_in_the_readme() {
    for (key, _) in EXAMPLES {
        let explained =
            [format!("`{key}`"), format!("`[{key}]`"), format!("`[{key}."), format!("`[[{key}]]`")];
        assert!(
            explained.iter().any(|words| README.contains(words)),
            "`{key}` is not in the README"
        );
    }
}

#[test]
fn the_limits_in_the_readme_are_those_of_the_code() {
    for words in [
        format!("up to {QUESTIONS_MAX}, in the order of the page"),
        format!("at most {TEXT_CHARS_MAX} characters"),
        format!("`max_chars` is 1 to {COMMENT_CHARS_MAX}"),
        format!("a group of criteria, 1 to {FACTORS_MAX};"),
        format!("a list of 1 to {INTRO_TEXTS_MAX} texts"),
        format!("at most {} KiB", FORM_BYTES_MAX / 1024),
    ] {
        assert!(README.contains(&words), "{words:?} is not in the README");
    }
}
