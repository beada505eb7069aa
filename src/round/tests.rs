//! Figures of rounds made of sealed records alone: what a draw, invitations and paper will bring once they exist.

use std::collections::{BTreeMap, BTreeSet};

use super::figures::{Figures, Reason, UnitFigures};
use super::index::figures;
use super::weigh::Sealed;
use super::{Rules, Trim, Variant};
use crate::clock::Millis;
use crate::form::{Form, shipped};
use crate::store::dossier::{DossierCounts, Dossiers};
use crate::store::id::{FormVersionId, RoundId, SealedId, UnitId};
use crate::store::margin::Margins;
use crate::store::round::{Round, State};
use crate::store::sealed::SealedRecord;
use crate::store::tally::Kind;
use crate::store::unit::Unit;

/// A sealed round under construction.
struct Making {
    rules: Rules,
    form: Form,
    records: Vec<SealedRecord>,
    margins: Margins,
    dossiers: Dossiers,
    units: Vec<i32>,
}

/// Some answers of one unit and kind.
struct Group {
    unit: i32,
    kind: Kind,
    n: usize,
    /// Of how many in ten the answers are good ones.
    good: usize,
    days: i32,
    excluded: bool,
}

const TICKETS: Group =
    Group { unit: 1, kind: Kind::Ticket, n: 100, good: 8, days: 12, excluded: false };

impl Making {
    fn of_units(units: &[i32]) -> Self {
        let rules: Rules = toml::from_str(
            "title = \"t\"\nunits = [\"1\"]\nunits_on = \"2018-12-31\"\nmargins = [\"unit\", \"sex\"]",
        )
        .unwrap();
        let mut made = Self {
            rules,
            form: shipped::one_stop_shop().unwrap(),
            records: Vec::new(),
            margins: Margins::new(),
            dossiers: Dossiers::new(),
            units: units.to_vec(),
        };
        for unit in units {
            made.margin("unit", &unit.to_string(), 400);
            let counts = DossierCounts { finished: 400, drawn: 200 };
            made.dossiers.insert((UnitId(*unit), "land".to_owned()), counts);
        }
        let all = 400 * i64::try_from(units.len()).unwrap();
        made.margin("sex", "male", all / 2);
        made.margin("sex", "female", all / 2);
        made
    }

    fn margin(&mut self, variable: &str, category: &str, total: i64) {
        self.margins.entry(variable.to_owned()).or_default().insert(category.to_owned(), total);
    }

    fn with(mut self, some: Group) -> Self {
        let criteria: BTreeSet<usize> = self.form.criteria().map(|c| c.column).collect();
        for at in 0..some.n {
            let number = self.records.len();
            let mut id = [0; 16];
            id[..8].copy_from_slice(&(number as u64).to_be_bytes());
            let code = if (at * 7 + at / 10) % 10 < some.good { 5 } else { 2 };
            let answers = (0..self.form.coded_len())
                .map(|column| if criteria.contains(&column) { code } else { 0 })
                .collect();
            self.records.push(SealedRecord {
                id: SealedId(id),
                unit_id: UnitId(some.unit),
                kind: some.kind,
                service: "land".to_owned(),
                sex: if at % 2 == 0 { "male" } else { "female" }.to_owned(),
                age_group: String::new(),
                stratum: some.unit.to_string(),
                population: 400,
                drawn: 200,
                psu: some.unit * 1000 + at as i32 % some.days,
                excluded: some.excluded,
                answers,
            });
        }
        self
    }

    fn sealed(self) -> Sealed {
        let unit = |id: &i32| Unit {
            id: UnitId(*id),
            code: id.to_string(),
            name: format!("Đơn vị {id}"),
            kind: "huyện".to_owned(),
            parent_id: None,
            valid_from: String::new(),
            valid_to: String::new(),
        };
        Sealed {
            round: Round {
                id: RoundId(1),
                code: "r".to_owned(),
                form_id: FormVersionId(1),
                state: State::Sealed,
                opens_at: Millis(0),
                closes_at: Millis(1),
                grace_ms: 0,
                rules: String::new(),
                rules_digest: None,
                asked_digests: None,
                amendments: "[]".to_owned(),
                outcome: None,
            },
            rules: self.rules,
            form: self.form,
            units: self.units.iter().map(unit).collect(),
            records: self.records,
            margins: self.margins,
            dossiers: self.dossiers,
        }
    }

