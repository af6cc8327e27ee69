//! Numbers inside an evaluation: [`Exact`], bounded, so that no formula can exhaust memory.

use domain::Exact;
use rust_decimal::Decimal;

/// The longest numerator or denominator, in words of 64 bits: far beyond the sum of a ratio over
/// all sections of a province, and short enough that no formula can exhaust memory.
const MAX_WORDS: usize = 1 << 14;

/// An exact rational of bounded length.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Number(Exact);

impl Number {
    pub(crate) const ZERO: Self = Self(Exact::ZERO);
    pub(crate) const ONE: Self = Self(Exact::ONE);

    /// A count.
    pub(crate) fn count(n: usize) -> Self {
        Self(Exact::from(i64::try_from(n).unwrap_or(i64::MAX)))
    }

    pub(crate) fn from_decimal(decimal: Decimal) -> Self {
        Self(Exact::from(decimal))
    }

    pub(crate) fn from_exact(exact: Exact) -> Self {
        Self(exact)
    }

    pub(crate) fn to_exact(&self) -> Exact {
        self.0.clone()
    }

    pub(crate) fn is_zero(&self) -> bool {
        self.0.is_zero()
    }

    pub(crate) fn is_integer(&self) -> bool {
        self.0.is_integer()
    }

    /// Keeps a result, unless it is too long to go on with.
    fn bounded(exact: Exact) -> Option<Self> {
        (exact.words() <= MAX_WORDS).then_some(Self(exact))
    }

    /// `None` where the result is too long.
    pub(crate) fn plus(&self, other: &Self) -> Option<Self> {
        Self::bounded(&self.0 + &other.0)
    }

    /// `None` where the result is too long.
    pub(crate) fn minus(&self, other: &Self) -> Option<Self> {
        Self::bounded(&self.0 - &other.0)
    }

    /// `None` where the result is too long.
    pub(crate) fn times(&self, other: &Self) -> Option<Self> {
        Self::bounded(&self.0 * &other.0)
    }

    /// `None` where the divisor is zero or the result is too long.
    pub(crate) fn over(&self, divisor: &Self) -> Option<Self> {
        Self::bounded(self.0.checked_div(&divisor.0)?)
    }

    pub(crate) fn negated(&self) -> Self {
        Self(-self.0.clone())
    }

    pub(crate) fn floor(&self) -> Self {
        Self(self.0.floor())
    }

    pub(crate) fn ceil(&self) -> Self {
        Self(self.0.ceil())
    }

    /// Halves away from zero.
    pub(crate) fn round(&self, digits: u8) -> Self {
        Self(self.0.round(digits))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
