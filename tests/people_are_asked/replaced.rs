//! A link that is lost, ended or does not arrive is replaced: the same dossier gets another code, no other dossier does.

use std::collections::BTreeSet;

use khaosat::clock::{DAY_MS, ManualClock};
use khaosat::desk::Desk;
use khaosat::issue::code::Code;
use khaosat::issue::dossier::Register;
use khaosat::issue::{Asking, paper};
use khaosat::store::Actor;
use khaosat::store::id::DossierId;
use serde_json::json;

use super::invited::{deliver, desk, now, path, with_addresses};
use super::office::{DAY, DRAWN, Office, answer, dossiers};
use crate::support::{Client, Relay, on_each_engine};

const BY: Actor = Actor::Service("test");

/// The dossier behind a link's path; none for a link that is void.
fn dossier(desk: &Desk, path: &str) -> Option<DossierId> {
    let code = Code::parse(path.trim_start_matches("/s/")).unwrap();
    let lookup = desk.vault.code_key().unwrap().lookup(&code.compact());
    let link = desk.store.link_by_lookup(&lookup).unwrap().unwrap();
    desk.store.invited(link.id).unwrap().map(|invited| invited.dossier_id)
}

fn code(path: &str) -> &str {
    path.trim_start_matches("/s/")
}

/// Takes dossiers as they were reported at the desk's time.
fn reported(desk: &Desk, lines: &[String]) {
    let asking = Asking::AtOnce { share: 1.0, invites: true };
    let register = Register::of(desk, "kbang", asking).unwrap();
    let row = |line: &String| -> [String; 12] {
        let mut cells: Vec<String> = line.split(',').map(str::to_owned).collect();
        cells.resize(12, String::new());
        cells.try_into().unwrap()
    };
    let finished = register.check(lines.iter().map(row).collect()).unwrap();
    register.take(desk, &BY, &finished, |_| {}).unwrap();
}

#[test]
fn a_drawn_ticket_is_replaced_for_its_own_dossier_and_nobody_moves_up() {
    on_each_engine(|engine| {
        let office = Office::open(engine, DRAWN);
        office.import(&dossiers(40));
        office.done("binh", &["round", "draw", "kbang"]);
        office.done("binh", &["round", "draw", "kbang", "--list", "1", "--value", "482915"]);
        let paths = office.tickets("ticket", "tickets");
        let desk = desk(engine, &office, &ManualClock::at(now()));
        let drawn: BTreeSet<DossierId> =
            paths.iter().map(|path| dossier(&desk, path).unwrap()).collect();
        assert_eq!(drawn.len(), 10);
        let of_first = dossier(&desk, &paths[0]);
        let lost = ["link", "replace", "kbang", code(&paths[0]), "--reason", "eaten by a goat"];
        office.done("kim", &lost);
        let gone = ["link", "void", "kbang", code(&paths[1]), "--reason", "found on the street"];
        office.done("kim", &gone);
        let new = office.tickets("ticket", "again");
        let [new] = &new[..] else { panic!("one to be printed: {new:?}") };
        assert_eq!(dossier(&desk, new), of_first, "the same dossier");
        assert_eq!(dossier(&desk, &paths[0]), None);
        let draw = ["round", "draw", "kbang", "--list", "1", "--value", "482915"];
        let again = office.done("binh", &draw);
        assert!(again.contains("0 tickets issued"), "nobody moves up for the void one: {again}");
        assert_eq!(office.status()["links"], json!({ "ticket": 11 }));

        let service = office.at.serve();
        for (n, path) in paths[..2].iter().enumerate() {
            assert_eq!(answer(&service.base, path, n), 410);
        }
        for (n, path) in paths[2..].iter().chain([new]).enumerate() {
            assert_eq!(answer(&service.base, path, 2 + n), 303);
        }
        drop(service);
        office.finish();
        let store = &desk.store;
        let records = store.sealed_records(store.round("kbang").unwrap().id).unwrap();
        assert_eq!(records.len(), 9);
        assert!(
            records.iter().all(|r| (r.population, r.drawn) == (40, 10)),
            "whose ticket is void stays asked, whose is replaced is asked once: {records:?}"
        );
        let service = office.at.serve();
        let document = Client::new(&service.base).get("/results/kbang/publication.json").json();
        let counts = &document["counts"][0]["counts"];
        assert_eq!(
            (&counts["issued"], &counts["voided"], &counts["replaced"], &counts["stored"]),
            (&11.into(), &2.into(), &1.into(), &9.into()),
            "{counts}"
        );
    });
}

#[test]
fn ended_tickets_and_invitations_are_replaced_with_their_days_before_them() {
    on_each_engine(|engine| {
        let Some(relay) = Relay::sink("ok") else { return };
        let office = Office::open(engine, "link_days = { ticket = 1, invitation = 2 }\n");
        let clock = ManualClock::at(now().plus(-3 * DAY_MS));
        let past = desk(engine, &office, &clock);
        let mut lines = with_addresses(2);
        lines.extend(dossiers(3).into_iter().skip(2));
        reported(&past, &lines);
        let told = office.refused("kim", &["link", "ticket", "kbang", "--out", "late"]);
        assert!(told.contains("no ticket that can be printed"), "{told}");
        clock.set(now());
        let pass = deliver(&past, &relay);
        assert_eq!((pass.sent, pass.dropped), (0, 2), "no mail tells of an ended link");
        for (kind, serial) in [("ticket", "1"), ("invitation", "1")] {
            let place = ["--kind", kind, "--unit", "625", "--counter", "Q2", "--serial", serial];
            let why = ["--reason", "its last day was over"];
            office.done("kim", &[&["link", "replace", "kbang"], &place[..], &why].concat());
        }
        clock.set(now());
        assert_eq!(deliver(&past, &relay).sent, 1);
        let service = office.at.serve();
        let invited = path(&relay.kept()[0].text);
        let tickets = office.tickets("ticket", "now");
        for (n, path) in tickets.iter().chain([&invited]).enumerate() {
            assert_eq!(answer(&service.base, path, n), 303, "{path}");
        }
        assert_eq!(tickets.len(), 1);
    });
}

