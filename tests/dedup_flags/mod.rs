//! A reviewer lets `khaosat` look at a round: rounds of made-up people, labelled, with parameters that vary, are judged by
//! the same bars as the labelled file.

mod answers;
mod bars;
pub mod chance;
mod cheats;
mod crowd;
mod file;
pub mod round;
pub mod setting;
mod words;

use std::collections::BTreeSet;

use khaosat::dedup::{Batch, Flag, RuleName, Settings, Severity, run};

use bars::{Said, Truth, missed};
use round::Round;
use setting::{Mirror, Setting};

fn look_at(round: &Round) -> Vec<Flag> {
    run(&Batch::new(round.columns()).unwrap(), &Settings::default())
}

fn unmet(round: &Round, flags: &[Flag]) -> Vec<String> {
    let truth: Vec<Truth> = round
        .responses
        .iter()
        .map(|response| Truth {
            label: response.label.to_owned(),
            act: response.act.to_string(),
            looks: vec![
                response.looks.to_owned(),
                round.setting.languages[response.language].0.to_owned(),
                format!("{:?}", response.kind),
            ],
        })
        .collect();
    missed(&truth, &flags.iter().map(Said::from).collect::<Vec<_>>())
}

#[track_caller]
fn meets_the_bars(setting: Setting) -> (Round, Vec<Flag>) {
    let round = Round::make(setting);
    let flags = look_at(&round);
    assert_eq!(unmet(&round, &flags), Vec::<String>::new(), "{:?}", round.setting);
    (round, flags)
}

#[test]
fn rounds_with_everything_drawn_by_chance_meet_the_bars() {
    for seed in [1, 3, 6, 8, 11, 16, 23, 32] {
        meets_the_bars(Setting::varied(seed));
    }
}

#[test]
fn a_round_as_large_as_the_demo_meets_the_bars_in_both_directions() {
    for (seed, mirror) in [(401, Mirror::No), (402, Mirror::Fraud), (403, Mirror::All)] {
        let mut setting = Setting::plain(seed, 3_200);
        (setting.units, setting.counters_per_unit, setting.days) = (17, 4, 30);
        (setting.bursts, setting.mirror) = (1, mirror);
        (setting.copied, setting.straightliners, setting.speeders) = (12, 15, 15);
        meets_the_bars(setting);
    }
}

#[test]
fn a_round_without_reversed_items_or_tickets_meets_the_bars() {
    let mut setting = Setting::plain(410, 2_000);
    setting.reversed = 0;
    setting.kinds = [1.0, 0.0, 0.0, 0.0, 0.0];
    meets_the_bars(setting.with_fraud());
}

#[test]
fn a_round_of_two_hundred_meets_the_bars() {
    for seed in 420..424 {
        meets_the_bars(Setting::plain(seed, 200).with_fraud());
    }
}

#[test]
fn honest_crowds_are_left_alone() {
    for (seed, honest) in [(430, 200), (431, 800), (432, 2_500)] {
        let mut setting = Setting::plain(seed, honest);
        setting.rush_days = 2;
        setting.meetings = 4;
        setting.evening_rounds = 4;
        setting.helpers = 4;
        meets_the_bars(setting);
    }
}

#[test]
fn a_village_where_nearly_everybody_gives_one_value_is_left_alone() {
    for reversed in [0, 2] {
        let mut setting = Setting::plain(440, 1_200);
        (setting.straight, setting.misread, setting.level) = (0.85, 0.0, 1.6);
        (setting.reversed, setting.units) = (reversed, 3);
        let (_, flags) = meets_the_bars(setting);
        let copies = flags.iter().filter(|flag| {
            flag.severity >= Severity::Medium
                && matches!(flag.rule, RuleName::ExactDuplicate | RuleName::NearDuplicate)
        });
        assert!(copies.count() <= 3, "forms that hundreds share are no copies");
    }
}

#[test]
fn a_mirrored_round_is_judged_like_its_original() {
    let setting = Setting::plain(450, 1_500).with_fraud();
    let found = |mirror| {
        let round = Round::make(Setting { mirror, ..setting.clone() });
        let reviewed = look_at(&round).into_iter().filter(|flag| flag.severity >= Severity::Medium);
        reviewed.map(|flag| (flag.row, flag.rule)).collect::<BTreeSet<_>>()
    };
    let (original, mirrored) = (found(Mirror::No), found(Mirror::All));
    let different = original.symmetric_difference(&mirrored).count();
    assert!(original.len() > 100);
    // Classes of the model start from another end; a few borderline forms may tip.
    assert!(different * 25 <= original.len(), "{different} of {}", original.len());
}

#[test]
fn the_order_of_rows_the_ids_and_the_number_of_threads_change_nothing() {
    let round = Round::make(Setting::plain(460, 900).with_fraud());
    let flags = look_at(&round);
    let key = |round: &Round, flags: &[Flag]| {
        let place = |row: usize| {
            let r = &round.responses[row];
            (r.at as i64, r.codes.clone(), r.counter, (r.seconds * 1e3) as i64)
        };
        let mut all: Vec<_> = flags
            .iter()
            .map(|f| {
                (place(f.row), f.rule, f.severity, (f.score * 100.0) as i64, f.related.map(place))
            })
            .collect();
        all.sort();
        all
    };
    let mut shuffled = Round::make(Setting::plain(460, 900).with_fraud());
    let mut chance = chance::Chance::seeded(7);
    for row in (1..shuffled.responses.len()).rev() {
        let other = chance.whole(0, row);
        shuffled.responses.swap(row, other);
    }
    assert_eq!(key(&round, &flags), key(&shuffled, &look_at(&shuffled)), "order of rows");

    let mut columns = round.columns();
    columns.ids.iter_mut().for_each(|id| *id = u128::MAX - *id);
    columns.devices.iter_mut().flatten().for_each(|device| *device = device.rotate_left(13));
    let other_ids = run(&Batch::new(columns).unwrap(), &Settings::default());
    assert_eq!(flags, other_ids, "ids and digests");

    for threads in [1, 3] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        assert_eq!(flags, pool.install(|| look_at(&round)), "{threads} threads");
    }
}

