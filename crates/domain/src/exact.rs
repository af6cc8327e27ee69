//! Exact numbers: rationals of any size. A verdict is never decided by binary floating point.

use dashu_int::{IBig, UBig};
use dashu_ratio::RBig;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Mul, Neg, Sub};

/// Why a text or an operation gives no number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExactError {
    /// `D-NUM-01`: the text is neither a decimal nor a fraction `a/b`.
    #[error("“{0}”不是数字")]
    NotANumber(String),
}

/// An exact rational number.
///
/// ```
/// use domain::Exact;
/// let floor = Exact::parse("0.85").unwrap() * Exact::parse("4.2").unwrap();
/// assert_eq!(floor, Exact::parse("3.57").unwrap()); // not so in binary floating point
/// assert_eq!(Exact::ratio(1, 8).to_fixed(2), "0.13"); // half away from zero
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Exact(RBig);

impl Exact {
    /// Zero.
    pub const ZERO: Self = Self(RBig::ZERO);
    /// One.
    pub const ONE: Self = Self(RBig::ONE);

    /// The fraction `numerator / denominator`.
    ///
    /// # Panics
    /// When the denominator is zero: use [`Exact::checked_div`] for a divisor that comes from data.
    #[must_use]
    pub fn ratio(numerator: i64, denominator: u64) -> Self {
        Self(RBig::from_parts(IBig::from(numerator), UBig::from(denominator)))
    }

    /// Reads a decimal (`-12.50`) or a fraction (`9/2`).
    ///
    /// # Errors
    /// [`ExactError::NotANumber`] for anything else, such as an exponent or a zero denominator.
    pub fn parse(text: &str) -> Result<Self, ExactError> {
        let bad = || ExactError::NotANumber(text.to_owned());
        let integer = |s: &str| -> Result<IBig, ExactError> {
            let digits = s.strip_prefix('-').unwrap_or(s);
            if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
                return Err(bad());
            }
            s.parse::<IBig>().map_err(|_| bad())
        };
        if let Some((n, d)) = text.split_once('/') {
            let (n, d) = (integer(n)?, integer(d)?);
            let d = UBig::try_from(d).map_err(|_| bad())?;
            if d == UBig::ZERO {
                return Err(bad());
            }
            return Ok(Self(RBig::from_parts(n, d)));
        }
        let Some((whole, fraction)) = text.split_once('.') else {
            return Ok(Self(RBig::from(integer(text)?)));
        };
        if fraction.is_empty() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
            return Err(bad());
        }
        integer(whole)?;
        let all = integer(&format!("{whole}{fraction}"))?;
        Ok(Self(RBig::from_parts(all, UBig::from(10u8).pow(fraction.len()))))
    }

    /// `self / divisor`, or `None` when the divisor is zero.
    #[must_use]
    pub fn checked_div(&self, divisor: &Self) -> Option<Self> {
        if divisor.is_zero() { None } else { Some(Self(&self.0 / &divisor.0)) }
    }

    /// Is it zero?
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.0.is_zero()
    }

    /// Is it below zero?
    #[must_use]
    pub fn is_negative(&self) -> bool {
        *self < Self::ZERO
    }

    /// Is it a whole number?
    #[must_use]
    pub fn is_integer(&self) -> bool {
        self.0.is_int()
    }

    /// The largest whole number that is not above it.
    #[must_use]
    pub fn floor(&self) -> Self {
        Self(RBig::from(self.0.floor()))
    }

    /// The smallest whole number that is not below it.
    #[must_use]
    pub fn ceil(&self) -> Self {
        Self(RBig::from(self.0.ceil()))
    }

    /// Rounded to `digits` decimals, halves away from zero (四舍五入).
    #[must_use]
    pub fn round(&self, digits: u8) -> Self {
        let power = UBig::from(10u8).pow(usize::from(digits));
        Self(RBig::from_parts(self.scaled(&power), power))
    }

    /// The nearest integer to `self * power`, halves away from zero.
    fn scaled(&self, power: &UBig) -> IBig {
        let doubled = RBig::from_parts(
            self.0.numerator() * IBig::from(power.clone()) * IBig::from(2),
            self.0.denominator().clone(),
        );
        if self.is_negative() {
            ((doubled - RBig::ONE) / RBig::from(2)).ceil()
        } else {
            ((doubled + RBig::ONE) / RBig::from(2)).floor()
        }
    }

    /// Printed with exactly `digits` decimals, halves away from zero; never an exponent.
    #[must_use]
    pub fn to_fixed(&self, digits: u8) -> String {
        let digits = usize::from(digits);
        let scaled = self.scaled(&UBig::from(10u8).pow(digits));
        let (sign, magnitude) = scaled.into_parts();
        let text = format!("{:0>width$}", magnitude.to_string(), width = digits + 1);
        let (whole, fraction) = text.split_at(text.len() - digits);
        let minus = if sign == dashu_int::Sign::Negative { "-" } else { "" };
        if digits == 0 { format!("{minus}{whole}") } else { format!("{minus}{whole}.{fraction}") }
    }

    /// Printed with at most `digits` decimals, trailing zeros dropped.
    #[must_use]
    pub fn to_short(&self, digits: u8) -> String {
        let text = self.to_fixed(digits);
        if text.contains('.') {
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        } else {
            text
        }
    }

    /// The power with a whole exponent.
    #[must_use]
    pub fn pow(&self, exponent: u8) -> Self {
        Self(self.0.pow(exponent.into()))
    }

    /// The numerator of the reduced fraction.
    #[must_use]
    pub fn numerator(&self) -> &IBig {
        self.0.numerator()
    }

    /// The denominator of the reduced fraction, above zero.
    #[must_use]
    pub fn denominator(&self) -> &UBig {
        self.0.denominator()
    }

    /// The nearest binary floating-point number: for drawing and for solvers, never for a verdict.
    #[must_use]
    pub fn to_f64(&self) -> f64 {
        self.0.to_f64().value()
    }
}

