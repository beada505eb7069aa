//! Witnesses outside are sent the ledger's signed heads, by mail and to a web address, and whoever kept one finds a fork.

use std::sync::Arc;

use khaosat::clock::{Clock, DAY_MS, ManualClock, SystemClock};
use khaosat::desk::Desk;
use khaosat::ledger::sign_head;
use khaosat::mail::{Outbox, Pass};
use khaosat::publish::{Purpose, signing_pair};
use khaosat::store::Store;
use khaosat::store::ledger::HeadReason;
use khaosat::vault::Vault;
use serde_json::Value;

use crate::support::ready::{self, ROUND};
use crate::support::{Client, Engine, Installation, Receiver, Relay, on_each_engine};

const COURT: &str = "mattran@gialai.example";

fn witnesses(receiver: &Receiver) -> String {
    format!("[rules.witnesses]\nmail = [\"{COURT}\"]\nweb = [\"{}\"]\n", receiver.address())
}

fn close(at: &Installation) {
    let why = "the counter was closed for good";
    let early = ["--early", "--reason", why, "--as", "province", "--with", "province-2"];
    at.run(&[&["round", "close", ROUND], &early[..]].concat()).done();
}

fn token(at: &Installation, base: &str) -> String {
    let add = ["client", "add", "court", "--name", "Mặt trận", "--scopes", "results:read"];
    let told = at.run(&[&add[..], &["--as", "admin"]].concat()).done();
    let secret = told.lines().find_map(|line| line.strip_prefix("client_secret  ")).unwrap();
    let grant =
        [("grant_type", "client_credentials"), ("client_id", "court"), ("client_secret", secret)];
    let token = Client::new(base).post_form("/oauth/token", &grant).json();
    format!("Bearer {}", token["access_token"].as_str().unwrap())
}

#[test]
fn a_head_reaches_mail_web_api_and_page_and_all_agree_until_one_is_forged() {
    on_each_engine(|engine| {
        let Some(relay) = Relay::sink("ok") else { return };
        let receiver = Receiver::start(&[]);
        let at = Installation::on(engine)
            .with("KHAOSAT_MAIL__HOST", "127.0.0.1")
            .with("KHAOSAT_MAIL__PORT", relay.port().to_string())
            .with("KHAOSAT_MAIL__SECURITY", "none")
            .with("KHAOSAT_MAIL__FROM", "khaosat@example.org");
        ready::round_asking(&at, 1, "one-stop-shop", &witnesses(&receiver));
        close(&at);
        let service = at.serve();
        let posted = receiver.wait_for(1).remove(0);
        relay.wait_for(1);
        assert_eq!(posted.line, "POST /heads HTTP/1.1");
        assert_eq!(posted.header("content-type"), "application/json");
        let web: Value = serde_json::from_str(&posted.body).unwrap();
        let statement = web["heads"][0]["statement"].clone();
        assert_eq!(statement["reason"], "closing");
        let (size, root) = (statement["size"].as_u64().unwrap(), statement["root"].clone());
        let root = root.as_str().unwrap();

        let mail = relay.kept().remove(0);
        assert_eq!(mail.header("To"), COURT);
        assert!(mail.defects.is_empty() && mail.text.contains(root), "{}", mail.text);
        assert!(mail.html.contains(root) && mail.text.contains("làm chứng"), "{}", mail.html);

        let token = token(&at, &service.base);
        let api = Client::new(&service.base).with("Authorization", &token);
        let list = api.get("/api/v1/heads");
        assert_eq!(list.status, 200, "{}", list.text());
        assert_eq!(list.json()["heads"][0]["statement"], statement);
        let address = format!("/api/v1/heads/{size}");
        let one = api.get(&format!("{address}?from=1"));
        assert_eq!(one.json()["consistency"]["from"], 1, "{}", one.text());
        let tag = api.get(&address).header("etag").to_owned();
        let again = Client::new(&service.base).with("Authorization", &token);
        assert_eq!(again.with("If-None-Match", &tag).get(&address).status, 304);
        for (path, status) in [
            (format!("{address}?from={}", size + 1), 400),
            (format!("{address}?from=0"), 400),
            ("/api/v1/heads/0".to_owned(), 404),
            ("/api/v1/heads/x".to_owned(), 404),
            ("/api/v1/heads?limit=0".to_owned(), 400),
            ("/api/v1/heads?before=x".to_owned(), 400),
        ] {
            assert_eq!(api.get(&path).status, status, "{path}");
        }
        assert_eq!(service.client.get("/api/v1/heads").status, 401);
        assert_eq!(api.get(&format!("/api/v1/heads?before={size}")).json()["heads"], json("[]"));

        let page = service.client.get("/results/ledger");
        let sources = [
            ("mail.txt", mail.text.clone()),
            ("web.json", posted.body.clone()),
            ("api.json", list.text().to_owned()),
            ("one.json", one.text().to_owned()),
            ("page.html", page.text().to_owned()),
        ];
        let jwks = at.file("jwks.json", service.client.get("/.well-known/jwks.json").text());
        let heads = at.file("heads.json", service.client.get("/results/ledger.json").text());
        let sheet = format!("{size}:{root}");
        let online = format!("{}/results/ledger.json", service.base);
        let mut against = vec!["--against", &sheet, "--against", &online];
        for (name, content) in &sources {
            against.extend(["--against", at.file(name, content)]);
        }
        at.run(&[&["verify", "ledger"], &against[..]].concat()).done();
        at.run(&[&["verify", heads, "--jwks", jwks], &against[..]].concat()).done();

        // Whichever place shows another root is named.
        let forged = "11".repeat(32);
        for (name, content) in &sources {
            let file = at.file(name, &content.replace(root, &forged));
            let told = at.run(&["verify", "ledger", "--against", file]);
            // In the letter the root stands inside the code, too, where it was not forged.
            let stays_good = *name == "mail.txt";
            assert_eq!(told.code, Some(i32::from(!stays_good)), "{name}: {told:?}");
            assert!(stays_good || told.stderr.contains("FORK"), "{told:?}");
            assert!(stays_good || told.stderr.contains(name), "{told:?}");
        }
        let typed = format!("{size}:{forged}");
        for command in [&["verify", "ledger"][..], &["verify", heads]] {
            let told = at.run(&[command, &["--against", &typed]].concat());
            assert_eq!(told.code, Some(1));
            assert!(told.stderr.contains("FORK") && told.stderr.contains("sheet"), "{told:?}");
        }
        let longer = format!("{}:{root}", size + 100_000);
        let told = at.run(&["verify", "ledger", "--against", &longer]);
        assert!(told.stderr.contains("leaves were taken away"), "{told:?}");
        for (unsafe_, why) in [("http://example.org/heads", "https"), ("nothing.json", "read")] {
            let told = at.run(&["verify", "ledger", "--against", unsafe_]);
            assert!(told.stderr.contains(why), "{told:?}");
        }
    });
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn desk(engine: &Engine, at: &Installation, clock: &ManualClock) -> Desk {
    Desk {
        store: Store::open(&engine.url, 4).unwrap(),
        vault: Arc::new(Vault::open(&at.directory().join("keys")).unwrap()),
        clock: Arc::new(clock.clone()),
        public_url: "https://khaosat.gialai.example".to_owned(),
    }
}

fn deliver(desk: &Desk) -> Pass {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async { Outbox::new(desk.clone(), None).deliver_due().await.unwrap() })
}

