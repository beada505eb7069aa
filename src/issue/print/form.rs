//! The paper form: every question of the round's form in the words of the page, numbered, to be filled in by hand.
//!
//! Each box carries the value that is keyed in. A sheet has its running number and its code on every page, so that two
//! leaves that came apart find each other and a mistyped code never meets another sheet.

use std::io::Write;

use super::words::FILL_IN;
use super::{IssueError, Sheet};
use crate::form::{Answer, Coded, Form, Question, Role, Shape};
use crate::issue::pdf::{Face, Grey, Page, Pdf};

const WIDTH: f32 = 210.0;
const HEIGHT: f32 = 297.0;
const MARGIN: f32 = 15.0;
const TEXT_WIDTH: f32 = WIDTH - 2.0 * MARGIN;
/// Nothing but the foot stands below.
const END: f32 = HEIGHT - 17.0;
/// Of a box to tick.
const BOX: f32 = 4.0;
/// Width of a column of boxes.
const COLUMN: f32 = 15.5;
/// More answers than this stand in a list rather than in columns.
const COLUMNS_MAX: usize = 6;
/// Blank lines for free words.
const BLANK_LINES: usize = 4;
const LEADING: f32 = 0.42;

/// Draws the pages of each sheet, an even number so that two sheets never share a leaf.
///
/// # Errors
/// [`IssueError::Pdf`].
pub fn forms<W: Write>(pdf: &mut Pdf<W>, form: &Form, sheets: &[Sheet]) -> Result<(), IssueError> {
    let blocks = blocks(form);
    for sheet in sheets {
        let mut rest = blocks.as_slice();
        let mut number = 1;
        while !rest.is_empty() || number % 2 == 0 {
            pdf.page(WIDTH, |page| {
                rest = sheet_page(page, form, sheet, number, rest);
                Ok::<_, IssueError>(HEIGHT)
            })?;
            number += 1;
        }
    }
    Ok(())
}

/// What stands under each other.
enum Block<'f> {
    /// The heading of a factor.
    Heading(String),
    /// A criterion with its answers in columns.
    Row { text: String, answers: Vec<Choice<'f>> },
    /// A question with its answers in lines.
    List { text: String, answers: Vec<Choice<'f>> },
    /// The box before the personal questions.
    Consent(&'f str),
    /// Lines to write on.
    Words(&'f str),
}

/// An answer: its words, and what is keyed in for it.
struct Choice<'f> {
    text: &'f str,
    value: String,
}

fn choices(coded: &Coded) -> Vec<Choice<'_>> {
    let choice = |answer: Answer, text| Choice { text, value: answer.value() };
    let mut choices: Vec<Choice<'_>> = coded
        .options
        .iter()
        .map(|o| choice(Answer::Option(o.code), o.text.in_default_language()))
        .collect();
    // In a row of levels "prefer not to say" is the row left empty, as the form says at its head: one leaf then holds it.
    let declined = coded.prefer_not.as_ref().filter(|_| coded.scale.is_none());
    for (answer, text) in
        [(Answer::NoOpinion, coded.no_opinion.as_ref()), (Answer::PreferNot, declined)]
    {
        choices.extend(text.map(|text| choice(answer, text.in_default_language())));
    }
    choices
}

fn blocks(form: &Form) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut number = 0;
    for (at, factor) in form.factors.iter().enumerate() {
        blocks.push(Block::Heading(factor.text.in_default_language().to_owned()));
        for question in of(form, |role| *role == Role::Criterion { factor: at }) {
            number += 1;
            let text = format!("{number}. {}", question.text.in_default_language());
            blocks.push(block(question, text));
        }
    }
    blocks.extend(form.consent.as_ref().map(|text| Block::Consent(text.in_default_language())));
    let others = of(form, |role| !matches!(role, Role::Criterion { .. }));
    blocks.extend(
        others.map(|question| block(question, question.text.in_default_language().to_owned())),
    );
    blocks
}

fn of(form: &Form, wanted: impl Fn(&Role) -> bool) -> impl Iterator<Item = &Question> {
    form.questions.iter().filter(move |question| wanted(&question.role))
}

fn block(question: &Question, text: String) -> Block<'_> {
    match &question.shape {
        Shape::Text { .. } => Block::Words(question.text.in_default_language()),
        Shape::Coded(coded) => {
            let answers = choices(coded);
            match coded.scale.is_some() && answers.len() <= COLUMNS_MAX {
                true => Block::Row { text, answers },
                false => Block::List { text, answers },
            }
        }
    }
}

