//! Paper forms: a digit an item, twice by two persons, settled by a third, at more than 200 an hour.

use std::time::Instant;

use khaosat::account::factor::Totp;

use super::desk::{Tabs, counter, page, with_paper_clerks};
use crate::administrator_signs_in::house::{OTHER, PASSWORD, ROUND};
use crate::support::{Browser, Engine, Installation, on_each_engine};

/// Printed sheets of one's own unit; their codes.
fn sheets(at: &Installation, count: &str) -> Vec<String> {
    let counter = counter();
    let (unit, code) = counter.split_once('/').unwrap();
    let print = ["link", "paper", ROUND, "--out", "forms", "--sheets", count];
    let place = ["--unit", unit, "--counter", code, "--as", "province"];
    at.run(&[&print[..], &place].concat()).done();
    let list = std::fs::read_to_string(at.directory().join("forms/links.csv")).unwrap();
    list.lines().skip(1).map(|line| line.split(',').nth(3).unwrap().to_owned()).collect()
}

fn office(engine: &Engine) -> (Installation, Tabs) {
    let at = Installation::on(engine);
    let people = with_paper_clerks(&at, engine);
    (at, people)
}

#[test]
fn what_two_persons_key_in_alike_is_stored_and_a_third_sees_both_readings() {
    on_each_engine(|engine| {
        let (at, people) = office(engine);
        let codes = sheets(&at, "2");
        let service = at.serve();
        let here = page("paper");
        let [paper, lan, mai] = ["paper", "lan", "mai"].map(|name| people.of(name, &service.base));
        let enter = |tab: &crate::administrator_signs_in::house::Tab, code: &str, q02: &str| {
            let fields =
                [("do", "enter"), ("code", code), ("q01", "5"), ("q02", q02), ("q03", "0")];
            tab.send(&here, &here, &fields)
        };
        assert!(enter(&paper, &codes[0], "4").text().contains("đã nhập lần một"));
        assert!(enter(&paper, &codes[0], "4").text().contains("đã nhập lần một"), "sent again");
        assert!(enter(&lan, &codes[0], "4").text().contains("khớp và đã ghi nhận"));

        assert!(enter(&paper, &codes[1], "4").text().contains("đã nhập lần một"));
        let differs = enter(&lan, &codes[1], "2");
        assert!(differs.text().contains("khác nhau ở q02"), "{}", differs.text());
        let settle = |tab: &crate::administrator_signs_in::house::Tab| {
            tab.send(&here, &here, &[("do", "settle"), ("code", &codes[1]), ("q02", "2")])
        };
        // Neither of the two settles it, nor sees what the other read.
        let own = settle(&lan);
        assert!(own.text().contains("a third person settles it"), "{}", own.text());
        let both = enter(&mai, &codes[1], "2");
        let cells: Vec<&str> = both
            .text()
            .split("<td class=\"code\">")
            .skip(1)
            .map(|cell| cell.split('<').next().unwrap())
            .collect();
        assert_eq!(cells, ["4", "2"], "side by side");
        assert!(settle(&mai).text().contains("khớp và đã ghi nhận"));
        let status = at.run(&["round", "status", ROUND, "--json"]).done();
        assert!(status.contains("\"stored\":2") || status.contains("\"stored\": 2"), "{status}");

        // What does not fit the form comes back with what was typed.
        let wrong = enter(&paper, "no-such-code", "4");
        assert!(wrong.text().contains("Không có phiếu giấy nào mang số này"));
        assert!(!wrong.text().contains(OTHER.1));
        // Whoever is rated never sees a rating.
        for name in ["clerk", "unit", "reviewer", "inspector", "publisher", "admin"] {
            assert_eq!(people.of(name, &service.base).get(&here).status, 403, "{name}");
        }
    });
}

/// Waits for what the page does by itself.
fn until(what: &str, is_so: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed().as_secs() < 5, "{what}");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

#[test]
fn a_typist_needs_a_key_an_item_the_number_and_enter_and_no_mouse() {
    let Some(browser) = Browser::open("vi,en") else { return };
    on_each_engine(|engine| {
        let (at, people) = office(engine);
        let codes = sheets(&at, "6");
        let service = at.serve();
        browser.open_page(&format!("{}/console/sign-in", service.base));
        browser.type_into("#name", "lan");
        browser.type_into("#password", PASSWORD);
        browser.click("main button");
        browser.arrive("/console/factor?next=%2Fconsole");
        let step = Totp::step(crate::administrator_signs_in::house::now());
        let answer = people.0["lan"].answer(step);
        browser.type_into("#code", &answer);
        browser.click("main button");
        browser.arrive("/console");
        browser.open_page(&format!("{}{}", service.base, page("paper")));
        let items = browser.count(".item");
        browser.picture("console-paper");
        let mut keys = 0;
        let start = Instant::now();
        for code in &codes {
            until("the next sheet waits for its number", || browser.focused() == "code");
            let typed =
                format!("{code}\u{E007}{}\u{E007}", "4".repeat(22) + &" ".repeat(items - 22));
            // The number as printed, a key an item, and Enter twice: after the number as a scanner sends it, and to send.
            assert_eq!(typed.chars().count(), code.chars().count() + items + 2);
            keys += typed.chars().count();
            browser.press(&typed);
            let told = format!("{code} đã nhập lần một");
            browser.wait_until(&format!(
                "const all = document.querySelectorAll('.notice'); \
                 return all.length === 1 && all[0].textContent.includes('{told}')"
            ));
        }
        let each = start.elapsed().as_secs_f64() / codes.len() as f64;
        eprintln!(
            "{keys} keys for {} sheets, {each:.2} s each: {:.0} an hour",
            codes.len(),
            3_600.0 / each
        );
        // 200 an hour are 18 s a sheet: at 4 keys a second a person types the 40 of a sheet in 10 s.
        browser.picture_whole("console-paper-next");
        let waiting = browser.count("caption + tbody tr");
        assert_eq!(waiting, codes.len());
        browser.open_page(&format!("{}/console/account", service.base));
    });
}
