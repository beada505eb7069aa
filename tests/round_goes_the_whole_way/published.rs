//! The whole way: tickets, answers, flags, verdicts, seal, weights, index, publication, its readers, its correction.

use serde_json::Value;

use super::authority::{Authority, ROUND, UNITS, criteria, dossiers};
use crate::support::{Client, Engine, Installation, Relay, on_each_engine};

/// Dossiers, and as many answers; half of them of each commune.
const ANSWERS: usize = 48;
/// The ticket whose answers were sent once more by the next ticket of the same counter.
const COPIED: usize = 4;
const COPY: usize = COPIED + 4;

/// A round that everybody answered, closed and flagged; and the rules that found something.
pub fn answered(at: Installation) -> (Authority, Vec<String>) {
    let authority = Authority::open(at, &UNITS, dossiers(ANSWERS, &UNITS));
    let service = authority.at.serve();
    for n in 0..ANSWERS {
        let of = if n == COPY { COPIED } else { n };
        let good = authority.dossiers[n].unit == UNITS[0];
        authority.answer(&service.base, n, &criteria(of as u64, good), true);
    }
    service.kill9();
    let rules = authority.close_and_flag();
    (authority, rules)
}

/// The same, decided: the copy is left out, whatever else looked odd is kept. Sealed, weighed, indexed, published.
pub fn published(at: Installation) -> (Authority, String) {
    let (authority, rules) = answered(at);
    decide(&authority, &rules);
    authority.seal().done();
    authority.compute();
    let digest = authority.publish(&[]);
    (authority, digest)
}

/// Verdicts: the copy is left out, whatever else looked odd is kept.
pub fn decide(authority: &Authority, rules: &[String]) {
    for rule in rules.iter().filter(|rule| *rule != "exact_duplicate") {
        authority.decide("reviewer", rule, "keep");
    }
    let decided = authority.decide("reviewer", "exact_duplicate", "exclude").done();
    assert_eq!(decided, "1 response: exclude\n");
}

fn token(base: &str, secret: &str) -> String {
    let fields =
        [("grant_type", "client_credentials"), ("client_id", "scoring"), ("client_secret", secret)];
    let answer = Client::new(base).post_form("/oauth/token", &fields);
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["access_token"].as_str().unwrap().to_owned()
}

/// Adds the API client; its secret.
fn client(authority: &Authority) -> String {
    let add = ["client", "add", "scoring", "--name", "Chấm điểm", "--scopes", "results:read"];
    let rest = ["--contact", "scoring@example.org", "--as", "admin"];
    let told = authority.at.run(&[&add[..], &rest[..]].concat()).done();
    told.lines().find_map(|line| line.strip_prefix("client_secret  ")).unwrap().to_owned()
}

#[test]
fn nobody_decides_on_his_own_unit_and_nothing_is_sealed_without_its_verdicts() {
    on_each_engine(|engine| {
        let (authority, rules) = answered(Installation::on(engine));
        assert!(rules.iter().any(|rule| rule == "exact_duplicate"), "{rules:?}");
        let status = authority.status();
        assert_eq!((&status["state"], &status["stored"]), (&"flagged".into(), &ANSWERS.into()));
        assert!(status["flags"]["high"].as_i64().unwrap() > 0, "{status}");

        let open = authority.seal().refused();
        assert!(open.contains("flagged high have no verdict yet"), "{open}");
        let own = authority.decide("own-reviewer", "exact_duplicate", "keep").refused();
        assert!(own.contains("nobody decides on his own unit"), "{own}");
        let clerk = authority.decide("province", "exact_duplicate", "keep").refused();
        assert!(clerk.contains("province may not "), "{clerk}");

        decide(&authority, &rules);
        let alone = authority.step("publisher-1", "seal", &[]).refused();
        assert!(alone.contains("needs an inspector as witness"), "{alone}");
        let sealed = authority.seal().done();
        assert!(sealed.contains(&format!("{ANSWERS} stored, 0 withdrawn, 1 excluded")), "{sealed}");
        let late = authority.decide("reviewer", "exact_duplicate", "keep");
        assert_eq!(late.code, Some(1), "{late:?}");
    });
}

