//! Links as pictures, a file each.

use std::path::Path;

use crate::cli::{Failure, Outcome, file};
use crate::issue::IssueError;
use crate::issue::print::Sheet;

/// Kind of picture.
#[derive(Clone, Copy, Debug)]
pub enum Picture {
    /// Scales to any size.
    Svg,
    /// One bit a pixel.
    Png,
}

/// Pixels of a module: 33 modules with their margin give 28 mm at 300 dpi.
const MODULE_PX: u32 = 10;

/// Writes `UNIT_COUNTER_SERIAL.svg` (or `.png`).
///
/// # Errors
/// Names the file that cannot be written.
pub fn write(sheet: &Sheet, picture: Picture, directory: &Path) -> Outcome {
    let name = sheet.file_stem();
    let (ending, bytes) = draw(sheet, picture)?;
    file::write_private(&directory.join(format!("{name}.{ending}")), &bytes)
}

fn draw(sheet: &Sheet, picture: Picture) -> Result<(&'static str, Vec<u8>), Failure> {
    let qr = sheet.qr()?;
    Ok(match picture {
        Picture::Svg => ("svg", qr.svg(Some(&sheet.title())).into_bytes()),
        Picture::Png => ("png", qr.png(MODULE_PX).map_err(IssueError::Qr)?),
    })
}
