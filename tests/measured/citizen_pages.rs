//! The survey as a whole, in every manner that a round may ask: by keyboard alone, its errors found, its headers safe.
//!
//! What each page is like by itself, `every_page` holds against the bars.

use crate::support::{Installation, Instrument, ready};

/// Form and manner of the rounds that are looked at.
const ROUNDS: [(&str, &str); 3] = [
    ("one-stop-shop", ""),
    ("one-stop-shop", "layout = \"one_question\""),
    ("one-tap", "length = \"one_tap\""),
];

#[test]
fn their_headers_are_as_safe_as_they_can_be() {
    // The pages are the same on both engines; the journeys try them on each.
    for (form, asking) in ROUNDS {
        let at = Installation::anywhere();
        let poster = ready::round_asking(&at, 1, form, asking).poster;
        let service = at.serve();
        let paths = format!("{poster},{poster}?step=12,{poster}?step=24,/withdraw");
        let run = Instrument::new("py/headers.py", &service.base).with("PATHS", &paths);
        let Some(figure) = run.with("MIN", "100").measure() else { return };
        assert!(figure.pass, "{}", figure.output);
    }
}

#[test]
fn nothing_is_preselected_errors_lead_to_their_question_and_the_keyboard_alone_is_enough() {
    let at = Installation::anywhere();
    let poster = ready::round(&at, 1).poster;
    let service = at.serve();
    for lang in ["vi", "en"] {
        let form = format!("{poster}?lang={lang}");
        let run = Instrument::new("node/a11y.mjs", &service.base).with("PATHS", &form);
        let Some(figure) = run.with("FORM", &form).with("LANG_", lang).measure() else { return };
        assert!(figure.pass, "{}", figure.output);
    }
}
