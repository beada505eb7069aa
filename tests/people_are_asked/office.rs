//! The authority of these journeys: Kbang and Pleiku, their people, a round by the rules that a test wants.

use std::fs;

use serde_json::Value;

use crate::round_goes_the_whole_way::authority::criteria;
use crate::support::ready::day_from_now;
use crate::support::{Client, Engine, Finished, Installation, Relay};

/// The day on which the codes of units are read.
pub const DAY: &str = "2018-12-31";
/// Headings of a file of dossiers.
pub const HEADINGS: &str =
    "number,unit,counter,service,finished_on,outcome,late,sex,age_group,email,language";
/// Rules of a drawn round.
pub const DRAWN: &str = "[rules.draw]\nrandom = \"first prize of the lottery of the day behind the list's\"\n\
                         per_thousand = 250\n";

/// An installation, its people and its round `kbang`, open.
pub struct Office {
    pub at: Installation,
}

impl Office {
    /// On a fresh database, with these lines under `[rules]`.
    pub fn open(engine: &Engine, rules: &str) -> Self {
        Self::at(Installation::on(engine), rules)
    }

    /// The same with this mail server.
    pub fn with_mail(engine: &Engine, server: &Relay, rules: &str) -> Self {
        let at = Installation::on(engine)
            .with("KHAOSAT_MAIL__HOST", "127.0.0.1")
            .with("KHAOSAT_MAIL__SECURITY", "none");
        Self::mailing(at, server, rules)
    }

    /// The same with a mail server behind STARTTLS or TLS that asks for a password, and the file of whom to trust.
    pub fn with_protected_mail(
        engine: &Engine,
        server: &Relay,
        security: &str,
        ca_file: &str,
    ) -> Self {
        let at = Installation::on(engine)
            .with("KHAOSAT_MAIL__HOST", "localhost")
            .with("KHAOSAT_MAIL__SECURITY", security)
            .with("KHAOSAT_MAIL__CA_FILE", ca_file)
            .with("KHAOSAT_MAIL__USER", "khaosat")
            .with("KHAOSAT_MAIL__PASSWORD", "right");
        Self::mailing(at, server, "")
    }

    fn mailing(at: Installation, server: &Relay, rules: &str) -> Self {
        let at = at
            .with("KHAOSAT_MAIL__PORT", server.port().to_string())
            .with("KHAOSAT_MAIL__FROM", "Khảo sát Gia Lai <khaosat@gialai.example>")
            .with("KHAOSAT_MAIL__TIMEOUT_S", "2")
            .with("KHAOSAT_MAIL__PER_MINUTE", "60000");
        Self::at(at, rules)
    }

    fn at(at: Installation, rules: &str) -> Self {
        let office = Self { at };
        office.at.run(&["user", "add", "an", "--role", "system_admin"]).done();
        for (name, role) in [
            ("binh", "province_admin"),
            ("ba", "province_admin"),
            ("em", "reviewer"),
            ("hai", "inspector"),
            ("giang", "publisher"),
            ("ich", "publisher"),
        ] {
            office.done("an", &["user", "add", name, "--role", role]);
        }
        office.done("binh", &["unit", "import", "--shipped", "districts-2018"]);
        for (name, role, unit) in
            [("chi", "clerk", "625"), ("kim", "unit_admin", "625"), ("phu", "unit_admin", "622")]
        {
            let add = ["user", "add", name, "--role", role, "--unit", unit, "--on", DAY];
            office.done("an", &add);
        }
        let counters = "unit,code,name\n625,Q1,Bộ phận Một cửa Kbang\n625,Q2,Quầy đất đai\n\
                        622,Q1,Bộ phận Một cửa Pleiku\n";
        office.at.file("counters.csv", counters);
        office.at.file("services.csv", "code,name\nland,Đất đai\ncivil,Hộ tịch\n");
        office.done("binh", &["counter", "import", "counters.csv", "--on", DAY]);
        office.done("binh", &["service", "import", "services.csv"]);
        let plan = format!(
            "form = \"one-stop-shop\"\nopens_at = \"{}\"\ncloses_at = \"{}\"\ngrace = \"0s\"\n\
             [rules]\ntitle = \"Kbang\"\nunits = [\"625\", \"622\"]\nunits_on = \"{DAY}\"\n{rules}",
            day_from_now(-1),
            day_from_now(30)
        );
        office.at.file("round.toml", &plan);
        office.done("binh", &["round", "create", "kbang", "--file", "round.toml"]);
        office.done("binh", &["round", "open", "kbang"]);
        office
    }

