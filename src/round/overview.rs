//! How a round is going, unit by unit: counts only, from running counts. No answer enters any of them, so they may be shown at
//! any time.

use std::collections::BTreeMap;

use super::{Desk, Result};
use crate::clock::{DAY_MS, HOUR_MS, Millis};
use crate::index::sample_size::Plan;
use crate::store::counter::Counter;
use crate::store::id::{CounterId, UnitId};
use crate::store::round::{Round, State};
use crate::store::tally::What;
use crate::store::unit::Unit;

/// Half-width that a unit's sub-index should have when the round closes: five points, the margin of the 2014 guidance.
pub const HALF_WIDTH: f64 = 0.05;
/// A counter that took no answer for so long is called silent.
pub const SILENT_MS: i64 = 2 * DAY_MS;
/// Before this share of the time is over, nobody is called late.
const EARLY: f64 = 0.1;

/// One unit.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitLine {
    /// Unit.
    pub unit: Unit,
    /// Finished dossiers: as reported, else as the known totals say; 0 where neither does.
    pub expected: i64,
    /// Links for one answer each that are out: issued and not made void.
    pub issued: i64,
    /// Survey pages opened.
    pub opened: i64,
    /// Answers, those withdrawn left out.
    pub answered: i64,
    /// Of them, answers of people who were drawn.
    pub drawn: i64,
    /// Answers to links for one answer each ÷ those links.
    pub rate: Option<f64>,
    /// Half-width of a 95 % interval for a share of one half with the answers of who was drawn so far.
    pub half_width: Option<f64>,
    /// The same at closing, should answers go on coming as they did.
    pub half_width_at_closing: Option<f64>,
    /// Whether that misses [`HALF_WIDTH`].
    pub late: bool,
    /// Its counters.
    pub counters: usize,
    /// Those that took no answer for [`SILENT_MS`].
    pub silent: Vec<Counter>,
}

/// A round.
#[derive(Clone, Debug, PartialEq)]
pub struct Overview {
    /// Units, by code.
    pub units: Vec<UnitLine>,
    /// Answers by day: days since 1970-01-01 in Vietnam's calendar, every day from the opening on.
    pub days: Vec<(i64, i64)>,
    /// Answers by unit and day, over the same days.
    pub days_by_unit: BTreeMap<UnitId, Vec<i64>>,
    /// Flagged answers that nobody has decided on, by severity; of the whole round.
    pub waiting: BTreeMap<String, i64>,
    /// Days until closing, begun ones counted; `None` once it is over.
    pub days_left: Option<i64>,
    /// Share of the time that is over.
    pub elapsed: f64,
}

#[derive(Default)]
struct Sums {
    issued: i64,
    opened: i64,
    answered: i64,
    single: i64,
    drawn: i64,
    last_hour: Option<i64>,
}

/// Reads how `units` of a round are doing.
///
/// # Errors
/// What the database says.
pub fn overview(desk: &Desk, round: &Round, units: &[Unit]) -> Result<Overview> {
    let now = desk.clock.now();
    let counters = desk.store.counters(&units.iter().map(|unit| unit.id).collect::<Vec<_>>())?;
    let unit_of: BTreeMap<CounterId, UnitId> =
        counters.iter().map(|counter| (counter.id, counter.unit_id)).collect();
    let (first, last) = span(round, now);
    let days = usize::try_from(last - first + 1).unwrap_or(1);
    let mut by_counter: BTreeMap<CounterId, Sums> = BTreeMap::new();
    let mut days_by_unit: BTreeMap<UnitId, Vec<i64>> =
        units.iter().map(|unit| (unit.id, vec![0; days])).collect();
    for count in desk.store.day_counts(round.id)? {
        let Some(unit) = unit_of.get(&count.counter_id) else { continue };
        let sums = by_counter.entry(count.counter_id).or_default();
        let n = count.n;
        match count.what {
            What::Issued if count.kind.is_single() => sums.issued += n,
            What::Voided if count.kind.is_single() => sums.issued -= n,
            What::Opened => sums.opened += n,
            What::Stored | What::Withdrawn => {
                let n = if count.what == What::Stored { n } else { -n };
                sums.answered += n;
                sums.single += if count.kind.is_single() { n } else { 0 };
                sums.drawn += if count.kind.is_drawn() { n } else { 0 };
                if count.what == What::Stored {
                    sums.last_hour = sums.last_hour.max(Some(count.last_hour));
                    // An answer given before opening or long after closing is none; grace belongs to the last day.
                    let day = usize::try_from((count.day - first).clamp(0, last - first));
                    let slot = days_by_unit.get_mut(unit).zip(day.ok());
                    if let Some(slot) = slot.and_then(|(days, day)| days.get_mut(day)) {
                        *slot += n;
                    }
                }
            }
            _ => {}
        }
    }
    let finished = desk.store.dossier_counts(round.id)?;
    let margins = desk.store.margins(round.id)?;
    let totals = margins.get("unit");
    let elapsed = elapsed(round, now);
    let lines = units
        .iter()
        .map(|unit| {
            let own: Vec<&Counter> = counters.iter().filter(|c| c.unit_id == unit.id).collect();
            let reported: i64 = own.iter().filter_map(|c| finished.get(&c.id)).sum();
            let known = totals.and_then(|totals| totals.get(&unit.code)).copied();
            let expected = if reported > 0 { reported } else { known.unwrap_or(0) };
            line(round, now, unit, expected, &own, &by_counter)
        })
        .collect();
    let sum_of = |day: usize| days_by_unit.values().filter_map(|days| days.get(day)).sum();
    let days = (first..=last).enumerate().map(|(at, day)| (day, sum_of(at))).collect();
    let left = round.closes_at.0 - now.0;
    let running = matches!(round.state, State::Planned | State::Open) && left > 0;
    Ok(Overview {
        units: lines,
        days,
        days_by_unit,
        waiting: desk.store.waiting_flags(round.id)?,
        days_left: running.then(|| left.div_euclid(DAY_MS) + 1),
        elapsed,
    })
}

