//! What surrounds every page of the console: menu, breadcrumb, one primary action, the languages, and how numbers and times
//! are written.

use super::route::{Menu, Need, Reach, Verb};
use super::routes::ROUTES;
use super::visit::Visit;
use crate::clock::Millis;
use crate::store::Actor;
use crate::store::session::Stage;
use crate::web::assets::Style;
use crate::web::number;
use crate::web::text::{Arg, Key, Lang};

/// A link with its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Where.
    pub href: String,
    /// What it says.
    pub label: String,
    /// Whether one is there.
    pub here: bool,
}

/// The frame of one page.
pub struct Frame {
    /// Language.
    pub lang: Lang,
    /// The page's title and heading.
    pub title: String,
    /// Who is signed in.
    pub who: Option<String>,
    /// Menu of the house.
    pub house: Vec<Line>,
    /// Code of the round that one is in, and its menu.
    pub round: Option<(String, Vec<Line>)>,
    /// The way here, outermost first; the page itself is not among them.
    pub crumbs: Vec<Line>,
    /// The one primary action, at top right.
    pub action: Option<Line>,
    /// What was just done.
    pub notice: Option<String>,
    /// The same page in the other languages.
    pub languages: Vec<(Lang, String)>,
    token: String,
}

impl Frame {
    /// The frame of `visit`'s page.
    pub(super) fn of(visit: &Visit, title: String) -> Self {
        let signed = visit.signed.as_ref().filter(|one| one.session.stage == Stage::Whole);
        let round = visit.round.as_ref().map(|round| round.code.as_str());
        let lines = |in_round: Option<&str>| match signed {
            Some(signed) => menu(&signed.actor, visit, in_round),
            None => Vec::new(),
        };
        let mut crumbs = Vec::new();
        if let (Some(round), Some(_)) = (round, signed)
            && visit.route.path != "/console/rounds/{round}"
        {
            let href = format!("/console/rounds/{}", segment(round));
            crumbs.push(Line { href, label: round.to_owned(), here: false });
        }
        Self {
            lang: visit.lang,
            title,
            who: signed.map(|signed| signed.actor.name().to_owned()),
            house: lines(None),
            round: round.map(|code| (code.to_owned(), lines(Some(code)))),
            crumbs,
            action: None,
            notice: None,
            languages: languages(visit),
            token: visit.token.clone(),
        }
    }

    /// The same with one more step of the breadcrumb.
    #[must_use]
    pub fn under(mut self, href: impl Into<String>, label: impl Into<String>) -> Self {
        self.crumbs.push(Line { href: href.into(), label: label.into(), here: false });
        self
    }

    /// The same with its primary action.
    #[must_use]
    pub fn acting(mut self, href: impl Into<String>, label: Key) -> Self {
        let label = self.say(label);
        self.action = Some(Line { href: href.into(), label, here: false });
        self
    }

    /// The same with what was just done, where the address says so: `?done=word`.
    #[must_use]
    pub fn telling(mut self, visit: &Visit, word: &str, text: Key) -> Self {
        if visit.asked("done") == Some(word) {
            self.notice = Some(self.say(text));
        }
        self
    }

    /// Words.
    #[must_use]
    pub fn say(&self, key: Key) -> String {
        self.lang.say(key).into_owned()
    }

    /// Words with one gap, a text.
    #[must_use]
    pub fn say_with(&self, key: Key, gap: &'static str, text: &str) -> String {
        self.lang.tell(key, &[(gap, Arg::Text(text))])
    }

    /// Words with one gap, a count.
    #[must_use]
    pub fn say_count(&self, key: Key, count: i64) -> String {
        let count = u64::try_from(count).unwrap_or_default();
        self.lang.tell(key, &[("count", Arg::Count(count))])
    }

    /// A count as the language writes it: 1.234.
    #[must_use]
    pub fn count(&self, n: i64) -> String {
        number::decimal(self.lang, n as f64, 0)
    }

    /// A share as a percentage: 84,5%; a dash where there is none.
    #[must_use]
    pub fn percent(&self, share: Option<f64>) -> String {
        share.map_or_else(|| "–".to_owned(), |share| number::percent(self.lang, share))
    }

    /// A minute and day in Vietnam.
    #[must_use]
    pub fn moment(&self, at: Millis) -> String {
        number::moment(self.lang, at)
    }

    /// A day in Vietnam.
    #[must_use]
    pub fn day(&self, at: Millis) -> String {
        number::day(self.lang, at)
    }

    /// The hidden field that every form carries; put into the page as it is.
    #[must_use]
    pub fn csrf(&self) -> String {
        format!("<input type=\"hidden\" name=\"csrf\" value=\"{}\">", self.token)
    }

    /// The console's style.
    #[must_use]
    pub fn css(&self) -> &'static str {
        Style::Console.css()
    }
}

/// One segment of a path.
pub(super) fn segment(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// The entries of a menu that `actor` may open; of the house, or of a round.
fn menu(actor: &Actor, visit: &Visit, in_round: Option<&str>) -> Vec<Line> {
    let shown = ROUTES.iter().filter(|route| route.verb == Verb::Get);
    shown
        .filter_map(|route| {
            let (label, href) = match (route.menu?, in_round) {
                (Menu::House(label), None) => (label, route.path.to_owned()),
                (Menu::Round(label), Some(code)) => {
                    (label, route.path.replace("{round}", &segment(code)))
                }
                _ => return None,
            };
            let Need::Right(right) = route.need else { return None };
            let may = match route.reach {
                Reach::Everywhere => actor.holds_everywhere(right),
                Reach::Somewhere | Reach::Unit => actor.holds_somewhere(right),
            };
            let here = route.path == visit.route.path;
            may.then(|| Line { href, label: visit.lang.say(label).into_owned(), here })
        })
        .collect()
}

/// This page in the languages in which the console is written; after a post, its address alone.
fn languages(visit: &Visit) -> Vec<(Lang, String)> {
    let kept = visit.query.iter().filter(|(name, _)| !matches!(name.as_str(), "lang" | "done"));
    let kept: Vec<&(String, String)> = kept.collect();
    let others = Lang::WHOLE.into_iter().filter(|lang| *lang != visit.lang);
    others
        .map(|lang| {
            let mut query = form_urlencoded::Serializer::new(String::new());
            for (name, value) in &kept {
                query.append_pair(name, value);
            }
            query.append_pair("lang", lang.tag());
            (lang, format!("{}?{}", visit.path, query.finish()))
        })
        .collect()
}
