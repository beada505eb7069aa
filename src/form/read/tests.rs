//! Every mistake a form can have, one broken form each, with the line and the key it must be reported at; nothing
//! else may be reported beside it.

use super::*;
use crate::form::{Problem, Role, shipped};

/// A small form without a mistake; the cases below break it in one place.
const SOUND: &str = r#"id = "small"
version = 1
languages = ["vi", "en"]
title = { vi = "Tên", en = "Title" }
intro = [{ vi = "Lời đầu" }]
consent = { vi = "Đồng ý" }

[index]
rule = "top"

[scale.mood]
top = [3]
levels = [
  { code = 1, text = { vi = "Kém" }, share = 0 },
  { code = 2, text = { vi = "Vừa" }, share = 50 },
  { code = 3, text = { vi = "Tốt" }, share = 100 },
]

[[factor]]
name = "access"
text = { vi = "Tiếp cận" }

[[factor]]
name = "result"
text = { vi = "Kết quả" }

[[question]]
name = "q01"
kind = "scale"
factor = "access"
scale = "mood"
text = { vi = "Một", en = "One" }

[[question]]
name = "q02"
kind = "choice"
factor = "result"
text = { vi = "Hai" }
top = [1]
options = [
  { code = 1, name = "yes", text = { vi = "Có" } },
  { code = 2, name = "no", text = { vi = "Không" } },
]

[[question]]
name = "sex"
kind = "choice"
about = "sex"
text = { vi = "Giới tính" }
prefer_not = { vi = "Không trả lời" }
options = [
  { code = 1, name = "male", text = { vi = "Nam" } },
  { code = 2, name = "female", text = { vi = "Nữ" } },
]

[[question]]
name = "helped"
kind = "helper"
text = { vi = "Ai giúp" }
options = [
  { code = 1, name = "none", text = { vi = "Không ai" } },
  { code = 2, name = "family", text = { vi = "Người nhà" } },
  { code = 3, name = "official", text = { vi = "Cán bộ" } },
]

[[question]]
name = "words"
kind = "comment"
text = { vi = "Lời" }
max_chars = 100
"#;

