//! A form as a page shows it: fields in groups, with last year's value, origin, version and findings.

use super::kept::Counts;
use super::live::{self, Against, Asked, LiveFinding};
use super::outliers::FieldExplained;
use super::remind::FormReminded;
use super::{Subject, Within, collection_of, moves, values};
use crate::body::{Of, Params, tagged};
use crate::evaluation::measured::standard_of_year;
use crate::{ApiError, App, Signed};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use domain::{Catalogue, Item, ItemKind, Level, Snapshot, Stage};
use jiff::Timestamp;
use serde::Serialize;
use standard::Standard;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::collections::Collection;
use store::drafts::{Field, Form};
use store::explanations::Explanation;
use store::submissions::Step;
use store::{FormKey, PlaceKind, PlaceRecord, Scope, Which};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get))
}

/// A form.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FormView {
    year: i16,
    /// 填报任务代码
    collection: String,
    /// 填报任务名称
    title: String,
    /// 学校标识码；县级表为 `county`
    school: String,
    name: String,
    /// 办学类型代码
    kind: Option<&'static str>,
    /// `draft`、`submitted`、`signed`、`returned`、`approved`、`locked`
    state: &'static str,
    state_zh: &'static str,
    /// 修改时须带回的版本号
    version: i64,
    /// 最近一次提交的版次；0 表示从未提交
    revision: i64,
    /// 已审定的版次
    approved: Option<i64>,
    /// 截止日期
    #[schema(value_type = Option<String>, format = Date)]
    due: Option<jiff::civil::Date>,
    /// 填报是否已结束
    closed: bool,
    /// 催报的次数和最近一次；已提交的为 null
    reminded: Option<FormReminded>,
    /// 最后修改人
    by: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// 当前登录人现在可以做的步骤
    can: Vec<&'static str>,
    filled: usize,
    total: usize,
    findings: Vec<LiveFinding>,
    steps: Vec<FormStep>,
    groups: Vec<FieldGroup>,
    rosters: Rosters,
}

/// Fields that belong together.
#[derive(Debug, Serialize, ToSchema)]
struct FieldGroup {
    title: String,
    place: String,
    /// `county`、`school`、`section`
    level: &'static str,
    stage: Option<&'static str>,
    fields: Vec<FieldView>,
}

/// A field.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "place": "primary", "item": "teachers", "zh": "专任教师数", "unit": "人", "kind": "count",
    "options": [], "min": null, "max": "2000", "definition": "在编在岗的专任教师。", "value": "28",
    "last_year": "27", "origin": "张三（zhangsan） 2024-10-08 16:00 填报", "version": 3,
    "returned_reason": null, "findings": [], "explanation": null,
}))]
struct FieldView {
    place: String,
    item: String,
    zh: String,
    /// 单位；没有单位的为空
    unit: Option<String>,
    /// `count`、`amount`、`flag`、`code`、`year`、`date`、`text`
    kind: &'static str,
    /// 可选项
    options: Vec<FieldOption>,
    min: Option<String>,
    max: Option<String>,
    /// 口径
    definition: String,
    /// 数值；未填为 null，不适用为 `—`
    value: Option<String>,
    /// 上一学年审定的数值
    last_year: Option<String>,
    /// 来源
    origin: Option<String>,
    /// 修改该项时须带回的版本号
    version: i64,
    /// 该项被退回的原因
    returned_reason: Option<String>,
    /// 涉及该项的问题
    findings: Vec<LiveFinding>,
    /// 对该项的说明
    explanation: Option<FieldExplained>,
}

#[derive(Debug, Serialize, ToSchema)]
struct FieldOption {
    code: String,
    zh: String,
}

/// Lists of classes and special rooms.
#[derive(Debug, Default, Serialize, ToSchema)]
struct Rosters {
    classes: Vec<RosterRow>,
    rooms: Vec<RosterRow>,
}

/// A row of a roster.
#[derive(Debug, Serialize, ToSchema)]
struct RosterRow {
    place: String,
    name: String,
    stage: Option<&'static str>,
    grade: Option<u8>,
    /// 专用教室的用途：`music`、`art`
    room: Option<&'static str>,
    fields: Vec<FieldView>,
}

/// A step that a form has gone.
#[derive(Debug, Serialize, ToSchema)]
struct FormStep {
    step: &'static str,
    step_zh: &'static str,
    from: &'static str,
    to: &'static str,
    revision: i64,
    reason: String,
    by: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    fields: Vec<FormStepField>,
}

#[derive(Debug, Serialize, ToSchema)]
struct FormStepField {
    place: String,
    item: String,
    reason: String,
}

impl FormStep {
    fn of(step: Step) -> Self {
        let fields = step.fields.into_iter().map(|field| FormStepField {
            place: field.place,
            item: field.item,
            reason: field.reason,
        });
        Self {
            step: step.step.code(),
            step_zh: step.step.zh(),
            from: step.from.code(),
            to: step.to.code(),
            revision: step.revision,
            reason: step.reason,
            by: step.by,
            at: step.at,
            fields: fields.collect(),
        }
    }
}

