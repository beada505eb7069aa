//! Running counts: what pages show while a round is open, without counting responses.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::actor::words;
use super::engine::batch;
use super::id::{CounterId, RoundId};
use super::schema::tally;
use super::{Result, Store, StoreError};

words! {
    /// How a link reaches a person.
    Kind {
        /// One per counter, many answers; nobody was drawn.
        Poster = "poster",
        /// One per finished dossier, one answer.
        Ticket = "ticket",
        /// A ticket by e-mail.
        Invitation = "invitation",
        /// An enrolled tablet.
        Kiosk = "kiosk",
        /// A numbered paper form that lies at a counter; nobody was drawn.
        Paper = "paper",
        /// A numbered paper form in the place of a ticket or invitation: its holder was drawn.
        DrawnPaper = "drawn_paper",
    }
}

impl Kind {
    /// True where one link takes one answer.
    #[must_use]
    pub fn is_single(self) -> bool {
        matches!(self, Self::Ticket | Self::Invitation | Self::Paper | Self::DrawnPaper)
    }

    /// True where the people asked were drawn, so that the answers may make the official index.
    #[must_use]
    pub fn is_drawn(self) -> bool {
        matches!(self, Self::Ticket | Self::Invitation | Self::DrawnPaper)
    }

    /// True where answers come from sheets that people key in.
    #[must_use]
    pub fn is_paper(self) -> bool {
        matches!(self, Self::Paper | Self::DrawnPaper)
    }
}

words! {
    /// What is counted.
    What {
        /// Links issued.
        Issued = "issued",
        /// Links printed for the first time.
        Printed = "printed",
        /// Printed again.
        Reprinted = "reprinted",
        /// Made void.
        Voided = "voided",
        /// Issued in the place of one made void.
        Replaced = "replaced",
        /// Survey page opened.
        Opened = "opened",
        /// Answers stored.
        Stored = "stored",
        /// Answers withdrawn.
        Withdrawn = "withdrawn",
        /// Invitations that the mail server took.
        Mailed = "mailed",
        /// Reminders that the mail server took.
        Reminded = "reminded",
        /// Mails that went out once more because an earlier try may have arrived.
        PerhapsTwice = "perhaps_twice",
        /// Mails that were given up.
        Undelivered = "undelivered",
        /// People who wanted no further mail.
        Unsubscribed = "unsubscribed",
    }
}

/// A key of the running counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Count {
    /// Round.
    pub round_id: RoundId,
    /// Counter.
    pub counter_id: CounterId,
    /// Kind of link.
    pub kind: Kind,
    /// What is counted.
    pub what: What,
    /// Hour since the epoch.
    pub hour: i64,
}

impl Store {
    /// Adds to the running counts.
    ///
    /// # Errors
    /// What the database says.
    pub fn add_to_tallies(&self, counts: &BTreeMap<Count, i64>) -> Result<()> {
        if counts.is_empty() {
            return Ok(());
        }
        self.transaction(|conn| batch::add_to_tallies(conn, counts))
    }

    /// Sums over all hours: by counter, kind and what.
    ///
    /// # Errors
    /// What the database says.
    pub fn tallies(&self, round_id: RoundId) -> Result<BTreeMap<(CounterId, Kind, What), i64>> {
        let rows = self.read(|conn| {
            Ok(tally::table
                .filter(tally::round_id.eq(round_id.0))
                .select((tally::counter_id, tally::kind, tally::what, tally::n))
                .load::<Row>(conn)?)
        })?;
        sums(rows)
    }

    /// As [`Store::tallies`], of some counters.
    ///
    /// # Errors
    /// What the database says.
    pub fn tallies_of(
        &self,
        round_id: RoundId,
        counters: &[CounterId],
    ) -> Result<BTreeMap<(CounterId, Kind, What), i64>> {
        let rows = self.read(|conn| {
            Ok(tally::table
                .filter(tally::round_id.eq(round_id.0))
                .filter(
                    tally::counter_id.eq_any(counters.iter().map(|id| id.0).collect::<Vec<_>>()),
                )
                .select((tally::counter_id, tally::kind, tally::what, tally::n))
                .load::<Row>(conn)?)
        })?;
        sums(rows)
    }
}

type Row = (CounterId, String, String, i64);

fn sums(rows: Vec<Row>) -> Result<BTreeMap<(CounterId, Kind, What), i64>> {
    let mut sums = BTreeMap::new();
    for (counter, kind, what, n) in rows {
        let corrupt = || StoreError::Corrupt { what: "tally" };
        let kind = Kind::from_word(&kind).ok_or_else(corrupt)?;
        let what = What::from_word(&what).ok_or_else(corrupt)?;
        *sums.entry((counter, kind, what)).or_default() += n;
    }
    Ok(sums)
}
