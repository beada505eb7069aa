//! Figures of rounds made of sealed records alone: what a draw, invitations and paper will bring once they exist.

use std::collections::{BTreeMap, BTreeSet};

use super::difference::{Side, rounds_of, units_of};
use super::figures::{Figures, Reason, UnitFigures};
use super::index::figures;
use super::weigh::Sealed;
use super::{Covariate, Differences, Document, Rules, Trim, Variant};
use crate::clock::Millis;
use crate::form::{Form, shipped};
use crate::store::dossier::{DossierCell, DossierCounts, Dossiers};
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

fn cell(unit: i32, sex: Option<&str>) -> DossierCell {
    let sex = sex.map(str::to_owned);
    DossierCell { unit: UnitId(unit), service: "land".to_owned(), sex, age_group: None }
}

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
            let counts = DossierCounts { finished: 400, drawn: 200, answered: 100 };
            made.dossiers.insert(cell(*unit, None), counts);
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
    let (low, high) = weighting.trim_bounds.unwrap();
    assert!(low < weighting.min && weighting.max <= high);
    // Every category is told by how much it is missed, and the worst is the one that the head names.
    let missed: Vec<f64> = weighting
        .margins
        .iter()
        .flat_map(|margin| &margin.categories)
        .map(|c| {
            assert!((c.miss - (c.reached - c.total) / c.total).abs() < 1e-11, "{c:?}");
            (c.reached - c.total).abs() / 800.0
        })
        .collect();
    assert_eq!(missed.len(), 4);
    let worst = missed.iter().copied().fold(0.0, f64::max);
    assert!((worst - weighting.worst_miss).abs() < 1e-9);
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

#[test]
fn every_factor_has_its_variants_under_the_same_rule() {
    let few = Group { n: 4, good: 0, excluded: true, ..TICKETS };
    let unit = Making::of_units(&[1]).with(TICKETS).with(few).figures().official.units.remove(0);
    assert_eq!(unit.factors.len(), 5);
    for factor in &unit.factors {
        let [unweighted, with_excluded] = &factor.variants[..] else { panic!("{factor:?}") };
        assert_eq!(
            (unweighted.name.as_str(), unweighted.index),
            ("unweighted", factor.figure.unweighted)
        );
        assert_eq!((with_excluded.n, with_excluded.index), (104, None));
        assert_eq!(with_excluded.differs_by_less_than, Some(0.1));
    }
    let twenty = Group { n: 20, good: 0, excluded: true, ..TICKETS };
    let found = Making::of_units(&[1]).with(TICKETS).with(twenty).figures();
    for factor in found.official.factors.iter().chain(&found.official.units[0].factors) {
        let variant = factor.variants.iter().find(|v| v.name == "with_excluded").unwrap();
        assert!(variant.index.unwrap() < factor.figure.index.unwrap(), "{factor:?}");
    }
}

#[test]
fn a_finite_population_counts_only_where_everybody_drawn_answered() {
    let made = |answers, excluded| {
        let mut made = Making::of_units(&[1]).with(Group { n: answers, ..TICKETS });
        if excluded {
            made.records[0].excluded = true;
        }
        let found = made.figures().official;
        (found.weighting.as_ref().unwrap().finite_population, found.units[0].figure.clone())
    };
    let (all, whole) = made(200, false);
    // Half of the dossiers were drawn and all of these answered: the variance is half of what it is without the factor.
    assert!(all);
    for (answers, excluded) in [(199, false), (200, true)] {
        let (all, part) = made(answers, excluded);
        assert!(!all, "{answers} of 200");
        let ratio = whole.se.unwrap() / part.se.unwrap();
        assert!((ratio - 0.5_f64.sqrt()).abs() < 0.05, "{ratio}");
    }
}

#[test]
fn the_model_takes_the_covariates_of_the_rules_and_says_why_where_it_cannot() {
    let make = |values: [f64; 4]| {
        let mut made = Making::of_units(&[1, 2, 3, 4]).with(Group { good: 9, ..TICKETS });
        for (unit, good) in [(2, 7), (3, 5), (4, 3)] {
            made = made.with(Group { unit, good, ..TICKETS });
        }
        let values = (1..).map(|unit: i32| unit.to_string()).zip(values).collect();
        made.rules.covariates = vec![Covariate { name: "late".to_owned(), values }];
        made.figures().official
    };
    let found = make([0.1, 0.2, 0.3, 0.4]);
    let note = found.notes.model.as_ref().unwrap();
    assert_eq!(note.covariates, ["constant", "late"]);
    assert!(note.coefficients[1] < -1.0, "the later, the less satisfied: {note:?}");
    let refused = make([0.1; 4]).notes;
    assert!(refused.model.is_none());
    assert!(refused.model_refused.unwrap().contains("depend on each other"));
}

