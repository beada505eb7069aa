//! The days after the evening, in browsers' terms: reviewers decide in pairs, a publisher and the inspector seal, two
//! publishers publish, comments are read; and who must not get in does not.

use std::cell::RefCell;
use std::time::{Duration, Instant};

use khaosat::account::factor::{SecondFactor, Totp};
use khaosat::account::password;
use khaosat::round;
use khaosat::store::verdict::Decision;
use khaosat::store::{Act, Actor, Right, Role};
use khaosat::web::Running;

use super::evening::{Evening, ROUND, unit_code};
use super::people::Story;
use crate::support::{Answer, Client, on_each_engine};

const PASSWORD: &str = "mot cau de nho va du dai";
const WHY: &str = "seen beside the counter's list of the day";
/// What somebody hostile types into every field.
const ATTACKS: [&str; 5] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "=HYPERLINK(\"http://evil.example\")",
    "'; DROP TABLE verdict; --",
    "\u{202E}../../etc/passwd\u{0}%00",
];

/// Somebody who is signed in.
struct Person {
    client: Client,
    token: RefCell<String>,
}

impl Person {
    /// Signs in with password and second factor.
    fn of(evening: &Evening, base: &str, name: &str) -> Self {
        let desk = &evening.desk;
        let act = |action| {
            let by = Actor::Service("test");
            Act::new(&by, Right::ManageAccounts, desk.clock.now(), action, name)
        };
        let id = desk.store.credential(name).unwrap().unwrap().account_id;
        let hash = password::hash(&PASSWORD.to_owned().into()).unwrap();
        desk.store.put_password(&act("account.password"), id, &hash, None).unwrap();
        let totp = Totp::random().unwrap();
        let key = desk.vault.account_key().unwrap();
        let sealed = key.seal_factor(id.0, &totp.kept()).unwrap();
        desk.store.put_factor(&act("account.factor"), id, &sealed, 0, &[]).unwrap();

        let page = Client::new(base).get("/console/sign-in");
        let stranger = format!("khaosat-form={}", page.cookie("khaosat-form").unwrap());
        let client = Client::new(base).with("Cookie", &stranger);
        let fields =
            [("csrf", page.input("csrf").unwrap()), ("name", name), ("password", PASSWORD)];
        let half = client.post_form("/console/sign-in", &fields);
        assert_eq!(half.status, 303, "{name}: {}", half.text());
        let cookie = |answer: &Answer| format!("khaosat={}", answer.cookie("khaosat").unwrap());
        let client = Client::new(base).with("Cookie", &cookie(&half));
        let page = client.get("/console/factor");
        let code = totp.answer(Totp::step(desk.clock.now()));
        let fields = [("csrf", page.input("csrf").unwrap()), ("code", code.as_str())];
        let whole = client.post_form("/console/factor", &fields);
        assert_eq!(whole.status, 303, "{name}: {}", whole.text());
        let client = Client::new(base).with("Cookie", &cookie(&whole));
        let token = client.get("/console").input("csrf").unwrap().to_owned();
        Self { client, token: RefCell::new(token) }
    }

    fn get(&self, path: &str) -> Answer {
        self.client.get(path)
    }

    /// A page that is there, as text.
    fn page(&self, path: &str) -> String {
        let answer = self.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        let text = answer.text().to_owned();
        assert!(!text.contains("<script>") && !text.contains("<img"), "{path}: nothing is active");
        text
    }

    fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.token.borrow().clone();
        self.client.post_form(path, &[&[("csrf", token.as_str())], fields].concat())
    }

    /// A change that is made; where it leads.
    fn done(&self, path: &str, fields: &[(&str, &str)]) -> String {
        let answer = self.post(path, fields);
        assert_eq!(answer.status, 303, "{path}: {}", answer.text());
        answer.header("location").to_owned()
    }

    /// Waits until the job at this address has ended, by its events.
    fn ended(&self, job: &str) -> String {
        let deadline = Instant::now() + Duration::from_secs(120);
        loop {
            let events = self.get(&format!("{job}/events"));
            assert_eq!(events.header("content-type"), "text/event-stream");
            let last = events.text().lines().rfind(|line| line.starts_with("data: "));
            let last: serde_json::Value =
                serde_json::from_str(last.unwrap().trim_start_matches("data: ")).unwrap();
            if last["ended"] == true {
                return last["state"].as_str().unwrap().to_owned();
            }
            assert!(Instant::now() < deadline, "{last}");
        }
    }
}

