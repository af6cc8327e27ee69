//! Words that no layout knows, and cells that are put right on the page: what is shown of them.

use crate::{ApiError, App};
use domain::{CountyCode, SchoolCode};
use intake::mapping::{Applied, Choice, Topic, Unknown, name_of};
use intake::{Correction, Corrections, Location, Mapping};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::Scope;
use store::mappings::MappingRecord;
use store::uploads::CellCorrection;
use utoipa::ToSchema;

/// Something that a word may mean.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({"target": "item/primary/pupils", "zh": "小学 在校生数(人)"}))]
pub(super) struct ImportChoice {
    pub(super) target: String,
    /// 名称
    pub(super) zh: String,
}

impl ImportChoice {
    pub(super) fn of(choice: Choice) -> Self {
        Self { target: choice.target, zh: choice.zh }
    }
}

/// A word that was not understood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "layout": "template", "topic": "column", "label": "小学 › 学生人数(人)", "about": "学校",
    "file": "学校数据.xlsx", "sheet": "学校", "cell": "E2", "count": 1, "needed": false,
    "choices": "column/template/学校", "near": [{"target": "item/primary/pupils", "zh": "小学 在校生数(人)"}],
}))]
pub(super) struct ImportUnknown {
    /// 表样
    pub(super) layout: String,
    /// `column` 表头、`kind` 办学类型、`value` 选项、`school` 学校
    pub(super) topic: String,
    /// 文件中的写法
    pub(super) label: String,
    /// 所在工作表、数据项或旁边的校名
    pub(super) about: String,
    file: String,
    sheet: String,
    /// 首次出现的单元格
    cell: String,
    /// 出现次数
    count: u64,
    /// 不指明就不能导入
    needed: bool,
    /// 可选项清单的名称，见 `choices`
    pub(super) choices: String,
    /// 最相近的选项
    near: Vec<ImportChoice>,
}

impl ImportUnknown {
    pub(super) fn of(unknown: Unknown) -> Self {
        let (file, sheet, cell) = unknown.place;
        Self {
            layout: unknown.layout,
            topic: unknown.topic.code().to_owned(),
            label: unknown.label,
            about: unknown.about,
            file,
            sheet,
            cell,
            count: unknown.count,
            needed: unknown.needed,
            choices: unknown.choices,
            near: unknown.near.into_iter().map(ImportChoice::of).collect(),
        }
    }
}

/// A word that was read by what the county has said of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "layout": "template", "layout_zh": "均衡数据模板", "topic": "kind", "label": "完小",
    "target": "primary", "zh": "小学", "by": "王建国（pinggu）", "at": "2023-10-08T08:00:00Z",
    "count": 12,
}))]
pub(super) struct WordMeaning {
    pub(super) layout: String,
    pub(super) layout_zh: String,
    /// `column` 表头、`kind` 办学类型、`value` 选项、`school` 学校
    pub(super) topic: String,
    /// 文件中的写法
    pub(super) label: String,
    pub(super) target: String,
    /// 对应为
    pub(super) zh: String,
    /// 指定人
    by: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// 这次用到的次数
    count: u64,
}

/// A cell that was corrected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "file": "学校数据.xlsx", "sheet": "学校", "cell": "C6", "was": "二十八", "value": "28",
    "by": "王建国（pinggu）", "at": "2024-10-08T08:00:00Z",
}))]
pub(super) struct ImportCorrected {
    file: String,
    sheet: String,
    cell: String,
    /// 文件中的内容
    was: String,
    /// 改为
    value: String,
    by: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

impl ImportCorrected {
    pub(super) fn of(corrected: &intake::Corrected) -> Self {
        let at = &corrected.location;
        Self {
            file: at.file.to_string(),
            sheet: at.sheet.to_string(),
            cell: at.cell.map(|(row, column)| domain::cell_name(row, column)).unwrap_or_default(),
            was: corrected.was.clone(),
            value: corrected.text.to_string(),
            by: corrected.person.to_string(),
            at: corrected.at,
        }
    }
}

/// What the county has said, and which schools it has.
pub(super) struct Said {
    pub(super) mapping: Mapping,
    pub(super) records: Vec<MappingRecord>,
    pub(super) schools: BTreeMap<SchoolCode, String>,
}

impl Said {
    pub(super) async fn of(app: &App, county: &CountyCode) -> Result<Self, ApiError> {
        let records = app.store().mappings(county).await?;
        let mut mapping = Mapping::default();
        for record in &records {
            if let Some((topic, label)) = parts(&record.label) {
                mapping.put(&record.layout, topic, label, &record.target);
            }
        }
        let schools = app.store().schools(county, &Scope::County).await?;
        let schools = schools.into_iter().map(|school| (school.code, school.name)).collect();
        Ok(Self { mapping, records, schools })
    }

    /// What was used of it.
    pub(super) fn used(
        &self,
        app: &App,
        applied: &[Applied],
    ) -> Result<Vec<WordMeaning>, ApiError> {
        let mut used = Vec::with_capacity(applied.len());
        for word in applied {
            let record = self.records.iter().find(|record| {
                record.layout == word.layout
                    && record.target == word.target
                    && parts(&record.label).is_some_and(|(topic, label)| {
                        topic == word.topic && Mapping::is_same(label, &word.label)
                    })
            });
            if let Some(record) = record {
                used.extend(self.meaning(app, record, word.count)?);
            }
        }
        Ok(used)
    }

    /// A remembered word as it is shown.
    pub(super) fn meaning(
        &self,
        app: &App,
        record: &MappingRecord,
        count: u64,
    ) -> Result<Option<WordMeaning>, ApiError> {
        let layouts = app.kept().layouts(app)?;
        let Some((topic, label)) = parts(&record.label) else { return Ok(None) };
        let catalogue = &app.knowledge().catalogue;
        let (layout, target) = (&record.layout, &record.target);
        let school = || {
            let code = SchoolCode::parse(target).ok().filter(|_| topic == Topic::School)?;
            self.schools.get(&code).map(|name| format!("{name}（{code}）"))
        };
        let zh = school().or_else(|| name_of(layouts, catalogue, layout, topic, label, target));
        Ok(Some(WordMeaning {
            layout_zh: layouts.get(layout).map_or_else(|| layout.clone(), |l| l.title.clone()),
            layout: layout.clone(),
            topic: topic.code().to_owned(),
            label: label.to_owned(),
            zh: zh.unwrap_or_else(|| "（现行表样中已没有）".to_owned()),
            target: target.clone(),
            by: record.by.clone(),
            at: record.at,
            count,
        }))
    }
}

/// How a word is called in the store: what it is about, and the word.
pub(super) fn stored(topic: Topic, label: &str) -> String {
    format!("{}/{label}", topic.code())
}

fn parts(stored: &str) -> Option<(Topic, &str)> {
    let (topic, label) = stored.split_once('/')?;
    Some((Topic::from_code(topic)?, label))
}

/// Corrections as the reader takes them.
pub(super) fn corrections(records: &[CellCorrection]) -> Corrections {
    let mut corrections = Corrections::default();
    for record in records {
        let cell = &record.cell;
        let (file, sheet) = (Arc::from(cell.file.as_str()), Arc::from(cell.sheet.as_str()));
        let at = Location::cell(&file, &sheet, cell.row, cell.column);
        let text = Arc::from(record.value.as_str());
        corrections
            .put(&at, Correction { text, person: Arc::from(record.by.as_str()), at: record.at });
    }
    corrections
}