impl From<i64> for Exact {
    fn from(value: i64) -> Self {
        Self(RBig::from(value))
    }
}

impl From<Decimal> for Exact {
    fn from(value: Decimal) -> Self {
        let mantissa = IBig::from(value.mantissa());
        if value.scale() == 0 {
            Self(RBig::from(mantissa))
        } else {
            Self(RBig::from_parts(mantissa, UBig::from(10u128.pow(value.scale()))))
        }
    }
}

macro_rules! operator {
    ($trait:ident, $method:ident) => {
        impl $trait for Exact {
            type Output = Self;
            fn $method(self, other: Self) -> Self {
                Self($trait::$method(self.0, other.0))
            }
        }
        impl<'a> $trait<&'a Exact> for &Exact {
            type Output = Exact;
            fn $method(self, other: &'a Exact) -> Exact {
                Exact($trait::$method(&self.0, &other.0))
            }
        }
    };
}
operator!(Add, add);
operator!(Sub, sub);
operator!(Mul, mul);

impl Neg for Exact {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl Sum for Exact {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::ZERO, |a, b| a + b)
    }
}

impl fmt::Display for Exact {
    /// A terminating decimal where it is one of at most 12 decimals, else the fraction `a/b`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let short = self.to_short(12);
        match Self::parse(&short) {
            Ok(back) if back == *self => f.write_str(&short),
            _ => write!(f, "{}/{}", self.numerator(), self.denominator()),
        }
    }
}

impl fmt::Debug for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl TryFrom<String> for Exact {
    type Error = ExactError;
    fn try_from(text: String) -> Result<Self, ExactError> {
        Self::parse(&text)
    }
}

impl From<Exact> for String {
    fn from(value: Exact) -> Self {
        value.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn exact(text: &str) -> Exact {
        Exact::parse(text).unwrap()
    }

    #[test]
    fn the_floor_of_the_first_indicator_is_exact() {
        assert_eq!(exact("0.85") * exact("4.2"), exact("3.57"));
        assert!(exact("3.5699") < exact("0.85") * exact("4.2"));
    }

    #[test]
    fn prints_with_halves_away_from_zero() {
        assert_eq!(exact("2.345").to_fixed(2), "2.35");
        assert_eq!(exact("-2.345").to_fixed(2), "-2.35");
        assert_eq!(exact("-0.004").to_fixed(2), "0.00");
        assert_eq!(exact("0.05").to_fixed(1), "0.1");
        assert_eq!(exact("99.995").to_fixed(2), "100.00");
        assert_eq!(exact("7").to_fixed(0), "7");
        assert_eq!(exact("1/3").to_string(), "1/3");
        assert_eq!(exact("4.50").to_string(), "4.5");
    }

    #[test]
    fn refuses_what_is_not_a_number() {
        for text in ["", "-", "1e3", "1/0", "0x1", "1.", ".5", "1.2.3", "1/-2", "--1", "+1"] {
            assert!(Exact::parse(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_decimal_survives(mantissa in -1_000_000_000_000i64..1_000_000_000_000, scale in 0u32..9) {
            let decimal = Decimal::new(mantissa, scale);
            prop_assert_eq!(Exact::from(decimal), exact(&decimal.to_string()));
        }

        #[test]
        fn floor_and_ceil_enclose(n in -100_000i64..100_000, d in 1u64..1000) {
            let x = Exact::ratio(n, d);
            prop_assert!(x.floor() <= x && x <= x.ceil());
            prop_assert!(x.ceil() - x.floor() <= Exact::ONE);
        }

        #[test]
        fn rounding_moves_by_at_most_half(n in -100_000i64..100_000, d in 1u64..1000, k in 0u8..6) {
            let x = Exact::ratio(n, d);
            let r = x.round(k);
            let gap = if r > x { r.clone() - x } else { x - r.clone() };
            prop_assert!(gap * Exact::from(2 * 10i64.pow(u32::from(k))) <= Exact::ONE);
            prop_assert_eq!(exact(&r.to_fixed(k)), r);
        }
    }
}
