//! Every page in every language, written to `target/pages/` to be looked at, and checked for what all pages share.

use std::fs;
use std::path::Path;

use super::*;
use crate::clock::Millis;
use crate::form::{Form, IndexRule, Length, Shown, shipped};
use crate::web::assets::Style;
use crate::web::text::Lang;

const QR: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 29 29\"><path d=\"M4 4h7v7h-7zM18 4h7v7h-7zM4 18h7v7h-7zM14 14h4v4h-4z\"/></svg>";

const COMPLAINT: Complaint<'static> = Complaint {
    office: "Cổng Dịch vụ công quốc gia, mục Phản ánh kiến nghị",
    phone: Some("18001096"),
    address: Some("dichvucong.gov.vn"),
};

const DISTRICTS: [(&str, &str); 17] = [
    ("622", "Pleiku"),
    ("623", "An Khê"),
    ("624", "Ayun Pa"),
    ("625", "Kbang"),
    ("626", "Đăk Đoa"),
    ("627", "Chư Păh"),
    ("628", "Ia Grai"),
    ("629", "Mang Yang"),
    ("630", "Kông Chro"),
    ("631", "Đức Cơ"),
    ("632", "Chư Prông"),
    ("633", "Chư Sê"),
    ("634", "Đăk Pơ"),
    ("635", "Ia Pa"),
    ("637", "Krông Pa"),
    ("638", "Phú Thiện"),
    ("639", "Chư Pưh"),
];

fn at(text: &str) -> Millis {
    Millis::parse(text).unwrap()
}

/// Made-up figures, spread evenly; tied when the intervals overlap.
fn units(n: u64, spread: f64, ranked: bool) -> Vec<UnitResult<'static>> {
    let index = |i: usize| 0.9 - spread * ((i * 7 % 17) as f64) / 17.0;
    let half = |i: usize| 0.018 + 0.001 * (i % 5) as f64;
    let mut units: Vec<UnitResult<'static>> = DISTRICTS
        .iter()
        .enumerate()
        .map(|(i, (code, unit))| {
            let overlapping =
                |j: &usize| *j != i && (index(*j) - index(i)).abs() < half(*j) + half(i);
            let tied: Vec<usize> = (0..15).filter(overlapping).collect();
            let better = (0..15).filter(|j| index(*j) > index(i)).count() as u32;
            let tied_better = tied.iter().filter(|j| index(**j) > index(i)).count() as u32;
            let tied_worse = tied.len() as u32 - tied_better;
            let rank = Rank {
                rank: better + 1,
                low: better + 1 - tied_better,
                high: better + 1 + tied_worse,
            };
            let figures = match i {
                15 => Err(Suppression::TooFew { threshold: 10 }),
                16 => Err(Suppression::WouldReveal),
                _ => Ok(Estimate {
                    index: index(i),
                    low: index(i) - half(i),
                    high: index(i) + half(i),
                    unweighted: index(i) + 0.02 * ((i % 3) as f64 - 1.0),
                    effective_n: n as f64 * 0.83,
                    rank: ranked.then_some(rank),
                }),
            };
            let tied_with = if ranked && i < 15 {
                tied.iter().map(|j| DISTRICTS[*j].0).collect()
            } else {
                Vec::new()
            };
            UnitResult {
                code,
                unit,
                n: if i < 15 { n + i as u64 * 11 } else { 4 },
                figures,
                tied_with,
            }
        })
        .collect();
    units.rotate_left(5);
    units
}

