//! The sampling design as variance estimation sees it: strata, PSUs within them, finite populations, and what to
//! do with a stratum that has one PSU.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::error::{Beside, PopulationFault, WeighError};
use super::keys::{self, Numbered};

/// A stratum with one PSU gives no variance of its own. What then?
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lonely {
    /// Refuse, naming the stratum.
    #[default]
    Fail,
    /// It adds nothing.
    Certainty,
    /// Its total is taken from zero, the mean of all, instead of from its own mean.
    Adjust,
}

/// Strata and PSUs of n responses. Strata are numbered by code; PSUs within strata, in order of (stratum, PSU code).
#[derive(Clone, Debug)]
pub struct Design {
    /// n PSU numbers; `None`: every response is its own PSU.
    psu: Option<Vec<u32>>,
    /// Stratum of each PSU.
    stratum_of: Vec<u32>,
    /// The caller's code of each PSU (its label within the stratum).
    code_of: Vec<u32>,
    /// n_h: PSUs in each stratum of the sample; 0 for a code that does not occur.
    sampled: Vec<u32>,
    /// N_h: PSUs in each stratum of the population, when it is finite.
    population: Option<Vec<f64>>,
    lonely: Lonely,
}

impl Design {
    /// Builds a design for `n` responses.
    ///
    /// `strata`: n stratum codes, or `None` for one stratum. `psu`: n PSU codes, meaning a PSU *within its stratum*,
    /// or `None` when every response is its own PSU. `population`: per response, the population number of PSUs in
    /// its stratum.
    /// # Errors
    /// Columns of other lengths, population numbers that differ within a stratum or lie below its sampled PSUs.
    /// Lonely strata are refused by [`Design::check_lonely`], since weights alone do not need a variance.
    pub fn new(
        n: usize,
        strata: Option<&[u32]>,
        psu: Option<&[u32]>,
        population: Option<&[f64]>,
        lonely: Lonely,
    ) -> Result<Self, WeighError> {
        if n == 0 {
            return Err(WeighError::NoResponses);
        }
        if u32::try_from(n).is_err() {
            return Err(WeighError::TooMany(n));
        }
        for (column, found) in [
            ("the stratum column", strata.map(<[u32]>::len)),
            ("the PSU column", psu.map(<[u32]>::len)),
            ("the population column", population.map(<[f64]>::len)),
        ] {
            if let Some(found) = found.filter(|&found| found != n) {
                return Err(WeighError::Length { column: column.into(), expected: n, found });
            }
        }
        let stratum = |response: usize| {
            strata.and_then(|column| column.get(response)).copied().unwrap_or_default()
        };
        let strata_count = (0..n).map(stratum).max().unwrap_or_default() as usize + 1;
        if strata_count > n.max(1 << 20) {
            return Err(WeighError::TooMuch(format!(
                "stratum codes reach {strata_count} for {n} responses; number them densely"
            )));
        }
        let (psu, stratum_of, code_of) = match psu {
            None => (None, keys::collect(n, stratum), Vec::new()),
            Some(codes) => {
                let code = |response: usize| codes.get(response).copied().unwrap_or_default();
                let width = u64::from((0..n).map(code).max().unwrap_or_default()) + 1;
                let Numbered { of, keys } =
                    keys::number(n, width.saturating_mul(strata_count as u64), |response| {
                        u64::from(stratum(response)) * width + u64::from(code(response))
                    });
                let stratum_of = keys.iter().map(|key| (key / width) as u32).collect();
                (Some(of), stratum_of, keys.iter().map(|key| (key % width) as u32).collect())
            }
        };
        let mut sampled = vec![0u32; strata_count];
        for &stratum in &stratum_of {
            if let Some(count) = sampled.get_mut(stratum as usize) {
                *count += 1;
            }
        }
        let population = match population {
            None => None,
            Some(column) => Some(population_by_stratum(n, stratum, column, &sampled)?),
        };
        Ok(Self { psu, stratum_of, code_of, sampled, population, lonely })
    }

    /// Number of PSUs in the sample.
    pub fn psus(&self) -> usize {
        self.stratum_of.len()
    }

    /// PSU number of a response.
    #[inline]
    pub fn psu_of(&self, response: usize) -> u32 {
        match &self.psu {
            None => response as u32,
            Some(column) => column.get(response).copied().unwrap_or_default(),
        }
    }

    /// Stratum of each PSU.
    pub fn strata(&self) -> &[u32] {
        &self.stratum_of
    }

    /// The caller's code of a PSU within its stratum; its own number when every response is a PSU.
    pub fn code(&self, psu: usize) -> u32 {
        self.code_of.get(psu).copied().unwrap_or(psu as u32)
    }

    /// n_h by stratum code.
    pub fn sampled(&self) -> &[u32] {
        &self.sampled
    }

    /// 1 − n_h/N_h; 1 without a finite population.
    pub fn unsampled_share(&self, stratum: usize) -> f64 {
        let Some(size) = self.population.as_ref().and_then(|sizes| sizes.get(stratum)) else {
            return 1.0;
        };
        let sampled = self.sampled.get(stratum).copied().unwrap_or_default();
        (1.0 - f64::from(sampled) / size).max(0.0)
    }

    /// The rule for strata with one PSU.
    pub fn lonely(&self) -> Lonely {
        self.lonely
    }

    /// The strata with one PSU that is not the whole stratum: their variance cannot be estimated from themselves.
    pub fn lonely_strata(&self) -> Vec<u32> {
        (0u32..)
            .zip(&self.sampled)
            .filter(|&(stratum, &count)| count == 1 && self.unsampled_share(stratum as usize) > 0.0)
            .map(|(stratum, _)| stratum)
            .collect()
    }

