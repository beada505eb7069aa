//! Gate-keeping figures of a round: process counts at any time, and, inside the sealing step alone, tests that need
//! answers together with their link. Of these only the results are kept, and shown after publication.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::rules::Rules;
use super::sample::{Arrivals, Arrived};
use super::{Desk, Result};
use crate::gate::{
    DOSSIERS_MIN, Measure, contrast, family, hidden_share, mean_of_logs, rate, share_interval,
};
use crate::store::actor::words;
use crate::store::gate::TicketNote;
use crate::store::id::{CounterId, ResponseId, UnitId};
use crate::store::round::Round;
use crate::store::tally::{Kind, What};

words! {
    /// What is compared.
    Indicator {
        /// Tickets printed per ticket due.
        Printed = "printed",
        /// Answers per printed ticket.
        Answered = "answered",
        /// Withdrawals per answer.
        Withdrawn = "withdrawn",
        /// Answers per due ticket on days with many late dossiers, against the other days.
        BadDays = "bad_days",
        /// Time from print to answer.
        Delay = "delay",
        /// Satisfied by ticket against satisfied by poster.
        Given = "given",
        /// Satisfied among answers on late dossiers.
        Late = "late",
        /// Satisfied among answers on late dossiers that came without a slip with an apology.
        LateNoSlip = "late_no_slip",
    }
}

/// One test that was made: a unit, or a counter or clerk of it, against all others of their kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GateTest {
    /// What was compared.
    pub indicator: Indicator,
    /// Unit's code.
    pub unit: String,
    /// Counter's code; none: the whole unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counter: Option<String>,
    /// Number of the clerk in his unit, whose name is for those who run the round; none: no clerk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clerk: Option<u32>,
    /// Two-sided p, four decimals.
    pub p: f64,
    /// Above the others.
    pub above: bool,
    /// It stands out at a false discovery rate of 5 %: look here.
    pub look: bool,
}

/// For a unit that stands out: who would have to be silent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hidden {
    /// Unit's code.
    pub unit: String,
    /// Drawn dossiers without an answer.
    pub silent: u64,
    /// Tenths of them that would have to be dissatisfied for the unit to be as the others: −1 nobody, 11 more than all.
    pub tenths: i32,
}

/// What sealing keeps of the gate-keeping figures.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GateTests {
    /// Every test that was made.
    pub tests: Vec<GateTest>,
    /// For units that stand out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hidden: Vec<Hidden>,
}

impl GateTests {
    /// Nothing was large enough to be tested.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tests.is_empty() && self.hidden.is_empty()
    }
}

/// Process counts of a unit, counter or clerk, with intervals; no answer enters any of them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GateRow {
    /// Unit's code.
    pub unit: String,
    /// Counter's code; none: the whole unit.
    pub counter: Option<String>,
    /// Number of the clerk in his unit and his account; none: no clerk.
    pub clerk: Option<(u32, String)>,
    /// Finished dossiers; of a clerk those whose ticket he handed out.
    pub dossiers: u64,
    /// Tickets due, printed, answered.
    pub due: u64,
    /// Of the due ones.
    pub printed: u64,
    /// Of the printed ones.
    pub answered: u64,
    /// Answers stored by any link, and withdrawn.
    pub stored: u64,
    /// Of these.
    pub withdrawn: u64,
    /// 95 % interval of printed ÷ due.
    pub printed_share: Option<(f64, f64)>,
    /// 95 % interval of answered ÷ printed.
    pub answered_share: Option<(f64, f64)>,
}

/// The live figures.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Gate {
    /// Units, then counters, then clerks.
    pub rows: Vec<GateRow>,
    /// Tests of what needs no answer.
    pub tests: Vec<GateTest>,
}

/// Hits of all.
type Share = (u64, u64);

