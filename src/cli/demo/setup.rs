//! The installation of the demo: directory, database, keys, accounts, units, counters, form, the simulated round.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use super::accounts::{ACCOUNTS, EVERYWHERE};
use super::citizens::{Visit, Way, visits};
use super::world::{COUNTERS, SERVICES, World};
use crate::cli::Failure;
use crate::clock::{DAY_MS, ManualClock, Millis, SystemClock};
use crate::config::Config;
use crate::desk::Desk;
use crate::form::shipped;
use crate::issue::{Asking, dossier::Register, poster, print};
use crate::round::{self, Plan};
use crate::store::actor::{Act, Actor, Right};
use crate::store::registry as known;
use crate::store::tally::Kind;
use crate::store::unit::NewUnit;
use crate::store::{Engine, Store};
use crate::unit;
use crate::vault::Vault;

/// First day of the simulated round.
const FIRST_DAY: &str = "2018-11-05";
/// Everybody gets a ticket: the simulated citizens have no mail.
pub const EVERYBODY: Asking = Asking::AtOnce { share: 1.0, invites: false };
/// Code of the simulated round.
pub const ROUND: &str = "gia-lai-2018-demo";
/// Code of the round that stays open.
pub const SECOND: &str = "kbang-now-demo";
/// Day on which the second round's unit codes are read.
const SECOND_UNITS_ON: &str = "2026-01-01";

/// Turns any error into a failure that says at which step.
pub fn at<E: std::error::Error + Send + Sync + 'static>(
    step: &'static str,
) -> impl Fn(E) -> Failure {
    move |error| Failure::because(format!("demo, {step}"), error)
}

/// Where the demo happens.
pub struct Place {
    /// Removed when the demo ends.
    directory: tempfile::TempDir,
    /// Configuration of both servers.
    pub config: Config,
    /// Simulated time.
    pub clock: ManualClock,
    /// Database, keys, simulated clock.
    pub desk: Desk,
}

/// Where the server that stays will listen, tried now: nobody should hear of a port in use after the whole simulation.
fn address(port: Option<u16>) -> Result<SocketAddr, Failure> {
    let on = |port| SocketAddr::from(([127, 0, 0, 1], port));
    let free = |port| std::net::TcpListener::bind(on(port)).map(|_| on(port));
    match port {
        Some(port) => free(port).map_err(|error| {
            Failure::because(
                format!("port {port} cannot be used; --port 0 takes a free one"),
                error,
            )
        }),
        None => Ok(free(super::PORT).unwrap_or_else(|_| on(0))),
    }
}

impl Place {
    /// A fresh directory with an empty database.
    pub fn new(port: Option<u16>) -> Result<Self, Failure> {
        let listen = address(port)?;
        let directory = tempfile::Builder::new()
            .prefix("khaosat-demo-")
            .tempdir()
            .map_err(at("making a directory"))?;
        let path = directory.path().join("khaosat.sqlite3");
        let url = std::env::var("DATABASE_URL").unwrap_or_else(|_| path.display().to_string());
        let engine = Engine::parse(&url).map_err(at("reading DATABASE_URL"))?;
        let holds =
            engine.connect().and_then(|mut c| c.holds_tables()).map_err(at("connecting"))?;
        if holds {
            return Err(Failure::new(
                "the database that DATABASE_URL names already holds khaosat tables; the demo wants an empty one",
            ));
        }
        let config = Config {
            listen,
            database_url: url.clone(),
            keys_dir: directory.path().join("keys"),
            trusted_proxies: vec![std::net::IpAddr::from([127, 0, 0, 1])],
            log: "warn".to_owned(),
            ..Config::default()
        };
        crate::cli::serve::start_log(&config)?;
        let start =
            Millis::parse(&format!("{FIRST_DAY}T06:00")).map_err(at("reading the first day"))?;
        let clock = ManualClock::at(start.plus(-DAY_MS));
        let desk = Desk {
            store: Store::open(&url, config.database_connections)
                .map_err(at("opening the database"))?,
            vault: Arc::new(Vault::open(&config.keys_dir).map_err(at("making keys"))?),
            clock: Arc::new(clock.clone()),
            public_url: String::new(),
        };
        Ok(Self { directory, config, clock, desk })
    }

    /// The directory, for people who want to look inside.
    pub fn directory(&self) -> PathBuf {
        self.directory.path().to_owned()
    }

    /// The same desk on the real clock.
    pub fn real_desk(&self) -> Desk {
        Desk { clock: Arc::new(SystemClock), ..self.desk.clone() }
    }
}

