//! Files as a whole: all mistakes at once, broken syntax, garbage, size.

use super::*;

#[test]
fn the_sound_form_is_sound() {
    let form = Form::parse(SOUND, "f.toml").unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!((form.factors.len(), form.questions.len(), form.coded_len()), (2, 5, 4));
    assert_eq!(form.questions[2].role, Role::Person { margin: Name::new("sex").unwrap() });
}

#[test]
fn too_many_questions_and_too_large_files_are_refused() {
    let more: String = (0..QUESTIONS_MAX)
        .map(|i| format!("[[question]]\nname = \"x{i}\"\nkind = \"scale\"\nfactor = \"result\"\nscale = \"mood\"\ntext = {{ vi = \"Câu {i}\" }}\n"))
        .collect();
    let at = SOUND.find("[[question]]\nname = \"sex\"").unwrap();
    let source = format!("{}{more}{}", &SOUND[..at], &SOUND[at..]);
    expect_of(&source, &[("[[question]]", "question", "205 questions, at most 200")]);
    let large = format!("{SOUND}#{}", "x".repeat(FORM_BYTES_MAX));
    expect_of(&large, &[("id", "file", "too large")]);
}

#[test]
fn every_mistake_of_a_file_is_reported_at_once() {
    let source = SOUND
        .replacen("version = 1", "version = 0", 1)
        .replacen("share = 50", "share = 500", 1)
        .replacen("kind = \"choice\"\nfactor", "kind = \"radio\"\nfactor", 1)
        .replacen("prefer_not", "prefernot", 1)
        .replacen("name = \"words\"", "name = \"order\"", 1)
        .replacen("max_chars = 100", "max_chars = 100000\ncolour = 1", 1)
        .replacen("title = { vi = \"Tên\"", "title = { vi = \"Tên", 1);
    let problems = Form::parse(&source, "f.toml").unwrap_err();
    let found: Vec<(usize, &str)> = problems.iter().map(|p| (p.line, p.key.as_str())).collect();
    assert_eq!(
        found,
        [
            (2, "version"),
            (4, "title"),
            (15, "scale.mood.levels[2].share"),
            (36, "question[q02].kind"),
            (50, "question[sex].prefernot"),
            (67, "question[order].name"),
            (70, "question[order].max_chars"),
            (71, "question[order].colour"),
        ],
        "{problems}"
    );
}

#[test]
fn mistakes_of_syntax_hide_no_other_mistakes() {
    // Each breaks the syntax of one line; the mistake planted at the end of the file must still be found.
    for (from, to, line, key) in [
        ("version = 1", "version 1", 2, "version"),
        ("version = 1", "version =", 2, "version"),
        ("version = 1", "version: 1", 2, "version"),
        ("version = 1", "version = one", 2, "version"),
        ("version = 1", "version = 1\nversion = 2", 3, "version"),
        (
            "title = { vi = \"Tên\", en = \"Title\" }",
            "title = { vi = \"Tên\", en = \"Title\"",
            4,
            "title",
        ),
        (
            "title = { vi = \"Tên\", en = \"Title\" }",
            "title = { vi = \"Tên\", en = \"Title }",
            4,
            "title",
        ),
        (
            "title = { vi = \"Tên\", en = \"Title\" }",
            "title = { vi = \"Tên\" en = \"Title\" }",
            4,
            "title",
        ),
        ("title = { vi = \"Tên\"", "title = { vi = \"\"\"Tên", 4, "title"),
        ("[index]", "[index", 8, "index"),
        ("[index]", "[[index", 8, "index"),
        ("top = [3]", "top = [3", 12, "top"),
        ("top = [3]", "top = [3,", 12, "top"),
        ("text = { vi = \"Vừa\" }, share", "text = { vi = \"Vừa\", share", 15, "syntax"),
        ("vi = \"Vừa\"", "vi = \"Vừa", 15, "syntax"),
        ("share = 100 },\n]", "share = 100 },\n", 16, "syntax"),
        ("[[factor]]", "[[factor", 19, "factor"),
        ("[[factor]]", "[[factor]", 19, "factor"),
        ("name = \"access\"", "name = access", 20, "name"),
        ("name = \"access\"", "name \"access\"", 20, "name"),
        ("name = \"access\"", "name = \"acc\\ess\"", 20, "name"),
        ("scale = \"mood\"", "scale == \"mood\"", 31, "scale"),
        ("scale = \"mood\"", "scale = \"mood\" oops", 31, "scale"),
        ("scale = \"mood\"", "hello", 31, "hello"),
    ] {
        assert!(SOUND.contains(from), "{from:?} is not in the sound form");
        let source = SOUND.replacen(from, to, 1).replacen("max_chars = 100", "max_chars = 0", 1);
        let problems = Form::parse(&source, "f.toml").unwrap_err();
        let found: Vec<(usize, &str)> = problems.iter().map(|p| (p.line, p.key.as_str())).collect();
        assert!(
            found.iter().any(|(at, k)| *at == line && k.contains(key)),
            "{to:?}: {found:?}\n{problems}"
        );
        assert!(
            found.iter().any(|(_, key)| *key == "question[words].max_chars"),
            "{to:?} hides the rest:\n{problems}"
        );
        assert!(problems.len() <= 4, "{to:?} brings noise:\n{problems}");
    }
}

