//! How to reach the mail server, as the configuration's table `mail`.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use lettre::message::Mailbox;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, de};

use super::MailError;

/// How the connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// Not at all; for a server on the same machine.
    None,
    /// Plain at first, TLS before anything is said; refused when the server does not offer it.
    Starttls,
    /// TLS from the first byte.
    Tls,
}

/// The table `mail`. File and environment are merged before it is complete, so [`Settings::check`] judges the whole.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Name or address of the mail server.
    pub host: String,
    /// Its port; by default 25 without protection, 587 with STARTTLS, 465 with TLS.
    pub port: Option<u16>,
    /// Protection.
    pub security: Security,
    /// Permits `security = "none"` to another machine: everybody between can read and change the mail.
    pub allow_plain: bool,
    /// PEM file with the authority that signed the server's certificate, where it is not a public one.
    pub ca_file: Option<String>,
    /// Account on the server.
    pub user: Option<String>,
    /// Its password.
    #[serde(deserialize_with = "password")]
    pub password: Option<SecretString>,
    /// Sender: `name@host`, or `Words <name@host>`.
    pub from: String,
    /// How long the server may take over each step, seconds; five times that to take over a whole mail.
    pub timeout_s: u64,
    /// Most mails a minute by this process, evenly spread.
    pub per_minute: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            host: String::new(),
            port: None,
            security: Security::Starttls,
            allow_plain: false,
            ca_file: None,
            user: None,
            password: None,
            from: String::new(),
            timeout_s: 60,
            per_minute: 60,
        }
    }
}

impl Settings {
    /// Checks all values, alone and against each other.
    ///
    /// # Errors
    /// [`MailError::Setting`] names the key, what is wrong and what to do.
    pub fn check(&self) -> Result<(), MailError> {
        let refuse = |key, reason: &str| Err(MailError::Setting { key, reason: reason.to_owned() });
        let graphic = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
        if self.host.is_empty() || self.host.len() > 253 || !graphic(&self.host) {
            return refuse("host", "it must be the name or the address of the mail server");
        }
        if self.host.contains(['/', '@', '[', ']']) {
            return refuse(
                "host",
                "it must be a bare name or address; the port has a key of its own",
            );
        }
        if self.port == Some(0) {
            return refuse("port", "0 is no port; leave it out for the usual one");
        }
        self.sender()?;
        let here = self.is_loopback();
        if self.security == Security::None && !here && !self.allow_plain {
            return refuse(
                "security",
                "none sends mail unprotected to another machine; take starttls or tls, or permit it with allow_plain = true",
            );
        }
        if self.user.is_some() != self.password.is_some() {
            return refuse("password", "user and password go together; give both or neither");
        }
        if self.user.is_some() && self.security == Security::None && !here {
            return refuse(
                "password",
                "a password is never sent unprotected to another machine; take starttls or tls",
            );
        }
        let blank =
            |text: Option<&str>| text.is_some_and(|text| text.is_empty() || text.len() > 512);
        if blank(self.user.as_deref()) || blank(self.password.as_ref().map(|p| p.expose_secret())) {
            return refuse("password", "user and password must have 1 to 512 bytes");
        }
        if self.ca_file.is_some() && self.security == Security::None {
            return refuse(
                "ca_file",
                "it has no use without TLS; leave it out or take starttls or tls",
            );
        }
        if !(1..=300).contains(&self.timeout_s) {
            return refuse("timeout_s", "it must be between 1 and 300 seconds");
        }
        if !(1..=60_000).contains(&self.per_minute) {
            return refuse("per_minute", "it must be between 1 and 60000");
        }
        Ok(())
    }

    /// The port in use.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port.unwrap_or(match self.security {
            Security::None => 25,
            Security::Starttls => 587,
            Security::Tls => 465,
        })
    }

    /// The sender.
    pub(super) fn sender(&self) -> Result<Mailbox, MailError> {
        let refuse = |reason: &str| MailError::Setting { key: "from", reason: reason.to_owned() };
        let sender: Mailbox = self.from.parse().map_err(|_| {
            refuse("it must be name@host, or Words <name@host>, the sender of all mail")
        })?;
        if !self.from.chars().all(|letter| !letter.is_control()) || self.from.len() > 320 {
            return Err(refuse("it must be one line of at most 320 bytes"));
        }
        if !super::message::is_plain(&sender.email) {
            return Err(refuse(
                "the address must be in plain ASCII; write an international domain as xn--…",
            ));
        }
        Ok(sender)
    }

    /// Limit of one step.
    pub(super) fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout_s)
    }

    fn is_loopback(&self) -> bool {
        self.host.eq_ignore_ascii_case("localhost")
            || self.host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }
}

