//! `khaosat demo`: the same seed gives the same results on any engine and any number of threads.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::support::{Engine, Installation, on_each_engine};

/// What a seed fixes; ids, digests, addresses and seconds may differ.
const FIXED: [&str; 12] = [
    "round",
    "citizens",
    "posted",
    "acknowledged",
    "stored",
    "planted",
    "flagged",
    "excluded",
    "sub_index",
    "indicative",
    "scorecard",
    "scorecard_simulated",
];
/// What else the object must have.
const FREE: [&str; 5] = ["publication", "api", "urls", "client", "seconds"];

fn demo(at: &Installation, seed: &str) -> Value {
    let printed = at.run(&["demo", "--fast", "--json", "--port", "0", "--seed", seed]).done();
    serde_json::from_str(&printed).unwrap_or_else(|error| panic!("{error}: {printed}"))
}

/// In a directory of its own, as SQLite; `threads` for every computation.
fn on_sqlite(threads: &str, seed: &str) -> Value {
    demo(&Installation::anywhere().with("RAYON_NUM_THREADS", threads), seed)
}

/// In an empty database.
fn on_engine(engine: &Engine, seed: &str) -> Value {
    demo(&Installation::on(engine), seed)
}

fn assert_same(one: &Value, other: &Value, where_: &str) {
    for key in FIXED {
        assert_eq!(one[key], other[key], "{key} differs {where_}");
    }
}

#[test]
fn a_seed_fixes_everything_but_ids_on_both_engines_and_any_number_of_threads() {
    let one_thread = on_sqlite("1", "625");
    assert_same(&one_thread, &on_sqlite("2", "625"), "with two threads");
    on_each_engine(|engine| {
        if engine.name == "PostgreSQL" {
            assert_same(&one_thread, &on_engine(engine, "625"), "on PostgreSQL");
        }
    });
    let other = on_sqlite("2", "7");
    assert_ne!(one_thread["sub_index"], other["sub_index"], "another seed is another round");
    check(&one_thread);
    check(&other);
}

fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

/// Holds the object against what it promises.
fn check(demo: &Value) {
    let missing: Vec<_> = FIXED.iter().chain(&FREE).filter(|key| demo[**key].is_null()).collect();
    assert!(missing.is_empty(), "{missing:?} missing");
    assert_eq!(demo["synthetic"], true);
    let count = |name: &str| demo[name].as_u64().unwrap_or_else(|| panic!("{name}: {demo}"));
    assert!(count("citizens") >= 3_000);
    assert!(count("posted") > count("acknowledged"), "connections were cut and answers sent again");
    assert_eq!(count("acknowledged"), count("stored"), "nothing acknowledged is lost or doubled");
    let planted: BTreeMap<String, u64> = serde_json::from_value(demo["planted"].clone()).unwrap();
    let flagged: BTreeMap<String, u64> = serde_json::from_value(demo["flagged"].clone()).unwrap();
    for rule in ["near_duplicate", "straightliner", "speeder", "burst"] {
        assert!(planted.get(rule).is_some_and(|n| *n > 0), "{rule}: {planted:?}");
    }
    assert!(flagged.values().sum::<u64>() >= count("excluded"), "{flagged:?}");
    assert!(count("excluded") > 0);

    let units = demo["sub_index"].as_array().unwrap();
    assert_eq!(units.len(), 17);
    for unit in units.iter().chain(demo["indicative"].as_array().unwrap()) {
        let wanted =
            "code effective_n high index low n rank rank_high rank_low suppressed unit unweighted";
        assert_eq!(keys(unit).join(" "), wanted);
        if unit["suppressed"] == true {
            assert!(unit["index"].is_null(), "{unit}");
            continue;
        }
        let [low, index, high] = ["low", "index", "high"].map(|name| unit[name].as_f64().unwrap());
        assert!(0.0 <= low && low < index && index < high && high <= 1.0, "never ± 0: {unit}");
    }
    assert!(demo["indicative"].as_array().unwrap().iter().all(|unit| unit["rank"].is_null()));
    assert!(units.iter().any(|unit| unit["rank"].is_u64()));

    assert_eq!(keys(&demo["publication"]), ["digest", "verified"]);
    assert_eq!(demo["publication"]["verified"], true);
    assert_eq!(demo["api"], serde_json::json!({"status": 200, "same_bytes": true}));
    assert_eq!(keys(&demo["urls"]), ["api", "citizen", "console", "receipt", "results", "ticket"]);
    assert_eq!(keys(&demo["client"]), ["id", "secret"]);
    check_scorecards(demo);
}

fn check_scorecards(demo: &Value) {
    let [kbang] = demo["scorecard"].as_array().unwrap().as_slice() else {
        panic!("one unit is known of 2018: {}", demo["scorecard"])
    };
    assert_eq!((&kbang["unit"], &kbang["total"]), (&"Kbang".into(), &78.19.into()));
    assert_eq!((&kbang["band"], &kbang["rank"]), (&"khá".into(), &1.into()));
    assert_eq!((&kbang["of"], &kbang["recorded"]), (&17.into(), &true.into()));
    for unknown in ["appraised", "survey", "maximum", "percent"] {
        assert!(kbang[unknown].is_null(), "no source says the {unknown} of 2018: {kbang}");
    }
    let simulated = demo["scorecard_simulated"].as_array().unwrap();
    assert_eq!(simulated.len(), 17);
    for line in simulated {
        assert_eq!(line["recorded"], false, "{line}");
        for key in ["unit", "appraised", "survey", "total", "maximum", "percent", "band", "rank"] {
            assert!(line.get(key).is_some(), "{key}: {line}");
        }
        assert!(line["percent"].as_f64().is_none_or(|p| (0.0..=100.0).contains(&p)), "{line}");
    }
}

#[test]
fn a_database_that_holds_khaosat_tables_is_refused_and_left_as_it_is() {
    on_each_engine(|engine| {
        let at = Installation::on(engine);
        at.run(&["user", "add", "admin", "--role", "system_admin"]).done();
        let refused = at.run(&["demo", "--fast", "--port", "0"]).refused();
        assert!(refused.contains("already") && refused.contains("khaosat"), "{refused}");
        assert_eq!(at.run(&["user", "list"]).done().lines().count(), 1);
        assert_eq!(at.run(&["round", "list"]).done().trim(), "");
    });
}