    fn figures(self) -> Figures {
        of(&self.sealed())
    }
}

fn of(sealed: &Sealed) -> Figures {
    figures(sealed, &sealed.weigh().unwrap()).unwrap()
}

fn variant<'a>(unit: &'a UnitFigures, name: &str) -> &'a Variant {
    unit.beside.variants.iter().find(|variant| variant.name == name).unwrap()
}

#[test]
fn kinds_that_were_not_drawn_never_enter_the_official_index() {
    let alone = Making::of_units(&[1]).with(TICKETS).figures();
    let posters = Group { kind: Kind::Poster, good: 1, n: 300, ..TICKETS };
    let both = Making::of_units(&[1]).with(TICKETS).with(posters).figures();
    assert_eq!(alone.official.units[0].figure, both.official.units[0].figure);
    let indicative = &both.indicative;
    assert_eq!((indicative.units[0].figure.n, indicative.units[0].rank), (300, None));
    assert_eq!(
        (indicative.notes.precision.as_str(), both.official.notes.precision.as_str()),
        ("model", "design")
    );
    // 300 of 400 dossiers: f/(1 − f)/ρ² is far above n, so n stands.
    assert_eq!(indicative.units[0].beside.effective_n_under_defect, Some(300.0));
    assert_eq!(both.official.units[0].beside.effective_n_under_defect, None);
}

#[test]
fn below_the_round_s_minimum_of_drawn_answers_there_is_no_official_index() {
    let mut made = Making::of_units(&[1, 2]);
    made.rules.minimum_sample = 50;
    let found = made.with(TICKETS).with(Group { unit: 2, n: 49, ..TICKETS }).figures();
    let second = &found.official.units[1];
    assert_eq!((second.figure.index, second.figure.suppressed), (None, Some(Reason::BelowMinimum)));
    assert_eq!((second.beside.model.clone(), second.beside.variants.len()), (None, 0));
    assert_eq!(second.beside.response.asked, 200, "counts are exact");
}

#[test]
fn few_degrees_of_freedom_leave_the_interval_and_take_the_rank() {
    let found = Making::of_units(&[1, 2])
        .with(TICKETS)
        .with(Group { unit: 2, days: 5, ..TICKETS })
        .figures();
    let [first, second] = &found.official.units[..] else { panic!() };
    assert_eq!((first.figure.df, second.figure.df), (Some(11), Some(4)));
    assert!(second.figure.low.is_some() && second.rank.is_none());
    let rank = first.rank.unwrap();
    assert_eq!((rank.low, rank.high, rank.of), (1, 2, 2), "the other might be better or worse");
}

#[test]
fn a_lonely_psu_joins_another_kind_of_its_unit_or_takes_the_pooled_effect() {
    let joined = Making::of_units(&[1])
        .with(TICKETS)
        .with(Group { kind: Kind::Invitation, n: 10, days: 1, ..TICKETS })
        .figures();
    // 12 days and one of invitations that falls on a day of its own label or an old one: one stratum.
    assert!(joined.official.units[0].figure.df >= Some(11));
    let pooled = Making::of_units(&[1, 2])
        .with(TICKETS)
        .with(Group { unit: 2, n: 40, good: 10, days: 1, ..TICKETS })
        .figures();
    let lonely = &pooled.official.units[1].figure;
    assert_eq!(lonely.index, Some(1.0));
    assert!(lonely.low.unwrap() < 1.0 && lonely.low.unwrap() > 0.5, "{lonely:?}");
    assert!(pooled.official.units[1].rank.is_none());
}

