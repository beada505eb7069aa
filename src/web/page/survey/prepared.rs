//! The survey page worked out once per form, language and order, so that an opening costs a few copies.
//!
//! All that differs between two openings stands together near the top: what follows it, nearly the whole page, is
//! compressed once at start. A gzip file may hold compressed and uncompressed blocks one after the other, so only
//! the few hundred bytes in between are written anew (and stored uncompressed), and no codes or tokens are ever
//! compressed together with a text from outside.

use super::escape::push_escaped;
use super::gzip::{Segment, Stream};

/// What differs from one opening of the page to the next.
#[derive(Debug, Clone, Copy)]
pub struct Fill<'a> {
    /// Where the form posts to: `/s/{code}`.
    pub action: &'a str,
    /// The round's public key for answers that cannot be sent yet.
    pub key: &'a str,
    /// The submission's id: 32 hex digits.
    pub submission: &'a str,
    /// The opaque token with time of opening, language and order, under a MAC.
    pub opened: &'a str,
    /// The counter, by the name people know.
    pub counter: &'a str,
    /// The unit it belongs to.
    pub unit: &'a str,
}

/// Marks a hole. No form can hold a control character, so it stands nowhere else.
const HOLE: char = '\u{1}';
const HOLES: usize = 6;

impl Fill<'static> {
    pub(super) const HOLES: Self = Self {
        action: "\u{1}",
        key: "\u{1}",
        submission: "\u{1}",
        opened: "\u{1}",
        counter: "\u{1}",
        unit: "\u{1}",
    };
}

impl Fill<'_> {
    /// In the order of `templates/survey.html`.
    fn values(&self) -> [&str; HOLES] {
        [self.action, self.key, self.submission, self.opened, self.counter, self.unit]
    }
}

/// A survey page with holes. Cheap to share between threads, dear to make: keep it per form, language and order.
#[derive(Debug)]
pub struct Prepared {
    head: Segment,
    between: [String; HOLES - 1],
    tail: Segment,
}

impl Prepared {
    /// `html`: a page in which every hole is marked once.
    pub(super) fn of(html: &str) -> Self {
        debug_assert_eq!(html.matches(HOLE).count(), HOLES, "a hole is missing or doubled");
        let mut pieces = html.split(HOLE);
        let head = Segment::first(pieces.next().unwrap_or_default());
        let between = std::array::from_fn(|_| pieces.next().unwrap_or_default().to_owned());
        let tail = Segment::last(pieces.next().unwrap_or_default());
        Self { head, between, tail }
    }

    /// The page as plain bytes.
    pub fn html(&self, fill: &Fill<'_>) -> Vec<u8> {
        let middle = self.middle(fill);
        let (head, tail) = (self.head.plain(), self.tail.plain());
        let mut html = Vec::with_capacity(head.len() + middle.len() + tail.len());
        html.extend_from_slice(head);
        html.extend_from_slice(&middle);
        html.extend_from_slice(tail);
        html
    }

    /// The page as a gzip file, for `Content-Encoding: gzip`. Nothing is compressed at this call.
    pub fn gzip(&self, fill: &Fill<'_>) -> Vec<u8> {
        let middle = self.middle(fill);
        let mut stream = Stream::with_capacity(
            self.head.compressed_len() + middle.len() + self.tail.compressed_len(),
        );
        stream.push(&self.head);
        stream.store(&middle);
        stream.push(&self.tail);
        stream.finished()
    }

    fn middle(&self, fill: &Fill<'_>) -> Vec<u8> {
        let values = fill.values();
        let values_len: usize = values.iter().map(|value| value.len() + value.len() / 4).sum();
        let between_len: usize = self.between.iter().map(String::len).sum();
        let mut middle = Vec::with_capacity(values_len + between_len);
        let mut between = self.between.iter();
        for value in values {
            push_escaped(&mut middle, value);
            middle.extend_from_slice(between.next().map_or(&[], |piece| piece.as_bytes()));
        }
        middle
    }
}