/// Reads a password without ever naming its value in an error.
fn password<'de, D: Deserializer<'de>>(from: D) -> Result<Option<SecretString>, D::Error> {
    struct Text;
    impl de::Visitor<'_> for Text {
        type Value = Option<SecretString>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("text in quotes")
        }
        fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
            Ok(Some(SecretString::from(text)))
        }
        fn visit_i64<E: de::Error>(self, _: i64) -> Result<Self::Value, E> {
            Err(E::custom("the password must be text in quotes, not a number"))
        }
        fn visit_f64<E: de::Error>(self, _: f64) -> Result<Self::Value, E> {
            Err(E::custom("the password must be text in quotes, not a number"))
        }
        fn visit_bool<E: de::Error>(self, _: bool) -> Result<Self::Value, E> {
            Err(E::custom("the password must be text in quotes"))
        }
    }
    from.deserialize_any(Text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Settings, String> {
        let settings: Settings = toml::from_str(text).map_err(|error| error.to_string())?;
        settings.check().map_err(|error| error.to_string())?;
        Ok(settings)
    }

    const GOOD: &str = "host = 'mail.example.vn'\nfrom = 'Khảo sát <khaosat@example.vn>'\n";

    #[test]
    fn the_least_is_a_host_and_a_sender_and_means_starttls() {
        let settings = read(GOOD).unwrap();
        assert_eq!((settings.security, settings.port()), (Security::Starttls, 587));
        assert_eq!(settings.sender().unwrap().name.as_deref(), Some("Khảo sát"));
        assert_eq!(read(&format!("{GOOD}security = 'tls'")).unwrap().port(), 465);
    }

    #[test]
    fn every_mistake_is_refused_by_its_key() {
        for (text, key) in [
            ("from = 'a@example.vn'", "host: "),
            ("host = 'smtp://mail.example.vn'\nfrom = 'a@example.vn'", "host: "),
            ("host = 'mail.example.vn'", "from: "),
            ("host = 'mail.example.vn'\nfrom = 'nobody'", "from: "),
            ("host = 'mail.example.vn'\nfrom = \"a@example.vn\\r\\nBcc: b@example.vn\"", "from: "),
            (&format!("{GOOD}port = 0"), "port: "),
            (&format!("{GOOD}user = 'u'"), "password: "),
            (&format!("{GOOD}user = 'u'\npassword = ''"), "password: "),
            (&format!("{GOOD}timeout_s = 0"), "timeout_s: "),
            (&format!("{GOOD}per_minute = 0"), "per_minute: "),
            (&format!("{GOOD}security = 'none'"), "security: "),
            (
                &format!("{GOOD}security = 'none'\nallow_plain = true\nca_file = 'a.pem'"),
                "ca_file: ",
            ),
            (
                &format!("{GOOD}security = 'none'\nallow_plain = true\nuser = 'u'\npassword = 'p'"),
                "password: ",
            ),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.starts_with(key), "{text}\n{error}");
        }
        assert!(read(&format!("{GOOD}prot = 25")).unwrap_err().contains("prot"));
        assert!(read(&format!("{GOOD}security = 'ssl'")).unwrap_err().contains("starttls"));
    }

    #[test]
    fn unprotected_mail_goes_to_this_machine_only_unless_permitted() {
        for host in ["localhost", "127.0.0.1", "::1"] {
            let text = format!("host = '{host}'\nfrom = 'a@example.vn'\nsecurity = 'none'");
            assert_eq!(read(&text).unwrap().port(), 25);
        }
        assert!(read(&format!("{GOOD}security = 'none'\nallow_plain = true")).is_ok());
    }

    #[test]
    fn a_password_is_printed_nowhere() {
        let settings = read(&format!("{GOOD}user = 'u'\npassword = 'hunter2'")).unwrap();
        assert!(!format!("{settings:?}").contains("hunter2"));
        let number = read(&format!("{GOOD}user = 'u'\npassword = 31337")).unwrap_err();
        assert!(number.contains("in quotes"), "{number}");
    }
}