#[test]
fn intervals_have_a_width_and_stay_within_0_and_1() {
    for good in [0, 5, 10] {
        let found = Making::of_units(&[1]).with(Group { good, ..TICKETS }).figures();
        let f = &found.official.units[0].figure;
        let (low, high) = (f.low.unwrap(), f.high.unwrap());
        assert!(0.0 <= low && low < high && high <= 1.0, "{f:?}");
    }
}

#[test]
fn a_variant_by_few_answers_is_told_by_a_bound_only() {
    let few = Group { n: 4, good: 0, excluded: true, ..TICKETS };
    let found = Making::of_units(&[1]).with(TICKETS).with(few).figures();
    let shown = variant(&found.official.units[0], "with_excluded");
    assert_eq!((shown.n, shown.index, shown.differs_by_less_than), (104, None, Some(0.1)));
    let exclusion = found.official.notes.exclusion.as_ref().unwrap();
    assert_eq!((exclusion.excluded, exclusion.of_satisfied, exclusion.p), (4, None, None));
    let twenty = Group { n: 20, good: 0, excluded: true, ..TICKETS };
    let found = Making::of_units(&[1]).with(TICKETS).with(twenty).figures();
    let shown = variant(&found.official.units[0], "with_excluded");
    assert!(shown.index.unwrap() < found.official.units[0].figure.index.unwrap());
    let exclusion = found.official.notes.exclusion.as_ref().unwrap();
    assert_eq!((exclusion.of_satisfied, exclusion.of_dissatisfied), (Some(0.0), Some(0.5)));
    assert!(exclusion.p.unwrap() < 1e-6);
}

#[test]
fn the_whole_with_and_without_excluded_answers_does_not_tell_those_of_one_unit() {
    // 12 excluded in all, 6 in each unit: the sum over both may be shown, none of the two.
    let few = |unit| Group { unit, n: 6, good: 0, excluded: true, ..TICKETS };
    let found = Making::of_units(&[1, 2])
        .with(TICKETS)
        .with(Group { unit: 2, ..TICKETS })
        .with(few(1))
        .with(few(2))
        .figures();
    let group = &found.official;
    assert!(group.units.iter().all(|unit| variant(unit, "with_excluded").index.is_none()));
    let whole = group.notes.overall.variants.iter().find(|v| v.name == "with_excluded").unwrap();
    assert!(whole.index.is_some(), "{whole:?}");
}

#[test]
fn one_kind_alone_is_shown_only_where_the_other_is_large_enough() {
    let invited = |n| Group { kind: Kind::Invitation, n, days: 9, ..TICKETS };
    let found = Making::of_units(&[1]).with(TICKETS).with(invited(5)).figures();
    let unit = &found.official.units[0];
    assert_eq!(variant(unit, "kind:ticket").index, None, "it differs by five answers");
    let found = Making::of_units(&[1]).with(TICKETS).with(invited(30)).figures();
    let unit = &found.official.units[0];
    assert!(variant(unit, "kind:ticket").index.is_some());
    assert!(variant(unit, "kind:invitation").index.is_some());
}

#[test]
fn response_counts_rates_and_worst_case_follow_their_definitions() {
    let found = Making::of_units(&[1]).with(TICKETS).figures();
    let unit = &found.official.units[0];
    let (figure, beside) = (&unit.figure, &unit.beside);
    let outcomes = beside.response.outcomes.as_ref().unwrap();
    assert_eq!((outcomes.complete, outcomes.unknown, outcomes.rr1), (100, 100, Some(0.5)));
    assert_eq!(
        (beside.dossiers, beside.response.asked, beside.response.rate),
        (400, 200, Some(0.5))
    );
    let (low, high) = beside.worst_case.unwrap();
    let p = figure.index.unwrap();
    assert!((low - p / 2.0).abs() < 1e-9 && (high - low - 0.5).abs() < 1e-9);
    assert_eq!(found.official.notes.representativity.as_ref().unwrap().r, 1.0, "one cell is even");
}

