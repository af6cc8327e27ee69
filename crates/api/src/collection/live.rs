//! Live checks: what is wrong with a form as it is typed, before anybody submits it. The same checks
//! as those of an import, tried on a snapshot of this form alone.

use super::Subject;
use super::values::out_of_range;
use crate::ApiError;
use domain::{
    Catalogue, Class, CountyCode, Draft, Fact, Facts, ItemId, Level, Place, Room, School,
    SchoolYear, Section, Snapshot, Stage, Value,
};
use intake::Layouts;
use intake::finding::code;
use intake::layout::Target;
use items::{CheckFinding, CheckPlace, Items};
use serde::Serialize;
use standard::Standard;
use std::collections::{BTreeMap, BTreeSet};
use store::drafts::Form;
use store::{PlaceKind, PlaceRecord};
use utoipa::ToSchema;

/// A field of a form, by place and item.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
pub(crate) struct FieldName {
    /// 位置：空为学校（或县）本身，`primary`、`junior` 为学段，其余为名册中的一行
    pub(crate) place: String,
    /// 数据项代码
    pub(crate) item: String,
}

/// Something wrong, or odd, with a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({
    "severity": "error", "code": "CHK-TEACHERS-BACKBONE",
    "message": "骨干教师 30 人多于专任教师 28 人", "remedy": "请核对两项",
    "fields": [{"place": "primary", "item": "teachers_backbone"}],
}))]
pub(crate) struct LiveFinding {
    /// `error` 或 `warning`
    pub(crate) severity: &'static str,
    /// 稳定编号
    pub(crate) code: String,
    /// 哪里不对
    pub(crate) message: String,
    /// 怎么办
    pub(crate) remedy: String,
    /// 涉及的数据项
    pub(crate) fields: Vec<FieldName>,
}

impl LiveFinding {
    pub(crate) fn is_error(&self) -> bool {
        self.severity == "error"
    }

    pub(crate) fn is_about(&self, place: &str, item: &str) -> bool {
        self.fields.iter().any(|field| field.place == place && field.item == item)
    }
}

/// A field that is asked for: where, and what.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Asked {
    pub(crate) place: String,
    pub(crate) stage: Option<Stage>,
    pub(crate) item: ItemId,
}

/// The fields that a form asks for: of the school or county, then of each section; each in the order
/// of the catalogue. `named` are the codes that the collection names, none of them: all that the
/// template of the year has a place for, but for what only other standards want. Of that, what is
/// filled in already stays.
pub(crate) fn asked(
    form: &Form,
    named: &[String],
    layouts: &Layouts,
    items: &Items,
    standard: &Standard,
) -> Vec<Asked> {
    let catalogue = items.catalogue();
    let named: BTreeSet<&str> = named.iter().map(String::as_str).collect();
    let foreign = foreign(items, standard);
    let filled = form.fields.iter().filter(|field| field.fact.is_some());
    let filled: BTreeSet<(&str, &str)> =
        filled.map(|field| (field.place.as_str(), field.item.as_str())).collect();
    let mut columns: BTreeSet<(ItemId, Option<Stage>)> = BTreeSet::new();
    if let Some((_, table)) = layouts.template(form.submission.key.year) {
        let targets = table.sheets.iter().flat_map(|sheet| &sheet.columns).map(|c| c.target);
        columns.extend(targets.filter_map(|target| match target {
            Target::Item { item, stage } => Some((item, stage)),
            Target::Field(_) => None,
        }));
    }
    let has_column = |item: ItemId| columns.iter().any(|(known, _)| *known == item);
    let own = if form.submission.key.school.is_some() { Level::School } else { Level::County };
    let mut asked = Vec::new();
    let mut take = |place: &str, level: Level, stage: Option<Stage>| {
        for (id, item) in catalogue.iter().filter(|(_, item)| item.level == level) {
            let fits = level == Level::County || columns.contains(&(id, stage));
            let wanted = if named.contains(item.code.as_str()) {
                fits || !has_column(id)
            } else {
                let stays = || filled.contains(&(place, item.code.as_str()));
                named.is_empty() && fits && (!foreign.contains(&id) || stays())
            };
            if wanted {
                asked.push(Asked { place: place.to_owned(), stage, item: id });
            }
        }
    };
    take("", own, None);
    let mut sections: Vec<(Stage, &str)> = form.places.iter().filter_map(section).collect();
    sections.sort_unstable();
    for (stage, place) in sections {
        take(place, Level::Section, Some(stage));
    }
    asked
}

/// The items that standards bring by which the county is not judged, and that its own does not use.
fn foreign(items: &Items, standard: &Standard) -> BTreeSet<ItemId> {
    let used: BTreeSet<ItemId> = standard.items().into_iter().collect();
    let own = |id: &String| standard.chain().contains(id);
    let others =
        items.topics().iter().filter(|topic| topic.standard.as_ref().is_some_and(|id| !own(id)));
    others.flat_map(|topic| &topic.items).copied().filter(|item| !used.contains(item)).collect()
}

fn section(place: &PlaceRecord) -> Option<(Stage, &str)> {
    match place.kind {
        PlaceKind::Section { stage, .. } => Some((stage, &place.key)),
        _ => None,
    }
}

/// What a form is checked against.
pub(crate) struct Against<'a> {
    pub(crate) items: &'a Items,
    /// Last year's approved figures.
    pub(crate) last: &'a Snapshot,
    /// The county's other forms of this year, for the form of the county itself.
    pub(crate) county: Option<&'a Snapshot>,
}

