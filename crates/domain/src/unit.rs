//! Units of measure: what may be added to what.
//!
//! A unit is a product of counted things (persons, square metres, yuan, rooms …) with a scale.
//! Two units are *compatible* when they count the same things, and *equal* when the scale agrees
//! too: 元 and 万元 are compatible and not equal, so adding them is refused until one is converted.

use crate::Exact;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Why a text is not a unit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnitError {
    /// `D-UNIT-01`: a part of the text is no known unit.
    #[error("不认识的计量单位“{0}”")]
    Unknown(String),
}

/// The things that units count. The order is that of the exponents of [`Unit`].
const THINGS: usize = 13;

/// name, index of the thing (`None` = a pure number), scale as numerator and denominator
const UNITS: &[(&str, Option<usize>, i64, u64)] = &[
    ("1", None, 1, 1),
    ("%", None, 1, 100),
    ("‰", None, 1, 1000),
    ("人", Some(0), 1, 1),
    ("百人", Some(0), 100, 1),
    ("万人", Some(0), 10_000, 1),
    ("㎡", Some(1), 1, 1),
    ("元", Some(2), 1, 1),
    ("万元", Some(2), 10_000, 1),
    ("亿元", Some(2), 100_000_000, 1),
    ("间", Some(3), 1, 1),
    ("班", Some(4), 1, 1),
    ("台", Some(5), 1, 1),
    ("册", Some(6), 1, 1),
    ("所", Some(7), 1, 1),
    ("个", Some(8), 1, 1),
    ("分", Some(9), 1, 1),
    ("学时", Some(10), 1, 1),
    ("年", Some(11), 1, 1),
    ("份", Some(12), 1, 1),
];

/// A unit of measure.
///
/// ```
/// use domain::Unit;
/// let per_hundred = Unit::parse("人/百人").unwrap();
/// assert!(per_hundred.is_compatible(&Unit::ONE));
/// assert_eq!(per_hundred.factor_from(&Unit::ONE).to_string(), "100");
/// assert!(!Unit::parse("元").unwrap().is_compatible(&Unit::parse("㎡").unwrap()));
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Unit {
    exponents: [i8; THINGS],
    scale: Exact,
    label: Option<Box<str>>,
}

impl Unit {
    /// The pure number.
    pub const ONE: Self = Self { exponents: [0; THINGS], scale: Exact::ONE, label: None };

    /// Reads a unit: names joined by `/` (divide) and `·` (multiply), left to right, as `元/人`.
    ///
    /// # Errors
    /// [`UnitError::Unknown`] with the part that is no unit.
    pub fn parse(text: &str) -> Result<Self, UnitError> {
        let mut unit = Self::ONE;
        let mut divide = false;
        let mut rest = text;
        loop {
            let end = rest.find(['/', '·']).unwrap_or(rest.len());
            let (name, tail) = rest.split_at(end);
            let factor = Self::named(name)?;
            unit = if divide { unit.divided(&factor) } else { unit.times(&factor) };
            let mut characters = tail.chars();
            match characters.next() {
                None => break,
                Some(separator) => divide = separator == '/',
            }
            rest = characters.as_str();
        }
        unit.label = (text != "1").then(|| text.into());
        Ok(unit)
    }

    /// Is `name` the name of a single unit (no `/`)?
    #[must_use]
    pub fn is_name(name: &str) -> bool {
        UNITS.iter().any(|(n, ..)| *n == name)
    }

    fn named(name: &str) -> Result<Self, UnitError> {
        let (_, thing, n, d) = UNITS
            .iter()
            .find(|(n, ..)| *n == name)
            .ok_or_else(|| UnitError::Unknown(name.to_owned()))?;
        let mut exponents = [0; THINGS];
        if let Some(i) = thing {
            exponents[*i] = 1;
        }
        Ok(Self { exponents, scale: Exact::ratio(*n, *d), label: None })
    }

    /// The unit of a product.
    #[must_use]
    pub fn times(&self, other: &Self) -> Self {
        self.combined(other, 1, |a, b| a * b)
    }

