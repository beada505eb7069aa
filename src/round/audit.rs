//! The subtraction audit: everything ever published of a round, looked at together, as somebody looks at it who wants to
//! know how a few people answered (design §4).
//!
//! In: the round's publications, the superseded ones too, and its sealed records, which tell who each shown figure is
//! about. Out: every figure about fewer than the threshold, every two on the same items whose respondents differ by fewer,
//! and every combination that comes down to fewer, by name. The pages and the API give out these bytes and nothing else, so
//! what holds here holds there.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU64;

use super::document::Document;
use super::figures::{Figure, Group};
use super::frame::{Choice, Part, answers_by_unit, minimum};
use super::show::{Respondents, Who};
use super::weigh::Sealed;
use super::{Desk, Result, RoundError, Variant};
use crate::index::suppress::{Decision, FigureKey, Reason, Threshold, plan};
use crate::store::id::UnitId;
use crate::store::publication::Publication;
use crate::store::tally::Kind;

/// What the audit looked at and found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audited {
    /// Publications.
    pub publications: usize,
    /// Figures shown in them that are about different answers.
    pub figures: usize,
    /// What may be subtracted, a sentence each; empty when nothing.
    pub faults: Vec<String>,
}

/// Audits all publications of a round.
///
/// # Errors
/// [`RoundError::Refused`] before sealing.
pub fn audit(desk: &Desk, code: &str) -> Result<Audited> {
    let sealed = Sealed::read(desk, code)?;
    of_documents(&sealed, &documents(&desk.store.publications(sealed.round.id)?)?)
}

/// The documents of publications.
pub(super) fn documents(publications: &[Publication]) -> Result<Vec<Document>> {
    let read = |p: &Publication| serde_json::from_slice(&p.bytes).map_err(RoundError::Canonical);
    publications.iter().map(read).collect()
}

/// A figure that is shown, and whose answers it is made from.
struct Shown {
    name: String,
    key: FigureKey<Who>,
}

/// Audits documents of the round whose records these are.
pub(super) fn of_documents(sealed: &Sealed, documents: &[Document]) -> Result<Audited> {
    let respondents = Respondents::of(sealed);
    let mut found = Search {
        sealed,
        respondents: &respondents,
        kept: kept(sealed),
        id_of: sealed.units.iter().map(|u| (u.code.as_str(), u.id)).collect(),
        shown: Vec::new(),
        faults: Vec::new(),
    };
    for document in documents {
        found.document(document);
    }
    let Search { shown, mut faults, kept, .. } = found;
    let mut counts = respondents.counts();
    for (who, n) in &kept {
        counts.set(ANSWERING, *who, *n);
    }
    // The same answers again, weighed otherwise or in another publication, are no difference.
    let mut known = BTreeSet::new();
    let shown: Vec<Shown> = shown.into_iter().filter(|s| known.insert(s.key.clone())).collect();
    let threshold = threshold(sealed);
    let keys: Vec<FigureKey<Who>> = shown.iter().map(|s| s.key.clone()).collect();
    let mut named = BTreeSet::new();
    for (first, second, by) in pairs(&shown, &counts, threshold) {
        named.insert(second.name.as_str());
        faults.push(format!(
            "{} and {} differ by the answers of {by}, fewer than {}",
            first.name,
            second.name,
            threshold.respondents()
        ));
    }
    for (figure, decision) in shown.iter().zip(plan(&keys, &counts, threshold)) {
        let Decision::Withhold(reason) = decision else { continue };
        match reason {
            Reason::DiffersFrom { .. } if named.contains(figure.name.as_str()) => {}
            Reason::DiffersFrom { figure: other, by } => {
                let other = shown.get(other).map_or("another", |other| other.name.as_str());
                faults.push(format!("{} and {other} differ by the answers of {by}", figure.name));
            }
            other => faults.push(format!("{}: {other}", figure.name)),
        }
    }
    Ok(Audited { publications: documents.len(), figures: shown.len(), faults })
}

fn threshold(sealed: &Sealed) -> Threshold {
    NonZeroU64::new(u64::from(sealed.rules.suppression_threshold))
        .map_or_else(Threshold::default, Threshold::new)
}

/// What shares of missing answers are about: everybody who sent the form in.
const ANSWERING: &str = "answering";

fn kept(sealed: &Sealed) -> BTreeMap<Who, u64> {
    let mut kept = BTreeMap::new();
    for record in &sealed.records {
        *kept.entry((record.unit_id, record.kind, record.excluded)).or_default() += 1;
    }
    kept
}

