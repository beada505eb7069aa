//! Options that commands share: which installation, who acts, and who is the second person.

use std::path::PathBuf;
use std::sync::Arc;

use super::Failure;
use crate::clock::SystemClock;
use crate::config::{self, ACTING, Config};
use crate::desk::Desk;
use crate::store::{Actor, Engine, Store};
use crate::vault::Vault;

// No doc comments on these two: clap would take them for the description of every command they are part of.

#[derive(clap::Args)]
pub struct Shared {
    /// Configuration file instead of khaosat.toml
    #[arg(long, value_name = "FILE", global = true, help_heading = "Installation")]
    config: Option<PathBuf>,
    /// Who acts, by account; KHAOSAT_AS does the same
    #[arg(long = "as", value_name = "USER", global = true, help_heading = "Installation")]
    acting: Option<String>,
}

#[derive(clap::Args)]
pub struct Second {
    /// Second person, where two are needed
    #[arg(long, value_name = "USER")]
    with: Option<String>,
}

/// A command works alone; one more for a reader within a writing step.
const CONNECTIONS: u32 = 2;

impl Shared {
    /// The configuration of this installation.
    ///
    /// # Errors
    /// Names file and line, or variable.
    pub fn config(&self) -> Result<Config, Failure> {
        Ok(Config::load(self.config.as_deref(), config::environment()?)?)
    }

    /// Database, keys and clock of an installation that is there.
    ///
    /// # Errors
    /// When it is not, so that a command in the wrong directory makes no second one.
    pub fn open(&self) -> Result<Desk, Failure> {
        let config = self.config()?;
        if let Engine::Sqlite(path) = Engine::parse(&config.database_url)?
            && !path.exists()
        {
            return Err(Failure::new(format!(
                "there is no database {} here; run this where khaosat.toml is, name it with --config, or begin one with: \
                 khaosat user add NAME --role system_admin",
                path.display()
            )));
        }
        named(&config)
    }

    /// The same, making database and keys where there are none yet.
    ///
    /// # Errors
    /// When the database cannot be opened or is newer than this binary.
    pub fn open_or_begin(&self) -> Result<Desk, Failure> {
        named(&self.config()?)
    }

    /// Who acts.
    ///
    /// # Errors
    /// When nobody is named or the account is not there.
    pub fn actor(&self, desk: &Desk) -> Result<Actor, Failure> {
        match self.named() {
            Some(name) => Ok(desk.store.actor(&name)?),
            None => Err(Failure::new(format!("say who acts with --as USER or {ACTING}"))),
        }
    }

    /// The installation and who acts in it.
    ///
    /// # Errors
    /// As [`Self::open`] and [`Self::actor`].
    pub fn begin(&self) -> Result<(Desk, Actor), Failure> {
        let desk = self.open()?;
        let actor = self.actor(&desk)?;
        Ok((desk, actor))
    }

    /// The name of who acts, if one is given.
    pub fn named(&self) -> Option<String> {
        self.acting.clone().or_else(|| std::env::var(ACTING).ok()).filter(|name| !name.is_empty())
    }
}

impl Second {
    /// The second person, if one is named: another than `first`.
    ///
    /// # Errors
    /// When it is the same person or the account is not there.
    pub fn person(&self, desk: &Desk, first: &Actor) -> Result<Option<Actor>, Failure> {
        let Some(name) = &self.with else { return Ok(None) };
        if name == first.name() {
            return Err(Failure::new(format!(
                "{name} cannot be the second person to himself; name another with --with"
            )));
        }
        Ok(Some(desk.store.actor(name)?))
    }

    /// The second person of a step that cannot do without.
    ///
    /// # Errors
    /// As [`Self::person`], and when nobody is named.
    pub fn needed(&self, desk: &Desk, first: &Actor) -> Result<Actor, Failure> {
        self.person(desk, first)?.ok_or_else(|| {
            Failure::new("this step needs two persons; name the second with --with USER")
        })
    }
}

/// Database, keys and the system's clock as configured. Without a configured `public_url` it is empty.
///
/// # Errors
/// When the database or the keys cannot be used.
pub fn open(config: &Config, connections: u32) -> Result<Desk, Failure> {
    let store = Store::open(&config.database_url, connections)?;
    let vault = Arc::new(Vault::open(&config.keys_dir)?);
    let public_url = config.public_url.clone().unwrap_or_default();
    Ok(Desk { store, vault, clock: Arc::new(SystemClock), public_url })
}

/// The desk of a command: what it prints and signs carries the address that a server here would listen on.
fn named(config: &Config) -> Result<Desk, Failure> {
    let mut desk = open(config, CONNECTIONS)?;
    if desk.public_url.is_empty() {
        desk.public_url = format!("http://{}", config.listen);
    }
    Ok(desk)
}
