//! How fast weighing and indexing are, against a physical floor and against peers, measured in one run.
//!
//! `cargo bench --bench weigh -- [N …]` (default 10,000 100,000 1,000,000 10,000,000). The work is that of
//! `peers/speed_svy.py` and `peers/speed.R`: 22 items, 17 units, four margins, 816 PSUs; rake to 1e-12 of the
//! population; six indexes overall and by unit with calibrated standard errors. The peers run when they are
//! installed (`PYTHON` names an interpreter with the package `svy`; `Rscript` with `survey`), at the sizes they can
//! bear. Only ratios of one run mean anything; seconds depend on the machine.

use std::process::Command;
use std::time::Instant;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use rayon::prelude::*;

use khaosat::cli::weigh::responses::{self, Wanted};
use khaosat::index::{
    Answers, Codes, Domains, Estimand, Kind, Method, Survey, estimate, point_estimates,
};
use khaosat::weigh::replicates::Scheme;
use khaosat::weigh::{
    Calibration, Design, Frame, Lonely, Margin, Options, Sample, calibrate, method,
};

const UNITS: u32 = 17;
const FACTORS: [(usize, usize); 6] = [(0, 4), (4, 9), (9, 15), (15, 18), (18, 22), (0, 22)];

type Error = Box<dyn std::error::Error>;

/// One synthetic round.
struct Round {
    base: Vec<f64>,
    units: Vec<u32>,
    psu: Vec<u32>,
    margins: Vec<Margin>,
    answers: Answers,
}

fn uniform(stream: &mut ChaCha8Rng) -> f64 {
    (stream.next_u64() >> 11) as f64 / (1u64 << 53) as f64
}

fn normal(stream: &mut ChaCha8Rng) -> f64 {
    let radius = (-2.0 * libm::log(1.0 - uniform(stream))).sqrt();
    radius * libm::cos(std::f64::consts::TAU * uniform(stream))
}

fn below(stream: &mut ChaCha8Rng, bound: u32) -> u32 {
    (uniform(stream) * f64::from(bound)) as u32
}

impl Round {
    fn synthetic(n: usize) -> Self {
        let mut stream = ChaCha8Rng::seed_from_u64(7);
        let mut code =
            |bound: u32| -> Vec<u32> { (0..n).map(|_| below(&mut stream, bound)).collect() };
        let (units, sex, age, service) = (code(UNITS), code(2), code(5), code(6));
        let psu: Vec<u32> = units.iter().zip(code(48)).map(|(unit, day)| unit * 48 + day).collect();
        let base = (0..n).map(|_| libm::exp(2.2 + 0.6 * normal(&mut stream))).collect();
        let margins =
            [("unit", &units, UNITS), ("sex", &sex, 2), ("age", &age, 5), ("service", &service, 6)]
                .map(|(name, codes, width)| margin(&mut stream, name, codes, width))
                .into();
        let coded = (0..22u64)
            .into_par_iter()
            .map(|item| {
                let mut stream = ChaCha8Rng::seed_from_u64(7);
                stream.set_stream(item + 1);
                (0..n).map(|_| answer(uniform(&mut stream))).collect()
            })
            .collect();
        Self { base, units, psu, margins, answers: Answers::five_point(coded) }
    }

    fn frame(&self) -> Result<Frame, Error> {
        let n = self.base.len();
        let design = Design::new(n, Some(&self.units), Some(&self.psu), None, Lonely::Fail)?;
        let (base, margins) = (self.base.clone(), self.margins.clone());
        Ok(Frame::new(Sample { base, design, margins })?)
    }
}

fn margin(stream: &mut ChaCha8Rng, name: &str, codes: &[u32], width: u32) -> Margin {
    let counts = (0..width).map(|code| codes.iter().filter(|&&other| other == code).count());
    let wanted: Vec<f64> =
        counts.map(|count| count as f64 * libm::exp(0.28 * normal(stream))).collect();
    let scale = 10.0 * codes.len() as f64 / wanted.iter().sum::<f64>();
    Margin {
        name: name.into(),
        labels: (0..width).map(|code| format!("{name}{code}")).collect(),
        codes: codes.to_vec(),
        totals: wanted.iter().map(|total| total * scale).collect(),
    }
}

fn answer(draw: f64) -> u8 {
    let steps = [(0.04, 1), (0.12, 2), (0.30, 3), (0.70, 4), (0.96, 5)];
    steps.iter().find(|(edge, _)| draw < *edge).map_or(0, |&(_, code)| code)
}

fn indexes() -> Vec<Estimand> {
    let categories = Codes::of(&[4, 5]);
    FACTORS
        .iter()
        .map(|&(from, to)| Estimand {
            name: format!("items {from} … {to}"),
            kind: Kind::Index {
                items: (from..to).collect(),
                categories: categories.clone(),
                inverse_shown: None,
            },
        })
        .collect()
}