/// Draws one page and returns the blocks that found no room on it.
fn sheet_page<'b, 'f>(
    page: &mut Page<'_>,
    form: &Form,
    sheet: &Sheet,
    number: usize,
    blocks: &'b [Block<'f>],
) -> &'b [Block<'f>] {
    let place = format!("{} · {}", sheet.unit, sheet.counter);
    let mut y = MARGIN;
    if number == 1 {
        y = lines(page, (Face::Regular, 9.0), (MARGIN, y), TEXT_WIDTH, &place) + 3.0;
        let title = form.title.in_default_language();
        y = lines(page, (Face::Bold, 14.0), (MARGIN, y), TEXT_WIDTH, title) + 0.5;
        for sentence in &form.intro {
            let sentence = sentence.in_default_language();
            y = lines(page, (Face::Regular, 8.5), (MARGIN, y), TEXT_WIDTH, sentence);
        }
        y = lines(page, (Face::Bold, 8.5), (MARGIN, y + 1.0), TEXT_WIDTH, FILL_IN);
    }
    let mut heads: Option<Vec<&str>> = None;
    let mut drawn = 0;
    for (at, block) in blocks.iter().enumerate() {
        // What leads to the next block never stands alone at the end of a page.
        let leads = matches!(block, Block::Heading(_) | Block::Consent(_));
        let next = blocks.get(at + 1).filter(|_| leads);
        let room = height(page, block, heads.as_ref())
            + next.map_or(0.0, |next| height(page, next, heads.as_ref()));
        if y + room > END && at > 0 {
            break;
        }
        y = draw(page, block, &mut heads, y);
        drawn = at + 1;
    }
    foot(page, sheet, number);
    blocks.get(drawn..).unwrap_or_default()
}

fn foot(page: &mut Page<'_>, sheet: &Sheet, number: usize) {
    let y = HEIGHT - 10.0;
    page.line((MARGIN, y - 5.0), (WIDTH - MARGIN, y - 5.0), 0.2, Grey::Light);
    let left = format!(
        "Phiếu số {}/{}-{} · trang {number}",
        sheet.unit_code, sheet.counter_code, sheet.serial
    );
    page.text(Face::Bold, 9.0, (MARGIN, y), Grey::Black, &left);
    page.centred(Face::Regular, 8.0, (WIDTH / 2.0 + 5.0, y), Grey::Dark, &sheet.hand_in());
    let code = sheet.code.to_string();
    let right = WIDTH - MARGIN - page.width_of(Face::Bold, 11.0, &code);
    page.text(Face::Bold, 11.0, (right, y), Grey::Black, &code);
}

fn heads_of<'f>(answers: &[Choice<'f>]) -> Vec<&'f str> {
    answers.iter().map(|answer| answer.text).collect()
}

/// Width left for the text of a row.
fn row_width(answers: usize) -> f32 {
    TEXT_WIDTH - COLUMN * answers as f32 - 3.0
}

const QUESTION: f32 = 9.0;
const SMALL: f32 = 6.8;

/// How much of the page a block takes.
fn height(page: &mut Page<'_>, block: &Block<'_>, heads: Option<&Vec<&str>>) -> f32 {
    let mut count = |face, size, width, text: &str| page.lines(face, size, width, 9, text).len();
    match block {
        Block::Heading(text) => {
            5.0 + 10.0 * LEADING * count(Face::Bold, 10.0, TEXT_WIDTH, text) as f32
        }
        Block::Row { text, answers } => {
            let own = count(Face::Regular, QUESTION, row_width(answers.len()), text);
            let text = (QUESTION * LEADING * own as f32).max(BOX) + 2.2;
            let head = if heads.is_some_and(|heads| *heads == heads_of(answers)) {
                0.0
            } else {
                let most =
                    answers.iter().map(|a| count(Face::Regular, SMALL, COLUMN - 1.0, a.text)).max();
                most.unwrap_or_default() as f32 * SMALL * LEADING + 2.0
            };
            text + head
        }
        Block::List { text, answers } => {
            let own = count(Face::Bold, QUESTION, TEXT_WIDTH, text);
            let below = answer_lines(page, answers);
            4.0 + QUESTION * LEADING * own as f32 + below as f32 * (BOX + 2.2)
        }
        Block::Consent(text) => {
            5.0 + QUESTION
                * LEADING
                * count(Face::Bold, QUESTION, TEXT_WIDTH - BOX - 3.0, text).max(2) as f32
        }
        Block::Words(text) => {
            let own = count(Face::Bold, QUESTION, TEXT_WIDTH, text);
            4.0 + QUESTION * LEADING * own as f32 + BLANK_LINES as f32 * 9.0
        }
    }
}

