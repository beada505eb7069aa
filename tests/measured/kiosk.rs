//! A tablet at a counter: nothing of one person is left for the next; its pages are valid, safe and usable by everyone.

use crate::support::{Client, Installation, Instrument, ready};

/// An open round, its service, and an enrolled tablet: its address and its key.
fn with_a_tablet(measure: impl Fn(&str, &str, &str)) {
    let at = Installation::anywhere();
    ready::round(&at, 1);
    let enrol = ready::tablet(&at);
    let service = at.serve();
    let enrolled = Client::new(&service.base).post_form(&enrol, &[]);
    let key = enrolled.cookie("may_tinh_bang").unwrap();
    measure(&service.base, enrolled.header("location"), key);
}

/// Every page of a tablet in a language, what comes after sending last.
fn pages(home: &str, lang: &str) -> String {
    let one = |page: &str| format!("{home}{page}?lang={lang}");
    let first = if lang == "vi" { format!("{home},") } else { String::new() };
    first + &["", "/kept", "/privacy", "/thanks"].map(one).join(",")
}

#[test]
fn nothing_of_one_person_is_left_for_the_next() {
    with_a_tablet(|base, home, key| {
        let run = Instrument::new("node/kiosk.mjs", base)
            .with("PATH_", &format!("{home}?lang=vi"))
            .with("COOKIE", &format!("may_tinh_bang={key}"))
            // WCAG 2.2.1: whoever is asked has 20 s to ask for more.
            .with("THANKS_RESET_S", "20")
            .with("SELECT", "#q01_4")
            .with("NOTE_SEL", "#comment");
        let Some(figure) = run.measure() else { return };
        assert!(figure.pass, "{}", figure.output);
    });
}

#[test]
fn its_pages_are_valid_and_their_headers_as_safe_as_they_can_be() {
    with_a_tablet(|base, home, key| {
        let paths = format!("{},{}", pages(home, "vi"), pages(home, "en"));
        let cookie = format!("may_tinh_bang={key}");
        let html = Instrument::new("node/html.mjs", base).with("SKIP_VNU", "1");
        let headers = Instrument::new("py/headers.py", base).with("MIN", "100");
        for run in [html.with("COOKIE_H", &cookie), headers.with("COOKIE_H", &cookie)] {
            let Some(figure) = run.with("PATHS", &paths).measure() else { return };
            assert!(figure.pass, "{}", figure.output);
        }
    });
}

#[test]
fn its_keys_are_large_and_everyone_can_use_it() {
    with_a_tablet(|base, home, key| {
        let host = base.trim_start_matches("http://").split(':').next().unwrap();
        let cookie = format!(
            "[{{\"name\":\"may_tinh_bang\",\"value\":\"{key}\",\"domain\":\"{host}\",\"path\":\"{home}\"}}]"
        );
        for lang in ["vi", "en"] {
            let run = Instrument::new("node/a11y.mjs", base)
                .with("PATHS", &pages(home, lang))
                .with("LANG_", lang)
                .with("COOKIE", &cookie)
                .with("SKIP_FORM", "1")
                .with("MIN_TARGET", "88");
            let Some(figure) = run.measure() else { return };
            assert!(figure.pass, "{}", figure.output);
        }
    });
}
