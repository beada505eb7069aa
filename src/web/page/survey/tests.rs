//! The survey page as a citizen and an attacker meet it.

use std::io::Read;

use flate2::read::GzDecoder;

use super::*;
use crate::form::{AnswerFault, kind, shipped};
use crate::web::recordings::{Recordings, SILENCE};

const FILL: Fill<'static> = Fill {
    action: "/s/ABCD-EFGH-JKLM",
    key: "BKx3",
    submission: "0123456789abcdef0123456789abcdef",
    opened: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    counter: "Bộ phận Một cửa xã Kbang",
    unit: "Ủy ban nhân dân xã Kbang",
};

fn form() -> Form {
    shipped::one_stop_shop().unwrap()
}

fn page<'a>(
    form: &'a Form,
    filled: &'a [(String, String)],
    notice: Option<SurveyNotice<'a>>,
) -> SurveyPage<'a> {
    SurveyPage {
        form,
        order: LevelOrder::WorstFirst,
        shown: &Shown::EVERYTHING,
        fill: FILL,
        filled: Filled::new(filled),
        notice,
        kiosk: false,
        recorded: &SILENCE,
    }
}

fn posted(fields: &[(&str, &str)]) -> Vec<(String, String)> {
    fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn the_prepared_page_is_the_rendered_page_to_the_byte_compressed_or_not() {
    let form = form();
    let hostile = Fill { counter: "<b>\"Quầy\" & 'một'", unit: "</style><script>", ..FILL };
    for lang in Lang::ALL {
        for order in [LevelOrder::WorstFirst, LevelOrder::BestFirst] {
            let prepared = SurveyPage::prepare(&form, &Shown::EVERYTHING, &SILENCE, lang, order);
            for fill in [FILL, hostile] {
                let rendered = SurveyPage { order, fill, ..page(&form, &[], None) }.render(lang);
                assert_eq!(String::from_utf8(prepared.html(&fill)).unwrap(), rendered);
                let mut unpacked = String::new();
                let file = prepared.gzip(&fill);
                GzDecoder::new(&file[..]).read_to_string(&mut unpacked).unwrap();
                assert_eq!(unpacked, rendered);
            }
        }
    }
}

#[test]
fn the_first_page_and_its_script_stay_under_eight_kilobytes_with_their_headers() {
    // Status line and headers as the service sends them, with room for a cookie.
    const HEADERS: usize = 840 + 560;
    let script = gzipped(&crate::web::assets::FIRST).len();
    for lang in Lang::ALL {
        let bytes = SurveyPage::prepare(
            &form(),
            &Shown::EVERYTHING,
            &SILENCE,
            lang,
            LevelOrder::WorstFirst,
        )
        .gzip(&FILL)
        .len();
        println!("{}: {bytes} bytes compressed, script {script}", lang.tag());
        assert!(bytes + script + HEADERS <= 8_000, "{lang:?}: {bytes} + {script} bytes");
    }
    // Every question and every level spoken: all that a form has, and nothing of it is fetched yet.
    let form = form();
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("vi")).unwrap();
    let names = form.questions.iter().map(|question| question.name.to_string());
    for name in names.chain((1..=5).map(|level| format!("satisfaction_{level}"))) {
        std::fs::write(dir.path().join("vi").join(name + ".mp3"), b"sound").unwrap();
    }
    let spoken = Recordings::in_dir(dir.path());
    let order = LevelOrder::WorstFirst;
    let page = SurveyPage::prepare(&form, &Shown::EVERYTHING, &spoken, Lang::Vi, order);
    let html = String::from_utf8(page.html(&FILL)).unwrap();
    assert_eq!(html.matches("class=\"hear\"").count(), form.questions.len() + 5 * 22);
    assert!(html.contains("aria-label=\"Nghe: Rất hài lòng\""), "{html}");
    let bytes = page.gzip(&FILL).len();
    println!("all spoken: {bytes} bytes compressed");
    assert!(bytes + script + HEADERS <= 8_000, "all spoken: {bytes} + {script} bytes");
}

