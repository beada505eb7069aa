//! The pages of results and scorecards: valid, safe, and usable by everyone.

use crate::round_goes_the_whole_way::shown::{pages, shown};
use crate::support::{Instrument, on_each_engine};

/// Measures all of [`pages`] in both languages.
fn measure(instrument: &'static str, settings: &[(&str, &str)]) {
    on_each_engine(|engine| {
        let authority = shown(engine);
        let service = authority.at.serve();
        for page in pages() {
            assert_eq!(service.client.get(&page).status, 200, "{page}");
        }
        for lang in ["vi", "en"] {
            let paths = pages().map(|page| format!("{page}?lang={lang}")).join(",");
            let run = Instrument::new(instrument, &service.base);
            let run = run.with("PATHS", &paths).with("LANG_", lang);
            let run = settings.iter().fold(run, |run, (name, value)| run.with(name, value));
            let Some(figure) = run.measure() else { return };
            assert!(figure.pass, "{}", figure.output);
        }
    });
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
