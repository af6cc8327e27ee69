//! What is counted from the roster, beside what the forms say, and how it gets into the forms: as
//! edits of their drafts, so that signing and approving stay what they are.

use super::dto::{RosterFinding, school_name};
use super::kept::{Ground, KeptRoster, kept};
use crate::body::{Body, Of, Params};
use crate::evaluation::asked::known_year;
use crate::evaluation::measured::standard_of_year;
use crate::{ApiError, App, Signed};
use axum::Json;
use axum::extract::State;
use domain::{Catalogue, Exact, Origin, SchoolCode, SchoolYear, Snapshot, Stage, Value};
use serde::{Deserialize, Serialize};
use staffing::count::{self, Counted};
use staffing::{Rules, TeacherId};
use standard::{Evaluation, Options};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::collections::MAIN;
use store::drafts::FieldEdit;
use store::moves::Move;
use store::{FormKey, StoreError};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(counts)).routes(routes!(apply))
}

/// The indicators of the standard about people, computed by the judge.
const INDICATORS: [&str; 3] = ["L1", "L2", "L3"];
/// Shares: code, name, numerator, denominator.
const SHARES: [(&str, &str, &str, &str); 4] = [
    ("certified_share", "教师资格证持证率", "teachers_certified", "teachers"),
    ("trained_share", "五年 360 学时完成率", "teachers_trained", "teachers"),
    (
        "rotated_share",
        "交流教师占符合条件教师的比例",
        "teachers_rotated",
        "teachers_rotation_eligible",
    ),
    (
        "rotated_backbone_share",
        "骨干教师占交流教师的比例",
        "teachers_rotated_backbone",
        "teachers_rotated",
    ),
];

/// A figure of a section as counted from the roster and as the form says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({
    "school": "3418230001", "school_name": "实验小学", "stage": "primary",
    "item": "teachers_backbone", "zh": "县级及以上骨干教师数", "unit": "人", "counted": "9",
    "why_missing": null, "reported": "10", "same": false, "teachers": 9,
}))]
struct RosterCount {
    school: String,
    school_name: String,
    #[schema(value_type = String)]
    stage: Stage,
    /// 数据项；`L1`、`L2`、`L3` 为指标，`…_share` 为比例
    item: String,
    zh: String,
    unit: String,
    /// 名册统计数；null 为无法统计
    counted: Option<String>,
    /// 无法统计的原因
    why_missing: Option<String>,
    /// 报表中的数；null 为缺数
    reported: Option<String>,
    /// 两数是否相同
    same: bool,
    /// 数字背后的人数，名单见 `/api/years/{year}/teachers?item=…&school=…`
    teachers: usize,
}

/// The item whose teachers belong to other schools than the one where they are counted.
pub(super) const VISITING: &str = "teachers_visiting";

/// Which teachers stand behind a figure, of one school where it is said; items of the catalogue,
/// indicators and shares alike.
pub(super) fn behind(
    kept: &KeptRoster,
    snapshot: &Snapshot,
    rules: &Rules,
    item: &str,
    school: Option<&str>,
) -> Option<BTreeSet<TeacherId>> {
    let counted = kept.counted(snapshot, rules);
    let share = SHARES.iter().find(|share| share.0 == item);
    if share.is_none()
        && !INDICATORS.contains(&item)
        && !count::items(rules).iter().any(|i| i == item)
    {
        return None;
    }
    let there = |counted: &Counted| school.is_none_or(|school| counted.school.as_str() == school);
    let own = counted.into_iter().filter(there).filter(|counted| match share {
        Some(share) => counted.item == share.2,
        None if INDICATORS.contains(&item) => {
            parts(item, counted.stage, rules).contains(&counted.item)
        }
        None => counted.item == item,
    });
    Some(own.flat_map(|counted| counted.teachers).collect())
}

/// The counted items that an indicator is made of.
fn parts(indicator: &str, stage: Stage, rules: &Rules) -> Vec<String> {
    let degrees: &[&str] = match stage {
        Stage::Primary => {
            &["teachers_doctor", "teachers_master", "teachers_bachelor", "teachers_college"]
        }
        _ => &["teachers_doctor", "teachers_master", "teachers_bachelor"],
    };
    match indicator {
        "L1" => degrees.iter().map(|item| (*item).to_owned()).collect(),
        "L2" => vec!["teachers_backbone".to_owned()],
        _ => rules.subjects.iter().filter_map(|subject| subject.item.clone()).collect(),
    }
}

