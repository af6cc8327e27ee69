//! Exact numbers: rationals of any size. A verdict is never decided by binary floating point.

use dashu_int::{IBig, UBig};
use dashu_ratio::RBig;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
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
/// let floor = Exact::parse("0.85").unwrap() * Exact::parse("4.5").unwrap();
/// assert_eq!(floor, Exact::parse("3.825").unwrap());
/// assert!(0.85 * 4.5 < 3.825); // binary floating point fails a school that stands at the floor
/// assert_eq!(Exact::ratio(1, 8).to_fixed(2), "0.13"); // half away from zero
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Exact(Repr);

/// In lowest terms, and small wherever it fits: equal numbers are equal values. Nearly every
/// number of a county fits two machine words, which is many times faster than a long one.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Repr {
    /// Numerator and denominator, the latter above zero.
    Small(i64, u64),
    Big(Box<RBig>),
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

impl Repr {
    fn of(number: RBig) -> Self {
        match (i64::try_from(number.numerator()), u64::try_from(number.denominator())) {
            (Ok(n), Ok(d)) => Self::Small(n, d),
            _ => Self::Big(Box::new(number)),
        }
    }

    /// Of a fraction that need not be in lowest terms, where it then fits.
    fn reduced(numerator: i128, denominator: u128) -> Option<Self> {
        let common = gcd_wide(denominator, numerator.unsigned_abs());
        let n = i64::try_from(numerator / i128::try_from(common).ok()?).ok()?;
        Some(Self::Small(n, u64::try_from(denominator / common).ok()?))
    }

    /// The product of two fractions in lowest terms, where it fits.
    fn product(left: (i64, u64), right: (i64, u64)) -> Option<Self> {
        let first = gcd(right.1, left.0.unsigned_abs());
        let second = gcd(left.1, right.0.unsigned_abs());
        let upper = left.0 / i64::try_from(first).ok()?;
        let upper = upper.checked_mul(right.0 / i64::try_from(second).ok()?)?;
        let lower = (left.1 / second).checked_mul(right.1 / first)?;
        Some(Self::Small(upper, lower))
    }

    fn sum(left: (i64, u64), right: (i64, u64)) -> Option<Self> {
        if left.1 == 1 && right.1 == 1 {
            return left.0.checked_add(right.0).map(|sum| Self::Small(sum, 1));
        }
        // Each product is below 2^127 in size.
        let over = (i128::from(left.0) * i128::from(right.1))
            .checked_add(i128::from(right.0) * i128::from(left.1))?;
        Self::reduced(over, u128::from(left.1) * u128::from(right.1))
    }

    fn quotient(left: (i64, u64), right: (i64, u64)) -> Option<Self> {
        let turned = i64::try_from(right.1).ok()?;
        let turned = if right.0 < 0 { -turned } else { turned };
        Self::product(left, (turned, right.0.unsigned_abs()))
    }
}

impl Exact {
    /// Zero.
    pub const ZERO: Self = Self(Repr::Small(0, 1));
    /// One.
    pub const ONE: Self = Self(Repr::Small(1, 1));

    /// The fraction `numerator / denominator`.
    ///
    /// # Panics
    /// When the denominator is zero: use [`Exact::checked_div`] for a divisor that comes from data.
    #[must_use]
    pub fn ratio(numerator: i64, denominator: u64) -> Self {
        assert!(denominator != 0, "a fraction needs a denominator");
        match Repr::reduced(i128::from(numerator), u128::from(denominator)) {
            Some(small) => Self(small),
            None => Self::long(RBig::from_parts(IBig::from(numerator), UBig::from(denominator))),
        }
    }

    fn long(number: RBig) -> Self {
        Self(Repr::of(number))
    }

