//! Comma-separated values (RFC 4180) over bytes in memory, without a copy per field.
//!
//! Only what is needed twenty times per response: split, unquote when there are quotes, know the line.

use std::borrow::Cow;

/// Fields one record may have.
pub const FIELDS_MAX: usize = 10_000;
/// Bytes one field may have.
pub const FIELD_BYTES_MAX: usize = 10_000;

/// Where a field lies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Field {
    /// First byte, inside the quotes.
    pub start: usize,
    /// Behind its last byte.
    pub end: usize,
    /// It stands in quotes.
    pub quoted: bool,
}

impl Field {
    /// Its bytes, unescaped.
    pub fn of<'a>(&self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        let raw = self.raw(bytes);
        if self.quoted && raw.contains(&b'"') {
            let mut plain = Vec::with_capacity(raw.len());
            let mut after_quote = false;
            for &byte in raw {
                after_quote = byte == b'"' && !after_quote;
                if !after_quote {
                    plain.push(byte);
                }
            }
            return Cow::Owned(plain);
        }
        Cow::Borrowed(raw)
    }

    /// Its bytes as they stand in the file.
    pub fn raw<'a>(&self, bytes: &'a [u8]) -> &'a [u8] {
        bytes.get(self.start..self.end).unwrap_or_default()
    }
}

/// Why a record cannot be split. Positions are bytes from the start of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CsvError {
    /// A quote, opened here, that is not closed before the file ends.
    Unclosed(usize),
    /// A quote, opened here, whose field is longer than [`FIELD_BYTES_MAX`].
    TooLongQuoted(usize),
    /// Text behind a closing quote.
    AfterQuote {
        /// Where the quote was opened.
        opened: usize,
        /// Where the text stands.
        text: usize,
    },
    /// A record, starting here, of more than [`FIELDS_MAX`].
    TooManyFields(usize),
    /// A field, starting here, longer than [`FIELD_BYTES_MAX`].
    TooLong(usize),
}

impl CsvError {
    /// What is wrong, at which line of `bytes`, and what to do.
    pub fn told(&self, bytes: &[u8]) -> String {
        let line = |position: usize| line_of(bytes, position);
        match *self {
            Self::Unclosed(opened) => format!(
                "line {}: a quote is opened and not closed before the file ends; close it, or remove it",
                line(opened)
            ),
            Self::TooLongQuoted(opened) => format!(
                "line {}: a quote is opened and not closed within {FIELD_BYTES_MAX} bytes; close it, or remove it",
                line(opened)
            ),
            Self::AfterQuote { opened, text } if line(opened) == line(text) => format!(
                "line {}: text stands behind a closing quote; write quotes within a field twice, or remove them",
                line(opened)
            ),
            Self::AfterQuote { opened, text } => format!(
                "line {}: a quote is opened and closed only at line {}, where text stands behind the closing quote; \
                 close it at its own line, or remove it",
                line(opened),
                line(text)
            ),
            Self::TooManyFields(start) => format!(
                "line {}: a record has more than {FIELDS_MAX} fields; give one row a line",
                line(start)
            ),
            Self::TooLong(start) => format!(
                "line {}: a field is longer than {FIELD_BYTES_MAX} bytes; shorten it, or leave its column out",
                line(start)
            ),
        }
    }
}

/// Splits bytes into records; blank lines are passed over.
#[derive(Debug)]
pub struct Records<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Records<'a> {
    /// Starts at the first byte, behind a byte order mark.
    pub fn new(bytes: &'a [u8]) -> Self {
        let at = if bytes.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
        Self { bytes, at }
    }

    /// Where the next record starts.
    pub fn position(&self) -> usize {
        self.at
    }

    /// Splits the next record into `fields`; `false` at the end.
    /// # Errors
    /// [`CsvError`]; the records behind it cannot be trusted.
    #[expect(
        clippy::indexing_slicing,
        reason = "every index is compared with the length right before"
    )]
    pub fn next(&mut self, fields: &mut Vec<Field>) -> Result<bool, CsvError> {
        fields.clear();
        let bytes = self.bytes;
        while self.at < bytes.len()
            && (bytes[self.at] == b'\n' || bytes[self.at..].starts_with(b"\r\n"))
        {
            self.at += 1;
        }
        if self.at >= bytes.len() {
            return Ok(false);
        }
        let mut at = self.at;
        loop {
            if at < bytes.len() && bytes[at] == b'"' {
                let (field, next) = quoted(bytes, at + 1)?;
                fields.push(field);
                at = next;
            } else {
                let start = at;
                while at < bytes.len() && bytes[at] != b',' && bytes[at] != b'\n' {
                    at += 1;
                }
                let line_end = at >= bytes.len() || bytes[at] == b'\n';
                let cut = usize::from(line_end && at > start && bytes[at - 1] == b'\r');
                if at - start > FIELD_BYTES_MAX {
                    return Err(CsvError::TooLong(start));
                }
                fields.push(Field { start, end: at - cut, quoted: false });
            }
            if fields.len() > FIELDS_MAX {
                return Err(CsvError::TooManyFields(self.at));
            }
            if at >= bytes.len() {
                self.at = at;
                return Ok(true);
            }
            at += 1;
            if bytes[at - 1] == b'\n' {
                self.at = at;
                return Ok(true);
            }
        }
    }
}