#[test]
fn a_round_is_published_and_its_page_its_api_and_its_file_say_the_same() {
    on_each_engine(|engine| {
        let (authority, digest) = published(Installation::on(engine));
        assert_eq!(authority.status()["state"], "published");
        assert_eq!(authority.publish(&[]), digest, "the same figures are the same publication");
        let verified = authority.at.run(&["verify", ROUND]).done();
        assert!(verified.contains(&digest) && verified.contains("the same bytes"), "{verified}");

        let secret = client(&authority);
        let service = authority.at.serve();
        let page = service.client.get(&format!("/results/{ROUND}"));
        assert_eq!(page.status, 200);
        assert!(page.text().contains(&digest) && page.text().contains("Hai xã"));
        assert!(service.client.get("/results").text().contains(&format!("/results/{ROUND}")));

        let bearer = format!("Bearer {}", token(&service.base, &secret));
        let api = Client::new(&service.base).with("Authorization", &bearer);
        let latest = api.get(&format!("/api/v1/rounds/{ROUND}/sub-index"));
        let fixed = api.get(&format!("/api/v1/rounds/{ROUND}/publications/{digest}"));
        let public = service.client.get(&format!("/results/{ROUND}/publication.json"));
        assert_eq!((latest.status, fixed.status, public.status), (200, 200, 200));
        assert_eq!(latest.body, fixed.body);
        assert_eq!(latest.body, public.body);
        assert_eq!(latest.header("etag"), format!("\"{digest}\""));
        check_figures(&latest.json());

        // A file alone, with the keys of the service, is checked by anybody.
        std::fs::write(authority.at.directory().join("p.json"), &latest.body).unwrap();
        authority.at.file("p.json.jws", latest.header("khaosat-signature"));
        let keys = service.client.get("/.well-known/jwks.json");
        authority.at.file("jwks.json", keys.text());
        let check = ["verify", "p.json", "--jwks", "jwks.json", "--digest", &digest];
        authority.at.run(&check).done();
        let other = latest.text().replacen("Hai xã", "Ba xã", 1);
        authority.at.file("p.json", &other);
        assert_eq!(authority.at.run(&check).code, Some(1));
        drop(service);
    });
}

/// What the publication says, against what was sent.
fn check_figures(document: &Value) {
    assert_eq!(document["number"], 1);
    assert_eq!(document["outcome"]["stored"], ANSWERS);
    assert_eq!(document["outcome"]["excluded_by_person"], 1);
    let official = &document["figures"]["official"];
    let units = official["units"].as_array().unwrap();
    let of = |code: &str| units.iter().find(|unit| unit["code"] == code).unwrap();
    let (good, bad) = (of(UNITS[0]), of(UNITS[1]));
    let number = |unit: &Value, name: &str| unit["figure"][name].as_f64().unwrap();
    // The copy was the first commune's.
    let half = (ANSWERS / 2) as f64;
    assert_eq!((number(good, "n"), number(bad, "n")), (half - 1.0, half));
    for unit in [good, bad] {
        let [low, index, high] = ["low", "index", "high"].map(|name| number(unit, name));
        assert!(0.0 <= low && low < index && index < high && high <= 1.0, "{unit}");
        assert_eq!(unit["factors"].as_array().unwrap().len(), 5);
    }
    // 8 of 10 draws are satisfied in the one commune, 4 of 10 in the other.
    assert!((number(good, "index") - 0.8).abs() < 0.06, "{good}");
    assert!((number(bad, "index") - 0.4).abs() < 0.06, "{bad}");
    let margins = official["weighting"]["margins"].as_array().unwrap();
    let total = |margin: &Value| -> f64 {
        let categories = margin["categories"].as_array().unwrap();
        categories.iter().map(|category| category["total"].as_f64().unwrap()).sum()
    };
    for margin in margins {
        assert!((total(margin) - ANSWERS as f64).abs() < 1e-9, "{margin}");
    }
    let sum = official["weighting"]["sum"].as_f64().unwrap();
    assert!((sum - ANSWERS as f64).abs() < 1e-6, "weights add up to the dossiers: {sum}");
}

