//! The roster of a year as everybody works with it: opened once, kept in memory until it changes.

use super::plain;
use crate::{ApiError, App};
use domain::{Catalogue, CountyCode, School, SchoolCode, SchoolYear, Section, Snapshot};
use staffing::count::{self, Counted};
use staffing::rotation::eligibility;
use staffing::{Finding, Roster, RosterRow, Rules, StaffingError, TeacherId};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use store::rosters::{RosterRecord, TeacherRecord};
use store::schools::SchoolState;
use store::{Scope, Which};

/// Rosters, and grounds of them, that are kept in memory.
const KEPT: usize = 6;

/// The roster of a year as it is kept.
#[derive(Debug)]
pub(crate) struct KeptRoster {
    /// The teachers within the scope.
    pub(crate) roster: Arc<Roster>,
    /// The teachers of the whole county: who visits a school belongs to another one. What is counted from
    /// them is kept to the scope by [`KeptRoster::counted`].
    county: Arc<Roster>,
    /// What is wrong with their rows. Nothing personal stands in it.
    pub(crate) findings: Vec<Finding>,
    /// The hash of the whole roster's content: what was computed from it holds while this is the same.
    pub(crate) stamp: String,
    /// For the next edit.
    pub(crate) version: i64,
    /// The schools of all rows within the scope, also of those that could not be read.
    pub(super) places: BTreeMap<TeacherId, SchoolCode>,
}

impl KeptRoster {
    /// What is counted of the schools within the scope, from the teachers of the whole county.
    pub(super) fn counted(&self, snapshot: &Snapshot, rules: &Rules) -> Vec<Counted> {
        let own: BTreeSet<&SchoolCode> = self.roster.teachers().iter().map(|t| &t.school).collect();
        let mut counted = count::count(&self.county, snapshot, rules);
        counted.retain(|counted| own.contains(&counted.school));
        counted
    }

