//! What is met, brought about on real services: pages by name, address and the status they must have.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use khaosat::issue::code::{Code, CodeKind};
use khaosat::store::Store;
use khaosat::vault::Vault;
use serde::Serialize;

use crate::support::ready::{self, Ready, day_from_now};
use crate::support::{Answer, Client, Installation};
use crate::tools::Page as Fixed;

/// One page as `tests/instruments/node/pages.mjs` asks for it.
#[derive(Serialize)]
pub struct Page {
    name: String,
    url: String,
    status: u16,
    lang: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    post: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cookie: Option<String>,
    /// Least size of what is tapped.
    target_px: u16,
}

/// The pages to be looked at, in both languages.
#[derive(Default)]
pub struct Pages(pub Vec<Page>);

/// Of a tablet's keys.
const KEY_PX: u16 = 88;

const LANGUAGES: [&str; 2] = ["vi", "en"];

impl Pages {
    /// A page in one language.
    pub fn one(&mut self, name: &str, lang: &'static str, base: &str, path: &str, status: u16) {
        let mark = if path.contains('?') { '&' } else { '?' };
        self.0.push(Page {
            name: name.to_owned(),
            url: format!("{base}{path}{mark}lang={lang}"),
            status,
            lang,
            post: None,
            cookie: None,
            target_px: 44,
        });
    }

    /// A page for programmers, who have a mouse: WCAG's own 24 px.
    pub fn for_programmers(&mut self, name: &str, base: &str, path: &str) {
        self.one(name, "en", base, path, 200);
        self.0.iter_mut().rev().take(1).for_each(|page| page.target_px = 24);
    }

    /// A page in both languages; the last two.
    pub fn get(&mut self, name: &str, base: &str, path: &str, status: u16) -> &mut [Page] {
        for lang in LANGUAGES {
            self.one(name, lang, base, path, status);
        }
        let begin = self.0.len() - LANGUAGES.len();
        &mut self.0[begin..]
    }

    /// The paths on one service that are simply asked for.
    pub fn paths(&self, base: &str) -> Vec<&str> {
        let simple = self.0.iter().filter(|page| page.post.is_none() && page.cookie.is_none());
        simple.filter_map(|page| page.url.strip_prefix(base)).collect()
    }

    /// A page that answers a post.
    fn post(&mut self, name: &str, base: &str, path: &str, body: &str, status: u16) -> &mut [Page] {
        let pages = self.get(name, base, path, status);
        for page in pages.iter_mut() {
            page.post = Some(format!("{body}&lang={}", page.lang));
        }
        pages
    }
}

fn holding(pages: &mut [Page], cookie: &str) {
    pages.iter_mut().for_each(|page| page.cookie = Some(cookie.to_owned()));
}

/// An open round with tickets in every state, one that opens later and one that is closed.
pub struct Open {
    links: Ready,
    later: String,
    closed: String,
    /// Token that ends the mails of an invitation.
    token: String,
}

/// Of a folder that links were printed into.
fn first_path(at: &Installation, folder: &str) -> String {
    let list = std::fs::read_to_string(at.directory().join(folder).join("links.csv")).unwrap();
    let line = list.lines().nth(1).unwrap();
    line[line.find("/s/").or_else(|| line.find("/S/")).unwrap()..].to_owned()
}

fn sql(at: &Installation, text: &str) -> SqliteConnection {
    let file = at.directory().join("khaosat.sqlite3").display().to_string();
    let mut session = SqliteConnection::establish(&file).unwrap();
    session.batch_execute(&format!("PRAGMA busy_timeout = 10000; {text}")).unwrap();
    session
}

/// Brings about all states of a link.
pub fn open(at: &Installation) -> Open {
    let links = ready::round(at, 3);
    let act = |arguments: &[&str]| at.run(&[arguments, &["--as", "province"]].concat()).done();
    let other = |code: &str, opens: i64| {
        let plan = format!(
            "form = \"one-stop-shop\"\nopens_at = \"{}\"\ncloses_at = \"{}\"\ngrace = \"0s\"\n\
             [rules]\ntitle = \"{code}\"\nunits = [\"23638\"]\nunits_on = \"2026-01-01\"\n",
            day_from_now(opens),
            day_from_now(10)
        );
        at.file("other.toml", &plan);
        act(&["round", "create", code, "--file", "other.toml"]);
        act(&["round", "open", code]);
        act(&["link", "poster", code, "--out", code]);
        first_path(at, code)
    };
    let (later, closed) = (other("dot-sau", 2), other("dot-truoc", -2));
    let early = ["--early", "--reason", "the counter was closed for good", "--with", "province-2"];
    act(&[&["round", "close", "dot-truoc"], &early[..]].concat());
    let void = links.tickets[1].trim_start_matches("/s/");
    act(&["link", "void", ready::ROUND, void, "--reason", "found on the street"]);
    at.file(
        "invited.csv",
        "number,unit,counter,service,finished_on,outcome,email\n\
         H21.01-261124-90001,23638,1,ho-tich,2026-11-24,granted,person@dan.example\n",
    );
    act(&["dossier", "import", ready::ROUND, "invited.csv"]);
    drop(sql(at, "UPDATE link SET expires_at = 1 WHERE kind = 'ticket' AND serial = 3"));
    let store = Store::open(&at.directory().join("khaosat.sqlite3").display().to_string(), 1);
    let link = store.unwrap().mails(0, 1).unwrap()[0].link_id.unwrap();
    let vault = Vault::open(&at.directory().join("keys")).unwrap();
    let token = vault.code_key().unwrap().unsubscribe_token(link);
    Open { links, later, closed, token }
}

