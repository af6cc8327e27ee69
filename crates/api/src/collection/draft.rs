//! Autosave: what is typed is kept field by field. Every field has a version of its own, so that two
//! people in one form meet only where they type into one field; the later one is shown what the
//! earlier one has typed. The same edit sent twice, as after a lost connection, is one edit.

use super::form::{Loaded, version};
use super::live::LiveFinding;
use super::{Within, collection_of, values};
use crate::body::{Body, Of, Params};
use crate::{ApiError, App, FieldProblem, Signed};
use axum::Json;
use axum::extract::State;
use domain::{Catalogue, Level, Origin, Value};
use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;
use store::PlaceKind;
use store::drafts::{Field, FieldEdit, Form, PlaceEdit};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Fields of one save.
const EDITS: usize = 2_000;
/// Rows of rosters of one save, and twins of one name.
const ROWS: usize = 300;
/// Longest name of a class or a room.
const NAME: usize = 60;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(save))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"version": 3, "edits": [
    {"place": "primary", "item": "teachers", "value": "28", "version": 3},
    {"place": "", "item": "site_area", "value": null, "version": 0},
]}))]
struct DraftSave {
    /// 填报单的版本号；没有带版本号的数据项和名册按它核对
    version: Option<i64>,
    #[serde(default)]
    edits: Vec<FieldChange>,
    /// 名册的增减
    #[serde(default)]
    places: Vec<PlaceChange>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FieldChange {
    /// 位置：空为学校（或县）本身，`primary`、`junior` 为学段，其余为名册中的一行
    #[serde(default)]
    place: String,
    item: String,
    /// 数值；null 为清空，`—` 为不适用
    #[serde(deserialize_with = "stated")]
    #[schema(required = true)]
    value: Option<String>,
    /// 该项的版本号
    version: Option<i64>,
}

/// `null` must be said: a field that was forgotten is not one that was emptied.
fn stated<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Option::deserialize(deserializer)
}

/// A row of a roster, or an attached section, that comes or goes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "put": {"level": "class", "stage": "primary", "grade": 3, "name": "三年级(2)班"},
}))]
struct PlaceChange {
    /// 增加的班级、专用教室或附设班学段
    #[schema(value_type = Option<Object>)]
    put: Option<PlaceKind>,
    /// 同名的第几个，从 1 起
    number: Option<usize>,
    /// 删除的位置
    remove: Option<String>,
}

/// What was saved.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "version": 4, "state": "draft", "filled": 13, "total": 96, "findings": [],
    "saved": [{"place": "primary", "item": "teachers", "value": "28", "version": 4}],
}))]
struct DraftSaved {
    /// 填报单的新版本号
    version: i64,
    state: &'static str,
    filled: usize,
    total: usize,
    #[serde(rename = "saved")]
    fields: Vec<SavedField>,
    findings: Vec<LiveFinding>,
}

#[derive(Debug, Serialize, ToSchema)]
struct SavedField {
    place: String,
    item: String,
    value: Option<String>,
    version: i64,
}

/// 自动保存
///
/// 全部保存，或者全部不保存。两人改了同一项时返回 409：`current.fields` 是各项现在的值、修改人和时间。
#[utoipa::path(patch, path = "/api/submissions/{year}/{school}/draft", tag = "collection",
    params(("year" = i16, Path, description = "学年的起始年份", example = 2024),
        ("school" = String, Path, description = "学校标识码，或 county"), Within),
    request_body = DraftSave, responses((status = 200, body = DraftSaved)))]
