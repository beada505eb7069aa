//! Accounts, units, counters, services: once, and again without change.

use super::office::{COUNTERS, DAY, Office};
use crate::support::{Installation, on_each_engine};

#[test]
fn the_first_account_needs_nobody_and_every_other_one_a_system_admin() {
    on_each_engine(|engine| {
        let installation = Installation::on(engine);
        let add = |rest: &[&str]| installation.run(&[&["user", "add"], rest].concat());
        let first = add(&["binh", "--role", "province_admin"]).refused();
        assert!(first.contains("the first account is that of a system_admin"), "{first}");
        add(&["an", "--role", "system_admin", "--email", "an@gialai.example"]).done();

        let nobody = add(&["binh", "--role", "province_admin"]).refused();
        assert!(nobody.contains("say who acts with --as USER or KHAOSAT_AS"), "{nobody}");
        add(&["binh", "--role", "province_admin", "--as", "an"]).done();
        let other = add(&["chi", "--role", "reviewer", "--as", "binh"]).refused();
        assert!(
            other.contains("binh may not manage accounts here; it needs the role system_admin"),
            "{other}"
        );
        let unknown = add(&["chi", "--role", "reviewer", "--as", "nobody"]).refused();
        assert!(unknown.contains("there is no account \"nobody\""), "{unknown}");
        let unbound = add(&["chi", "--role", "clerk", "--as", "an"]).refused();
        assert!(unbound.contains("name it with --unit CODE"), "{unbound}");
        assert_eq!(add(&["chi", "--role", "king", "--as", "an"]).code, Some(2));

        let listed = installation.run(&["user", "list"]).done();
        assert_eq!(listed, "an  system_admin  <an@gialai.example>\nbinh  province_admin\n");
    });
}

#[test]
fn who_acts_may_come_from_the_environment() {
    on_each_engine(|engine| {
        let office = Office::of_people_and_units(engine);
        let as_binh = office.0.with("KHAOSAT_AS", "binh");
        as_binh.run(&["service", "add", "land", "Đất đai"]).done();
        assert_eq!(as_binh.run(&["service", "list"]).done(), "land  Đất đai\n");
        let an = as_binh.run(&["service", "add", "x", "X", "--as", "chi"]).refused();
        assert!(an.contains("chi may not"), "--as goes before KHAOSAT_AS: {an}");
    });
}

#[test]
fn a_command_in_the_wrong_directory_makes_no_second_installation() {
    let directory = tempfile::tempdir().unwrap();
    let url = directory.path().join("no.sqlite3").display().to_string();
    on_each_engine(|engine| {
        let elsewhere = Installation::on(engine).with("DATABASE_URL", &url);
        let refused = elsewhere.run(&["unit", "list"]).refused();
        assert!(
            refused.contains("there is no database") && refused.contains("no.sqlite3"),
            "{refused}"
        );
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
        assert_eq!(std::fs::read_dir(elsewhere.directory()).unwrap().count(), 0);
    });
}

#[test]
fn units_come_from_files_again_without_change() {
    on_each_engine(|engine| {
        let office = Office::of_people_and_units(engine);
        let shipped = |name| office.done("binh", &["unit", "import", "--shipped", name]);
        assert_eq!(shipped("districts-2018"), "units: 0 inserted, 0 updated, 18 unchanged\n");
        assert_eq!(shipped("kbang-communes-2018"), "units: 14 inserted, 0 updated, 0 unchanged\n");
        assert_eq!(shipped("kbang-communes-2024"), "units: 1 inserted, 0 updated, 0 unchanged\n");
        assert_eq!(shipped("communes-2025"), "units: 136 inserted, 0 updated, 0 unchanged\n");
        assert_eq!(shipped("kbang-communes-2024"), "units: 0 inserted, 0 updated, 1 unchanged\n");

        let listed = |day| office.0.run(&["unit", "list", "--on", day]).done();
        let then = listed(DAY);
        assert_eq!(then.lines().count(), 32);
        assert!(then.starts_with("64  Tỉnh Gia Lai, until 2025-06-30\n"), "{then}");
        assert!(then.contains("\n  625  Huyện Kbang, "), "{then}");
        assert!(then.contains("\n    23638  Thị trấn Kbang, until 2025-06-30\n"), "{then}");
        assert_eq!(listed("2025-07-01").lines().count(), 136);

        // A renamed unit, children before their parent, an alias more.
        office.0.file(
            "change.csv",
            "code,name,kind,parent_code,valid_from,valid_to,aliases\n\
             H21.1,Bộ phận Một cửa,cơ quan,H21,,,\n\
             H21,Văn phòng UBND tỉnh,cơ quan,64,,2025-06-30,VP UBND;Văn phòng\n",
        );
        let change = office.run("binh", &["unit", "import", "change.csv"]);
        assert_eq!(change.code, Some(1), "{change:?}");
        assert!(
            change.stderr.starts_with("khaosat: change.csv:2, parent_code \"H21\":"),
            "{change:?}"
        );
        office.0.file(
            "change.csv",
            "code,name,kind,parent_code,valid_from,valid_to,aliases\n\
             H21.1,Bộ phận Một cửa,cơ quan,H21,,2025-06-30,\n\
             H21,Văn phòng UBND tỉnh,cơ quan,64,,2025-06-30,VP UBND;Văn phòng\n",
        );
        let again = || office.done("binh", &["unit", "import", "change.csv"]);
        assert_eq!(again(), "units: 2 inserted, 0 updated, 0 unchanged\n");
        assert_eq!(again(), "units: 0 inserted, 0 updated, 2 unchanged\n");
        office.0.file(
            "change.csv",
            "code,name,kind,parent_code,valid_from,valid_to,aliases\n\
             H21,Văn phòng UBND tỉnh,cơ quan,64,,2025-06-30,VP UBND;Văn phòng;VPUB\n",
        );
        assert_eq!(again(), "units: 0 inserted, 1 updated, 0 unchanged\n");
        assert_eq!(again(), "units: 0 inserted, 0 updated, 1 unchanged\n");
    });
}

