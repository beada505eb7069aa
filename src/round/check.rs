//! What is stored against what the ledger says, row by row before sealing, by the sealed root after it.

use std::collections::{BTreeMap, BTreeSet};

use super::records::record_faults;
use super::sample::Arrivals;
use super::seal::Outcome;
use super::{Desk, Result, RoundError};
use crate::ledger::{LedgerError, commit_answer, walk};
use crate::store::flag::flags_commitment;
use crate::store::id::ResponseId;
use crate::store::ledger::{Hash, LeafKind, NewLeaf, Salt, StoredLeaf};
use crate::store::link::void_commitment;
use crate::store::margin::margins_commitment;
use crate::store::publication::publication_commitment;
use crate::store::response::withdrawal_commitment;
use crate::store::round::Round;
use crate::store::sealed::{SealedRecord, sealed_commitment};
use crate::vault::sha256;

impl From<LedgerError> for RoundError {
    fn from(error: LedgerError) -> Self {
        match error {
            LedgerError::Store(cause) => Self::Store(cause),
            LedgerError::Sign(cause) => cause.into(),
            LedgerError::Refused(sentence) => Self::Refused(sentence),
        }
    }
}

/// The leaves of one round, and what is wrong with the ledger as a whole and the audit trail.
struct Leaves {
    faults: Vec<String>,
    answers: BTreeMap<Hash, NewLeaf>,
    decisions: Vec<StoredLeaf>,
}

fn leaves(desk: &Desk, round: &Round) -> Result<Leaves> {
    let mut answers = BTreeMap::new();
    let mut decisions = Vec::new();
    let mut entries: BTreeMap<String, NewLeaf> = BTreeMap::new();
    let mut faults = walk(desk, |stored| {
        let leaf = &stored.leaf;
        if leaf.kind == LeafKind::Audit {
            entries.insert(leaf.subject.clone(), leaf.clone());
        } else if leaf.round_id == Some(round.id) {
            match leaf.receipt {
                Some(receipt) => {
                    answers.insert(receipt, leaf.clone());
                }
                None => decisions.push(stored.clone()),
            }
        }
    })?;
    faults.extend(audit_faults(desk, entries)?);
    Ok(Leaves { faults, answers, decisions })
}

/// Entries read in one go.
const PAGE: i64 = 1_000;

fn audit_faults(desk: &Desk, mut leaves: BTreeMap<String, NewLeaf>) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    let mut after = 0;
    loop {
        let page = desk.store.audit_after(after, PAGE)?;
        let Some(last) = page.last() else { break };
        after = last.seq;
        for entry in page {
            let leaf = leaves.remove(&format!("audit:{}", entry.seq));
            match leaf.and_then(|leaf| Some((leaf.commitment, leaf.salt?))) {
                None => faults.push(format!(
                    "audit entry {} has no leaf in the ledger: it was inserted",
                    entry.seq
                )),
                Some((commitment, salt)) if entry.commitment(&salt) != commitment => {
                    faults.push(format!("audit entry {} was edited", entry.seq));
                }
                Some(_) => {}
            }
        }
    }
    faults
        .extend(leaves.keys().map(|subject| format!("{subject} was deleted from the audit trail")));
    Ok(faults)
}

/// When the subject of a leaf says that it was recorded: its second or third part.
fn recorded_at(leaf: &NewLeaf) -> i64 {
    leaf.subject.split(':').filter_map(|part| part.parse().ok()).next_back().unwrap_or_default()
}

impl Leaves {
    fn of(&self, kind: LeafKind) -> impl Iterator<Item = &NewLeaf> {
        self.decisions.iter().map(|stored| &stored.leaf).filter(move |leaf| leaf.kind == kind)
    }

    fn latest(&self, kind: LeafKind) -> Option<&NewLeaf> {
        self.of(kind).max_by_key(|leaf| recorded_at(leaf))
    }

    /// Whether any of the latest leaves of a kind commits to this.
    fn says(&self, kind: LeafKind, content: impl Fn(&Salt) -> Hash) -> bool {
        let at = self.latest(kind).map(recorded_at);
        self.of(kind)
            .filter(|leaf| Some(recorded_at(leaf)) == at)
            .any(|leaf| leaf.salt.is_some_and(|salt| content(&salt) == leaf.commitment))
    }