/// A form with what it is checked against, and what the checks say.
pub(super) struct Loaded {
    pub(super) subject: Subject,
    pub(super) form: Form,
    pub(super) collection: Collection,
    /// The standard by which the year is judged.
    pub(super) standard: Arc<Standard>,
    pub(super) asked: Vec<Asked>,
    pub(super) last: Arc<Snapshot>,
    pub(super) findings: Vec<LiveFinding>,
    /// The version of the last revision: that of every field that nobody has typed into since.
    pub(super) base: i64,
    /// What is said of its fields, where somebody looks at them.
    explanations: Vec<Explanation>,
}

impl Loaded {
    /// Loads a form that a scope sees, and checks it.
    pub(super) async fn of(app: &App, key: &FormKey, scope: &Scope) -> Result<Self, ApiError> {
        let form = app.store().form(key, scope).await?;
        let subject = Subject::of(app, key).await?;
        let collection = collection_of(app, key).await?;
        let standard = standard_of_year(app, &key.county, key.year, None).await?;
        Self::with(app, form, subject, collection, standard).await
    }

    /// Checks a form, asking for what the standard of the year wants.
    pub(super) async fn with(
        app: &App,
        form: Form,
        subject: Subject,
        collection: Collection,
        standard: Arc<Standard>,
    ) -> Result<Self, ApiError> {
        let key = form.submission.key.clone();
        let base = if form.submission.revision == 0 {
            0
        } else {
            let all = app.store().revisions(&key, &Scope::County).await?;
            all.last().map_or(0, |revision| revision.version)
        };
        let kept = app.kept();
        let year = key.year.previous();
        let (last, _) = kept.snapshot(app, &key.county, year, Which::Approved).await?;
        let county = if key.school.is_none() {
            Some(kept.snapshot(app, &key.county, key.year, Which::Submitted).await?.0)
        } else {
            None
        };
        let items = &app.knowledge().items;
        let asked =
            live::asked(&form, &collection.plan.items, kept.layouts(app)?, items, &standard);
        let against = Against { items, last: &last, county: county.as_deref() };
        let findings = live::check(&subject, &form, &against)?;
        let explanations = Vec::new();
        Ok(Self { subject, form, collection, standard, asked, last, findings, base, explanations })
    }

    pub(super) fn counts(&self, catalogue: &Catalogue) -> Counts {
        let facts: std::collections::BTreeSet<(&str, &str)> = self
            .form
            .fields
            .iter()
            .filter(|field| field.fact.is_some())
            .map(|field| (field.place.as_str(), field.item.as_str()))
            .collect();
        let is_filled = |asked: &&Asked| {
            facts.contains(&(asked.place.as_str(), catalogue.item(asked.item).code.as_str()))
        };
        let errors = self.findings.iter().filter(|finding| finding.is_error()).count();
        Counts {
            filled: self.asked.iter().filter(is_filled).count(),
            total: self.asked.len(),
            errors,
            warnings: self.findings.len() - errors,
        }
    }

    /// The fields by place and item.
    fn fields(&self) -> BTreeMap<(&str, &str), &Field> {
        let fields = self.form.fields.iter();
        fields.map(|field| ((field.place.as_str(), field.item.as_str()), field)).collect()
    }
}

/// 一张填报单
#[utoipa::path(get, path = "/api/submissions/{year}/{school}", tag = "collection",
    params(("year" = i16, Path, description = "学年的起始年份", example = 2024),
        ("school" = String, Path, description = "学校标识码，或 county"), Within),
    responses((status = 200, body = FormView)))]
async fn get(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    Of((year, school)): Of<(i16, String)>,
    Params(within): Params<Within>,
) -> Result<Response, ApiError> {
    let key = within.key(&signed, year, &school)?;
    let mut loaded = Loaded::of(&app, &key, signed.scope()).await?;
    let (of, code, scope) = (&key.county, key.collection.as_str(), signed.scope());
    let own = Some(key.school.as_ref());
    loaded.explanations = app.store().explanations(of, key.year, code, own, scope).await?;
    let mut reminders = app.store().reminders(of, key.year, code, scope).await?;
    let steps = app.store().steps(&key, signed.scope()).await?;
    let submission = &loaded.form.submission;
    let can = moves(&app, &signed, &loaded.subject, submission.state).await?;
    let catalogue = app.knowledge().items.catalogue();
    let counts = loaded.counts(catalogue);
    let view = FormView {
        year,
        collection: key.collection.clone(),
        title: loaded.collection.plan.title.clone(),
        school,
        name: loaded.subject.name.clone(),
        kind: loaded.subject.kind.map(domain::SchoolKind::code),
        state: submission.state.code(),
        state_zh: submission.state.zh(),
        version: submission.version,
        revision: submission.revision,
        approved: submission.approved,
        due: loaded.collection.plan.deadline,
        closed: loaded.collection.closed,
        reminded: reminders
            .remove(&key.school)
            .filter(|_| !submission.state.is_submitted())
            .map(FormReminded::of),
        by: submission.by.clone(),
        at: submission.at,
        can,
        filled: counts.filled,
        total: counts.total,
        steps: steps.into_iter().map(FormStep::of).collect(),
        groups: groups(&app, &loaded),
        rosters: rosters(&loaded, catalogue),
        findings: loaded.findings,
    };
    tagged(&headers, &view)
}

