//! Words that are kept as a code and shown in Chinese.

/// Declares an enum that is kept as a code and shown as a Chinese word.
macro_rules! words {
    ($(#[doc = $doc:literal])* $name:ident { $($(#[doc = $each:literal])* $one:ident = $code:literal, $zh:literal;)* }) => {
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[doc = $each])* $one,)*
        }

        impl $name {
            /// All of them, in the order of a life.
            pub const ALL: &[Self] = &[$(Self::$one,)*];

            /// The code in the database and in JSON.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$one => $code,)* }
            }

            /// The Chinese word.
            #[must_use]
            pub const fn zh(self) -> &'static str {
                match self { $(Self::$one => $zh,)* }
            }

            /// What a code means.
            #[must_use]
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|each| each.code() == code)
            }
        }
    };
}
pub(crate) use words;
