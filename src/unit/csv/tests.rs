use super::super::shipped;
use super::*;
use proptest::prelude::*;

const HEADER: &str = "code,name,kind,parent_code,valid_from,valid_to,aliases\n";

fn parse_rows(rows: &str, known: &[UnitRow]) -> Result<Vec<UnitRow>, Problems> {
    parse(format!("{HEADER}{rows}").as_bytes(), "u.csv", known)
}

/// The one problem that `rows` have, as line, column and advice.
fn only_problem(rows: &str, known: &[UnitRow]) -> (u64, &'static str, String) {
    let problems = parse_rows(rows, known).unwrap_err();
    assert_eq!(problems.list().len(), 1, "{problems}");
    let problem = &problems.list()[0];
    (problem.line, problem.column, problem.advice.clone())
}

fn gia_lai_2018() -> Vec<UnitRow> {
    let mut rows = parse(shipped::DISTRICTS_2018.as_bytes(), "districts_2018.csv", &[]).unwrap();
    rows.extend(
        parse(shipped::KBANG_COMMUNES_2018.as_bytes(), "kbang_communes_2018.csv", &rows).unwrap(),
    );
    rows
}

#[test]
fn the_shipped_files_read_without_a_problem() {
    let rows = gia_lai_2018();
    assert_eq!(rows.len(), 18 + 14);
    let kbang = rows.iter().find(|row| row.code.as_str() == "625").unwrap();
    assert_eq!(kbang.full_name(), "Huyện Kbang");
    assert_eq!(kbang.aliases.iter().map(UnitName::as_str).collect::<Vec<_>>(), ["KBang", "K'Bang"]);
    assert_eq!(kbang.parent_code.as_ref().unwrap().as_str(), "64");
    assert!(!rows.iter().any(|row| row.code.as_str() == "636"), "there is no 636");
    let today = parse(shipped::COMMUNES_2025.as_bytes(), "communes_2025.csv", &rows).unwrap();
    assert_eq!(today.len(), 136);
    assert!(today.iter().all(|row| row.period.to().is_none()));
}

#[test]
fn every_wrong_line_is_named_at_once_and_nothing_is_taken() {
    let problems = parse_rows(
        "64,Gia Lai,tỉnh,,,,\n\
         k1,Kbang,huyện,64,,,\n\
         626,,huyện,64,,,\n\
         627,Chư Păh,làng,64,,,\n\
         628,Ia Grai,huyện,99,,,\n\
         629,Mang Yang,huyện,64,01/01/2018,,\n\
         630,Kông Chro,huyện,64,2019-01-01,2018-01-01,\n\
         631,Đức Cơ,huyện,64,,,a\u{1}b\n\
         632,Huyện Chư Prông,huyện,64,,,\n",
        &[],
    )
    .unwrap_err();
    let told: Vec<(u64, &str)> = problems.list().iter().map(|p| (p.line, p.column)).collect();
    assert_eq!(
        told,
        [
            (3, "code"),
            (4, "name"),
            (5, "kind"),
            (6, "parent_code"),
            (7, "valid_from"),
            (8, "valid_to"),
            (9, "aliases"),
            (10, "name")
        ]
    );
    assert!(
        problems.to_string().contains("u.csv:5, kind \"làng\": write one of: tỉnh"),
        "{problems}"
    );
}

#[test]
fn several_mistakes_in_one_line_are_all_named() {
    let problems = parse_rows("?,;,?,?,?,?,\n", &[]).unwrap_err();
    let columns: Vec<&str> = problems.list().iter().map(|p| p.column).collect();
    assert_eq!(columns, ["code", "name", "kind", "parent_code", "valid_from", "valid_to"]);
}

#[test]
fn children_of_an_unreadable_line_are_not_blamed() {
    assert_eq!(only_problem("64,Gia Lai,tinhh,,,,\n625,Kbang,huyện,64,,,\n", &[]).0, 2);
}

#[test]
fn a_parent_may_be_known_already_or_stand_further_down() {
    let known = parse_rows("64,Gia Lai,tỉnh,,,2025-06-30,\n", &[]).unwrap();
    assert!(parse_rows("625,Kbang,huyện,64,,2025-06-30,\n", &known).is_ok());
    assert!(parse_rows("625,Kbang,huyện,64,,,\n64,Gia Lai,tỉnh,,,,\n", &[]).is_ok());
    assert!(only_problem("625,Kbang,huyện,64,,,\n", &[]).2.contains("no unit has this code"));
}

#[test]
fn a_unit_must_not_outlive_its_parent() {
    let (line, column, advice) =
        only_problem("64,Gia Lai,tỉnh,,,2025-06-30,\n625,Kbang,huyện,64,,,\n", &[]);
    assert_eq!((line, column), (3, "parent_code"));
    assert!(advice.contains("until 2025-06-30"), "{advice}");
}

#[test]
fn two_periods_of_a_code_do_not_make_one_parent() {
    let rows = "52,Bình Định,tỉnh,,,2025-06-30,\n52,Gia Lai,tỉnh,,2025-07-01,,\n540,Quy Nhơn,thành phố,52,,,\n";
    assert!(only_problem(rows, &[]).2.contains("until 2025-06-30 and from 2025-07-01 on"));
}

