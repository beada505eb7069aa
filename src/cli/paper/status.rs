//! `khaosat paper status`: which sheets wait for whom.

use crate::cli::desk::Shared;
use crate::cli::{Outcome, out};
use crate::store::StoreError;
use crate::store::link::Origin;
use crate::store::paper::Entry;
use crate::store::tally::What;

/// # Errors
/// When the round is not there.
pub fn run(shared: &Shared, round: &str) -> Outcome {
    let desk = shared.open()?;
    let round = desk.store.round(round)?;
    let units = desk.store.round_units(round.id)?;
    let origins = desk.store.origins(round.id)?;
    let tallies = desk.store.tallies(round.id)?;
    let sum = |wanted: What| -> i64 {
        let of_paper =
            tallies.iter().filter(|((_, kind, what), _)| kind.is_paper() && *what == wanted);
        of_paper.map(|(_, n)| n).sum()
    };
    let mut lines = Vec::new();
    let mut differ = 0;
    for (sheet, entries) in desk.store.paper_entries(round.id)? {
        let origin = origins.get(&sheet).ok_or(StoreError::Corrupt { what: "link's counter" })?;
        let Some(waits) = waits(&entries) else { continue };
        differ += usize::from(entries.len() == 2);
        let unit = units.iter().find(|unit| unit.id == origin.unit_id);
        let counters = desk.store.counters(&[origin.unit_id])?;
        let counter = counters.iter().find(|counter| counter.id == origin.counter_id);
        let place = format!(
            "{}/{}",
            unit.map(|unit| unit.code.as_str()).unwrap_or_default(),
            counter.map(|counter| counter.code.as_str()).unwrap_or_default()
        );
        lines.push(line(&place, origin, &waits));
    }
    lines.sort();
    let head = format!(
        "paper forms of round {}: {} issued, {} void, {} stored, {} differ",
        round.code,
        sum(What::Issued),
        sum(What::Voided),
        sum(What::Stored),
        differ
    );
    lines.insert(0, head);
    out::print(&lines.join("\n"))
}

fn line(place: &str, origin: &Origin, waits: &str) -> String {
    out::visible(&format!("  {} {place}-{}: {waits}", origin.kind, origin.serial))
}

/// What a sheet waits for; `None` once its answer is stored.
fn waits(entries: &[Entry]) -> Option<String> {
    match entries {
        [first] => Some(format!("keyed in by {}; waits for another person", first.by)),
        [first, second] if second.fields.is_some() => {
            let items = second.differing.clone().unwrap_or_default();
            let by = format!("keyed in by {} and {}", first.by, second.by);
            Some(match items.is_empty() {
                true => format!("{by}, who agree; run paper enter again to store it"),
                false => {
                    format!("{by}, who differ in {}; waits for a third person", items.join(", "))
                }
            })
        }
        _ => None,
    }
}
