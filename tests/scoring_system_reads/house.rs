//! A server with the API on a free port, its database, its clock, and what the tests put into it.

use std::sync::{Arc, mpsc};
use std::thread::{self, JoinHandle};

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpServer, web};
use khaosat::account::client::{self, Created, NewClient};
use khaosat::account::scope::{Scope, Scopes};
use khaosat::clock::{Clock, ManualClock, Millis, SystemClock};
use khaosat::collect::Intake;
use khaosat::desk::Desk;
use khaosat::publish::{Purpose, canonical, sign, signing_pair};
use khaosat::store::id::UnitId;
use khaosat::store::publication::Publication;
use khaosat::store::round::{Change, NewRound, State as RoundState};
use khaosat::store::unit::NewUnit;
use khaosat::store::{Act, Actor, Right, Store};
use khaosat::vault::Vault;
use khaosat::web::State;
use khaosat::web::api::{self, Budgets, Rate};
use khaosat::web::state::Settings;
use secrecy::ExposeSecret;
use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Client, Engine, places};

/// Who sets things up.
pub const SETUP: Actor = Actor::Service("test");

/// A publication with something in every field.
pub const PUBLICATION: &str = include_str!("../fixtures/api/publication.json");

/// A running server with its desk.
pub struct House {
    pub desk: Desk,
    pub clock: ManualClock,
    /// `http://127.0.0.1:port`, which is also the public address.
    pub base: String,
    server: ServerHandle,
    running: Option<JoinHandle<()>>,
    _dir: TempDir,
}

impl House {
    /// On the clock of the tests, standing at 2026-11-24T08:00 in Vietnam.
    pub fn on(engine: &Engine) -> Self {
        Self::with(engine, None, Budgets::default())
    }

    /// On the system's clock, for clients that ask it themselves.
    pub fn in_real_time(engine: &Engine) -> Self {
        // They ask more than anybody else: the budgets have a test of their own.
        let much = Rate::new(100_000, 1_000_000);
        Self::with(engine, Some(Arc::new(SystemClock)), Budgets::new(much, much, much))
    }

    /// With budgets of its own.
    pub fn with_budgets(engine: &Engine, budgets: Budgets) -> Self {
        Self::with(engine, None, budgets)
    }