/// The register with every dossier counted twice.
fn doubled_margins(authority: &Authority) -> String {
    let mut totals = std::collections::BTreeMap::new();
    for dossier in &authority.dossiers {
        let sex = if dossier.sex == "male" { "Nam" } else { "Nữ" };
        let age =
            if dossier.age_group == "under_25" { "Dưới 25 tuổi" } else { "Trên 60 tuổi" };
        for (variable, category) in
            [("unit", dossier.unit), ("service", "ho-tich"), ("sex", sex), ("age_group", age)]
        {
            *totals.entry((variable, category)).or_insert(0) += 2;
        }
    }
    let line = |((variable, category), total)| format!("{variable},{category},{total}\n");
    format!("variable,category,total\n{}", totals.into_iter().map(line).collect::<String>())
}

fn with_mail(engine: &Engine, relay: &Relay) -> Installation {
    Installation::on(engine)
        .with("KHAOSAT_MAIL__HOST", "127.0.0.1")
        .with("KHAOSAT_MAIL__PORT", relay.port().to_string())
        .with("KHAOSAT_MAIL__SECURITY", "none")
        .with("KHAOSAT_MAIL__FROM", "khaosat@example.org")
        .with("KHAOSAT_MAIL__PER_MINUTE", "6000")
}

#[test]
fn a_correction_takes_the_place_of_what_was_published_and_everybody_is_told() {
    on_each_engine(|engine| {
        let Some(relay) = Relay::sink("ok") else { return };
        let (authority, rules) = answered(with_mail(engine, &relay));
        let secret = client(&authority);
        decide(&authority, &rules);
        authority.seal().done();
        authority.compute();
        let first = authority.publish(&[]);
        // The register turns out to have counted every dossier twice.
        let doubled = doubled_margins(&authority);
        let file = authority.at.file("doubled.csv", &doubled);
        let import = ["margin", "import", ROUND, file, "--as", "province"];
        let frozen = authority.at.run(&import).refused();
        assert!(frozen.contains("--correction"), "{frozen}");
        let why = ["--correction", "sổ đếm thiếu một nửa", "--with", "province-2"];
        authority.at.run(&[&import[..], &why].concat()).done();
        authority.compute();
        let silent = authority.step("publisher-1", "publish", &["--with", "publisher-2"]).refused();
        assert!(silent.contains("say why with --correction"), "{silent}");
        let second = authority.publish(&["--correction", "sổ hồ sơ đếm thiếu một nửa"]);
        assert_ne!(first, second);
        authority.at.run(&["verify", ROUND]).done();

        let service = authority.at.serve();
        relay.wait_for(4);
        let kept = relay.kept();
        for (subject, told) in [("Công bố", 2), ("Đính chính", 2)] {
            let mut to: Vec<_> = kept
                .iter()
                .filter(|mail| mail.header("Subject").starts_with(subject))
                .map(|mail| mail.header("To").to_owned())
                .collect();
            to.sort();
            assert_eq!(to.len(), told, "{subject}: {kept:?}");
            assert_eq!(to, ["publisher@example.org", "scoring@example.org"]);
        }
        assert!(kept.iter().any(|mail| mail.text.contains(&second)));

        let bearer = format!("Bearer {}", token(&service.base, &secret));
        let api = Client::new(&service.base).with("Authorization", &bearer);
        let latest = api.get(&format!("/api/v1/rounds/{ROUND}/sub-index")).json();
        assert_eq!((&latest["number"], &latest["supersedes"]), (&2.into(), &first.as_str().into()));
        assert_eq!(latest["correction"], "sổ hồ sơ đếm thiếu một nửa");
        let before = api.get(&format!("/api/v1/rounds/{ROUND}/publications/{first}"));
        assert_eq!((before.status, &before.json()["number"]), (200, &1.into()));
    });
}

