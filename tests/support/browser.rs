//! A headless Chromium, driven over W3C WebDriver as a person would use it.
//!
//! The protocol is JSON over HTTP, so our own client speaks it; a WebDriver library would bring a runtime and TLS.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::engines::left_out;
use super::http::Client;
use super::places;
use super::process::Running;

/// A cheap phone and an office screen, in CSS pixels.
pub const SIZES: [(u32, u32); 2] = [(360, 640), (1280, 800)];

/// The key that WebDriver takes for Tab.
pub const TAB: &str = "\u{E004}";

/// What WebDriver calls the id of an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Root's Chromium needs `--no-sandbox`; the rest keeps it from talking to anyone but us.
const FLAGS: [&str; 8] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// One browser window with nothing remembered; gone when dropped.
pub struct Browser {
    driver: Client,
    session: String,
    // In this order: the driver ends before its files go.
    _running: Running,
    _profile: TempDir,
}

impl Browser {
    /// Opens a phone-sized window that prefers `languages`, as in "vi,en"; `None`, told on stderr, without Chromium.
    pub fn open(languages: &str) -> Option<Self> {
        let (Some(chromium), Some(chromedriver)) =
            (places::program("chromium"), places::program("chromedriver"))
        else {
            left_out("Chromium", "tests/run journeys installs it with its driver");
            return None;
        };
        let profile = tempfile::tempdir().unwrap();
        let running = Running::start(
            Command::new(chromedriver).arg("--port=0").env("TMPDIR", profile.path()),
        );
        let port = running.announced("was started successfully on port ");
        let driver = Client::new(&format!("http://127.0.0.1:{}", port.trim_end_matches('.')));
        let mut flags = FLAGS.map(str::to_owned).to_vec();
        flags.push(format!("--user-data-dir={}", profile.path().join("profile").display()));
        let options = json!({
            "binary": chromium,
            "args": flags,
            "prefs": {"intl.accept_languages": languages},
        });
        let wanted = json!({"capabilities": {"alwaysMatch": {
            "goog:chromeOptions": options,
            "timeouts": {"implicit": 2_000, "pageLoad": 30_000, "script": 30_000},
        }}});
        let session = value(&driver.post_json("/session", &wanted.to_string()).json());
        let session = session["sessionId"].as_str().unwrap().to_owned();
        let browser = Self { driver, session, _running: running, _profile: profile };
        browser.resize(SIZES[0]);
        Some(browser)
    }

    /// From now on pages run no script, as on a phone that blocks it. A click then does not wait for the page it
    /// leads to: [`Browser::arrive`] does.
    pub fn without_script(self) -> Self {
        self.chrome("Emulation.setScriptExecutionDisabled", json!({"value": true}));
        self
    }

