//! A plain HTTP client that shows what a server says: no redirects followed, cookies by hand, every status an answer.

use std::time::Duration;

use ureq::Agent;
use ureq::http;

/// Asks one server.
pub struct Client {
    agent: Agent,
    base: String,
    headers: Vec<(String, String)>,
}

impl Client {
    /// A client of the server at `base`, `http://host:port`.
    pub fn new(base: &str) -> Self {
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(Duration::from_secs(30)))
            .build()
            .into();
        Self { agent, base: base.trim_end_matches('/').to_owned(), headers: Vec::new() }
    }

    /// Sends this header, too, with every request from now on: a cookie, a bearer token, a language.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// GET.
    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, None, "")
    }

    /// POST of a form, as a browser encodes it.
    pub fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.send("POST", path, Some("application/x-www-form-urlencoded"), &encoded(fields))
    }

    /// POST of a JSON text.
    pub fn post_json(&self, path: &str, body: &str) -> Answer {
        self.send("POST", path, Some("application/json"), body)
    }

    /// Any request with any body.
    pub fn send(&self, method: &str, path: &str, content_type: Option<&str>, body: &str) -> Answer {
        self.try_send(method, path, content_type, body)
            .unwrap_or_else(|error| panic!("{method} {}{path}: {error}", self.base))
    }

    /// As [`Client::send`]; an error when the connection fails, as it does under a `kill -9`.
    pub fn try_send(
        &self,
        method: &str,
        path: &str,
        content_type: Option<&str>,
        body: &str,
    ) -> Result<Answer, ureq::Error> {
        let mut request =
            http::Request::builder().method(method).uri(format!("{}{path}", self.base));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if let Some(content_type) = content_type {
            request = request.header("content-type", content_type);
        }
        let response = if body.is_empty() && content_type.is_none() {
            self.agent.run(request.body(()).unwrap())?
        } else {
            self.agent.run(request.body(body).unwrap())?
        };
        let (parts, mut content) = response.into_parts();
        let body = content.read_to_vec()?;
        Ok(Answer { status: parts.status.as_u16(), headers: parts.headers, body })
    }
}

/// What a server said.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    headers: http::HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    /// A header's value; "" when it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The value of the cookie that this answer sets.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.headers.get_all("set-cookie").iter().find_map(|set| {
            set.to_str().unwrap().split(';').next()?.trim().strip_prefix(name)?.strip_prefix('=')
        })
    }

    /// The body as text.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error} in {}", self.text()))
    }

    /// The value of the hidden or text input of this name in an HTML page.
    pub fn input(&self, name: &str) -> Option<&str> {
        self.text().split("<input").skip(1).find_map(|rest| {
            let tag = rest.split('>').next()?;
            (attribute(tag, "name")? == name).then(|| attribute(tag, "value"))?
        })
    }
}

/// An attribute of a tag, its quotes required, as our pages write them.
fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    tag.split_once(&format!(" {name}=\""))?.1.split('"').next()
}

/// `application/x-www-form-urlencoded`.
fn encoded(fields: &[(&str, &str)]) -> String {
    let pair = |(name, value): &(&str, &str)| format!("{}={}", percent(name), percent(value));
    fields.iter().map(pair).collect::<Vec<_>>().join("&")
}

fn percent(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
            char::from(byte).to_string()
        }
        b' ' => "+".to_owned(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}
