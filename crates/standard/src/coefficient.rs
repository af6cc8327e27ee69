//! The difference coefficient (差异系数) of one indicator in one stage, exactly.
//!
//! For units i with weight P_i (pupils) and value x_i: X̄ = ΣP_i·x_i / ΣP_i,
//! S² = ΣP_i·(x_i − X̄)² / ΣP_i, CV = S / X̄. Hence CV² = ΣP·ΣP·x² / (ΣP·x)² − 1, which is rational:
//! `CV ≤ limit` is a question about rationals, and the root is taken only for printing.
//!
//! Adding hundreds of fractions with unlike denominators is slow, so every question is asked first
//! of integer bounds (fixed point with 40 binary places, rounded outwards) and only where the
//! bounds do not settle it of the exact rational. The answer is the same either way.
//!
//! Must not know: standards, snapshots, where the values come from.

use crate::evaluation::Rounded;
use dashu_int::ops::SquareRoot;
use dashu_int::{IBig, UBig};
use domain::Exact;
use std::cmp::Ordering;

/// Binary places of the bounds of the sums.
const PLACES: usize = 40;

/// Binary places of the first bounds of a root.
const ROOT_PLACES: usize = 64;

/// Decimals of the machine-readable figure ([`Rounded::value`]).
const DECIMALS: u8 = 6;

/// A number between two bounds, both multiplied by 2^[`PLACES`].
#[derive(Clone, Debug)]
struct Bounds {
    low: IBig,
    high: IBig,
}

impl Bounds {
    const ZERO: Self = Self { low: IBig::ZERO, high: IBig::ZERO };

    /// Adds `numerator / denominator`, rounded outwards.
    fn add(&mut self, numerator: &IBig, denominator: &UBig) {
        let (floor, exact) = floor_div(&(numerator << PLACES), denominator);
        self.high += if exact { floor.clone() } else { &floor + IBig::ONE };
        self.low += floor;
    }
}

/// Bounds of ΣP, ΣP·x and ΣP·x².
#[derive(Clone, Debug)]
struct Sums {
    weight: Bounds,
    first: Bounds,
    second: Bounds,
}

impl Sums {
    /// By machine words, where weights are whole and nothing overflows: nearly always.
    fn quick(units: &[(Exact, &Exact)]) -> Option<Self> {
        let (mut weight, mut first, mut second) = (0u128, (0u128, 0u128), (0u128, 0u128));
        for (unit, value) in units {
            let (p, 1) = unit.small_parts()? else { return None };
            let (n, d) = value.small_parts()?;
            let (p, n, d) = (u128::try_from(p).ok()?, u128::try_from(n).ok()?, u128::from(d));
            // n < 2^63, so the shift cannot lose a bit.
            let scaled = n << PLACES;
            let low = scaled / d;
            let high = low + u128::from(!scaled.is_multiple_of(d));
            weight = weight.checked_add(p)?;
            first.0 = first.0.checked_add(p.checked_mul(low)?)?;
            first.1 = first.1.checked_add(p.checked_mul(high)?)?;
            let square = |x: u128| x.checked_mul(x).map(|square| square >> PLACES);
            second.0 = second.0.checked_add(p.checked_mul(square(low)?)?)?;
            second.1 = second.1.checked_add(p.checked_mul(square(high)? + 1)?)?;
        }
        let bounds = |(low, high): (u128, u128)| Bounds { low: low.into(), high: high.into() };
        let weight = IBig::from(weight) << PLACES;
        Some(Self {
            weight: Bounds { low: weight.clone(), high: weight },
            first: bounds(first),
            second: bounds(second),
        })
    }

    /// By integers of any size.
    fn slow(units: &[(Exact, &Exact)]) -> Self {
        let mut sums = Self { weight: Bounds::ZERO, first: Bounds::ZERO, second: Bounds::ZERO };
        for (unit, value) in units {
            let (p, q) = (unit.numerator(), unit.denominator());
            let (n, d) = (value.numerator(), value.denominator());
            sums.weight.add(&p, &q);
            let (pn, qd) = (&p * &n, &q * &d);
            sums.first.add(&pn, &qd);
            sums.second.add(&(pn * n), &(qd * d));
        }
        sums
    }
}

