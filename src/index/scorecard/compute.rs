//! From entries to lines.

use std::collections::BTreeSet;

use super::{
    Entry, Exact, Line, Marked, Measured, Part, PartLine, Points, Rank, Scheme, ScorecardError,
    Share, Source, Standing, Survey, WithoutSurvey, first_place_percent, ranks, same_as,
};
use crate::index::band::Measure;

/// Works out the scorecard of `entries` under `scheme`; lines come in the order of the entries.
///
/// Points of a surveyed part are its maximum × sub-index. The total is compared with the unit's own maximum: the sum of
/// the maxima of what it has, less surveyed parts without a survey if the scheme says so. Ranks go by the percentage,
/// with intervals from those of the surveys, over all units: one whose total is withheld has no rank, but might have any.
/// `confidence` is the level of the surveys' intervals, which the simulation of first places reads them by.
///
/// # Errors
/// [`ScorecardError`] names the first unit and part that does not fit the scheme.
pub fn compute(
    scheme: &Scheme,
    entries: &[Entry],
    confidence: f64,
) -> Result<Vec<Line>, ScorecardError> {
    let mut codes = BTreeSet::new();
    let mut lines = Vec::with_capacity(entries.len());
    for entry in entries {
        if !codes.insert(&entry.code) {
            return Err(ScorecardError::Twice { unit: entry.code.clone() });
        }
        known_parts(scheme, entry)?;
        lines.push(line(scheme, entry)?);
    }
    set_ranks(&mut lines, confidence);
    Ok(lines)
}

fn known_parts(scheme: &Scheme, entry: &Entry) -> Result<(), ScorecardError> {
    let keys = |source: Option<Source>| -> Vec<&str> {
        let of_source = |part: &&Part| source.is_none_or(|source| part.source == source);
        scheme.parts().iter().filter(of_source).map(|part| part.key.as_str()).collect()
    };
    let (appraised, surveyed) = (Some(Source::Appraised), Some(Source::Surveyed));
    let given = [
        ("appraised", keys(appraised), entry.appraised.keys().collect::<Vec<_>>()),
        ("surveyed", keys(surveyed), entry.surveyed.keys().collect()),
        ("any", keys(None), entry.own_maximum.keys().collect()),
    ];
    for (kind, known, given) in given {
        if let Some(part) = given.into_iter().find(|key| !known.contains(&key.as_str())) {
            let parts = known.join(", ");
            return Err(ScorecardError::NoSuchPart {
                unit: entry.code.clone(),
                kind,
                part: part.clone(),
                parts,
            });
        }
    }
    Ok(())
}

/// What one part brings: its exact points at the index and at the bounds of its interval.
struct Scored {
    source: Source,
    maximum: Marked<Points>,
    outcome: Outcome,
}

enum Outcome {
    Points {
        value: Exact,
        low: Exact,
        high: Exact,
        /// Bounds that hold jointly with those of the other units.
        joint: [Exact; 2],
        illustrative: bool,
    },
    /// Counts neither in the points nor in the maximum.
    Absent,
    Suppressed,
}

fn line(scheme: &Scheme, entry: &Entry) -> Result<Line, ScorecardError> {
    let decimals = scheme.decimals();
    let parts = scheme
        .parts()
        .iter()
        .map(|part| score(scheme, entry, part))
        .collect::<Result<Vec<_>, _>>()?;
    let counted = |part: &&Scored| !matches!(part.outcome, Outcome::Absent);
    let own: i64 = parts.iter().filter(counted).map(|part| part.maximum.value.units()).sum();
    let own = Points::of_units(own).filter(|own| *own > Points::ZERO);
    let own = own.ok_or_else(|| ScorecardError::NothingToScore { unit: entry.code.clone() })?;
    let maximum = Marked {
        value: own,
        illustrative: parts.iter().filter(counted).any(|part| part.maximum.illustrative),
    };

    let sum = Sum::of(parts.iter());
    let total = sum.as_ref().map(|sum| sum.marked(sum.value.round(decimals)));
    let percent = |pick: fn(&Sum) -> Exact| {
        let sum = sum.as_ref()?;
        let value = pick(sum).percent_of(own, decimals)?;
        Some(Marked { value, illustrative: sum.illustrative || maximum.illustrative })
    };
    let rounded = |source| {
        let of_source = parts.iter().filter(|part: &&Scored| part.source == source);
        let any = of_source.clone().any(|part| counted(&part));
        Sum::of(of_source).filter(|_| any).map(|sum| sum.marked(sum.value.round(decimals)))
    };
    let percent_value = percent(|sum| sum.value);
    let (percent_low, percent_high) = (percent(|sum| sum.low), percent(|sum| sum.high));
    Ok(Line {
        code: entry.code.clone(),
        unit: entry.unit.clone(),
        parts: scheme
            .parts()
            .iter()
            .zip(&parts)
            .map(|(part, scored)| part_line(part, scored, decimals))
            .collect(),
        appraised: rounded(Source::Appraised),
        survey: rounded(Source::Surveyed),
        total,
        maximum: Some(maximum),
        percent: percent_value,
        percent_low,
        percent_high,
        percent_joint: percent(|sum| sum.joint[0]).zip(percent(|sum| sum.joint[1])),
        band: band(scheme, total, percent_value),
        straddles_band: straddles(scheme, sum.as_ref(), [percent_low, percent_high]),
        rank: None,
        same_as: Vec::new(),
        first_place_percent: None,
        recorded: false,
        withheld: sum
            .is_none()
            .then_some("too few answered the survey, and the total would reveal its result"),
    })
}

