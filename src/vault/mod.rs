//! Keys that live outside the database: one directory (`keys_dir`), files for the owner alone, shared by all servers of
//! one database. Destroying a round's linking key is what makes sealing irreversible, whatever copies of the database exist.

mod accounts;
mod cipher;
mod codes;
mod day;
mod envelope;
mod file;
mod linking;
mod offline;
mod page;
mod signing;
mod tablet;

use std::path::{Path, PathBuf};
use std::sync::Mutex;

pub use accounts::AccountKey;
pub use cipher::{Secret, fill, mac, mac16, mac32, random, sha256};
pub use codes::CodeKey;
pub use envelope::{Reader, Recipient};
pub use linking::{LinkingKey, Tie, TieError};
pub use offline::OfflineKey;
pub use page::PageKey;
pub use signing::{SigningPair, jwk, verifying_key};
pub use tablet::{is_tablet_key, signed_by_tablet};

use crate::store::id::RoundId;

/// Why a key could not be used.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The directory or a file in it.
    #[error("the key file {} cannot be used", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        cause: std::io::Error,
    },
    /// Others may read a secret.
    #[error("the key file {} can be read by others; run: chmod 600 on it (700 on its directory)", path.display())]
    Exposed {
        /// Which.
        path: PathBuf,
    },
    /// Not what it should hold.
    #[error("the key file {} is damaged; restore it from where the keys are kept", path.display())]
    Damaged {
        /// Which.
        path: PathBuf,
    },
    /// The round's key is gone: it is sealed, or this server has another `keys_dir`.
    #[error(
        "the linking key of this round is not here; it is sealed, or keys_dir is not the one it was opened with"
    )]
    NoLinkingKey,
    /// The operating system gave no randomness.
    #[error("the operating system gave no randomness")]
    Randomness(#[source] getrandom::Error),
    /// The cryptographic library refused.
    #[error("a signing key could not be made or used")]
    Signing,
}

/// What the vault returns.
pub type Result<T> = std::result::Result<T, VaultError>;

/// The key directory.
#[derive(Debug)]
pub struct Vault {
    dir: PathBuf,
    day: Mutex<day::Cached>,
}

impl Vault {
    /// Opens the directory, making it (mode 700) when it is not there.
    ///
    /// # Errors
    /// [`VaultError::File`], [`VaultError::Exposed`].
    pub fn open(dir: &Path) -> Result<Self> {
        file::ensure_dir(dir)?;
        Ok(Self { dir: dir.to_owned(), day: Mutex::default() })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    fn linking_path(&self, round: RoundId) -> PathBuf {
        self.path(&format!("round-{}.linking", round.0))
    }

    /// Makes the linking key of a round, or finds the one that is there.
    ///
    /// # Errors
    /// [`VaultError::File`], [`VaultError::Randomness`].
    pub fn create_linking_key(&self, round: RoundId) -> Result<LinkingKey> {
        Ok(LinkingKey::from_master(&file::load_or_make(&self.linking_path(round))?))
    }

    /// The linking key of a round.
    ///
    /// # Errors
    /// [`VaultError::NoLinkingKey`] once it is destroyed.
    pub fn linking_key(&self, round: RoundId) -> Result<LinkingKey> {
        match file::load(&self.linking_path(round))? {
            Some(master) => Ok(LinkingKey::from_master(&master)),
            None => Err(VaultError::NoLinkingKey),
        }
    }

    /// True while the round's linking key is here.
    #[must_use]
    pub fn has_linking_key(&self, round: RoundId) -> bool {
        self.linking_path(round).exists()
    }

    /// Destroys the linking key of a round: overwritten, removed, both forced to disk. Doing it again is no error.
    ///
    /// # Errors
    /// [`VaultError::File`].
    pub fn destroy_linking_key(&self, round: RoundId) -> Result<()> {
        file::destroy(&self.linking_path(round))
    }

    /// The key that decides which dossiers of a round get a ticket.
    ///
    /// # Errors
    /// [`VaultError::File`], [`VaultError::Randomness`].
    pub fn asked_key(&self, round: RoundId) -> Result<Secret> {
        file::load_or_make(&self.path(&format!("round-{}.asked", round.0)))
    }

    /// The salt under which numbers stand in the drawn lists of a round.
    ///
    /// # Errors
    /// [`VaultError::File`], [`VaultError::Randomness`].
    pub fn draw_salt(&self, round: RoundId) -> Result<Secret> {
        file::load_or_make(&self.path(&format!("round-{}.salt", round.0)))
    }

    /// The key of link codes.
    ///
    /// # Errors
    /// [`VaultError::File`], [`VaultError::Randomness`].
    pub fn code_key(&self) -> Result<CodeKey> {
        Ok(CodeKey::from_master(&file::load_or_make(&self.path("links.key"))?))
    }

    /// The key of hidden page fields.
    ///
    /// # Errors
    /// [`VaultError::File`], [`VaultError::Randomness`].
    pub fn page_key(&self) -> Result<PageKey> {
        Ok(PageKey::from_master(&file::load_or_make(&self.path("pages.key"))?))
    }

    /// The key of accounts.
    ///
    /// # Errors
    /// [`VaultError::File`], [`VaultError::Randomness`].
    pub fn account_key(&self) -> Result<AccountKey> {
        Ok(AccountKey::from_master(&file::load_or_make(&self.path("accounts.key"))?))
    }

    /// Makes a new signing pair and keeps its private half as `sign-KID.der`.
    ///
    /// # Errors
    /// [`VaultError::File`], [`VaultError::Signing`].
    pub fn create_signing_pair(&self) -> Result<SigningPair> {
        let pair = SigningPair::generate()?;
        file::write_new(&self.path(&format!("sign-{}.der", pair.kid())), pair.private_der())?;
        Ok(pair)
    }

    /// The signing pair of a key id.
    ///
    /// # Errors
    /// [`VaultError::File`] when its file is not here, [`VaultError::Damaged`].
    pub fn signing_pair(&self, kid: &str) -> Result<SigningPair> {
        let name: String = kid.chars().filter(char::is_ascii_alphanumeric).collect();
        let path = self.path(&format!("sign-{name}.der"));
        let der = file::read(&path)?.ok_or_else(|| VaultError::File {
            path: path.clone(),
            cause: std::io::ErrorKind::NotFound.into(),
        })?;
        SigningPair::from_der(&der).map_err(|_| VaultError::Damaged { path })
    }

    /// Digest of a device under the key of `day` (days since the epoch): 64 bits of
    /// HMAC(day key, client address ‖ User-Agent). `None` for a day whose key is overwritten already.
    ///
    /// # Errors
    /// [`VaultError::File`], [`VaultError::Randomness`].
    pub fn device_digest(&self, day: i64, address: &str, user_agent: &str) -> Result<Option<u64>> {
        let mut cached = self.day.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        cached.digest(&self.path("day.key"), day, address, user_agent)
    }
}
