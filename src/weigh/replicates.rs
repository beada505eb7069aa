//! Replicate weights: the sample as it might have been, in factors per PSU. Every replicate is calibrated anew.
//!
//! - JKn (Quenouille, Tukey; Wolter 2007, ch. 4): leave out one PSU, scale up the others of its stratum.
//!   Under [`Lonely::Adjust`] a lonely PSU is left out with factor 1, so that its share in the variance of a total is
//!   the square of that total, as in the linearized variance. (R's JKn gives its weight to all other strata.)
//! - Bootstrap of n_h − 1 PSUs drawn with replacement (Rao, Wu & Yue 1992): PSU i drawn m times counts
//!   m · n_h/(n_h − 1) times. Each replicate has its own ChaCha stream, so the figures do not depend on how
//!   replicates are spread over threads. Finite populations are not used: the variance is that of drawing PSUs with
//!   replacement, which is never the smaller one.
//!   Under [`Lonely::Adjust`] a lonely PSU is drawn as one of two, the other empty: it counts 2 or 0 times, each with
//!   probability ½. For PSU totals u and 0 the formula above gives 2/1 · (u²/4 + u²/4) = u², which is what the rule
//!   says of the linearized variance; these factors have mean 1 and variance 1, as the generalized bootstrap asks
//!   (Beaumont & Patak 2012, *Int. Stat. Rev.* 80(1), 127–148). To leave it as it is would add nothing.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::design::{Design, Lonely};
use super::error::WeighError;

/// How replicates are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// One replicate per PSU.
    Jackknife,
    /// So many replicates from one seed.
    Bootstrap {
        /// Number of replicates.
        replicates: u32,
        /// Seed of all streams.
        seed: u64,
    },
}

/// One replicate: what it leaves out, and its share in the variance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Replicate {
    index: usize,
    /// V = Σ `weight` · (θ_replicate − θ)².
    pub weight: f64,
    scheme: Scheme,
}

/// Bootstrap replicates at most.
pub const BOOTSTRAP_MAX: u32 = 100_000;

impl Scheme {
    /// The replicates of a design. A lonely PSU is left out by a jackknife replicate, and drawn anew by a bootstrap
    /// replicate, only under [`Lonely::Adjust`]; under [`Lonely::Certainty`] it adds nothing.
    /// # Errors
    /// Lonely strata under [`Lonely::Fail`]; a bootstrap of fewer than 2 or more than [`BOOTSTRAP_MAX`] replicates.
    pub fn replicates(self, design: &Design) -> Result<Vec<Replicate>, WeighError> {
        design.check_lonely(|stratum| format!("code {stratum}"))?;
        match self {
            Self::Jackknife => Ok((0..design.psus())
                .map(|index| Replicate {
                    index,
                    weight: jackknife_weight(design, index),
                    scheme: self,
                })
                .filter(|replicate| replicate.weight > 0.0)
                .collect()),
            Self::Bootstrap { replicates, .. } => {
                if !(2..=BOOTSTRAP_MAX).contains(&replicates) {
                    return Err(WeighError::Method {
                        method: "bootstrap",
                        problem: format!("{replicates} replicates; it takes 2 … {BOOTSTRAP_MAX}"),
                    });
                }
                let weight = 1.0 / f64::from(replicates);
                Ok((0..replicates as usize)
                    .map(|index| Replicate { index, weight, scheme: self })
                    .collect())
            }
        }
    }
}

impl Replicate {
    /// The factor of each PSU's base weights in this replicate.
    pub fn factors(&self, design: &Design) -> Vec<f64> {
        match self.scheme {
            Scheme::Jackknife => {
                let out = design.strata().get(self.index).copied().unwrap_or_default();
                let count = design.sampled().get(out as usize).copied().unwrap_or_default();
                let up = if count > 1 { f64::from(count) / f64::from(count - 1) } else { 1.0 };
                let mut factors: Vec<f64> = design
                    .strata()
                    .iter()
                    .map(|&stratum| if stratum == out { up } else { 1.0 })
                    .collect();
                if let Some(factor) = factors.get_mut(self.index) {
                    *factor = 0.0;
                }
                factors
            }
            Scheme::Bootstrap { seed, .. } => bootstrap_factors(design, seed, self.index as u64),
        }
    }

