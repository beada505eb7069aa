//! How often each unit would come first if the surveys were held again and again.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::Standing;
use crate::index::quantile;

/// Simulated repetitions: the standard error of a share is at most half a per cent, which whole per cents hide.
const REPETITIONS: u32 = 10_000;
/// Seed of the stream, fixed so that everybody comes to the same shares.
const SEED: u64 = 0x6b68_616f_7361_7431;

/// In how many of a hundred repetitions each of `standings` comes first, in their order, to whole per cent.
///
/// A repetition draws every result from two half normals about the published one that reach its bounds as an interval of
/// that `confidence` does: the interval of a share is not symmetric. Where several are first, each gets its part.
pub fn first_place_percent(standings: &[Standing], confidence: f64) -> Vec<u8> {
    let reach = quantile::student_two_sided(confidence, f64::MAX);
    let mut stream = ChaCha8Rng::seed_from_u64(SEED);
    let mut wins = vec![0.0; standings.len()];
    let mut drawn = vec![0.0; standings.len()];
    for _ in 0..REPETITIONS {
        for (value, standing) in drawn.iter_mut().zip(standings) {
            let z = normal(&mut stream) / reach;
            let centre = standing.value.to_f64();
            let bound = if z < 0.0 { standing.low } else { standing.high }.to_f64();
            *value = centre + z.abs() * (bound - centre);
        }
        let best = drawn.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let ties = drawn.iter().filter(|value| **value == best).count();
        for (win, _) in wins.iter_mut().zip(&drawn).filter(|(_, value)| **value == best) {
            *win += 1.0 / ties as f64;
        }
    }
    let percent = |win: &f64| (100.0 * win / f64::from(REPETITIONS)).round_ties_even() as u8;
    wins.iter().map(percent).collect()
}

/// A standard normal deviate (Box & Muller 1958).
fn normal(stream: &mut ChaCha8Rng) -> f64 {
    let mut uniform = || ((stream.next_u64() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64;
    let radius = (-2.0 * libm::log(uniform())).sqrt();
    radius * libm::cos(std::f64::consts::TAU * uniform())
}

#[cfg(test)]
mod tests {
    use super::super::Points;
    use super::*;

    fn standing(value: i64, low: i64, high: i64) -> Standing {
        let points = |units: i64| Points::of_units(units * 10_000).unwrap();
        Standing { value: points(value), low: points(low), high: points(high) }
    }

    fn first_place_percent(standings: &[Standing]) -> Vec<u8> {
        super::first_place_percent(standings, 0.95)
    }

    #[test]
    fn the_same_bounds_at_a_lower_level_stand_for_less_certainty() {
        let list = [standing(82, 79, 85), standing(78, 75, 81)];
        let [sure, unsure] = [0.99, 0.8].map(|level| super::first_place_percent(&list, level)[0]);
        assert!(sure > 97 && unsure < 92, "{sure} {unsure}");
    }

    #[test]
    fn who_is_surely_first_is_first_always_and_equals_share() {
        assert_eq!(first_place_percent(&[standing(90, 88, 92), standing(50, 48, 52)]), [100, 0]);
        let equal = first_place_percent(&[standing(80, 75, 85), standing(80, 75, 85)]);
        assert!(equal.iter().all(|percent| (48..=52).contains(percent)), "{equal:?}");
        assert_eq!(first_place_percent(&[standing(80, 80, 80), standing(80, 80, 80)]), [50, 50]);
        assert_eq!(first_place_percent(&[]), Vec::<u8>::new());
    }

    #[test]
    fn the_less_certain_of_two_equals_is_as_often_first() {
        let found = first_place_percent(&[standing(80, 60, 100), standing(80, 79, 81)]);
        assert!((48..=52).contains(&found[0]), "{found:?}");
    }

    #[test]
    fn the_same_standings_give_the_same_shares() {
        let list = [standing(80, 70, 85), standing(78, 70, 84), standing(60, 50, 82)];
        assert_eq!(first_place_percent(&list), first_place_percent(&list));
    }
}
