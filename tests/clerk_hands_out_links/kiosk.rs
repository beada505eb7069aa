//! A tablet at a counter: enrolled once, known by a key of its own, taken out of use by making its link void.

use std::thread;
use std::time::Duration;

use crate::administrator_runs_a_round::office::Office;
use crate::support::{Client, on_each_engine};

const PLACE: [&str; 4] = ["--unit", "625", "--counter", "Q1"];

/// Issues a tablet's link; the path that enrols it.
fn issued(office: &Office) -> String {
    let told = office.done("kim", &[&["link", "kiosk", "kbang"], &PLACE[..]].concat());
    let address = told.lines().nth(1).unwrap();
    address[address.find("/k/").unwrap()..].to_owned()
}

#[test]
fn a_tablet_is_enrolled_once_and_no_other_device_opens_its_survey() {
    on_each_engine(|engine| {
        let office = Office::with_an_open_round(engine);
        for who in ["phu", "em"] {
            let told = office.refused(who, &[&["link", "kiosk", "kbang"], &PLACE[..]].concat());
            assert!(told.contains("may not import dossiers or issue links here"), "{who}: {told}");
        }
        let enrol = issued(&office);
        let service = office.0.serve();
        let ask = service.client.get(&enrol);
        assert!(ask.status == 200 && ask.text().contains("Đăng ký máy này"), "{}", ask.text());
        assert_eq!(service.client.get(&enrol).status, 200, "GET uses nothing up");
        let enrolled = service.client.post_form(&enrol, &[]);
        assert_eq!(enrolled.status, 303, "{}", enrolled.text());
        let key = enrolled.cookie("may_tinh_bang").unwrap().to_owned();
        let set = enrolled.header("set-cookie");
        assert!(set.contains("HttpOnly") && set.contains("SameSite=Strict"), "{set}");
        assert!(!enrolled.header("location").contains(&key), "the key is in no address");
        let path = enrolled.header("location").split('?').next().unwrap().to_owned();
        assert_eq!(service.client.post_form(&enrol, &[]).status, 404, "the address works once");

        let tablet = Client::new(&service.base).with("Cookie", &format!("may_tinh_bang={key}"));
        let languages = tablet.get(&path);
        assert_eq!(languages.status, 200, "{}", languages.text());
        assert!(languages.text().contains("href=\"?lang=en\""), "{}", languages.text());
        assert!(languages.input("submission").is_none(), "nobody has begun yet");
        let asks = format!("{path}?lang=vi");
        let page = tablet.get(&asks);
        assert_eq!(page.status, 200, "{}", page.text());
        assert!(page.text().contains("class=\"where bar\"><b>"), "{}", page.text());
        assert!(page.text().contains("autocomplete=\"off\""), "{}", page.text());
        assert_eq!(page.header("cache-control"), "no-store");
        let submission = page.input("submission").unwrap().to_owned();
        let next = tablet.get(&asks).input("submission").unwrap().to_owned();
        assert_ne!(submission, next, "each person gets a form of his own");
        let answer = [("submission", submission.as_str()), ("q01", "2")];
        let sent = tablet.post_form(&path, &answer);
        assert_eq!(sent.status, 303, "{}", sent.text());
        assert!(sent.cookie("bien_nhan").is_none(), "the next person finds no receipt");
        let codes = sent.cookie("ma_vua_cap").unwrap().to_owned();
        let again = tablet.post_form(&path, &answer);
        assert_eq!(again.cookie("ma_vua_cap"), Some(codes.as_str()), "sent again, it is the same");
        let both = format!("may_tinh_bang={key}; ma_vua_cap={codes}");
        let to = sent.header("location");
        assert_eq!(to.split('?').next(), Some(format!("{path}/thanks").as_str()));
        let thanks = Client::new(&service.base).with("Cookie", &both).get(to);
        assert_eq!(thanks.status, 200, "{}", thanks.text());
        assert!(thanks.text().contains("class=\"code\""), "{}", thanks.text());
        assert!(thanks.text().contains(&format!("href=\"{path}\"")), "{}", thanks.text());
        assert_eq!(thanks.cookie("ma_vua_cap"), Some(""), "the codes are shown once");
        assert!(thanks.header("clear-site-data").contains("cache"));
        let later = tablet.get(to);
        assert!(later.status == 200 && !later.text().contains("class=\"code\""));
        assert_eq!(tablet.post_form(&path, &[("submission", &next), ("q01", "9")]).status, 422);
        assert_eq!(tablet.post_form(&path, &[("submission", &next), ("q01", "5")]).status, 303);
        assert_eq!(office.status()["stored"], 2);

        let foreign = Client::new(&service.base);
        let other = "0".repeat(64);
        let forged = Client::new(&service.base).with("Cookie", &format!("may_tinh_bang={other}"));
        for device in [&foreign, &forged] {
            assert_eq!(device.get(&path).status, 403);
            assert_eq!(device.get(&asks).status, 403);
            assert_eq!(device.get(to).status, 403);
            let answer = [("submission", "0123456789abcdef0123456789abcdef"), ("q01", "5")];
            assert_eq!(device.post_form(&path, &answer).status, 403);
            assert_eq!(device.get(&path.replace("/k/", "/s/")).status, 404, "no page of all");
        }

        let void = ["link", "void", "kbang", "--kind", "kiosk", "--serial", "1"];
        let reason = ["--reason", "the tablet was stolen"];
        office.done("kim", &[&void[..], &PLACE, &reason].concat());
        // A link made void elsewhere is noticed within a second.
        thread::sleep(Duration::from_millis(1_100));
        assert_eq!(tablet.get(&path).status, 410);
        assert_eq!(
            tablet.post_form(&path, &[("submission", &other[..32]), ("q01", "5")]).status,
            410
        );
        assert_eq!(office.status()["stored"], 2);
        let replace = ["link", "replace", "kbang", "--kind", "kiosk", "--serial", "1"];
        let told = office.refused("kim", &[&replace[..], &PLACE, &reason].concat());
        assert!(told.contains("issue another with khaosat link kiosk"), "{told}");
        assert_ne!(issued(&office), enrol);
        let audit = office.0.run(&["audit", "list", "--limit", "1000"]).done();
        assert_eq!(audit.lines().filter(|line| line.contains("kiosk.enrol")).count(), 1, "{audit}");
    });
}
