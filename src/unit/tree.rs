//! The units of all times, asked for those of one day.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::check::{self, Index, What};
use super::{UnitCode, UnitKey, UnitRow, search_key};

/// A unit among the given ones that cannot stand beside the others.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unit {code} ({name}): {advice}")]
pub struct Misfit {
    pub code: String,
    pub name: String,
    pub advice: String,
}

/// Units that fit together: each code held once a day, each parent there on all days of its children.
#[derive(Debug, Clone)]
pub struct Tree {
    rows: Vec<UnitRow>,
    by_key: BTreeMap<UnitKey, usize>,
    /// Per row: the unit above.
    parents: Vec<Option<usize>>,
    /// Per row: the keys under which a search finds it.
    spellings: Vec<Vec<String>>,
}

impl Tree {
    /// Builds the tree from units in any order.
    ///
    /// # Errors
    /// [`Misfit`]: the first unit that overlaps another or lacks its parent.
    pub fn new(rows: Vec<UnitRow>) -> Result<Self, Misfit> {
        let index = Index::new(rows.iter().collect());
        if let Some(fault) = check::faults(&index).into_iter().next()
            && let Some(row) = rows.get(fault.row)
        {
            let advice = match fault.what {
                What::Overlap { .. } => {
                    "its code names another unit on some of its days".to_owned()
                }
                What::Parent(advice) => advice,
            };
            return Err(Misfit { code: row.code.to_string(), name: row.name.to_string(), advice });
        }
        let parents = rows.iter().map(|row| index.parent(row).map(|(at, _)| at)).collect();
        let by_key = rows.iter().enumerate().map(|(at, row)| (row.key(), at)).collect();
        let spellings = rows.iter().map(spellings).collect();
        Ok(Self { rows, by_key, parents, spellings })
    }

    /// All units of all times, in the order given.
    pub fn rows(&self) -> &[UnitRow] {
        &self.rows
    }

    pub fn get(&self, key: &UnitKey) -> Option<&UnitRow> {
        self.rows.get(*self.by_key.get(key)?)
    }

    /// Who held `code` on `day`.
    pub fn at(&self, code: &UnitCode, day: Date) -> Option<&UnitRow> {
        let first = UnitKey { code: code.clone(), valid_from: None };
        let last = UnitKey { code: code.clone(), valid_from: Some(day) };
        let (_, at) = self.by_key.range(first..=last).next_back()?;
        self.rows.get(*at).filter(|row| row.period.contains(day))
    }

    /// The unit above.
    pub fn parent(&self, key: &UnitKey) -> Option<&UnitRow> {
        let parent = self.parents.get(*self.by_key.get(key)?)?;
        self.rows.get((*parent)?)
    }

    /// The units above, nearest first.
    pub fn ancestors(&self, key: &UnitKey) -> impl Iterator<Item = &UnitRow> {
        std::iter::successors(self.parent(key), |row| self.parent(&row.key()))
    }

    /// The units directly below that exist on `day`, by code.
    pub fn children(&self, key: &UnitKey, day: Date) -> Vec<&UnitRow> {
        let parent = self.by_key.get(key);
        self.by_key
            .values()
            .filter(|at| {
                parent.is_some()
                    && self.parents.get(**at).is_some_and(|above| above.as_ref() == parent)
            })
            .filter_map(|at| self.rows.get(*at))
            .filter(|row| row.period.contains(day))
            .collect()
    }

    /// The units on `day` whose code is `text` or one of whose spellings holds it; whole spellings first, then by code.
    /// Nothing for a text without letters or digits.
    pub fn search(&self, text: &str, day: Date) -> Vec<&UnitRow> {
        let wanted = search_key(text);
        if wanted.is_empty() {
            return Vec::new();
        }
        let mut found: Vec<(bool, &UnitRow)> = self
            .by_key
            .values()
            .filter_map(|at| Some((self.rows.get(*at)?, self.spellings.get(*at)?)))
            .filter(|(row, _)| row.period.contains(day))
            .filter_map(|(row, spellings)| {
                let whole = row.code.as_str() == text.trim() || spellings.contains(&wanted);
                let part = whole || spellings.iter().any(|spelling| spelling.contains(&wanted));
                part.then_some((!whole, row))
            })
            .collect();
        found.sort_by_key(|(part, _)| *part);
        found.into_iter().map(|(_, row)| row).collect()
    }
}

fn spellings(row: &UnitRow) -> Vec<String> {
    let mut keys = vec![row.name.search_key(), search_key(&row.full_name())];
    keys.extend(row.aliases.iter().map(super::UnitName::search_key));
    keys
}

