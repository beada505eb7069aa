//! The correction of influence values for calibration: what the margins already fix does not vary.
//!
//! An influence value z becomes z − Σ_m effect_m(category). Both corrections need, besides the sums of z over the
//! categories, only how much mass the categories share with each other, so a correction costs the same for a
//! thousand responses and for ten million.

use super::calibrate::Equations;
use super::error::WeighError;
use super::margin::Cells;
use super::method::Projection;

/// Categories over all margins that a residual can be taken on.
const COLUMNS_MAX: usize = 2000;

/// A projection made ready for many influence values.
pub struct Residual {
    first: Vec<u32>,
    way: Way,
}

enum Way {
    /// Single margin: mean per category.
    Means(Vec<f64>),
    /// Rounds over margins; mass shared by each two columns, row by row.
    Rounds(usize, Vec<f64>),
    Regression(Box<Equations>),
}

impl Residual {
    /// `mass`: per cell, the number of responses (rounds) or their base weights (regression). `None` when weights
    /// were not calibrated.
    /// # Errors
    /// Too many categories, or equations that cannot be factored.
    pub fn new(
        cells: &Cells,
        mass: &[f64],
        projection: Projection,
    ) -> Result<Option<Self>, WeighError> {
        let first = cells.first.clone();
        let mass_of = |cell: usize| mass.get(cell).copied().unwrap_or_default();
        let too_many = || {
            WeighError::TooMuch(format!(
                "{} categories are more than a variance can be corrected for ({COLUMNS_MAX}); merge some",
                cells.width()
            ))
        };
        let way = match projection {
            Projection::None => return Ok(None),
            _ if cells.margins == 1 => {
                let mut sums = vec![0.0; cells.width()];
                cells.add_up(&mut sums, mass_of);
                Way::Means(sums)
            }
            _ if cells.width() > COLUMNS_MAX => return Err(too_many()),
            Projection::Rounds(rounds) => Way::Rounds(rounds, shared_mass(cells, mass_of)),
            Projection::Regression => {
                Way::Regression(Box::new(Equations::new(cells, mass_of).ok_or_else(too_many)?))
            }
        };
        Ok(Some(Self { first, way }))
    }

    /// Effects by column for an influence value with these sums (mass × z) by column.
    pub fn effects(&self, sums: &[f64]) -> Vec<f64> {
        match &self.way {
            Way::Means(mass) => {
                sums.iter().zip(mass).map(|(sum, &mass)| mean(*sum, mass)).collect()
            }
            Way::Regression(equations) => equations.solve(sums),
            Way::Rounds(rounds, shared) => self.rounds(*rounds, shared, sums),
        }
    }

    fn rounds(&self, rounds: usize, shared: &[f64], sums: &[f64]) -> Vec<f64> {
        let width = sums.len();
        let mut effects = vec![0.0; width];
        for _ in 0..rounds {
            for bounds in self.first.windows(2) {
                let &[from, to] = bounds else { continue };
                // Categories of one margin share nothing, so their means may be taken one after the other.
                for column in from as usize..to as usize {
                    let start = column * width;
                    let row = shared.get(start..start + width).unwrap_or_default();
                    let taken: f64 =
                        row.iter().zip(&effects).map(|(mass, effect)| mass * effect).sum();
                    let mass = row.get(column).copied().unwrap_or_default();
                    let rest = sums.get(column).copied().unwrap_or_default() - taken;
                    if let Some(effect) = effects.get_mut(column) {
                        *effect += mean(rest, mass);
                    }
                }
            }
        }
        effects
    }
}

fn mean(sum: f64, mass: f64) -> f64 {
    if mass > 0.0 { sum / mass } else { 0.0 }
}

fn shared_mass(cells: &Cells, mass: impl Fn(usize) -> f64) -> Vec<f64> {
    let width = cells.width();
    let mut shared = vec![0.0; width * width];
    for cell in 0..cells.len() {
        for &row in cells.columns_of(cell) {
            for &column in cells.columns_of(cell) {
                if let Some(sum) = shared.get_mut(row as usize * width + column as usize) {
                    *sum += mass(cell);
                }
            }
        }
    }
    shared
}

#[cfg(test)]
mod tests {
    use super::super::margin::{joint_cells, tests::margin};
    use super::*;

    #[test]
    fn enough_rounds_arrive_where_the_regression_is() {
        let margins = [
            margin("a", &[0, 0, 1, 1, 1, 0], &[5.0, 5.0]),
            margin("b", &[0, 1, 2, 0, 1, 1], &[4.0, 3.0, 3.0]),
        ];
        let (cells, _, _) = joint_cells(6, &margins).unwrap();
        let mass: Vec<f64> = cells.n.iter().map(|&n| f64::from(n)).collect();
        let z = [1.0, -2.0, 0.5, 3.0, 0.0, 1.5];
        let mut sums = vec![0.0; cells.width()];
        for (&cell, z) in cells.of.iter().zip(z) {
            cells.columns_of(cell as usize).iter().for_each(|&c| sums[c as usize] += z);
        }
        let fitted = |projection| {
            let effects = Residual::new(&cells, &mass, projection).unwrap().unwrap().effects(&sums);
            (0..cells.len())
                .map(|cell| cells.columns_of(cell).iter().map(|&c| effects[c as usize]).sum())
                .collect::<Vec<f64>>()
        };
        for (rounds, regression) in
            fitted(Projection::Rounds(500)).iter().zip(fitted(Projection::Regression))
        {
            assert!((rounds - regression).abs() < 1e-10, "{rounds} {regression}");
        }
    }
}
