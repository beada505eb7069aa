//! `GET /privacy`: the long version of the three sentences, one tap away from the survey.

use std::borrow::Cow;

use askama::Template;

use super::shell::{Shell, finished};
use crate::web::assets::Style;
use crate::web::text::{Arg, Key, Lang, key};

/// How answers are kept private.
#[derive(Debug, Clone, Copy)]
pub struct PrivacyPage<'a> {
    /// The body that asks and answers for the data.
    pub controller: &'a str,
    /// How to reach it about one's data.
    pub contact: &'a str,
    /// Fewest respondents a published figure stands on.
    pub threshold: u32,
    /// Days from closing by which a round is sealed.
    pub sealing_days: u32,
}

#[derive(Template)]
#[template(path = "privacy.html")]
struct Html<'a> {
    shell: Shell<'a>,
    parts: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

impl PrivacyPage<'_> {
    /// Its part of the stylesheet.
    pub const STYLE: Style = Style::Notice;

    /// The whole page.
    pub fn render(&self, lang: Lang) -> String {
        let controller = unnamed(self.controller, key::PRIVACY_CONTROLLER, lang);
        let who = lang.tell(key::PRIVACY_WHO, &[("controller", Arg::Text(&controller))]);
        let seen =
            lang.tell(key::PRIVACY_SEEN, &[("threshold", Arg::Count(self.threshold.into()))]);
        let sealing =
            lang.tell(key::PRIVACY_SEALING, &[("days", Arg::Count(self.sealing_days.into()))]);
        let contact = unnamed(self.contact, key::PRIVACY_CONTACT, lang);
        let rights = lang.tell(key::PRIVACY_RIGHTS, &[("contact", Arg::Text(&contact))]);
        let parts = [
            (key::PRIVACY_WHO_HEADING, who.into()),
            (key::PRIVACY_ASKED_HEADING, lang.say(key::PRIVACY_ASKED)),
            (key::PRIVACY_NEVER_HEADING, lang.say(key::PRIVACY_NEVER)),
            (key::PRIVACY_SEEN_HEADING, seen.into()),
            (key::PRIVACY_DEVICE_HEADING, lang.say(key::PRIVACY_DEVICE)),
            (key::PRIVACY_SEALING_HEADING, sealing.into()),
            (key::PRIVACY_RIGHTS_HEADING, rights.into()),
        ];
        let parts = parts.into_iter().map(|(heading, text)| (lang.say(heading), text)).collect();
        let title = lang.say(key::PRIVACY_TITLE).into_owned();
        finished(&Html { shell: Shell::new(lang, Self::STYLE, title), parts })
    }
}

/// A name as it is configured; one that nobody configured, which is Vietnamese, in the words of the page.
fn unnamed<'a>(configured: &'a str, key: Key, lang: Lang) -> Cow<'a, str> {
    if configured == Lang::Vi.say(key) { lang.say(key) } else { configured.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn an_authority_that_nobody_named_is_called_so_in_every_language() {
        let unnamed = Config::default();
        let (controller, contact) = (unnamed.controller.as_str(), unnamed.contact.as_str());
        let page = PrivacyPage { controller, contact, threshold: 10, sealing_days: 30 };
        assert!(
            page.render(Lang::Vi).contains(controller) && page.render(Lang::Vi).contains(contact)
        );
        let english = page.render(Lang::En);
        assert!(!english.contains(controller) && !english.contains(contact), "{english}");
        let named = PrivacyPage { controller: "Sở Nội vụ", ..page };
        assert!(named.render(Lang::En).contains("Sở Nội vụ asks"));
    }
}
