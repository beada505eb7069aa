//! The page where a citizen types a code, on a service that has just been installed.

use crate::support::{Installation, Instrument, on_each_engine};

#[test]
fn its_headers_are_as_safe_as_they_can_be() {
    on_each_engine(|engine| {
        let installation = Installation::on(engine);
        let service = installation.serve();
        let run = Instrument::new("py/headers.py", &service.base);
        let run = run.with("PATHS", "/,/nothing-here,/results,/results/ledger").with("MIN", "100");
        let Some(figure) = run.measure() else { return };
        assert!(figure.pass, "{}", figure.output);
    });
}
