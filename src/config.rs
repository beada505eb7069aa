//! One typed configuration: defaults, then `khaosat.toml`, then `KHAOSAT_*` and `DATABASE_URL`; printed with secrets masked.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// Where a value stood that cannot be used, and why.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file.
    #[error("{}: the configuration cannot be read", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        cause: std::io::Error,
    },
    /// Its syntax, a key or a type.
    #[error("{place}: {reason}")]
    Syntax {
        /// `FILE:LINE` or the variable's name.
        place: String,
        /// What is wrong and what to do.
        reason: String,
    },
    /// A value against the others.
    #[error("{key}: {reason}")]
    Value {
        /// The key.
        key: &'static str,
        /// What is wrong and what to do.
        reason: String,
    },
}

/// The configuration of one `khaosat`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Address to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Address that QR codes, mail and receipts carry, without a trailing slash; required outside loopback.
    pub public_url: Option<String>,
    /// `postgres://…` or a path of the embedded SQLite.
    pub database_url: String,
    /// Directory of the keys, which must not be in the database's backups.
    pub keys_dir: PathBuf,
    /// Directory of recorded questions and answers, by language.
    pub audio_dir: PathBuf,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Threads that serve requests; 0 = one a core.
    pub workers: usize,
    /// Connections to the database.
    pub database_connections: u32,
    /// Answers that may wait to be written; more are told to come back.
    pub queue: usize,
    /// Largest body of an answer, bytes.
    pub body_bytes_max: usize,
    /// Time a sender has for headers and body, seconds.
    pub request_seconds_max: u64,
    /// The body that asks and answers for the data, as citizens know it.
    pub controller: String,
    /// How to reach it about one's data.
    pub contact: String,
    /// `error`, `warn`, `info`, `debug`, or a filter of tracing-subscriber.
    pub log: String,
    /// `text` or `json`.
    pub log_format: LogFormat,
    /// Mail server; without one the outbox waits and says so.
    pub mail: Option<crate::mail::Settings>,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For a person.
    Text,
    /// For a machine.
    Json,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            public_url: None,
            database_url: "khaosat.sqlite3".to_owned(),
            keys_dir: PathBuf::from("keys"),
            audio_dir: PathBuf::from("survey-forms/audio"),
            trusted_proxies: Vec::new(),
            workers: 0,
            database_connections: 8,
            queue: 4096,
            body_bytes_max: 64 * 1024,
            request_seconds_max: 15,
            controller: "Cơ quan tổ chức khảo sát".to_owned(),
            contact: "Bộ phận Một cửa".to_owned(),
            log: "info".to_owned(),
            log_format: LogFormat::Text,
            mail: None,
        }
    }
}

/// The documented keys: name, default, meaning. `--check-config` and the operator's guide are made from it.
pub const KEYS: &[(&str, &str, &str)] = &[
    ("listen", "127.0.0.1:8080", "address to listen on; port 0 takes a free one"),
    (
        "public_url",
        "",
        "address in QR codes, mail and receipts; required when listening outside loopback",
    ),
    (
        "database_url",
        "khaosat.sqlite3",
        "path of the embedded SQLite, or postgres://…; DATABASE_URL does the same",
    ),
    (
        "keys_dir",
        "keys",
        "directory of the keys (mode 700), shared by all servers of one database; keep it out of backups of the database",
    ),
    (
        "audio_dir",
        "survey-forms/audio",
        "recorded questions and answers, <language>/q01.mp3 and so on; read when serve starts",
    ),
    ("trusted_proxies", "[]", "addresses of proxies whose X-Forwarded-For is believed"),
    ("workers", "0", "threads that serve requests; 0 = one a core"),
    ("database_connections", "8", "connections to the database"),
    ("queue", "4096", "answers that may wait to be written; more get 503 with Retry-After"),
    ("body_bytes_max", "65536", "largest body of an answer, bytes"),
    ("request_seconds_max", "15", "time a sender has for headers and body, seconds"),
    ("controller", "Cơ quan tổ chức khảo sát", "the body that asks and answers for the data"),
    ("contact", "Bộ phận Một cửa", "how to reach it about one's data"),
    ("log", "info", "error, warn, info, debug, or a filter"),
    ("log_format", "text", "text or json"),
    ("mail", "", "table: host, port, security, user, password, from (see docs/operator.md)"),
];