    /// Links that are void without a leaf, or have a leaf and are not void.
    fn void_faults(&self, desk: &Desk, round: &Round) -> Result<Vec<String>> {
        let mut recorded: BTreeMap<&str, &NewLeaf> =
            self.of(LeafKind::Void).map(|leaf| (leaf.subject.as_str(), leaf)).collect();
        let mut faults = Vec::new();
        for id in desk.store.void_links(round.id)? {
            let name = data_encoding::HEXLOWER.encode(&id.bytes());
            let leaf = recorded.remove(format!("void:{name}").as_str());
            let good = leaf.is_some_and(|leaf| {
                leaf.salt.is_some_and(|salt| void_commitment(id, &salt) == leaf.commitment)
            });
            if !good {
                faults.push(format!("link {name} is void, but the ledger knows of no voiding"));
            }
        }
        faults.extend(recorded.keys().map(|subject| {
            let name = subject.trim_start_matches("void:");
            format!("link {name} was made void and is not any more: it was edited or deleted")
        }));
        Ok(faults)
    }

    fn margin_faults(&self, desk: &Desk, round: &Round) -> Result<Vec<String>> {
        let margins = desk.store.margins(round.id)?;
        let good = match self.latest(LeafKind::Margins) {
            None => margins.is_empty(),
            Some(_) => self.says(LeafKind::Margins, |salt| margins_commitment(&margins, salt)),
        };
        Ok(if good {
            Vec::new()
        } else {
            vec!["the margins are not those that were imported: they were edited".to_owned()]
        })
    }
}

/// What dedup looked at, once it has: SHA-256 in hex.
pub(super) fn flag_inputs(desk: &Desk, round: &Round) -> Result<Option<String>> {
    crate::ledger::number_all(&desk.store)?;
    let leaves = desk.store.ledger_decisions(round.id)?;
    let latest = leaves
        .iter()
        .map(|stored| &stored.leaf)
        .filter(|leaf| leaf.kind == LeafKind::Flags)
        .max_by_key(|leaf| recorded_at(leaf));
    Ok(latest.and_then(inputs_of))
}

fn inputs_of(leaf: &NewLeaf) -> Option<String> {
    leaf.subject.splitn(3, ':').nth(2).map(str::to_owned)
}

/// What of a round that is not sealed differs from the ledger; empty when nothing does.
pub(super) fn unsealed_faults(
    desk: &Desk,
    round: &Round,
    arrived: &Arrivals,
) -> Result<Vec<String>> {
    let mut leaves = leaves(desk, round)?;
    let mut faults = std::mem::take(&mut leaves.faults);
    faults.extend(answer_faults(arrived, &mut leaves));
    faults.extend(verdict_faults(desk, round, &leaves)?);
    faults.extend(flag_faults(desk, round, &leaves)?);
    faults.extend(leaves.void_faults(desk, round)?);
    faults.extend(leaves.margin_faults(desk, round)?);
    Ok(faults)
}

fn answer_faults(arrived: &Arrivals, leaves: &mut Leaves) -> Vec<String> {
    let mut faults = Vec::new();
    let withdrawals: BTreeMap<String, &StoredLeaf> = leaves
        .decisions
        .iter()
        .filter(|stored| stored.leaf.kind == LeafKind::Withdrawal)
        .map(|stored| (stored.leaf.subject.clone(), stored))
        .collect();
    let withdrawal = |id: ResponseId| withdrawals.get(&format!("withdrawal:{}", id.hex()));
    for row in &arrived.rows {
        let name = row.id.hex();
        match leaves.answers.remove(&sha256(row.tie.receipt.as_bytes())) {
            None => faults.push(format!(
                "response {name} has no leaf in the ledger: it was inserted past the intake"
            )),
            Some(leaf)
                if leaf.commitment
                    != commit_answer(row.id, &row.answers, &row.language, &row.tie) =>
            {
                faults.push(format!("response {name} of {} was edited", leaf.day));
            }
            Some(leaf) if withdrawal(row.id).is_some() => faults.push(format!(
                "response {name} of {} was withdrawn and stands there again",
                leaf.day
            )),
            Some(_) => {}
        }
    }
    for (id, tie) in &arrived.withdrawn {
        let name = id.hex();
        if leaves.answers.remove(&sha256(tie.receipt.as_bytes())).is_none() {
            faults.push(format!("withdrawn response {name} has no leaf in the ledger"));
        }
        let good = withdrawal(*id).is_some_and(|stored| {
            let leaf = &stored.leaf;
            leaf.salt.is_some_and(|salt| withdrawal_commitment(*id, &salt) == leaf.commitment)
        });
        if !good {
            faults.push(format!(
                "response {name} is marked as withdrawn, but the ledger knows of no withdrawal"
            ));
        }
    }
    let mut days: BTreeMap<&str, usize> = BTreeMap::new();
    for leaf in leaves.answers.values() {
        *days.entry(&leaf.day).or_default() += 1;
    }
    faults.extend(days.iter().map(|(day, n)| {
        format!("{n} answers of {day} are in the ledger, but not stored: they were deleted")
    }));
    faults
}

