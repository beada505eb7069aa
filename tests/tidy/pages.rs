//! The pages a newcomer starts from.

use crate::support::places;

const PAGES: [&str; 4] = ["README.md", "ARCHITECTURE.md", "CHANGELOG.md", "LICENSE"];

/// Before the first of them is written there is nothing to start from; from then on all belong together.
#[test]
fn the_pages_of_the_root_come_together() {
    let (there, missing): (Vec<_>, Vec<_>) =
        PAGES.into_iter().partition(|page| places::root().join(page).exists());
    assert!(there.is_empty() || missing.is_empty(), "missing beside {there:?}: {missing:?}");
    for page in there {
        let size_bytes = places::root().join(page).metadata().unwrap().len();
        assert!(size_bytes > 200, "{page} says nothing");
    }
}
