//! A poster for each counter, on A4 or A5.

use std::io::Write;

use super::words::{OR_TYPE, SCAN, SCAN_EN};
use super::{IssueError, Sheet, Words};
use crate::issue::pdf::{Face, Grey, Page, Pdf};

/// Paper of a poster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PosterPaper {
    /// 210 × 297 mm.
    A4,
    /// 148 × 210 mm: the same at half the area.
    A5,
}

impl PosterPaper {
    fn width(self) -> f32 {
        match self {
            Self::A4 => 210.0,
            Self::A5 => 148.5,
        }
    }
}

/// Everything below is placed on A4.
const WIDTH: f32 = 210.0;
const HEIGHT: f32 = 297.0;
const MIDDLE: f32 = WIDTH / 2.0;
const MARGIN: f32 = 18.0;
const TEXT_WIDTH: f32 = WIDTH - 2.0 * MARGIN;
/// Of the symbol; 71 mm on A5, to be scanned from two metres away.
const CODE_SIDE: f32 = 100.0;

/// Draws a page for each poster.
///
/// # Errors
/// [`IssueError::Pdf`], [`IssueError::Qr`].
pub fn posters<W: Write>(
    pdf: &mut Pdf<W>,
    paper: PosterPaper,
    words: &Words,
    sheets: &[Sheet],
) -> Result<(), IssueError> {
    for sheet in sheets {
        pdf.page(paper.width(), |page| {
            let scale = paper.width() / WIDTH;
            page.scaled(scale);
            poster(page, words, sheet)?;
            Ok::<_, IssueError>(HEIGHT * scale)
        })?;
    }
    Ok(())
}

fn poster(page: &mut Page<'_>, words: &Words, sheet: &Sheet) -> Result<(), IssueError> {
    let mut y = 26.0;
    y = block(page, (Face::Bold, 20.0), y, 2, Grey::Black, &sheet.unit);
    y = block(page, (Face::Regular, 16.0), y, 2, Grey::Black, &sheet.counter);
    y += 5.0;
    y = block(page, (Face::Bold, 26.0), y + 3.0, 3, Grey::Black, &words.title);
    for other in words.others.iter().take(3) {
        y = block(page, (Face::Regular, 14.0), y, 2, Grey::Dark, other);
    }
    y = block(page, (Face::Regular, 16.0), y + 5.0, 1, Grey::Black, SCAN);
    y = block(page, (Face::Regular, 12.0), y - 1.0, 1, Grey::Dark, SCAN_EN);

    let qr = sheet.qr()?;
    let quiet = CODE_SIDE / qr.width() as f32 * crate::issue::qr::QUIET_ZONE as f32;
    let top = y - 7.0 + quiet;
    page.qr((MIDDLE - CODE_SIDE / 2.0, top), CODE_SIDE, &qr);
    y = top + CODE_SIDE + quiet;
    page.centred(Face::Bold, 28.0, (MIDDLE, y + 6.0), Grey::Black, &sheet.code.to_string());
    y = block(page, (Face::Regular, 13.0), y + 16.0, 1, Grey::Black, OR_TYPE);
    y = block(page, (Face::Bold, 17.0), y + 1.0, 3, Grey::Black, &words.home);
    y += 3.0;
    for sentence in &words.intro {
        y = block(page, (Face::Regular, 11.0), y, 2, Grey::Black, sentence);
    }
    let foot = HEIGHT - 12.0;
    page.text(Face::Regular, 10.0, (MARGIN, foot), Grey::Dark, &sheet.until_day());
    let number = format!("Áp phích số {} · {}", sheet.serial, sheet.counter_code);
    let right = WIDTH - MARGIN - page.width_of(Face::Regular, 10.0, &number);
    page.text(Face::Regular, 10.0, (right, foot), Grey::Dark, &number);
    Ok(())
}

/// Writes lines around the middle, the first on `y`; where the next block's first line may stand.
fn block(
    page: &mut Page<'_>,
    (face, size): (Face, f32),
    mut y: f32,
    lines_max: usize,
    grey: Grey,
    text: &str,
) -> f32 {
    for line in page.lines(face, size, TEXT_WIDTH, lines_max, text) {
        page.centred(face, size, (MIDDLE, y), grey, &line);
        y += size * 0.46;
    }
    y
}
