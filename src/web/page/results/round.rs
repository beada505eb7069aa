//! `GET /results/{round}`: one publication, whole.

use std::borrow::Cow;

use askama::Template;

use super::beside::{Beside, beside_row};
use super::chart::Chart;
use super::looks::{Called, Look, called_row, look_line};
use super::sheets::{
    CountRow, Coverage, FactorResult, FactorSheet, Handling, coverage_row, handling_row,
};
use super::{Link, UnitResult};
use crate::clock::Millis;
use crate::form::IndexRule;
use crate::web::assets::Style;
use crate::web::number;
use crate::web::page::shell::{Shell, finished};
use crate::web::text::{Arg, Lang, key};

/// What a publication says about itself.
#[derive(Debug, Clone, Copy)]
pub struct Publication<'a> {
    /// The round's title.
    pub title: &'a str,
    /// When the round took answers.
    pub opened_at: Millis,
    /// When it stopped.
    pub closed_at: Millis,
    /// When this was published.
    pub published_at: Millis,
    /// SHA-256 of its bytes, hex.
    pub digest: &'a str,
    /// Digest of the one it took the place of.
    pub supersedes: Option<&'a str>,
    /// The page of the one that took its place.
    pub superseded_by: Option<&'a str>,
    /// Simulated, not answered by people.
    pub synthetic: bool,
    /// A one-tap round: apart, never in the index.
    pub apart: bool,
    /// How answers became an index.
    pub rule: IndexRule,
    /// Fewest respondents a published figure stands on.
    pub threshold: u32,
    /// Level of the intervals, 0 to 1.
    pub confidence: f64,
}

/// A round's results.
#[derive(Debug, Clone)]
pub struct RoundPage<'a> {
    /// What is published, and when.
    pub publication: Publication<'a>,
    /// Tickets, invitations, drawn paper: the index; in any order.
    pub official: Vec<UnitResult<'a>>,
    /// Posters, kiosks, undrawn paper: apart, without ranks; empty when there were none.
    pub indicative: Vec<UnitResult<'a>>,
    /// The factors, in the order of the form; may be empty.
    pub factors: Vec<FactorResult<'a>>,
    /// What was handed out and came back, per unit; may be empty.
    pub coverage: Vec<Coverage<'a>>,
    /// What stands beside each index; may be empty.
    pub beside: Vec<Beside<'a>>,
    /// The same of the indicative shares; may be empty.
    pub beside_indicative: Vec<Beside<'a>>,
    /// What was flagged and what was done; `None` where the publication does not say.
    pub handling: Option<Vec<Handling<'a>>>,
    /// Answers withdrawn at each counter that has any: its name and how many.
    pub withdrawn: Vec<(String, u64)>,
    /// Where tickets, answers or silence stand out; may be empty.
    pub looks: Vec<Look<'a>>,
    /// What people told who were called back; may be empty.
    pub called: Vec<Called<'a>>,
    /// Sentences on this round: closed early and why, verdicts given by policy, a change of method.
    pub notes: Vec<&'a str>,
    /// The data and the method to take along.
    pub downloads: Vec<Link<'a>>,
}

#[derive(Template)]
#[template(path = "round.html")]
struct Html<'a> {
    shell: Shell<'a>,
    publication: Publication<'a>,
    facts: Vec<(Cow<'a, str>, String, bool)>,
    index: String,
    indicative: Option<String>,
    factors: Option<FactorSheet>,
    coverage: Vec<CountRow>,
    beside: Vec<CountRow>,
    beside_indicative: Vec<CountRow>,
    handling: Option<Vec<CountRow>>,
    withdrawn: Vec<(String, Vec<String>)>,
    looks: Vec<String>,
    called: Vec<CountRow>,
    notes: &'a [&'a str],
    method: Vec<Cow<'a, str>>,
    downloads: &'a [Link<'a>],
}

impl RoundPage<'_> {
    /// Its part of the stylesheet.
    pub const STYLE: Style = Style::Public;

    /// The whole page.
    pub fn render(&self, lang: Lang) -> String {
        let mut shell = Shell::new(lang, Self::STYLE, self.publication.title.to_owned());
        shell.description = Some(lang.say(key::RESULTS_DESCRIPTION).into_owned());
        let indicative = (!self.indicative.is_empty())
            .then(|| finished(&Chart::of(lang, &self.indicative, false)));
        finished(&Html {
            shell,
            publication: self.publication,
            facts: self.facts(lang),
            index: finished(&Chart::of(lang, &self.official, true)),
            indicative,
            factors: FactorSheet::of(lang, &self.factors, &self.official),
            coverage: self.coverage.iter().map(|line| coverage_row(lang, line)).collect(),
            beside: self.beside.iter().map(|line| beside_row(lang, line, true)).collect(),
            beside_indicative: self
                .beside_indicative
                .iter()
                .map(|line| beside_row(lang, line, false))
                .collect(),
            handling: self
                .handling
                .as_ref()
                .map(|lines| lines.iter().map(|line| handling_row(lang, line)).collect()),
            withdrawn: self
                .withdrawn
                .iter()
                .map(|(name, n)| (name.clone(), vec![number::count(lang, *n)]))
                .collect(),
            looks: self.looks.iter().map(|look| look_line(lang, look)).collect(),
            called: self.called.iter().map(|unit| called_row(lang, unit)).collect(),
            notes: &self.notes,
            method: self.method(lang),
            downloads: &self.downloads,
        })
    }

    /// Name, value, whether the value is a digest.
    fn facts<'p>(&'p self, lang: Lang) -> Vec<(Cow<'p, str>, String, bool)> {
        let publication = &self.publication;
        let opened = number::day(lang, publication.opened_at);
        let closed = number::day(lang, publication.closed_at);
        let answers = self.official.iter().chain(&self.indicative).map(|unit| unit.n).sum();
        let mut facts = vec![
            (lang.say(key::FACT_PERIOD), format!("{opened} – {closed}"), false),
            (lang.say(key::FACT_PUBLISHED), number::day(lang, publication.published_at), false),
            (lang.say(key::FACT_ANSWERS), number::count(lang, answers), false),
            (lang.say(key::FACT_DIGEST), publication.digest.to_owned(), true),
        ];
        if let Some(digest) = publication.supersedes {
            facts.push((lang.say(key::FACT_SUPERSEDES), digest.to_owned(), true));
        }
        facts
    }

    fn method(&self, lang: Lang) -> Vec<Cow<'static, str>> {
        let threshold = Arg::Count(self.publication.threshold.into());
        let level = number::level(lang, self.publication.confidence);
        vec![
            lang.say(match self.publication.rule {
                IndexRule::Top => key::METHOD_TOP,
                IndexRule::Points => key::METHOD_POINTS,
            }),
            lang.say(key::METHOD_WEIGHTS),
            lang.tell(key::METHOD_INTERVAL, &[("level", Arg::Text(&level))]).into(),
            lang.say(key::METHOD_EFFECTIVE),
            lang.tell(key::METHOD_THRESHOLD, &[("threshold", threshold)]).into(),
        ]
    }
}