#[test]
fn the_r_indicator_divides_by_sex_where_the_register_tells_it_of_enough() {
    let made = |told: i64| {
        let mut made = Making::of_units(&[1]).with(TICKETS);
        made.dossiers.clear();
        let counts = |drawn, answered| DossierCounts { finished: 2 * drawn, drawn, answered };
        made.dossiers.insert(cell(1, Some("male")), counts(told / 2, told / 4 + told / 8));
        made.dossiers.insert(cell(1, Some("female")), counts(told / 2, told / 8));
        made.dossiers.insert(cell(1, None), counts(200 - told, (200 - told) / 2));
        made.figures().official.notes.representativity.unwrap()
    };
    let uneven = made(200);
    assert_eq!(uneven.variables, ["unit", "service", "sex"]);
    assert!(uneven.r < 0.7, "three quarters of the men and a quarter of the women: {uneven:?}");
    assert_eq!(uneven.missing[0].sex.as_deref(), Some("female"));
    let untold = made(80);
    assert_eq!(untold.variables, ["unit", "service"]);
    assert_eq!(untold.r, 1.0);
}

/// A publication of a sealed round, its heading that of an example.
fn publication(sealed: &Sealed) -> Document {
    let example = include_str!("../../tests/fixtures/api/publication.json");
    let mut document: Document = serde_json::from_str(example).unwrap();
    document.figures = of(sealed);
    document.rules = sealed.rules.clone();
    document.inputs.records = sealed.records_digest();
    document.inputs.margins = sealed.margins_digest();
    document.counts.clear();
    document
}

fn side(sealed: &Sealed) -> Side {
    let units = sealed.units.iter().map(|unit| (unit.id, unit.code.clone())).collect();
    let document = publication(sealed);
    Side { document, units }
}

#[test]
fn units_are_compared_where_both_are_shown_and_their_shared_margins_count() {
    let sealed = Making::of_units(&[1, 2, 3])
        .with(Group { good: 9, ..TICKETS })
        .with(Group { unit: 2, good: 5, ..TICKETS })
        .with(Group { unit: 3, n: 5, ..TICKETS })
        .sealed();
    let document = publication(&sealed);
    let found = units_of(&sealed, &document, "1", "2").unwrap();
    let row = &found.rows[0];
    assert_eq!((row.group, row.told_apart, found.rows.len()), ("official", Some(true), 6));
    let se = |unit: usize| document.figures.official.units[unit].figure.se.unwrap();
    // Both are weighted to the same totals by sex, which ties their errors a little to each other.
    let apart = (se(0) * se(0) + se(1) * se(1)).sqrt();
    assert!(row.se != apart && (row.se / apart - 1.0).abs() < 0.1, "{row:?} {apart}");
    let turned: Differences = units_of(&sealed, &document, "2", "1").unwrap();
    assert!(
        (turned.rows[0].low + row.high).abs() < 1e-9 && (turned.rows[0].se - row.se).abs() < 1e-9
    );
    let hidden = units_of(&sealed, &document, "1", "3").unwrap_err().to_string();
    assert!(hidden.contains("not shown in 3"), "{hidden}");
    let mut other = publication(&sealed);
    other.inputs.margins = "0".repeat(64);
    assert!(
        units_of(&sealed, &other, "1", "2").unwrap_err().to_string().contains("khaosat verify")
    );
}

#[test]
fn rounds_of_another_method_are_not_compared_and_nor_are_other_kinds() {
    let spring = side(&Making::of_units(&[1]).with(TICKETS).sealed());
    let autumn = side(&Making::of_units(&[1]).with(Group { good: 3, ..TICKETS }).sealed());
    let counted = |mut side: Side, kinds: &[&str]| {
        let counts = kinds.iter().map(
            |kind| serde_json::json!({ "code": "1", "kind": kind, "counts": { "stored": 100 } }),
        );
        side.document.counts = serde_json::from_value(counts.collect::<Vec<_>>().into()).unwrap();
        side
    };
    let (spring, autumn) = (counted(spring, &["ticket"]), counted(autumn, &["ticket"]));
    let found = rounds_of(&spring, &autumn).unwrap();
    let se = |side: &Side| side.document.figures.official.overall.se.unwrap();
    let added = (se(&spring) * se(&spring) + se(&autumn) * se(&autumn)).sqrt();
    assert!((found.rows[0].se - added).abs() < 1e-9 && found.rows[0].low > 0.0);
    assert_eq!(found.rows.len(), 12, "the total and the unit, each with five factors");

    let autumn = counted(autumn, &["ticket", "invitation"]);
    let refused = |left: &Side, right: &Side| rounds_of(left, right).unwrap_err().to_string();
    let kinds = refused(&spring, &autumn);
    assert!(kinds.contains("ticket against ticket and invitation"), "{kinds}");
    let mut other = counted(autumn, &["ticket"]);
    other.document.form.digest = "0".repeat(64);
    other.document.rules.trim = Some(Trim { lower: 0.2, upper: 5.0 });
    let method = refused(&spring, &other);
    assert!(method.contains("differ in their form, trimming"), "{method}");
}
