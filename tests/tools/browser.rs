use super::Page;
use crate::support::{Browser, Client, SIZES, TAB};

const HTML: &str = r##"<!doctype html><html lang="vi"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Phiếu khảo sát</title>
<h1 id="words">Mời ông/bà trả lời</h1><p id="script"></p><p id="languages"></p>
<form method="post"><input type="hidden" name="submission" value="00ff">
<input type="radio" name="q01" value="4" id="q01_4"><label for="q01_4">Hài lòng</label>
<textarea name="comment" id="comment"></textarea><button id="send">Gửi</button></form>
<div style="height:2000px"></div>
<script>document.getElementById("script").textContent = "script ran";
document.getElementById("languages").textContent = navigator.languages.join();</script></html>"##;

#[test]
fn a_person_reads_ticks_types_and_sends() {
    let page = Page::serve("", HTML);
    let Some(browser) = Browser::open("vi,en") else { return };
    browser.open_page(&page.base);
    assert_eq!(browser.title(), "Phiếu khảo sát");
    assert_eq!(browser.text("#words"), "Mời ông/bà trả lời");
    assert_eq!(browser.text("#script"), "script ran");
    assert_eq!(browser.text("#languages"), "vi,en");
    assert_eq!(browser.count("input[type=radio]"), 1);

    browser.click("label[for=q01_4]");
    browser.type_into("#comment", "nhanh");
    assert_eq!(browser.property("#q01_4", "checked"), true);
    assert_eq!(browser.property("#comment", "value"), "nhanh");
    browser.click("#send");
    browser.arrive(&format!("{}/thanks", page.base));
    browser.back();
    browser.arrive(&format!("{}/", page.base));
}

#[test]
fn the_keyboard_alone_ticks_a_choice() {
    let page = Page::serve("", HTML);
    let Some(browser) = Browser::open("vi") else { return };
    browser.open_page(&page.base);
    browser.press(TAB);
    assert_eq!(browser.focused(), "q01_4");
    browser.press(" ");
    assert_eq!(browser.property("#q01_4", "checked"), true);
}

#[test]
fn a_browser_without_script_runs_none() {
    let page = Page::serve("", HTML);
    let Some(browser) = Browser::open("vi").map(Browser::without_script) else { return };
    browser.open_page(&page.base);
    assert_eq!(browser.text("#script"), "");
    assert_eq!(browser.text("#words"), "Mời ông/bà trả lời");
    browser.click("label[for=q01_4]");
    assert_eq!(browser.property("#q01_4", "checked"), true);
    browser.click("#send");
    browser.arrive("/thanks");
}

#[test]
fn pictures_have_the_size_of_a_phone_and_of_a_screen() {
    let page = Page::serve("", HTML);
    let Some(browser) = Browser::open("vi") else { return };
    browser.open_page(&page.base);
    let seen: Vec<_> = browser
        .picture("tools")
        .iter()
        .map(|file| image::image_dimensions(file).unwrap())
        .collect();
    assert_eq!(seen, SIZES);
    for (file, (width, height)) in browser.picture_whole("tools").iter().zip(SIZES) {
        let (whole_width, whole_height) = image::image_dimensions(file).unwrap();
        assert_eq!(whole_width, width);
        assert!(whole_height > height && whole_height > 2000, "{whole_height}");
    }
}

#[test]
fn the_client_shows_a_redirect_and_encodes_as_a_browser_does() {
    let page = Page::serve("", HTML);
    let client = Client::new(&page.base).with("Accept-Language", "vi");
    assert_eq!(client.get("/").input("submission"), Some("00ff"));
    let answer = client.post_form("/", &[("q01", "4"), ("comment", "rất nhanh & tốt")]);
    assert_eq!((answer.status, answer.header("location")), (303, "/thanks"));
    assert_eq!(answer.cookie("seen"), Some("yes"));
    assert_eq!(answer.cookie("see"), None);
    assert_eq!(answer.text(), "q01=4&comment=r%E1%BA%A5t+nhanh+%26+t%E1%BB%91t");
}
