//! Who cannot read hears the questions and answers, where they were recorded; where not, nothing promises it.

use std::fs;

use crate::support::{Browser, Installation, on_each_engine, ready};

/// A tenth of a second of silence. Browsers look at what a file holds, not at what it is called.
fn sound() -> Vec<u8> {
    let samples = vec![128_u8; 800];
    let length = u32::try_from(samples.len()).unwrap();
    let mut wave = b"RIFF".to_vec();
    wave.extend((36 + length).to_le_bytes());
    wave.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    wave.extend([8_000_u32.to_le_bytes(), 8_000_u32.to_le_bytes()].concat());
    wave.extend(b"\x01\0\x08\0data");
    wave.extend(length.to_le_bytes());
    wave.extend(samples);
    wave
}

/// An installation whose first question is spoken in Vietnamese, and the levels of its scale.
fn spoken() -> Installation {
    let at = Installation::anywhere().with("KHAOSAT_AUDIO_DIR", "spoken");
    fs::create_dir_all(at.directory().join("spoken/vi")).unwrap();
    let levels = (1..=5).map(|level| format!("satisfaction_{level}.ogg"));
    for name in ["q01.mp3", "sex_1.mp3", "notes.txt"].map(str::to_owned).into_iter().chain(levels) {
        fs::write(at.directory().join("spoken/vi").join(name), sound()).unwrap();
    }
    at
}

#[test]
fn recordings_are_linked_where_they_exist_and_served_for_long_and_in_parts() {
    on_each_engine(|engine| {
        let at = spoken().with("DATABASE_URL", &engine.url);
        let poster = ready::round(&at, 1).poster;
        let service = at.serve();
        let page = service.client.get(&format!("{poster}?lang=vi"));
        let text = page.text();
        assert_eq!(text.matches("href=\"/audio/vi/q01.mp3\"").count(), 1);
        assert_eq!(text.matches("href=\"/audio/vi/satisfaction_5.ogg\"").count(), 22);
        // Of the answers about the person one alone is spoken: then none is, for answers look the same.
        assert_eq!(text.matches("class=\"hear\"").count(), 1 + 5 * 22);
        assert!(page.header("content-security-policy").contains("media-src 'self'"));
        let english = service.client.get(&format!("{poster}?lang=en"));
        assert!(!english.text().contains("class=\"hear\""), "absent files show no button");
        let whole = service.client.get("/audio/vi/q01.mp3");
        assert_eq!((whole.status, &whole.body), (200, &sound()));
        assert_eq!(whole.header("content-type"), "audio/mpeg");
        assert_eq!(whole.header("cache-control"), "public, max-age=2592000");
        let ranged = crate::support::Client::new(&service.base).with("Range", "bytes=0-3");
        let part = ranged.get("/audio/vi/q01.mp3");
        assert_eq!((part.status, part.text()), (206, "RIFF"));
        assert_eq!(part.header("content-range"), format!("bytes 0-3/{}", sound().len()));
        for path in ["vi/notes.txt", "vi/q02.mp3", "en/q01.mp3", "vi/..%2f..%2fkhaosat.toml"] {
            assert_eq!(service.client.get(&format!("/audio/{path}")).status, 404, "{path}");
        }
    });
}

#[test]
fn a_recording_is_fetched_when_it_is_tapped_and_changes_no_answer() {
    let Some(browser) = Browser::open("vi") else { return };
    let at = spoken();
    let poster = ready::round(&at, 1).poster;
    let service = at.serve();
    browser.open_page(&format!("{}{poster}?lang=vi", service.base));
    let fetched = |name: &str| {
        format!(
            "return performance.getEntriesByType('resource').some(one => one.name.endsWith('{name}'))"
        )
    };
    assert_eq!(browser.script(&fetched("q01.mp3")), false, "nothing before a tap");
    browser.picture("spoken");
    for (button, name) in [("fieldset > .hear", "q01.mp3"), ("#q01_1", "satisfaction_1.ogg")] {
        let button = if button.starts_with('#') {
            browser.script("document.querySelector('.r .hear').id = 'heard'");
            "#heard"
        } else {
            button
        };
        browser.click(button);
        browser.wait_until(&fetched(name));
    }
    assert_eq!(browser.count("input:checked"), 0, "hearing is not answering");
    assert!(browser.address().contains(&poster));
}
