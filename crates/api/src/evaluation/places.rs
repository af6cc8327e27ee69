//! Schools on the map: where they are, what the judge says of their sections.

use super::measured::Measured;
use domain::{SchoolCode, Value};
use serde::Serialize;
use standard::evaluation::Verdict;
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;

/// A section of a school on the map.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct SectionOnMap {
    /// `primary` or `junior`.
    stage: &'static str,
    /// The verdict.
    #[schema(value_type = String)]
    verdict: Verdict,
    /// Values as printed, by indicator.
    values: BTreeMap<String, String>,
    /// Verdicts by indicator.
    #[schema(value_type = BTreeMap<String, String>)]
    verdicts: BTreeMap<String, Verdict>,
}

/// A school on the map.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct SchoolOnMap {
    /// Code.
    #[schema(value_type = String)]
    school: SchoolCode,
    /// Name.
    name: String,
    /// Kind: `primary`, `nine_year` …
    kind: &'static str,
    /// 乡镇.
    township: Option<String>,
    /// 城乡类型 code.
    residence: Option<String>,
    /// Degrees; `null` where it is not known.
    longitude: Option<String>,
    /// Degrees.
    latitude: Option<String>,
    /// Its sections that are judged.
    sections: Vec<SectionOnMap>,
}

/// All schools of a year that may be seen.
pub(crate) fn places(
    measured: &Measured,
    visible: Option<&BTreeSet<SchoolCode>>,
) -> Vec<SchoolOnMap> {
    let catalogue = measured.standard.catalogue();
    let schools = measured.snapshot.schools().iter();
    let seen = schools.filter(|school| visible.is_none_or(|seen| seen.contains(&school.code)));
    seen.map(|school| {
        let text = |item: &str| {
            Some(match school.facts.value(catalogue.id(item)?)? {
                Value::Number(number) => number.normalize().to_string(),
                Value::Code(text) | Value::Text(text) => text.to_string(),
                Value::Flag(_) | Value::Date(_) | Value::NotApplicable => return None,
            })
        };
        let sections = measured.evaluation.sections.iter().filter(|s| s.school == school.code);
        SchoolOnMap {
            school: school.code.clone(),
            name: school.name.clone(),
            kind: school.kind.code(),
            township: text("township"),
            residence: text("residence"),
            longitude: text("longitude"),
            latitude: text("latitude"),
            sections: sections
                .map(|section| SectionOnMap {
                    stage: section.stage.code(),
                    verdict: section.verdict,
                    values: section
                        .values
                        .iter()
                        .filter_map(|v| Some((v.code.clone(), v.value.as_ref()?.shown.clone())))
                        .collect(),
                    verdicts: section.values.iter().map(|v| (v.code.clone(), v.verdict)).collect(),
                })
                .collect(),
        }
    })
    .collect()
}