/// Where the form says something else than the roster, with the school.
pub(super) fn differences(app: &App, kept: &KeptRoster, snapshot: &Snapshot) -> Vec<RosterFinding> {
    let knowledge = app.knowledge();
    let counted = kept.counted(snapshot, &knowledge.staffing);
    let mut all = Vec::new();
    for one in &counted {
        let findings =
            count::differences(std::slice::from_ref(one), snapshot, &knowledge.catalogue);
        let of = |finding| RosterFinding::of(finding, Some(&one.school), snapshot);
        all.extend(findings.iter().map(of));
    }
    let uncounted = count::uncounted(&kept.roster, &knowledge.staffing);
    all.extend(uncounted.iter().map(|finding| RosterFinding::of(finding, None, snapshot)));
    all
}

/// Everything that the figures of a year are made from.
struct Bench {
    snapshot: Arc<Snapshot>,
    counted: Vec<Counted>,
    /// The judge on the forms, and on the forms with the roster's figures.
    judged: Option<(Evaluation, Evaluation)>,
}

impl Bench {
    async fn of(app: &App, signed: &Signed, year: SchoolYear) -> Result<Option<Self>, ApiError> {
        let county = signed.county();
        let Some(kept) = kept(app, county, year, signed.scope()).await? else { return Ok(None) };
        let snapshot = Ground::of(app, county, year).await?.snapshot;
        let standard = standard_of_year(app, county, year, None).await?;
        let rules = Arc::clone(&app.knowledge().staffing);
        let catalogue = Arc::clone(&app.knowledge().catalogue);
        let work = move || {
            let counted = kept.counted(&snapshot, &rules);
            let after = kept.recounted(&snapshot, &rules, &catalogue);
            let options = Options::default();
            // A standard that does not hold for the year judges nothing; the counts stand.
            let judged = after.ok().and_then(|after| {
                let before = standard::evaluate(&snapshot, &standard, &options).ok()?;
                Some((before, standard::evaluate(&after, &standard, &options).ok()?))
            });
            Self { snapshot, counted, judged }
        };
        let bench = tokio::task::spawn_blocking(work).await.map_err(ApiError::internal)?;
        Ok(Some(bench))
    }

    fn line(&self, of: &Counted, catalogue: &Catalogue) -> Option<RosterCount> {
        let (id, item) = catalogue.find(&of.item)?;
        let section = self.snapshot.school(&of.school)?.section(of.stage)?;
        let reported = section.facts.value(id).and_then(Value::number);
        Some(RosterCount {
            zh: item.zh.clone(),
            unit: item.unit.to_string(),
            counted: of.value.map(|value| value.normalize().to_string()),
            why_missing: why(of),
            reported: reported.map(|value| value.normalize().to_string()),
            same: of.value.is_some() && of.value == reported,
            teachers: of.teachers.len(),
            ..self.begun(&of.school, of.stage, &of.item)
        })
    }

    fn begun(&self, school: &SchoolCode, stage: Stage, item: &str) -> RosterCount {
        RosterCount {
            school: school.to_string(),
            school_name: school_name(&self.snapshot, school),
            stage,
            item: item.to_owned(),
            zh: String::new(),
            unit: String::new(),
            counted: None,
            why_missing: None,
            reported: None,
            same: false,
            teachers: 0,
        }
    }

