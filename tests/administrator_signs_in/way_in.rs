//! The way in, and what ends it.

use khaosat::account::factor::Totp;
use khaosat::account::session::{IDLE_MS, LIFE_MS};
use khaosat::store::Store;

use super::house::{PASSWORD, Tab, furnished, now, with_credentials};
use crate::support::{Installation, on_each_engine};

/// What stands after a mark in a text, up to white space or a tag.
fn after<'a>(text: &'a str, mark: &str) -> &'a str {
    let rest = text.split_once(mark).unwrap_or_else(|| panic!("{mark} is not in {text}")).1;
    rest.split(|c: char| c.is_whitespace() || c == '<').next().unwrap()
}

#[test]
fn a_link_sets_a_password_once_and_the_second_factor_comes_before_anything_else() {
    on_each_engine(|engine| {
        let at = Installation::on(engine);
        let told = at.run(&["user", "add", "an", "--role", "system_admin"]).done();
        let path = format!("/console/link/{}", after(&told, "/console/link/"));
        let service = at.serve();
        let tab = Tab::new(&service.base);

        // Nobody gets further than the page for signing in.
        let closed = tab.get("/console/users");
        assert_eq!(closed.status, 303);
        assert_eq!(closed.header("location"), "/console/sign-in?next=%2Fconsole%2Fusers");

        // Opening the link spends nothing, a weak password neither.
        let shown = tab.get(&path);
        assert_eq!((shown.status, shown.header("x-robots-tag")), (200, "noindex"));
        assert_eq!(shown.header("cache-control"), "no-store");
        assert!(shown.header("content-security-policy").contains("form-action 'self'"));
        for weak in ["ngắn", "1q2w3e4r5t6y"] {
            assert_eq!(tab.send(&path, &path, &[("password", weak)]).status, 422, "{weak}");
        }
        let set = tab.send(&path, &path, &[("password", PASSWORD)]);
        assert_eq!(set.header("location"), "/console/sign-in?done=password");
        assert_eq!(tab.get(&path).status, 422);

        // The role needs a second factor: it is enrolled before any page is shown.
        let half = tab.password("an", PASSWORD);
        assert_eq!(half.header("location"), "/console/enrol?next=%2Fconsole");
        let before = tab.cookie("khaosat").unwrap();
        assert_eq!(tab.get("/console/users").header("location"), "/console/factor");
        let page = tab.get("/console/enrol");
        let offer = page.input("offer").unwrap().to_owned();
        let by_hand: String = page
            .text()
            .split_once("<span class=\"code\">")
            .unwrap()
            .1
            .chars()
            .take_while(|c| *c != '<')
            .filter(|c| c.is_ascii_alphanumeric())
            .collect();
        let secret = data_encoding::BASE32_NOPAD.decode(by_hand.as_bytes()).unwrap();
        let totp = Totp::of_kept(&secret).unwrap();
        let token = page.input("csrf").unwrap().to_owned();
        let wrong = tab.post("/console/enrol", &token, &[("offer", &offer), ("code", "000000")]);
        assert_eq!(wrong.status, 422);
        let code = totp.answer(Totp::step(now()));
        let done = tab.post("/console/enrol", &token, &[("offer", &offer), ("code", &code)]);
        assert_eq!(done.status, 200, "{}", done.text());
        assert_eq!(done.text().matches("<li>").count(), 10, "recovery codes");
        let recovery = after(done.text(), "<li>").to_owned();
        assert_ne!(
            tab.cookie("khaosat").unwrap(),
            before,
            "the cookie is another after every step"
        );
        assert_eq!(tab.get("/console/users").status, 200);

        // Nothing is told of who is there, and a code is taken once.
        let again = Tab::new(&service.base);
        again.password("an", PASSWORD);
        let replayed = again.send("/console/factor", "/console/factor", &[("code", &code)]);
        assert_eq!(replayed.status, 422);
        for (code, status) in [(recovery.as_str(), 303), (recovery.as_str(), 422)] {
            let other = Tab::new(&service.base);
            other.password("an", PASSWORD);
            let tried = other.send("/console/factor", "/console/factor", &[("code", code)]);
            assert_eq!(tried.status, status);
        }

        // One ends one's other sessions, and one's own.
        tab.send("/console/account", "/console/account/end", &[]);
        let own = tab.get("/console/account");
        assert_eq!(own.text().matches("name=\"session\"").count(), 0);
        let out = tab.send("/console/account", "/console/sign-out", &[]);
        assert_eq!(out.header("location"), "/console/sign-in?done=out");
        assert_eq!(tab.get("/console/users").status, 303);
        // Neither password nor code nor cookie is in the log.
        let log = service.messages();
        for secret in [PASSWORD, &recovery, &before] {
            assert!(!log.contains(secret), "{log}");
        }
    });
}

