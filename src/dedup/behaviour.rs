//! How the items of this form behave: which are worded the other way round.
//!
//! Nothing but the answers tells. An item runs against the form when its answers fall as the mean of the other items
//! rises; the sign of that correlation is settled in a few passes, starting from "all run with the form".

#![expect(clippy::indexing_slicing, reason = "numeric kernel over a checked matrix")]

/// Responses looked at, at most: enough to tell a sign.
const SAMPLE: usize = 20_000;
/// Weakest correlation that turns an item around; below it, wording or chance may be at work.
const CORRELATION_MIN: f64 = 0.1;
/// The same in standard errors.
const ERRORS_MIN: f64 = 4.0;

/// What was learned about the items.
#[derive(Clone, Debug)]
pub struct Behaviour {
    /// Whether an item is worded the other way round.
    pub reversed: Vec<bool>,
    /// Largest code of the scale.
    pub top: u8,
}

impl Behaviour {
    /// Learns from n × `width` codes, 0 = no answer.
    pub fn learn(items: &[u8], width: usize) -> Self {
        let top = items.iter().copied().max().unwrap_or(0);
        let mut reversed = vec![false; width];
        if width < 3 || top < 2 {
            return Self { reversed, top };
        }
        let rows = items.len() / width;
        let stride = rows.div_ceil(SAMPLE).max(1);
        for _ in 0..6 {
            let next = against_the_rest(items, width, stride, top, &reversed);
            if next == reversed {
                break;
            }
            reversed = next;
        }
        // The larger camp is the form; the smaller runs against it.
        if reversed.iter().filter(|&&r| r).count() * 2 > width {
            for flag in &mut reversed {
                *flag = !*flag;
            }
        }
        Self { reversed, top }
    }

    /// The code as it would be if the item ran with the form; 0 stays 0.
    pub fn turned(&self, item: usize, code: u8) -> u8 {
        if code > 0 && self.reversed[item] { self.top + 1 - code } else { code }
    }
}

fn against_the_rest(
    items: &[u8],
    width: usize,
    stride: usize,
    top: u8,
    reversed: &[bool],
) -> Vec<bool> {
    #[derive(Clone, Copy, Default)]
    struct Sums {
        n: f64,
        x: f64,
        y: f64,
        xx: f64,
        yy: f64,
        xy: f64,
    }
    let turn = |item: usize, code: u8| -> f64 {
        if reversed[item] { f64::from(top + 1 - code) } else { f64::from(code) }
    };
    let mut sums = vec![Sums::default(); width];
    for answers in items.chunks_exact(width).step_by(stride) {
        let mut total = 0.0;
        let mut answered = 0.0;
        for (item, &code) in answers.iter().enumerate() {
            if code > 0 {
                total += turn(item, code);
                answered += 1.0;
            }
        }
        if answered < 3.0 {
            continue;
        }
        for (item, &code) in answers.iter().enumerate() {
            if code > 0 {
                let x = turn(item, code);
                let y = (total - x) / (answered - 1.0);
                let s = &mut sums[item];
                s.n += 1.0;
                s.x += x;
                s.y += y;
                s.xx += x * x;
                s.yy += y * y;
                s.xy += x * y;
            }
        }
    }
    sums.iter()
        .zip(reversed)
        .map(|(s, &was)| {
            let covariance = s.n * s.xy - s.x * s.y;
            let scale = (s.n * s.xx - s.x * s.x) * (s.n * s.yy - s.y * s.y);
            if scale <= 0.0 {
                return was;
            }
            let r = covariance / scale.sqrt();
            if r < -CORRELATION_MIN && r * s.n.sqrt() < -ERRORS_MIN { !was } else { was }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_worded_the_other_way_round_are_found_in_the_answers() {
        let mut items = Vec::new();
        for i in 0..300_u32 {
            let level = 2 + (i % 4) as u8;
            let wobble = |j: u32| u8::from((i * 7 + j * 13).is_multiple_of(5));
            items.extend((0..6).map(|j| (level - wobble(j)).clamp(1, 5)));
            items.push(6 - (level - wobble(9)));
        }
        let behaviour = Behaviour::learn(&items, 7);
        assert_eq!(behaviour.reversed, [false, false, false, false, false, false, true]);
        assert_eq!(behaviour.turned(6, 1), 5);
        let mirrored: Vec<u8> = items.iter().map(|code| 6 - code).collect();
        assert_eq!(Behaviour::learn(&mirrored, 7).reversed, behaviour.reversed);
    }

    #[test]
    fn unrelated_items_are_left_as_they_are() {
        let items: Vec<u8> =
            (0..4_000_u64).map(|i| 1 + ((i * 2_654_435_761) >> 7) as u8 % 5).collect();
        assert!(Behaviour::learn(&items, 8).reversed.iter().all(|&r| !r));
    }
}