/// `⌊numerator / denominator⌋` and whether it divides without remainder.
fn floor_div(numerator: &IBig, denominator: &UBig) -> (IBig, bool) {
    use dashu_int::ops::DivRemEuclid;
    let (quotient, remainder) = numerator.clone().div_rem_euclid(IBig::from(denominator.clone()));
    (quotient, remainder.is_zero())
}

/// Numerator and denominator, not reduced.
type Fraction = (IBig, IBig);

/// The weighted values of one indicator in one stage.
#[derive(Clone, Debug)]
pub struct Spread<'a> {
    units: Vec<(Exact, &'a Exact)>,
    sums: Sums,
    /// CV² is multiplied by this: 1, or n/(n − 1) for the sample form.
    correction: Exact,
}

/// How units are weighted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// By pupils, population deviation: the form that reproduces the published figures.
    Weighted,
    /// Every unit the same, population deviation.
    Unweighted,
    /// Every unit the same, sample deviation (n − 1).
    Sample,
}

impl<'a> Spread<'a> {
    /// The spread of `(weight, value)` pairs; `None` where it is not defined: no units, a weight
    /// that is not above zero, a mean of zero or less, or the sample form of one unit.
    ///
    /// The order of the pairs does not matter.
    #[must_use]
    pub fn new(pairs: &[(&'a Exact, &'a Exact)], form: Form) -> Option<Self> {
        let count = i64::try_from(pairs.len()).ok()?;
        let correction = match form {
            Form::Sample => Exact::from(count).checked_div(&Exact::from(count - 1))?,
            Form::Weighted | Form::Unweighted => Exact::ONE,
        };
        let units: Vec<(Exact, &Exact)> = pairs
            .iter()
            .map(|(weight, value)| {
                (if form == Form::Weighted { (*weight).clone() } else { Exact::ONE }, *value)
            })
            .collect();
        if units.is_empty() || units.iter().any(|(weight, _)| *weight <= Exact::ZERO) {
            return None;
        }
        let sums = Sums::quick(&units).unwrap_or_else(|| Sums::slow(&units));
        let spread = Self { units, sums, correction };
        // The mean must be above zero; where the bounds touch zero, ask the exact sum.
        (spread.sums.first.low > IBig::ZERO || spread.exact_first() > Exact::ZERO).then_some(spread)
    }

    fn exact_weight(&self) -> Exact {
        self.units.iter().map(|(weight, _)| weight.clone()).sum()
    }

    fn exact_first(&self) -> Exact {
        self.units.iter().map(|(weight, value)| weight * *value).sum()
    }

    fn exact_second(&self) -> Exact {
        self.units.iter().map(|(weight, value)| &(weight * *value) * *value).sum()
    }

    /// CV² as a rational of any size.
    #[must_use]
    pub fn coefficient_squared(&self) -> Exact {
        let first = self.exact_first();
        let square = &first * &first;
        let over = &(&self.exact_weight() * &self.exact_second()) - &square;
        // The mean is above zero (see `new`).
        let squared = over.checked_div(&square).unwrap_or(Exact::ZERO);
        &squared * &self.correction
    }

    /// The mean X̄ as a rational of any size.
    #[must_use]
    pub fn mean_exact(&self) -> Exact {
        self.exact_first().checked_div(&self.exact_weight()).unwrap_or(Exact::ZERO)
    }

