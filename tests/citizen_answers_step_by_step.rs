//! One question at a time, a part of the form, one tap: the ways a round may ask beside the one page.

use crate::support::ready::{self, ROUND};
use crate::support::{Answer, Client, Installation, on_each_engine};

const STEPS: &str = "layout = \"one_question\"";

fn stored(at: &Installation) -> i64 {
    let status = at.run(&["round", "status", ROUND, "--json"]).done();
    serde_json::from_str::<serde_json::Value>(&status).unwrap()["stored"].as_i64().unwrap()
}

/// A phone without script: it follows redirects and keeps the cookies it is given.
struct Phone<'a> {
    base: &'a str,
    cookies: std::collections::BTreeMap<&'static str, String>,
}

const COOKIES: [&str; 4] = ["phieu", "dang_tra_loi", "bien_nhan", "rut_phieu"];

impl<'a> Phone<'a> {
    fn new(base: &'a str) -> Self {
        Self { base, cookies: std::collections::BTreeMap::new() }
    }

    fn client(&self) -> Client {
        let held: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let client = Client::new(self.base);
        if held.is_empty() { client } else { client.with("cookie", &held.join("; ")) }
    }

    fn keep(&mut self, answer: &Answer) {
        for name in COOKIES {
            match answer.cookie(name) {
                Some("") => drop(self.cookies.remove(name)),
                Some(value) => drop(self.cookies.insert(name, value.to_owned())),
                None => {}
            }
        }
    }

    fn open(&mut self, path: &str) -> Answer {
        let page = self.client().get(path);
        self.keep(&page);
        page
    }

    /// Fills in a step and presses one of its buttons; where that leads.
    fn press(
        &mut self,
        path: &str,
        page: &Answer,
        action: &str,
        answers: &[(&str, &str)],
    ) -> Answer {
        let mut fields = Vec::new();
        for name in ["submission", "opened", "step", "lang"] {
            fields.push((name, page.input(name).unwrap()));
        }
        fields.push(("action", action));
        fields.extend(answers);
        let sent = self.client().post_form(path, &fields);
        self.keep(&sent);
        sent
    }
}

fn checked(page: &Answer, id: &str) -> bool {
    let text = page.text();
    let tag = text.split(&format!("id=\"{id}\"")).nth(1).unwrap();
    tag.split('>').next().unwrap().contains(" checked")
}

#[test]
fn one_question_at_a_time_goes_forth_and_back_without_script_and_loses_nothing() {
    on_each_engine(|engine| {
        let at = Installation::on(engine);
        let links = ready::round_asking(&at, 1, "one-stop-shop", STEPS);
        let service = at.serve();
        let mut phone = Phone::new(&service.base);
        let path = links.poster.as_str();
        let page = phone.open(path);
        assert!(page.text().contains("q01_5") && !page.text().contains("q02_1"));
        let sent = phone.press(path, &page, "next", &[("q01", "4")]);
        assert_eq!((sent.status, sent.header("location").ends_with("step=2")), (303, true));
        let second = phone.open(sent.header("location"));
        let sent = phone.press(path, &second, "back", &[("q02", "1")]);
        let first = phone.open(sent.header("location"));
        assert!(checked(&first, "q01_4") && !checked(&first, "q01_5"));
        // A reload of the second one, and the browser's own Back to it.
        let again = phone.open(&format!("{path}?step=2"));
        assert!(checked(&again, "q02_1"));
        let last = phone.open(&format!("{path}?step=24"));
        let back = phone.press(path, &last, "back", &[("comment", "Chờ lâu & nóng")]);
        assert_eq!(back.status, 303);
        assert!(!back.cookie("dang_tra_loi").unwrap().contains("Ch"), "unreadable on the phone");
        let last = phone.open(&format!("{path}?step=24&lang=en"));
        assert!(last.text().contains("Chờ lâu &#38; nóng") && last.text().contains("lang=\"en\""));
        // Too long for what a phone carries: the whole form goes on from here, filled.
        let long = "dài ".repeat(1_200);
        let whole = phone.press(path, &last, "back", &[("comment", &long)]);
        assert_eq!(whole.status, 200);
        assert!(checked(&whole, "q01_4") && checked(&whole, "q02_1"));
        assert!(whole.text().contains(long.trim()));

        let sent = phone.press(path, &last, "send", &[("comment", "xong")]);
        assert!(sent.header("location").contains("/thanks"), "{}", sent.text());
        let receipt = sent.cookie("bien_nhan").unwrap().to_owned();
        assert_eq!(sent.cookie("dang_tra_loi"), Some(""));
        // The same page sent again from a phone that still carries its answers: the same receipt.
        assert_eq!(stored(&at), 1);
        assert_eq!(service.client.get(&format!("/r/{receipt}")).status, 200);
        let other = phone.open(&format!("{path}?another=1"));
        assert!(!other.text().contains(" checked"));
    });
}

