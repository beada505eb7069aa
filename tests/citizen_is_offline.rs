//! The network fails when a citizen sends: the answer waits on the phone, locked, and is said to be sent only when it is.
//!
//! The network fails as it does out there: nobody answers at the service's address.

use crate::support::ready::{self, ROUND};
use crate::support::{Browser, Installation, free_port};

/// How many answers wait on the phone.
const WAITING: &str = "return await new Promise(done => { const asked = indexedDB.open('khaosat', 1); \
    asked.onsuccess = () => { const got = asked.result.transaction('kept').objectStore('kept').getAll(); \
    got.onsuccess = () => { asked.result.close(); done(JSON.stringify(got.result)); }; }; })";

/// An installation that comes back at the same address.
fn installation() -> Installation {
    Installation::anywhere().with("KHAOSAT_LISTEN", format!("127.0.0.1:{}", free_port()))
}

fn stored(at: &Installation) -> i64 {
    let status = at.run(&["round", "status", ROUND, "--json"]).done();
    serde_json::from_str::<serde_json::Value>(&status).unwrap()["stored"].as_i64().unwrap()
}

/// Opens the page, fills it in, and sends it when nobody is there; the address of the service.
fn sent_into_the_void(browser: &Browser, at: &Installation, path: &str) -> String {
    let service = at.serve();
    let base = service.base.clone();
    browser.open_page(&format!("{base}{path}?lang=vi"));
    browser.click("label:has(#q01_2)");
    // The script came when the first answer was tapped.
    browser.wait_until("return !!(await navigator.serviceWorker.getRegistration('/'))");
    browser.wait_until("return !!(await navigator.serviceWorker.ready).active");
    service.kill9();
    browser.click("button[type=submit]");
    browser.wait_until(
        "return document.getElementById('say').textContent.startsWith('Chưa gửi được')",
    );
    assert_eq!(stored(at), 0);
    base
}

#[test]
fn an_answer_that_could_not_be_sent_is_delivered_at_the_next_opening_and_once() {
    let Some(browser) = Browser::open("vi") else { return };
    let at = installation();
    let poster = ready::round(&at, 1).poster;
    let base = sent_into_the_void(&browser, &at, &poster);
    browser.picture("kept-on-the-phone");
    let kept = browser.script(WAITING);
    let kept = kept.as_str().unwrap();
    assert!(kept.contains("\"box\"") && !kept.contains("q01"), "locked: {kept}");
    browser.open_page("about:blank");
    let _service = at.serve();
    browser.open_page(&format!("{base}{poster}?lang=vi"));
    browser.arrive("/thanks?lang=vi");
    assert_eq!(browser.count(".code"), 2);
    assert_eq!(stored(&at), 1);
    assert_eq!(browser.script(WAITING), "[]", "nothing is left on the phone");
    browser.open_page(&format!("{base}{poster}?lang=vi"));
    assert!(browser.text("h1").contains("đã được nhận"));
    assert_eq!(stored(&at), 1);
}

#[test]
fn the_browser_delivers_it_by_itself_where_it_can() {
    let Some(browser) = Browser::open("vi") else { return };
    let at = installation();
    let poster = ready::round(&at, 1).poster;
    let base = sent_into_the_void(&browser, &at, &poster);
    browser.script("return (await navigator.serviceWorker.ready).sync.getTags()");
    let _service = at.serve();
    // Away from the page: only the worker is left.
    browser.open_page(&format!("{base}/healthz"));
    browser.sync(&base, "kept");
    for _ in 0..100 {
        if stored(&at) == 1 {
            return;
        }
    }
    panic!("the worker did not deliver");
}

#[test]
fn what_was_begun_in_time_is_delivered_after_closing_and_what_waits_too_long_is_said_to_be_lost() {
    let Some(browser) = Browser::open("vi") else { return };
    let at = installation();
    let closes_at = ready::seconds_from_now(25);
    let links = ready::round_closing(&at, 1, &closes_at);
    let base = sent_into_the_void(&browser, &at, &links.poster);
    ready::wait_for(&closes_at);
    browser.open_page("about:blank");
    let _service = at.serve();
    browser.open_page(&format!("{base}{}?lang=vi", links.poster));
    browser.arrive("/thanks?lang=vi");
    assert_eq!(stored(&at), 1);
    browser.open_page(&format!("{base}{}?lang=vi&another=1", links.poster));
    assert!(browser.text("h1").contains("đã kết thúc"), "{}", browser.text("h1"));
}

#[test]
fn where_nothing_can_be_stored_and_the_clock_is_wrong_the_page_still_tells_the_truth() {
    let Some(browser) = Browser::open("vi") else { return };
    let at = installation();
    let poster = ready::round(&at, 1).poster;
    for fault in [
        "IDBObjectStore.prototype.put = () => { throw new DOMException('', 'QuotaExceededError') }",
        "indexedDB.open = () => { throw new DOMException('', 'InvalidStateError') }",
        "Object.defineProperty(crypto, 'subtle', { value: undefined })",
    ] {
        let service = at.serve();
        let before = stored(&at);
        browser.open_page(&format!("{}{poster}?lang=vi&another=1", service.base));
        browser
            .script(&format!("{fault}; Date.now = () => 0; Date.prototype.getTime = () => 9e15"));
        browser.click("label:has(#q01_2)");
        browser.wait_until("return !!(await navigator.serviceWorker.getRegistration('/'))");
        service.kill9();
        browser.click("button[type=submit]");
        browser.wait_until(
            "return document.getElementById('say').textContent.includes('đừng đóng trang')",
        );
        assert_eq!(stored(&at), before, "{fault}");
        assert_eq!(browser.property("#q01_2", "checked"), true);
        let _service = at.serve();
        browser.click("button[type=submit]");
        browser.arrive("/thanks?lang=vi");
        assert_eq!(stored(&at), before + 1, "{fault}");
    }
}
