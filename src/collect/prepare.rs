//! From posted fields to a row: everything that needs no database, done by the handler so that the writer only writes.

use super::{CollectError, Gate, Intake, Rejection, Survey};
use crate::clock::Millis;
use crate::form::{Answers, Form, Role};
use crate::issue::code::{Code, CodeKind, DrawError};
use crate::issue::draw_code;
use crate::ledger::commit_answer;
use crate::store::intake::Submission;
use crate::store::ledger::{LeafKind, NewLeaf};
use crate::store::link::LinkState;
use crate::store::round::State;
use crate::vault::{LinkingKey, Tie, VaultError, random, sha256};

/// Where an answer came from; only a digest of it under the day's key is kept, encrypted.
#[derive(Clone, Copy, Debug)]
pub struct Arrival<'a> {
    /// When.
    pub at: Millis,
    /// Client address as the configuration trusts it.
    pub address: &'a str,
    /// `User-Agent`.
    pub user_agent: &'a str,
    /// Language of the page.
    pub language: &'a str,
    /// When a tablet had it from a person, by the tablet's own signature; `None` where it comes from the person at once.
    pub signed: Option<Millis>,
}

/// A row ready to be written, and what its sender will be told.
pub struct Prepared {
    /// The row.
    pub submission: Submission,
    /// Receipt, if it is written.
    pub receipt: Code,
    /// Withdrawal code, if it is written.
    pub withdrawal: Code,
    /// Keyed digest of the answers.
    pub answers_mac: [u8; 16],
}

/// The field that carries the submission id.
pub const SUBMISSION: &str = "submission";
/// The field that carries the opening token.
pub const OPENED: &str = "opened";
/// Of what a tablet signed: the submission of the page on its shelf, which decides what was asked.
pub const PAGE: &str = "page";
/// Of what a tablet signed: when the person began, milliseconds since the epoch.
pub const BEGUN: &str = "begun";
/// The field that says yes to keeping the personal answers.
pub const CONSENT: &str = "consent";

pub(super) fn field<'f>(fields: &'f [(String, String)], name: &str) -> Option<&'f str> {
    fields.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
}

/// Reads 32 hex digits.
fn submission_id(fields: &[(String, String)]) -> Result<[u8; 16], Rejection> {
    field(fields, SUBMISSION).ok_or(Rejection::NoSubmission).and_then(read_id)
}

fn read_id(text: &str) -> Result<[u8; 16], Rejection> {
    let bytes = data_encoding::HEXLOWER_PERMISSIVE
        .decode(text.as_bytes())
        .map_err(|_| Rejection::NoSubmission)?;
    bytes.try_into().map_err(|_| Rejection::NoSubmission)
}

/// The withdrawal code of a submission: drawn from what the linking key makes of it, so that the code leads to the answer
/// and the answer, sent again, to the same code, and neither needs an index of its own.
pub(super) fn withdrawal_code(
    linking: &LinkingKey,
    submission: &[u8; 16],
) -> Result<Code, CollectError> {
    let mut blocks = 0..=u8::MAX;
    let code = Code::random(CodeKind::Withdrawal, &mut |bytes: &mut [u8]| {
        let block = blocks.next().ok_or(())?;
        for (slot, byte) in bytes.iter_mut().zip(linking.withdrawal_bytes(submission, block)) {
            *slot = byte;
        }
        Ok(())
    });
    code.map_err(|_: DrawError<()>| CollectError::Vault(VaultError::Signing))
}

/// Personal answers are kept only with consent (Luật 91/2025/QH15 art. 9: nothing by default).
pub(super) fn consented(
    form: &Form,
    answers: Answers,
    fields: &[(String, String)],
) -> Result<Answers, CollectError> {
    if field(fields, CONSENT).is_some_and(|value| !value.is_empty()) {
        return Ok(answers);
    }
    let codes: Vec<u8> = form
        .coded_questions()
        .zip(answers.codes())
        .map(
            |(question, code)| if matches!(question.role, Role::Person { .. }) { 0 } else { *code },
        )
        .collect();
    let comment = answers.comment().map(str::to_owned);
    Ok(form.decode_with_comment(&codes, comment.as_deref())?)
}

