//! `khaosat key`: the keys that sign publications and access tokens.

use clap::{Subcommand, ValueEnum};

use super::desk::Shared;
use super::{Outcome, out};
use crate::clock::Millis;
use crate::publish::{self, Purpose};
use crate::store::key::PublicKey;
use crate::vault::jwk;

/// Lists and rotates the keys that sign publications and access tokens
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  khaosat key rotate publication --as an
  khaosat key list --jwks > jwks.json

A rotated key signs nothing more, and what it signed still verifies. Private halves are files in keys_dir.")]
pub struct Args {
    #[command(flatten)]
    shared: Shared,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Lists all keys, newest first
    List {
        /// Prints the public keys as a JWK set
        #[arg(long)]
        jwks: bool,
    },
    /// Makes a new key and lets it sign from now on
    Rotate {
        /// What the key signs
        purpose: Signs,
    },
}

/// What a key signs.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Signs {
    /// Publications
    Publication,
    /// Access tokens of the API
    Token,
}

/// # Errors
/// When the actor may not, or the key file cannot be made.
pub fn run(args: &Args) -> Outcome {
    match &args.command {
        Command::List { jwks } => {
            let keys = args.shared.open()?.store.keys()?;
            if *jwks {
                let set: Vec<_> = keys.iter().map(|k| jwk(&k.kid, &k.public_key)).collect();
                return out::print(&serde_json::json!({ "keys": set }).to_string());
            }
            out::print(&keys.iter().map(line).collect::<String>())
        }
        Command::Rotate { purpose } => {
            let (desk, actor) = args.shared.begin()?;
            let purpose = match purpose {
                Signs::Publication => Purpose::Publication,
                Signs::Token => Purpose::Token,
            };
            let pair = publish::rotate(&desk, &actor, purpose)?;
            out::print(&format!("{} key {} signs from now on", purpose.word(), pair.kid()))
        }
    }
}

fn line(key: &PublicKey) -> String {
    let since = Millis(key.created_at).vietnam_minute();
    let until = match key.retired_at {
        Some(at) => format!("until {}", Millis(at).vietnam_minute()),
        None => "current".to_owned(),
    };
    format!("{}  {:11}  since {since}, {until}\n", key.kid, key.purpose)
}