fn score(scheme: &Scheme, entry: &Entry, part: &Part) -> Result<Scored, ScorecardError> {
    let (unit, name) = (|| entry.code.clone(), || part.name.clone());
    let maximum = entry.own_maximum.get(&part.key).copied().unwrap_or(part.maximum);
    if maximum.value > part.maximum.value {
        let (own, maximum) = (maximum.value, part.maximum.value);
        return Err(ScorecardError::OwnMaximum { unit: unit(), part: name(), own, maximum });
    }
    let outcome = match part.source {
        Source::Appraised => match entry.appraised.get(&part.key) {
            Some(points) if points.value > maximum.value => {
                let (points, maximum) = (points.value, maximum.value);
                return Err(ScorecardError::AboveMaximum {
                    unit: unit(),
                    part: name(),
                    points,
                    maximum,
                });
            }
            Some(points) => certain(Exact::of(points.value), points.illustrative),
            None if maximum.value == Points::ZERO => Outcome::Absent,
            None => return Err(ScorecardError::Missing { unit: unit(), part: name() }),
        },
        Source::Surveyed => match entry.surveyed.get(&part.key) {
            _ if maximum.value == Points::ZERO => Outcome::Absent,
            Some(Survey::Measured(measured)) => surveyed(maximum, measured)
                .ok_or_else(|| ScorecardError::Interval { unit: unit(), part: name() })?,
            Some(Survey::Suppressed) => Outcome::Suppressed,
            None => match scheme.without_survey() {
                WithoutSurvey::Rescale => Outcome::Absent,
                WithoutSurvey::NoPoints => certain(Exact::default(), false),
            },
        },
    };
    Ok(Scored { source: part.source, maximum, outcome })
}

fn certain(value: Exact, illustrative: bool) -> Outcome {
    Outcome::Points { value, low: value, high: value, joint: [value; 2], illustrative }
}

fn surveyed(maximum: Marked<Points>, measured: &Measured) -> Option<Outcome> {
    let Measured { index, low, high, joint, illustrative } = *measured;
    let [joint_low, joint_high] = joint.unwrap_or([low, high]);
    let points = |share: Share| Exact::product(maximum.value, share);
    let within = low <= index && index <= high && joint_low <= low && high <= joint_high;
    within.then(|| Outcome::Points {
        value: points(index),
        low: points(low),
        high: points(high),
        joint: [points(joint_low), points(joint_high)],
        illustrative: illustrative || maximum.illustrative,
    })
}

struct Sum {
    value: Exact,
    low: Exact,
    high: Exact,
    joint: [Exact; 2],
    illustrative: bool,
}

impl Sum {
    /// The sum of the parts that count; `None` when one is suppressed.
    fn of<'a>(parts: impl Iterator<Item = &'a Scored>) -> Option<Self> {
        let zero = Exact::default();
        let mut sum =
            Self { value: zero, low: zero, high: zero, joint: [zero; 2], illustrative: false };
        for part in parts {
            match part.outcome {
                Outcome::Suppressed => return None,
                Outcome::Absent => {}
                Outcome::Points {
                    value,
                    low,
                    high,
                    joint: [joint_low, joint_high],
                    illustrative,
                } => {
                    sum.value = sum.value + value;
                    sum.low = sum.low + low;
                    sum.high = sum.high + high;
                    let [low, high] = sum.joint;
                    sum.joint = [low + joint_low, high + joint_high];
                    sum.illustrative |= illustrative;
                }
            }
        }
        Some(sum)
    }

    fn marked(&self, value: Points) -> Marked<Points> {
        Marked { value, illustrative: self.illustrative }
    }
}