#[test]
fn an_ended_form_is_not_keyed_in_and_one_begun_in_time_is_finished() {
    on_each_engine(|engine| {
        let office = Office::open(engine, "link_days = { paper = 2 }\n");
        for name in ["lan", "mai"] {
            let role = ["--role", "paper_clerk", "--unit", "625", "--on", DAY];
            office.done("an", &[&["user", "add", name], &role[..]].concat());
        }
        let clock = ManualClock::at(now().plus(-2 * DAY_MS));
        let past = desk(engine, &office, &clock);
        paper::issue(&past, &BY, "kbang", ("625", "Q1"), 2).unwrap();
        let print = ["link", "paper", "kbang", "--out", "forms"];
        office.done("kim", &[&print[..], &["--unit", "625", "--counter", "Q1"]].concat());
        let list = office.at.directory().join("forms/links.csv");
        let list = std::fs::read_to_string(list).unwrap();
        let codes: Vec<&str> =
            list.lines().skip(1).map(|line| line.split(',').nth(3).unwrap()).collect();
        let file = |name: &'static str, code: &str| {
            office.at.file(name, &format!("sheet,q01\n{code},4\n"));
        };
        file("one.csv", codes[0]);
        file("two.csv", codes[1]);
        office.done("lan", &["paper", "enter", "kbang", "one.csv"]);
        // The day passes.
        let sql = format!("UPDATE link SET expires_at = {} WHERE kind = 'paper'", now().0);
        crate::round_goes_the_whole_way::authority::alter(engine, &sql, &sql);
        let late = office.run("lan", &["paper", "enter", "kbang", "two.csv"]);
        assert_eq!(late.code, Some(1), "{}", late.stderr);
        assert!(late.stderr.contains("two.csv:2"), "{}", late.stderr);
        let told = office.done("mai", &["paper", "enter", "kbang", "one.csv"]);
        assert!(told.contains("1 stored"), "{told}");
        let place = ["--kind", "paper", "--unit", "625", "--counter", "Q1", "--serial", "2"];
        let why = ["--reason", "filled in after its last day"];
        office.done("kim", &[&["link", "replace", "kbang"], &place[..], &why].concat());
    });
}

#[test]
fn an_invitation_goes_out_again_by_mail_or_is_handed_over_when_no_mail_arrives() {
    on_each_engine(|engine| {
        let Some(relay) = Relay::rough("refuse:person1@dan.example") else { return };
        let office = Office::open(engine, "");
        office.import(&with_addresses(3));
        let clock = ManualClock::at(now());
        let desk = desk(engine, &office, &clock);
        let serial = |n: &'static str, counter: &'static str| {
            ["--kind", "invitation", "--unit", "625", "--counter", counter, "--serial", n]
        };
        let why = ["--reason", "she deleted the mail"];
        let replace = |place: &[&str], how: &[&str]| {
            office.run("kim", &[&["link", "replace", "kbang"], place, &why[..], how].concat())
        };
        // Before its mail went out: one mail, of the new code.
        let told = replace(&serial("1", "Q2"), &[]).done();
        assert!(told.contains("invitation 3 takes its place, its mail is queued"), "{told}");
        clock.set(now());
        let pass = deliver(&desk, &relay);
        assert_eq!((pass.sent, pass.dead, pass.dropped), (2, 1, 1), "the void one's is dropped");
        clock.set(now());
        // After it: the old code is worth nothing, another mail brings another code to the same dossier.
        let old = path(&relay.kept()[0].text);
        let of_old = dossier(&desk, &old);
        let found = office.run("kim", &["link", "replace", "kbang", code(&old), why[0], why[1]]);
        found.done();
        clock.set(now());
        assert_eq!(deliver(&desk, &relay).sent, 1);
        let kept = relay.kept();
        assert_eq!(dossier(&desk, &path(&kept[2].text)), of_old);
        assert_eq!(kept[2].header("To"), kept[0].header("To"));

        // The refused address: a ticket is handed over and the address forgotten.
        let told = replace(&serial("1", "Q1"), &["--by-ticket"]).done();
        assert!(told.contains("ticket 1 takes its place, to be printed"), "{told}");
        let both = replace(&serial("1", "Q1"), &["--by-ticket", "--by-paper"]);
        assert_eq!(both.code, Some(2), "{}", both.stderr);
        let tickets = office.tickets("ticket", "handed-over");
        assert_eq!(tickets.len(), 1);
        // Whoever wants no more mail gets no other invitation.
        let stop = kept[1].header("List-Unsubscribe").trim_matches(['<', '>']).to_owned();
        let stop = stop[stop.find("/u/").unwrap()..].to_owned();
        let service = office.at.serve();
        assert_eq!(Client::new(&service.base).post_form(&stop, &[]).status, 200);
        let unwanted = path(&kept[1].text);
        let link = ["link", "replace", "kbang", code(&unwanted), why[0], why[1]];
        let told = office.refused("kim", &link);
        assert!(told.contains("no address is held any more"), "{told}");
        let phone = Client::new(&service.base);
        assert_eq!(phone.get(&unwanted).status, 200, "nothing was made void by the refusal");
        assert_eq!(phone.get(&tickets[0]).status, 200);
        assert_eq!(phone.get(&old).status, 410);
        assert_eq!(answer(&service.base, &tickets[0], 1), 303);
    });
}
