//! `khaosat round status`.

use std::collections::BTreeMap;
use std::fmt::Display;

use crate::cli::desk::Shared;
use crate::cli::{Outcome, out};
use crate::clock::Millis;
use crate::round::{self, Status, TabletStatus};

#[derive(clap::Args)]
pub struct Args {
    /// The round
    round: String,
    /// Prints one JSON object
    #[arg(long, conflicts_with = "submissions")]
    json: bool,
    /// Prints the ids of all stored submissions, 32 hex digits a line; before sealing only
    #[arg(long)]
    submissions: bool,
}

/// # Errors
/// When there is no such round, or its submission ids are gone.
pub fn run(shared: &Shared, args: &Args) -> Outcome {
    let desk = shared.open()?;
    if args.submissions {
        return out::print(&round::submissions(&desk, &args.round)?.join("\n"));
    }
    let status = round::status(&desk, &args.round)?;
    if args.json {
        return out::print(&serde_json::to_string(&status)?);
    }
    out::print(&told(&status))
}

fn told(status: &Status) -> String {
    let minute = |text: &str| Millis::parse(text).map_or(text.to_owned(), Millis::vietnam_minute);
    format!(
        "round    {}\nstate    {}\nopens    {}\ncloses   {}\nlinks    {}\nanswers  {} stored, {} withdrawn; pages opened: {}\n\
         flags    {}\nverdicts {}\n{}{}{}{}{}",
        status.round,
        status.state,
        minute(&status.opens_at),
        minute(&status.closes_at),
        counts(&status.links),
        status.stored,
        status.withdrawn,
        status.opened,
        counts(&status.flags),
        status.verdicts,
        status.margin_faults.iter().map(|fault| format!("margins  {fault}\n")).collect::<String>(),
        status.frame.iter().map(|line| format!("frame    {line}\n")).collect::<String>(),
        asked(status),
        if status.mail.is_empty() {
            String::new()
        } else {
            format!("mail     {}\n", counts(&status.mail))
        },
        status.kiosks.iter().map(kiosk).collect::<String>()
    )
}

/// One line a tablet: who looks for the silent ones looks here.
fn kiosk(tablet: &TabletStatus) -> String {
    let minute = |text: &String| Millis::parse(text).map_or(text.clone(), Millis::vietnam_minute);
    let heard = match (&tablet.enrolled_at, &tablet.seen_at) {
        (None, _) => "not enrolled".to_owned(),
        (Some(_), None) => "never heard".to_owned(),
        (Some(_), Some(at)) => format!("heard {}", minute(at)),
    };
    format!(
        "kiosk    {}/{} {}: {}, {heard}, {} waiting{}\n",
        tablet.unit,
        tablet.counter,
        tablet.serial,
        tablet.state,
        tablet.waiting,
        if tablet.silent { "; SILENT" } else { "" }
    )
}

fn asked(status: &Status) -> String {
    let Some(asked) = &status.asked else { return String::new() };
    let mut text = format!("asked by key sha256 {}\n", asked.key_sha256);
    for list in &asked.lists {
        let drawn = match &list.random {
            Some(value) => format!("drawn by {value:?}"),
            None => "not drawn yet".to_owned(),
        };
        text.push_str(&format!("list {}   sha256 {}, {drawn}\n", list.number, list.sha256));
    }
    text
}

fn counts<K: Display>(of: &BTreeMap<K, i64>) -> String {
    if of.is_empty() {
        return "none".to_owned();
    }
    of.iter().map(|(what, n)| format!("{what} {n}")).collect::<Vec<_>>().join(", ")
}
