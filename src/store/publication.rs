//! Publications: immutable, signed, addressed by digest; superseded, never edited.

use diesel::prelude::*;

use super::actor::Act;
use super::id::RoundId;
use super::ledger::{self, Hash, LeafKind, Salt, commitment};
use super::outbox::{self, Notice};
use super::round::{Change, State, move_round};
use super::schema::publication;
use super::{Result, Store};

/// A publication as stored.
#[derive(Clone, Debug, Queryable, Selectable, PartialEq, Eq)]
#[diesel(table_name = publication)]
pub struct Publication {
    /// SHA-256 of `bytes`, hex; its address.
    pub digest: String,
    /// Round.
    pub round_id: RoundId,
    /// 1 for the first of a round, then counting.
    pub number: i32,
    /// Canonical JSON (RFC 8785).
    pub bytes: Vec<u8>,
    /// Detached JWS over `bytes`.
    pub signature: String,
    /// Key that signed.
    pub kid: String,
    /// When.
    pub published_at: i64,
    /// The one it takes the place of.
    pub supersedes: Option<String>,
}

/// A publication without its bytes, for lists.
#[derive(Clone, Debug, Queryable, Selectable, PartialEq, Eq)]
#[diesel(table_name = publication)]
pub struct Head {
    /// Its address.
    pub digest: String,
    /// Round.
    pub round_id: RoundId,
    /// 1 for the first of a round, then counting.
    pub number: i32,
    /// When.
    pub published_at: i64,
}

/// What the leaf of a publication commits to.
#[must_use]
pub fn publication_commitment(digest: &str, salt: &Salt) -> Hash {
    commitment(salt, &[digest.as_bytes()])
}

impl Store {
    /// Stores a publication, queues the notices and moves the round to published, in one transaction.
    ///
    /// # Errors
    /// [`super::StoreError::Refused`] before indexing.
    pub fn publish(&self, act: &Act, new: &Publication, notices: &[Notice]) -> Result<()> {
        self.write(act, |tx| {
            let conn = tx.conn();
            let from = [State::Indexed, State::Published];
            move_round(conn, act.at, new.round_id, &from, State::Published, &Change::default())?;
            diesel::insert_into(publication::table)
                .values((
                    publication::digest.eq(&new.digest),
                    publication::round_id.eq(new.round_id),
                    publication::number.eq(new.number),
                    publication::bytes.eq(&new.bytes),
                    publication::signature.eq(&new.signature),
                    publication::kid.eq(&new.kid),
                    publication::published_at.eq(new.published_at),
                    publication::supersedes.eq(&new.supersedes),
                ))
                .execute(conn)?;
            let subject = format!("publication:{}", new.digest);
            ledger::record(
                conn,
                LeafKind::Publication,
                Some(new.round_id),
                act.at,
                subject,
                |salt| publication_commitment(&new.digest, salt),
            )?;
            outbox::queue(conn, &new.digest, act.at, notices)
        })
    }

    /// A publication by its digest.
    ///
    /// # Errors
    /// What the database says.
    pub fn publication(&self, digest: &str) -> Result<Option<Publication>> {
        self.read(|conn| {
            Ok(publication::table
                .find(digest)
                .select(Publication::as_select())
                .first(conn)
                .optional()?)
        })
    }

    /// The newest publication of a round.
    ///
    /// # Errors
    /// What the database says.
    pub fn latest_publication(&self, round_id: RoundId) -> Result<Option<Publication>> {
        self.read(|conn| {
            Ok(publication::table
                .filter(publication::round_id.eq(round_id))
                .order(publication::number.desc())
                .select(Publication::as_select())
                .first(conn)
                .optional()?)
        })
    }

    /// All publications of a round, oldest first.
    ///
    /// # Errors
    /// What the database says.
    pub fn publications(&self, round_id: RoundId) -> Result<Vec<Publication>> {
        self.read(|conn| {
            Ok(publication::table
                .filter(publication::round_id.eq(round_id))
                .order(publication::number)
                .select(Publication::as_select())
                .load(conn)?)
        })
    }

    /// The newest publication of every round that has one, by round.
    ///
    /// # Errors
    /// What the database says.
    pub fn latest_heads(&self) -> Result<Vec<Head>> {
        self.read(|conn| {
            let mut heads: Vec<Head> = publication::table
                .order((publication::round_id, publication::number.desc()))
                .select(Head::as_select())
                .load(conn)?;
            heads.dedup_by_key(|head| head.round_id);
            Ok(heads)
        })
    }
}
