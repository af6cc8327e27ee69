//! Rounding must not turn a verdict on paper: how figures are printed that stand so near to a
//! threshold that the official decimals would hide on which side.

use domain::Exact;

/// The exact value with six decimals, marked with `…` where these are not all of it.
///
/// ```
/// use domain::Exact;
/// assert_eq!(forms::rounding::precise(&Exact::ratio(41_996, 10_000)), "4.1996");
/// assert_eq!(forms::rounding::precise(&Exact::ratio(1, 3)), "0.333333…");
/// ```
#[must_use]
pub fn precise(exact: &Exact) -> String {
    let text = exact.to_short(6);
    match Exact::parse(&text) {
        Ok(back) if back == *exact => text,
        _ => format!("{text}…"),
    }
}

/// A value as a percentage of a threshold, cut off at one decimal, so that none below the threshold
/// looks like 100 %. `None` where the threshold is zero.
///
/// ```
/// use domain::Exact;
/// let share = |n, d| forms::rounding::share(&Exact::from(n), &Exact::from(d));
/// assert_eq!(share(2999, 3000).as_deref(), Some("99.9"));
/// assert_eq!(share(3000, 3000).as_deref(), Some("100.0"));
/// assert_eq!(share(1, 0), None);
/// ```
#[must_use]
pub fn share(value: &Exact, threshold: &Exact) -> Option<String> {
    let tenths = (value.checked_div(threshold)? * Exact::from(1000)).floor();
    Some(tenths.checked_div(&Exact::from(10))?.to_fixed(1))
}
