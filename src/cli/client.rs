//! `khaosat client`: API clients.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::Subcommand;

use super::desk::Shared;
use super::{Failure, Outcome, label, out};
use crate::store::actor::{Act, Right};
use crate::store::client::Client;
use crate::vault::{random, sha256};

/// Adds, lists and disables API clients
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  khaosat client add kbang-portal --name \"Cổng dịch vụ công Kbang\" --scopes SCOPE,SCOPE --contact it@kbang.example --as an
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
        /// Public id: lower-case letters, digits and dashes
        #[arg(value_parser = label::checked(id))]
        id: String,
        /// Who it is
        #[arg(long, value_parser = label::checked(label::name))]
        name: String,
        /// What it may do
        #[arg(long, value_name = "SCOPE", num_args = 1.., value_delimiter = ',', required = true, value_parser = scope)]
        scopes: Vec<String>,
        /// Address that is told of publications
        #[arg(long, value_name = "ADDRESS", value_parser = label::address)]
        contact: Option<String>,
    },
    /// Lists the clients that are not disabled
    List,
    /// Disables a client for good; tokens it holds run out within their life
    Disable {
        /// Id of the client
        id: String,
    },
}

fn id(text: &str) -> Result<(), &'static str> {
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if (1..=64).contains(&text.len()) && text.chars().all(good) {
        Ok(())
    } else {
        Err("an id has 1 to 64 lower-case letters, digits and dashes")
    }
}

/// A scope token of RFC 6749, section 3.3, except that a comma separates scopes here.
fn scope(text: &str) -> Result<String, String> {
    let good = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '\\' | ',');
    if (1..=64).contains(&text.len()) && text.chars().all(good) {
        Ok(text.to_owned())
    } else {
        Err("a scope has 1 to 64 printable ASCII characters".to_owned())
    }
}

/// # Errors
/// When the id is taken or unknown, or the actor may not.
pub fn run(args: &Args) -> Outcome {
    match &args.command {
        Command::Add { id, name, scopes, contact } => {
            let (desk, actor) = args.shared.begin()?;
            let (secret, secret_hash) = fresh_secret()?;
            let mut scopes = scopes.clone();
            scopes.sort_unstable();
            scopes.dedup();
            let new = Client {
                id: id.clone(),
                name: name.clone(),
                contact: contact.clone(),
                secret_hash,
                scopes: scopes.join(" "),
            };
            let subject = format!("client {id}");
            let act = Act::new(&actor, Right::ManageKeys, desk.clock.now(), "client.add", subject)
                .with(serde_json::json!({ "scopes": new.scopes }));
            desk.store.add_client(&act, &new)?;
            out::print(&format!(
                "client_id      {id}\nclient_secret  {secret}\nscopes         {}",
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
            let at = desk.clock.now();
            let act =
                Act::new(&actor, Right::ManageKeys, at, "client.disable", format!("client {id}"));
            desk.store.disable_client(&act, id)?;
            out::print(&format!("client {id} is disabled"))
        }
    }
}

/// 256 random bits as text, and the SHA-256 of that text: with so much randomness a plain digest cannot be guessed.
fn fresh_secret() -> Result<(String, Vec<u8>), Failure> {
    let secret = URL_SAFE_NO_PAD.encode(random::<32>()?);
    let hash = sha256(secret.as_bytes()).to_vec();
    Ok((secret, hash))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_has_256_bits_and_only_its_digest_is_kept() {
        let (one, hash) = fresh_secret().unwrap();
        let (two, _) = fresh_secret().unwrap();
        assert_eq!(URL_SAFE_NO_PAD.decode(&one).unwrap().len(), 32);
        assert_ne!(one, two);
        assert_eq!(hash, sha256(one.as_bytes()));
    }

    #[test]
    fn ids_and_scopes_are_what_the_protocol_can_carry() {
        assert!(id("kbang-portal").is_ok() && id("Kbang").is_err() && id("").is_err());
        assert!(scope("results:read").is_ok());
        assert!(scope("a b").is_err() && scope("a\"").is_err() && scope("").is_err());
    }
}
