//! A round in simulated time on a real server: dossiers are imported and tickets printed day by day, everybody answers
//! through the pages, then the flags are computed.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use khaosat::clock::{HOUR_MS, ManualClock, Millis};
use khaosat::config::Config;
use khaosat::desk::Desk;
use khaosat::form::shipped;
use khaosat::issue::code::Code;
use khaosat::issue::{poster, print};
use khaosat::round::{self, Plan};
use khaosat::store::flag::StoredFlag;
use khaosat::store::print::PrintScope;
use khaosat::store::tally::Kind;
use khaosat::store::unit::NewUnit;
use khaosat::store::{Act, Actor, Right, Role, Store};
use khaosat::vault::Vault;
use khaosat::web;
use tempfile::TempDir;

use super::people::{COUNTERS, DAYS, Story, UNITS, Visit};
use crate::support::{Client, Engine};

/// The round's code.
pub const ROUND: &str = "buoi-toi";
/// First midnight, local time.
const FIRST: &str = "2026-04-13";
const DAY_MS: i64 = 24 * HOUR_MS;

/// The installation.
pub struct Evening {
    pub desk: Desk,
    pub clock: ManualClock,
    config: Config,
    _keys: TempDir,
}

/// An account that runs the round, and those who decide, witness and publish.
fn accounts(desk: &Desk) {
    let first = Actor::Service("test");
    for (name, role) in [
        ("province", Role::ProvinceAdmin),
        ("reviewer", Role::Reviewer),
        ("reviewer-2", Role::Reviewer),
        ("inspector", Role::Inspector),
        ("publisher-1", Role::Publisher),
        ("publisher-2", Role::Publisher),
    ] {
        let act = Act::new(&first, Right::ManageAccounts, desk.clock.now(), "user.add", name);
        desk.store.grant_role(&act, name, None, role, None).unwrap();
    }
}

/// Local seconds since the first midnight as a moment.
fn moment(seconds: f64) -> Millis {
    Millis::parse(&format!("{FIRST}T00:00")).unwrap().plus((seconds * 1e3) as i64)
}

fn day(number: usize) -> String {
    moment(number as f64 * 86_400.0 + 1.0).vietnam_day().to_string()
}

/// Code of a unit of the round.
pub fn unit_code(unit: usize) -> String {
    format!("9000{unit}")
}

impl Evening {
    /// Units, counters, a service, and a round that is open.
    pub fn on(engine: &Engine) -> Self {
        let keys = tempfile::tempdir().unwrap();
        let config = Config {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            database_url: engine.url.clone(),
            keys_dir: keys.path().join("keys"),
            trusted_proxies: vec![IpAddr::from([127, 0, 0, 1])],
            workers: 1,
            ..Config::default()
        };
        let clock = ManualClock::at(moment(-3_600.0 * 30.0));
        let desk = Desk {
            store: Store::open(&engine.url, config.database_connections).unwrap(),
            vault: Arc::new(Vault::open(&config.keys_dir).unwrap()),
            clock: Arc::new(clock.clone()),
            public_url: "http://khaosat.example".to_owned(),
        };
        accounts(&desk);
        let admin = Actor::Service("test");
        let act = Act::new(&admin, Right::ManageRegistry, desk.clock.now(), "registry", "test");
        let units: Vec<NewUnit> = (0..UNITS)
            .map(|unit| NewUnit {
                code: unit_code(unit),
                name: format!("Xã {unit}"),
                kind: "commune".to_owned(),
                parent: None,
                valid_from: "2025-07-01".to_owned(),
                valid_to: "9999-12-31".to_owned(),
                aliases: Vec::new(),
            })
            .collect();
        desk.store.import_units(&act, &units).unwrap();
        for unit in 0..UNITS {
            let id = desk.store.unit_on(&unit_code(unit), FIRST).unwrap().id;
            for counter in 0..COUNTERS {
                let code = counter.to_string();
                desk.store.put_counter(&act, id, &code, &format!("Quầy {code}")).unwrap();
            }
        }
        desk.store.put_service(&act, "ho-tich", "Hộ tịch").unwrap();
        let codes: Vec<String> = (0..UNITS).map(|unit| format!("{:?}", unit_code(unit))).collect();
        let plan = format!(
            "form = \"one-stop-shop\"\nopens_at = \"{FIRST}T00:00\"\ncloses_at = \"{}T23:00\"\ngrace = \"0s\"\n\
             [rules]\ntitle = \"Buổi tối\"\nunits = [{}]\nunits_on = \"{FIRST}\"\n",
            day(DAYS + 1),
            codes.join(", ")
        );
        let plan = Plan::parse(&plan, "round.toml").unwrap();
        let evening = Self { desk, clock, config, _keys: keys };
        round::create(
            &evening.desk,
            &evening.actor("province"),
            ROUND,
            &plan,
            shipped::ONE_STOP_SHOP,
        )
        .unwrap();
        round::open(&evening.desk, &evening.actor("province"), ROUND).unwrap();
        poster::issue(&evening.desk, &evening.actor("province"), ROUND, None).unwrap();
        evening
    }

