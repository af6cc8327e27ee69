//! What documents say of a year's rotation: the run that was shown to the public, where it stands, its
//! objections; and, for personal documents, full names out of the roster.
//!
//! Must not know: how a rotation is found, how a paper looks.

use crate::{ApiError, App};
use document::rotation::{Objection, Reply, Rotation, Run, Standing};
use domain::{CountyCode, SchoolCode, SchoolYear, Snapshot, hex};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use staffing::{PersonName, TeacherId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::Scope;
use store::rotations::{RotationRecord, RotationState, RunRecord};
use store::rotations_notices::{NoticeRecord, NoticeState};
use store::rotations_objections::{Decision, ObjectionRecord, ObjectionState};

/// As much of a kept run as is needed here.
#[derive(Deserialize)]
struct Kept {
    result: Option<Run>,
    rules: (String, String),
}

/// Which rotation, and with whose names.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Asked {
    /// Its id; `None`: the newest of the year that was ever shown.
    pub(super) rotation: Option<i64>,
    /// Are full names asked for?
    pub(super) names: bool,
}

/// The rotation that a year's documents speak of, with its id; `None` where none was ever shown to the public.
///
/// # Errors
/// Those of the database; of the key, where full names are asked for.
pub(super) async fn rotation(
    app: &App,
    county: &CountyCode,
    year: SchoolYear,
    snapshot: &Snapshot,
    asked: Asked,
) -> Result<Option<(i64, Arc<Rotation>)>, ApiError> {
    for record in app.store().rotations(county, year).await? {
        let meant = asked.rotation.is_none_or(|id| id == record.id);
        if !meant || record.state == RotationState::Void {
            continue;
        }
        // Newest first: what is shown, was decided, or was shown last.
        let notices = app.store().notices(county, record.id).await?;
        let Some(notice) = notices.first() else { continue };
        let (run, _, kept) = app.store().rotation_run(county, record.id, notice.run).await?;
        let read = tokio::task::spawn_blocking(move || serde_json::from_str::<Kept>(&kept));
        let kept = read.await.map_err(ApiError::internal)?.map_err(ApiError::internal)?;
        let Some(result) = kept.result else { continue };
        let objections = app.store().objections(county, record.id, &Scope::County).await?;
        let names = if asked.names {
            let of_moves = result.moves.iter().map(|found| found.teacher.clone());
            let of_objections = objections.iter().map(|o| TeacherId::from(o.teacher.as_str()));
            names(app, county, year, &of_moves.chain(of_objections).collect()).await?
        } else {
            BTreeMap::new()
        };
        let school = |code: &SchoolCode| {
            let found = snapshot.schools().iter().find(|school| school.code == *code);
            found.map_or_else(|| code.to_string(), |school| school.name.clone())
        };
        let rotation = Rotation {
            id: format!("{}-{}", record.id, run.run),
            title: record.title.clone(),
            hash: hash(&run),
            rules: kept.rules,
            standing: standing(&record),
            notice: Some((notice.from, notice.until)),
            adopted: adopted(notice),
            run: result,
            names,
            objections: objections.iter().map(|o| objection(o, school)).collect(),
        };
        return Ok(Some((record.id, Arc::new(rotation))));
    }
    Ok(None)
}

const fn standing(record: &RotationRecord) -> Standing {
    match record.state {
        RotationState::Published => Standing::Published,
        RotationState::Adopted => Standing::Adopted,
        RotationState::Closed => Standing::Closed,
        RotationState::Draft | RotationState::Void => Standing::Draft,
    }
}

fn adopted(notice: &NoticeRecord) -> Option<jiff::civil::Date> {
    (notice.state == NoticeState::Adopted).then(|| crate::clock::day(notice.at))
}

/// What a run was computed from, as one hash: the same hash, the same list.
fn hash(run: &RunRecord) -> String {
    let mut hasher = Sha256::new();
    for part in [&run.mode, &run.asked, &run.roster, &run.snapshot, &run.standard, &run.rules] {
        hasher.update(part.len().to_string());
        hasher.update(":");
        hasher.update(part);
    }
    hex(&hasher.finalize())
}

/// Full names of these teachers, as far as the roster has them.
async fn names(
    app: &App,
    county: &CountyCode,
    year: SchoolYear,
    wanted: &BTreeSet<TeacherId>,
) -> Result<BTreeMap<TeacherId, PersonName>, ApiError> {
    let kept = crate::teachers::kept(app, county, year, &Scope::County).await?;
    let Some(kept) = kept else { return Ok(BTreeMap::new()) };
    let teachers = kept.roster.teachers().iter().filter(|teacher| wanted.contains(&teacher.id));
    Ok(teachers.map(|teacher| (teacher.id.clone(), teacher.name.clone())).collect())
}

fn objection(record: &ObjectionRecord, school: impl Fn(&SchoolCode) -> String) -> Objection {
    let answered = record.state != ObjectionState::Open;
    let reply = answered.then(|| Reply {
        upheld: record.state == ObjectionState::Upheld,
        // Without the key the reason is a gap, not an empty one.
        text: record.words.as_ref().map_or_else(String::new, |words| words.reply.clone()),
        decision: match &record.decision {
            Some(Decision::Fixed(code)) if *code == record.school => {
                format!("该教师留任{}", school(code))
            }
            Some(Decision::Fixed(code)) => format!("该教师安排到{}", school(code)),
            Some(Decision::Forbidden(code)) => format!("不再安排该教师到{}", school(code)),
            None => String::new(),
        },
        on: crate::clock::day(record.at),
    });
    Objection {
        number: record.number,
        teacher: TeacherId::from(record.teacher.as_str()),
        masked: record.name.clone(),
        school: record.school.clone(),
        school_name: school(&record.school),
        kind: crate::rotations::kind_zh(&record.kind),
        raised: crate::clock::day(record.raised_at),
        reply,
    }
}
