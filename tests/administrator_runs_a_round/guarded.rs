//! Who may not, and when not: each refusal is one line and changes nothing.

use super::office::Office;
use crate::support::on_each_engine;

#[test]
fn whoever_may_not_is_told_which_role_could() {
    on_each_engine(|engine| {
        let office = Office::with_a_planned_round(engine);
        let clerk = office.refused("chi", &["round", "open", "kbang"]);
        assert!(
            clerk.contains(
                "chi may not create, open or close rounds here; it needs the role province_admin"
            ),
            "{clerk}"
        );
        assert_eq!(office.status()["state"], "planned");
        for (who, command) in [
            ("kim", &["unit", "import", "--shipped", "communes-2025"][..]),
            ("an", &["round", "create", "kbang", "--file", "round.toml"]),
            ("giang", &["service", "add", "x", "X"]),
            ("binh", &["user", "add", "x", "--role", "reviewer"]),
            ("binh", &["key", "rotate", "publication"]),
            ("binh", &["client", "add", "x", "--name", "X", "--scopes", "results:read"]),
            ("chi", &["round", "verdict", "kbang"]),
        ] {
            let told = office.refused(who, command);
            assert!(told.starts_with(&format!("khaosat: {who} may not ")), "{command:?}: {told}");
        }
    });
}

#[test]
fn a_unit_admin_imports_for_his_own_unit_only() {
    on_each_engine(|engine| {
        let office = Office::with_an_open_round(engine);
        let import = ["dossier", "import", "kbang", "dossiers.csv"];
        let other = office.refused("phu", &import);
        assert!(other.contains("phu may not import dossiers or issue links here"), "{other}");
        assert_eq!(office.status()["links"], serde_json::json!({}), "nothing was taken");
        assert!(office.done("kim", &import).contains("3 new"));
    });
}

#[test]
fn one_person_is_never_two() {
    on_each_engine(|engine| {
        let office = Office::with_an_open_round(engine);
        let reason = "the flood closed the road";
        let extend = |with: &str| {
            office.run(
                "binh",
                &[
                    "round",
                    "extend",
                    "kbang",
                    "--to",
                    "2100-01-31T17:00",
                    "--reason",
                    reason,
                    "--with",
                    with,
                ],
            )
        };
        let close = |with: &str| {
            office.run(
                "binh",
                &["round", "close", "kbang", "--early", "--reason", reason, "--with", with],
            )
        };
        for told in [extend("binh").refused(), close("binh").refused()] {
            assert!(told.contains("binh cannot be the second person to himself"), "{told}");
        }
        let clerk = extend("chi").refused();
        assert!(clerk.contains("chi may not be the second person here"), "{clerk}");
        assert_eq!(office.status()["closes_at"], "2099-12-31T10:00:00.000Z");
        assert_eq!(extend("ba").done(), "round kbang closes at 2100-01-31 17:00\n");
        assert_eq!(office.status()["closes_at"], "2100-01-31T10:00:00.000Z");
        let publish =
            office.run("giang", &["round", "publish", "kbang", "--with", "giang"]).refused();
        assert!(publish.contains("giang cannot be the second person"), "{publish}");
    });
}

#[test]
fn a_round_closes_early_by_two_persons_with_a_reason_only() {
    on_each_engine(|engine| {
        let office = Office::with_an_open_round(engine);
        let close =
            |rest: &[&str]| office.run("binh", &[&["round", "close", "kbang"], rest].concat());
        let early = close(&[]).refused();
        assert!(
            early.contains(
                "round kbang closes at 2099-12-31 17:00; closing earlier needs a second person"
            ),
            "{early}"
        );
        let alone = close(&["--early", "--reason", "all tickets are spent"]).refused();
        assert!(alone.contains("name the second with --with USER"), "{alone}");
        let short = close(&["--early", "--reason", "done", "--with", "ba"]).refused();
        assert!(short.contains("at least ten characters"), "{short}");
        assert_eq!(close(&["--early", "--with", "ba"]).code, Some(2));
        assert_eq!(office.status()["state"], "open");
        close(&["--early", "--reason", "all tickets are spent", "--with", "ba"]).done();
        assert_eq!(office.status()["state"], "closed");
        assert_eq!(close(&[]).done(), "round kbang is closed\n", "again is no change");

        let late = office.refused("kim", &["dossier", "import", "kbang", "dossiers.csv"]);
        assert!(late.contains("round kbang takes no more links; it is closed"), "{late}");
        let audit = office.0.run(&["audit", "list"]).done();
        let closing = audit.lines().find(|line| line.contains("round.close")).unwrap();
        assert!(closing.contains("binh with ba  round.close  round kbang"), "{closing}");
    });
}

#[test]
fn steps_out_of_order_are_refused_and_name_the_state() {
    on_each_engine(|engine| {
        let office = Office::with_an_open_round(engine);
        for (who, command) in [
            ("binh", &["round", "dedup", "kbang"][..]),
            ("giang", &["round", "seal", "kbang", "--with", "hai"]),
            ("giang", &["round", "weigh", "kbang"]),
            ("giang", &["round", "index", "kbang"]),
        ] {
            let told = office.refused(who, command);
            assert!(told.contains("round kbang is open"), "{command:?}: {told}");
        }
        let verdict =
            ["--rule", "speeder", "--decision", "exclude", "--reason", "too fast to read"];
        let told = office.refused("em", &[&["round", "verdict", "kbang"], &verdict[..]].concat());
        assert!(told.starts_with("khaosat: "), "{told}");
        let unknown = office.refused("binh", &["round", "open", "gone"]);
        assert!(unknown.contains("there is no round \"gone\""), "{unknown}");
        let code = office
            .0
            .run_with_input(&["round", "withdraw", "kbang", "--as", "binh"], "ABC\n")
            .refused();
        assert!(code.contains("this is no withdrawal code"), "{code}");
        let verified = office.0.run(&["verify", "kbang"]).done();
        assert!(verified.contains("not published yet"), "{verified}");
    });
}

#[test]
fn a_verdict_on_nothing_is_no_entry_of_the_audit_log() {
    on_each_engine(|engine| {
        let office = Office::with_an_open_round(engine);
        let early = ["--early", "--reason", "all tickets are spent", "--with", "ba"];
        office.done("binh", &[&["round", "close", "kbang"], &early[..]].concat());
        office.done("binh", &["round", "dedup", "kbang"]);
        let verdict = ["round", "verdict", "kbang", "--rule", "speeder", "--decision", "exclude"];
        let verdict = [&verdict[..], &["--reason", "too fast to read"]].concat();
        let before = office.0.run(&["audit", "list"]).done();
        let told = office.done("em", &verdict);
        assert_eq!(told, "no response is flagged so; nothing was decided\n");
        assert_eq!(office.0.run(&["audit", "list"]).done(), before);
        let clerk = office.refused("chi", &verdict);
        assert!(clerk.contains("chi may not decide on flags"), "{clerk}");
    });
}