/// The people of the demo.
#[derive(Clone)]
pub struct Installed {
    /// Runs the rounds.
    pub province: Actor,
    /// Two who decide on flags.
    pub reviewers: [Actor; 2],
    /// Witnesses the sealing.
    pub inspector: Actor,
    /// Two publishers.
    pub publishers: [Actor; 2],
}

fn import(desk: &Desk, admin: &Actor, csv: &str, place: &str) -> Result<(), Failure> {
    let known = known::units(&desk.store)?;
    let rows = unit::csv::parse(csv.as_bytes(), place, &known).map_err(at("reading units"))?;
    let plan = unit::plan_import(&known, &rows).map_err(at("planning units"))?;
    let new: Vec<NewUnit> =
        plan.insert.iter().map(|step| known::stored(step.row, step.parent.as_ref())).collect();
    let act = Act::new(admin, Right::ManageRegistry, desk.clock.now(), "unit.import", place);
    desk.store.import_units(&act, &new).map_err(at("writing units"))?;
    Ok(())
}

/// Accounts, units, counters, services, the form and both rounds' plans.
pub fn install(place: &Place) -> Result<Installed, Failure> {
    let desk = &place.desk;
    let now = desk.clock.now();
    let first = Actor::Service("demo");
    for (name, role) in ACCOUNTS.into_iter().take(EVERYWHERE) {
        let act =
            Act::new(&first, Right::ManageAccounts, now, "user.add", format!("account {name}"));
        let email = format!("{name}@demo.invalid");
        desk.store
            .grant_role(&act, name, Some(&email), role, None)
            .map_err(at("adding accounts"))?;
    }
    let actor = |name| desk.store.actor(name).map_err(at("reading accounts"));
    let admin = actor("admin")?;
    let province = actor("province")?;
    import(desk, &admin, unit::shipped::DISTRICTS_2018, "districts_2018.csv")?;
    import(desk, &admin, unit::shipped::COMMUNES_2025, "communes_2025.csv")?;
    for (code, name) in SERVICES {
        let act = Act::new(&admin, Right::ManageRegistry, now, "service.put", code);
        desk.store.put_service(&act, code, name).map_err(at("adding services"))?;
    }
    let districts = districts(desk)?;
    let today = second_units(desk)?;
    for unit in districts.iter().chain(&today) {
        let act = Act::new(&admin, Right::ManageRegistry, now, "counter.put", unit.name.clone());
        for (code, name) in COUNTERS {
            desk.store.put_counter(&act, unit.id, code, name).map_err(at("adding counters"))?;
        }
    }
    let codes: Vec<String> = districts.iter().map(|u| format!("{:?}", u.code)).collect();
    let plan = format!(
        "form = \"one-stop-shop\"\nopens_at = \"{FIRST_DAY}T06:00\"\ncloses_at = \"2018-12-14T18:00\"\ngrace = \"24h\"\n\
         [rules]\ntitle = \"Khảo sát mô phỏng Gia Lai 2018\"\nunits = [{}]\nunits_on = \"2018-11-05\"\nsynthetic = true\n",
        codes.join(", ")
    );
    let plan = Plan::parse(&plan, "demo round").map_err(at("planning the round"))?;
    round::create(desk, &province, ROUND, &plan, shipped::ONE_STOP_SHOP)
        .map_err(at("creating the round"))?;
    round::open(desk, &province, ROUND).map_err(at("opening the round"))?;
    Ok(Installed {
        province,
        reviewers: [actor("reviewer")?, actor("reviewer-2")?],
        inspector: actor("inspector")?,
        publishers: [actor("publisher-1")?, actor("publisher-2")?],
    })
}

/// The 17 districts of 2018, by code.
pub fn districts(desk: &Desk) -> Result<Vec<crate::store::unit::Unit>, Failure> {
    let units = desk.store.units().map_err(at("reading units"))?;
    let province = units.iter().find(|u| u.code == "64").map(|u| u.id);
    Ok(units.into_iter().filter(|u| u.parent_id.is_some() && u.parent_id == province).collect())
}

/// The communes that Kbang became in 2025 (domain facts, reorganisation).
pub fn second_units(desk: &Desk) -> Result<Vec<crate::store::unit::Unit>, Failure> {
    const CODES: [&str; 6] = ["23638", "23644", "23647", "23650", "23668", "23674"];
    CODES
        .iter()
        .map(|code| desk.store.unit_on(code, SECOND_UNITS_ON).map_err(at("reading units")))
        .collect()
}

