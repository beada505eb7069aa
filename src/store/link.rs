//! Links: looked up by a keyed digest of their code; the code itself is kept encrypted for printing until it is spent.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

use super::actor::Act;
use super::ask::{Ask, insert_asks};
use super::engine::batch;
use super::id::{CounterId, DossierId, LinkId, RoundId, ServiceId, UnitId};
use super::ledger::{self, Hash, LeafKind, Salt, commitment};
use super::schema::{counter, dossier, link, unit};
use super::tally::{Count, Kind, What};
use super::{Conn, Result, Store, StoreError};
use crate::clock::Millis;

/// A link to be issued.
#[derive(Clone, Debug)]
pub struct NewLink {
    /// Id.
    pub id: LinkId,
    /// Counter.
    pub counter_id: CounterId,
    /// Kind.
    pub kind: Kind,
    /// Keyed digest of the code.
    pub lookup: [u8; 16],
    /// The code, encrypted.
    pub code_enc: Vec<u8>,
    /// The dossier, for tickets.
    pub dossier_id: Option<DossierId>,
    /// When it ends by itself.
    pub expires_at: Option<Millis>,
}

/// What a survey page needs to know of a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Id.
    pub id: LinkId,
    /// Round.
    pub round_id: RoundId,
    /// Kind.
    pub kind: Kind,
    /// Counter.
    pub counter_id: CounterId,
    /// Unit of the counter.
    pub unit_id: UnitId,
    /// Counter's name.
    pub counter_name: String,
    /// Unit's name.
    pub unit_name: String,
    /// `ready`, `spent` or `void`.
    pub state: LinkState,
    /// When it ends by itself.
    pub expires_at: Option<Millis>,
}

super::actor::words! {
    /// Whether a link takes an answer.
    LinkState {
        /// Yes.
        Ready = "ready",
        /// It has had its one answer.
        Spent = "spent",
        /// It was made void.
        Void = "void",
    }
}

/// What dedup and sealing need to know of a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Unit of the counter.
    pub unit_id: UnitId,
    /// Counter.
    pub counter_id: CounterId,
    /// Kind.
    pub kind: Kind,
    /// Running number at its counter.
    pub serial: i64,
    /// Service, for tickets.
    pub service_id: Option<ServiceId>,
    /// Draw stratum, for tickets.
    pub stratum: Option<String>,
}

type FoundColumns = (
    link::id,
    link::round_id,
    link::kind,
    link::counter_id,
    counter::unit_id,
    counter::name,
    unit::name,
    link::state,
    link::expires_at,
);
const FOUND: FoundColumns = (
    link::id,
    link::round_id,
    link::kind,
    link::counter_id,
    counter::unit_id,
    counter::name,
    unit::name,
    link::state,
    link::expires_at,
);
type Found = (Vec<u8>, RoundId, String, CounterId, UnitId, String, String, String, Option<i64>);

/// What the leaf of a link made void commits to.
#[must_use]
pub fn void_commitment(id: LinkId, salt: &Salt) -> Hash {
    commitment(salt, &[&id.bytes()])
}

impl Store {
    /// Ids of the void links of a round.
    ///
    /// # Errors
    /// What the database says.
    pub fn void_links(&self, round_id: RoundId) -> Result<Vec<LinkId>> {
        let of = link::round_id.eq(round_id).and(link::state.eq(LinkState::Void.word()));
        self.read(|conn| {
            let ids = link::table.filter(of).order(link::id).select(link::id);
            ids.load::<Vec<u8>>(conn)?.into_iter().map(LinkId::try_from).collect()
        })
    }

    /// The link behind a code's keyed digest.
    ///
    /// # Errors
    /// What the database says.
    pub fn link_by_lookup(&self, lookup: &[u8; 16]) -> Result<Option<Link>> {
        self.read(|conn| {
            let found = link::table
                .inner_join(counter::table.inner_join(unit::table))
                .filter(link::lookup.eq(lookup.to_vec()))
                .select(FOUND)
                .first::<Found>(conn)
                .optional()?;
            found.map(read_link).transpose()
        })
    }

    /// A link by its id.
    ///
    /// # Errors
    /// What the database says.
    pub fn link(&self, id: LinkId) -> Result<Link> {
        self.read(|conn| {
            let found = link::table
                .inner_join(counter::table.inner_join(unit::table))
                .filter(link::id.eq(id.bytes()))
                .select(FOUND)
                .first::<Found>(conn)?;
            read_link(found)
        })
    }

    /// The code of a link that is not spent or void, encrypted.
    ///
    /// # Errors
    /// What the database says.
    pub fn link_code(&self, id: LinkId) -> Result<Option<Vec<u8>>> {
        self.read(|conn| Ok(link::table.find(id.bytes()).select(link::code_enc).first(conn)?))
    }

