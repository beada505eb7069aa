//! Bundles: everything that somebody outside needs to compute a publication again. The public one holds figures, heads and
//! keys; the inspector's holds the sealed records too, and its digest stands in the publication.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::document::Document;
use super::records::{read_record, record_line, records_root};
use super::seal::Outcome;
use super::weigh::Sealed;
use super::{Desk, Result, RoundError, Rules, index, refused};
use crate::clock::Millis;
use crate::form::Form;
use crate::ledger::{self, Heads, Inclusion, SignedHead};
use crate::publish::canonical;
use crate::store::actor::{Act, Actor, Right};
use crate::store::dossier::{DossierCell, DossierCounts, Dossiers};
use crate::store::id::{FormVersionId, RoundId, UnitId};
use crate::store::ledger::{LeafKind, StoredLeaf};
use crate::store::margin::Margins;
use crate::store::publication::Publication;
use crate::store::round::{Round, State};
use crate::store::sealed::sealed_commitment;
use crate::store::unit::Unit;
use crate::vault::jwk;

/// Names the public bundle.
pub const PUBLIC: &str = "khaosat public bundle 1";
/// Names the inspector's bundle.
pub const INSPECTORS: &str = "khaosat inspector bundle 1";

/// A publication as it was signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedPublication {
    /// SHA-256 of the bytes, hex.
    pub digest: String,
    /// The canonical bytes, as text.
    pub bytes: String,
    /// Detached JWS over them.
    pub signature: String,
}

/// What anybody may have.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicBundle {
    /// Always `khaosat public bundle 1`.
    #[serde(rename = "type")]
    pub kind: String,
    /// All publications of the round, oldest first; the last one holds.
    pub publications: Vec<SignedPublication>,
    /// Signed tree heads.
    pub heads: Heads,
    /// Proofs that each head's tree begins with the one before it, oldest first.
    pub growth: Vec<ledger::ConsistencyProof>,
    /// Public keys (JWKS).
    pub keys: Vec<serde_json::Value>,
}

/// A unit as records name it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundledUnit {
    /// Number in the records.
    pub number: i32,
    /// Official code.
    pub code: String,
    /// Name.
    pub name: String,
}

/// Finished dossiers of one cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundledDossiers {
    /// Number of the unit.
    pub unit: i32,
    /// Service's code.
    pub service: String,
    /// Sex category, where known.
    pub sex: Option<String>,
    /// Age group category, where known.
    pub age_group: Option<String>,
    /// Finished.
    pub finished: i64,
    /// Drawn.
    pub drawn: i64,
    /// Answered.
    pub answered: i64,
}

/// The inputs of a publication. The SHA-256 of its canonical bytes is in the publication.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inputs {
    /// Code of the round.
    pub round: String,
    /// Source of the form.
    pub form: String,
    /// Units of the round.
    pub units: Vec<BundledUnit>,
    /// The sealed records in order of their ids, a line of the sealed tree each: JSON of id, unit, kind, service, sex, age
    /// group, stratum, N_h, n_h, PSU, excluded, answers (hex).
    pub records: Vec<String>,
    /// The margins.
    pub margins: Margins,
    /// Dossiers of the register.
    pub dossiers: Vec<BundledDossiers>,
}

/// The leaf of the seal, opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealProof {
    /// What was sealed: JSON with the root of the records and their counts.
    pub outcome: String,
    /// Salt of the leaf, hex.
    pub salt: String,
    /// Day of the leaf, ISO.
    pub day: String,
    /// Its place in the tree.
    pub inclusion: Inclusion,
    /// The head it is under.
    pub head: SignedHead,
}

/// What an inspector may have.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InspectorBundle {
    /// Always `khaosat inspector bundle 1`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The inputs.
    pub inputs: Inputs,
    /// What was sealed, and where the ledger says so.
    pub seal: SealProof,
    /// The publication that was computed from them.
    pub publication: SignedPublication,
}

fn signed(p: &Publication) -> SignedPublication {
    SignedPublication {
        digest: p.digest.clone(),
        bytes: String::from_utf8_lossy(&p.bytes).into_owned(),
        signature: p.signature.clone(),
    }
}

