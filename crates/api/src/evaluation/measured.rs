//! A year of a county as the judge sees it, kept until its facts change.

use crate::{ApiError, App};
use domain::{CountyCode, SchoolCode, SchoolYear, Snapshot};
use standard::{Evaluation, Options, Standard};
use std::borrow::Cow;
use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use store::Which;

/// So many years are kept: this one and the last of a few counties and standards.
const KEPT: usize = 12;

/// A snapshot of a year with what the judge says of it.
#[derive(Debug)]
pub(crate) struct Measured {
    /// The facts.
    pub(crate) snapshot: Snapshot,
    /// The verdicts.
    pub(crate) evaluation: Evaluation,
    /// The standard that judged.
    pub(crate) standard: Arc<Standard>,
    /// Forms that do not count yet.
    pub(crate) waiting: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Key {
    county: CountyCode,
    year: SchoolYear,
    which: Which,
    standard: String,
}

/// What has been measured lately.
#[derive(Debug, Default)]
pub(crate) struct Measures {
    kept: Mutex<VecDeque<(Key, String, Arc<Measured>)>>,
    /// Who finds nothing waits here while another measures: after a change everybody asks at once.
    turn: tokio::sync::Mutex<()>,
}

impl Measures {
    fn find(&self, key: &Key, stamp: &str) -> Option<Arc<Measured>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept.iter().find(|(known, at, _)| known == key && at == stamp);
        found.map(|(_, _, measured)| Arc::clone(measured))
    }

    fn keep(&self, key: Key, stamp: String, measured: &Arc<Measured>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(known, ..)| *known != key);
        kept.push_front((key, stamp, Arc::clone(measured)));
        kept.truncate(KEPT);
    }
}

/// The id of a county's standard: the one asked for, the one it has chosen, the server's.
pub(crate) async fn standard_of(
    app: &App,
    county: &CountyCode,
    asked: Option<&str>,
) -> Result<Arc<Standard>, ApiError> {
    let id = match asked {
        Some(id) => id.to_owned(),
        None => match app.store().setting(county, crate::session::STANDARD).await? {
            Some((id, _)) => id,
            None => app.config().standard.clone(),
        },
    };
    let standard = app.knowledge().standard(&id).cloned();
    standard.ok_or_else(|| ApiError::NotFound(format!("标准“{id}”")))
}

/// The setting that holds the standard which is official for a year.
pub(crate) fn standard_setting(year: SchoolYear) -> String {
    format!("{}.{}", crate::session::STANDARD, year.0)
}

/// The standard that a year is judged by: the one asked for, the one that is official for the year,
/// the county's.
pub(crate) async fn standard_of_year(
    app: &App,
    county: &CountyCode,
    year: SchoolYear,
    asked: Option<&str>,
) -> Result<Arc<Standard>, ApiError> {
    if asked.is_some() {
        return standard_of(app, county, asked).await;
    }
    let chosen = app.store().setting(county, &standard_setting(year)).await?;
    // A pack that has gone from the program leaves the county's standard.
    let known = chosen.and_then(|(id, _)| app.knowledge().standard(&id).cloned());
    match known {
        Some(standard) => Ok(standard),
        None => standard_of(app, county, None).await,
    }
}

/// Measures a year, or finds what was measured when its facts were the same.
///
/// # Errors
/// [`ApiError::NotFound`] for an unknown standard; those of the database; [`ApiError::NotNow`]
/// where the standard does not hold for the year.
pub(crate) async fn measured(
    app: &App,
    county: &CountyCode,
    year: SchoolYear,
    which: Which,
    standard: &Arc<Standard>,
) -> Result<Arc<Measured>, ApiError> {
    let stamp = app.store().year_stamp(county, year).await?;
    let id = standard.id().to_owned();
    let key = Key { county: county.clone(), year, which, standard: id };
    if let Some(found) = app.measures().find(&key, &stamp) {
        return Ok(found);
    }
    let _turn = app.measures().turn.lock().await;
    if let Some(found) = app.measures().find(&key, &stamp) {
        return Ok(found);
    }
    let found = app.store().snapshot_of(county, year, which, standard.catalogue()).await?;
    let (snapshot, waiting) = (found.snapshot, found.waiting.len());
    let standard = Arc::clone(standard);
    let judged = tokio::task::spawn_blocking(move || {
        let evaluation = standard::evaluate(&snapshot, &standard, &Options::default());
        evaluation.map(|evaluation| Measured { snapshot, evaluation, standard, waiting })
    });
    let measured = judged.await.map_err(ApiError::internal)?;
    let measured = Arc::new(measured.map_err(|error| ApiError::NotNow(error.to_string()))?);
    app.measures().keep(key, stamp, &measured);
    Ok(measured)
}

/// The schools that a caller may see; `None`: all of the county.
pub(crate) async fn visible(
    app: &App,
    county: &CountyCode,
    scope: &store::Scope,
) -> Result<Option<BTreeSet<SchoolCode>>, ApiError> {
    if matches!(scope, store::Scope::County) {
        return Ok(None);
    }
    let schools = app.store().schools(county, scope).await?;
    Ok(Some(schools.into_iter().map(|school| school.code).collect()))
}

/// An evaluation as a caller sees it: as it is, or without the schools that are none of his.
pub(crate) fn seen<'a>(
    evaluation: &'a Evaluation,
    visible: Option<&BTreeSet<SchoolCode>>,
) -> Cow<'a, Evaluation> {
    match visible {
        None => Cow::Borrowed(evaluation),
        Some(schools) => Cow::Owned(restricted(evaluation, schools)),
    }
}

/// An evaluation as somebody sees it who may see some schools only: the county's own figures, and
/// of the schools those. Counts over all schools stay; names of others do not.
fn restricted(evaluation: &Evaluation, schools: &BTreeSet<SchoolCode>) -> Evaluation {
    let mut seen = evaluation.clone();
    seen.sections.retain(|section| schools.contains(&section.school));
    seen.excluded.retain(|excluded| schools.contains(&excluded.school));
    let own =
        |school: &Option<SchoolCode>| school.as_ref().is_none_or(|code| schools.contains(code));
    seen.overall.missing.retain(|fact| own(&fact.school));
    seen.overall.reasons.retain(|reason| {
        let mut parts = reason.subject.split(':');
        let section = parts.next() == Some("section");
        let school = parts.next().and_then(|code| SchoolCode::parse(code).ok());
        !section || school.is_some_and(|code| schools.contains(&code))
    });
    for part in seen
        .groups
        .iter_mut()
        .flat_map(|group| &mut group.indicators)
        .flat_map(|indicator| &mut indicator.parts)
    {
        part.failing.retain(|place| own(&place.school));
    }
    seen
}
