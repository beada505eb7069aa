//! From the text of a form file to a [`Form`], or to every mistake in it.
//!
//! Each part is read as far as it goes and reports into one [`Reader`]; a form is built only if nothing was
//! reported. Size is limited here, nesting by the TOML parser (80 levels), counts and lengths where they are read.

mod examples;
mod fields;
mod mend;
mod options;
mod question;
mod reader;
mod rules;
mod scale;
mod suggest;
mod syntax;
mod texts;

#[cfg(test)]
mod readme_tests;
#[cfg(test)]
mod tests;

pub(super) use fields::{Fields, Need};
pub(super) use reader::Reader;
pub(super) use texts::tidy;

use toml::de::{DeTable, DeValue};

use self::question::Draft;
use super::definition::{Definition, Factor, Form, IndexRule};
use super::name::{FormId, Name};
use super::problem::{Problems, quoted};
use super::text::Text;

/// Most bytes of a form file: 256 KiB, ten times a long form in several languages.
pub const FORM_BYTES_MAX: usize = 256 * 1024;
/// Most questions of a form.
pub const QUESTIONS_MAX: usize = 200;
/// Most characters of one text.
pub const TEXT_CHARS_MAX: usize = 500;
/// Most characters a form may allow for a comment.
pub const COMMENT_CHARS_MAX: u16 = 2_000;

const FACTORS_MAX: usize = 30;
const INTRO_TEXTS_MAX: usize = 10;

impl Form {
    /// Reads a form file. `place` names the file in messages.
    /// # Errors
    /// [`Problems`]: every mistake of the file, in the order of its lines.
    pub fn parse(source: &str, place: &str) -> Result<Self, Problems> {
        if source.len() > FORM_BYTES_MAX {
            let reason = format!(
                "too large: {} bytes, at most {FORM_BYTES_MAX}; split it into several forms",
                source.len()
            );
            return Err(Problems::single(place, 1, "file", reason));
        }
        let repaired = syntax::repair(source);
        let (root, errors) = DeTable::parse_recoverable(&repaired.text);
        let mut reader = Reader::new(place, &repaired, &errors);
        let definition = read_form(&mut reader, root.get_ref());
        match (Problems::of(reader.into_problems()), definition) {
            (Some(problems), _) => Err(problems),
            (None, Some(definition)) => Ok(Self::new(definition)),
            (None, None) => Err(Problems::single(
                place,
                1,
                "file",
                "is not a whole form; compare it with survey-forms/README.md",
            )),
        }
    }
}

fn read_form<'t>(reader: &mut Reader<'_>, root: &'t DeTable<'t>) -> Option<Definition> {
    let mut fields = Fields::root(root);
    let languages = reader.read_languages(&mut fields);
    let id = reader.string(&mut fields, "id", Need::Required).and_then(|(at, id)| {
        FormId::new(id)
            .map_err(|error| reader.report(at, "id", format!("{} is {error}", quoted(id))))
            .ok()
    });
    let version = reader
        .integer(&mut fields, "version", Need::Required, 1..=i64::from(u16::MAX))
        .and_then(|version| u16::try_from(version).ok());
    let title = reader.text(&mut fields, "title", Need::Required);
    let intro = read_intro(reader, &mut fields);
    let consent = reader.text(&mut fields, "consent", Need::Optional);
    let index_rule = read_index(reader, &mut fields);
    reader.read_scales(&mut fields);
    let factors = read_factors(reader, &mut fields);
    let drafts = question::read_all(reader, &mut fields);
    let asks_for_consent = fields.has("consent");
    reader.finish(fields);
    rules::check(reader, &drafts, index_rule, asks_for_consent);

    Some(Definition {
        id: id?,
        version: version?,
        languages: languages?,
        title: title?,
        intro: intro?,
        consent,
        index_rule: index_rule?,
        scales: reader.take_scales(),
        factors: factors?,
        questions: drafts.into_iter().map(Draft::into_question).collect::<Option<_>>()?,
    })
}

fn read_intro(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> Option<Vec<Text>> {
    let (at, texts) = reader.array(fields, "intro", Need::Required)?;
    if texts.is_empty() || texts.len() > INTRO_TEXTS_MAX {
        let reason = format!(
            "{} texts; write 1 to {INTRO_TEXTS_MAX} sentences that say how long it takes, what is not asked and who sees it",
            texts.len()
        );
        reader.report(at, "intro", reason);
    }
    let texts: Vec<Option<Text>> = texts
        .iter()
        .enumerate()
        .map(|(i, text)| {
            reader.text_value(text.span().start, format!("intro[{}]", i + 1), text.get_ref())
        })
        .collect();
    texts.into_iter().collect()
}

fn read_index(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> Option<IndexRule> {
    let mut index = reader.table(fields, "index", Need::Required)?;
    let rule = reader.string(&mut index, "rule", Need::Required).and_then(|(at, rule)| {
        let known = [IndexRule::Top, IndexRule::Points];
        let found = known.into_iter().find(|known| known.as_str() == rule);
        if found.is_none() {
            let hint = suggest::did_you_mean(rule, known.map(IndexRule::as_str));
            let reason = format!(
                "no rule is called {}{hint}; write rule = \"top\" (share of the top levels) or rule = \"points\" (maximum × share of the option)",
                quoted(rule)
            );
            reader.report(at, "index.rule", reason);
        }
        found
    });
    reader.finish(index);
    rule
}

fn read_factors(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> Option<Vec<Factor>> {
    let tables = reader.tables(fields, "factor", Need::Required)?;
    if tables.len() > FACTORS_MAX {
        let at = fields.at_of("factor");
        let reason = format!("{} factors, at most {FACTORS_MAX}; merge some", tables.len());
        reader.report(at, "factor", reason);
    }
    let mut factors = Vec::with_capacity(tables.len());
    // Far beyond the limit the one message is enough.
    for mut table in tables.into_iter().take(2 * FACTORS_MAX) {
        let name: Option<(usize, Name)> = reader.name(&mut table, "name", Need::Required);
        let text = reader.text(&mut table, "text", Need::Required);
        let at = table.at;
        reader.finish(table);
        if let Some((name_at, name)) = &name {
            reader.declare_factor(*name_at, name);
        } else {
            reader.declare_nameless_factor(at);
        }
        factors.push(name.zip(text).map(|((_, name), text)| Factor { name, text }));
    }
    factors.into_iter().collect()
}

/// The type of a value as a message names it.
fn type_name(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text in quotes",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a decimal number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
