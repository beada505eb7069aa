//! The API keeps what its OpenAPI document promises, whatever is sent to it.

use crate::scoring_system_reads::house::House;
use crate::support::{Instrument, on_each_engine, places};

#[test]
fn the_api_keeps_what_its_document_promises() {
    on_each_engine(|engine| {
        let house = House::in_real_time(engine);
        house.round("2026-11");
        house.publish("2026-11", 1, None);
        house.scorecard(2018, "official", "{\"year\":2018}");
        let secret =
            house.client("scoring", "results:read scorecards:read scorecards:write dossiers:write");
        // It keeps a store of its own in the working directory, beside its settings.
        let directory = tempfile::tempdir().unwrap();
        let settings = "schemathesis.toml";
        std::fs::copy(places::root().join(settings), directory.path().join(settings)).unwrap();
        let venv = places::target().join("instruments/venv");
        let figure = Instrument::new("sh/contract.sh", &house.base)
            .with("SPEC", "/api/openapi.json")
            .with("VENV", &venv.display().to_string())
            .with("CLIENT_ID", "scoring")
            .with("CLIENT_SECRET", &secret)
            .with("TAIL", "80")
            .inside(directory.path())
            .measure();
        let Some(figure) = figure else { return };
        assert!(figure.pass, "{}", figure.output);
        assert!(figure.number("generated") > 300.0, "{}", figure.output);
    });
}
