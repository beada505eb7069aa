//! How one response's weight came about, step by step.

use std::fmt::Write;

use super::case::Case;

/// The steps from base weight to weight of the response with this id; `None` when there is none.
pub fn explain(case: &Case, responses: &[u8], id: &str) -> Option<String> {
    let is_it = |raw: &[u8]| raw == id.as_bytes();
    let row = case.columns.ids.iter().position(|field| is_it(&field.of(responses)))?;
    let frame = &case.frame;
    let base = frame.base().get(row)?;
    let solution = &case.calibrated.solution;
    let cell = *frame.cells().of.get(row)? as usize;
    let factor = solution.factors.get(cell)?;
    let before =
        case.calibrated.before_trim.as_ref().unwrap_or(&case.calibrated.weights).get(row)?;
    let weight = case.calibrated.weights.get(row)?;
    let method = case.calibration.method.name();
    let mut text = String::new();
    let mut line = |words: String| {
        let _ = writeln!(text, "{words}"); // writing to a String cannot fail
    };
    line(format!("response {id}"));
    line(format!("  base weight                  {base}"));
    for (margin, &column) in frame.margins().iter().zip(frame.cells().columns_of(cell)) {
        let code = margin.codes.get(row).copied().unwrap_or_default() as usize;
        let label = margin.labels.get(code).map_or("", String::as_str);
        let total = margin.totals.get(code).copied().unwrap_or_default();
        let effect = solution.effects.get(column as usize).copied().unwrap_or_default();
        let meaning = if method.starts_with("calibrate") { "adds λ =" } else { "multiplies by" };
        line(format!("  {} = {label:?} (total {total}) {meaning} {effect}", margin.name));
    }
    line(format!("  {method}: calibrated ÷ base     {factor}"));
    line(format!("  calibrated weight            {before}"));
    match case.calibrated.trim_bounds {
        None => line("  not trimmed".into()),
        Some((lower, upper)) => line(format!(
            "  trimmed to {lower} … {upper}: {}",
            if before == weight {
                "unchanged".into()
            } else {
                format!("changed by {:+}", weight - before)
            }
        )),
    }
    line(format!("  weight                       {weight}"));
    Some(text)
}
