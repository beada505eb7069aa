//! What stands beside each index: how much hangs on those who did not answer, and on choices of the computation.

use super::sheets::CountRow;
use crate::web::number;
use crate::web::text::{Arg, Lang, key};

/// One unit's line.
#[derive(Debug, Clone, Copy)]
pub struct Beside<'a> {
    /// The unit's name.
    pub unit: &'a str,
    /// Answers counted ÷ dossiers drawn; for answers sent unasked ÷ dossiers finished.
    pub rate: Option<f64>,
    /// The index whatever those think who did not answer.
    pub worst_case: Option<(f64, f64)>,
    /// The index with the answers that were excluded, or by how little it can differ.
    pub with_excluded: Option<Result<f64, f64>>,
    /// What a model says of the unit, and whether the unit's own answers count nothing in it.
    pub model: Option<(f64, bool)>,
    /// Drawn answers that would tell as much, for answers sent unasked.
    pub worth: Option<f64>,
    /// Shares of the criteria left empty, answered "no opinion", answered "prefer not to say".
    pub unrated: [Option<f64>; 3],
}

/// Rate, worst case, with excluded answers, and the model's or what the answers are worth.
pub(super) fn beside_row(lang: Lang, line: &Beside<'_>, drawn: bool) -> CountRow {
    let none = || "–".to_owned();
    let percent = |share: Option<f64>| share.map_or_else(none, |s| number::percent(lang, s));
    let cells = vec![
        percent(line.rate),
        line.worst_case.map_or_else(none, |(low, high)| number::percent_range(lang, low, high)),
        match line.with_excluded {
            Some(Ok(index)) => number::percent(lang, index),
            Some(Err(step)) => {
                let step = number::percent(lang, step);
                lang.tell(key::CHANGES_LESS, &[("step", Arg::Text(&step))])
            }
            None => none(),
        },
        if drawn {
            line.model.map_or_else(none, |(share, synthetic)| {
                let value = number::percent(lang, share);
                if synthetic {
                    lang.tell(key::MODEL_SYNTHETIC, &[("value", Arg::Text(&value))])
                } else {
                    value
                }
            })
        } else {
            line.worth.map_or_else(none, |worth| number::decimal(lang, worth, 0))
        },
        line.unrated.map(percent).join(" · "),
    ];
    (line.unit.to_owned(), cells)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_that_must_not_be_shown_is_bounded_in_words() {
        let line = Beside {
            unit: "Kbang",
            rate: Some(0.5),
            worst_case: Some((0.4, 0.9)),
            with_excluded: Some(Err(0.05)),
            model: Some((0.8, false)),
            worth: None,
            unrated: [Some(0.01), Some(0.02), None],
        };
        let (_, cells) = beside_row(Lang::En, &line, true);
        assert_eq!(cells[2], "changes by less than 5.0%");
        assert_eq!(cells[3], "80.0%");
        assert_eq!(cells[4], "1.0% · 2.0% · –");
        assert_eq!(beside_row(Lang::En, &line, false).1[3], "–");
        let alone = Beside { model: Some((0.8, true)), ..line };
        assert_eq!(beside_row(Lang::En, &alone, true).1[3], "80.0% (the model alone)");
    }
}
