//! The pages on which citizens answer and withdraw, in every way a round may ask: valid, safe, small, usable by everyone.

use crate::support::{Installation, Instrument, ready};

/// Form and manner of the rounds that are looked at.
const ROUNDS: [(&str, &str); 3] = [
    ("one-stop-shop", ""),
    ("one-stop-shop", "layout = \"one_question\""),
    ("one-tap", "length = \"one_tap\""),
];

/// Measures the survey of each round and the page of withdrawing, in both languages.
fn measure(instrument: &'static str, settings: &[(&str, &str)]) {
    // The pages are the same on both engines; the journeys try them on each.
    for (form, asking) in ROUNDS {
        // In Vietnamese with a question and a level that can be heard, in English with none.
        let at = Installation::anywhere().with("KHAOSAT_AUDIO_DIR", "spoken");
        std::fs::create_dir_all(at.directory().join("spoken/vi")).unwrap();
        for name in ["q01.mp3", "satisfaction_5.mp3"] {
            std::fs::write(at.directory().join("spoken/vi").join(name), "sound").unwrap();
        }
        let links = ready::round_asking(&at, 1, form, asking);
        let service = at.serve();
        for lang in ["vi", "en"] {
            let survey = format!("{}?lang={lang}", links.poster);
            let paths = format!("{survey},{survey}&step=12,{survey}&step=24,/withdraw?lang={lang}");
            let run = Instrument::new(instrument, &service.base);
            let run = run.with("PATHS", &paths).with("LANG_", lang);
            let run = settings.iter().fold(run, |run, (name, value)| run.with(name, value));
            let Some(figure) = run.measure() else { return };
            assert!(figure.pass, "{}", figure.output);
        }
    }
}

#[test]
fn their_headers_are_as_safe_as_they_can_be() {
    measure("py/headers.py", &[("MIN", "100")]);
}

#[test]
fn their_html_is_valid() {
    measure("node/html.mjs", &[("SKIP_VNU", "1")]);
}

#[test]
fn they_are_usable_on_a_small_phone_by_everyone() {
    measure("node/a11y.mjs", &[("SKIP_FORM", "1"), ("MIN_TARGET", "44")]);
}
