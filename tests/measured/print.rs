//! Ten thousand tickets at once, and what a scanner makes of a printed one that got dirty.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::administrator_runs_a_round::office::Office;
use crate::support::{Engine, Installation, Instrument, on_each_engine, places};

const TICKETS: usize = 10_000;
/// For issuing and printing together.
const LIMIT: Duration = Duration::from_secs(60);
const MEMORY_MIB: u64 = 200;

/// An open round with a file of dossiers at two counters.
fn office(at: Installation, dossiers: usize) -> Office {
    let office = Office::begun(at);
    office.plan(crate::administrator_runs_a_round::office::COUNTERS);
    office.done("binh", &["round", "open", "kbang"]);
    let mut csv = String::from("number,unit,counter,service,finished_on,outcome\n");
    for n in 0..dossiers {
        csv.push_str(&format!("H21-{n:05},625,Q{},land,2018-11-05,granted\n", 1 + n % 2));
    }
    office.0.file("many.csv", &csv);
    office
}

#[test]
fn ten_thousand_tickets_are_issued_and_printed_within_a_minute_and_200_mib() {
    if places::release_binary().is_none() {
        return;
    }
    on_each_engine(|engine| {
        let office = office(Installation::on(engine), TICKETS);
        let began = Instant::now();
        let run = |arguments: &[&str]| {
            let arguments = [arguments, &["--as", "kim"]].concat();
            office.0.start(&arguments).peak_mib(LIMIT * 2)
        };
        let issuing = run(&["dossier", "import", "kbang", "many.csv"]);
        let issued = began.elapsed();
        let printing = run(&["link", "ticket", "kbang", "--out", "sheets", "--format", "pdf"]);
        let whole = began.elapsed();
        eprintln!(
            "{}: issued in {issued:.1?}, printed by {whole:.1?}; {issuing} and {printing} MiB",
            engine.name
        );
        assert!(whole < LIMIT, "{whole:.1?}");
        assert!(issuing.max(printing) < MEMORY_MIB, "{issuing} and {printing} MiB");
        let pdf = std::fs::read(office.0.directory().join("sheets/tickets.pdf")).unwrap();
        let pages = TICKETS.div_ceil(2).div_ceil(24) * 2;
        let count = format!("/Count {pages}");
        assert!(pdf.windows(count.len()).any(|bytes| bytes == count.as_bytes()), "{count}");
    });
}

/// With a ticket's code behind it, an address of 80 characters.
const PUBLIC_URL: &str = "https://khaosat.trungtamphucvuhanhchinhcong.gialai.gov.vn:44";

/// Degrades the first page of a PDF and reads it again; `None` where the readers are not installed.
fn degraded(pdf: &Path, url: &str, dpi: &str) -> Option<(f64, f64, f64)> {
    let figure = Instrument::new("py/qr_degrade.py", "")
        .with("IN", &pdf.display().to_string())
        .with("EXPECT", &khaosat::issue::qr::spelled(url))
        .with("DPI", dpi)
        .measure()?;
    let number = |name: &str| figure.number(name);
    Some((number("mild_any"), number("harsh_any"), number("misreads")))
}

#[test]
fn every_paper_is_read_at_arm_s_length_and_nearly_always_when_it_is_torn_or_dirty() {
    on_each_engine(every_paper);
}

fn every_paper(engine: &Engine) {
    // What is drawn does not depend on the database.
    if engine.name != "SQLite" {
        return;
    }
    let office = office(Installation::on(engine).with("KHAOSAT_PUBLIC_URL", PUBLIC_URL), 1);
    office.done("kim", &["dossier", "import", "kbang", "many.csv"]);
    office.done("binh", &["link", "poster", "kbang"]);
    for (kind, paper) in [
        ("ticket", "a4-24"),
        ("ticket", "a4-10"),
        ("ticket", "roll-80"),
        ("ticket", "roll-58"),
        ("poster", "a4"),
        ("poster", "a5"),
    ] {
        let again = ["--again", "--reason", "to look at every paper"];
        let again = if ["a4-24", "a4"].contains(&paper) { &[][..] } else { &again[..] };
        let print = ["link", kind, "kbang", "--format", "pdf", "--unit", "625", "--counter", "Q1"];
        office.done("kim", &[&print[..], &["--paper", paper, "--out", paper], again].concat());
        let directory = office.0.directory().join(paper);
        let list = std::fs::read_to_string(directory.join("links.csv")).unwrap();
        let url = list.trim_end().rsplit(',').next().unwrap();
        for dpi in ["150", "300"] {
            let pdf = directory.join(format!("{kind}s.pdf"));
            let Some((mild, harsh, misreads)) = degraded(&pdf, url, dpi) else { return };
            eprintln!("{paper} at {dpi} dpi: mild {mild}, harsh {harsh}, {misreads} misreads");
            assert_eq!((mild, misreads), (1.0, 0.0), "{paper} at {dpi} dpi");
            assert!(harsh >= 0.95, "{paper} at {dpi} dpi: {harsh}");
        }
    }
}
