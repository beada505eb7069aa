//! Small-area estimates (Fay & Herriot 1979): direct estimates of small units lean on a model, the more the less is
//! known of them. Marked as a model wherever they are shown.
//!
//! direct_i = x_i'β + v_i + e_i with v_i ~ (0, A), e_i ~ (0, D_i), D_i known. A by REML (Fisher scoring), the mean
//! squared error by Prasad & Rao (1990) in the form of Datta & Lahiri (2000) for REML: g1 + g2 + 2·g3.

use nalgebra::{DMatrix, DVector};

use super::error::IndexError;

/// A unit with a direct estimate.
#[derive(Clone, Debug, PartialEq)]
pub struct Area {
    /// Its direct estimate.
    pub direct: f64,
    /// The estimate's variance D_i, above 0 (smoothed; see [`smoothed_variance`]).
    pub variance: f64,
    /// Its covariates, the constant among them; the same number for all.
    pub covariates: Vec<f64>,
}

/// A unit's model-based estimate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AreaEstimate {
    /// γ·direct + (1 − γ)·x'β.
    pub estimate: f64,
    /// Its estimated mean squared error.
    pub mse: f64,
    /// γ = A/(A + D_i): how much the direct estimate counts.
    pub direct_share: f64,
}

/// A fitted model.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// A. When it is 0 the estimates are purely synthetic; say so beside them.
    pub model_variance: f64,
    /// β.
    pub coefficients: Vec<f64>,
    /// In the order given.
    pub areas: Vec<AreaEstimate>,
}

const STEPS_MAX: usize = 500;
/// A is found to this share of itself and of the typical D.
const PRECISION: f64 = 1e-13;
const COVARIATES_MAX: usize = 50;

/// The variance of a share smoothed by the pooled design effect: p(1 − p)·effect / effective n, with p and the effect
/// pooled over all units, so that a unit where all agree doesn't count as known for certain.
pub fn smoothed_variance(pooled_share: f64, pooled_effect: f64, effective_n: f64) -> f64 {
    pooled_share * (1.0 - pooled_share) * pooled_effect / effective_n
}

/// Fits the model.
///
/// ```
/// use khaosat::index::fay_herriot::{Area, fit};
/// let area = |direct, variance| Area { direct, variance, covariates: vec![1.0] };
/// let fitted = fit(&[area(0.9, 0.001), area(0.6, 0.001), area(0.8, 0.001), area(0.5, 0.02)])?;
/// // The last is known least and leans most on the others.
/// assert!(fitted.areas[3].direct_share < fitted.areas[0].direct_share && fitted.areas[3].estimate > 0.5);
/// # Ok::<(), khaosat::index::IndexError>(())
/// ```
/// # Errors
/// Fewer areas than covariates + 1, numbers that are not finite, variances of zero, covariates that depend on each
/// other, no convergence.
pub fn fit(areas: &[Area]) -> Result<Fit, IndexError> {
    let model = Model::new(areas)?;
    let mut variance = median(areas.iter().map(|area| area.variance).collect());
    let scale = variance;
    for _ in 0..STEPS_MAX {
        let (score, information) = model.score(variance)?;
        let next = (variance + score / information).max(0.0);
        if !next.is_finite() {
            break;
        }
        if (next - variance).abs() <= PRECISION * (variance + scale) {
            return model.finish(next);
        }
        variance = next;
    }
    Err(IndexError::Model(
        "REML does not converge; check the direct estimates and covariates".into(),
    ))
}

struct Model {
    x: DMatrix<f64>,
    y: DVector<f64>,
    d: Vec<f64>,
}

/// A weighted regression at some A.
struct Regression {
    /// (X'V⁻¹X)⁻¹.
    inverse: DMatrix<f64>,
    beta: DVector<f64>,
    /// y − Xβ.
    residuals: DVector<f64>,
}

impl Model {
    fn new(areas: &[Area]) -> Result<Self, IndexError> {
        let refuse = |problem: String| Err(IndexError::Model(problem));
        let width = areas.first().map_or(0, |area| area.covariates.len());
        if width == 0 || width > COVARIATES_MAX || areas.len() <= width {
            return refuse(format!(
                "{} areas and {width} covariates; it takes 1 … {COVARIATES_MAX} covariates and more areas than that",
                areas.len()
            ));
        }
        for (index, area) in areas.iter().enumerate() {
            let finite = area.direct.is_finite() && area.covariates.iter().all(|x| x.is_finite());
            let known = area.variance > 0.0 && area.variance.is_finite();
            if !finite || !known || area.covariates.len() != width {
                return refuse(format!(
                    "area {index}: direct {}, variance {}, {} covariates; it takes finite numbers, a variance above \
                     zero and {width} covariates",
                    area.direct,
                    area.variance,
                    area.covariates.len()
                ));
            }
        }
        let rows = areas.iter().flat_map(|area| area.covariates.iter().copied());
        Ok(Self {
            x: DMatrix::from_row_iterator(areas.len(), width, rows),
            y: DVector::from_iterator(areas.len(), areas.iter().map(|area| area.direct)),
            d: areas.iter().map(|area| area.variance).collect(),
        })
    }

    /// 1/(A + D_i).
    fn precisions(&self, variance: f64) -> Vec<f64> {
        self.d.iter().map(|d| 1.0 / (variance + d)).collect()
    }

    /// X' diag(w) X.
    fn crossed(&self, weights: impl Fn(f64) -> f64, precisions: &[f64]) -> DMatrix<f64> {
        let mut scaled = self.x.clone();
        for (mut row, &precision) in scaled.row_iter_mut().zip(precisions) {
            row *= weights(precision);
        }
        self.x.transpose() * scaled
    }

