//! The review of flagged answers: cases by severity, and the evidence of one side by side.
//!
//! Nobody is to decide by the result: what was answered is shown as letters whose order is shuffled from case to case, so
//! that alike is seen as alike and good or bad is not. No figure of any index is here, nor what a verdict does to one.

use std::collections::{BTreeMap, BTreeSet};

use super::comments::{Part, parts, reads_raw, staff};
use super::sample::{Arrived, arrivals_of};
use super::verdict::own_units;
use super::{Desk, Result, refused};
use crate::dedup::{CODE_MAX, NO_OPINION, PREFER_NOT};
use crate::form::Criterion;
use crate::store::actor::{Act, Actor, Right};
use crate::store::id::{CounterId, ResponseId, UnitId};
use crate::store::review::Case;
use crate::store::round::{Round, State};
use crate::store::tally::Kind;
use crate::store::verdict::PastVerdict;
use crate::vault::sha256;

/// Cases on a page.
const CASES: usize = 50;
/// Answers side by side on a page.
const MEMBERS: usize = 100;

/// A case with where it happened.
#[derive(Clone, Debug)]
pub struct CaseLine {
    /// The case.
    pub case: Case,
    /// Unit and counter of its first answer, as names.
    pub place: (String, String),
    /// It is of a unit of the person who looks: another decides.
    pub own: bool,
    /// The strongest flag's sentence.
    pub why: String,
}

/// Some cases of a round.
#[derive(Clone, Debug)]
pub struct Queue {
    /// The cases.
    pub cases: Vec<CaseLine>,
    /// Where the next page begins.
    pub next: Option<(i32, ResponseId)>,
    /// Cases that wait, by severity (0 high … 2 low).
    pub open: BTreeMap<i32, i64>,
}

/// One answer of a case.
#[derive(Clone, Debug)]
pub struct Member {
    /// Its id.
    pub id: ResponseId,
    /// Unit and counter, as names.
    pub place: (String, String),
    /// Kind of link.
    pub kind: Kind,
    /// Running number of its link at the counter.
    pub serial: i64,
    /// When it arrived, Vietnamese time to the second.
    pub received: String,
    /// Seconds from opening to sending, if known.
    pub seconds: Option<i64>,
    /// Which of the devices of this page sent it, from 1.
    pub device: Option<usize>,
    /// Language of the page.
    pub language: String,
    /// What was answered, item by item, as letters; `None` = left open.
    pub pattern: Vec<Option<char>>,
    /// What was written.
    pub comment: Option<Vec<Part>>,
    /// Rule, severity and sentence of its flags.
    pub flags: Vec<(String, String, String)>,
    /// Verdicts on it, the latest last.
    pub verdicts: Vec<PastVerdict>,
}

/// What is laid side by side of one case.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// The case.
    pub line: CaseLine,
    /// The items' names, in the order of the patterns.
    pub items: Vec<String>,
    /// Its answers, in order of arrival.
    pub members: Vec<Member>,
    /// Answers without a flag of their own that these were laid beside.
    pub beside: Vec<Member>,
    /// Where the next page of answers begins.
    pub next: Option<ResponseId>,
}

fn permitted(desk: &Desk, actor: &Actor, code: &str) -> Result<Round> {
    let at = desk.clock.now();
    let act = Act::new(actor, Right::ReadFlags, at, "flag.read", format!("round {code}"));
    desk.store.permits(&act)?;
    let round = desk.store.round(code)?;
    if round.state != State::Flagged {
        return refused(format!(
            "round {code} is {}; flags are there until it is sealed",
            round.state
        ));
    }
    Ok(round)
}

/// Names of the places of a round.
struct Places {
    units: BTreeMap<UnitId, String>,
    counters: BTreeMap<CounterId, String>,
    own: BTreeSet<UnitId>,
}

impl Places {
    fn of(desk: &Desk, actor: &Actor, round: &Round) -> Result<Self> {
        let units = desk.store.round_units(round.id)?;
        let ids: Vec<UnitId> = units.iter().map(|unit| unit.id).collect();
        let counters = desk.store.counters(&ids)?;
        Ok(Self {
            units: units.into_iter().map(|unit| (unit.id, unit.name)).collect(),
            counters: counters.into_iter().map(|counter| (counter.id, counter.name)).collect(),
            own: own_units(desk, actor)?,
        })
    }

    fn name(&self, row: &Arrived) -> (String, String) {
        let unit = self.units.get(&row.origin.unit_id).cloned().unwrap_or_default();
        (unit, self.counters.get(&row.origin.counter_id).cloned().unwrap_or_default())
    }
}

fn lines(desk: &Desk, round: &Round, places: &Places, cases: Vec<Case>) -> Result<Vec<CaseLine>> {
    let first: Vec<ResponseId> = cases.iter().map(|case| case.id).collect();
    let rows = arrivals_of(desk, round, &first)?.rows;
    let by_id: BTreeMap<ResponseId, &Arrived> = rows.iter().map(|row| (row.id, row)).collect();
    let mut why: BTreeMap<ResponseId, String> = BTreeMap::new();
    for flag in desk.store.flags_on(round.id, &first)? {
        why.entry(flag.response_id).or_insert(flag.explanation);
    }
    let line = |case: Case| {
        let row = by_id.get(&case.id);
        CaseLine {
            place: row.map(|row| places.name(row)).unwrap_or_default(),
            own: row.is_some_and(|row| places.own.contains(&row.origin.unit_id)),
            why: why.remove(&case.id).unwrap_or_default(),
            case,
        }
    };
    Ok(cases.into_iter().map(line).collect())
}

