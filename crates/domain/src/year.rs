//! School years.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A school year, named by the calendar year in which it begins: `2024` is 2024/2025, counted on
/// 1 September 2024 (the statistics date of the education statistics).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SchoolYear(pub i16);

impl SchoolYear {
    /// The school year before this one.
    #[must_use]
    pub fn previous(self) -> Self {
        Self(self.0 - 1)
    }
}

impl fmt::Display for SchoolYear {
    /// `2024/2025`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.0, self.0 + 1)
    }
}
