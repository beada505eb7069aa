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
    let serial = sheet.serial.to_string();
    let parts = [&sheet.unit_code, &sheet.counter_code, &serial];
    let name = parts.map(|part| in_file_name(part)).join("_");
    let (ending, bytes) = draw(sheet, picture)?;
    file::write_private(&directory.join(format!("{name}.{ending}")), &bytes)
}

fn draw(sheet: &Sheet, picture: Picture) -> Result<(&'static str, Vec<u8>), Failure> {
    let qr = sheet.qr()?;
    Ok(match picture {
        Picture::Svg => {
            let title = format!("{}, {}, {}", sheet.unit, sheet.counter, sheet.serial);
            ("svg", qr.svg(Some(&title)).into_bytes())
        }
        Picture::Png => ("png", qr.png(MODULE_PX).map_err(IssueError::Qr)?),
    })
}

/// Letters, digits, dots and dashes as they are, everything else as `%` and hex: never a path, and never two alike.
fn in_file_name(part: &str) -> String {
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
}