/// Every two figures on the same items that share respondents and differ by at least one and fewer than the threshold.
fn pairs<'a>(
    shown: &'a [Shown],
    counts: &crate::index::suppress::Counts<Who>,
    threshold: Threshold,
) -> Vec<(&'a Shown, &'a Shown, u64)> {
    let mut by_items: BTreeMap<&BTreeSet<String>, Vec<&Shown>> = BTreeMap::new();
    for figure in shown {
        by_items.entry(&figure.key.items).or_default().push(figure);
    }
    let mut found = Vec::new();
    for figures in by_items.values() {
        for (at, second) in figures.iter().enumerate() {
            for first in figures.iter().take(at) {
                if first.key.groups.is_disjoint(&second.key.groups) {
                    continue;
                }
                let (a, b) = (&first.key.groups, &second.key.groups);
                let groups = a.symmetric_difference(b).copied().collect();
                let items = first.key.items.clone();
                let by = counts.respondents(&FigureKey { items, groups });
                if (1..threshold.respondents()).contains(&by) {
                    found.push((*first, *second, by));
                }
            }
        }
    }
    found
}

/// Reads the shown figures of documents one after the other.
struct Search<'a> {
    sealed: &'a Sealed,
    respondents: &'a Respondents,
    kept: BTreeMap<Who, u64>,
    id_of: BTreeMap<&'a str, UnitId>,
    shown: Vec<Shown>,
    faults: Vec<String>,
}

/// Anything made from answers counts as shown, not the index alone.
fn is_shown(figure: &Figure) -> bool {
    let made = [
        figure.index,
        figure.unweighted,
        figure.numerator,
        figure.denominator,
        figure.se,
        figure.low,
        figure.high,
    ];
    made.iter().any(Option::is_some)
}

impl Search<'_> {
    fn document(&mut self, document: &Document) {
        let number = document.number;
        for (part, words, group) in [
            (Part::Official, "official", &document.figures.official),
            (Part::Indicative, "indicative", &document.figures.indicative),
        ] {
            self.group(&format!("publication {number}, {words}"), part, group);
        }
        let least = u64::from(self.sealed.rules.suppression_threshold);
        for unit in &document.called {
            for heard in [&unit.given, &unit.own, &unit.beside] {
                if heard.share.is_some() && heard.n < least {
                    self.faults.push(format!(
                        "publication {number}, called back in {}: only {} said so",
                        unit.code, heard.n
                    ));
                }
            }
        }
    }

    fn group(&mut self, place: &str, part: Part, group: &Group) {
        let factor = |set: usize| {
            let names = self.respondents.items(set).join("+");
            if set == 0 { String::new() } else { format!(", {names}") }
        };
        let names: Vec<String> = (0..=group.factors.len()).map(factor).collect();
        for unit in &group.units {
            let Some(id) = self.id_of.get(unit.code.as_str()).copied() else {
                self.faults.push(format!("{place}: {} is no unit of the round", unit.code));
                continue;
            };
            let one = BTreeSet::from([id]);
            let sets = std::iter::once(&unit.figure).chain(unit.factors.iter().map(|f| &f.figure));
            for (set, (figure, name)) in sets.zip(&names).enumerate() {
                let name = format!("{place}, {}{name}", unit.code);
                self.figure(name, set, figure, std::slice::from_ref(&one), part);
            }
            let all = std::iter::once(&unit.beside.variants);
            let variants = all.chain(unit.factors.iter().map(|f| &f.variants));
            for (set, (variants, name)) in variants.zip(&names).enumerate() {
                for variant in variants {
                    let name = format!("{place}, {}{name}, {}", unit.code, variant.name);
                    self.variant(name, set, variant, std::slice::from_ref(&one), part);
                }
            }
            let beside = &unit.beside;
            self.missing(&format!("{place}, {}", unit.code), beside, &one, part);
        }
        let totals = self.totals(part, group, &Choice::of(part));
        let sets = std::iter::once(&group.overall).chain(group.factors.iter().map(|f| &f.figure));
        for (set, (figure, name)) in sets.zip(&names).enumerate() {
            self.figure(format!("{place}, all units{name}"), set, figure, &totals, part);
        }
        let all = std::iter::once(&group.notes.overall.variants);
        let variants = all.chain(group.factors.iter().map(|f| &f.variants));
        for (set, (variants, name)) in variants.zip(&names).enumerate() {
            for variant in variants {
                let totals = self.totals(part, group, &choice_of(part, &variant.name));
                let name = format!("{place}, all units{name}, {}", variant.name);
                self.variant(name, set, variant, &totals, part);
            }
        }
        let Some(weighed) = totals.first() else { return };
        self.missing(&format!("{place}, all units"), &group.notes.overall, weighed, part);
        if group.notes.exclusion.as_ref().is_some_and(|e| e.of_satisfied.is_some()) {
            let groups = self.respondents.groups(part, |who| weighed.contains(&who.0) && who.2);
            let key = self.respondents.key(self.respondents.items(0), groups);
            self.shown.push(Shown { name: format!("{place}, rates of exclusion"), key });
        }
    }

    /// Units that a total may be about: those weighed by the rules, those that the document shows or hides for others' sake,
    /// all. Which one it is tells its number of respondents.
    fn totals(&self, part: Part, group: &Group, choice: &Choice<'_>) -> Vec<BTreeSet<UnitId>> {
        let least = minimum(&self.sealed.rules, part);
        let counts = answers_by_unit(&self.sealed.inputs(), choice);
        let by_rules = counts.iter().filter(|(_, n)| **n >= least).map(|(id, _)| *id).collect();
        let told = group.units.iter().filter(|unit| {
            let why = unit.figure.suppressed;
            why.is_none_or(|why| why == super::Reason::WouldReveal)
        });
        let told = told.filter_map(|unit| self.id_of.get(unit.code.as_str()).copied()).collect();
        vec![by_rules, told, self.id_of.values().copied().collect()]
    }

    fn figure(
        &mut self,
        name: String,
        set: usize,
        figure: &Figure,
        units: &[BTreeSet<UnitId>],
        part: Part,
    ) {
        if is_shown(figure) {
            self.add(name, set, figure.n, units, part, |who| !who.2);
        }
    }

    fn variant(
        &mut self,
        name: String,
        set: usize,
        variant: &Variant,
        units: &[BTreeSet<UnitId>],
        part: Part,
    ) {
        if variant.index.is_none() {
            return;
        }
        let choice = choice_of(part, &variant.name);
        self.add(name, set, variant.n, units, part, |who| {
            (choice.with_excluded || !who.2) && choice.kind.is_none_or(|kind| kind == who.1)
        });
    }

    /// A figure over one of several sets of units, told by its number of respondents.
    fn add(
        &mut self,
        name: String,
        set: usize,
        n: usize,
        units: &[BTreeSet<UnitId>],
        part: Part,
        holds: impl Fn(&Who) -> bool,
    ) {
        let n = u64::try_from(n).unwrap_or(u64::MAX);
        let groups = units
            .iter()
            .map(|units| self.respondents.groups(part, |who| units.contains(&who.0) && holds(who)));
        let mut candidates = groups.filter(|groups| self.respondents.n(set, groups) == n);
        match candidates.next() {
            Some(groups) => {
                let key = self.respondents.key(self.respondents.items(set), groups);
                self.shown.push(Shown { name, key });
            }
            None => self.faults.push(format!(
                "{name}: it claims {n} respondents, which are not those of the sealed records"
            )),
        }
    }

    /// Shares of missing answers.
    fn missing(
        &mut self,
        place: &str,
        beside: &super::Beside,
        units: &BTreeSet<UnitId>,
        part: Part,
    ) {
        if beside.no_answer.or(beside.no_opinion).or(beside.prefer_not).is_none() {
            return;
        }
        let drawn = part == Part::Official;
        let of = |who: &&Who| units.contains(&who.0) && who.1.is_drawn() == drawn && !who.2;
        let groups = self.kept.keys().filter(of).copied().collect();
        let key = FigureKey { items: BTreeSet::from([ANSWERING.to_owned()]), groups };
        self.shown.push(Shown { name: format!("{place}, missing answers"), key });
    }
}

