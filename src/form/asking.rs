//! How a round asks its form: on one page or question by question, whole or in part, in which order the levels stand.
//!
//! What a respondent is shown depends on dice thrown for him alone, so the probability of every criterion is known and
//! **index** can count each answer 1/π times (Horvitz & Thompson 1952).

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};

use super::analysis::Criterion;
use super::answers::{Answers, NO_ANSWER};
use super::definition::{Form, Role};

/// Most criteria of a short form.
pub const SHORT_MAX: usize = 8;

/// How a round asks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Asking {
    /// One page, or one question at a time.
    pub layout: Layout,
    /// How much of the form one person is asked.
    pub length: Length,
    /// In which order the levels of a scale stand.
    pub order: Order,
}

/// One page, or one question at a time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// Everything on one page.
    #[default]
    OnePage,
    /// One question at a time, with progress and a way back.
    OneQuestion,
}

/// How much of the form one person is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Length {
    /// Every criterion, but for those whose `show_probability` is below 1.
    #[default]
    Full,
    /// One of several blocks of at most [`SHORT_MAX`] criteria, each block for the same share of people.
    Short,
    /// One criterion, sent by one tap. Published apart, never in an index.
    OneTap,
}

/// In which order the levels of a scale stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// As the form lists them, for everybody.
    #[default]
    AsWritten,
    /// For half of the people the other way round; which half is recorded with the answer.
    Random,
}

impl Asking {
    /// Whether it is what a round that says nothing does.
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }

    /// Why this form cannot be asked in this way.
    pub fn fault(&self, form: &Form) -> Option<&'static str> {
        match self.length {
            Length::Full => None,
            Length::Short if form.criteria().any(|c| c.question.required) => Some(
                "a short form shows each criterion to a part of the people only; none can be required",
            ),
            Length::Short if form.criteria().any(|c| c.question.show_probability.value() < 1.0) => {
                Some("the form rotates criteria by show_probability already; use length = \"full\"")
            }
            Length::Short => None,
            Length::OneTap if form.criteria().count() != 1 => {
                Some("one tap answers one criterion; use a form that has exactly one")
            }
            Length::OneTap => None,
        }
    }
}

/// Which questions one person is shown.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Shown(Option<Box<[bool]>>);

impl Shown {
    /// All of them.
    pub const EVERYTHING: Self = Self(None);

    /// Whether the question at this position of the form is shown.
    pub fn has(&self, position: usize) -> bool {
        self.0.as_ref().is_none_or(|shown| shown.get(position).copied().unwrap_or(false))
    }
}

impl Form {
    /// How many blocks a short form rotates through.
    fn blocks(&self) -> usize {
        self.criteria().count().div_ceil(SHORT_MAX).max(1)
    }

    /// With what probability a person is shown this criterion, 0 < π ≤ 1.
    pub fn shown_probability(&self, length: Length, criterion: &Criterion<'_>) -> f64 {
        match length {
            Length::Short => 1.0 / self.blocks() as f64,
            Length::Full | Length::OneTap => criterion.question.show_probability.value(),
        }
    }

    /// How many criteria a person is shown on average.
    pub fn shown_mean(&self, length: Length) -> f64 {
        self.criteria().map(|criterion| self.shown_probability(length, &criterion)).sum()
    }

    /// What the person with these dice is shown. Every block of a short form takes every k-th criterion, so that it holds
    /// some of each factor.
    pub fn shown(&self, length: Length, dice: [u8; 16]) -> Shown {
        let certain = match length {
            Length::OneTap => {
                let criterion = |q: &super::Question| matches!(q.role, Role::Criterion { .. });
                return Shown(Some(self.questions.iter().map(criterion).collect()));
            }
            Length::Short => self.blocks() == 1,
            Length::Full => self.criteria().all(|c| c.question.show_probability.value() >= 1.0),
        };
        if certain {
            return Shown::EVERYTHING;
        }
        let mut seed = [0; 32];
        for (slot, byte) in seed.iter_mut().zip(dice) {
            *slot = byte;
        }
        let mut dice = ChaCha8Rng::from_seed(seed);
        let mut shown: Box<[bool]> = self.questions.iter().map(|_| true).collect();
        let blocks = self.blocks() as u64;
        // The remainder favours the first blocks by less than 1 in 2^60.
        let own = dice.next_u64() % blocks;
        for (number, criterion) in (0..).zip(self.criteria()) {
            let picked = match length {
                Length::Short => number % blocks == own,
                Length::Full | Length::OneTap => {
                    let drawn = f64::from(dice.next_u32()) / (f64::from(u32::MAX) + 1.0);
                    drawn < criterion.question.show_probability.value()
                }
            };
            if let Some(slot) = shown.get_mut(criterion.position) {
                *slot = picked;
            }
        }
        Shown(Some(shown))
    }

