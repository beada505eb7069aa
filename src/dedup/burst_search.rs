//! The search for stretches of one link that look stuffed: who came when, how alike, how hastily.

#![expect(clippy::indexing_slicing, reason = "numeric kernel over rows of the study")]

use super::rhythm::Rhythm;
use super::study::Study;
use super::tails::{log_clumped_tail, log_excess, log_lower_tail};

/// Forms that make a burst.
pub const FORMS_MIN: usize = 6;
/// Most forms and longest time of one burst.
const FORMS_MAX: usize = 150;
const LASTING_MAX_MS: i64 = 150 * 60_000;
/// Evidence (natural logarithms of improbability) for review.
const MEDIUM: f64 = 17.0;
/// Least evidence of each kind: haste, alikeness, rate; and the most that rate may give, since honest crowds have it too.
const HASTE_MIN: f64 = 1.0;
const ALIKE_MIN: f64 = 1.0;
const RATE_MIN: f64 = 2.5;
const RATE_MAX: f64 = 6.0;
/// The most that alikeness may give: a crowd may share an experience.
const ALIKE_MAX: f64 = 15.0;
/// A burst reaches as far as evidence and density stay above these shares of the strongest stretch.
const REACH_EVIDENCE: f64 = 0.8;
const REACH_DENSITY: f64 = 0.7;
/// Forms of the round mixed into a counter's own share of uniform forms, and the allowance for counters that differ.
const SHARE_PRIOR: f64 = 15.0;
const SHARE_ALLOWANCE: f64 = 0.05;

/// A stretch of one link's forms.
pub struct Window {
    /// Positions on the link.
    pub first: usize,
    pub last: usize,
    /// The value shared.
    pub value: u8,
    /// Natural logarithm of improbability.
    pub evidence: f64,
    /// Uniform forms of the value that would have come by themselves.
    pub expected: f64,
    /// Uniform forms per millisecond.
    pub density: f64,
}

/// The widest stretch around the strongest one that is still a burst: that one may be only the hastiest part.
pub fn reach(list: &[Window], at: usize, is_free: impl Fn(&Window) -> bool) -> &Window {
    let strongest = &list[at];
    // Lists are in order of their first form and hold at most two stretches a form.
    list[at.saturating_sub(2 * FORMS_MAX)..list.len().min(at + 2)]
        .iter()
        .filter(|wide| {
            wide.first <= strongest.first
                && strongest.last <= wide.last
                && wide.evidence >= REACH_EVIDENCE * strongest.evidence
                && wide.density >= REACH_DENSITY * strongest.density
                && is_free(wide)
        })
        .max_by_key(|wide| wide.last - wide.first)
        .unwrap_or(strongest)
}

/// The value a nearly uniform form shares, reversed items turned.
pub fn uniform(study: &Study<'_>, row: u32, evenness: f64) -> Option<u8> {
    let shape = &study.shape[row as usize];
    (shape.answered >= 4 && shape.evenness() >= evenness).then_some(shape.value)
}

/// The stretches of one link that begin and end with a nearly uniform form of a value and are too much for chance: for
/// each first form the strongest, and the longest that is nearly as strong.
pub fn windows(
    study: &Study<'_>,
    link: &[u32],
    (value, evenness): (u8, f64),
    uniform_forms: f64,
    rhythm: &Rhythm,
) -> Vec<Window> {
    let at: Vec<usize> =
        (0..link.len()).filter(|&i| uniform(study, link[i], evenness) == Some(value)).collect();
    let scan = Scan { study, link, at: &at, uniform_forms, rhythm };
    let mut found = Vec::new();
    for i in 0..at.len().saturating_sub(FORMS_MIN - 1) {
        let from_here = scan.from(i);
        let Some(best) = from_here.iter().max_by(|a, b| a.evidence.total_cmp(&b.evidence)) else {
            continue;
        };
        let longest = from_here.iter().rev().find(|grown| {
            grown.evidence >= REACH_EVIDENCE * best.evidence
                && grown.density >= REACH_DENSITY * best.density
        });
        found.push(scan.window(i, best, value));
        found.extend(
            longest
                .filter(|grown| grown.last > best.last)
                .map(|grown| scan.window(i, grown, value)),
        );
    }
    found
}