fn verdict_faults(desk: &Desk, round: &Round, leaves: &Leaves) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    // Subject without its time → the latest leaves on that response.
    let mut latest: BTreeMap<&str, (i64, Vec<&NewLeaf>)> = BTreeMap::new();
    for leaf in leaves.of(LeafKind::Verdict) {
        let Some((key, _)) = leaf.subject.rsplit_once(':') else { continue };
        let at = recorded_at(leaf);
        let slot = latest.entry(key).or_default();
        if at > slot.0 {
            *slot = (at, Vec::new());
        }
        if at == slot.0 {
            slot.1.push(leaf);
        }
    }
    let mut seen = BTreeSet::new();
    for verdict in desk.store.verdicts(round.id)?.values() {
        let name = verdict.response_id.hex();
        let key = format!("verdict:{name}");
        match latest.get(key.as_str()) {
            None => {
                faults.push(format!("the verdict on response {name} has no leaf: it was inserted"))
            }
            Some((_, leaves)) => {
                let good = leaves.iter().any(|leaf| {
                    leaf.salt.is_some_and(|salt| verdict.commitment(&salt) == leaf.commitment)
                });
                if !good {
                    faults.push(format!("the verdict on response {name} was edited"));
                }
            }
        }
        seen.insert(key);
    }
    let withdrawn: BTreeSet<String> = leaves
        .of(LeafKind::Withdrawal)
        .map(|leaf| leaf.subject.replace("withdrawal:", "verdict:"))
        .collect();
    for key in latest.keys() {
        if !seen.contains(*key) && !withdrawn.contains(*key) {
            let name = key.trim_start_matches("verdict:");
            faults.push(format!("the verdict on response {name} was deleted"));
        }
    }
    Ok(faults)
}

fn flag_faults(desk: &Desk, round: &Round, leaves: &Leaves) -> Result<Vec<String>> {
    let flags = desk.store.flags(round.id)?;
    let good = match leaves.latest(LeafKind::Flags).and_then(inputs_of) {
        None => flags.is_empty(),
        Some(inputs) => {
            leaves.says(LeafKind::Flags, |salt| flags_commitment(&inputs, &flags, salt))
        }
    };
    Ok(if good {
        Vec::new()
    } else {
        vec!["the flags are not those that dedup computed: they were edited".to_owned()]
    })
}

/// What of a sealed round differs from the ledger: records, counts, margins, publications.
pub(super) fn sealed_faults(
    desk: &Desk,
    round: &Round,
    records: &[SealedRecord],
) -> Result<Vec<String>> {
    let mut leaves = leaves(desk, round)?;
    let mut faults = std::mem::take(&mut leaves.faults);
    let outcome = round.outcome.as_deref().unwrap_or("{}");
    if !leaves.says(LeafKind::Sealed, |salt| sealed_commitment(outcome, salt)) {
        faults.push("the outcome of sealing is not what the ledger says: it was edited".to_owned());
    }
    let outcome: Outcome = serde_json::from_str(outcome).map_err(RoundError::Canonical)?;
    faults.extend(record_faults(&outcome, records));
    faults.extend(leaves.void_faults(desk, round)?);
    faults.extend(leaves.margin_faults(desk, round)?);
    let mut published: BTreeMap<String, &NewLeaf> = leaves
        .of(LeafKind::Publication)
        .map(|leaf| (leaf.subject.replace("publication:", ""), leaf))
        .collect();
    for publication in desk.store.publications(round.id)? {
        let digest = data_encoding::HEXLOWER.encode(&sha256(&publication.bytes));
        let leaf = published.remove(&publication.digest);
        let good = leaf.is_some_and(|leaf| {
            leaf.salt.is_some_and(|salt| publication_commitment(&digest, &salt) == leaf.commitment)
        });
        if !good {
            let number = publication.number;
            faults.push(format!(
                "publication {number} is not what the ledger says: it was edited or inserted"
            ));
        }
    }
    let deleted = published.keys().map(|digest| format!("publication {digest} was deleted"));
    faults.extend(deleted);
    Ok(faults)
}
