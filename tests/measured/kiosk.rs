//! A tablet at a counter: nothing of one person is left for the next.

use crate::support::{Client, Installation, Instrument, ready};

#[test]
fn nothing_of_one_person_is_left_for_the_next() {
    let at = Installation::anywhere();
    ready::round(&at, 1);
    let enrol = ready::tablet(&at);
    let service = at.serve();
    let enrolled = Client::new(&service.base).post_form(&enrol, &[]);
    let home = enrolled.header("location").to_owned();
    let run = Instrument::new("node/kiosk.mjs", &service.base)
        .with("PATH_", &format!("{home}?lang=vi"))
        .with("COOKIE", &format!("may_tinh_bang={}", enrolled.cookie("may_tinh_bang").unwrap()))
        // WCAG 2.2.1: whoever is asked has 20 s to ask for more.
        .with("THANKS_RESET_S", "20")
        .with("SELECT", "#q01_4")
        .with("NOTE_SEL", "#comment");
    let Some(figure) = run.measure() else { return };
    assert!(figure.pass, "{}", figure.output);
}
