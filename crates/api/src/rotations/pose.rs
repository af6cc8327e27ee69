//! What a rotation starts from: the approved data of its year with the roster's counts, the posts, the
//! rules, and the settings with wishes and decisions.

use super::wishes::WishRow;
use crate::evaluation::measured::{Measured, measured, standard_of_year};
use crate::teachers::{KeptRoster, kept};
use crate::{ApiError, App, FieldProblem};
use domain::{CountyCode, SchoolCode, SchoolYear, Snapshot};
use serde_json::Value;
use staffing::posts::{SectionPosts, posts};
use staffing::rotation::settings::Fixed;
use staffing::rotation::{Problem, Settings};
use staffing::{Roster, Rules, TeacherId, count};
use standard::{Options, Standard};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::rotations::{RotationRecord, RunRecord};
use store::rotations_objections::{Decision, ObjectionRecord, ObjectionState};
use store::{Scope, Which};

/// The longest text of settings, bytes.
const LONGEST: usize = 1 << 20;

/// The data, the teachers, the rules.
#[derive(Clone)]
pub(crate) struct Ground {
    /// The approved data, as they are kept.
    pub(crate) measured: Arc<Measured>,
    /// The same with what the roster counts.
    pub(crate) snapshot: Arc<Snapshot>,
    pub(crate) roster: Arc<Roster>,
    pub(crate) kept: Arc<KeptRoster>,
    pub(crate) posts: Arc<[SectionPosts]>,
    pub(crate) rules: Arc<Rules>,
}

/// What names the content that a result rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stamps {
    pub(super) roster: String,
    pub(super) snapshot: String,
    pub(super) standard: String,
    pub(super) rules: String,
    /// The settings with wishes and decisions.
    pub(super) asked: String,
}

impl Stamps {
    /// What has changed since a run, in words.
    pub(super) fn changed(&self, run: &RunRecord) -> Vec<&'static str> {
        let pairs = [
            (&self.roster, &run.roster, "名册已变化"),
            (&self.snapshot, &run.snapshot, "审定数据已变化"),
            (&self.standard, &run.standard, "标准已变化"),
            (&self.rules, &run.rules, "规则包已变化"),
            (&self.asked, &run.asked, "设置、志愿或异议决定已变化"),
        ];
        pairs.into_iter().filter(|(now, then, _)| now != then).map(|(_, _, zh)| zh).collect()
    }
}

fn no_roster(year: SchoolYear) -> ApiError {
    ApiError::NotNow(format!("还没有 {year} 学年的教师名册；请先在“名册”页导入"))
}

/// The roster of a year; without one nothing can be said of its teachers.
///
/// # Errors
/// [`ApiError::NotNow`] where there is none; those of the store.
pub(crate) async fn roster(
    app: &App,
    county: &CountyCode,
    year: SchoolYear,
) -> Result<Arc<KeptRoster>, ApiError> {
    kept(app, county, year, &Scope::County).await?.ok_or_else(|| no_roster(year))
}

/// The approved data of a year.
///
/// # Errors
/// [`ApiError::NotNow`] where there are none.
pub(crate) async fn approved(
    app: &App,
    county: &CountyCode,
    year: SchoolYear,
) -> Result<Arc<Measured>, ApiError> {
    let standard = standard_of_year(app, county, year, None).await?;
    let measured = measured(app, county, year, Which::Approved, &standard).await?;
    if measured.snapshot.schools().is_empty() {
        let why = format!("没有 {year} 学年的审定数据；请先导入或审定该学年的数据");
        return Err(ApiError::NotNow(why));
    }
    Ok(measured)
}

/// What a rotation of a year starts from.
///
/// # Errors
/// [`ApiError::NotNow`] without approved data or without a roster.
pub(crate) async fn ground(
    app: &App,
    county: &CountyCode,
    year: SchoolYear,
) -> Result<Ground, ApiError> {
    let measured = approved(app, county, year).await?;
    let kept = roster(app, county, year).await?;
    let rules = Arc::clone(&app.knowledge().staffing);
    let work = move || {
        let catalogue = measured.standard.catalogue();
        let recounted = count::recount(&measured.snapshot, &kept.roster, &rules, catalogue);
        let (snapshot, _) = recounted.map_err(|error| ApiError::NotNow(error.to_string()))?;
        // Of schools whose data do not count yet nobody is asked to move.
        let roster = Arc::new(kept.roster.within(&snapshot));
        let posts = posts(&snapshot, catalogue, Some(&roster), &rules);
        let (snapshot, posts) = (Arc::new(snapshot), posts.into());
        Ok(Ground { measured, snapshot, roster, kept, posts, rules })
    };
    tokio::task::spawn_blocking(work).await.map_err(ApiError::internal)?
}