fn part_line(part: &Part, scored: &Scored, decimals: u8) -> PartLine {
    let points = match scored.outcome {
        Outcome::Points { value, illustrative, .. } => {
            Some(Marked { value: value.round(decimals), illustrative })
        }
        Outcome::Absent | Outcome::Suppressed => None,
    };
    PartLine {
        key: part.key.clone(),
        name: part.name.clone(),
        points,
        maximum: Some(scored.maximum),
        remark: None,
    }
}

fn band(
    scheme: &Scheme,
    total: Option<Marked<Points>>,
    percent: Option<Marked<Points>>,
) -> Option<Marked<String>> {
    let bands = scheme.bands()?;
    let measured = match bands.measure() {
        Measure::Points => total,
        Measure::Percent => percent,
    }?;
    let value = bands.of(measured.value).to_owned();
    Some(Marked { value, illustrative: measured.illustrative || bands.illustrative() })
}

fn set_ranks(lines: &mut [Line], confidence: f64) {
    let standing = |line: &Line| {
        let (value, (low, high)) = (line.percent?, line.percent_joint?);
        Some((
            Standing { value: value.value, low: low.value, high: high.value },
            value.illustrative,
        ))
    };
    let alone = |line: &Line| {
        let (value, low, high) = (line.percent?, line.percent_low?, line.percent_high?);
        Some(Standing { value: value.value, low: low.value, high: high.value })
    };
    let (standings, marks): (Vec<Standing>, Vec<bool>) = lines.iter().filter_map(standing).unzip();
    let codes: Vec<String> = lines
        .iter()
        .filter(|line| standing(line).is_some())
        .map(|line| line.code.clone())
        .collect();
    let withheld = lines.len() - standings.len();
    // One illustrative result could have any rank, and so move all others.
    let illustrative = marks.contains(&true);
    // With a unit withheld nobody can say how often another is first of all.
    let firsts = if withheld == 0 {
        firsts(&lines.iter().filter_map(alone).collect::<Vec<_>>(), &codes, confidence)
    } else {
        Vec::new()
    };
    let ranks = ranks(&standings, withheld);
    let known = lines.iter_mut().filter(|line| standing(line).is_some());
    for (at, line) in known.enumerate() {
        line.rank = ranks.get(at).map(|rank: &Rank| Marked { value: *rank, illustrative });
        line.same_as =
            same_as(&standings, at).into_iter().filter_map(|at| codes.get(at).cloned()).collect();
        line.same_as.sort_unstable();
        line.first_place_percent =
            firsts.get(at).map(|value| Marked { value: *value, illustrative });
    }
}

/// Shares of first places, drawn in the order of codes so that the order of entries plays no part.
fn firsts(standings: &[Standing], codes: &[String], confidence: f64) -> Vec<u8> {
    let mut order: Vec<usize> = (0..standings.len()).collect();
    order.sort_by_key(|at| codes.get(*at));
    let sorted: Vec<Standing> = order.iter().filter_map(|at| standings.get(*at).copied()).collect();
    let mut shares = vec![0; standings.len()];
    for (at, share) in order.into_iter().zip(first_place_percent(&sorted, confidence)) {
        if let Some(slot) = shares.get_mut(at) {
            *slot = share;
        }
    }
    shares
}

/// Whether the interval of a result reaches into another band than its own.
fn straddles(scheme: &Scheme, sum: Option<&Sum>, percents: [Option<Marked<Points>>; 2]) -> bool {
    let (Some(bands), Some(sum)) = (scheme.bands(), sum) else { return false };
    let [low, high] = match bands.measure() {
        Measure::Points => [sum.low, sum.high].map(|bound| Some(bound.round(scheme.decimals()))),
        Measure::Percent => percents.map(|percent| percent.map(|p| p.value)),
    };
    low.zip(high).is_some_and(|(low, high)| bands.of(low) != bands.of(high))
}