#[test]
fn every_flag_explains_itself_without_naming_answers_or_satisfaction() {
    let round = Round::make(Setting::plain(470, 1_500).with_fraud());
    let flags = look_at(&round);
    let rules: BTreeSet<RuleName> = flags.iter().map(|flag| flag.rule).collect();
    assert!(rules.len() >= 8, "{rules:?}");
    for flag in &flags {
        let text = flag.explanation.to_lowercase();
        assert!(text.ends_with('.') && text.len() > 40 && text.len() < 240, "{text}");
        for word in ["%", "satisf", "good", "bad", "praise", "grade", "hài lòng", "value"] {
            assert!(!text.contains(word), "{text:?} names {word:?}");
        }
        assert!(flag.score >= 0.0 && flag.score.is_finite());
        assert_ne!(flag.related, Some(flag.row), "nothing is laid beside itself");
    }
}

#[test]
fn no_opinion_and_prefer_not_to_say_count_as_no_answer() {
    let round = Round::make(Setting::plain(480, 600).with_fraud());
    let mut columns = round.columns();
    let blank = columns.items.iter().filter(|code| **code == 0).count();
    assert!(blank > 50);
    columns.items.iter_mut().enumerate().filter(|(_, code)| **code == 0).for_each(|(at, code)| {
        *code = if at % 2 == 0 { khaosat::dedup::NO_OPINION } else { khaosat::dedup::PREFER_NOT };
    });
    let refused = run(&Batch::new(columns).unwrap(), &Settings::default());
    assert_eq!(refused, look_at(&round));
}

#[test]
fn odd_rounds_are_looked_at_without_a_fall() {
    for (honest, items, units) in [(1, 3, 1), (2, 1, 1), (40, 4, 1), (150, 22, 1)] {
        let mut setting = Setting::plain(490, honest);
        (setting.items, setting.reversed, setting.units) = (items, 0, units);
        (setting.families, setting.languages) = (0, vec![("vi", 1.0, 1.0)]);
        look_at(&Round::make(setting));
    }
    let mut silent = Round::make(Setting::plain(491, 300));
    silent.responses.iter_mut().for_each(|response| response.codes.fill(0));
    look_at(&silent);
    let mut at_once = Round::make(Setting::plain(492, 300));
    at_once.responses.iter_mut().for_each(|response| (response.at, response.seconds) = (5.0, 0.0));
    look_at(&at_once);
}

/// For a person who changes a rule: many varied rounds at once, `KHAOSAT_ROUNDS=first..last`.
#[test]
#[ignore = "minutes long; run by hand when a rule changes"]
fn many_varied_rounds_meet_the_bars() {
    let range = std::env::var("KHAOSAT_ROUNDS").unwrap_or_else(|_| "1..60".to_owned());
    let (first, last) = range.split_once("..").unwrap();
    let mut rounds = 0;
    let mut unmet_in = 0;
    for seed in first.parse::<u64>().unwrap()..last.parse().unwrap() {
        let round = Round::make(Setting::varied(seed));
        let flags = look_at(&round);
        let unmet = unmet(&round, &flags);
        rounds += 1;
        if !unmet.is_empty() {
            unmet_in += 1;
            println!("{seed}: {unmet:?}");
            show(&round, &flags);
        }
    }
    println!("{unmet_in} of {rounds} rounds miss a bar");
    // Parameters are drawn wildly: in some rounds the cheats lie within what honest people do.
    assert!(unmet_in * 5 <= rounds);
}

/// The setting of a round and what was judged wrongly in it.
fn show(round: &Round, flags: &[Flag]) {
    let s = &round.setting;
    println!(
        "   {} people, {}x{} counters, {} items ({} reversed), {:.0} s, {:?}, kinds {:.1?}, level {:.1}, people {:.1}, noise {:.2}, straight {:.2}",
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
        s.straight
    );
    let reviewed = |row: usize| {
        let of_row =
            flags.iter().filter(move |flag| flag.row == row && flag.severity >= Severity::Medium);
        of_row.max_by_key(|flag| flag.severity)
    };
    let wrong =
        round.responses.iter().enumerate().filter(|&(row, response)| match response.label {
            "honest" => reviewed(row).is_some(),
            "source" | "undecidable" => false,
            _ => reviewed(row).is_none(),
        });
    for (row, r) in wrong.take(14) {
        let codes: String = r.codes.iter().map(|code| char::from(b'0' + code)).collect();
        let (language, _, factor) = s.languages[r.language];
        println!(
            "      {} {} counter {} {:?} {language} {:.0} of {:.0} s {codes} {:?}",
            r.label,
            r.looks,
            r.counter,
            r.kind,
            r.seconds,
            s.seconds * factor,
            reviewed(row).map(|flag| (flag.rule, flag.score))
        );
    }
}