    /// How the coefficient compares with a limit: exact, whatever it takes.
    #[must_use]
    pub fn compare(&self, limit: &Exact) -> Ordering {
        if limit.is_negative() {
            return Ordering::Greater;
        }
        let square = limit * limit;
        let (low, high) = self.squared_bounds();
        // low / den ≤ CV² ≤ high / den
        let target = &square.numerator();
        let scale = IBig::from(square.denominator());
        if let (Some((low, low_den)), Some((high, high_den))) = (low, high) {
            if high * &scale < target * high_den {
                return Ordering::Less;
            }
            if low * &scale > target * low_den {
                return Ordering::Greater;
            }
        }
        self.coefficient_squared().cmp(&square)
    }

    /// Fractions below and above CV², from the integer bounds.
    fn squared_bounds(&self) -> (Option<Fraction>, Option<Fraction>) {
        let correction = &self.correction.numerator();
        let divisor = IBig::from(self.correction.denominator());
        let bound = |weight: &IBig, second: &IBig, first: &IBig| {
            (*first > IBig::ZERO).then(|| {
                let square = first * first;
                let over = weight * second - &square;
                let over = if over < IBig::ZERO { IBig::ZERO } else { over };
                (over * correction, square * &divisor)
            })
        };
        (
            bound(&self.sums.weight.low, &self.sums.second.low, &self.sums.first.high),
            bound(&self.sums.weight.high, &self.sums.second.high, &self.sums.first.low),
        )
    }

    /// The coefficient, printed with `decimals` and with six decimals.
    #[must_use]
    pub fn coefficient(&self, decimals: u8) -> Rounded {
        let bounds = match self.squared_bounds() {
            (Some(low), Some(high)) => Some((low, high)),
            _ => None,
        };
        let exact = || self.coefficient_squared();
        Rounded {
            value: root(bounds.as_ref(), exact, DECIMALS),
            shown: root(bounds.as_ref(), exact, decimals),
        }
    }

    /// The standard deviation S, printed with `decimals` and with six decimals.
    #[must_use]
    pub fn deviation(&self, decimals: u8) -> Rounded {
        let exact = || {
            let mean = self.mean_exact();
            &self.coefficient_squared() * &(&mean * &mean)
        };
        // S² = CV²·X̄²: (ΣP·ΣPx² − (ΣPx)²) / (ΣP)² times the correction.
        let correction = &self.correction.numerator();
        let divisor = IBig::from(self.correction.denominator());
        let bound = |weight: &IBig, second: &IBig, first: &IBig, under: &IBig| {
            let over = weight * second - first * first;
            let over = if over < IBig::ZERO { IBig::ZERO } else { over };
            (over * correction, under * under * &divisor)
        };
        let bounds =
            (self.sums.first.low > IBig::ZERO && self.sums.weight.low > IBig::ZERO).then(|| {
                (
                    bound(
                        &self.sums.weight.low,
                        &self.sums.second.low,
                        &self.sums.first.high,
                        &self.sums.weight.high,
                    ),
                    bound(
                        &self.sums.weight.high,
                        &self.sums.second.high,
                        &self.sums.first.low,
                        &self.sums.weight.low,
                    ),
                )
            });
        Rounded {
            value: root(bounds.as_ref(), exact, DECIMALS),
            shown: root(bounds.as_ref(), exact, decimals),
        }
    }

    /// The mean X̄, printed with `decimals` and with six decimals.
    #[must_use]
    pub fn mean(&self, decimals: u8) -> Rounded {
        let digits = |decimals: u8| {
            let power = Exact::from(10).pow(decimals);
            // Twice the value, so that a half is whole: round(y) = ⌊(⌊2y⌋ + 1) / 2⌋ for y ≥ 0.
            let twice = |over: &IBig, under: &IBig| -> Option<IBig> {
                let under = UBig::try_from(under.clone()).ok().filter(|u| !u.is_zero())?;
                Some(floor_div(&(over * power.numerator() * IBig::from(2)), &under).0)
            };
            let low = twice(&self.sums.first.low, &self.sums.weight.high);
            let high = twice(&self.sums.first.high, &self.sums.weight.low);
            match (low, high) {
                (Some(low), Some(high)) if half_up(&low) == half_up(&high) => {
                    fixed(&half_up(&low), decimals)
                }
                _ => self.mean_exact().to_fixed(decimals),
            }
        };
        Rounded { value: digits(DECIMALS), shown: digits(decimals) }
    }

