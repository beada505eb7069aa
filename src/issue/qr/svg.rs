//! The symbol as SVG: one path, a rectangle for each run of dark modules that goes on over rows.

use super::runs::Run;
use super::{QUIET_ZONE, Qr};

pub(super) fn write(qr: &Qr, title: Option<&str>) -> String {
    let side = qr.width + 2 * QUIET_ZONE;
    // A run takes some 12 bytes and a row some 9 runs, of which half go on: never reallocated in practice.
    let mut svg = String::with_capacity(400 + qr.width * qr.width * 4);
    svg.push_str("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ");
    number(&mut svg, side);
    svg.push(' ');
    number(&mut svg, side);
    svg.push_str("\" shape-rendering=\"crispEdges\"");
    match title {
        Some(title) => {
            svg.push_str(" role=\"img\"><title>");
            escape(&mut svg, title);
            svg.push_str("</title>");
        }
        None => svg.push_str(" aria-hidden=\"true\">"),
    }
    svg.push_str("<path fill=\"#fff\" d=\"M0 0h");
    number(&mut svg, side);
    svg.push('v');
    number(&mut svg, side);
    svg.push_str("H0z\"/><path d=\"");
    qr.each_run(|run| rectangle(&mut svg, run));
    svg.push_str("\"/></svg>");
    svg
}

/// One closed rectangle of the path.
fn rectangle(svg: &mut String, run: Run) {
    svg.push('M');
    number(svg, run.left as usize + QUIET_ZONE);
    svg.push(' ');
    number(svg, run.top + QUIET_ZONE);
    svg.push('h');
    number(svg, run.width as usize);
    svg.push('v');
    number(svg, run.end - run.top);
    svg.push_str("h-");
    number(svg, run.width as usize);
    svg.push('z');
}

/// Writes a number below 1000; formatting by the standard library would take most of the time.
fn number(svg: &mut String, n: usize) {
    let digit = |n: usize| char::from(b'0' + u8::try_from(n % 10).unwrap_or_default());
    if n >= 100 {
        svg.push(digit(n / 100));
    }
    if n >= 10 {
        svg.push(digit(n / 10));
    }
    svg.push(digit(n));
}

fn escape(svg: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => svg.push_str("&amp;"),
            '<' => svg.push_str("&lt;"),
            '>' => svg.push_str("&gt;"),
            // XML has no place for the other controls.
            c if c.is_control() => svg.push(' '),
            c => svg.push(c),
        }
    }
}