async fn save(
    State(app): State<App>,
    signed: Signed,
    Of((year, school)): Of<(i16, String)>,
    Params(within): Params<Within>,
    Body(save): Body<DraftSave>,
) -> Result<Json<DraftSaved>, ApiError> {
    let key = within.key(&signed, year, &school)?;
    let before = Loaded::of(&app, &key, signed.scope()).await?;
    let catalogue = app.knowledge().items.catalogue();
    let places = places(&save.places, &before.form)?;
    let edits = edits(&save, &before, &places, catalogue)?;
    let now = before.form.submission.version;
    // Fields were compared one by one; rows have no versions but the form's.
    let seen = if places.is_empty() { now } else { save.version.ok_or(ApiError::NoVersion)? };
    if !places.is_empty() || !edits.is_empty() {
        let (scope, by) = (signed.scope(), signed.by());
        app.store().save(&key, &places, &edits, seen, catalogue, scope, &by).await?;
    }
    let form = app.store().form(&key, signed.scope()).await?;
    let collection = collection_of(&app, &key).await?;
    let after = Loaded::with(&app, form, before.subject, collection, before.standard).await?;
    let counts = after.counts(catalogue);
    let fields = by_name(&after.form);
    let saved = save.edits.iter().map(|edit| {
        let found = fields.get(&(edit.place.as_str(), edit.item.as_str())).copied();
        SavedField {
            place: edit.place.clone(),
            item: edit.item.clone(),
            value: shown(found),
            version: version(after.base, found),
        }
    });
    let saved = saved.collect();
    Ok(Json(DraftSaved {
        version: after.form.submission.version,
        state: after.form.submission.state.code(),
        filled: counts.filled,
        total: counts.total,
        fields: saved,
        findings: after.findings,
    }))
}

/// Why an edit is of no field: its row has gone, or there is no such item.
fn missing(catalogue: &Catalogue, edit: &FieldChange, level: Option<Level>) -> String {
    let zh = catalogue.find(&edit.item).map_or(edit.item.as_str(), |(_, item)| item.zh.as_str());
    if level.is_none() {
        let row = edit.place.rsplit('/').next().unwrap_or(&edit.place);
        return format!("“{row}”已不在填报单中，可能已被他人删除，所填的“{zh}”没有保存");
    }
    format!("填报单中没有“{zh}”这一项")
}

fn by_name(form: &Form) -> BTreeMap<(&str, &str), &Field> {
    let fields = form.fields.iter();
    fields.map(|field| ((field.place.as_str(), field.item.as_str()), field)).collect()
}

fn value_of(field: Option<&Field>) -> Option<&Value> {
    field.and_then(|field| field.fact.as_ref()).map(|fact| &fact.value)
}

fn shown(field: Option<&Field>) -> Option<String> {
    value_of(field).map(values::shown)
}

/// The edits that change something, after each of them was read and compared with what is there.
fn edits(
    save: &DraftSave,
    before: &Loaded,
    places: &[PlaceEdit],
    catalogue: &Catalogue,
) -> Result<Vec<FieldEdit>, ApiError> {
    if save.edits.len() > EDITS {
        return Err(ApiError::field("edits", format!("一次最多保存 {EDITS} 项")));
    }
    let fields = by_name(&before.form);
    let (mut changes, mut wrong, mut conflicts) = (Vec::new(), Vec::new(), Vec::new());
    for (index, edit) in save.edits.iter().enumerate() {
        let mut say = |part: &str, message: String| {
            wrong.push(FieldProblem::new(format!("edits.{index}.{part}"), message));
        };
        let level = level_of(&before.form, places, &edit.place);
        let known = catalogue.find(&edit.item).filter(|(_, item)| Some(item.level) == level);
        let Some((_, item)) = known else {
            say("item", missing(catalogue, edit, level));
            continue;
        };
        let value = match values::read(item, edit.value.as_deref().unwrap_or_default()) {
            Ok(value) => value,
            Err(why) => {
                say("value", format!("“{}”{why}", item.zh));
                continue;
            }
        };
        let seen = edit.version.or(save.version).ok_or(ApiError::NoVersion)?;
        let found = fields.get(&(edit.place.as_str(), edit.item.as_str())).copied();
        if value_of(found) == value.as_ref() {
            continue;
        }
        // What comes with this save nobody can have typed into.
        if version(before.base, found) > seen && comes(places, &edit.place).is_none() {
            conflicts.push((&item.zh, edit, found));
            continue;
        }
        let (place, item) = (edit.place.clone(), edit.item.clone());
        changes.push(FieldEdit { place, item, value, origin: None });
    }
    if !wrong.is_empty() {
        return Err(ApiError::Fields(wrong));
    }
    match conflicts.first() {
        Some((zh, _, found)) => {
            let (by, at) = typed_by(before, *found);
            let all = conflicts.iter().map(|(_, edit, found)| {
                let (by, at) = typed_by(before, *found);
                serde_json::json!({
                    "place": edit.place, "item": edit.item, "value": shown(*found),
                    "version": version(before.base, *found), "by": by, "at": at,
                })
            });
            let fields: Vec<_> = all.collect();
            let current = serde_json::json!({
                "version": before.form.submission.version, "fields": fields,
            });
            Err(ApiError::Conflict { what: format!("“{zh}”"), by, at, current })
        }
        None => Ok(changes),
    }
}

