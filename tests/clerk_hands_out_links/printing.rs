//! Posters and tickets as PDF: turned to pixels and scanned, in their size, with their words.

use std::collections::BTreeSet;
use std::path::Path;

use super::scan;
use crate::administrator_runs_a_round::office::{COUNTERS, Office};
use crate::support::{Engine, Installation, on_each_engine};

/// With a ticket's code behind it, an address of 80 characters.
const PUBLIC_URL: &str = "https://khaosat.trungtamphucvuhanhchinhcong.gialai.gov.vn:44";
const COUNTER: &str = "Quầy đất đai xã Đăk Rơ̆ Ong, Kông Čro, Đĕ Ñak";
/// More than one sheet of 24 at the first counter, less than one at the second.
const DOSSIERS: [usize; 2] = [26, 3];

/// A round with tickets at two counters, under a long address.
fn office(engine: &Engine) -> Office {
    let office = Office::begun(Installation::on(engine).with("KHAOSAT_PUBLIC_URL", PUBLIC_URL));
    let counters = COUNTERS.replace("Quầy đất đai", &format!("\"{COUNTER}\""));
    office.plan(&counters);
    office.done("binh", &["round", "open", "kbang"]);
    let mut csv = String::from("number,unit,counter,service,finished_on,outcome\n");
    for (counter, count) in [("Q1", DOSSIERS[0]), ("Q2", DOSSIERS[1])] {
        for n in 0..count {
            csv.push_str(&format!("{counter}-{n:03},625,{counter},land,2018-11-05,granted\n"));
        }
    }
    office.0.file("many.csv", &csv);
    office.done("kim", &["dossier", "import", "kbang", "many.csv"]);
    office
}

/// The addresses of a print's list.
fn listed(directory: &Path) -> Vec<String> {
    let mut reader = csv::Reader::from_path(directory.join("links.csv")).unwrap();
    reader.records().map(|line| line.unwrap()[4].to_owned()).collect()
}

/// Scans every page at 150 and 300 dpi: each code once, each at least `side_mm` wide. The size of every page.
fn scanned(pdf: &Path, urls: &[String], grid: (usize, usize), side_mm: f64) -> Vec<(f64, f64)> {
    let mut sizes = Vec::new();
    for dpi in [150, 300] {
        let Some(pages) = scan::pages(pdf, dpi) else { return sizes };
        sizes = pages.iter().map(scan::Pixels::size_mm).collect();
        let codes: Vec<_> = pages.iter().flat_map(|page| page.codes(grid)).collect();
        let read: BTreeSet<String> = codes.iter().map(|code| scan::opens(&code.text)).collect();
        let wanted: BTreeSet<String> = urls.iter().cloned().collect();
        let missing = wanted.difference(&read).count();
        assert_eq!((missing, codes.len()), (0, urls.len()), "{} at {dpi} dpi", pdf.display());
        assert_eq!(read, wanted, "nothing is misread at {dpi} dpi");
        let least = codes.iter().map(|code| code.side_mm).fold(f64::MAX, f64::min);
        assert!(least > side_mm - 0.4, "{least} mm at {dpi} dpi");
    }
    sizes
}

fn about(is: (f64, f64), wanted: (f64, f64)) -> bool {
    (is.0 - wanted.0).abs() < 0.5 && (is.1 - wanted.1).abs() < 0.5
}

#[test]
fn every_code_of_every_sheet_is_read_by_a_decoder_and_is_25_mm_wide() {
    on_each_engine(|engine| {
        let office = office(engine);
        let again = ["--again", "--reason", "to look at every paper"];
        let rolls = DOSSIERS[0] + DOSSIERS[1];
        let a4 = Some((210.0, 297.0));
        for (paper, pages, size, grid, side_mm) in [
            ("a4-24", 3, a4, (3, 8), 25.0),
            ("a4-10", 4, a4, (2, 5), 36.0),
            ("roll-80", rolls, None, (1, 1), 42.0),
            ("roll-58", rolls, None, (1, 1), 32.0),
        ] {
            let print = ["link", "ticket", "kbang", "--format", "pdf"];
            let paper_and_place = ["--paper", paper, "--out", paper];
            let (who, again) =
                if paper == "a4-24" { ("chi", &[][..]) } else { ("kim", &again[..]) };
            let told = office.done(who, &[&print[..], &paper_and_place, again].concat());
            assert_eq!(told, format!("{rolls} tickets in {paper}\n"));
            let directory = office.0.directory().join(paper);
            let urls = listed(&directory);
            assert!(urls.len() == rolls && urls.iter().all(|url| url.len() == 80), "{urls:?}");
            let sizes = scanned(&directory.join("tickets.pdf"), &urls, grid, side_mm);
            assert!(sizes.is_empty() || sizes.len() == pages, "{paper}: {sizes:?}");
            if let Some(size) = size {
                assert!(sizes.iter().all(|is| about(*is, size)), "{sizes:?}");
            }
        }
        for (paper, size, side_mm) in [("a4", (210.0, 297.0), 100.0), ("a5", (148.5, 210.0), 70.0)]
        {
            let again = if paper == "a4" { &[][..] } else { &again[..] };
            let print = ["link", "poster", "kbang", "--format", "pdf", "--paper", paper];
            office.done("binh", &[&print[..], &["--out", paper], again].concat());
            let directory = office.0.directory().join(paper);
            let urls = listed(&directory);
            let sizes = scanned(&directory.join("posters.pdf"), &urls, (1, 1), side_mm);
            assert!(sizes.iter().all(|is| about(*is, size)), "{sizes:?}");
        }
    });
}

#[test]
fn the_words_stand_beside_the_code_with_every_letter() {
    on_each_engine(|engine| {
        let office = office(engine);
        office.done("binh", &["link", "poster", "kbang", "--format", "pdf", "--out", "posters"]);
        office.done(
            "chi",
            &[
                "link", "ticket", "kbang", "--format", "pdf", "--paper", "roll-80", "--out",
                "tickets",
            ],
        );
        for file in ["posters/posters.pdf", "tickets/tickets.pdf"] {
            let file = office.0.directory().join(file);
            let Some(words) = scan::words(&file) else { return };
            let words: String = words.split_whitespace().collect();
            for wanted in [
                "Bộ phận Một cửa huyện Kbang",
                "Đăk Rơ\u{306} Ong, Kông Čro, Đĕ Ñak",
                "Ông/bà hài lòng thế nào với lần làm thủ tục này?",
                "khaosat.trungtamphucvuhanhchinhcong.gialai.gov.vn:44",
                "31/12/2099",
            ] {
                let together: String = wanted.split_whitespace().collect();
                assert!(words.contains(&together), "{}: no {wanted}", file.display());
            }
            let list = file.with_file_name("links.csv");
            for line in std::fs::read_to_string(list).unwrap().lines().skip(1) {
                let code = line.split(',').nth(3).unwrap();
                assert!(words.contains(code), "the code stands in letters, too: {code}");
            }
        }
    });
}
