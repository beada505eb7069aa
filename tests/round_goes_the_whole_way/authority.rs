//! An authority with two communes, its people, and citizens whose answers are as many as a test wants.

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, SqliteConnection};
use serde_json::Value;

use crate::support::ready::day_from_now;
use crate::support::{Client, Engine, Finished, Installation};

/// Code of the round.
pub const ROUND: &str = "hai-xa";
/// The communes: code and name.
pub const UNITS: [&str; 2] = ["23638", "23644"];
/// Reason given with every verdict.
const REASON: &str = "looked at beside the other answers";

/// One finished dossier of the register: what the margins are made of.
pub struct Dossier {
    pub unit: &'static str,
    pub sex: &'static str,
    pub age_group: &'static str,
}

/// The round, open, with a ticket for every dossier.
pub struct Authority {
    pub at: Installation,
    /// Code of the round.
    pub round: &'static str,
    /// Path of the ticket of each dossier, in their order.
    pub tickets: Vec<String>,
    pub dossiers: Vec<Dossier>,
}

/// `count` dossiers in turn over units, sexes and two age groups.
pub fn dossiers(count: usize, units: &[&'static str]) -> Vec<Dossier> {
    (0..count)
        .map(|n| Dossier {
            unit: units[n % units.len()],
            sex: ["male", "female"][n / units.len() % 2],
            age_group: ["under_25", "over_60"][n / units.len() / 2 % 2],
        })
        .collect()
}

impl Authority {
    /// Opens the round for these dossiers; two counters in each commune.
    pub fn open(at: Installation, units: &[&str], dossiers: Vec<Dossier>) -> Self {
        Self::open_with(at, units, dossiers, "")
    }

    /// The same with these lines at the end of its `round.toml`.
    pub fn open_with(
        at: Installation,
        units: &[&str],
        dossiers: Vec<Dossier>,
        rules: &str,
    ) -> Self {
        at.run(&["user", "add", "admin", "--role", "system_admin"]).done();
        let add = |name: &str, rest: &[&str]| {
            at.run(&[&["user", "add", name], rest, &["--as", "admin"]].concat()).done();
        };
        for name in ["province", "province-2"] {
            add(name, &["--role", "province_admin"]);
        }
        for name in ["reviewer", "reviewer-2"] {
            add(name, &["--role", "reviewer"]);
        }
        add("inspector", &["--role", "inspector"]);
        add("publisher-1", &["--role", "publisher", "--email", "publisher@example.org"]);
        add("publisher-2", &["--role", "publisher"]);
        at.run(&["unit", "import", "--shipped", "communes-2025", "--as", "admin"]).done();
        add("own-reviewer", &["--role", "reviewer", "--unit", UNITS[0]]);
        let mut counters = String::from("unit,code,name\n");
        for unit in units {
            counters.push_str(&format!("{unit},1,Quầy 1 {unit}\n{unit},2,Quầy 2 {unit}\n"));
        }
        at.run(&["counter", "import", at.file("counters.csv", &counters), "--as", "admin"]).done();
        at.run(&["service", "add", "ho-tich", "Hộ tịch", "--as", "admin"]).done();
        Self::open_round(at, ROUND, units, dossiers, rules)
    }

    /// Another round of the same authority.
    pub fn again(self, round: &'static str, units: &[&str], dossiers: Vec<Dossier>) -> Self {
        Self::open_round(self.at, round, units, dossiers, "")
    }

    fn open_round(
        at: Installation,
        round: &'static str,
        units: &[&str],
        dossiers: Vec<Dossier>,
        rules: &str,
    ) -> Self {
        let plan = format!(
            "form = \"one-stop-shop\"\nopens_at = \"{}\"\ncloses_at = \"{}\"\ngrace = \"0s\"\n\
             [rules]\ntitle = \"Hai xã\"\nunits = {units:?}\nunits_on = \"2026-01-01\"\n{rules}",
            day_from_now(-1),
            day_from_now(10)
        );
        let plan = at.file("round.toml", &plan);
        at.run(&["round", "create", round, "--file", plan, "--as", "province"]).done();
        at.run(&["round", "open", round, "--as", "province"]).done();
        let mut csv =
            String::from("number,unit,counter,service,finished_on,outcome,late,sex,age_group\n");
        for (n, dossier) in dossiers.iter().enumerate() {
            let Dossier { unit, sex, age_group } = dossier;
            let counter = n / units.len() % 2 + 1;
            let line = format!(
                "{n:05},{unit},{counter},ho-tich,2026-11-24,granted,no,{sex},{age_group}\n"
            );
            csv.push_str(&line);
        }
        at.run(&["dossier", "import", round, at.file("d.csv", &csv), "--as", "province"]).done();
        at.run(&["link", "ticket", round, "--out", round, "--as", "province"]).done();
        let tickets = tickets(&at, round, units, &dossiers);
        Self { at, round, tickets, dossiers }
    }

    /// One citizen on a phone of his own sends the ticket of dossier `n`: codes of the 22 criteria, the sex stated or not.
    pub fn answer(&self, base: &str, n: usize, criteria: &[u8], states_sex: bool) {
        let dossier = &self.dossiers[n];
        let submission = format!(
            "{}{n:016x}",
            if self.round == ROUND { "0".repeat(16) } else { "1".repeat(16) }
        );
        let mut fields: Vec<(String, String)> =
            vec![("submission".to_owned(), submission), ("consent".to_owned(), "1".to_owned())];
        for (at, code) in criteria.iter().enumerate() {
            fields.push((format!("q{:02}", at + 1), code.to_string()));
        }
        if states_sex {
            let code = if dossier.sex == "male" { "1" } else { "2" };
            fields.push(("sex".to_owned(), code.to_owned()));
        }
        let code = if dossier.age_group == "under_25" { "1" } else { "5" };
        fields.push(("age_group".to_owned(), code.to_owned()));
        let fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let phone = Client::new(base).with("User-Agent", &format!("phone {n}"));
        let answer = phone.post_form(&self.tickets[n], &fields);
        assert_eq!(answer.status, 303, "{}", answer.text());
    }

    /// Runs a step of the round as `who`.
    pub fn step(&self, who: &str, step: &str, rest: &[&str]) -> Finished {
        self.at.run(&[&["round", step, self.round], rest, &["--as", who]].concat())
    }

    /// Closes by two persons and computes the flags; the rules that found something.
    pub fn close_and_flag(&self) -> Vec<String> {
        let early = ["--early", "--reason", "all tickets came back", "--with", "province-2"];
        self.step("province", "close", &early).done();
        self.at.run(&["margin", "from-dossiers", self.round, "--as", "province"]).done();
        let told = self.step("reviewer", "dedup", &[]).done();
        let rules = told.lines().filter_map(|line| line.strip_prefix("  ")?.split_once(':'));
        rules.map(|(rule, _)| rule.to_owned()).collect()
    }

    /// A verdict on everything that `rule` found.
    pub fn decide(&self, who: &str, rule: &str, decision: &str) -> Finished {
        let with = ["--with", "reviewer-2"];
        let rest =
            [&["--rule", rule, "--decision", decision, "--reason", REASON], &with[..]].concat();
        self.step(who, "verdict", &rest)
    }

    /// Seals before the inspector.
    pub fn seal(&self) -> Finished {
        self.step("publisher-1", "seal", &["--with", "inspector"])
    }

    /// Weighs and indexes.
    pub fn compute(&self) {
        self.step("publisher-1", "weigh", &[]).done();
        self.step("publisher-1", "index", &[]).done();
    }

    /// Publishes by two; the digest.
    pub fn publish(&self, rest: &[&str]) -> String {
        let told = self
            .step("publisher-1", "publish", &[rest, &["--with", "publisher-2"]].concat())
            .done();
        let digest = told.lines().find_map(|line| line.strip_prefix("digest "));
        digest.unwrap_or_else(|| panic!("{told}")).to_owned()
    }

    /// `round status --json`.
    pub fn status(&self) -> Value {
        serde_json::from_str(&self.step("admin", "status", &["--json"]).done()).unwrap()
    }
}

/// The path of each dossier's ticket. Tickets are listed by counter in the order of issue, as they are printed.
fn tickets(at: &Installation, round: &str, units: &[&str], dossiers: &[Dossier]) -> Vec<String> {
    let list = std::fs::read_to_string(at.directory().join(round).join("links.csv")).unwrap();
    let mut paths: std::collections::BTreeMap<
        (String, String),
        std::collections::VecDeque<String>,
    > = std::collections::BTreeMap::new();
    let mut reader = csv::Reader::from_reader(list.as_bytes());
    let names = reader.headers().unwrap().clone();
    let column =
        |name: &str| names.iter().position(|n| n == name).unwrap_or_else(|| panic!("{names:?}"));
    let (unit, counter, url) = (column("unit"), column("counter"), column("url"));
    for row in reader.records() {
        let row = row.unwrap();
        let path = row[url][row[url].find("/s/").unwrap()..].to_owned();
        paths.entry((row[unit].to_owned(), row[counter].to_owned())).or_default().push_back(path);
    }
    (0..dossiers.len())
        .map(|n| {
            let key = (dossiers[n].unit.to_owned(), (n / units.len() % 2 + 1).to_string());
            paths
                .get_mut(&key)
                .and_then(|of| of.pop_front())
                .unwrap_or_else(|| panic!("{key:?}: {paths:?}"))
        })
        .collect()
}

/// Criteria that nobody else would fill in alike: codes 1 to 5, higher for a `good` unit.
pub fn criteria(seed: u64, good: bool) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5bf0_3635;
    (0..22)
        .map(|_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let draw = u8::try_from((state >> 33) % 10).unwrap();
            match (good, draw) {
                (true, 0..=7) => 4 + draw % 2,
                (false, 0..=3) => 4 + draw % 2,
                _ => 1 + draw % 3,
            }
        })
        .collect()
}

/// Alters the database behind khaosat's back, past the triggers that forbid it.
pub fn alter(engine: &Engine, sqlite: &str, postgres: &str) {
    if engine.url.starts_with("postgres://") {
        let mut session = PgConnection::establish(&engine.url).unwrap();
        // The owner of the tables may silence their triggers for his session.
        session.batch_execute("SET session_replication_role = replica").unwrap();
        session.batch_execute(postgres).unwrap();
        return;
    }
    let mut session = SqliteConnection::establish(&engine.url).unwrap();
    let triggers = "PRAGMA busy_timeout = 10000; PRAGMA foreign_keys = OFF;
         DROP TRIGGER IF EXISTS publication_no_update; DROP TRIGGER IF EXISTS publication_no_delete;
         DROP TRIGGER IF EXISTS audit_no_update; DROP TRIGGER IF EXISTS audit_no_delete;
         DROP TRIGGER IF EXISTS ledger_leaf_no_update; DROP TRIGGER IF EXISTS ledger_leaf_no_delete;
         DROP TRIGGER IF EXISTS ledger_head_no_update; DROP TRIGGER IF EXISTS ledger_head_no_delete";
    session.batch_execute(triggers).unwrap();
    session.batch_execute(sqlite).unwrap();
}