/// Words of a PDF by a program that is not ours; none where it is not installed.
fn words(at: &Installation, file: &str) -> Option<String> {
    let mut command = std::process::Command::new("pdftotext");
    let read = command.args(["-layout", file, "-"]).current_dir(at.directory()).output().ok()?;
    Some(String::from_utf8_lossy(&read.stdout).into_owned())
}

#[test]
fn the_printed_sheet_carries_the_root_that_covers_it_and_proves_a_fork() {
    on_each_engine(|engine| {
        let (authority, digest) = published(Installation::on(engine));
        let at = &authority.at;
        at.run(&["round", "sheet", ROUND, "--out", "sheet.pdf"]).done();
        let read = |name: &str| std::fs::read(at.directory().join(name)).unwrap();
        let first = read("sheet.pdf");
        assert!(first.starts_with(b"%PDF-1.7"));
        let service = at.serve();
        let heads = service.client.get("/results/ledger.json").json();
        let statement = &heads["heads"][0]["statement"];
        assert_eq!(statement["reason"], "publication");
        let over = service.client.get(&format!("/results/{ROUND}/sheet.pdf"));
        assert_eq!((over.status, over.header("content-type")), (200, "application/pdf"));
        assert_eq!(service.client.get("/results/nothing/sheet.pdf").status, 404);
        let page = service.client.get(&format!("/results/{ROUND}"));
        assert!(page.text().contains("/sheet.pdf"), "{}", page.text());
        if let Some(text) = words(at, "sheet.pdf") {
            let plain: String = text.split_whitespace().collect();
            let root = statement["root"].as_str().unwrap();
            assert!(plain.contains(&root[..32]) && plain.contains(&root[32..]), "{text}");
            assert!(plain.contains(&digest[..16]), "{text}");
            assert!(text.contains(&format!("{} dòng", statement["size"])), "{text}");
            assert!(text.contains("Hai xã") && text.contains("n") && text.contains('%'), "{text}");
        }
        // More leaves come; the sheet stays the one it was.
        at.run(&["user", "add", "later", "--role", "reviewer", "--as", "admin"]).done();
        at.run(&["round", "sheet", ROUND, "--out", "again.pdf"]).done();
        assert_eq!(first, read("again.pdf"));
        let typed = format!("{}:{}", statement["size"], statement["root"].as_str().unwrap());
        at.run(&["verify", "ledger", "--against", &typed]).done();
    });
}

/// The second checker: another language, none of our code.
fn independent(at: &Installation, files: &[&str]) -> std::process::Output {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tools/independent_check.py");
    let mut command = std::process::Command::new("python3");
    command.arg(script).args(files).current_dir(at.directory()).output().unwrap()
}

