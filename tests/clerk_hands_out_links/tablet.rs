//! A tablet as those see it who answer at it: languages first, one question a screen, nothing left behind.

use std::thread;
use std::time::{Duration, Instant};

use crate::support::{Browser, Installation, free_port, ready};

/// A cheap tablet held upright, in CSS pixels.
const TABLET: (u32, u32) = (800, 1280);

#[test]
fn people_answer_one_after_another_and_find_nothing_of_each_other() {
    let Some(browser) = Browser::open("vi,en") else { return };
    let at = Installation::anywhere();
    ready::round(&at, 1);
    let service = at.serve();
    browser.open_page(&format!("{}{}", service.base, ready::tablet(&at)));
    browser.click("button[type=submit]");
    browser.text("a.main-act");
    assert_eq!(browser.count("a.main-act"), 2, "languages first");
    let home = browser.address();
    browser.picture("kiosk-languages");
    for lang in ["en", "vi"] {
        browser.click(&format!("a[lang={lang}]"));
        browser.arrive(&format!("?lang={lang}"));
        browser.picture(&format!("kiosk-first-{lang}"));
        assert_eq!(browser.count("main > fieldset:not([hidden])"), 1, "one question a screen");
        assert!(browser.text(".bar").contains("Quầy 1"));
        browser.click("label:has(#q01_1)");
        browser.click("main > button:not(.quiet)");
        assert!(browser.text("main > fieldset:not([hidden]) legend").starts_with("2."));
        assert!(browser.text(".bar").contains("Quầy 1"), "on every screen");
        browser.click("main > button[type=button].quiet");
        assert_eq!(browser.property("#q01_1", "checked"), true, "Back keeps what was tapped");
        browser.click("button[type=submit]");
        browser.arrive(&format!("/thanks?lang={lang}"));
        assert_eq!(browser.count(".code"), 2);
        browser.picture_whole(&format!("kiosk-thanks-{lang}"));
        browser.resize(TABLET);
        assert!(browser.text("#idle button").len() > 5, "time can be asked for");
        browser.click("a.main-act");
        for _ in 0..3 {
            thread::sleep(Duration::from_millis(300));
            assert_eq!(browser.count(".code") + browser.count("input:checked"), 0);
            browser.back();
        }
        browser.open_page(&home);
    }
    let told = at.run(&["round", "status", ready::ROUND, "--json"]).done();
    assert!(told.contains("\"stored\":2") || told.contains("\"stored\": 2"), "{told}");
}

/// Whether the tablet could work without a network now: its worker answers and its shelf is full.
const STOCKED: &str = "const shelf = await caches.open('khaosat-shelf'); \
    return !!navigator.serviceWorker.controller && (await shelf.keys()).length == 14";

#[test]
fn a_tablet_works_without_a_network_and_says_what_waits_until_the_service_has_it() {
    let Some(browser) = Browser::open("vi,en") else { return };
    browser.resize(TABLET);
    let listen = format!("127.0.0.1:{}", free_port());
    let at = Installation::anywhere().with("KHAOSAT_LISTEN", &listen);
    ready::round(&at, 1);
    let service = at.serve();
    browser.open_page(&format!("{}{}", service.base, ready::tablet(&at)));
    browser.click("button[type=submit]");
    browser.text("a.main-act");
    assert_eq!(browser.count("a.main-act"), 2);
    let home = browser.address();
    browser.wait_until(STOCKED);
    service.kill9();

    browser.open_page(&home);
    for (n, lang) in ["vi", "en"].into_iter().enumerate() {
        browser.click(&format!("a[lang={lang}]"));
        browser.arrive(&format!("?lang={lang}"));
        let shelved = browser.property("input[name=page]", "value");
        assert_ne!(browser.property("input[name=submission]", "value"), shelved);
        assert!(browser.text(".bar").contains("Quầy 1"));
        if n == 0 {
            browser.click("button[type=submit]");
            assert!(browser.text("#say").contains("chưa chọn câu trả lời nào"));
        }
        browser.click("label:has(#q01_1)");
        browser.click("button[type=submit]");
        browser.arrive(&format!("/kept?lang={lang}"));
        let said = browser.text("h1");
        assert!(said.contains("Chưa gửi được") || said.contains("Not sent yet"), "{said}");
        browser.picture(&format!("kiosk-kept-{lang}"));
        browser.resize(TABLET);
        assert_eq!(browser.count(".code"), 0, "nobody has a receipt for it");
        browser.click("a.main-act");
        browser.arrive(&home[home.len() - 10..]);
        browser.wait_until("return !document.getElementById('wait').hidden");
        let waits = browser.text("#wait");
        assert!(waits.contains(&format!("{} phiếu đang chờ", n + 1)), "{waits}");
    }
    browser.picture("kiosk-waiting");
    browser.back();
    assert_eq!(browser.count("input:checked"), 0, "Back shows nothing of the last person");

    let service = at.serve();
    browser.open_page(&home);
    let stored = || at.run(&["round", "status", ready::ROUND, "--json"]).done();
    let deadline = Instant::now() + Duration::from_secs(20);
    while !stored().contains("\"stored\":2") {
        assert!(Instant::now() < deadline, "{}", stored());
    }
    browser.wait_until("return document.getElementById('wait').hidden");
    // The tablet says once more how many wait, which is none.
    browser.open_page(&home);
    thread::sleep(Duration::from_millis(1_500));
    service.terminate();
    let told = at.run(&["round", "status", ready::ROUND]).done();
    assert!(told.contains("pages opened: 2") && told.contains("0 waiting"), "{told}");
}
