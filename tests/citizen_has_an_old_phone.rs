//! A feature phone: 240 by 320, no script, or a browser that knows no style at all. The page is whole there, too.

use crate::support::{Browser, Installation, ready};

/// A keypad phone's screen, in CSS pixels.
const KEYPAD: (u32, u32) = (240, 320);

#[test]
fn a_keypad_phone_shows_the_whole_page_and_sends_it() {
    let Some(browser) = Browser::open("vi") else { return };
    let browser = browser.without_script();
    browser.resize(KEYPAD);
    let at = Installation::anywhere();
    let poster = ready::round(&at, 1).poster;
    let service = at.serve();
    browser.open_page(&format!("{}/", service.base));
    let code = poster.trim_start_matches("/s/");
    browser.type_into("input[name=code]", &code.to_lowercase().replace('-', ""));
    browser.click("button[type=submit]");
    browser.arrive(&format!("{poster}?lang=vi"));
    let wide = browser.property("html", "scrollWidth").as_u64().unwrap();
    assert!(wide <= u64::from(KEYPAD.0), "{wide} px");
    browser.picture_at("keypad-phone", KEYPAD);
    browser.click("label:has(#q01_2)");
    assert!(browser.text("fieldset:has([name=helped])").len() > 20);
    browser.click("button[type=submit]");
    browser.arrive("/thanks?lang=vi");
    assert!(browser.text(".code b").len() > 10);
}

#[test]
fn without_any_style_the_page_still_reads_and_sends() {
    let Some(browser) = Browser::open("vi") else { return };
    browser.resize(KEYPAD);
    let at = Installation::anywhere();
    let poster = ready::round(&at, 1).poster;
    let service = at.serve();
    browser.open_page(&format!("{}{poster}?lang=vi", service.base));
    browser.script("document.querySelectorAll('style').forEach(one => one.remove())");
    let wide = browser.property("html", "scrollWidth").as_u64().unwrap();
    assert!(wide <= u64::from(KEYPAD.0), "{wide} px");
    browser.picture_at("without-style", KEYPAD);
    assert!(browser.text("label:has(#q01_2)").contains("Không hài lòng"));
    browser.click("#q01_2");
    browser.click("button[type=submit]");
    browser.arrive("/thanks?lang=vi");
}