    /// The shares and indicators of a section, from its counted items.
    fn derived(
        &self,
        (school, stage): (&SchoolCode, Stage),
        items: &BTreeMap<&str, &Counted>,
        app: &App,
    ) -> Vec<RosterCount> {
        let (rules, catalogue) = (&app.knowledge().staffing, &app.knowledge().catalogue);
        let mut lines = Vec::new();
        for (code, zh, above, below) in SHARES {
            let (Some(top), Some(bottom)) = (items.get(above), items.get(below)) else { continue };
            let share = |top: Option<_>, bottom: Option<_>| {
                let share = Exact::from(top?).checked_div(&Exact::from(bottom?))?;
                Some((&share * &Exact::from(100)).to_fixed(2))
            };
            let form = |item: &str| {
                let section = self.snapshot.school(school)?.section(stage)?;
                section.facts.value(catalogue.find(item)?.0).and_then(Value::number)
            };
            let (counted, reported) =
                (share(top.value, bottom.value), share(form(above), form(below)));
            lines.push(RosterCount {
                zh: zh.to_owned(),
                unit: "%".to_owned(),
                same: counted.is_some() && counted == reported,
                why_missing: why(top)
                    .or_else(|| why(bottom))
                    .or_else(|| counted.is_none().then(|| "分母为零，没有比例".to_owned())),
                counted,
                reported,
                teachers: top.teachers.len(),
                ..self.begun(school, stage, code)
            });
        }
        let Some((before, after)) = &self.judged else { return lines };
        let found = |evaluation: &Evaluation, code: &str| {
            let sections = evaluation.sections.iter();
            let mut own = sections.filter(|s| s.school == *school && s.stage == stage);
            own.next().and_then(|section| section.value(code).cloned())
        };
        for info in after.indicators.iter().filter(|i| INDICATORS.contains(&i.code.as_str())) {
            let (Some(new), Some(old)) = (found(after, &info.code), found(before, &info.code))
            else {
                continue;
            };
            let shown = |figure: &Option<standard::evaluation::Figure>| {
                figure.as_ref().map(|figure| figure.shown.clone())
            };
            let behind = parts(&info.code, stage, rules);
            let teachers: BTreeSet<&TeacherId> = behind
                .iter()
                .filter_map(|item| items.get(item.as_str()))
                .flat_map(|counted| &counted.teachers)
                .collect();
            lines.push(RosterCount {
                zh: info.zh.clone(),
                unit: info.unit.to_string(),
                counted: shown(&new.value),
                why_missing: new.reason.clone(),
                reported: shown(&old.value),
                same: new.value.is_some() && new.value == old.value,
                teachers: teachers.len(),
                ..self.begun(school, stage, &info.code)
            });
        }
        lines
    }
}

fn why(counted: &Counted) -> Option<String> {
    let unknown = counted.unknown.len();
    (counted.value.is_none()).then(|| format!("名册中有 {unknown} 人未填或读不懂，无法统计"))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct OfSchool {
    /// 学校标识码；不给时为管理范围内的各校
    school: Option<String>,
}

/// 名册统计数与报表的对照
///
/// 每所学校每个学段：数据项、持证率、360 学时完成率、交流比例和指标 L1–L3，以及数字背后的人数。
#[utoipa::path(get, path = "/api/years/{year}/roster/counts", tag = "roster",
    params(("year" = i16, Path, description = "学年的起始年份", example = 2024), OfSchool),
    responses((status = 200, body = Vec<RosterCount>)))]
async fn counts(
    State(app): State<App>,
    signed: Signed,
    Of(year): Of<i16>,
    Params(of): Params<OfSchool>,
) -> Result<Json<Vec<RosterCount>>, ApiError> {
    let year = known_year(&app, &signed, year).await?;
    let Some(bench) = Bench::of(&app, &signed, year).await? else { return Ok(Json(Vec::new())) };
    let mut sections: BTreeMap<(&SchoolCode, Stage), BTreeMap<&str, &Counted>> = BTreeMap::new();
    let wanted = |school: &SchoolCode| of.school.as_ref().is_none_or(|own| own == school.as_str());
    for counted in bench.counted.iter().filter(|counted| wanted(&counted.school)) {
        let section = sections.entry((&counted.school, counted.stage)).or_default();
        section.insert(&counted.item, counted);
    }
    let mut lines = Vec::new();
    for (section, items) in &sections {
        lines.extend(bench.derived(*section, items, &app));
        let catalogue = &app.knowledge().catalogue;
        lines.extend(items.values().filter_map(|counted| bench.line(counted, catalogue)));
    }
    Ok(Json(lines))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"check": true}))]
struct RosterApply {
    /// 只看会写入什么，不写入
    #[serde(default)]
    check: bool,
}

/// What writing the counted figures into the forms did.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(example = json!({
    "written": [{"school": "3418230001", "school_name": "实验小学", "figures": 4}],
    "locked": [{"school": "3418230002", "school_name": "城关中学", "why": "目前为“已审定”，不能保存"}],
}))]
struct RosterApplied {
    /// 写入草稿的学校和数据项数；没有不同的学校不列出
    written: Vec<AppliedSchool>,
    /// 不能写入的学校
    locked: Vec<RefusedSchool>,
}

