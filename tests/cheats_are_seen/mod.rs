//! An evening of cheats, and beside it a day of honest crowds: what khaosat shows of each, on both engines and in both
//! directions. `docs/integrity.md` tells the same in words.

mod evening;
mod people;
mod reviewed;

use std::collections::BTreeMap;

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, SqliteConnection};
use khaosat::round::{self, Indicator};
use khaosat::store::flag::StoredFlag;
use khaosat::store::verdict::Decision;

use evening::{Evening, ROUND, unit_code};
use people::Story;

use crate::support::{Engine, on_each_engine};

/// What was flagged of one group of visits.
#[derive(Debug, Default)]
struct Seen {
    visits: usize,
    /// Visits with a flag of at least medium, and of high.
    medium: usize,
    high: usize,
    /// Visits by rule and severity.
    rules: BTreeMap<(String, String), usize>,
}

fn seen(story: &Story, flags: &[Vec<StoredFlag>]) -> BTreeMap<&'static str, Seen> {
    let mut all: BTreeMap<_, Seen> = BTreeMap::new();
    for (visit, flags) in story.visits.iter().zip(flags) {
        let seen = all.entry(visit.who).or_default();
        seen.visits += 1;
        seen.high += usize::from(flags.iter().any(|flag| flag.severity == "high"));
        seen.medium += usize::from(flags.iter().any(|flag| flag.severity != "low"));
        for flag in flags {
            *seen.rules.entry((flag.rule.clone(), flag.severity.clone())).or_default() += 1;
        }
    }
    all
}

/// The names of the cheats; everybody else is honest, the grandchild's family too.
const CHEATS: [&str; 3] = ["clerk", "rival", "official"];

/// Plays the evening; `value` is what the clerk and the official write, the rival writes the opposite.
fn evening(engine: &Engine, seed: u64, value: u8) -> (Evening, BTreeMap<&'static str, Seen>) {
    let mut story = Story::of_honest_people(seed);
    story.clerk_with_forty_tickets(value);
    story.grandchilds_phone();
    story.rival_with_a_photographed_poster(6 - value);
    story.official_who_answers_for_citizens(value);
    story.chooser_at(2);
    let evening = Evening::on(engine);
    let flags = evening.play(&story);
    let seen = seen(&story, &flags);
    (evening, seen)
}

#[test]
fn every_cheat_of_the_evening_is_shown_whether_he_praises_or_blames() {
    on_each_engine(|engine| {
        let (evening, seen) = evening(engine, 41, 5);
        shown(&seen);
        chooser(&evening);
        deleter(engine, &evening);
    });
    on_each_engine(|engine| {
        let (evening, seen) = evening(engine, 42, 1);
        shown(&seen);
        chooser(&evening);
        published(&evening);
    });
}

fn shown(seen: &BTreeMap<&'static str, Seen>) {
    for cheat in CHEATS {
        let Seen { visits, medium, high, .. } = seen[cheat];
        assert!(medium * 10 >= visits * 9, "{cheat}: {seen:?}");
        assert!(high * 10 >= visits * 5, "{cheat}: {seen:?}");
    }
    for (who, seen) in seen.iter().filter(|(who, _)| !CHEATS.contains(who)) {
        assert_eq!(seen.high, 0, "{who}: {seen:?}");
    }
}

/// The clerk of the third counter prints only for people of whom he expects praise: his printed tickets per ticket due stand
/// out at once, without a single answer being looked at.
fn chooser(evening: &Evening) {
    let gate = round::gate(&evening.desk, ROUND).unwrap();
    let looks: Vec<_> = gate
        .tests
        .iter()
        .filter(|test| test.look)
        .map(|test| (test.indicator, test.unit.clone(), test.counter.clone(), test.above))
        .collect();
    let printed = (Indicator::Printed, unit_code(1), Some("0".to_owned()), false);
    assert!(looks.contains(&printed), "{gate:#?}");
}