fn round() -> RoundPage<'static> {
    let factors = [
        "Tiếp cận dịch vụ",
        "Thủ tục hành chính",
        "Công chức",
        "Kết quả dịch vụ",
        "Góp ý, phản ánh",
    ];
    RoundPage {
        publication: Publication {
            title: "Khảo sát một cửa tỉnh Gia Lai, đợt 1 năm 2026",
            opened_at: at("2026-10-01T07:00"),
            closed_at: at("2026-11-12T17:00"),
            published_at: at("2026-11-24T09:00"),
            digest: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            supersedes: Some("60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752"),
            superseded_by: None,
            synthetic: true,
            rule: IndexRule::Top,
            threshold: 10,
            confidence: 0.95,
        },
        official: units(180, 0.22, true),
        indicative: units(40, 0.12, false),
        factors: factors
            .map(|factor| FactorResult { factor, units: units(150, 0.3, false) })
            .to_vec(),
        coverage: DISTRICTS
            .iter()
            .map(|(_, unit)| Coverage {
                unit,
                issued: 1_250,
                received: 512,
                withdrawn: 2,
                excluded: 7,
            })
            .collect(),
        beside: DISTRICTS
            .iter()
            .map(|(_, unit)| Beside {
                unit,
                rate: Some(0.41),
                worst_case: Some((0.33, 0.92)),
                with_excluded: Some(Err(0.05)),
                model: Some((0.79, false)),
                worth: None,
                unrated: [Some(0.012), Some(0.031), Some(0.004)],
            })
            .collect(),
        beside_indicative: Vec::new(),
        looks: vec![
            Look {
                unit: DISTRICTS[3].1,
                counter: None,
                clerk: None,
                indicator: crate::round::Indicator::Printed,
                above: false,
                hidden: Some((214, 3)),
            },
            Look {
                unit: DISTRICTS[3].1,
                counter: Some("2"),
                clerk: None,
                indicator: crate::round::Indicator::Late,
                above: true,
                hidden: None,
            },
        ],
        called: vec![Called {
            unit: DISTRICTS[3].1,
            drawn: 46,
            shares: [
                (40, Some([0.75, 0.5880, 0.8731])),
                (22, Some([0.9545, 0.7716, 0.9988])),
                (4, None),
            ],
        }],
        handling: Some(vec![
            Handling {
                check: "Hai phiếu giống hệt nhau", flagged: 41, kept: 12, excluded: 29
            },
            Handling {
                check: "Trả lời nhanh hơn thời gian đọc",
                flagged: 17,
                kept: 17,
                excluded: 0,
            },
        ]),
        withdrawn: vec![("Kbang, quầy 1".to_owned(), 2)],
        notes: vec!["Đợt này gia hạn ba ngày vì lũ ở Krông Pa; hai người đã duyệt."],
        downloads: vec![Link {
            href: "/results/2026-1/publication.json",
            label: "Bản công bố (JSON, có chữ ký)",
        }],
    }
}

fn scorecard() -> ScorecardPage<'static> {
    let known = |value, mark| Figure { value: Some(value), mark };
    let mut rows: Vec<ScorecardRow<'static>> = DISTRICTS
        .iter()
        .enumerate()
        .map(|(i, (_, unit))| {
            let (mark, total) = if i == 3 {
                (Mark::Recorded, 78.19)
            } else {
                (Mark::Illustrative, 77.9 - i as f64)
            };
            ScorecardRow {
                unit,
                appraised: known(total - 18.5, Mark::Illustrative),
                survey: known(18.5, Mark::Illustrative),
                total: known(total, mark),
                maximum: known(100.0, Mark::Illustrative),
                percent: known(total, Mark::Illustrative),
                band: Some(("khá", mark)),
                rank: Some((if i == 3 { 1 } else { i as u32 + if i < 3 { 2 } else { 1 } }, mark)),
                rank_range: (i != 3).then(|| (i as u32 + 1, i as u32 + 4)),
                certainty: (i != 3).then(|| Certainty {
                    percent: Some((total - 2.25, total + 1.5)),
                    same_as: Some(DISTRICTS.iter().take(i % 7).map(|(_, unit)| *unit).collect()),
                    first_place: Some((34 / (i + 1)) as u8),
                    straddles_band: i % 4 == 0,
                }),
            }
        })
        .collect();
    rows.sort_by_key(|row| row.rank.map(|(rank, _)| rank));
    let full = |name, points| Domain {
        name,
        points: known(points, Mark::Recorded),
        maximum: known(points, Mark::Recorded),
    };
    ScorecardPage {
        year: 2018,
        source: Some("Quyết định 342/QĐ-UBND ngày 24/6/2019"),
        synthetic: false,
        rows,
        domains: vec![(
            "Kbang",
            vec![
                full("Chỉ đạo điều hành", 8.5),
                full("Xây dựng và thực hiện văn bản quy phạm pháp luật", 3.5),
                full("Tổ chức bộ máy", 6.5),
            ],
        )],
    }
}

