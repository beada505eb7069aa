//! What the parts of a form may say: scales, shares, top levels, questions, and what must hold between them.

use super::*;

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
