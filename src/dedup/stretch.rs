//! The stretch of a series of steps that speaks most strongly.

/// The contiguous stretch with the largest sum (Kadane), as (first step, last step, sum); `None` if no step is positive.
pub fn heaviest(steps: &[f64]) -> Option<(usize, usize, f64)> {
    let mut best: Option<(usize, usize, f64)> = None;
    let (mut start, mut sum) = (0, 0.0);
    for (at, &step) in steps.iter().enumerate() {
        if sum <= 0.0 {
            start = at;
            sum = 0.0;
        }
        sum += step;
        if sum > best.map_or(0.0, |(_, _, weight)| weight) {
            best = Some((start, at, sum));
        }
    }
    best
}

/// All separate stretches of at least `least` in order of their first step: the heaviest, then those beside it.
pub fn heavy(steps: &[f64], least: f64) -> Vec<(usize, usize, f64)> {
    let mut found = Vec::new();
    let mut open = vec![(0, steps.len())];
    while let Some((from, to)) = open.pop() {
        let Some(part) = steps.get(from..to) else { continue };
        if let Some((first, last, sum)) = heaviest(part).filter(|(_, _, sum)| *sum >= least) {
            found.push((from + first, from + last, sum));
            open.push((from, from + first));
            open.push((from + last + 1, to));
        }
    }
    found.sort_unstable_by_key(|stretch| stretch.0);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separate_stretches_are_found_in_order() {
        let steps = [1.0, 2.0, -9.0, 4.0, -1.0, 3.0, -9.0, 0.5];
        assert_eq!(heaviest(&steps), Some((3, 5, 6.0)));
        assert_eq!(heavy(&steps, 2.0), [(0, 1, 3.0), (3, 5, 6.0)]);
        assert_eq!(heaviest(&[-1.0, -2.0]), None);
    }
}