fn evening(engine: &crate::support::Engine) -> (Evening, Running) {
    let mut story = Story::of_honest_people(41);
    story.clerk_with_forty_tickets(5);
    story.rival_with_a_photographed_poster(1);
    let honest = |who: &str| !["clerk", "rival"].contains(&who);
    let visit = story.visits.iter_mut().find(|visit| honest(visit.who)).unwrap();
    visit.comment = "Chị Hoa ở quầy rất tốt, gọi tôi 0912 345 678 <script>alert(1)</script>".into();
    let evening = Evening::on(engine);
    evening.play(&story);
    let act = Act::new(
        &Actor::Service("test"),
        Right::ManageAccounts,
        evening.desk.clock.now(),
        "user.add",
        "clerk",
    );
    let unit = evening.desk.store.unit_on(&unit_code(0), "2026-01-01").unwrap().id;
    evening.desk.store.grant_role(&act, "clerk", None, Role::Clerk, Some(unit)).unwrap();
    let act = Act { right: Right::ManageRegistry, ..act };
    evening.desk.store.put_staff(&act, unit, &["Nguyễn Thị Hoa".to_owned()]).unwrap();
    round::put_margins_from_dossiers(&evening.desk, &evening.actor("province"), ROUND).unwrap();
    let running = evening.serve();
    (evening, running)
}

/// The address of the largest case on a list of cases.
fn largest(evening: &Evening) -> (String, usize) {
    let reviewer = evening.actor("reviewer");
    let queue = round::review_queue(&evening.desk, &reviewer, ROUND, true, None).unwrap();
    let line = queue.cases.iter().max_by_key(|line| line.case.size).unwrap();
    let path = format!("/console/rounds/{ROUND}/review/{}", line.case.id.hex());
    (path, line.case.size as usize)
}