#[test]
fn outsiders_compute_a_publication_again_from_its_bundles_with_our_program_and_without_it() {
    on_each_engine(|engine| {
        let (authority, _) = published(Installation::on(engine));
        let at = &authority.at;
        let service = at.serve();
        let jwks = at.file("jwks.json", service.client.get("/.well-known/jwks.json").text());
        at.run(&["export", ROUND, "--format", "bundle", "--out", "public.json"]).done();
        let export = ["export", ROUND, "--format", "inspector-bundle", "--out", "records.json"];
        for nobody in ["province", "publisher-1", "reviewer", "admin"] {
            let refused = at.run(&[&export[..], &["--as", nobody]].concat()).refused();
            assert!(refused.contains("may not read the sealed records"), "{refused}");
        }
        at.run(&[&export[..], &["--as", "inspector"]].concat()).done();
        let trail = at.run(&["audit", "list"]).done();
        assert!(trail.contains("bundle.read"), "{trail}");

        let told = at.run(&["verify", "public.json", "--jwks", jwks]).done();
        assert!(told.contains("begins with the one before"), "{told}");
        let told = at.run(&["verify", "records.json", "--jwks", jwks]).done();
        assert!(told.contains("every figure computed again: the same"), "{told}");
        let files = ["jwks.json", "public.json", "records.json"];
        let seen = independent(at, &files);
        let told = String::from_utf8_lossy(&seen.stdout).into_owned();
        assert!(seen.status.success(), "{told}{}", String::from_utf8_lossy(&seen.stderr));
        for line in [
            "publication 1: signature",
            "indexes and their intervals computed again",
            "records: sealed root",
            "the seal is under the signed head",
            "weights raked again: their sum",
        ] {
            assert!(told.contains(line), "{line}: {told}");
        }

        assert!(told.contains("least and greatest weight"), "{told}");

        // Whatever is changed in a bundle, both find it.
        let read = |name: &str| std::fs::read_to_string(at.directory().join(name)).unwrap();
        let records = read("records.json");
        let bundle: Value = serde_json::from_str(&records).unwrap();
        let line = bundle["inputs"]["records"][3].as_str().unwrap().to_owned();
        let (was, then) = if line.contains("true") { ("true", "false") } else { ("false", "true") };
        let other = line.replace(was, then);
        let quoted = |text: &str| serde_json::to_string(text).unwrap();
        at.file("records.json", &records.replace(&quoted(&line), &quoted(&other)));
        let faults = at.run(&["verify", "records.json"]);
        assert!(faults.stderr.contains("the records are not those that were sealed"), "{faults:?}");
        assert!(!independent(at, &files).status.success());
        at.file("records.json", &records);
        let public = read("public.json");
        at.file("public.json", &public.replace("\\\"n\\\":", "\\\"n\\\": "));
        assert_eq!(at.run(&["verify", "public.json", "--jwks", jwks]).code, Some(1));
        assert!(!independent(at, &files).status.success());
    });
}

#[test]
fn the_second_checker_cuts_weights_as_the_first() {
    on_each_engine(|engine| {
        let rules = "[rules.trim]\nlower = 0.8\nupper = 1.2\n";
        let installation = Installation::on(engine);
        let authority =
            Authority::open_with(installation, &UNITS, dossiers(ANSWERS, &UNITS), rules);
        let service = authority.at.serve();
        for n in 0..ANSWERS {
            // Most women of the second commune are silent, so that those who answer weigh more than the bounds allow.
            let silent = authority.dossiers[n].unit == UNITS[1]
                && authority.dossiers[n].sex == "female"
                && n % 16 > 4;
            if !silent {
                authority.answer(&service.base, n, &criteria(n as u64, n % 3 > 0), true);
            }
        }
        service.kill9();
        for rule in authority.close_and_flag() {
            authority.decide("reviewer", &rule, "keep");
        }
        authority.seal().done();
        authority.compute();
        authority.publish(&[]);
        let at = &authority.at;
        let export = ["export", ROUND, "--format", "inspector-bundle", "--out", "records.json"];
        at.run(&[&export[..], &["--as", "inspector"]].concat()).done();
        let text = std::fs::read_to_string(at.directory().join("records.json")).unwrap();
        let bundle: Value = serde_json::from_str(&text).unwrap();
        let document: Value =
            serde_json::from_str(bundle["publication"]["bytes"].as_str().unwrap()).unwrap();
        let weighting = &document["figures"]["official"]["weighting"];
        assert!(weighting["trimmed_share"].as_f64().unwrap() > 0.0, "{weighting}");
        let seen = independent(at, &["records.json"]);
        let told = String::from_utf8_lossy(&seen.stdout).into_owned();
        assert!(seen.status.success(), "{told}{}", String::from_utf8_lossy(&seen.stderr));
        assert!(told.contains("least and greatest weight"), "{told}");
    });
}
