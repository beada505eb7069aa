//! `khaosat round create`.

use std::path::{Path, PathBuf};

use crate::cli::desk::Shared;
use crate::cli::{Failure, Outcome, file, out};
use crate::form::{FORM_BYTES_MAX, shipped};
use crate::round::{self, PLAN_BYTES_MAX, Plan};

#[derive(clap::Args)]
pub struct Args {
    /// Code of the round: lower-case letters, digits and dashes
    round: String,
    /// The plan
    #[arg(long, value_name = "ROUND.TOML")]
    file: PathBuf,
}

/// # Errors
/// Every mistake of the plan or its form, with its line.
pub fn run(shared: &Shared, args: &Args) -> Outcome {
    let text = file::read_text(&args.file, PLAN_BYTES_MAX)?;
    let plan = Plan::parse(&text, &args.file.display().to_string())?;
    let source = form_source(&plan.form, &args.file)?;
    let (desk, actor) = shared.begin()?;
    round::create(&desk, &actor, &args.round, &plan, &source)?;
    let round = desk.store.round(&args.round)?;
    out::print(&format!(
        "round {} is planned: {}, {} to {}",
        round.code,
        out::count(plan.rules.units.len(), "unit"),
        round.opens_at.vietnam_minute(),
        round.closes_at.vietnam_minute()
    ))
}

/// The form's text: one that comes with khaosat by its id, else a file named from where the plan is.
fn form_source(form: &str, plan: &Path) -> Result<String, Failure> {
    match shipped::by_id(form) {
        Some(source) => Ok(source.to_owned()),
        None => {
            let beside = plan.parent().unwrap_or(Path::new("")).join(form);
            file::read_text(&beside, FORM_BYTES_MAX).map_err(|failure| {
                Failure::new(format!(
                    "form = {form:?}: {}; forms that come with khaosat are one-stop-shop, officials and one-tap",
                    failure.told()
                ))
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::Form;

    #[test]
    fn a_shipped_form_goes_by_the_id_it_gives_itself() {
        for id in ["one-stop-shop", "officials"] {
            let source = form_source(id, Path::new("round.toml")).unwrap();
            assert_eq!(Form::parse(&source, id).unwrap().id.as_str(), id);
        }
    }

    #[test]
    fn any_other_form_is_a_file_beside_the_plan() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("our.toml"), "id = \"our\"").unwrap();
        let plan = directory.path().join("round.toml");
        assert_eq!(form_source("our.toml", &plan).unwrap(), "id = \"our\"");
        let told = form_source("gone.toml", &plan).unwrap_err().told();
        assert!(told.starts_with("form = \"gone.toml\": "), "{told}");
    }
}
