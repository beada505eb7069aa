//! What non-response may hide: response rates, worst-case bounds, representativity, and the weight of a sample that
//! was not drawn.

use super::interval;
use super::quantile;

/// Outcomes of drawn cases, after AAPOR's Standard Definitions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcomes {
    /// At least 80 % of the items answered.
    pub complete: u64,
    /// At least 50 %.
    pub partial: u64,
    /// Refused, broken off, never answered though reached.
    pub not_answered: u64,
    /// Eligibility unknown: no sign of life.
    pub unknown: u64,
    /// Found not to belong to the population.
    pub not_eligible: u64,
}

impl Outcomes {
    fn rate(&self, answered: u64) -> Option<f64> {
        let eligible = self.complete + self.partial + self.not_answered + self.unknown;
        (eligible > 0).then(|| answered as f64 / eligible as f64)
    }

    /// RR1: complete ÷ all that may be eligible; `None` when nobody may.
    pub fn rr1(&self) -> Option<f64> {
        self.rate(self.complete)
    }

    /// RR2: complete and partial ÷ all that may be eligible.
    pub fn rr2(&self) -> Option<f64> {
        self.rate(self.complete + self.partial)
    }
}

/// [r·p, r·p + 1 − r]: where the share lies if everybody who did not answer is dissatisfied, or satisfied (Manski 1989).
///
/// ```
/// // A fifth answered, nine in ten of them satisfied: of all, somewhere between 18 and 98 per cent are.
/// let (low, high) = khaosat::index::nonresponse::worst_case(0.9, 0.2);
/// assert!((low - 0.18).abs() < 1e-12 && (high - 0.98).abs() < 1e-12);
/// ```
pub fn worst_case(share: f64, response: f64) -> (f64, f64) {
    (response * share, response * share + 1.0 - response)
}

/// The simple random sample that knows as much as n answers out of N whose choice to answer correlates with the answer
/// by `defect` (Meng 2018): n_eff = f/(1 − f) · 1/ρ², at most n.
///
/// ```
/// // 10,000 answers sent unasked out of 1,000,000 dossiers tell no more than four of a drawn sample.
/// let worth = khaosat::index::nonresponse::effective_n_under_defect(10_000, 1_000_000, 0.05);
/// assert!((4.0..4.1).contains(&worth));
/// ```
pub fn effective_n_under_defect(n: u64, population: u64, defect: f64) -> f64 {
    let n = n as f64;
    let rest = population as f64 - n;
    if rest <= 0.0 || defect == 0.0 { n } else { (n / rest / (defect * defect)).min(n) }
}

/// One cell of drawn dossiers: those that share what is known of them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DrawnCell {
    /// Σ of design weights of the drawn, i.e. the population of the cell.
    pub population: f64,
    /// Drawn.
    pub drawn: u64,
    /// Answered, of those drawn.
    pub answered: u64,
}

/// How evenly those drawn answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Representativity {
    /// R = 1 − 2·S(ρ), adjusted for the bias of small cells; 1 is perfectly even.
    pub r: f64,
    /// Interval of R.
    pub interval: (f64, f64),
    /// S(ρ)/ρ̄, the coefficient of variation of the propensities.
    pub cv: f64,
    /// Mean propensity.
    pub response: f64,
    /// Cells by √share · (ρ_c − ρ̄), the most missing first: (cell, value).
    pub missing: Vec<(usize, f64)>,
}