/// Everything that is wrong with a form as it stands, in the order of its places.
///
/// # Errors
/// Facts that are no snapshot: the store does not keep such.
pub(crate) fn check(
    subject: &Subject,
    form: &Form,
    against: &Against<'_>,
) -> Result<Vec<LiveFinding>, ApiError> {
    let catalogue = against.items.catalogue();
    let mut findings = ranges(form, catalogue);
    let snapshot = sealed(subject, form, against, catalogue)?;
    against.items.run_each(&snapshot, Some(against.last), |finding| {
        if finding.place.school == subject.code {
            findings.push(live(&finding, form, catalogue));
        }
    });
    Ok(findings)
}

fn ranges(form: &Form, catalogue: &Catalogue) -> Vec<LiveFinding> {
    let wrong = form.fields.iter().filter_map(|field| {
        let (_, item) = catalogue.find(&field.item)?;
        let value = &field.fact.as_ref()?.value;
        let bounds = out_of_range(item, value)?;
        Some(LiveFinding {
            severity: "error",
            code: code::RANGE.to_owned(),
            message: format!("“{}”为 {value}，超出范围：{bounds}。", item.zh),
            remedy: "请核对数值和单位。".to_owned(),
            fields: vec![FieldName { place: field.place.clone(), item: field.item.clone() }],
        })
    });
    wrong.collect()
}

/// The snapshot of a form alone; of the county's own form, with the schools as they were submitted.
fn sealed(
    subject: &Subject,
    form: &Form,
    against: &Against<'_>,
    catalogue: &Catalogue,
) -> Result<Snapshot, ApiError> {
    let key = &form.submission.key;
    let mut draft = match (against.county, &key.school) {
        (Some(county), None) => county.to_draft(),
        _ => empty(&key.county, &subject.name, key.year),
    };
    let mut facts: BTreeMap<&str, Facts> = BTreeMap::new();
    for field in &form.fields {
        let (Some(fact), Some(id)) = (&field.fact, catalogue.id(&field.item)) else { continue };
        let origin = draft.origin(fact.origin.clone());
        let fact = Fact { value: fact.value.clone(), origin };
        facts.entry(&field.place).or_default().set(id, fact);
    }
    let own = facts.remove("").unwrap_or_default();
    match (&key.school, subject.kind) {
        (Some(code), Some(kind)) => {
            let mut school = School {
                code: code.clone(),
                name: subject.name.clone(),
                kind,
                // Its main school is in another form.
                parent: None,
                facts: own,
                sections: Vec::new(),
                classes: Vec::new(),
                rooms: Vec::new(),
            };
            for place in &form.places {
                let facts = facts.remove(place.key.as_str()).unwrap_or_default();
                add(&mut school, &place.kind, facts);
            }
            draft.schools = vec![school];
        }
        _ => draft.county.facts = own,
    }
    draft.seal(catalogue).map_err(ApiError::internal)
}

fn empty(county: &CountyCode, name: &str, year: SchoolYear) -> Draft {
    Draft::new(county.clone(), name.to_owned(), year)
}

fn add(school: &mut School, kind: &PlaceKind, facts: Facts) {
    match kind {
        PlaceKind::Section { stage, attached } => {
            school.sections.push(Section { stage: *stage, attached: *attached, facts });
        }
        PlaceKind::Class { stage, grade, name } => {
            let (stage, grade, name) = (*stage, *grade, name.clone());
            school.classes.push(Class { name, stage, grade, facts });
        }
        PlaceKind::Room { kind, name } => {
            school.rooms.push(Room { name: name.clone(), kind: *kind, facts });
        }
    }
}

fn live(finding: &CheckFinding, form: &Form, catalogue: &Catalogue) -> LiveFinding {
    let field = |fact: &items::CheckedFact| {
        let item = catalogue.item(fact.item);
        let at = fact.below.as_ref().unwrap_or(&finding.place);
        Some(FieldName { place: place(at, item.level, form)?, item: item.code.clone() })
    };
    LiveFinding {
        severity: match finding.severity {
            items::Severity::Error => "error",
            items::Severity::Warning => "warning",
        },
        code: finding.check.clone(),
        message: finding.message.clone(),
        remedy: finding.remedy.clone(),
        fields: finding.facts.iter().filter_map(field).collect(),
    }
}

/// The place of a form at which a fact of a level stands, as seen from a place of the snapshot;
/// `None` for a fact of another form.
fn place(at: &CheckPlace, level: Level, form: &Form) -> Option<String> {
    let row = |place: &&PlaceRecord| match (&place.kind, level) {
        (PlaceKind::Class { stage, name, .. }, Level::Class) => {
            at.stage == Some(*stage) && at.row.as_ref() == Some(name)
        }
        (PlaceKind::Room { name, .. }, Level::Room) => at.row.as_ref() == Some(name),
        (PlaceKind::Section { stage, .. }, Level::Section) => at.stage == Some(*stage),
        _ => false,
    };
    if at.school != form.submission.key.school {
        return None;
    }
    match level {
        Level::County | Level::School => Some(String::new()),
        _ => form.places.iter().find(row).map(|place| place.key.clone()),
    }
}

/// Last year's value of an item at a place; classes and rooms have no identity from year to year.
pub(crate) fn last_year<'a>(
    last: &'a Snapshot,
    subject: &Subject,
    stage: Option<Stage>,
    item: ItemId,
) -> Option<&'a Value> {
    let county = last.county();
    let at = match (&subject.code, stage) {
        (None, _) => Place::County(county),
        (Some(code), None) => Place::School(county, last.school(code)?),
        (Some(code), Some(stage)) => {
            let school = last.school(code)?;
            Place::Section(county, school, school.section(stage)?)
        }
    };
    at.facts(at.level())?.value(item)
}
