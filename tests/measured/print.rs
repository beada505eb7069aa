//! Ten thousand tickets at once, and what a scanner makes of a printed one that got dirty.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::administrator_runs_a_round::office::Office;
use crate::support::{Installation, Instrument, on_each_engine, places};

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

/// An authority's usual address, and one that makes a ticket's address 80 characters long.
const USUAL: &str = "https://khaosat.gialai.gov.vn";
const LONG: &str = "https://khaosat.trungtamphucvuhanhchinhcong.gialai.gov.vn:44";

/// Degrades the first page of a PDF and reads it again; `None` where the readers are not installed.
fn degraded(pdf: &Path, url: &str, dpi: &str) -> Option<(f64, f64, f64)> {
    let figure = Instrument::new("py/qr_degrade.py", "")
        .with("IN", &pdf.display().to_string())
        .with("EXPECT", &khaosat::issue::qr::spelled(url))
        .with("DPI", dpi)
        .measure()?;
    let number = |name: &str| figure.number(name);
    let read = (number("mild_any"), number("harsh_any"), number("misreads"));
    eprintln!("{url} at {dpi} dpi: {read:?}");
    for view in figure.output.lines().filter(|line| line.contains("any  ")) {
        eprintln!("{view}");
    }
    Some(read)
}

#[test]
fn a_ticket_is_read_at_arm_s_length_and_nearly_always_when_it_is_torn_or_dirty() {
    // One of the eleven harsh views is a blur of six tenths of a module of a full symbol of 33 modules: about one code in
    // eight of a usual address is lost in it, and of the longest addresses every one, which the noise may make two.
    for (public_url, harsh_least) in [(USUAL, 0.85), (LONG, 0.75)] {
        on_each_engine(|engine| {
            // What is drawn does not depend on the database.
            if engine.name != "SQLite" {
                return;
            }
            let installation = Installation::on(engine).with("KHAOSAT_PUBLIC_URL", public_url);
            let office = office(installation, 1);
            office.done("kim", &["dossier", "import", "kbang", "many.csv"]);
            let print = ["link", "ticket", "kbang", "--format", "pdf", "--paper", "roll-58"];
            office.done("kim", &[&print[..], &["--out", "roll"]].concat());
            let directory = office.0.directory().join("roll");
            let list = std::fs::read_to_string(directory.join("links.csv")).unwrap();
            let url = list.trim_end().rsplit(',').next().unwrap();
            for dpi in ["150", "300"] {
                let read = degraded(&directory.join("tickets.pdf"), url, dpi);
                let Some((mild, harsh, misreads)) = read else { return };
                assert_eq!((mild, misreads), (1.0, 0.0), "{url} at {dpi} dpi");
                assert!(harsh >= harsh_least, "{url} at {dpi} dpi: {harsh}");
            }
        });
    }
}