fn id(n: usize) -> String {
    format!("{n:032x}")
}

/// A citizen's answer; panics unless it is taken.
fn answered(base: &str, path: &str, n: usize) -> Answer {
    let submission = id(n);
    let sent =
        Client::new(base).post_form(path, &[("submission", submission.as_str()), ("q01", "4")]);
    assert_eq!(sent.status, 303, "{}", sent.text());
    sent
}

fn codes(sent: &Answer) -> (String, String) {
    let of = |name: &str| sent.cookie(name).unwrap().to_owned();
    (of("bien_nhan"), of("rut_phieu"))
}

/// The survey: fresh, wrong, sent.
pub fn survey(pages: &mut Pages, base: &str, open: &Open) {
    let poster = &open.links.poster;
    pages.get("survey", base, poster, 200);
    pages.post("survey-empty", base, poster, &format!("submission={}", id(900)), 422);
    let wrong = format!("submission={}&q01=9&q02=4&sex=1", id(901));
    pages.post("survey-wrong", base, poster, &wrong, 422);
    let (receipt, withdrawal) = codes(&answered(base, poster, 1));
    let both = format!("bien_nhan={receipt}; rut_phieu={withdrawal}");
    holding(pages.get("thanks", base, &format!("{poster}/thanks"), 200), &both);
    pages.get("thanks-no-codes", base, &format!("{poster}/thanks"), 200);
    let kept = format!("bien_nhan={receipt}");
    holding(pages.get("already", base, poster, 200), &kept);
    pages.post("conflict", base, poster, &format!("submission={}&q01=1", id(1)), 409);
}

/// The ways of one round that asks in another manner.
pub fn manner(pages: &mut Pages, base: &str, name: &str, poster: &str) {
    if name != "step" {
        pages.get(name, base, poster, 200);
        return;
    }
    for step in ["1", "12", "24"] {
        pages.get(&format!("step-{step}"), base, &format!("{poster}?step={step}"), 200);
    }
}

/// What a receipt, a second code and an address in a mail lead to.
pub fn receipts(pages: &mut Pages, base: &str, open: &Open) {
    let poster = &open.links.poster;
    let (receipt, before) = codes(&answered(base, poster, 2));
    pages.get("receipt-in", base, &format!("/r/{receipt}"), 200);
    pages.get("receipt-unknown", base, "/r/ABCD-EFGH", 404);
    pages.get("withdraw", base, "/withdraw", 200);
    let client = Client::new(base);
    assert_eq!(client.post_form("/withdraw", &[("withdrawal", &before)]).status, 200);
    pages.post("withdrawn-before", base, "/withdraw", &format!("withdrawal={before}"), 200);
    let own = [codes(&answered(base, poster, 3)).1, codes(&answered(base, poster, 4)).1];
    let done = pages.post("withdrawn", base, "/withdraw", "", 200);
    for (page, code) in done.iter_mut().zip(own) {
        page.post = Some(format!("withdrawal={code}&lang={}", page.lang));
    }
    let other = format!("withdrawal={receipt}");
    pages.post("withdraw-receipt", base, "/withdraw", &other, 422);
    pages.post("withdraw-nothing", base, "/withdraw", "withdrawal=ABCDE", 404);
    pages.get("privacy", base, "/privacy", 200);
    let stop = format!("/u/{}", open.token);
    pages.get("unsubscribe", base, &stop, 200);
    pages.post("unsubscribed", base, &stop, "", 200);
    pages.get("unsubscribe-unknown", base, "/u/AAAA", 404);
}

/// Links that take no answer, and what no page of ours sends.
pub fn refusals(pages: &mut Pages, base: &str, open: &Open) {
    let [spent, void, ended] = &open.links.tickets[..] else { panic!("three tickets") };
    answered(base, spent, 5);
    for (name, path, status) in [
        ("spent", spent, 410),
        ("void", void, 410),
        ("expired", ended, 410),
        ("not-open-yet", &open.later, 403),
        ("closed", &open.closed, 410),
        ("unknown", &"/s/ABCDE-FGHJK".to_owned(), 404),
        ("nothing-here", &"/nothing-here".to_owned(), 404),
        ("mistyped", &"/s?code=ABCD%22EFGH".to_owned(), 404),
    ] {
        pages.get(name, base, path, status);
    }
    let poster = &open.links.poster;
    pages.post("bad-request", base, poster, "q01=4", 400);
    let long = "x".repeat(100_000);
    let body = format!("submission={}&comment={long}", id(902));
    pages.post("too-large", base, poster, &body, 413);
}

