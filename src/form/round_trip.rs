//! Property: what a form is written as reads back as the same form, whatever the form.

use std::fmt::Write;

use proptest::prelude::*;

use super::{Answer, Form};

/// Words as people write them, Vietnamese composed and decomposed, with what needs escaping.
fn words() -> impl Strategy<Value = String> {
    "[a-zA-ZđĐơưệếổữ\u{302}\u{323} \"\\\\'#=\\[\\]{}<>&.,?0-9😀]{1,30}"
        .prop_filter("not blank", |words| !words.trim().is_empty())
}

fn literal(words: &str) -> String {
    format!("\"{}\"", words.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A text in the default language and perhaps in a second one, in either order.
fn text() -> impl Strategy<Value = String> {
    (words(), proptest::option::of(words()), any::<bool>()).prop_map(|(vi, en, first)| {
        let vi = format!("vi = {}", literal(&vi));
        match en {
            None => format!("{{{vi}}}"),
            Some(en) if first => format!("{{ en = {}, {vi} }}", literal(&en)),
            Some(en) => format!("{{ {vi} , en={} }}", literal(&en)),
        }
    })
}

#[derive(Debug, Clone)]
struct Options {
    texts: Vec<String>,
    shares: Option<Vec<u32>>,
    offset: u8,
    aliases: bool,
}

fn options(most: usize) -> impl Strategy<Value = Options> {
    (2..=most).prop_flat_map(|n| {
        (
            proptest::collection::vec(text(), n),
            proptest::option::of(proptest::collection::vec(0_u32..=10_000, n)),
            0_u8..200,
            any::<bool>(),
        )
            .prop_map(|(texts, shares, offset, aliases)| Options {
                texts,
                shares,
                offset,
                aliases,
            })
    })
}

impl Options {
    /// The words are made unique by a number in front.
    fn write(&self, named: bool) -> String {
        let mut out = String::from("[\n");
        for (i, text) in self.texts.iter().enumerate() {
            let text = text.replacen("vi = \"", &format!("vi = \"{i}-"), 1);
            let code = if named { i + 1 + usize::from(self.offset) } else { i + 1 };
            write!(out, "  {{ text = {text}, code = {code}").unwrap();
            if named {
                write!(out, ", name = \"n{i}\"").unwrap();
            }
            if let Some(shares) = &self.shares {
                write!(out, ", share = {}", f64::from(shares[i]) / 100.0).unwrap();
            }
            if named && self.aliases {
                write!(out, ", aliases = [\"alias {i}\"]").unwrap();
            }
            out.push_str(" },  # một dòng\n");
        }
        out.push(']');
        out
    }
}

#[derive(Debug, Clone)]
struct Sketch {
    texts: Vec<String>,
    scale: Options,
    choice: Options,
    person: Options,
    criteria: Vec<(bool, bool, Option<u32>, Option<f64>)>,
    helper: bool,
    comment: Option<u16>,
    version: u16,
}

fn sketch() -> impl Strategy<Value = Sketch> {
    let criterion = (
        any::<bool>(),
        any::<bool>(),
        proptest::option::of(1_u32..=1_000_000),
        proptest::option::of(f64::MIN_POSITIVE..=1.0),
    );
    (
        proptest::collection::vec(text(), 6),
        options(10),
        options(12),
        options(8),
        proptest::collection::vec(criterion, 1..12),
        any::<bool>(),
        proptest::option::of(1_u16..=2_000),
        1_u16..,
    )
        .prop_map(|(texts, scale, choice, person, criteria, helper, comment, version)| {
            Sketch {
                texts,
                scale,
                choice,
                person: Options { shares: None, ..person },
                criteria,
                helper,
                comment,
                version,
            }
        })
}

impl Sketch {
    fn to_file(&self) -> String {
        let [title, intro, consent, factor, question, extra] = &self.texts[..] else {
            panic!("six texts")
        };
        let mut out = format!(
            "version = {}\nlanguages = ['vi', \"en\"]\nid=\"made-up\"\nconsent = {consent}\ntitle = {title}\nintro = [{intro}, {extra}]\nindex.rule = \"top\"\n",
            self.version
        );
        writeln!(out, "[[factor]]\ntext = {factor}\nname = \"f\"").unwrap();
        writeln!(
            out,
            "[scale.z]\nlevels = {}\ntop = [2]\nprefer_not = {extra}",
            self.scale.write(false)
        )
        .unwrap();
        writeln!(
            out,
            "[scale.a]\nlevels = {}\ntop = [1]\nno_opinion = {extra}",
            self.scale.write(false)
        )
        .unwrap();
        for (i, (is_scale, flag, points, probability)) in self.criteria.iter().enumerate() {
            writeln!(out, "[[question]]\ntext = {question}\nname = \"q{i}\"\nfactor = \"f\"")
                .unwrap();
            if *is_scale {
                writeln!(
                    out,
                    "kind = 'scale'\nscale = \"{}\"\nreversed = {flag}",
                    if i % 2 == 0 { "a" } else { "z" }
                )
                .unwrap();
            } else {
                writeln!(
                    out,
                    "kind = 'choice'\nordered = {flag}\ntop = [{}]\noptions = {}",
                    self.choice.offset + 1,
                    self.choice.write(true)
                )
                .unwrap();
            }
            if let Some(points) = points {
                writeln!(out, "max_points = {}", f64::from(*points) / 1_000.0).unwrap();
            }
            match probability {
                Some(probability) => writeln!(out, "show_probability = {probability:?}").unwrap(),
                None => writeln!(out, "required = {flag}\nhint = {extra}").unwrap(),
            }
        }
        writeln!(out, "[[question]]\nname = \"p\"\nkind = \"choice\"\nabout = \"sex\"\ntext = {question}\nprefer_not = {extra}\noptions = {}", self.person.write(true)).unwrap();
        if self.helper {
            writeln!(out, "[[question]]\nname = \"h\"\nkind = \"helper\"\ntext = {question}\noptions = [{{code=1,name=\"none\",text={{vi=\"a\"}}}},{{code=2,name=\"family\",text={{vi=\"b\"}}}},{{code=3,name=\"official\",text={{vi=\"c\"}}}}]").unwrap();
        }
        if let Some(chars) = self.comment {
            writeln!(out, "[[question]]\nname = \"c\"\nkind = \"comment\"\ntext = {question}\nmax_chars = {chars}").unwrap();
        }
        out
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn a_form_written_and_read_again_is_the_same_form(sketch in sketch()) {
        let source = sketch.to_file();
        let form = Form::parse(&source, "made-up.toml")
            .map_err(|problems| TestCaseError::fail(format!("{problems}\n{source}")))?;
        let written = form.to_toml();
        let again = Form::parse(&written, "again.toml")
            .map_err(|problems| TestCaseError::fail(format!("{problems}\n{written}")))?;
        prop_assert_eq!(&again, &form);
        prop_assert_eq!(again.digest(), form.digest());
        prop_assert_eq!(again.to_toml(), written);
    }

    #[test]
    fn checked_answers_survive_storing_and_reading(sketch in sketch(), picks in proptest::collection::vec(any::<u8>(), 20)) {
        let form = Form::parse(&sketch.to_file(), "made-up.toml").unwrap();
        let fields: Vec<(String, String)> = form
            .coded_questions()
            .zip(&picks)
            .map(|(question, pick)| {
                let codes: Vec<u8> = question.coded().unwrap().codes().collect();
                let code = codes[usize::from(*pick) % codes.len()];
                (question.name.to_string(), Answer::from_code(code).unwrap().value())
            })
            .collect();
        if let Ok(answers) = form.check(&fields) {
            let stored = form.decode(answers.codes()).unwrap();
            prop_assert_eq!(&stored, &answers);
            for (name, value) in &fields {
                prop_assert_eq!(&form.answer(&stored, name).unwrap().value(), value);
            }
        }
    }

    #[test]
    fn any_text_is_read_or_refused_without_a_panic(source in "(\\[|\\]|\\{|\\}|\"|'|=|,|\\.|#|\\n|[a-z]{1,3}|[0-9]|ệ| |\\\\|\u{0}){0,120}") {
        prop_assert!(Form::parse(&source, "f.toml").is_err());
    }

    #[test]
    fn any_post_is_taken_or_refused_without_a_panic(fields in proptest::collection::vec(("(q0[1-9]|sex|comment|submission|.{0,8})", ".{0,12}|[0-9]{1,3}"), 0..40)) {
        let form = super::shipped::one_stop_shop().unwrap();
        match form.check(&fields) {
            Ok(answers) => prop_assert!(form.decode_with_comment(answers.codes(), answers.comment()).is_ok()),
            Err(problems) => prop_assert!(!problems.is_empty()),
        }
    }
}