/// Name, style, page.
fn all(form: &Form, lang: Lang) -> Vec<(&'static str, Style, String)> {
    let fill = Fill {
        action: "/s/ABCD-EFGH-JKLM",
        key: "BKx3",
        submission: "0123456789abcdef0123456789abcdef",
        opened: "bTEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3",
        counter: "Bộ phận Một cửa xã Kbang",
        unit: "Ủy ban nhân dân xã Kbang, tỉnh Gia Lai",
    };
    let order = LevelOrder::WorstFirst;
    let shown = &Shown::EVERYTHING;
    let survey = |fields: &[(&str, &str)], notice: Option<u32>| {
        let filled: Vec<(String, String)> =
            fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let problems = form.check(&filled).err().unwrap_or_default();
        let notice = match notice {
            Some(retry_after_s) => Some(SurveyNotice::Busy { retry_after_s }),
            None if problems.is_empty() => None,
            None => Some(SurveyNotice::Problems(&problems)),
        };
        SurveyPage { form, order, shown, fill, filled: Filled::new(&filled), notice, kiosk: false }
            .render(lang)
    };
    let first = SurveyPage {
        form,
        order,
        shown,
        fill,
        filled: Filled::NOTHING,
        notice: None,
        kiosk: false,
    }
    .render(lang);
    let officials = shipped::officials().unwrap();
    let officials = SurveyPage {
        form: &officials,
        order,
        shown,
        fill,
        filled: Filled::NOTHING,
        notice: None,
        kiosk: false,
    }
    .render(lang);
    let one_tap = shipped::one_tap().unwrap();
    let only = one_tap.shown(Length::OneTap, [0; 16]);
    let (filled, notice) = (Filled::NOTHING, None);
    let one_tap =
        SurveyPage { form: &one_tap, order, shown: &only, fill, filled, notice, kiosk: false }
            .render(lang);
    let kiosk = |notice| SurveyPage { form, order, shown, fill, filled, notice, kiosk: true };
    let busy = Some(SurveyNotice::Busy { retry_after_s: 10 });
    let tablet = Stands { counter: fill.counter, unit: fill.unit };
    let step = |number| StepPage { form, order, shown, fill, filled, number }.render(lang);
    let wrong = [
        ("q01", "4"),
        ("q02", "5"),
        ("q05", "8"),
        ("q07", "x"),
        ("sex", "9"),
        ("comment", "Chờ\u{7} lâu"),
    ];
    let codes =
        Codes { receipt: "7KQM4TXWP9DR2HVN", receipt_qr: Some(QR), withdrawal: Some("H3VX8MNQ2T") };
    let closes_at = at("2026-12-12T17:00");
    let another = Some("/s/ABCD-EFGH-JKLM?new=1");
    let thanks = ThanksPage {
        codes: Some(codes),
        closes_at,
        results_at: Some(at("2026-12-30T00:00")),
        complaint: Some(COMPLAINT),
        another_person: another,
        tablet: None,
    };
    let kiosk_thanks = ThanksPage { tablet: Some(tablet), ..thanks };
    let no_codes = ThanksPage { codes: None, results_at: None, another_person: None, ..thanks };
    let receipt = |state| ReceiptPage { receipt: "7KQM4TXWP9DR2HVN", state }.render(lang);
    let privacy = PrivacyPage {
        controller: "Ủy ban nhân dân tỉnh Gia Lai",
        contact: "Sở Nội vụ tỉnh Gia Lai, điện thoại 0269 3824 000",
        threshold: 10,
        sealing_days: 30,
    };
    let results = ResultsPage {
        rounds: vec![RoundLine {
            link: Link {
                href: "/results/2026-1",
                label: "Khảo sát một cửa tỉnh Gia Lai, đợt 1 năm 2026",
            },
            opened_at: at("2026-10-01T07:00"),
            closed_at: at("2026-11-12T17:00"),
            published_at: at("2026-11-24T09:00"),
            units: 17,
            answers: 3_412,
            synthetic: true,
        }],
        scorecards: vec![Link { href: "/results/scorecards/2018", label: "2018" }],
    };
    let ledger = LedgerPage {
        heads: vec![HeadLine {
            size: 12_345,
            at: at("2026-11-24T09:00"),
            reason: crate::store::ledger::HeadReason::Sealing,
            root: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        }],
    };
    let nothing = ResultsPage { rounds: Vec::new(), scorecards: Vec::new() };
    let mut early = round();
    early.official.truncate(1);
    early.indicative.clear();
    early.factors.clear();
    early.coverage.clear();
    early.handling = Some(Vec::new());
    early.notes.clear();
    early.publication.superseded_by = Some("/results/2026-1");
    let (notice, public) = (Style::Notice, Style::Public);
    vec![
        ("home", notice, HomePage.render(lang)),
        ("ledger", public, ledger.render(lang)),
        ("ledger-none", public, LedgerPage { heads: Vec::new() }.render(lang)),
        ("survey", Style::Survey, first),
        ("survey-officials", Style::Survey, officials),
        ("survey-empty", Style::SurveyAgain, survey(&[], None)),
        ("survey-wrong", Style::SurveyAgain, survey(&wrong, None)),
        (
            "survey-busy",
            Style::SurveyAgain,
            survey(&[("q01", "4"), ("comment", "Chờ lâu")], Some(10)),
        ),
        ("survey-one-tap", Style::Survey, one_tap),
        ("step-first", StepPage::STYLE, step(1)),
        ("step-middle", StepPage::STYLE, step(12)),
        ("step-person", StepPage::STYLE, step(23)),
        ("step-last", StepPage::STYLE, step(24)),
        ("thanks", notice, thanks.render(lang)),
        ("thanks-no-codes", notice, no_codes.render(lang)),
        (
            "already",
            notice,
            AlreadyPage { receipt: Some(codes.receipt), another_person: another }.render(lang),
        ),
        (
            "conflict",
            notice,
            ConflictPage { receipt: Some(codes.receipt), another_person: another }.render(lang),
        ),
        ("closed", notice, ClosedPage { closed_at: closes_at }.render(lang)),
        ("expired", notice, ExpiredPage { ended_at: closes_at }.render(lang)),
        ("not-open-yet", notice, NotOpenYetPage { opens_at: closes_at }.render(lang)),
        ("spent", notice, SpentPage { complaint: Some(COMPLAINT) }.render(lang)),
        ("void", notice, VoidPage.render(lang)),
        ("enrol", notice, EnrolPage { action: "/k/ABCDE-FGHJK?lang=vi" }.render(lang)),
        ("kiosk", Style::Kiosk, KioskPage { form, at: tablet }.render(lang)),
        ("kiosk-survey", Style::Kiosk, kiosk(None).render(lang)),
        ("kiosk-busy", Style::Kiosk, kiosk(busy).render(lang)),
        ("kiosk-thanks", Style::Kiosk, kiosk_thanks.render(lang)),
        ("foreign", notice, ForeignPage.render(lang)),
        ("unknown", notice, UnknownPage { typed: "ABCD-\"EFGH" }.render(lang)),
        ("too-large", notice, TooLargePage.render(lang)),
        ("bad-request", notice, BadRequestPage.render(lang)),
        ("oops", notice, OopsPage.render(lang)),
        ("receipt-in", notice, receipt(ReceiptState::In { since: closes_at })),
        ("receipt-withdrawn", notice, receipt(ReceiptState::Withdrawn)),
        ("receipt-unknown", notice, receipt(ReceiptState::NotFound)),
        ("withdraw", notice, WithdrawPage::Ask.render(lang)),
        ("withdrawn", notice, WithdrawPage::Done.render(lang)),
        ("withdrawn-before", notice, WithdrawPage::Before.render(lang)),
        ("withdraw-receipt", notice, WithdrawPage::Receipt { typed: "A\"B" }.render(lang)),
        ("withdraw-nothing", notice, WithdrawPage::Nothing { typed: "AB" }.render(lang)),
        ("wait", notice, WaitPage { seconds: 30 }.render(lang)),
        ("privacy", notice, privacy.render(lang)),
        (
            "unsubscribe",
            notice,
            UnsubscribePage { state: UnsubscribeState::Asks { action: "/u/A" } }.render(lang),
        ),
        ("unsubscribed", notice, UnsubscribePage { state: UnsubscribeState::Done }.render(lang)),
        (
            "unsubscribe-unknown",
            notice,
            UnsubscribePage { state: UnsubscribeState::Unknown }.render(lang),
        ),
        ("results", public, results.render(lang)),
        ("results-none", public, nothing.render(lang)),
        ("round", public, round().render(lang)),
        ("round-one-unit", public, early.render(lang)),
        ("scorecard", public, scorecard().render(lang)),
    ]
}

