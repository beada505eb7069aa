//! Witnesses: those outside to whom a round's signed heads are sent, so that somebody else keeps them.

use std::collections::BTreeSet;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::store::round::{Round, State};

/// Where the heads of a round's ledger are sent, by its rules; published with them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Witnesses {
    /// Mail addresses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mail: Vec<String>,
    /// Web addresses that take a POST.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub web: Vec<String>,
}

/// Most addresses of each kind.
const EACH_MAX: usize = 20;
/// Longest web address, bytes.
const WEB_BYTES_MAX: usize = 300;

impl Witnesses {
    /// True where a round names none.
    #[must_use]
    pub fn are_none(&self) -> bool {
        self.mail.is_empty() && self.web.is_empty()
    }

    /// The first thing that is wrong with the addresses.
    #[must_use]
    pub fn fault(&self) -> Option<String> {
        for (kind, all) in [("mail", &self.mail), ("web", &self.web)] {
            if all.len() > EACH_MAX {
                return Some(format!("{kind}: at most {EACH_MAX} addresses"));
            }
            let distinct: BTreeSet<String> = all.iter().map(|one| one.to_lowercase()).collect();
            if distinct.len() < all.len() {
                return Some(format!("{kind}: an address stands there twice"));
            }
        }
        let plain = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic());
        let mail = |one: &&String| {
            plain(one) && one.len() <= 254 && one.parse::<lettre::Address>().is_ok()
        };
        if let Some(wrong) = self.mail.iter().find(|one| !mail(one)) {
            return Some(format!("mail: {wrong:?} is no address name@host in plain ASCII"));
        }
        let web = |one: &&String| plain(one) && one.len() <= WEB_BYTES_MAX && is_web(one);
        self.web.iter().find(|one| !web(one)).map(|wrong| {
            format!(
                "web: {wrong:?} must be https://host/path without a password or #; http only to this machine itself"
            )
        })
    }

    /// Of a round's rules; those of a newer binary name none that this one knows.
    #[must_use]
    pub fn of(round: &Round) -> Self {
        #[derive(Deserialize)]
        struct Rule {
            #[serde(default)]
            witnesses: Witnesses,
        }
        serde_json::from_str::<Rule>(&round.rules).map(|rule| rule.witnesses).unwrap_or_default()
    }
}

/// Whether a head signed now goes to the witnesses of a round: while it runs, and of each of its own steps. Once it is
/// published, the head of its publication covers all of its leaves.
pub(super) fn concerns(round: &Round, of: Option<crate::store::id::RoundId>) -> bool {
    of == Some(round.id) || !matches!(round.state, State::Planned | State::Published)
}

/// Whether a web address is protected on the way, or has none: https, or http to this machine itself; no password in it.
#[must_use]
pub fn is_web(address: &str) -> bool {
    let Ok(uri) = address.parse::<ureq::http::Uri>() else { return false };
    let Some(host) = uri.host().filter(|host| !host.is_empty()) else { return false };
    if uri.authority().is_some_and(|whole| whole.as_str().contains('@')) || address.contains('#') {
        return false;
    }
    match uri.scheme_str() {
        Some("https") => true,
        Some("http") => {
            let bare = host.trim_start_matches('[').trim_end_matches(']');
            host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(mail: &[&str], web: &[&str]) -> Option<String> {
        let own = |list: &[&str]| list.iter().map(|one| (*one).to_owned()).collect();
        Witnesses { mail: own(mail), web: own(web) }.fault()
    }

    #[test]
    fn addresses_are_whole_distinct_and_protected_on_the_way() {
        assert_eq!(fault(&[], &[]), None);
        let good = ["https://toa-an.example.vn/heads", "http://127.0.0.1:8080/h", "http://[::1]/"];
        assert_eq!(fault(&["mattran@gialai.example.vn"], &good), None);
        for wrong in [
            "http://example.vn/heads",
            "https://user:pw@example.vn/",
            "https://example.vn/#a",
            "ftp://example.vn/",
            "https:///x",
            "https://a b/",
            "/heads",
            "http://127.0.0.1.example.vn/",
            "",
        ] {
            assert!(fault(&[], &[wrong]).is_some_and(|told| told.starts_with("web: ")), "{wrong}");
        }
        for wrong in ["nobody", "a@b\r\nBcc: c@d", "ông@example.vn", ""] {
            assert!(fault(&[wrong], &[]).is_some_and(|told| told.starts_with("mail: ")), "{wrong}");
        }
        assert!(fault(&["a@b.vn", "A@b.vn"], &[]).is_some_and(|told| told.contains("twice")));
        let many: Vec<String> = (0..=EACH_MAX).map(|n| format!("a{n}@b.vn")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert!(fault(&many, &[]).is_some_and(|told| told.contains("at most")));
    }
}