#[test]
fn a_code_cannot_name_two_units_on_one_day() {
    let rows = "64,Gia Lai,tỉnh,,,,\n\
                23638,Kbang,thị xã,64,,2025-07-01,\n\
                23638,Kbang,huyện,64,2025-07-01,,\n";
    let (line, column, advice) = only_problem(rows, &[]);
    assert_eq!((line, column), (4, "valid_from"));
    assert!(advice.starts_with("line 3 has code 23638 until 2025-07-01"), "{advice}");
}

#[test]
fn a_long_period_is_seen_to_overlap_beyond_its_neighbour() {
    let rows = "64,A,tỉnh,,2000-01-01,2020-01-01,\n\
                64,B,tỉnh,,2005-01-01,2006-01-01,\n\
                64,C,tỉnh,,2010-01-01,,\n";
    let problems = parse_rows(rows, &[]).unwrap_err();
    assert_eq!(problems.list().iter().map(|p| p.line).collect::<Vec<_>>(), [3, 4]);
}

#[test]
fn the_same_row_twice_is_refused() {
    assert_eq!(only_problem("64,Gia Lai,tỉnh,,,,\n64,Gia Lai,tỉnh,,,,\n", &[]).0, 3);
}

#[test]
fn a_row_that_overlaps_a_known_unit_is_refused_but_one_that_replaces_it_is_not() {
    let known = parse_rows("64,Gia Lai,tỉnh,,,,\n", &[]).unwrap();
    assert!(
        only_problem("64,Gia Lai,tỉnh,,2020-01-01,,\n", &known)
            .2
            .contains("a unit imported before")
    );
    assert!(parse_rows("64,Gia Lai,tỉnh,,,2025-06-30,\n", &known).is_ok());
}

#[test]
fn ending_a_known_parent_before_its_children_is_refused() {
    let known = gia_lai_2018();
    let (line, column, advice) = only_problem("625,Kbang,huyện,64,,2025-06-29,\n", &known[..19]);
    assert_eq!((line, column), (2, "code"));
    assert!(advice.contains("23638 Kbang, imported before, would lose its parent"), "{advice}");
}

#[test]
fn circles_and_unfit_parents_are_refused() {
    let problems =
        parse_rows("A,Một,cơ quan,B,,,\nB,Hai,cơ quan,C,,,\nC,Ba,cơ quan,A,,,\n", &[]).unwrap_err();
    assert_eq!(problems.list().len(), 3);
    assert!(problems.to_string().contains("A → B → C → A"), "{problems}");
    assert!(only_problem("A,Một,cơ quan,A,,,\n", &[]).2.contains("its own parent"));
    let rows = "64,Gia Lai,tỉnh,,,,\n625,Kbang,huyện,23650,,,\n23650,Krong,xã,64,,,\n";
    assert!(only_problem(rows, &[]).2.contains("a huyện does not belong below a xã"));
    assert!(only_problem("625,Kbang,huyện,,,,\n", &[]).2.contains("belongs to a unit above"));
}

#[test]
fn a_chain_deeper_than_any_real_one_is_refused() {
    let mut rows = String::from("N0,Gốc,cơ quan,,,,\n");
    for n in 1..=8 {
        rows.push_str(&format!("N{n},Phòng,cơ quan,N{},,,\n", n - 1));
    }
    assert!(only_problem(&rows, &[]).2.contains("more than 8 levels"));
}

#[test]
fn aliases_are_read_once_each_and_the_name_is_none_of_them() {
    let rows = parse_rows("64,Gia Lai,tỉnh,,,,Gialai; Gialai ;;Gia Lai\n", &[]).unwrap();
    assert_eq!(rows[0].aliases.iter().map(UnitName::as_str).collect::<Vec<_>>(), ["Gialai"]);
    let many: Vec<String> = (0..31).map(|n| format!("a{n}")).collect();
    assert_eq!(only_problem(&format!("64,Gia Lai,tỉnh,,,,{}\n", many.join(";")), &[]).1, "aliases");
}

#[test]
fn the_note_column_is_read_and_left() {
    let with = "code,name,kind,parent_code,valid_from,valid_to,aliases,note\n64,Gia Lai,tỉnh,,,,,\"a, b\"\n";
    assert_eq!(
        parse(with.as_bytes(), "u", &[]).unwrap(),
        parse_rows("64,Gia Lai,tỉnh,,,,\n", &[]).unwrap()
    );
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = parse(&bytes, "u", &[]);
        let mut with_header = HEADER.as_bytes().to_vec();
        with_header.extend(bytes);
        let _ = parse(&with_header, "u", &[]);
    }

    #[test]
    fn the_order_of_lines_does_not_matter(seed in any::<u64>()) {
        let mut lines: Vec<&str> = shipped::DISTRICTS_2018.lines().skip(1).collect();
        lines.sort_by_key(|line| (line.len() as u64 + line.as_bytes()[2] as u64).wrapping_mul(seed | 1) >> 7);
        let header = shipped::DISTRICTS_2018.lines().next().unwrap();
        let mut mixed = parse(format!("{header}\n{}\n", lines.join("\n")).as_bytes(), "u", &[]).unwrap();
        let mut plain = parse(shipped::DISTRICTS_2018.as_bytes(), "u", &[]).unwrap();
        mixed.sort_by(|a, b| a.code.cmp(&b.code));
        plain.sort_by(|a, b| a.code.cmp(&b.code));
        prop_assert_eq!(mixed, plain);
    }
}