    fn to_long(&self) -> RBig {
        match &self.0 {
            // Already in lowest terms, which `from_parts` finds out again: rare enough.
            Repr::Small(n, d) => RBig::from_parts(IBig::from(*n), UBig::from(*d)),
            Repr::Big(number) => (**number).clone(),
        }
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
            return Ok(Self::long(RBig::from_parts(n, d)));
        }
        let Some((whole, fraction)) = text.split_once('.') else {
            return Ok(Self::long(RBig::from(integer(text)?)));
        };
        if fraction.is_empty() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
            return Err(bad());
        }
        integer(whole)?;
        let all = integer(&format!("{whole}{fraction}"))?;
        Ok(Self::long(RBig::from_parts(all, UBig::from(10u8).pow(fraction.len()))))
    }

    /// `self / divisor`, or `None` when the divisor is zero.
    #[must_use]
    pub fn checked_div(&self, divisor: &Self) -> Option<Self> {
        if divisor.is_zero() {
            return None;
        }
        if let (Repr::Small(a, b), Repr::Small(c, d)) = (&self.0, &divisor.0)
            && let Some(small) = Repr::quotient((*a, *b), (*c, *d))
        {
            return Some(Self(small));
        }
        Some(Self::long(self.to_long() / divisor.to_long()))
    }

    /// Is it zero?
    #[must_use]
    pub fn is_zero(&self) -> bool {
        matches!(self.0, Repr::Small(0, _))
    }

    /// Is it below zero?
    #[must_use]
    pub fn is_negative(&self) -> bool {
        match &self.0 {
            Repr::Small(n, _) => *n < 0,
            Repr::Big(number) => **number < RBig::ZERO,
        }
    }

    /// Is it a whole number?
    #[must_use]
    pub fn is_integer(&self) -> bool {
        match &self.0 {
            Repr::Small(_, d) => *d == 1,
            Repr::Big(number) => number.is_int(),
        }
    }

    /// Words of 64 bits in the longer of numerator and denominator: how much memory it takes.
    #[must_use]
    pub fn words(&self) -> usize {
        match &self.0 {
            Repr::Small(..) => 1,
            Repr::Big(number) => {
                let (_, upper) = number.numerator().as_sign_words();
                upper.len().max(number.denominator().as_words().len())
            }
        }
    }

    /// The largest whole number that is not above it.
    #[must_use]
    pub fn floor(&self) -> Self {
        match &self.0 {
            Repr::Small(n, d) => match i64::try_from(i128::from(*n).div_euclid(i128::from(*d))) {
                Ok(floor) => Self(Repr::Small(floor, 1)),
                Err(_) => Self::long(RBig::from(self.to_long().floor())),
            },
            Repr::Big(number) => Self::long(RBig::from(number.floor())),
        }
    }

    /// The smallest whole number that is not below it.
    #[must_use]
    pub fn ceil(&self) -> Self {
        -((-self.clone()).floor())
    }

    /// Rounded to `digits` decimals, halves away from zero (四舍五入).
    #[must_use]
    pub fn round(&self, digits: u8) -> Self {
        if let Some(power) = 10u64.checked_pow(u32::from(digits))
            && let Some(scaled) = self.scaled_small(power)
            && let Some(small) = Repr::reduced(scaled, u128::from(power))
        {
            return Self(small);
        }
        let power = UBig::from(10u8).pow(usize::from(digits));
        Self::long(RBig::from_parts(self.scaled(&power), power))
    }

    /// The nearest integer to `self * power`, halves away from zero, where machine words suffice.
    fn scaled_small(&self, power: u64) -> Option<i128> {
        let Repr::Small(n, d) = self.0 else { return None };
        let over = i128::from(n.unsigned_abs()).checked_mul(i128::from(power))?.checked_mul(2)?;
        let magnitude = over.checked_add(i128::from(d))? / (i128::from(d) * 2);
        Some(if n < 0 { -magnitude } else { magnitude })
    }

    /// The nearest integer to `self * power`, halves away from zero.
    fn scaled(&self, power: &UBig) -> IBig {
        let number = self.to_long();
        let (sign, magnitude) = number.numerator().clone().into_parts();
        let denominator = number.denominator();
        let twice = magnitude * power * UBig::from(2u8) + denominator;
        let rounded = IBig::from(twice / (denominator * UBig::from(2u8)));
        if sign == dashu_int::Sign::Negative { -rounded } else { rounded }
    }

    /// Printed with exactly `digits` decimals, halves away from zero; never an exponent.
    #[must_use]
    pub fn to_fixed(&self, digits: u8) -> String {
        let small = 10u64.checked_pow(u32::from(digits)).and_then(|power| self.scaled_small(power));
        let (negative, magnitude) = if let Some(scaled) = small {
            (scaled < 0, scaled.unsigned_abs().to_string())
        } else {
            let scaled = self.scaled(&UBig::from(10u8).pow(usize::from(digits)));
            let (sign, magnitude) = scaled.into_parts();
            (sign == dashu_int::Sign::Negative, magnitude.to_string())
        };
        let digits = usize::from(digits);
        let mut text = String::with_capacity(magnitude.len().max(digits + 1) + 2);
        if negative {
            text.push('-');
        }
        // At least one digit stands before the point.
        for _ in magnitude.len()..=digits {
            text.push('0');
        }
        text.push_str(&magnitude);
        if digits > 0 {
            text.insert(text.len() - digits, '.');
        }
        text
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
        (0..exponent).fold(Self::ONE, |power, _| &power * self)
    }

    /// Numerator and denominator of the reduced fraction, where they fit machine words.
    #[must_use]
    pub const fn small_parts(&self) -> Option<(i64, u64)> {
        if let Repr::Small(n, d) = self.0 { Some((n, d)) } else { None }
    }

    /// The numerator of the reduced fraction.
    #[must_use]
    pub fn numerator(&self) -> IBig {
        match &self.0 {
            Repr::Small(n, _) => IBig::from(*n),
            Repr::Big(number) => number.numerator().clone(),
        }
    }

    /// The denominator of the reduced fraction, above zero.
    #[must_use]
    pub fn denominator(&self) -> UBig {
        match &self.0 {
            Repr::Small(_, d) => UBig::from(*d),
            Repr::Big(number) => number.denominator().clone(),
        }
    }

    /// The nearest binary floating-point number: for drawing and for solvers, never for a verdict.
    #[must_use]
    pub fn to_f64(&self) -> f64 {
        self.to_long().to_f64().value()
    }
}

