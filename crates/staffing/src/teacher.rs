//! A teacher of the roster.

use crate::secret::{Identity, PersonName};
use crate::words::{BackboneLevel, Degree, ExchangeKind, Post, Rank, Role, Roll, Sex};
use domain::{SchoolCode, SchoolYear, Stage};
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;

/// The key of a teacher: a staff number that says nothing of the person (never an identity number).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TeacherId(pub Box<str>);

impl fmt::Display for TeacherId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for TeacherId {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

/// Recognition as a backbone teacher.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Backbone {
    /// By whom.
    pub level: BackboneLevel,
    /// The document; the county must be able to show it.
    pub basis: String,
}

/// Lessons at another school (走教, 跨校兼课).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Visit {
    /// The other school.
    pub school: SchoolCode,
    /// The subject's code, where it is known.
    pub subject: Option<String>,
    /// Lessons a week.
    pub hours: Decimal,
}

/// A stay at another school in the past.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Exchange {
    /// The school year in which it began.
    pub year: SchoolYear,
    /// From where, if known.
    pub from: Option<SchoolCode>,
    /// To where.
    pub to: SchoolCode,
    /// The way.
    pub kind: ExchangeKind,
}

/// Hours of training of a year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Training {
    /// The calendar year.
    pub year: i16,
    /// Who held it: 国培, 市级, 校本 …
    pub provider: String,
    /// Hours.
    pub hours: Decimal,
}

/// Why a teacher need not rotate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Exemption {
    /// The code of the rules' list.
    pub code: String,
    /// The document that shows it; without one it does not hold.
    pub evidence: String,
    /// Until when; `None`: for good.
    pub until: Option<Date>,
}

/// Where a teacher lives.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Home {
    /// The place by name: a township or village.
    pub place: String,
    /// Longitude and latitude in degrees.
    pub position: Option<(Decimal, Decimal)>,
}

/// A teacher with the post that he or she holds. Serialised masked and without the home.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Teacher {
    /// The key.
    pub id: TeacherId,
    /// The row of the table, from one.
    pub row: usize,
    /// The name; prints masked.
    pub name: PersonName,
    /// The identity number; prints masked.
    pub identity: Option<Identity>,
    /// Sex, from its column or the identity number.
    pub sex: Option<Sex>,
    /// Date of birth, likewise.
    #[serde(skip)]
    pub birth: Option<Date>,
    /// The school of the roll.
    pub school: SchoolCode,
    /// The section where he or she teaches.
    pub stage: Stage,
    /// Codes of the subjects taught, the main one first.
    pub subjects: Vec<String>,
    /// Lessons a week at the own school.
    pub hours: Option<Decimal>,
    /// The degree when hired.
    pub degree_at_hire: Option<Degree>,
    /// The highest degree now.
    pub degree: Option<Degree>,
    /// Rank.
    pub rank: Option<Rank>,
    /// Recognition as a backbone teacher, whatever the level.
    pub backbone: Option<Backbone>,
    /// Holds the certificate for the post; `None`: not said.
    pub certified: Option<bool>,
    /// When hired as a teacher.
    pub hired: Option<Date>,
    /// When come to the present school.
    pub arrived: Option<Date>,
    /// Roll.
    pub roll: Roll,
    /// Post.
    pub post: Post,
    /// Duty.
    pub role: Role,
    /// When a principal or vice principal was appointed to the present post at the present school.
    pub appointed: Option<Date>,
    /// Lessons elsewhere.
    pub visits: Vec<Visit>,
    /// Stays elsewhere in the past.
    pub exchanges: Vec<Exchange>,
    /// Training.
    pub training: Vec<Training>,
    /// Exemptions from rotation.
    pub exemptions: Vec<Exemption>,
    /// Home.
    #[serde(skip)]
    pub home: Home,
    /// The spouse, where a teacher of the county too.
    pub spouse: Option<TeacherId>,
    /// Columns whose cell says something that could not be read: what hangs on them is not known.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub unclear: BTreeSet<&'static str>,
}

impl Teacher {
    /// The code of the main subject.
    #[must_use]
    pub fn main_subject(&self) -> Option<&str> {
        self.subjects.first().map(String::as_str)
    }

    /// Does the cell of a column, by its code, say something that could not be read?
    #[must_use]
    pub fn is_unclear(&self, column: &str) -> bool {
        self.unclear.contains(column)
    }

    /// Is he or she a full-time teacher (专任教师)? A post that could not be read is taken for one.
    #[must_use]
    pub fn is_full_time(&self) -> bool {
        self.post == Post::Teacher
    }

    /// Is he or she a principal or a vice principal?
    #[must_use]
    pub fn leads(&self) -> bool {
        matches!(self.role, Role::Principal | Role::VicePrincipal)
    }

    /// Recognised at county level or higher?
    #[must_use]
    pub fn is_backbone(&self) -> bool {
        self.backbone.as_ref().is_some_and(|b| b.level >= BackboneLevel::County)
    }

    /// Full years from a date to a day; `None` where the date is missing or later.
    #[must_use]
    pub fn full_years(from: Option<Date>, to: Date) -> Option<i16> {
        let from = from.filter(|from| *from <= to)?;
        let years = to.year() - from.year();
        let before = (to.month(), to.day()) < (from.month(), from.day());
        Some(years - i16::from(before))
    }

    /// Training hours of the calendar years `from..=to`.
    #[must_use]
    pub fn training_hours(&self, from: i16, to: i16) -> Decimal {
        let inside = self.training.iter().filter(|t| (from..=to).contains(&t.year));
        inside.map(|t| t.hours).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_years_are_counted_by_day() {
        let day = |y, m, d| Date::new(y, m, d).unwrap();
        let years = |from| Teacher::full_years(Some(from), day(2024, 9, 1));
        assert_eq!(years(day(2018, 9, 1)), Some(6));
        assert_eq!(years(day(2018, 9, 2)), Some(5));
        assert_eq!(years(day(2024, 9, 2)), None);
        assert_eq!(Teacher::full_years(None, day(2024, 9, 1)), None);
    }
}
