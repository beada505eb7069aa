//! Which heading of somebody else's file is which of our columns, and what their words mean.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::super::IssueError;
use super::row::COLUMNS;
use super::sheet::Grid;
use crate::table::{Collector, Record};

/// Longest mapping.
pub const MAPPING_BYTES_MAX: usize = 64 * 1024;

/// A mapping file (TOML).
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mapping {
    /// Sheet of a workbook; the first without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Row with the headings, from 1.
    pub header_row: u64,
    /// Days are written 31/12/2026.
    pub day_first: bool,
    /// Our column → their heading.
    pub columns: BTreeMap<String, String>,
    /// Our column → one value for all rows.
    pub constants: BTreeMap<String, String>,
    /// Our column → their word → ours.
    pub values: BTreeMap<String, BTreeMap<String, String>>,
}

/// Headings that registers of one-stop shops give our columns, in their order.
const USUAL: [&[&str]; 12] = [
    &["Mã hồ sơ", "Số hồ sơ", "Số biên nhận"],
    &["Mã đơn vị", "Đơn vị"],
    &["Quầy", "Mã quầy", "Bộ phận"],
    &["Lĩnh vực", "Thủ tục", "Tên thủ tục"],
    &["Ngày trả kết quả", "Ngày trả", "Ngày hoàn thành", "Ngày kết thúc"],
    &["Kết quả", "Tình trạng", "Trạng thái"],
    &["Trễ hạn", "Quá hạn"],
    &["Giới tính"],
    &["Nhóm tuổi"],
    &["Email", "E-mail", "Thư điện tử"],
    &["Ngôn ngữ"],
    &["Thư xin lỗi", "Phiếu xin lỗi"],
];

impl Default for Mapping {
    fn default() -> Self {
        Self {
            sheet: None,
            header_row: 1,
            day_first: false,
            columns: BTreeMap::new(),
            constants: BTreeMap::new(),
            values: BTreeMap::new(),
        }
    }
}

impl Mapping {
    /// Reads a mapping file.
    ///
    /// # Errors
    /// [`IssueError::Refused`] with place and reason.
    pub fn parse(text: &str, place: &str) -> Result<Self, IssueError> {
        let mapping: Self = toml::from_str(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            IssueError::Refused(format!("{place}:{line}: {}", error.message()))
        })?;
        let named =
            mapping.columns.keys().chain(mapping.constants.keys()).chain(mapping.values.keys());
        for name in named {
            if !COLUMNS.names.contains(&name.as_str()) {
                return Err(IssueError::Refused(format!(
                    "{place}: {name:?} is none of our columns, which are {}",
                    COLUMNS.names.join(", ")
                )));
            }
        }
        Ok(mapping)
    }

    /// As the file that [`Self::parse`] reads.
    #[must_use]
    pub fn text(&self) -> String {
        // Texts, numbers and tables of texts: nothing that TOML could not hold.
        toml::to_string(self).unwrap_or_default()
    }

    /// Our columns under the headings that people usually give them.
    #[must_use]
    pub fn guessed(headings: &[String], header_row: u64) -> Self {
        let find = |names: &[&str]| {
            headings.iter().find(|heading| names.iter().any(|name| same(heading, name))).cloned()
        };
        let known = COLUMNS.names.iter().zip(USUAL);
        let columns = known.filter_map(|(ours, usual)| {
            let found = find(&[ours]).or_else(|| find(usual))?;
            Some(((*ours).to_owned(), found))
        });
        Self { header_row, day_first: true, columns: columns.collect(), ..Self::default() }
    }

    pub(super) fn sheet(&self) -> Option<&str> {
        self.sheet.as_deref()
    }

    /// The rows behind the headings in our columns.
    pub(super) fn apply(&self, grid: &Grid, problems: &mut Collector) -> Vec<Record<12>> {
        let empty = Vec::new();
        let header = grid.iter().find(|(line, _)| *line == self.header_row);
        let header = header.map_or(&empty, |(_, values)| values);
        if grid.is_empty() {
            if problems.is_empty() {
                problems.add_line(self.header_row, "there are no headings and no rows");
            }
            return Vec::new();
        }
        let mut places = [None; 12];
        let mut usable = true;
        for (at, (name, place)) in COLUMNS.names.iter().zip(places.iter_mut()).enumerate() {
            if self.constants.contains_key(*name) {
                continue;
            }
            let own = (*name).to_owned();
            let wanted = self.columns.get(*name);
            let heading = wanted.unwrap_or(&own);
            let found: Vec<usize> = (0..header.len())
                .filter(|i| header.get(*i).is_some_and(|h| same(h, heading)))
                .collect();
            *place = found.first().copied();
            let needed = at < COLUMNS.required || wanted.is_some();
            let advice = match found.len() {
                0 if needed => "no column has this heading; see columns in the mapping",
                0 | 1 => continue,
                _ => "two columns have this heading; remove one",
            };
            problems.add(self.header_row, "header", heading, advice);
            usable = false;
        }
        if !usable {
            return Vec::new();
        }
        let behind = grid.iter().filter(|(line, _)| *line > self.header_row);
        behind.map(|(line, values)| self.record(*line, values, &places)).collect()
    }

    fn record(&self, line: u64, values: &[String], places: &[Option<usize>; 12]) -> Record<12> {
        let mut fields = [const { String::new() }; 12];
        for ((name, place), field) in COLUMNS.names.iter().zip(places).zip(fields.iter_mut()) {
            let found = match self.constants.get(*name) {
                Some(constant) => constant.as_str(),
                None => place.and_then(|at| values.get(at)).map_or("", String::as_str),
            };
            let meant = self.values.get(*name).and_then(|words| {
                words.iter().find(|(theirs, _)| same(theirs, found)).map(|(_, ours)| ours.clone())
            });
            *field = meant.unwrap_or_else(|| found.trim().to_owned());
            if *name == "finished_on" && self.day_first {
                *field = day_first(field);
            }
        }
        Record { line, fields }
    }
}