    /// Bounds of the coefficient itself, multiplied by 2^places: the first ones from the bounds of
    /// the sums, closer ones from the exact square.
    fn root_bounds(&self, places: usize) -> (IBig, IBig) {
        let root = |over: &IBig, under: &UBig| {
            let (floor, whole) = floor_div(&(over << (2 * places)), under);
            let low = integer_root(&floor);
            let exact = whole && &low * &low == floor;
            let high = if exact { low.clone() } else { &low + IBig::ONE };
            (low, high)
        };
        if places == ROOT_PLACES
            && let (Some((low, low_den)), Some((high, high_den))) = self.squared_bounds()
            && let (Ok(low_den), Ok(high_den)) = (UBig::try_from(low_den), UBig::try_from(high_den))
        {
            return (root(&low, &low_den).0, root(&high, &high_den).1);
        }
        let squared = self.coefficient_squared();
        root(&squared.numerator(), &squared.denominator())
    }
}

/// `⌊(twice + 1) / 2⌋`, of twice a number: the number rounded with halves up.
fn half_up(twice: &IBig) -> IBig {
    floor_div(&(twice + IBig::ONE), &UBig::from(2u8)).0
}

/// ⌊√n⌋, zero for what is below zero.
fn integer_root(n: &IBig) -> IBig {
    UBig::try_from(n.clone()).map_or(IBig::ZERO, |n| IBig::from(n.sqrt()))
}

/// An integer printed as a decimal: 5153 with 4 decimals is `0.5153`.
fn fixed(scaled: &IBig, decimals: u8) -> String {
    let power = Exact::from(10).pow(decimals);
    let whole = i64::try_from(scaled).ok().map(Exact::from);
    whole
        .or_else(|| Exact::parse(&scaled.to_string()).ok())
        .and_then(|n| n.checked_div(&power))
        .unwrap_or(Exact::ZERO)
        .to_fixed(decimals)
}

/// √q printed with `decimals`, halves up, where q lies between two fractions; `exact` is asked
/// where they do not settle the last digit.
fn root(bounds: Option<&(Fraction, Fraction)>, exact: impl Fn() -> Exact, decimals: u8) -> String {
    // ⌊2·10^d·√q⌋ = ⌊√⌊4·10^2d·q⌋⌋
    let power = Exact::from(10).pow(decimals);
    let factor = power.numerator() * power.numerator() * IBig::from(4);
    let twice = |over: &IBig, under: &UBig| integer_root(&floor_div(&(over * &factor), under).0);
    if let Some(((low, low_den), (high, high_den))) = bounds
        && let (Ok(low_den), Ok(high_den)) =
            (UBig::try_from(low_den.clone()), UBig::try_from(high_den.clone()))
        && !low_den.is_zero()
        && !high_den.is_zero()
    {
        let (low, high) = (half_up(&twice(low, &low_den)), half_up(&twice(high, &high_den)));
        if low == high {
            return fixed(&low, decimals);
        }
    }
    let q = exact();
    fixed(&half_up(&twice(&q.numerator(), &q.denominator())), decimals)
}

/// The composite (综合): the plain mean of several coefficients.
#[derive(Debug)]
pub struct CompositeOf<'a, 'b>(pub &'b [Spread<'a>]);

impl CompositeOf<'_, '_> {
    /// Places at which two sums of roots that still agree are held to be equal. Roots of the
    /// rationals of one county differ long before.
    const LAST_PLACES: usize = 4096;

    fn sum(&self, places: usize) -> (IBig, IBig) {
        self.0.iter().fold((IBig::ZERO, IBig::ZERO), |(low, high), spread| {
            let (l, h) = spread.root_bounds(places);
            (low + l, high + h)
        })
    }

