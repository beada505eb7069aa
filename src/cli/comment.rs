//! `khaosat comment`: what people wrote, searched and sorted by topic.

use std::path::PathBuf;

use clap::Subcommand;

use super::desk::Shared;
use super::{Failure, Outcome, file, out};
use crate::comment::TOPICS_BYTES_MAX;
use crate::round::{self, CommentWish, Part};
use crate::store::id::SealedId;

/// Reads the comments of a sealed round, and sets the topics they are sorted by
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  khaosat comment list 2018-kbang --topic waiting --as em
  khaosat comment list 2018-kbang --search \"dat dai\" --as em          marks need not be typed
  khaosat comment topics > topics.toml
  khaosat comment topics --file topics.toml --as binh

Reviewers read comments as they were written; for everybody else numbers, addresses and names of officials are hidden.")]
pub struct Args {
    #[command(flatten)]
    shared: Shared,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Lists comments of a sealed round
    List {
        /// The round, sealed
        round: String,
        /// Only of this unit, by its code
        #[arg(long, value_name = "CODE")]
        unit: Option<String>,
        /// Only with this topic
        #[arg(long, value_name = "ID")]
        topic: Option<String>,
        /// Only with these words, with or without marks
        #[arg(long, value_name = "WORDS", default_value = "")]
        search: String,
        /// Goes on behind this id
        #[arg(long, value_name = "HEX", value_parser = after)]
        after: Option<SealedId>,
    },
    /// Prints the list of topics, or takes another
    Topics {
        /// File with the new list (TOML)
        #[arg(long, value_name = "FILE")]
        file: Option<PathBuf>,
    },
}

fn after(text: &str) -> Result<SealedId, String> {
    SealedId::from_hex(text).ok_or_else(|| "an id has 32 hex digits".to_owned())
}

/// # Errors
/// Before sealing, for a wrong list, or for who may not.
pub fn run(args: &Args) -> Outcome {
    match &args.command {
        Command::List { round, unit, topic, search, after } => {
            let (desk, actor) = args.shared.begin()?;
            let wish =
                CommentWish { unit: unit.clone(), topic: topic.clone(), search: search.clone() };
            let page = round::comments(&desk, &actor, round, &wish, *after)?;
            let mut text = String::new();
            for row in &page.rows {
                let part = |part: &Part| match part {
                    Part::Text(text) => text.clone(),
                    Part::Hidden(what) => what.placeholder().to_owned(),
                };
                let shown: String = row.parts.iter().map(part).collect();
                let (code, _) = &row.unit;
                text.push_str(&format!(
                    "{code}  [{}]  {}\n",
                    row.topics.join(", "),
                    out::visible(&shown)
                ));
            }
            if let Some(next) = page.next {
                out::complain(&format!(
                    "looked at {}; go on with --after {}",
                    page.looked_at,
                    next.hex()
                ));
            }
            out::print(&text)
        }
        Command::Topics { file: None } => out::print(&round::topics_source(&args.shared.open()?)?),
        Command::Topics { file: Some(path) } => {
            let source = file::read_text(path, TOPICS_BYTES_MAX)?;
            let (desk, actor) = args.shared.begin()?;
            let n = round::put_topics(&desk, &actor, &source, &path.display().to_string())
                .map_err(Failure::from)?;
            out::print(&out::count(n, "topic"))
        }
    }
}
