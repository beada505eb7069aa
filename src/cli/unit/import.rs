//! `khaosat unit import`: units from a file or from those that come with the program, all or nothing.

use std::path::PathBuf;

use clap::ValueEnum;

use crate::cli::desk::Shared;
use crate::cli::{Failure, Outcome, file, imported, out};
use crate::store::actor::{Act, Right};
use crate::store::registry::{Prepared, prepare};
use crate::table::BYTES_MAX;
use crate::unit::shipped;

#[derive(clap::Args)]
pub struct Args {
    /// File of units
    #[arg(required_unless_present = "shipped")]
    file: Option<PathBuf>,
    /// Units that come with khaosat
    #[arg(long, value_name = "NAME", conflicts_with = "file")]
    shipped: Option<Shipped>,
}

/// Which units come with the program.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Shipped {
    /// Gia Lai (64) and its 17 districts
    #[value(name = "districts-2018")]
    Districts2018,
    /// The 14 communes of Kbang; after districts-2018
    #[value(name = "kbang-communes-2018")]
    KbangCommunes2018,
    /// The commune made in Kbang on 2024-11-01; after districts-2018
    #[value(name = "kbang-communes-2024")]
    KbangCommunes2024,
    /// Gia Lai (52) and its 135 communes and wards from 2025-07-01
    #[value(name = "communes-2025")]
    Communes2025,
}

impl Shipped {
    fn text(self) -> &'static str {
        match self {
            Self::Districts2018 => shipped::DISTRICTS_2018,
            Self::KbangCommunes2018 => shipped::KBANG_COMMUNES_2018,
            Self::KbangCommunes2024 => shipped::KBANG_COMMUNES_2024,
            Self::Communes2025 => shipped::COMMUNES_2025,
        }
    }
}

/// # Errors
/// Every wrong row, or a refusal; nothing is taken then.
pub fn run(shared: &Shared, args: &Args) -> Outcome {
    let (bytes, place) = match (&args.file, args.shipped) {
        (Some(path), _) => (file::read(path, BYTES_MAX)?, path.display().to_string()),
        (None, Some(shipped)) => {
            let name = shipped.to_possible_value().map(|v| v.get_name().to_owned());
            (shipped.text().as_bytes().to_vec(), name.unwrap_or_default())
        }
        (None, None) => return Err(Failure::new("name a file of units or --shipped NAME")),
    };
    let (desk, actor) = shared.begin()?;
    let Prepared { rows: written, counts: done, .. } = prepare(&desk.store, &bytes, &place)?;
    let act = Act::new(&actor, Right::ManageRegistry, desk.clock.now(), "unit.import", "units")
        .with(serde_json::json!({ "inserted": done.inserted, "updated": done.updated }));
    // Also when there is nothing to write: whoever may not is told so.
    desk.store.import_units(&act, &written)?;
    out::print(&imported::told("units", &done))
}
