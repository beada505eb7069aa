//! Topics of comments: groups of words that an administrator can read and change.
//!
//! A comment has a topic when it holds one of its words (or one of its runs of words). A comment written with marks is
//! compared with marks, so that `cho` (for) is not `chờ` (wait); one written without any is compared without.

use serde::Deserialize;

use crate::spelling::{Word, words};

/// The list that comes with khaosat.
pub const SHIPPED_TOPICS: &str = include_str!("topics.toml");
/// Longest list.
pub const TOPICS_BYTES_MAX: usize = 64 * 1024;
const TOPICS_MAX: usize = 50;
const WORDS_MAX: usize = 200;
const RUN_MAX: usize = 6;

/// Why a list of topics cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}:{line}: {reason}")]
pub struct TopicsError {
    /// Name of the file or field.
    pub place: String,
    /// Line, from 1.
    pub line: usize,
    /// What is wrong and what to do.
    pub reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    topic: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: toml::Spanned<String>,
    vi: String,
    en: String,
    words: Vec<toml::Spanned<String>>,
}

/// One topic.
#[derive(Clone, Debug)]
pub struct Topic {
    /// Its name in addresses.
    pub id: String,
    /// In Vietnamese.
    pub vi: String,
    /// In English.
    pub en: String,
    runs: Vec<Vec<Word>>,
}

/// A list of topics.
#[derive(Clone, Debug)]
pub struct Topics {
    topics: Vec<Topic>,
}

impl Topics {
    /// Reads a list: tables `[[topic]]` with `id`, `vi`, `en` and `words`.
    ///
    /// # Errors
    /// [`TopicsError`] with place and line.
    pub fn parse(text: &str, place: &str) -> Result<Self, TopicsError> {
        let wrong = |at: usize, reason: String| {
            let line = text.get(..at).unwrap_or_default().matches('\n').count() + 1;
            Err(TopicsError { place: place.to_owned(), line, reason })
        };
        if text.len() > TOPICS_BYTES_MAX {
            return wrong(0, format!("the list is longer than {TOPICS_BYTES_MAX} bytes"));
        }
        let file: File = match toml::from_str(text) {
            Ok(file) => file,
            Err(error) => {
                let at = error.span().map_or(0, |span| span.start);
                return wrong(at, error.message().to_owned());
            }
        };
        if file.topic.len() > TOPICS_MAX {
            return wrong(0, format!("at most {TOPICS_MAX} topics; join some"));
        }
        let mut topics: Vec<Topic> = Vec::new();
        for entry in file.topic {
            let at = entry.id.span().start;
            let id = entry.id.into_inner();
            let good = (1..=32).contains(&id.len())
                && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
            if !good {
                return wrong(at, format!("id {id:?}: 1 to 32 of a-z, 0-9 and '-'"));
            }
            if topics.iter().any(|topic| topic.id == id) {
                return wrong(at, format!("id {id:?} stands there already"));
            }
            let label = |text: &str| (1..=60).contains(&text.trim().chars().count());
            if !label(&entry.vi) || !label(&entry.en) {
                return wrong(at, format!("topic {id}: vi and en are names of 1 to 60 characters"));
            }
            if !(1..=WORDS_MAX).contains(&entry.words.len()) {
                return wrong(at, format!("topic {id}: between 1 and {WORDS_MAX} words"));
            }
            let mut runs = Vec::new();
            for word in entry.words {
                let run = words(word.get_ref());
                if !(1..=RUN_MAX).contains(&run.len()) {
                    let reason = format!("{:?}: one to {RUN_MAX} words", word.get_ref());
                    return wrong(word.span().start, reason);
                }
                runs.push(run);
            }
            topics.push(Topic { id, vi: entry.vi, en: entry.en, runs });
        }
        Ok(Self { topics })
    }

    /// All of them, in order.
    #[must_use]
    pub fn all(&self) -> &[Topic] {
        &self.topics
    }

    /// The topics of a comment, in order of the list.
    #[must_use]
    pub fn of(&self, comment: &str) -> Vec<&Topic> {
        let said = words(comment);
        let marked = said.iter().any(|word| !word.marks.is_empty());
        let same = |word: &Word, wanted: &Word| {
            word.folded == wanted.folded && (!marked || word.marks == wanted.marks)
        };
        let holds = |run: &[Word]| {
            said.windows(run.len())
                .any(|w| w.iter().zip(run).all(|(word, wanted)| same(word, wanted)))
        };
        self.topics.iter().filter(|topic| topic.runs.iter().any(|run| holds(run))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(comment: &str) -> Vec<String> {
        let topics = Topics::parse(SHIPPED_TOPICS, "topics.toml").unwrap();
        topics.of(comment).iter().map(|topic| topic.id.clone()).collect()
    }

    #[test]
    fn comments_get_the_topics_that_a_reader_would_give_them() {
        let none: [&str; 0] = [];
        assert_eq!(of("Phải chờ lâu, đi lại nhiều lần"), ["waiting", "visits"]);
        assert_eq!(of("phai cho lau"), ["waiting"]);
        assert_eq!(of("Làm giấy cho con tôi"), none, "cho is not chờ");
        assert_eq!(of("Thái độ cán bộ niềm nở"), ["attitude"]);
        assert_eq!(of("Bị đòi thêm tiền bồi dưỡng"), ["money"]);
        assert_eq!(of("Trễ hẹn, không xin lỗi"), ["late"]);
        assert_eq!(of("không có chỗ ngồi, nóng quá"), ["place"]);
        assert_eq!(of("Nộp trực tuyến hay bị lỗi mạng"), ["online"]);
    }

    #[test]
    fn a_wrong_list_is_refused_with_its_line() {
        let told = |text: &str| match Topics::parse(text, "t.toml") {
            Ok(topics) => format!("{} topics", topics.all().len()),
            Err(error) => error.to_string(),
        };
        let good = "[[topic]]\nid = \"a\"\nvi = \"A\"\nen = \"A\"\nwords = [\"x\"]\n";
        assert_eq!(told(good), "1 topics");
        assert!(told(&format!("{good}{good}")).starts_with("t.toml:7: id \"a\""));
        assert!(told(&good.replace("\"x\"", "\"\"")).starts_with("t.toml:5: \"\""));
        assert!(told(&good.replace("vi = \"A\"", "vi = \"\"")).starts_with("t.toml:2: topic a"));
        assert!(told("topic = 3").starts_with("t.toml:1"));
        assert!(told(&"#".repeat(TOPICS_BYTES_MAX + 1)).contains("longer"));
    }
}