/// The least seconds of several runs, and the last result.
fn timed<T>(runs: usize, mut work: impl FnMut() -> Result<T, Error>) -> Result<(f64, T), Error> {
    let mut best = f64::INFINITY;
    let mut last = None;
    for _ in 0..runs.max(1) {
        // One result at a time, as in use.
        drop(last.take());
        let start = Instant::now();
        let result = work()?;
        best = best.min(start.elapsed().as_secs_f64());
        last = Some(result);
    }
    Ok((best, last.ok_or("no run")?))
}

/// The same with the caches filled with something else before every run: figures at memory bandwidth.
fn timed_cold<T>(runs: usize, work: impl Fn() -> Result<T, Error>) -> Result<(f64, T), Error> {
    let other = evicting();
    let mut best = (f64::INFINITY, None);
    for _ in 0..runs.max(1) {
        std::hint::black_box(other.par_iter().sum::<u64>());
        let (seconds, result) = timed(1, &work)?;
        best = (best.0.min(seconds), Some(result));
    }
    Ok((best.0, best.1.ok_or("no run")?))
}

/// What fills the caches. Made before anything is measured and kept, so that it is in every peak of memory alike.
fn evicting() -> &'static [u64] {
    static OTHER: std::sync::OnceLock<Vec<u64>> = std::sync::OnceLock::new();
    OTHER.get_or_init(|| vec![1; EVICTING_BYTES / 8])
}

/// More than the last cache of any machine this runs on.
const EVICTING_BYTES: usize = 1 << 30;

/// One pass over the item columns at memory bandwidth, on the threads everything else uses.
fn floor(answers: &Answers) -> u64 {
    let words = |block: &[u8]| -> u64 {
        let chunks = block
            .chunks_exact(8)
            .filter_map(|word| Some(u64::from_ne_bytes(word.try_into().ok()?)));
        chunks.fold(0, |sum, word| sum ^ word)
    };
    let blocks = answers.coded.par_iter().flat_map(|column| column.par_chunks(1 << 18));
    blocks.map(words).reduce(|| 0, |left, right| left ^ right)
}

/// Forgets the peak so far, where the system lets: what is held now is the new one.
fn reset_peak() {
    // Where it does not, the peak holds what was before, and the figure printed is too small: it says "at least".
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

/// The most memory the process has held since [`reset_peak`], in bytes, where the system tells.
fn peak_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().trim_end_matches(" kB").trim().parse::<u64>().ok()? * 1024)
}

/// Seconds of a peer's run, from the last figure before " s" in what it prints.
fn peer(name: &str, program: &str, script: &str, n: usize) -> Option<f64> {
    let script = format!("{}/benches/peers/{script}", env!("CARGO_MANIFEST_DIR"));
    let output = Command::new(program).arg(script).arg(n.to_string()).output();
    let text = output.ok().filter(|output| output.status.success()).map(|output| output.stdout);
    let text = text.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let seconds = text
        .as_deref()
        .and_then(|text| text.trim_end().trim_end_matches(" s").rsplit(' ').next()?.parse().ok());
    if seconds.is_none() {
        println!("  peer {name}: not installed, not compared");
    }
    seconds
}

