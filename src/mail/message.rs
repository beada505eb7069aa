//! From a letter to the bytes that go over the wire.

use std::time::{Duration, UNIX_EPOCH};

use lettre::address::{Address, Envelope};
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart, MultiPartKind, SinglePart};
use sha2::{Digest, Sha256};

use super::template::Letter;
use crate::clock::Millis;
use crate::store::outbox::Mail;

/// A message that is ready: who, to whom, what.
pub struct Ready {
    /// Sender and recipient as the server is told.
    pub envelope: Envelope,
    /// Headers and both parts, ASCII only.
    pub bytes: Vec<u8>,
}

/// Makes the Message-ID of a new row of the outbox: `<32 hex digits@host of public_url>`.
///
/// `random`: from the operating system.
#[must_use]
pub fn new_message_id(random: [u8; 16], public_url: &str) -> String {
    let rest = public_url.split_once("://").map_or(public_url, |(_, rest)| rest);
    let authority = rest.split('/').next().unwrap_or_default();
    // A port says nothing here, and an IPv6 address has letters that a Message-ID must not.
    let host = if authority.starts_with('[') {
        ""
    } else {
        authority.split(':').next().unwrap_or_default()
    };
    let allowed = |letter: &char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.');
    let host: String = host.chars().filter(allowed).take(200).collect();
    let host = host.trim_matches(['.', '-']);
    let host = if host.is_empty() { "localhost" } else { host };
    format!("<{}@{host}>", data_encoding::HEXLOWER.encode(&random))
}

/// True for an address that goes into headers and commands as it stands.
pub fn is_plain(address: &Address) -> bool {
    let text: &str = address.as_ref();
    text.len() <= 254
        && text.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>\"(),:;\\".contains(&byte))
}

fn is_message_id(text: &str) -> bool {
    let inner = text.strip_prefix('<').and_then(|text| text.strip_suffix('>')).unwrap_or_default();
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    inner.len() <= 250
        && inner.split_once('@').is_some_and(|(left, right)| {
            !left.is_empty() && !right.is_empty() && left.bytes().chain(right.bytes()).all(allowed)
        })
}

/// Composes the message of `mail` to `recipient`. The same mail at the same time gives the same bytes.
///
/// # Errors
/// A sentence for the outbox, when address or Message-ID cannot be used: no later try would help.
pub fn compose(
    mail: &Mail,
    recipient: &str,
    letter: &Letter,
    from: &Mailbox,
    now: Millis,
) -> Result<Ready, String> {
    let to: Address = recipient
        .parse()
        .ok()
        .filter(is_plain)
        .ok_or("the address cannot be used; it must be name@host in plain ASCII")?;
    if !is_message_id(&mail.message_id) {
        return Err("the stored Message-ID cannot be used".to_owned());
    }
    let envelope = Envelope::new(Some(from.email.clone()), vec![to.clone()])
        .map_err(|error| error.to_string())?;
    let date = UNIX_EPOCH + Duration::from_millis(u64::try_from(now.0).unwrap_or_default());
    let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
    let mut builder = Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, to))
        .subject(one_line(&letter.subject))
        .date(date)
        .message_id(Some(mail.message_id.clone()))
        .raw_header(HeaderValue::new(automatic, "auto-generated".to_owned()))
        .envelope(envelope.clone());
    if let Some(address) = &letter.unsubscribe {
        // RFC 8058: one POST to this address, without any page, ends further mail.
        let header = |name: &'static str, value: String| {
            HeaderValue::new(HeaderName::new_from_ascii_str(name), value)
        };
        builder = builder
            .raw_header(header("List-Unsubscribe", format!("<{}>", one_line(address))))
            .raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()));
    }
    let message = builder.multipart(parts(mail, letter)).map_err(|error| error.to_string())?;
    Ok(Ready { envelope, bytes: message.formatted() })
}

/// Text and HTML. Quoted-printable keeps every line short and readable in the raw message; nothing needs 8BITMIME.
fn parts(mail: &Mail, letter: &Letter) -> MultiPart {
    let part = |kind: ContentType, body: &str| {
        SinglePart::builder()
            .header(kind)
            .header(ContentTransferEncoding::QuotedPrintable)
            .body(body.to_owned())
    };
    // A fixed boundary keeps a second sending equal to the first.
    let boundary = data_encoding::HEXLOWER.encode(&Sha256::digest(&mail.message_id));
    MultiPart::builder()
        .kind(MultiPartKind::Alternative)
        .boundary(boundary)
        .singlepart(part(ContentType::TEXT_PLAIN, &letter.text))
        .singlepart(part(ContentType::TEXT_HTML, &letter.html))
}

