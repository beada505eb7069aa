//! `khaosat round asked`: what an inspector needs to repeat, after sealing, who was asked.

use std::path::PathBuf;

use crate::cli::desk::Shared;
use crate::cli::{Outcome, file, out};
use crate::round;
use crate::table::BYTES_MAX;

#[derive(clap::Args)]
pub struct Args {
    /// The round, sealed
    round: String,
    /// File with a dossier number a line, to tell for each whether it was to be asked
    #[arg(long, value_name = "FILE")]
    numbers: Option<PathBuf>,
}

/// # Errors
/// Before sealing, or for anybody who is no inspector.
pub fn run(shared: &Shared, args: &Args) -> Outcome {
    let (desk, actor) = shared.begin()?;
    let keys = round::asked_keys(&desk, &actor, &args.round)?;
    let Some(path) = &args.numbers else {
        return out::print(&format!(
            "asked key  {}\nlist salt  {}\nBoth are as published at opening by their SHA-256.",
            keys.key, keys.salt
        ));
    };
    let text = file::read_text(path, BYTES_MAX)?;
    let mut told = String::from("number,hash,list,asked\n");
    for number in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let fate = round::was_asked(&desk, &args.round, number)?;
        let list = fate.list.map(|n| n.to_string()).unwrap_or_default();
        let asked = if fate.asked { "ticket" } else { "no ticket" };
        told.push_str(&format!("{},{},{list},{asked}\n", out::visible(number), fate.hash));
    }
    out::print(&told)
}
