//! A round from the wizard to another closing time: the same rules that a file gives, frozen under the digest that was shown.

use super::house::{OTHER, OWN, ROUND, Tab, furnished};
use crate::support::ready::day_from_now;
use crate::support::{Answer, Installation, on_each_engine};

/// Every field of the page's last form, as the page filled it in.
fn filled(page: &Answer) -> Vec<(String, String)> {
    let form = page.text().rsplit("<form").next().unwrap();
    let plain = |text: &str| {
        let marks =
            [("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'"), ("&#38;", "&")];
        marks.iter().fold(text.to_owned(), |text, (mark, sign)| text.replace(mark, sign))
    };
    let attribute = |tag: &str, name: &str| {
        let rest = tag.split_once(&format!(" {name}=\""))?.1;
        Some(plain(rest.split('"').next()?))
    };
    let mut fields = Vec::new();
    for rest in form.split('<').skip(1) {
        let (tag, text) = rest.split_once('>').unwrap();
        let Some(name) = attribute(tag, "name") else { continue };
        let value = if tag.starts_with("textarea") {
            plain(text)
        } else if tag.starts_with("select") {
            let options = form.split_once(rest).unwrap().1.split("</select>").next().unwrap();
            let tags: Vec<&str> = options.split("<option").skip(1).collect();
            let picked =
                tags.iter().find(|tag| tag.split('>').next().unwrap().ends_with("selected"));
            attribute(picked.or(tags.first()).unwrap(), "value").unwrap()
        } else if tag.contains("checkbox") && !tag.ends_with("checked") {
            continue;
        } else {
            attribute(tag, "value").unwrap_or_default()
        };
        if !matches!(name.as_str(), "csrf" | "do" | "above") {
            fields.push((name, value));
        }
    }
    fields
}

fn set(fields: &mut Vec<(String, String)>, name: &str, value: &str) {
    fields.retain(|(known, _)| known != name);
    fields.push((name.to_owned(), value.to_owned()));
}

