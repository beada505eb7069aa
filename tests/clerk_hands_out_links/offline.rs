//! A tablet without a network: what it signed in time counts once, from it alone; who is silent is seen.

use std::thread;
use std::time::{Duration, SystemTime};

use serde_json::Value;

use crate::support::ready::{self, ROUND};
use crate::support::{Answer, Client, Installation, Signer, on_each_engine};

fn now_ms() -> i64 {
    i64::try_from(SystemTime::UNIX_EPOCH.elapsed().unwrap().as_millis()).unwrap()
}

fn status(at: &Installation) -> Value {
    let told = at.run(&["round", "status", ROUND, "--json"]).done();
    serde_json::from_str(&told).unwrap()
}

fn post(client: &Client, path: &str, fields: &[(&str, String)]) -> Answer {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
    client.post_form(path, &fields)
}

/// Enrols a tablet: its address, and a client that holds its key.
fn enrolled(at: &Installation, base: &str) -> (String, Client) {
    let enrolled = Client::new(base).post_form(&ready::tablet(at), &[]);
    let home = enrolled.header("location").to_owned();
    let cookie = format!("may_tinh_bang={}", enrolled.cookie("may_tinh_bang").unwrap());
    (home, Client::new(base).with("Cookie", &cookie).with("accept", "application/json"))
}

fn key_of(page: &Answer) -> String {
    page.text().split("data-key=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

#[test]
fn what_a_tablet_signed_before_closing_counts_once_and_what_it_did_not_sign_never() {
    on_each_engine(|engine| {
        let at = Installation::on(engine);
        let closes_at = ready::seconds_from_now(20);
        ready::round_closing(&at, 1, &closes_at);
        let service = at.serve();
        let (home, tablet) = enrolled(&at, &service.base);
        let page = tablet.get(&format!("{home}?lang=vi&shelf=0"));
        let (key, shelved) = (key_of(&page), page.input("submission").unwrap().to_owned());
        let signer = Signer::new();
        let beat = [("waiting", "2"), ("key", &signer.public())];
        let told = tablet.post_form(&format!("{home}/beat"), &beat);
        assert_eq!(told.status, 200, "{}", told.text());
        assert!((told.json()["now"].as_i64().unwrap() - now_ms()).abs() < 5_000);
        let clear = |id: u8, begun: i64| {
            format!("submission={id:032x}&page={shelved}&begun={begun}&lang=vi&q01=4")
        };
        let kept = format!("{home}/kept?lang=vi");
        let at_once = now_ms();
        let first = signer.signed(&home, &key, at_once, &clear(1, at_once - 40_000));
        // Signed by another pair, or altered: it stays on the tablet.
        let foreign = Signer::new().signed(&home, &key, at_once, &clear(9, at_once));
        assert_eq!(post(&tablet, &kept, &foreign).status, 403);
        for part in 0..4 {
            let mut altered = first.clone();
            altered[part].1 = foreign[part].1.replace(&at_once.to_string(), "1");
            assert_eq!(post(&tablet, &kept, &altered).status, 403, "{}", first[part].0);
        }
        // Another device has neither the tablet's pages nor its word.
        let stranger = Client::new(&service.base);
        assert_eq!(post(&stranger, &kept, &first).status, 403);
        assert_eq!(stranger.post_form(&format!("{home}/beat"), &beat).status, 403);
        for page in ["kept", "privacy"] {
            assert_eq!(stranger.get(&format!("{home}/{page}?lang=vi")).status, 403);
            let own = tablet.get(&format!("{home}/{page}?lang=vi"));
            assert!(own.status == 200 && own.text().contains("Quầy 1"), "{}", own.text());
        }
        assert_eq!(status(&at)["stored"], 0);
        for _ in 0..2 {
            let reply = post(&tablet, &kept, &first);
            assert_eq!((reply.status, reply.text()), (200, "{}"));
        }
        assert_eq!(status(&at)["stored"], 1);

        let in_time = signer.signed(&home, &key, now_ms(), &clear(2, now_ms()));
        ready::wait_for(&closes_at);
        // A round that closed elsewhere is noticed within a second.
        thread::sleep(Duration::from_millis(1_500));
        assert_eq!(post(&tablet, &kept, &in_time).status, 200, "signed in time, within the grace");
        let late = now_ms();
        let too_late = signer.signed(&home, &key, late, &clear(3, late));
        assert_eq!(post(&tablet, &kept, &too_late).status, 410);
        let fast_clock = signer.signed(&home, &key, late + 3_600_000, &clear(4, late));
        assert_eq!(post(&tablet, &kept, &fast_clock).status, 410, "a time to come says nothing");
        let plain = [("submission", "5".repeat(32)), ("q01", "4".to_owned())];
        assert_eq!(post(&tablet, &format!("{home}?lang=vi"), &plain).status, 410);
        service.terminate();
        let told = status(&at);
        assert_eq!(told["stored"], 2);
        assert_eq!(told["kiosks"][0]["waiting"], 2, "{told}");
        assert!(told["kiosks"][0]["seen_at"].is_string(), "{told}");
        let text = at.run(&["round", "status", ROUND]).done();
        assert!(text.contains("kiosk    23638/1 1: ready, heard 20"), "{text}");
    });
}