/// What is counted of one group.
#[derive(Clone, Debug, Default)]
struct Sums {
    dossiers: u64,
    due: u64,
    printed: u64,
    answered: u64,
    stored: u64,
    withdrawn: u64,
    /// Answered of due on days with many late dossiers, and on the others.
    bad: Share,
    good: Share,
    /// Satisfied of answering, by tickets, by posters, and by tickets of late dossiers; at sealing only.
    by_ticket: Share,
    by_poster: Share,
    on_late: Share,
    /// Of these, without a slip.
    no_slip: Share,
    /// Minutes from print to answer; at sealing only.
    delays: Vec<f64>,
}

fn add(to: &mut Share, more: Share) {
    to.0 += more.0;
    to.1 += more.1;
}

impl Sums {
    fn join(&mut self, other: &Self) {
        self.dossiers += other.dossiers;
        self.due += other.due;
        self.printed += other.printed;
        self.answered += other.answered;
        self.stored += other.stored;
        self.withdrawn += other.withdrawn;
        for (to, more) in [
            (&mut self.bad, other.bad),
            (&mut self.good, other.good),
            (&mut self.by_ticket, other.by_ticket),
            (&mut self.by_poster, other.by_poster),
            (&mut self.on_late, other.on_late),
            (&mut self.no_slip, other.no_slip),
        ] {
            add(to, more);
        }
        self.delays.extend(&other.delays);
    }

    /// One answer by ticket: what is known of the ticket, whether it is satisfied, and how long it took.
    fn add_note(&mut self, note: &TicketNote, share: Share, delay: Option<f64>) {
        if note.late {
            add(&mut self.on_late, share);
            if note.apology == Some(false) {
                add(&mut self.no_slip, share);
            }
        }
        self.delays.extend(delay);
    }

    /// The figure of an indicator; `least`: fewest answers of one that needs answers.
    fn measure(&self, of: Indicator, least: u64) -> Option<Measure> {
        if self.dossiers < DOSSIERS_MIN {
            return None;
        }
        let enough = |share: Share| share.1 >= least;
        match of {
            Indicator::Printed => rate(self.printed, self.due),
            Indicator::Answered => rate(self.answered, self.printed),
            Indicator::Withdrawn => rate(self.withdrawn, self.stored),
            Indicator::BadDays => contrast(self.bad, self.good),
            Indicator::Delay => {
                let many = self.delays.len() as u64 >= least;
                many.then(|| mean_of_logs(&self.delays)).flatten()
            }
            Indicator::Given => (enough(self.by_ticket) && enough(self.by_poster))
                .then(|| contrast(self.by_ticket, self.by_poster))
                .flatten(),
            Indicator::Late => {
                enough(self.on_late).then(|| rate(self.on_late.0, self.on_late.1)).flatten()
            }
            Indicator::LateNoSlip => {
                enough(self.no_slip).then(|| rate(self.no_slip.0, self.no_slip.1)).flatten()
            }
        }
    }
}

/// What needs no answer, and what is computed at sealing alone.
const PROCESS: [Indicator; 4] =
    [Indicator::Printed, Indicator::Answered, Indicator::Withdrawn, Indicator::BadDays];
const AT_SEALING: [Indicator; 4] =
    [Indicator::Delay, Indicator::Given, Indicator::Late, Indicator::LateNoSlip];

/// Counters of a round with their units.
struct Places {
    /// Unit, its code, the counter's code.
    counters: BTreeMap<CounterId, (UnitId, String, String)>,
}

/// A unit, or a counter or clerk of it, with its sums.
struct Group {
    unit: String,
    counter: Option<String>,
    clerk: Option<(u32, String)>,
    sums: Sums,
}

/// What is counted of a round: by counter, and of its tickets by who handed them out at which counter.
#[derive(Default)]
struct Counted {
    counters: BTreeMap<CounterId, Sums>,
    clerks: BTreeMap<(CounterId, String), Sums>,
}