#[test]
fn render_all_pages() {
    let form = shipped::one_stop_shop().unwrap();
    for lang in Lang::ALL {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/pages").join(lang.tag());
        fs::create_dir_all(&folder).unwrap();
        for (name, style, html) in all(&form, lang) {
            fs::write(folder.join(format!("{name}.html")), &html).unwrap();
            let place = format!("{}/{name}", lang.tag());
            assert!(
                html.starts_with(&format!(
                    "<!DOCTYPE html>\n<html lang=\"{}\">",
                    lang.of_page().tag()
                )),
                "{place}"
            );
            assert!(html.contains(&format!("<style>{}</style>", style.css())), "{place}");
            assert_eq!(html.matches("<h1").count(), 1, "{place}");
            assert_eq!(html.matches("<style").count(), 1, "{place}");
            assert!(html.contains("name=\"viewport\""), "{place}");
            for forbidden in ["<script", " style=", "://", " onclick", "src="] {
                let own_svg = html
                    .replace("xmlns=\"http://www.w3.org/2000/svg\"", "")
                    .replace("<script src=\"/khaosat.js\" defer></script>", "")
                    .replace("<script src=\"/khaosat.js?kiosk\" defer></script>", "");
                assert!(!own_svg.contains(forbidden), "{place}: {forbidden}");
            }
            let title = html.split("<title>").nth(1).and_then(|rest| rest.split("</title>").next());
            assert!(
                title.is_some_and(|title| (3..=70).contains(&title.chars().count())),
                "{place}: {title:?}"
            );
        }
    }
}

