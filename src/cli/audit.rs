//! `khaosat audit`: who changed what, when and why.

use clap::Subcommand;

use super::desk::Shared;
use super::{Outcome, out};
use crate::clock::Millis;
use crate::store::audit::Entry;

/// Shows who changed what, when and why
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  khaosat audit list --after 1200 --limit 50")]
pub struct Args {
    #[command(flatten)]
    shared: Shared,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Lists entries, oldest first
    List {
        /// Only those behind this running number
        #[arg(long, value_name = "N", default_value_t = 0)]
        after: i64,
        /// At most so many
        #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..=100_000))]
        limit: i64,
    },
}

/// # Errors
/// When the audit log cannot be read.
pub fn run(args: &Args) -> Outcome {
    let Command::List { after, limit } = &args.command;
    let entries = args.shared.open()?.store.audit_after(*after, *limit)?;
    out::print(&entries.iter().map(line).collect::<String>())
}

fn line(entry: &Entry) -> String {
    let witness = entry.witness.as_ref().map(|w| format!(" with {w}")).unwrap_or_default();
    let detail = if entry.detail == "{}" { String::new() } else { format!("  {}", entry.detail) };
    let text = format!(
        "{}  {}  {}{witness}  {}  {}{detail}",
        entry.seq,
        Millis(entry.at).vietnam_minute(),
        entry.actor,
        entry.action,
        entry.subject
    );
    out::visible(&text) + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_one_line_whatever_it_holds() {
        let entry = Entry {
            seq: 7,
            at: 0,
            actor: "an".to_owned(),
            witness: Some("binh".to_owned()),
            action: "round.close".to_owned(),
            subject: "round\nx".to_owned(),
            detail: "{}".to_owned(),
        };
        assert_eq!(line(&entry), "7  1970-01-01 07:00  an with binh  round.close  round\\nx\n");
    }
}