/// Names the database, as other software calls the variable.
const DATABASE: &str = "DATABASE_URL";
/// What all other variables of ours begin with.
const PREFIX: &str = "KHAOSAT_";

/// Who acts on the command line; the one `KHAOSAT_*` that is no key of the configuration.
pub const ACTING: &str = "KHAOSAT_AS";

/// Largest configuration file.
const FILE_BYTES_MAX: u64 = 64 * 1024;

/// The variables of this process that are for khaosat. Those of others may hold anything, also what is no UTF-8.
///
/// # Errors
/// [`ConfigError::Syntax`] names the variable whose value is no UTF-8.
pub fn environment() -> Result<Vec<(String, String)>, ConfigError> {
    own(std::env::vars_os())
}

fn own(
    all: impl Iterator<Item = (std::ffi::OsString, std::ffi::OsString)>,
) -> Result<Vec<(String, String)>, ConfigError> {
    let mut own = Vec::new();
    for (name, value) in all {
        let Some(name) = name.to_str().filter(|n| *n == DATABASE || n.starts_with(PREFIX)) else {
            continue;
        };
        let value = value.into_string().map_err(|_| ConfigError::Syntax {
            place: name.to_owned(),
            reason: "its value is no UTF-8".to_owned(),
        })?;
        own.push((name.to_owned(), value));
    }
    Ok(own)
}

impl Config {
    /// Reads `file` (or `khaosat.toml` where it exists) and the environment.
    ///
    /// # Errors
    /// [`ConfigError`] naming file and line, or variable.
    pub fn load(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let default = Path::new("khaosat.toml");
        let path = file.or_else(|| default.exists().then_some(default));
        let mut table = match path {
            Some(path) => read_file(path)?,
            None => toml::Table::new(),
        };
        let mut database_url = None;
        for (name, value) in environment {
            if name == DATABASE {
                database_url = Some(value);
            } else if let Some(key) = name.strip_prefix(PREFIX).filter(|_| name != ACTING) {
                let key = key.to_lowercase();
                // Alone first: what is wrong with it is told under its own name.
                let mut alone = toml::Table::new();
                set(&mut alone, &name, &key, &value)?;
                if let Err(error) = alone.try_into::<Self>() {
                    let reason = error.message().to_owned();
                    return Err(ConfigError::Syntax { place: name, reason });
                }
                set(&mut table, &name, &key, &value)?;
            }
        }
        if let Some(url) = database_url {
            table.insert("database_url".to_owned(), toml::Value::String(url));
        }
        let config: Self =
            table.try_into().map_err(|error: toml::de::Error| ConfigError::Syntax {
                place: path.map_or("the environment".to_owned(), |p| p.display().to_string()),
                reason: error.message().to_owned(),
            })?;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), ConfigError> {
        let refuse = |key, reason: &str| Err(ConfigError::Value { key, reason: reason.to_owned() });
        match &self.public_url {
            None if !self.listen.ip().is_loopback() => {
                return refuse(
                    "public_url",
                    "it is required when listening outside loopback, since QR codes carry it; set it to https://your.host",
                );
            }
            Some(url) => {
                let plain = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"));
                let host = plain.unwrap_or_default();
                if host.is_empty()
                    || url.len() > 200
                    || url.ends_with('/')
                    || url.contains(['?', '#', '"', '<', '>', ' ', '@'])
                {
                    return refuse(
                        "public_url",
                        "it must be http:// or https://, a host, and no slash at its end",
                    );
                }
                let local = ["127.0.0.1", "localhost", "[::1]"].iter().any(|l| host.starts_with(l));
                if url.starts_with("http://") && !local {
                    return refuse(
                        "public_url",
                        "answers travel over https only; http is for loopback",
                    );
                }
            }
            None => {}
        }
        if self.queue == 0 || self.queue > 1_000_000 {
            return refuse("queue", "it must be between 1 and 1000000");
        }
        if !(1024..=1024 * 1024).contains(&self.body_bytes_max) {
            return refuse("body_bytes_max", "it must be between 1024 and 1048576");
        }
        if !(1..=300).contains(&self.request_seconds_max) {
            return refuse("request_seconds_max", "it must be between 1 and 300");
        }
        if !(2..=200).contains(&self.database_connections) {
            return refuse("database_connections", "it must be between 2 and 200");
        }
        if let Some(mail) = &self.mail {
            mail.check()
                .map_err(|error| ConfigError::Value { key: "mail", reason: error.to_string() })?;
        }
        Ok(())
    }

