//! A tablet as those see it who answer at it: languages first, one question a screen, nothing left behind.

use std::thread;
use std::time::Duration;

use crate::support::{Browser, Installation, ready};

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
