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

/// Why a record cannot be split.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CsvError {
    /// A quote that is not closed.
    #[error("a quote is opened and not closed")]
    Unclosed,
    /// Text behind a closing quote.
    #[error("text stands behind a closing quote")]
    AfterQuote,
    /// More than [`FIELDS_MAX`].
    #[error("a record has more than {FIELDS_MAX} fields")]
    TooManyFields,
    /// More than [`FIELD_BYTES_MAX`].
    #[error("a field is longer than {FIELD_BYTES_MAX} bytes")]
    TooLong,
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
                    return Err(CsvError::TooLong);
                }
                fields.push(Field { start, end: at - cut, quoted: false });
            }
            if fields.len() > FIELDS_MAX {
                return Err(CsvError::TooManyFields);
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
            return Err(CsvError::Unclosed);
        }
        if at - start > FIELD_BYTES_MAX {
            return Err(CsvError::TooLong);
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
        return Err(CsvError::AfterQuote);
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
        assert_eq!(all("a,\"b"), Err(CsvError::Unclosed));
        assert_eq!(all("\"a\"b,c"), Err(CsvError::AfterQuote));
    }

    #[test]
    fn enormous_fields_are_refused() {
        assert_eq!(all(&"x".repeat(FIELD_BYTES_MAX + 1)), Err(CsvError::TooLong));
        assert_eq!(all(&",".repeat(FIELDS_MAX + 1)), Err(CsvError::TooManyFields));
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