/// A tablet from its enrolment to the thanks.
pub fn tablet(pages: &mut Pages, base: &str, at: &Installation) {
    let (enrol, spare) = (ready::tablet(at), ready::tablet(at));
    pages.get("kiosk-enrol", base, &spare, 200);
    let enrolled = Client::new(base).post_form(&enrol, &[]);
    let home = enrolled.header("location").split('?').next().unwrap().to_owned();
    let key = format!("may_tinh_bang={}", enrolled.cookie("may_tinh_bang").unwrap());
    let tablet = Client::new(base).with("Cookie", &key);
    let sent = tablet.post_form(&home, &[("submission", &id(800)), ("q01", "4")]);
    let codes = format!("{key}; ma_vua_cap={}", sent.cookie("ma_vua_cap").unwrap());
    pages.get("kiosk-foreign", base, &home, 403);
    pages.one("kiosk", "vi", base, &home, 200);
    // Without a language in its address a tablet asks for one.
    let last = pages.0.last_mut().unwrap();
    last.url = format!("{base}{home}");
    last.cookie = Some(key.clone());
    last.target_px = KEY_PX;
    let large = |shown: &mut [Page], cookie: &str| {
        holding(shown, cookie);
        shown.iter_mut().for_each(|page| page.target_px = KEY_PX);
    };
    large(pages.get("kiosk-survey", base, &home, 200), &key);
    large(pages.get("kiosk-thanks", base, &format!("{home}/thanks"), 200), &codes);
    let wrong = format!("submission={}&q01=9", id(801));
    large(pages.post("kiosk-wrong", base, &home, &wrong, 422), &key);
}

/// Pages that cannot be held still, each served as it came: a full queue, a fault, an address that guesses.
pub fn passing(pages: &mut Pages) {
    for lang in LANGUAGES {
        for (name, answer) in
            [("busy", full(lang)), ("oops", broken(lang)), ("wait", guessed(lang))]
        {
            let page = Fixed::serve("", Box::leak(answer.text().to_owned().into_boxed_str()));
            pages.one(name, lang, &page.base, "/", 200);
        }
    }
}

/// One address guessed too many codes.
fn guessed(lang: &str) -> Answer {
    let at = Installation::anywhere();
    let service = at.serve();
    let mut seed = 0_u32;
    let mut source = |bytes: &mut [u8]| {
        for byte in bytes {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            *byte = (seed >> 24) as u8;
        }
        Ok::<(), std::convert::Infallible>(())
    };
    let answer = (0..2_000).find_map(|_| {
        let code = Code::random(CodeKind::Poster, &mut source).unwrap();
        Some(service.client.get(&format!("/s/{code}?lang={lang}"))).filter(|a| a.status == 429)
    });
    answer.expect("codes are guessed without an end")
}

/// The survey while nothing can be written and the queue is full.
fn full(lang: &str) -> Answer {
    let at = Installation::anywhere().with("KHAOSAT_QUEUE", "1");
    let poster = ready::round(&at, 1).poster;
    let service = at.serve();
    assert_eq!(service.client.get(&poster).status, 200);
    let held = sql(&at, "BEGIN IMMEDIATE");
    let stop = AtomicBool::new(false);
    let send = |n: usize| {
        let submission = id(n);
        let fields =
            [("submission", submission.as_str()), ("q01", "4"), ("comment", "Chờ lâu quá.")];
        Client::new(&service.base).post_form(&format!("{poster}?lang={lang}"), &fields)
    };
    let answer = thread::scope(|scope| {
        for n in 0..4 {
            let (stop, send) = (&stop, &send);
            scope.spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    send(n);
                }
            });
        }
        let answer = (0..200).find_map(|_| {
            thread::sleep(Duration::from_millis(50));
            Some(send(9)).filter(|answer| answer.status == 503)
        });
        stop.store(true, Ordering::Relaxed);
        drop(held);
        answer
    });
    answer.expect("nobody was told to come back")
}

/// What is shown when something failed here: the key of a round is gone.
fn broken(lang: &str) -> Answer {
    let at = Installation::anywhere();
    let poster = ready::round(&at, 1).poster;
    for file in std::fs::read_dir(at.directory().join("keys")).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|e| e == "linking") {
            std::fs::remove_file(path).unwrap();
        }
    }
    let service = at.serve();
    let answer = service.client.get(&format!("{poster}?lang={lang}"));
    assert_eq!(answer.status, 500, "{}", answer.text());
    answer
}
