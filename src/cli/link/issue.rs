//! `khaosat link poster` and `link ticket`.

use std::path::{Path, PathBuf};

use super::pictures::{self, Format};
use crate::cli::desk::Shared;
use crate::cli::{Outcome, file, out};
use crate::desk::Desk;
use crate::issue::{poster, print};
use crate::store::Actor;
use crate::store::tally::Kind;

#[derive(clap::Args)]
pub struct Posters {
    /// The round, planned or open
    round: String,
    /// Directory for pictures and links.csv; issues without printing if left out
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Kind of pictures
    #[arg(long, value_enum, default_value = "svg")]
    format: Format,
}

#[derive(clap::Args)]
pub struct Tickets {
    /// The round
    round: String,
    /// Directory for pictures and links.csv
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Kind of pictures
    #[arg(long, value_enum, default_value = "svg")]
    format: Format,
}

/// # Errors
/// When the round takes no links, or the directory cannot be written to.
pub fn posters(shared: &Shared, args: &Posters) -> Outcome {
    let (desk, actor) = shared.begin()?;
    let issued = poster::issue(&desk, &actor, &args.round)?;
    out::print(&format!("{} of round {} issued", out::count(issued, "poster"), args.round))?;
    match &args.out {
        Some(directory) => print(&desk, &actor, &args.round, Kind::Poster, directory, args.format),
        None => Ok(()),
    }
}

/// # Errors
/// When there is no ticket to print, or the directory cannot be written to.
pub fn tickets(shared: &Shared, args: &Tickets) -> Outcome {
    let (desk, actor) = shared.begin()?;
    print(&desk, &actor, &args.round, Kind::Ticket, &args.out, args.format)
}

fn print(
    desk: &Desk,
    actor: &Actor,
    round: &str,
    kind: Kind,
    directory: &Path,
    format: Format,
) -> Outcome {
    // First, so that nothing counts as printed when there is nowhere to write.
    file::private_directory(directory)?;
    let sheets = print::sheets(desk, actor, round, kind)?;
    pictures::write(desk, round, &sheets, directory, format)?;
    out::print(&format!("{} in {}", out::count(sheets.len(), kind.word()), directory.display()))
}
