//! Tickets: on A4 sheets to cut, 24 or 10 a sheet, or one after the other on the roll of a receipt printer.
//!
//! A sheet holds tickets of one counter only, as that is where they are handed out.

use std::io::Write;

use super::words::{OR_TYPE_SHORT, SCAN, SCAN_OR_TYPE};
use super::{IssueError, Sheet, Words};
use crate::issue::pdf::{Face, Grey, Page, Pdf, PdfError};
use crate::issue::qr::Qr;

/// Paper of tickets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TicketPaper {
    /// A4, 3 × 8 tickets.
    Sheet24,
    /// A4, 2 × 5 tickets.
    Sheet10,
    /// A roll 80 mm wide, of which 72 are printed.
    Roll80,
    /// A roll 58 mm wide, of which 48 are printed.
    Roll58,
}

const A4: (f32, f32) = (210.0, 297.0);
/// Few printers reach closer to the edge.
const MARGIN: f32 = 5.0;
/// Millimetres from line to line, per point of the font size.
const LEADING: f32 = 0.42;

/// Draws tickets that stand in the order of units and counters; both ends of `sheets` are ends of a page.
///
/// # Errors
/// [`IssueError::Pdf`], [`IssueError::Qr`].
pub fn tickets<W: Write>(
    pdf: &mut Pdf<W>,
    paper: TicketPaper,
    words: &Words,
    sheets: &[Sheet],
) -> Result<(), IssueError> {
    match paper {
        TicketPaper::Sheet24 => on_sheets(pdf, &SMALL, words, sheets),
        TicketPaper::Sheet10 => on_sheets(pdf, &LARGE, words, sheets),
        TicketPaper::Roll80 => on_roll(pdf, &WIDE, words, sheets),
        TicketPaper::Roll58 => on_roll(pdf, &NARROW, words, sheets),
    }
}

/// Side of the symbol: at least `least`, and never with modules under half a millimetre, whatever the address.
fn side(qr: &Qr, least: f32) -> f32 {
    least.max(qr.width() as f32 * 0.5)
}

fn quiet(qr: &Qr, side: f32) -> f32 {
    side / qr.width() as f32 * crate::issue::qr::QUIET_ZONE as f32
}

/// How tickets stand on A4.
struct Grid {
    columns: usize,
    rows: usize,
    /// Of the symbol; 25 mm is the least that old phones read from 80 characters.
    code_side: f32,
    code_size: f32,
    name_size: f32,
    text_size: f32,
    /// Sentences of the form's introduction that have room.
    intro: usize,
}

const SMALL: Grid = Grid {
    columns: 3,
    rows: 8,
    code_side: 25.6,
    code_size: 7.6,
    name_size: 7.5,
    text_size: 6.5,
    intro: 0,
};

const LARGE: Grid = Grid {
    columns: 2,
    rows: 5,
    code_side: 36.0,
    code_size: 11.0,
    name_size: 10.0,
    text_size: 8.5,
    intro: 1,
};

impl Grid {
    fn cell(&self) -> (f32, f32) {
        let per = |length: f32, n: usize| (length - 2.0 * MARGIN) / n as f32;
        (per(A4.0, self.columns), per(A4.1, self.rows))
    }

    /// Crosses at every corner, in the margin and between tickets, so that a stack is cut along them.
    fn cutting_marks(&self, page: &mut Page<'_>) {
        const ARM: f32 = 1.5;
        const THICK: f32 = 0.2;
        let (width, height) = self.cell();
        for column in 0..=self.columns {
            for row in 0..=self.rows {
                let (x, y) = (MARGIN + width * column as f32, MARGIN + height * row as f32);
                page.line((x - ARM, y), (x + ARM, y), THICK, Grey::Light);
                page.line((x, y - ARM), (x, y + ARM), THICK, Grey::Light);
            }
        }
    }
}

fn on_sheets<W: Write>(
    pdf: &mut Pdf<W>,
    grid: &Grid,
    words: &Words,
    sheets: &[Sheet],
) -> Result<(), IssueError> {
    let same = |a: &Sheet, b: &Sheet| (&a.unit, &a.counter_code) == (&b.unit, &b.counter_code);
    let (width, height) = grid.cell();
    for counter in sheets.chunk_by(same) {
        for together in counter.chunks(grid.columns * grid.rows) {
            pdf.page(A4.0, |page| {
                grid.cutting_marks(page);
                for (at, sheet) in together.iter().enumerate() {
                    let (column, row) = ((at % grid.columns) as f32, (at / grid.columns) as f32);
                    let corner = (MARGIN + width * column, MARGIN + height * row);
                    cell(page, grid, corner, words, sheet)?;
                }
                Ok::<_, IssueError>(A4.1)
            })?;
        }
    }
    Ok(())
}

