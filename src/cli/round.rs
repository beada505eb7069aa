//! `khaosat round`: the life of a round, a command per step.

mod asked;
mod audit;
mod callback;
mod close;
mod compare;
mod compute;
mod create;
mod dedup;
mod draw;
mod extend;
mod figures;
mod gate;
mod list;
mod open;
mod plan;
mod publish;
mod seal;
mod sheet;
mod status;
mod verdict;
mod withdraw;
mod year;

use clap::Subcommand;

use super::Outcome;
use super::desk::Shared;

/// Runs a round: create, plan, open, close, dedup, verdict, seal, weigh, index, publish
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  khaosat round create 2018-kbang --file round.toml --as binh
  khaosat round open 2018-kbang --as binh
  khaosat round status 2018-kbang
  khaosat round draw 2018-kbang --out list.csv --as binh
  khaosat round draw 2018-kbang --list 1 --value 482915 --as binh
  khaosat round close 2018-kbang --as binh
  khaosat round dedup 2018-kbang --as binh
  khaosat round verdict 2018-kbang --rule exact_duplicate --decision exclude --reason \"copied in one burst\" --as em
  khaosat round seal 2018-kbang --as giang --with hai
  khaosat round weigh 2018-kbang --as giang
  khaosat round index 2018-kbang --as giang
  khaosat round publish 2018-kbang --as giang --with ich

A round.toml:
  form = \"one-stop-shop\"                # one that comes with khaosat, or a file beside this one
  opens_at = \"2018-11-01T07:00\"         # Vietnamese time, or RFC 3339
  closes_at = \"2018-12-15T17:00\"
  [rules]
  title = \"Khảo sát Kbang 2018\"
  units = [\"625\"]
  units_on = \"2018-12-01\"               # codes get re-used: the day on which these are read
  [rules.draw]                          # drawn lists; without it tickets are given at once
  random = \"first prize of the lottery of the day behind the list's\"
  per_thousand = 250")]
pub struct Args {
    #[command(flatten)]
    shared: Shared,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Creates a round from a round.toml, or replaces the plan of one that is not open yet
    Create(create::Args),
    /// Tells how many to ask in each unit, and what precision to expect
    Plan(plan::Args),
    /// Opens a round and freezes its form, times and rules
    Open(open::Args),
    /// Shows state, links, answers and flags; no answer enters any of it
    Status(status::Args),
    /// Shows tickets, answers and silence of units and counters, and where to look
    Gate(gate::Args),
    /// Calls people back by an independent body: key, sheet, what was heard
    Callback(callback::Args),
    /// Lists all rounds
    List,
    /// Freezes a list of the dossiers that wait, or draws one by a public random value
    Draw(draw::Args),
    /// Shows an inspector the keys that decided who was asked, and checks numbers against them
    Asked(asked::Args),
    /// Moves the closing time; needs two persons and a reason, which is published
    Extend(extend::Args),
    /// Closes a round at or after its closing time; earlier with two persons and a reason
    Close(close::Args),
    /// Computes the flags of a closed round
    Dedup(dedup::Args),
    /// Lists the flags of a round, or decides on flagged answers
    Verdict(verdict::Args),
    /// Withdraws one answer; its withdrawal code is read from stdin
    Withdraw(withdraw::Args),
    /// Seals a round: cuts every tie between answers and people, for good
    Seal(seal::Args),
    /// Weighs a sealed round
    Weigh(compute::Args),
    /// Computes the sub-index of a weighed round and prints it
    Index(compute::Args),
    /// Publishes the figures of an indexed round; needs two publishers
    Publish(publish::Args),
    /// Writes the printed result sheet with the ledger's signed root
    Sheet(sheet::Args),
    /// Looks at everything ever published of a round for differences that tell how a few people answered
    Audit(audit::Args),
    /// Differences of two units of a round, or of two rounds, with their intervals
    Compare(compare::Args),
    /// Combines all sealed rounds of a year into one index per unit
    Year(year::Args),
}

/// # Errors
/// A refusal, which changes nothing.
pub fn run(args: &Args) -> Outcome {
    let shared = &args.shared;
    match &args.command {
        Command::Create(args) => create::run(shared, args),
        Command::Plan(args) => plan::run(shared, args),
        Command::Open(args) => open::run(shared, args),
        Command::Status(args) => status::run(shared, args),
        Command::Gate(args) => gate::run(shared, args),
        Command::Callback(args) => callback::run(shared, args),
        Command::List => list::run(shared),
        Command::Draw(args) => draw::run(shared, args),
        Command::Asked(args) => asked::run(shared, args),
        Command::Extend(args) => extend::run(shared, args),
        Command::Close(args) => close::run(shared, args),
        Command::Dedup(args) => dedup::run(shared, args),
        Command::Verdict(args) => verdict::run(shared, args),
        Command::Withdraw(args) => withdraw::run(shared, args),
        Command::Seal(args) => seal::run(shared, args),
        Command::Weigh(args) => compute::weigh(shared, args),
        Command::Index(args) => compute::index(shared, args),
        Command::Publish(args) => publish::run(shared, args),
        Command::Sheet(args) => sheet::run(shared, args),
        Command::Audit(args) => audit::run(shared, args),
        Command::Compare(args) => compare::run(shared, args),
        Command::Year(args) => year::run(shared, args),
    }
}
