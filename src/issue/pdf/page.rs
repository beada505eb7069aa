//! One page: texts, lines and QR codes, placed in millimetres from the page's left and top.

use pdf_writer::writers::PositionedItems;
use pdf_writer::{Content, Settings, Str};

use super::POINTS_PER_MM;
use super::face::{Face, Fonts, Glyph};
use crate::issue::qr::Qr;

/// Millimetres of a point.
const MM_PER_POINT: f32 = 25.4 / 72.0;

/// How dark something is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grey {
    /// What is to be read.
    Black,
    /// What stands aside.
    Dark,
    /// Marks to cut along.
    Light,
}

impl Grey {
    fn level(self) -> f32 {
        match self {
            Self::Black => 0.0,
            Self::Dark => 0.3,
            Self::Light => 0.6,
        }
    }
}

/// A page that is being drawn. Lengths are millimetres, font sizes points; a text's place is on its baseline.
pub struct Page<'f> {
    fonts: &'f mut Fonts,
    content: Content,
    width: f32,
    scale: f32,
}

impl<'f> Page<'f> {
    pub(super) fn on(fonts: &'f mut Fonts, width: f32) -> Self {
        let content = Content::with_settings(Settings { pretty: false });
        Self { fonts, content, width, scale: 1.0 }
    }

    /// From here on every length and size is `scale` times as large.
    pub fn scaled(&mut self, scale: f32) {
        self.scale = scale;
    }

    /// The page's width, in its scale.
    pub fn width(&self) -> f32 {
        self.width / self.scale
    }

    /// The drawing commands, moved up so that the page's top stands at its height in points.
    pub(super) fn finish(self, height: f32) -> Vec<u8> {
        let mut whole = Content::with_settings(Settings { pretty: false });
        whole.save_state().transform([1.0, 0.0, 0.0, 1.0, 0.0, height]);
        let mut bytes = whole.as_bytes().to_vec();
        bytes.push(b'\n');
        bytes.extend_from_slice(self.content.as_bytes());
        bytes.extend_from_slice(b"\nQ");
        bytes
    }

    fn points(&self, mm: f32) -> f32 {
        mm * self.scale * POINTS_PER_MM
    }

    /// How wide a text is.
    pub fn width_of(&mut self, face: Face, size: f32, text: &str) -> f32 {
        let thousandths: f32 = self.fonts.shaped(face, text).iter().map(|g| g.advance).sum();
        thousandths / 1000.0 * size * MM_PER_POINT
    }

    /// Writes a text that begins at `x`.
    pub fn text(&mut self, face: Face, size: f32, (x, y): (f32, f32), grey: Grey, text: &str) {
        let glyphs = self.fonts.shaped(face, text);
        let (left, down) = (self.points(x), -self.points(y));
        let size = size * self.scale;
        self.content.set_fill_gray(grey.level()).begin_text();
        self.content.set_font(face.name(), size).set_text_matrix([1.0, 0.0, 0.0, 1.0, left, down]);
        for run in glyphs.chunk_by(|a, b| a.up == b.up) {
            let up = run.first().map_or(0.0, |g| g.up);
            self.content.set_rise(up / 1000.0 * size);
            show(&mut self.content, run);
        }
        self.content.set_rise(0.0).end_text();
    }

    /// Writes a text around `x`.
    pub fn centred(&mut self, face: Face, size: f32, (x, y): (f32, f32), grey: Grey, text: &str) {
        let half = self.width_of(face, size, text) / 2.0;
        self.text(face, size, (x - half, y), grey, text);
    }

