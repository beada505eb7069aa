//! Gate-keeping: does a unit or counter choose who is asked? Figures on tickets, answers and silence, each held against
//! the same figure of all others.
//!
//! In: counts per unit or counter. Out: tests with their false discoveries held at [`FALSE_DISCOVERIES`] per indicator
//! and level. A test that stands out says "look here", never that somebody is guilty. Refused: groups under
//! [`DOSSIERS_MIN`] dossiers, and rounds with too few groups to know how much honest ones differ. Pure.

mod fdr;
mod measure;
mod others;
mod silence;

pub use fdr::{Procedure, discoveries};
pub use measure::{Measure, contrast, mean_of_logs, rate, share_interval};
pub use others::against_others;
pub use silence::hidden_share;

/// Fewest dossiers of a unit or counter that is looked at.
pub const DOSSIERS_MIN: u64 = 30;
/// Share of false ones among what stands out, per indicator and level.
pub const FALSE_DISCOVERIES: f64 = 0.05;

/// What a test of one group says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Test {
    /// Two-sided p of the group against the others.
    pub p: f64,
    /// The group lies above the others.
    pub above: bool,
    /// It stands out: look here.
    pub look: bool,
}

/// Tests every group against all others; `None` in, or too few others: `None` out.
///
/// The tests overlap, since each group is among the others of every other one, so Benjamini & Yekutieli (2001) bounds the
/// false discoveries.
///
/// ```
/// use khaosat::gate::{family, rate};
/// // Printed of the tickets due: five counters print all, one prints every third.
/// let counters = [(60, 60), (58, 58), (61, 62), (40, 40), (75, 75), (20, 60)];
/// let tests = family(&counters.map(|(printed, due)| rate(printed, due)));
/// assert!(tests[5].is_some_and(|t| t.look && !t.above));
/// assert!(tests[..5].iter().flatten().all(|t| !t.look));
/// ```
#[must_use]
pub fn family(groups: &[Option<Measure>]) -> Vec<Option<Test>> {
    let measured: Vec<Measure> = groups.iter().flatten().copied().collect();
    let compared: Vec<Option<(f64, bool)>> =
        (0..measured.len()).map(|at| against_others(&measured, at)).collect();
    let p: Vec<f64> = compared.iter().flatten().map(|(p, _)| *p).collect();
    let found = discoveries(&p, FALSE_DISCOVERIES, Procedure::BenjaminiYekutieli);
    let mut looks = found.into_iter();
    let mut tests = compared.into_iter().map(|compared| {
        let (p, above) = compared?;
        Some(Test { p, above, look: looks.next()? })
    });
    groups.iter().map(|group| group.and_then(|_| tests.next()?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_that_differ_as_honest_ones_do_do_not_stand_out() {
        // Shares answering between 38 and 58 %, as districts differ.
        let groups = [0.38, 0.42, 0.45, 0.47, 0.5, 0.52, 0.55, 0.58]
            .map(|share: f64| rate((share * 300.0) as u64, 300));
        assert!(family(&groups).iter().flatten().all(|test| !test.look));
    }

    #[test]
    fn a_group_without_a_figure_keeps_its_place() {
        let groups = [
            rate(60, 60),
            None,
            rate(60, 60),
            rate(58, 60),
            rate(50, 50),
            rate(59, 60),
            rate(9, 60),
        ];
        let tests = family(&groups);
        assert_eq!(tests.len(), 7);
        assert!(tests[1].is_none());
        assert!(tests[6].is_some_and(|test| test.look));
    }

    #[test]
    fn both_directions_stand_out_alike() {
        let others = [30, 31, 29, 30, 32, 28, 30, 31];
        let with = |first: u64, mirrored: bool| {
            let others = others.map(|hits| if mirrored { 60 - hits } else { hits });
            let all = std::iter::once(first).chain(others).map(|hits| rate(hits, 60));
            family(&all.collect::<Vec<_>>())[0].unwrap()
        };
        let (low, high) = (with(5, false), with(55, true));
        assert!((low.p - high.p).abs() < 1e-12);
        assert!(low.look && high.look && !low.above && high.above);
    }
}
