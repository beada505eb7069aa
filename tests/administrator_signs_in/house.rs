//! An installation with somebody of each role, and a browser that keeps cookies.

use std::cell::RefCell;
use std::collections::BTreeMap;

use khaosat::account::factor::{SecondFactor, Totp};
use khaosat::account::password;
use khaosat::clock::{Clock, Millis, SystemClock};
use khaosat::store::{Act, Actor, Right, Role, Store};
use khaosat::vault::Vault;

use crate::support::ready::day_from_now;
use crate::support::{Answer, Client, Engine, Installation};

/// The round of these tests: the units [`OWN`] and [`OTHER`], a counter each.
pub const ROUND: &str = "console";
/// The unit that roles are held for.
pub const OWN: (&str, &str) = ("23638", "Kbang");
/// Another unit of the round.
pub const OTHER: (&str, &str) = ("23644", "Đak Rong");
/// Everybody's password here.
pub const PASSWORD: &str = "một câu dễ nhớ của ông An";

/// Somebody of each role.
pub const PEOPLE: [(&str, Role); 8] = [
    ("admin", Role::SystemAdmin),
    ("province", Role::ProvinceAdmin),
    ("unit", Role::UnitAdmin),
    ("clerk", Role::Clerk),
    ("paper", Role::PaperClerk),
    ("reviewer", Role::Reviewer),
    ("inspector", Role::Inspector),
    ("publisher", Role::Publisher),
];

/// Now, by the clock that the service reads.
pub fn now() -> Millis {
    SystemClock.now()
}

/// An installation with an open round of two units and somebody of each role; whose second factor is whose.
pub fn furnished(at: &Installation, engine: &Engine) -> BTreeMap<&'static str, Totp> {
    at.run(&["user", "add", "admin", "--role", "system_admin"]).done();
    at.run(&["unit", "import", "--shipped", "communes-2025", "--as", "admin"]).done();
    for (name, role) in PEOPLE.iter().skip(1) {
        let add = ["user", "add", name, "--role", role.word(), "--as", "admin"];
        let bound = matches!(role, Role::UnitAdmin | Role::Clerk | Role::PaperClerk);
        let unit: &[&str] = if bound { &["--unit", OWN.0] } else { &[] };
        at.run(&[&add[..], unit].concat()).done();
    }
    for (unit, _) in [OWN, OTHER] {
        let counter = ["counter", "add", "--unit", unit, "--code", "1", "--name", "Quầy 1"];
        at.run(&[&counter[..], &["--as", "admin"]].concat()).done();
    }
    at.run(&["service", "add", "ho-tich", "Hộ tịch", "--as", "admin"]).done();
    let plan = format!(
        "form = \"one-stop-shop\"\nopens_at = \"{}\"\ncloses_at = \"{}\"\n\
         [rules]\ntitle = \"Bảng điều khiển\"\nunits = [\"{}\", \"{}\"]\nunits_on = \"2026-01-01\"\n",
        day_from_now(-1),
        day_from_now(10),
        OWN.0,
        OTHER.0,
    );
    let plan = at.file("round.toml", &plan);
    at.run(&["round", "create", ROUND, "--file", plan, "--as", "province"]).done();
    at.run(&["round", "open", ROUND, "--as", "province"]).done();
    with_credentials(at, engine, &PEOPLE.map(|(name, _)| name))
}

/// Gives accounts [`PASSWORD`] and a second factor each.
pub fn with_credentials(
    at: &Installation,
    engine: &Engine,
    names: &[&'static str],
) -> BTreeMap<&'static str, Totp> {
    let store = Store::open(&engine.url, 1).unwrap();
    let key = Vault::open(&at.directory().join("keys")).unwrap().account_key().unwrap();
    let hash = password::hash(&PASSWORD.to_owned().into()).unwrap();
    let act = Act::new(&Actor::Service("test"), Right::UseConsole, now(), "account.test", "test");
    names
        .iter()
        .map(|name| {
            let id = store.credential(name).unwrap().unwrap().account_id;
            store.put_password(&act, id, &hash, None).unwrap();
            let totp = Totp::random().unwrap();
            let sealed = key.seal_factor(id.0, &totp.kept()).unwrap();
            store.put_factor(&act, id, &sealed, 0, &[]).unwrap();
            (*name, totp)
        })
        .collect()
}

/// A browser at one service: it keeps its cookies and follows nothing by itself.
pub struct Tab {
    base: String,
    cookies: RefCell<BTreeMap<String, String>>,
}

impl Tab {
    /// One with nothing remembered.
    pub fn new(base: &str) -> Self {
        Self { base: base.to_owned(), cookies: RefCell::default() }
    }

    /// Where it is.
    pub fn base(&self) -> &str {
        &self.base
    }

    fn client(&self) -> Client {
        let cookies = self.cookies.borrow();
        let held: Vec<String> =
            cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        Client::new(&self.base).with("cookie", &held.join("; "))
    }

    fn keep(&self, answer: Answer) -> Answer {
        for name in ["khaosat", "khaosat-form", "khaosat-browser", "khaosat-lang"] {
            match answer.cookie(name) {
                Some("") => drop(self.cookies.borrow_mut().remove(name)),
                Some(value) => {
                    self.cookies.borrow_mut().insert(name.to_owned(), value.to_owned());
                }
                None => {}
            }
        }
        answer
    }

    /// GET.
    pub fn get(&self, path: &str) -> Answer {
        self.keep(self.client().get(path))
    }

    /// A form of the page at `page`, sent to `path` with the page's token.
    pub fn send(&self, page: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let shown = self.get(page);
        let token = shown.input("csrf").unwrap_or_else(|| panic!("no form on {page}")).to_owned();
        self.post(path, &token, fields)
    }

    /// A form with this token.
    pub fn post(&self, path: &str, token: &str, fields: &[(&str, &str)]) -> Answer {
        let fields = [&[("csrf", token)], fields].concat();
        self.keep(self.client().post_form(path, &fields))
    }

    /// A body of another kind, as of an upload.
    pub fn send_body(&self, path: &str, content_type: &str, body: &str) -> Answer {
        self.keep(self.client().send("POST", path, Some(content_type), body))
    }

    /// What it keeps under a name.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.borrow().get(name).cloned()
    }

    /// Puts a cookie there.
    pub fn hold(&self, name: &str, value: &str) {
        self.cookies.borrow_mut().insert(name.to_owned(), value.to_owned());
    }

    /// Name and password.
    pub fn password(&self, name: &str, password: &str) -> Answer {
        self.send("/console/sign-in", "/console/sign-in", &[("name", name), ("password", password)])
    }

    /// Signs in with both; the answer of the last step.
    pub fn sign_in(&self, name: &str, totp: &Totp) -> Answer {
        let half = self.password(name, PASSWORD);
        assert_eq!(half.status, 303, "{}", half.text());
        if half.header("location") == "/console" {
            return half;
        }
        let code = totp.answer(Totp::step(now()));
        let done = self.send("/console/factor", "/console/factor", &[("code", &code)]);
        assert_eq!((done.status, done.header("location")), (303, "/console"), "{}", done.text());
        done
    }
}
