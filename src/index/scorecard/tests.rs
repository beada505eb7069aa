use super::*;
use proptest::prelude::*;

fn compute(scheme: &Scheme, entries: &[Entry]) -> Result<Vec<Line>, ScorecardError> {
    super::compute(scheme, entries, 0.95)
}

fn points(text: &str) -> Points {
    Points::parse(text).unwrap()
}

fn share(text: &str) -> Share {
    Share::parse(text).unwrap()
}

fn scheme(parts: &[(&str, &str, &str)], rest: &str) -> Scheme {
    let mut text = format!("year = 2020\n{rest}\n");
    if !rest.contains("without_survey") {
        text.insert_str(0, "without_survey = \"rescale\"\n");
    }
    for (key, source, maximum) in parts {
        text.push_str(&format!("[[parts]]\nkey = \"{key}\"\nname = \"{key}\"\nsource = \"{source}\"\nmaximum = {maximum}\n"));
    }
    Scheme::from_toml(&text, "scheme.toml").unwrap_or_else(|error| panic!("{error:?}"))
}

fn entry(code: &str, appraised: &[(&str, &str)], surveyed: &[(&str, [&str; 3])]) -> Entry {
    let measured = |[low, index, high]: [&str; 3]| {
        Survey::Measured(Measured {
            index: share(index),
            low: share(low),
            high: share(high),
            joint: None,
            illustrative: false,
        })
    };
    Entry {
        code: code.to_owned(),
        unit: code.to_owned(),
        appraised: appraised
            .iter()
            .map(|(key, text)| ((*key).to_owned(), Marked::said(points(text))))
            .collect(),
        surveyed: surveyed
            .iter()
            .map(|(key, texts)| ((*key).to_owned(), measured(*texts)))
            .collect(),
        own_maximum: Default::default(),
    }
}

fn value<T: Copy>(marked: Option<Marked<T>>) -> Option<T> {
    marked.map(|marked| marked.value)
}

/// A domain of 70 and a survey of 30.
fn seventy_thirty() -> Scheme {
    scheme(&[("domains", "appraised", "70"), ("survey", "surveyed", "30")], "")
}

#[test]
fn hoa_binh_2023_adds_up_to_87_89() {
    let scheme = scheme(
        &[
            ("appraised", "appraised", "61.5"),
            ("citizens", "surveyed", "10"),
            ("officials", "surveyed", "22"),
            ("effect", "appraised", "6.5"),
        ],
        "",
    );
    let entry = entry(
        "17",
        &[("appraised", "57.04"), ("effect", "4.32")],
        &[("citizens", ["0.819"; 3]), ("officials", ["0.833636363636"; 3])],
    );
    let line = &compute(&scheme, &[entry]).unwrap()[0];
    assert_eq!(value(line.parts[1].points), Some(points("8.19")), "10 × 81.9 %");
    assert_eq!(value(line.parts[2].points), Some(points("18.34")));
    assert_eq!(value(line.survey), Some(points("26.53")));
    assert_eq!(value(line.appraised), Some(points("61.36")));
    assert_eq!(value(line.total), Some(points("87.89")));
    assert_eq!(value(line.maximum), Some(points("100")));
    assert_eq!(value(line.percent), Some(points("87.89")));
}

#[test]
fn nam_dinh_2020_without_a_survey_is_rescaled_to_87_80() {
    let line = &compute(&seventy_thirty(), &[entry("1", &[("domains", "61.46")], &[])]).unwrap()[0];
    assert_eq!(value(line.maximum), Some(points("70")));
    assert_eq!(value(line.percent), Some(points("87.80")));
    assert_eq!((line.survey, line.withheld), (None, None));
}

#[test]
fn where_the_rule_says_so_a_missing_survey_brings_no_points() {
    let parts = [("domains", "appraised", "70"), ("survey", "surveyed", "30")];
    let scheme = scheme(&parts, "without_survey = \"no_points\"");
    let line = &compute(&scheme, &[entry("1", &[("domains", "61.46")], &[])]).unwrap()[0];
    assert_eq!(
        (value(line.maximum), value(line.percent)),
        (Some(points("100")), Some(points("61.46")))
    );
    assert_eq!(value(line.survey), Some(Points::ZERO));
}

