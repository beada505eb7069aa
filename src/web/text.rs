//! The words of the pages, per language: Fluent files in `locales/`, looked up by typed keys.
//!
//! A word that a language lacks comes in Vietnamese instead; a test keeps Vietnamese and English complete.

pub mod key;

use std::borrow::Cow;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use super::number;
use crate::form::Language;
pub use key::Key;

/// A language the pages speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lang {
    /// Vietnamese: the default.
    Vi,
    /// English.
    En,
    /// Bahnar (Ba Na, ISO 639-3 `bdq`): a frame that waits for speakers.
    Bdq,
    /// Jrai (Gia Rai, ISO 639-3 `jra`): a frame that waits for speakers.
    Jra,
}

static VI: LazyLock<Words> = LazyLock::new(|| Words::of(Lang::Vi));
static EN: LazyLock<Words> = LazyLock::new(|| Words::of(Lang::En));
static BDQ: LazyLock<Words> = LazyLock::new(|| Words::of(Lang::Bdq));
static JRA: LazyLock<Words> = LazyLock::new(|| Words::of(Lang::Jra));

/// Most parts of an `Accept-Language` header that are looked at.
const ACCEPTED_MAX: usize = 16;

impl Lang {
    /// Every language, in the order of the language switch.
    pub const ALL: [Self; 4] = [Self::Vi, Self::En, Self::Bdq, Self::Jra];
    /// Those in which every page is written whole.
    pub const WHOLE: [Self; 2] = [Self::Vi, Self::En];

    /// Whether every page is written whole in it.
    pub fn is_whole(self) -> bool {
        Self::WHOLE.contains(&self)
    }

    /// Whether any word of the pages is written in it.
    pub fn has_words(self) -> bool {
        key::all().any(|key| self.words().0.has_message(key.id()))
    }

    /// The language that most words of a page in this one are in: its own, or Vietnamese while some still wait for a
    /// speaker.
    pub fn of_page(self) -> Self {
        if self.is_whole() { self } else { Self::Vi }
    }

    /// The tag, as in HTML's `lang` and `?lang=`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Vi => "vi",
            Self::En => "en",
            Self::Bdq => "bdq",
            Self::Jra => "jra",
        }
    }

    /// What its speakers call it.
    pub fn own_name(self) -> &'static str {
        match self {
            Self::Vi => "Tiếng Việt",
            Self::En => "English",
            Self::Bdq => "Bahnar",
            Self::Jra => "Jrai",
        }
    }

    /// The language with this tag.
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lang| lang.tag() == tag)
    }

    /// The language of a page: what `?lang=` asks for, else the first of the browser's `Accept-Language` that we
    /// speak, else Vietnamese. Weights (`;q=`) are not weighed: browsers list the preferred language first.
    pub fn pick(asked: Option<&str>, accept_language: Option<&str>) -> Self {
        let primary = |tag: &str| -> Option<Self> {
            let tag = tag.split([';', '-']).next()?.trim().to_ascii_lowercase();
            Self::from_tag(&tag)
        };
        asked
            .and_then(Self::from_tag)
            .or_else(|| accept_language?.split(',').take(ACCEPTED_MAX).find_map(primary))
            .unwrap_or(Self::Vi)
    }

    /// The same language as forms call it; `None` never happens for the tags above.
    pub fn of_form(self) -> Option<Language> {
        Language::new(self.tag()).ok()
    }

    /// The words for `key`.
    pub fn say(self, key: Key) -> Cow<'static, str> {
        self.lookup(key, None)
    }

    /// The words for `key` with their gaps filled.
    pub fn tell(self, key: Key, args: &[(&'static str, Arg<'_>)]) -> String {
        let args: FluentArgs<'_> =
            args.iter().map(|(name, arg)| (*name, FluentValue::from(*arg))).collect();
        self.lookup(key, Some(&args)).into_owned()
    }

    fn lookup(self, key: Key, args: Option<&FluentArgs<'_>>) -> Cow<'static, str> {
        self.words()
            .find(key, args)
            .or_else(|| Self::Vi.words().find(key, args))
            .unwrap_or(Cow::Borrowed(key.id()))
    }

    fn words(self) -> &'static Words {
        match self {
            Self::Vi => &VI,
            Self::En => &EN,
            Self::Bdq => &BDQ,
            Self::Jra => &JRA,
        }
    }

    /// Files of words. The console is written in Vietnamese and English alone.
    fn sources(self) -> &'static [&'static str] {
        match self {
            Self::Vi => &[
                include_str!("locales/vi/citizen.ftl"),
                include_str!("locales/vi/refusal.ftl"),
                include_str!("locales/vi/public.ftl"),
                include_str!("locales/vi/ledger.ftl"),
                include_str!("locales/vi/console.ftl"),
                include_str!("locales/vi/console_house.ftl"),
                include_str!("locales/vi/review.ftl"),
                include_str!("locales/vi/plan.ftl"),
                include_str!("locales/vi/registry.ftl"),
                include_str!("locales/vi/console_field.ftl"),
            ],
            Self::En => &[
                include_str!("locales/en/citizen.ftl"),
                include_str!("locales/en/refusal.ftl"),
                include_str!("locales/en/public.ftl"),
                include_str!("locales/en/ledger.ftl"),
                include_str!("locales/en/console.ftl"),
                include_str!("locales/en/console_house.ftl"),
                include_str!("locales/en/review.ftl"),
                include_str!("locales/en/plan.ftl"),
                include_str!("locales/en/registry.ftl"),
                include_str!("locales/en/console_field.ftl"),
            ],
            Self::Bdq => &[
                include_str!("locales/bdq/citizen.ftl"),
                include_str!("locales/bdq/refusal.ftl"),
                include_str!("locales/bdq/public.ftl"),
                include_str!("locales/bdq/ledger.ftl"),
            ],
            Self::Jra => &[
                include_str!("locales/jra/citizen.ftl"),
                include_str!("locales/jra/refusal.ftl"),
                include_str!("locales/jra/public.ftl"),
                include_str!("locales/jra/ledger.ftl"),
            ],
        }
    }
}

