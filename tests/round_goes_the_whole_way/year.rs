//! Two rounds of a year: their differences, the year's index, and the scorecard that it feeds.

use serde_json::Value;

use super::authority::{Authority, ROUND, UNITS, criteria, dossiers};
use super::published::published;
use super::shown::{desk, scored, this_year};
use crate::support::{Installation, on_each_engine};

const SECOND: &str = "hai-xa-2";
/// Dossiers of the second round, half of them of each commune; the last one is not answered.
const DOSSIERS: usize = 40;

/// The second round, up to where it is sealed.
fn second(first: Authority) -> Authority {
    let authority = first.again(SECOND, &UNITS, dossiers(DOSSIERS, &UNITS));
    let service = authority.at.serve();
    for n in 0..DOSSIERS - 1 {
        // The communes have changed places.
        let good = authority.dossiers[n].unit == UNITS[1];
        authority.answer(&service.base, n, &criteria(1000 + n as u64, good), true);
    }
    service.kill9();
    for rule in authority.close_and_flag() {
        authority.decide("reviewer", &rule, "keep");
    }
    authority.seal().done();
    authority
}

fn run(authority: &Authority, arguments: &[&str]) -> Value {
    let told = authority.at.run(&[arguments, &["--json"]].concat()).done();
    serde_json::from_str(&told).unwrap()
}

fn number(of: &Value, name: &str) -> f64 {
    of[name].as_f64().unwrap_or_else(|| panic!("{name}: {of}"))
}

#[test]
fn a_year_is_the_dossier_weighted_mean_of_its_rounds_and_feeds_the_scorecard() {
    on_each_engine(|engine| {
        let (first, _) = published(Installation::on(engine));
        let authority = second(first);
        let year = this_year().to_string();
        let early = authority.at.run(&["round", "year", &year]).refused();
        assert!(early.contains(SECOND) && early.contains("sealed but not published"), "{early}");
        authority.compute();
        authority.publish(&[]);
        assert!(authority.at.run(&["round", "year", "2001"]).refused().contains("no sealed round"));

        let found = run(&authority, &["round", "year", &year]);
        assert_eq!(found["rounds"], serde_json::json!([ROUND, SECOND]));
        let service = authority.at.serve();
        let documents = [ROUND, SECOND]
            .map(|round| service.client.get(&format!("/results/{round}/publication.json")).json());
        for unit in found["units"].as_array().unwrap() {
            let (mut all, mut sum, mut variance, mut n) = (0.0, 0.0, 0.0, 0.0);
            for document in &documents {
                let units = document["figures"]["official"]["units"].as_array().unwrap();
                let one = units.iter().find(|one| one["code"] == unit["code"]).unwrap();
                let dossiers = number(&one["beside"], "dossiers");
                let (index, se) = (number(&one["figure"], "index"), number(&one["figure"], "se"));
                all += dossiers;
                sum += dossiers * index;
                variance += dossiers * dossiers * se * se;
                n += number(&one["figure"], "n");
            }
            assert_eq!(all, 44.0, "24 and 20 dossiers");
            assert!((number(unit, "index") - sum / all).abs() < 1e-11, "{unit}");
            assert!((number(unit, "se") - variance.sqrt() / all).abs() < 1e-11, "{unit}");
            assert_eq!(number(unit, "n"), n);
            let [low, index, high] = ["low", "index", "high"].map(|name| number(unit, name));
            assert!(0.0 < low && low < index && index < high && high < 1.0, "{unit}");
            assert!(unit["joint"][0].as_f64().unwrap() <= low, "{unit}");
        }

        // The scorecard takes the year, not one of its rounds.
        for line in scored(&desk(engine, &authority)) {
            let units = found["units"].as_array().unwrap();
            let unit = units.iter().find(|unit| unit["code"] == line.code.as_str()).unwrap();
            let survey = line.survey.unwrap().value.to_f64();
            let part = line.parts.iter().find(|part| part.key == "survey").unwrap();
            let maximum = part.maximum.unwrap().value.to_f64();
            assert!((survey - maximum * number(unit, "index")).abs() < 0.01, "{survey} {unit}");
        }
        drop(service);
    });
}

#[test]
fn units_and_rounds_are_compared_with_an_interval_or_not_at_all() {
    on_each_engine(|engine| {
        let (first, _) = published(Installation::on(engine));
        let units = run(&first, &["round", "compare", ROUND, UNITS[0], UNITS[1]]);
        let rows = units["rows"].as_array().unwrap();
        assert_eq!(rows.len(), 6, "all criteria and five factors: {units}");
        assert!(number(&rows[0], "low") > 0.0 && rows[0]["factor"].is_null(), "{}", rows[0]);
        let ours = number(&rows[0], "first") - number(&rows[0], "second");
        assert!((number(&rows[0], "difference") - ours).abs() < 1e-11);
        for (pair, words) in
            [([UNITS[0], "00000"], "00000 is no unit of round"), ([UNITS[0], UNITS[0]], "name two")]
        {
            let told = first.at.run(&["round", "compare", ROUND, pair[0], pair[1]]).refused();
            assert!(told.contains(words), "{told}");
        }

        let authority = second(first);
        let early = authority.at.run(&["round", "compare", ROUND, SECOND]).refused();
        assert!(early.contains(SECOND) && early.contains("no publication yet"), "{early}");
        authority.compute();
        authority.publish(&[]);
        let rounds = run(&authority, &["round", "compare", ROUND, SECOND]);
        let of = |unit: Value| {
            let rows = rounds["rows"].as_array().unwrap();
            rows.iter().find(|r| r["unit"] == unit && r["factor"].is_null()).unwrap().clone()
        };
        // The better commune of the first round is the worse one of the second.
        assert!(number(&of(UNITS[0].into()), "low") > 0.0, "{rounds}");
        assert!(number(&of(UNITS[1].into()), "difference") < 0.0, "{rounds}");
        let all = of(Value::Null);
        assert!(number(&all, "low") < 0.0 && number(&all, "high") > 0.0, "{all}");
        let told = authority.at.run(&["round", "compare", ROUND, SECOND]).done();
        // Two counters on one day are one degree of freedom, too few for a rank or a verdict.
        assert!(
            told.contains("too few degrees of freedom") && told.contains("all criteria"),
            "{told}"
        );
    });
}
