//! The small-area estimate beside every index that is shown, marked as a model.

use super::Rules;
use super::beside::{ModelNote, Modelled};
use super::figures::Group;
use crate::index::fay_herriot::{Area, fit, smoothed_variance};
use crate::weigh::exact::twelve_digits;

/// The covariate that every model has: every unit leans on the mean of all.
const CONSTANT: &str = "constant";

/// Fits the model to the figures shown, on a constant and the covariates of the round's rules. It is made from published
/// figures and frozen rules only, so it tells nothing beyond them; without an overall figure there is none.
pub(super) fn put(group: &mut Group, rules: &Rules) {
    let (Some(p), Some(effect)) = (group.overall.index, group.effect()) else { return };
    let mut at = Vec::new();
    let mut areas = Vec::new();
    for (place, unit) in group.units.iter().enumerate() {
        if let (Some(direct), Some(n)) = (unit.figure.index, unit.figure.effective_n) {
            let own = rules.covariates.iter().map(|c| c.values.get(&unit.code).copied());
            let covariates = std::iter::once(Some(1.0)).chain(own).map(Option::unwrap_or_default);
            let variance = smoothed_variance(p, effect, n);
            at.push(place);
            areas.push(Area { direct, variance, covariates: covariates.collect() });
        }
    }
    let found = match fit(&areas) {
        Ok(found) => found,
        Err(error) => {
            group.notes.model_refused = Some(error.to_string());
            return;
        }
    };
    let synthetic = found.model_variance == 0.0;
    for (place, estimate) in at.into_iter().zip(&found.areas) {
        if let Some(unit) = group.units.get_mut(place) {
            unit.beside.model = Some(Modelled {
                estimate: twelve_digits(estimate.estimate.clamp(0.0, 1.0)),
                rmse: twelve_digits(estimate.mse.max(0.0).sqrt()),
                direct_share: twelve_digits(estimate.direct_share),
                synthetic,
            });
        }
    }
    let names = std::iter::once(CONSTANT).chain(rules.covariates.iter().map(|c| c.name.as_str()));
    group.notes.model = Some(ModelNote {
        covariates: names.map(str::to_owned).collect(),
        coefficients: found.coefficients.iter().map(|b| twelve_digits(*b)).collect(),
        model_variance: twelve_digits(found.model_variance),
        design_effect: twelve_digits(effect),
    });
}
