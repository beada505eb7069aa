//! What one person is asked: which criteria, and in which order the levels stand. Decided by dice that hang on the
//! submission's id alone, so that a reload shows the same page and nothing needs to be stored.

use super::{CollectError, Intake, Rejection, Survey};
use crate::form::{AnswerFault, AnswerProblem, Answers, Order, Shown};
use crate::vault::VaultError;

/// How the page of one submission looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The best level stands first.
    pub reversed: bool,
    /// The questions shown.
    pub shown: Shown,
}

/// Reads 32 hex digits.
fn submission(text: &str) -> Option<[u8; 16]> {
    data_encoding::HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok()?.try_into().ok()
}

impl Intake {
    /// What the person with this submission id is asked; everything, in the written order, for what is no id.
    #[must_use]
    pub fn asked(&self, survey: &Survey, id: &str) -> Asked {
        match submission(id) {
            Some(id) => self.asked_by(survey, &id),
            None => Asked { reversed: false, shown: Shown::EVERYTHING },
        }
    }

    fn asked_by(&self, survey: &Survey, submission: &[u8; 16]) -> Asked {
        let dice = self.pages.dice(submission);
        let asking = survey.asking();
        Asked {
            reversed: asking.order == Order::Random && dice.last().is_some_and(|die| die & 1 == 1),
            shown: survey.form().shown(asking.length, dice),
        }
    }

    /// The answers to what was asked.
    ///
    /// # Errors
    /// [`Rejection::Form`] when none of them rates anything.
    pub(super) fn only_asked(
        &self,
        survey: &Survey,
        submission: &[u8; 16],
        answers: Answers,
    ) -> Result<Answers, Rejection> {
        let form = survey.form();
        let answers = form.only_shown(answers, &self.asked_by(survey, submission).shown);
        if form.answers_a_criterion(&answers) {
            return Ok(answers);
        }
        let first = form.criteria().next();
        let problem = first.map(|criterion| AnswerProblem {
            question: criterion.question.name.to_string(),
            input_id: criterion.question.first_input_id(),
            fault: AnswerFault::NothingAnswered,
        });
        Err(Rejection::Form(problem.into_iter().collect()))
    }

    /// What a phone carries from one question to the next: posted fields, readable here alone.
    ///
    /// # Errors
    /// Without randomness.
    pub fn carry(&self, survey: &Survey, id: &str, fields: &str) -> Result<String, CollectError> {
        let submission = submission(id).ok_or(VaultError::Signing)?;
        Ok(self.pages.seal_progress(survey.link().id, &submission, fields)?)
    }

    /// The fields that a phone carries; none for what this link and submission did not give it.
    #[must_use]
    pub fn carried(&self, survey: &Survey, id: &str, text: &str) -> Option<String> {
        self.pages.open_progress(survey.link().id, &submission(id)?, text)
    }
}
