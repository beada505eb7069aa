//! How many to ask: sample sizes and their allocation, for planning a round.

use super::quantile;

/// Yamane's n = N / (1 + N·e²), the formula of the 2014 guidance (1159/BNV-CCHC); rounded up.
///
/// ```
/// assert_eq!(khaosat::index::sample_size::yamane(2_000, 0.05), 334);
/// ```
pub fn yamane(population: u64, margin: f64) -> u64 {
    let n = population as f64 / (1.0 + population as f64 * margin * margin);
    if n.is_finite() { (n.ceil() as u64).min(population) } else { population }
}

/// What a sample of one unit is planned for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plan {
    /// Finished dossiers N.
    pub population: u64,
    /// The share expected; 0.5 is the most cautious.
    pub share: f64,
    /// Variance of the design ÷ that of a simple random sample, ≥ 1 as a rule.
    pub design_effect: f64,
    /// Share of those asked that answer, above 0.
    pub response: f64,
    /// Confidence of the interval.
    pub confidence: f64,
}

/// Answers wanted and people to ask for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Answers.
    pub answers: u64,
    /// People to ask: answers ÷ response, at most all.
    pub ask: u64,
}

impl Plan {
    /// The answers that give an interval of ± `half_width` (Cochran 1977, 4.2): n₀ = z²p(1 − p)·deff/h², corrected for
    /// a finite population.
    pub fn for_half_width(&self, half_width: f64) -> Size {
        let z = normal(self.confidence);
        let infinite = z * z * self.share * (1.0 - self.share) * self.design_effect
            / (half_width * half_width);
        let population = self.population as f64;
        let n = infinite / (1.0 + (infinite - 1.0).max(0.0) / population);
        let answers =
            if n.is_finite() { (n.ceil() as u64).min(self.population) } else { self.population };
        Size { answers, ask: self.ask(answers) }
    }

    /// The half-width that so many answers are expected to give.
    pub fn half_width(&self, answers: u64) -> f64 {
        let (n, population) = (answers.min(self.population) as f64, self.population as f64);
        let unsampled = if population > 1.0 { (population - n) / (population - 1.0) } else { 0.0 };
        let variance = self.share * (1.0 - self.share) * self.design_effect / n * unsampled;
        normal(self.confidence) * variance.sqrt()
    }

    /// People to ask for so many answers.
    pub fn ask(&self, answers: u64) -> u64 {
        let ask = (answers as f64 / self.response).ceil();
        if ask.is_finite() { (ask as u64).min(self.population) } else { self.population }
    }
}

fn normal(confidence: f64) -> f64 {
    quantile::student_two_sided(confidence, f64::MAX)
}

/// A stratum to allocate to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stratum {
    /// Finished dossiers N_h.
    pub population: u64,
    /// Standard deviation of the answer; any equal numbers give proportional allocation.
    pub deviation: f64,
}

/// Spreads `total` over strata in proportion to N_h·S_h (Neyman 1934), by largest remainders; no stratum gets more
/// than it has nor, where it has them, fewer than `least`. What a full stratum cannot take goes to the others.
pub fn neyman(strata: &[Stratum], total: u64, least: u64) -> Vec<u64> {
    let mut sizes: Vec<u64> = strata.iter().map(|stratum| least.min(stratum.population)).collect();
    let mut open: Vec<usize> = (0..strata.len()).collect();
    let share = |index: usize| {
        let stratum = strata.get(index);
        stratum.map_or(0.0, |stratum| stratum.population as f64 * stratum.deviation.max(0.0))
    };
    // Strata whose share lies below the floor or above their size are fixed there; the rest is shared anew.
    loop {
        let fixed: u64 = sizes
            .iter()
            .enumerate()
            .filter(|(index, _)| !open.contains(index))
            .map(|(_, size)| size)
            .sum();
        let rest = total.saturating_sub(fixed);
        let sum: f64 = open.iter().map(|&index| share(index)).sum();
        let wish = |index: usize| if sum > 0.0 { rest as f64 * share(index) / sum } else { 0.0 };
        let bounds = |index: usize| {
            let most = strata.get(index).map_or(0, |stratum| stratum.population);
            (least.min(most), most)
        };
        let full: Vec<usize> =
            open.iter().copied().filter(|&index| wish(index) > bounds(index).1 as f64).collect();
        let poor: Vec<usize> =
            open.iter().copied().filter(|&index| wish(index) < bounds(index).0 as f64).collect();
        let settle = if full.is_empty() { poor } else { full.clone() };
        if settle.is_empty() {
            let wishes: Vec<f64> = open.iter().map(|&index| wish(index)).collect();
            for (&index, size) in open.iter().zip(largest_remainders(&wishes, rest)) {
                if let Some(entry) = sizes.get_mut(index) {
                    *entry = size.min(bounds(index).1);
                }
            }
            return sizes;
        }
        for &index in &settle {
            if let Some(size) = sizes.get_mut(index) {
                *size = if full.is_empty() { bounds(index).0 } else { bounds(index).1 };
            }
        }
        open.retain(|index| !settle.contains(index));
    }
}