/// The public bundle of a published round.
///
/// # Errors
/// [`RoundError::Refused`] before the first publication.
pub fn public_bundle(desk: &Desk, code: &str) -> Result<PublicBundle> {
    let round = desk.store.round(code)?;
    let publications: Vec<_> = desk.store.publications(round.id)?.iter().map(signed).collect();
    if publications.is_empty() {
        return refused(format!("round {code} has no publication yet"));
    }
    let heads = ledger::heads(desk, ledger::HEADS_MAX)?;
    let sizes: Vec<u64> = heads.heads.iter().rev().map(|head| head.statement.size).collect();
    let growth = sizes
        .iter()
        .zip(sizes.iter().skip(1))
        .map(|(from, to)| ledger::consistency(&desk.store, *from, *to))
        .collect::<std::result::Result<_, _>>()?;
    let keys = desk.store.keys()?.iter().map(|k| jwk(&k.kid, &k.public_key)).collect();
    Ok(PublicBundle { kind: PUBLIC.to_owned(), publications, heads, growth, keys })
}

/// What a publication is computed from.
pub(super) fn inputs_of(desk: &Desk, sealed: &Sealed) -> Result<Inputs> {
    let dossiers = sealed
        .dossiers
        .iter()
        .map(|(cell, n)| BundledDossiers {
            unit: cell.unit.0,
            service: cell.service.clone(),
            sex: cell.sex.clone(),
            age_group: cell.age_group.clone(),
            finished: n.finished,
            drawn: n.drawn,
            answered: n.answered,
        })
        .collect();
    Ok(Inputs {
        round: sealed.round.code.clone(),
        form: desk.store.form(sealed.round.form_id)?.source,
        units: sealed
            .units
            .iter()
            .map(|u| BundledUnit { number: u.id.0, code: u.code.clone(), name: u.name.clone() })
            .collect(),
        records: sealed.records.iter().map(record_line).collect(),
        margins: sealed.margins.clone(),
        dossiers,
    })
}

/// The inspector's bundle of a published round; the reading is audited.
///
/// # Errors
/// [`RoundError::Refused`] before the first publication; whoever is no inspector may not.
pub fn inspector_bundle(desk: &Desk, actor: &Actor, code: &str) -> Result<InspectorBundle> {
    let at = desk.clock.now();
    let act = Act::new(actor, Right::ReadRecords, at, "bundle.read", format!("round {code}"));
    let round = desk.store.round(code)?;
    // Written first: nobody reads without a trace, whatever happens next.
    desk.store.write(&act, |_| Ok(()))?;
    let Some(publication) = desk.store.latest_publication(round.id)? else {
        return refused(format!("round {code} has no publication yet"));
    };
    let seal = seal_proof(desk, &round)?;
    let sealed = Sealed::read(desk, code)?;
    let inputs = inputs_of(desk, &sealed)?;
    let kind = INSPECTORS.to_owned();
    Ok(InspectorBundle { kind, inputs, seal, publication: signed(&publication) })
}

fn seal_proof(desk: &Desk, round: &Round) -> Result<SealProof> {
    let missing = || {
        RoundError::Refused(format!(
            "the seal of round {} is not under a signed head of the ledger; run khaosat verify {}",
            round.code, round.code
        ))
    };
    let outcome = round.outcome.clone().ok_or_else(missing)?;
    let leaf: StoredLeaf = desk
        .store
        .ledger_decisions(round.id)?
        .into_iter()
        .find(|stored| stored.leaf.kind == LeafKind::Sealed)
        .ok_or_else(missing)?;
    let salt = leaf.leaf.salt.ok_or_else(missing)?;
    let head = ledger::heads(desk, 1)?.heads.into_iter().next().ok_or_else(missing)?;
    Ok(SealProof {
        outcome,
        salt: data_encoding::HEXLOWER.encode(&salt),
        day: leaf.leaf.day.clone(),
        inclusion: ledger::inclusion(&desk.store, &leaf, head.statement.size)?,
        head,
    })
}

impl PublicBundle {
    /// The publications' documents.
    ///
    /// # Errors
    /// [`RoundError::Canonical`] for bytes that are none.
    pub fn documents(&self) -> Result<Vec<Document>> {
        let read =
            |p: &SignedPublication| serde_json::from_str(&p.bytes).map_err(RoundError::Canonical);
        self.publications.iter().map(read).collect()
    }
}

