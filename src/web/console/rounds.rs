//! `/console`: the rounds that one has to do with. The example of a page; see [`super`].

use askama::Template;

use super::Frame;
use super::frame::segment;
use super::reply::{Answer, Reply};
use super::visit::Visit;
use crate::store::Right;
use crate::store::round::State;
use crate::web::text::{Key, key};

struct Line {
    href: String,
    code: String,
    state: String,
    /// For the shape beside the word.
    word: &'static str,
    opens: String,
    closes: String,
}

#[derive(Template)]
#[template(path = "console_rounds.html")]
struct Html {
    frame: Frame,
    lines: Vec<Line>,
    /// Whether one has to do with rounds at all.
    counts: bool,
}

/// A round's state in words.
pub fn state_key(state: State) -> Key {
    match state {
        State::Planned => key::STATE_PLANNED,
        State::Open => key::STATE_OPEN,
        State::Closed => key::STATE_CLOSED,
        State::Flagged => key::STATE_FLAGGED,
        State::Sealed => key::STATE_SEALED,
        State::Weighed => key::STATE_WEIGHED,
        State::Indexed => key::STATE_INDEXED,
        State::Published => key::STATE_PUBLISHED,
    }
}

/// Lists them, newest first.
pub fn list(visit: &Visit) -> Answer {
    let mut frame = visit.frame(visit.lang.say(key::NAV_ROUNDS));
    if visit.actor()?.holds_everywhere(Right::RunRound) {
        frame = frame.acting("/console/rounds/new", key::PLAN_NEW);
    }
    let counts = visit.may(Right::ReadCounts);
    let mut lines = Vec::new();
    if counts {
        for round in visit.desk.store.rounds()?.into_iter().rev() {
            let units = visit.desk.store.round_units(round.id)?;
            if visit.permitted(Right::ReadCounts, &units)?.is_empty() {
                continue;
            }
            lines.push(Line {
                href: format!("/console/rounds/{}", segment(&round.code)),
                state: frame.say(state_key(round.state)),
                word: round.state.word(),
                opens: frame.moment(round.opens_at),
                closes: frame.moment(round.closes_at),
                code: round.code,
            });
        }
    }
    Reply::page(&Html { frame, lines, counts })
}