    /// All values, secrets masked, one line each.
    #[must_use]
    pub fn describe(&self) -> String {
        let Self {
            listen,
            public_url,
            database_url,
            keys_dir,
            audio_dir,
            trusted_proxies,
            workers,
            database_connections,
            queue,
            body_bytes_max,
            request_seconds_max,
            controller,
            contact,
            log,
            log_format,
            mail,
        } = self;
        format!(
            "listen = {listen}\npublic_url = {}\ndatabase_url = {}\nkeys_dir = {}\naudio_dir = {}\ntrusted_proxies = {trusted_proxies:?}\n\
             workers = {workers}\ndatabase_connections = {database_connections}\nqueue = {queue}\n\
             controller = {controller}\ncontact = {contact}\n\
             body_bytes_max = {body_bytes_max}\nrequest_seconds_max = {request_seconds_max}\nlog = {log}\n\
             log_format = {log_format:?}\nmail = {}\n",
            public_url.as_deref().unwrap_or("(the address it listens on)"),
            mask_password(database_url),
            keys_dir.display(),
            audio_dir.display(),
            mail.as_ref().map_or("(none: the outbox waits)".to_owned(), |m| format!("{m:?}")),
        )
    }
}

/// `postgres://user:***@host/db`.
fn mask_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let Some((login, host)) = rest.rsplit_once('@') else {
        // A password may also stand among the parameters.
        return url
            .split_once("password=")
            .map_or(url.to_owned(), |(head, _)| format!("{head}password=***"));
    };
    let user = login.split(':').next().unwrap_or_default();
    format!("{scheme}://{user}:***@{host}")
}

fn read_file(path: &Path) -> Result<toml::Table, ConfigError> {
    let failed = |cause| ConfigError::File { path: path.to_owned(), cause };
    let length = std::fs::metadata(path).map_err(failed)?.len();
    if length > FILE_BYTES_MAX {
        return Err(failed(std::io::Error::other("it is larger than 64 KiB")));
    }
    let text = std::fs::read_to_string(path).map_err(failed)?;
    // Parsed into the typed form first, since that error knows its line.
    toml::from_str::<Config>(&text).map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        ConfigError::Syntax {
            place: format!("{}:{line}", path.display()),
            reason: error.message().to_owned(),
        }
    })?;
    text.parse().map_err(|error: toml::de::Error| ConfigError::Syntax {
        place: path.display().to_string(),
        reason: error.message().to_owned(),
    })
}