/// What a search for stretches of one value on one link looks at.
struct Scan<'s, 'a> {
    study: &'s Study<'a>,
    link: &'s [u32],
    /// Positions on the link of the nearly uniform forms.
    at: &'s [usize],
    /// Such forms in the whole round.
    uniform_forms: f64,
    rhythm: &'s Rhythm,
}

/// A stretch as it grows from its first form; `last` counts nearly uniform forms.
struct Grown {
    last: usize,
    evidence: f64,
    density: f64,
    /// Uniform forms that would have come by themselves.
    expected: f64,
}

impl Scan<'_, '_> {
    fn time(&self, k: usize) -> i64 {
        self.study.time[self.link[self.at[k]] as usize]
    }

    fn from(&self, i: usize) -> Vec<Grown> {
        let (mut paces, mut known) = (0.0, 0.0);
        let mut found = Vec::new();
        for j in i..self.at.len().min(i + FORMS_MAX) {
            if self.time(j) - self.time(i) > LASTING_MAX_MS {
                break;
            }
            if let Some(pace) = self.study.pace.of(self.link[self.at[j]] as usize) {
                paces += pace;
                known += 1.0;
            }
            if j - i + 1 < FORMS_MIN || known < 1.0 {
                continue;
            }
            let haste = -log_lower_tail(paces / (self.study.pace.spread * f64::sqrt(known)));
            if haste >= HASTE_MIN {
                found.extend(self.weigh(i, j, haste));
            }
        }
        found
    }

    /// Alikeness and rate of a stretch beside its haste; `None` where that is not enough for a burst.
    fn weigh(&self, i: usize, j: usize, haste: f64) -> Option<Grown> {
        let forms = (j - i + 1) as f64;
        let all = (self.at[j] - self.at[i] + 1) as f64;
        let lasting = self.time(j) - self.time(i);
        let outside = self.link.len() as f64 - all;
        let share = (self.uniform_forms - forms + 1.0) / (self.study.rows as f64 - all + 2.0);
        let own = (self.at.len() as f64 - forms + SHARE_PRIOR * share) / (outside + SHARE_PRIOR);
        let alike = log_excess(forms, all, (own + SHARE_ALLOWANCE).min(0.95));
        if alike < ALIKE_MIN {
            return None;
        }
        let arrivals = self.rhythm.expected(outside, self.time(i), lasting);
        let rate = -log_clumped_tail(all, arrivals);
        let evidence = haste + alike.min(ALIKE_MAX) + rate.min(RATE_MAX);
        // Strangers in the stretch tell how many uniform forms came by themselves.
        let came = (all - forms) * own / (1.0 - own).max(0.05);
        (rate >= RATE_MIN && evidence >= MEDIUM).then(|| Grown {
            last: j,
            evidence,
            density: forms / (lasting as f64).max(60_000.0),
            expected: came.max(arrivals * own),
        })
    }

    fn window(&self, i: usize, grown: &Grown, value: u8) -> Window {
        let lasting = (self.time(grown.last) - self.time(i)) as f64;
        Window {
            first: self.at[i],
            last: self.at[grown.last],
            value,
            evidence: grown.evidence,
            density: grown.density,
            expected: grown.expected.max(self.around(i, grown.last) * lasting),
        }
    }

    /// Uniform forms per millisecond in the hours before and after a stretch.
    fn around(&self, i: usize, j: usize) -> f64 {
        const HOURS_MS: i64 = 2 * 3_600_000;
        let until = |time: i64| {
            self.at.partition_point(|&at| self.study.time[self.link[at] as usize] < time)
        };
        let before = i - until(self.time(i) - HOURS_MS).min(i);
        let after = until(self.time(j) + HOURS_MS).saturating_sub(j + 1);
        (before + after) as f64 / (2 * HOURS_MS) as f64
    }
}
