//! Links into the files of one directory, which holds one print and is never written to again.

use std::path::Path;

use super::pictures::{self, Picture};
use crate::cli::progress::Progress;
use crate::cli::{Failure, Outcome, file, out};
use crate::desk::Desk;
use crate::issue::IssueError;
use crate::issue::pdf::Pdf;
use crate::issue::print::{self, Order, Pages, Selected, Sheet};
use crate::store::Actor;
use crate::store::tally::Kind;

/// What a print looks like.
#[derive(Clone, Copy, Debug)]
pub enum Look {
    /// A picture of each code.
    Pictures(Picture),
    /// One PDF.
    Pages(Pages),
}

/// The list that is part of every print.
const LIST: &str = "links.csv";

/// Prints an order: files and `links.csv` in a directory of their own.
///
/// # Errors
/// When there is nothing to print, the directory holds an earlier print, or cannot be written to.
pub fn run(desk: &Desk, actor: &Actor, order: Order<'_>, look: Look, directory: &Path) -> Outcome {
    let selected = print::select(desk, actor, order)?;
    // First, so that nothing counts as printed when there is nowhere to write.
    file::private_directory(directory)?;
    let list = directory.join(LIST);
    if list.exists() {
        return Err(Failure::new(format!(
            "{} is of an earlier print; name another directory with --out",
            list.display()
        )));
    }
    file::write_private_with(&list, |list| {
        let mut list = csv::Writer::from_writer(list);
        list.write_record(["unit", "counter", "serial", "code", "url"]).map_err(unlisted)?;
        files(desk, &selected, look, directory, &mut |sheet| {
            let (serial, code) = (sheet.serial.to_string(), sheet.code.to_string());
            list.write_record([&sheet.unit_code, &sheet.counter_code, &serial, &code, &sheet.url])
                .map_err(unlisted)
        })?;
        list.flush().map_err(|cause| Failure::because(format!("{LIST} cannot be written"), cause))
    })?;
    out::print(&format!(
        "{} in {}",
        out::count(selected.len(), noun(order.kind)),
        directory.display()
    ))
}

fn noun(kind: Kind) -> &'static str {
    match kind {
        Kind::Paper => "paper form",
        Kind::DrawnPaper => "drawn paper form",
        other => other.word(),
    }
}

fn unlisted(cause: csv::Error) -> Failure {
    Failure::because(format!("{LIST} cannot be written"), cause)
}

fn files(
    desk: &Desk,
    selected: &Selected<'_>,
    look: Look,
    directory: &Path,
    list: &mut dyn FnMut(&Sheet) -> Outcome,
) -> Outcome {
    let mut progress = Progress::of(selected.len(), "links printed");
    let mut after = |sheets: &[Sheet]| {
        progress.add(sheets.len());
        sheets.iter().try_for_each(&mut *list)
    };
    let pages = match look {
        Look::Pages(pages) => pages,
        Look::Pictures(picture) => {
            return selected.each(desk, |sheets| {
                sheets.iter().try_for_each(|sheet| pictures::write(sheet, picture, directory))?;
                after(sheets)
            });
        }
    };
    let (words, form) = (selected.words(desk)?, selected.form(desk)?);
    file::write_private_with(&directory.join(pages.file()), |out| {
        let mut pdf = Pdf::begin(out, &words.title).map_err(IssueError::from)?;
        selected.each::<Failure>(desk, |sheets| {
            pages.draw(&mut pdf, (&words, &form), sheets)?;
            after(sheets)
        })?;
        pdf.finish().map_err(IssueError::from)?;
        Ok(())
    })
}