/// Sets `a__b` as table `a`, key `b`. Numbers, booleans and lists are read as TOML, everything else as text.
fn set(table: &mut toml::Table, name: &str, key: &str, value: &str) -> Result<(), ConfigError> {
    let refuse = |reason: &str| {
        Err(ConfigError::Syntax { place: name.to_owned(), reason: reason.to_owned() })
    };
    let top = key.split("__").next().unwrap_or_default();
    if !KEYS.iter().any(|(known, _, _)| *known == top) {
        return refuse("there is no such key; see khaosat serve --check-config");
    }
    // A password of digits is still text.
    let is_text = matches!(key, "mail__password" | "mail__user");
    let toml = if is_text { String::new() } else { format!("x = {value}") };
    let parsed = toml
        .parse::<toml::Table>()
        .ok()
        .and_then(|mut t| t.remove("x"))
        .filter(|v| !v.is_datetime())
        .unwrap_or_else(|| toml::Value::String(value.to_owned()));
    match key.split_once("__") {
        None => {
            table.insert(key.to_owned(), parsed);
        }
        Some((outer, inner)) => {
            let nested = table
                .entry(outer.to_owned())
                .or_insert_with(|| toml::Value::Table(toml::Table::new()));
            match nested.as_table_mut() {
                Some(nested) => {
                    nested.insert(inner.to_owned(), parsed);
                }
                None => return refuse("this key is not a table"),
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from_env(pairs: &[(&str, &str)]) -> Result<Config, ConfigError> {
        Config::load(
            Some(Path::new("/dev/null")),
            pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())),
        )
    }

    #[test]
    fn the_environment_sets_keys_and_nested_keys() {
        let config =
            from_env(&[("KHAOSAT_QUEUE", "7"), ("DATABASE_URL", "postgres://u:p@h/d")]).unwrap();
        assert_eq!(config.queue, 7);
        assert!(config.describe().contains("postgres://u:***@h/d"));
        assert!(!config.describe().contains(":p@"));
    }

    #[test]
    fn a_misspelt_key_is_refused_by_name() {
        let error = from_env(&[("KHAOSAT_LISTN", "1")]).unwrap_err();
        assert!(error.to_string().starts_with("KHAOSAT_LISTN: "), "{error}");
    }

    #[test]
    fn a_value_of_the_wrong_kind_is_refused_by_the_name_of_its_variable() {
        for (name, value) in [
            ("KHAOSAT_QUEUE", "many"),
            ("KHAOSAT_LISTEN", "here"),
            ("KHAOSAT_TRUSTED_PROXIES", "[\"nobody\"]"),
            ("KHAOSAT_LOG_FORMAT", "loud"),
            ("KHAOSAT_MAIL__PORT", "smtp"),
        ] {
            let error = from_env(&[("KHAOSAT_WORKERS", "2"), (name, value)]).unwrap_err();
            assert!(error.to_string().starts_with(&format!("{name}: ")), "{error}");
        }
    }

    #[test]
    fn variables_of_others_may_hold_anything_and_ours_are_text() {
        use std::ffi::OsString;
        use std::os::unix::ffi::OsStringExt;
        let broken = || OsString::from_vec(vec![0xff, 0xfe]);
        let others = [("PATH".into(), broken()), (broken(), "x".into())];
        assert_eq!(own(others.into_iter()).unwrap(), []);
        for name in ["DATABASE_URL", "KHAOSAT_LOG"] {
            let error = own([(name.into(), broken())].into_iter()).unwrap_err();
            assert_eq!(error.to_string(), format!("{name}: its value is no UTF-8"));
        }
    }

    #[test]
    fn the_name_of_who_acts_is_no_key() {
        assert!(from_env(&[("KHAOSAT_AS", "an")]).is_ok());
    }

    #[test]
    fn outside_loopback_the_public_address_is_required() {
        let error = from_env(&[("KHAOSAT_LISTEN", "0.0.0.0:80")]).unwrap_err();
        assert!(error.to_string().starts_with("public_url: "), "{error}");
        let plain = [("KHAOSAT_LISTEN", "0.0.0.0:80"), ("KHAOSAT_PUBLIC_URL", "http://a.vn")];
        assert!(from_env(&plain).is_err());
        let good = [("KHAOSAT_LISTEN", "0.0.0.0:80"), ("KHAOSAT_PUBLIC_URL", "https://a.vn")];
        assert!(from_env(&good).is_ok());
    }

    #[test]
    fn a_mistake_in_the_file_is_named_with_its_line() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("k.toml");
        std::fs::write(&path, "queue = 5\nlistn = 3\n").unwrap();
        let error = Config::load(Some(&path), std::iter::empty()).unwrap_err().to_string();
        assert!(error.contains("k.toml:2: "), "{error}");
    }
}