    /// The unit of a quotient.
    #[must_use]
    pub fn divided(&self, other: &Self) -> Self {
        // A unit's scale is never zero.
        self.combined(other, -1, |a, b| a.checked_div(b).unwrap_or(Exact::ZERO))
    }

    fn combined(&self, other: &Self, sign: i8, scale: fn(&Exact, &Exact) -> Exact) -> Self {
        let mut exponents = self.exponents;
        for (mine, theirs) in exponents.iter_mut().zip(other.exponents) {
            *mine = mine.saturating_add(theirs.saturating_mul(sign));
        }
        Self { exponents, scale: scale(&self.scale, &other.scale), label: None }
    }

    /// Do both count the same things (perhaps at another scale)?
    #[must_use]
    pub fn is_compatible(&self, other: &Self) -> bool {
        self.exponents == other.exponents
    }

    /// The same things at the same scale: may be added and compared.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.is_compatible(other) && self.scale == other.scale
    }

    /// Is it a pure number at scale one?
    #[must_use]
    pub fn is_one(&self) -> bool {
        self.is_same(&Self::ONE)
    }

    /// What a number in `from` is multiplied by to be a number in `self`; only meaningful where
    /// the two are compatible. 万元 → 元 is 10 000.
    #[must_use]
    pub fn factor_from(&self, from: &Self) -> Exact {
        from.scale.checked_div(&self.scale).unwrap_or(Exact::ZERO)
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(label) = &self.label {
            return f.write_str(label);
        }
        let mut over = String::new();
        let mut under = String::new();
        for (index, exponent) in self.exponents.iter().enumerate() {
            let Some((name, ..)) =
                UNITS.iter().find(|(_, i, n, d)| *i == Some(index) && *n == 1 && *d == 1)
            else {
                continue;
            };
            for _ in 0..exponent.unsigned_abs() {
                if *exponent > 0 {
                    if !over.is_empty() {
                        over.push('·');
                    }
                    over.push_str(name);
                } else {
                    under.push('/');
                    under.push_str(name);
                }
            }
        }
        if over.is_empty() {
            over.push('1');
        }
        if self.scale == Exact::ONE {
            write!(f, "{over}{under}")
        } else {
            write!(f, "{}×{over}{under}", self.scale)
        }
    }
}

impl fmt::Debug for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl TryFrom<String> for Unit {
    type Error = UnitError;
    fn try_from(text: String) -> Result<Self, UnitError> {
        Self::parse(&text)
    }
}

impl From<Unit> for String {
    fn from(unit: Unit) -> Self {
        unit.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(text: &str) -> Unit {
        Unit::parse(text).unwrap()
    }

    #[test]
    fn quotients_of_persons_are_numbers() {
        assert!(unit("人").divided(&unit("人")).is_one());
        assert_eq!(unit("人/百人").factor_from(&Unit::ONE), Exact::from(100));
        assert_eq!(unit("元").factor_from(&unit("万元")), Exact::from(10_000));
        assert_eq!(unit("%").factor_from(&Unit::ONE), Exact::from(100));
    }

    #[test]
    fn yuan_and_ten_thousand_yuan_are_not_the_same() {
        assert!(unit("元").is_compatible(&unit("万元")));
        assert!(!unit("元").is_same(&unit("万元")));
        assert!(!unit("间/百人").is_compatible(&unit("人/百人")));
    }

    #[test]
    fn unknown_units_are_named() {
        assert_eq!(Unit::parse("元/斤"), Err(UnitError::Unknown("斤".into())));
        assert_eq!(Unit::parse(""), Err(UnitError::Unknown(String::new())));
        assert_eq!(Unit::parse("元/"), Err(UnitError::Unknown(String::new())));
    }

    #[test]
    fn a_computed_unit_prints() {
        assert_eq!(unit("万元").divided(&unit("人")).to_string(), "10000×元/人");
        assert_eq!(unit("㎡").divided(&unit("人")).to_string(), "㎡/人");
    }
}