    /// Which replicate of its scheme this is, from 0.
    pub fn index(&self) -> usize {
        self.index
    }

    /// The PSU a jackknife replicate leaves out.
    pub fn left_out(&self) -> Option<usize> {
        (self.scheme == Scheme::Jackknife).then_some(self.index)
    }
}

/// (1 − n_h/N_h)(n_h − 1)/n_h; for a lonely PSU 0, or 1 − n_h/N_h when its total is to be taken from zero.
fn jackknife_weight(design: &Design, psu: usize) -> f64 {
    let stratum = design.strata().get(psu).copied().unwrap_or_default() as usize;
    let count = design.sampled().get(stratum).copied().unwrap_or_default();
    let unsampled = design.unsampled_share(stratum);
    match (count, design.lonely()) {
        (0 | 1, Lonely::Adjust) => unsampled,
        (0 | 1, _) => 0.0,
        (count, _) => unsampled * f64::from(count - 1) / f64::from(count),
    }
}

fn bootstrap_factors(design: &Design, seed: u64, replicate: u64) -> Vec<f64> {
    let mut stream = ChaCha8Rng::seed_from_u64(seed);
    stream.set_stream(replicate);
    let mut members = vec![Vec::new(); design.sampled().len()];
    for (psu, &stratum) in design.strata().iter().enumerate() {
        if let Some(list) = members.get_mut(stratum as usize) {
            list.push(psu);
        }
    }
    let mut factors = vec![0.0; design.psus()];
    for list in &members {
        let count = list.len();
        if let [psu] = list.as_slice() {
            let factor = if draws_lonely(design, *psu) {
                // One of two is drawn, and counts twice; the other is empty.
                2.0 * below(&mut stream, 2) as f64
            } else {
                1.0
            };
            set(&mut factors, *psu, factor);
            continue;
        }
        let up = count as f64 / (count as f64 - 1.0);
        for _ in 1..count {
            if let Some(&psu) = list.get(below(&mut stream, count as u64) as usize) {
                let old = factors.get(psu).copied().unwrap_or_default();
                set(&mut factors, psu, old + up);
            }
        }
    }
    factors
}

/// Does the only PSU of its stratum vary? Not where the rule says it adds nothing, nor where the stratum is seen whole.
fn draws_lonely(design: &Design, psu: usize) -> bool {
    let stratum = design.strata().get(psu).copied().unwrap_or_default() as usize;
    design.lonely() == Lonely::Adjust && design.unsampled_share(stratum) > 0.0
}

fn set(factors: &mut [f64], psu: usize, value: f64) {
    if let Some(factor) = factors.get_mut(psu) {
        *factor = value;
    }
}