/// Which answers a variant of this name is made from.
fn choice_of(part: Part, name: &str) -> Choice<'static> {
    let kind = name.strip_prefix("kind:").and_then(Kind::from_word);
    Choice { with_excluded: name == "with_excluded", kind, ..Choice::of(part) }
}

/// What of the public documents of a round may be subtracted as far as their numbers of respondents tell: for whoever has no
/// records.
#[must_use]
pub fn public_faults(documents: &[Document]) -> Vec<String> {
    let mut faults = Vec::new();
    let mut earlier: BTreeMap<String, (usize, i32)> = BTreeMap::new();
    for document in documents {
        let least = document.rules.suppression_threshold as usize;
        let few = |n: usize| (1..least).contains(&n);
        for (part, group) in
            [("official", &document.figures.official), ("indicative", &document.figures.indicative)]
        {
            let place = format!("publication {}, {part}", document.number);
            for set in 0..=group.factors.len() {
                let of = |all: &Figure, factors: &[super::FactorFigure]| match set.checked_sub(1) {
                    None => Some(all.clone()),
                    Some(at) => factors.get(at).map(|factor| factor.figure.clone()),
                };
                let units = group.units.iter().filter_map(|unit| {
                    Some((unit.code.as_str(), of(&unit.figure, &unit.factors)?))
                });
                let whole = of(&group.overall, &group.factors).map(|whole| ("all units", whole));
                let mut sum = 0;
                for (who, figure) in units.chain(whole) {
                    if !is_shown(&figure) {
                        continue;
                    }
                    if figure.n < least {
                        faults.push(format!("{place}, {who}: only {} answered", figure.n));
                    }
                    if who != "all units" {
                        sum += figure.n;
                    } else if few(figure.n.abs_diff(sum)) {
                        faults.push(format!(
                            "{place}: all units and the units shown differ by the answers of {}",
                            figure.n.abs_diff(sum)
                        ));
                    }
                    let name = format!("{part} {who} {set}");
                    if let Some((n, number)) = earlier.get(&name)
                        && few(n.abs_diff(figure.n))
                    {
                        faults.push(format!(
                            "{place}, {who}, and the same of publication {number} differ by the answers of {}",
                            n.abs_diff(figure.n)
                        ));
                    }
                    earlier.insert(name, (figure.n, document.number));
                }
            }
        }
    }
    faults
}
