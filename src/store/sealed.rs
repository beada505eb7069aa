//! Sealing: the one transaction that cuts the ties, and what is left to weigh.

use diesel::prelude::*;

use super::actor::Act;
use super::id::{ResponseId, RoundId, SealedId, UnitId};
use super::ledger::{self, Hash, LeafKind, Salt, commitment};
use super::round::{Change, State, move_round};
use super::schema::{
    approval, dossier, dossier_seen, flag, link, outbox, paper_entry, response, review_case,
    sealed_comment, sealed_record, verdict,
};
use super::tally::Kind;
use super::{Result, Store, StoreError};

/// One answer after sealing: what weighing needs, under a new random id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedRecord {
    /// New random id.
    pub id: SealedId,
    /// Unit of the counter.
    pub unit_id: UnitId,
    /// Kind of link.
    pub kind: Kind,
    /// Service's code, empty = not stated.
    pub service: String,
    /// Sex category, empty = not stated.
    pub sex: String,
    /// Age group category, empty = not stated.
    pub age_group: String,
    /// Draw stratum.
    pub stratum: String,
    /// N_h: finished dossiers of the stratum; 0 where nobody was drawn.
    pub population: i64,
    /// n_h: drawn dossiers of the stratum; 1 where nobody was drawn.
    pub drawn: i64,
    /// Primary sampling unit (counter × day) under a random label.
    pub psu: i32,
    /// Left out by verdict.
    pub excluded: bool,
    /// Compact answer codes.
    pub answers: Vec<u8>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = sealed_record)]
struct Row {
    id: Vec<u8>,
    unit_id: UnitId,
    kind: String,
    service: String,
    sex: String,
    age_group: String,
    stratum: String,
    population: i64,
    drawn: i64,
    psu: i32,
    excluded: bool,
    answers: Vec<u8>,
}

impl TryFrom<Row> for SealedRecord {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: row.id.try_into()?,
            unit_id: row.unit_id,
            kind: Kind::from_word(&row.kind).ok_or(StoreError::Corrupt { what: "sealed kind" })?,
            service: row.service,
            sex: row.sex,
            age_group: row.age_group,
            stratum: row.stratum,
            population: row.population,
            drawn: row.drawn,
            psu: row.psu,
            excluded: row.excluded,
            answers: row.answers,
        })
    }
}

/// What sealing writes.
#[derive(Clone, Debug)]
pub struct Seal {
    /// The responses that were read; anything else stored by now is a fault.
    pub expected: Vec<ResponseId>,
    /// The records, already in shuffled order.
    pub records: Vec<SealedRecord>,
    /// Comments by unit, under random ids of their own.
    pub comments: Vec<(SealedId, UnitId, String)>,
    /// JSON with the counts that stay.
    pub outcome: String,
}

/// What the leaf of a seal commits to: the outcome with the root and the counts of the records.
#[must_use]
pub fn sealed_commitment(outcome: &str, salt: &Salt) -> Hash {
    commitment(salt, &[outcome.as_bytes()])
}