/// What must be reported: (a piece of the line it stands in, the key, a piece of the reason).
type Expected<'e> = &'e [(&'e str, &'e str, &'e str)];

/// What `from` → `to` in the sound form must report, and nothing else.
#[track_caller]
fn expect(from: &str, to: &str, expected: Expected<'_>) {
    assert!(SOUND.contains(from), "{from:?} is not in the sound form");
    expect_of(&SOUND.replacen(from, to, 1), expected);
}

#[track_caller]
fn expect_of(source: &str, expected: Expected<'_>) {
    let problems = match Form::parse(source, "f.toml") {
        Ok(_) => panic!("nothing was reported"),
        Err(problems) => problems,
    };
    let matches = |problem: &Problem, (line, key, reason): &(&str, &str, &str)| {
        let text = source.lines().nth(problem.line - 1).unwrap_or_default();
        problem.place == "f.toml"
            && text.contains(line)
            && problem.key == *key
            && problem.reason.contains(reason)
            && problem.reason.contains([';', '?'])
    };
    for case in expected {
        assert!(
            problems.iter().any(|problem| matches(problem, case)),
            "{case:?} is not in\n{problems}"
        );
    }
    assert_eq!(problems.len(), expected.len(), "more than expected:\n{problems}");
}

#[test]
fn the_sound_form_is_sound() {
    let form = Form::parse(SOUND, "f.toml").unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!((form.factors.len(), form.questions.len(), form.coded_len()), (2, 5, 4));
    assert_eq!(form.questions[2].role, Role::Person { margin: Name::new("sex").unwrap() });
}

#[test]
fn missing_keys_are_named_where_their_table_begins() {
    expect("id = \"small\"\n", "", &[("version", "id", "missing; add id = ")]);
    expect("version = 1\n", "", &[("id =", "version", "missing")]);
    expect("languages = [\"vi\", \"en\"]\n", "", &[("id =", "languages", "missing")]);
    expect("title = { vi = \"Tên\", en = \"Title\" }\n", "", &[("id =", "title", "missing")]);
    expect("intro = [{ vi = \"Lời đầu\" }]\n", "", &[("id =", "intro", "missing")]);
    expect("[index]\nrule = \"top\"\n", "", &[("id =", "index", "missing")]);
    expect("rule = \"top\"\n", "", &[("[index]", "index.rule", "missing")]);
    expect("name = \"q02\"\n", "", &[("[[question]]", "question[2].name", "missing")]);
    expect("kind = \"comment\"\n", "", &[("[[question]]", "question[words].kind", "missing")]);
    expect("text = { vi = \"Lời\" }\n", "", &[("[[question]]", "question[words].text", "missing")]);
    expect("max_chars = 100\n", "", &[("[[question]]", "question[words].max_chars", "missing")]);
    expect("scale = \"mood\"\n", "", &[("[[question]]", "question[q01].scale", "missing")]);
    expect("text = { vi = \"Kết quả\" }\n", "", &[("[[factor]]", "factor[2].text", "missing")]);
    expect(
        "code = 2, name = \"no\"",
        "name = \"no\"",
        &[("\"no\"", "question[q02].options[2].code", "missing")],
    );
    expect(", name = \"no\"", "", &[("Không", "question[q02].options[2].name", "missing")]);
    expect(
        "consent = { vi = \"Đồng ý\" }\n",
        "",
        &[("[[question]]", "consent", "missing, though the form asks about the person")],
    );
}

#[test]
fn misspelt_and_unknown_keys_are_named_with_the_near_one() {
    expect("version = 1", "versoin = 1", &[("versoin", "versoin", "did you mean \"version\"")]);
    expect(
        "text = { vi = \"Hai\" }",
        "txt = { vi = \"Hai\" }",
        &[("txt", "question[q02].txt", "did you mean \"text\"")],
    );
    expect(
        "max_chars",
        "maxchars",
        &[("maxchars", "question[words].maxchars", "did you mean \"max_chars\"")],
    );
    expect("version = 1", "version = 1\ncolour = \"red\"", &[("colour", "colour", "unknown key")]);
    expect(
        "version = 1",
        "version = 1\n\"lạ \\u0007\" = 1",
        &[("lạ", "\"lạ \\u{7}\"", "unknown key")],
    );
    expect(
        "share = 50",
        "share = 50, checked = true",
        &[("Vừa", "scale.mood.levels[2].checked", "unknown key")],
    );
    expect(
        "scale = \"mood\"",
        "scale = \"mood\"\nmax_chars = 5",
        &[(
            "max_chars = 5",
            "question[q01].max_chars",
            "no meaning for a question of kind \"scale\"",
        )],
    );
    expect(
        "top = [1]",
        "top = [1]\nreversed = true",
        &[("reversed", "question[q02].reversed", "no meaning for a question of kind \"choice\"")],
    );
}

#[test]
fn wrong_types_are_named_with_the_right_one() {
    expect(
        "version = 1",
        "version = \"1\"",
        &[("version", "version", "is a text in quotes, must be a whole number")],
    );
    expect("version = 1", "version = 1.0", &[("version", "version", "is a decimal number")]);
    expect("id = \"small\"", "id = 7", &[("id", "id", "must be a text in quotes")]);
    expect(
        "text = { vi = \"Hai\" }",
        "text = \"Hai\"",
        &[("Hai", "question[q02].text", "must be a text by language")],
    );
    expect(
        "vi = \"Hai\"",
        "vi = 2",
        &[("vi = 2", "question[q02].text.vi", "is a whole number, must be a text in quotes")],
    );
    expect(
        "factor = \"result\"",
        "factor = [\"result\"]",
        &[("factor = [", "question[q02].factor", "is a list")],
    );
    expect(
        "scale = \"mood\"",
        "scale = \"mood\"\nreversed = \"yes\"",
        &[("reversed", "question[q01].reversed", "must be true or false")],
    );
    expect(
        "scale = \"mood\"",
        "scale = \"mood\"\nrequired = 1",
        &[("required", "question[q01].required", "must be true or false")],
    );
    expect("top = [3]", "top = 3", &[("top = 3", "scale.mood.top", "must be a list")]);
    expect("top = [3]", "top = [\"3\"]", &[("top", "scale.mood.top[1]", "is a text in quotes")]);
    expect(
        "share = 50",
        "share = \"50%\"",
        &[("50%", "scale.mood.levels[2].share", "must be a number")],
    );
    expect("[index]\nrule = \"top\"", "index = \"top\"", &[("index", "index", "must be a table")]);
    expect(
        "languages = [\"vi\", \"en\"]",
        "languages = [\"vi\", 2]",
        &[("languages", "languages[2]", "is a whole number")],
    );
    expect(
        "{ vi = \"Lời đầu\" }",
        "\"Lời đầu\"",
        &[("intro", "intro[1]", "must be a text by language")],
    );
    expect("version = 1", "version = 1979-05-27", &[("version", "version", "is a date or time")]);
    expect(
        "{ code = 2, name = \"no\", text = { vi = \"Không\" } }",
        "\"no\", \"maybe\"",
        &[
            ("maybe", "question[q02].options[2]", "must be a table"),
            ("maybe", "question[q02].options[3]", "must be a table"),
            ("options", "question[q02].options", "1 options; a question has 2 to 50"),
        ],
    );
    let one_table = SOUND
        .replacen(
            "[[factor]]\nname = \"access\"\ntext = { vi = \"Tiếp cận\" }\n",
            "[factor]\nname = \"access\"\ntext = { vi = \"Tiếp cận\" }\n",
            1,
        )
        .replacen("[[factor]]\nname = \"result\"\ntext = { vi = \"Kết quả\" }\n", "", 1);
    expect_of(
        &one_table,
        &[
            ("[factor]", "factor", "is one table, must be a list of tables"),
            ("factor = \"access\"", "question[q01].factor", "no factor is called"),
            ("factor = \"result\"", "question[q02].factor", "no factor is called"),
        ],
    );
}

#[test]
fn names_must_be_names_unique_and_not_reserved() {
    expect("id = \"small\"", "id = \"Small form\"", &[("id", "id", "is not a name")]);
    expect(
        "name = \"q02\"",
        "name = \"Q-2\"",
        &[("Q-2", "question[2].name", "\"Q-2\" is not a name")],
    );
    expect(
        "name = \"q02\"",
        "name = \"\"",
        &[("name = \"\"", "question[2].name", "is not a name")],
    );
    expect(
        "name = \"q02\"",
        "name = \"a23456789012345678901234567890123\"",
        &[("a234", "question[2].name", "is not a name")],
    );
    expect(
        "name = \"q02\"",
        "name = \"q01\"",
        &[("q01", "question[q01].name", "stands in line 28 already")],
    );
    for reserved in ["submission", "opened", "lang", "code", "weight", "unit"] {
        expect(
            "name = \"q02\"",
            &format!("name = \"{reserved}\""),
            &[(reserved, &format!("question[{reserved}].name"), "is reserved")],
        );
    }
    expect(
        "about = \"sex\"",
        "about = \"service\"",
        &[("service", "question[sex].about", "is reserved")],
    );
    expect(
        "about = \"sex\"",
        "about = \"Sex\"",
        &[("Sex", "question[sex].about", "is not a name")],
    );
    expect(
        "name = \"female\"",
        "name = \"male\"",
        &[("Nữ", "question[sex].options[2].name", "belongs to an option above")],
    );
    expect(
        "name = \"words\"",
        "name = \"q01_3\"",
        &[("q01_3", "question[q01_3].name", "also the id of an option of the question \"q01\"")],
    );
    expect(
        "name = \"result\"",
        "name = \"access\"",
        &[
            ("access", "factor[access].name", "stands in line 20 already"),
            ("factor = \"result\"", "question[q02].factor", "no factor is called \"result\""),
        ],
    );
    expect(
        "[scale.mood]",
        "[scale.Mood]",
        &[
            ("[scale.Mood]", "scale.Mood", "is not a name"),
            ("scale = \"mood\"", "question[q01].scale", "no scale is called \"mood\""),
        ],
    );
    let twice = SOUND.replacen("[[question]]\nname = \"helped\"", "[[question]]\nname = \"gender\"\nkind = \"choice\"\nabout = \"sex\"\ntext = { vi = \"Giới\" }\nprefer_not = { vi = \"Không trả lời\" }\noptions = [{ code = 1, name = \"a\", text = { vi = \"A\" } }, { code = 2, name = \"b\", text = { vi = \"B\" } }]\n\n[[question]]\nname = \"helped\"", 1);
    expect_of(
        &twice,
        &[("about = \"sex\"", "question[gender].about", "stands in line 48 already")],
    );
}

#[test]
fn texts_must_be_there_declared_readable_and_short() {
    expect(
        "text = { vi = \"Hai\" }",
        "text = { en = \"Two\" }",
        &[("Two", "question[q02].text", "no text in the default language; add vi = ")],
    );
    expect(
        "text = { vi = \"Hai\" }",
        "text = {}",
        &[("text = {}", "question[q02].text", "no text in the default language")],
    );
    expect(
        "text = { vi = \"Hai\" }",
        "text = { vi = \"Hai\", fr = \"Deux\" }",
        &[("Deux", "question[q02].text.fr", "the language \"fr\" is not declared")],
    );
    expect("vi = \"Hai\"", "vi = \" \"", &[("vi = \" \"", "question[q02].text.vi", "is empty")]);
    expect("en = \"One\"", "en = \"\"", &[("Một", "question[q01].text.en", "is empty")]);
    expect(
        "vi = \"Hai\"",
        "vi = \"Hai\\u0007\"",
        &[("u0007", "question[q02].text.vi", "invisible character U+0007")],
    );
    expect(
        "vi = \"Hai\"",
        "vi = \"Hai\\nba\"",
        &[("Hai", "question[q02].text.vi", "invisible character U+000A")],
    );
    expect(
        "vi = \"Hai\"",
        "vi = \"Hai\u{202e}\"",
        &[("Hai", "question[q02].text.vi", "invisible character U+202E")],
    );
    expect(
        "vi = \"Hai\"",
        &format!("vi = \"{}\"", "ệ".repeat(501)),
        &[("ệệ", "question[q02].text.vi", "501 characters, at most 500")],
    );
    let longest =
        SOUND.replacen("vi = \"Hai\"", &format!("vi = \"{}\"", "e\u{302}\u{323}".repeat(500)), 1);
    let form = Form::parse(&longest, "f.toml").unwrap();
    assert_eq!(
        form.questions[1].text.in_default_language(),
        "ệ".repeat(500),
        "texts are brought to NFC"
    );
    expect(
        "[\"vi\", \"en\"]",
        "[\"vi\", \"vi\", \"en\"]",
        &[("languages", "languages[2]", "stands here twice")],
    );
    expect(
        "[\"vi\", \"en\"]",
        "[\"vi\", \"en\", \"Tiếng Ba Na\"]",
        &[("languages", "languages[3]", "not a language tag")],
    );
    expect("[\"vi\", \"en\"]", "[]", &[("languages", "languages", "0 languages")]);
    expect("intro = [{ vi = \"Lời đầu\" }]", "intro = []", &[("intro", "intro", "0 texts")]);
    expect(
        "max_chars = 100",
        "max_chars = 100\nhint = { en = \"Hint\" }",
        &[("hint", "question[words].hint", "no text in the default language")],
    );
}

#[test]
fn scales_have_two_to_ten_levels_with_codes_that_count_up() {
    let levels = |n: usize| {
        let rows: Vec<String> = (1..=n)
            .map(|i| format!("  {{ code = {i}, text = {{ vi = \"Mức {i}\" }} }},"))
            .collect();
        let start = SOUND.find("levels = [").unwrap();
        let end = SOUND.find("]\n\n[[factor]]").unwrap();
        format!("{}levels = [\n{}\n{}", &SOUND[..start], rows.join("\n"), &SOUND[end..])
    };
    assert!(Form::parse(&levels(10), "f.toml").is_ok());
    expect_of(&levels(11), &[("levels", "scale.mood.levels", "11 levels; a scale has 2 to 10")]);
    expect_of(
        &levels(1).replacen("top = [3]", "top = [1]", 1),
        &[("levels", "scale.mood.levels", "1 levels; a scale has 2 to 10")],
    );
    expect(
        "{ code = 3",
        "{ code = 4",
        &[
            ("Tốt", "scale.mood.levels[3].code", "must be 1, 2, 3 … in order"),
            ("top", "scale.mood.top[1]", "no level or option has the code 3"),
        ],
    );
    expect(
        "{ code = 2, text",
        "{ code = 1, text",
        &[("Vừa", "scale.mood.levels[2].code", "write code = 2 here")],
    );
    expect(
        "{ code = 1, text",
        "{ code = 0, text",
        &[("Kém", "scale.mood.levels[1].code", "0 is outside 1 to 250")],
    );
    expect(
        "{ code = 1, text",
        "{ code = 99999999999999999999, text",
        &[("Kém", "scale.mood.levels[1].code", "is outside 1 to 250")],
    );
    expect(
        "vi = \"Vừa\"",
        "vi = \"Kém\"",
        &[("code = 2", "scale.mood.levels[2].text", "stand above already")],
    );
    expect(
        "scale = \"mood\"",
        "scale = \"moody\"",
        &[("moody", "question[q01].scale", "did you mean \"mood\"")],
    );
}

#[test]
fn shares_lie_within_the_full_mark_and_all_or_none_have_one() {
    expect(
        "share = 50",
        "share = 150",
        &[("Vừa", "scale.mood.levels[2].share", "150 is not a share")],
    );
    expect(
        "share = 50",
        "share = -1",
        &[("Vừa", "scale.mood.levels[2].share", "-1 is not a share")],
    );
    expect("share = 50", "share = nan", &[("Vừa", "scale.mood.levels[2].share", "not a share")]);
    expect(
        "share = 50",
        "share = 33.3333",
        &[("Vừa", "scale.mood.levels[2].share", "at most 2 decimals")],
    );
    expect(", share = 50", "", &[("Vừa", "scale.mood.levels[2].share", "missing, though others")]);
    expect(
        "text = { vi = \"Nam\" }",
        "text = { vi = \"Nam\" }, share = 1",
        &[
            ("Nữ", "question[sex].options[2].share", "missing, though others"),
            (
                "options",
                "question[sex].options",
                "`share` has no meaning for a question about the person",
            ),
        ],
    );
}

#[test]
fn top_levels_name_codes_that_exist() {
    expect(
        "top = [3]",
        "top = [3, 9]",
        &[("top", "scale.mood.top[2]", "no level or option has the code 9; use codes of 1, 2, 3")],
    );
    expect("top = [3]", "top = [3, 3]", &[("top", "scale.mood.top[2]", "stands here twice")]);
    expect("top = [3]", "top = []", &[("top", "scale.mood.top", "is empty")]);
    expect("top = [3]", "top = [1, 2, 3]", &[("top", "scale.mood.top", "names every code")]);
    expect("top = [3]\n", "", &[("[scale.mood]", "scale.mood.top", "the rule \"top\" needs")]);
    expect("top = [1]\n", "", &[("[[question]]", "question[q02].top", "the rule \"top\" needs")]);
    expect(
        "top = [1]",
        "top = [7]",
        &[("top = [7]", "question[q02].top[1]", "no level or option")],
    );
}

#[test]
fn the_rule_of_points_needs_shares_and_points_of_every_criterion() {
    expect(
        "rule = \"top\"",
        "rule = \"points\"",
        &[
            ("[[question]]", "question[q01].max_points", "needs the most points"),
            ("[[question]]", "question[q02].max_points", "needs the most points"),
            ("[[question]]", "question[q02].share", "needs what every answer earns"),
        ],
    );
    expect(
        "rule = \"top\"",
        "rule = \"mean\"",
        &[("mean", "index.rule", "no rule is called \"mean\"")],
    );
    for bad in ["0", "-1", "1001", "inf", "0.0001"] {
        expect(
            "scale = \"mood\"",
            &format!("scale = \"mood\"\nmax_points = {bad}"),
            &[("max_points", "question[q01].max_points", "; ")],
        );
    }
}

#[test]
fn probabilities_of_being_shown_lie_above_zero_and_up_to_one() {
    for bad in ["0", "0.0", "-0.5", "1.5", "nan"] {
        expect(
            "scale = \"mood\"",
            &format!("scale = \"mood\"\nshow_probability = {bad}"),
            &[("show_probability", "question[q01].show_probability", "not a probability")],
        );
    }
    expect(
        "scale = \"mood\"",
        "scale = \"mood\"\nshow_probability = 0.5\nrequired = true",
        &[("required", "question[q01].required", "must be shown to everybody")],
    );
}

#[test]
fn comments_have_a_length_and_there_is_one() {
    for bad in ["0", "2001", "-5"] {
        expect(
            "max_chars = 100",
            &format!("max_chars = {bad}"),
            &[("max_chars", "question[words].max_chars", "is outside 1 to 2000")],
        );
    }
    let second = format!(
        "{SOUND}\n[[question]]\nname = \"more\"\nkind = \"comment\"\ntext = {{ vi = \"Thêm\" }}\nmax_chars = 5\n"
    );
    expect_of(
        &second,
        &[("[[question]]", "question[more].kind", "one comment, and it stands in line")],
    );
}

#[test]
fn questions_about_the_person_can_be_declined_and_never_count() {
    expect(
        "prefer_not = { vi = \"Không trả lời\" }\n",
        "",
        &[("[[question]]", "question[sex].prefer_not", "missing; add prefer_not = ")],
    );
    let about = "about = \"sex\"";
    for (key, value) in [
        ("required", "true"),
        ("max_points", "2"),
        ("show_probability", "0.5"),
        ("top", "[1]"),
        ("no_opinion", "{ vi = \"Không ý kiến\" }"),
    ] {
        expect(
            about,
            &format!("{about}\n{key} = {value}"),
            &[(&format!("{key} = "), &format!("question[sex].{key}"), "remove it")],
        );
    }
    expect(
        "factor = \"result\"",
        "factor = \"result\"\nabout = \"age\"",
        &[("about = \"age\"", "question[q02].about", "stands beside `factor`")],
    );
    expect(about, "", &[("[[question]]", "question[sex]", "says neither `factor` nor `about`")]);
}

#[test]
fn options_have_codes_of_their_own_and_labels_that_lead_to_one() {
    expect(
        "{ code = 2, name = \"no\"",
        "{ code = 1, name = \"no\"",
        &[("\"no\"", "question[q02].options[2].code", "this code belongs to an option above")],
    );
    expect(
        "{ code = 2, name = \"no\"",
        "{ code = 251, name = \"no\"",
        &[("\"no\"", "question[q02].options[2].code", "251 is outside 1 to 250")],
    );
    expect(
        "text = { vi = \"Nữ\" }",
        "text = { vi = \"Nữ\" }, aliases = [\"F\", \"Nam\"]",
        &[("Nữ", "question[sex].options[2].aliases", "\"Nam\" already means an option")],
    );
    expect(
        "text = { vi = \"Nữ\" }",
        "text = { vi = \"Nữ\" }, aliases = []",
        &[("Nữ", "question[sex].options[2].aliases", "0 aliases")],
    );
    expect(
        "text = { vi = \"Nữ\" }",
        "text = { vi = \"Nữ\" }, aliases = [\"\"]",
        &[("Nữ", "question[sex].options[2].aliases[1]", "is empty")],
    );
    expect(
        "name = \"family\"",
        "name = \"relative\"",
        &[("options", "question[helped].options", "no option is named \"family\"")],
    );
}

#[test]
fn kinds_factors_and_the_order_of_questions_are_checked() {
    expect(
        "kind = \"scale\"",
        "kind = \"scal\"",
        &[("scal", "question[q01].kind", "did you mean \"scale\"? ")].map(|(l, k, _)| {
            (l, k, "did you mean \"scale\"?; use one of: choice, comment, helper, scale")
        }),
    );
    expect(
        "factor = \"result\"",
        "factor = \"resutl\"",
        &[("resutl", "question[q02].factor", "did you mean \"result\"")],
    );
    expect(
        "factor = \"result\"",
        "factor = \"access\"",
        &[("name = \"result\"", "factor[result]", "no question belongs to this factor")],
    );
    let swapped = SOUND
        .replacen("factor = \"access\"", "factor = \"X\"", 1)
        .replacen("factor = \"result\"", "factor = \"access\"", 1)
        .replacen("factor = \"X\"", "factor = \"result\"", 1);
    expect_of(
        &swapped,
        &[("factor = \"access\"", "question[q02].factor", "stands after one of \"result\"")],
    );
    let second_helper = format!(
        "{SOUND}\n[[question]]\nname = \"again\"\nkind = \"helper\"\ntext = {{ vi = \"Ai\" }}\noptions = [{{ code = 1, name = \"none\", text = {{ vi = \"A\" }} }}, {{ code = 2, name = \"family\", text = {{ vi = \"B\" }} }}, {{ code = 3, name = \"official\", text = {{ vi = \"C\" }} }}]\n"
    );
    expect_of(&second_helper, &[("[[question]]", "question[again].kind", "one helper question")]);
}

#[test]
fn a_form_without_a_criterion_is_refused() {
    let start = SOUND.find("[[question]]\nname = \"q01\"").unwrap();
    let end = SOUND.find("[[question]]\nname = \"sex\"").unwrap();
    let source = format!("{}{}", &SOUND[..start], &SOUND[end..]);
    expect_of(
        &source,
        &[
            ("name = \"access\"", "factor[access]", "no question belongs"),
            ("name = \"result\"", "factor[result]", "no question belongs"),
            ("[[question]]", "question", "no question is a criterion"),
        ],
    );
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