impl Ord for Exact {
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            // Each product is below 2^127 in size.
            (Repr::Small(a, b), Repr::Small(c, d)) => {
                (i128::from(*a) * i128::from(*d)).cmp(&(i128::from(*c) * i128::from(*b)))
            }
            _ => self.to_long().cmp(&other.to_long()),
        }
    }
}

impl PartialOrd for Exact {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl From<i64> for Exact {
    fn from(value: i64) -> Self {
        Self(Repr::Small(value, 1))
    }
}

impl From<Decimal> for Exact {
    fn from(value: Decimal) -> Self {
        let mantissa = value.mantissa();
        let small = match (value.scale(), i64::try_from(mantissa)) {
            (0, Ok(n)) => Some(Repr::Small(n, 1)),
            (scale, Ok(n)) => 10u64
                .checked_pow(scale)
                .and_then(|power| Repr::reduced(i128::from(n), u128::from(power))),
            _ => None,
        };
        small.map_or_else(
            || {
                let power = UBig::from(10u128.pow(value.scale()));
                Self::long(RBig::from_parts(IBig::from(mantissa), power))
            },
            Self,
        )
    }
}

macro_rules! operator {
    ($trait:ident, $method:ident, $small:expr) => {
        impl<'a> $trait<&'a Exact> for &Exact {
            type Output = Exact;
            fn $method(self, other: &'a Exact) -> Exact {
                if let (Repr::Small(a, b), Repr::Small(c, d)) = (&self.0, &other.0)
                    && let Some(small) = $small((*a, *b), (*c, *d))
                {
                    return Exact(small);
                }
                Exact::long($trait::$method(self.to_long(), other.to_long()))
            }
        }
        impl $trait for Exact {
            type Output = Self;
            fn $method(self, other: Self) -> Self {
                $trait::$method(&self, &other)
            }
        }
    };
}
operator!(Add, add, Repr::sum);
operator!(Sub, sub, |left, right: (i64, u64)| Repr::sum(left, (right.0.checked_neg()?, right.1)));
operator!(Mul, mul, Repr::product);

impl Neg for Exact {
    type Output = Self;
    fn neg(self) -> Self {
        match self.0 {
            Repr::Small(n, d) if n != i64::MIN => Self(Repr::Small(-n, d)),
            _ => Self::long(-self.to_long()),
        }
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
        assert_eq!(exact("-0.005").to_fixed(2), "-0.01");
        assert_eq!(
            exact("123456789012345678901234.565").to_fixed(2),
            "123456789012345678901234.57"
        );
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

    fn any_exact() -> impl Strategy<Value = Exact> {
        let wide = prop_oneof![-1000i64..1000, any::<i64>(), Just(i64::MIN), Just(i64::MAX)];
        let under = prop_oneof![1u64..1000, 1..=u64::MAX, Just(u64::MAX)];
        (wide, under).prop_map(|(n, d)| Exact::ratio(n, d))
    }

    proptest! {
        #[test]
        fn agrees_with_long_arithmetic(a in any_exact(), b in any_exact(), c in any_exact()) {
            // A product first, so that long numbers meet short ones.
            let long = &a * &c;
            let (x, y) = (a.to_long() * c.to_long(), b.to_long());
            prop_assert_eq!(&long, &Exact::long(x.clone()));
            prop_assert_eq!(&long + &b, Exact::long(&x + &y));
            prop_assert_eq!(&long - &b, Exact::long(&x - &y));
            prop_assert_eq!(&long * &b, Exact::long(&x * &y));
            prop_assert_eq!(long.cmp(&b), x.cmp(&y));
            prop_assert_eq!(long.floor(), Exact::long(RBig::from(x.floor())));
            prop_assert_eq!(long.ceil(), Exact::long(RBig::from(x.ceil())));
            let quotient = (!b.is_zero()).then(|| Exact::long(&x / &y));
            prop_assert_eq!(long.checked_div(&b), quotient);
            prop_assert_eq!(-long, Exact::long(-x));
        }

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
