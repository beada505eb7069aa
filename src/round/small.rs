//! The small-area estimate beside every official index that is shown, marked as a model.

use super::beside::{ModelNote, Modelled};
use super::figures::Group;
use crate::index::fay_herriot::{Area, fit, smoothed_variance};
use crate::weigh::exact::twelve_digits;

/// The model has a constant alone: every unit leans on the mean of all, and the publication says so.
const COVARIATES: [&str; 1] = ["constant"];

/// Fits the model to the figures shown. It is made from published figures only, so it tells nothing beyond them; without
/// an overall figure or with too few units there is none.
pub(super) fn put(group: &mut Group) {
    let (Some(p), Some(effect)) = (group.overall.index, group.effect()) else { return };
    let mut at = Vec::new();
    let mut areas = Vec::new();
    for (place, unit) in group.units.iter().enumerate() {
        if let (Some(direct), Some(n)) = (unit.figure.index, unit.figure.effective_n) {
            at.push(place);
            let variance = smoothed_variance(p, effect, n);
            areas.push(Area { direct, variance, covariates: vec![1.0] });
        }
    }
    let Ok(found) = fit(&areas) else { return };
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
    group.notes.model = Some(ModelNote {
        covariates: COVARIATES.map(str::to_owned).to_vec(),
        coefficients: found.coefficients.iter().map(|b| twelve_digits(*b)).collect(),
        model_variance: twelve_digits(found.model_variance),
        design_effect: twelve_digits(effect),
    });
}
