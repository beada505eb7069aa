//! The shape of a form: how far it is one value, literally and with the reversed items turned.

#![expect(clippy::indexing_slicing, reason = "counts are indexed by codes up to CODE_MAX")]

use super::batch::CODE_MAX;
use super::behaviour::Behaviour;

/// Shape of one form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// Items answered.
    pub answered: u8,
    /// Commonest value with reversed items turned; the lower of equals.
    pub value: u8,
    /// Items that have it.
    pub agreeing: u8,
    /// Commonest value as ticked.
    pub literal_value: u8,
    /// Items that have it.
    pub literal: u8,
    /// Reversed items answered, where the literal value would mean something else when turned.
    pub tellers: u8,
    /// Those of them that were ticked with the literal value all the same.
    pub against: u8,
}

impl Shape {
    /// Shapes of n × `width` codes.
    pub fn of_all(items: &[u8], width: usize, behaviour: &Behaviour) -> Vec<Self> {
        if width == 0 {
            return Vec::new();
        }
        items.chunks_exact(width).map(|answers| Self::of(answers, behaviour)).collect()
    }

    /// Shape of one form.
    pub fn of(answers: &[u8], behaviour: &Behaviour) -> Self {
        let mut turned = [0_u8; CODE_MAX as usize + 1];
        let mut literal = [0_u8; CODE_MAX as usize + 1];
        for (item, &code) in answers.iter().enumerate() {
            turned[usize::from(behaviour.turned(item, code))] += 1;
            literal[usize::from(code)] += 1;
        }
        let answered = answers.len() as u8 - literal[0];
        let (value, agreeing) = commonest(&turned);
        let (literal_value, literal) = commonest(&literal);
        let mut shape =
            Self { answered, value, agreeing, literal_value, literal, tellers: 0, against: 0 };
        if literal_value * 2 != behaviour.top + 1 {
            for (item, &code) in answers.iter().enumerate() {
                if behaviour.reversed[item] && code > 0 {
                    shape.tellers += 1;
                    shape.against += u8::from(code == literal_value);
                }
            }
        }
        shape
    }

    /// Share of the answered items that have the commonest value, reversed items turned.
    pub fn evenness(&self) -> f64 {
        f64::from(self.agreeing) / f64::from(self.answered.max(1))
    }

    /// Share of the answered items that have the commonest value as ticked.
    pub fn literal_evenness(&self) -> f64 {
        f64::from(self.literal) / f64::from(self.answered.max(1))
    }
}

fn commonest(counts: &[u8]) -> (u8, u8) {
    let mut best = (0, 0);
    for (code, &count) in counts.iter().enumerate().skip(1) {
        if count > best.1 {
            best = (code as u8, count);
        }
    }
    best
}
