//! A clerk who tries to bend who is asked leaves a trace.

use serde_json::json;

use super::office::{DRAWN, Office, answer, dossiers};
use crate::support::on_each_engine;

#[test]
fn a_clerk_cannot_choose_who_is_asked_and_trying_changes_nothing() {
    on_each_engine(|engine| {
        let office = Office::open(engine, "ticket_share = 0.5\n");
        office.import(&dossiers(40));
        let asked = office.status()["links"].clone();
        // Reporting the unwelcome ones again, in another order, with spaces: the same number, the same fate.
        let mut again: Vec<String> = dossiers(40).into_iter().rev().collect();
        for line in &mut again {
            *line = format!(" {line}");
        }
        let told = office.import(&again);
        assert!(told.contains("0 new, 40 known; 0 tickets issued"), "{told}");
        assert_eq!(office.status()["links"], asked);
        office.at.file("received.csv", "unit,received\n625,40\n");
        // Another key or another draw is not his to make.
        for command in [
            &["round", "draw", "kbang"][..],
            &["round", "asked", "kbang"],
            &["dossier", "received", "kbang", "received.csv"],
        ] {
            office.refused("chi", command);
        }
        // A dossier made up to try whether its number is asked is in the population, the trail and the gaps.
        let invented = vec!["H21.625-Q1-0900,625,Q1,land,2018-11-05,granted,no".to_owned()];
        office.import(&invented);
        let told = office.at.run(&["dossier", "check", "kbang"]).done();
        assert!(told.contains("unit 625, counter Q1: 879 of 900 running numbers"), "{told}");
        let trail = office.trail();
        assert!(trail.contains("kim  dossier.import"), "{trail}");
    });
}

#[test]
fn in_a_drawn_round_nobody_who_reports_can_tell_who_will_be_asked() {
    on_each_engine(|engine| {
        let office = Office::open(engine, DRAWN);
        office.import(&dossiers(40));
        assert!(
            office.refused("kim", &["link", "ticket", "kbang", "--out", "x"]).contains("no ticket")
        );
        for who in ["kim", "chi", "giang", "hai"] {
            let no = office.refused(who, &["round", "draw", "kbang"]);
            assert!(no.contains("may not create, open or close rounds"), "{no}");
        }
        office.done("binh", &["round", "draw", "kbang"]);
        // A second value, to see whom it brings, is refused, and the first is in the trail.
        office.done("binh", &["round", "draw", "kbang", "--list", "1", "--value", "1"]);
        let other = ["round", "draw", "kbang", "--list", "1", "--value", "2"];
        office.refused("binh", &other);
        let trail = office.trail();
        assert!(trail.contains("draw.freeze") && trail.contains("\"random\":\"1\""), "{trail}");
        assert!(!trail.contains("\"random\":\"2\""), "{trail}");
    });
}

#[test]
fn a_ticket_used_again_is_refused_and_what_is_printed_again_or_made_void_is_counted() {
    on_each_engine(|engine| {
        let office = Office::open(engine, "");
        office.import(&dossiers(12));
        let paths = office.tickets("ticket", "out");
        let service = office.at.serve();
        assert_eq!(answer(&service.base, &paths[0], 1), 303);
        assert_eq!(answer(&service.base, &paths[0], 2), 410, "spent");
        drop(service);
        assert_eq!(office.status()["stored"], 1);
        let once = office.refused("binh", &["link", "ticket", "kbang", "--out", "again"]);
        assert!(once.contains("11 are printed already"), "{once}");
        let again = ["--out", "again", "--again", "--reason", "the printer jammed at noon"];
        office.done("binh", &[&["link", "ticket", "kbang"], &again[..]].concat());
        let code = paths[1].strip_prefix("/s/").unwrap();
        let why = ["--reason", "the applicant was not content"];
        office.done("kim", &[&["link", "void", "kbang", code], &why[..]].concat());
        let trail = office.trail();
        assert!(trail.contains("link.void") && trail.contains("was not content"), "{trail}");
        office.finish();
        let service = office.at.serve();
        let published = crate::support::Client::new(&service.base)
            .get("/results/kbang/publication.json")
            .json();
        let counts = &published["counts"][0]["counts"];
        for (what, n) in [("issued", 12), ("printed", 12), ("reprinted", 11), ("voided", 1)] {
            assert_eq!(counts[what], json!(n), "{counts}");
        }
    });
}