impl Places {
    fn of(desk: &Desk, round: &Round) -> Result<Self> {
        let units = desk.store.round_units(round.id)?;
        let codes: BTreeMap<UnitId, &str> = units.iter().map(|u| (u.id, u.code.as_str())).collect();
        let ids: Vec<UnitId> = units.iter().map(|u| u.id).collect();
        let counters = desk.store.counters(&ids)?;
        let counters = counters.into_iter().filter_map(|counter| {
            let unit = codes.get(&counter.unit_id)?;
            Some((counter.id, (counter.unit_id, (*unit).to_owned(), counter.code)))
        });
        Ok(Self { counters: counters.collect() })
    }

    /// Units and counters, each by code, and clerks by unit and account.
    fn levels(&self, counted: &Counted) -> [Vec<Group>; 3] {
        let sums = &counted.counters;
        let mut units: BTreeMap<&str, Sums> = BTreeMap::new();
        let mut counters = Vec::new();
        for (id, (_, unit, counter)) in &self.counters {
            let of = sums.get(id).cloned().unwrap_or_default();
            units.entry(unit).or_default().join(&of);
            counters.push(Group {
                unit: unit.clone(),
                counter: Some(counter.clone()),
                clerk: None,
                sums: of,
            });
        }
        counters.sort_by(|a, b| (&a.unit, &a.counter).cmp(&(&b.unit, &b.counter)));
        let unit = |(unit, sums): (&str, Sums)| Group {
            unit: unit.to_owned(),
            counter: None,
            clerk: None,
            sums,
        };
        [units.into_iter().map(unit).collect(), counters, self.clerks(counted)]
    }

    /// Clerks of each unit, numbered in the order of their accounts.
    fn clerks(&self, counted: &Counted) -> Vec<Group> {
        let mut by_unit: BTreeMap<&str, BTreeMap<&str, Sums>> = BTreeMap::new();
        for ((counter, account), sums) in &counted.clerks {
            let Some((_, unit, _)) = self.counters.get(counter) else { continue };
            by_unit.entry(unit).or_default().entry(account).or_default().join(sums);
        }
        let of_unit = |(unit, clerks): (&str, BTreeMap<&str, Sums>)| {
            let group = |(number, (account, sums)): (u32, (&str, Sums))| Group {
                unit: unit.to_owned(),
                counter: None,
                clerk: Some((number, account.to_owned())),
                sums,
            };
            (1..).zip(clerks).map(group).collect::<Vec<_>>()
        };
        by_unit.into_iter().flat_map(of_unit).collect()
    }
}

/// Counts without answers, by counter and by clerk.
fn process_sums(desk: &Desk, round: &Round) -> Result<Counted> {
    let mut counted = Counted::default();
    let sums = &mut counted.counters;
    // By counter and day: late and all dossiers; answered of due.
    let mut days: BTreeMap<(CounterId, String), (Share, Share)> = BTreeMap::new();
    let mut late: BTreeMap<CounterId, Share> = BTreeMap::new();
    // By counter, day and clerk: answered of handed out.
    let mut handed: BTreeMap<(CounterId, String, String), Share> = BTreeMap::new();
    for (fate, n) in desk.store.fates(round.id)? {
        let own = sums.entry(fate.counter).or_default();
        let of = |yes: bool| if yes { n } else { 0 };
        let answered = of(fate.asked && fate.answered);
        own.dossiers += n;
        own.due += of(fate.asked);
        // An answered ticket was in somebody's hands, however it was printed.
        own.printed += of(fate.asked && (fate.printed || fate.answered));
        own.answered += answered;
        add(late.entry(fate.counter).or_default(), (of(fate.late), n));
        if let Some(clerk) = fate.clerk.filter(|_| fate.printed) {
            let own = counted.clerks.entry((fate.counter, clerk.clone())).or_default();
            own.dossiers += n;
            own.printed += n;
            own.answered += answered;
            let of_day = handed.entry((fate.counter, fate.finished_on.clone(), clerk)).or_default();
            add(of_day, (answered, n));
        }
        let day = days.entry((fate.counter, fate.finished_on)).or_default();
        add(&mut day.0, (of(fate.late), n));
        add(&mut day.1, (answered, of(fate.asked)));
    }
    let mut bad = BTreeSet::new();
    for ((counter, day), (late_today, fared)) in days {
        let usual = late.get(&counter).copied().unwrap_or_default();
        let own = sums.entry(counter).or_default();
        // late/all of the day > late/all of the counter, without division.
        let is_bad = late_today.0 * usual.1 > usual.0 * late_today.1;
        if is_bad {
            bad.insert((counter, day));
        }
        add(if is_bad { &mut own.bad } else { &mut own.good }, fared);
    }
    for ((counter, day, clerk), fared) in handed {
        let is_bad = bad.contains(&(counter, day));
        let own = counted.clerks.entry((counter, clerk)).or_default();
        add(if is_bad { &mut own.bad } else { &mut own.good }, fared);
    }
    for ((counter, _, what), n) in desk.store.tallies(round.id)? {
        let own = sums.entry(counter).or_default();
        let n = u64::try_from(n).unwrap_or_default();
        match what {
            What::Stored => own.stored += n,
            What::Withdrawn => own.withdrawn += n,
            _ => {}
        }
    }
    Ok(counted)
}

