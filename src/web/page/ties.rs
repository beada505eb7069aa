//! The units that a unit cannot be told apart from, in words.

use crate::web::text::{Arg, Lang, key};

/// Beyond this many they are counted, not named.
const NAMED_MAX: usize = 4;

/// Their names, how many they are, or that there is none.
pub(super) fn ties(lang: Lang, names: &[&str]) -> String {
    if names.is_empty() {
        lang.say(key::TIES_NONE).into_owned()
    } else if names.len() <= NAMED_MAX {
        names.join(", ")
    } else {
        let count = u64::try_from(names.len()).unwrap_or(u64::MAX);
        lang.tell(key::TIES_MANY, &[("count", Arg::Count(count))])
    }
}
