//! Who does not state a demographic is a category of its margin, never dropped: at 0 %, 15 % and 100 %.

use serde_json::{Value, json};

use super::authority::{Authority, ROUND, UNITS, criteria, dossiers};
use crate::support::{Installation, on_each_engine};

/// Half of the dossiers are men's, half women's, on the register.
const ANSWERS: usize = 40;

/// The weighting that was published of a round in which `silent` of the answers do not state the sex.
fn weighting(at: Installation, silent: usize) -> Value {
    let authority = Authority::open(at, &UNITS[..1], dossiers(ANSWERS, &UNITS[..1]));
    let service = authority.at.serve();
    for n in 0..ANSWERS {
        authority.answer(&service.base, n, &criteria(n as u64, true), n >= silent);
    }
    for rule in authority.close_and_flag() {
        authority.decide("reviewer", &rule, "keep");
    }
    authority.seal().done();
    authority.compute();
    authority.publish(&[]);
    let document = service.client.get(&format!("/results/{ROUND}/publication.json")).json();
    let official = &document["figures"]["official"];
    assert_eq!(official["overall"]["n"], ANSWERS, "an answer was dropped: {official}");
    official["weighting"].clone()
}

fn margin<'a>(weighting: &'a Value, variable: &str) -> Option<&'a Value> {
    weighting["margins"].as_array().unwrap().iter().find(|margin| margin["variable"] == variable)
}

fn left_out<'a>(weighting: &'a Value, variable: &str) -> Option<&'a Value> {
    weighting["left_out"].as_array().unwrap().iter().find(|one| one["variable"] == variable)
}

/// Categories with their totals.
fn totals(margin: &Value) -> Value {
    let categories = margin["categories"].as_array().unwrap().iter();
    categories.map(|category| json!([category["category"], category["total"]])).collect()
}

#[test]
fn stated_by_all_the_totals_are_the_registers() {
    on_each_engine(|engine| {
        let weighting = weighting(Installation::on(engine), 0);
        let sex = margin(&weighting, "sex").unwrap();
        assert_eq!(totals(sex), json!([["male", 20], ["female", 20]]));
        assert_eq!(sex["not_stated"], 0.0);
    });
}

#[test]
fn fifteen_percent_not_stated_are_a_category_and_the_totals_are_scaled_to_the_rest() {
    on_each_engine(|engine| {
        let weighting = weighting(Installation::on(engine), 6);
        let sex = margin(&weighting, "sex").unwrap();
        // 0.15 × 40 = 6 are not stated; 20 × 0.85 = 17 remain of each.
        let wanted = json!([["male", 17], ["female", 17], ["not_stated", 6]]);
        assert_eq!(totals(sex), wanted);
        for category in sex["categories"].as_array().unwrap() {
            assert_eq!(category["reached"], category["total"], "nothing is trimmed");
            assert_eq!(category["miss"], 0);
        }
        assert_eq!(sex["not_stated"], 0.15);
        assert_eq!(weighting["sum"], 40.0);
    });
}

#[test]
fn stated_by_nobody_the_variable_is_left_out_with_the_reason() {
    on_each_engine(|engine| {
        let weighting = weighting(Installation::on(engine), ANSWERS);
        assert_eq!(margin(&weighting, "sex"), None);
        let reason = left_out(&weighting, "sex").unwrap()["reason"].as_str().unwrap();
        assert!(reason.contains("100.0 % of the answers do not state it"), "{reason}");
        assert!(margin(&weighting, "age_group").is_some(), "the others stay: {weighting}");
        assert_eq!(weighting["sum"], 40.0);
    });
}
