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

/// `/khaosat.js`: the little that the first opening carries; it brings [`SCRIPT`] once somebody answers.
pub static FIRST: LazyLock<String> =
    LazyLock::new(|| [HEAR, include_str!("first.js")].map(minify::without_notes).concat());
/// `/khaosat.js?all`: what the survey gains where script runs. Without comments and indents.
pub static SCRIPT: LazyLock<String> =
    LazyLock::new(|| [KEPT, include_str!("khaosat.js")].map(minify::without_notes).concat());

/// `/khaosat.js?kiosk`: what a tablet at a counter needs, and no phone carries.
pub static KIOSK: LazyLock<String> = LazyLock::new(|| {
    [HEAR, KEPT, include_str!("kiosk.js"), include_str!("tablet.js")]
        .map(minify::without_notes)
        .concat()
});
/// `/khaosat.js?tablet`: the worker that opens a tablet's pages without a network.
pub static TABLET: LazyLock<String> =
    LazyLock::new(|| minify::without_notes(include_str!("tablet_worker.js")));

/// How recordings are heard.
const HEAR: &str = include_str!("hear.js");
/// How phones and tablets keep what they could not send.
const KEPT: &str = include_str!("kept.js");

/// `/khaosat.js?console`: the keys of the review and the progress of a job.
pub static CONSOLE_SCRIPT: LazyLock<String> =
    LazyLock::new(|| minify::without_notes(include_str!("console.js")));

/// `/khaosat.js?paper`: what keying in paper forms needs.
pub static PAPER: LazyLock<String> =
    LazyLock::new(|| minify::without_notes(include_str!("paper.js")));

const TOKENS: &str = include_str!("tokens.css");
const BASE: &str = include_str!("base.css");
const FORM: &str = concat!(include_str!("form.css"), include_str!("say.css"));

/// What a page may fetch whose icon stands in the page: nothing.
const ICON_INSIDE: &str = "img-src data:";
/// The survey beside our script: it fetches the script, which talks to us alone.
const WITH_SCRIPT: &str =
    "img-src data:; media-src 'self'; script-src 'self'; connect-src 'self'; worker-src 'self'";
/// A short page beside our script.
const WITH_OURS: &str = "img-src 'self'; script-src 'self'; connect-src 'self'; worker-src 'self'";
/// What a page may fetch that search engines visit: `/favicon.svg`, and `/robots.txt`, which their checkers read from
/// inside the page.
const ICON_OURS: &str = "img-src 'self'; connect-src 'self'";

/// The console's pages: our icon, and our scripts where a page has one.
const WITH_CONSOLE: &str = "img-src 'self'; script-src 'self'; connect-src 'self'";

static SURVEY: LazyLock<Sheet> = LazyLock::new(|| Sheet::of(&[TOKENS, BASE, FORM], WITH_SCRIPT));
static AGAIN: LazyLock<Sheet> =
    LazyLock::new(|| Sheet::of(&[TOKENS, BASE, FORM, include_str!("again.css")], WITH_SCRIPT));
static STEP: LazyLock<Sheet> =
    LazyLock::new(|| Sheet::of(&[TOKENS, BASE, FORM, include_str!("step.css")], ICON_INSIDE));
static KIOSK_SHEET: LazyLock<Sheet> = LazyLock::new(|| {
    let parts = [
        TOKENS,
        BASE,
        FORM,
        include_str!("again.css"),
        include_str!("step.css"),
        include_str!("notice.css"),
        include_str!("kiosk.css"),
    ];
    Sheet::of(&parts, WITH_SCRIPT)
});
static NOTICE: LazyLock<Sheet> =
    LazyLock::new(|| Sheet::of(&[TOKENS, BASE, include_str!("notice.css")], ICON_OURS));
static LATE: LazyLock<Sheet> = LazyLock::new(|| {
    Sheet::of(&[TOKENS, BASE, include_str!("notice.css"), include_str!("say.css")], WITH_OURS)
});
static PUBLIC: LazyLock<Sheet> =
    LazyLock::new(|| Sheet::of(&[TOKENS, BASE, include_str!("public.css")], ICON_OURS));

static CONSOLE: LazyLock<Sheet> =
    LazyLock::new(|| Sheet::of(&[TOKENS, include_str!("console.css")], WITH_CONSOLE));

/// The part of the stylesheet a page carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// The survey at its first opening: as small as it gets.
    Survey,
    /// The survey shown again with what was wrong.
    SurveyAgain,
    /// The survey as one question at a time.
    Step,
    /// A tablet at a counter, whatever it shows.
    Kiosk,
    /// Everything else a citizen meets: thanks, refusals, the code field.
    Notice,
    /// A round is closed, and an answer begun in time may wait on this phone.
    Late,
    /// Public results.
    Public,
    /// The administrators' console.
    Console,
}

impl Style {
    /// Every part.
    pub const ALL: [Self; 8] = [
        Self::Survey,
        Self::SurveyAgain,
        Self::Step,
        Self::Kiosk,
        Self::Notice,
        Self::Late,
        Self::Public,
        Self::Console,
    ];

    /// The text between `<style>` and `</style>`.
    pub fn css(self) -> &'static str {
        &self.sheet().css
    }

    /// What the page's `Content-Security-Policy` must allow after `style-src`: `'sha256-…'`, over exactly
    /// [`Style::css`].
    pub fn csp_source(self) -> &'static str {
        &self.sheet().source
    }

    /// The page's `Content-Security-Policy`: nothing but this style, our icon and forms to ourselves.
    pub fn policy(self) -> &'static str {
        &self.sheet().policy
    }

    /// Where the page's icon is. The survey names an empty one: without any, a browser would come back for
    /// `/favicon.ico`, and on a slow network that is a request the person waits for.
    pub(super) fn icon(self) -> &'static str {
        match self {
            Self::Survey | Self::SurveyAgain | Self::Step | Self::Kiosk => "data:,",
            Self::Notice | Self::Late | Self::Public | Self::Console => "/favicon.svg",
        }
    }

    fn sheet(self) -> &'static Sheet {
        match self {
            Self::Survey => &SURVEY,
            Self::SurveyAgain => &AGAIN,
            Self::Step => &STEP,
            Self::Kiosk => &KIOSK_SHEET,
            Self::Notice => &NOTICE,
            Self::Late => &LATE,
            Self::Public => &PUBLIC,
            Self::Console => &CONSOLE,
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
    policy: String,
}

impl Sheet {
    fn of(parts: &[&str], fetched: &str) -> Self {
        let css: String = parts.iter().map(|part| minify::minified(part)).collect();
        let source = format!("'sha256-{}'", STANDARD.encode(Sha256::digest(&css)));
        let policy = format!(
            "default-src 'none'; style-src {source}; {fetched}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        );
        Self { css, source, policy }
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
            assert!(style.policy().contains(&format!("; style-src 'sha256-{digest}'; ")));
            assert!(!style.policy().contains("unsafe") && !style.policy().contains('*'));
        }
        sources.sort_unstable();
        sources.dedup();
        assert_eq!(sources.len(), Style::ALL.len());
    }

    #[test]
    fn the_script_is_small_and_loses_nothing_but_notes() {
        assert!(SCRIPT.len() < 4_000, "{} bytes", SCRIPT.len());
        assert!(SCRIPT.contains("'/khaosat.js?all'") && !SCRIPT.contains("// "));
        assert_eq!(SCRIPT.matches('{').count(), SCRIPT.matches('}').count());
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