fn send(tab: &Tab, path: &str, act: &str, fields: &[(String, String)]) -> Answer {
    let mut all: Vec<(&str, &str)> = vec![("do", act)];
    all.extend(fields.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    tab.send(path, path, &all)
}

#[test]
fn a_round_is_planned_opened_and_extended_in_the_browser_exactly_as_by_a_file() {
    on_each_engine(|engine| {
        let at = Installation::on(engine);
        let factors = furnished(&at, engine);
        at.run(&["user", "add", "province-2", "--role", "province_admin", "--as", "admin"]).done();
        let second = super::house::with_credentials(&at, engine, &["province-2"]);
        let service = at.serve();
        let tab = Tab::new(&service.base);
        tab.sign_in("province", &factors["province"]);
        let new = "/console/rounds/new";
        let mut fields = filled(&tab.get(new));
        for (name, value) in [
            ("code", "dot-2"),
            ("title", "Đợt 2 <b>"),
            ("units", &format!("{} {}", OWN.0, OTHER.0)),
            ("units_on", "2026-01-01"),
            ("opens_at", &day_from_now(-1)),
            ("closes_at", &day_from_now(9)),
            ("ticket_share", "33,3"),
            ("trim_lower", "0,2"),
            ("trim_upper", "5"),
        ] {
            set(&mut fields, name, value);
        }
        // What is wrong stands beside its field; everything else is kept.
        let mut wrong = fields.clone();
        set(&mut wrong, "suppression_threshold", "2");
        set(&mut wrong, "units", &format!("{} 99999", OWN.0));
        set(&mut wrong, "code", ROUND);
        let told = send(&tab, new, "keep", &wrong);
        assert_eq!(told.status, 422);
        for words in
            ["suppression_threshold_err", "units_err", "99999", "code_err", "Đợt 2 &#60;b&#62;"]
        {
            assert!(told.text().contains(words), "{words}: {}", told.text());
        }
        let again = filled(&told);
        let kept = |name: &str| again.iter().find(|(known, _)| known == name).unwrap().1.clone();
        assert_eq!((kept("ticket_share"), kept("trim_lower")), ("33,3".into(), "0,2".into()));

        let done = send(&tab, new, "keep", &fields);
        assert_eq!(
            (done.status, done.header("location")),
            (303, "/console/rounds/dot-2/plan?done=kept"),
            "{}",
            done.text()
        );
        let place = "/console/rounds/dot-2/plan";

        // The file that is offered makes the same round.
        let file = tab.get("/console/rounds/dot-2/plan.toml");
        assert!(file.text().contains("ticket_share = 0.333"), "{}", file.text());
        let toml = at.file("again.toml", file.text());
        at.run(&["round", "create", "dot-3", "--file", toml, "--as", "province"]).done();
        let digest = |code: &str| {
            let page = tab.get(&format!("/console/rounds/{code}/plan"));
            page.input("digest").unwrap_or_else(|| panic!("{}", page.text())).to_owned()
        };
        let seen = digest("dot-2");
        assert_eq!(seen, digest("dot-3"));

        // What to expect is there before anything is decided.
        let sample = tab.get(&format!("{place}?half=5&dossiers={}+900%0A{}+400", OWN.0, OTHER.0));
        assert!(
            sample.text().contains("Neyman") && sample.text().contains('±'),
            "{}",
            sample.text()
        );
        let drawn = filled(&tab.get(&format!("{place}/edit?ask=1&half=5&dossiers={}+900", OWN.0)));
        assert!(drawn.iter().any(|(name, value)| name == "ask" && value.starts_with(OWN.0)));

        // A plan that was changed in between is not opened; the one that was seen is.
        let open = "/console/rounds/dot-2/open";
        assert_eq!(tab.send(place, open, &[("digest", &"0".repeat(64))]).status, 409);
        let opened = tab.send(place, open, &[("digest", &seen)]);
        assert_eq!(opened.header("location"), "/console/rounds/dot-2/plan?done=opened");
        let told = at.run(&["round", "status", "dot-2", "--json"]).done();
        assert!(told.contains("\"open\""), "{told}");
        assert!(tab.get(place).text().contains(&seen));
        assert_eq!(send(&tab, new, "keep", &fields).status, 422);

        // Another closing time: asked by one, granted by another, in the amendments with both names.
        let times = "/console/rounds/dot-2/times";
        let short = tab.send(
            times,
            times,
            &[("do", "extend"), ("to", "2099-01-01T00:00"), ("reason", "ngắn")],
        );
        assert_eq!(short.status, 422);
        let reason = "mưa lũ, người dân chưa đến được";
        let later = day_from_now(12);
        let asked = tab.send(times, times, &[("do", "extend"), ("to", &later), ("reason", reason)]);
        let request = asked.header("location").to_owned();
        assert!(request.starts_with("/console/rounds/dot-2/requests/"), "{}", asked.text());
        assert_ne!(tab.send(times, &request, &[("do", "grant")]).status, 303, "by himself");
        assert!(!tab.get(times).text().contains("Gia hạn</th>"));
        let other = Tab::new(&service.base);
        other.sign_in("province-2", &second["province-2"]);
        let granted = other.send(&request, &request, &[("do", "grant")]);
        assert_eq!(granted.status, 303, "{}", granted.text());
        let page = tab.get(times);
        for words in [reason, "province, province-2", "Gia hạn</th>"] {
            assert!(page.text().contains(words), "{words}: {}", page.text());
        }
        // Who inspects reads it and can ask for nothing; who runs the installation sees nothing.
        let inspector = Tab::new(&service.base);
        inspector.sign_in("inspector", &factors["inspector"]);
        assert_eq!(inspector.get(place).status, 200);
        assert!(!inspector.get(times).text().contains("value=\"extend\""));
        for path in [new, "/console/rounds/dot-3/plan/edit"] {
            assert_eq!(inspector.get(path).status, 403, "{path}");
        }
        let admin = Tab::new(&service.base);
        admin.sign_in("admin", &factors["admin"]);
        assert_eq!((admin.get(place).status, admin.get(times).status), (403, 403));
    });
}
