//! Clients that others wrote, and a machine that tries what the document promises.

use super::house::{House, schemathesis};
use crate::support::{Instrument, on_each_engine};

const SCOPES: &str = "results:read scorecards:read scorecards:write";

#[test]
fn libraries_of_others_get_tokens_and_verify_them() {
    on_each_engine(|engine| {
        let house = House::in_real_time(engine);
        house.round("2026-11");
        house.publish("2026-11", 1, None);
        let secret = house.client("scoring", SCOPES);
        let figure = Instrument::new("py/oauth_client.py", &house.base)
            .with("RES", "/api/v1/rounds/2026-11/sub-index")
            .with("CLIENT_ID", "scoring")
            .with("CLIENT_SECRET", &secret)
            .with("AUD", &format!("{}/api", house.base))
            .with("ISS", &house.base)
            .measure();
        let Some(figure) = figure else { return };
        eprintln!("{}", figure.output);
        assert!(figure.pass, "{}", figure.output);
        assert_eq!(figure.number("checks"), 19.0, "{}", figure.output);
    });
}

#[test]
fn the_api_keeps_what_its_document_promises() {
    on_each_engine(|engine| {
        let Some(venv) = schemathesis() else { return };
        let house = House::in_real_time(engine);
        house.round("2026-11");
        house.publish("2026-11", 1, None);
        house.scorecard(2018, "official", "{\"year\":2018}");
        let secret = house.client("scoring", SCOPES);
        let figure = Instrument::new("sh/contract.sh", &house.base)
            .with("SPEC", "/api/openapi.json")
            .with("VENV", &venv.display().to_string())
            .with("CLIENT_ID", "scoring")
            .with("CLIENT_SECRET", &secret)
            .with("MAX", "20")
            .measure();
        let Some(figure) = figure else { return };
        eprintln!("{}", figure.output);
        assert!(figure.pass, "{}", figure.output);
    });
}
