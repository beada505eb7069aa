//! The one axis of a picture: shares from a round tenth to a round tenth.

/// A piece of the scale from 0 to 1 with its ticks, in tenths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Axis {
    low: u8,
    high: u8,
    step: u8,
}

/// From this many tenths on, every second tick is drawn.
const SPARSE_FROM: u8 = 6;

impl Axis {
    /// The shortest axis from tenth to tenth that holds all `shares`; the full scale when there are none. A share
    /// outside 0 to 1 counts as the nearer end, one that is no number not at all.
    pub fn covering(shares: impl IntoIterator<Item = f64>) -> Self {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for share in shares {
            if share.is_finite() {
                low = low.min(share.clamp(0.0, 1.0));
                high = high.max(share.clamp(0.0, 1.0));
            }
        }
        if low > high {
            return Self { low: 0, high: 10, step: 2 };
        }
        let (mut low, mut high) = (tenths((low * 10.0).floor()), tenths((high * 10.0).ceil()));
        // Two ticks at least, and room around a single value.
        if high - low < 2 {
            low = low.saturating_sub(1);
            high = (high + 1).min(10);
        }
        let step = if high - low > SPARSE_FROM { 2 } else { 1 };
        if step == 2 {
            low -= low % 2;
            high += high % 2;
        }
        Self { low, high, step }
    }

    /// Where `share` stands, in percent of the axis from its left end; held at the ends.
    pub fn at(&self, share: f64) -> f64 {
        let span = f64::from(self.high - self.low);
        ((share * 10.0 - f64::from(self.low)) / span * 100.0).clamp(0.0, 100.0)
    }

    /// The shares that carry a tick, from left to right.
    pub fn ticks(&self) -> impl Iterator<Item = f64> {
        (self.low..=self.high).step_by(self.step.into()).map(|tenth| f64::from(tenth) / 10.0)
    }
}

/// `value`: a whole number from 0 to 10.
fn tenths(value: f64) -> u8 {
    value.clamp(0.0, 10.0) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticks(shares: &[f64]) -> Vec<f64> {
        Axis::covering(shares.iter().copied()).ticks().collect()
    }

    #[test]
    fn an_axis_runs_from_a_round_tenth_to_a_round_tenth() {
        assert_eq!(ticks(&[0.712, 0.884]), [0.7, 0.8, 0.9]);
        assert_eq!(ticks(&[0.6, 0.9]), [0.6, 0.7, 0.8, 0.9]);
        assert_eq!(ticks(&[0.15, 0.97]), [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]);
        assert_eq!(ticks(&[0.0, 1.0]), [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]);
    }

    #[test]
    fn a_single_value_or_none_still_gives_an_axis() {
        assert_eq!(ticks(&[0.8]), [0.7, 0.8, 0.9]);
        assert_eq!(ticks(&[1.0]), [0.9, 1.0]);
        assert_eq!(ticks(&[0.0]), [0.0, 0.1]);
        assert_eq!(ticks(&[]), [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]);
        assert_eq!(ticks(&[f64::NAN, f64::INFINITY]), [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]);
        assert_eq!(ticks(&[-3.0, 7.0]), [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]);
    }

    #[test]
    fn positions_stay_on_the_axis() {
        let axis = Axis::covering([0.7, 0.9]);
        assert_eq!(axis.at(0.7), 0.0);
        assert!((axis.at(0.8) - 50.0).abs() < 1e-9);
        assert_eq!(axis.at(0.95), 100.0);
        assert_eq!(axis.at(0.1), 0.0);
    }
}