#[test]
fn the_model_leans_a_small_unit_on_the_others_and_stands_beside_the_direct_estimate() {
    let mut made = Making::of_units(&[1, 2, 3, 4]).with(TICKETS);
    for (unit, n, good) in [(2, 100, 7), (3, 100, 9), (4, 15, 4)] {
        made = made.with(Group { unit, n, good, ..TICKETS });
    }
    let found = made.figures();
    let [first, .., small] = &found.official.units[..] else { panic!() };
    let (big, little) =
        (first.beside.model.as_ref().unwrap(), small.beside.model.as_ref().unwrap());
    assert!(little.direct_share < big.direct_share);
    assert!(little.estimate > small.figure.index.unwrap(), "towards the mean of all");
    let note = found.official.notes.model.as_ref().unwrap();
    assert_eq!(note.covariates, ["constant"]);
}

#[test]
fn trimming_is_a_rule_and_its_absence_a_variant() {
    let mut made =
        Making::of_units(&[1, 2]).with(TICKETS).with(Group { unit: 2, n: 12, ..TICKETS });
    made.rules.trim = Some(Trim { lower: 0.2, upper: 2.0 });
    let found = made.figures();
    let weighting = found.official.weighting.as_ref().unwrap();
    assert!(weighting.trimmed_share > 0.0 && weighting.worst_miss > 1e-3);
    assert!(found.official.notes.overall.variants.iter().any(|v| v.name == "untrimmed"));
}

#[test]
fn margins_that_cannot_carry_their_total_are_joined_or_dropped_and_reported() {
    let mut made = Making::of_units(&[1]).with(TICKETS);
    made.rules.margins = ["unit", "sex", "service", "age_group"].map(str::to_owned).to_vec();
    made.margin("service", "land", 300);
    made.margin("service", "civil", 80);
    made.margin("service", "tax", 20);
    for (age, total) in [("under_25", 100), ("25-34", 300)] {
        made.margin("age_group", age, total);
    }
    for (at, record) in made.records.iter_mut().enumerate() {
        let service = if at % 3 == 0 { "civil" } else { "land" };
        service.clone_into(&mut record.service);
        if at < 2 {
            "tax".clone_into(&mut record.service);
        }
    }
    let found = made.figures();
    let weighting = found.official.weighting.as_ref().unwrap();
    let service = weighting.margins.iter().find(|margin| margin.variable == "service").unwrap();
    assert!(service.joined.iter().any(|(from, into)| from == "tax" && into == "other"));
    let left: Vec<&str> = weighting.left_out.iter().map(|left| left.variable.as_str()).collect();
    assert!(left.contains(&"age_group"), "nobody states it: {left:?}");
    assert!(weighting.worst_miss < 1e-9);
}

#[test]
fn no_opinion_and_no_answer_leave_the_denominator_and_are_shown() {
    let mut made = Making::of_units(&[1]).with(TICKETS);
    let column = made.form.criteria().next().unwrap().column;
    let criteria = made.form.criteria().count();
    for record in made.records.iter_mut().take(50) {
        record.answers[column] = 254;
    }
    for record in made.records.iter_mut().skip(50).take(22) {
        record.answers[column] = 0;
    }
    let beside = made.figures().official.units.remove(0).beside;
    let share = |n: f64| n / (100.0 * criteria as f64);
    assert!((beside.no_opinion.unwrap() - share(50.0)).abs() < 1e-9);
    assert!((beside.no_answer.unwrap() - share(22.0)).abs() < 1e-9);
}

#[test]
fn another_order_of_records_gives_the_same_figures() {
    let make = || {
        Making::of_units(&[1, 2])
            .with(TICKETS)
            .with(Group { unit: 2, good: 6, ..TICKETS })
            .with(Group { n: 20, excluded: true, ..TICKETS })
            .with(Group { kind: Kind::Poster, ..TICKETS })
    };
    let before = make().figures();
    let mut turned = make();
    turned.records.reverse();
    let counted: BTreeMap<_, _> =
        before.official.units.iter().map(|u| (&u.code, &u.figure)).collect();
    assert_eq!(counted.len(), 2);
    assert_eq!(before, turned.figures());
}
