//! A round is created and opened, dossiers come in once, links are printed.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::office::{DOSSIERS, Office, ROUND};
use crate::clerk_hands_out_links::scan::opens;
use crate::support::on_each_engine;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// The lines of a `links.csv` behind its header, as fields.
fn links(path: &Path) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    assert_eq!(reader.headers().unwrap(), ["unit", "counter", "serial", "code", "url"].as_slice());
    reader.records().map(|line| line.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn a_round_is_planned_planned_anew_and_opened() {
    on_each_engine(|engine| {
        let office = Office::with_a_planned_round(engine);
        assert_eq!(office.status()["state"], "planned");
        let form = "survey-forms";
        fs::create_dir(office.0.directory().join(form)).unwrap();
        let own = office.0.directory().join(form).join("own.toml");
        fs::copy(crate::support::places::root().join("survey-forms/one-stop-shop.toml"), own)
            .unwrap();
        fs::create_dir(office.0.directory().join("plans")).unwrap();
        let plan = ROUND.replace("\"one-stop-shop\"", "\"../survey-forms/own.toml\"");
        office.0.file("plans/round.toml", &plan);
        office.done("binh", &["round", "create", "kbang", "--file", "plans/round.toml"]);

        let opened = office.done("binh", &["round", "open", "kbang"]);
        assert!(opened.starts_with("round kbang is open; answers count from 2018-11-01 07:00 to 2099-12-31 17:00; rules "), "{opened}");
        office.done("binh", &["round", "open", "kbang"]);
        let frozen = office.refused("binh", &["round", "create", "kbang", "--file", "round.toml"]);
        assert!(frozen.contains("its rules are frozen"), "{frozen}");
        assert_eq!(
            office.0.run(&["round", "list"]).done(),
            "kbang  open, 2018-11-01 07:00 to 2099-12-31 17:00\n"
        );
        let mut status = office.status();
        let asked = status.as_object_mut().unwrap().remove("asked").unwrap();
        assert_eq!(asked["key_sha256"].as_str().unwrap().len(), 64, "{asked}");
        assert_eq!(
            status,
            serde_json::json!({
                "round": "kbang", "state": "open", "opens_at": "2018-11-01T00:00:00.000Z",
                "closes_at": "2099-12-31T10:00:00.000Z", "stored": 0, "withdrawn": 0, "opened": 0, "links": {},
                "flags": {}, "verdicts": 0, "margin_faults": [
                    "there are no totals yet, so answers are not weighted; take them with khaosat margin import or from-dossiers"
                ], "frame": [],
            })
        );
        assert_eq!(office.0.run(&["round", "status", "kbang", "--submissions"]).done(), "");
    });
}

#[test]
fn mistakes_of_a_plan_are_named_with_their_line() {
    on_each_engine(|engine| {
        let office = Office::with_a_planned_round(engine);
        let refused = |plan: &str| {
            office.0.file("wrong.toml", plan);
            office.run("binh", &["round", "create", "wrong", "--file", "wrong.toml"]).stderr
        };
        let told = refused(&ROUND.replace("grace = \"0s\"", "grace = \"soon\""));
        assert!(told.starts_with("khaosat: wrong.toml:4: grace: "), "{told}");
        let told = refused(&ROUND.replace("units_on", "unit_on"));
        assert!(told.contains("wrong.toml:") && told.contains("unit_on"), "{told}");
        let told = refused(&ROUND.replace("\"622\"", "\"999\""));
        assert!(told.contains("there is no unit \"999 on 2018-12-31\""), "{told}");
        let told = refused(&ROUND.replace("one-stop-shop", "gone.toml"));
        assert!(told.contains("gone.toml cannot be read"), "{told}");
        office.0.file("faulty.toml", "id = \"faulty\"\nversion = 0\n");
        let told = refused(&ROUND.replace("one-stop-shop", "faulty.toml"));
        assert!(told.contains("faulty.toml:2"), "{told}");
    });
}

#[test]
fn dossiers_come_once_and_each_gets_its_ticket() {
    on_each_engine(|engine| {
        let office = Office::with_an_open_round(engine);
        let import = ["dossier", "import", "kbang", "dossiers.csv"];
        assert_eq!(
            office.done("kim", &import),
            "dossiers of round kbang: 3 new, 0 known; 3 tickets issued\n"
        );
        assert_eq!(
            office.done("kim", &import),
            "dossiers of round kbang: 0 new, 3 known; 0 tickets issued\n"
        );
        office.0.file("more.csv", &DOSSIERS.replace("0001", "0004"));
        let more = office.done("binh", &["dossier", "import", "kbang", "more.csv"]);
        assert_eq!(more, "dossiers of round kbang: 1 new, 2 known; 1 ticket issued\n");
        assert_eq!(office.status()["links"], serde_json::json!({"ticket": 4}));

        let directory = office.0.directory().join("tickets");
        let printed = office
            .done("binh", &["link", "ticket", "kbang", "--out", "tickets", "--format", "png"]);
        assert_eq!(printed, "4 tickets in tickets\n");
        let links = links(&directory.join("links.csv"));
        let places: Vec<_> = links.iter().map(|l| l[..3].join(" ")).collect();
        assert_eq!(places, ["625 Q1 1", "625 Q1 2", "625 Q1 3", "625 Q2 1"]);
        assert_eq!(mode(&directory.join("links.csv")), 0o600);
        assert_eq!(mode(&directory), 0o700);
        assert_eq!(fs::read_dir(&directory).unwrap().count(), 5);
        let codes: BTreeSet<_> = links.iter().map(|l| &l[3]).collect();
        assert_eq!(codes.len(), 4, "every ticket has a code of its own");
        for link in &links {
            let picture = directory.join(format!("{}.png", link[..3].join("_")));
            assert_eq!(mode(&picture), 0o600);
            assert_eq!(
                opens(&read_back(&picture)),
                link[4],
                "the picture leads to the list's address"
            );
            assert!(
                link[4].starts_with("http://127.0.0.1:") && link[4].contains("/s/"),
                "{link:?}"
            );
            assert!(!link[4].contains("625"), "no unit in the address: {link:?}");
        }
    });
}

/// What a QR decoder that is not ours reads from a picture.
fn read_back(picture: &Path) -> String {
    let image = image::open(picture).unwrap().to_luma8();
    let size = |side: u32| usize::try_from(side).unwrap();
    let (width, height) = (size(image.width()), size(image.height()));
    let grey = |x, y| image.as_raw()[y * width + x];
    let mut read = rqrr::PreparedImage::prepare_from_greyscale(width, height, grey);
    let grids = read.detect_grids();
    assert_eq!(grids.len(), 1, "{}", picture.display());
    grids[0].decode().unwrap().1
}

#[test]
fn every_counter_gets_one_poster_and_a_void_one_is_replaced() {
    on_each_engine(|engine| {
        let office = Office::with_an_open_round(engine);
        let posters = office.done("binh", &["link", "poster", "kbang", "--out", "posters"]);
        assert_eq!(posters, "3 posters of round kbang issued\n3 posters in posters\n");
        let directory = office.0.directory().join("posters");
        let links = links(&directory.join("links.csv"));
        assert_eq!(links.len(), 3);
        let svg = fs::read_to_string(directory.join("625_Q1_1.svg")).unwrap();
        assert!(svg.starts_with("<svg") && svg.contains("Bộ phận Một cửa huyện Kbang"), "{svg}");
        assert!(!svg.contains(&links[0][3]), "the code is in the picture alone");
        assert_eq!(
            office.done("binh", &["link", "poster", "kbang"]),
            "0 posters of round kbang issued\n"
        );

        let of_kbang = links.iter().find(|l| l[0] == "625" && l[1] == "Q1").unwrap();
        let void = |who, code: &str| {
            office.run(who, &["link", "void", "kbang", code, "--reason", "torn off the wall"])
        };
        let other = void("phu", &of_kbang[3]).refused();
        assert!(other.contains("phu may not void or reprint links here"), "{other}");
        assert!(void("kim", "XXXXX-XXXXX").refused().starts_with("khaosat: "));
        let told = void("kim", &of_kbang[3].to_lowercase()).done();
        assert_eq!(told, "poster 1 of Bộ phận Một cửa huyện Kbang is void\n");
        assert!(void("kim", &of_kbang[3]).refused().contains("spent or void already"));
        assert_eq!(
            office.done("binh", &["link", "poster", "kbang"]),
            "1 poster of round kbang issued\n"
        );
    });
}

#[test]
fn wrong_dossiers_are_all_named_and_none_is_taken() {
    on_each_engine(|engine| {
        let office = Office::with_an_open_round(engine);
        office.0.file(
            "wrong.csv",
            "number,unit,counter,service,finished_on,outcome,late,sex,age_group,email\n\
             N1,625,Q1,land,2018-11-05,granted,no,male,25-34,\n\
             N2,625,Q7,land,2018-11-05,granted,no,male,25-34,\n\
             N1,625,Q1,land,05/11/2018,granted,no,male,25-34,\n\
             N4,625,Q1,sea,2018-11-05,lost,no,male,25-34,a@\n",
        );
        let finished = office.run("kim", &["dossier", "import", "kbang", "wrong.csv"]);
        assert_eq!(finished.code, Some(1), "{finished:?}");
        for start in [
            "wrong.csv:3, counter \"Q7\"",
            "wrong.csv:4, finished_on \"05/11/2018\"",
            "wrong.csv:5, service \"sea\"",
            "wrong.csv:5, outcome \"lost\"",
            "wrong.csv:5, email \"a@\"",
        ] {
            assert!(finished.stderr.contains(start), "{start}: {finished:?}");
        }
        assert_eq!(office.status()["links"], serde_json::json!({}));
        let none = office.refused("binh", &["link", "ticket", "kbang", "--out", "tickets"]);
        assert!(none.contains("round kbang has no ticket that can be printed"), "{none}");
    });
}

#[test]
fn margins_come_from_dossiers_or_from_a_file_of_one_population() {
    on_each_engine(|engine| {
        let office = Office::with_an_open_round(engine);
        let from = ["margin", "from-dossiers", "kbang"];
        assert!(office.refused("binh", &from).contains("no dossier yet"));
        office.done("kim", &["dossier", "import", "kbang", "dossiers.csv"]);
        let told = office.done("binh", &from);
        assert_eq!(
            told,
            "margins of round kbang:\n  service: 2 categories, 3 in all\n  unit: 1 categories, 3 in all\n",
            "one dossier's sex and age are not known, so these variables get no margin"
        );

        office.0.file(
            "two.csv",
            "variable,category,total\nunit,625,70\nunit,622,30\nsex,male,50\nsex,female,51\n",
        );
        let two = office.refused("binh", &["margin", "import", "kbang", "two.csv"]);
        assert!(two.contains("sex adds up to 101, unit to 100"), "{two}");
        office.0.file("wrong.csv", "variable,category,total\nunit,626,70\nincome,high,30\n");
        let wrong = office.run("binh", &["margin", "import", "kbang", "wrong.csv"]).stderr;
        assert!(
            wrong.contains("wrong.csv:2, category \"626\"")
                && wrong.contains("wrong.csv:3, variable"),
            "{wrong}"
        );
        office.0.file(
            "good.csv",
            "variable,category,total\nunit,625,70\nunit,622,30\nsex,Nam,50\nsex,Nữ,50\n",
        );
        let good = office.done("binh", &["margin", "import", "kbang", "good.csv"]);
        assert!(good.contains("sex: 2 categories, 100 in all"), "{good}");
    });
}

#[test]
fn a_round_s_sample_is_planned_from_its_dossiers() {
    on_each_engine(|engine| {
        let office = Office::with_a_planned_round(engine);
        let refused = office.refused("binh", &["round", "plan", "kbang"]);
        assert!(refused.contains("no totals by unit"), "{refused}");
        office.0.file("totals.csv", "variable,category,total\nunit,622,10000\nunit,625,500\n");
        office.done("binh", &["margin", "import", "kbang", "totals.csv"]);
        let text = office.done("binh", &["round", "plan", "kbang", "--json", "--response", "0.4"]);
        let plan: serde_json::Value = serde_json::from_str(&text).unwrap();
        let [large, small] = &plan["units"].as_array().unwrap()[..] else { panic!("{text}") };
        assert_eq!((&large["yamane"], &small["yamane"]), (&385.into(), &223.into()));
        // 577 answers of a simple sample of 10,000 at a design effect of 1.5; 0.4 of those asked answer.
        let (wanted, ask) = (large["wanted"].as_u64().unwrap(), large["ask"].as_u64().unwrap());
        assert!((540..=577).contains(&wanted) && ask == (wanted * 5).div_ceil(2), "{text}");
        let spread: u64 =
            [large, small].iter().map(|unit| unit["proportional"].as_u64().unwrap()).sum();
        assert_eq!(plan["total"].as_u64(), Some(spread));
        assert_eq!(large["neyman"], large["proportional"], "the same spread everywhere");
        let told = office.done("binh", &["round", "plan", "kbang"]);
        assert!(told.contains("± is the half-width to expect") && told.contains("625"), "{told}");
        let refused = office.refused("binh", &["round", "plan", "kbang", "--response", "0"]);
        assert!(refused.contains("above 0"), "{refused}");
        let none = office.refused("binh", &["round", "year", "2018"]);
        assert!(none.contains("no sealed round closed in 2018"), "{none}");
    });
}