#[test]
fn every_question_has_its_inputs_and_nothing_is_picked_beforehand() {
    let form = form();
    for lang in Lang::ALL {
        let html = page(&form, &[], None).render(lang);
        for question in &form.questions {
            match question.coded() {
                Some(coded) => {
                    for code in coded.codes() {
                        let id = question.input_id(code);
                        assert!(html.contains(&format!("id=\"{id}\"")), "{id}");
                    }
                }
                None => assert!(html.contains(&format!("<textarea id=\"{}\"", question.name))),
            }
        }
        assert!(!html.contains(" checked") && !html.contains("<details open"));
        let own = html.replace("<script src=\"/khaosat.js\" defer></script>", "");
        assert!(!own.contains("<script") && !html.contains(" style=") && !html.contains("\u{1}"));
    }
}

#[test]
fn every_kind_of_question_has_a_widget() {
    let form = form();
    let view =
        View::new(Lang::Vi, LevelOrder::WorstFirst, &Shown::EVERYTHING, Filled::NOTHING, &[]);
    let shown: Vec<&str> = view.items(&form, |_| true).iter().map(|item| item.widget).collect();
    let any = include_str!("../../templates/kind/any.html");
    for kind in kind::KINDS {
        assert!(any.contains(&format!("{{%- when \"{}\" %}}", kind.name)), "{}", kind.name);
        assert!(shown.contains(&kind.name), "no shipped form tries the widget of {}", kind.name);
    }
}

#[test]
fn one_tap_is_a_page_of_buttons_of_which_each_sends() {
    let form = shipped::one_tap().unwrap();
    let shown = form.shown(crate::form::Length::OneTap, [0; 16]);
    let html = SurveyPage { shown: &shown, ..page(&form, &[], None) }.render(Lang::Vi);
    let criterion = form.criteria().next().unwrap();
    for code in criterion.coded.codes() {
        let button = format!("id=\"{}\"", criterion.question.input_id(code));
        let before = html.split(&button).next().unwrap();
        assert!(before.rsplit('<').next().unwrap().starts_with("button type=\"submit\""));
    }
    assert!(!html.contains("type=\"radio\"") && !html.contains("<details"));
    assert!(!html.contains("<textarea"));
}

#[test]
fn an_error_keeps_everything_and_leads_to_the_first_wrong_question() {
    let form = form();
    let filled = posted(&[
        ("q01", "4"),
        ("q02", "no_opinion"),
        ("q05", "9"),
        ("consent", "yes"),
        ("sex", "prefer_not"),
        ("helped", "2"),
        ("comment", "\nGhế <gãy> & \"đau\"\u{7}"),
    ]);
    let problems = form.check(&filled).unwrap_err();
    let html = page(&form, &filled, Some(SurveyNotice::Problems(&problems))).render(Lang::Vi);
    assert!(html.contains("<title>Lỗi: "));
    assert!(html.contains("class=\"error-summary\" role=\"alert\" tabindex=\"-1\" autofocus"));
    let links: Vec<&str> =
        html.match_indices("<a href=\"#").map(|(at, _)| &html[at + 9..at + 16]).collect();
    assert_eq!(links, ["#q05_1\"", "#commen"]);
    for kept in ["q01_4", "q02_no_opinion", "consent", "sex_prefer_not", "helped_2"] {
        let at = html.find(&format!("id=\"{kept}\"")).unwrap();
        assert!(html[at..].split('>').next().unwrap().ends_with(" checked"), "{kept} was lost");
    }
    assert_eq!(html.matches(" checked").count(), 5);
    assert!(html.contains("<details open"));
    assert!(html.contains("\nGhế &#60;gãy&#62; &#38; &#34;đau&#34;</textarea>"));
    assert!(html.contains("aria-describedby=\"q05_err\""));
    assert!(!html.contains("?lang="), "switching the language would lose the answers");
}

#[test]
fn an_empty_post_and_a_strange_one_each_get_one_line_that_leads_somewhere() {
    let form = form();
    let summary = |filled: &[(String, String)], lang| {
        let problems = form.check(filled).unwrap_err();
        page(&form, filled, Some(SurveyNotice::Problems(&problems))).render(lang)
    };
    let html = summary(&[], Lang::En);
    assert!(html.contains("<a href=\"#q01_1\">You have not chosen any answer."), "{html}");
    let html = summary(&posted(&[("x", "1"), ("y", "<script>"), ("q01", "4")]), Lang::Vi);
    assert_eq!(html.matches("<a href=\"#q01_1\">").count(), 1);
    assert_eq!(html.matches("<script").count(), 1, "ours alone");
}