/// Who typed what stands in a field: its origin says so; of one that was emptied, or came out of a
/// file, it is who changed the form last.
fn typed_by(before: &Loaded, field: Option<&Field>) -> (String, Timestamp) {
    let origin = field.and_then(|field| field.fact.as_ref()).map(|fact| &fact.origin);
    match origin {
        Some(Origin::Entry { person, at }) => (person.to_string(), *at),
        _ => (before.form.submission.by.clone(), before.form.submission.at),
    }
}

/// The level of the items that stand at a place, which may be one that comes with this save.
fn level_of(form: &Form, new: &[PlaceEdit], place: &str) -> Option<Level> {
    if place.is_empty() {
        let is_school = form.submission.key.school.is_some();
        return Some(if is_school { Level::School } else { Level::County });
    }
    comes(new, place).or_else(|| {
        form.places.iter().find(|known| known.key == place).map(|known| known.kind.level())
    })
}

/// The level of a place that comes with this save.
fn comes(new: &[PlaceEdit], place: &str) -> Option<Level> {
    new.iter().find_map(|edit| match edit {
        PlaceEdit::Put(kind) if kind.key(1) == place => Some(kind.level()),
        PlaceEdit::PutTwin(kind, number) if kind.key(*number) == place => Some(kind.level()),
        _ => None,
    })
}

/// Changes of rosters. The sections of a school follow from its kind; only attached ones come and go.
fn places(changes: &[PlaceChange], form: &Form) -> Result<Vec<PlaceEdit>, ApiError> {
    if changes.len() > ROWS {
        return Err(ApiError::field("places", format!("一次最多增减 {ROWS} 行")));
    }
    let one = |(index, change): (usize, &PlaceChange)| {
        let wrong = |message: &str| FieldProblem::new(format!("places.{index}"), message);
        match (&change.put, &change.remove) {
            (Some(kind), None) => {
                if let Some(problem) = unfit(kind, form) {
                    return Err(wrong(problem));
                }
                match change.number.unwrap_or(1) {
                    1 => Ok(PlaceEdit::Put(kind.clone())),
                    number @ 2..=ROWS => Ok(PlaceEdit::PutTwin(kind.clone(), number)),
                    _ => Err(wrong("同名序号不对")),
                }
            }
            (None, Some(key)) => {
                let known = form.places.iter().find(|known| known.key == *key);
                match known.map(|known| &known.kind) {
                    None => Err(wrong("没有这一行；请刷新页面后重试")),
                    Some(PlaceKind::Section { attached: false, .. }) => {
                        Err(wrong("学段由办学类型决定，不能删除"))
                    }
                    Some(_) => Ok(PlaceEdit::Remove(key.clone())),
                }
            }
            _ => Err(wrong("put 与 remove 写且只写一个")),
        }
    };
    let read: Result<Vec<PlaceEdit>, FieldProblem> = changes.iter().enumerate().map(one).collect();
    read.map_err(|problem| ApiError::Fields(vec![problem]))
}

fn unfit(kind: &PlaceKind, form: &Form) -> Option<&'static str> {
    if form.submission.key.school.is_none() {
        return Some("县级表没有名册");
    }
    let has = |wanted| {
        let mut kinds = form.places.iter().map(|place| &place.kind);
        kinds.any(|kind| matches!(kind, PlaceKind::Section { stage, .. } if *stage == wanted))
    };
    let bad_name = |name: &str| {
        let length = name.trim().chars().count();
        !(1..=NAME).contains(&length) || name.chars().any(char::is_control)
    };
    match kind {
        PlaceKind::Section { attached: false, .. } => Some("学段由办学类型决定，只能增加附设班"),
        PlaceKind::Section { stage, .. } if has(*stage) => Some("已经有这个学段"),
        PlaceKind::Class { name, .. } | PlaceKind::Room { name, .. } if bad_name(name) => {
            Some("名称应为 1 至 60 个字")
        }
        PlaceKind::Class { stage, .. } if !has(*stage) => Some("学校没有这个学段"),
        PlaceKind::Class { grade, .. } if !(1..=12).contains(grade) => Some("年级应为 1 至 12"),
        PlaceKind::Section { .. } | PlaceKind::Class { .. } | PlaceKind::Room { .. } => None,
    }
}
