//! A round of the console with somebody of each role, and files sent as a browser sends them.

use crate::administrator_signs_in::house::{OWN, ROUND, Tab, furnished};
use crate::support::{Answer, Engine, Installation};

/// The round's pages.
pub fn page(name: &str) -> String {
    format!("/console/rounds/{ROUND}/{name}")
}

/// The counter of one's own unit, as forms name it.
pub fn counter() -> String {
    format!("{}/1", OWN.0)
}

/// An installation with [`furnished`] and further paper clerks.
pub fn with_paper_clerks(at: &Installation, engine: &Engine) -> Tabs {
    let mut factors = furnished(at, engine);
    for name in ["lan", "mai"] {
        let add = ["user", "add", name, "--role", "paper_clerk", "--unit", OWN.0, "--as", "admin"];
        at.run(&add).done();
    }
    factors.extend(crate::administrator_signs_in::house::with_credentials(
        at,
        engine,
        &["lan", "mai"],
    ));
    Tabs(factors)
}

/// Who can sign in.
pub struct Tabs(pub std::collections::BTreeMap<&'static str, khaosat::account::factor::Totp>);

impl Tabs {
    /// Somebody who is signed in at a service.
    pub fn of(&self, name: &str, base: &str) -> Tab {
        let tab = Tab::new(base);
        tab.sign_in(name, &self.0[name]);
        tab
    }
}

/// Sends a file with a form of `page` to it.
pub fn upload(tab: &Tab, page: &str, fields: &[(&str, &str)], file: (&str, &str)) -> Answer {
    let shown = tab.get(page);
    let token = shown.input("csrf").unwrap_or_else(|| panic!("no form on {page}")).to_owned();
    let mut body = String::new();
    for (name, value) in [&[("csrf", token.as_str())], fields].concat() {
        body +=
            &format!("--x9\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    }
    let (name, content) = file;
    body += &format!(
        "--x9\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n{content}\r\n--x9--\r\n"
    );
    tab.send_body(page, "multipart/form-data; boundary=x9", &body)
}