#[test]
fn a_unit_that_lacks_a_task_is_measured_by_its_own_maximum() {
    let scheme = scheme(&[("a", "appraised", "60"), ("b", "appraised", "40")], "");
    let all = entry("1", &[("a", "45"), ("b", "30")], &[]);
    let mut fewer = entry("2", &[("a", "45"), ("b", "24")], &[]);
    fewer.own_maximum.insert("b".to_owned(), Marked::said(points("32")));
    let mut none = entry("3", &[("a", "45")], &[]);
    none.own_maximum.insert("b".to_owned(), Marked::said(Points::ZERO));
    let lines = compute(&scheme, &[all, fewer, none]).unwrap();
    let shown: Vec<_> = lines
        .iter()
        .map(|line| (value(line.maximum).unwrap(), value(line.percent).unwrap()))
        .collect();
    assert_eq!(
        shown,
        [(points("100"), points("75")), (points("92"), points("75")), (points("60"), points("75"))]
    );
    assert!(
        lines
            .iter()
            .all(|line| line.rank.unwrap().value == Rank { rank: 1, low: 1, high: 3, of: 3 })
    );
}

#[test]
fn survey_uncertainty_becomes_a_rank_interval() {
    let scheme = seventy_thirty();
    let lines = compute(
        &scheme,
        &[
            entry("1", &[("domains", "60")], &[("survey", ["0.80", "0.85", "0.90"])]),
            entry("2", &[("domains", "60")], &[("survey", ["0.70", "0.75", "0.80"])]),
            entry("3", &[("domains", "40")], &[("survey", ["0.90", "0.95", "1"])]),
        ],
    )
    .unwrap();
    let ranks: Vec<_> = lines
        .iter()
        .map(|line| line.rank.unwrap().value)
        .map(|r| (r.rank, r.low, r.high))
        .collect();
    assert_eq!(ranks, [(1, 1, 2), (2, 1, 2), (3, 3, 3)]);
    assert_eq!(value(lines[0].percent_low), Some(points("84")));
    assert_eq!(value(lines[0].percent_high), Some(points("87")));
}

#[test]
fn a_suppressed_survey_withholds_the_total_that_would_reveal_it() {
    let mut hidden = entry("2", &[("domains", "60")], &[]);
    hidden.surveyed.insert("survey".to_owned(), Survey::Suppressed);
    let shown = entry("1", &[("domains", "50")], &[("survey", ["0.5"; 3])]);
    let lines = compute(&seventy_thirty(), &[hidden, shown]).unwrap();
    let line = &lines[0];
    assert_eq!(value(line.appraised), Some(points("60")));
    assert_eq!((line.survey, line.total, line.percent, line.rank), (None, None, None, None));
    assert!(line.band.is_none() && line.withheld.is_some());
    assert_eq!(lines[1].rank.unwrap().value, Rank { rank: 1, low: 1, high: 2, of: 2 });
    assert_eq!(
        lines[1].first_place_percent, None,
        "nobody knows how often the hidden one is first"
    );
}

#[test]
fn bands_go_by_the_published_figure() {
    let bands = "[bands]\nmeasure = \"percent\"\nlist = [{name='tốt',from=80},{name='khá',from=70},{name='kém'}]";
    let text = format!(
        "year = 2020\nwithout_survey = \"rescale\"\n[[parts]]\nkey=\"a\"\nname=\"A\"\nsource=\"appraised\"\nmaximum=70\n\
         [[parts]]\nkey=\"s\"\nname=\"S\"\nsource=\"surveyed\"\nmaximum=30\n{bands}\n"
    );
    let scheme = Scheme::from_toml(&text, "scheme.toml").unwrap();
    // 56 + 30 × 0.7998 = 79.994 is published as 79.99; with 0.7999 it is 79.997, published as 80.00.
    let lines = compute(
        &scheme,
        &[
            entry("1", &[("a", "56")], &[("s", ["0.7998"; 3])]),
            entry("2", &[("a", "56")], &[("s", ["0.7999"; 3])]),
        ],
    )
    .unwrap();
    let bands: Vec<_> = lines.iter().map(|line| line.band.clone().unwrap().value).collect();
    assert_eq!(bands, ["khá", "tốt"]);
    assert_eq!(value(lines[1].percent), Some(points("80")));
}

#[test]
fn sums_are_rounded_once() {
    // Three times 0.3 × 0.0333… points: each is 0.01 rounded, the sum 0.03 exactly at the last step.
    let parts = [("a", "surveyed", "0.3"), ("b", "surveyed", "0.3"), ("c", "surveyed", "0.3")];
    let index = ["0.05"; 3];
    let line = &compute(
        &scheme(&parts, ""),
        &[entry("1", &[], &[("a", index), ("b", index), ("c", index)])],
    )
    .unwrap()[0];
    // 0.015 rounds to 0.02 alone, while three make 0.045, which rounds half-even to 0.04.
    assert_eq!(value(line.parts[0].points), Some(points("0.02")));
    assert_eq!(value(line.total), Some(points("0.04")));
}