#[test]
fn what_is_no_toml_at_all_is_refused_without_a_flood() {
    for source in [
        "",
        "\u{feff}",
        "<html>\n<body>\n",
        "[[[[[[",
        "]]]]]]",
        "a",
        "= = =\n",
        "\"",
        "'''",
        "{",
        "\0\0\0",
        "a.b.c.d = 1",
        "[a]\n[a]\n[a]\n",
    ] {
        let problems = Form::parse(source, "f.toml").unwrap_err();
        assert!(problems.len() <= 12, "{source:?}:\n{problems}");
    }
    for deep in [
        "a = ".to_owned() + &"[".repeat(100_000),
        "a = ".to_owned() + &"{a=".repeat(60_000),
        vec!["a"; 100_000].join(".") + " = 1",
        format!("[{}]", vec!["a"; 100_000].join(".")),
    ] {
        assert!(Form::parse(&deep, "f.toml").is_err());
    }
    let garbage = "x = \n".repeat(50_000);
    let problems = Form::parse(&garbage, "f.toml").unwrap_err();
    assert!(problems.len() <= 1_001);
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_are_no_mistake() {
    let windows = format!("\u{feff}{}", SOUND.replace('\n', "\r\n"));
    let form = Form::parse(&windows, "f.toml").unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(form.digest(), Form::parse(SOUND, "f.toml").unwrap().digest());
    let source = windows.replacen("max_chars = 100", "max_chars = 0", 1);
    let problems = Form::parse(&source, "f.toml").unwrap_err();
    assert_eq!(
        problems.iter().next().map(|p| p.line),
        SOUND.lines().position(|line| line == "max_chars = 100").map(|i| i + 1)
    );
}

#[test]
fn a_mistake_reads_as_file_line_key_reason_and_what_to_do() {
    let source = SOUND.replacen("version = 1", "versoin = 1", 1);
    assert_eq!(
        Form::parse(&source, "forms/small.toml").unwrap_err().to_string(),
        "forms/small.toml:2: versoin: unknown key, did you mean \"version\"? Rename or remove it"
    );
    let source = SOUND.replacen("share = 50", "share = 150", 1);
    assert_eq!(
        Form::parse(&source, "forms/small.toml").unwrap_err().to_string(),
        "forms/small.toml:15: scale.mood.levels[2].share: 150 is not a share; write a percentage from 0 to 100"
    );
}

/// Cutting a sound file anywhere must not panic, and inside its first criterion it must not pass.
#[test]
fn a_file_cut_off_anywhere_is_read_or_refused() {
    for (end, _) in shipped::OFFICIALS.char_indices().step_by(997).skip(1) {
        let _ = Form::parse(&shipped::OFFICIALS[..end], "f.toml");
    }
    let criterion = SOUND.find("text = { vi = \"Hai\"").unwrap();
    for (end, _) in SOUND.char_indices() {
        assert!(Form::parse(&SOUND[..end], "f.toml").is_err() || end > criterion);
    }
}

#[test]
fn a_table_whose_header_is_missing_or_damaged_is_told_once() {
    let header = "[[question]]\nname = \"sex\"";
    for to in ["name = \"sex\"", "[question]]\nname = \"sex\""] {
        let source = SOUND.replacen(header, to, 1).replacen("max_chars = 100", "max_chars = 0", 1);
        let problems = Form::parse(&source, "f.toml").unwrap_err();
        let found: Vec<&str> = problems.iter().map(|problem| problem.key.as_str()).collect();
        assert_eq!(found.len(), 2, "{to:?}:\n{problems}");
        assert_eq!(found[1], "question[words].max_chars");
    }
}

#[test]
fn a_list_that_ends_too_early_is_told_once() {
    let source = SOUND.replacen(
        "{ code = 1, name = \"male\", text = { vi = \"Nam\" } }",
        "{ code = 1, name = \"male\", text = { vi = \"Nam\" }, aliases = \"M\"] }",
        1,
    );
    let problems = Form::parse(&source, "f.toml").unwrap_err();
    let bad_line = SOUND.lines().position(|line| line.contains("male")).unwrap() + 1;
    assert!(problems.iter().any(|problem| problem.line == bad_line), "{problems}");
    assert!(problems.len() <= 2, "{problems}");
}
