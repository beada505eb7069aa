//! Every page that a citizen or the public meets, and every page of what cannot be: valid, usable by everyone in every way that
//! WCAG 2.2 AA asks for, and seen: a picture of each in `target/screenshots` for a person to look at.

use std::time::Duration;

use super::lighthouse;
use super::scene::{self, Pages};
use crate::support::{Installation, Instrument, places};

/// Holds the headers of one service's pages against the best there is.
fn safe(pages: &Pages, base: &str) {
    let paths = pages.paths(base).join(",");
    let run = Instrument::new("py/headers.py", base).with("PATHS", &paths).with("MIN", "100");
    let Some(figure) = run.measure() else { return };
    assert!(figure.pass, "{}", figure.output);
}

/// A whole round of thousands of people.
const DEMO_LIMIT: Duration = Duration::from_secs(180);

/// Holds the pages against the bars in one browser; their pictures are called after them.
fn hold(pages: &Pages) {
    let directory = tempfile::tempdir().unwrap();
    let list = directory.path().join("pages.json");
    std::fs::write(&list, serde_json::to_string(&pages.0).unwrap()).unwrap();
    let pictures = places::target().join("screenshots");
    let figure = Instrument::new("node/pages.mjs", "")
        .with("LIST", &list.display().to_string())
        .with("OUT", &pictures.display().to_string())
        .measure();
    let Some(figure) = figure else { return };
    eprintln!("{}", figure.output);
    assert!(figure.pass, "{}", figure.output);
    assert_eq!(figure.number("axe_violations") + figure.number("html_errors"), 0.0);
}

#[test]
fn citizens_pages_and_those_of_what_cannot_be() {
    let mut pages = Pages::default();
    let at = Installation::anywhere();
    let open = scene::open(&at);
    let service = at.serve();
    scene::survey(&mut pages, &service.base, &open);
    scene::receipts(&mut pages, &service.base, &open);
    scene::refusals(&mut pages, &service.base, &open);
    scene::tablet(&mut pages, &service.base, &at);

    let manners = [
        ("step", "one-stop-shop", "layout = \"one_question\""),
        ("one-tap", "one-tap", "length = \"one_tap\""),
    ];
    let asked = manners.map(|(name, form, asking)| {
        let at = Installation::anywhere();
        let poster = crate::support::ready::round_asking(&at, 1, form, asking).poster;
        (name, poster, at)
    });
    let services = asked.each_ref().map(|(name, poster, at)| {
        let service = at.serve();
        scene::manner(&mut pages, &service.base, name, poster);
        service
    });
    let quiet = Installation::anywhere();
    let fresh = quiet.serve();
    pages.get("results-none", &fresh.base, "/results", 200);
    pages.get("ledger-none", &fresh.base, "/results/ledger", 200);
    scene::passing(&mut pages);
    hold(&pages);
    safe(&pages, &service.base);
    drop(services);
}

#[test]
fn results_ledger_and_scorecards_of_a_whole_authority() {
    let at = Installation::anywhere();
    let demo = at.start(&["demo", "--json", "--port", "0"]);
    let told: serde_json::Value =
        serde_json::from_str(&format!("{{{}", demo.announced_within("{", DEMO_LIMIT))).unwrap();
    let of = |name: &str| told["urls"][name].as_str().unwrap().to_owned();
    let (base, round) = of("results").rsplit_once("/results/").map(split).unwrap();
    let receipt = of("receipt").rsplit_once("/r/").unwrap().1.to_owned();
    let mut pages = Pages::default();
    for (name, path) in [
        ("home", "/".to_owned()),
        ("results", "/results".to_owned()),
        ("round", format!("/results/{round}")),
        ("ledger", "/results/ledger".to_owned()),
        ("scorecard-2018", "/results/scorecards/2018".to_owned()),
        ("receipt", format!("/r/{receipt}")),
    ] {
        pages.get(name, &base, &path, 200);
    }
    let list = crate::support::Client::new(&base).get("/results").text().to_owned();
    let simulated = list.split('"').find(|part| part.ends_with("/simulated?lang=vi"));
    pages.get("scorecard", &base, simulated.unwrap().trim_end_matches("?lang=vi"), 200);
    pages.for_programmers("api-docs", &base, "/api/docs");
    hold(&pages);
    safe(&pages, &base);

    let survey = of("citizen").trim_start_matches(base.as_str()).to_owned();
    let shown = format!("/results/{round}");
    for (path, listed) in [("/", true), (survey.as_str(), false), (shown.as_str(), true)] {
        if !lighthouse::hundred(&base, path, listed) {
            return;
        }
    }
}

fn split((base, round): (&str, &str)) -> (String, String) {
    (base.to_owned(), round.to_owned())
}
