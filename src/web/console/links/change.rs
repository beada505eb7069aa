//! Issuing links, and ending them: made void or replaced, with a reason.

use askama::Template;

use super::print::{invalid, reason};
use super::{Places, place_of};
use crate::issue::qr::Qr;
use crate::issue::{kiosk, paper, poster, replace};
use crate::store::link::Origin;
use crate::store::tally::Kind;
use crate::store::{Act, Right};
use crate::web::console::reply::{Answer, Reply};
use crate::web::console::visit::Visit;
use crate::web::console::{Frame, Trouble};
use crate::web::text::key;

#[derive(Template)]
#[template(path = "console_kiosk_made.html")]
struct Made {
    frame: Frame,
    counter: String,
    address: String,
    qr: String,
    back: String,
}

/// Issues posters, numbered paper forms, or the link of a tablet, which is shown once.
pub fn issue(visit: &Visit) -> Answer {
    let round = visit.round()?;
    let actor = visit.actor()?;
    let desk = &visit.desk;
    let back = place_of(round, "links");
    let places = Places::of(visit, round, Right::IssueLinks)?;
    if visit.field("do") == "posters" {
        let unit = Some(visit.field("unit")).filter(|code| !code.is_empty());
        let issued = poster::issue(desk, actor, &round.code, unit)?;
        let done = if issued > 0 { "issued" } else { "none" };
        return Ok(Reply::see(format!("{back}?done={done}")));
    }
    let counter = places.named(visit.field("counter"))?;
    let unit = places.unit_of(counter).ok_or(Trouble::Missing)?;
    let place = (unit.code.as_str(), counter.code.as_str());
    match visit.field("do") {
        "paper" => {
            let sheets = visit.field("sheets").parse();
            let sheets = sheets.map_err(|_| invalid(visit, key::SHEETS_WRONG))?;
            paper::issue(desk, actor, &round.code, place, sheets)?;
            Ok(Reply::see(format!("{back}?done=issued")))
        }
        "kiosk" => {
            let issued = kiosk::issue(desk, actor, &round.code, place)?;
            let qr = Qr::of_url(&issued.address).map_err(crate::issue::IssueError::from)?;
            let frame = visit
                .frame(visit.lang.say(key::KIOSK_MADE))
                .under(&back, visit.lang.say(key::NAV_LINKS));
            let page = Made {
                frame,
                counter: format!("{}, {} {}", unit.name, counter.name, issued.serial),
                qr: qr.svg(None),
                address: issued.address,
                back,
            };
            Reply::page(&page)
        }
        _ => Err(Trouble::Missing),
    }
}

/// Makes a link void, or puts another into its place.
pub fn end(visit: &Visit) -> Answer {
    let round = visit.round()?;
    let store = &visit.desk.store;
    let places = Places::of(visit, round, Right::VoidLinks)?;
    let counter = places.named(visit.field("counter"))?;
    let kind = Kind::from_word(visit.field("kind")).ok_or(Trouble::Missing)?;
    let serial: i64 =
        visit.field("serial").parse().map_err(|_| invalid(visit, key::PRINT_SERIALS_WRONG))?;
    let reason = reason(visit)?;
    let link = store.link(store.numbered_link(round.id, counter.id, kind, serial)?)?;
    let done = match visit.field("do") {
        "void" => {
            let subject = format!("round {}", round.code);
            let act = Act::new(visit.actor()?, Right::VoidLinks, visit.now, "link.void", subject)
                .on(counter.unit_id.0)
                .with(serde_json::json!({
                    "kind": kind.word(), "counter": link.counter_name,
                    "serial": serial, "reason": reason,
                }));
            store.void_link(&act, link.id)?;
            "void"
        }
        how @ ("replace" | "by_paper") => {
            let by = if how == "by_paper" { Kind::DrawnPaper } else { kind };
            let origin = Origin {
                unit_id: counter.unit_id,
                counter_id: counter.id,
                kind,
                serial,
                service_id: None,
                stratum: None,
            };
            replace::run(&visit.desk, visit.actor()?, &link, &origin, by, reason)?;
            "replaced"
        }
        _ => return Err(Trouble::Missing),
    };
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("counter", &places.place(counter))
        .append_pair("kind", kind.word())
        .append_pair("after", &(serial - 1).max(0).to_string())
        .append_pair("done", done)
        .finish();
    Ok(Reply::see(format!("{}?{query}", place_of(round, "links/list"))))
}
