//! What records of exchanges are read against: the schools of the year with township and side (城区,
//! 镇区, 乡村), and the teachers of the roster.

use crate::teachers::{KeptRoster, kept};
use crate::{ApiError, App};
use domain::{Catalogue, CountyCode, SchoolCode, SchoolYear, Snapshot, Value};
use forms::staffing::SchoolPlace as SchoolPlaceName;
use serde::Serialize;
use staffing::{Roster, Teacher, TeacherId};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{Scope, Which};
use utoipa::ToSchema;

/// On which side of town and country a school is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Side {
    /// 城区 (111, 112).
    Urban,
    /// 镇区 (121–123).
    Town,
    /// 乡村 (210, 220).
    Rural,
}

impl Side {
    /// The side of a code of 城乡类型; `None` for what is no such code.
    pub(crate) fn of(code: &str) -> Option<Self> {
        match code {
            "111" | "112" => Some(Self::Urban),
            "121" | "122" | "123" => Some(Self::Town),
            "210" | "220" => Some(Self::Rural),
            _ => None,
        }
    }

    /// The Chinese word.
    pub(crate) const fn zh(self) -> &'static str {
        match self {
            Self::Urban => "城区",
            Self::Town => "镇区",
            Self::Rural => "乡村",
        }
    }
}

/// A school as records speak of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SchoolPlace {
    /// Its name.
    pub(crate) name: String,
    /// 乡镇, where it is known.
    pub(crate) township: Option<String>,
    /// Its side, where it is known.
    pub(crate) side: Option<Side>,
    /// Is it run by the private sector? Its teachers are not the county's to exchange.
    pub(crate) private: bool,
}

/// The schools and teachers of a year.
#[derive(Debug)]
pub(crate) struct Ground {
    /// The county.
    pub(crate) county: CountyCode,
    /// The data of the year, as far as they were handed in.
    pub(crate) snapshot: Arc<Snapshot>,
    /// The roster of the whole county, where one is kept.
    pub(crate) roster: Option<Arc<KeptRoster>>,
    /// By code.
    pub(crate) schools: BTreeMap<SchoolCode, SchoolPlace>,
}

impl Ground {
    /// Gathers it.
    ///
    /// # Errors
    /// Those of the store; a roster whose key is missing is one.
    pub(crate) async fn of(
        app: &App,
        county: &CountyCode,
        year: SchoolYear,
    ) -> Result<Self, ApiError> {
        let (snapshot, _) = app.kept().snapshot(app, county, year, Which::Submitted).await?;
        let roster = kept(app, county, year, &Scope::County).await?;
        let catalogue = &app.knowledge().catalogue;
        let mut schools = BTreeMap::new();
        for school in app.store().schools(county, &Scope::County).await? {
            let text = |item: &str| {
                let facts = &snapshot.school(&school.code)?.facts;
                match facts.value(catalogue.id(item)?)? {
                    Value::Code(text) | Value::Text(text) => Some(text.to_string()),
                    _ => None,
                }
            };
            let place = SchoolPlace {
                township: text("township"),
                side: text("residence").as_deref().and_then(Side::of),
                private: snapshot
                    .school(&school.code)
                    .is_some_and(|known| !staffing::posts::is_public(known, catalogue)),
                name: school.name,
            };
            schools.insert(school.code, place);
        }
        Ok(Self { county: county.clone(), snapshot, roster, schools })
    }

    /// A school's name, or its code where nobody knows it.
    pub(crate) fn name(&self, school: &SchoolCode) -> String {
        self.schools.get(school).map_or_else(|| school.to_string(), |place| place.name.clone())
    }

    /// A school as workbooks name it.
    pub(crate) fn listed(&self, school: &SchoolCode) -> SchoolPlaceName {
        let township = self.schools.get(school).and_then(|place| place.township.clone());
        SchoolPlaceName { name: self.name(school), township }
    }

    /// A school's side.
    pub(crate) fn side(&self, school: &SchoolCode) -> Option<Side> {
        self.schools.get(school).and_then(|place| place.side)
    }

    /// The teacher of a staff number.
    pub(crate) fn teacher(&self, number: &str) -> Option<&Teacher> {
        self.roster.as_ref()?.roster.teacher(&TeacherId::from(number))
    }

    /// A teacher's name, masked; `None` where the roster does not have him or her.
    pub(crate) fn person(&self, number: &str) -> Option<String> {
        self.teacher(number).map(|teacher| teacher.name.to_string())
    }

    /// Is it a public school, as far as is known?
    pub(crate) fn is_public(&self, school: &SchoolCode) -> bool {
        self.schools.get(school).is_none_or(|place| !place.private)
    }

    /// The teachers of public schools; `None` where no roster is kept.
    pub(crate) fn public_roster(&self, catalogue: &Catalogue) -> Option<Roster> {
        Some(self.roster.as_ref()?.roster.of_public(&self.snapshot, catalogue))
    }

    /// The roster, or why nothing can be said of teachers.
    ///
    /// # Errors
    /// [`ApiError::NotNow`].
    pub(crate) fn expect_roster(&self) -> Result<&Arc<KeptRoster>, ApiError> {
        self.roster.as_ref().ok_or_else(|| {
            let year = self.snapshot.year();
            let why = format!("{year} 学年还没有教师名册；请先在“名册”中导入");
            ApiError::NotNow(why)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sides_are_of_the_statistics() {
        for code in domain::Residence::ALL {
            assert!(Side::of(code.code()).is_some(), "{code}");
        }
        assert_eq!(Side::of("112"), Some(Side::Urban));
        assert_eq!(Side::of("121").map(Side::zh), Some("镇区"));
        assert_eq!(Side::of(""), None);
    }
}