    /// The account of this name.
    pub fn actor(&self, name: &str) -> Actor {
        self.desk.store.actor(name).unwrap()
    }

    /// Everything of the story happens. Returns the flags of every visit, in order of the story.
    pub fn play(&self, story: &Story) -> Vec<Vec<StoredFlag>> {
        let running = web::start(&self.config, self.desk.clone()).unwrap();
        let base = format!("http://{}", running.address);
        let posters =
            print::sheets(&self.desk, &self.actor("province"), ROUND, Kind::Poster).unwrap();
        let poster = |counter: usize| {
            let (unit, code) =
                (format!("Xã {}", counter / COUNTERS), (counter % COUNTERS).to_string());
            let sheet = posters.iter().find(|s| s.unit == unit && s.counter_code == code).unwrap();
            format!("/s/{}", sheet.code)
        };
        let mut tickets = BTreeMap::new();
        let mut events: Vec<(f64, bool, usize)> = Vec::new();
        for (number, visit) in story.visits.iter().enumerate() {
            events.extend([(visit.opened, false, number), (visit.sent, true, number)]);
        }
        events.sort_by(|a, b| a.0.total_cmp(&b.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        let mut ready_until = 0;
        let mut opened = BTreeMap::new();
        for (at, sends, number) in events {
            while ready_until as f64 * 86_400.0 <= at {
                self.clock.set(moment(ready_until as f64 * 86_400.0));
                self.morning(story, ready_until, &mut tickets);
                ready_until += 1;
            }
            self.clock.set(moment(at));
            let visit = &story.visits[number];
            let path = match visit.ticket {
                Some(serial) => format!("/s/{}", tickets[&(visit.counter, serial)]),
                None => poster(visit.counter),
            };
            let client = phone(&base, visit.phone);
            if sends {
                let begun: String = opened.remove(&number).unwrap();
                send(&client, &path, visit, number, &begun);
            } else {
                let page = client.get(&path);
                assert_eq!(page.status, 200, "{visit:?}");
                opened.insert(number, page.input("opened").unwrap().to_owned());
            }
        }
        running.stop().unwrap();
        self.flags(story.visits.len())
    }

    /// The dossiers of a day are imported; their tickets are printed, at the chooser's counter only those he chose.
    fn morning(&self, story: &Story, today: usize, tickets: &mut BTreeMap<(usize, usize), Code>) {
        let mut csv = String::from("number,unit,counter,service,finished_on,outcome,late\n");
        let mut any = false;
        for (counter, finished) in story.finished.iter().enumerate() {
            for (before, _) in finished.iter().enumerate().filter(|(_, day)| **day == today) {
                any = true;
                let late = if before % 9 == 4 { "yes" } else { "no" };
                csv.push_str(&format!(
                    "H{counter}-{before:05},{},{},ho-tich,{},granted,{late}\n",
                    unit_code(counter / COUNTERS),
                    counter % COUNTERS,
                    day(today)
                ));
            }
        }
        if !any {
            return;
        }
        let province = self.actor("province");
        let register = round::register(&self.desk, ROUND).unwrap();
        let finished = register.parse(csv.as_bytes(), None, "dossiers.csv").unwrap();
        register.take(&self.desk, &province, &finished, |_| {}).unwrap();
        let keys = self.desk.vault.code_key().unwrap();
        let mut printed = Vec::new();
        let round = self.desk.store.round(ROUND).unwrap();
        let units: Vec<_> =
            self.desk.store.round_units(round.id).unwrap().iter().map(|unit| unit.id).collect();
        let scope = PrintScope {
            kind: Kind::Ticket,
            units: &units,
            counter: None,
            serials: None,
            printed: false,
            now: self.desk.clock.now(),
        };
        for link in self.desk.store.printable_links(round.id, &scope).unwrap() {
            let code = keys.open(link.id, link.code_enc.as_deref().unwrap()).unwrap();
            let unit: usize = link.unit_name.rsplit(' ').next().unwrap().parse().unwrap();
            let counter = unit * COUNTERS + link.counter_code.parse::<usize>().unwrap();
            let serial = usize::try_from(link.serial).unwrap();
            let known = tickets.insert((counter, serial), Code::parse(&code).unwrap());
            let chosen = story
                .chooser
                .as_ref()
                .is_none_or(|(at, printed)| *at != counter || printed.contains(&serial));
            if known.is_none() && chosen {
                printed.push(link.id);
            }
        }
        let act =
            Act::new(&province, Right::IssueLinks, self.desk.clock.now(), "link.print", ROUND);
        let printed = print::prints(&self.desk, &round, Kind::Ticket, printed).unwrap();
        self.desk.store.count_prints(&act, &printed, false).unwrap();
    }

    /// The round closes, flags are computed and laid beside the visits, which their submission ids name.
    fn flags(&self, visits: usize) -> Vec<Vec<StoredFlag>> {
        let round = self.desk.store.round(ROUND).unwrap();
        self.clock.set(round.closes_at.plus(HOUR_MS));
        round::close(&self.desk, &self.actor("province"), ROUND, None).unwrap();
        let flags = round::flag(&self.desk, &self.actor("reviewer"), ROUND).unwrap();
        let linking = self.desk.vault.linking_key(round.id).unwrap();
        let mut of = vec![Vec::new(); visits];
        let mut stored = 0;
        for response in self.desk.store.responses(round.id).unwrap() {
            let tie = linking.open_tie(response.id, &response.tie).unwrap();
            let number = usize::try_from(u128::from_be_bytes(tie.submission)).unwrap();
            of[number] =
                flags.iter().filter(|flag| flag.response_id == response.id).cloned().collect();
            stored += 1;
        }
        assert_eq!(stored, visits, "everybody's answer is in: nobody is shut out");
        of
    }

    /// Days after closing.
    pub fn wait(&self, days: i64) {
        self.clock.set(self.desk.clock.now().plus(days * DAY_MS));
    }
}

fn phone(base: &str, number: u64) -> Client {
    let [a, b, c, ..] = number.to_be_bytes();
    Client::new(base)
        .with("X-Forwarded-For", &format!("10.{a}.{b}.{c}"))
        .with("User-Agent", &format!("Mozilla/5.0 (Linux; Android 13; {number:016x}) Mobile"))
}

fn send(client: &Client, path: &str, visit: &Visit, number: usize, begun: &str) {
    let submission = format!("{number:032x}");
    let items: Vec<(String, String)> = (1..)
        .zip(&visit.codes)
        .filter(|(_, code)| **code > 0)
        .map(|(item, code)| (format!("q{item:02}"), code.to_string()))
        .collect();
    let mut fields = vec![("submission", submission.as_str()), ("opened", begun)];
    fields.extend(items.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    if !visit.comment.is_empty() {
        fields.push(("comment", &visit.comment));
    }
    let answer = client.post_form(path, &fields);
    assert_eq!(answer.status, 303, "{visit:?}: {}", answer.text());
}
