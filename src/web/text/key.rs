//! The key of every message, and the gaps it has. One list per file of words; tests hold them against each other.

mod citizen;
mod console;
mod console_field;
mod console_house;
mod ledger;
mod plan;
mod public;
mod refusal;
mod registry;
mod review;

pub use citizen::*;
pub use console::*;
pub use console_field::*;
pub use console_house::*;
pub use ledger::*;
pub use plan::*;
pub use public::*;
pub use refusal::*;
pub use registry::*;
pub use review::*;

/// Names one message of the locale files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    id: &'static str,
    gaps: &'static [&'static str],
}

impl Key {
    /// As in the Fluent files.
    pub fn id(self) -> &'static str {
        self.id
    }

    /// The names of the gaps to fill; where there are none, [`Lang::say`](super::Lang::say) is enough.
    pub fn gaps(self) -> &'static [&'static str] {
        self.gaps
    }
}

/// Every key.
pub fn all() -> impl Iterator<Item = Key> {
    to_citizens().chain(of_console())
}

/// Every key of the pages for everybody.
pub(super) fn to_citizens() -> impl Iterator<Item = Key> {
    [citizen::KEYS, refusal::KEYS, public::KEYS, ledger::KEYS].into_iter().flatten().copied()
}

/// Every key of the console, one list per file of words.
fn of_console() -> impl Iterator<Item = Key> {
    [
        console::KEYS,
        console_house::KEYS,
        console_field::KEYS,
        review::KEYS,
        plan::KEYS,
        registry::KEYS,
    ]
    .into_iter()
    .flatten()
    .copied()
}

/// One constant per message, and the list of them.
macro_rules! keys {
    ($($name:ident = $id:literal ($($gap:ident),*);)*) => {
        $(
            #[doc = concat!("`", $id, "`")]
            pub const $name: super::Key = super::Key { id: $id, gaps: &[$(stringify!($gap)),*] };
        )*
        pub(super) const KEYS: &[super::Key] = &[$($name),*];
    };
}
use keys;
