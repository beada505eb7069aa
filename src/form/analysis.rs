//! What **weigh** and **index** ask of a form: which column is what, which codes count as satisfied, what an option
//! earns, which categories a margin has.

use super::answers::{Answer, NO_OPINION, PREFER_NOT};
use super::check::{AllowedCodes, Entry};
use super::definition::{AnswerOption, Coded, Definition, Form, Question, Role, Shape};
use super::name::Name;
use super::number::Share;

/// Positions of the coded questions, built once per form.
#[derive(Debug, Clone)]
pub(super) struct Columns {
    /// Per column of the codes, the position of its question.
    positions: Box<[usize]>,
}

impl Columns {
    pub(super) fn of(definition: &Definition) -> Self {
        let positions = definition
            .questions
            .iter()
            .enumerate()
            .filter(|(_, question)| question.coded().is_some())
            .map(|(position, _)| position)
            .collect();
        Self { positions }
    }
}

/// A criterion as weighing and indexing see it.
#[derive(Debug, Clone, Copy)]
pub struct Criterion<'f> {
    /// Index into [`Answers::codes`](super::Answers::codes).
    pub column: usize,
    /// Index into [`Definition::questions`].
    pub position: usize,
    /// Index into [`Definition::factors`].
    pub factor: usize,
    /// The question.
    pub question: &'f Question,
    /// Its options and how they count.
    pub coded: &'f Coded,
}

/// A variable about the person, which margins can be kept for.
#[derive(Debug, Clone, Copy)]
pub struct Margin<'f> {
    /// Index into [`Answers::codes`](super::Answers::codes).
    pub column: usize,
    /// The variable, e.g. `sex`, `age_group`.
    pub variable: &'f Name,
    /// The question.
    pub question: &'f Question,
    /// Its options: the categories.
    pub coded: &'f Coded,
}

impl<'f> Margin<'f> {
    /// The category a stored answer falls into; `None` = not stated (no answer, or "prefer not to say").
    pub fn category(&self, answer: Answer) -> Option<&'f Name> {
        match answer {
            Answer::Option(code) => self.coded.option(code)?.name.as_ref(),
            Answer::None | Answer::NoOpinion | Answer::PreferNot => None,
        }
    }

    /// Codes and labels of the categories, in the order of the form.
    pub fn categories(&self) -> impl Iterator<Item = (u8, &'f Name)> + use<'f> {
        self.coded.options.iter().filter_map(|option| Some((option.code, option.name.as_ref()?)))
    }
}

impl Form {
    /// How many bytes [`Answers::codes`](super::Answers::codes) has.
    pub fn coded_len(&self) -> usize {
        self.lookup.coded_len
    }

    /// The coded questions, one per column.
    pub fn coded_questions(&self) -> impl Iterator<Item = &Question> {
        self.columns.positions.iter().filter_map(|&position| self.questions.get(position))
    }

    /// Per column of the codes, the position of its question.
    pub(super) fn columns_with_positions(&self) -> impl Iterator<Item = usize> {
        self.columns.positions.iter().copied()
    }

    pub(super) fn coded_questions_with_lookup(
        &self,
    ) -> impl Iterator<Item = (&Question, AllowedCodes)> {
        self.questions.iter().zip(&self.lookup.entries).filter_map(
            |(question, entry)| match entry {
                Entry::Coded { allowed, .. } => Some((question, *allowed)),
                Entry::Text { .. } => None,
            },
        )
    }

    /// The column of the coded question `name`.
    pub fn column(&self, name: &str) -> Option<usize> {
        match self.lookup.entries.get(self.lookup.position(name)?)? {
            Entry::Coded { column, .. } => Some(*column),
            Entry::Text { .. } => None,
        }
    }

