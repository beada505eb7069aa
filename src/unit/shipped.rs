//! The units and successions that come with the program. `src/unit/data/README.md` names their sources, licences and
//! what is unverified.

/// Gia Lai (code 64) and its 17 districts as of 2018.
pub const DISTRICTS_2018: &str = include_str!("data/districts_2018.csv");

/// The 14 communes of Kbang as of 2018; needs [`DISTRICTS_2018`].
pub const KBANG_COMMUNES_2018: &str = include_str!("data/kbang_communes_2018.csv");

/// The commune made in Kbang on 2024-11-01; needs [`DISTRICTS_2018`].
pub const KBANG_COMMUNES_2024: &str = include_str!("data/kbang_communes_2024.csv");

/// Gia Lai (code 52) and its 135 communes and wards from 2025-07-01.
pub const COMMUNES_2025: &str = include_str!("data/communes_2025.csv");

/// Who took over in Kbang on 2024-11-01.
pub const SUCCESSORS_2024: &str = include_str!("data/successors_2024.csv");

/// Who took over in Gia Lai and Bình Định on 2025-07-01: two provinces and 376 links between communes.
pub const SUCCESSORS_2025: &str = include_str!("data/successors_2025.csv");