#[test]
fn a_form_without_its_sessions_token_changes_nothing() {
    on_each_engine(|engine| {
        let at = Installation::on(engine);
        let factors = furnished(&at, engine);
        let service = at.serve();
        let tab = Tab::new(&service.base);
        tab.sign_in("admin", &factors["admin"]);
        let other = Tab::new(&service.base);
        other.sign_in("province", &factors["province"]);
        let foreign = other.get("/console/account").input("csrf").unwrap().to_owned();
        let add = [("name", "ke-gian"), ("role", "system_admin")];
        for token in ["", "nonsense", &foreign] {
            assert_eq!(tab.post("/console/users/add", token, &add).status, 403, "{token:?}");
        }
        // A page of another site cannot even send with the right one.
        let own = tab.get("/console/account").input("csrf").unwrap().to_owned();
        let cookie = format!("khaosat={}", tab.cookie("khaosat").unwrap());
        let elsewhere = crate::support::Client::new(&service.base)
            .with("cookie", &cookie)
            .with("sec-fetch-site", "cross-site");
        let fields = [&[("csrf", own.as_str())], &add[..]].concat();
        assert_eq!(elsewhere.post_form("/console/users/add", &fields).status, 403);
        assert!(!at.run(&["user", "list"]).done().contains("ke-gian"));
        let made = tab.post("/console/users/add", &own, &add);
        assert_eq!(made.status, 200, "{}", made.text());
        assert!(made.text().contains("/console/link/"));
        assert!(at.run(&["user", "list"]).done().contains("ke-gian"));
    });
}

#[test]
fn a_session_ends_by_rest_and_by_age_and_a_closed_account_at_once() {
    on_each_engine(|engine| {
        let at = Installation::on(engine);
        let factors = furnished(&at, engine);
        let service = at.serve();
        let store = Store::open(&engine.url, 1).unwrap();
        for (name, aged) in [("province", IDLE_MS), ("reviewer", LIFE_MS)] {
            let tab = Tab::new(&service.base);
            tab.sign_in(name, &factors[name]);
            assert_eq!(tab.get("/console").status, 200);
            // The row is made older, since nothing moves the service's clock.
            let digest = khaosat::vault::sha256(tab.cookie("khaosat").unwrap().as_bytes());
            let (mut session, _) = store.session(digest).unwrap().unwrap();
            if aged == IDLE_MS {
                session.seen_at = now().plus(-aged);
            } else {
                session.began_at = now().plus(-aged);
            }
            store.begin_session(&session, Some(digest)).unwrap();
            assert_eq!(tab.get("/console").status, 303, "{name}");
            assert!(store.session(digest).unwrap().is_none());
        }
        let tab = Tab::new(&service.base);
        tab.sign_in("clerk", &factors["clerk"]);
        let admin = Tab::new(&service.base);
        admin.sign_in("admin", &factors["admin"]);
        let close = [("do", "close"), ("reason", "nghỉ việc")];
        let closed = admin.send("/console/users/clerk", "/console/users/clerk", &close);
        assert_eq!(closed.status, 303, "{}", closed.text());
        assert_eq!(tab.get("/console").status, 303);
        assert_eq!(tab.password("clerk", PASSWORD).status, 422);
        // Somebody must be left who can let others in.
        let last = admin.send(
            "/console/users/admin",
            "/console/users/admin",
            &[("do", "revoke"), ("role", "system_admin")],
        );
        assert_eq!(last.status, 409, "{}", last.text());
    });
}

#[test]
fn publishing_keys_and_roles_want_the_password_again() {
    on_each_engine(|engine| {
        let at = Installation::on(engine);
        at.run(&["user", "add", "admin", "--role", "system_admin"]).done();
        let factors = with_credentials(&at, engine, &["admin"]);
        let service = at.serve();
        let tab = Tab::new(&service.base);
        tab.sign_in("admin", &factors["admin"]);
        let store = Store::open(&engine.url, 1).unwrap();
        let digest = khaosat::vault::sha256(tab.cookie("khaosat").unwrap().as_bytes());
        let (mut session, _) = store.session(digest).unwrap().unwrap();
        session.proved_at = now().plus(-6 * 60_000);
        store.begin_session(&session, Some(digest)).unwrap();
        let asked = tab.send("/console/keys", "/console/keys", &[("purpose", "token")]);
        assert_eq!(asked.header("location"), "/console/confirm?next=%2Fconsole%2Fkeys");
        let confirm = "/console/confirm?next=%2Fconsole%2Fkeys";
        let fields = |password| [("password", password), ("next", "/console/keys")];
        assert_eq!(tab.send(confirm, "/console/confirm", &fields("wrong one here")).status, 422);
        let right = tab.send(confirm, "/console/confirm", &fields(PASSWORD));
        assert_eq!(right.header("location"), "/console/keys");
        let rotated = tab.send("/console/keys", "/console/keys", &[("purpose", "token")]);
        assert_eq!(rotated.header("location"), "/console/keys?done=rotated");
    });
}
