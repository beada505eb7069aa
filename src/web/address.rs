//! Whose request it is: the peer, or behind our own proxies the address that they saw.

use std::net::IpAddr;

use actix_web::HttpRequest;

/// Longest `X-Forwarded-For` that is read, bytes.
const HEADER_BYTES_MAX: usize = 1024;

/// The address of the client. Only what a proxy in `trusted` wrote is believed: from the right, the first address that
/// is none of them; everything further left could be the client's own invention.
pub fn of(request: &HttpRequest, trusted: &[IpAddr]) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip().to_canonical();
    let is_ours = |address: &IpAddr| trusted.iter().any(|t| t.to_canonical() == *address);
    if !is_ours(&peer) {
        return Some(peer);
    }
    let mut nearest = peer;
    let headers: Vec<_> = request.headers().get_all("x-forwarded-for").collect();
    for header in headers.iter().rev() {
        let text = header.to_str().unwrap_or_default();
        for hop in text.get(..text.len().min(HEADER_BYTES_MAX)).unwrap_or_default().rsplit(',') {
            let Ok(address) = hop.trim().parse::<IpAddr>() else { return Some(nearest) };
            nearest = address.to_canonical();
            if !is_ours(&nearest) {
                return Some(nearest);
            }
        }
    }
    Some(nearest)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn seen(peer: &str, forwarded: &[&str]) -> String {
        let trusted = ["10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap()];
        let mut request = TestRequest::default().peer_addr(format!("{peer}:4000").parse().unwrap());
        for header in forwarded {
            request = request.append_header(("X-Forwarded-For", *header));
        }
        of(&request.to_http_request(), &trusted).unwrap().to_string()
    }

    #[test]
    fn a_stranger_cannot_say_that_he_is_somebody_else() {
        assert_eq!(seen("203.0.113.7", &["198.51.100.9"]), "203.0.113.7");
    }

    #[test]
    fn behind_our_proxies_the_last_address_that_is_not_ours_counts() {
        assert_eq!(seen("10.0.0.1", &["1.2.3.4, 198.51.100.9, 10.0.0.2"]), "198.51.100.9");
        assert_eq!(seen("10.0.0.1", &["1.2.3.4", "198.51.100.9"]), "198.51.100.9");
        assert_eq!(seen("10.0.0.1", &["nonsense, 10.0.0.2"]), "10.0.0.2");
        assert_eq!(seen("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &["::ffff:198.51.100.9"]), "198.51.100.9");
    }
}
