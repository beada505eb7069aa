//! Links as files for a printer: a picture each, and one list.

use std::collections::BTreeMap;
use std::path::Path;

use clap::ValueEnum;

use crate::cli::progress::Progress;
use crate::cli::{Failure, Outcome, file};
use crate::desk::Desk;
use crate::issue::print::Sheet;
use crate::store::StoreError;

/// How pictures are written.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Format {
    /// Scales to any size
    Svg,
    /// One bit a pixel, 10 pixels a module
    Png,
}

/// Pixels of a module: 33 modules with their margin give 28 mm at 300 dpi.
const MODULE_PX: u32 = 10;

/// Writes `UNIT_COUNTER_SERIAL.svg` (or `.png`) for each link, and `links.csv`.
///
/// # Errors
/// Names the file that cannot be written.
pub fn write(
    desk: &Desk,
    round: &str,
    sheets: &[Sheet],
    directory: &Path,
    format: Format,
) -> Outcome {
    let round = desk.store.round(round)?;
    let units: BTreeMap<_, _> =
        desk.store.round_units(round.id)?.into_iter().map(|u| (u.id, u.code)).collect();
    let origins = desk.store.origins(round.id)?;
    let mut list = csv::Writer::from_writer(Vec::new());
    list.write_record(["unit", "counter", "serial", "code", "url"])?;
    let mut progress = Progress::of(sheets.len(), "pictures");
    for sheet in sheets {
        let unit = origins
            .get(&sheet.id)
            .and_then(|origin| units.get(&origin.unit_id))
            .ok_or(StoreError::Corrupt { what: "link's unit" })?;
        let serial = sheet.serial.to_string();
        let name = [unit, &sheet.counter_code, &serial].map(|part| in_file_name(part)).join("_");
        let (ending, picture) = draw(sheet, format)?;
        file::write_private(&directory.join(format!("{name}.{ending}")), &picture)?;
        list.write_record([
            unit,
            &sheet.counter_code,
            &serial,
            &sheet.code.to_string(),
            &sheet.url,
        ])?;
        progress.add(1);
    }
    let list = list.into_inner().map_err(|error| Failure::new(error.to_string()))?;
    file::write_private(&directory.join("links.csv"), &list)
}

fn draw(sheet: &Sheet, format: Format) -> Result<(&'static str, Vec<u8>), Failure> {
    let qr = sheet.qr()?;
    Ok(match format {
        Format::Svg => {
            let title = format!("{}, {}, {}", sheet.unit, sheet.counter, sheet.serial);
            ("svg", qr.svg(Some(&title)).into_bytes())
        }
        Format::Png => ("png", qr.png(MODULE_PX).map_err(crate::issue::IssueError::Qr)?),
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