    /// Regresses the direct estimates on the covariates.
    fn regress(&self, precisions: &[f64]) -> Result<Regression, IndexError> {
        let inverse = self
            .crossed(|p| p, precisions)
            .try_inverse()
            .filter(|inverse| inverse.iter().all(|entry| entry.is_finite()));
        let inverse = inverse.ok_or_else(|| {
            IndexError::Model("the covariates depend on each other; leave one out".into())
        })?;
        let weighted = DVector::from_iterator(
            self.y.len(),
            self.y.iter().zip(precisions).map(|(y, precision)| y * precision),
        );
        let beta = &inverse * (self.x.transpose() * weighted);
        let residuals = &self.y - &self.x * &beta;
        Ok(Regression { inverse, beta, residuals })
    }

    /// The REML score in A and its expected information.
    fn score(&self, variance: f64) -> Result<(f64, f64), IndexError> {
        let precisions = self.precisions(variance);
        let Regression { inverse, residuals, .. } = self.regress(&precisions)?;
        let second = &inverse * self.crossed(|p| p * p, &precisions);
        let third = &inverse * self.crossed(|p| p * p * p, &precisions);
        let trace_p = precisions.iter().sum::<f64>() - second.trace();
        let squares: f64 = precisions.iter().map(|p| p * p).sum();
        let trace_pp = squares - 2.0 * third.trace() + (&second * &second).trace();
        let fit: f64 = residuals.iter().zip(&precisions).map(|(r, p)| (r * p) * (r * p)).sum();
        Ok(((fit - trace_p) / 2.0, trace_pp / 2.0))
    }

    fn finish(&self, variance: f64) -> Result<Fit, IndexError> {
        let precisions = self.precisions(variance);
        let Regression { inverse, beta, residuals } = self.regress(&precisions)?;
        let squares: f64 = precisions.iter().map(|p| p * p).sum();
        let of_variance = 2.0 / squares;
        let areas = self
            .d
            .iter()
            .zip(&precisions)
            .enumerate()
            .map(|(index, (d, precision))| {
                let direct_share = variance * precision;
                let shrink = d * precision;
                let row = self.x.row(index);
                let g1 = variance * shrink;
                let g2 = shrink * shrink * (row * &inverse * row.transpose()).sum();
                let g3 = shrink * shrink * of_variance * precision;
                let residual = residuals.get(index).copied().unwrap_or_default();
                let direct = self.y.get(index).copied().unwrap_or_default();
                AreaEstimate {
                    estimate: direct - shrink * residual,
                    mse: g1 + g2 + 2.0 * g3,
                    direct_share,
                }
            })
            .collect();
        Ok(Fit { model_variance: variance, coefficients: beta.as_slice().to_vec(), areas })
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn milk() -> Vec<Area> {
        let text = include_str!("../../tests/fixtures/oracle/fay_herriot/areas.csv");
        text.lines()
            .skip(1)
            .map(|line| {
                let fields: Vec<&str> = line.split(',').collect();
                let group: usize = fields[1].parse().unwrap();
                let se: f64 = fields[3].parse().unwrap();
                let mut covariates = vec![1.0, 0.0, 0.0, 0.0];
                if group > 1 {
                    covariates[group - 1] = 1.0;
                }
                Area { direct: fields[2].parse().unwrap(), variance: se * se, covariates }
            })
            .collect()
    }

    /// Milk expenditure in 43 areas (Arora & Lahiri 1997).
    #[test]
    fn the_milk_data_give_the_known_model() {
        let known: serde_json::Value = serde_json::from_str(include_str!(
            "../../tests/fixtures/oracle/fay_herriot/expected.json"
        ))
        .unwrap();
        let close = |found: f64, wanted: &serde_json::Value| {
            let wanted = wanted.as_f64().unwrap();
            assert!((found / wanted - 1.0).abs() < 1e-6, "{found} {wanted}");
        };
        let fit = fit(&milk()).unwrap();
        close(fit.model_variance, &known["model_variance"]);
        for (found, wanted) in fit.coefficients.iter().zip(known["beta"].as_array().unwrap()) {
            close(*found, wanted);
        }
        assert_eq!(fit.areas.len(), known["areas"].as_array().unwrap().len());
        for (found, wanted) in fit.areas.iter().zip(known["areas"].as_array().unwrap()) {
            close(found.estimate, &wanted["eblup"]);
            close(found.mse, &wanted["mse"]);
        }
    }

    #[test]
    fn units_that_differ_less_than_chance_get_the_synthetic_estimate() {
        let areas: Vec<Area> = (0..8)
            .map(|index| Area {
                direct: 0.8 + 0.001 * f64::from(index % 2),
                variance: 0.01,
                covariates: vec![1.0],
            })
            .collect();
        let fit = fit(&areas).unwrap();
        assert_eq!(fit.model_variance, 0.0);
        assert!(fit.areas.iter().all(|area| (area.estimate - 0.8005).abs() < 1e-12));
    }

    #[test]
    fn a_model_without_enough_areas_or_with_certain_ones_is_refused() {
        let mut areas = milk();
        areas[3].variance = 0.0;
        assert!(fit(&areas).unwrap_err().to_string().contains("area 3"));
        assert!(fit(&milk()[..4]).is_err());
        let twins = milk().into_iter().map(|mut area| {
            area.covariates = vec![1.0, 1.0];
            area
        });
        assert!(fit(&twins.collect::<Vec<_>>()).is_err());
    }
}
