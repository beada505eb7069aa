//! Ids as types of their own, so that a round's id is never taken for a unit's.

use diesel_derive_newtype::DieselNewType;
use serde::{Deserialize, Serialize};

use super::StoreError;

macro_rules! number_ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, DieselNewType, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i32);
    )+ };
}

number_ids! {
    /// Surrogate id of a unit; codes get re-used, this never.
    UnitId,
    /// Id of a counter.
    CounterId,
    /// Id of a service.
    ServiceId,
    /// Id of a form version.
    FormVersionId,
    /// Id of a round.
    RoundId,
    /// Id of an account.
    AccountId,
    /// Id of a weight run.
    WeightRunId,
}

macro_rules! random_ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; 16]);
        impl $name {
            /// The bytes for a column.
            #[must_use]
            pub fn bytes(self) -> Vec<u8> { self.0.to_vec() }
            /// 32 lower-case hex digits.
            #[must_use]
            pub fn hex(self) -> String { data_encoding::HEXLOWER.encode(&self.0) }
            /// Reads 32 hex digits.
            #[must_use]
            pub fn from_hex(text: &str) -> Option<Self> {
                let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok()?;
                bytes.try_into().ok().map(Self)
            }
        }
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.hex())
            }
        }
        impl TryFrom<Vec<u8>> for $name {
            type Error = StoreError;
            fn try_from(bytes: Vec<u8>) -> Result<Self, StoreError> {
                bytes.try_into().map(Self).map_err(|_| StoreError::Corrupt { what: stringify!($name) })
            }
        }
    )+ };
}

random_ids! {
    /// Id of a link; its code is something else and secret.
    LinkId,
    /// Id of a dossier here; its number is something else.
    DossierId,
    /// Id of a file of dossiers that is looked at, and of its import.
    ImportId,
    /// Id of a response: what its submission id becomes under the round's linking key. Sent again it meets itself, and
    /// nothing else can be read off it.
    ResponseId,
    /// Id of a sealed record: randomness only.
    SealedId,
    /// Id of a dossier on the call-back sheet; randomness only, so that it leads to no dossier here.
    CallbackId,
}
