//! How rare a form is: the probability that an honest form of this round lies within d changes of it.
//!
//! A latent class model (Lazarsfeld & Henry 1968) of the answers, fitted by EM (Dempster, Laird & Rubin 1977) to a
//! sample of the file at hand: within a class, items are independent. Classes start from levels of satisfaction, even and
//! uneven, and from one straight form per value, so that common straight forms are known to be common. An answer left
//! out is one more code; breaking off is modelled apart, by where people stop, and nothing beyond that place is looked at.

#![expect(clippy::indexing_slicing, reason = "numeric kernel over a checked matrix")]

use super::behaviour::Behaviour;
use super::shape::Shape;

/// Most changes for which a probability is kept.
pub const CHANGES_MAX: usize = 6;
/// Forms the model is fitted to, at most.
const SAMPLE: usize = 12_000;
/// Passes of EM; the likelihood is flat long before.
const PASSES: usize = 25;
/// Pseudo-forms of the whole round mixed into each class, so that no answer is impossible in it.
const SMOOTHING: f64 = 3.0;
/// Forms a class is worth.
const FORMS_PER_CLASS: usize = 120;

/// The fitted model.
pub struct Rarity {
    width: usize,
    codes: usize,
    /// Logarithms of the class weights.
    log_weight: Vec<f64>,
    /// class × item × code: probability, and its logarithm.
    probability: Vec<f64>,
    log_probability: Vec<f64>,
    /// Logarithm of the share of forms that stop after so many items.
    log_reach: Vec<f64>,
    /// Logarithm of the share of straight forms by value, reversed items turned and as ticked.
    log_straight: [Vec<f64>; 2],
}

impl Rarity {
    /// Fits the model. `shape` belongs to the rows of `items`.
    pub fn fit(items: &[u8], width: usize, behaviour: &Behaviour, shape: &[Shape]) -> Self {
        let codes = usize::from(behaviour.top) + 1;
        let rows = shape.len();
        let stride = rows.div_ceil(SAMPLE).max(1);
        let sample: Vec<usize> = (0..rows).step_by(stride).collect();
        let (start, classes) = starting_classes(items, width, behaviour, shape, &sample);
        let mut model = Self {
            width,
            codes,
            log_weight: vec![0.0; classes],
            probability: vec![0.0; classes * width * codes],
            log_probability: vec![0.0; classes * width * codes],
            log_reach: log_reach(items, width),
            log_straight: log_straight(shape, codes),
        };
        let mut belonging = vec![0.0; sample.len() * classes];
        for (at, &class) in start.iter().enumerate() {
            belonging[at * classes + class] = 1.0;
        }
        let overall = model.overall(items, &sample);
        for pass in 0..PASSES {
            model.maximise(items, &sample, &belonging, &overall);
            if pass + 1 < PASSES {
                model.expect(items, &sample, &mut belonging);
            }
        }
        model
    }

    fn classes(&self) -> usize {
        self.log_weight.len()
    }