/// What fills a gap.
#[derive(Debug, Clone, Copy)]
pub enum Arg<'a> {
    /// A text as it is; a name from outside or a figure already written in the language.
    Text(&'a str),
    /// A count: the language groups its digits and picks the plural.
    Count(u64),
}

impl<'a> From<Arg<'a>> for FluentValue<'a> {
    fn from(arg: Arg<'a>) -> Self {
        match arg {
            Arg::Text(text) => FluentValue::from(text),
            Arg::Count(count) => FluentValue::from(count),
        }
    }
}

struct Words(FluentBundle<FluentResource>);

impl Words {
    fn of(lang: Lang) -> Self {
        let id: LanguageIdentifier = lang.tag().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![id]);
        // The marks that isolate directions are for right-to-left scripts, which none of ours is.
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(match lang {
            Lang::En => |value, _| grouped(Lang::En, value),
            Lang::Vi | Lang::Bdq | Lang::Jra => |value, _| grouped(Lang::Vi, value),
        }));
        for source in lang.sources() {
            // A file with a mistake gives the messages that can be read; a test reads every file whole.
            let resource = FluentResource::try_new((*source).to_owned())
                .unwrap_or_else(|(partial, _)| partial);
            bundle.add_resource_overriding(resource);
        }
        Self(bundle)
    }

    fn find(&'static self, key: Key, args: Option<&FluentArgs<'_>>) -> Option<Cow<'static, str>> {
        let pattern = self.0.get_message(key.id())?.value()?;
        // A gap left open shows its name; a test fills every gap of every message.
        Some(self.0.format_pattern(pattern, args, &mut Vec::new()))
    }
}

