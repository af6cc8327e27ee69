//! What is bought comes in whole multiples, so what is needed can be rounded up exactly: the row
//! `2·a + 3·b ≥ 41.16` of whole persons is the row `… ≥ 42`. This makes the solver's relaxation
//! close, and keeps its rounding errors away from verdicts.

use domain::Exact;

/// Exact numbers as the solver's figures.
pub(crate) trait Approx {
    /// The nearest binary number: what a solver works with, never what a verdict is taken from.
    fn approx(&self) -> f64;
}

impl Approx for Exact {
    #[expect(
        clippy::disallowed_methods,
        reason = "a solver computes in binary; the judge does not"
    )]
    fn approx(&self) -> f64 {
        self.to_f64()
    }
}

fn euclid(mut left: u128, mut right: u128) -> u128 {
    while right != 0 {
        (left, right) = (right, left % right);
    }
    left
}

/// The greatest number of which both are whole multiples.
fn gcd(left: &Exact, right: &Exact) -> Option<Exact> {
    let ((over, under), (other_over, other_under)) = (left.small_parts()?, right.small_parts()?);
    let (under, other_under) = (u128::from(under), u128::from(other_under));
    let common = euclid(
        u128::from(over.unsigned_abs()) * other_under,
        u128::from(other_over.unsigned_abs()) * under,
    );
    let product = under * other_under;
    let reduce = euclid(common, product).max(1);
    let numerator = i64::try_from(common / reduce).ok()?;
    Some(Exact::ratio(numerator, u64::try_from(product / reduce).ok()?))
}

/// The coarsest lattice on which every sum of whole multiples of `steps` lies; `None` where there
/// is none worth using.
pub(crate) fn lattice(steps: &[Exact]) -> Option<Exact> {
    let mut steps = steps.iter();
    let mut all = steps.next()?.clone();
    for step in steps {
        all = gcd(&all, step)?;
    }
    let all = if all.is_negative() { -all } else { all };
    (all > Exact::ratio(1, 10_000)).then_some(all)
}

/// `value` rounded up to the lattice.
pub(crate) fn up(value: &Exact, lattice: Option<&Exact>) -> Exact {
    let rounded = lattice.and_then(|step| Some(value.checked_div(step)?.ceil() * step.clone()));
    rounded.unwrap_or_else(|| value.clone())
}

/// A solver's figure as the least multiple of `grid` that is not below it, but for the solver's
/// own rounding error.
pub(crate) fn grid_up(value: f64, grid: &Exact) -> Exact {
    let steps = value / grid.approx();
    let near = steps.round();
    let whole = if (steps - near).abs() < 1e-4 { near } else { steps.ceil() };
    #[expect(clippy::cast_possible_truncation, reason = "bounded by the next comparison")]
    let count = if whole.abs() < 1e15 { whole as i64 } else { 0 };
    &Exact::from(count) * grid
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn needs_are_rounded_to_what_can_be_bought() {
        let exact = |text: &str| Exact::parse(text).unwrap();
        let whole = lattice(&[exact("1"), exact("-3")]).unwrap();
        assert_eq!(whole, Exact::ONE);
        assert_eq!(up(&exact("41.16"), Some(&whole)), exact("42"));
        assert_eq!(up(&exact("42"), Some(&whole)), exact("42"));
        assert_eq!(up(&exact("-0.5"), Some(&whole)), exact("0"));
        assert_eq!(lattice(&[exact("0.01"), exact("3")]), Some(exact("0.01")));
        assert_eq!(lattice(&[exact("2/3"), exact("1/2")]), Some(exact("1/6")));
        assert_eq!(grid_up(41.999_999, &Exact::ONE), exact("42"));
        assert_eq!(grid_up(41.9, &Exact::ONE), exact("42"));
        assert_eq!(grid_up(42.000_001, &Exact::ONE), exact("42"));
        assert_eq!(grid_up(0.123, &exact("0.01")), exact("0.13"));
    }
}
