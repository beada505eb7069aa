//! After closing: flags, verdicts, sealing, weights, index, publication, scorecards, the API client's read.

use std::collections::{BTreeMap, BTreeSet};

use super::Watch;
use super::accounts::{SignIn, sign_ins};
use super::dice::Dice;
use super::setup::{Installed, Place, Prepared, ROUND, SECOND, at, second_plan};
use secrecy::ExposeSecret;

use super::setup::EVERYBODY;
use crate::account::client::{self, NewClient};
use crate::account::scope::Scopes;
use crate::cli::Failure;
use crate::clock::{Clock, DAY_MS, HOUR_MS, SystemClock};
use crate::form::shipped;
use crate::index::scorecard::{
    ILLUSTRATIVE_SCHEME, Line, Marked, Points, RECORD_2018, Record, Scheme, Source,
};
use crate::issue::{dossier::Register, poster, print};
use crate::round::{self, Document, Outcome};
use crate::store::publication::Publication;
use crate::store::tally::Kind;
use crate::store::verdict::Decision;
use crate::web;

/// Everything after closing.
pub struct Staged {
    /// Responses stored.
    pub stored: i64,
    /// Responses flagged at medium and up, by rule.
    pub flagged: BTreeMap<String, usize>,
    /// Counts after sealing.
    pub outcome: Outcome,
    /// The publication.
    pub publication: Publication,
    /// The publication, read.
    pub document: Document,
    /// Whether recomputing gave the same bytes.
    pub verified: bool,
    /// The record of 2018.
    pub recorded: Vec<Line>,
    /// The simulated scorecard.
    pub simulated: Vec<Line>,
}

/// Runs every stage by library calls, each on its own simulated hour.
pub fn run(place: &Place, prepared: &Prepared, watch: &mut Watch) -> Result<Staged, Failure> {
    let desk = &place.desk;
    let actors = &prepared.actors;
    let round = desk.store.round(ROUND).map_err(at("reading the round"))?;
    place.clock.set(round.closes_at.plus(HOUR_MS));
    round::close(desk, &actors.province, ROUND, None).map_err(at("closing"))?;
    let stored = round::status(desk, ROUND).map_err(at("reading the status"))?.stored;
    place.clock.set(round.closes_at.plus(round.grace_ms + HOUR_MS));
    let flags = watch.step("dedup", "Flags", || {
        round::flag(desk, &actors.reviewer, ROUND).map_err(at("flagging"))
    })?;
    let mut flagged = BTreeMap::new();
    for flag in flags.iter().filter(|f| f.severity != "low") {
        *flagged.entry(flag.rule.clone()).or_insert(0) += 1;
    }
    place.clock.set(round.closes_at.plus(5 * DAY_MS));
    watch.step("verdicts", "A reviewer decides", || {
        let rules: BTreeSet<&str> = flagged.keys().map(String::as_str).collect();
        for rule in rules {
            let reason =
                format!("Người xem xét: dấu hiệu {rule}, đã đối chiếu với các phiếu liên quan");
            let severities = ["medium", "high"];
            round::decide_flagged(
                desk,
                &actors.reviewer,
                ROUND,
                rule,
                &severities,
                Decision::Exclude,
                &reason,
            )
            .map_err(at("deciding"))?;
        }
        Ok(())
    })?;
    let [one, two] = &actors.publishers;
    place.clock.set(round.closes_at.plus(7 * DAY_MS));
    let outcome = watch.step("seal", "Sealing", || {
        round::seal(desk, one, Some(&actors.inspector), ROUND).map_err(at("sealing"))
    })?;
    watch.step("weigh", "Weights", || round::weigh(desk, one, ROUND).map_err(at("weighing")))?;
    watch.step("index", "Sub-index", || {
        round::index(desk, one, ROUND).map(|_| ()).map_err(at("indexing"))
    })?;
    place.clock.set(round.closes_at.plus(8 * DAY_MS));
    let publication = watch.step("publish", "Publication", || {
        round::publish(desk, one, two, ROUND, None).map_err(at("publishing"))
    })?;
    let verified = watch.step("verify", "Recomputing the publication", || {
        Ok(round::verify(desk, ROUND).map_err(at("verifying"))?.is_good())
    })?;
    let document =
        serde_json::from_slice(&publication.bytes).map_err(at("reading the publication"))?;
    let (recorded, simulated) =
        watch.step("scorecard", "Scorecards", || scorecards(place, prepared))?;
    Ok(Staged { stored, flagged, outcome, publication, document, verified, recorded, simulated })
}

/// The record of 2018 as the source says it, and a scorecard of the simulated round on illustrative appraised points.
fn scorecards(place: &Place, prepared: &Prepared) -> Result<(Vec<Line>, Vec<Line>), Failure> {
    let desk = &place.desk;
    let actor = &prepared.actors.province;
    let record =
        Record::from_toml(RECORD_2018, "scorecard_2018.toml").map_err(at("reading the record"))?;
    let recorded = record.lines();
    round::store_lines(desk, actor, record.year().into(), "official", record.source(), &recorded)
        .map_err(at("storing the record"))?;
    let scheme = Scheme::from_toml(ILLUSTRATIVE_SCHEME, "scheme_illustrative.toml")
        .map_err(at("reading the scheme"))?;
    let mut appraised = round::Appraised::new();
    for district in super::setup::districts(desk)? {
        let label = district.code.bytes().fold(7_u64, |sum, b| sum * 31 + u64::from(b));
        let mut dice = Dice::new(2018, label);
        let mut points = BTreeMap::new();
        for part in scheme.parts().iter().filter(|p| p.source == Source::Appraised) {
            let share = 0.78 + 0.22 * dice.share();
            let units = (part.maximum.value.units() as f64 * share) as i64 / 100 * 100;
            if let Some(value) = Points::of_units(units) {
                points.insert(part.key.clone(), Marked::illustrative(value));
            }
        }
        appraised.insert(district.code, points);
    }
    let simulated =
        round::score(desk, actor, &scheme, &appraised, "simulated").map_err(at("scoring"))?;
    Ok((recorded, simulated))
}

