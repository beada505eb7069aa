//! `/console/audit`: the audit trail, newest first, searched without accents, each entry with its proof.

use askama::Template;

use super::reply::{Answer, Reply};
use super::visit::Visit;
use super::{Frame, Trouble};
use crate::clock::{DAY_MS, Millis};
use crate::ledger::{self, LedgerError};
use crate::store::audit::Entry;
use crate::unit::search_key;
use crate::web::text::key;

/// Entries of one page.
const PAGE: usize = 50;
/// Entries read at once.
const CHUNK: i64 = 500;
/// Entries looked through for one page; then a person says whether to look further.
const LOOKED_MAX: usize = 10_000;

struct Line {
    seq: i64,
    at: String,
    actor: String,
    witness: Option<String>,
    action: String,
    subject: String,
    facts: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "console_audit.html")]
struct Html {
    frame: Frame,
    lines: Vec<Line>,
    more: Option<String>,
    q: String,
    actor: String,
    action: String,
    from: String,
    to: String,
    looked: String,
}

/// What is looked for.
struct Wanted {
    q: String,
    actor: String,
    action: String,
    from: Option<Millis>,
    to: Option<Millis>,
}

impl Wanted {
    fn fits(&self, entry: &Entry) -> bool {
        let at = Millis(entry.at);
        let named = |name: &str| self.actor.is_empty() || name == self.actor;
        let in_time = self.from.is_none_or(|from| at >= from) && self.to.is_none_or(|to| at < to);
        let acted = self.action.is_empty() || entry.action.starts_with(&self.action);
        in_time
            && acted
            && (named(&entry.actor) || entry.witness.as_deref().is_some_and(named))
            && (self.q.is_empty() || {
                let all = format!(
                    "{} {} {} {} {}",
                    entry.actor,
                    entry.witness.as_deref().unwrap_or_default(),
                    entry.action,
                    entry.subject,
                    entry.detail
                );
                search_key(&all).contains(&self.q)
            })
    }
}

/// Midnight in Vietnam of an ISO day.
fn day(text: &str) -> Option<Millis> {
    if text.is_empty() { None } else { Millis::parse(&format!("{text}T00:00")).ok() }
}

/// Searches it.
pub fn list(visit: &Visit) -> Answer {
    let asked = |name: &str| -> String {
        visit.asked(name).unwrap_or_default().trim().chars().take(100).collect()
    };
    let (q, actor, action) = (asked("q"), asked("actor"), asked("action"));
    let (from, to) = (asked("from"), asked("to"));
    let wanted = Wanted {
        q: search_key(&q),
        actor: actor.clone(),
        action: action.clone(),
        from: day(&from),
        to: day(&to).map(|to| to.plus(DAY_MS)),
    };
    let mut before = visit.asked("before").and_then(|n| n.parse().ok()).unwrap_or(i64::MAX);
    let mut found: Vec<Entry> = Vec::new();
    let mut looked = 0;
    let mut ended = false;
    while found.len() < PAGE && looked < LOOKED_MAX && !ended {
        let chunk = visit.desk.store.audit_before(before, CHUNK)?;
        ended = chunk.len() < CHUNK as usize;
        for entry in chunk {
            // Older than the first day that is asked for: nothing further down is wanted.
            if wanted.from.is_some_and(|from| Millis(entry.at) < from.plus(-DAY_MS)) {
                ended = true;
                break;
            }
            (before, looked) = (entry.seq, looked + 1);
            if wanted.fits(&entry) {
                found.push(entry);
            }
            if found.len() == PAGE {
                ended = false;
                break;
            }
        }
    }
    let more = (!ended && looked > 0).then(|| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in
            [("q", &q), ("actor", &actor), ("action", &action), ("from", &from), ("to", &to)]
        {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        query.append_pair("before", &before.to_string());
        format!("/console/audit?{}", query.finish())
    });
    let frame = visit.frame(visit.lang.say(key::NAV_AUDIT));
    let lines = found.into_iter().map(|entry| line(&frame, entry)).collect();
    let looked = frame.say_count(key::AUDIT_LOOKED, looked as i64);
    Reply::page(&Html { frame, lines, more, q, actor, action, from, to, looked })
}

fn line(frame: &Frame, entry: Entry) -> Line {
    Line {
        seq: entry.seq,
        at: frame.moment(Millis(entry.at)),
        facts: facts(&entry.detail),
        actor: entry.actor,
        witness: entry.witness,
        action: entry.action,
        subject: entry.subject,
    }
}

/// The facts of an entry, as stored: names and values of the outermost object.
fn facts(detail: &str) -> Vec<(String, String)> {
    let Ok(serde_json::Value::Object(facts)) = serde_json::from_str(detail) else {
        return vec![(String::new(), detail.to_owned())];
    };
    let plain = |value: serde_json::Value| match value {
        serde_json::Value::String(text) => text,
        other => other.to_string(),
    };
    facts.into_iter().map(|(name, value)| (name, plain(value))).collect()
}

/// The proof that an entry is in the ledger, as a file.
pub fn proof(visit: &Visit) -> Answer {
    let seq: i64 = visit.part("entry").parse().map_err(|_| Trouble::Missing)?;
    let entry = visit.desk.store.audit_entry(seq)?.ok_or(Trouble::Missing)?;
    let failed = |error: &dyn std::error::Error| Trouble::Failed(error.to_string());
    let proof = match ledger::entry_proof(&visit.desk, &entry) {
        Ok(Some(proof)) => proof,
        Ok(None) => {
            return Err(Trouble::Refused(visit.lang.say(key::AUDIT_PROOF_WAITS).into_owned()));
        }
        Err(LedgerError::Store(error)) => return Err(error.into()),
        Err(error) => return Err(failed(&error)),
    };
    let bytes = serde_json::to_vec_pretty(&proof).map_err(|error| failed(&error))?;
    Ok(Reply::file("application/json", format!("khaosat-audit-{seq}.json"), bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_come_one_by_one_and_what_is_none_comes_whole() {
        let told = facts(r#"{"role":"clerk","before":{"n":1}}"#);
        let wanted = [("before", r#"{"n":1}"#), ("role", "clerk")];
        assert_eq!(told.len(), 2);
        for (name, value) in wanted {
            assert!(told.contains(&(name.to_owned(), value.to_owned())), "{told:?}");
        }
        assert_eq!(facts("nonsense"), [(String::new(), "nonsense".to_owned())]);
    }
}