impl Ground {
    /// The rotation to be found.
    pub(super) fn problem(&self, settings: Settings) -> Result<Problem, staffing::StaffingError> {
        Problem::new(
            Arc::clone(&self.snapshot),
            Arc::clone(&self.roster),
            Arc::clone(&self.rules),
            Arc::clone(&self.measured.standard),
            Options::default(),
            settings,
            &self.posts,
        )
    }

    /// The names of the schools.
    pub(crate) fn names(&self) -> BTreeMap<SchoolCode, String> {
        names(&self.snapshot)
    }

    pub(super) fn stamps(&self, asked: &str) -> Stamps {
        stamps(&self.measured, &self.kept, &self.rules, asked)
    }
}

fn stamps(measured: &Measured, kept: &KeptRoster, rules: &Rules, asked: &str) -> Stamps {
    Stamps {
        roster: kept.stamp.clone(),
        snapshot: measured.snapshot.hash().to_owned(),
        standard: measured.standard.hash().to_owned(),
        rules: rules.hash.clone(),
        asked: asked.to_owned(),
    }
}

/// What names the content that a result of now would rest on; `None` where data or roster are gone.
pub(super) async fn stamps_now(
    app: &App,
    county: &CountyCode,
    year: SchoolYear,
    asked: &str,
) -> Result<Option<Stamps>, ApiError> {
    let measured = match approved(app, county, year).await {
        Ok(measured) => measured,
        Err(ApiError::NotNow(_) | ApiError::NotFound(_)) => return Ok(None),
        Err(error) => return Err(error),
    };
    let kept = kept(app, county, year, &Scope::County).await?;
    Ok(kept.map(|kept| stamps(&measured, &kept, &app.knowledge().staffing, asked)))
}

/// The names of the schools of some data.
pub(crate) fn names(snapshot: &Snapshot) -> BTreeMap<SchoolCode, String> {
    let all = snapshot.schools().iter();
    all.map(|school| (school.code.clone(), school.name.clone())).collect()
}

/// What a reply decides, with the number of its objection.
pub(super) fn decisions(objections: &[ObjectionRecord]) -> Vec<(&ObjectionRecord, &Decision)> {
    let mut upheld: Vec<_> = objections
        .iter()
        .filter(|objection| objection.state == ObjectionState::Upheld)
        .filter_map(|objection| Some((objection, objection.decision.as_ref()?)))
        .collect();
    // The last word on a teacher holds.
    upheld.sort_by_key(|(objection, _)| (objection.at, objection.number));
    upheld
}

/// Why a decision binds; it may be read in public, so it says nothing of the ground.
pub(super) fn reason(objection: &ObjectionRecord) -> String {
    format!("采纳第 {} 号异议", objection.number)
}

/// The settings as a run uses them: with the wishes, and with what replies have decided.
pub(super) fn compose(
    mut settings: Settings,
    wishes: &[WishRow],
    objections: &[ObjectionRecord],
) -> Settings {
    settings.preferences = wishes
        .iter()
        .map(|row| {
            let codes = row.schools.iter().filter_map(|code| SchoolCode::parse(code).ok());
            (TeacherId::from(row.teacher.as_str()), codes.collect::<Vec<_>>())
        })
        .filter(|(_, schools)| !schools.is_empty())
        .collect();
    for (objection, decision) in decisions(objections) {
        let teacher = TeacherId::from(objection.teacher.as_str());
        match decision {
            Decision::Fixed(school) => {
                settings.fixed.retain(|fixed| fixed.teacher != teacher);
                settings.forbidden.remove(&(teacher.clone(), school.clone()));
                let (school, reason) = (school.clone(), reason(objection));
                settings.fixed.push(Fixed { teacher, school, reason });
            }
            Decision::Forbidden(school) => {
                let barred = |fixed: &Fixed| fixed.teacher == teacher && fixed.school == *school;
                settings.fixed.retain(|fixed| !barred(fixed));
                settings.forbidden.insert((teacher, school.clone()));
            }
        }
    }
    settings
}

/// The name of some settings: their content.
pub(super) fn tag(settings: &Settings) -> Result<String, ApiError> {
    let text = serde_json::to_vec(settings).map_err(ApiError::internal)?;
    Ok(crate::body::etag(&text))
}

/// The settings that are kept with a rotation.
pub(super) fn settings_of(record: &RotationRecord) -> Result<Settings, ApiError> {
    serde_json::from_str(&record.settings).map_err(|error| {
        let why = format!("方案的设置由另一版程序写成，本程序读不懂（{error}）；请重新设置");
        ApiError::NotNow(why)
    })
}