#[test]
fn successors_need_their_units_or_are_counted_as_left_out() {
    on_each_engine(|engine| {
        let office = Office::of_people_and_units(engine);
        for name in ["kbang-communes-2018", "kbang-communes-2024", "communes-2025"] {
            office.done("binh", &["unit", "import", "--shipped", name]);
        }
        let import = ["unit", "successors", "--shipped", "successors-2025"];
        let refused = office.run("binh", &import);
        assert_eq!(refused.code, Some(1), "{refused:?}");
        let begin =
            "khaosat: successors-2025:2, old_code \"52\": no unit of this code ended on 2025-06-30";
        assert!(refused.stderr.starts_with(begin), "{refused:?}");

        let taking = [&import[..], &["--skip-unknown"]].concat();
        let first = office.done("binh", &taking);
        let links = |told: &str| {
            told.split([' ', ',']).filter_map(|word| word.parse::<usize>().ok()).collect::<Vec<_>>()
        };
        let [inserted, 0, 0, left_out] = links(&first)[..] else { panic!("{first}") };
        assert!(inserted > 13 && inserted + left_out == 378, "{first}");
        assert_eq!(links(&office.done("binh", &taking)), [0, 0, inserted, left_out]);
    });
}

#[test]
fn counters_and_services_come_from_files_again_without_change() {
    on_each_engine(|engine| {
        let office = Office::of_people_and_units(engine);
        office.0.file("counters.csv", COUNTERS);
        let import = ["counter", "import", "counters.csv", "--on", DAY];
        assert_eq!(office.done("binh", &import), "counters: 3 inserted, 0 updated, 0 unchanged\n");
        assert_eq!(office.done("binh", &import), "counters: 0 inserted, 0 updated, 3 unchanged\n");
        let rename =
            ["counter", "add", "--unit", "625", "--code", "Q2", "--name", "Quầy 2", "--on", DAY];
        office.done("binh", &rename);
        assert_eq!(office.done("binh", &import), "counters: 0 inserted, 1 updated, 2 unchanged\n");
        let listed = office.0.run(&["counter", "list", "--on", DAY]).done();
        assert!(listed.contains("625  Q2  Quầy đất đai\n"), "{listed}");

        let today = office
            .refused("binh", &["counter", "add", "--unit", "625", "--code", "Q9", "--name", "x"]);
        assert!(today.contains("there is no unit \"625 on 2"), "{today}");
        let services = office.0.file("services.csv", "code,name\nland,Đất đai\n");
        for told in [
            "services: 1 inserted, 0 updated, 0 unchanged\n",
            "services: 0 inserted, 0 updated, 1 unchanged\n",
        ] {
            assert_eq!(office.done("binh", &["service", "import", services]), told);
        }
    });
}

#[test]
fn wrong_rows_are_all_named_and_nothing_is_taken() {
    on_each_engine(|engine| {
        let office = Office::of_people_and_units(engine);
        let told = |command: &[&str]| {
            let finished = office.run("binh", command);
            assert_eq!((finished.code, finished.stdout.as_str()), (Some(1), ""), "{finished:?}");
            finished.stderr
        };
        office.0.file("counters.csv", "unit,code,name\n999,Q1,x\n625,Q1,Quầy\n625,Q 2,y\n");
        let counters = told(&["counter", "import", "counters.csv", "--on", DAY]);
        assert!(
            counters.contains("counters.csv:2, unit \"999\"")
                && counters.contains("counters.csv:4, code")
        );
        assert_eq!(office.0.run(&["counter", "list", "--on", DAY]).done(), "");

        office.0.file("units.csv", "code,name,kind,parent_code,valid_from,valid_to,aliases\n700,X,làng,64,,,\n701,,huyện,64,,2025-06-30,\n");
        let units = told(&["unit", "import", "units.csv"]);
        assert!(
            units.contains("units.csv:2, kind \"làng\"")
                && units.contains("units.csv:3, name \"\""),
            "{units}"
        );

        office.0.file("services.csv", "code;name\nland;Đất đai\n");
        assert!(told(&["service", "import", "services.csv"]).contains("services.csv:1, header"));
        assert!(
            told(&["unit", "import", "gone.csv"]).starts_with("khaosat: gone.csv cannot be read: ")
        );
    });
}