    /// The answers without those to criteria that were not shown: an answer that no page of ours asked for has no known
    /// probability.
    pub fn only_shown(&self, answers: Answers, shown: &Shown) -> Answers {
        if shown.0.is_none() {
            return answers;
        }
        let codes =
            self.columns_with_positions().zip(answers.codes.iter()).map(|(position, code)| {
                let criterion = self
                    .questions
                    .get(position)
                    .is_some_and(|question| matches!(question.role, Role::Criterion { .. }));
                if criterion && !shown.has(position) { NO_ANSWER } else { *code }
            });
        let codes = codes.collect();
        Answers { codes, ..answers }
    }

    /// Whether any criterion is answered.
    pub fn answers_a_criterion(&self, answers: &Answers) -> bool {
        self.criteria().any(|c| answers.codes.get(c.column).is_some_and(|code| *code != NO_ANSWER))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::shipped;

    fn dice(n: u32) -> [u8; 16] {
        let mut dice = [0; 16];
        dice[..4].copy_from_slice(&n.to_be_bytes());
        dice
    }

    #[test]
    fn a_short_form_shows_every_criterion_to_its_known_share_of_people_and_each_factor_to_everybody()
     {
        let form = shipped::one_stop_shop().unwrap();
        let people = 6_000;
        let mut times = vec![0_u32; form.questions.len()];
        for n in 0..people {
            let shown = form.shown(Length::Short, dice(n));
            let picked: Vec<_> = form.criteria().filter(|c| shown.has(c.position)).collect();
            assert!((7..=SHORT_MAX).contains(&picked.len()));
            for factor in 0..form.factors.len() {
                assert!(picked.iter().any(|c| c.factor == factor), "factor {factor}");
            }
            for (position, times) in times.iter_mut().enumerate() {
                *times += u32::from(shown.has(position));
            }
        }
        for criterion in form.criteria() {
            let share = f64::from(times[criterion.position]) / f64::from(people);
            let known = form.shown_probability(Length::Short, &criterion);
            assert!((share - known).abs() < 0.03, "{share} for {known}");
        }
        let comment = form.questions.len() - 1;
        assert_eq!(times[comment], people, "what is no criterion is shown to everybody");
        assert!((form.shown_mean(Length::Short) - 22.0 / 3.0).abs() < 1e-9);
    }

    #[test]
    fn criteria_that_rotate_are_shown_as_often_as_the_form_says() {
        let source = shipped::ONE_STOP_SHOP.replacen(
            "name = \"q02\"",
            "show_probability = 0.25\nname = \"q02\"",
            1,
        );
        let form = Form::parse(&source, "f.toml").unwrap();
        let at = form.criteria().nth(1).unwrap().position;
        let times = (0..8_000).filter(|n| form.shown(Length::Full, dice(*n)).has(at)).count();
        assert!((1_800..2_200).contains(&times), "{times}");
        assert!((0..50).all(|n| form.shown(Length::Full, dice(n)).has(at + 1)));
        assert!(Asking { length: Length::Short, ..Asking::default() }.fault(&form).is_some());
    }

    #[test]
    fn an_answer_to_what_was_not_shown_is_left_out_and_nothing_else() {
        let form = shipped::one_stop_shop().unwrap();
        let mut fields: Vec<(String, &str)> = (1..=22).map(|i| (format!("q{i:02}"), "4")).collect();
        fields.push(("sex".to_owned(), "1"));
        let answers = form.check(&fields).unwrap();
        let shown = form.shown(Length::Short, dice(1));
        let kept = form.only_shown(answers.clone(), &shown);
        for criterion in form.criteria() {
            let code = if shown.has(criterion.position) { 4 } else { 0 };
            assert_eq!(kept.codes()[criterion.column], code);
        }
        let sex = form.column("sex").unwrap();
        assert_eq!(kept.codes()[sex], 1);
        assert!(form.answers_a_criterion(&kept));
        assert_eq!(form.only_shown(answers.clone(), &Shown::EVERYTHING), answers);
    }

    #[test]
    fn a_round_that_says_nothing_asks_everything_on_one_page_in_the_written_order() {
        let form = shipped::one_stop_shop().unwrap();
        assert_eq!(form.shown(Length::Full, dice(3)), Shown::EVERYTHING);
        assert_eq!(Asking::default().fault(&form), None);
        assert!(Asking::default().is_usual());
        assert!(Asking { length: Length::OneTap, ..Asking::default() }.fault(&form).is_some());
        let written: Asking =
            toml::from_str("layout = \"one_question\"\norder = \"random\"").unwrap();
        assert_eq!((written.layout, written.order), (Layout::OneQuestion, Order::Random));
        assert!(toml::from_str::<Asking>("lenght = \"short\"").is_err());
    }
}
