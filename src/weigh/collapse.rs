//! Margin categories with too few answers: joined with a neighbour by the rule fixed in the round.

use super::margin::Margin;

/// Answers below which a category is joined, unless a round says otherwise.
pub const ANSWERS_MIN: u32 = 5;

/// How a variable's small categories are joined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Its categories have an order (age): with the smaller of the two beside it.
    Ordered,
    /// They have none (service): all small ones together, under this name.
    Nominal {
        /// "Other"; if there is a category of this name it takes them in.
        other: String,
    },
}

/// A margin after joining.
#[derive(Clone, Debug)]
pub struct Collapsed {
    /// The margin; `None` when fewer than two categories remain, so that it can no longer be kept.
    pub margin: Option<Margin>,
    /// What was joined, as (category, into), in the order done.
    pub joined: Vec<(String, String)>,
}

/// Joins categories with fewer than `least` answers until none is left, or fewer than two categories are.
///
/// Totals of joined categories are added. Categories with neither answers nor total are left out silently.
pub fn collapse(margin: &Margin, rule: &Rule, least: u32) -> Collapsed {
    let mut groups = groups(margin);
    let mut joined = Vec::new();
    while groups.len() > 1 {
        let smallest = groups
            .iter()
            .enumerate()
            .filter(|(_, group)| group.answers < least)
            .min_by_key(|&(place, group)| (group.answers, place))
            .map(|(place, _)| place);
        let Some(place) = smallest else { break };
        let from = groups.remove(place);
        let into = match rule {
            Rule::Ordered => beside(&groups, place),
            Rule::Nominal { other } => gatherer(&groups, other, least),
        };
        let Some(group) = groups.get_mut(into) else { break };
        let name = match rule {
            Rule::Ordered if into < place => format!("{} + {}", group.label, from.label),
            Rule::Ordered => format!("{} + {}", from.label, group.label),
            Rule::Nominal { other } => other.clone(),
        };
        let shown = if *rule == Rule::Ordered { group.label.clone() } else { name.clone() };
        joined.push((from.label.clone(), shown));
        if group.label != name && matches!(rule, Rule::Nominal { .. }) {
            joined.push((group.label.clone(), name.clone()));
        }
        group.label = name;
        group.total += from.total;
        group.answers += from.answers;
        group.codes.extend(from.codes);
    }
    let margin = (groups.len() > 1).then(|| rebuilt(margin, &groups));
    Collapsed { margin, joined }
}

struct Group {
    label: String,
    total: f64,
    answers: u32,
    codes: Vec<u32>,
}

fn groups(margin: &Margin) -> Vec<Group> {
    let mut answers = vec![0u32; margin.labels.len()];
    for &code in &margin.codes {
        if let Some(count) = answers.get_mut(code as usize) {
            *count += 1;
        }
    }
    (0u32..)
        .zip(margin.labels.iter().zip(&margin.totals).zip(answers))
        .map(|(code, ((label, &total), answers))| Group {
            label: label.clone(),
            total,
            answers,
            codes: vec![code],
        })
        .filter(|group| group.answers > 0 || group.total > 0.0)
        .collect()
}

/// The smaller of the groups on either side of where `place` was; the earlier one of equals.
fn beside(groups: &[Group], place: usize) -> usize {
    let size = |index: usize| groups.get(index).map_or(u32::MAX, |group| group.answers);
    match place.checked_sub(1) {
        Some(left) if size(left) <= size(place) => left,
        Some(_) | None if place < groups.len() => place,
        _ => groups.len() - 1,
    }
}

/// The group called `other`; else the smallest one that is itself too small; else the smallest.
fn gatherer(groups: &[Group], other: &str, least: u32) -> usize {
    let named = groups.iter().position(|group| group.label == other);
    named.unwrap_or_else(|| {
        let by_size =
            |&(place, group): &(usize, &Group)| (group.answers >= least, group.answers, place);
        groups.iter().enumerate().min_by_key(by_size).map_or(0, |(place, _)| place)
    })
}

fn rebuilt(margin: &Margin, groups: &[Group]) -> Margin {
    let mut place = vec![0u32; margin.labels.len()];
    for (number, group) in (0u32..).zip(groups) {
        for &code in &group.codes {
            if let Some(entry) = place.get_mut(code as usize) {
                *entry = number;
            }
        }
    }
    let code = |code: &u32| place.get(*code as usize).copied().unwrap_or_default();
    Margin {
        name: margin.name.clone(),
        labels: groups.iter().map(|group| group.label.clone()).collect(),
        codes: margin.codes.iter().map(code).collect(),
        totals: groups.iter().map(|group| group.total).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::margin::tests::margin;
    use super::*;

    /// Answers per category 3, 10, 2, 1, 20.
    fn ages() -> Margin {
        let counts = [3, 10, 2, 1, 20];
        let codes: Vec<u32> =
            (0u32..).zip(counts).flat_map(|(code, count)| vec![code; count]).collect();
        margin("a", &codes, &[10.0, 20.0, 30.0, 5.0, 35.0])
    }

    #[test]
    fn an_ordered_category_joins_the_smaller_one_beside_it() {
        let collapsed = collapse(&ages(), &Rule::Ordered, 5);
        let kept = collapsed.margin.unwrap();
        assert_eq!(kept.labels, ["a0 + a1 + a2 + a3", "a4"]);
        assert_eq!(kept.totals, [65.0, 35.0]);
        assert_eq!(kept.codes.iter().filter(|&&code| code == 0).count(), 16);
        assert_eq!(collapsed.joined.len(), 3);
    }

    #[test]
    fn small_nominal_categories_gather_under_other() {
        let rule = Rule::Nominal { other: "Khác".into() };
        let kept = collapse(&ages(), &rule, 5).margin.unwrap();
        assert_eq!(kept.labels, ["a1", "Khác", "a4"]);
        assert_eq!(kept.totals, [20.0, 45.0, 35.0]);
    }

    #[test]
    fn a_margin_with_one_category_left_cannot_be_kept() {
        let collapsed = collapse(&margin("sex", &[0, 1, 1], &[5.0, 5.0]), &Rule::Ordered, 5);
        assert!(collapsed.margin.is_none());
        assert_eq!(collapsed.joined, [("sex0".to_owned(), "sex1".to_owned())]);
    }

    #[test]
    fn categories_large_enough_stay() {
        let kept = collapse(&ages(), &Rule::Ordered, 1);
        assert!(kept.joined.is_empty());
        assert_eq!(kept.margin.unwrap().labels.len(), 5);
    }
}