    /// Refuses lonely strata under [`Lonely::Fail`]; `name` tells a stratum's code as people know it.
    /// # Errors
    /// [`WeighError::LonelyStrata`].
    pub fn check_lonely(&self, name: impl Fn(u32) -> String) -> Result<(), WeighError> {
        let lonely = self.lonely_strata();
        if self.lonely != Lonely::Fail || lonely.is_empty() {
            return Ok(());
        }
        Err(WeighError::LonelyStrata(lonely.into_iter().map(name).collect()))
    }
}

/// N_h by stratum: the number most of its responses have.
fn population_by_stratum(
    n: usize,
    stratum: impl Fn(usize) -> u32,
    column: &[f64],
    sampled: &[u32],
) -> Result<Vec<f64>, WeighError> {
    let usual = usual_by_stratum(n, &stratum, column, sampled.len());
    let mut told = vec![false; sampled.len()];
    let mut faults = Vec::new();
    for (response, &value) in (0..n).zip(column) {
        let stratum = stratum(response);
        let at = stratum as usize;
        let (Some(&(number, responses)), Some(&count), Some(told)) =
            (usual.get(at), sampled.get(at), told.get_mut(at))
        else {
            continue;
        };
        let possible = value.is_finite() && value >= f64::from(count);
        let mut fault = |beside| faults.push(PopulationFault { response, stratum, value, beside });
        if value.to_bits() != number.to_bits() {
            fault(Beside::Usual { value: number, responses });
        } else if !*told && !possible {
            *told = true;
            fault(Beside::Sampled(count));
        }
    }
    if !faults.is_empty() {
        return Err(WeighError::Population(faults));
    }
    Ok(usual.into_iter().map(|(number, _)| number).collect())
}

/// Per stratum the most frequent number, the first met among equals, and how many responses have it.
fn usual_by_stratum(
    n: usize,
    stratum: impl Fn(usize) -> u32,
    column: &[f64],
    strata: usize,
) -> Vec<(f64, usize)> {
    let mut usual = vec![(f64::NAN, 0usize); strata];
    let mut others: BTreeMap<(u32, u64), (usize, usize)> = BTreeMap::new();
    for (response, &value) in (0..n).zip(column) {
        let stratum = stratum(response);
        let Some((first, count)) = usual.get_mut(stratum as usize) else { continue };
        if *count == 0 {
            (*first, *count) = (value, 1);
        } else if first.to_bits() == value.to_bits() {
            *count += 1;
        } else {
            others.entry((stratum, value.to_bits())).or_insert((0, response)).0 += 1;
        }
    }
    let mut others: Vec<_> = others.into_iter().collect();
    others.sort_by_key(|&(_, (_, first))| first);
    for ((stratum, bits), (count, _)) in others {
        if let Some(best) = usual.get_mut(stratum as usize).filter(|best| count > best.1) {
            *best = (f64::from_bits(bits), count);
        }
    }
    usual
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_psu_label_means_a_psu_within_its_stratum() {
        let design =
            Design::new(4, Some(&[0, 0, 1, 1]), Some(&[5, 6, 5, 5]), None, Lonely::Fail).unwrap();
        assert_eq!(design.psus(), 3);
        assert_eq!(design.sampled(), [2, 1]);
        assert_eq!((0..4).map(|r| design.psu_of(r)).collect::<Vec<_>>(), [0, 1, 2, 2]);
    }

    #[test]
    fn a_lonely_psu_is_refused_by_name_unless_a_rule_says_what_to_do() {
        let strata = [0, 0, 1];
        let refused = Design::new(3, Some(&strata), None, None, Lonely::Fail).unwrap();
        let error = refused.check_lonely(|code| format!("S{code}")).unwrap_err();
        assert_eq!(error, WeighError::LonelyStrata(vec!["S1".into()]));
        let allowed = Design::new(3, Some(&strata), None, None, Lonely::Certainty).unwrap();
        assert!(allowed.check_lonely(|_| String::new()).is_ok());
    }

    #[test]
    fn a_stratum_seen_whole_is_not_lonely() {
        let design = Design::new(2, Some(&[0, 1]), None, Some(&[1.0, 1.0]), Lonely::Fail).unwrap();
        assert!(design.lonely_strata().is_empty());
    }

    #[test]
    fn fewer_psus_in_the_population_than_in_the_sample_are_refused() {
        let strata = [0, 0];
        for sizes in [[1.0, 1.0], [3.0, 4.0], [f64::NAN, f64::NAN]] {
            let result = Design::new(2, Some(&strata), None, Some(&sizes), Lonely::Fail);
            assert!(matches!(result, Err(WeighError::Population(_))), "{sizes:?}");
        }
    }

    #[test]
    fn the_odd_population_numbers_are_blamed_and_not_the_majority() {
        let strata = [0, 0, 1, 0, 1, 0];
        let sizes = [7.0, 9.0, 1.0, 9.0, 1.0, 9.0];
        let error = Design::new(6, Some(&strata), None, Some(&sizes), Lonely::Fail).unwrap_err();
        let beside = Beside::Usual { value: 9.0, responses: 3 };
        assert_eq!(
            error,
            WeighError::Population(vec![
                PopulationFault { response: 0, stratum: 0, value: 7.0, beside },
                PopulationFault { response: 2, stratum: 1, value: 1.0, beside: Beside::Sampled(2) },
            ])
        );
    }
}