/// Counts are written in the way of the language; everything else Fluent's way.
fn grouped(lang: Lang, value: &FluentValue<'_>) -> Option<String> {
    match value {
        FluentValue::Number(count) => Some(number::decimal(lang, count.value, 0)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The ids a Fluent file defines.
    fn ids(source: &str) -> Vec<&str> {
        source
            .lines()
            .filter(|line| line.starts_with(|first: char| first.is_ascii_lowercase()))
            .filter_map(|line| line.split_once(" =").map(|(id, _)| id))
            .collect()
    }

    #[test]
    fn every_file_of_words_can_be_read_whole() {
        for lang in Lang::ALL {
            for source in lang.sources() {
                let read = FluentResource::try_new((*source).to_owned());
                assert!(read.is_ok(), "{lang:?}: {:?}", read.map_err(|(_, errors)| errors).err());
            }
        }
    }

    #[test]
    fn every_key_is_in_every_language_and_every_message_has_a_key() {
        let mut keys: Vec<&str> = key::all().map(|key| key.id()).collect();
        keys.sort_unstable();
        for lang in Lang::WHOLE {
            let mut found: Vec<&str> = lang.sources().iter().copied().flat_map(ids).collect();
            found.sort_unstable();
            assert_eq!(found, keys, "{lang:?}");
        }
    }

    #[test]
    fn a_language_that_waits_for_speakers_invents_no_key_says_so_and_falls_back_to_vietnamese() {
        let keys: Vec<&str> = key::all().map(|key| key.id()).collect();
        for lang in [Lang::Bdq, Lang::Jra] {
            assert!(!lang.is_whole() && lang.of_page() == Lang::Vi);
            for source in lang.sources() {
                assert!(source.contains("waits for a speaker"));
                assert!(ids(source).iter().all(|id| keys.contains(id)));
            }
            for key in key::all().filter(|key| !lang.words().0.has_message(key.id())) {
                assert_eq!(lang.lookup(key, None), Lang::Vi.lookup(key, None));
            }
        }
    }

    #[test]
    fn every_word_is_in_nfc() {
        for source in Lang::ALL.into_iter().flat_map(Lang::sources) {
            assert!(unicode_normalization::is_nfc(source));
        }
    }

    #[test]
    fn every_message_uses_exactly_the_gaps_that_its_key_declares() {
        for lang in Lang::WHOLE {
            for key in key::all() {
                let pattern = lang.words().0.get_message(key.id()).unwrap().value().unwrap();
                let filled = |left_out: Option<&str>| {
                    let args: FluentArgs<'_> = key
                        .gaps()
                        .iter()
                        .filter(|gap| Some(**gap) != left_out)
                        .map(|gap| (*gap, FluentValue::from(7_654_321)))
                        .collect();
                    let mut errors = Vec::new();
                    let text = lang.words().0.format_pattern(pattern, Some(&args), &mut errors);
                    (text.into_owned(), errors.len())
                };
                let (text, errors) = filled(None);
                assert_eq!(errors, 0, "{lang:?} {}: a gap that the key does not declare", key.id());
                assert!(!text.trim().is_empty());
                for gap in key.gaps() {
                    assert!(filled(Some(gap)).1 > 0, "{lang:?} {}: {gap} is never used", key.id());
                }
            }
        }
    }

    #[test]
    fn every_key_is_used_by_a_page() {
        let mut sources = String::new();
        let mut folders =
            vec![std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/web")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                match path.extension().and_then(|extension| extension.to_str()) {
                    Some("rs" | "html") => sources += &std::fs::read_to_string(path).unwrap(),
                    None if path.is_dir() => folders.push(path),
                    _ => {}
                }
            }
        }
        for key in key::all() {
            let name = format!("key::{}", key.id().to_uppercase().replace('-', "_"));
            let used = sources.match_indices(&name).any(|(at, _)| {
                let after = sources[at + name.len()..].chars().next();
                !after.is_some_and(|next| next.is_ascii_uppercase() || next == '_')
            });
            assert!(used, "{} is never shown", key.id());
        }
    }

    #[test]
    fn words_to_citizens_hold_no_exclamation_marks_and_no_machine_words() {
        for lang in Lang::ALL {
            for key in key::to_citizens() {
                let text = lang.say(key).to_lowercase();
                for word in ["!", "token", "session", "submit", "error 4", "error 5", "server"] {
                    assert!(!text.contains(word), "{lang:?} {}: {word}", key.id());
                }
            }
        }
    }

    #[test]
    fn the_language_comes_from_the_link_then_the_browser_then_vietnamese() {
        assert_eq!(Lang::pick(Some("en"), Some("vi")), Lang::En);
        assert_eq!(Lang::pick(Some("xx"), Some("fr-FR, en-GB;q=0.8, vi;q=0.5")), Lang::En);
        assert_eq!(Lang::pick(None, Some("fr, de")), Lang::Vi);
        assert_eq!(Lang::pick(None, Some("")), Lang::Vi);
        assert_eq!(Lang::pick(None, None), Lang::Vi);
        let long = "xx,".repeat(100_000) + "en";
        assert_eq!(Lang::pick(None, Some(&long)), Lang::Vi);
        assert!(Lang::ALL.iter().all(|lang| lang.of_form().is_some()));
    }

    #[test]
    fn counts_are_grouped_and_inflected_in_the_way_of_the_language() {
        let told = |lang: Lang, count| lang.tell(key::ANSWERS, &[("count", Arg::Count(count))]);
        assert_eq!(told(Lang::Vi, 1234), "1.234 phiếu");
        assert_eq!(told(Lang::En, 1234), "1,234 answers");
        assert_eq!(told(Lang::En, 1), "1 answer");
    }
}
