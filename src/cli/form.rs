//! `khaosat form`: form files before a round uses them.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::{Failure, Outcome, file, out};
use crate::form::{FORM_BYTES_MAX, Form, Problems, Role, WORKBOOK_BYTES_MAX, shipped};

/// Check form files.
#[derive(Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Check form files; report every mistake with file, line, key and what to do
    ///
    /// Prints one line for each form without mistakes: its id and version, what it asks, and the digest by which
    /// rounds know it. How to write a form: survey-forms/README.md.
    Check {
        /// Form files (TOML)
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Turn an XLSForm workbook into a form file, checked as `check` does
    Import {
        /// The workbook
        #[arg(value_name = "X.xlsx")]
        workbook: PathBuf,
        /// Where the form file goes; left out, it is printed
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Turn a form file into an XLSForm workbook, for a translator
    Export {
        /// The form file, or the id of a form that comes with khaosat
        #[arg(value_name = "FORM")]
        form: PathBuf,
        /// Where the workbook goes
        #[arg(long, value_name = "X.xlsx")]
        out: PathBuf,
    },
}

pub(super) fn run(arguments: &Arguments) -> Outcome {
    match &arguments.action {
        Action::Check { files } => check(files),
        Action::Import { workbook, out } => import(workbook, out.as_deref()),
        Action::Export { form, out } => export(form, out),
    }
}

fn import(workbook: &Path, out: Option<&Path>) -> Outcome {
    let place = workbook.display();
    let bytes = file::read(workbook, WORKBOOK_BYTES_MAX)?;
    let toml = Form::toml_of_xlsx(&bytes)
        .map_err(|cause| Failure::because(format!("{place}: no form can be made of it"), cause))?;
    let form = Form::parse(&toml, &place.to_string())
        .map_err(|problems| Failure::new(format!("as a form file it has mistakes:\n{problems}")))?;
    match out {
        None => out::print(form.to_toml().trim_end()),
        Some(out) => {
            file::write_private(out, form.to_toml().as_bytes())?;
            out::print(&format!("{}: {}", out.display(), summary(&form)))
        }
    }
}

fn export(form: &Path, out: &Path) -> Outcome {
    let source = match form.to_str().and_then(shipped::by_id) {
        Some(source) => source.to_owned(),
        None => file::read_text(form, FORM_BYTES_MAX)?,
    };
    let form = Form::parse(&source, &form.display().to_string())
        .map_err(|problems| Failure::new(problems.to_string()))?;
    let workbook =
        form.to_xlsx().map_err(|cause| Failure::because("the form cannot be exported", cause))?;
    file::write_private(out, &workbook)?;
    out::print(&format!("{}: {}", out.display(), summary(&form)))
}

fn check(files: &[PathBuf]) -> Outcome {
    let mut mistakes = 0;
    let mut faulty = 0;
    for file in files {
        match read(file) {
            Ok(form) => println!("{}: {}", file.display(), summary(&form)),
            Err(problems) => {
                eprintln!("{problems}");
                mistakes += problems.len();
                faulty += 1;
            }
        }
    }
    if faulty == 0 {
        return Ok(());
    }
    let counted = |count: usize, one: &str, many: &str| {
        format!("{count} {}", if count == 1 { one } else { many })
    };
    Err(Failure::new(format!(
        "{} in {} of {}; correct the lines above and check again",
        counted(mistakes, "mistake", "mistakes"),
        faulty,
        counted(files.len(), "form", "forms"),
    )))
}

/// Reads a form file, at most a little more than a form may have.
fn read(file: &Path) -> Result<Form, Problems> {
    let place = file.display().to_string();
    let mut bytes = Vec::new();
    let limit = u64::try_from(FORM_BYTES_MAX).unwrap_or(u64::MAX).saturating_add(1);
    File::open(file).and_then(|opened| opened.take(limit).read_to_end(&mut bytes)).map_err(
        |error| {
            let reason = format!("cannot be read ({error}); check the path and the rights");
            Problems::single(place.as_str(), 1, "file", reason)
        },
    )?;
    if bytes.len() > FORM_BYTES_MAX {
        let reason =
            format!("too large: more than {FORM_BYTES_MAX} bytes; split it into several forms");
        return Err(Problems::single(place, 1, "file", reason));
    }
    match std::str::from_utf8(&bytes) {
        Ok(source) => Form::parse(source, &place),
        Err(error) => {
            let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
            let reason = "is not UTF-8 here; save the file as UTF-8";
            Err(Problems::single(place, line, "file", reason))
        }
    }
}

fn summary(form: &Form) -> String {
    let count = |wanted: fn(&Role) -> bool| {
        form.questions.iter().filter(|question| wanted(&question.role)).count()
    };
    let languages: Vec<&str> = form.languages.iter().map(|language| language.as_str()).collect();
    let parts = [
        (form.factors.len(), "factor", "factors"),
        (form.criteria().count(), "criterion", "criteria"),
        (form.margins().count(), "question about the person", "questions about the person"),
        (count(|role| *role == Role::Helper), "helper question", "helper questions"),
        (count(|role| *role == Role::Comment), "comment", "comments"),
    ];
    let parts: Vec<String> = parts
        .iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, many)| format!("{count} {}", if *count == 1 { one } else { many }))
        .collect();
    format!(
        "form {} version {}: {}, languages {}; sha256 {}",
        form.id,
        form.version,
        parts.join(", "),
        languages.join(", "),
        form.digest()
    )
}