/// Fields by place, and within a place by the topics of the catalogue.
fn groups(app: &App, loaded: &Loaded) -> Vec<FieldGroup> {
    let items = &app.knowledge().items;
    let catalogue = items.catalogue();
    let fields = loaded.fields();
    let mut groups: Vec<FieldGroup> = Vec::new();
    let mut at = 0;
    while let Some(first) = loaded.asked.get(at) {
        let rest = loaded.asked.get(at..).unwrap_or_default();
        let here: Vec<&Asked> = rest.iter().take_while(|next| next.place == first.place).collect();
        at += here.len();
        for topic in items.topics() {
            let own = here.iter().filter(|asked| topic.items.contains(&asked.item));
            let views: Vec<FieldView> = own
                .map(|asked| {
                    let item = catalogue.item(asked.item);
                    let last =
                        live::last_year(&loaded.last, &loaded.subject, asked.stage, asked.item);
                    let last = last.map(values::shown);
                    field(loaded, &fields, &asked.place, item, last)
                })
                .collect();
            if !views.is_empty() {
                let level = match (&loaded.subject.code, first.stage) {
                    (None, _) => Level::County,
                    (Some(_), None) => Level::School,
                    (Some(_), Some(_)) => Level::Section,
                };
                groups.push(FieldGroup {
                    title: topic.title.clone(),
                    place: first.place.clone(),
                    level: level.code(),
                    stage: first.stage.map(Stage::code),
                    fields: views,
                });
            }
        }
    }
    groups
}

fn field(
    loaded: &Loaded,
    fields: &BTreeMap<(&str, &str), &Field>,
    place: &str,
    item: &Item,
    last_year: Option<String>,
) -> FieldView {
    let found = fields.get(&(place, item.code.as_str()));
    let fact = found.and_then(|field| field.fact.as_ref());
    let returned = &loaded.form.returned;
    let returned = returned.iter().find(|field| field.place == place && field.item == item.code);
    let explanation =
        loaded.explanations.iter().find(|said| said.place == place && said.item == item.code);
    let options = match &item.kind {
        ItemKind::Code(codes) => {
            codes.iter().map(|(code, zh)| (code.as_str(), zh.as_str())).collect()
        }
        ItemKind::Flag => vec![("true", "是"), ("false", "否")],
        _ => Vec::new(),
    };
    let bound = |bound: Option<rust_decimal::Decimal>| bound.map(|b| b.normalize().to_string());
    FieldView {
        place: place.to_owned(),
        item: item.code.clone(),
        zh: item.zh.clone(),
        unit: (!item.unit.is_one()).then(|| item.unit.to_string()),
        kind: values::kind(&item.kind),
        options: options
            .into_iter()
            .map(|(code, zh)| FieldOption { code: code.to_owned(), zh: zh.to_owned() })
            .collect(),
        min: bound(item.range.min),
        max: bound(item.range.max),
        definition: item.definition.clone(),
        value: fact.map(|fact| values::shown(&fact.value)),
        last_year,
        origin: fact.map(|fact| values::origin(&fact.origin)),
        version: version(loaded.base, found.copied()),
        returned_reason: returned.map(|field| field.reason.clone()),
        findings: loaded
            .findings
            .iter()
            .filter(|finding| finding.is_about(place, &item.code))
            .cloned()
            .collect(),
        explanation: explanation.map(FieldExplained::of),
    }
}

/// The version of a field: where it was typed, or that of the last revision.
pub(super) fn version(base: i64, field: Option<&Field>) -> i64 {
    field.and_then(|field| field.typed).unwrap_or(base)
}

fn rosters(loaded: &Loaded, catalogue: &Catalogue) -> Rosters {
    let fields = loaded.fields();
    let row = |place: &PlaceRecord, level: Level, name: &str| RosterRow {
        place: place.key.clone(),
        name: name.to_owned(),
        stage: None,
        grade: None,
        room: None,
        fields: catalogue
            .iter()
            .filter(|(_, item)| item.level == level)
            .map(|(_, item)| field(loaded, &fields, &place.key, item, None))
            .collect(),
    };
    let mut rosters = Rosters::default();
    for place in &loaded.form.places {
        match &place.kind {
            PlaceKind::Section { .. } => {}
            PlaceKind::Class { stage, grade, name } => rosters.classes.push(RosterRow {
                stage: Some(stage.code()),
                grade: Some(*grade),
                ..row(place, Level::Class, name)
            }),
            PlaceKind::Room { kind, name } => rosters
                .rooms
                .push(RosterRow { room: Some(kind.code()), ..row(place, Level::Room, name) }),
        }
    }
    rosters.classes.sort_by_key(|row| row.grade);
    rosters
}
