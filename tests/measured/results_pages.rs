//! The pages of results and scorecards on both engines: their headers are safe. What each is like, `every_page` measures.

use crate::round_goes_the_whole_way::shown::{pages, shown};
use crate::support::{Instrument, on_each_engine};

#[test]
fn their_headers_are_as_safe_as_they_can_be() {
    on_each_engine(|engine| {
        let authority = shown(engine);
        let service = authority.at.serve();
        let paths = pages().join(",");
        let run = Instrument::new("py/headers.py", &service.base).with("PATHS", &paths);
        let Some(figure) = run.with("MIN", "100").measure() else { return };
        assert!(figure.pass, "{}", figure.output);
    });
}