    /// What the command printed; panics unless it did what it was asked.
    pub fn done(&self, who: &str, arguments: &[&str]) -> String {
        self.run(who, arguments).done()
    }

    /// The refusal; panics unless it was refused.
    pub fn refused(&self, who: &str, arguments: &[&str]) -> String {
        self.run(who, arguments).refused()
    }

    /// What `who` gets for a command.
    pub fn run(&self, who: &str, arguments: &[&str]) -> Finished {
        self.at.run(&[arguments, &["--as", who]].concat())
    }

    /// Imports dossiers, each the line of a file without the tail of empty columns.
    pub fn import(&self, lines: &[String]) -> String {
        let mut text = format!("{HEADINGS}\n");
        for line in lines {
            let tail = 10 - line.matches(',').count();
            text.push_str(&format!("{line}{}\n", ",".repeat(tail)));
        }
        self.at.file("dossiers.csv", &text);
        self.done("kim", &["dossier", "import", "kbang", "dossiers.csv"])
    }

    /// `round status --json`.
    pub fn status(&self) -> Value {
        serde_json::from_str(&self.at.run(&["round", "status", "kbang", "--json"]).done()).unwrap()
    }

    /// The audit trail as it is printed.
    pub fn trail(&self) -> String {
        self.at.run(&["audit", "list", "--limit", "10000"]).done()
    }

    /// Paths `/s/…` of the tickets, by printing them into `folder`.
    pub fn tickets(&self, kind: &str, folder: &str) -> Vec<String> {
        self.done("binh", &["link", kind, "kbang", "--out", folder]);
        let list = fs::read_to_string(self.at.directory().join(folder).join("links.csv")).unwrap();
        let of = |line: &str| line.rsplit_once("/s/").map(|(_, code)| format!("/s/{code}"));
        list.lines().skip(1).map(|line| of(line).unwrap()).collect()
    }

    /// Closes by two persons and goes on to the publication; what sealing printed.
    pub fn finish(&self) -> String {
        let reason = ["--early", "--reason", "all have answered by now", "--with", "ba"];
        self.done("binh", &[&["round", "close", "kbang"], &reason[..]].concat());
        self.run("binh", &["margin", "from-dossiers", "kbang"]);
        let told = self.done("em", &["round", "dedup", "kbang"]);
        let rules = told.lines().filter_map(|line| line.strip_prefix("  ")?.split_once(':'));
        for (rule, _) in rules {
            let keep = ["--decision", "keep", "--reason", "seen beside the other answers"];
            self.done("em", &[&["round", "verdict", "kbang", "--rule", rule], &keep[..]].concat());
        }
        let sealed = self.done("giang", &["round", "seal", "kbang", "--with", "hai"]);
        self.done("giang", &["round", "weigh", "kbang"]);
        self.done("giang", &["round", "index", "kbang"]);
        self.done("giang", &["round", "publish", "kbang", "--with", "ich"]);
        self.at.run(&["verify", "kbang"]).done();
        sealed
    }
}

/// Dossiers of Kbang with running numbers, alternating over its two counters.
pub fn dossiers(count: usize) -> Vec<String> {
    (1..=count)
        .map(|n| {
            let (counter, service) = [("Q1", "land"), ("Q2", "civil")][n % 2];
            let number = format!("H21.625-{counter}-{:04}", n.div_ceil(2));
            format!("{number},625,{counter},{service},2018-11-05,granted,no")
        })
        .collect()
}

/// A citizen on a phone of his own answers `path`; the status.
pub fn answer(base: &str, path: &str, n: usize) -> u16 {
    let submission = format!("{n:032x}");
    let mut fields: Vec<(String, String)> = vec![("submission".to_owned(), submission)];
    let codes = criteria(u64::try_from(n).unwrap() + 1, !n.is_multiple_of(3));
    for (item, code) in codes.iter().enumerate() {
        fields.push((format!("q{:02}", item + 1), code.to_string()));
    }
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let phone = Client::new(base).with("User-Agent", &format!("phone {n}"));
    phone.post_form(path, &fields).status
}
