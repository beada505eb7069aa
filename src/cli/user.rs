//! `khaosat user`: people and their roles.

use clap::Subcommand;
use jiff::civil::Date;

use super::desk::Shared;
use super::{Failure, Outcome, label, out, time};
use crate::account::{names, one_time};
use crate::desk::Desk;
use crate::store::actor::{Act, Actor, Right, Role};

/// Adds people and their roles, lists them
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  khaosat user add an --role system_admin                  the first account needs no --as
  khaosat user add binh --role province_admin --as an
  khaosat user add chi --role clerk --unit 625 --as an
  khaosat user link chi --as an                            another link to set a password, the old ones end

Who is added gets a link that sets the password once, within three days: hand it to the person alone.

Roles: system_admin, province_admin, reviewer, inspector, publisher; for one unit: unit_admin, clerk, paper_clerk.")]
pub struct Args {
    #[command(flatten)]
    shared: Shared,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Adds an account, or a role to one that is there
    Add {
        /// Account name: a letter, then letters, digits, '.', '_', '-' or '@'
        #[arg(value_parser = label::checked(names::check))]
        name: String,
        /// What the person is here for
        #[arg(long, value_parser = role)]
        role: Role,
        /// Unit that the role is held for, by its code
        #[arg(long, value_name = "CODE")]
        unit: Option<String>,
        /// Day on which the unit's code is read; today if left out
        #[arg(long, value_name = "DAY", value_parser = time::day)]
        on: Option<Date>,
        /// Address for notices
        #[arg(long, value_name = "ADDRESS", value_parser = label::address)]
        email: Option<String>,
    },
    /// Prints a new link to set a password once, within three days
    Link {
        /// Account
        name: String,
    },
    /// Lists accounts with their roles
    List,
}

fn role(word: &str) -> Result<Role, String> {
    Role::from_word(word).ok_or_else(|| {
        let known: Vec<&str> = Role::ALL.iter().map(|role| role.word()).collect();
        format!("there is no such role; the roles are {}", known.join(", "))
    })
}

/// # Errors
/// When the actor is no `system_admin`, or the unit is not there.
pub fn run(args: &Args) -> Outcome {
    match &args.command {
        Command::Add { name, role, unit, on, email } => {
            let desk = args.shared.open_or_begin()?;
            let actor = who_adds(&args.shared, &desk, *role)?;
            let unit = match unit {
                Some(code) => {
                    Some(desk.store.unit_on(code, &time::or_today(*on, &desk).to_string())?)
                }
                None => None,
            };
            let at = desk.clock.now();
            let subject = format!("account {name}");
            let act = Act::new(&actor, Right::ManageAccounts, at, "account.grant", subject).with(
                serde_json::json!({ "role": role.word(), "unit": unit.as_ref().map(|u| &u.code) }),
            );
            let unit_id = unit.as_ref().map(|u| u.id);
            desk.store.grant_role(&act, name, email.as_deref(), *role, unit_id)?;
            let held_for = unit.map(|u| format!(" for {} {}", u.code, u.name)).unwrap_or_default();
            let mut told = format!("{name} is {role}{held_for}");
            let known = desk.store.credential(name)?.is_some_and(|one| one.password_hash.is_some());
            if !known {
                told.push_str(&format!(
                    "\nset the password once, within three days: {}",
                    one_time::issue(&desk, &actor, name)?
                ));
            }
            out::print(&told)
        }
        Command::Link { name } => {
            let (desk, actor) = args.shared.begin()?;
            out::print(&one_time::issue(&desk, &actor, name)?)
        }
        Command::List => {
            let mut lines = String::new();
            for account in args.shared.open()?.store.accounts()? {
                let roles: Vec<String> = account
                    .roles
                    .iter()
                    .map(|(role, unit)| match unit {
                        Some(code) => format!("{role} for {code}"),
                        None => role.to_string(),
                    })
                    .collect();
                let email = account.email.map(|email| format!("  <{email}>")).unwrap_or_default();
                lines.push_str(&format!("{}  {}{email}\n", account.name, roles.join(", ")));
            }
            out::print(&lines)
        }
    }
}

/// Nobody can be asked to add the first account; it has to be the one that adds the others.
fn who_adds(shared: &Shared, desk: &Desk, role: Role) -> Result<Actor, Failure> {
    if shared.named().is_some() || !desk.store.has_no_account()? {
        return shared.actor(desk);
    }
    if role != Role::SystemAdmin {
        return Err(Failure::new(format!(
            "the first account is that of a {}, who adds the others",
            Role::SystemAdmin
        )));
    }
    Ok(Actor::Service("setup"))
}