/// The plan of the round that stays open, around `now`.
pub fn second_plan(desk: &Desk, now: Millis) -> Result<Plan, Failure> {
    let codes: Vec<String> = second_units(desk)?.iter().map(|u| format!("{:?}", u.code)).collect();
    let plan = format!(
        "form = \"one-stop-shop\"\nopens_at = \"{}\"\ncloses_at = \"{}\"\n[rules]\ntitle = \"Khảo sát thử, để ông/bà trả lời\"\n\
         units = [{}]\nunits_on = \"{SECOND_UNITS_ON}\"\n",
        now.plus(-DAY_MS).rfc3339(),
        now.plus(30 * DAY_MS).rfc3339(),
        codes.join(", ")
    );
    Plan::parse(&plan, "demo second round").map_err(at("planning the second round"))
}

/// What the citizens will do, and where each of them goes.
pub struct Prepared {
    /// Visits in order of opening.
    pub visits: Vec<Visit>,
    /// Paths of the links, by visit.
    pub paths: Vec<String>,
    /// Posts planted by rule.
    pub planted: BTreeMap<&'static str, usize>,
    /// People of the demo.
    pub actors: Installed,
}

/// Imports the dossiers, issues tickets and posters, and gives every visit its link.
pub fn issue(place: &Place, installed: &Installed, seed: u64) -> Result<Prepared, Failure> {
    let desk = &place.desk;
    let districts = districts(desk)?;
    let form = shipped::one_stop_shop().map_err(at("reading the form"))?;
    let ages: Vec<String> = form
        .margin("age_group")
        .map(|m| m.categories().map(|(_, name)| name.to_string()).collect())
        .unwrap_or_default();
    let first = FIRST_DAY.parse().map_err(at("reading the first day"))?;
    let world = World::new(seed, districts.len(), ages.len(), first);
    let codes: Vec<String> = districts.iter().map(|u| u.code.clone()).collect();
    let register = Register::of(desk, ROUND, EVERYBODY).map_err(at("opening the register"))?;
    let finished = register
        .parse(world.csv(&codes, &ages).as_bytes(), None, "dossiers.csv")
        .map_err(at("reading dossiers"))?;
    register
        .take(desk, &installed.province, &finished, |_| {})
        .map_err(at("importing dossiers"))?;
    round::put_margins_from_dossiers(desk, &installed.province, ROUND)
        .map_err(at("taking margins from the dossiers"))?;
    poster::issue(desk, &installed.province, ROUND, None).map_err(at("issuing posters"))?;

    let mut tickets: BTreeMap<(String, String, i64), String> = BTreeMap::new();
    for sheet in print::sheets(desk, &installed.province, ROUND, Kind::Ticket)
        .map_err(at("printing tickets"))?
    {
        tickets
            .insert((sheet.unit, sheet.counter_code, sheet.serial), format!("/s/{}", sheet.code));
    }
    let mut posters: BTreeMap<(String, String), String> = BTreeMap::new();
    for sheet in print::sheets(desk, &installed.province, ROUND, Kind::Poster)
        .map_err(at("printing posters"))?
    {
        posters.insert((sheet.unit, sheet.counter_code), format!("/s/{}", sheet.code));
    }
    // The serial of a ticket is the dossier's place at its counter.
    let mut serials: BTreeMap<(usize, usize), i64> = BTreeMap::new();
    let mut ticket_of = Vec::with_capacity(world.dossiers.len());
    for dossier in &world.dossiers {
        let serial = serials.entry((dossier.district, dossier.counter)).or_default();
        *serial += 1;
        ticket_of.push(*serial);
    }
    let name =
        |district: usize| districts.get(district).map(|u| u.name.clone()).unwrap_or_default();
    let counter = |c: usize| COUNTERS.get(c).map(|c| c.0.to_owned()).unwrap_or_default();
    let visits = visits(seed, &world, ages.len());
    let mut paths = Vec::with_capacity(visits.len());
    for visit in &visits {
        let path = match visit.way {
            Way::Ticket(at) => world.dossiers.get(at).and_then(|d| {
                let serial = ticket_of.get(at).copied().unwrap_or_default();
                tickets.get(&(name(d.district), counter(d.counter), serial))
            }),
            Way::Poster(district, c) => posters.get(&(name(district), counter(c))),
        };
        paths.push(path.cloned().ok_or_else(|| Failure::new("demo: a citizen has no link"))?);
    }
    let mut planted = BTreeMap::new();
    for rule in visits.iter().filter_map(|v| v.planted) {
        *planted.entry(rule).or_insert(0) += 1;
    }
    let actors = installed.clone();
    Ok(Prepared { visits, paths, planted, actors })
}
