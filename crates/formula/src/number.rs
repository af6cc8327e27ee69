//! Numbers inside an evaluation: small fractions in machine words, [`Exact`] where they overflow.
//!
//! Nothing is rounded: this is a faster representation of the same rationals, always in lowest
//! terms and always small where it fits, so that equal numbers are equal values.

use domain::Exact;
use rust_decimal::Decimal;
use std::cmp::Ordering;

/// The longest numerator or denominator, in words of 64 bits: far beyond the sum of a ratio over
/// all sections of a province, and short enough that no formula can exhaust memory.
const MAX_WORDS: usize = 1 << 14;

/// An exact rational.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Number {
    /// Lowest terms, denominator above zero.
    Small(i64, u64),
    /// What does not fit into [`Number::Small`].
    Big(Box<Exact>),
}

fn gcd(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

fn gcd_wide(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        if let (Ok(x), Ok(y)) = (u64::try_from(a), u64::try_from(b)) {
            return u128::from(gcd(x, y));
        }
        (a, b) = (b, a % b);
    }
    a
}

impl Number {
    pub(crate) const ZERO: Self = Self::Small(0, 1);
    pub(crate) const ONE: Self = Self::Small(1, 1);

    /// A count.
    pub(crate) fn count(n: usize) -> Self {
        Self::Small(i64::try_from(n).unwrap_or(i64::MAX), 1)
    }

    pub(crate) fn from_decimal(decimal: Decimal) -> Self {
        let power = 10u64.checked_pow(decimal.scale());
        match (i64::try_from(decimal.mantissa()), power) {
            (Ok(n), Some(1)) => Self::Small(n, 1),
            (Ok(n), Some(power)) => {
                let common = gcd(power, n.unsigned_abs());
                match i64::try_from(common) {
                    Ok(divisor) => Self::Small(n / divisor, power / common),
                    Err(_) => Self::from_exact(Exact::from(decimal)),
                }
            }
            _ => Self::from_exact(Exact::from(decimal)),
        }
    }

    pub(crate) fn from_exact(exact: Exact) -> Self {
        match (i64::try_from(exact.numerator()), u64::try_from(exact.denominator())) {
            (Ok(n), Ok(d)) => Self::Small(n, d),
            _ => Self::Big(Box::new(exact)),
        }
    }

    pub(crate) fn to_exact(&self) -> Exact {
        match self {
            Self::Small(n, 1) => Exact::from(*n),
            Self::Small(n, d) => Exact::ratio(*n, *d),
            Self::Big(exact) => (**exact).clone(),
        }
    }

    pub(crate) fn is_zero(&self) -> bool {
        matches!(self, Self::Small(0, _))
    }

    pub(crate) fn is_integer(&self) -> bool {
        match self {
            Self::Small(_, d) => *d == 1,
            Self::Big(exact) => exact.is_integer(),
        }
    }

    /// Keeps a result of long arithmetic, unless it is too long to go on with.
    fn bounded(exact: Exact) -> Option<Self> {
        let long =
            exact.numerator().as_sign_words().1.len().max(exact.denominator().as_words().len());
        (long <= MAX_WORDS).then(|| Self::from_exact(exact))
    }

    /// `None` where the result is too long.
    pub(crate) fn plus(&self, other: &Self) -> Option<Self> {
        if let (Self::Small(a, b), Self::Small(c, d)) = (self, other) {
            if *b == 1 && *d == 1 {
                if let Some(sum) = a.checked_add(*c) {
                    return Some(Self::Small(sum, 1));
                }
            } else {
                // Each product is below 2^127 in size.
                let left = i128::from(*a) * i128::from(*d);
                let right = i128::from(*c) * i128::from(*b);
                if let Some(over) = left.checked_add(right) {
                    let under = u128::from(*b) * u128::from(*d);
                    let common = gcd_wide(under, over.unsigned_abs());
                    let small = i64::try_from(over / i128::try_from(common).unwrap_or(1));
                    if let (Ok(n), Ok(d)) = (small, u64::try_from(under / common))
                        && common <= i128::MAX.unsigned_abs()
                    {
                        return Some(Self::Small(n, d));
                    }
                }
            }
        }
        Self::bounded(self.to_exact() + other.to_exact())
    }

    /// `None` where the result is too long.
    pub(crate) fn minus(&self, other: &Self) -> Option<Self> {
        self.plus(&other.negated())
    }

