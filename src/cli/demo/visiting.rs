//! The event queue: openings and sendings in simulated time, each a real request.

use super::browser::{Browser, Page, Phone};
use super::citizens::Visit;
use super::setup::{Place, Prepared, at};
use crate::cli::Failure;
use crate::config::Config;
use crate::web;

/// What came of the visits.
#[derive(Debug, Default)]
pub struct Visited {
    /// Posts sent, tries included.
    pub posted: usize,
    /// Answers acknowledged.
    pub acknowledged: usize,
    /// One receipt, to be looked up.
    pub receipt: Option<String>,
}

fn fields(visit: &Visit) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    for (number, code) in (1..).zip(visit.items) {
        if code > 0 {
            fields.push((format!("q{number:02}"), code.to_string()));
        }
    }
    if visit.consents {
        fields.push(("consent".to_owned(), "yes".to_owned()));
        for (name, code) in ["sex", "age_group"].iter().zip(visit.person) {
            if code > 0 {
                fields.push(((*name).to_owned(), code.to_string()));
            }
        }
    }
    if !visit.comment.is_empty() {
        fields.push(("comment".to_owned(), visit.comment.clone()));
    }
    fields
}

/// Runs all visits against a server of their own on the simulated clock.
pub fn run(place: &Place, prepared: &Prepared) -> Result<Visited, Failure> {
    let config =
        Config { listen: std::net::SocketAddr::from(([127, 0, 0, 1], 0)), ..place.config.clone() };
    let running =
        web::start(&config, place.desk.clone()).map_err(at("starting the simulated server"))?;
    let browser = Browser::new(&format!("http://{}", running.address));
    // (time, sending after opening of the same moment, visit)
    let mut events: Vec<(i64, bool, usize)> = Vec::with_capacity(prepared.visits.len() * 2);
    for (number, visit) in prepared.visits.iter().enumerate() {
        events.push((visit.opened.0, false, number));
        events.push((visit.sent.0, true, number));
    }
    events.sort_unstable();
    let mut open: std::collections::BTreeMap<usize, Page> = std::collections::BTreeMap::new();
    let mut visited = Visited::default();
    for (done, (time, sends, number)) in events.iter().enumerate() {
        let (Some(visit), Some(path)) = (prepared.visits.get(*number), prepared.paths.get(*number))
        else {
            continue;
        };
        place.clock.set(crate::clock::Millis(*time));
        let phone = Phone::number(visit.phone);
        if *sends {
            let Some(page) = open.remove(number) else { continue };
            let (posts, receipt) = browser.send(&page, &phone, &fields(visit), visit.cut)?;
            visited.posted += posts;
            if receipt.is_some() {
                visited.acknowledged += 1;
                visited.receipt = receipt;
            }
        } else {
            open.insert(*number, browser.open(path, &phone)?);
        }
        if done % 1000 == 0 && done > 0 {
            eprint!("{} ", done / 2);
        }
    }
    running.stop().map_err(at("stopping the simulated server"))?;
    Ok(visited)
}