    /// The criteria, in the order of the form; never none.
    pub fn criteria(&self) -> impl Iterator<Item = Criterion<'_>> {
        self.columns.positions.iter().enumerate().filter_map(|(column, &position)| {
            let question = self.questions.get(position)?;
            match question.role {
                Role::Criterion { factor } => {
                    Some(Criterion { column, position, factor, question, coded: question.coded()? })
                }
                Role::Person { .. } | Role::Helper | Role::Comment => None,
            }
        })
    }

    /// The questions about the person, in the order of the form.
    pub fn margins(&self) -> impl Iterator<Item = Margin<'_>> {
        self.columns.positions.iter().enumerate().filter_map(|(column, &position)| {
            let question = self.questions.get(position)?;
            match &question.role {
                Role::Person { margin } => {
                    Some(Margin { column, variable: margin, question, coded: question.coded()? })
                }
                Role::Criterion { .. } | Role::Helper | Role::Comment => None,
            }
        })
    }

    /// The question about the person that fills the margin `variable`.
    pub fn margin(&self, variable: &str) -> Option<Margin<'_>> {
        self.margins().find(|margin| margin.variable.as_str() == variable)
    }

    /// Column and question in which the person says who helped; its options hold one named `none`.
    pub fn helper(&self) -> Option<(usize, &Question)> {
        self.coded_questions().enumerate().find(|(_, question)| question.role == Role::Helper)
    }

    /// The free comment, if the form has one.
    pub fn comment_question(&self) -> Option<&Question> {
        self.questions.iter().find(|question| question.role == Role::Comment)
    }

    /// Most characters of the comment, if the form has one.
    pub fn comment_chars_max(&self) -> Option<usize> {
        match self.comment_question()?.shape {
            Shape::Text { chars_max } => Some(usize::from(chars_max)),
            Shape::Coded(_) => None,
        }
    }
}

impl Coded {
    /// Every code an answer can have, "no opinion" and "prefer not to say" last.
    pub fn codes(&self) -> impl Iterator<Item = u8> {
        self.options
            .iter()
            .map(|option| option.code)
            .chain(self.no_opinion.is_some().then_some(NO_OPINION))
            .chain(self.prefer_not.is_some().then_some(PREFER_NOT))
    }

    /// The option with this code.
    pub fn option(&self, code: u8) -> Option<&AnswerOption> {
        self.options.iter().find(|option| option.code == code)
    }

    /// The option that a dossier or margin file means by `label`: its name, its code, an alias, or its words in any
    /// language. `label` is compared after NFC and trimming.
    pub fn find(&self, label: &str) -> Option<&AnswerOption> {
        let label = super::read::tidy(label);
        self.options.iter().find(|option| {
            option.label() == label
                || option.code.to_string() == label
                || option.aliases.contains(&label)
                || option.text.iter().any(|(_, words)| words == label)
        })
    }

    /// Whether the answer `code` counts as satisfied. Never for "no answer", "no opinion", "prefer not to say".
    pub fn counts_as_top(&self, code: u8) -> bool {
        self.option(code).is_some() && self.top.contains(&self.as_on_the_scale(code))
    }

    /// The codes that count as satisfied, ascending.
    pub fn top_codes(&self) -> Vec<u8> {
        let mut codes: Vec<u8> = self.top.iter().map(|&code| self.as_on_the_scale(code)).collect();
        codes.sort_unstable();
        codes
    }

    /// The share of the full mark that the answer `code` earns; `None` when it is no option or shares are not set.
    pub fn share(&self, code: u8) -> Option<Share> {
        self.option(code)?;
        self.option(self.as_on_the_scale(code))?.share
    }

    /// Codes and what they earn, in the order of the form; `None` when the form sets no shares.
    pub fn shares(&self) -> Option<Vec<(u8, Share)>> {
        self.options.iter().map(|option| Some((option.code, self.share(option.code)?))).collect()
    }

