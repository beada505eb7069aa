//! `khaosat link void`: an unused link becomes worthless, with a reason in the audit log.

use crate::cli::desk::Shared;
use crate::cli::{Failure, Outcome, out};
use crate::issue::code::{Code, CodeKind};
use crate::store::StoreError;
use crate::store::actor::{Act, Right};

#[derive(clap::Args)]
pub struct Args {
    /// The round
    round: String,
    /// The code as printed, with or without dashes
    code: String,
    /// Why, at least ten characters; it is audited
    #[arg(long)]
    reason: String,
}

/// # Errors
/// For a mistyped code, one of another round, or a link that is spent or void.
pub fn run(shared: &Shared, args: &Args) -> Outcome {
    let reason = args.reason.trim();
    if reason.chars().count() < 10 {
        return Err(Failure::new("give a reason of at least ten characters; it is audited"));
    }
    let code = Code::parse(&args.code)?;
    if !matches!(code.kind(), CodeKind::Ticket | CodeKind::Poster) {
        return Err(Failure::new(
            "this is no code of a link; receipts and withdrawal codes are the citizen's",
        ));
    }
    let (desk, actor) = shared.begin()?;
    let round = desk.store.round(&args.round)?;
    let lookup = desk.vault.code_key()?.lookup(&code.compact());
    let link = desk.store.link_by_lookup(&lookup)?.filter(|link| link.round_id == round.id);
    let Some(link) = link else {
        return Err(Failure::new(format!("round {} has no link with this code", args.round)));
    };
    let origins = desk.store.origins(round.id)?;
    let origin = origins.get(&link.id).ok_or(StoreError::Corrupt { what: "link's counter" })?;
    let at = desk.clock.now();
    let act = Act::new(&actor, Right::VoidLinks, at, "link.void", format!("round {}", args.round))
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