/// A field whose text starts at `start`; returns it and the position of the comma or line end behind it.
#[expect(clippy::indexing_slicing, reason = "every index is compared with the length right before")]
fn quoted(bytes: &[u8], start: usize) -> Result<(Field, usize), CsvError> {
    let mut at = start;
    loop {
        if at >= bytes.len() {
            return Err(CsvError::Unclosed(start - 1));
        }
        if at - start > FIELD_BYTES_MAX {
            return Err(CsvError::TooLongQuoted(start - 1));
        }
        if bytes[at] != b'"' {
            at += 1;
        } else if at + 1 < bytes.len() && bytes[at + 1] == b'"' {
            at += 2;
        } else {
            break;
        }
    }
    let field = Field { start, end: at, quoted: true };
    at += 1;
    if at < bytes.len() && bytes[at] == b'\r' && at + 1 < bytes.len() && bytes[at + 1] == b'\n' {
        at += 1;
    }
    if at < bytes.len() && bytes[at] != b',' && bytes[at] != b'\n' {
        return Err(CsvError::AfterQuote { opened: start - 1, text: at });
    }
    Ok((field, at))
}

/// The line, from 1, that a position lies in.
pub fn line_of(bytes: &[u8], position: usize) -> usize {
    let before = bytes.get(..position).unwrap_or(bytes);
    1 + before.iter().filter(|&&byte| byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all(text: &str) -> Result<Vec<Vec<String>>, CsvError> {
        let bytes = text.as_bytes();
        let mut records = Records::new(bytes);
        let (mut fields, mut rows) = (Vec::new(), Vec::new());
        while records.next(&mut fields)? {
            let text = |field: &Field| String::from_utf8_lossy(&field.of(bytes)).into_owned();
            rows.push(fields.iter().map(text).collect());
        }
        Ok(rows)
    }

    #[test]
    fn records_are_split_whatever_the_line_ends_quotes_and_byte_order_mark() {
        let rows = all("\u{feff}a,b\r\n\"x,\"\"y\"\"\nz\",2\n\n,\n3,").unwrap();
        assert_eq!(rows, [vec!["a", "b"], vec!["x,\"y\"\nz", "2"], vec!["", ""], vec!["3", ""]]);
    }

    #[test]
    fn broken_quotes_are_refused() {
        assert_eq!(all("a,\"b"), Err(CsvError::Unclosed(2)));
        assert_eq!(all("\"a\"b,c"), Err(CsvError::AfterQuote { opened: 0, text: 3 }));
    }

    #[test]
    fn enormous_fields_are_refused() {
        assert_eq!(all(&"x".repeat(FIELD_BYTES_MAX + 1)), Err(CsvError::TooLong(0)));
        assert_eq!(all(&",".repeat(FIELDS_MAX + 1)), Err(CsvError::TooManyFields(0)));
    }

    #[test]
    fn a_quote_left_open_is_told_at_the_line_that_opens_it() {
        let rows = |count: usize| "r,1,2\n".repeat(count);
        // Behind a field of two lines, then: to the end; too far to the end; to the next quote in the file.
        for (rest, also) in [
            (rows(9), "before the file ends"),
            (rows(5000), "within 10000 bytes"),
            (format!("{}x,\"y\",2\n", rows(9)), "closed only at line 15"),
        ] {
            let text = format!("a,b,c\n\"two\nlines\",1,2\nr,1,2\nx,\"1,2\n{rest}");
            let told = all(&text).unwrap_err().told(text.as_bytes());
            assert!(told.starts_with("line 5: ") && told.contains(also), "{told}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_split_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let mut records = Records::new(&bytes);
            let mut fields = Vec::new();
            while let Ok(true) = records.next(&mut fields) {
                prop_assert!(!fields.is_empty());
            }
        }

        #[test]
        fn what_the_csv_crate_writes_is_read_back(
            rows in prop::collection::vec(prop::collection::vec("[a-c,\"\n\r ]{0,6}", 2), 1..8)
        ) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            for row in &rows {
                writer.write_record(row).unwrap();
            }
            let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            prop_assert_eq!(all(&text).unwrap(), rows);
        }
    }
}
