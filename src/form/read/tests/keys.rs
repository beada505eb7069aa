//! Missing, misspelt and wrongly typed keys; names and texts.

use super::*;

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
