//! Writes the flags, aside first and then under their name.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use crate::dedup::Flag;

use super::table::{Round, Table};

/// The first line of a flags file.
const HEADER: [&str; 6] = ["id", "rule", "severity", "score", "related_id", "explanation"];

/// One line of a flags file.
pub fn row(table: &Table, round: &Round, flag: &Flag) -> [String; 6] {
    let id =
        |row: usize| round.rows.get(row).map(|&row| table.id(row).to_owned()).unwrap_or_default();
    [
        id(flag.row),
        flag.rule.as_str().to_owned(),
        flag.severity.as_str().to_owned(),
        format!("{:.2}", flag.score),
        flag.related.map(id).unwrap_or_default(),
        flag.explanation.clone(),
    ]
}

/// Writes all rows to `path` or leaves what was there.
pub fn write(path: &Path, rows: &[[String; 6]]) -> io::Result<()> {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let mut aside = tempfile::NamedTempFile::new_in(directory.unwrap_or(Path::new(".")))?;
    {
        let mut writer = csv::Writer::from_writer(BufWriter::new(&mut aside));
        writer.write_record(HEADER)?;
        for row in rows {
            writer.write_record(row)?;
        }
        writer.flush()?;
    }
    aside.flush()?;
    aside.as_file().sync_all()?;
    aside.persist(path).map_err(|error| error.error)?;
    Ok(())
}
