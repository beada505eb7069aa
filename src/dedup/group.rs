//! Flagged answers that belong together: a burst is one decision, not eighty.
//!
//! Rules that speak of a pile (copies, bursts, runs of tickets, one device) lay every answer beside another of the same
//! pile. Whoever is beside whom, directly or through others and whatever the rule, is of one case.

use std::collections::BTreeMap;

/// The case of every flagged answer, named after its smallest flagged one.
///
/// `flags`: an answer and the one it is laid beside, which need not be flagged itself. The order plays no part.
#[must_use]
pub fn cases<T: Copy + Ord>(flags: &[(T, Option<T>)]) -> BTreeMap<T, T> {
    let mut parent: BTreeMap<T, T> = BTreeMap::new();
    for &(one, beside) in flags {
        let root = root(&mut parent, one);
        let other = beside.map_or(root, |beside| self::root(&mut parent, beside));
        parent.insert(root.max(other), root.min(other));
    }
    // Roots may be answers without a flag of their own: the case is named after one that has.
    let mut first: BTreeMap<T, T> = BTreeMap::new();
    let mut roots: BTreeMap<T, T> = BTreeMap::new();
    for &(one, _) in flags {
        let root = root(&mut parent, one);
        roots.insert(one, root);
        let named = first.entry(root).or_insert(one);
        *named = one.min(*named);
    }
    roots.into_iter().map(|(one, root)| (one, first.get(&root).copied().unwrap_or(one))).collect()
}

/// The root of an answer's tree; the way there is shortened.
fn root<T: Copy + Ord>(parent: &mut BTreeMap<T, T>, of: T) -> T {
    let mut at = of;
    let mut way = Vec::new();
    while let Some(&up) = parent.get(&at).filter(|up| **up != at) {
        way.push(at);
        at = up;
    }
    parent.insert(at, at);
    for step in way {
        parent.insert(step, at);
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_chain_is_one_case_and_a_lonely_flag_its_own() {
        let flags = [(5, Some(4)), (6, Some(5)), (6, Some(9)), (8, None), (3, Some(2))];
        let found = cases(&flags);
        assert_eq!(found, BTreeMap::from([(3, 3), (5, 5), (6, 5), (8, 8)]));
    }

    proptest! {
        #[test]
        fn whoever_is_beside_another_is_in_its_case_in_any_order(
            flags in proptest::collection::vec((0_u8..30, proptest::option::of(0_u8..30)), 0..40),
            seed in any::<u64>(),
        ) {
            let found = cases(&flags);
            for (one, beside) in &flags {
                let case = found[one];
                prop_assert!(found[&case] == case && case <= *one);
                if let Some(other) = beside.and_then(|beside| found.get(&beside)) {
                    prop_assert_eq!(*other, case);
                }
            }
            let mut turned = flags.clone();
            let by = (seed as usize) % flags.len().max(1);
            turned.rotate_left(by.min(flags.len()));
            turned.reverse();
            prop_assert_eq!(cases(&turned), found);
        }
    }
}