#[test]
fn a_web_address_that_fails_is_asked_again_with_the_same_key_and_never_followed_elsewhere() {
    on_each_engine(|engine| {
        let receiver = Receiver::start(&[503, 302, 0]);
        let at = Installation::on(engine);
        ready::round_asking(&at, 1, "one-stop-shop", &witnesses(&receiver));
        let clock = ManualClock::at(SystemClock.now());
        let desk = desk(engine, &at, &clock);
        // The first key is an entry of the ledger itself.
        signing_pair(&desk, Purpose::Publication).unwrap();
        let head = sign_head(&desk, HeadReason::Daily, None).unwrap().unwrap();
        sign_head(&desk, HeadReason::Daily, None).unwrap();
        for tries in 1..=3 {
            let pass = deliver(&desk);
            assert_eq!((pass.sent, pass.again), (0, 1), "{tries}");
            // Before its time nothing is asked; the mail beside it waits for a mail server.
            assert_eq!((deliver(&desk).again, pass.waiting), (0, 1));
            let troubles = desk.store.mail_troubles(10).unwrap();
            let told: Vec<_> = troubles.iter().filter_map(|t| t.last_error.as_deref()).collect();
            let wanted = ["answered 503", "answered 302", "did not answer"][tries - 1];
            assert!(told.iter().any(|line| line.contains(wanted)), "{told:?}");
            clock.set(clock.now().plus(DAY_MS / 4));
        }
        assert_eq!(deliver(&desk).sent, 1);
        clock.set(clock.now().plus(DAY_MS));
        assert_eq!(deliver(&desk).sent, 0, "a recorded answer is final");
        let all = receiver.received();
        assert_eq!(all.len(), 4);
        assert!(all.iter().all(|one| one.line == "POST /heads HTTP/1.1"));
        assert!(all.iter().all(|one| one.body == all[0].body));
        let key = all[0].header("idempotency-key");
        assert!(all.iter().all(|one| one.header("idempotency-key") == key));
        let posted: Value = json(&all[0].body);
        assert_eq!(posted["heads"][0]["statement"]["size"], head.size);
    });
}

#[test]
fn a_round_names_its_witnesses_whole_and_safely_or_is_refused() {
    let at = Installation::anywhere();
    ready::round(&at, 1);
    for (line, told) in [
        ("web = [\"http://example.vn/heads\"]", "web: "),
        ("web = [\"https://u:p@example.vn/\"]", "web: "),
        ("mail = [\"nobody\"]", "mail: "),
        ("mail = [\"a@b.vn\", \"a@b.vn\"]", "twice"),
        ("fax = [\"1\"]", "fax"),
    ] {
        let plan = format!(
            "form = \"one-stop-shop\"\nopens_at = \"2026-12-01T07:00\"\ncloses_at = \"2026-12-15T17:00\"\n\
             [rules]\ntitle = \"t\"\nunits = [\"23638\"]\nunits_on = \"2026-01-01\"\n[rules.witnesses]\n{line}\n"
        );
        let plan = at.file("w.toml", &plan);
        let refused = at.run(&["round", "create", "w", "--file", plan, "--as", "province"]);
        let refused = refused.refused();
        assert!(refused.contains("w.toml:") && refused.contains(told), "{line}: {refused}");
    }
}