#[test]
fn a_round_is_reviewed_sealed_and_published_at_the_console_by_pairs() {
    on_each_engine(|engine| {
        let (evening, running) = evening(engine);
        let base = format!("http://{}", running.address);
        let person = |name| Person::of(&evening, &base, name);
        let (one, two) = (person("reviewer"), person("reviewer-2"));
        let (publisher, second) = (person("publisher-1"), person("publisher-2"));
        let (inspector, province, clerk) =
            (person("inspector"), person("province"), person("clerk"));
        let at = |rest: &str| format!("/console/rounds/{ROUND}/{rest}");

        // Who must not get in.
        assert_eq!(Client::new(&base).get(&at("review")).status, 303, "a stranger signs in first");
        let (case, size) = largest(&evening);
        for (name, who) in [("province", &province), ("publisher", &publisher), ("clerk", &clerk)] {
            for path in [at("review"), case.clone()] {
                assert_eq!(who.get(&path).status, 403, "{name} at {path}");
            }
            assert_eq!(who.post(&case, &[("decision", "keep"), ("reason", WHY)]).status, 403);
        }
        for path in ["seal/ask", "results", "requests", "comments", "withdraw", "publish"] {
            assert_eq!(clerk.get(&at(path)).status, 403, "a clerk at {path}");
        }
        assert_eq!(inspector.post(&case, &[("decision", "keep"), ("reason", WHY)]).status, 403);

        // The case: letters, no figure, and the verdict of two.
        let list = one.page(&at("review"));
        assert!(list.contains(&case), "the case is on the list");
        let page = one.page(&case);
        let (_, shown) = page.split_once("<main").unwrap();
        assert!(!shown.contains('%') && page.contains("name=\"whole\""), "no share is shown");
        assert!(!inspector.page(&case).contains("name=\"decision\""), "an inspector only reads");
        let nothing = one.post(&case, &[("decision", "exclude"), ("reason", WHY)]);
        assert_eq!(nothing.status, 422, "nothing is ticked");
        let whole = [("whole", "1"), ("decision", "exclude")];
        let short = one.post(&case, &[&whole[..], &[("reason", "why")]].concat());
        assert_eq!(short.status, 422, "a reason is needed");
        let reason = format!("{} {WHY}", ATTACKS[0]);
        let asked = one.done(&case, &[&whole[..], &[("reason", &reason)]].concat());
        assert!(asked.ends_with("?done=asked"), "{asked}");
        let list = two.page(&at("requests"));
        let request = list.split("href=\"").find(|rest| rest.contains("/requests/")).unwrap();
        let request = list
            .split("href=\"")
            .filter_map(|rest| rest.split('"').next())
            .find(|href| href.contains("/requests/"))
            .unwrap_or(request)
            .to_owned();
        two.page(&request);
        assert_eq!(one.post(&request, &[("do", "grant")]).status, 409, "not to himself");
        assert_eq!(publisher.post(&request, &[("do", "grant")]).status, 403);
        two.done(&request, &[("do", "grant")]);
        let round_id = evening.desk.store.round(ROUND).unwrap().id;
        assert_eq!(evening.desk.store.verdicts(round_id).unwrap().len(), size);
        let page = one.page(&case);
        assert!(page.contains("reviewer, reviewer-2"), "by both, with the time");

        // What is left is decided, so that nothing stands against sealing.
        let [r1, r2] = ["reviewer", "reviewer-2"].map(|name| evening.actor(name));
        let high: Vec<_> = evening
            .desk
            .store
            .flags(round_id)
            .unwrap()
            .into_iter()
            .filter(|flag| flag.severity == "high")
            .map(|flag| flag.response_id)
            .collect();
        let keep = Decision::Keep;
        round::decide(&evening.desk, &r1, Some(&r2), ROUND, &high, keep, WHY).unwrap();

        // Sealing: what is destroyed is said, then two sign in.
        let page = publisher.page(&at("seal"));
        assert!(page.contains("/seal/ask") && !page.contains("class=\"wrong\""), "{page}");
        assert!(!inspector.page(&at("seal")).contains("/seal/ask"));
        assert_eq!(inspector.post(&at("seal/ask"), &[("reason", WHY)]).status, 403);
        assert_eq!(publisher.post(&at("seal/ask"), &[("reason", "x")]).status, 422);
        let request = publisher.done(&at("seal/ask"), &[("reason", WHY)]);
        for (name, who) in [("province", &province), ("second", &second), ("reviewer", &one)] {
            assert_eq!(who.post(&request, &[("do", "grant")]).status, 403, "{name}");
        }
        let job = inspector.done(&request, &[("do", "grant")]);
        assert_eq!(inspector.ended(&job), "done");
        assert!(publisher.page(&job).contains("inspector"));
        assert_eq!(clerk.get(&job).status, 404, "another's work is not told");
        assert!(evening.desk.store.round(ROUND).unwrap().outcome.unwrap().contains("witnessed"));

        // Figures: computed in the background, published by two.
        assert_eq!(one.get(&at("results")).status, 403, "a reviewer sees no figure");
        publisher.page(&at("results"));
        assert_eq!(one.post(&at("jobs"), &[("kind", "compute")]).status, 403);
        let job = publisher.done(&at("jobs"), &[("kind", "compute")]);
        assert_eq!(publisher.ended(&job), "done");
        let page = publisher.page(&at("results"));
        assert!(page.contains("class=\"whisker\"") && page.contains('%'));
        let table = publisher.get(&at("results.csv"));
        assert!(table.text().starts_with("\u{FEFF}group,code,unit,n,"), "{}", table.text());
        publisher.page(&at("results?against=nowhere"));
        let request = publisher.done(&at("publish"), &[("reason", WHY)]);
        assert_eq!(publisher.post(&request, &[("do", "grant")]).status, 409);
        assert_eq!(inspector.post(&request, &[("do", "grant")]).status, 403);
        let job = second.done(&request, &[("do", "grant")]);
        assert_eq!(second.ended(&job), "done");
        assert_eq!(Client::new(&base).get(&format!("/results/{ROUND}")).status, 200);
        let job = publisher.done(&at("jobs"), &[("kind", "bundle")]);
        assert_eq!(publisher.ended(&job), "done");
        let bundle = publisher.get(&format!("{job}/file"));
        assert!(bundle.json().is_object(), "the bundle is a file");
        assert_eq!(round::verify(&evening.desk, ROUND).unwrap().faults, Vec::<String>::new());

        // Comments: whole for reviewers, masked for others, found without marks.
        let raw = one.page(&at("comments?q=rat+tot"));
        assert!(raw.contains("0912 345 678") && raw.contains("Chị Hoa"), "{raw}");
        for who in [&inspector, &province, &publisher] {
            let shown = who.page(&at("comments?q=rat+tot"));
            assert!(!shown.contains("345 678") && !shown.contains("Chị Hoa"), "{shown}");
            let probe = who.page(&at("comments?q=0912"));
            assert!(!probe.contains("rất tốt"), "nobody finds what he may not see");
        }
        assert_eq!(running.stop().map_err(|e| e.to_string()), Ok(()));
    });
}