#[test]
fn whatever_rests_on_an_illustration_is_one() {
    let parts =
        [("a", "appraised", "70"), ("s", "surveyed", "{ value = 30, illustrative = true }")];
    let line = &compute(&scheme(&parts, ""), &[entry("1", &[("a", "60")], &[("s", ["0.8"; 3])])])
        .unwrap()[0];
    assert!(!line.appraised.unwrap().illustrative);
    for marked in [line.survey, line.total, line.maximum, line.percent] {
        assert!(marked.unwrap().illustrative);
    }
    assert!(line.rank.unwrap().illustrative);
    assert!(!line.recorded);
}

#[test]
fn entries_that_do_not_fit_are_refused_by_unit_and_part() {
    let scheme = seventy_thirty();
    let refused = |entry: Entry| compute(&scheme, &[entry]).unwrap_err();
    let unit = || "1".to_owned();
    assert_eq!(
        refused(entry("1", &[], &[])),
        ScorecardError::Missing { unit: unit(), part: "domains".to_owned() }
    );
    assert!(matches!(
        refused(entry("1", &[("domains", "70.01")], &[])),
        ScorecardError::AboveMaximum { .. }
    ));
    assert!(matches!(
        refused(entry("1", &[("domains", "1"), ("survey", "1")], &[])),
        ScorecardError::NoSuchPart { kind: "appraised", .. }
    ));
    assert!(matches!(
        refused(entry("1", &[("domains", "1")], &[("domains", ["0"; 3])])),
        ScorecardError::NoSuchPart { kind: "surveyed", .. }
    ));
    assert!(matches!(
        refused(entry("1", &[("domains", "1")], &[("survey", ["0.6", "0.5", "0.7"])])),
        ScorecardError::Interval { .. }
    ));
    let mut own = entry("1", &[("domains", "1")], &[]);
    own.own_maximum.insert("domains".to_owned(), Marked::said(points("71")));
    assert!(matches!(refused(own), ScorecardError::OwnMaximum { .. }));
    let mut nothing = entry("1", &[], &[]);
    nothing.own_maximum.insert("domains".to_owned(), Marked::said(Points::ZERO));
    assert!(matches!(refused(nothing), ScorecardError::NothingToScore { .. }));
    let one = entry("1", &[("domains", "1")], &[]);
    assert_eq!(
        compute(&scheme, &[one.clone(), one]).unwrap_err(),
        ScorecardError::Twice { unit: unit() }
    );
}

#[test]
fn the_record_of_2018_says_what_is_known_of_kbang_and_nothing_else() {
    let record = Record::from_toml(RECORD_2018, "scorecard_2018.toml").unwrap();
    assert_eq!(record.year(), 2018);
    let lines = record.lines();
    let [kbang] = lines.as_slice() else { panic!("only Kbang's result is known") };
    assert!(kbang.recorded);
    assert_eq!((kbang.code.as_str(), kbang.unit.as_str()), ("625", "Kbang"));
    assert_eq!(kbang.total, Some(Marked::said(points("78.19"))));
    assert_eq!(kbang.band, Some(Marked::said("khá".to_owned())));
    assert_eq!(kbang.rank, Some(Marked::said(Rank { rank: 1, low: 1, high: 1, of: 17 })));
    assert_eq!(
        (kbang.maximum, kbang.percent, kbang.survey, kbang.appraised),
        (None, None, None, None)
    );
    let full: Vec<_> = kbang
        .parts
        .iter()
        .filter_map(|part| Some((part.key.as_str(), value(part.points)?, value(part.maximum)?)))
        .collect();
    assert_eq!(
        full,
        [
            ("direction", points("8.5"), points("8.5")),
            ("documents", points("3.5"), points("3.5")),
            ("organisation", points("6.5"), points("6.5"))
        ]
    );
    let remark = |key: &str| kbang.parts.iter().find(|part| part.key == key).unwrap().remark;
    assert_eq!(remark("survey"), Some(Remark::Low));
    assert_eq!(remark("staff"), Some(Remark::NotStated));
    for key in ["procedures", "finance", "modernisation"] {
        assert_eq!(remark(key), Some(Remark::BelowMaximum));
    }
    assert_eq!(kbang.parts.len(), 8);
    assert!(kbang.parts.iter().all(|part| part.points.is_some() == part.maximum.is_some()));
}

#[test]
fn the_illustrative_scheme_marks_all_but_the_three_known_maxima() {
    let scheme = Scheme::from_toml(ILLUSTRATIVE_SCHEME, "scheme_illustrative.toml").unwrap();
    let sum: i64 = scheme.parts().iter().map(|part| part.maximum.value.units()).sum();
    assert_eq!(sum, 100 * Points::SCALE);
    let said: Vec<&str> = scheme
        .parts()
        .iter()
        .filter(|part| !part.maximum.illustrative)
        .map(|part| part.key.as_str())
        .collect();
    assert_eq!(said, ["direction", "documents", "organisation"]);
    let bands = scheme.bands().unwrap();
    assert!(bands.illustrative());
    assert_eq!(bands.of(points("78.19")), "khá");
}

