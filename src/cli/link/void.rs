//! `khaosat link void` and `link replace`: an unused link becomes worthless, with a reason in the audit log.

use super::named::{Link, Named};
use crate::cli::desk::Shared;
use crate::cli::{Failure, Outcome, out};
use crate::issue::replace;
use crate::store::actor::{Act, Right};
use crate::store::tally::Kind;

#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    link: Named,
    /// Why, at least ten characters; it is audited
    #[arg(long)]
    reason: String,
}

#[derive(clap::Args)]
pub struct Replace {
    #[command(flatten)]
    link: Named,
    /// Gives the holder of a ticket or an invitation a numbered paper form instead
    #[arg(long)]
    by_paper: bool,
    /// Gives whom an invitation does not reach a ticket instead, to be printed
    #[arg(long, conflicts_with = "by_paper")]
    by_ticket: bool,
    /// Why, at least ten characters; it is audited
    #[arg(long)]
    reason: String,
}

fn reason(text: &str) -> Result<&str, Failure> {
    let text = text.trim();
    if text.chars().count() < crate::issue::print::REASON_CHARS_MIN {
        return Err(Failure::new("give a reason of at least ten characters; it is audited"));
    }
    Ok(text)
}

/// # Errors
/// For a mistyped code, one of another round, or a link that is spent or void.
pub fn run(shared: &Shared, args: &Args) -> Outcome {
    let reason = reason(&args.reason)?;
    let (desk, actor) = shared.begin()?;
    let Link { link, origin } = args.link.find(&desk)?;
    let subject = format!("round {}", args.link.round);
    let act = Act::new(&actor, Right::VoidLinks, desk.clock.now(), "link.void", subject)
        .on(origin.unit_id.0)
        .with(serde_json::json!({
            "kind": link.kind.word(),
            "counter": link.counter_name,
            "serial": origin.serial,
            "reason": reason,
        }));
    desk.store.void_link(&act, link.id)?;
    out::print(&format!("{} {} of {} is void", link.kind, origin.serial, link.counter_name))
}

/// # Errors
/// As [`run`]; for a round that takes no more links; for a paper form in the place of what is no ticket.
pub fn replace(shared: &Shared, args: &Replace) -> Outcome {
    let reason = reason(&args.reason)?;
    let (desk, actor) = shared.begin()?;
    let Link { link, origin } = args.link.find(&desk)?;
    let kind = match (args.by_paper, args.by_ticket) {
        (true, _) => Kind::DrawnPaper,
        (_, true) => Kind::Ticket,
        _ => link.kind,
    };
    let serial = replace::run(&desk, &actor, &link, &origin, kind, reason)?;
    let way = if kind == Kind::Invitation { "its mail is queued" } else { "to be printed" };
    out::print(&format!(
        "{} {} of {} is void; {kind} {serial} takes its place, {way}",
        link.kind, origin.serial, link.counter_name
    ))
}