/// The server that stays, and what it shows.
pub struct Standing {
    running: web::Running,
    /// Its address.
    pub base: String,
    /// A poster of the second round.
    pub citizen: String,
    /// A ticket of the second round.
    pub ticket: String,
    /// API client's id and secret.
    pub client: (String, String),
    /// Who may sign in to the console.
    pub accounts: Vec<SignIn>,
}

impl Standing {
    /// Ends the server in order.
    pub fn stop(self) -> Result<(), Failure> {
        self.running.stop().map_err(at("stopping the server"))
    }
}

/// Opens the second round on the real clock and starts the server that stays.
pub fn open_second(place: &Place, installed: &Installed) -> Result<Standing, Failure> {
    let desk = place.real_desk();
    let now = SystemClock.now();
    let plan = second_plan(&desk, now)?;
    let province = &installed.province;
    round::create(&desk, province, SECOND, &plan, shipped::ONE_STOP_SHOP)
        .map_err(at("creating the second round"))?;
    round::open(&desk, province, SECOND).map_err(at("opening the second round"))?;
    let running = web::start(&place.config, desk.clone()).map_err(at("starting the server"))?;
    let base = format!("http://{}", running.address);
    let desk = crate::desk::Desk { public_url: base.clone(), ..desk };
    poster::issue(&desk, province, SECOND, None).map_err(at("issuing posters"))?;
    let register = Register::of(&desk, SECOND, EVERYBODY).map_err(at("opening the register"))?;
    let day = now.vietnam_day();
    let mut csv = String::from("number,unit,counter,service,finished_on,outcome\n");
    for serial in 1..=24 {
        csv.push_str(&format!(
            "H21.99-{}-{serial:04},23638,2,ho-tich,{day},granted\n",
            day.strftime("%y%m%d")
        ));
    }
    let finished =
        register.parse(csv.as_bytes(), None, "dossiers.csv").map_err(at("reading dossiers"))?;
    register.take(&desk, province, &finished, |_| {}).map_err(at("importing dossiers"))?;
    let url = |kind| -> Result<String, Failure> {
        let sheets = print::sheets(&desk, province, SECOND, kind).map_err(at("printing"))?;
        Ok(sheets.into_iter().next().map(|s| s.url).unwrap_or_default())
    };
    let (citizen, ticket) = (url(Kind::Poster)?, url(Kind::Ticket)?);
    let admin = desk.store.actor("admin").map_err(at("reading accounts"))?;
    let client = client_of(&desk, &admin)?;
    let accounts = sign_ins(&desk)?;
    Ok(Standing { running, base, citizen, ticket, client, accounts })
}

fn client_of(
    desk: &crate::desk::Desk,
    admin: &crate::store::Actor,
) -> Result<(String, String), Failure> {
    let new = NewClient {
        id: "scoring-system".to_owned(),
        name: "Hệ thống chấm điểm CCHC".to_owned(),
        contact: Some("scoring@demo.invalid".to_owned()),
        scopes: Scopes::parse("results:read scorecards:read").map_err(at("reading scopes"))?,
        units: Vec::new(),
    };
    let created = client::create(desk, admin, &new).map_err(at("adding the API client"))?;
    Ok((created.id, created.secret.expose_secret().to_owned()))
}

/// What the scoring system got.
pub struct Read {
    /// Status of the last reply.
    pub status: u16,
    /// Whether the bytes are those of the publication.
    pub same_bytes: bool,
}

/// A token by client credentials, then the sub-index.
pub fn read_over_api(standing: &Standing, staged: &Staged) -> Result<Read, Failure> {
    use base64::Engine;
    let agent: ureq::Agent =
        ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let login = base64::engine::general_purpose::STANDARD
        .encode(format!("{}:{}", standing.client.0, standing.client.1));
    let mut reply = agent
        .post(format!("{}/oauth/token", standing.base))
        .header("Authorization", format!("Basic {login}"))
        .header("Content-Type", "application/x-www-form-urlencoded")
        .send("grant_type=client_credentials")
        .map_err(at("asking for a token"))?;
    let text = reply.body_mut().read_to_string().map_err(at("reading the token"))?;
    let token: serde_json::Value = serde_json::from_str(&text).map_err(at("reading the token"))?;
    let token = token.get("access_token").and_then(|t| t.as_str()).unwrap_or_default().to_owned();
    let mut reply = agent
        .get(format!("{}/api/v1/rounds/{ROUND}/sub-index", standing.base))
        .header("Authorization", format!("Bearer {token}"))
        .call()
        .map_err(at("reading the sub-index"))?;
    let status = reply.status().as_u16();
    let bytes = reply.body_mut().read_to_vec().map_err(at("reading the sub-index"))?;
    Ok(Read { status, same_bytes: bytes == staged.publication.bytes })
}
