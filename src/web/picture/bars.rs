//! Bars side by side, one a day: the whole scale in view, from nothing up.

/// One bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    /// How many.
    pub n: i64,
    /// What a pointer resting on it is told; "" for nothing.
    pub label: String,
}

/// Height of the picture in its own units.
const HEIGHT: i64 = 40;

/// The bars as SVG, as wide as the page allows. The numbers stand in a table beside it, so it is hidden from readers.
#[must_use]
pub fn bars(bars: &[Bar]) -> String {
    let most = bars.iter().map(|bar| bar.n).max().unwrap_or(0).max(1);
    let width = bars.len().max(1) * 10;
    let mut svg = format!(
        "<svg class=\"bars\" viewBox=\"0 0 {width} {HEIGHT}\" preserveAspectRatio=\"none\" aria-hidden=\"true\">"
    );
    for (at, bar) in bars.iter().enumerate() {
        if bar.n <= 0 {
            continue;
        }
        // A single answer is still seen.
        let high = (bar.n * HEIGHT / most).max(1);
        let (x, y) = (at * 10 + 1, HEIGHT - high);
        svg.push_str(&format!("<rect x=\"{x}\" y=\"{y}\" width=\"8\" height=\"{high}\">"));
        if !bar.label.is_empty() {
            // Labels are our own days and numbers: nothing in them needs escaping.
            let label: String = bar.label.chars().filter(|c| !"<>&".contains(*c)).collect();
            svg.push_str(&format!("<title>{label}</title>"));
        }
        svg.push_str("</rect>");
    }
    svg.push_str("</svg>");
    svg
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_stand_on_the_ground_and_the_longest_fills_the_picture() {
        let svg = bars(&[
            Bar { n: 10, label: "1/1: 10".to_owned() },
            Bar { n: 0, label: String::new() },
            Bar { n: 1, label: String::new() },
        ]);
        assert!(svg.contains("x=\"1\" y=\"0\" width=\"8\" height=\"40\"><title>1/1: 10"), "{svg}");
        assert!(svg.contains("x=\"21\" y=\"36\" width=\"8\" height=\"4\""), "{svg}");
        assert_eq!(svg.matches("<rect").count(), 2);
        assert!(bars(&[]).starts_with("<svg"));
    }
}
