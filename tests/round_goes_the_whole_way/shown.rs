//! What everybody may read in the end: the list of results, the round's page, the scorecards with every figure's mark.

use std::collections::BTreeMap;
use std::sync::Arc;

use khaosat::clock::{Clock, SystemClock};
use khaosat::desk::Desk;
use khaosat::index::scorecard::{
    ILLUSTRATIVE_SCHEME, Line, Marked, Points, RECORD_2018, Record, Scheme, Source,
};
use khaosat::round::{self, Appraised};
use khaosat::store::{Actor, Store};
use khaosat::vault::Vault;

use super::authority::{Authority, UNITS};
use super::published::published;
use crate::support::{Engine, Installation, on_each_engine};

/// The pages of a published round and its scorecards; the last is of the year in which the round closed.
pub fn pages() -> [String; 4] {
    let simulated = format!("/results/scorecards/{}/simulated", this_year());
    ["/results", "/results/hai-xa", "/results/scorecards/2018", &simulated].map(str::to_owned)
}

/// The year in which a round closed by now.
pub fn this_year() -> i16 {
    SystemClock.now().vietnam_day().year()
}

/// A published round, the record of 2018, and a scorecard that the round's index feeds, on made-up appraised points.
pub fn shown(engine: &Engine) -> Authority {
    let (authority, _) = published(Installation::on(engine));
    let desk = desk(engine, &authority);
    let actor = Actor::Service("test");
    let record = Record::from_toml(RECORD_2018, "record").unwrap();
    round::store_lines(&desk, &actor, 2018, "official", record.source(), &record.lines()).unwrap();
    scored(&desk);
    authority
}

/// The installation as the library has it.
pub fn desk(engine: &Engine, authority: &Authority) -> Desk {
    Desk {
        store: Store::open(&engine.url, 2).unwrap(),
        vault: Arc::new(Vault::open(&authority.at.directory().join("keys")).unwrap()),
        clock: Arc::new(SystemClock),
        public_url: String::new(),
    }
}

/// The scorecard of this year on made-up appraised points, stored as `simulated`.
pub fn scored(desk: &Desk) -> Vec<Line> {
    let text = ILLUSTRATIVE_SCHEME.replace("year = 2018", &format!("year = {}", this_year()));
    let scheme = Scheme::from_toml(&text, "scheme").unwrap();
    let three = Marked::illustrative(Points::parse("3").unwrap());
    let appraised: BTreeMap<String, Marked<Points>> = scheme
        .parts()
        .iter()
        .filter(|part| part.source == Source::Appraised)
        .map(|part| (part.key.clone(), three))
        .collect();
    let appraised: Appraised = UNITS.map(|unit| (unit.to_owned(), appraised.clone())).into();
    round::score(desk, &Actor::Service("test"), &scheme, &appraised, "simulated").unwrap()
}

/// The text between the tags of a page, for what a reader sees in a row.
fn words(html: &str) -> String {
    let mut words = String::new();
    for piece in html.split('<') {
        words.push_str(piece.split_once('>').map_or(piece, |(_, text)| text));
        words.push(' ');
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_list_of_results_leads_to_the_round_and_to_both_scorecards() {
    on_each_engine(|engine| {
        let authority = shown(engine);
        let service = authority.at.serve();
        let list = service.client.get("/results?lang=en");
        for page in &pages()[1..] {
            assert!(list.text().contains(&format!("href=\"{page}?lang=en\"")), "{page}");
            let page = service.client.get(&format!("{page}?lang=en"));
            assert_eq!(page.status, 200);
            assert!(page.text().contains("<html lang=\"en\""));
        }
        assert!(
            list.text().contains(">2018</a>")
                && list.text().contains(&format!(">{}, simulated</a>", this_year()))
        );
        for nothing in ["2019", "2018/unknown", "abc", "99999999999", "2018/official/x"] {
            let page = service.client.get(&format!("/results/scorecards/{nothing}"));
            assert_eq!(page.status, 404, "{nothing}");
        }
    });
}

#[test]
fn the_scorecard_of_2018_shows_kbangs_record_and_marks_nothing_else_as_one() {
    on_each_engine(|engine| {
        let authority = shown(engine);
        let service = authority.at.serve();
        let page = service.client.get("/results/scorecards/2018");
        let said = words(page.text());
        assert!(said.contains("1 Kbang – – 78,19 – – khá Ghi nhận"), "{said}");
        assert!(said.contains("QĐ 342/QĐ-UBND, 24/6/2019"), "{said}");
        for domain in [
            "Công tác chỉ đạo điều hành CCHC 8,50 8,50 Ghi nhận",
            "Xây dựng và tổ chức thực hiện văn bản QPPL 3,50 3,50 Ghi nhận",
            "Cải cách tổ chức bộ máy 6,50 6,50 Ghi nhận",
        ] {
            assert!(said.contains(domain), "{domain}: {said}");
        }
        // Nothing that the source does not say has a number: four recorded rows in all.
        assert_eq!(page.text().matches(">Ghi nhận</span>").count(), 4, "{said}");
        assert_eq!(page.text().matches(">Minh họa</span>").count(), 0, "{said}");

        let simulated = service.client.get(&pages()[3]);
        let said = words(simulated.text());
        assert!(said.contains("Số liệu mô phỏng"), "{said}");
        assert_eq!(simulated.text().matches(">Ghi nhận</span>").count(), 0, "{said}");
        for unit in ["Kbang", "Đak Rong"] {
            assert!(said.contains(unit), "{unit}: {said}");
        }
        assert!(simulated.text().matches(">Minh họa</span>").count() >= 2, "{said}");
    });
}