/// A reviewer leaves out what looks stuffed.
fn decide(evening: &Evening) {
    for rule in ["staff_device", "ticket_run", "burst"] {
        let reason = "seen beside the counter's list of the day";
        let [one, two] = ["reviewer", "reviewer-2"].map(|name| evening.actor(name));
        let (desk, exclude) = (&evening.desk, Decision::Exclude);
        let responses = round::flagged_by(desk, ROUND, rule, &["medium", "high"]).unwrap();
        round::decide(desk, &one, Some(&two), ROUND, &responses, exclude, reason).unwrap();
    }
}

/// Sealed, published: what stood out is in the publication, that of the sealing step too, and all of it can be computed again.
fn published(evening: &Evening) {
    let desk = &evening.desk;
    let [province, publisher, second, inspector] =
        ["province", "publisher-1", "publisher-2", "inspector"].map(|name| evening.actor(name));
    decide(evening);
    evening.wait(2);
    round::put_margins_from_dossiers(desk, &province, ROUND).unwrap();
    let outcome = round::seal(desk, &publisher, Some(&inspector), ROUND).unwrap();
    let tests = &outcome.gate.tests;
    let printed = |test: &&round::GateTest| test.indicator == Indicator::Printed && test.look;
    assert!(tests.iter().any(|test| printed(&test)), "{tests:#?}");
    for indicator in [Indicator::Delay, Indicator::Given] {
        assert!(tests.iter().any(|test| test.indicator == indicator), "{indicator}: {tests:#?}");
    }
    round::weigh(desk, &publisher, ROUND).unwrap();
    round::index(desk, &publisher, ROUND).unwrap();
    let publication = round::publish(desk, &publisher, &second, ROUND, None).unwrap();
    let document: round::Document = serde_json::from_slice(&publication.bytes).unwrap();
    assert_eq!(document.outcome.gate, outcome.gate);
    assert_eq!(round::verify(desk, ROUND).unwrap().faults, Vec::<String>::new());
}

/// Somebody with the database's password takes out an answer that he does not like.
fn deleter(engine: &Engine, evening: &Evening) {
    let faults = || round::verify(&evening.desk, ROUND).unwrap().faults;
    assert_eq!(faults(), Vec::<String>::new());
    decide(evening);
    let sql = "DELETE FROM response WHERE id = (SELECT id FROM response AS other WHERE NOT EXISTS \
               (SELECT 1 FROM flag WHERE flag.response_id = other.id OR flag.related_id = other.id) \
               ORDER BY id LIMIT 1)";
    if engine.name == "SQLite" {
        SqliteConnection::establish(&engine.url).unwrap().batch_execute(sql).unwrap();
    } else {
        PgConnection::establish(&engine.url).unwrap().batch_execute(sql).unwrap();
    }
    let named = faults();
    assert!(named.iter().any(|fault| fault.contains("1 answers of")), "{named:?}");
    evening.wait(2);
    let inspector = evening.actor("inspector");
    let sealed = round::seal(&evening.desk, &evening.actor("publisher-1"), Some(&inspector), ROUND);
    let refused = sealed.unwrap_err().to_string();
    assert!(refused.contains("is not what the ledger says"), "{refused}");
}

#[test]
fn a_day_of_honest_crowds_stays_clean() {
    for seed in [43, 44] {
        on_each_engine(|engine| {
            let mut story = Story::of_honest_people(seed);
            story.grandchilds_phone();
            let evening = Evening::on(engine);
            let flags = evening.play(&story);
            let seen = seen(&story, &flags);
            assert!(seen.values().all(|seen| seen.high == 0), "{seen:#?}");
            let sum = |of: fn(&Seen) -> usize| seen.values().map(of).sum::<usize>();
            let (medium, all) = (sum(|seen| seen.medium), sum(|seen| seen.visits));
            assert!(medium * 100 <= all, "{medium} of {all}: {seen:#?}");
            let gate = round::gate(&evening.desk, ROUND).unwrap();
            assert!(gate.tests.len() >= 9, "{gate:?}");
            assert!(gate.tests.iter().all(|test| !test.look), "{gate:#?}");
        });
    }
}
