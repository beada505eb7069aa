//! A reviewer lets `khaosat` look at a round: rounds of made-up people, labelled, with parameters that vary.

mod answers;
mod bars;
mod chance;
mod cheats;
mod crowd;
mod round;
mod setting;
mod words;

use khaosat::dedup::{Batch, Flag, Settings, run};

use round::Round;
use setting::Setting;

fn look_at(setting: Setting) -> (Round, Vec<Flag>) {
    let round = Round::make(setting);
    let batch = Batch::new(round.columns()).unwrap();
    let flags = run(&batch, &Settings::default());
    drop(batch);
    (round, flags)
}

/// For a person who changes a rule: many varied rounds at once, `KHAOSAT_ROUNDS=first..last`.
#[test]
#[ignore = "minutes long; run by hand when a rule changes"]
fn many_varied_rounds_meet_the_bars() {
    let range = std::env::var("KHAOSAT_ROUNDS").unwrap_or_else(|_| "1..60".to_owned());
    let (first, last) = range.split_once("..").unwrap();
    let mut failed = 0;
    let mut near: Vec<(f64, &str)> = Vec::new();
    let mut near_all = 0;
    for seed in first.parse().unwrap()..last.parse().unwrap() {
        let (round, flags) = look_at(Setting::varied(seed));
        near_all += round.responses.iter().filter(|r| r.label == "near_duplicate").count();
        for f in &flags {
            if matches!(
                f.rule,
                khaosat::dedup::RuleName::NearDuplicate | khaosat::dedup::RuleName::ExactDuplicate
            ) {
                near.push((f.score, round.responses[f.row].label));
            }
        }
        let missed = bars::missed(&round, &flags);
        if !missed.is_empty() {
            failed += 1;
            let s = &round.setting;
            println!(
                "{seed}: {missed:?}\n   n {} units {}x{} items {} rev {} sec {:.0} {:?} kinds {:.1?} level {:.1} people {:.1} noise {:.2} straight {:.2}\n   {}",
                s.honest,
                s.units,
                s.counters_per_unit,
                s.items,
                s.reversed,
                s.seconds,
                s.mirror,
                s.kinds,
                s.level,
                s.people,
                s.noise,
                s.straight,
                bars::account(&round, &flags)
            );
            let mut shown = 0;
            for (row, r) in round.responses.iter().enumerate() {
                let top = flags
                    .iter()
                    .filter(|f| f.row == row && f.severity >= khaosat::dedup::Severity::Medium)
                    .max_by_key(|f| f.severity);
                let bad = match r.label {
                    "honest" => top.is_some(),
                    "source" | "undecidable" => false,
                    _ => top.is_none(),
                };
                if bad && shown < 14 {
                    shown += 1;
                    let codes: String = r.codes.iter().map(|c| (b'0' + c) as char).collect();
                    println!(
                        "      {} act {} {} c{} {:?} {} sec {:.0}/{:.0} {codes} {:?} {}",
                        r.label,
                        r.act,
                        r.looks,
                        r.counter,
                        r.kind,
                        s.languages[r.language].0,
                        r.seconds,
                        s.seconds * s.languages[r.language].2,
                        top.map(|f| (f.rule, f.score)),
                        r.comment.chars().take(50).collect::<String>()
                    );
                }
            }
        }
    }
    for cut in [0.0, 0.5, 1.0, 1.4, 1.8, 2.2, 3.0, 4.0, 5.0, 6.0, 7.0] {
        let n = |l: &str| near.iter().filter(|(s, label)| *s >= cut && *label == l).count();
        println!(
            "near cut {cut}: recall {:.3} of {near_all}, honest {}, other fraud {}",
            n("near_duplicate") as f64 / near_all as f64,
            n("honest"),
            near.iter()
                .filter(|(s, l)| *s >= cut
                    && !["honest", "near_duplicate", "source", "undecidable"].contains(l))
                .count()
        );
    }
    println!("{failed} rounds missed a bar");
    assert_eq!(failed, 0);
}