    fn with(engine: &Engine, clock: Option<Arc<dyn Clock>>, budgets: Budgets) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let manual = ManualClock::at(Millis::parse("2026-11-24T08:00").unwrap());
        let clock = clock.unwrap_or_else(|| Arc::new(manual.clone()));
        let store = Store::open(&engine.url, 4).unwrap();
        let vault = Arc::new(Vault::open(&dir.path().join("keys")).unwrap());
        let intake = Intake::start(store.clone(), vault.clone(), clock.clone(), 16).unwrap();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let desk = Desk { store, vault, clock, public_url: base.clone() };
        let settings = Settings {
            trusted_proxies: Vec::new(),
            body_bytes_max: 65_536,
            body_time: std::time::Duration::from_secs(15),
            controller: "Test".to_owned(),
            contact: "test@khaosat.example".to_owned(),
            secure: false,
        };
        let state = State {
            desk: desk.clone(),
            intake: Arc::new(intake),
            settings: Arc::new(settings),
            budgets: Arc::new(budgets),
            recordings: Arc::default(),
        };
        let (send, receive) = mpsc::channel();
        let running = thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let state = web::Data::new(state);
                let app = move || App::new().app_data(state.clone()).configure(api::configure);
                let server = HttpServer::new(app)
                    .workers(1)
                    .disable_signals()
                    .listen(listener)
                    .unwrap()
                    .run();
                send.send(server.handle()).unwrap();
                server.await.unwrap();
            });
        });
        let server = receive.recv().unwrap();
        Self { desk, clock: manual, base, server, running: Some(running), _dir: dir }
    }

    /// Makes a client; its secret.
    pub fn client(&self, id: &str, scopes: &str) -> String {
        let scopes = Scopes::parse(scopes).unwrap();
        let units = if scopes.holds(Scope::DossiersWrite) { vec![self.unit()] } else { Vec::new() };
        let name = format!("Test client {id}");
        let new = NewClient { id: id.to_owned(), name, contact: None, scopes, units };
        let Created { secret, .. } = client::create(&self.desk, &SETUP, &new).unwrap();
        secret.expose_secret().to_owned()
    }

    /// The unit whose dossiers clients report.
    fn unit(&self) -> UnitId {
        let new = NewUnit {
            code: "625".to_owned(),
            name: "Kbang".to_owned(),
            kind: "huyện".to_owned(),
            parent: None,
            valid_from: "0001-01-01".to_owned(),
            valid_to: "9999-12-31".to_owned(),
            aliases: Vec::new(),
        };
        let at = self.desk.clock.now();
        let act = Act::new(&SETUP, Right::ManageRegistry, at, "unit.import", "units");
        self.desk.store.import_units(&act, &[new]).unwrap();
        self.desk.store.unit_on("625", "2026-11-24").unwrap().id
    }

    /// Somebody without a token.
    pub fn stranger(&self) -> Client {
        Client::new(&self.base)
    }

    /// A caller with a fresh token of a new client.
    pub fn caller(&self, id: &str, scopes: &str) -> Client {
        let secret = self.client(id, scopes);
        self.bearer(&self.token(id, &secret))
    }

    /// A caller with this token.
    pub fn bearer(&self, token: &str) -> Client {
        Client::new(&self.base).with("Authorization", &format!("Bearer {token}"))
    }

    /// A token.
    pub fn token(&self, id: &str, secret: &str) -> String {
        let fields =
            [("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret)];
        let answer = self.stranger().post_form("/oauth/token", &fields);
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()["access_token"].as_str().unwrap().to_owned()
    }

    /// Makes a round and brings it to where it can be published.
    pub fn round(&self, code: &str) {
        let store = &self.desk.store;
        let at = self.desk.clock.now();
        let act = |right, action| Act::new(&SETUP, right, at, action, format!("round {code}"));
        let source =
            std::fs::read_to_string(places::root().join("survey-forms/one-stop-shop.toml"));
        let form_id = store
            .put_form(
                &act(Right::ManageRegistry, "form.put"),
                "one-stop-shop",
                1,
                &"0".repeat(64),
                &source.unwrap(),
            )
            .unwrap();
        let rules = document(code, 1)["rules"].to_string();
        let new = NewRound {
            code: code.to_owned(),
            form_id,
            opens_at: at.plus(-1_000_000),
            closes_at: at.plus(-1000),
            grace_ms: 0,
            rules,
            units: Vec::new(),
        };
        let id = store.put_round(&act(Right::RunRound, "round.create"), &new).unwrap();
        let change = Change { rules_digest: Some("1".repeat(64)), ..Change::default() };
        let planned = [RoundState::Planned];
        store
            .move_round(
                &act(Right::RunRound, "round.index"),
                id,
                &planned,
                RoundState::Indexed,
                &change,
            )
            .unwrap();
    }

    /// Publishes a document of the round; it takes the place of `supersedes`.
    pub fn publish(
        &self,
        code: &str,
        number: i32,
        supersedes: Option<&Publication>,
    ) -> Publication {
        let round = self.desk.store.round(code).unwrap();
        let mut document = document(code, number);
        document["supersedes"] = supersedes.map(|p| p.digest.clone()).into();
        let made = canonical(&document).unwrap();
        let pair = signing_pair(&self.desk, Purpose::Publication).unwrap();
        let at = self.desk.clock.now();
        let new = Publication {
            digest: made.digest,
            round_id: round.id,
            number,
            signature: sign(&pair, &made.bytes).unwrap(),
            bytes: made.bytes,
            kid: pair.kid().to_owned(),
            published_at: at.0,
            supersedes: supersedes.map(|p| p.digest.clone()),
        };
        let act = Act::new(&SETUP, Right::Publish, at, "round.publish", format!("round {code}"));
        self.desk.store.publish(&act, &new, &[]).unwrap();
        new
    }

    /// Puts a scorecard as the round's own code does.
    pub fn scorecard(&self, year: i32, series: &str, document: &str) {
        let at = self.desk.clock.now();
        let act = Act::new(&SETUP, Right::EditScorecard, at, "scorecard.put", "scorecard");
        self.desk.store.put_scorecard(&act, year, series, document).unwrap();
    }
}

/// The document of a round's publication of that number.
fn document(code: &str, number: i32) -> Value {
    let mut document: Value = serde_json::from_str(PUBLICATION).unwrap();
    document["round"] = code.into();
    document["number"] = number.into();
    document
}

impl Drop for House {
    fn drop(&mut self) {
        let stopped = self.server.stop(false);
        // The server counts its stop done whether or not anyone waits for it.
        drop(stopped);
        if let Some(running) = self.running.take() {
            let _ = running.join();
        }
    }
}
