//! Comments made comparable: case, accents and punctuation aside.

use crate::spelling::folded;

/// The words of a comment, lower case, without accents and punctuation.
pub fn words(comment: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for letter in folded(comment) {
        if letter.is_alphanumeric() {
            word.push(letter);
        } else if !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// A digest that is the same for comments of the same words.
pub fn digest(comment: &str) -> u64 {
    words(comment).iter().fold(FNV, |hash, word| mix(hash, word))
}

/// Start of [`mix`].
pub const FNV: u64 = 0xcbf2_9ce4_8422_2325;

/// Adds a word to a digest (FNV-1a, words set apart).
pub fn mix(hash: u64, word: &str) -> u64 {
    word.bytes()
        .chain(std::iter::once(0x1f))
        .fold(hash, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_accents_and_punctuation_do_not_matter() {
        assert_eq!(words("Đúng hẹn,  RẤT tốt!!"), ["dung", "hen", "rat", "tot"]);
        assert_eq!(digest("Rất tốt."), digest("rat  TOT"));
        assert_ne!(digest("rat tot"), digest("tot rat"));
    }
}