    /// Writes links; serial numbers follow the counter's last one of the kind.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`]; a second ready poster of a counter is refused by the database.
    pub fn issue_links(&self, act: &Act, round_id: RoundId, new: &[NewLink]) -> Result<()> {
        self.write(act, |tx| insert_links(tx.conn(), act.at, round_id, new))
    }

    /// Makes a link void; what it was spent for stays.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when it is spent or void.
    pub fn void_link(&self, act: &Act, id: LinkId) -> Result<()> {
        self.write(act, |tx| {
            let conn = tx.conn();
            // Nobody is written to about a link that is worth nothing.
            let of = link::table.filter(link::id.eq(id.bytes())).select(link::dossier_id);
            if let Some(of) = of.first::<Option<Vec<u8>>>(conn)? {
                erase_contact(conn, &of)?;
            }
            make_void(conn, act.at, id)
        })
    }

    /// Makes a link void and issues `new` in its place, for the same dossier if there is one; the serial of the new one.
    /// An invitation's mail is queued; any other kind is handed over, so that the dossier's address is erased.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when the old one is spent or void, or when no address is left for an invitation.
    pub fn replace_link(&self, act: &Act, old: LinkId, new: &Ask) -> Result<i64> {
        let (new, message_id) = (&new.link, &new.message_id);
        self.write(act, |tx| {
            let conn = tx.conn();
            let (round_id, dossier_id) = link::table
                .find(old.bytes())
                .select((link::round_id, link::dossier_id))
                .first::<(RoundId, Option<Vec<u8>>)>(conn)?;
            make_void(conn, act.at, old)?;
            match &dossier_id {
                Some(of) if message_id.is_none() => erase_contact(conn, of)?,
                Some(of) if holds_contact(conn, of)? => {}
                _ if message_id.is_some() => {
                    return Err(StoreError::Refused(
                        "no address is held any more, so no mail can bring another invitation; hand over a ticket \
                         (--by-ticket) or a paper form (--by-paper)"
                            .to_owned(),
                    ));
                }
                _ => {}
            }
            let dossier_id = dossier_id.map(DossierId::try_from).transpose()?;
            let link = NewLink { dossier_id, ..new.clone() };
            let asked = Ask { link, message_id: message_id.clone() };
            insert_asks(conn, act.at, round_id, std::slice::from_ref(&asked))?;
            let count = Count {
                round_id,
                counter_id: new.counter_id,
                kind: new.kind,
                what: What::Replaced,
                hour: act.at.hour(),
            };
            batch::add_to_tallies(conn, &BTreeMap::from([(count, 1)]))?;
            Ok(link::table.find(new.id.bytes()).select(link::serial).first::<i64>(conn)?)
        })
    }

    /// Where every link of a round comes from.
    ///
    /// # Errors
    /// What the database says.
    pub fn origins(&self, round_id: RoundId) -> Result<BTreeMap<LinkId, Origin>> {
        self.read(|conn| read_origins(conn, round_id, None))
    }

    /// Where some links of a round come from.
    ///
    /// # Errors
    /// What the database says.
    pub fn origins_of(
        &self,
        round_id: RoundId,
        ids: &BTreeSet<LinkId>,
    ) -> Result<BTreeMap<LinkId, Origin>> {
        let ids: Vec<Vec<u8>> = ids.iter().map(|id| id.bytes()).collect();
        let mut all = BTreeMap::new();
        for chunk in ids.chunks(CHUNK) {
            all.extend(self.read(|conn| read_origins(conn, round_id, Some(chunk)))?);
        }
        Ok(all)
    }
}

/// Ids in one query.
const CHUNK: usize = 500;

fn read_origins(
    conn: &mut Conn,
    round_id: RoundId,
    only: Option<&[Vec<u8>]>,
) -> Result<BTreeMap<LinkId, Origin>> {
    type Row = (Vec<u8>, UnitId, CounterId, String, i64, Option<ServiceId>, Option<String>);
    let mut rows = link::table
        .inner_join(counter::table)
        .left_join(dossier::table.on(link::dossier_id.eq(dossier::id.nullable())))
        .filter(link::round_id.eq(round_id))
        .select((
            link::id,
            counter::unit_id,
            link::counter_id,
            link::kind,
            link::serial,
            dossier::service_id.nullable(),
            dossier::stratum.nullable(),
        ))
        .into_boxed();
    if let Some(ids) = only {
        rows = rows.filter(link::id.eq_any(ids.to_vec()));
    }
    rows.load::<Row>(conn)?
        .into_iter()
        .map(|(id, unit_id, counter_id, kind, serial, service_id, stratum)| {
            let kind = read_kind(&kind)?;
            let origin = Origin { unit_id, counter_id, kind, serial, service_id, stratum };
            Ok((id.try_into()?, origin))
        })
        .collect()
}