#[test]
fn schemes_and_records_are_written_as_they_are_read() {
    let scheme = Scheme::from_toml(ILLUSTRATIVE_SCHEME, "s").unwrap();
    assert_eq!(
        serde_json::from_str::<Scheme>(&serde_json::to_string(&scheme).unwrap()).unwrap(),
        scheme
    );
    let record = Record::from_toml(RECORD_2018, "r").unwrap();
    assert_eq!(
        serde_json::from_str::<Record>(&serde_json::to_string(&record).unwrap()).unwrap(),
        record
    );
    let entry = entry("1", &[("a", "1.5")], &[("s", ["0.1", "0.2", "0.3"])]);
    assert_eq!(
        serde_json::from_str::<Entry>(&serde_json::to_string(&entry).unwrap()).unwrap(),
        entry
    );
}

#[test]
fn a_wrong_scheme_is_refused_with_its_place() {
    let told = |text: &str| {
        let error = Scheme::from_toml(text, "scheme.toml").unwrap_err();
        let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
        format!("{error}: {cause}")
    };
    let part = "[[parts]]\nkey='a'\nname='A'\nsource='appraised'\nmaximum=1\n";
    let head = "year=2020\nwithout_survey='rescale'\n";
    for (text, wrong) in [
        (format!("{head}{part}{part}"), "a key of its own"),
        (format!("{head}parts=[]"), "list 1 to 100"),
        (format!("year=20\nwithout_survey='rescale'\n{part}"), "from 2000"),
        (format!("{head}decimals=5\n{part}"), "write 0 to 4"),
        (format!("{head}{}", part.replace("=1\n", "=0\n")), "maximum of 0"),
        (format!("{head}{}", part.replace("name='A'", "name=''")), "a name of"),
        (format!("{head}{}", part.replace("appraised", "guessed")), "line 6"),
        (format!("{head}{part}bonus=1\n"), "unknown field"),
        (" ".repeat((1 << 20) + 1), "too many"),
    ] {
        let told = told(&text);
        assert!(told.contains("scheme.toml") && told.contains(wrong), "{wrong}: {told}");
    }
}

#[test]
fn a_wrong_record_is_refused() {
    for (from, to, wrong) in [
        ("rank = 1", "rank = 18", "ranked 18 of 17"),
        ("of = 17", "", "ranked 1 of 1"),
        (
            "direction = { points = 8.5 }",
            "direction = { points = 8.6 }",
            "8.6 points of at most 8.5",
        ),
        ("staff = {", "stuff = {", "no part \"stuff\""),
    ] {
        let text = RECORD_2018.replace(from, to);
        assert_ne!(text, RECORD_2018);
        let error = Record::from_toml(&text, "r").unwrap_err();
        let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
        assert!(cause.contains(wrong), "{cause}");
    }
}

proptest! {
    // Each case simulates ten thousand repetitions, twice.
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn a_line_lies_within_its_bounds_and_order_does_not_matter(
        list in proptest::collection::vec((0_i64..700_000, 0.0_f64..1.0, 0.0_f64..0.3), 1..12)
    ) {
        let entries: Vec<Entry> = list
            .iter()
            .enumerate()
            .map(|(at, (appraised, index, margin))| Entry {
                code: at.to_string(),
                unit: at.to_string(),
                appraised: [("domains".to_owned(), Marked::said(Points::of_units(*appraised).unwrap()))].into(),
                surveyed: [("survey".to_owned(), Survey::Measured(Measured {
                    index: Share::of_f64(*index).unwrap(),
                    low: Share::of_f64((index - margin).max(0.0)).unwrap(),
                    high: Share::of_f64((index + margin).min(1.0)).unwrap(),
                    joint: None,
                    illustrative: false,
                }))]
                .into(),
                own_maximum: Default::default(),
            })
            .collect();
        let lines = compute(&seventy_thirty(), &entries).unwrap();
        for line in &lines {
            let (low, mid, high) = (value(line.percent_low), value(line.percent), value(line.percent_high));
            prop_assert!(low <= mid && mid <= high && high <= Some(points("100")));
            let rank = value(line.rank).unwrap();
            prop_assert!(rank.low <= rank.rank && rank.rank <= rank.high);
        }
        let reversed: Vec<Entry> = entries.into_iter().rev().collect();
        let mut again = compute(&seventy_thirty(), &reversed).unwrap();
        again.reverse();
        prop_assert_eq!(again, lines);
    }
}
