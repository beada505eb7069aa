//! `khaosat client`: API clients.

use clap::Subcommand;
use jiff::civil::Date;
use secrecy::ExposeSecret;

use super::desk::Shared;
use super::{Failure, Outcome, out, time};
use crate::account::client::{self, NewClient};
use crate::account::scope::{Scope, Scopes};

/// Adds, lists and disables API clients
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  khaosat client add kbang-portal --name \"Cổng Kbang\" --scopes results:read,scorecards:read --contact it@kbang.example --as an
  khaosat client add mot-cua --name \"Phần mềm một cửa\" --scopes dossiers:write --unit 625 --as an
  khaosat client disable kbang-portal --as an

The secret is printed once and kept as a digest only; who loses it gets a new client.")]
pub struct Args {
    #[command(flatten)]
    shared: Shared,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Adds a client and prints its secret, once
    Add {
        /// Public id: lower-case letters, digits, dots and dashes
        id: String,
        /// Who it is
        #[arg(long)]
        name: String,
        /// What it may do, separated by commas or spaces
        #[arg(long, value_name = "SCOPE", num_args = 1.., required = true, value_parser = scopes)]
        scopes: Vec<String>,
        /// Address that is told of publications
        #[arg(long, value_name = "ADDRESS")]
        contact: Option<String>,
        /// Unit whose dossiers it may report, by its code, with all below it; once for each
        #[arg(long = "unit", value_name = "CODE")]
        units: Vec<String>,
        /// Day on which these codes are read; today if left out
        #[arg(long, value_name = "DAY", value_parser = time::day)]
        on: Option<Date>,
    },
    /// Lists the clients that are not disabled
    List,
    /// Disables a client for good; tokens it holds open nothing any more
    Disable {
        /// Id of the client
        id: String,
    },
}

/// Words as tokens carry them, with spaces between.
fn scopes(text: &str) -> Result<String, String> {
    let words = text.replace(',', " ");
    match Scopes::parse(&words) {
        Ok(_) => Ok(words),
        Err(error) => {
            let meaning = |scope: &Scope| format!("\n  {scope}: {}", scope.meaning());
            Err(format!("{error}{}", Scope::ALL.iter().map(meaning).collect::<String>()))
        }
    }
}

/// # Errors
/// When the id is taken or unknown, a value cannot be used, or the actor may not.
pub fn run(args: &Args) -> Outcome {
    match &args.command {
        Command::Add { id, name, scopes, contact, units, on } => {
            let (desk, actor) = args.shared.begin()?;
            let day = time::or_today(*on, &desk).to_string();
            let units = units.iter().map(|code| Ok(desk.store.unit_on(code, &day)?.id));
            let units = units.collect::<Result<Vec<_>, Failure>>()?;
            let new = NewClient {
                id: id.clone(),
                name: name.clone(),
                contact: contact.clone(),
                scopes: Scopes::parse(&scopes.join(" "))?,
                units,
            };
            let created = client::create(&desk, &actor, &new)?;
            out::print(&format!(
                "client_id      {}\nclient_secret  {}\nscopes         {}",
                created.id,
                created.secret.expose_secret(),
                new.scopes
            ))?;
            out::complain("the secret is shown this once; keep it now");
            Ok(())
        }
        Command::List => {
            let mut text = String::new();
            for client in args.shared.open()?.store.clients()? {
                let contact = client.contact.map(|c| format!("  <{c}>")).unwrap_or_default();
                let name = out::visible(&client.name);
                text.push_str(&format!("{}  {name}  {}{contact}\n", client.id, client.scopes));
            }
            out::print(&text)
        }
        Command::Disable { id } => {
            let (desk, actor) = args.shared.begin()?;
            client::disable(&desk, &actor, id)?;
            out::print(&format!("client {id} is disabled"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_that_is_none_is_answered_with_those_there_are() {
        assert_eq!(scopes("results:read,scorecards:read").unwrap(), "results:read scorecards:read");
        let told = scopes("results").unwrap_err();
        assert!(
            told.contains("\"results\"") && told.contains("scorecards:write: write scorecards"),
            "{told}"
        );
    }
}