/// Erases a dossier's address.
fn erase_contact(conn: &mut Conn, of: &[u8]) -> Result<()> {
    diesel::update(dossier::table.filter(dossier::id.eq(of)))
        .set(dossier::contact_enc.eq(None::<Vec<u8>>))
        .execute(conn)?;
    Ok(())
}

fn holds_contact(conn: &mut Conn, of: &[u8]) -> Result<bool> {
    let held = dossier::id.eq(of).and(dossier::contact_enc.is_not_null());
    Ok(dossier::table.filter(held).count().get_result::<i64>(conn)? > 0)
}

/// Takes a link out of use; its dossier, if any, stays asked and has no link any more.
pub(super) fn make_void(conn: &mut Conn, at: Millis, id: LinkId) -> Result<()> {
    let (round_id, counter_id, kind) = link::table
        .find(id.bytes())
        .select((link::round_id, link::counter_id, link::kind))
        .first::<(RoundId, CounterId, String)>(conn)?;
    let ready = link::id.eq(id.bytes()).and(link::state.eq(LinkState::Ready.word()));
    let changed = diesel::update(link::table.filter(ready))
        .set((
            link::state.eq(LinkState::Void.word()),
            link::code_enc.eq(None::<Vec<u8>>),
            link::dossier_id.eq(None::<Vec<u8>>),
        ))
        .execute(conn)?;
    if changed == 0 {
        return Err(StoreError::Refused("the link is spent or void already".to_owned()));
    }
    let subject = format!("void:{}", data_encoding::HEXLOWER.encode(&id.bytes()));
    ledger::record(conn, LeafKind::Void, Some(round_id), at, subject, |salt| {
        void_commitment(id, salt)
    })?;
    let kind = read_kind(&kind)?;
    let count = Count { round_id, counter_id, kind, what: What::Voided, hour: at.hour() };
    batch::add_to_tallies(conn, &BTreeMap::from([(count, 1)]))
}

pub(super) fn read_kind(word: &str) -> Result<Kind> {
    Kind::from_word(word).ok_or(StoreError::Corrupt { what: "link kind" })
}

fn read_link(found: Found) -> Result<Link> {
    let (id, round_id, kind, counter_id, unit_id, counter_name, unit_name, state, expires_at) =
        found;
    Ok(Link {
        id: id.try_into()?,
        round_id,
        kind: read_kind(&kind)?,
        counter_id,
        unit_id,
        counter_name,
        unit_name,
        state: LinkState::from_word(&state).ok_or(StoreError::Corrupt { what: "link state" })?,
        expires_at: expires_at.map(Millis),
    })
}

pub(super) fn insert_links(
    conn: &mut Conn,
    at: Millis,
    round_id: RoundId,
    new: &[NewLink],
) -> Result<()> {
    batch::hold_counters(conn, &new.iter().map(|one| one.counter_id.0).collect())?;
    let mut serials: BTreeMap<(CounterId, Kind), i64> = BTreeMap::new();
    let mut counts = BTreeMap::new();
    for one in new {
        let serial = match serials.get(&(one.counter_id, one.kind)) {
            Some(last) => last + 1,
            None => {
                let last = link::table
                    .filter(link::round_id.eq(round_id).and(link::counter_id.eq(one.counter_id)))
                    .filter(link::kind.eq(one.kind.word()))
                    .order(link::serial.desc())
                    .select(link::serial)
                    .first::<i64>(conn)
                    .optional()?;
                last.unwrap_or(0) + 1
            }
        };
        serials.insert((one.counter_id, one.kind), serial);
        diesel::insert_into(link::table)
            .values((
                link::id.eq(one.id.bytes()),
                link::round_id.eq(round_id),
                link::counter_id.eq(one.counter_id),
                link::kind.eq(one.kind.word()),
                link::serial.eq(serial),
                link::lookup.eq(one.lookup.to_vec()),
                link::code_enc.eq(Some(one.code_enc.clone())),
                link::dossier_id.eq(one.dossier_id.map(DossierId::bytes)),
                link::state.eq(LinkState::Ready.word()),
                link::expires_at.eq(one.expires_at.map(|t| t.0)),
                link::prints.eq(0),
            ))
            .execute(conn)?;
        let count = Count {
            round_id,
            counter_id: one.counter_id,
            kind: one.kind,
            what: What::Issued,
            hour: at.hour(),
        };
        *counts.entry(count).or_insert(0) += 1;
    }
    batch::add_to_tallies(conn, &counts)
}
