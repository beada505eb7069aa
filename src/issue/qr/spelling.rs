//! How an address is spelled in a symbol: in capitals where they open the same page.
//!
//! QR's alphanumeric mode (ISO/IEC 18004, 7.4.4) holds two capitals, digits or `-./:` in 11 bits, its byte mode one letter
//! in 8: an address of 80 characters takes a symbol of 33 modules instead of 37, each of them larger on the same paper.
//! Host names ignore case (RFC 4343), and `/S/`, `/R/` are served as `/s/`, `/r/` are. The scheme ignores case, too
//! (RFC 3986, 3.1), but stays small: there are readers that take text for an address only where it begins with
//! `https://`, and these letters cost no larger symbol up to 84 characters.

use std::borrow::Cow;

/// Paths that are served in capitals as well.
const DOORS: [&str; 2] = ["s", "r"];

/// What a symbol holds for an address; the address itself where capitals might lead elsewhere.
pub fn spelled(url: &str) -> Cow<'_, str> {
    capitals(url).map_or(Cow::Borrowed(url), Cow::Owned)
}

fn capitals(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let (host, path) = rest.split_once('/')?;
    let (before, code) = path.rsplit_once('/')?;
    let (prefix, door) = before.rsplit_once('/').unwrap_or(("", before));
    let plain =
        |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.:/".contains(&b));
    let fixed = |text: &str| plain(text) && !text.bytes().any(|b| b.is_ascii_lowercase());
    let survives = plain(host) && fixed(prefix) && DOORS.contains(&door) && fixed(code);
    survives.then(|| format!("{scheme}://{}", rest.to_ascii_uppercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ignores_case_is_in_capitals() {
        for (url, wanted) in [
            ("https://khaosat.vn/s/CDFGH-JKMNP", "https://KHAOSAT.VN/S/CDFGH-JKMNP"),
            ("http://127.0.0.1:8080/r/CDFG-HJKM", "http://127.0.0.1:8080/R/CDFG-HJKM"),
            ("https://a.vn:44/TP2/s/CDFGH", "https://A.VN:44/TP2/S/CDFGH"),
        ] {
            assert_eq!(spelled(url), wanted);
        }
    }

    #[test]
    fn what_does_not_ignore_case_stays_as_it_is() {
        for url in [
            "https://a.vn/tp/s/CDFGH",
            "https://a.vn/s/CDFGH?lang=vi",
            "https://a.vn/s/CDFgH",
            "https://a.vn/k/CDFGH",
            "https://a.vn/CDFGH",
            "https://[::1]:80/s/CDFGH",
            "https://a.vn",
            "a.vn/s/CDFGH",
        ] {
            assert_eq!(spelled(url), url);
        }
    }
}