#[test]
fn a_full_intake_shows_the_form_again_with_the_answers_and_the_wait() {
    let form = form();
    let filled = posted(&[("q03", "1")]);
    let notice = Some(SurveyNotice::Busy { retry_after_s: 10 });
    let html = page(&form, &filled, notice).render(Lang::Vi);
    assert!(html.contains("<title>Chưa gửi được: "));
    assert!(html.contains("Xin đợi 10 giây"));
    assert!(html.contains("id=\"q03_1\" value=\"1\" checked"));
}

#[test]
fn the_best_level_can_stand_first_and_no_opinion_stays_last() {
    let form = form();
    let html =
        SurveyPage { order: LevelOrder::BestFirst, ..page(&form, &[], None) }.render(Lang::Vi);
    let at = |id: &str| html.find(&format!("id=\"{id}\"")).unwrap();
    assert!(at("q01_5") < at("q01_1") && at("q01_1") < at("q01_no_opinion"));
    assert!(at("age_group_1") < at("age_group_5"), "only the levels of a scale turn round");
    let problems = form.check::<&str, &str>(&[]).unwrap_err();
    let notice = Some(SurveyNotice::Problems(&problems));
    let html = SurveyPage { order: LevelOrder::BestFirst, notice, ..page(&form, &[], None) }
        .render(Lang::Vi);
    assert!(html.contains("<a href=\"#q01_5\">"), "the link leads to the first row that is shown");
}

#[test]
fn a_text_without_translation_is_marked_with_its_own_language() {
    let source =
        shipped::ONE_STOP_SHOP.replace("languages = [\"vi\", \"en\"]", "languages = [\"vi\"]");
    let mut only_vietnamese = String::new();
    for line in source.lines() {
        let line = match (line.find(", en = \""), line.rfind("\" }")) {
            (Some(from), Some(to)) if line.matches("en = ").count() == 1 => {
                format!("{}{}", &line[..from], &line[to + 1..])
            }
            _ => line.to_owned(),
        };
        only_vietnamese.push_str(&line);
        only_vietnamese.push('\n');
    }
    let form = Form::parse(&only_vietnamese, "f.toml").unwrap();
    let html = page(&form, &[], None).render(Lang::En);
    assert!(html.contains("<html lang=\"en\">") && html.contains("<h1 lang=\"vi\">"));
}

#[test]
fn what_was_wrong_is_told_without_repeating_a_fault_of_the_machine() {
    let form = form();
    let question = form.question("comment").unwrap();
    for lang in Lang::ALL {
        for fault in [
            AnswerFault::Required,
            AnswerFault::SentTwice,
            AnswerFault::NotAnOption,
            AnswerFault::ControlCharacter,
            AnswerFault::CommentTooLong { chars: 1_234, chars_max: 1_000 },
        ] {
            assert!(fault::of_item(lang, fault, question).is_some_and(|words| !words.is_empty()));
        }
    }
    let too_long = AnswerFault::CommentTooLong { chars: 1_234, chars_max: 1_000 };
    assert!(fault::of_item(Lang::Vi, too_long, question).unwrap().contains("1.234"));
}

#[test]
fn a_form_worded_in_bahnar_or_jrai_marks_those_words_and_says_what_is_missing() {
    // Not words: letters of the two languages, to see that their marks survive. A speaker has yet to word a form.
    let letters = "ĕ ơ̆ č ñ";
    let source = shipped::ONE_STOP_SHOP
        .replace("languages = [\"vi\", \"en\"]", "languages = [\"vi\", \"en\", \"jra\"]")
        .replacen(
            "en = \"The waiting area",
            &format!("jra = \"{letters}\", en = \"The waiting area"),
            1,
        );
    let form = Form::parse(&source, "f.toml").unwrap();
    let html = page(&form, &[], None).render(Lang::Jra);
    assert!(html.starts_with("<!DOCTYPE html>\n<html lang=\"vi\">"));
    assert!(html.contains(&format!("<legend lang=\"jra\">1. {letters}")), "{html}");
    assert!(html.contains("<legend>2. Trang thiết bị"));
    assert!(html.contains("chưa dịch hết sang tiếng Jrai"));
    assert!(unicode_normalization::is_nfc(&html));
    let vietnamese = page(&form, &[], None).render(Lang::Vi);
    assert!(vietnamese.contains("href=\"?lang=jra\" lang=\"jra\""));
    assert!(!vietnamese.contains("lang=bdq") && !vietnamese.contains("<aside"));
}