#[test]
fn a_phone_that_keeps_nothing_gets_the_whole_form_with_what_it_answered() {
    on_each_engine(|engine| {
        let at = Installation::on(engine);
        let links = ready::round_asking(&at, 1, "one-stop-shop", STEPS);
        let service = at.serve();
        let page = service.client.get(&links.poster);
        let (id, opened) = (page.input("submission").unwrap(), page.input("opened").unwrap());
        let fields = [("submission", id), ("opened", opened), ("step", "1"), ("q01", "2")];
        let whole = service.client.post_form(&links.poster, &fields);
        assert_eq!(whole.status, 200);
        assert!(checked(&whole, "q01_2") && whole.text().contains("q22_1"));
        assert!(!whole.text().contains("error-summary"));
        // What another submission carries cannot be read under this one.
        let forged = service.client.get(&format!("{}?step=2", links.poster));
        assert!(!forged.text().contains(" checked"));
        assert_eq!(stored(&at), 0);
    });
}

#[test]
fn a_short_form_asks_a_block_that_stays_the_same_over_reloads_and_counts_nothing_else() {
    on_each_engine(|engine| {
        let at = Installation::on(engine);
        let asking = "length = \"short\"\norder = \"random\"";
        let links = ready::round_asking(&at, 1, "one-stop-shop", asking);
        let service = at.serve();
        let mut blocks = std::collections::BTreeSet::new();
        let mut orders = std::collections::BTreeSet::new();
        for _ in 0..40 {
            let mut phone = Phone::new(&service.base);
            let page = phone.open(&links.poster);
            let shown: Vec<String> = (1..=22)
                .map(|i| format!("q{i:02}"))
                .filter(|q| page.text().contains(&format!("id=\"{q}_1\"")))
                .collect();
            assert!((7..=8).contains(&shown.len()), "{shown:?}");
            let place = |level: &str| page.text().find(&format!("id=\"{}_{level}\"", shown[0]));
            let reversed = place("5") < place("1");
            let again = phone.open(&links.poster);
            assert!(shown.iter().all(|q| again.text().contains(&format!("id=\"{q}_1\""))));
            assert_eq!(again.input("submission"), page.input("submission"));
            blocks.insert(shown);
            orders.insert(reversed);
        }
        assert_eq!((blocks.len(), orders.len()), (3, 2));
        // Nothing but answers to another block: they have no known probability and count nothing.
        let page = service.client.get(&links.poster);
        let not_shown = (1..=22)
            .map(|i| format!("q{i:02}"))
            .find(|q| !page.text().contains(&format!("id=\"{q}_1\"")))
            .unwrap();
        let id = page.input("submission").unwrap();
        let fields = [("submission", id), (not_shown.as_str(), "5")];
        assert_eq!(service.client.post_form(&links.poster, &fields).status, 422);
        assert_eq!(stored(&at), 0);
    });
}

#[test]
fn one_tap_sends_and_a_round_that_cannot_be_asked_so_is_refused() {
    on_each_engine(|engine| {
        let at = Installation::on(engine);
        let links = ready::round_asking(&at, 1, "one-tap", "length = \"one_tap\"");
        let service = at.serve();
        let mut phone = Phone::new(&service.base);
        let page = phone.open(&links.poster);
        assert!(page.text().contains("<button type=\"submit\" class=\"o tap\" name=\"q01\""));
        let id = page.input("submission").unwrap();
        let sent = phone.client().post_form(&links.poster, &[("submission", id), ("q01", "1")]);
        assert_eq!(sent.status, 303);
        assert_eq!(stored(&at), 1);
        let plan = std::fs::read_to_string(at.directory().join("round.toml")).unwrap();
        let plan = plan.replace("form = \"one-tap\"", "form = \"one-stop-shop\"");
        let plan = at.file("other.toml", &plan);
        let create = ["round", "create", "other", "--file", plan, "--as", "province"];
        let refused = at.run(&create).refused();
        assert!(refused.contains("exactly one"), "{refused}");

        ready::flagged(&at);
        let step = |step: &[&str]| {
            at.run(&[&["round", step[0], ROUND, "--as", "publisher-1"], &step[1..]].concat()).done()
        };
        step(&["seal", "--with", "inspector"]);
        step(&["weigh"]);
        step(&["index"]);
        step(&["publish", "--with", "publisher-2"]);
        for page in ["/results".to_owned(), format!("/results/{ROUND}")] {
            let shown = service.client.get(&page);
            assert!(shown.text().contains("không bao giờ tính vào chỉ số"), "{}", shown.text());
        }
        let document = service.client.get(&format!("/results/{ROUND}/publication.json")).json();
        assert_eq!(document["apart"], true);
    });
}
