//! The stylesheet, one source split by face, and the few drawings. A page carries its style inline, so that the first
//! page is one request; the CSP names the style's hash, so that nothing else inline is ever obeyed.

mod minify;

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// `/favicon.svg`: the same for every page, to be served with a long life.
pub const FAVICON: &str = include_str!("favicon.svg");
/// The five faces as symbols `f1` (mouth down) to `f5` (mouth up), drawn once, reused by every question.
pub(super) const FACES: &str = include_str!("faces.svg");
/// The tick of the thanks page, in the colour of the text around it.
pub(super) const TICK: &str = include_str!("tick.svg");

const TOKENS: &str = include_str!("tokens.css");
const BASE: &str = include_str!("base.css");

static SURVEY: LazyLock<Sheet> =
    LazyLock::new(|| Sheet::of(&[TOKENS, BASE, include_str!("form.css")]));
static NOTICE: LazyLock<Sheet> =
    LazyLock::new(|| Sheet::of(&[TOKENS, BASE, include_str!("notice.css")]));
static PUBLIC: LazyLock<Sheet> =
    LazyLock::new(|| Sheet::of(&[TOKENS, BASE, include_str!("public.css")]));

/// The part of the stylesheet a page carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// The survey itself.
    Survey,
    /// Everything else a citizen meets: thanks, refusals, the code field.
    Notice,
    /// Public results.
    Public,
}

impl Style {
    /// Every part.
    pub const ALL: [Self; 3] = [Self::Survey, Self::Notice, Self::Public];

    /// The text between `<style>` and `</style>`.
    pub fn css(self) -> &'static str {
        &self.sheet().css
    }

    /// What the page's `Content-Security-Policy` must allow after `style-src`: `'sha256-…'`, over exactly
    /// [`Style::css`].
    pub fn csp_source(self) -> &'static str {
        &self.sheet().source
    }

    fn sheet(self) -> &'static Sheet {
        match self {
            Self::Survey => &SURVEY,
            Self::Notice => &NOTICE,
            Self::Public => &PUBLIC,
        }
    }
}

/// The CSP source of a page's inline style; the same as [`Style::csp_source`].
pub fn style_hash(style: Style) -> &'static str {
    style.csp_source()
}

struct Sheet {
    css: String,
    source: String,
}

impl Sheet {
    fn of(parts: &[&str]) -> Self {
        let css: String = parts.iter().map(|part| minify::minified(part)).collect();
        let source = format!("'sha256-{}'", STANDARD.encode(Sha256::digest(&css)));
        Self { css, source }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_style_has_its_own_hash_over_the_very_bytes_of_the_page() {
        let mut sources: Vec<&str> = Style::ALL.iter().map(|style| style_hash(*style)).collect();
        for style in Style::ALL {
            let digest = STANDARD.encode(Sha256::digest(style.css().as_bytes()));
            assert_eq!(style.csp_source(), format!("'sha256-{digest}'"));
        }
        sources.sort_unstable();
        sources.dedup();
        assert_eq!(sources.len(), Style::ALL.len());
    }

    #[test]
    fn a_style_can_neither_end_its_element_nor_fetch_anything() {
        for style in Style::ALL {
            for forbidden in ["<", "url(", "@import", "@font-face", "/*"] {
                assert!(!style.css().contains(forbidden), "{style:?} contains {forbidden}");
            }
            assert_eq!(style.css().matches('{').count(), style.css().matches('}').count());
        }
    }

    #[test]
    fn every_colour_of_the_light_scheme_has_its_dark_counterpart() {
        let names = |block: &str| -> Vec<String> {
            block
                .split(';')
                .filter_map(|line| line.trim().strip_prefix("--").or(line.split("--").nth(1)))
                .filter_map(|line| line.split(':').next().map(str::to_owned))
                .collect()
        };
        let tokens = minify::minified(TOKENS);
        let (light, dark) = tokens.split_once("@media").unwrap();
        assert_eq!(names(light), names(dark));
        assert_eq!(names(light).len(), 11);
    }
}