/// R-indicator over cells (Schouten, Cobben & Bethlehem 2009), adjusted for bias and with the interval of the
/// linearized standard error (after Shlomo, Skinner & Schouten 2012, for cell means): the spread of estimated
/// propensities holds, besides the true spread, Σ W_c(1 − W_c)·ρ_c(1 − ρ_c)/(n_c − 1), which is taken off.
///
/// `None` without cells of at least two drawn dossiers. Cells of one are left out: their propensity is no estimate.
pub fn representativity(cells: &[DrawnCell], confidence: f64) -> Option<Representativity> {
    let usable = |cell: &DrawnCell| cell.drawn > 1 && cell.population > 0.0;
    let population: f64 =
        cells.iter().filter(|cell| usable(cell)).map(|cell| cell.population).sum();
    let used: Vec<(usize, f64, f64, f64)> = cells
        .iter()
        .enumerate()
        .filter(|(_, cell)| usable(cell))
        .map(|(index, cell)| {
            let rho = cell.answered.min(cell.drawn) as f64 / cell.drawn as f64;
            let noise = rho * (1.0 - rho) / (cell.drawn - 1) as f64;
            (index, cell.population / population, rho, noise)
        })
        .collect();
    if used.is_empty() {
        return None;
    }
    let response: f64 = used.iter().map(|(_, share, rho, _)| share * rho).sum();
    let (mut spread, mut bias, mut variance) = (0.0, 0.0, 0.0);
    for &(_, share, rho, noise) in &used {
        let off = rho - response;
        spread += share * off * off;
        bias += share * (1.0 - share) * noise;
        variance += 4.0 * share * share * off * off * noise;
    }
    let adjusted = (spread - bias).max(0.0);
    let deviation = adjusted.sqrt();
    let r = 1.0 - 2.0 * deviation;
    // Var S = Var S² / (4 S²), so the standard error of R = 1 − 2S is √(Var S²)/S; at S = 0 the square root of the
    // upper end of S² bounds S.
    let z = quantile::student_two_sided(confidence, f64::MAX);
    let reach = if deviation > 0.0 {
        z * variance.sqrt() / deviation
    } else {
        2.0 * (z * variance.sqrt() + bias).sqrt()
    };
    let mut missing: Vec<(usize, f64)> = used
        .iter()
        .map(|&(index, share, rho, _)| (index, share.sqrt() * (rho - response)))
        .collect();
    missing.sort_by(|left, right| left.1.total_cmp(&right.1).then(left.0.cmp(&right.0)));
    let cv = if response > 0.0 { deviation / response } else { 0.0 };
    Some(Representativity {
        r,
        interval: ((r - reach).max(0.0), (r + reach).min(1.0)),
        cv,
        response,
        missing,
    })
}

/// The exact interval of a plain rate (Clopper & Pearson 1934), e.g. of an exclusion rate.
pub fn exact_interval(hits: u64, of: u64, confidence: f64) -> (f64, f64) {
    if of == 0 {
        return (0.0, 1.0);
    }
    let n = of as f64;
    let point = interval::Point {
        estimate: hits.min(of) as f64 / n,
        se: 0.0,
        df: i64::MAX,
        n: usize::MAX,
        effective_n: n,
        overall_effect: 1.0,
    };
    interval::korn_graubard(&point, confidence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn response_rates_follow_the_standard_definitions() {
        let outcomes =
            Outcomes { complete: 60, partial: 10, not_answered: 20, unknown: 10, not_eligible: 7 };
        assert_eq!((outcomes.rr1(), outcomes.rr2()), (Some(0.6), Some(0.7)));
        assert_eq!(Outcomes::default().rr1(), None);
    }

    #[test]
    fn the_bounds_hold_whatever_the_silent_think() {
        let (low, high) = worst_case(0.8, 0.25);
        assert!((low - 0.2).abs() < 1e-15 && (high - 0.95).abs() < 1e-15);
        assert_eq!(worst_case(0.8, 1.0), (0.8, 0.8));
    }

    #[test]
    fn a_big_sample_that_chose_itself_is_worth_few_answers() {
        let worth = effective_n_under_defect(10_000, 1_000_000, 0.05);
        assert!((worth - 10_000.0 / 990_000.0 / 0.0025).abs() < 1e-9 && worth < 5.0);
        assert_eq!(effective_n_under_defect(50, 50, 0.05), 50.0);
    }

    #[test]
    fn even_response_is_representative_and_uneven_response_names_who_is_missing() {
        let cell = |drawn, answered| DrawnCell { population: 1000.0, drawn, answered };
        let even = representativity(&[cell(1000, 500), cell(1000, 500)], 0.95).unwrap();
        assert_eq!((even.r, even.cv), (1.0, 0.0));
        let uneven = representativity(&[cell(1000, 700), cell(1000, 300)], 0.95).unwrap();
        assert!((uneven.r - 0.6).abs() < 0.002, "{}", uneven.r);
        assert!(uneven.interval.0 < uneven.r && uneven.r < uneven.interval.1);
        assert_eq!(uneven.missing[0].0, 1);
        assert_eq!(representativity(&[cell(1, 1)], 0.95), None);
    }

    #[test]
    fn an_exact_interval_is_clopper_pearson() {
        let (low, high) = exact_interval(0, 10, 0.95);
        assert_eq!(low, 0.0);
        assert!((high - (1.0 - libm::pow(0.025, 0.1))).abs() < 1e-11);
    }
}
