//! The sheet as a file, and what the body reads in it.

use std::path::Path;

use crate::cli::Failure;
use crate::issue::callback::Line;
use crate::store::id::CallbackId;
use crate::table::{self, Collector, Columns};
use crate::vault::Reader;

const COLUMNS: Columns<2> = Columns { names: ["id", "sheet"], required: 2 };

fn rows<const N: usize>(
    heading: [&str; N],
    rows: impl Iterator<Item = [String; N]>,
) -> Result<Vec<u8>, Failure> {
    let failed = |error| Failure::because("the file cannot be written", error);
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(heading).map_err(failed)?;
    for row in rows {
        writer.write_record(row).map_err(failed)?;
    }
    writer.into_inner().map_err(|error| Failure::because("the file cannot be written", error))
}

/// Id and envelope of every line.
///
/// # Errors
/// When the file cannot be made.
pub fn written(lines: &[(String, Vec<u8>)]) -> Result<Vec<u8>, Failure> {
    let hex = |bytes: &[u8]| data_encoding::HEXLOWER.encode(bytes);
    rows(["id", "sheet"], lines.iter().map(|(id, sheet)| [id.clone(), hex(sheet)]))
}

/// Opens every envelope of a sheet with the private key `key`.
///
/// # Errors
/// Every wrong line; or a key that is none.
pub fn opened(bytes: &[u8], from: &Path, key: &str) -> Result<Vec<(CallbackId, Line)>, Failure> {
    let Some(body) = Reader::parse(key) else {
        return Err(Failure::new("the key file holds no private key: 64 hex digits"));
    };
    let mut problems = Collector::default();
    let mut lines = Vec::new();
    let mut wrong = 0;
    for record in table::read(bytes, &COLUMNS, &mut problems) {
        let [id, sheet] = &record.fields;
        let envelope = data_encoding::HEXLOWER.decode(sheet.as_bytes()).ok();
        let line = CallbackId::from_hex(id).zip(envelope).and_then(|(id, envelope)| {
            let clear = body.open(&id.0, &envelope)?;
            Some((id, serde_json::from_slice(&clear).ok()?))
        });
        match line {
            Some(line) => lines.push(line),
            None => {
                wrong += 1;
                problems.add(
                    record.line,
                    "id",
                    id,
                    "this line was not written for this key, or was altered",
                );
            }
        }
    }
    let read = problems.finish(&from.display().to_string(), ());
    if wrong > 0 && lines.is_empty() {
        return Err(Failure::new(format!(
            "{} holds no line for this key: the round's rules name another",
            from.display()
        )));
    }
    Ok(read.map(|()| lines)?)
}

/// Numbers and addresses, with room for what people say.
///
/// # Errors
/// When the file cannot be made.
pub fn list(lines: &[(CallbackId, Line)]) -> Result<Vec<u8>, Failure> {
    let row = |(id, line): &(CallbackId, Line)| {
        let Line { number, unit, counter, finished_on, email } = line.clone();
        let empty = String::new;
        let email = email.unwrap_or_default();
        [id.hex(), empty(), empty(), empty(), number, unit, counter, finished_on, email]
    };
    let heading =
        ["id", "given", "own", "beside", "number", "unit", "counter", "finished_on", "email"];
    rows(heading, lines.iter().map(row))
}