impl Intake {
    /// Checks the fields and makes the row.
    ///
    /// # Errors
    /// [`Rejection`].
    pub fn prepare(
        &self,
        survey: &Survey,
        fields: &[(String, String)],
        arrival: &Arrival<'_>,
    ) -> Result<Prepared, Rejection> {
        let link = survey.link();
        let round = survey.round();
        let opened = field(fields, OPENED).and_then(|token| self.pages.check(link.id, token));
        // A tablet's clock may stand wrong: what it signed for the time to come, or before there was a round, says nothing.
        let signed = arrival.signed.filter(|at| *at <= arrival.at && *at >= round.opens_at);
        let sent = signed.unwrap_or(arrival.at);
        let page = arrival.signed.and_then(|_| field(fields, PAGE)).map(read_id).transpose()?;
        let begun = match page {
            Some(_) => field(fields, BEGUN).and_then(|ms| ms.parse().ok()).map(Millis),
            None => opened.map(|(at, _)| at),
        };
        let begun = begun.filter(|at| *at <= sent);
        let in_grace = admit(survey, arrival.at, begun.or(signed))?;

        let submission = submission_id(fields)?;
        let answers = survey.form().check(fields).map_err(Rejection::Form)?;
        let answers = consented(survey.form(), answers, fields)?;
        let answers = self.only_asked(survey, &page.unwrap_or(submission), answers)?;

        let linking = survey.linking();
        let receipt = draw_code(CodeKind::Receipt).map_err(CollectError::from)?;
        let withdrawal = withdrawal_code(linking, &submission)?;
        let id = linking.response(&withdrawal.compact());
        let answers_mac = linking.answers(&answers.canonical_bytes());
        // The device that keys in a stack of paper is an official's and says nothing of those who answered.
        let device = match link.kind.is_paper() {
            true => None,
            false => self
                .vault
                .device_digest(arrival.at.vietnam_day_number(), arrival.address, arrival.user_agent)
                .map_err(CollectError::from)?,
        };
        let tie = Tie {
            submission,
            link: link.id,
            opened: begun,
            received: sent,
            device,
            order: opened.map_or(0, |(_, order)| order),
            answers: answers_mac,
            salt: random().map_err(CollectError::from)?,
            receipt: receipt.compact(),
        };
        let leaf = NewLeaf {
            kind: LeafKind::Response,
            round_id: Some(round.id),
            day: arrival.at.vietnam_day().to_string(),
            receipt: Some(sha256(tie.receipt.as_bytes())),
            commitment: commit_answer(id, &answers, arrival.language, &tie),
            salt: None,
            subject: String::new(),
        };
        let comment_enc = answers
            .comment()
            .map(|comment| linking.seal_comment(id, comment))
            .transpose()
            .map_err(CollectError::from)?;
        let single = link.kind.is_single();
        let submission = Submission {
            round_id: round.id,
            id,
            answers: answers.codes().to_vec(),
            comment_enc,
            language: arrival.language.to_owned(),
            ticket: single.then(|| linking.ticket(link.id)),
            tie: linking.seal_tie(id, &tie).map_err(CollectError::from)?,
            leaf,
            spends: single.then_some(link.id),
            counter_id: link.counter_id,
            kind: link.kind,
            hour: arrival.at.hour(),
            in_grace,
        };
        Ok(Prepared { submission, receipt, withdrawal, answers_mac })
    }
}

/// Whether an answer that arrives now may still count; `Ok(true)` = within the grace only. A spent link passes: the
/// constraint decides whether this is its own answer sent again.
fn admit(survey: &Survey, now: Millis, begun: Option<Millis>) -> Result<bool, Rejection> {
    let round = survey.round();
    let link = survey.link();
    if link.state == LinkState::Void {
        return Err(Rejection::Gate(Gate::Void));
    }
    if round.state == State::Planned || now < round.opens_at {
        return Err(Rejection::Gate(Gate::NotYet { opens_at: round.opens_at }));
    }
    // Whoever opened the page in time may finish; what comes after the round's end is told that the round is over.
    let over = round.state != State::Open || now > round.closes_at;
    if let Some(ended_at) = link.expires_at.filter(|end| begun.unwrap_or(now) > *end)
        && !over
    {
        return Err(Rejection::Gate(Gate::Expired { ended_at }));
    }
    if round.state == State::Open && now <= round.closes_at {
        return Ok(false);
    }
    let begun_in_time = begun.is_some_and(|at| at <= round.closes_at && at >= round.opens_at);
    if begun_in_time && now <= round.closes_at.plus(round.grace_ms) {
        return Ok(true);
    }
    Err(Rejection::Gate(Gate::Closed { closed_at: round.closes_at }))
}