/// Cases of a flagged round, gravest first.
///
/// # Errors
/// [`super::RoundError::Refused`] when it is not flagged.
pub fn review_queue(
    desk: &Desk,
    actor: &Actor,
    code: &str,
    only_open: bool,
    after: Option<(i32, ResponseId)>,
) -> Result<Queue> {
    let round = permitted(desk, actor, code)?;
    let places = Places::of(desk, actor, &round)?;
    let limit = i64::try_from(CASES + 1).unwrap_or(i64::MAX);
    let mut cases = desk.store.cases(round.id, only_open, after, limit)?;
    let more = cases.len() > CASES;
    cases.truncate(CASES);
    let next = cases.last().filter(|_| more).map(|case| (case.severity, case.id));
    Ok(Queue {
        cases: lines(desk, &round, &places, cases)?,
        next,
        open: desk.store.open_cases(round.id)?,
    })
}

/// All answers of a case, for a verdict on the whole of it.
///
/// # Errors
/// As [`review_queue`].
pub fn case_answers(
    desk: &Desk,
    actor: &Actor,
    code: &str,
    case: ResponseId,
) -> Result<Vec<ResponseId>> {
    let round = permitted(desk, actor, code)?;
    Ok(desk.store.case_members(round.id, case, None, i64::MAX)?)
}

/// The evidence of a case; of one of the person's own unit only where it happened.
///
/// # Errors
/// As [`review_queue`], and for an unknown case.
pub fn evidence(
    desk: &Desk,
    actor: &Actor,
    code: &str,
    case: ResponseId,
    after: Option<ResponseId>,
) -> Result<Evidence> {
    let round = permitted(desk, actor, code)?;
    let places = Places::of(desk, actor, &round)?;
    let found = desk.store.case(round.id, case)?;
    let line = lines(desk, &round, &places, vec![found])?;
    let Some(line) = line.into_iter().next() else { return refused("there is no such case") };
    let limit = i64::try_from(MEMBERS + 1).unwrap_or(i64::MAX);
    let mut ids = desk.store.case_members(round.id, case, after, limit)?;
    let more = ids.len() > MEMBERS;
    ids.truncate(MEMBERS);
    let next = ids.last().copied().filter(|_| more);
    let flags = desk.store.flags_on(round.id, &ids)?;
    let flagged: BTreeSet<ResponseId> = ids.iter().copied().collect();
    let related: BTreeSet<ResponseId> = flags.iter().filter_map(|flag| flag.related_id).collect();
    let related: Vec<ResponseId> = related.difference(&flagged).copied().take(MEMBERS).collect();
    let also: BTreeSet<ResponseId> =
        desk.store.flags_on(round.id, &related)?.into_iter().map(|f| f.response_id).collect();
    let strangers: Vec<ResponseId> = related.into_iter().filter(|id| !also.contains(id)).collect();
    let arrived = arrivals_of(desk, &round, &[ids.as_slice(), &strangers].concat())?;
    let staff = if reads_raw(desk, actor, code)? { None } else { Some(staff(desk)?) };
    let mut flags_of: BTreeMap<ResponseId, Vec<(String, String, String)>> = BTreeMap::new();
    for flag in flags {
        flags_of.entry(flag.response_id).or_default().push((
            flag.rule,
            flag.severity,
            flag.explanation,
        ));
    }
    let mut verdicts: BTreeMap<ResponseId, Vec<PastVerdict>> = BTreeMap::new();
    for past in desk.store.past_verdicts_on(round.id, &ids)? {
        verdicts.entry(past.verdict.response_id).or_default().push(past);
    }
    let criteria: Vec<Criterion<'_>> = arrived.form.criteria().collect();
    let blind = Blind::of(case);
    let mut devices: Vec<u64> = Vec::new();
    let mut members = Vec::new();
    let mut beside = Vec::new();
    for row in &arrived.rows {
        if places.own.contains(&row.origin.unit_id) {
            continue;
        }
        let device = row.tie.device.map(|device| {
            let known = devices.iter().position(|known| *known == device);
            known.unwrap_or_else(|| {
                devices.push(device);
                devices.len() - 1
            }) + 1
        });
        let code = |column: usize| row.answers.codes().get(column).copied().unwrap_or_default();
        let member = Member {
            id: row.id,
            place: places.name(row),
            kind: row.origin.kind,
            serial: row.origin.serial,
            received: row.tie.received.vietnam_second(),
            seconds: row.tie.opened.map(|at| (row.tie.received.0 - at.0).max(0) / 1_000),
            device,
            language: row.language.clone(),
            pattern: criteria.iter().map(|c| blind.letter(code(c.column))).collect(),
            comment: row.answers.comment().map(|comment| parts(comment, staff.as_ref())),
            flags: flags_of.remove(&row.id).unwrap_or_default(),
            verdicts: verdicts.remove(&row.id).unwrap_or_default(),
        };
        if flagged.contains(&row.id) { members.push(member) } else { beside.push(member) }
    }
    let items = criteria.iter().map(|c| c.question.name.to_string()).collect();
    Ok(Evidence { line, items, members, beside, next })
}

/// Letters in the place of answers: the same everywhere in one case, another order in the next.
struct Blind {
    letters: BTreeMap<u8, char>,
}

impl Blind {
    fn of(case: ResponseId) -> Self {
        let mut codes: Vec<([u8; 32], u8)> = (1..=CODE_MAX)
            .chain([NO_OPINION, PREFER_NOT])
            .map(|code| (sha256(&[case.0.as_slice(), &[code]].concat()), code))
            .collect();
        codes.sort_unstable();
        Self { letters: codes.into_iter().map(|(_, code)| code).zip('A'..='Z').collect() }
    }

    fn letter(&self, code: u8) -> Option<char> {
        if code == 0 { None } else { Some(self.letters.get(&code).copied().unwrap_or('?')) }
    }
}
