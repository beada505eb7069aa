//! How fast a form was filled, against the same form in the same language on the same kind of link.
//!
//! A duration is compared with what is usual for its kind, its language, how much was answered, how even the
//! answers are and how long the comment is: medians of the file at hand, taken in turn and drawn towards none where there
//! are few. What remains is the pace, in natural logarithms: −0.69 is half the usual time.

#![expect(clippy::indexing_slicing, reason = "numeric kernel; levels are built here")]

use super::batch::Kind;
use super::shape::Shape;

/// Paces of all forms.
#[derive(Clone, Debug)]
pub struct Pace {
    /// Logarithm of duration over usual duration; NaN where the duration is unknown.
    pub residual: Vec<f32>,
    /// Standard deviation of honest paces, learned from the middle and the slower part of the lower half.
    pub spread: f64,
    /// Logarithm of the usual duration in seconds; NaN if no duration is known.
    usual: f64,
}

impl Pace {
    /// Learns the usual durations and compares each with them.
    pub fn learn(
        seconds: &[f32],
        counter: &[u32],
        kind: &[Kind],
        language: &[u16],
        shape: &[Shape],
        comment: &[Option<&str>],
        width: usize,
    ) -> Self {
        let known: Vec<u32> =
            (0..seconds.len() as u32).filter(|&row| seconds[row as usize].is_finite()).collect();
        let mut residual = vec![f32::NAN; seconds.len()];
        for &row in &known {
            residual[row as usize] = libm::logf(seconds[row as usize]);
        }
        // Levels of each circumstance, and how many forms it takes to half-believe a level's own median.
        let circumstances: [(Box<LevelOf<'_>>, f64); 5] = [
            (Box::new(|row| kind[row].index()), 10.0),
            (Box::new(|row| usize::from(language[row])), 4.0),
            (Box::new(|row| answered_level(shape[row].answered, width)), 10.0),
            (Box::new(|row| evenness_level(&shape[row])), 20.0),
            (Box::new(|row| comment_level(comment[row])), 10.0),
        ];
        let mut buffer: Vec<f32> = known.iter().map(|&row| residual[row as usize]).collect();
        let centre = quantile(&mut buffer, 0.5);
        for &row in &known {
            residual[row as usize] -= centre;
        }
        for _ in 0..3 {
            for (level_of, half_belief) in &circumstances {
                remove_medians(&mut residual, &known, counter, level_of, *half_belief);
            }
        }
        buffer.clear();
        buffer.extend(known.iter().map(|&row| residual[row as usize]));
        let middle = quantile(&mut buffer, 0.5);
        for &row in &known {
            residual[row as usize] -= middle;
        }
        let spread = spread(&mut buffer, f64::from(middle));
        let usual = if known.is_empty() { f64::NAN } else { f64::from(centre) };
        Self { residual, spread, usual }
    }

    /// The usual time to fill this form, in milliseconds; two minutes where no duration is known.
    pub fn usual_ms(&self) -> f64 {
        if self.usual.is_finite() { libm::exp(self.usual) * 1e3 } else { 120_000.0 }
    }

    /// The pace of a row, if its duration is known.
    pub fn of(&self, row: usize) -> Option<f64> {
        let pace = f64::from(self.residual[row]);
        pace.is_finite().then_some(pace)
    }

    /// Log of how much better "in a hurry" explains a pace than "as people do".
    ///
    /// `edge`: spreads below the usual at which hurry begins.
    pub fn hurry(&self, pace: f64, edge: f64) -> f64 {
        let z = (pace / self.spread).max(-HURRY_FLOOR);
        let as_people_do = -0.5 * z * z - LN_SQRT_TAU;
        // Hurried forms lie anywhere between the edge and seven spreads below; the edge is soft.
        let inside = (z + edge) / HURRY_SOFT;
        let in_a_hurry = -libm::log(HURRY_FLOOR - edge) - libm::log1p(libm::exp(inside));
        in_a_hurry - as_people_do
    }

    /// Share of hurried forms in a group and, from it, each one's probability of being hurried.
    ///
    /// The share is estimated (EM, Beta prior of one in `prior_total`), so a group of honest people stays clean.
    pub fn hurried(&self, rows: &[u32], prior_total: f64, edge: f64) -> Vec<f64> {
        let ratios: Vec<f64> = rows
            .iter()
            .map(|&row| {
                self.of(row as usize).map_or(f64::NEG_INFINITY, |pace| self.hurry(pace, edge))
            })
            .collect();
        let n = ratios.iter().filter(|ratio| ratio.is_finite()).count() as f64;
        let mut share: f64 = 0.05;
        let posterior = |share: f64, ratio: f64| {
            let odds = libm::log(share / (1.0 - share)) + ratio;
            1.0 / (1.0 + libm::exp(-odds))
        };
        for _ in 0..60 {
            let hurried: f64 = ratios
                .iter()
                .filter(|ratio| ratio.is_finite())
                .map(|&ratio| posterior(share, ratio))
                .sum();
            share = ((hurried + 1.0) / (n + prior_total)).min(0.9);
        }
        ratios
            .iter()
            .map(|&ratio| if ratio.is_finite() { posterior(share, ratio) } else { 0.0 })
            .collect()
    }
}

/// The level of a circumstance that a row is in.
type LevelOf<'l> = dyn Fn(usize) -> usize + 'l;

/// Spreads below which a hurried form may lie.
const HURRY_FLOOR: f64 = 7.0;
/// Spreads below the usual at which hurry begins, where nothing else speaks against a form.
pub const HURRY_EDGE: f64 = 1.5;
/// Softness of that edge, in spreads.
const HURRY_SOFT: f64 = 0.25;
const LN_SQRT_TAU: f64 = 0.918_938_533_204_672_7;

fn answered_level(answered: u8, width: usize) -> usize {
    let share = f64::from(answered) / width.max(1) as f64;
    [0.3, 0.5, 0.7, 0.9, 0.97].iter().filter(|&&edge| share >= edge).count()
}

fn evenness_level(shape: &Shape) -> usize {
    [0.7, 0.9].iter().filter(|&&edge| shape.evenness() >= edge).count()
}

fn comment_level(comment: Option<&str>) -> usize {
    let chars = comment.map_or(0, |text| text.chars().count());
    [1, 20, 60, 120, 200, 400].iter().filter(|&&edge| chars >= edge).count()
}

/// Most of a level's forms that one counter may speak for: a stuffed counter must not become the usual.
const COUNTER_SHARE: f64 = 0.125;
/// Forms of a level that a counter may speak for in any case.
const COUNTER_FORMS: usize = 3;

fn remove_medians(
    residual: &mut [f32],
    known: &[u32],
    counter: &[u32],
    level_of: &LevelOf<'_>,
    half_belief: f64,
) {
    let mut levels: Vec<Vec<(u32, f32)>> = Vec::new();
    for &row in known {
        let level = level_of(row as usize);
        if levels.len() <= level {
            levels.resize_with(level + 1, Vec::new);
        }
        levels[level].push((counter[row as usize], residual[row as usize]));
    }
    let shifts: Vec<f32> = levels
        .iter_mut()
        .map(|values| {
            let n = values.len() as f64;
            let most = ((n * COUNTER_SHARE) as usize).max(COUNTER_FORMS);
            values.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
            let mut heard: Vec<f32> = Vec::with_capacity(values.len());
            for of_counter in values.chunk_by(|a, b| a.0 == b.0) {
                // Evenly through the counter's sorted paces.
                let take = of_counter.len().min(most);
                heard.extend(
                    (0..take).map(|i| of_counter[(2 * i + 1) * of_counter.len() / (2 * take)].1),
                );
            }
            quantile(&mut heard, 0.5) * (n / (n + half_belief)) as f32
        })
        .collect();
    for &row in known {
        residual[row as usize] -= shifts[level_of(row as usize)];
    }
}

/// The value below which the given share lies; 0 for an empty slice. Reorders the slice.
pub(super) fn quantile(values: &mut [f32], share: f64) -> f32 {
    if values.is_empty() {
        return 0.0;
    }
    let at = ((values.len() - 1) as f64 * share).round() as usize;
    *values.select_nth_unstable_by(at, f32::total_cmp).1
}

/// Spread of honest paces: hurried forms are few, so the quantiles at 16 and 25 per cent are people's own.
fn spread(values: &mut [f32], middle: f64) -> f64 {
    let below =
        |values: &mut [f32], share: f64, z: f64| (middle - f64::from(quantile(values, share))) / z;
    let sixteen = below(values, 0.158_655, 1.0);
    let twenty_five = below(values, 0.25, 0.674_49);
    (0.5 * (sixteen + twenty_five)).max(0.1)
}
