//! Whether a round's known totals fit together, told while they can still be corrected: before it is sealed, best
//! before it closes.

use super::{Desk, Result, Rules};
use crate::store::margin::Margins;

/// What is wrong with the totals of a round, a sentence each; nothing when they fit.
///
/// # Errors
/// What the database says.
pub fn margin_faults(desk: &Desk, code: &str) -> Result<Vec<String>> {
    let round = desk.store.round(code)?;
    let rules = Rules::read(&round.rules)?;
    let units: Vec<String> =
        desk.store.round_units(round.id)?.into_iter().map(|unit| unit.code).collect();
    Ok(faults(&rules, &units, &desk.store.margins(round.id)?))
}

const NONE: &str = "there are no totals yet, so answers are not weighted; take them with khaosat margin import or from-dossiers";

fn faults(rules: &Rules, units: &[String], margins: &Margins) -> Vec<String> {
    if margins.is_empty() && !rules.margins.is_empty() {
        return vec![NONE.to_owned()];
    }
    let mut faults = Vec::new();
    for variable in &rules.margins {
        if !margins.contains_key(variable) {
            faults.push(format!("{variable} has no totals, so answers are not weighted to it"));
        }
    }
    faults.extend(other_populations(margins));
    if let Some(totals) = margins.get("unit") {
        for unit in units.iter().filter(|unit| totals.get(*unit).is_none_or(|n| *n <= 0)) {
            faults.push(format!(
                "unit {unit} has no dossier in the totals, so its answers cannot be weighed"
            ));
        }
    }
    faults
}

/// Variables that do not add up to the population of the first, a sentence each.
pub fn other_populations(margins: &Margins) -> Vec<String> {
    let mut sums =
        margins.iter().map(|(variable, totals)| (variable, totals.values().sum::<i64>()));
    let Some((first, population)) = sums.next() else { return Vec::new() };
    sums.filter(|(_, sum)| *sum != population)
        .map(|(variable, sum)| format!("{first} adds up to {population}, {variable} to {sum}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_that_disagree_or_forget_a_unit_are_told() {
        let rules: Rules =
            toml::from_str("title = \"t\"\nunits = [\"1\", \"2\"]\nunits_on = \"2018-12-31\"")
                .unwrap();
        let units = ["1".to_owned(), "2".to_owned()];
        let mut margins = Margins::new();
        for (variable, category, total) in
            [("unit", "1", 40), ("sex", "male", 20), ("sex", "female", 21)]
        {
            margins.entry(variable.to_owned()).or_default().insert(category.to_owned(), total);
        }
        let found = faults(&rules, &units, &margins).join("\n");
        for wanted in
            ["service has no totals", "sex adds up to 41, unit to 40", "unit 2 has no dossier"]
        {
            assert!(found.contains(wanted), "{found}");
        }
        margins.remove("sex");
        margins.entry("unit".to_owned()).or_default().insert("2".to_owned(), 5);
        let mut rules = rules;
        rules.margins = vec!["unit".to_owned()];
        assert_eq!(faults(&rules, &units, &margins), Vec::<String>::new());
    }
}
