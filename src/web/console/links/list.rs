//! `/console/rounds/{round}/links/list`: the links of one kind at one counter, paged by running number.

use askama::Template;

use super::{Places, kind_key, place_of};
use crate::store::Right;
use crate::store::tally::Kind;
use crate::web::console::reply::{Answer, Reply};
use crate::web::console::visit::Visit;
use crate::web::console::{Frame, Trouble};
use crate::web::text::key;

/// Links of one page.
const PAGE: usize = 50;

struct Line {
    serial: i64,
    state: String,
    word: &'static str,
    prints: i32,
    until: String,
    /// Puts the number into the form below.
    href: Option<String>,
}

#[derive(Template)]
#[template(path = "console_links_list.html")]
struct Html {
    frame: Frame,
    place: String,
    kind: &'static str,
    end: String,
    lines: Vec<Line>,
    more: Option<String>,
    voids: bool,
    replaces: bool,
    by_paper: bool,
    serial: String,
}

/// Lists them.
pub fn list(visit: &Visit) -> Answer {
    let round = visit.round()?;
    let places = Places::of(visit, round, Right::ReadCounts)?;
    let counter = places.named(visit.asked("counter").unwrap_or_default())?;
    let kind = visit.asked("kind").and_then(Kind::from_word).ok_or(Trouble::Missing)?;
    let after = visit.asked("after").and_then(|n| n.parse().ok()).unwrap_or(0);
    let mut links =
        visit.desk.store.listed_links(round.id, counter.id, kind, after, PAGE as i64 + 1)?;
    let further = links.len() > PAGE;
    links.truncate(PAGE);
    let place = places.place(counter);
    let title = format!("{} · {} · {}", visit.lang.say(kind_key(kind)), counter.name, place);
    let frame = visit
        .frame(title)
        .under(place_of(round, "links"), visit.lang.say(key::NAV_LINKS))
        .telling(visit, "void", key::LINK_VOIDED)
        .telling(visit, "replaced", key::LINK_REPLACED);
    let voids = visit.may(Right::VoidLinks);
    let list = place_of(round, "links/list");
    let address = |name: &str, value: i64| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("counter", &place).append_pair("kind", kind.word());
        if name == "serial" && after > 0 {
            query.append_pair("after", &after.to_string());
        }
        format!("{list}?{}", query.append_pair(name, &value.to_string()).finish())
    };
    let last = links.last().map(|link| link.serial);
    let more = last.filter(|_| further).map(|serial| address("after", serial));
    let lines = links
        .into_iter()
        .map(|link| {
            let ended = link.expires_at.is_some_and(|end| end < visit.now);
            let (state, word) = match (link.is_void, ended) {
                (true, _) => (key::LINK_IS_VOID, ""),
                (false, true) => (key::LINK_ENDED, ""),
                (false, false) => (key::LINK_IN_USE, "open"),
            };
            Line {
                serial: link.serial,
                state: frame.say(state),
                word,
                prints: link.prints,
                until: frame
                    .day(link.expires_at.map_or(round.closes_at, |e| e.min(round.closes_at))),
                href: (voids && !link.is_void)
                    .then(|| format!("{}#end", address("serial", link.serial))),
            }
        })
        .collect();
    let page = Html {
        place: place.clone(),
        kind: kind.word(),
        end: place_of(round, "links/end"),
        lines,
        more,
        voids,
        replaces: kind != Kind::Kiosk,
        by_paper: matches!(kind, Kind::Ticket | Kind::Invitation),
        serial: visit.asked("serial").unwrap_or_default().to_owned(),
        frame,
    };
    Reply::page(&page)
}
