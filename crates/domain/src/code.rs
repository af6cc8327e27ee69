//! Official identification codes.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Why a text is not an official code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// `D-CODE-01`: the text has another length than the code.
    #[error("应为 {expected} 位数字，实为 {found} 位")]
    Length {
        /// Digits that the code has.
        expected: usize,
        /// Characters found.
        found: usize,
    },
    /// `D-CODE-02`: the text holds something that is not a digit.
    #[error("只能由数字组成，出现了“{0}”")]
    NotADigit(char),
}

fn digits(text: &str, expected: usize) -> Result<Box<str>, CodeError> {
    if let Some(other) = text.chars().find(|c| !c.is_ascii_digit()) {
        return Err(CodeError::NotADigit(other));
    }
    if text.len() != expected {
        return Err(CodeError::Length { expected, found: text.len() });
    }
    Ok(text.into())
}

macro_rules! official_code {
    ($(#[$doc:meta])* $name:ident, $length:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Box<str>);

        impl $name {
            /// Number of digits of the code.
            pub const LENGTH: usize = $length;

            /// Reads the code from exactly [`Self::LENGTH`] ASCII digits (clean the text first).
            ///
            /// # Errors
            /// [`CodeError`] when the text is longer, shorter or not made of digits.
            pub fn parse(text: &str) -> Result<Self, CodeError> {
                digits(text, $length).map(Self)
            }

            /// The code as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = CodeError;
            fn try_from(text: String) -> Result<Self, CodeError> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(code: $name) -> Self {
                code.0.into()
            }
        }
    };
}

official_code! {
    /// 学校(机构)标识码: the ten-digit code of a school.
    SchoolCode, 10
}
official_code! {
    /// 行政区划代码: the six-digit code of a county-level unit.
    CountyCode, 6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_school_code_has_ten_digits() {
        assert_eq!(SchoolCode::parse("2134000001").unwrap().as_str(), "2134000001");
        assert_eq!(
            SchoolCode::parse("213400000"),
            Err(CodeError::Length { expected: 10, found: 9 })
        );
        assert_eq!(SchoolCode::parse("21340000A1"), Err(CodeError::NotADigit('A')));
        assert_eq!(CountyCode::parse("341823").unwrap().to_string(), "341823");
    }
}