#[derive(Debug, Serialize, ToSchema)]
struct AppliedSchool {
    school: String,
    school_name: String,
    figures: usize,
}

#[derive(Debug, Serialize, ToSchema)]
struct RefusedSchool {
    school: String,
    school_name: String,
    why: String,
}

/// 把名册统计数写入各校填报单的草稿
///
/// 写入的数据来源为“由教师名册统计”，仍由学校核对、提交、签发和审定；已提交、已审定或锁定的填报单不动，
/// 逐校列出。名册不能统计的数据项保留原数。
#[utoipa::path(post, path = "/api/years/{year}/roster/apply", tag = "roster",
    params(("year" = i16, Path, description = "学年的起始年份", example = 2024)),
    request_body = RosterApply, responses((status = 200, body = RosterApplied)))]
async fn apply(
    State(app): State<App>,
    signed: Signed,
    Of(year): Of<i16>,
    Body(how): Body<RosterApply>,
) -> Result<Json<RosterApplied>, ApiError> {
    let year = known_year(&app, &signed, year).await?;
    let found = Bench::of(&app, &signed, year).await?;
    let bench = found.ok_or_else(|| ApiError::NotFound(format!("{year} 学年教师名册")))?;
    let collections = app.store().collections(signed.county(), year).await?;
    let asked = collections.into_iter().find(|collection| collection.code == MAIN);
    let asked = asked.map(|collection| collection.plan.items).unwrap_or_default();
    let mut schools: BTreeMap<&SchoolCode, Vec<&Counted>> = BTreeMap::new();
    for counted in &bench.counted {
        if asked.is_empty() || asked.contains(&counted.item) {
            schools.entry(&counted.school).or_default().push(counted);
        }
    }
    let mut applied = RosterApplied::default();
    for (school, counted) in schools {
        let (code, name) = (school.to_string(), school_name(&bench.snapshot, school));
        match put(&app, &signed, year, school, &counted, how.check).await {
            Ok(0) => {}
            Ok(figures) => {
                applied.written.push(AppliedSchool { school: code, school_name: name, figures });
            }
            Err(
                error @ (StoreError::Refused { .. }
                | StoreError::NotFound(_)
                | StoreError::Conflict { .. }
                | StoreError::CollectionClosed(_)
                | StoreError::YearLocked(_)),
            ) => {
                let why = error.to_string();
                applied.locked.push(RefusedSchool { school: code, school_name: name, why });
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Json(applied))
}

/// Puts the counted figures of a school into its draft; how many are different.
async fn put(
    app: &App,
    signed: &Signed,
    year: SchoolYear,
    school: &SchoolCode,
    counted: &[&Counted],
    check: bool,
) -> Result<usize, StoreError> {
    let key = FormKey::new(signed.county(), year, MAIN, Some(school));
    let form = app.store().form(&key, signed.scope()).await?;
    let there: BTreeMap<(&str, &str), &Value> = form
        .fields
        .iter()
        .filter_map(|field| {
            Some(((field.place.as_str(), field.item.as_str()), &field.fact.as_ref()?.value))
        })
        .collect();
    let places: BTreeSet<&str> = form.places.iter().map(|place| place.key.as_str()).collect();
    let mut edits = Vec::new();
    for one in counted.iter().filter(|one| places.contains(one.stage.code())) {
        let Some(value) = one.value else { continue };
        let new = Value::Number(value.normalize());
        let old = there.get(&(one.stage.code(), one.item.as_str()));
        if old.and_then(|old| old.number()) != Some(value) {
            edits.push(FieldEdit {
                place: one.stage.code().to_owned(),
                item: one.item.clone(),
                value: Some(new),
                origin: Some(Origin::Derived { how: Arc::from(count::HOW) }),
            });
        }
    }
    if edits.is_empty() {
        return Ok(0);
    }
    let (state, step) = (form.submission.state, Move::Save);
    if state.after(step).is_none() {
        return Err(StoreError::Refused { what: key.title(), state, step });
    }
    if !check {
        let (catalogue, scope, by) = (&app.knowledge().catalogue, signed.scope(), signed.by());
        let seen = form.submission.version;
        app.store().save(&key, &[], &edits, seen, catalogue, scope, &by).await?;
    }
    Ok(edits.len())
}
