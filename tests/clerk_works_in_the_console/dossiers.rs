//! Dossiers from a file: looked at, mapped, taken once, undone until used.

use super::desk::{Tabs, page, upload};
use crate::administrator_signs_in::house::{OTHER, OWN, ROUND, furnished};
use crate::support::{Installation, on_each_engine};

/// A register as another software writes it.
fn register(rows: &[(&str, &str)]) -> String {
    let mut csv = String::from("Mã hồ sơ,Mã đơn vị,Quầy,Lĩnh vực,Ngày trả,Kết quả\n");
    for (number, outcome) in rows {
        csv += &format!("{number},{},1,Hộ tịch,24/11/2026,{outcome}\n", OWN.0);
    }
    csv
}

#[test]
fn a_register_is_mapped_looked_at_taken_and_undone_until_it_is_used() {
    on_each_engine(|engine| {
        let at = Installation::on(engine);
        let people = Tabs(furnished(&at, engine));
        let service = at.serve();
        let clerk = people.of("clerk", &service.base);
        let here = page("dossiers");
        let finished = || at.run(&["round", "status", ROUND, "--json"]).done();
        let before = finished();

        let rows = [("H-1", "Đã trả"), ("H-2", "Đã trả"), ("H-3", "granted")];
        let sent = upload(&clerk, &here, &[], ("sổ.csv", &register(&rows)));
        let draft = sent.header("location").to_owned();
        assert_eq!(sent.status, 303, "{}", sent.text());
        // Headings are guessed; a word that we do not know is named with its rows, and nothing is stored.
        let looked = clerk.get(&draft);
        assert!(looked.text().contains("2 chỗ sai"), "{}", looked.text());
        assert_eq!(looked.text().matches("write granted, refused or returned").count(), 3);
        assert_eq!(clerk.send(&draft, &draft, &[("do", "take")]).status, 422);
        assert_eq!(finished(), before);
        let words = [
            ("do", "words"),
            ("word_column", "outcome"),
            ("word_value", "Đã trả"),
            ("word_means", "granted"),
        ];
        assert_eq!(clerk.send(&draft, &draft, &words).status, 303);
        let good = clerk.get(&draft);
        assert!(good.text().contains(OWN.1) && !good.text().contains("chỗ sai"), "{}", good.text());
        // Nobody else sees the file; neither does the database in clear.
        let unit = people.of("unit", &service.base);
        assert_eq!(unit.get(&draft).status, 404);

        let taken = clerk.send(&draft, &draft, &[("do", "take")]);
        let place = taken.header("location").to_owned();
        assert!(place.contains("new=3&known=0"), "{place} {}", taken.text());
        assert!(clerk.get(&place).text().contains("Đã nhận 3 hồ sơ mới"));
        assert_eq!(clerk.get(&draft).status, 404, "the file is gone");
        // The same file again brings nothing.
        let again = upload(&clerk, &here, &[], ("sổ.csv", &register(&[("H-1", "granted")])));
        let draft = again.header("location").to_owned();
        let taken = clerk.send(&draft, &draft, &[("do", "take")]);
        assert!(taken.header("location").contains("new=0&known=1"), "{}", taken.header("location"));

        // A clerk undoes nothing; who may make links void does, while nothing of it is used.
        let undo = format!("{here}/undo");
        let province = people.of("province", &service.base);
        let shown = province.get(&here);
        let import = shown.input("import").unwrap().to_owned();
        let fields = [("import", &*import), ("reason", "nhầm tệp của tháng trước")];
        assert_eq!(clerk.send(&here, &undo, &fields).status, 403);
        let undone = province.send(&here, &undo, &fields);
        assert!(undone.header("location").ends_with("undone=3&kept=0"), "{}", undone.text());
        let back = upload(&clerk, &here, &[], ("sổ.csv", &register(&[("H-1", "granted")])));
        let draft = back.header("location").to_owned();
        let taken = clerk.send(&draft, &draft, &[("do", "take")]);
        assert!(taken.header("location").contains("new=1&known=0"), "it was forgotten");
        // Printed is used.
        let print = [("kind", "ticket"), ("format", "pdf")];
        assert_eq!(clerk.send(&page("links"), &page("links/print"), &print).status, 200);
        let import = province.get(&here).input("import").unwrap().to_owned();
        let fields = [("import", &*import), ("reason", "nhầm tệp của tháng trước")];
        let kept = province.send(&here, &undo, &fields);
        assert!(
            kept.header("location").ends_with("undone=0&kept=1"),
            "{}",
            kept.header("location")
        );
    });
}

#[test]
fn a_file_with_rows_of_another_unit_is_not_taken_and_rubbish_is_told() {
    on_each_engine(|engine| {
        let at = Installation::on(engine);
        let people = Tabs(furnished(&at, engine));
        let service = at.serve();
        let clerk = people.of("clerk", &service.base);
        let here = page("dossiers");
        let foreign = register(&[("H-1", "granted")]).replace(OWN.0, OTHER.0);
        let sent = upload(&clerk, &here, &[], ("khác.csv", &foreign));
        let draft = sent.header("location").to_owned();
        assert!(clerk.get(&draft).text().contains("không phải đơn vị của ông/bà"));
        assert_eq!(clerk.send(&draft, &draft, &[("do", "take")]).status, 403);
        assert_eq!(upload(&clerk, &here, &[], ("hỏng.xlsx", "PK\u{3}\u{4}xx")).status, 422);
        assert_eq!(upload(&clerk, &here, &[], ("", "")).status, 422);
        for name in ["paper", "inspector", "reviewer", "admin"] {
            assert_eq!(people.of(name, &service.base).get(&here).status, 403, "{name}");
        }
    });
}
