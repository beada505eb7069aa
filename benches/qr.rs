//! Encoding an address and writing its SVG, against the `qrcode` crate's own renderer. Required: at least 1.5 times as
//! fast. Both sides make the same symbol (text, version and level), in alternating rounds of one run.

use std::hint::black_box;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use khaosat::issue::qr::{Level, Qr, spelled};
use qrcode::render::svg::Color;
use qrcode::{EcLevel, QrCode, Version};

const ADDRESSES: usize = 200;
const ROUNDS: usize = 25;
const RATIO_REQUIRED: f64 = 1.5;

fn main() -> ExitCode {
    let urls: Vec<String> = (0..ADDRESSES)
        .map(|n| format!("https://khaosat.gialai.gov.vn/s/CDFGHJKMNPR{n:04}"))
        .collect();
    let symbols: Vec<(Version, EcLevel)> = urls.iter().map(|url| symbol(url)).collect();
    let texts: Vec<_> = urls.iter().map(|url| spelled(url)).collect();

    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(timed(|| {
            for url in &urls {
                if let Ok(qr) = Qr::of_url(black_box(url)) {
                    black_box(qr.svg(None));
                }
            }
        }));
        theirs.push(timed(|| {
            for (text, (version, level)) in texts.iter().zip(&symbols) {
                let text = black_box(text).as_bytes();
                if let Ok(code) = QrCode::with_version(text, *version, *level) {
                    black_box(code.render::<Color<'_>>().module_dimensions(1, 1).build());
                }
            }
        }));
    }
    let (ours, theirs) = (median(ours), median(theirs));
    let ratio = theirs.as_secs_f64() / ours.as_secs_f64();
    let each = |whole: Duration| whole.as_secs_f64() * 1e6 / ADDRESSES as f64;
    println!(
        "ours {:.1} µs, crate {:.1} µs a code: {ratio:.2} × (required {RATIO_REQUIRED})",
        each(ours),
        each(theirs)
    );
    if let (Some(url), Some((version, level))) = (urls.first(), symbols.first()) {
        let svg = Qr::of_url(url).map(|qr| qr.svg(None).len()).unwrap_or_default();
        let plain = QrCode::with_version(spelled(url).as_bytes(), *version, *level)
            .map(|code| code.render::<Color<'_>>().module_dimensions(1, 1).build().len())
            .unwrap_or_default();
        println!("ours {svg} bytes of SVG, crate {plain}");
    }
    if ratio >= RATIO_REQUIRED { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The version and level that `url` gets with us, for the crate to make the same.
fn symbol(url: &str) -> (Version, EcLevel) {
    match Qr::of_url(url) {
        Ok(qr) => {
            let level = match qr.level() {
                Level::M => EcLevel::M,
                Level::Q => EcLevel::Q,
            };
            (Version::Normal(qr.version()), level)
        }
        Err(error) => {
            eprintln!("{error}");
            std::process::exit(1)
        }
    }
}

fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