fn size(n: usize) -> Result<f64, Error> {
    let runs = (4_000_000 / n).clamp(2, 7);
    let round = Round::synthetic(n);
    let estimands = indexes();
    let rake = method("rake").ok_or("no rake")?;
    let options = Options { tolerance: 1e-12, max_iterations: 5000, bounds: None };
    let calibration = Calibration { method: rake, options, trim: None };
    reset_peak();
    let before = peak_bytes();
    let (rake_s, (frame, calibrated)) = timed(runs, || {
        let frame = round.frame()?;
        let calibrated = calibrate(&frame, &calibration)?;
        Ok((frame, calibrated))
    })?;
    let domains = Some(Domains { codes: &round.units, count: UNITS });
    let survey = Survey {
        frame: &frame,
        calibration: &calibration,
        calibrated: &calibrated,
        answers: &round.answers,
        domains,
    };
    let (estimates_s, estimates) =
        timed(runs, || Ok(estimate(&survey, &estimands, &Method::default(), &|_, _| ())?))?;
    let (points_s, points) = timed(runs.max(5), || Ok(point_estimates(&survey, &estimands)?))?;
    let (floor_s, _) = timed(runs.max(5), || Ok(std::hint::black_box(floor(&round.answers))))?;
    let after = peak_bytes();
    let (cold_points_s, _) = timed_cold(runs, || Ok(point_estimates(&survey, &estimands)?))?;
    let (cold_floor_s, _) = timed_cold(runs, || Ok(std::hint::black_box(floor(&round.answers))))?;
    let all_s = rake_s + estimates_s;
    println!(
        "n = {n}: {} estimates, worst margin miss {:.1e}",
        estimates.rows.len(),
        calibrated.quality.worst_miss
    );
    println!(
        "  rake {:.2} ms ({} cycles), estimates with standard errors {:.2} ms, together {:.2} ms",
        rake_s * 1e3,
        calibrated.quality.iterations,
        estimates_s * 1e3,
        all_s * 1e3
    );
    println!(
        "  floor (one pass over {} item bytes from memory) {:.3} ms; {} point estimates {:.3} ms = {:.2} floors; with standard errors {:.1} floors",
        n * 22,
        cold_floor_s * 1e3,
        points.len(),
        cold_points_s * 1e3,
        cold_points_s / cold_floor_s,
        estimates_s / cold_floor_s
    );
    println!(
        "  the same from the caches, where the columns fit: {:.3} ms; {:.3} ms = {:.2} floors",
        floor_s * 1e3,
        points_s * 1e3,
        points_s / floor_s
    );
    if let (Some(before), Some(after)) = (before, after) {
        // Of the input the frame keeps its own copy: base weights (8) and four margins (16 bytes per response).
        let above = after.saturating_sub(before) as f64 / n as f64 - 24.0;
        println!("  peak memory above the input at most {above:.0} bytes per response");
    }
    if (100_000..=1_000_000).contains(&n) {
        let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".into());
        if let Some(peer_s) = peer("svy (Python)", &python, "speed_svy.py", n) {
            println!("  peer svy: {peer_s:.3} s = {:.0} × ours", peer_s / all_s);
        }
    }
    if n == 100_000 {
        if let Some(peer_s) = peer("survey (R)", "Rscript", "speed.R", n) {
            println!("  peer R survey: {peer_s:.1} s = {:.0} × ours", peer_s / all_s);
        }
        let jackknife = Method { replicates: Some(Scheme::Jackknife), ..Method::default() };
        let (seconds, _) = timed(1, || Ok(estimate(&survey, &estimands, &jackknife, &|_, _| ())?))?;
        println!("  jackknife, {} replicates: {seconds:.2} s", frame.design().psus());
    }
    if n == 1_000_000 {
        csv_speed(&round)?;
    }
    Ok(all_s)
}

/// Reads the round as CSV with all checks, on one thread.
fn csv_speed(round: &Round) -> Result<(), Error> {
    let items: Vec<String> = (1..=22).map(|item| format!("q{item:02}")).collect();
    let mut text = format!("id,stratum,psu,base_weight,sex,{}\n", items.join(",")).into_bytes();
    let sexes = ["Nam", "Nữ"];
    for (row, (&unit, &psu)) in round.units.iter().zip(&round.psu).enumerate() {
        let sex = sexes.get(row % 2).copied().unwrap_or_default();
        let weight = round.base.get(row).copied().unwrap_or_default();
        text.extend(
            format!("r{row:07},Huyện Chư Păh {unit},Huyện Chư Păh {unit}/{psu},{weight:.4},{sex}")
                .bytes(),
        );
        for column in &round.answers.coded {
            text.push(b',');
            text.extend(column.get(row).filter(|&&code| code > 0).map(|code| code + b'0'));
        }
        text.push(b'\n');
    }
    let wanted = Wanted {
        labels: ["stratum", "psu", "sex"].map(str::to_owned).into(),
        base_weight: Some("base_weight".into()),
        coded: items,
        ..Wanted::default()
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    let (seconds, columns) = timed(3, || Ok(pool.install(|| responses::read(&text, &wanted))?))?;
    println!(
        "  CSV: {} MB with {} rows read and checked at {:.0} MB/s on one thread",
        text.len() / 1_000_000,
        columns.ids.len(),
        text.len() as f64 / 1e6 / seconds
    );
    Ok(())
}

fn main() -> Result<(), Error> {
    let asked: Vec<usize> = std::env::args().skip(1).filter_map(|word| word.parse().ok()).collect();
    let sizes = if asked.is_empty() { vec![10_000, 100_000, 1_000_000, 10_000_000] } else { asked };
    println!("{} threads", rayon::current_num_threads());
    std::hint::black_box(evicting());
    let mut line = Vec::new();
    for n in sizes {
        line.push((libm::log(n as f64), libm::log(size(n)?)));
    }
    if let [first, .., last] = line.as_slice() {
        println!("cost grows as n^{:.2}", (last.1 - first.1) / (last.0 - first.0));
    }
    Ok(())
}
