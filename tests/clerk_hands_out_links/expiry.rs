//! Links end by themselves: with the day that stands on the paper, and a tablet's enrolment after 24 hours.

use std::sync::Arc;

use khaosat::clock::{Clock, DAY_MS, ManualClock, Millis, SystemClock};
use khaosat::desk::Desk;
use khaosat::issue::code::Code;
use khaosat::issue::kiosk::{self, ENROL_MS, Opened};
use khaosat::issue::{poster, print};
use khaosat::store::tally::Kind;
use khaosat::store::{Actor, Store};
use khaosat::vault::Vault;

use crate::people_are_asked::office::Office;
use crate::support::{Engine, on_each_engine};

const BY: Actor = Actor::Service("test");
const ANSWER: [(&str, &str); 2] =
    [("submission", "0123456789abcdef0123456789abcdef"), ("q01", "4")];

fn now() -> Millis {
    SystemClock.now()
}

/// The desk of the office's installation, its clock standing.
fn desk(engine: &Engine, office: &Office, clock: &ManualClock) -> Desk {
    Desk {
        store: Store::open(&engine.url, 4).unwrap(),
        vault: Arc::new(Vault::open(&office.at.directory().join("keys")).unwrap()),
        clock: Arc::new(clock.clone()),
        public_url: "https://khaosat.gialai.example".to_owned(),
    }
}

fn printed(office: &Office, folder: &str) -> String {
    let print = ["link", "poster", "kbang", "--unit", "625", "--counter", "Q1", "--out", folder];
    office.done("kim", &[&print[..], &["--format", "pdf"]].concat());
    let list = office.at.directory().join(folder).join("links.csv");
    let list = std::fs::read_to_string(list).unwrap();
    format!("/s/{}", list.trim_end().rsplit_once("/s/").unwrap().1)
}

#[test]
fn a_link_ends_with_its_last_day_and_another_takes_its_place() {
    on_each_engine(|engine| {
        let office = Office::open(engine, "link_days = { poster = 3, ticket = 5 }\n");
        let clock = ManualClock::at(now().plus(-3 * DAY_MS));
        let past = desk(engine, &office, &clock);
        poster::issue(&past, &BY, "kbang", Some("625")).unwrap();
        let link = printed(&office, "first");
        let service = office.at.serve();
        assert_eq!(service.client.get(&link).status, 200, "its last day is today");

        // The other counter's poster was issued a day earlier.
        clock.set(now().plus(-4 * DAY_MS));
        poster::issue(&past, &BY, "kbang", Some("622")).unwrap();
        let told =
            office.refused("binh", &["link", "poster", "kbang", "--unit", "622", "--out", "x"]);
        assert!(told.contains("no poster that can be printed"), "{told}");
        let place = ["--kind", "poster", "--unit", "622", "--counter", "Q1", "--serial", "1"];
        let reason = ["--reason", "its last day is over"];
        office.done("binh", &[&["link", "replace", "kbang"], &place[..], &reason].concat());
        let links = office.tickets("poster", "second");
        assert!(links.len() >= 2, "{links:?}");
        for link in &links {
            assert_eq!(service.client.get(link).status, 200, "a new one has its days before it");
        }
    });
}

#[test]
fn an_ended_link_takes_no_answer_and_its_page_says_what_to_do() {
    on_each_engine(|engine| {
        let office = Office::open(engine, "link_days = { poster = 2 }\n");
        let issued = now().plus(-3 * DAY_MS);
        let past = desk(engine, &office, &ManualClock::at(issued));
        poster::issue(&past, &BY, "kbang", Some("625")).unwrap();
        let sheets = print::sheets(&past, &BY, "kbang", Kind::Poster).unwrap();
        let sheet = sheets.first().unwrap();
        assert_eq!(sheet.until, issued.plus(2 * DAY_MS).vietnam_day(), "as it is printed");
        let path = format!("/s/{}", sheet.code);
        let service = office.at.serve();
        let day = sheet.until.strftime("%d/%m/%Y").to_string();
        for answer in [service.client.get(&path), service.client.post_form(&path, &ANSWER)] {
            let page = answer.text();
            assert_eq!(answer.status, 410, "{page}");
            assert!(page.contains("đã hết hạn") && page.contains(&day), "{page}");
            assert!(page.contains("xin hỏi lấy mã mới ở quầy"), "{page}");
        }
        let english = service.client.get(&format!("{path}?lang=en"));
        assert!(english.text().contains("ask for a new code at the counter"), "{}", english.text());
        assert_eq!(office.status()["stored"], 0);
    });
}

#[test]
fn a_tablet_s_address_enrols_for_24_hours_and_no_longer() {
    on_each_engine(|engine| {
        let office = Office::open(engine, "");
        let start = now();
        let clock = ManualClock::at(start);
        let desk = desk(engine, &office, &clock);
        let issue = || {
            let issued = kiosk::issue(&desk, &BY, "kbang", ("625", "Q1")).unwrap();
            Code::parse(issued.address.rsplit_once("/k/").unwrap().1).unwrap()
        };
        let (early, late) = (issue(), issue());
        clock.set(start.plus(ENROL_MS));
        assert!(matches!(kiosk::opened(&desk, &early).unwrap(), Opened::Enrols));
        assert!(kiosk::enrol(&desk, &early).unwrap().is_some());
        assert!(kiosk::enrol(&desk, &early).unwrap().is_none(), "once");
        clock.set(start.plus(ENROL_MS + 1));
        assert!(matches!(kiosk::opened(&desk, &late).unwrap(), Opened::Link));
        assert!(kiosk::enrol(&desk, &late).unwrap().is_none());

        clock.set(now().plus(-ENROL_MS - 1_000));
        let over = issue();
        let service = office.at.serve();
        let path = format!("/k/{over}");
        assert_eq!(service.client.get(&path).status, 404);
        assert_eq!(service.client.post_form(&path, &[]).status, 404);
    });
}