/// A header's text without control characters, at most 200 letters.
fn one_line(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::outbox::MailState;

    fn mail(recipient: &str, message_id: &str) -> Mail {
        Mail {
            id: 1,
            kind: "publication".to_owned(),
            recipient: recipient.to_owned(),
            link_id: None,
            subject_ref: String::new(),
            message_id: message_id.to_owned(),
            state: MailState::Trying,
            attempts: 1,
            perhaps_twice: 0,
            due_at: Millis(0),
            last_error: None,
            sent_at: None,
        }
    }

    fn composed(recipient: &str, message_id: &str, subject: &str) -> Result<String, String> {
        let letter = Letter {
            subject: subject.to_owned(),
            text: "Kính gửi ông/bà\n.\nhết".to_owned(),
            html: "<p>Kính gửi ông/bà</p>".to_owned(),
            unsubscribe: None,
        };
        let from: Mailbox = "Khảo sát <khaosat@example.org>".parse().unwrap();
        let ready = compose(
            &mail(recipient, message_id),
            recipient,
            &letter,
            &from,
            Millis(1_795_485_900_000),
        )?;
        Ok(String::from_utf8(ready.bytes).unwrap())
    }

    #[test]
    fn a_message_holds_each_header_once_and_only_ascii() {
        let text = composed("a@example.org", "<1@example.org>", "Công bố").unwrap();
        assert!(text.is_ascii());
        let (head, _) = text.split_once("\r\n\r\n").unwrap();
        for name in
            ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version"]
        {
            let lines = head.lines().filter(|line| line.starts_with(&format!("{name}: "))).count();
            assert_eq!(lines, 1, "{name} in {head}");
        }
        assert!(head.contains("Message-ID: <1@example.org>"), "{head}");
        assert!(head.contains("Date: Tue, 24 Nov 2026 "), "{head}");
        assert!(text.lines().all(|line| line.len() <= 998));
    }

    #[test]
    fn the_same_mail_gives_the_same_bytes() {
        let once = composed("a@example.org", "<1@example.org>", "Công bố").unwrap();
        assert_eq!(once, composed("a@example.org", "<1@example.org>", "Công bố").unwrap());
    }

    #[test]
    fn no_value_can_add_a_header_or_a_recipient() {
        for subject in
            ["a\r\nBcc: b@example.org", "a\nBcc: b@example.org", "ô\r\n\r\nbody", "a\r\n b"]
        {
            let text = composed("a@example.org", "<1@example.org>", subject).unwrap();
            let (head, _) = text.split_once("\r\n\r\n").unwrap();
            assert!(!head.lines().any(|line| line.starts_with("Bcc")), "{head}");
            assert!(head.contains("MIME-Version"), "the head ends early: {head}");
        }
        for recipient in [
            "a@example.org\r\nBcc: b@example.org",
            "a@example.org>\r\nRCPT TO:<b@example.org",
            "a@example.org, b@example.org",
            "\"a b\"@example.org",
            "ông@example.org",
            "a@đắk.vn",
            "nobody",
            "",
        ] {
            assert!(composed(recipient, "<1@example.org>", "a").is_err(), "{recipient:?}");
        }
        for message_id in
            ["", "1@example.org", "<1>", "<@>", "<1@example.org>\r\nBcc: b@example.org"]
        {
            assert!(composed("a@example.org", message_id, "a").is_err(), "{message_id:?}");
        }
    }

    #[test]
    fn a_new_message_id_is_one_that_can_be_sent_whatever_the_address() {
        for (public_url, host) in [
            ("https://khaosat.gialai.gov.vn", "khaosat.gialai.gov.vn"),
            ("http://127.0.0.1:8080", "127.0.0.1"),
            ("http://[::1]:8080", "localhost"),
            ("", "localhost"),
            ("https://a\r\nb:1/c", "ab"),
            ("https://..", "localhost"),
        ] {
            let id = new_message_id([7; 16], public_url);
            assert_eq!(id, format!("<{}@{host}>", "07".repeat(16)));
            assert!(is_message_id(&id), "{id}");
        }
        assert!(is_message_id(&new_message_id([7; 16], &"x".repeat(300))));
        assert_ne!(
            new_message_id([7; 16], "https://a.vn"),
            new_message_id([8; 16], "https://a.vn")
        );
    }
}
