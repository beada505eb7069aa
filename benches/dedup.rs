//! Seconds to look at 100,000 and at 1,000,000 responses of 22 items with every rule, and the slope between them.
//!
//! `cargo bench --bench dedup`. Claimed: a million in at most 30 s on two cores within 2 GiB, near-linear from 100,000
//! (slope of the logarithms about 1). The responses are made up by a fixed seed: satisfied people of five moods, straight
//! forms, phones of families, tickets in order, comments, one copy in a hundred.

use std::time::Instant;

use khaosat::dedup::{Batch, Columns, Kind, Settings, run};

const ITEMS: usize = 22;
const SMALL: usize = 100_000;
const LARGE: usize = 1_000_000;
const DAYS: u64 = 30;

fn main() {
    // `cargo test --benches` and `cargo bench -- --test` only see that it runs.
    if std::env::args().any(|argument| argument == "--test") {
        measure(2_000);
        return;
    }
    let small = measure(SMALL);
    let large = measure(LARGE);
    let slope = libm::log(large / small) / libm::log((LARGE / SMALL) as f64);
    println!("slope {slope:.2} (1 = linear)");
    if let Some(peak) = peak_mib() {
        println!("peak memory {peak} MiB, responses included");
    }
}

fn measure(rows: usize) -> f64 {
    let comments = comments();
    let columns = responses(rows, &comments);
    let started = Instant::now();
    let flags = match Batch::new(columns) {
        Ok(batch) => run(&batch, &Settings::default()).len(),
        Err(error) => {
            eprintln!("{error}");
            std::process::exit(1);
        }
    };
    let seconds = started.elapsed().as_secs_f64();
    println!("{rows} responses: {seconds:.2} s, {flags} flags");
    seconds
}

/// SplitMix64.
struct Chance(u64);

impl Chance {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: u64) -> u64 {
        self.bits() % n
    }

    fn share(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn bell(&mut self) -> f64 {
        (0..6).map(|_| self.share()).sum::<f64>() - 3.0
    }
}

fn comments() -> Vec<String> {
    let mut chance = Chance(5);
    let words: Vec<String> = (0..800).map(|n| format!("từ{n}")).collect();
    (0..60_000)
        .map(|_| {
            let length = 2 + chance.below(24);
            let picked: Vec<&str> = (0..length)
                .filter_map(|_| words.get(chance.below(800) as usize).map(String::as_str))
                .collect();
            picked.join(" ")
        })
        .collect()
}

fn responses(rows: usize, comments: &[String]) -> Columns<'_> {
    let mut chance = Chance(rows as u64);
    let units = (rows as u64 / 3_000).clamp(8, 135);
    let mut columns = Columns {
        items_per_response: ITEMS,
        languages: vec!["vi", "bdq", "jra"],
        ..Columns::default()
    };
    let mut serials = vec![0_u32; units as usize * 4];
    let mut before: Vec<Vec<u8>> = vec![vec![5; ITEMS]; units as usize];
    for row in 0..rows {
        let unit = chance.below(units);
        let counter = unit * 4 + chance.below(4);
        let kind = match chance.below(10) {
            0..4 => Kind::Poster,
            4..8 => Kind::Ticket,
            8 => Kind::Kiosk,
            _ => Kind::Invitation,
        };
        let day = chance.below(DAYS);
        let second = 27_000 + chance.below(34_000);
        let level = 4.2 + 1.1 * chance.bell();
        let straight = chance.below(4) == 0;
        let copied = chance.below(100) == 0;
        let codes: Vec<u8> = (0..ITEMS)
            .map(|item| {
                let noise = if straight { 0.0 } else { 1.1 * chance.bell() };
                let code = (level + noise).round().clamp(1.0, 5.0) as u8;
                if item % 11 == 9 { 6 - code } else { code }
            })
            .collect();
        let last = before.get_mut(unit as usize).map(|last| std::mem::replace(last, codes.clone()));
        let codes = last.filter(|_| copied).unwrap_or(codes);
        columns.items.extend_from_slice(&codes);
        columns.ids.push(row as u128);
        columns.units.push(unit as u32);
        columns.counters.push(counter as u32);
        columns.links.push(row as u32);
        let serial = serials.get_mut(counter as usize).map_or(0, |next| {
            *next += 1;
            *next
        });
        columns.serials.push((kind == Kind::Ticket).then_some(serial));
        columns.kinds.push(kind);
        columns.submitted_at.push(1_776_013_200_000 + ((day * 86_400 + second) * 1_000) as i64);
        let seconds = 145.0 * libm::exp(0.55 * chance.bell());
        columns.durations_ms.push(Some((seconds * 1e3) as u32));
        columns.devices.push((chance.below(8) > 0).then(|| chance.below(rows as u64)));
        columns.language_of.push(if chance.below(12) == 0 { 1 } else { 0 });
        let comment = (chance.below(10) < 3).then(|| chance.below(comments.len() as u64) as usize);
        columns.comments.push(comment.and_then(|at| comments.get(at)).map(String::as_str));
    }
    columns
}

/// Peak resident memory where the system tells.
fn peak_mib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib / 1_024)
}
