//! The instruments themselves: they praise a good page and find the faults of a bad one.

use crate::support::Instrument;
use crate::tools::Page;

const GOOD: &str = "<!doctype html>\n<html lang=\"vi\"><head><meta charset=\"utf-8\"><title>Phiếu khảo sát</title></head><body><h1>Phiếu khảo sát</h1></body></html>";

const SAFE: &str = "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'\r\n\
    X-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\nCross-Origin-Resource-Policy: same-origin\r\nCache-Control: no-store\r\n";

#[test]
fn the_header_check_tells_a_safe_page_from_a_bare_one() {
    let (safe, bare) = (Page::serve(SAFE, GOOD), Page::serve("", GOOD));
    let check =
        |page: &Page| Instrument::new("py/headers.py", &page.base).with("PATHS", "/").measure();
    let (Some(safe), Some(bare)) = (check(&safe), check(&bare)) else { return };
    assert!(safe.pass, "{}", safe.output);
    assert!(!bare.pass && bare.number("lowest") < 60.0, "{}", bare.output);
}

#[test]
fn the_html_check_tells_a_valid_page_from_a_broken_one() {
    let (valid, broken) = (Page::serve("", GOOD), Page::serve("", "<!doctype html>\n<p><div></p>"));
    let check = |page: &Page| {
        Instrument::new("node/html.mjs", &page.base)
            .with("PATHS", "/")
            .with("SKIP_VNU", "1")
            .measure()
    };
    let (Some(valid), Some(broken)) = (check(&valid), check(&broken)) else { return };
    assert!(valid.pass, "{}", valid.output);
    assert!(!broken.pass && broken.number("html_validate_errors") > 0.0, "{}", broken.output);
}

#[test]
fn a_browser_instrument_reaches_a_page() {
    let page = Page::serve("", GOOD);
    let a11y = Instrument::new("node/a11y.mjs", &page.base)
        .with("PATHS", "/")
        .with("SKIP_FORM", "1")
        .measure();
    let Some(a11y) = a11y else { return };
    assert_eq!(a11y.number("pages"), 1.0, "{}", a11y.output);
    assert!(a11y.number("axe_rules_run") > 5.0, "{}", a11y.output);
}
