//! Suppression: which figures of an **index** may be **published** so that nobody reads off them how a few people
//! answered.
//!
//! In come figures, each named by what was asked and who answered, and how many answered in each group; out comes a
//! decision with a reason for each. A group is a set of respondents that no figure divides, usually a unit and a kind of
//! link. Who publishes sums of answers (or shares, with the numbers they are shares of) also publishes every difference
//! and combination of them; so a figure is let out only if no combination of all that are out is about fewer than the
//! threshold respondents. This covers at once the small figure, the two figures that differ by a few, and the total that
//! reveals the one unit left out.
//!
//! Pure. The search is exact; where it would take too long, or numbers too large, the figure is withheld.

mod span;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::num::NonZeroU64;

use span::{Cell, Span, Verdict};

/// How many respondents a figure must at least be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Threshold(NonZeroU64);

impl Threshold {
    pub const fn new(respondents: NonZeroU64) -> Self {
        Self(respondents)
    }

    pub const fn respondents(self) -> u64 {
        self.0.get()
    }
}

impl Default for Threshold {
    /// 10 respondents.
    fn default() -> Self {
        Self(NonZeroU64::MIN.saturating_add(9))
    }
}

/// What a figure is about. `items` are the parts of the questionnaire it sums over, usually one; figures share answers
/// only where they share items. `groups` are those who answered.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FigureKey<G> {
    pub items: BTreeSet<String>,
    pub groups: BTreeSet<G>,
}

impl<U: Ord + Clone, K: Ord + Clone> FigureKey<(U, K)> {
    /// The figure on one set of items over all of `units` and all of `kinds`.
    pub fn of_units(items: &str, units: &[U], kinds: &[K]) -> Self {
        let groups = units
            .iter()
            .flat_map(|unit| kinds.iter().map(|kind| (unit.clone(), kind.clone())))
            .collect();
        Self { items: BTreeSet::from([items.to_owned()]), groups }
    }
}

/// Respondents by items and group; what was not set is 0.
#[derive(Debug, Clone)]
pub struct Counts<G>(BTreeMap<(String, G), u64>);

impl<G: Ord + Clone> Counts<G> {
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    pub fn set(&mut self, items: &str, group: G, respondents: u64) {
        self.0.insert((items.to_owned(), group), respondents);
    }

    fn get(&self, items: &str, group: &G) -> u64 {
        self.0.get(&(items.to_owned(), group.clone())).copied().unwrap_or(0)
    }

    /// At least how many people a figure is about: those of its groups, of several items those with most answers.
    pub fn respondents(&self, figure: &FigureKey<G>) -> u64 {
        let most =
            |group| figure.items.iter().map(|items| self.get(items, group)).max().unwrap_or(0);
        figure.groups.iter().map(most).fold(0, u64::saturating_add)
    }
}

impl<G: Ord + Clone> Default for Counts<G> {
    fn default() -> Self {
        Self::new()
    }
}

/// Whether a figure may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    Publish,
    Withhold(Reason),
}

/// Why a figure is withheld. Numbers of respondents may be published, so a reason may be, too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// Nobody answered.
    NoAnswers,
    /// Fewer than the threshold answered.
    TooFew { respondents: u64 },
    /// Its respondents are those of another figure that is shown, but for a few. `figure` is that one's place.
    DiffersFrom { figure: usize, by: u64 },
    /// Together with the figures shown it tells the answers of a few: a total would reveal what was left out.
    Reveals { respondents: u64 },
    /// Too many figures overlap for the search to rule that out.
    Entangled,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoAnswers => write!(f, "nobody answered"),
            Self::TooFew { respondents } => write!(f, "only {respondents} answered"),
            Self::DiffersFrom { by, .. } => {
                write!(f, "it differs from another figure by the answers of {by}")
            }
            Self::Reveals { respondents } => {
                write!(f, "with the other figures it would reveal the answers of {respondents}")
            }
            Self::Entangled => {
                write!(f, "it could not be shown to reveal nothing beside the other figures")
            }
        }
    }
}

/// Decides on `figures`, one decision each, in their order.
///
/// Earlier figures come first: each is shown if it can be beside those already shown. Put units before the totals over
/// them, and a total is withheld when it would reveal a unit; put a total first, and one unit more is withheld instead.
pub fn plan<G: Ord + Clone>(
    figures: &[FigureKey<G>],
    counts: &Counts<G>,
    threshold: Threshold,
) -> Vec<Decision> {
    let cells = Cells::of(figures, counts);
    let mut span = Span::new(cells.list.clone(), threshold.respondents());
    let mut shown: Vec<(usize, BTreeSet<usize>)> = Vec::new();
    let mut decisions = Vec::with_capacity(figures.len());
    for (place, figure) in figures.iter().enumerate() {
        let respondents = counts.respondents(figure);
        if respondents < threshold.respondents() {
            let reason =
                if respondents == 0 { Reason::NoAnswers } else { Reason::TooFew { respondents } };
            decisions.push(Decision::Withhold(reason));
            continue;
        }
        let sum = cells.of_figure(figure);
        decisions.push(match span.admit(&sum) {
            Verdict::Safe => {
                shown.push((place, sum));
                Decision::Publish
            }
            Verdict::Reveals(respondents) => Decision::Withhold(
                closest(&span, &shown, &sum, threshold).unwrap_or(Reason::Reveals { respondents }),
            ),
            Verdict::Unknown => Decision::Withhold(Reason::Entangled),
        });
    }
    decisions
}

/// The shown figure that `sum` differs from by the fewest, if that is fewer than the threshold.
fn closest(
    span: &Span,
    shown: &[(usize, BTreeSet<usize>)],
    sum: &BTreeSet<usize>,
    threshold: Threshold,
) -> Option<Reason> {
    let by = |other: &BTreeSet<usize>| span.respondents(sum.symmetric_difference(other).copied());
    let (by, figure) = shown.iter().map(|(place, other)| (by(other), *place)).min()?;
    (by < threshold.respondents()).then_some(Reason::DiffersFrom { figure, by })
}

/// The answers that figures sum: one cell for each items and group with respondents.
struct Cells<G> {
    places: BTreeMap<(String, G), usize>,
    list: Vec<Cell>,
}

impl<G: Ord + Clone> Cells<G> {
    fn of(figures: &[FigureKey<G>], counts: &Counts<G>) -> Self {
        let mut places = BTreeMap::new();
        let mut list = Vec::new();
        let mut groups: BTreeMap<&G, usize> = BTreeMap::new();
        for figure in figures {
            for group in &figure.groups {
                for items in &figure.items {
                    let respondents = counts.get(items, group);
                    let key = (items.clone(), group.clone());
                    if respondents > 0 && !places.contains_key(&key) {
                        let next = groups.len();
                        let group = *groups.entry(group).or_insert(next);
                        places.insert(key, list.len());
                        list.push(Cell { group, respondents });
                    }
                }
            }
        }
        Self { places, list }
    }

    fn of_figure(&self, figure: &FigureKey<G>) -> BTreeSet<usize> {
        let place =
            |items: &String, group: &G| self.places.get(&(items.clone(), group.clone())).copied();
        figure
            .groups
            .iter()
            .flat_map(|group| figure.items.iter().filter_map(move |items| place(items, group)))
            .collect()
    }
}

#[cfg(test)]
mod tests;
