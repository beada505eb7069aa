use super::super::{UnitRow, csv, shipped};
use super::*;
use jiff::civil::date;

const HEADER: &str = "old_code,old_valid_to,new_code,new_valid_from,kind\n";

fn parse_rows(rows: &str) -> Result<Vec<SuccessorRow>, Problems> {
    parse(format!("{HEADER}{rows}").as_bytes(), "s.csv")
}

fn gia_lai() -> (Tree, Successors) {
    let mut rows: Vec<UnitRow> = Vec::new();
    for text in [
        shipped::DISTRICTS_2018,
        shipped::KBANG_COMMUNES_2018,
        shipped::KBANG_COMMUNES_2024,
        shipped::COMMUNES_2025,
    ] {
        rows.extend(csv::parse(text.as_bytes(), "u", &rows).unwrap());
    }
    let mut links = parse(shipped::SUCCESSORS_2024.as_bytes(), "s").unwrap();
    links.extend(parse(shipped::SUCCESSORS_2025.as_bytes(), "s").unwrap());
    (Tree::new(rows).unwrap(), Successors::new(links))
}

/// The heirs of the unit that held `code` on `then`, as of `day`: codes, and whether each is whole.
fn heirs(code: &str, then: Date, day: Date) -> Vec<(String, SuccessorKind)> {
    let (tree, successors) = gia_lai();
    let start = tree.at(&UnitCode::new(code).unwrap(), then).unwrap().key();
    successors
        .heirs(&tree, &start, day)
        .into_iter()
        .map(|heir| (heir.key.code.to_string(), heir.kind))
        .collect()
}

#[test]
fn the_shipped_table_has_every_link_and_leads_to_all_135_units_of_today() {
    let rows = parse(shipped::SUCCESSORS_2025.as_bytes(), "successors_2025.csv").unwrap();
    let (provinces, communes): (Vec<_>, Vec<_>) =
        rows.iter().partition(|row| row.new_code.as_str() == "52");
    assert_eq!((provinces.len(), communes.len()), (2, 376));
    let targets: BTreeSet<&str> = communes.iter().map(|row| row.new_code.as_str()).collect();
    let today = csv::parse(shipped::COMMUNES_2025.as_bytes(), "u", &[]).unwrap();
    let units: BTreeSet<&str> =
        today.iter().map(|row| row.code.as_str()).filter(|code| *code != "52").collect();
    assert_eq!(targets, units);
    let split: BTreeSet<&str> = communes
        .iter()
        .filter(|row| row.kind == SuccessorKind::Split)
        .map(|row| row.old_code.as_str())
        .collect();
    assert_eq!(split.into_iter().collect::<Vec<_>>(), ["21634", "21997", "22000"]);
}

#[test]
fn the_communes_of_kbang_are_followed_over_both_reorganisations() {
    let (then, now) = (date(2018, 6, 1), date(2026, 1, 1));
    assert_eq!(heirs("23641", then, now), [("23644".to_owned(), SuccessorKind::Whole)]);
    assert_eq!(
        heirs("23665", then, now),
        [("23668".to_owned(), SuccessorKind::Whole)],
        "Tơ Tung took a new code"
    );
    assert_eq!(heirs("23671", then, now), [("23674".to_owned(), SuccessorKind::Whole)]);
    assert_eq!(
        heirs("23674", then, date(2024, 12, 1)),
        [("23662".to_owned(), SuccessorKind::Split), ("23674".to_owned(), SuccessorKind::Split)]
    );
    assert_eq!(
        heirs("23674", then, now),
        [("23674".to_owned(), SuccessorKind::Whole)],
        "both parts of Đăk Hlơ met again in Kông Bơ La"
    );
}

#[test]
fn a_living_unit_is_its_own_heir_an_abolished_level_has_none_and_nobody_inherits_backwards() {
    assert_eq!(
        heirs("23641", date(2018, 1, 1), date(2020, 1, 1)),
        [("23641".to_owned(), SuccessorKind::Whole)]
    );
    assert_eq!(heirs("625", date(2018, 1, 1), date(2026, 1, 1)), []);
    assert_eq!(heirs("23638", date(2026, 1, 1), date(2018, 1, 1)), []);
    assert_eq!(
        heirs("64", date(2018, 1, 1), date(2026, 1, 1)),
        [("52".to_owned(), SuccessorKind::Whole)]
    );
}

