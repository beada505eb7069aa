//! One request to the console, as its handler sees it.

use std::collections::BTreeMap;

use actix_web::cookie::Cookie;
use secrecy::SecretString;

use super::cookie::Name;
use super::frame::Frame;
use super::multipart::Upload;
use super::route::Route;
use super::trouble::Trouble;
use crate::account::session::Signed;
use crate::clock::Millis;
use crate::desk::Desk;
use crate::store::id::UnitId;
use crate::store::round::Round;
use crate::store::unit::Unit;
use crate::store::{Actor, Right};
use crate::web::State;
use crate::web::text::Lang;

/// One request.
pub struct Visit {
    /// Database (the console's own pool), keys, clock.
    pub desk: Desk,
    /// The server's state.
    pub state: State,
    /// The entry that led here.
    pub route: &'static Route,
    /// Language of the page.
    pub lang: Lang,
    /// Now.
    pub now: Millis,
    /// The address's path.
    pub path: String,
    /// Parts of the path by name.
    pub parts: BTreeMap<String, String>,
    /// What stands behind the question mark.
    pub query: Vec<(String, String)>,
    /// Fields of a posted form.
    pub fields: Vec<(String, String)>,
    /// Files of a posted form.
    pub uploads: Vec<Upload>,
    /// Who is signed in, as far as the route let pass.
    pub signed: Option<Signed>,
    /// The round that the path names.
    pub round: Option<Round>,
    /// The unit that the path names.
    pub unit: Option<Unit>,
    /// The token that a form carries back.
    pub token: String,
    /// What the browser kept of an earlier sign-in.
    pub known: Option<String>,
    /// The browser in words.
    pub browser: String,
}

fn find<'a>(list: &'a [(String, String)], name: &str) -> Option<&'a str> {
    list.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

impl Visit {
    /// Who acts.
    ///
    /// # Errors
    /// [`Trouble::Go`] to sign in, where the route let strangers pass.
    pub fn actor(&self) -> Result<&Actor, Trouble> {
        Ok(&self.signed()?.actor)
    }

    /// Who is signed in.
    ///
    /// # Errors
    /// As [`Visit::actor`].
    pub fn signed(&self) -> Result<&Signed, Trouble> {
        self.signed.as_ref().ok_or_else(|| Trouble::Go("/console/sign-in".to_owned()))
    }

    /// The round of a path with `{round}`.
    ///
    /// # Errors
    /// [`Trouble::Missing`] on a path without.
    pub fn round(&self) -> Result<&Round, Trouble> {
        self.round.as_ref().ok_or(Trouble::Missing)
    }

    /// The unit of a path with `{unit}`.
    ///
    /// # Errors
    /// [`Trouble::Missing`] on a path without.
    pub fn unit(&self) -> Result<&Unit, Trouble> {
        self.unit.as_ref().ok_or(Trouble::Missing)
    }

    /// A part of the path; "" where the path has none of that name.
    #[must_use]
    pub fn part(&self, name: &str) -> &str {
        self.parts.get(name).map(String::as_str).unwrap_or_default()
    }

    /// What the address asks for behind the question mark.
    #[must_use]
    pub fn asked(&self, name: &str) -> Option<&str> {
        find(&self.query, name)
    }

    /// A field of the form, trimmed; "" when it is missing.
    #[must_use]
    pub fn field(&self, name: &str) -> &str {
        find(&self.fields, name).unwrap_or_default().trim()
    }

    /// Every value of a field that may come several times.
    pub fn fields_of<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The file of a field.
    #[must_use]
    pub fn upload(&self, name: &str) -> Option<&Upload> {
        self.uploads.iter().find(|upload| upload.name == name)
    }

    /// A secret field, as it was typed.
    #[must_use]
    pub fn secret(&self, name: &str) -> SecretString {
        find(&self.fields, name).unwrap_or_default().to_owned().into()
    }

    /// Those of `units` for which who is signed in holds `right`, in their order; may be none.
    ///
    /// # Errors
    /// What the database says.
    pub fn permitted(&self, right: Right, units: &[Unit]) -> Result<Vec<Unit>, Trouble> {
        let actor = self.actor()?;
        if actor.holds_everywhere(right) {
            return Ok(units.to_vec());
        }
        let ids: Vec<UnitId> = units.iter().map(|unit| unit.id).collect();
        let held = match self.desk.store.permitted(actor, right, &ids) {
            Ok(held) => held,
            Err(crate::store::StoreError::Forbidden { .. }) => Vec::new(),
            Err(error) => return Err(error.into()),
        };
        Ok(units.iter().filter(|unit| held.contains(&unit.id)).cloned().collect())
    }

    /// Whether who is signed in holds a right for some unit: to show a link or a button.
    #[must_use]
    pub fn may(&self, right: Right) -> bool {
        self.signed.as_ref().is_some_and(|signed| signed.actor.holds_somewhere(right))
    }

    /// The server's own database connections, for steps of a round that take longer than a page may.
    #[must_use]
    pub fn patient_desk(&self) -> &Desk {
        &self.state.desk
    }

    /// The frame of a page with this title.
    #[must_use]
    pub fn frame(&self, title: impl Into<String>) -> Frame {
        Frame::of(self, title.into())
    }

    /// A cookie to be kept.
    #[must_use]
    pub fn keep(&self, name: Name, value: &str) -> Cookie<'static> {
        name.keep(value, self.state.settings.secure)
    }

    /// Takes a cookie away.
    #[must_use]
    pub fn forget(&self, name: Name) -> Cookie<'static> {
        name.forget(self.state.settings.secure)
    }
}
