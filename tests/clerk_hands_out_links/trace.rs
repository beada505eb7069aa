//! A clerk who prints twice, voids or replaces: what is counted, audited and published; and what he may not at all.

use serde_json::Value;

use crate::administrator_runs_a_round::office::Office;
use crate::round_goes_the_whole_way::authority::{Authority, UNITS, criteria, dossiers};
use crate::support::{Client, Installation, on_each_engine};

fn audit(at: &Installation) -> String {
    at.run(&["audit", "list", "--limit", "1000"]).done()
}

#[test]
fn a_link_is_printed_once_and_again_only_with_a_reason_and_the_right() {
    on_each_engine(|engine| {
        let office = Office::with_an_open_round(engine);
        office.done("kim", &["dossier", "import", "kbang", "dossiers.csv"]);
        let print = ["link", "ticket", "kbang", "--out"];
        office.done("chi", &[&print[..], &["first"]].concat());

        let secretly = office.refused("chi", &[&print[..], &["second"]].concat());
        assert!(secretly.contains("3 are printed already"), "{secretly}");
        let again = ["--again", "--reason", "the printer tore it"];
        let clerk = office.refused("chi", &[&print[..], &["second"], &again].concat());
        assert!(clerk.contains("chi may not void or reprint links here"), "{clerk}");
        let short = ["--again", "--reason", "torn"];
        let short = office.refused("kim", &[&print[..], &["second"], &short].concat());
        assert!(short.contains("at least 10 characters"), "{short}");
        let one = ["--counter", "Q1", "--serials", "2"];
        let told = office.done("kim", &[&print[..], &["second"], &one, &again].concat());
        assert_eq!(told, "1 ticket in second\n");
        let over = office.refused("kim", &[&print[..], &["second"], &one, &again].concat());
        assert!(over.contains("second/links.csv is of an earlier print"), "{over}");

        let audit = audit(&office.0);
        let of = |action: &str| audit.lines().filter(|l| l.contains(action)).collect::<Vec<_>>();
        assert_eq!(of("link.print").len(), 1, "{audit}");
        assert!(of("link.print")[0].contains("chi") && of("link.print")[0].contains("625/Q1 1–2"));
        let [reprint] = of("link.reprint")[..] else { panic!("{audit}") };
        assert!(reprint.contains("kim") && reprint.contains("625/Q1 2"), "{reprint}");
        assert!(reprint.contains("the printer tore it"), "{reprint}");
    });
}

#[test]
fn a_clerk_prints_what_is_his_unit_s_and_nothing_else() {
    on_each_engine(|engine| {
        let office = Office::with_an_open_round(engine);
        office.done("kim", &["dossier", "import", "kbang", "dossiers.csv"]);
        let posters = ["link", "poster", "kbang", "--out"];
        let own = office.done("chi", &[&posters[..], &["own"]].concat());
        assert_eq!(own, "2 posters of round kbang issued\n2 posters in own\n");
        let other = office.refused("chi", &[&posters[..], &["other", "--unit", "622"]].concat());
        assert!(other.contains("chi may not import dossiers or issue links here"), "{other}");
        let print = ["link", "ticket", "kbang", "--out"];
        let none = office.refused("phu", &[&print[..], &["theirs"]].concat());
        assert!(none.contains("round kbang has no ticket that can be printed"), "{none}");
        for who in ["em", "hai", "giang", "an"] {
            let told = office.refused(who, &[&print[..], &["theirs"]].concat());
            assert!(told.contains("may not import dossiers or issue links here"), "{who}: {told}");
        }
        assert!(!office.0.directory().join("theirs").exists(), "nothing is written for them");
        assert_eq!(
            office.done("chi", &[&print[..], &["tickets"]].concat()),
            "3 tickets in tickets\n"
        );
    });
}