fn tests(levels: &[Vec<Group>], indicators: &[Indicator], least: u64) -> Vec<GateTest> {
    let mut made = Vec::new();
    for indicator in indicators {
        for groups in levels {
            let measures: Vec<Option<Measure>> =
                groups.iter().map(|group| group.sums.measure(*indicator, least)).collect();
            made.extend(groups.iter().zip(family(&measures)).filter_map(|(group, test)| {
                let test = test?;
                Some(GateTest {
                    indicator: *indicator,
                    unit: group.unit.clone(),
                    counter: group.counter.clone(),
                    clerk: group.clerk.as_ref().map(|(number, _)| *number),
                    p: (test.p * 1e4).round() / 1e4,
                    above: test.above,
                    look: test.look,
                })
            }));
        }
    }
    made
}

/// The live figures of a round: counts and tests that need no answer.
///
/// # Errors
/// [`crate::store::StoreError::Missing`].
pub fn gate(desk: &Desk, code: &str) -> Result<Gate> {
    let round = desk.store.round(code)?;
    let levels = Places::of(desk, &round)?.levels(&process_sums(desk, &round)?);
    let rows = levels.iter().flatten().map(|Group { unit, counter, clerk, sums }| GateRow {
        unit: unit.clone(),
        counter: counter.clone(),
        clerk: clerk.clone(),
        dossiers: sums.dossiers,
        due: sums.due,
        printed: sums.printed,
        answered: sums.answered,
        stored: sums.stored,
        withdrawn: sums.withdrawn,
        printed_share: share_interval(sums.printed, sums.due),
        answered_share: share_interval(sums.answered, sums.printed),
    });
    Ok(Gate { rows: rows.collect(), tests: tests(&levels, &PROCESS, 0) })
}

/// All tests of a round that is about to be sealed; answers left out by verdict have no part in them.
pub(super) fn at_sealing(
    desk: &Desk,
    round: &Round,
    rules: &Rules,
    arrived: &Arrivals,
    excluded: impl Fn(ResponseId) -> bool,
) -> Result<GateTests> {
    let mut counted = process_sums(desk, round)?;
    let notes = desk.store.ticket_notes(round.id)?;
    let linking = desk.vault.linking_key(round.id)?;
    for row in arrived.rows.iter().filter(|row| !excluded(row.id)) {
        let Some(satisfied) = satisfied(arrived, row) else { continue };
        let own = counted.counters.entry(row.origin.counter_id).or_default();
        let share = (u64::from(satisfied), 1);
        match row.origin.kind {
            Kind::Poster => add(&mut own.by_poster, share),
            Kind::Ticket => add(&mut own.by_ticket, share),
            _ => {}
        }
        let Some(note) = notes.get(&row.tie.link) else { continue };
        let delay = match &note.printed_enc {
            Some(sealed) => {
                let printed = linking.open_print(row.tie.link, sealed)?;
                Some((row.tie.received.0 - printed.0) as f64 / 60_000.0)
            }
            None => None,
        };
        own.add_note(note, share, delay);
        if let Some(clerk) = &note.clerk {
            let key = (row.origin.counter_id, clerk.clone());
            counted.clerks.entry(key).or_default().add_note(note, share, delay);
        }
    }
    let least = u64::from(rules.suppression_threshold);
    let levels = Places::of(desk, round)?.levels(&counted);
    let mut made = tests(&levels, &PROCESS, 0);
    made.extend(tests(&levels, &AT_SEALING, least));
    let [units, _, _] = &levels;
    let hidden = hidden(units, &made, least);
    Ok(GateTests { tests: made, hidden })
}

