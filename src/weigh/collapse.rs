//! Categories with too few answers to carry their total are merged with a neighbour before calibration.
//!
//! Ordered variables: with the nearer of the two neighbours, the smaller one on a tie. Nominal ones: all small categories
//! become one ("other"), which joins the smallest large one when it is still too small.

use super::margin::Margin;

/// Answers below which a category is merged, unless a round says otherwise.
pub const ANSWERS_MIN: usize = 5;

/// One merger, for the publication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    /// Labels of the categories that became one, in the variable's order.
    pub labels: Vec<String>,
}

/// Merges small categories of `margin`; `ordered` tells whether its labels have an order.
///
/// Returns the margin with its codes, labels (joined by " + ") and totals, and what was merged. A margin of which one
/// category remains says nothing; the caller leaves it out.
pub fn collapse(margin: Margin, ordered: bool, answers_min: usize) -> (Margin, Vec<Merged>) {
    let mut counts = vec![0_usize; margin.labels.len()];
    for code in &margin.codes {
        if let Some(count) = counts.get_mut(*code as usize) {
            *count += 1;
        }
    }
    // Groups of old categories; each group becomes one category.
    let mut groups: Vec<Vec<usize>> = (0..counts.len()).map(|c| vec![c]).collect();
    let size = |group: &Vec<usize>| -> usize { group.iter().filter_map(|c| counts.get(*c)).sum() };
    if ordered {
        while groups.len() > 1 {
            let Some(small) = groups.iter().position(|g| size(g) < answers_min) else { break };
            let before = small.checked_sub(1).and_then(|at| groups.get(at)).map(size);
            let after = groups.get(small + 1).map(size);
            let at = match (before, after) {
                (Some(b), Some(a)) if a < b => small,
                (Some(_), _) => small - 1,
                _ => small,
            };
            let joined = groups.remove(at + 1);
            if let Some(group) = groups.get_mut(at) {
                group.extend(joined);
            }
        }
    } else {
        let (small, mut large): (Vec<_>, Vec<_>) =
            groups.into_iter().partition(|g| size(g) < answers_min);
        let mut other: Vec<usize> = small.into_iter().flatten().collect();
        if !other.is_empty() {
            if size(&other) < answers_min
                && let Some(at) = (0..large.len()).min_by_key(|at| large.get(*at).map(size))
            {
                other.extend(large.remove(at));
            }
            other.sort_unstable();
            large.push(other);
        }
        groups = large;
        groups.sort_by_key(|g| g.first().copied());
    }
    let label = |c: &usize| margin.labels.get(*c).cloned().unwrap_or_default();
    let merged = groups
        .iter()
        .filter(|g| g.len() > 1)
        .map(|g| Merged { labels: g.iter().map(label).collect() })
        .collect();
    let new_code = |old: u32| {
        let at = groups.iter().position(|g| g.contains(&(old as usize)));
        at.and_then(|at| u32::try_from(at).ok()).unwrap_or_default()
    };
    let map: Vec<u32> =
        (0..u32::try_from(margin.labels.len()).unwrap_or_default()).map(new_code).collect();
    let codes =
        margin.codes.iter().map(|c| map.get(*c as usize).copied().unwrap_or_default()).collect();
    let totals =
        groups.iter().map(|g| g.iter().filter_map(|c| margin.totals.get(*c)).sum()).collect();
    let labels =
        groups.iter().map(|g| g.iter().map(label).collect::<Vec<_>>().join(" + ")).collect();
    (Margin { name: margin.name, labels, codes, totals }, merged)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn margin(counts: &[usize]) -> Margin {
        Margin {
            name: "v".into(),
            labels: (0..counts.len()).map(|c| format!("c{c}")).collect(),
            codes: counts.iter().zip(0..).flat_map(|(n, c)| vec![c; *n]).collect(),
            totals: counts.iter().map(|n| *n as f64 * 10.0).collect(),
        }
    }

    #[test]
    fn an_ordered_category_joins_its_smaller_neighbour() {
        let (m, merged) = collapse(margin(&[20, 2, 8, 30]), true, 5);
        assert_eq!(m.labels, ["c0", "c1 + c2", "c3"]);
        assert_eq!(m.totals, [200.0, 100.0, 300.0]);
        assert_eq!(merged.len(), 1);
        assert_eq!(m.codes.iter().filter(|c| **c == 1).count(), 10);
    }

    #[test]
    fn nominal_small_categories_become_one() {
        let (m, _) = collapse(margin(&[3, 20, 4, 30]), false, 5);
        assert_eq!(m.labels, ["c0 + c2", "c1", "c3"]);
        let (m, _) = collapse(margin(&[1, 20, 0, 30]), false, 5);
        assert_eq!(m.labels, ["c0 + c1 + c2", "c3"]);
    }

    #[test]
    fn nothing_is_merged_where_all_are_large_and_populations_stay() {
        let (m, merged) = collapse(margin(&[9, 9, 9]), true, 5);
        assert!(merged.is_empty());
        assert_eq!(m.totals.iter().sum::<f64>(), 270.0);
        let (m, _) = collapse(margin(&[0, 0, 1]), true, 5);
        assert_eq!(m.labels.len(), 1);
        assert_eq!(m.totals, [10.0]);
    }
}
