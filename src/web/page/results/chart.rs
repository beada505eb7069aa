//! A list of units as a picture and as the table under it.

use askama::Template;

use super::{Estimate, Suppression, UnitResult};
use crate::web::number;
use crate::web::page::ties::ties;
use crate::web::picture::{Axis, Ties, Whisker, axis_strip, whisker_strip};
use crate::web::text::{Arg, Lang, key};

/// A picture with its table.
#[derive(Template)]
#[template(path = "chart.html")]
pub(super) struct Chart {
    lang: Lang,
    finding: String,
    how: Vec<std::borrow::Cow<'static, str>>,
    axis: String,
    tied: bool,
    ranked: bool,
    rows: Vec<Row>,
}

/// One unit, ready to print.
struct Row {
    unit: String,
    n: String,
    strip: String,
    tie: String,
    shown: Result<Shown, String>,
}

struct Shown {
    index: String,
    range: String,
    unweighted: String,
    effective_n: String,
    rank: Option<(String, String)>,
    ties: String,
}

impl Chart {
    /// `ranked`: the official kinds, with ranks, ties and a finding; otherwise indicative figures.
    pub fn of(lang: Lang, units: &[UnitResult<'_>], ranked: bool) -> Self {
        let sorted = sorted(units);
        let shown: Vec<(&UnitResult<'_>, &Estimate)> =
            sorted.iter().filter_map(|unit| Some((*unit, unit.figures.as_ref().ok()?))).collect();
        let axis =
            Axis::covering(shown.iter().flat_map(|(_, e)| [e.low, e.high, e.index, e.unweighted]));
        let ties = if ranked { brackets(&shown) } else { Ties::default() };
        let mut how = vec![lang.say(if ranked { key::PICTURE_HOW } else { key::PICTURE_PLAIN })];
        if !ties.is_empty() {
            how.push(lang.say(key::PICTURE_TIES));
        }
        if shown.len() < units.len() {
            how.push(lang.say(key::SUPPRESSED_NOTE));
        }
        let rows = sorted
            .iter()
            .enumerate()
            .map(|(position, unit)| row(lang, unit, units, &axis, ties.strip(position), ranked))
            .collect();
        Self {
            lang,
            finding: if ranked {
                finding(lang, &shown)
            } else {
                lang.say(key::INDICATIVE_FINDING).into_owned()
            },
            how,
            axis: axis_strip(&axis, lang),
            tied: !ties.is_empty(),
            ranked,
            rows,
        }
    }
}

/// By estimate, the best first; equal estimates by code; units without figures last.
pub(super) fn sorted<'u, 'a>(units: &'u [UnitResult<'a>]) -> Vec<&'u UnitResult<'a>> {
    let mut sorted: Vec<&UnitResult<'a>> = units.iter().collect();
    let index =
        |unit: &UnitResult<'_>| unit.figures.as_ref().map_or(f64::NEG_INFINITY, |e| e.index);
    sorted.sort_by(|a, b| index(b).total_cmp(&index(a)).then_with(|| a.code.cmp(b.code)));
    sorted
}

fn brackets(shown: &[(&UnitResult<'_>, &Estimate)]) -> Ties {
    Ties::among(shown.len(), |a, b| match (shown.get(a), shown.get(b)) {
        (Some((one, _)), Some((other, _))) => one.tied_with.contains(&other.code),
        _ => false,
    })
}

/// What the picture says, as its title.
fn finding(lang: Lang, shown: &[(&UnitResult<'_>, &Estimate)]) -> String {
    let Some((best, estimate)) = shown.first() else {
        return lang.say(key::FINDING_NONE).into_owned();
    };
    let index = number::percent(lang, estimate.index);
    let (unit, index) = (("unit", Arg::Text(best.unit)), ("index", Arg::Text(&index)));
    if shown.len() == 1 {
        let range = number::percent_range(lang, estimate.low, estimate.high);
        return lang.tell(key::FINDING_ONE, &[unit, index, ("range", Arg::Text(&range))]);
    }
    match u64::try_from(best.tied_with.len()) {
        Ok(0) => lang.tell(key::FINDING_CLEAR, &[unit, index]),
        Ok(count) => lang.tell(key::FINDING_TIED, &[unit, index, ("count", Arg::Count(count))]),
        Err(_) => lang.say(key::FINDING_NONE).into_owned(),
    }
}

fn row(
    lang: Lang,
    unit: &UnitResult<'_>,
    all: &[UnitResult<'_>],
    axis: &Axis,
    tie: String,
    ranked: bool,
) -> Row {
    let whisker = unit.figures.as_ref().ok().map(|e| Whisker {
        index: e.index,
        low: e.low,
        high: e.high,
        unweighted: ranked.then_some(e.unweighted),
    });
    Row {
        unit: unit.unit.to_owned(),
        n: number::count(lang, unit.n),
        strip: whisker_strip(axis, whisker.as_ref()),
        tie,
        shown: match &unit.figures {
            Ok(estimate) => Ok(shown(lang, unit, all, estimate)),
            Err(reason) => Err(reason_words(lang, *reason)),
        },
    }
}

fn shown(lang: Lang, unit: &UnitResult<'_>, all: &[UnitResult<'_>], estimate: &Estimate) -> Shown {
    let rank = estimate.rank.map(|rank| {
        let range = number::rank_range(rank.low, rank.high);
        (rank.rank.to_string(), lang.tell(key::RANK_RANGE, &[("range", Arg::Text(&range))]))
    });
    let name = |code: &&str| all.iter().find(|other| other.code == *code).map(|other| other.unit);
    let ties = ties(lang, &unit.tied_with.iter().filter_map(name).collect::<Vec<_>>());
    Shown {
        index: number::percent(lang, estimate.index),
        range: number::percent_range(lang, estimate.low, estimate.high),
        unweighted: number::percent(lang, estimate.unweighted),
        effective_n: number::decimal(lang, estimate.effective_n, 1),
        rank,
        ties,
    }
}

/// Why a figure is missing, in words.
pub(super) fn reason_words(lang: Lang, reason: Suppression) -> String {
    match reason {
        Suppression::TooFew { threshold } => {
            lang.tell(key::SUPPRESSED_FEW, &[("threshold", Arg::Count(threshold.into()))])
        }
        Suppression::WouldReveal => lang.say(key::SUPPRESSED_REVEAL).into_owned(),
        Suppression::NoAnswers => lang.say(key::SUPPRESSED_EMPTY).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::page::results::Rank;

    fn unit<'a>(code: &'a str, index: f64, tied_with: &[&'a str]) -> UnitResult<'a> {
        let rank = Some(Rank { rank: 1, low: 1, high: 2 });
        let figures = Ok(Estimate {
            index,
            low: index - 0.05,
            high: index + 0.04,
            unweighted: index - 0.01,
            effective_n: 123.4,
            rank,
        });
        UnitResult { code, unit: code, n: 1_200, figures, tied_with: tied_with.to_vec() }
    }

    #[test]
    fn units_stand_by_estimate_and_those_without_figures_last_with_the_reason() {
        let mut few = unit("z", 0.99, &[]);
        few.figures = Err(Suppression::TooFew { threshold: 10 });
        let chart = Chart::of(Lang::Vi, &[few, unit("b", 0.7, &[]), unit("c", 0.8, &[])], true);
        let order: Vec<&str> = chart.rows.iter().map(|row| row.unit.as_str()).collect();
        assert_eq!(order, ["c", "b", "z"]);
        assert_eq!(
            chart.rows[2].shown.as_ref().err().map(String::as_str),
            Some("Không công bố: dưới 10 người trả lời")
        );
        assert!(!chart.render().unwrap().contains("99,0"), "a suppressed figure is shown");
    }

    #[test]
    fn the_title_says_whether_the_best_unit_can_be_told_apart() {
        let finding = |units: &[UnitResult<'_>]| Chart::of(Lang::En, units, true).finding;
        assert_eq!(
            finding(&[unit("a", 0.8, &["b"]), unit("b", 0.79, &["a"])]),
            "a is highest with 80.0%, but cannot be told apart from 1 other unit"
        );
        assert_eq!(
            finding(&[unit("a", 0.9, &[]), unit("b", 0.7, &[])]),
            "a is highest with 90.0% and can be told apart from every other unit"
        );
        assert_eq!(finding(&[unit("a", 0.9, &[])]), "a: 90.0% satisfied, within 85.0–94.0%");
        assert_eq!(finding(&[]), "No unit has enough answers for an index to be published");
    }

    #[test]
    fn indicative_figures_get_no_rank_no_bracket_and_no_finding() {
        let units = [unit("a", 0.8, &["b"]), unit("b", 0.79, &["a"])];
        let html = Chart::of(Lang::Vi, &units, false).render().unwrap();
        assert!(!html.contains("class=\"ties\"") && !html.contains("Hạng"), "{html}");
        assert!(Chart::of(Lang::Vi, &units, true).render().unwrap().contains("class=\"ties\""));
    }
}
