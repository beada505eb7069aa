//! The authority of the journeys: its people, its units, its counters and a round that is open.

use crate::support::{Engine, Finished, Installation};

/// The day on which the codes of 2018 are read.
pub const DAY: &str = "2018-12-31";

/// A round of Kbang that stays open, with a form that comes with khaosat.
pub const ROUND: &str = r#"form = "one-stop-shop"
opens_at = "2018-11-01T07:00"
closes_at = "2099-12-31T17:00"
grace = "0s"

[rules]
title = "Khảo sát Kbang 2018"
units = ["625", "622"]
units_on = "2018-12-31"
invitations = false
"#;

pub const COUNTERS: &str = "unit,code,name\n\
    625,Q1,Bộ phận Một cửa huyện Kbang\n\
    625,Q2,Quầy đất đai\n\
    622,Q1,Bộ phận Một cửa Pleiku\n";

pub const SERVICES: &str = "code,name\nland,Đất đai\ncivil,Hộ tịch\n";

/// Three dossiers of Kbang; two of them at one counter.
pub const DOSSIERS: &str = "number,unit,counter,service,finished_on,outcome,late,sex,age_group,email\n\
    H21.625-0001,625,Q1,land,2018-11-05,granted,no,male,25-34,\n\
    H21.625-0002,625,Q1,Hộ tịch,2018-11-05,granted,no,female,under_25,nguoi@dan.example\n\
    H21.625-0003,625,Q2,land,2018-11-06,refused,yes,,,\n";

/// An installation with the people of a province, each good for one thing.
pub struct Office(pub Installation);

impl Office {
    /// People and units; `an` runs the installation, `binh` the rounds of the province.
    pub fn of_people_and_units(engine: &Engine) -> Self {
        Self::begun(Installation::on(engine))
    }

    /// The same in an installation that the test has set up.
    pub fn begun(at: Installation) -> Self {
        let office = Self(at);
        office.0.run(&["user", "add", "an", "--role", "system_admin"]).done();
        for (name, role) in [
            ("binh", "province_admin"),
            ("ba", "province_admin"),
            ("em", "reviewer"),
            ("hai", "inspector"),
            ("giang", "publisher"),
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
        office
    }

    /// The same with counters, services and the round `kbang`, planned.
    pub fn with_a_planned_round(engine: &Engine) -> Self {
        let office = Self::of_people_and_units(engine);
        office.plan(COUNTERS);
        office
    }

    /// Takes these counters and the services, and plans the round `kbang`.
    pub fn plan(&self, counters: &str) {
        self.0.file("counters.csv", counters);
        self.0.file("services.csv", SERVICES);
        self.0.file("round.toml", ROUND);
        self.done("binh", &["counter", "import", "counters.csv", "--on", DAY]);
        self.done("binh", &["service", "import", "services.csv"]);
        self.done("binh", &["round", "create", "kbang", "--file", "round.toml"]);
    }

    /// The same with the round open.
    pub fn with_an_open_round(engine: &Engine) -> Self {
        let office = Self::with_a_planned_round(engine);
        office.0.file("dossiers.csv", DOSSIERS);
        office.done("binh", &["round", "open", "kbang"]);
        office
    }

    /// What `who` gets for a command.
    pub fn run(&self, who: &str, arguments: &[&str]) -> Finished {
        self.0.run(&[arguments, &["--as", who]].concat())
    }

    /// What the command printed; panics unless it did what it was asked.
    pub fn done(&self, who: &str, arguments: &[&str]) -> String {
        self.run(who, arguments).done()
    }

    /// The one line of the refusal; panics unless it was refused.
    pub fn refused(&self, who: &str, arguments: &[&str]) -> String {
        self.run(who, arguments).refused()
    }

    /// `round status --json` of the round `kbang`.
    pub fn status(&self) -> serde_json::Value {
        serde_json::from_str(&self.0.run(&["round", "status", "kbang", "--json"]).done()).unwrap()
    }
}