#[test]
fn hostile_words_do_nothing_in_any_field_of_these_pages() {
    on_each_engine(|engine| {
        let (evening, running) = evening(engine);
        let base = format!("http://{}", running.address);
        let person = |name| Person::of(&evening, &base, name);
        let (reviewer, province, publisher) =
            (person("reviewer"), person("province"), person("publisher-1"));
        let at = |rest: &str| format!("/console/rounds/{ROUND}/{rest}");
        let (case, _) = largest(&evening);
        let encode =
            |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
        let calm = |answer: Answer, what: &str| {
            assert!(answer.status < 500, "{what}: {}", answer.text());
            let text = answer.text();
            assert!(
                !text.contains("<script>alert") && !text.contains("<img src=x"),
                "{what}: {text}"
            );
        };
        for attack in ATTACKS {
            for name in ["after", "show", "before", "against", "q", "topic", "unit", "done", "lang"]
            {
                for path in ["review", "requests", "results", "comments", "seal", "withdraw"] {
                    let path = at(&format!("{path}?{name}={}", encode(attack)));
                    for who in [&reviewer, &province, &publisher] {
                        calm(who.get(&path), &path);
                    }
                }
                for path in ["jobs", "retention", "topics"] {
                    let path = format!("/console/{path}?{name}={}", encode(attack));
                    calm(province.get(&path), &path);
                }
            }
            calm(reviewer.get(&at(&format!("review/{}", encode(attack)))), "a case");
            calm(province.get(&format!("/console/jobs/{}", encode(attack))), "a job");
            for (who, path) in [
                (&reviewer, case.as_str()),
                (&province, at("withdraw").as_str()),
                (&province, at("jobs").as_str()),
                (&province, "/console/topics"),
                (&province, "/console/retention/1"),
                (&publisher, at("seal/ask").as_str()),
                (&publisher, at("publish").as_str()),
            ] {
                let fields = [
                    "reason",
                    "code",
                    "kind",
                    "source",
                    "do",
                    "decision",
                    "response",
                    "correction",
                    "whole",
                ];
                let fields: Vec<(&str, &str)> = fields.iter().map(|name| (*name, attack)).collect();
                calm(who.post(path, &fields), path);
            }
        }
        // Retention and topics as they are meant.
        assert_eq!(reviewer.get("/console/retention").status, 403);
        assert_eq!(reviewer.get("/console/topics").status, 403);
        let page = province.page("/console/retention");
        assert!(page.contains("<table>"), "{page}");
        let list = "[[topic]]\nid = \"cho\"\nvi = \"Chờ\"\nen = \"Waiting\"\nwords = [\"chờ\"]\n";
        province.done("/console/topics", &[("source", list)]);
        assert!(province.page("/console/topics").contains("id = &#34;cho&#34;"));
        assert_eq!(running.stop().map_err(|e| e.to_string()), Ok(()));
    });
}
