//! One strip of a picture: the axis with its labels, or a dot with its whisker.

use super::axis::Axis;
use crate::web::number;
use crate::web::text::Lang;

/// Height of a strip, in CSS pixels.
const HEIGHT: u32 = 24;

/// What a strip shows; shares 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Whisker {
    /// The full dot.
    pub index: f64,
    /// Left end of the line.
    pub low: f64,
    /// Right end of the line.
    pub high: f64,
    /// The small hollow dot.
    pub unweighted: Option<f64>,
}

/// The labels of the axis, as percentages.
pub fn axis_strip(axis: &Axis, lang: Lang) -> String {
    let mut svg = opened();
    for tick in axis.ticks() {
        let at = axis.at(tick);
        let anchor = match at {
            at if at <= 0.0 => "start",
            at if at >= 100.0 => "end",
            _ => "middle",
        };
        let label = number::decimal(lang, tick * 100.0, 0);
        svg.push_str(&format!(
            "<text x=\"{}%\" y=\"16\" text-anchor=\"{anchor}\">{label}%</text>",
            position(at)
        ));
    }
    svg.push_str("</svg>");
    svg
}

/// A dot with its whisker over the lines of the ticks; only the lines when there is nothing to show.
pub fn whisker_strip(axis: &Axis, whisker: Option<&Whisker>) -> String {
    let mut svg = opened();
    let middle = HEIGHT / 2;
    for tick in axis.ticks() {
        let x = position(axis.at(tick));
        svg.push_str(&format!(
            "<line class=\"grid\" x1=\"{x}%\" x2=\"{x}%\" y1=\"0\" y2=\"{HEIGHT}\"/>"
        ));
    }
    if let Some(whisker) = whisker {
        let (low, high) = (position(axis.at(whisker.low)), position(axis.at(whisker.high)));
        let dot = position(axis.at(whisker.index));
        svg.push_str(&format!(
            "<line class=\"whisker\" x1=\"{low}%\" x2=\"{high}%\" y1=\"{middle}\" y2=\"{middle}\"/>"
        ));
        svg.push_str(&format!("<circle class=\"dot\" cx=\"{dot}%\" cy=\"{middle}\" r=\"6\"/>"));
        if let Some(unweighted) = whisker.unweighted {
            let raw = position(axis.at(unweighted));
            svg.push_str(&format!(
                "<circle class=\"raw\" cx=\"{raw}%\" cy=\"{middle}\" r=\"3.5\"/>"
            ));
        }
    }
    svg.push_str("</svg>");
    svg
}

fn opened() -> String {
    format!("<svg class=\"plot\" width=\"100%\" height=\"{HEIGHT}\" aria-hidden=\"true\">")
}

/// A percentage with two decimals at most: finer than any screen.
fn position(percent: f64) -> String {
    let written = format!("{percent:.2}");
    written.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHISKER: Whisker = Whisker { index: 0.85, low: 0.8, high: 0.875, unweighted: Some(0.84) };

    #[test]
    fn dot_whisker_and_hollow_dot_stand_where_their_shares_are() {
        let svg = whisker_strip(&Axis::covering([0.8, 0.9]), Some(&WHISKER));
        // The axis is widened to 70–100 %.
        assert!(svg.contains("class=\"whisker\" x1=\"33.33%\" x2=\"58.33%\""), "{svg}");
        assert!(svg.contains("class=\"dot\" cx=\"50%\""), "{svg}");
        assert!(svg.contains("class=\"raw\" cx=\"46.67%\""), "{svg}");
        assert_eq!(svg.matches("class=\"grid\"").count(), 4);
    }

    #[test]
    fn without_an_estimate_only_the_lines_of_the_axis_are_drawn() {
        let svg = whisker_strip(&Axis::covering([]), None);
        assert!(!svg.contains("circle") && !svg.contains("whisker"));
    }

    #[test]
    fn the_labels_at_the_ends_stay_inside_the_picture() {
        let svg = axis_strip(&Axis::covering([0.71, 0.88]), Lang::Vi);
        assert!(svg.contains("x=\"0%\" y=\"16\" text-anchor=\"start\">70%<"), "{svg}");
        assert!(svg.contains("x=\"50%\" y=\"16\" text-anchor=\"middle\">80%<"), "{svg}");
        assert!(svg.contains("x=\"100%\" y=\"16\" text-anchor=\"end\">90%<"), "{svg}");
    }
}
