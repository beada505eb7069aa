//! Guesses which known word a misspelt one was meant to be.

/// Words longer than this are not compared.
const COMPARED_CHARS_MAX: usize = 64;

/// The nearest of `known` to `word`, if it is near enough: a third of its letters may differ, at least one.
pub(super) fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let word: Vec<char> = word.to_lowercase().replace('-', "_").chars().collect();
    if word.len() > COMPARED_CHARS_MAX {
        return None;
    }
    known
        .into_iter()
        .map(|candidate| {
            let letters: Vec<char> = candidate.chars().collect();
            (distance(&word, &letters), letters.len(), candidate)
        })
        .filter(|(distance, letters, _)| *distance <= (letters / 3).max(1) && distance < letters)
        .min_by_key(|(distance, ..)| *distance)
        .map(|(.., candidate)| candidate)
}

/// `, did you mean "…"?` or nothing.
pub(super) fn did_you_mean<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> String {
    nearest(word, known).map(|near| format!(", did you mean \"{near}\"?")).unwrap_or_default()
}

/// Damerau's distance in its restricted form: insertions, deletions, replacements and swaps of neighbours.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, to) in b.iter().enumerate() {
            let cell = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX - 1);
            let replaced = cell(&row, j) + usize::from(from != to);
            let mut best = replaced.min(cell(&row, j + 1) + 1).min(cell(&next, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(to) && b.get(j - 1) == Some(from);
            if swapped {
                best = best.min(cell(&before, j - 1) + 1);
            }
            next.push(best);
        }
        before = std::mem::replace(&mut row, next);
    }
    row.last().copied().unwrap_or(a.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_finds_its_word() {
        let known = ["version", "title", "text", "top", "show_probability"];
        for (slip, meant) in [
            ("versoin", "version"),
            ("tite", "title"),
            ("Text", "text"),
            ("txet", "text"),
            ("tops", "top"),
            ("show-probabilty", "show_probability"),
        ] {
            assert_eq!(nearest(slip, known), Some(meant), "{slip}");
        }
        for far in ["", "colour", "x", "đ", &"v".repeat(100)] {
            assert_eq!(nearest(far, known), None, "{far}");
        }
    }
}