/// The same words, whatever the case, the spaces around and the way their letters are written.
fn same(one: &str, other: &str) -> bool {
    use unicode_normalization::UnicodeNormalization;
    let plain = |text: &str| text.trim().nfc().collect::<String>().to_lowercase();
    plain(one) == plain(other)
}

/// `5/11/2018` as `2018-11-05`; anything else as it is.
fn day_first(text: &str) -> String {
    let parts: Vec<&str> = text.split(['/', '.']).collect();
    match parts.as_slice() {
        [day, month, year] if year.len() == 4 && parts.iter().all(|p| !p.is_empty()) => {
            format!("{year}-{month:0>2}-{day:0>2}")
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"
header_row = 2
day_first = true
[columns]
number = "Mã hồ sơ"
counter = "Quầy"
service = "Lĩnh vực"
finished_on = "Ngày trả"
outcome = "Kết quả"
[constants]
unit = "625"
[values.outcome]
"Đã trả" = "granted"
"#;

    fn grid(rows: &[&[&str]]) -> Grid {
        let row = |values: &&[&str]| values.iter().map(|v| (*v).to_owned()).collect();
        (1..).zip(rows.iter().map(row)).collect()
    }

    #[test]
    fn their_headings_and_words_become_ours_with_their_rows() {
        let mapping = Mapping::parse(TEXT, "m.toml").unwrap();
        let grid = grid(&[
            &["Báo cáo tháng 11"],
            &["STT", "mã hồ sơ ", "Quầy", "Lĩnh vực", "Ngày trả", "Kết quả"],
            &["1", "H-1", "Q1", "land", "5/11/2018", "đã trả"],
            &["2", "H-2", "Q1", "land", "2018-11-06", "refused"],
        ]);
        let mut problems = Collector::default();
        let rows = mapping.apply(&grid, &mut problems);
        assert!(problems.finish("", ()).is_ok());
        let told: Vec<String> =
            rows.iter().map(|r| format!("{}: {}", r.line, r.fields[..6].join("|"))).collect();
        assert_eq!(
            told,
            ["3: H-1|625|Q1|land|2018-11-05|granted", "4: H-2|625|Q1|land|2018-11-06|refused"]
        );
    }

    #[test]
    fn headings_that_are_missing_or_double_are_all_named() {
        let mapping = Mapping::parse(TEXT, "m.toml").unwrap();
        let mut problems = Collector::default();
        let grid = grid(&[&[], &["Quầy", "Quầy", "Lĩnh vực", "Ngày trả", "Kết quả"]]);
        assert!(mapping.apply(&grid, &mut problems).is_empty());
        let told = problems.finish("d.xlsx", ()).unwrap_err().to_string();
        assert!(told.contains("d.xlsx:2, header \"Mã hồ sơ\": no column"), "{told}");
        assert!(told.contains("header \"Quầy\": two columns"), "{told}");
    }

    #[test]
    fn a_mapping_that_names_no_column_of_ours_is_refused_with_its_place() {
        let told = |text: &str| Mapping::parse(text, "m.toml").unwrap_err().to_string();
        assert!(told("[columns]\nnumbr = \"x\"").contains("\"numbr\" is none of our columns"));
        assert!(told("sheet = 1").starts_with("m.toml:1: "), "{}", told("sheet = 1"));
        assert!(told("\nsheets = \"a\"").starts_with("m.toml:2: "));
    }
}