/// Where the answers of a list stand: left edge and line of each.
fn answer_places(page: &mut Page<'_>, answers: &[Choice<'_>]) -> Vec<(f32, usize)> {
    let (mut x, mut line) = (0.0, 0);
    let mut places = Vec::with_capacity(answers.len());
    for answer in answers {
        let width = BOX + 2.0 + page.width_of(Face::Regular, QUESTION, answer.text) + 7.0;
        if x > 0.0 && x + width > TEXT_WIDTH {
            (x, line) = (0.0, line + 1);
        }
        places.push((x, line));
        x += width;
    }
    places
}

fn answer_lines(page: &mut Page<'_>, answers: &[Choice<'_>]) -> usize {
    answer_places(page, answers).last().map_or(0, |(_, line)| line + 1)
}

/// Draws a block from `y` down and returns its end.
fn draw<'f>(
    page: &mut Page<'_>,
    block: &Block<'f>,
    heads: &mut Option<Vec<&'f str>>,
    y: f32,
) -> f32 {
    let end = y + height(page, block, heads.as_ref());
    match block {
        Block::Heading(text) => {
            lines(page, (Face::Bold, 10.0), (MARGIN, y + 5.0), TEXT_WIDTH, text);
        }
        Block::Row { text, answers } => row(page, text, answers, heads, y, end),
        Block::List { text, answers } => {
            let below = lines(page, (Face::Bold, QUESTION), (MARGIN, y + 4.0), TEXT_WIDTH, text);
            for ((x, line), answer) in answer_places(page, answers).into_iter().zip(answers) {
                let top = below - 2.0 + line as f32 * (BOX + 2.2);
                tick(page, (MARGIN + x, top), answer);
                let at = (MARGIN + x + BOX + 2.0, top + BOX - 0.8);
                page.text(Face::Regular, QUESTION, at, Grey::Black, answer.text);
            }
        }
        Block::Consent(text) => {
            page.tick_box((MARGIN, y + 2.5), BOX);
            let at = (MARGIN + BOX + 3.0, y + 5.5);
            lines(page, (Face::Bold, QUESTION), at, TEXT_WIDTH - BOX - 3.0, text);
        }
        Block::Words(text) => {
            let below = lines(page, (Face::Bold, QUESTION), (MARGIN, y + 4.0), TEXT_WIDTH, text);
            for line in 0..BLANK_LINES {
                let at = below + 3.0 + line as f32 * 9.0;
                page.line((MARGIN, at), (WIDTH - MARGIN, at), 0.15, Grey::Light);
            }
        }
    }
    end
}

fn row<'f>(
    page: &mut Page<'_>,
    text: &str,
    answers: &[Choice<'f>],
    heads: &mut Option<Vec<&'f str>>,
    mut y: f32,
    end: f32,
) {
    let first = WIDTH - MARGIN - COLUMN * answers.len() as f32;
    let middle = |at: usize| first + COLUMN * (at as f32 + 0.5);
    let new = heads_of(answers);
    if heads.as_ref() != Some(&new) {
        let mut below = y;
        for (at, answer) in answers.iter().enumerate() {
            let mut head = y + SMALL * LEADING - 0.5;
            for line in page.lines(Face::Regular, SMALL, COLUMN - 1.0, 9, answer.text) {
                page.centred(Face::Regular, SMALL, (middle(at), head), Grey::Black, &line);
                head += SMALL * LEADING;
            }
            below = below.max(head);
        }
        y = below - SMALL * LEADING + 2.5;
        *heads = Some(new);
    }
    for (at, answer) in answers.iter().enumerate() {
        tick(page, (middle(at) - BOX / 2.0, y + 0.4), answer);
    }
    lines(page, (Face::Regular, QUESTION), (MARGIN, y + 3.6), row_width(answers.len()), text);
    page.line((MARGIN, end - 0.2), (WIDTH - MARGIN, end - 0.2), 0.1, Grey::Light);
}

/// A box, with what is keyed in for it where that is a number.
fn tick(page: &mut Page<'_>, (x, y): (f32, f32), answer: &Choice<'_>) {
    page.tick_box((x, y), BOX);
    if answer.value.len() <= 2 {
        let middle = (x + BOX / 2.0, y + BOX - 1.2);
        page.centred(Face::Regular, 6.0, middle, Grey::Light, &answer.value);
    }
}

/// Writes lines under each other; where the next would stand.
fn lines(
    page: &mut Page<'_>,
    (face, size): (Face, f32),
    (x, mut y): (f32, f32),
    width: f32,
    text: &str,
) -> f32 {
    for line in page.lines(face, size, width, 9, text) {
        page.text(face, size, (x, y), Grey::Black, &line);
        y += size * LEADING;
    }
    y
}
