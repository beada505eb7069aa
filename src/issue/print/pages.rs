//! The pages of a print as one PDF, or its codes as pictures in one archive.

use std::io::{Cursor, Write};

use super::{
    IssueError, PosterPaper, Selected, Sheet, TicketPaper, Words, forms, posters, tickets,
};
use crate::desk::Desk;
use crate::form::Form;
use crate::issue::pdf::{Pdf, PdfError};

/// What the pages of a PDF hold.
#[derive(Clone, Copy, Debug)]
pub enum Pages {
    /// `posters.pdf`.
    Posters(PosterPaper),
    /// `tickets.pdf`.
    Tickets(TicketPaper),
    /// `forms.pdf`.
    Forms,
}

impl Pages {
    /// The file's name.
    #[must_use]
    pub fn file(self) -> &'static str {
        match self {
            Self::Posters(_) => "posters.pdf",
            Self::Tickets(_) => "tickets.pdf",
            Self::Forms => "forms.pdf",
        }
    }

    /// Draws sheets onto further pages.
    ///
    /// # Errors
    /// [`IssueError::Qr`], [`IssueError::Pdf`].
    pub fn draw<W: Write>(
        self,
        pdf: &mut Pdf<W>,
        (words, form): (&Words, &Form),
        sheets: &[Sheet],
    ) -> Result<(), IssueError> {
        match self {
            Self::Posters(paper) => posters(pdf, paper, words, sheets),
            Self::Tickets(paper) => tickets(pdf, paper, words, sheets),
            Self::Forms => forms(pdf, form, sheets),
        }
    }
}

/// Prints everything selected into one PDF in memory.
///
/// # Errors
/// As [`Selected::each`].
pub fn pdf(desk: &Desk, selected: &Selected<'_>, pages: Pages) -> Result<Vec<u8>, IssueError> {
    let (words, form) = (selected.words(desk)?, selected.form(desk)?);
    let mut bytes = Vec::new();
    let mut pdf = Pdf::begin(&mut bytes, &words.title)?;
    selected.each::<IssueError>(desk, |sheets| pages.draw(&mut pdf, (&words, &form), sheets))?;
    pdf.finish()?;
    Ok(bytes)
}

/// Prints everything selected as an SVG each, in one ZIP in memory.
///
/// # Errors
/// As [`Selected::each`].
pub fn pictures(desk: &Desk, selected: &Selected<'_>) -> Result<Vec<u8>, IssueError> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let how = zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated);
    let broken = |error: zip::result::ZipError| PdfError::Write(std::io::Error::other(error));
    selected.each::<IssueError>(desk, |sheets| {
        for sheet in sheets {
            let name = format!("{}.svg", sheet.file_stem());
            zip.start_file(name, how).map_err(broken)?;
            let svg = sheet.qr()?.svg(Some(&sheet.title()));
            zip.write_all(svg.as_bytes()).map_err(PdfError::Write)?;
        }
        Ok(())
    })?;
    Ok(zip.finish().map_err(broken)?.into_inner())
}

/// Reads running numbers: `7` or `7-30`.
#[must_use]
pub fn serials(text: &str) -> Option<(i64, i64)> {
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    match (from.trim().parse(), to.trim().parse()) {
        (Ok(from), Ok(to)) if 0 < from && from <= to => Some((from, to)),
        _ => None,
    }
}

/// Letters, digits, dots and dashes as they are, everything else as `%` and hex: never a path, and never two alike.
pub(super) fn in_file_name(part: &str) -> String {
    let mut name = String::new();
    for byte in part.bytes() {
        let hidden = byte == b'.' && name.is_empty();
        if !hidden && (byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-')) {
            name.push(char::from(byte));
        } else {
            name.push_str(&format!("%{byte:02x}"));
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_of_any_name_stays_within_the_directory() {
        assert_eq!(in_file_name("quay-01"), "quay-01");
        assert_eq!(in_file_name("../etc"), "%2e.%2fetc");
        assert_ne!(in_file_name("a_b"), in_file_name("a b"));
        assert_eq!(in_file_name("H21.625"), "H21.625");
    }

    #[test]
    fn running_numbers_are_one_or_a_range() {
        assert_eq!((serials("7"), serials(" 7 - 30")), (Some((7, 7)), Some((7, 30))));
        for wrong in ["", "0", "9-7", "a", "-3"] {
            assert_eq!(serials(wrong), None, "{wrong}");
        }
    }
}
