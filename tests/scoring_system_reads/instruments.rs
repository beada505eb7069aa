//! Clients that others wrote.

use super::house::House;
use crate::support::{Instrument, on_each_engine};

#[test]
fn libraries_of_others_get_tokens_and_verify_them() {
    on_each_engine(|engine| {
        let house = House::in_real_time(engine);
        house.round("2026-11");
        house.publish("2026-11", 1, None);
        let secret = house.client("scoring", "results:read");
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
        assert_eq!(figure.number("checks"), 18.0, "{}", figure.output);
    });
}
