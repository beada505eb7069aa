//! How made-up people answer: a graded response model with a level per person, five factors and straight-liners who mean it.

use super::chance::Chance;
use super::setting::Setting;

/// The form of a round and how its items behave.
pub struct Form {
    pub items: usize,
    pub reversed: Vec<bool>,
    easy: Vec<f64>,
    factor: Vec<usize>,
    unit_level: Vec<f64>,
    level: f64,
    people: f64,
    noise: f64,
    straight: f64,
    misread: f64,
}

/// One person's answers and what made them look odd.
pub struct Answers {
    pub codes: Vec<u8>,
    pub straight: bool,
}

impl Form {
    pub fn new(setting: &Setting, chance: &mut Chance) -> Self {
        let mut reversed = vec![false; setting.items];
        let mut left = setting.reversed;
        while left > 0 {
            let item = chance.whole(1, setting.items - 1);
            if !reversed[item] {
                reversed[item] = true;
                left -= 1;
            }
        }
        Self {
            items: setting.items,
            reversed,
            easy: (0..setting.items).map(|_| 0.35 * chance.normal()).collect(),
            factor: (0..setting.items).map(|item| item * 5 / setting.items).collect(),
            unit_level: (0..setting.units)
                .map(|_| setting.between_units * chance.normal())
                .collect(),
            level: setting.level,
            people: setting.people,
            noise: setting.noise,
            straight: setting.straight,
            misread: setting.misread,
        }
    }

    /// What one value throughout looks like to somebody who reads.
    pub fn straight(&self, value: u8, chance: &mut Chance) -> Vec<u8> {
        self.reversed
            .iter()
            .map(|&reversed| {
                let exact = if reversed { 6 - value } else { value };
                if reversed && chance.happens(0.15) { (exact + 1).min(5) } else { exact }
            })
            .collect()
    }

    /// An honest person's answers.
    pub fn honest(&self, unit: usize, chance: &mut Chance) -> Answers {
        let level = self.level + self.unit_level[unit] + self.people * chance.normal();
        if chance.happens(self.straight) {
            let value = grade(level + 0.3 * chance.normal()).max(3);
            let codes = if chance.happens(self.misread) {
                vec![value; self.items]
            } else {
                self.straight(value, chance)
            };
            return Answers { codes: self.left_out(codes, chance), straight: true };
        }
        let factors: Vec<f64> = (0..5).map(|_| 0.45 * chance.normal()).collect();
        let noise = self.noise * chance.between(0.6, 1.3);
        let codes = (0..self.items)
            .map(|item| {
                let value = grade(
                    level + self.easy[item] + factors[self.factor[item]] + noise * chance.normal(),
                );
                if self.reversed[item] { 6 - value } else { value }
            })
            .collect();
        Answers { codes: self.left_out(codes, chance), straight: false }
    }

    fn left_out(&self, mut codes: Vec<u8>, chance: &mut Chance) -> Vec<u8> {
        if chance.happens(0.05) {
            codes[self.items * 4 / 5..].fill(0);
        } else if chance.happens(0.01) {
            let from = chance.whole(self.items / 4, self.items * 2 / 3);
            codes[from..].fill(0);
        }
        if chance.happens(0.08) {
            let rate = chance.between(0.02, 0.2);
            for code in &mut codes {
                if chance.happens(rate) {
                    *code = 0;
                }
            }
        }
        codes
    }
}

fn grade(latent: f64) -> u8 {
    1 + [-1.6, -0.8, -0.1, 1.0].iter().filter(|&&cut| latent >= cut).count() as u8
}