#[cfg(test)]
mod tests {
    use super::super::{UnitKind, csv, shipped};
    use super::*;
    use jiff::civil::date;

    fn gia_lai() -> Tree {
        let mut rows = Vec::new();
        for (text, name) in [
            (shipped::DISTRICTS_2018, "districts"),
            (shipped::KBANG_COMMUNES_2018, "kbang"),
            (shipped::KBANG_COMMUNES_2024, "kbang 2024"),
            (shipped::COMMUNES_2025, "communes"),
        ] {
            rows.extend(csv::parse(text.as_bytes(), name, &rows).unwrap());
        }
        Tree::new(rows).unwrap()
    }

    fn code(text: &str) -> UnitCode {
        UnitCode::new(text).unwrap()
    }

    #[test]
    fn a_reused_code_names_the_unit_of_the_day() {
        let tree = gia_lai();
        let name = |c: &str, day| tree.at(&code(c), day).map(UnitRow::full_name);
        assert_eq!(name("23638", date(2018, 6, 1)).as_deref(), Some("Thị trấn Kbang"));
        assert_eq!(name("23638", date(2025, 7, 1)).as_deref(), Some("Xã Kbang"));
        assert_eq!(name("23668", date(2025, 6, 30)).as_deref(), Some("Xã Kông Lơng Khơng"));
        assert_eq!(name("23668", date(2025, 7, 1)).as_deref(), Some("Xã Tơ Tung"));
        assert_eq!(name("23674", date(2024, 10, 31)).as_deref(), Some("Xã Đăk Hlơ"));
        assert_eq!(name("23674", date(2024, 11, 1)).as_deref(), Some("Xã Kông Bơ La"));
        assert_eq!(name("625", date(2025, 7, 1)), None);
        assert_eq!(name("52", date(2018, 6, 1)), None, "Bình Định is not in these files");
    }

    #[test]
    fn kbang_had_fourteen_communes_then_thirteen() {
        let tree = gia_lai();
        let kbang = tree.at(&code("625"), date(2018, 6, 1)).unwrap().key();
        assert_eq!(tree.children(&kbang, date(2018, 6, 1)).len(), 14);
        assert_eq!(tree.children(&kbang, date(2024, 11, 1)).len(), 13);
        assert_eq!(tree.children(&kbang, date(2025, 7, 1)).len(), 0);
        let kon_pne = tree.at(&code("23641"), date(2018, 6, 1)).unwrap();
        let above: Vec<String> = tree.ancestors(&kon_pne.key()).map(UnitRow::full_name).collect();
        assert_eq!(above, ["Huyện Kbang", "Tỉnh Gia Lai"]);
    }

    #[test]
    fn the_province_of_2025_has_110_communes_and_25_wards() {
        let tree = gia_lai();
        let province = tree.at(&code("52"), date(2026, 1, 1)).unwrap().key();
        let below = tree.children(&province, date(2026, 1, 1));
        assert_eq!(below.len(), 135);
        assert_eq!(below.iter().filter(|row| row.kind == UnitKind::Ward).count(), 25);
    }

    #[test]
    fn any_spelling_finds_the_unit_and_whole_names_come_first() {
        let tree = gia_lai();
        let found = |text: &str, day| -> Vec<String> {
            tree.search(text, day).into_iter().map(UnitRow::full_name).collect()
        };
        for spelling in ["K'Bang", "kbang", "KBANG"] {
            assert_eq!(
                found(spelling, date(2018, 1, 1)),
                ["Thị trấn Kbang", "Huyện Kbang"],
                "{spelling}"
            );
        }
        assert_eq!(found("huyen kbang", date(2018, 1, 1)), ["Huyện Kbang"]);
        assert_eq!(found("Kong Pla", date(2018, 1, 1)), ["Xã Kông Bơ La"]);
        assert_eq!(found("23650", date(2026, 1, 1)), ["Xã Krong"]);
        assert_eq!(found("ia pa", date(2018, 1, 1)), ["Huyện Ia Pa"]);
        assert_eq!(found("'-", date(2018, 1, 1)), Vec::<String>::new());
        let first = tree.search("Chư Sê", date(2026, 1, 1));
        assert_eq!(first.first().map(|row| row.code.as_str()), Some("23941"));
    }

    #[test]
    fn a_tree_with_a_missing_parent_is_refused() {
        let mut rows = csv::parse(shipped::DISTRICTS_2018.as_bytes(), "d", &[]).unwrap();
        rows.retain(|row| row.code.as_str() != "64");
        let misfit = Tree::new(rows).unwrap_err();
        assert_eq!(misfit.code, "622");
        assert!(misfit.to_string().contains("no unit has this code"));
    }
}