    /// On a reversed question the best level stands for the worst: level 1 of 5 counts as level 5.
    fn as_on_the_scale(&self, code: u8) -> u8 {
        if !self.reversed {
            return code;
        }
        let levels = u8::try_from(self.options.len()).unwrap_or(u8::MAX);
        levels.saturating_add(1).saturating_sub(code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::shipped;

    #[test]
    fn criteria_know_their_column_and_factor() {
        let form = shipped::one_stop_shop().unwrap();
        let mut per_factor = [0; 5];
        for (expected, criterion) in form.criteria().enumerate() {
            assert_eq!(criterion.column, expected);
            assert_eq!(criterion.question.name.to_string(), format!("q{:02}", expected + 1));
            assert_eq!(form.column(criterion.question.name.as_str()), Some(expected));
            assert_eq!(criterion.coded.top_codes(), [4, 5]);
            per_factor[criterion.factor] += 1;
        }
        assert_eq!(per_factor, [4, 5, 6, 3, 4]);
        assert_eq!(form.column("comment"), None);
        assert_eq!(form.column("nothing"), None);
    }

    #[test]
    fn margins_name_their_categories_and_not_stated_is_none_of_them() {
        let form = shipped::one_stop_shop().unwrap();
        let sex = form.margin("sex").unwrap();
        let labels: Vec<_> = sex.categories().map(|(code, name)| (code, name.as_str())).collect();
        assert_eq!(labels, [(1, "male"), (2, "female")]);
        assert_eq!(sex.category(Answer::Option(2)).map(Name::as_str), Some("female"));
        for not_stated in [Answer::None, Answer::PreferNot, Answer::Option(9)] {
            assert_eq!(sex.category(not_stated), None);
        }
        assert!(form.margin("age_group").unwrap().coded.ordered);
        assert!(form.margin("ethnicity").is_none());
    }

    #[test]
    fn a_label_of_a_dossier_file_finds_its_option() {
        let form = shipped::one_stop_shop().unwrap();
        let sex = form.margin("sex").unwrap().coded;
        for label in ["male", "Nam", " Nam ", "Male", "1"] {
            assert_eq!(sex.find(label).map(|option| option.code), Some(1), "{label:?}");
        }
        assert_eq!(sex.find("Nu\u{31b}\u{303}").map(|option| option.code), Some(2), "NFD");
        assert!(sex.find("Nạm").is_none());
        let age = form.margin("age_group").unwrap().coded;
        assert_eq!(age.find("<25").map(AnswerOption::label).as_deref(), Some("under_25"));
        assert_eq!(age.find(">60").map(AnswerOption::label).as_deref(), Some("over_60"));
    }

    #[test]
    fn on_a_reversed_criterion_the_lowest_levels_are_the_top_and_earn_the_most() {
        let source =
            shipped::ONE_STOP_SHOP.replace("name = \"q02\"", "reversed = true\nname = \"q02\"");
        let form = Form::parse(&source, "f.toml").unwrap();
        let mut criteria = form.criteria();
        let straight = criteria.next().unwrap().coded;
        let reversed = criteria.next().unwrap().coded;
        assert_eq!(straight.top_codes(), [4, 5]);
        assert_eq!(reversed.top_codes(), [1, 2]);
        let top: Vec<u8> = (0..=u8::MAX).filter(|&code| reversed.counts_as_top(code)).collect();
        assert_eq!(top, [1, 2]);
        for code in 1..=5 {
            assert_eq!(reversed.share(code), straight.share(6 - code));
        }
        assert_eq!(reversed.share(6), None);
        assert_eq!(reversed.share(NO_OPINION), None);
    }

    #[test]
    fn the_options_of_the_officials_form_earn_their_percentages() {
        let form = shipped::officials().unwrap();
        for criterion in form.criteria() {
            let fractions: Vec<f64> = criterion
                .coded
                .shares()
                .unwrap()
                .iter()
                .map(|(_, share)| share.fraction())
                .collect();
            assert_eq!(fractions, [1.0, 0.6, 0.2, 0.0]);
            assert!(criterion.question.max_points.unwrap().value() > 0.0);
        }
    }

    #[test]
    fn the_worked_number_of_the_field_comes_out() {
        // Field facts §10: A 12, B 6, C 2, D 0 of 20, maximum 2 → 1.60 points.
        let form = shipped::officials().unwrap();
        let coded = form.criteria().next().unwrap().coded;
        let earned: f64 = [(1, 12.0), (2, 6.0), (3, 2.0), (4, 0.0)]
            .iter()
            .map(|(code, answers)| coded.share(*code).unwrap().fraction() * answers)
            .sum();
        assert!((2.0 * earned / 20.0 - 1.6).abs() < 1e-12);
    }

    #[test]
    fn the_helper_question_and_the_comment_are_found() {
        let form = shipped::one_stop_shop().unwrap();
        let (column, question) = form.helper().unwrap();
        assert_eq!(form.column(question.name.as_str()), Some(column));
        assert_eq!(form.comment_chars_max(), Some(1_000));
        assert_eq!(shipped::officials().unwrap().helper(), None);
    }
}
