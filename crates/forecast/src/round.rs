//! Whole persons from exact numbers.

use domain::Exact;

/// The largest whole number not above, as a machine word. What the crate computes is bounded far
/// below that (see [`crate::Assumptions::MOST_YEARS`] and `ratio::MOST`).
pub(crate) fn whole(number: &Exact) -> i64 {
    number.floor().small_parts().map_or(i64::MAX, |(n, _)| n)
}

/// Rounded to the nearest whole number, halves up.
pub(crate) fn nearest(number: &Exact) -> i64 {
    whole(&number.round(0))
}

/// Rounds numbers from zero up so that their sum is the rounded sum (最大余数法): everyone gets
/// the whole part, what is left over goes to the largest fractions, of equal ones to the first.
/// A whole number stays as it is.
pub(crate) fn apportion(exact: &[Exact]) -> Vec<i64> {
    let total = nearest(&exact.iter().cloned().sum());
    let mut parts: Vec<i64> = exact.iter().map(whole).collect();
    let left = usize::try_from(total - parts.iter().sum::<i64>()).unwrap_or(0);
    let mut order: Vec<(Exact, usize)> = exact
        .iter()
        .zip(&parts)
        .enumerate()
        .map(|(place, (number, part))| (number - &Exact::from(*part), place))
        .collect();
    order.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    for (_, place) in order.into_iter().take(left) {
        if let Some(part) = parts.get_mut(place) {
            *part += 1;
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_left_goes_to_the_largest_fractions() {
        let thirds = [Exact::ratio(10, 3), Exact::ratio(10, 3), Exact::ratio(10, 3)];
        assert_eq!(apportion(&thirds), [4, 3, 3]);
        let mixed = [Exact::ratio(3, 2), Exact::ratio(7, 4), Exact::from(2)];
        // 5.25 → 5: whole parts 1 + 1 + 2, one left for 0.75.
        assert_eq!(apportion(&mixed), [1, 2, 2]);
        assert!(apportion(&[]).is_empty());
    }

    proptest! {
        #[test]
        fn the_sum_is_kept_and_nobody_is_moved_by_a_whole_person(
            numbers in prop::collection::vec((0i64..100_000, 1u64..1000), 0..40)
        ) {
            let exact: Vec<Exact> = numbers.iter().map(|(n, d)| Exact::ratio(*n, *d)).collect();
            let parts = apportion(&exact);
            let sum: Exact = exact.iter().cloned().sum();
            prop_assert_eq!(parts.iter().sum::<i64>(), nearest(&sum));
            for (part, number) in parts.iter().zip(&exact) {
                let moved = &Exact::from(*part) - number;
                prop_assert!(moved < Exact::ONE && -moved < Exact::ONE);
            }
        }
    }
}
