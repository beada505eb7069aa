//! A link as a command names it: by its code, or by counter and running number where the code is lost.

use std::collections::BTreeMap;

use clap::ValueEnum;

use crate::cli::Failure;
use crate::desk::Desk;
use crate::issue::code::{Code, CodeKind};
use crate::store::StoreError;
use crate::store::id::{LinkId, RoundId};
use crate::store::link::{self, Origin};
use crate::store::tally::Kind;

#[derive(clap::Args)]
pub struct Named {
    /// The round
    pub round: String,
    /// The code as printed, with or without dashes; or name unit, counter, kind and serial
    #[arg(required_unless_present = "serial", conflicts_with = "serial")]
    code: Option<String>,
    /// Unit of the counter, where the code is lost
    #[arg(long, value_name = "CODE", requires = "serial")]
    unit: Option<String>,
    /// Counter
    #[arg(long, value_name = "CODE", requires = "serial")]
    counter: Option<String>,
    /// Kind of link
    #[arg(long, value_enum, default_value = "ticket")]
    kind: OfLink,
    /// Its running number at the counter, as printed
    #[arg(long, value_name = "N", requires_all = ["unit", "counter"])]
    serial: Option<i64>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum OfLink {
    /// One per counter
    Poster,
    /// One per dossier
    Ticket,
    /// A ticket by e-mail
    Invitation,
    /// An enrolled tablet
    Kiosk,
    /// A numbered form at a counter
    Paper,
    /// A numbered form in the place of a ticket
    DrawnPaper,
}

impl OfLink {
    fn kind(self) -> Kind {
        match self {
            Self::Poster => Kind::Poster,
            Self::Ticket => Kind::Ticket,
            Self::Invitation => Kind::Invitation,
            Self::Kiosk => Kind::Kiosk,
            Self::Paper => Kind::Paper,
            Self::DrawnPaper => Kind::DrawnPaper,
        }
    }
}

/// A link and where it comes from.
pub struct Link {
    /// The link.
    pub link: link::Link,
    /// Unit, counter, serial.
    pub origin: Origin,
}

impl Named {
    /// Finds it.
    ///
    /// # Errors
    /// For a mistyped code, or a link that the round does not have.
    pub fn find(&self, desk: &Desk) -> Result<Link, Failure> {
        let round = desk.store.round(&self.round)?;
        let origins = desk.store.origins(round.id)?;
        let link = match &self.code {
            Some(code) => by_code(desk, code)?,
            None => {
                let id = self.by_place(desk, round.id, &origins)?;
                id.map(|id| desk.store.link(id)).transpose()?
            }
        };
        let Some(link) = link.filter(|link| link.round_id == round.id) else {
            let missing = if self.code.is_some() { "with this code" } else { "of this number" };
            return Err(Failure::new(format!("round {} has no link {missing}", self.round)));
        };
        let origin = origins.get(&link.id).cloned();
        let origin = origin.ok_or(StoreError::Corrupt { what: "link's counter" })?;
        Ok(Link { link, origin })
    }

    fn by_place(
        &self,
        desk: &Desk,
        round: RoundId,
        origins: &BTreeMap<LinkId, Origin>,
    ) -> Result<Option<LinkId>, Failure> {
        let (Some(unit), Some(counter), Some(serial)) = (&self.unit, &self.counter, self.serial)
        else {
            return Ok(None);
        };
        let units = desk.store.round_units(round)?;
        let Some(unit) = units.iter().find(|one| one.code == *unit) else {
            return Err(Failure::new(format!("round {} has no unit {unit:?}", self.round)));
        };
        let counter = desk.store.counter(unit.id, counter)?;
        let wanted = |origin: &Origin| {
            origin.counter_id == counter.id
                && origin.kind == self.kind.kind()
                && origin.serial == serial
        };
        Ok(origins.iter().find(|(_, origin)| wanted(origin)).map(|(id, _)| *id))
    }
}

fn by_code(desk: &Desk, typed: &str) -> Result<Option<link::Link>, Failure> {
    let code = Code::parse(typed)?;
    if !matches!(code.kind(), CodeKind::Ticket | CodeKind::Poster) {
        return Err(Failure::new(
            "this is no code of a link; receipts and withdrawal codes are the citizen's",
        ));
    }
    let lookup = desk.vault.code_key()?.lookup(&code.compact());
    Ok(desk.store.link_by_lookup(&lookup)?)
}
