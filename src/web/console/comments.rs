//! `/console/rounds/{round}/comments`: what people wrote, searched with or without marks and sorted by topic; and
//! `/console/topics`, the words that topics are made of.

use actix_web::http::StatusCode;
use askama::Template;

use super::Frame;
use super::frame::segment;
use super::reply::{Answer, Reply};
use super::visit::Visit;
use super::words::{self, Shown};
use crate::round::{self, CommentWish, RoundError};
use crate::store::id::SealedId;
use crate::web::text::{Lang, key};

struct Row {
    unit: String,
    shown: Vec<Shown>,
    topics: String,
}

struct Choice {
    id: String,
    label: String,
    here: bool,
}

#[derive(Template)]
#[template(path = "console_comments.html")]
struct List {
    frame: Frame,
    sealed: bool,
    masked: bool,
    path: String,
    q: String,
    topics: Vec<Choice>,
    units: Vec<Choice>,
    rows: Vec<Row>,
    looked_at: String,
    more: Option<String>,
}

fn asked(visit: &Visit, name: &str) -> String {
    visit.asked(name).unwrap_or_default().chars().take(200).collect()
}

/// Lists them.
pub fn list(visit: &Visit) -> Answer {
    let round = visit.round()?;
    let frame = visit.frame(visit.lang.say(key::NAV_COMMENTS));
    let path = format!("/console/rounds/{}/comments", segment(&round.code));
    let (q, topic, unit) = (asked(visit, "q"), asked(visit, "topic"), asked(visit, "unit"));
    let chosen = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let mut page = List {
        sealed: round.outcome.is_some(),
        masked: false,
        topics: Vec::new(),
        units: Vec::new(),
        rows: Vec::new(),
        looked_at: String::new(),
        more: None,
        path,
        q: q.clone(),
        frame,
    };
    if !page.sealed {
        return Reply::page(&page);
    }
    let wish = CommentWish { unit: chosen(&unit), topic: chosen(&topic), search: q.clone() };
    let after = visit.asked("after").and_then(SealedId::from_hex);
    let found = round::comments(&visit.desk, visit.actor()?, &round.code, &wish, after)?;
    let label = |topic: &crate::comment::Topic| match visit.lang {
        Lang::En => topic.en.clone(),
        _ => topic.vi.clone(),
    };
    let all = found.topics.all();
    page.masked = found.masked;
    page.topics = all
        .iter()
        .map(|one| Choice { id: one.id.clone(), label: label(one), here: one.id == topic })
        .collect();
    page.units = visit
        .desk
        .store
        .round_units(round.id)?
        .into_iter()
        .map(|one| Choice { here: one.code == unit, id: one.code, label: one.name })
        .collect();
    page.rows = found
        .rows
        .iter()
        .map(|one| Row {
            unit: one.unit.1.clone(),
            shown: words::shown(&page.frame, &one.parts),
            topics: all
                .iter()
                .filter(|topic| one.topics.contains(&topic.id))
                .map(label)
                .collect::<Vec<_>>()
                .join(" · "),
        })
        .collect();
    let n = i64::try_from(found.looked_at).unwrap_or(i64::MAX);
    page.looked_at = page.frame.say_count(key::COMMENTS_LOOKED_AT, n);
    page.more = found.next.map(|next| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in [("q", &q), ("topic", &topic), ("unit", &unit)] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        query.append_pair("after", &next.hex());
        format!("{}?{}", page.path, query.finish())
    });
    Reply::page(&page)
}

#[derive(Template)]
#[template(path = "console_topics.html")]
struct Topics {
    frame: Frame,
    source: String,
    wrong: Option<String>,
}

/// The list of topics.
pub fn topics(visit: &Visit) -> Answer {
    let frame =
        visit.frame(visit.lang.say(key::NAV_TOPICS)).telling(visit, "kept", key::TOPICS_KEPT);
    Reply::page(&Topics { frame, source: round::topics_source(&visit.desk)?, wrong: None })
}

/// Takes another list.
pub fn put_topics(visit: &Visit) -> Answer {
    let source = visit.field("source").replace("\r\n", "\n");
    match round::put_topics(visit.patient_desk(), visit.actor()?, &source, "topics") {
        Ok(_) => Ok(Reply::see("/console/topics?done=kept")),
        Err(RoundError::Refused(words)) => {
            let frame = visit.frame(visit.lang.say(key::NAV_TOPICS));
            let page = Topics { frame, source, wrong: Some(words) };
            Reply::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(error) => Err(error.into()),
    }
}
