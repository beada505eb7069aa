//! Replicate weights: the sample as it might have been, in factors per PSU. Every replicate is calibrated anew.
//!
//! - JKn (Quenouille, Tukey; Wolter 2007, ch. 4): leave out one PSU, scale up the others of its stratum.
//! - Bootstrap of n_h − 1 PSUs drawn with replacement (Rao, Wu & Yue 1992): PSU i drawn m times counts
//!   m · n_h/(n_h − 1) times. Each replicate has its own ChaCha stream, so the figures do not depend on how
//!   replicates are spread over threads.

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
    /// The replicates of a design; PSUs of lonely strata get one only under [`Lonely::Adjust`].
    /// # Errors
    /// A bootstrap of no or of too many replicates, or of strata with one PSU.
    pub fn replicates(self, design: &Design) -> Result<Vec<Replicate>, WeighError> {
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
        if count == 1 {
            // Nothing to draw from: a lonely PSU stays as it is (and adds nothing).
            list.iter().for_each(|&psu| set(&mut factors, psu, 1.0));
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
}