#[test]
fn a_circle_of_links_ends() {
    let rows = csv::parse(
        "code,name,kind,parent_code,valid_from,valid_to,aliases\n1,A,tỉnh,,,2020-01-01,\n2,B,tỉnh,,,2020-01-01,\n"
            .as_bytes(),
        "u",
        &[],
    )
    .unwrap();
    let start = rows[0].key();
    let links = parse_rows("1,2020-01-01,2,,whole\n2,2020-01-01,1,,whole\n").unwrap();
    let tree = Tree::new(rows).unwrap();
    assert_eq!(Successors::new(links).heirs(&tree, &start, date(2021, 1, 1)), []);
}

#[test]
fn every_wrong_line_is_named_at_once() {
    let problems = parse_rows(
        "?,2025-06-30,52,2025-07-01,whole\n\
         64,,52,2025-07-01,whole\n\
         65,30/6/2025,52,2025-07-01,whole\n\
         66,2025-06-30,52,2025-07-01,half\n\
         67,2025-06-30,52,2025-08-01,whole\n\
         68,2025-06-30,68,,whole\n\
         69,2025-06-30,52,2025-07-01,split\n\
         70,2025-06-30,52,2025-07-01,whole\n\
         70,2025-06-30,53,2025-07-01,whole\n\
         71,2025-06-30,53,2025-07-01,whole\n\
         71,2025-06-30,53,2025-07-01,whole\n",
    )
    .unwrap_err();
    let told: Vec<(u64, &str)> = problems.list().iter().map(|p| (p.line, p.column)).collect();
    assert_eq!(
        told,
        [
            (2, "old_code"),
            (3, "old_valid_to"),
            (4, "old_valid_to"),
            (5, "kind"),
            (6, "new_valid_from"),
            (7, "new_code"),
            (8, "kind"),
            (9, "kind"),
            (10, "kind"),
            (12, "")
        ],
        "{problems}"
    );
}

#[test]
fn importing_the_links_twice_changes_nothing_and_a_new_kind_is_an_update() {
    let rows = parse(shipped::SUCCESSORS_2025.as_bytes(), "s").unwrap();
    assert_eq!(plan_import(&[], &rows).insert.len(), 378);
    assert_eq!(plan_import(&rows, &rows).unchanged.len(), 378);
    let changed =
        parse_rows("64,2025-06-30,52,2025-07-01,split\n64,2025-06-30,53,2025-07-01,split\n")
            .unwrap();
    let plan = plan_import(&rows, &changed);
    assert_eq!((plan.insert.len(), plan.update.len()), (1, 1));
    assert_eq!(rows[plan.update[0].0].old_code.as_str(), "64");
}

#[test]
fn every_commune_of_2020_leads_to_one_of_today_but_for_the_one_our_sources_lost() {
    let mut rows = csv::parse(shipped::DISTRICTS_2018.as_bytes(), "u", &[]).unwrap();
    let communes_2020 = include_str!("../../../tests/fixtures/data/communes_2020.csv");
    let communes = csv::parse(communes_2020.as_bytes(), "communes_2020.csv", &rows).unwrap();
    assert_eq!(communes.len(), 220);
    rows.extend(communes.iter().cloned());
    for text in [shipped::KBANG_COMMUNES_2024, shipped::COMMUNES_2025] {
        rows.extend(csv::parse(text.as_bytes(), "u", &rows).unwrap());
    }
    let mut links = parse(shipped::SUCCESSORS_2024.as_bytes(), "s").unwrap();
    links.extend(parse(shipped::SUCCESSORS_2025.as_bytes(), "s").unwrap());
    let (tree, successors) = (Tree::new(rows).unwrap(), Successors::new(links));

    let lost: Vec<String> = communes
        .iter()
        .filter(|row| {
            let heirs = successors.heirs(&tree, &row.key(), date(2026, 1, 1));
            !matches!(heirs.as_slice(), [Heir { kind: SuccessorKind::Whole, .. }])
        })
        .map(UnitRow::full_name)
        .collect();
    assert_eq!(lost, ["Xã Tân Sơn"]);
}