impl Store {
    /// Writes the sealed records and erases everything that ties an answer to a person, in one transaction.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when the round is not flagged or its responses changed since they were read.
    pub fn seal(&self, act: &Act, round_id: RoundId, seal: &Seal) -> Result<()> {
        self.write(act, |tx| {
            let conn = tx.conn();
            let change = Change { outcome: Some(seal.outcome.clone()), ..Change::default() };
            move_round(conn, act.at, round_id, &[State::Flagged], State::Sealed, &change)?;
            let stored = response::table
                .filter(response::round_id.eq(round_id.0))
                .count()
                .get_result::<i64>(conn)?;
            if usize::try_from(stored).ok() != Some(seal.expected.len()) {
                return Err(StoreError::Refused(
                    "responses changed while sealing; run round seal again".to_owned(),
                ));
            }
            for r in &seal.records {
                diesel::insert_into(sealed_record::table)
                    .values((
                        sealed_record::id.eq(r.id.bytes()),
                        sealed_record::round_id.eq(round_id.0),
                        sealed_record::unit_id.eq(r.unit_id),
                        sealed_record::kind.eq(r.kind.word()),
                        sealed_record::service.eq(&r.service),
                        sealed_record::sex.eq(&r.sex),
                        sealed_record::age_group.eq(&r.age_group),
                        sealed_record::stratum.eq(&r.stratum),
                        sealed_record::population.eq(r.population),
                        sealed_record::drawn.eq(r.drawn),
                        sealed_record::psu.eq(r.psu),
                        sealed_record::excluded.eq(r.excluded),
                        sealed_record::answers.eq(&r.answers),
                    ))
                    .execute(conn)?;
            }
            for (id, unit_id, comment) in &seal.comments {
                diesel::insert_into(sealed_comment::table)
                    .values((
                        sealed_comment::id.eq(id.bytes()),
                        sealed_comment::round_id.eq(round_id.0),
                        sealed_comment::unit_id.eq(unit_id),
                        sealed_comment::comment.eq(comment),
                    ))
                    .execute(conn)?;
            }
            let content = |salt: &Salt| sealed_commitment(&seal.outcome, salt);
            let subject = format!("sealed:{}", act.at.0);
            ledger::record(conn, LeafKind::Sealed, Some(round_id), act.at, subject, content)?;
            erase_ties(conn, round_id)
        })
    }

    /// The sealed records of a round, in order of their random id.
    ///
    /// # Errors
    /// What the database says.
    pub fn sealed_records(&self, round_id: RoundId) -> Result<Vec<SealedRecord>> {
        self.read(|conn| {
            sealed_record::table
                .filter(sealed_record::round_id.eq(round_id.0))
                .order(sealed_record::id)
                .select(Row::as_select())
                .load(conn)?
                .into_iter()
                .map(SealedRecord::try_from)
                .collect()
        })
    }
}

fn erase_ties(conn: &mut super::Conn, round_id: RoundId) -> Result<()> {
    super::ledger::destroy_salts(conn, round_id)?;
    // A mail server may know whom a Message-ID went to: after sealing nothing here knows which link that was.
    let links = link::table.filter(link::round_id.eq(round_id)).select(link::id.nullable());
    diesel::delete(outbox::table.filter(outbox::link_id.eq_any(links))).execute(conn)?;
    diesel::delete(flag::table.filter(flag::round_id.eq(round_id.0))).execute(conn)?;
    diesel::delete(review_case::table.filter(review_case::round_id.eq(round_id.0)))
        .execute(conn)?;
    // A request to decide names answers; that it was made, by whom and why stays.
    let proposals = approval::round_id.eq(round_id).and(approval::kind.eq("verdict"));
    diesel::update(approval::table.filter(proposals))
        .set(approval::detail.eq("{}"))
        .execute(conn)?;
    diesel::delete(verdict::table.filter(verdict::round_id.eq(round_id))).execute(conn)?;
    diesel::delete(response::table.filter(response::round_id.eq(round_id.0))).execute(conn)?;
    diesel::update(link::table.filter(link::round_id.eq(round_id)))
        .set((link::code_enc.eq(None::<Vec<u8>>), link::printed_enc.eq(None::<Vec<u8>>)))
        .execute(conn)?;
    let sheets = link::table.filter(link::round_id.eq(round_id)).select(link::id);
    diesel::update(paper_entry::table.filter(paper_entry::link_id.eq_any(sheets)))
        .set(paper_entry::fields_enc.eq(None::<Vec<u8>>))
        .execute(conn)?;
    diesel::update(dossier::table.filter(dossier::round_id.eq(round_id.0)))
        .set((
            dossier::number_mac.eq(None::<Vec<u8>>),
            dossier::number_enc.eq(None::<Vec<u8>>),
            dossier::contact_enc.eq(None::<Vec<u8>>),
        ))
        .execute(conn)?;
    diesel::delete(dossier_seen::table.filter(dossier_seen::round_id.eq(round_id.0)))
        .execute(conn)?;
    Ok(())
}
