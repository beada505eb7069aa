//! What people said, from the body's file.

use std::collections::BTreeSet;
use std::path::Path;

use crate::cli::Failure;
use crate::store::callback::Heard;
use crate::store::id::CallbackId;
use crate::table::{self, Collector, Columns};

/// Numbers and addresses may stand in the file; they are not read.
const COLUMNS: Columns<9> = Columns {
    names: ["id", "given", "own", "beside", "number", "unit", "counter", "finished_on", "email"],
    required: 4,
};

/// Reads all lines with an answer, or nothing; a line without `given` was not reached.
///
/// # Errors
/// Every wrong line.
pub fn parse(
    bytes: &[u8],
    from: &Path,
    known: &BTreeSet<CallbackId>,
) -> Result<Vec<(CallbackId, Heard)>, Failure> {
    let mut problems = Collector::default();
    let mut heard = Vec::new();
    let mut seen = BTreeSet::new();
    for record in table::read(bytes, &COLUMNS, &mut problems) {
        let [id, given, own, beside, ..] = &record.fields;
        let mut answer = |column: &'static str, text: &str| match text {
            "" => None,
            "yes" | "1" => Some(true),
            "no" | "0" => Some(false),
            _ => {
                let advice = "write yes or no, or leave it empty".to_owned();
                problems.add(record.line, column, text, advice);
                None
            }
        };
        let said = [answer("given", given), answer("own", own), answer("beside", beside)];
        let Some(id) = CallbackId::from_hex(id).filter(|id| known.contains(id)) else {
            let advice = "this id is not on the round's sheet".to_owned();
            problems.add(record.line, "id", id, advice);
            continue;
        };
        if !seen.insert(id) {
            problems.add(record.line, "id", &id.hex(), "this id stands here twice".to_owned());
        }
        match said {
            [Some(given), own, beside] => heard.push((id, Heard { given, own, beside })),
            [None, None, None] => {}
            _ => problems.add(
                record.line,
                "given",
                given,
                "own and beside say something; then given must, too".to_owned(),
            ),
        }
    }
    Ok(problems.finish(&from.display().to_string(), heard)?)
}