    /// How the composite compares with a limit.
    #[must_use]
    pub fn compare(&self, limit: &Exact) -> Ordering {
        let count = IBig::from(self.0.len());
        let mut places = ROOT_PLACES;
        loop {
            let (low, high) = self.sum(places);
            let scale = IBig::from(limit.denominator());
            let target = (limit.numerator() * &count) << places;
            if &high * &scale < target {
                return Ordering::Less;
            }
            if &low * &scale > target {
                return Ordering::Greater;
            }
            if low == high || places >= Self::LAST_PLACES {
                return Ordering::Equal;
            }
            places *= 4;
        }
    }

    /// The composite, printed with `decimals` and with six decimals; `None` for no coefficients.
    #[must_use]
    pub fn rounded(&self, decimals: u8) -> Option<Rounded> {
        let count = Some(UBig::from(self.0.len())).filter(|n| !n.is_zero())?;
        let digits = |decimals: u8| {
            let power = Exact::from(10).pow(decimals);
            let mut places = ROOT_PLACES;
            loop {
                let (low, high) = self.sum(places);
                let under = &count << places;
                let round = |over: IBig| {
                    let twice = over * power.numerator() * IBig::from(2);
                    half_up(&floor_div(&twice, &under).0)
                };
                let (low, high) = (round(low), round(high));
                if low == high || places >= Self::LAST_PLACES {
                    return fixed(&high, decimals);
                }
                places *= 4;
            }
        };
        Some(Rounded { value: digits(DECIMALS), shown: digits(decimals) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pairs(units: &[(i64, i64)]) -> Vec<(Exact, Exact)> {
        units
            .iter()
            .map(|(pupils, resource)| {
                let pupils = Exact::from(*pupils);
                let value = Exact::from(*resource).checked_div(&pupils).unwrap();
                (pupils, value)
            })
            .collect()
    }

    fn spread(pairs: &[(Exact, Exact)], form: Form) -> Spread<'_> {
        let borrowed: Vec<_> = pairs.iter().map(|(p, x)| (p, x)).collect();
        Spread::new(&borrowed, form).unwrap()
    }

    /// The published example: five schools, books per pupil.
    const BOOKS: [(i64, i64); 5] = [(45, 279), (37, 137), (89, 935), (76, 160), (55, 402)];

    #[test]
    fn the_published_example_has_0_5153() {
        let books = pairs(&BOOKS);
        let weighted = spread(&books, Form::Weighted);
        assert_eq!(weighted.coefficient(4).shown, "0.5153");
        assert_eq!(weighted.mean(2).shown, "6.33");
        assert_eq!(weighted.deviation(2).shown, "3.26");
        assert_eq!(spread(&books, Form::Unweighted).coefficient(3).shown, "0.489");
        assert_eq!(spread(&books, Form::Sample).coefficient(3).shown, "0.546");
    }

    #[test]
    fn the_form_decides_at_one_half() {
        let half = Exact::parse("0.50").unwrap();
        let books = pairs(&BOOKS);
        assert_eq!(spread(&books, Form::Weighted).compare(&half), Ordering::Greater);
        assert_eq!(spread(&books, Form::Unweighted).compare(&half), Ordering::Less);
        assert_eq!(spread(&books, Form::Sample).compare(&half), Ordering::Greater);
    }

    #[test]
    fn a_coefficient_exactly_at_its_limit_is_equal_to_it() {
        // Two schools of one pupil with 1 and 3: mean 2, deviation 1, coefficient exactly 1/2.
        let units = pairs(&[(1, 1), (1, 3)]);
        let half = spread(&units, Form::Weighted);
        assert_eq!(half.compare(&Exact::parse("0.5").unwrap()), Ordering::Equal);
        assert_eq!(half.coefficient(3).shown, "0.500");
        let list = [half.clone(), half];
        let composite = CompositeOf(&list);
        assert_eq!(composite.compare(&Exact::parse("0.5").unwrap()), Ordering::Equal);
        assert_eq!(composite.rounded(3).unwrap().value, "0.500000");
    }

    #[test]
    fn one_unit_has_no_spread_and_no_sample_form() {
        let one = pairs(&[(7, 22)]);
        assert_eq!(spread(&one, Form::Weighted).coefficient(6).value, "0.000000");
        let borrowed: Vec<_> = one.iter().map(|(p, x)| (p, x)).collect();
        assert!(Spread::new(&borrowed, Form::Sample).is_none());
        assert!(Spread::new(&[], Form::Weighted).is_none());
        let zero = pairs(&[(7, 0), (3, 0)]);
        let borrowed: Vec<_> = zero.iter().map(|(p, x)| (p, x)).collect();
        assert!(Spread::new(&borrowed, Form::Weighted).is_none(), "a mean of zero has no CV");
    }

    fn units() -> impl Strategy<Value = Vec<(i64, i64)>> {
        prop::collection::vec((1i64..3000, 1i64..200_000), 1..40)
    }

    proptest! {
        #[test]
        fn order_does_not_matter(units in units(), seed in any::<usize>()) {
            let mut other = units.clone();
            let len = other.len();
            for i in 0..len {
                other.swap(i, seed.wrapping_mul(i + 7) % len);
            }
            let (a, b) = (pairs(&units), pairs(&other));
            let (a, b) = (spread(&a, Form::Weighted), spread(&b, Form::Weighted));
            prop_assert_eq!(a.coefficient(3), b.coefficient(3));
            prop_assert_eq!(a.coefficient_squared(), b.coefficient_squared());
        }

        #[test]
        fn scale_does_not_matter(units in units(), factor in 1i64..1000) {
            let more: Vec<_> = units.iter().map(|(p, r)| (*p, r * factor)).collect();
            let (a, b) = (pairs(&units), pairs(&more));
            prop_assert_eq!(
                spread(&a, Form::Weighted).coefficient_squared(),
                spread(&b, Form::Weighted).coefficient_squared()
            );
        }

        #[test]
        fn equal_values_have_no_spread(pupils in prop::collection::vec(1i64..3000, 1..40), x in 1i64..100) {
            let units: Vec<_> = pupils.iter().map(|p| (*p, p * x)).collect();
            let units = pairs(&units);
            let spread = spread(&units, Form::Weighted);
            prop_assert!(spread.coefficient_squared().is_zero());
            prop_assert_eq!(spread.compare(&Exact::ZERO), Ordering::Equal);
        }

        #[test]
        fn bounds_enclose_the_exact_value(units in units()) {
            let units = pairs(&units);
            let spread = spread(&units, Form::Weighted);
            let exact = spread.coefficient_squared();
            let (low, high) = spread.squared_bounds();
            let fraction = |(n, d): (IBig, IBig)| {
                Exact::parse(&format!("{n}/{d}")).unwrap()
            };
            prop_assert!(fraction(low.unwrap()) <= exact);
            prop_assert!(exact <= fraction(high.unwrap()));
        }

        #[test]
        fn comparison_agrees_with_the_exact_square(units in units(), limit in 0u64..2000) {
            let units = pairs(&units);
            let spread = spread(&units, Form::Weighted);
            let limit = Exact::ratio(i64::try_from(limit).unwrap(), 1000);
            prop_assert_eq!(
                spread.compare(&limit),
                spread.coefficient_squared().cmp(&(&limit * &limit))
            );
        }

        #[test]
        fn printed_coefficient_is_the_nearest(units in units()) {
            let units = pairs(&units);
            let spread = spread(&units, Form::Weighted);
            let printed = Exact::parse(&spread.coefficient(3).shown).unwrap();
            let half = Exact::ratio(1, 2000);
            let squared = spread.coefficient_squared();
            let above = &printed + &half;
            prop_assert!(squared < &above * &above);
            let below = &printed - &half;
            prop_assert!(below.is_negative() || &below * &below <= squared);
        }
    }
}
