//! The page where a citizen types a code: valid, safe, and usable by everyone.

use crate::support::{Figure, Installation, Instrument, on_each_engine};

/// Measures the start page of a fresh service with one instrument; `None` where it is not installed.
fn measured(instrument: &'static str, settings: &[(&str, &str)]) -> Vec<Figure> {
    let figures = std::cell::RefCell::new(Vec::new());
    on_each_engine(|engine| {
        let installation = Installation::on(engine);
        let service = installation.serve();
        let instrument = Instrument::new(instrument, &service.base).with("PATHS", "/");
        let instrument =
            settings.iter().fold(instrument, |run, (name, value)| run.with(name, value));
        figures.borrow_mut().extend(instrument.measure());
    });
    figures.into_inner()
}

#[test]
fn its_headers_are_as_safe_as_they_can_be() {
    for figure in measured("py/headers.py", &[("PATHS", "/,/nothing-here"), ("MIN", "100")]) {
        assert!(figure.pass, "{}", figure.output);
    }
}

#[test]
fn its_html_is_valid() {
    for figure in measured("node/html.mjs", &[("SKIP_VNU", "1")]) {
        assert!(figure.pass, "{}", figure.output);
    }
}

#[test]
fn it_is_usable_on_a_small_phone_by_everyone() {
    for figure in measured("node/a11y.mjs", &[("SKIP_FORM", "1"), ("MIN_TARGET", "44")]) {
        assert!(figure.pass, "{}", figure.output);
    }
}
