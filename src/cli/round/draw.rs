//! `khaosat round draw`: freezes a list, then draws it by a public random value.

use std::path::PathBuf;

use crate::cli::desk::Shared;
use crate::cli::{Failure, Outcome, file, out};
use crate::issue::draw::Strata;
use crate::issue::list;
use crate::round::Rules;
use crate::store::draw::List;

#[derive(clap::Args)]
pub struct Args {
    /// The round, open, with rules.draw
    round: String,
    /// Draws this list, which was frozen before; without it the dossiers that wait are frozen into a new one
    #[arg(long, value_name = "NUMBER", requires = "value")]
    list: Option<i32>,
    /// The public random value, as it was announced
    #[arg(long, value_name = "TEXT", requires = "list")]
    value: Option<String>,
    /// Writes the list hash,stratum, which may be published
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// # Errors
/// When nothing waits, the list is drawn by another value, or it was altered.
pub fn run(shared: &Shared, args: &Args) -> Outcome {
    let (desk, actor) = shared.begin()?;
    let round = desk.store.round(&args.round)?;
    let rules = Rules::read(&round.rules)?;
    let Some(rule) = &rules.draw else {
        return Err(Failure::new(format!(
            "round {} asks at once; drawn lists need [rules.draw] in its round.toml",
            args.round
        )));
    };
    let (list, told) = match (args.list, &args.value) {
        (Some(number), Some(value)) => {
            let drawn = list::draw(&desk, &actor, &round, number, value)?;
            let told = format!(
                "list {number} of round {} is drawn by {:?}: {} issued, {} queued",
                args.round,
                drawn.list.random.as_deref().unwrap_or_default(),
                out::count(drawn.tickets, "ticket"),
                out::count(drawn.invitations, "invitation")
            );
            (drawn.list, told)
        }
        _ => {
            let list = list::freeze(&desk, &actor, &round, rule)?;
            let told = frozen(&args.round, &rule.random, &list)?;
            (list, told)
        }
    };
    if let Some(path) = &args.out {
        file::write_private(path, &list.entries)?;
    }
    out::print(&told)
}

fn frozen(round: &str, random: &str, list: &List) -> Result<String, Failure> {
    let strata: Strata = serde_json::from_str(&list.strata)?;
    let mut text = format!(
        "list {} of round {round} is frozen at {}\nsha256   {}\n",
        list.number,
        list.frozen_at.vietnam_minute(),
        list.digest
    );
    for (code, stratum) in strata {
        text.push_str(&format!("stratum  {code}: {} of {}\n", stratum.drawn, stratum.listed));
    }
    text.push_str(&format!(
        "publish the digest now; when it is known: khaosat round draw {round} --list {} --value ...\nvalue    {random}",
        list.number
    ));
    Ok(text)
}
