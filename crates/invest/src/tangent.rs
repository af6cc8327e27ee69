//! The difference coefficient as linear rows.
//!
//! With weights wᵢ (Σwᵢ = 1), values xᵢ ≥ 0 and their mean m = Σwᵢxᵢ > 0 the rule CV ≤ τ is
//! Σwᵢxᵢ² ≤ (1 + τ²)·m². With qᵢ for xᵢ²/m it splits into Σwᵢqᵢ ≤ (1 + τ²)·m and qᵢ·m ≥ xᵢ², and
//! the latter into its tangents qᵢ ≥ 2ρ·xᵢ − ρ²·m, valid for every ρ ≥ 0 and touching at
//! ρ = xᵢ/m. So every set of tangents is a relaxation: a county within its limit is never cut off,
//! and one beyond it is cut off by the tangents at its own ratios.

/// Ratios xᵢ/m at which the first tangents are laid.
pub(crate) const GRID: [f64; 10] = [0.3, 0.5, 0.7, 0.85, 1.0, 1.15, 1.35, 1.7, 2.2, 3.0];

/// How far apart the ratios of two tangents are at least. Nearer ones are almost the same row, by
/// which solvers are known to come to wrong ends; what they would add is below (10⁻⁴/2)² of the mean.
const APART: f64 = 1e-4;

/// The tangents of one indicator in one stage and year: ratios by section.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tangents {
    pub(crate) ratios: Vec<Vec<f64>>,
    /// (1 + τ²) is multiplied by one minus this: zero for the relaxation, a little for a repair.
    pub(crate) tighter: f64,
}

impl Tangents {
    /// The starting grid for so many sections.
    pub(crate) fn grid(sections: usize) -> Self {
        Self { ratios: vec![GRID.to_vec(); sections], tighter: 0.0 }
    }

    /// Adds the tangents at the ratios of a point; how many are new.
    pub(crate) fn separate(&mut self, weights: &[f64], values: &[f64]) -> usize {
        let total: f64 = weights.iter().sum();
        let mean = weights.iter().zip(values).map(|(w, x)| w * x).sum::<f64>() / total;
        if mean <= 0.0 {
            return 0;
        }
        let mut added = 0;
        for (ratios, value) in self.ratios.iter_mut().zip(values) {
            let ratio = value / mean;
            if ratios.iter().all(|known| (known - ratio).abs() > APART) {
                ratios.push(ratio);
                added += 1;
            }
        }
        added
    }
}

/// The least qᵢ that the tangents allow at a point.
#[cfg(test)]
fn least(ratios: &[f64], value: f64, mean: f64) -> f64 {
    ratios.iter().map(|rho| 2.0 * rho * value - rho * rho * mean).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lattice::Approx;
    use domain::Exact;
    use proptest::prelude::*;
    use standard::coefficient::{Form, Spread};
    use std::cmp::Ordering;

    /// By how much the rows are violated, relative to the mean.
    fn violation(tangents: &Tangents, weights: &[f64], values: &[f64], limit: f64) -> f64 {
        let total: f64 = weights.iter().sum();
        let mean = weights.iter().zip(values).map(|(w, x)| w * x).sum::<f64>() / total;
        let sum: f64 = weights
            .iter()
            .zip(values)
            .zip(&tangents.ratios)
            .map(|((w, x), ratios)| w / total * least(ratios, *x, mean))
            .sum();
        sum / mean - (1.0 + limit * limit)
    }

    proptest! {
        #[test]
        fn a_county_within_its_limit_is_never_cut_off_and_one_beyond_is(
            county in prop::collection::vec((1i64..2000, 1i64..1000), 2..12),
            percent in 5i64..90,
            elsewhere in prop::collection::vec(1u32..1000, 12),
        ) {
            let limit = Exact::ratio(percent, 100);
            let exact: Vec<(Exact, Exact)> =
                county.iter().map(|(w, x)| (Exact::from(*w), Exact::from(*x))).collect();
            let pairs: Vec<(&Exact, &Exact)> = exact.iter().map(|(w, x)| (w, x)).collect();
            let verdict = Spread::new(&pairs, Form::Weighted).unwrap().compare(&limit);
            let weights: Vec<f64> = exact.iter().map(|(w, _)| w.approx()).collect();
            let values: Vec<f64> = exact.iter().map(|(_, x)| x.approx()).collect();
            let mut tangents = Tangents::grid(county.len());
            // Tangents found at some other county do no harm.
            let others: Vec<f64> = elsewhere.iter().map(|x| f64::from(*x)).collect();
            tangents.separate(&weights, &others[..county.len()]);
            if verdict != Ordering::Greater {
                prop_assert!(violation(&tangents, &weights, &values, limit.approx()) <= 1e-9);
            }
            tangents.separate(&weights, &values);
            let after = violation(&tangents, &weights, &values, limit.approx());
            match verdict {
                Ordering::Greater => prop_assert!(after > -1e-9, "{after}"),
                _ => prop_assert!(after <= 1e-9, "{after}"),
            }
        }
    }

    #[test]
    fn tangents_are_added_once() {
        let mut tangents = Tangents::grid(2);
        assert_eq!(tangents.separate(&[1.0, 1.0], &[1.0, 5.0]), 2);
        assert_eq!(tangents.separate(&[1.0, 1.0], &[1.0, 5.0]), 0);
    }
}
