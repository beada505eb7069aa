//! The simulated citizens' phones: real HTTP to the real pages, by loopback.

use std::io::Write;
use std::net::TcpStream;
use std::time::Duration;

use crate::cli::Failure;

/// What a phone says of itself.
#[derive(Clone, Debug)]
pub struct Phone {
    /// `X-Forwarded-For`, as the proxy at the commune's edge would set it.
    pub address: String,
    /// `User-Agent`.
    pub agent: String,
}

impl Phone {
    /// The phone of that number: some share a commune's Wi-Fi, so an address serves several.
    pub fn number(n: usize) -> Self {
        let wifi = n / 7;
        Self {
            address: format!(
                "10.{}.{}.{}",
                wifi / 62_500 % 250 + 1,
                wifi / 250 % 250,
                wifi % 250 + 1
            ),
            agent: format!(
                "Mozilla/5.0 (Linux; Android {}; SM-A{:03}F) Mobile",
                7 + n % 8,
                n % 997
            ),
        }
    }
}

/// An opened survey page.
#[derive(Clone, Debug)]
pub struct Page {
    action: String,
    submission: String,
    opened: String,
    cookies: String,
}

/// Talks to one server.
pub struct Browser {
    agent: ureq::Agent,
    base: String,
}

const TIMEOUT: Duration = Duration::from_secs(10);

fn value_of(html: &str, name: &str) -> Option<String> {
    let at =
        html.find(&format!("name=\"{name}\"")).or_else(|| html.find(&format!("name={name}")))?;
    let start = html.get(..at)?.rfind('<')?;
    let tag = html.get(start..)?.split('>').next()?;
    attribute(tag, "value")
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let rest = tag.split(&format!("{name}=")).nth(1)?;
    let value = match rest.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next()?,
        None => rest.split([' ', '>']).next()?,
    };
    Some(value.replace("&amp;", "&").replace("&#38;", "&"))
}

fn cookies(reply: &ureq::http::Response<ureq::Body>) -> Vec<(String, String)> {
    reply
        .headers()
        .get_all("set-cookie")
        .iter()
        .filter_map(|v| v.to_str().ok())
        .filter_map(|v| v.split(';').next()?.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

impl Browser {
    /// A browser for the server at `base`.
    pub fn new(base: &str) -> Self {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(TIMEOUT))
            .build()
            .into();
        Self { agent, base: base.to_owned() }
    }

    fn failed(what: &str, error: impl std::error::Error + Send + Sync + 'static) -> Failure {
        Failure::because(format!("a simulated citizen could not {what}"), error)
    }

    /// Opens a survey page.
    pub fn open(&self, path: &str, phone: &Phone) -> Result<Page, Failure> {
        let mut reply = self
            .agent
            .get(format!("{}{path}", self.base))
            .header("User-Agent", &phone.agent)
            .header("X-Forwarded-For", &phone.address)
            .header("Accept-Language", "vi")
            .call()
            .map_err(|error| Self::failed("open a page", error))?;
        let cookies: Vec<String> =
            cookies(&reply).into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        let status = reply.status();
        let html = reply
            .body_mut()
            .read_to_string()
            .map_err(|error| Self::failed("read a page", error))?;
        let missing =
            || Failure::new(format!("the survey page answered {status} without its form"));
        let form =
            html.split("<form").nth(1).and_then(|f| f.split('>').next()).ok_or_else(missing)?;
        Ok(Page {
            action: attribute(form, "action").ok_or_else(missing)?,
            submission: value_of(&html, "submission").ok_or_else(missing)?,
            opened: value_of(&html, "opened").ok_or_else(missing)?,
            cookies: cookies.join("; "),
        })
    }

    /// Sends a page; the receipt. A reply that asks to come back is obeyed; a cut connection is tried again with the
    /// same id, as a phone does.
    pub fn send(
        &self,
        page: &Page,
        phone: &Phone,
        fields: &[(String, String)],
        cut: bool,
    ) -> Result<(usize, Option<String>), Failure> {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.append_pair("submission", &page.submission).append_pair("opened", &page.opened);
        for (name, value) in fields {
            body.append_pair(name, value);
        }
        let body = body.finish();
        let mut posts = 0;
        if cut {
            self.send_and_hang_up(page, phone, &body);
            posts += 1;
        }
        for _ in 0..10 {
            posts += 1;
            let reply = self
                .agent
                .post(format!("{}{}", self.base, page.action))
                .header("User-Agent", &phone.agent)
                .header("X-Forwarded-For", &phone.address)
                .header("Cookie", &page.cookies)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .send(&body);
            match reply {
                Ok(reply) if reply.status() == 303 => {
                    let receipt =
                        cookies(&reply).into_iter().find(|(n, _)| n == "bien_nhan").map(|(_, v)| v);
                    return Ok((posts, receipt));
                }
                Ok(reply) if reply.status() == 503 => std::thread::sleep(Duration::from_secs(1)),
                Ok(reply) => {
                    return Err(Failure::new(format!(
                        "an answer was refused with {}",
                        reply.status()
                    )));
                }
                Err(_) => std::thread::sleep(Duration::from_millis(20)),
            }
        }
        Ok((posts, None))
    }

    /// The network drops: the post leaves, nobody waits for the reply.
    fn send_and_hang_up(&self, page: &Page, phone: &Phone, body: &str) {
        let host = self.base.trim_start_matches("http://");
        let Ok(mut stream) = TcpStream::connect(host) else { return };
        let head = format!(
            "POST {} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: {}\r\nX-Forwarded-For: {}\r\nContent-Type: \
             application/x-www-form-urlencoded\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            page.action,
            phone.agent,
            phone.address,
            body.len()
        );
        let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()));
    }
}