/// A number below `bound`, without bias: draws beyond the last full multiple are thrown away.
fn below(stream: &mut ChaCha8Rng, bound: u64) -> u64 {
    let limit = u64::MAX - u64::MAX % bound;
    loop {
        let draw = stream.next_u64();
        if draw < limit {
            return draw % bound;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::weigh::variance;

    fn design() -> Design {
        Design::new(5, Some(&[0, 0, 0, 1, 1]), None, None, Lonely::Fail).unwrap()
    }

    #[test]
    fn a_jackknife_replicate_leaves_out_one_psu_and_scales_up_its_stratum() {
        let replicates = Scheme::Jackknife.replicates(&design()).unwrap();
        assert_eq!(replicates.len(), 5);
        assert_eq!(replicates[1].factors(&design()), [1.5, 0.0, 1.5, 1.0, 1.0]);
        assert_eq!(replicates[1].weight, 2.0 / 3.0);
        assert_eq!(replicates[4].factors(&design()), [1.0, 1.0, 1.0, 2.0, 0.0]);
    }

    #[test]
    fn a_bootstrap_replicate_keeps_each_stratum_s_size_and_its_own_stream() {
        let scheme = Scheme::Bootstrap { replicates: 50, seed: 7 };
        let replicates = scheme.replicates(&design()).unwrap();
        let all: Vec<Vec<f64>> = replicates.iter().map(|r| r.factors(&design())).collect();
        for factors in &all {
            assert_eq!(factors[..3].iter().sum::<f64>(), 3.0);
            assert_eq!(factors[3..].iter().sum::<f64>(), 2.0);
        }
        assert!(all.iter().any(|factors| factors != &all[0]));
        assert_eq!(all[7], replicates[7].factors(&design()));
    }

    /// V of Σu by replicates: Σ weight · (Σ (factor − 1)·u)².
    fn variance_of_total(scheme: Scheme, design: &Design, u: &[f64]) -> f64 {
        let replicates = scheme.replicates(design).unwrap();
        let square = |replicate: &Replicate| {
            let factors = replicate.factors(design);
            let moved: f64 = factors.iter().zip(u).map(|(factor, u)| (factor - 1.0) * u).sum();
            replicate.weight * moved * moved
        };
        replicates.iter().map(square).sum()
    }

    fn with_lonely(lonely: Lonely) -> Design {
        Design::new(8, Some(&[0, 0, 0, 1, 1, 2, 3, 3]), None, None, lonely).unwrap()
    }

    const U: [f64; 8] = [4.0, 7.0, 1.0, 12.0, 3.0, 9.0, 6.0, 2.0];

    #[test]
    fn two_psus_give_the_same_bootstrap_variance_whichever_is_drawn() {
        // Factors are (2, 0) or (0, 2): Σ moves by ±(7 − 3), so V = 16 without noise, as 2/1 · (2² + 2²).
        let design = Design::new(2, None, None, None, Lonely::Fail).unwrap();
        let scheme = Scheme::Bootstrap { replicates: 9, seed: 3 };
        assert!((variance_of_total(scheme, &design, &[7.0, 3.0]) - 16.0).abs() < 1e-12);
    }

    #[test]
    fn a_lonely_psu_counts_with_its_square_under_adjust_and_not_at_all_under_certainty() {
        let one = |lonely| Design::new(1, None, None, None, lonely).unwrap();
        for scheme in [Scheme::Jackknife, Scheme::Bootstrap { replicates: 9, seed: 3 }] {
            assert!((variance_of_total(scheme, &one(Lonely::Adjust), &[5.0]) - 25.0).abs() < 1e-12);
            assert_eq!(variance_of_total(scheme, &one(Lonely::Certainty), &[5.0]), 0.0);
            assert!(matches!(
                scheme.replicates(&one(Lonely::Fail)),
                Err(WeighError::LonelyStrata(_))
            ));
        }
        let whole = Design::new(1, None, None, Some(&[1.0]), Lonely::Adjust).unwrap();
        let scheme = Scheme::Bootstrap { replicates: 9, seed: 3 };
        assert_eq!(variance_of_total(scheme, &whole, &[5.0]), 0.0);
    }

    #[test]
    fn the_bootstrap_variance_of_a_total_is_the_linearized_one_but_for_chance() {
        // The relative noise of a variance from B replicates is about √(2/B): 1 % here, of which five are allowed.
        let scheme = Scheme::Bootstrap { replicates: 20_000, seed: 11 };
        for lonely in [Lonely::Adjust, Lonely::Certainty] {
            let design = with_lonely(lonely);
            let ratio = variance_of_total(scheme, &design, &U) / variance::of_total(&design, &U);
            assert!((ratio - 1.0).abs() < 0.05, "{lonely:?}: {ratio}");
        }
    }

    #[test]
    fn the_jackknife_variance_of_a_total_is_the_linearized_one_exactly() {
        for lonely in [Lonely::Adjust, Lonely::Certainty] {
            let design = with_lonely(lonely);
            let ratio =
                variance_of_total(Scheme::Jackknife, &design, &U) / variance::of_total(&design, &U);
            assert!((ratio - 1.0).abs() < 1e-12, "{lonely:?}: {ratio}");
        }
    }

    #[test]
    fn finite_populations_are_not_used_by_the_bootstrap_which_errs_to_the_safe_side() {
        let strata = [0, 0, 0, 1, 1, 2, 3, 3];
        let sizes = [6.0, 6.0, 6.0, 4.0, 4.0, 4.0, 4.0, 4.0];
        let finite = Design::new(8, Some(&strata), None, Some(&sizes), Lonely::Adjust).unwrap();
        let scheme = Scheme::Bootstrap { replicates: 2000, seed: 5 };
        let found = variance_of_total(scheme, &finite, &U);
        assert_eq!(found, variance_of_total(scheme, &with_lonely(Lonely::Adjust), &U));
        assert!(found > variance::of_total(&finite, &U));
    }
}