#[test]
fn no_two_pages_of_a_language_have_the_same_title_unless_they_say_the_same() {
    let form = shipped::one_stop_shop().unwrap();
    for lang in Lang::ALL {
        let pages = all(&form, lang);
        let mut titles: Vec<String> = pages
            .iter()
            .filter(|(name, ..)| {
                [
                    "home",
                    "survey",
                    "survey-empty",
                    "survey-busy",
                    "thanks",
                    "conflict",
                    "closed",
                    "expired",
                    "spent",
                    "void",
                    "unknown",
                    "oops",
                    "privacy",
                    "results",
                    "round",
                    "scorecard",
                ]
                .contains(name)
            })
            .map(|(_, _, html)| {
                html.split("<title>").nth(1).unwrap().split("</title>").next().unwrap().to_owned()
            })
            .collect();
        let count = titles.len();
        titles.sort();
        titles.dedup();
        assert_eq!(titles.len(), count);
    }
}

#[test]
fn names_from_outside_never_become_markup() {
    let hostile = "</title></style><script>alert(1)</script>\"'&";
    let mut page = round();
    page.publication.title = hostile;
    page.notes = vec![hostile];
    page.downloads = vec![Link { href: hostile, label: hostile }];
    page.official[0].unit = hostile;
    page.factors[0].factor = hostile;
    page.coverage[0].unit = hostile;
    let card = ScorecardPage { source: Some(hostile), ..scorecard() };
    let complaint = Complaint { office: hostile, phone: Some(hostile), address: Some(hostile) };
    for lang in Lang::ALL {
        for html in [
            page.render(lang),
            card.render(lang),
            SpentPage { complaint: Some(complaint) }.render(lang),
            UnknownPage { typed: hostile }.render(lang),
            AlreadyPage { receipt: Some(hostile), another_person: Some(hostile) }.render(lang),
            ReceiptPage { receipt: hostile, state: ReceiptState::NotFound }.render(lang),
            PrivacyPage { controller: hostile, contact: hostile, threshold: 10, sealing_days: 30 }
                .render(lang),
        ] {
            assert!(!html.contains("<script"), "{html}");
            assert_eq!(html.matches("</style>").count(), 1);
            assert_eq!(html.matches("</title>").count(), 1);
        }
    }
}