#[test]
fn a_lost_ticket_is_replaced_for_its_own_dossier_and_the_old_one_is_worth_nothing() {
    on_each_engine(|engine| {
        let office = Office::with_an_open_round(engine);
        office.done("kim", &["dossier", "import", "kbang", "dossiers.csv"]);
        office.done("chi", &["link", "ticket", "kbang", "--out", "tickets"]);
        let list = office.0.directory().join("tickets/links.csv");
        let list = std::fs::read_to_string(list).unwrap();
        let code = list.lines().nth(1).unwrap().split(',').nth(3).unwrap();
        let lost = ["--unit", "625", "--counter", "Q1", "--serial", "1"];
        let reason = ["--reason", "lost by its holder"];
        let replace = [&["link", "replace", "kbang"], &lost[..], &reason].concat();
        let clerk = office.refused("chi", &replace);
        assert!(clerk.contains("chi may not void or reprint links here"), "{clerk}");
        let told = office.done("kim", &replace);
        assert!(told.contains("is void; ticket 3 takes its place, to be printed"), "{told}");
        let gone = office.refused("kim", &replace);
        assert!(gone.contains("the link is spent or void already"), "{gone}");
        assert_eq!(
            office.done("chi", &["link", "ticket", "kbang", "--out", "new"]),
            "1 ticket in new\n"
        );
        let service = office.0.serve();
        assert_eq!(service.client.get(&format!("/s/{code}")).status, 410);
        let new = std::fs::read_to_string(office.0.directory().join("new/links.csv")).unwrap();
        let new = new.lines().nth(1).unwrap().split(',').nth(3).unwrap().to_owned();
        assert_eq!(service.client.get(&format!("/s/{new}")).status, 200);
        let fields = [("submission", "0123456789abcdef0123456789abcdef"), ("q01", "4")];
        assert_eq!(service.client.post_form(&format!("/s/{new}"), &fields).status, 303);
        let other = [("submission", "1123456789abcdef0123456789abcdef"), ("q01", "5")];
        assert_eq!(
            service.client.post_form(&format!("/s/{new}"), &other).status,
            410,
            "spent once"
        );
        let late = ["link", "void", "kbang", &new, "--reason", "he was not happy with us"];
        assert!(office.refused("kim", &late).contains("spent or void already"));
    });
}

/// The counts of a unit and kind in a publication.
fn counts<'d>(document: &'d Value, unit: &str, kind: &str) -> &'d Value {
    let mut all = document["counts"].as_array().unwrap().iter();
    all.find(|c| c["code"] == unit && c["kind"] == kind).unwrap_or(&Value::Null)
}

#[test]
fn voids_reprints_and_replacements_are_published_with_the_result() {
    on_each_engine(|engine| {
        let authority = Authority::open(Installation::on(engine), &UNITS, dossiers(48, &UNITS));
        let at = &authority.at;
        let act = |arguments: &[&str]| {
            at.run(&[arguments, &["--as", "province"]].concat()).done();
        };
        // The tickets of two who would not be happy are gone before they come; a third is printed twice.
        for serial in ["1", "2"] {
            let link = ["--unit", UNITS[0], "--counter", "1", "--serial", serial];
            let reason = ["--reason", "said to be torn off"];
            act(&[&["link", "void", "hai-xa"], &link[..], &reason].concat());
        }
        let one = ["--unit", UNITS[0], "--counter", "1", "--serials", "3"];
        let again = ["--out", "again", "--again", "--reason", "paper jam at the counter"];
        act(&[&["link", "ticket", "hai-xa"], &one[..], &again].concat());
        let link = ["--unit", UNITS[1], "--counter", "2", "--serial", "1"];
        let reason = ["--reason", "lost by its holder"];
        act(&[&["link", "replace", "hai-xa"], &link[..], &reason].concat());
        act(&["link", "poster", "hai-xa"]);

        let service = at.serve();
        let gone = |n: usize| Client::new(&service.base).get(&authority.tickets[n]).status == 410;
        let void = (0..48).filter(|n| gone(*n)).collect::<Vec<_>>();
        assert_eq!(void.len(), 3, "two void, one replaced");
        for n in (0..48).filter(|n| !void.contains(n)) {
            let good = authority.dossiers[n].unit == UNITS[0];
            authority.answer(&service.base, n, &criteria(n as u64, good), true);
        }
        service.kill9();
        for rule in authority.close_and_flag() {
            authority.decide("reviewer", &rule, "keep");
        }
        authority.seal().done();
        authority.compute();
        authority.publish(&[]);

        let service = at.serve();
        let document = service.client.get("/results/hai-xa/publication.json").json();
        let first = counts(&document, UNITS[0], "ticket")["counts"].clone();
        assert_eq!(
            (&first["issued"], &first["printed"], &first["reprinted"], &first["voided"]),
            (&24.into(), &24.into(), &1.into(), &2.into()),
            "{first}"
        );
        assert_eq!(first["stored"], 22, "whoever was asked and has no ticket any more is missing");
        let second = counts(&document, UNITS[1], "ticket")["counts"].clone();
        assert_eq!(
            (&second["issued"], &second["voided"], &second["replaced"]),
            (&25.into(), &1.into(), &1.into()),
            "{second}"
        );
        assert_eq!(counts(&document, UNITS[0], "poster")["counts"]["issued"], 2);
        let audit = audit(at);
        assert_eq!(audit.lines().filter(|line| line.contains("link.void")).count(), 2);
        assert_eq!(audit.lines().filter(|line| line.contains("link.replace")).count(), 1);
    });
}