    /// `None` where the result is too long.
    pub(crate) fn times(&self, other: &Self) -> Option<Self> {
        if let (Self::Small(a, b), Self::Small(c, d)) = (self, other)
            && let Some(small) = Self::product((*a, *b), (*c, *d))
        {
            return Some(small);
        }
        Self::bounded(self.to_exact() * other.to_exact())
    }

    /// Both fractions are in lowest terms, as numerator and denominator.
    fn product(left: (i64, u64), right: (i64, u64)) -> Option<Self> {
        let first = gcd(right.1, left.0.unsigned_abs());
        let second = gcd(left.1, right.0.unsigned_abs());
        let upper = left.0 / i64::try_from(first).ok()?;
        let upper = upper.checked_mul(right.0 / i64::try_from(second).ok()?)?;
        let lower = (left.1 / second).checked_mul(right.1 / first)?;
        Some(Self::Small(upper, lower))
    }

    /// `None` where the divisor is zero or the result is too long.
    pub(crate) fn over(&self, divisor: &Self) -> Option<Self> {
        if let (Self::Small(a, b), Self::Small(c, d)) = (self, divisor)
            && let Ok(turned) = i64::try_from(*d)
        {
            if *c == 0 {
                return None;
            }
            let turned = if *c < 0 { -turned } else { turned };
            if let Some(small) = Self::product((*a, *b), (turned, c.unsigned_abs())) {
                return Some(small);
            }
        }
        Self::bounded(self.to_exact().checked_div(&divisor.to_exact())?)
    }

    pub(crate) fn negated(&self) -> Self {
        match self {
            Self::Small(n, d) if *n != i64::MIN => Self::Small(-n, *d),
            other => Self::from_exact(-other.to_exact()),
        }
    }

    pub(crate) fn floor(&self) -> Self {
        match self {
            Self::Small(_, 1) => self.clone(),
            other => Self::from_exact(other.to_exact().floor()),
        }
    }

    pub(crate) fn ceil(&self) -> Self {
        match self {
            Self::Small(_, 1) => self.clone(),
            other => Self::from_exact(other.to_exact().ceil()),
        }
    }

    /// Halves away from zero.
    pub(crate) fn round(&self, digits: u8) -> Self {
        match self {
            Self::Small(_, 1) => self.clone(),
            other => Self::from_exact(other.to_exact().round(digits)),
        }
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            // Each product is below 2^127 in size.
            (Self::Small(a, b), Self::Small(c, d)) => {
                (i128::from(*a) * i128::from(*d)).cmp(&(i128::from(*c) * i128::from(*b)))
            }
            _ => self.to_exact().cmp(&other.to_exact()),
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_small() -> impl Strategy<Value = Number> {
        let wide = prop_oneof![-1000i64..1000, any::<i64>(), Just(i64::MIN), Just(i64::MAX)];
        let under = prop_oneof![1u64..1000, 1..=u64::MAX, Just(u64::MAX)];
        (wide, under).prop_map(|(n, d)| Number::from_exact(Exact::ratio(n, d)))
    }

    proptest! {
        #[test]
        fn agrees_with_exact_arithmetic(a in any_small(), b in any_small(), c in any_small()) {
            // A product first, so that long numbers meet short ones.
            let long = a.times(&c).unwrap();
            let (x, y) = (long.to_exact(), b.to_exact());
            prop_assert_eq!(&x, &(a.to_exact() * c.to_exact()));
            prop_assert_eq!(long.plus(&b).unwrap(), Number::from_exact(&x + &y));
            prop_assert_eq!(long.minus(&b).unwrap(), Number::from_exact(&x - &y));
            prop_assert_eq!(long.times(&b).unwrap(), Number::from_exact(&x * &y));
            prop_assert_eq!(long.over(&b), x.checked_div(&y).map(Number::from_exact));
            prop_assert_eq!(long.cmp(&b), x.cmp(&y));
            prop_assert_eq!(long.floor(), Number::from_exact(x.floor()));
            prop_assert_eq!(long.ceil(), Number::from_exact(x.ceil()));
            prop_assert_eq!(long.round(2), Number::from_exact(x.round(2)));
        }

        #[test]
        fn decimals_are_read_exactly(mantissa in any::<i64>(), scale in 0u32..28) {
            let decimal = Decimal::new(mantissa, scale);
            prop_assert_eq!(Number::from_decimal(decimal), Number::from_exact(Exact::from(decimal)));
        }
    }

    #[test]
    fn refuses_numbers_that_would_exhaust_memory() {
        let mut number = Number::count(3);
        for _ in 0..40 {
            match number.times(&number) {
                Some(square) => number = square,
                None => return,
            }
        }
        panic!("3 was squared forty times");
    }
}