    /// The data with everything that the county's roster counts.
    ///
    /// # Errors
    /// Those of [`count::recount`].
    pub(crate) fn recounted(
        &self,
        snapshot: &Snapshot,
        rules: &Rules,
        catalogue: &Catalogue,
    ) -> Result<Snapshot, StaffingError> {
        count::recount(snapshot, &self.county, rules, catalogue).map(|(after, _)| after)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Key {
    county: CountyCode,
    year: SchoolYear,
}

/// The rosters that were read lately, whole counties each.
#[derive(Debug, Default)]
pub(crate) struct Rosters {
    kept: Mutex<VecDeque<(Key, String, Arc<KeptRoster>)>>,
    grounds: Mutex<VecDeque<(Key, String, Arc<Snapshot>)>>,
    /// Who finds none waits here while another reads it.
    turn: tokio::sync::Mutex<()>,
}

/// What was made from what a stamp names.
fn find<T>(
    kept: &Mutex<VecDeque<(Key, String, Arc<T>)>>,
    key: &Key,
    stamp: &str,
) -> Option<Arc<T>> {
    let kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
    let found = kept.iter().find(|(known, at, _)| known == key && at == stamp);
    found.map(|(.., made)| Arc::clone(made))
}

fn keep<T>(kept: &Mutex<VecDeque<(Key, String, Arc<T>)>>, key: Key, stamp: String, made: &Arc<T>) {
    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
    kept.retain(|(known, ..)| *known != key);
    kept.push_front((key, stamp, Arc::clone(made)));
    kept.truncate(KEPT);
}

/// The roster of a year as a caller may see it; `None` where none is kept.
///
/// # Errors
/// Those of the store; a key that is missing or wrong is one.
pub(crate) async fn kept(
    app: &App,
    county: &CountyCode,
    year: SchoolYear,
    scope: &Scope,
) -> Result<Option<Arc<KeptRoster>>, ApiError> {
    let Some(whole) = whole(app, county, year).await? else { return Ok(None) };
    let Some(visible) = crate::evaluation::measured::visible(app, county, scope).await? else {
        return Ok(Some(whole));
    };
    let teachers = whole.roster.teachers().iter().filter(|t| visible.contains(&t.school)).cloned();
    let mut places = whole.places.clone();
    places.retain(|_, school| visible.contains(school));
    let seen = |finding: &&Finding| {
        finding.teacher.as_ref().is_some_and(|teacher| places.contains_key(teacher))
    };
    Ok(Some(Arc::new(KeptRoster {
        roster: Arc::new(whole.roster.with_teachers(teachers.collect())),
        county: Arc::clone(&whole.county),
        findings: whole.findings.iter().filter(seen).cloned().collect(),
        stamp: whole.stamp.clone(),
        version: whole.version,
        places,
    })))
}

async fn whole(
    app: &App,
    county: &CountyCode,
    year: SchoolYear,
) -> Result<Option<Arc<KeptRoster>>, ApiError> {
    let Some(head) = app.store().roster(county, year).await? else { return Ok(None) };
    let ground = Ground::of(app, county, year).await?;
    let key = Key { county: county.clone(), year };
    let stamp = format!("{}/{}/{}", head.stamp, head.version, ground.stamp);
    if let Some(found) = find(&app.rosters().kept, &key, &stamp) {
        return Ok(Some(found));
    }
    let _turn = app.rosters().turn.lock().await;
    if let Some(found) = find(&app.rosters().kept, &key, &stamp) {
        return Ok(Some(found));
    }
    let Some((head, records)) = app.store().teachers(county, year, &Scope::County).await? else {
        return Ok(None);
    };
    let stamp = format!("{}/{}/{}", head.stamp, head.version, ground.stamp);
    let rules = Arc::clone(&app.knowledge().staffing);
    let read = move || read(&head, &records, &ground.snapshot, &rules);
    let read = tokio::task::spawn_blocking(read).await.map_err(ApiError::internal)??;
    let read = Arc::new(read);
    keep(&app.rosters().kept, key, stamp, &read);
    Ok(Some(read))
}

fn read(
    head: &RosterRecord,
    records: &[TeacherRecord],
    snapshot: &Snapshot,
    rules: &Rules,
) -> Result<KeptRoster, ApiError> {
    let mut rows: Vec<RosterRow> = Vec::with_capacity(records.len());
    let mut places = BTreeMap::new();
    for TeacherRecord { entry, .. } in records {
        rows.push(plain::public(plain::row(&entry.content)?, &entry.number));
        places.insert(TeacherId::from(entry.number.as_str()), entry.school.clone());
    }
    let (roster, findings) = Roster::read(&rows, 1, snapshot, rules, head.day);
    let masked = |finding: Finding| {
        let row = finding.row.and_then(|row| rows.get(row.saturating_sub(1)));
        let mut finding = match row {
            Some(row) => plain::masked(finding, row),
            None => finding,
        };
        // What is quoted may be the name of somebody else.
        if finding.message.contains('“') {
            finding.message = plain::without_names(&finding.message, &roster);
        }
        // The row of a table that nobody has.
        Finding { row: None, ..finding }
    };
    let mut findings: Vec<Finding> = findings.into_iter().map(masked).collect();
    let open = eligibility::open_questions(&roster, rules);
    findings.extend(open.into_iter().map(|finding| Finding { row: None, ..finding }));
    findings.sort();
    let roster = Arc::new(plain::nameless(&roster));
    Ok(KeptRoster {
        county: Arc::clone(&roster),
        roster,
        findings,
        stamp: head.stamp.clone(),
        version: head.version,
        places,
    })
}

/// The schools that a roster is read against: those of the year's data, and those of the register
/// that have not handed in anything yet, with the sections of their kind.
pub(super) struct Ground {
    pub(super) snapshot: Arc<Snapshot>,
    stamp: String,
}

impl Ground {
    pub(super) async fn of(
        app: &App,
        county: &CountyCode,
        year: SchoolYear,
    ) -> Result<Self, ApiError> {
        let (base, stamp) = app.kept().snapshot(app, county, year, Which::Submitted).await?;
        let schools = app.store().schools(county, &Scope::County).await?;
        let versions: i64 = schools.iter().map(|school| school.version).sum();
        let stamp = format!("{stamp}/{}.{versions}", schools.len());
        let open = schools.into_iter().filter(|school| school.state == SchoolState::Open);
        let silent: Vec<_> =
            open.filter(|s| base.school(&s.code).is_none_or(|s| s.sections.is_empty())).collect();
        if silent.is_empty() {
            return Ok(Self { snapshot: base, stamp });
        }
        let key = Key { county: county.clone(), year };
        if let Some(snapshot) = find(&app.rosters().grounds, &key, &stamp) {
            return Ok(Self { snapshot, stamp });
        }
        let mut draft = base.to_draft();
        for school in silent {
            draft.schools.retain(|known| known.code != school.code);
            let section =
                |stage| Section { stage, attached: false, facts: domain::Facts::default() };
            draft.schools.push(School {
                sections: school.kind.stages().iter().copied().map(section).collect(),
                code: school.code,
                name: school.name,
                kind: school.kind,
                parent: None,
                facts: domain::Facts::default(),
                classes: Vec::new(),
                rooms: Vec::new(),
            });
        }
        let catalogue: &Catalogue = &app.knowledge().catalogue;
        let snapshot = draft.seal(catalogue).map_err(ApiError::internal)?;
        let snapshot = Arc::new(snapshot);
        keep(&app.rosters().grounds, key, stamp.clone(), &snapshot);
        Ok(Self { snapshot, stamp })
    }
}