    /// Sets the viewport, in CSS pixels.
    pub fn resize(&self, (width, height): (u32, u32)) {
        let screen = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600});
        self.chrome("Emulation.setDeviceMetricsOverride", screen);
    }

    /// Opens an address and waits until it has loaded.
    pub fn open_page(&self, address: &str) {
        self.post("url", json!({"url": address}));
    }

    /// The browser's Back button.
    pub fn back(&self) {
        self.post("back", json!({}));
    }

    /// The address shown.
    pub fn address(&self) -> String {
        text(&self.get("url"))
    }

    /// Waits up to 5 s until the address ends in `end`, for a page that comes by itself or through a redirect.
    pub fn arrive(&self, end: &str) {
        let deadline = Instant::now() + Duration::from_secs(5);
        while !self.address().ends_with(end) {
            assert!(Instant::now() < deadline, "at {}, not at {end}", self.address());
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// The page's title.
    pub fn title(&self) -> String {
        text(&self.get("title"))
    }

    /// The visible text of the first element that `css` selects; waits up to 2 s for it.
    pub fn text(&self, css: &str) -> String {
        text(&self.get(&format!("element/{}/text", self.find(css))))
    }

    /// How many elements `css` selects right now.
    pub fn count(&self, css: &str) -> usize {
        let script = "return document.querySelectorAll(arguments[0]).length";
        let counted = self.post("execute/sync", json!({"script": script, "args": [css]}));
        usize::try_from(counted.as_u64().unwrap()).unwrap()
    }

    /// A property of the first element: `checked`, `value`, `scrollWidth`.
    pub fn property(&self, css: &str, name: &str) -> Value {
        self.get(&format!("element/{}/property/{name}", self.find(css)))
    }

    /// What a script gives in the page, also when it has to wait for it.
    pub fn script(&self, body: &str) -> Value {
        let script = format!("return (async () => {{ {body} }})()");
        self.post("execute/sync", json!({"script": script, "args": []}))
    }

    /// Waits up to 20 s until a script in the page gives true.
    pub fn wait_until(&self, body: &str) {
        let deadline = Instant::now() + Duration::from_secs(20);
        while self.script(body) != true {
            assert!(Instant::now() < deadline, "never: {body}; at {}", self.address());
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// Wakes the worker of this origin as the browser does when the network is back (Background Sync).
    pub fn sync(&self, origin: &str, tag: &str) {
        self.chrome("ServiceWorker.enable", json!({}));
        let wake =
            json!({"origin": origin, "registrationId": "0", "tag": tag, "lastChance": false});
        self.chrome("ServiceWorker.dispatchSyncEvent", wake);
    }

    /// Clicks the first element; refused by the browser when a person could not.
    pub fn click(&self, css: &str) {
        self.post(&format!("element/{}/click", self.find(css)), json!({}));
    }

    /// Types into the first element.
    pub fn type_into(&self, css: &str, keys: &str) {
        self.post(&format!("element/{}/value", self.find(css)), json!({"text": keys}));
    }

    /// Presses keys where the focus is: [`TAB`], a space.
    pub fn press(&self, keys: &str) {
        let press = |kind: &str, key: char| json!({"type": kind, "value": key.to_string()});
        let actions: Vec<_> =
            keys.chars().flat_map(|key| [press("keyDown", key), press("keyUp", key)]).collect();
        self.post(
            "actions",
            json!({"actions": [{"type": "key", "id": "keyboard", "actions": actions}]}),
        );
    }

    /// The id of the element that has the focus.
    pub fn focused(&self) -> String {
        let script = "return document.activeElement ? document.activeElement.id : ''";
        text(&self.post("execute/sync", json!({"script": script, "args": []})))
    }

    /// Pictures of what is seen at every one of [`SIZES`], as `target/screenshots/NAME-360x640.png` and so on.
    pub fn picture(&self, name: &str) -> Vec<PathBuf> {
        self.pictures(name, "", json!({}))
    }

    /// One picture of what is seen at a size, as `target/screenshots/NAME-240x320.png`.
    pub fn picture_at(&self, name: &str, size: (u32, u32)) {
        self.pictures_at(&[size], name, "", &json!({}));
    }

    /// Pictures of the whole page at the widths of [`SIZES`], as `NAME-360x640-whole.png` and so on.
    pub fn picture_whole(&self, name: &str) -> Vec<PathBuf> {
        self.pictures(name, "-whole", json!({"captureBeyondViewport": true}))
    }

    fn pictures(&self, name: &str, suffix: &str, how: Value) -> Vec<PathBuf> {
        let pictures = self.pictures_at(&SIZES, name, suffix, &how);
        self.resize(SIZES[0]);
        pictures
    }

    fn pictures_at(
        &self,
        sizes: &[(u32, u32)],
        name: &str,
        suffix: &str,
        how: &Value,
    ) -> Vec<PathBuf> {
        let directory = places::target().join("screenshots");
        fs::create_dir_all(&directory).unwrap();
        let picture = |size: &(u32, u32)| {
            self.resize(*size);
            let taken = self.chrome("Page.captureScreenshot", self.clip(how.clone(), size.0));
            let png = data_encoding::BASE64.decode(text(&taken["data"]).as_bytes()).unwrap();
            let file = directory.join(format!("{name}-{}x{}{suffix}.png", size.0, size.1));
            fs::write(&file, png).unwrap();
            file
        };
        sizes.iter().map(picture).collect()
    }

    /// The whole page's rectangle for a picture that goes beyond the window.
    fn clip(&self, mut how: Value, width: u32) -> Value {
        if how["captureBeyondViewport"] == true {
            let layout = self.chrome("Page.getLayoutMetrics", json!({}));
            let height = &layout["cssContentSize"]["height"];
            how["clip"] = json!({"x": 0, "y": 0, "width": width, "height": height, "scale": 1});
        }
        how
    }

    fn find(&self, css: &str) -> String {
        let found = self.post("element", json!({"using": "css selector", "value": css}));
        text(&found[ELEMENT])
    }

    /// A command of Chromium's own protocol.
    fn chrome(&self, command: &str, parameters: Value) -> Value {
        self.post("goog/cdp/execute", json!({"cmd": command, "params": parameters}))
    }

    fn get(&self, what: &str) -> Value {
        value(&self.driver.get(&format!("/session/{}/{what}", self.session)).json())
    }

    fn post(&self, what: &str, body: Value) -> Value {
        value(
            &self
                .driver
                .post_json(&format!("/session/{}/{what}", self.session), &body.to_string())
                .json(),
        )
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The driver closes the browser; killed at once it would leave it behind.
        let _ = self.driver.try_send("DELETE", &format!("/session/{}", self.session), None, "");
    }
}

/// The value in a driver's reply; panics with the driver's own words when it refused.
fn value(reply: &Value) -> Value {
    let value = &reply["value"];
    assert!(value["error"].is_null(), "the browser refuses: {}", value["message"]);
    value.clone()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}
