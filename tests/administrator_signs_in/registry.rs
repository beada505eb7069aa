//! Forms, units and scorecards in the browser: checked beside their lines, looked at before they are kept, never altered.

use super::house::{Tab, furnished};
use crate::support::{Client, Installation, on_each_engine};

/// A form with files as a browser sends it.
fn upload(
    tab: &Tab,
    path: &str,
    fields: &[(&str, &str)],
    files: &[(&str, &str, &str)],
) -> (u16, String) {
    let token = tab.get(path).text().split("name=\"csrf\" value=\"").nth(1).unwrap().to_owned();
    let token = token.split('"').next().unwrap();
    let mut body = String::new();
    let mut part = |head: String, content: &str| {
        body += &format!("--x9\r\nContent-Disposition: form-data; {head}\r\n\r\n{content}\r\n");
    };
    part("name=\"csrf\"".to_owned(), token);
    for (name, value) in fields {
        part(format!("name=\"{name}\""), value);
    }
    for (name, file, content) in files {
        part(format!("name=\"{name}\"; filename=\"{file}\""), content);
    }
    body += "--x9--\r\n";
    let held = format!("khaosat={}", tab.cookie("khaosat").unwrap());
    let client = Client::new(tab.base()).with("cookie", &held);
    let answer = client.send("POST", path, Some("multipart/form-data; boundary=x9"), &body);
    let place = answer.header("location").to_owned();
    (answer.status, if place.is_empty() { answer.text().to_owned() } else { place })
}

#[test]
fn forms_and_units_are_looked_at_before_they_are_kept() {
    on_each_engine(|engine| {
        let at = Installation::on(engine);
        let factors = furnished(&at, engine);
        let service = at.serve();
        let tab = Tab::new(&service.base);
        tab.sign_in("province", &factors["province"]);
        // A form with a mistake is told by line and key, and nothing is kept.
        let forms = "/console/forms";
        let form = khaosat::form::shipped::ONE_TAP;
        let wrong = form.replacen("version = 1", "version = 0", 1);
        let (status, told) = upload(&tab, forms, &[("do", "check")], &[("file", "f.toml", &wrong)]);
        assert_eq!(status, 422);
        assert!(told.contains("version") && told.contains("version = 0"), "{told}");
        let second = form.replacen("version = 1", "version = 2", 1).replacen(
            "en = \"Overall\"",
            "en = \"All in all\"",
            1,
        );
        let (status, seen) =
            upload(&tab, forms, &[("do", "check")], &[("file", "f.toml", &second)]);
        assert_eq!(status, 200, "{seen}");
        assert!(!tab.get(forms).text().contains("one-tap 2"), "looked at only");
        let (status, place) = upload(&tab, forms, &[("do", "keep"), ("source", &second)], &[]);
        assert_eq!((status, place.as_str()), (303, "/console/forms?done=kept"));
        // The same version with other words is refused: it is never altered.
        let other = second.replacen("All in all", "Altogether", 1);
        assert_eq!(upload(&tab, forms, &[("do", "keep"), ("source", &other)], &[]).0, 409);
        let differs = tab.get("/console/forms/one-tap/2?with=1");
        assert!(
            differs.text().contains("<ins>") && differs.text().contains("All in all"),
            "{}",
            differs.text()
        );
        let preview = tab.get("/console/forms/one-stop-shop/1/preview?in=en");
        assert!(preview.header("content-security-policy").ends_with("; sandbox"));
        assert!(preview.text().contains("name=\"q01\""), "{}", preview.text());
        assert!(tab.get("/console/forms/one-tap/2/form.xlsx").body.starts_with(b"PK"));
        assert_eq!(tab.get("/console/forms/one-tap/9").status, 404);

        // Units: wrong rows by line, a preview, then all or none; found without marks.
        let units = "/console/units";
        let head = "code,name,kind,parent_code,valid_from,valid_to,aliases\n";
        let wrong = format!("{head}99001,Xã Mới,làng,,2026-01-01,,\n");
        let (status, told) = upload(&tab, units, &[("do", "check")], &[("file", "u.csv", &wrong)]);
        assert!(status == 422 && told.contains("làng"), "{told}");
        let right = format!("{head}99001,Đak Mới,xã,52,2026-01-01,,\n");
        let (status, seen) = upload(&tab, units, &[("do", "check")], &[("file", "u.csv", &right)]);
        assert!(status == 200 && seen.contains("99001"), "{seen}");
        assert!(!tab.get("/console/units?q=dak+moi").text().contains("99001"));
        assert_eq!(upload(&tab, units, &[("do", "keep"), ("text", &right)], &[]).0, 303);
        assert!(tab.get("/console/units?q=dak+moi").text().contains("99001"));

        // Points that are none, and a year without a sealed round, are told in words.
        let cards = "/console/scorecards";
        let scheme = khaosat::index::scorecard::ILLUSTRATIVE_SCHEME;
        let files = |points| [("scheme", "s.toml", scheme), ("points", "p.csv", points)];
        let (status, told) = upload(
            &tab,
            cards,
            &[("series", "official")],
            &files("unit,part,points\n1,direction,viele\n"),
        );
        assert!(status == 422 && told.contains("viele"), "{told}");
        let (status, told) = upload(
            &tab,
            cards,
            &[("series", "official")],
            &files("unit,part,points\n1,direction,8\n"),
        );
        assert!(status == 422 && told.contains("2018"), "{told}");

        // Who may only read is shown no way to change anything, and gets none.
        let clerk = Tab::new(&service.base);
        clerk.sign_in("clerk", &factors["clerk"]);
        assert_eq!((clerk.get(forms).status, clerk.get(cards).status), (200, 403));
        assert!(!clerk.get(units).text().contains("type=\"file\""));
        assert_eq!(upload(&clerk, units, &[("do", "keep"), ("text", &right)], &[]).0, 403);
    });
}