    /// Divides a text into lines no wider than `width`, within a word only where it is wider by itself; at most
    /// `lines_max`, the last then ends with "…".
    pub fn lines(
        &mut self,
        face: Face,
        size: f32,
        width: f32,
        lines_max: usize,
        text: &str,
    ) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for word in text.split_whitespace() {
            let joined = lines.last().map(|line| format!("{line} {word}"));
            match joined.filter(|line| self.width_of(face, size, line) <= width) {
                Some(joined) => {
                    lines.pop();
                    lines.push(joined);
                }
                None => self.divide(face, size, width, word, &mut lines),
            }
        }
        if lines.len() > lines_max {
            lines.truncate(lines_max);
            if let Some(last) = lines.last_mut() {
                last.push('…');
                self.shorten(face, size, width, last);
            }
        }
        lines
    }

    /// Adds a word as lines of its own: an address is read off the paper, so nothing of it is ever left out.
    fn divide(&mut self, face: Face, size: f32, width: f32, word: &str, lines: &mut Vec<String>) {
        let mut rest = word;
        while self.width_of(face, size, rest) > width {
            let mut fits = 0;
            let mut good = None;
            for (at, sign) in rest.char_indices() {
                let end = at + sign.len_utf8();
                let begun = rest.get(..end).unwrap_or_default();
                if fits > 0 && self.width_of(face, size, begun) > width {
                    break;
                }
                fits = end;
                if matches!(sign, '.' | '/' | '-' | ':') {
                    good = Some(end);
                }
            }
            let (line, behind) = rest.split_at_checked(good.unwrap_or(fits)).unwrap_or((rest, ""));
            lines.push(line.to_owned());
            rest = behind;
        }
        if !rest.is_empty() {
            lines.push(rest.to_owned());
        }
    }

    /// Takes letters off the end until the line fits.
    fn shorten(&mut self, face: Face, size: f32, width: f32, line: &mut String) {
        while self.width_of(face, size, line) > width && line.chars().count() > 1 {
            if line.ends_with('…') {
                line.pop();
            }
            line.pop();
            line.push('…');
        }
    }

    /// The QR code, its symbol `side` wide without the quiet zone, its left upper corner at `(x, y)`.
    pub fn qr(&mut self, (x, y): (f32, f32), side: f32, qr: &Qr) {
        let modules = qr.width() as f32;
        let module = self.points(side) / modules;
        let (left, down) = (self.points(x), -self.points(y));
        self.content.save_state().set_fill_gray(0.0);
        self.content.transform([module, 0.0, 0.0, -module, left, down]);
        let content = &mut self.content;
        qr.each_run(|run| {
            let (top, height) = (run.top as f32, (run.end - run.top) as f32);
            content.rect(run.left as f32, top, run.width as f32, height);
        });
        content.fill_nonzero().restore_state();
    }

    /// A straight line, `thick` mm.
    pub fn line(&mut self, from: (f32, f32), to: (f32, f32), thick: f32, grey: Grey) {
        let (x, y) = (self.points(from.0), -self.points(from.1));
        let (to_x, to_y) = (self.points(to.0), -self.points(to.1));
        let thick = self.points(thick);
        self.content.set_stroke_gray(grey.level()).set_line_width(thick);
        self.content.move_to(x, y).line_to(to_x, to_y).stroke();
    }

    /// An empty box to tick, its left upper corner at `(x, y)`.
    pub fn tick_box(&mut self, (x, y): (f32, f32), side: f32) {
        let (left, low) = (self.points(x), -self.points(y + side));
        let (side, thick) = (self.points(side), self.points(0.3));
        self.content.set_stroke_gray(0.0).set_line_width(thick);
        self.content.rect(left, low, side, side).stroke();
    }
}

/// Shows forms of one height above the line, each where it belongs.
fn show(content: &mut Content, glyphs: &[Glyph]) {
    let mut positioned = content.show_positioned();
    let mut items = positioned.items();
    let mut text = Vec::new();
    for glyph in glyphs {
        move_pen(&mut items, &mut text, glyph.right);
        text.extend(glyph.id.to_be_bytes());
        move_pen(&mut items, &mut text, glyph.advance - glyph.own - glyph.right);
    }
    if !text.is_empty() {
        items.show(Str(&text));
    }
}

/// Shows what waits and moves the pen to the right by thousandths of the font size.
fn move_pen(items: &mut PositionedItems<'_>, text: &mut Vec<u8>, by: f32) {
    if by != 0.0 {
        if !text.is_empty() {
            items.show(Str(text));
            text.clear();
        }
        // The file counts to the left.
        items.adjust(-by);
    }
}
