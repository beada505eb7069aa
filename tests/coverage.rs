//! A statistician draws many small rounds whose true shares are known and counts how often the published intervals
//! hold them.

use khaosat::index::{
    Answers, Codes, DfRule, Domains, Estimand, IntervalKind, Kind, Method, Survey, estimate,
};
use khaosat::weigh::{Calibration, Design, Frame, Lonely, Sample, calibrate, method};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// PSUs (counter × day) of each unit, and answers in each.
const PSUS: [u32; 8] = [6, 8, 10, 14, 18, 24, 32, 40];
const ANSWERS: u32 = 8;
/// Share of PSUs' own tendency: within a PSU answers agree with intraclass correlation about 0.05.
const AGREEMENT: f64 = 0.05;
const ROUNDS: u64 = 150;

fn uniform(stream: &mut ChaCha8Rng) -> f64 {
    (stream.next_u64() >> 11) as f64 / (1u64 << 53) as f64
}

/// One round of all units with true share `p`: covered intervals of both kinds, and how many there are.
fn covered(p: f64, seed: u64) -> [usize; 3] {
    let mut stream = ChaCha8Rng::seed_from_u64(seed);
    let (mut unit, mut psu, mut base, mut answers) = (vec![], vec![], vec![], vec![]);
    for (number, &psus) in (0u32..).zip(&PSUS) {
        for day in 0..psus {
            let shared = uniform(&mut stream) < p;
            for _ in 0..ANSWERS {
                // With probability √ρ an answer is its PSU's, so two agree through it with probability ρ.
                let own = uniform(&mut stream) < p;
                let satisfied = if uniform(&mut stream) < AGREEMENT.sqrt() { shared } else { own };
                answers.push(if satisfied { 5u8 } else { 2 });
                base.push(libm::exp(1.2 * (uniform(&mut stream) - 0.5)));
                unit.push(number);
                psu.push(day);
            }
        }
    }
    let design = Design::new(base.len(), Some(&unit), Some(&psu), None, Lonely::Fail).unwrap();
    let frame = Frame::new(Sample { base, design, margins: vec![] }).unwrap();
    let calibration = Calibration::by(method("none").unwrap());
    let calibrated = calibrate(&frame, &calibration).unwrap();
    let answers = Answers::five_point(vec![answers]);
    let domains = Some(Domains { codes: &unit, count: PSUS.len() as u32 });
    let survey = Survey {
        frame: &frame,
        calibration: &calibration,
        calibrated: &calibrated,
        answers: &answers,
        domains,
    };
    let categories = Codes::of(&[4, 5]);
    let index = Estimand {
        name: "satisfied".into(),
        kind: Kind::Index { items: vec![0], categories, inverse_shown: None },
    };
    let with = |interval| {
        let method = Method { df: DfRule::Domain, interval, ..Method::default() };
        let found = estimate(&survey, std::slice::from_ref(&index), &method, &|_, _| ()).unwrap();
        let units = found.rows.iter().filter(|row| row.domain.is_some());
        units.map(|row| usize::from(row.low <= p && p <= row.high)).collect::<Vec<_>>()
    };
    let (honest, plain) = (with(IntervalKind::KornGraubard), with(IntervalKind::T));
    [honest.iter().sum(), plain.iter().sum(), honest.len()]
}

#[test]
fn published_intervals_of_small_units_hold_the_truth_as_often_as_they_say() {
    for p in [0.5, 0.7, 0.9, 0.98] {
        let mut sums = [0usize; 3];
        for seed in 0..ROUNDS {
            sums.iter_mut().zip(covered(p, seed)).for_each(|(sum, part)| *sum += part);
        }
        let share = |hits: usize| hits as f64 / sums[2] as f64;
        println!("p = {p}: published {:.3}, plain t {:.3}", share(sums[0]), share(sums[1]));
        // 1,200 intervals per p: two standard errors of a coverage of 0.95 are 0.013.
        assert!(share(sums[0]) >= 0.93, "p = {p}: {:.3}", share(sums[0]));
        if p == 0.98 {
            assert!(share(sums[1]) < 0.93, "plain t was said to fail here: {:.3}", share(sums[1]));
        }
    }
}
