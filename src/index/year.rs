//! A year's index: the mean of its rounds, each counting by the dossiers that it stands for.

use super::interval::{Point, korn_graubard};

/// One round's figure of a unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RoundFigure {
    /// Finished dossiers it stands for, above 0.
    pub dossiers: f64,
    /// Index, 0 to 1.
    pub index: f64,
    /// Its standard error.
    pub se: f64,
    /// Degrees of freedom of the standard error.
    pub df: i64,
    /// Respondents.
    pub n: usize,
    /// Kish's effective n.
    pub effective_n: f64,
    /// Design effect of the round's total ([`Point::overall_effect`]), which the interval leans on.
    pub overall_effect: f64,
}

/// A year's figure of a unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct YearFigure {
    /// Σ N·p / Σ N.
    pub index: f64,
    /// Rounds are independent samples: √(Σ N²·se²) / Σ N.
    pub se: f64,
    /// Degrees of freedom after Satterthwaite (1946), rounded down, at least those of the weakest round.
    pub df: i64,
    /// Respondents of all rounds.
    pub n: usize,
    /// What its Korn–Graubard intervals are made from.
    pub point: Point,
}

impl YearFigure {
    /// Its interval at `confidence`: the published one, or a wider one that holds jointly with others.
    #[must_use]
    pub fn interval(&self, confidence: f64) -> (f64, f64) {
        korn_graubard(&self.point, confidence)
    }
}

/// The mean of all `rounds`; `None` without any. One round alone is the year, interval and all.
///
/// ```
/// use khaosat::index::year::{RoundFigure, year_of};
/// let of = |dossiers, index, se, df, n: usize| RoundFigure {
///     dossiers, index, se, df, n, effective_n: 0.9 * n as f64, overall_effect: 1.2,
/// };
/// let year = year_of(&[of(300.0, 0.8, 0.03, 20, 100), of(100.0, 0.6, 0.05, 12, 60)]).unwrap();
/// assert!((year.index - 0.75).abs() < 1e-12);
/// assert!((year.se * 400.0 - (9.0f64 * 9.0 + 5.0 * 5.0).sqrt()).abs() < 1e-9);
/// let (low, high) = year.interval(0.95);
/// assert!(low < 0.75 && 0.75 < high);
/// ```
pub fn year_of(rounds: &[RoundFigure]) -> Option<YearFigure> {
    let all: f64 = rounds.iter().map(|r| r.dossiers).sum();
    if !(all > 0.0 && all.is_finite()) {
        return None;
    }
    let sum = |of: &dyn Fn(&RoundFigure) -> f64| -> f64 { rounds.iter().map(of).sum() };
    let index = sum(&|r| r.dossiers / all * r.index);
    let part = |r: &RoundFigure| r.dossiers / all * (r.dossiers / all) * r.se * r.se;
    let variance = sum(&part);
    let spread = sum(&|r| part(r) * part(r) / r.df.max(1) as f64);
    let weakest = rounds.iter().map(|r| r.df).min().unwrap_or(0);
    let df = if spread > 0.0 {
        ((variance * variance / spread).floor() as i64).max(weakest)
    } else {
        weakest
    };
    let n = rounds.iter().map(|r| r.n).sum();
    // Effective n of a mean of independent means, each with its round's design effect: 1 / Σ (N/ΣN)²·D/n_eff.
    let share = |r: &RoundFigure| r.dossiers / all * (r.dossiers / all);
    let effective_n = 1.0 / sum(&|r| share(r) * r.overall_effect / r.effective_n.max(1.0));
    let point =
        Point { estimate: index, se: variance.sqrt(), df, n, effective_n, overall_effect: 1.0 };
    Some(YearFigure { index, se: variance.sqrt(), df, n, point })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROUND: RoundFigure = RoundFigure {
        dossiers: 200.0,
        index: 0.8,
        se: 0.04,
        df: 20,
        n: 100,
        effective_n: 90.0,
        overall_effect: 1.5,
    };

    #[test]
    fn one_round_alone_is_the_year() {
        let year = year_of(&[ROUND]).unwrap();
        assert!((year.index - 0.8).abs() < 1e-12 && (year.se - 0.04).abs() < 1e-12);
        assert_eq!((year.df, year.n), (20, 100));
        let RoundFigure { index, se, df, n, effective_n, overall_effect, .. } = ROUND;
        let point = Point { estimate: index, se, df, n, effective_n, overall_effect };
        let (alone, round) = (year.interval(0.95), korn_graubard(&point, 0.95));
        assert!((alone.0 - round.0).abs() < 1e-9 && (alone.1 - round.1).abs() < 1e-9);
    }

    #[test]
    fn two_equal_rounds_halve_the_variance_and_add_their_degrees_of_freedom() {
        let year = year_of(&[ROUND, ROUND]).unwrap();
        assert!((year.se - 0.04 / 2f64.sqrt()).abs() < 1e-12);
        assert!((39..=40).contains(&year.df), "{}", year.df);
        assert_eq!(year_of(&[]), None);
    }

    #[test]
    fn a_year_in_which_all_were_satisfied_is_not_known_for_certain() {
        let all = RoundFigure { index: 1.0, se: 0.0, ..ROUND };
        let (low, high) = year_of(&[all, all]).unwrap().interval(0.95);
        assert!(low < 1.0 && high == 1.0);
    }
}