fn line(
    round: &Round,
    now: Millis,
    unit: &Unit,
    expected: i64,
    own: &[&Counter],
    by_counter: &BTreeMap<CounterId, Sums>,
) -> UnitLine {
    let mut all = Sums::default();
    let mut silent = Vec::new();
    let since = now.0 - SILENT_MS;
    for counter in own {
        let last = by_counter.get(&counter.id).and_then(|sums| {
            all.issued += sums.issued;
            all.opened += sums.opened;
            all.answered += sums.answered;
            all.single += sums.single;
            all.drawn += sums.drawn;
            sums.last_hour
        });
        // An hour is over an hour after it began.
        let quiet = last.is_none_or(|hour| (hour + 1) * HOUR_MS < since);
        if quiet && round.state == State::Open && round.opens_at.0 < since {
            silent.push((*counter).clone());
        }
    }
    let elapsed = elapsed(round, now);
    let at_closing = if round.state == State::Open && elapsed > 0.0 {
        (all.drawn as f64 / elapsed).floor()
    } else {
        all.drawn as f64
    };
    let half_width_at_closing = half_width(expected, at_closing);
    let judged = match round.state {
        State::Planned => false,
        State::Open => elapsed >= EARLY,
        _ => true,
    };
    UnitLine {
        unit: unit.clone(),
        expected,
        issued: all.issued,
        opened: all.opened,
        answered: all.answered,
        drawn: all.drawn,
        rate: (all.issued > 0).then(|| all.single as f64 / all.issued as f64),
        half_width: half_width(expected, all.drawn as f64),
        half_width_at_closing,
        late: judged
            && (expected > 0 || all.issued > 0)
            && half_width_at_closing.is_none_or(|half| half > HALF_WIDTH),
        counters: own.len(),
        silent,
    }
}

/// More than any province has dossiers: where their number is not known, no correction for it is claimed.
const UNKNOWN: u64 = 1_000_000_000;

/// Planning half-width for a share of one half, simple random sampling (Cochran 1977, 4.2); `None` without answers.
fn half_width(expected: i64, answers: f64) -> Option<f64> {
    let n = answers.max(0.0) as u64;
    if n == 0 {
        return None;
    }
    let known = u64::try_from(expected).ok().filter(|known| *known > 0);
    let population = known.map_or(UNKNOWN, |known| known.max(n));
    let plan = Plan { population, share: 0.5, design_effect: 1.0, response: 1.0, confidence: 0.95 };
    Some(plan.half_width(n))
}

/// Share of a round's time that is over, 0 to 1.
fn elapsed(round: &Round, now: Millis) -> f64 {
    let (opens, closes) = (round.opens_at.0, round.closes_at.0);
    ((now.0 - opens) as f64 / (closes - opens).max(1) as f64).clamp(0.0, 1.0)
}

/// Most days that a picture shows.
const DAYS_MAX: i64 = 120;

/// First and last day to show: from the opening to now or the closing.
fn span(round: &Round, now: Millis) -> (i64, i64) {
    let first = round.opens_at.vietnam_day_number();
    let last = now.vietnam_day_number().min(round.closes_at.vietnam_day_number()).max(first);
    (first.max(last - DAYS_MAX + 1), last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_half_width_is_that_of_planning() {
        // 384 answers of very many give five points; all of a population leave nothing open.
        let wide = half_width(1_000_000, 384.0).unwrap();
        assert!((wide - 0.05).abs() < 0.0005, "{wide}");
        assert_eq!(half_width(100, 100.0), Some(0.0));
        assert_eq!(half_width(100, 0.0), None);
        assert!(half_width(0, 10.0).unwrap() > 0.3);
    }
}