    fn answers<'i>(&self, items: &'i [u8], row: usize) -> &'i [u8] {
        &items[row * self.width..(row + 1) * self.width]
    }

    /// The items up to the last one answered.
    fn reached<'i>(&self, items: &'i [u8], row: usize) -> &'i [u8] {
        let answers = self.answers(items, row);
        &answers[..reach(answers)]
    }

    fn overall(&self, items: &[u8], sample: &[usize]) -> Vec<f64> {
        let mut share = vec![0.2; self.width * self.codes];
        for &row in sample {
            for (item, &code) in self.reached(items, row).iter().enumerate() {
                share[item * self.codes + usize::from(code)] += 1.0;
            }
        }
        for item in share.chunks_exact_mut(self.codes) {
            let total: f64 = item.iter().sum();
            item.iter_mut().for_each(|value| *value /= total);
        }
        share
    }

    fn maximise(&mut self, items: &[u8], sample: &[usize], belonging: &[f64], overall: &[f64]) {
        let classes = self.classes();
        let block = self.width * self.codes;
        self.probability.fill(0.0);
        let mut weight = vec![1.0; classes];
        for (&row, belongs) in sample.iter().zip(belonging.chunks_exact(classes)) {
            for (class, &share) in belongs.iter().enumerate() {
                if share < 1e-6 {
                    continue;
                }
                weight[class] += share;
                let answers = &items[row * self.width..(row + 1) * self.width];
                let table = &mut self.probability[class * block..(class + 1) * block];
                for (item, &code) in answers[..reach(answers)].iter().enumerate() {
                    table[item * self.codes + usize::from(code)] += share;
                }
            }
        }
        let total: f64 = weight.iter().sum();
        for (class, table) in self.probability.chunks_exact_mut(block).enumerate() {
            self.log_weight[class] = libm::log(weight[class] / total);
            for (item, prior) in
                table.chunks_exact_mut(self.codes).zip(overall.chunks_exact(self.codes))
            {
                for (value, &share) in item.iter_mut().zip(prior) {
                    *value += SMOOTHING * share;
                }
                let total: f64 = item.iter().sum();
                item.iter_mut().for_each(|value| *value /= total);
            }
        }
        for (log, &value) in self.log_probability.iter_mut().zip(&self.probability) {
            *log = libm::log(value.max(1e-300));
        }
    }

    fn expect(&self, items: &[u8], sample: &[usize], belonging: &mut [f64]) {
        let classes = self.classes();
        for (&row, belongs) in sample.iter().zip(belonging.chunks_exact_mut(classes)) {
            self.class_logs(self.reached(items, row), belongs);
            let total = log_sum(belongs);
            for value in belongs.iter_mut() {
                *value = libm::exp(*value - total);
            }
        }
    }

    fn class_logs(&self, answers: &[u8], out: &mut [f64]) {
        let block = self.width * self.codes;
        for (class, value) in out.iter_mut().enumerate() {
            let table = &self.log_probability[class * block..(class + 1) * block];
            let mut sum = self.log_weight[class];
            for (item, &code) in answers.iter().enumerate() {
                sum += table[item * self.codes + usize::from(code)];
            }
            *value = sum;
        }
    }

    /// What straight forms alone make of the probability that a form lies within some changes of this one.
    fn log_near_straight(&self, shape: &Shape, changes: usize) -> f64 {
        let near = |log: f64, agreeing: u8| {
            let departures = usize::from(shape.answered - agreeing).saturating_sub(changes);
            log + LOG_SAME_DEPARTURE * departures as f64
        };
        near(self.log_straight[0][usize::from(shape.value)], shape.agreeing)
            .max(near(self.log_straight[1][usize::from(shape.literal_value)], shape.literal))
    }

    /// Logarithm of the probability that an honest form equals this one where it was answered.
    pub fn log_same(&self, answers: &[u8], shape: &Shape) -> f64 {
        let mut logs = [0.0; CLASSES_MAX];
        let logs = &mut logs[..self.classes()];
        let reach = reach(answers);
        self.class_logs(&answers[..reach], logs);
        log_sum(logs).max(self.log_near_straight(shape, 0)) + self.log_reach[reach]
    }

    /// Logarithms of the probabilities that an honest form lies within 0, 1, … [`CHANGES_MAX`] changes of this one.
    pub fn log_within(&self, answers: &[u8], shape: &Shape) -> [f32; CHANGES_MAX + 1] {
        let block = self.width * self.codes;
        let mut within = [0.0_f64; CHANGES_MAX + 1];
        let reach = reach(answers);
        for (class, log_weight) in self.log_weight.iter().enumerate() {
            let table = &self.probability[class * block..(class + 1) * block];
            let mut chance = [0.0_f64; CHANGES_MAX + 1];
            chance[0] = libm::exp(*log_weight);
            for (item, &code) in answers[..reach].iter().enumerate() {
                let same = table[item * self.codes + usize::from(code)];
                for changes in (1..=CHANGES_MAX).rev() {
                    chance[changes] = chance[changes] * same + chance[changes - 1] * (1.0 - same);
                }
                chance[0] *= same;
            }
            for (total, value) in within.iter_mut().zip(chance) {
                *total += value;
            }
        }
        let mut out = [0.0; CHANGES_MAX + 1];
        let mut sum = 0.0;
        for (changes, (log, value)) in out.iter_mut().zip(within).enumerate() {
            sum += value;
            let model = libm::log(sum.clamp(1e-300, 1.0));
            *log =
                (model.max(self.log_near_straight(shape, changes)) + self.log_reach[reach]) as f32;
        }
        out
    }
}

/// Items up to the last one answered.
fn reach(answers: &[u8]) -> usize {
    answers.iter().rposition(|&code| code > 0).map_or(0, |last| last + 1)
}

