//! `GET /results`: every published round, and the scorecards.

use askama::Template;

use super::Link;
use crate::clock::Millis;
use crate::web::assets::Style;
use crate::web::number;
use crate::web::page::shell::{Shell, finished};
use crate::web::text::{Arg, Lang, key};

/// The list of what is published.
#[derive(Debug, Clone)]
pub struct ResultsPage<'a> {
    /// The rounds, newest first.
    pub rounds: Vec<RoundLine<'a>>,
    /// The scorecards, newest first.
    pub scorecards: Vec<Link<'a>>,
}

/// One published round.
#[derive(Debug, Clone, Copy)]
pub struct RoundLine<'a> {
    /// Its page and its title.
    pub link: Link<'a>,
    /// When it took answers.
    pub opened_at: Millis,
    /// When it stopped.
    pub closed_at: Millis,
    /// When its latest publication was made.
    pub published_at: Millis,
    /// How many units it covers.
    pub units: u64,
    /// How many answers were counted.
    pub answers: u64,
    /// Simulated, not answered by people.
    pub synthetic: bool,
    /// A one-tap round: apart, never in the index.
    pub apart: bool,
}

#[derive(Template)]
#[template(path = "results.html")]
struct Html<'a> {
    shell: Shell<'a>,
    rounds: Vec<(Link<'a>, String, bool, bool)>,
    scorecards: &'a [Link<'a>],
}

impl ResultsPage<'_> {
    /// Its part of the stylesheet.
    pub const STYLE: Style = Style::Public;

    /// The whole page.
    pub fn render(&self, lang: Lang) -> String {
        let mut shell = Shell::new(lang, Self::STYLE, lang.say(key::RESULTS_TITLE).into_owned());
        shell.description = Some(lang.say(key::RESULTS_DESCRIPTION).into_owned());
        let rounds = self
            .rounds
            .iter()
            .map(|round| (round.link, about(lang, round), round.synthetic, round.apart))
            .collect();
        finished(&Html { shell, rounds, scorecards: &self.scorecards })
    }
}

fn about(lang: Lang, round: &RoundLine<'_>) -> String {
    let units = lang.tell(key::UNITS, &[("count", Arg::Count(round.units))]);
    let answers = lang.tell(key::ANSWERS, &[("count", Arg::Count(round.answers))]);
    let args = [
        ("opened", Arg::Text(&number::day(lang, round.opened_at))),
        ("closed", Arg::Text(&number::day(lang, round.closed_at))),
        ("units", Arg::Text(&units)),
        ("answers", Arg::Text(&answers)),
        ("published", Arg::Text(&number::day(lang, round.published_at))),
    ];
    lang.tell(key::RESULTS_LINE, &args)
}
