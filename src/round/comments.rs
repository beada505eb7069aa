//! Comments of a sealed round: searched and sorted by topic, as they were written for reviewers, without what points at
//! people for the others who need them. Nobody reads those about his own unit.

use std::collections::{BTreeMap, BTreeSet};

use super::verdict::own_units;
use super::{Desk, Result, refused};
use crate::comment::{Hidden, Piece, SHIPPED_TOPICS, Search, Staff, Topics, mask};
use crate::store::actor::{Act, Actor, Right};
use crate::store::id::{SealedId, UnitId};
use crate::store::unit::Unit;

/// Which comments are wanted.
#[derive(Clone, Debug, Default)]
pub struct CommentWish {
    /// Of this unit alone, by its code.
    pub unit: Option<String>,
    /// With this topic.
    pub topic: Option<String>,
    /// With these words.
    pub search: String,
}

/// A piece of a comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// As it was written.
    Text(String),
    /// Something was here.
    Hidden(Hidden),
}

/// A comment as a person may see it.
#[derive(Clone, Debug)]
pub struct CommentRow {
    /// Its random id.
    pub id: SealedId,
    /// Unit's code and name.
    pub unit: (String, String),
    /// What is shown.
    pub parts: Vec<Part>,
    /// Ids of its topics.
    pub topics: Vec<String>,
}

/// Some comments of a round.
#[derive(Clone, Debug)]
pub struct CommentPage {
    /// Those found.
    pub rows: Vec<CommentRow>,
    /// How many were looked at.
    pub looked_at: usize,
    /// Where the next page begins; `None` behind the last.
    pub next: Option<SealedId>,
    /// What points at people is hidden.
    pub masked: bool,
    /// The list of topics.
    pub topics: Topics,
}

/// Comments on a page.
const SHOWN: usize = 50;
/// Comments looked at for a page, so that a search costs the same in a round of any size.
const LOOKED_AT: usize = 2_000;
const CHUNK: i64 = 500;

/// The list of topics in force.
///
/// # Errors
/// [`super::RoundError::Refused`] for a stored list that cannot be read.
pub fn topics(desk: &Desk) -> Result<Topics> {
    let stored = desk.store.topics()?;
    let source = stored.as_deref().unwrap_or(SHIPPED_TOPICS);
    Topics::parse(source, "topics").or_else(|error| refused(error.to_string()))
}

/// The list of topics in force, as it was written.
///
/// # Errors
/// What the database says.
pub fn topics_source(desk: &Desk) -> Result<String> {
    Ok(desk.store.topics()?.unwrap_or_else(|| SHIPPED_TOPICS.to_owned()))
}

/// Writes a new list of topics; how many topics it has.
///
/// # Errors
/// [`super::RoundError::Refused`] with place and line of a mistake.
pub fn put_topics(desk: &Desk, actor: &Actor, source: &str, place: &str) -> Result<usize> {
    let topics = Topics::parse(source, place).or_else(|error| refused(error.to_string()))?;
    let n = topics.all().len();
    let at = desk.clock.now();
    let act = Act::new(actor, Right::ManageRegistry, at, "topics.put", "topics of comments")
        .with(serde_json::json!({ "topics": n }));
    desk.store.put_topics(&act, source)?;
    Ok(n)
}

/// The names that are hidden.
///
/// # Errors
/// What the database says.
pub fn staff(desk: &Desk) -> Result<Staff> {
    let names = desk.store.staff()?;
    Ok(Staff::new(names.iter().map(|(_, name)| name.as_str())))
}

/// What of a comment is shown.
#[must_use]
pub(super) fn parts(comment: &str, staff: Option<&Staff>) -> Vec<Part> {
    let Some(staff) = staff else { return vec![Part::Text(comment.to_owned())] };
    let owned = |piece: Piece<'_>| match piece {
        Piece::Text(text) => Part::Text(text.to_owned()),
        Piece::Hidden(what) => Part::Hidden(what),
    };
    mask(comment, staff).into_iter().map(owned).collect()
}

/// What a reader has before his eyes, for searching: nobody finds what he may not see.
fn visible(parts: &[Part]) -> String {
    let text = |part: &Part| match part {
        Part::Text(text) => text.clone(),
        Part::Hidden(_) => " … ".to_owned(),
    };
    parts.iter().map(text).collect()
}

/// True when the actor reads comments as they were written; false when masked.
///
/// # Errors
/// [`crate::store::StoreError::Forbidden`] for those who read none.
pub(super) fn reads_raw(desk: &Desk, actor: &Actor, code: &str) -> Result<bool> {
    let at = desk.clock.now();
    let may = |right| {
        desk.store.permits(&Act::new(actor, right, at, "comment.read", format!("round {code}")))
    };
    if may(Right::ReadComments).is_ok() {
        return Ok(true);
    }
    may(Right::ReadMaskedComments)?;
    Ok(false)
}

/// Comments of a sealed round behind `after`.
///
/// # Errors
/// [`super::RoundError::Refused`] before sealing, or for an unknown unit or topic.
pub fn comments(
    desk: &Desk,
    actor: &Actor,
    code: &str,
    wish: &CommentWish,
    after: Option<SealedId>,
) -> Result<CommentPage> {
    let raw = reads_raw(desk, actor, code)?;
    let round = desk.store.round(code)?;
    if round.outcome.is_none() {
        return refused(format!(
            "round {code} is {}; comments are read once it is sealed",
            round.state
        ));
    }
    let units: Vec<Unit> = desk.store.round_units(round.id)?;
    let unit = wish
        .unit
        .as_ref()
        .map(|wanted| {
            let found = units.iter().find(|unit| unit.code == *wanted).map(|unit| unit.id);
            found.map_or_else(|| refused(format!("round {code} has no unit {wanted:?}")), Ok)
        })
        .transpose()?;
    let by_id: BTreeMap<UnitId, &Unit> = units.iter().map(|unit| (unit.id, unit)).collect();
    let own: BTreeSet<UnitId> = own_units(desk, actor)?;
    let topics = topics(desk)?;
    if let Some(topic) = &wish.topic
        && !topics.all().iter().any(|known| known.id == *topic)
    {
        return refused(format!("there is no topic {topic:?}"));
    }
    let staff = if raw { None } else { Some(staff(desk)?) };
    let search = Search::new(&wish.search);
    let mut page =
        CommentPage { rows: Vec::new(), looked_at: 0, next: after, masked: !raw, topics };
    loop {
        let chunk = desk.store.sealed_comments(round.id, unit, page.next, CHUNK)?;
        let last = chunk.len() < usize::try_from(CHUNK).unwrap_or(usize::MAX);
        for one in chunk {
            page.next = Some(one.id);
            page.looked_at += 1;
            if own.contains(&one.unit_id) {
                continue;
            }
            let parts = parts(&one.comment, staff.as_ref());
            let shown = visible(&parts);
            let topics: Vec<String> =
                page.topics.of(&shown).iter().map(|topic| topic.id.clone()).collect();
            let on_topic = wish.topic.as_ref().is_none_or(|topic| topics.contains(topic));
            if on_topic && search.finds(&shown) {
                let unit = by_id.get(&one.unit_id);
                let unit = unit.map_or_else(Default::default, |u| (u.code.clone(), u.name.clone()));
                page.rows.push(CommentRow { id: one.id, unit, parts, topics });
                if page.rows.len() >= SHOWN {
                    return Ok(page);
                }
            }
        }
        if last {
            page.next = None;
            return Ok(page);
        }
        if page.looked_at >= LOOKED_AT {
            return Ok(page);
        }
    }
}
