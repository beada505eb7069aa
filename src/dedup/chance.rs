//! How often chance alone brings forth a likeness, learned where nobody could copy.
//!
//! Likenesses between responses of different units are chance's own work; their
//! frequency, by strength, is what the likenesses within a unit are held against. The same device is used to control
//! false discoveries with decoys in mass spectrometry (Elias & Gygi 2007). Beyond the rarest decoys the tail goes on as
//! it came: a straight line in logarithms.

/// Decoys needed at an anchor of the tail.
const ANCHOR: f64 = 10.0;
/// Slope of the tail where decoys are too few to give one: a model's probabilities are too small rather than too large.
const CAUTIOUS_SLOPE: f64 = 0.7;

/// Decoys that may have been missed by bad luck where few were seen.
const UNSEEN: f64 = 2.0;

/// The tail of chance over some strength of likeness (about a logarithm of probability; smaller = stronger).
pub struct Chance {
    /// Strengths of the decoys, ascending, with the number of decoys at least as strong.
    decoys: Vec<(f64, f64)>,
    /// Pairs that could have been decoys.
    exposure: f64,
    anchor: Option<(f64, f64)>,
    slope: f64,
}

impl Chance {
    /// `decoys`: strength and number of likenesses between units, below zero for what must be taken off again; `exposure`: all
    /// pairs looked at.
    pub fn learn(mut decoys: Vec<(f64, f64)>, exposure: f64) -> Self {
        decoys.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut sum = 0.0;
        let mut most: f64 = 0.0;
        for (_, number) in &mut decoys {
            sum += *number;
            most = most.max(sum);
            *number = most;
        }
        let at = |number: f64| {
            let rank = decoys.partition_point(|decoy| decoy.1 < number);
            decoys.get(rank).copied()
        };
        let anchor = at(ANCHOR);
        let slope_to = |far: Option<(f64, f64)>| {
            let ((near, fewer), (far, more)) = anchor.zip(far)?;
            (far > near).then(|| libm::log(more / fewer) / (far - near))
        };
        let slope = slope_to(at(ANCHOR * 10.0))
            .or_else(|| slope_to(at(ANCHOR * 3.0)))
            .unwrap_or(CAUTIOUS_SLOPE)
            .clamp(0.3, 1.0);
        Self { decoys, exposure, anchor, slope }
    }

    /// Logarithm of the probability that chance makes one pair at least as alike as `strength`.
    pub fn log_tail(&self, strength: f64) -> f64 {
        if self.exposure <= 0.0 {
            return CAUTIOUS_SLOPE * strength.min(0.0);
        }
        let log = match self.anchor {
            Some((anchor, number)) if strength < anchor => {
                libm::log(number / self.exposure) + self.slope * (strength - anchor)
            }
            Some(_) => libm::log(self.stronger(strength) / self.exposure),
            None => {
                // Few or no decoys: the tail starts where the rarest was seen, or where one would have been expected.
                let counted = self.decoys.iter().find(|decoy| decoy.1 >= 1.0);
                let rarest = counted.map_or(f64::INFINITY, |decoy| decoy.0);
                let start = rarest.min(-libm::log(self.exposure));
                libm::log((self.stronger(strength) + UNSEEN) / self.exposure)
                    + CAUTIOUS_SLOPE * (strength - start).min(0.0)
            }
        };
        log.min(0.0)
    }

    fn stronger(&self, strength: f64) -> f64 {
        let rank = self.decoys.partition_point(|decoy| decoy.0 <= strength);
        rank.checked_sub(1).and_then(|last| self.decoys.get(last)).map_or(0.0, |decoy| decoy.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_counts_decoys_and_goes_on_beyond_them() {
        let decoys = (0..1_000).map(|i| (-10.0 + f64::from(i) * 0.01, 1.0)).collect();
        let chance = Chance::learn(decoys, 1e6);
        assert!((chance.log_tail(-5.005) - libm::log(500.0 / 1e6)).abs() < 1e-9);
        assert!(chance.log_tail(-12.0) < chance.log_tail(-10.0));
        assert!(chance.log_tail(-12.0) > chance.log_tail(-14.0));
    }

    #[test]
    fn copies_that_strayed_among_the_decoys_are_taken_off() {
        let honest = (0..1_000).map(|i| (-10.0 + f64::from(i) * 0.01, 1.0));
        let strays = (0..12).map(|i| (-20.0 - f64::from(i), 1.0));
        let at_home = (0..110).map(|i| (-31.5 + f64::from(i) * 0.1, -0.12));
        let clean = Chance::learn(honest.clone().collect(), 1e6);
        let strayed = Chance::learn(honest.clone().chain(strays.clone()).collect(), 1e6);
        let corrected = Chance::learn(honest.chain(strays).chain(at_home).collect(), 1e6);
        assert!(strayed.log_tail(-20.0) > clean.log_tail(-20.0) + 2.0);
        assert!(corrected.log_tail(-20.0) < strayed.log_tail(-20.0) - 2.0);
    }

    #[test]
    fn without_decoys_the_model_is_trusted_only_in_part() {
        let chance = Chance::learn(Vec::new(), 0.0);
        assert!(chance.log_tail(-10.0) > -10.0);
    }

    #[test]
    fn many_pairs_without_a_likeness_say_that_chance_makes_few() {
        let chance = Chance::learn(Vec::new(), 1e9);
        assert!(chance.log_tail(-1.0) < -19.0);
    }
}
