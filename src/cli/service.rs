//! `khaosat service`: the fields of procedures handled at counters.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::desk::Shared;
use super::{Outcome, file, imported, label, out};
use crate::desk::Desk;
use crate::store::Actor;
use crate::store::actor::{Act, Right};
use crate::store::unit::Imported;
use crate::table::{self, BYTES_MAX, Collector, Columns};

/// Adds, imports and lists the services handled at counters
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  khaosat service add land \"Đất đai\" --as binh
  khaosat service import services.csv --as binh

The file has the columns code,name. Files of dossiers may name a service by its code or its name.")]
pub struct Args {
    #[command(flatten)]
    shared: Shared,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Adds a service or renames it
    Add {
        /// Short code
        #[arg(value_parser = label::checked(label::code))]
        code: String,
        /// Name
        #[arg(value_parser = label::checked(label::name))]
        name: String,
    },
    /// Takes services from a file
    Import {
        /// File with code,name
        file: PathBuf,
    },
    /// Lists all services
    List,
}

const COLUMNS: Columns<2> = Columns { names: ["code", "name"], required: 2 };

/// # Errors
/// Every wrong row of a file, or a refusal.
pub fn run(args: &Args) -> Outcome {
    match &args.command {
        Command::Add { code, name } => {
            let (desk, actor) = args.shared.begin()?;
            put(&desk, &actor, code, name)?;
            out::print(&format!("service {code} is {name}"))
        }
        Command::Import { file } => {
            let (desk, actor) = args.shared.begin()?;
            import(&desk, &actor, file)
        }
        Command::List => {
            let services = args.shared.open()?.store.services()?;
            let line = |s: &crate::store::counter::Service| {
                format!("{}  {}\n", s.code, out::visible(&s.name))
            };
            out::print(&services.iter().map(line).collect::<String>())
        }
    }
}

fn put(desk: &Desk, actor: &Actor, code: &str, name: &str) -> Outcome {
    let subject = format!("service {code}");
    let act = Act::new(actor, Right::ManageRegistry, desk.clock.now(), "service.put", subject);
    desk.store.put_service(&act, code, name)?;
    Ok(())
}

fn import(desk: &Desk, actor: &Actor, path: &Path) -> Outcome {
    let bytes = file::read(path, BYTES_MAX)?;
    let wanted = parse(&bytes, &path.display().to_string())?;
    let known: BTreeMap<_, _> =
        desk.store.services()?.into_iter().map(|s| (s.code, s.name)).collect();
    let mut done = Imported::default();
    for (code, name) in &wanted {
        if imported::differs(known.get(code), name, &mut done) {
            put(desk, actor, code, name)?;
        }
    }
    out::print(&imported::told("services", &done))
}

fn parse(bytes: &[u8], place: &str) -> Result<Vec<(String, String)>, table::Problems> {
    let mut problems = Collector::default();
    let mut lines: BTreeMap<String, u64> = BTreeMap::new();
    let mut wanted = Vec::new();
    for record in table::read(bytes, &COLUMNS, &mut problems) {
        let line = record.line;
        let [code, name] = record.fields;
        if let Err(advice) = label::code(&code) {
            problems.add(line, "code", &code, advice);
        }
        if let Err(advice) = label::name(&name) {
            problems.add(line, "name", &name, advice);
        }
        if let Some(first) = lines.insert(code.clone(), line) {
            problems.add(
                line,
                "code",
                &code,
                format!("this service stands on line {first} already"),
            );
        }
        wanted.push((code, name));
    }
    problems.finish(place, wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_twice_or_without_a_name_is_named() {
        let told = parse(b"code,name\nland,\nland,X\n", "s.csv").unwrap_err().to_string();
        assert!(
            told.contains("s.csv:2, name \"\"") && told.contains("s.csv:3, code \"land\""),
            "{told}"
        );
        assert_eq!(parse("name,code\nĐất đai,land\n".as_bytes(), "s").unwrap().len(), 1);
    }
}
