//! Whose rows a caller may see, as a part of the query: nothing is fetched and then thrown away.

use crate::db::Arg;
use domain::SchoolCode;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// A part of the tree county – district – school.
///
/// The county's own form (school `''`) is only within [`Scope::County`]. An empty set sees nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The whole county.
    County,
    /// The schools that belong to any of these districts or groups.
    Districts(BTreeSet<String>),
    /// These schools.
    Schools(BTreeSet<SchoolCode>),
}

impl Scope {
    /// The scope of one school.
    #[must_use]
    pub fn school(code: &SchoolCode) -> Self {
        Self::Schools(BTreeSet::from([code.clone()]))
    }

    /// The scope of one district.
    #[must_use]
    pub fn district(code: &str) -> Self {
        Self::Districts(BTreeSet::from([code.to_owned()]))
    }

    /// A condition on `column`, beginning with ` and `; `$1` of the query must be the county. The
    /// values go to the end of `args`.
    pub(crate) fn condition(&self, column: &str, args: &mut Vec<Arg>) -> String {
        let mut list = |values: &mut dyn Iterator<Item = &str>| {
            let mut text = String::new();
            for value in values {
                args.push(Arg::from(value));
                let comma = if text.is_empty() { "" } else { ", " };
                let _ = write!(text, "{comma}${}", args.len());
            }
            text
        };
        match self {
            Self::County => String::new(),
            Self::Districts(set) if set.is_empty() => " and 1 = 0".to_owned(),
            Self::Schools(set) if set.is_empty() => " and 1 = 0".to_owned(),
            Self::Schools(set) => {
                let list = list(&mut set.iter().map(SchoolCode::as_str));
                format!(" and {column} in ({list})")
            }
            Self::Districts(set) => {
                let list = list(&mut set.iter().map(String::as_str));
                format!(
                    " and {column} in (select d.school from district_schools d \
                     where d.county = $1 and d.district in ({list}))"
                )
            }
        }
    }
}
