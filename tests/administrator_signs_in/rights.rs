//! Who may what: the table of routes as it was reviewed, and every route walked by every role.

use std::fmt::Write;

use khaosat::store::Right;
use khaosat::web::console::{Need, ROUTES, Reach, Route, Verb};

use super::house::{OTHER, OWN, PEOPLE, ROUND, Tab, furnished};
use crate::support::{Installation, on_each_engine};

fn roles(right: Right) -> String {
    right.roles().iter().map(|role| role.word()).collect::<Vec<_>>().join(" ")
}

/// Whoever adds a route reads here who gets in, and has it reviewed.
#[test]
fn the_table_of_routes_is_the_one_that_was_reviewed() {
    let mut table = String::new();
    for route in ROUTES {
        let who = match route.need {
            Need::Nobody => "anybody".to_owned(),
            Need::Half => "who gave a password".to_owned(),
            Need::Right(right) => format!("{right:?}: {}", roles(right)),
        };
        let verb = format!("{:?}", route.verb).to_uppercase();
        let fresh = if route.fresh { ", password again" } else { "" };
        let _ =
            writeln!(table, "{verb:<4} {:<40} {:?}{fresh}\n     {who}", route.path, route.reach);
    }
    insta::assert_snapshot!(table);
}

#[test]
fn no_address_is_twice_in_the_table_and_every_page_has_its_way_back() {
    for (at, route) in ROUTES.iter().enumerate() {
        let same = |other: &&Route| other.verb == route.verb && other.path == route.path;
        assert_eq!(ROUTES.iter().filter(same).count(), 1, "{route:?}");
        assert!(route.path == "/console" || route.path.starts_with("/console/"), "{route:?} {at}");
        let bound = route.path.contains("{unit}");
        assert_eq!(route.reach == Reach::Unit, bound, "{route:?}");
    }
}

/// The route's address, with the unit that is meant.
fn address(route: &Route, unit: &str) -> String {
    let filled = route.path.replace("{round}", ROUND).replace("{unit}", unit);
    let filled = filled.replace("{account}", "publisher").replace("{entry}", "1");
    let part =
        |segment: &str| if segment.starts_with('{') { "1".to_owned() } else { segment.to_owned() };
    filled.split('/').map(part).collect::<Vec<_>>().join("/")
}

#[test]
fn every_route_is_open_to_whom_the_table_names_and_to_nobody_else() {
    on_each_engine(|engine| {
        let at = Installation::on(engine);
        let factors = furnished(&at, engine);
        let service = at.serve();
        let mut walked = 0;
        for (name, role) in PEOPLE {
            let tab = Tab::new(&service.base);
            tab.sign_in(name, &factors[name]);
            let token = tab.get("/console/account").input("csrf").unwrap().to_owned();
            for route in ROUTES {
                let Need::Right(right) = route.need else { continue };
                let bound = matches!(name, "unit" | "clerk" | "paper");
                for (unit, own) in [(OWN.0, true), (OTHER.0, false)] {
                    let holds = right.roles().contains(&role);
                    let expected = holds
                        && match route.reach {
                            Reach::Everywhere => !bound,
                            Reach::Somewhere => true,
                            Reach::Unit => !bound || own,
                        };
                    let path = address(route, unit);
                    let answer = match route.verb {
                        Verb::Get => tab.get(&path),
                        Verb::Post => tab.post(&path, &token, &[]),
                    };
                    let told = format!("{name} {route:?} on {unit}: {}", answer.status);
                    assert!(answer.status < 500, "{told}\n{}", answer.text());
                    assert_eq!(answer.status != 403, expected, "{told}");
                    let place = answer.header("location");
                    assert!(!place.starts_with("/console/sign-in"), "{told} -> {place}");
                    // A page that shows one's own units names no other one.
                    if bound && route.path.contains("{round}") && answer.status == 200 {
                        assert!(!answer.text().contains(OTHER.1), "{told}");
                    }
                    walked += 1;
                }
            }
        }
        assert!(walked >= PEOPLE.len() * 2 * 20, "{walked}");
        // Without signing in, every one of them leads there.
        let stranger = Tab::new(&service.base);
        for route in ROUTES {
            let Need::Right(_) = route.need else { continue };
            let path = address(route, OWN.0);
            let answer = match route.verb {
                Verb::Get => stranger.get(&path),
                Verb::Post => stranger.post(&path, "", &[]),
            };
            let place = answer.header("location");
            assert!(answer.status == 303 && place.starts_with("/console/sign-in"), "{route:?}");
        }
    });
}