impl InspectorBundle {
    /// Computes everything again from the bundle alone; what does not agree, empty when all does.
    ///
    /// # Errors
    /// When the bundle cannot be read as what it says it is.
    pub fn check(&self) -> Result<Vec<String>> {
        let mut faults = Vec::new();
        let document: Document =
            serde_json::from_str(&self.publication.bytes).map_err(RoundError::Canonical)?;
        let digest = data_encoding::HEXLOWER
            .encode(&crate::vault::sha256(self.publication.bytes.as_bytes()));
        if digest != self.publication.digest {
            faults.push(format!("the publication's digest is {digest}"));
        }
        if canonical(&self.inputs)?.digest != document.inputs.bundle {
            faults.push("the inputs are not those that the publication names".to_owned());
        }
        faults.extend(self.seal_faults(&document));
        let sealed = self.sealed(&document)?;
        if records_root(&sealed.records) != document.outcome.records {
            faults.push("the records are not those that were sealed".to_owned());
        }
        faults.extend(super::audit::of_documents(&sealed, std::slice::from_ref(&document))?.faults);
        let parts = sealed.weigh()?;
        if index::figures(&sealed, &parts)? != document.figures {
            faults.push("the figures computed from the records are others".to_owned());
        }
        Ok(faults)
    }

    fn seal_faults(&self, document: &Document) -> Vec<String> {
        let seal = &self.seal;
        let mut faults = Vec::new();
        let outcome = serde_json::from_str::<Outcome>(&seal.outcome).ok();
        if outcome.as_ref() != Some(&document.outcome) {
            faults.push("the sealed outcome is not the published one".to_owned());
        }
        let (salt, root) = (ledger::unhex(&seal.salt), ledger::unhex(&seal.head.statement.root));
        let holds = salt.zip(root).is_some_and(|(salt, root)| {
            let leaf = crate::store::ledger::NewLeaf {
                kind: LeafKind::Sealed,
                round_id: None,
                day: seal.day.clone(),
                receipt: None,
                commitment: sealed_commitment(&seal.outcome, &salt),
                salt: None,
                subject: String::new(),
            };
            seal.inclusion.size == seal.head.statement.size
                && seal.inclusion.holds(&ledger::leaf_bytes(&leaf, &document.round), &root)
        });
        if !holds {
            faults.push("the seal is not under the signed head of the ledger".to_owned());
        }
        faults
    }

    /// The round as the document tells of it, with the bundle's records.
    fn sealed(&self, document: &Document) -> Result<Sealed> {
        let inputs = &self.inputs;
        let mut records = Vec::with_capacity(inputs.records.len());
        for (line, text) in (1..).zip(&inputs.records) {
            records.push(read_record(text).ok_or_else(|| {
                RoundError::Refused(format!("record {line} of the bundle cannot be read"))
            })?);
        }
        let unit = |u: &BundledUnit| Unit {
            id: UnitId(u.number),
            code: u.code.clone(),
            name: u.name.clone(),
            kind: String::new(),
            parent_id: None,
            valid_from: String::new(),
            valid_to: String::new(),
        };
        let dossiers: Dossiers = inputs
            .dossiers
            .iter()
            .map(|d| {
                let cell = DossierCell {
                    unit: UnitId(d.unit),
                    service: d.service.clone(),
                    sex: d.sex.clone(),
                    age_group: d.age_group.clone(),
                };
                let counts =
                    DossierCounts { finished: d.finished, drawn: d.drawn, answered: d.answered };
                (cell, counts)
            })
            .collect::<BTreeMap<_, _>>();
        let moment = |text: &str| Millis::parse(text).unwrap_or(Millis(0));
        let json = |value: serde_json::Result<String>| value.map_err(RoundError::Canonical);
        Ok(Sealed {
            round: Round {
                id: RoundId(0),
                code: document.round.clone(),
                form_id: FormVersionId(0),
                state: State::Published,
                opens_at: moment(&document.opened_at),
                closes_at: moment(&document.closed_at),
                grace_ms: 0,
                rules: json(serde_json::to_string(&document.rules))?,
                rules_digest: Some(document.rules_digest.clone()),
                amendments: document.amendments.to_string(),
                outcome: Some(self.seal.outcome.clone()),
                asked_digests: None,
            },
            rules: Rules::clone(&document.rules),
            form: Form::parse(&inputs.form, "the bundle's form")
                .map_err(|problems| RoundError::Form(problems.to_string()))?,
            units: inputs.units.iter().map(unit).collect(),
            records,
            margins: inputs.margins.clone(),
            dossiers,
        })
    }
}