/// The code at the left with its letters below; at the right what it is for.
fn cell(
    page: &mut Page<'_>,
    grid: &Grid,
    (left, top): (f32, f32),
    words: &Words,
    sheet: &Sheet,
) -> Result<(), IssueError> {
    let (width, height) = grid.cell();
    let qr = sheet.qr()?;
    let side = side(&qr, grid.code_side);
    let quiet = quiet(&qr, side);
    // The letters stand below the quiet zone; what is left over is divided above and below.
    let letters = grid.code_size * 0.35;
    let above = ((height - side - 2.0 * quiet - letters) / 2.0).max(0.5);
    let (x, y) = (left + quiet + 0.5, top + above + quiet);
    page.qr((x, y), side, &qr);
    let middle = x + side / 2.0;
    let below = (y + side + quiet + letters * 0.8).min(top + height - 1.0);
    let code = sheet.code.to_string();
    // Wide letters may come together: the code is printed smaller rather than into the words beside it.
    let wide = page.width_of(Face::Bold, grid.code_size, &code) / (side + 2.0 * quiet - 0.5);
    let size = grid.code_size / wide.max(1.0);
    page.centred(Face::Bold, size, (middle, below), Grey::Black, &code);

    let beside = x + side + quiet;
    let room = left + width - beside - 2.0;
    let mut at = Column { page, x: beside, width: room, y: top + 5.5 };
    at.lines(Face::Bold, grid.name_size, 3, Grey::Black, &sheet.unit);
    at.lines(Face::Regular, grid.text_size, 2, Grey::Black, &sheet.counter);
    at.y += 0.8;
    at.lines(Face::Regular, grid.text_size, 3, Grey::Black, &words.title);
    for sentence in words.intro.iter().take(grid.intro) {
        at.lines(Face::Regular, grid.text_size - 1.0, 4, Grey::Dark, sentence);
    }
    let foot = [format!("{SCAN_OR_TYPE} {}", words.home), sheet.last_line()];
    let foot_size = grid.text_size - 1.0;
    let mut lines = Vec::new();
    for text in foot {
        lines.extend(at.page.lines(Face::Regular, foot_size, room, 4, &text));
    }
    at.y = (top + height - 2.5 - (lines.len() - 1) as f32 * foot_size * LEADING).max(at.y);
    for line in lines {
        at.page.text(Face::Regular, foot_size, (beside, at.y), Grey::Black, &line);
        at.y += foot_size * LEADING;
    }
    Ok(())
}

/// Lines under each other.
struct Column<'p, 'f> {
    page: &'p mut Page<'f>,
    x: f32,
    width: f32,
    y: f32,
}

impl Column<'_, '_> {
    fn lines(&mut self, face: Face, size: f32, lines_max: usize, grey: Grey, text: &str) {
        for line in self.page.lines(face, size, self.width, lines_max, text) {
            self.page.text(face, size, (self.x, self.y), grey, &line);
            self.y += size * LEADING;
        }
    }

    fn centred(&mut self, face: Face, size: f32, lines_max: usize, text: &str) {
        for line in self.page.lines(face, size, self.width, lines_max, text) {
            let middle = self.x + self.width / 2.0;
            self.page.centred(face, size, (middle, self.y), Grey::Black, &line);
            self.y += size * LEADING;
        }
    }
}

/// How a ticket stands on a roll.
struct Roll {
    width: f32,
    printed: f32,
    code_side: f32,
    code_size: f32,
    name_size: f32,
    text_size: f32,
}

const WIDE: Roll = Roll {
    width: 80.0,
    printed: 72.0,
    code_side: 42.0,
    code_size: 14.0,
    name_size: 11.0,
    text_size: 9.0,
};

const NARROW: Roll = Roll {
    width: 58.0,
    printed: 48.0,
    code_side: 32.0,
    code_size: 10.0,
    name_size: 9.5,
    text_size: 8.0,
};

fn on_roll<W: Write>(
    pdf: &mut Pdf<W>,
    roll: &Roll,
    words: &Words,
    sheets: &[Sheet],
) -> Result<(), IssueError> {
    for sheet in sheets {
        let qr = sheet.qr()?;
        pdf.page(roll.width, |page| Ok::<_, PdfError>(strip(page, roll, words, sheet, &qr)))?;
    }
    Ok(())
}

/// One ticket of a roll; its length.
fn strip(page: &mut Page<'_>, roll: &Roll, words: &Words, sheet: &Sheet, qr: &Qr) -> f32 {
    let left = (roll.width - roll.printed) / 2.0;
    let mut at = Column { page, x: left, width: roll.printed, y: 7.0 };
    at.centred(Face::Bold, roll.name_size, 3, &sheet.unit);
    at.centred(Face::Regular, roll.text_size, 2, &sheet.counter);
    at.y += 2.0;
    at.centred(Face::Bold, roll.text_size, 4, &words.title);
    at.centred(Face::Regular, roll.text_size, 2, SCAN);

    let side = side(qr, roll.code_side);
    let quiet = quiet(qr, side);
    let top = at.y - 3.0 + quiet;
    at.page.qr((roll.width / 2.0 - side / 2.0, top), side, qr);
    at.y = top + side + quiet + 2.0;
    at.centred(Face::Bold, roll.code_size, 2, &sheet.code.to_string());
    at.y += 0.5;
    at.centred(Face::Regular, roll.text_size, 5, &format!("{OR_TYPE_SHORT} {}", words.home));
    at.y += 1.5;
    for sentence in words.intro.iter().take(2) {
        at.centred(Face::Regular, roll.text_size - 1.0, 4, sentence);
    }
    at.y += 1.0;
    at.centred(Face::Regular, roll.text_size - 1.0, 2, &sheet.last_line());
    let end = at.y + 2.0;
    for dash in 0..(roll.printed / 4.0) as usize {
        let x = left + dash as f32 * 4.0;
        at.page.line((x, end), (x + 2.0, end), 0.2, Grey::Dark);
    }
    end + 3.0
}
