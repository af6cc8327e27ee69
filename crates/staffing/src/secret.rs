//! Names and identity numbers. Whatever prints them, prints them masked: `Debug`, `Display` and
//! serialisation. The plain text leaves only by `reveal`, which is easy to search for.

use jiff::civil::Date;
use serde::{Deserialize, Serialize, Serializer};
use std::fmt;

/// Why a text is no identity number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// `T-ID-01`: not 17 digits and a digit or X.
    #[error("身份证件号码应为 18 位（前 17 位为数字，末位为数字或 X）")]
    Shape,
    /// `T-ID-02`: the first two digits are no province.
    #[error("身份证件号码的前两位不是省级行政区划代码")]
    Region,
    /// `T-ID-03`: digits 7 to 14 are no date.
    #[error("身份证件号码的第 7 至 14 位不是有效的出生日期")]
    Birth,
    /// `T-ID-04`: the check character does not fit (GB 11643).
    #[error("身份证件号码的校验位不符")]
    Check,
}

impl IdentityError {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Shape => "T-ID-01",
            Self::Region => "T-ID-02",
            Self::Birth => "T-ID-03",
            Self::Check => "T-ID-04",
        }
    }
}

/// 公民身份号码 by GB 11643-1999: six digits of region, eight of birth, three of order, one to check.
///
/// ```
/// let number = staffing::Identity::parse("11010519491231002X").unwrap();
/// assert_eq!(number.to_string(), "110*************2X");
/// assert!(!format!("{number:?}").contains("19491231"));
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity(Box<str>);

/// The weights of the check: powers of two modulo eleven.
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS: &[u8; 11] = b"10X98765432";
/// GB/T 2260: the first two digits.
const PROVINCES: [u8; 35] = [
    11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52,
    53, 54, 61, 62, 63, 64, 65, 71, 81, 82, 83,
];

impl Identity {
    /// Reads a number of 18 characters; a small x counts as X.
    ///
    /// # Errors
    /// [`IdentityError`], without the number in it.
    pub fn parse(text: &str) -> Result<Self, IdentityError> {
        let text = text.trim().to_ascii_uppercase();
        let bytes = text.as_bytes();
        let (Some(body), Some(last)) = (bytes.get(..17), bytes.get(17)) else {
            return Err(IdentityError::Shape);
        };
        let digits = body.iter().all(u8::is_ascii_digit);
        if bytes.len() != 18 || !digits || !(last.is_ascii_digit() || *last == b'X') {
            return Err(IdentityError::Shape);
        }
        let number =
            |from: usize, to: usize| text.get(from..to).and_then(|t| t.parse::<i16>().ok());
        let province = number(0, 2).and_then(|n| u8::try_from(n).ok());
        if !province.is_some_and(|n| PROVINCES.contains(&n)) {
            return Err(IdentityError::Region);
        }
        if Self::birth_of(&text).is_none() {
            return Err(IdentityError::Birth);
        }
        let sum: u32 = body.iter().zip(WEIGHTS).map(|(b, w)| u32::from(b - b'0') * w).sum();
        if CHECKS.get((sum % 11) as usize) != Some(last) {
            return Err(IdentityError::Check);
        }
        Ok(Self(text.into()))
    }

    /// The check character that belongs to 17 digits; `None` for other texts.
    #[must_use]
    pub fn check_character(body: &str) -> Option<char> {
        if body.len() != 17 || !body.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let sum: u32 = body.bytes().zip(WEIGHTS).map(|(b, w)| u32::from(b - b'0') * w).sum();
        CHECKS.get((sum % 11) as usize).map(|check| char::from(*check))
    }

    fn birth_of(text: &str) -> Option<Date> {
        let year = text.get(6..10)?.parse().ok()?;
        let month = text.get(10..12)?.parse().ok()?;
        let day = text.get(12..14)?.parse().ok()?;
        Date::new(year, month, day).ok().filter(|date| date.year() >= 1900)
    }

    /// The date of birth in it.
    #[must_use]
    pub fn birth(&self) -> Option<Date> {
        Self::birth_of(&self.0)
    }

    /// Is it a man's? The 17th digit is odd.
    #[must_use]
    pub fn is_male(&self) -> bool {
        self.0.as_bytes().get(16).is_some_and(|digit| digit % 2 == 1)
    }

    /// The number itself: for encryption and for showing it on purpose, with a row in the audit.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Identity {
    /// The first three and the last two characters.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (head, tail) = (self.0.get(..3).unwrap_or(""), self.0.get(16..).unwrap_or(""));
        write!(f, "{head}*************{tail}")
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({self})")
    }
}

impl Serialize for Identity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A teacher's name.
///
/// ```
/// assert_eq!(staffing::PersonName::new(" 欧阳明月 ").to_string(), "欧**月");
/// assert_eq!(staffing::PersonName::new("李明").to_string(), "李*");
/// ```
///
/// Read back from a file of results it is the masked text, which stays as it is when it is masked
/// once more.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(transparent)]
pub struct PersonName(Box<str>);

impl PersonName {
    /// The name without spaces around it.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.trim().into())
    }

    /// Is there none?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The name itself: for orders and for showing it on purpose.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PersonName {
    /// The first character; of three and more the last one too.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.0.chars().count();
        for (place, character) in self.0.chars().enumerate() {
            let shown = place == 0 || (count > 2 && place + 1 == count);
            write!(f, "{}", if shown { character } else { '*' })?;
        }
        Ok(())
    }
}

impl fmt::Debug for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PersonName({self})")
    }
}

impl Serialize for PersonName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standard_s_own_examples_are_read() {
        // GB 11643-1999 itself prints 11010519491231002X and 440524188001010014 (here: too old).
        let number = Identity::parse("11010519491231002x").unwrap();
        assert_eq!(number.birth(), Date::new(1949, 12, 31).ok());
        assert!(!number.is_male());
        assert_eq!(Identity::parse("440524188001010014"), Err(IdentityError::Birth));
        assert_eq!(Identity::check_character("44052418800101001"), Some('4'));
    }

    #[test]
    fn each_fault_has_its_name() {
        for (text, error) in [
            ("", IdentityError::Shape),
            ("1101051949123100", IdentityError::Shape),
            ("1101051949123100AX", IdentityError::Shape),
            ("身份证号码十八位身份证号码十八位身份", IdentityError::Shape),
            ("99010519491231002X", IdentityError::Region),
            ("11010519490231002X", IdentityError::Birth),
            ("110105194912310021", IdentityError::Check),
        ] {
            assert_eq!(Identity::parse(text), Err(error), "{text}");
        }
    }

    #[test]
    fn nothing_prints_the_plain_text() {
        let number = Identity::parse("11010519491231002X").unwrap();
        let name = PersonName::new("张小明");
        let printed = [
            format!("{number} {number:?} {name} {name:?} {number:#?}"),
            serde_json::to_string(&(&number, &name)).unwrap(),
        ];
        let again: PersonName = serde_json::from_str("\"张*明\"").unwrap();
        assert_eq!(again.to_string(), "张*明");
        for text in printed {
            for plain in ["19491231", "0105", "张小明", "小明"] {
                assert!(!text.contains(plain), "{text}");
            }
        }
    }
}