/// Reads settings that somebody has sent.
///
/// # Errors
/// [`ApiError::Fields`] for what is no setting, or means nothing.
pub(super) fn read(value: &Value) -> Result<Settings, ApiError> {
    let text = value.to_string();
    if text.len() > LONGEST {
        return Err(ApiError::field("settings", format!("设置不能超过 {LONGEST} 字节")));
    }
    let read: Settings = serde_json::from_str(&text)
        .map_err(|error| ApiError::field("settings", format!("设置读不懂（{error}）")))?;
    let mut problems = Vec::new();
    let mut say = |field: &str, message: String| {
        problems.push(FieldProblem::new(format!("settings.{field}"), message));
    };
    if !read.preferences.is_empty() {
        say("preferences", "志愿不写在设置中；请用“志愿”".to_owned());
    }
    for (field, message) in read.faults() {
        say(field, message);
    }
    if problems.is_empty() { Ok(read) } else { Err(ApiError::Fields(problems)) }
}

/// The standard that judges; for what is said of it.
pub(super) fn standard_ref(standard: &Standard, judged: &Measured) -> (String, String) {
    (standard.id().to_owned(), judged.evaluation.standard.version.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;
    use staffing::rules;

    fn school(n: u8) -> SchoolCode {
        SchoolCode::parse(&format!("341823000{n}")).unwrap()
    }

    fn upheld(number: i64, teacher: &str, decision: Decision) -> ObjectionRecord {
        ObjectionRecord {
            number,
            notice: 1,
            teacher: teacher.to_owned(),
            name: "王*".to_owned(),
            school: school(1),
            kind: "facts".to_owned(),
            state: ObjectionState::Upheld,
            decision: Some(decision),
            words: None,
            raised_by: String::new(),
            raised_at: Timestamp::UNIX_EPOCH,
            version: 2,
            by: String::new(),
            at: Timestamp::from_second(number).unwrap(),
        }
    }

    fn settings() -> Settings {
        let rules = rules::load(&packs::PackSource::embedded(), "cn-county-2024").unwrap();
        Settings::of(&rules.rotation)
    }

    #[test]
    fn the_last_word_on_a_teacher_binds_the_next_run() {
        let of = |n: u8| Fixed { teacher: "T1".into(), school: school(n), reason: String::new() };
        let set = Settings { fixed: vec![of(3)], ..settings() };
        let one = upheld(1, "T1", Decision::Forbidden(school(2)));
        let two = upheld(2, "T1", Decision::Fixed(school(1)));
        let three = upheld(3, "T2", Decision::Forbidden(school(4)));
        let mut rejected = upheld(4, "T3", Decision::Fixed(school(1)));
        rejected.state = ObjectionState::Rejected;
        let all = [three, rejected, two.clone(), one.clone()];
        let found = compose(set.clone(), &[], &all);
        let fixed: Vec<_> = found.fixed.iter().map(|f| (&*f.teacher.0, f.school.clone())).collect();
        assert_eq!(fixed, [("T1", school(1))]);
        assert_eq!(found.fixed[0].reason, "采纳第 2 号异议");
        assert!(found.forbidden.contains(&("T2".into(), school(4))));
        assert!(found.forbidden.contains(&("T1".into(), school(2))));
        assert_ne!(tag(&found).unwrap(), tag(&set).unwrap());
        // The same school, first fixed and then barred: the bar holds.
        let barred = upheld(5, "T1", Decision::Forbidden(school(1)));
        let found = compose(set, &[], &[two, barred, one]);
        assert!(found.fixed.is_empty() && found.forbidden.contains(&("T1".into(), school(1))));
    }

    #[test]
    fn settings_that_mean_nothing_are_refused_at_their_place() {
        let whole = serde_json::to_value(settings()).unwrap();
        assert_eq!(read(&whole).unwrap(), settings());
        let places = |change: &dyn Fn(&mut Value)| -> Vec<String> {
            let mut value = whole.clone();
            change(&mut value);
            match read(&value).unwrap_err() {
                ApiError::Fields(fields) => fields.into_iter().map(|f| f.field).collect(),
                other => vec![other.to_string()],
            }
        };
        assert_eq!(places(&|v| v["commute"] = "-1".into()), ["settings.commute"]);
        assert_eq!(places(&|v| v["shares"][0]["at_least"] = "1.2".into()), ["settings.shares"]);
        assert_eq!(places(&|v| v["limits"]["seconds"] = 0.into()), ["settings.limits.seconds"]);
        assert_eq!(places(&|v| v["detour"] = "0.5".into()), ["settings.detour"]);
        assert_eq!(places(&|v| v["nothing"] = true.into()), ["settings"]);
        let wish = |v: &mut Value| v["preferences"]["T1"] = serde_json::json!(["3418230002"]);
        assert_eq!(places(&wish), ["settings.preferences"]);
    }
}