/// Spreads `total` in proportion to N_h.
///
/// ```
/// assert_eq!(khaosat::index::sample_size::proportional(&[100, 300, 600], 101, 0), [10, 30, 61]);
/// ```
pub fn proportional(populations: &[u64], total: u64, least: u64) -> Vec<u64> {
    let strata: Vec<Stratum> =
        populations.iter().map(|&population| Stratum { population, deviation: 1.0 }).collect();
    neyman(&strata, total, least)
}

fn largest_remainders(wishes: &[f64], total: u64) -> Vec<u64> {
    let mut sizes: Vec<u64> = wishes.iter().map(|wish| wish.floor() as u64).collect();
    let mut order: Vec<usize> = (0..wishes.len()).collect();
    let rest = |index: &usize| wishes.get(*index).map_or(0.0, |wish| wish - wish.floor());
    order.sort_by(|left, right| rest(right).total_cmp(&rest(left)).then(left.cmp(right)));
    let left = total.saturating_sub(sizes.iter().sum());
    for index in order.into_iter().take(left as usize) {
        if let Some(size) = sizes.get_mut(index) {
            *size += 1;
        }
    }
    sizes
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAN: Plan = Plan {
        population: 1_000_000_000,
        share: 0.5,
        design_effect: 1.0,
        response: 0.5,
        confidence: 0.95,
    };

    #[test]
    fn yamane_gives_the_guidance_s_own_figures() {
        let found = [500, 1000, 2000, 5000, 10_000].map(|population| yamane(population, 0.05));
        assert_eq!(found, [223, 286, 334, 371, 385]);
    }

    #[test]
    fn five_points_need_385_answers_and_half_of_those_asked_answer() {
        assert_eq!(PLAN.for_half_width(0.05), Size { answers: 385, ask: 770 });
        let small = Plan { population: 300, ..PLAN };
        assert_eq!(small.for_half_width(0.05).answers, 169);
        assert_eq!(small.for_half_width(0.0), Size { answers: 300, ask: 300 });
    }

    #[test]
    fn the_size_planned_gives_the_width_wanted() {
        let plan = Plan { population: 4000, design_effect: 1.7, ..PLAN };
        let answers = plan.for_half_width(0.04).answers;
        assert!(plan.half_width(answers) <= 0.04 && plan.half_width(answers - 1) > 0.0399);
    }

    #[test]
    fn an_allocation_adds_up_and_respects_floors_and_sizes() {
        assert_eq!(proportional(&[100, 300, 600], 101, 0), [10, 30, 61]);
        assert_eq!(proportional(&[10, 5000, 5000], 300, 30), [10, 145, 145]);
        let strata = [
            Stratum { population: 1000, deviation: 0.5 },
            Stratum { population: 1000, deviation: 0.1 },
            Stratum { population: 20, deviation: 50.0 },
        ];
        assert_eq!(neyman(&strata, 140, 0), [100, 20, 20]);
        assert_eq!(neyman(&[], 10, 1), Vec::<u64>::new());
    }
}