fn log_reach(items: &[u8], width: usize) -> Vec<f64> {
    let mut counts = vec![0.0_f64; width + 1];
    let mut total = 0.0;
    for answers in items.chunks_exact(width) {
        counts[reach(answers)] += 1.0;
        total += 1.0;
    }
    // People stop at the end of a page or anywhere: a few stops are spread over all places.
    let spread = 3.0;
    counts
        .iter()
        .map(|&n| {
            libm::log((n + spread * (1.0 + total / 500.0) / (width + 1) as f64) / (total + spread))
                .min(0.0)
        })
        .collect()
}

/// A departure from a straight form that two people share by chance: which item, and which way.
const LOG_SAME_DEPARTURE: f64 = -4.6;
/// Share of one value that makes a form straight.
const STRAIGHT: f64 = 0.9;

/// Shares of straight forms by value. Whoever ticks one value may tick any: a value that few ticked in this file borrows
/// from those that many did, so that two straight forms are no evidence even where they are the only ones.
fn log_straight(shape: &[Shape], codes: usize) -> [Vec<f64>; 2] {
    let mut counts = [vec![0.5; codes], vec![0.5; codes]];
    for shape in shape.iter().filter(|shape| shape.answered > 0) {
        if shape.evenness() >= STRAIGHT {
            counts[0][usize::from(shape.value)] += 1.0;
        }
        if shape.literal_evenness() >= STRAIGHT {
            counts[1][usize::from(shape.literal_value)] += 1.0;
        }
    }
    counts.map(|counts| {
        let all: f64 = counts.iter().sum();
        let log = |n: &f64| libm::log((n + 0.02 * all) / (shape.len() as f64 + 1.0)).min(0.0);
        counts.iter().map(log).collect()
    })
}

const CLASSES_MAX: usize = 48;

fn starting_classes(
    items: &[u8],
    width: usize,
    behaviour: &Behaviour,
    shape: &[Shape],
    sample: &[usize],
) -> (Vec<usize>, usize) {
    let top = usize::from(behaviour.top);
    let levels = (sample.len() / (2 * FORMS_PER_CLASS)).clamp(1, 8);
    let mut keyed: Vec<(f64, f64, usize)> = sample
        .iter()
        .enumerate()
        .map(|(at, &row)| {
            let answers = &items[row * width..(row + 1) * width];
            let (mut n, mut sum, mut squares) = (0.0, 0.0, 0.0);
            for (item, &code) in answers.iter().enumerate().filter(|(_, code)| **code > 0) {
                let value = f64::from(behaviour.turned(item, code));
                n += 1.0;
                sum += value;
                squares += value * value;
            }
            let mean = if n > 0.0 { sum / n } else { 0.0 };
            let variance = if n > 0.0 { squares / n - mean * mean } else { 0.0 };
            (mean, variance, at)
        })
        .collect();
    keyed.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.2.cmp(&b.2)));
    let mut class = vec![0; sample.len()];
    let per_level = keyed.len().div_ceil(levels).max(1);
    for (level, chunk) in keyed.chunks_mut(per_level).enumerate() {
        chunk.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.2.cmp(&b.2)));
        let half = chunk.len() / 2;
        for (rank, &(_, _, at)) in chunk.iter().enumerate() {
            class[at] = level * 2 + usize::from(rank >= half);
        }
    }
    // One class for each straight form, as it is ticked and as it is meant.
    let first_straight = levels * 2;
    for (at, &row) in sample.iter().enumerate() {
        let shape = &shape[row];
        if shape.literal_evenness() >= 0.95 {
            class[at] = first_straight + usize::from(shape.literal_value.max(1)) - 1;
        } else if shape.evenness() >= 0.95 {
            class[at] = first_straight + top + usize::from(shape.value.max(1)) - 1;
        }
    }
    let mut used: Vec<usize> = class.clone();
    used.sort_unstable();
    used.dedup();
    used.truncate(CLASSES_MAX);
    let renumbered = class.iter().map(|c| used.binary_search(c).unwrap_or(0)).collect();
    (renumbered, used.len().max(1))
}

fn log_sum(logs: &[f64]) -> f64 {
    let largest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if largest == f64::NEG_INFINITY {
        return largest;
    }
    largest + libm::log(logs.iter().map(|log| libm::exp(log - largest)).sum())
}