/// Whether most of what somebody rated satisfied him; `None` for nothing rated.
fn satisfied(arrived: &Arrivals, row: &Arrived) -> Option<bool> {
    let (mut top, mut rated) = (0, 0);
    for criterion in arrived.form.criteria() {
        let code = row.answers.codes().get(criterion.column).copied().unwrap_or_default();
        if criterion.coded.option(code).is_some() {
            rated += 1;
            top += usize::from(criterion.coded.counts_as_top(code));
        }
    }
    (rated > 0).then_some(2 * top > rated)
}

/// For units where tickets or answers stand out: the share of the silent that would explain it.
fn hidden(units: &[Group], tests: &[GateTest], least: u64) -> Vec<Hidden> {
    let gates = [Indicator::Printed, Indicator::Answered, Indicator::BadDays];
    let looked: BTreeSet<&str> = tests
        .iter()
        .filter(|test| test.look && gates.contains(&test.indicator) && test.clerk.is_none())
        .map(|test| test.unit.as_str())
        .collect();
    let all = units.iter().fold((0, 0), |mut sum, unit| {
        add(&mut sum, unit.sums.by_ticket);
        sum
    });
    let found =
        units.iter().filter(|unit| looked.contains(unit.unit.as_str())).filter_map(|unit| {
            let own = unit.sums.by_ticket;
            let others = (all.0.checked_sub(own.0)?, all.1.checked_sub(own.1)?);
            if own.1 < least || others.1 < least {
                return None;
            }
            let silent = unit.sums.due.checked_sub(own.1)?;
            let share = hidden_share(own, silent, others.0 as f64 / others.1 as f64)?;
            Some(Hidden { unit: unit.unit.clone(), silent, tenths: tenths(share) })
        });
    found.collect()
}

/// A share in tenths, coarse on purpose: it must not tell the exact index of a group.
fn tenths(share: f64) -> i32 {
    match share * 10.0 {
        below if below <= 0.0 => -1,
        above if above > 10.0 => 11,
        #[expect(clippy::cast_possible_truncation, reason = "between 0 and 10")]
        inside => libm::round(inside) as i32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_under_thirty_dossiers_or_under_the_threshold_are_not_looked_at() {
        let mut sums = Sums { dossiers: 29, due: 29, printed: 9, ..Sums::default() };
        assert_eq!(sums.measure(Indicator::Printed, 10), None);
        sums.dossiers = 30;
        assert!(sums.measure(Indicator::Printed, 10).is_some());
        sums.on_late = (9, 9);
        assert_eq!(sums.measure(Indicator::Late, 10), None);
        sums.on_late = (10, 10);
        assert!(sums.measure(Indicator::Late, 10).is_some());
        sums.no_slip = (9, 9);
        assert_eq!(sums.measure(Indicator::LateNoSlip, 10), None);
        sums.no_slip = (10, 10);
        assert!(sums.measure(Indicator::LateNoSlip, 10).is_some());
    }

    #[test]
    fn a_share_in_tenths_says_nothing_finer() {
        assert_eq!([-0.2, 0.0, 0.04, 0.31, 1.0, 1.2].map(tenths), [-1, -1, 0, 3, 10, 11]);
    }
}
