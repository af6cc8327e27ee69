//! Reading what was uploaded: files, findings, and what would change. The job that does it writes
//! nothing but its own record; the facts are read again, from the same bytes, when they are accepted.

use super::words::{ImportChoice, ImportCorrected, ImportUnknown, Said, WordMeaning, corrections};
use super::{Input, shelf};
use crate::jobs::{JobContext, JobError};
use crate::{ApiError, App};
use domain::{Catalogue, CountyCode, Place, SchoolCode, SchoolYear, Snapshot};
use intake::finding::code;
use intake::{Corrections, Finding, Intake, Options, Severity};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::Which;
use utoipa::ToSchema;

/// The steps of the job.
pub(super) const STEPS: [&str; 4] = ["识别表样", "读取", "核对", "等待确认"];

/// A file that was read or refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(super) struct ImportFile {
    /// 文件名
    name: String,
    bytes: u64,
    sha256: String,
    /// 识别出的表样；不认识或不能读的为 null
    layout: Option<String>,
    /// 表样名称
    title: Option<String>,
}

/// Something wrong, or worth knowing, in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "severity": "error", "code": "I-CELL-03", "file": "学校数据.xlsx", "sheet": "学校", "cell": "C6",
    "school": "3418230001", "school_name": "实验小学", "item": "teachers", "zh": "小学 专任教师数",
    "message": "应填整数，实为“二十八”。", "remedy": "请改为数字。", "more": 0,
}))]
pub(super) struct ImportFinding {
    /// `error`、`warning`、`notice`
    severity: String,
    /// 稳定编号
    code: String,
    file: Option<String>,
    sheet: Option<String>,
    /// 单元格，如 `C6`
    cell: Option<String>,
    school: Option<String>,
    school_name: Option<String>,
    item: Option<String>,
    zh: Option<String>,
    message: String,
    remedy: String,
    /// 未逐条列出的同类问题数
    more: u64,
}

impl ImportFinding {
    fn of(finding: &Finding) -> Self {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let at = finding.location.as_ref();
        let school = finding.school.as_ref();
        Self {
            severity: match finding.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Notice => "notice",
            }
            .to_owned(),
            code: finding.code.to_owned(),
            file: at.and_then(|at| text(&at.file)),
            sheet: at.and_then(|at| text(&at.sheet)),
            cell: at.and_then(|at| at.cell).map(|(row, column)| domain::cell_name(row, column)),
            school: school.and_then(|school| text(&school.code)),
            school_name: school.and_then(|school| text(&school.name)),
            item: finding.item.as_ref().map(|item| item.code.to_string()),
            zh: finding.item.as_ref().map(|item| item.zh.to_string()),
            message: finding.message.clone(),
            remedy: finding.advice.clone(),
            more: finding.more,
        }
    }
}

/// How many findings there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(super) struct ImportCounts {
    errors: u64,
    warnings: u64,
    notices: u64,
}

/// A school of the files, compared with what was submitted last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({"school": "3418230001", "name": "实验小学", "change": "changed", "facts": 12}))]
pub(super) struct ImportSchool {
    school: String,
    name: String,
    /// `new`、`changed`、`unchanged`、`not_in_files`
    change: String,
    /// 增、删、改的数据项数
    facts: usize,
}

/// What would change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(super) struct ImportSummary {
    new: usize,
    changed: usize,
    unchanged: usize,
    /// 本学年已有而文件中没有的学校，不会改动
    not_in_files: usize,
    /// 增、删、改的数据项数，含县级数据
    facts: usize,
    /// 其中县级数据
    county_facts: usize,
    schools: Vec<ImportSchool>,
}

/// What was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Reading {
    /// The hash of what can be accepted; `None`: it cannot.
    pub(super) snapshot: Option<String>,
    pub(super) files: Vec<ImportFile>,
    pub(super) counts: ImportCounts,
    pub(super) findings: Vec<ImportFinding>,
    pub(super) summary: Option<ImportSummary>,
    #[serde(default)]
    pub(super) unknown: Vec<ImportUnknown>,
    #[serde(default)]
    pub(super) choices: BTreeMap<String, Vec<ImportChoice>>,
    #[serde(default)]
    pub(super) meanings: Vec<WordMeaning>,
    #[serde(default)]
    pub(super) corrected: Vec<ImportCorrected>,
}

/// What an import is read against.
pub(super) struct Ground {
    pub(super) county: CountyCode,
    pub(super) name: String,
    pub(super) last: Arc<Snapshot>,
    said: Said,
    corrections: Corrections,
}

impl Ground {
    /// What an import of a year is read against.
    pub(super) async fn of(
        app: &App,
        county: &CountyCode,
        year: i16,
        import: i64,
    ) -> Result<Self, ApiError> {
        let counties = app.store().counties().await?;
        let name = counties.into_iter().find(|known| known.code == *county);
        let year = SchoolYear(year).previous();
        let (last, _) = app.kept().snapshot(app, county, year, Which::Approved).await?;
        let name = name.map(|known| known.name).unwrap_or_default();
        let said = Said::of(app, county).await?;
        let corrections = corrections(&app.store().upload_corrections(county, import).await?);
        Ok(Self { county: county.clone(), name, last, said, corrections })
    }
}

/// Reads the files of an upload. A county other than the caller's is an error finding, and nothing of
/// it can be accepted.
///
/// # Errors
/// Files that are not there any more.
pub(super) fn read(
    app: &App,
    input: &Input,
    ground: &Ground,
    progress: Option<&dyn Fn(intake::Progress<'_>)>,
) -> Result<Intake, ApiError> {
    let folder = shelf::folder(app.store(), &input.folder);
    let mut contents = Vec::with_capacity(input.files.len());
    for number in 0..input.files.len() {
        contents.push(std::fs::read(shelf::file(&folder, number)).map_err(shelf::problem)?);
    }
    let files: Vec<(&str, &[u8])> = input
        .files
        .iter()
        .zip(&contents)
        .map(|(file, bytes)| (file.name.as_str(), bytes.as_slice()))
        .collect();
    let knowledge = app.knowledge();
    let mut options =
        Options::new(&knowledge.catalogue, app.kept().layouts(app)?).with_checks(&knowledge.items);
    options.year = Some(SchoolYear(input.year));
    options.county = Some((ground.county.clone(), ground.name.clone()));
    options.previous = Some(&ground.last);
    options.mapping = &ground.said.mapping;
    options.schools = &ground.said.schools;
    options.corrections = &ground.corrections;
    options.progress = progress;
    let mut intake = intake::read_bytes(&files, &options);
    for year in &mut intake.years {
        let other = year.snapshot.as_ref().map(|snapshot| &snapshot.county().code);
        if let Some(other) = other.filter(|other| **other != ground.county) {
            let message = format!("文件是 {other} 的数据，不是本县（{}）的。", ground.county);
            let finding =
                Finding::error(code::YEAR_OR_COUNTY, message).advise("请核对文件和行政区划代码。");
            intake.findings.push(finding);
            intake.errors += 1;
            year.snapshot = None;
        }
    }
    Ok(intake)
}

/// The job.
pub(crate) async fn run(context: JobContext) -> Result<Value, JobError> {
    let input: Input = context.input()?;
    let app = context.app().clone();
    let folder = shelf::folder(app.store(), &input.folder);
    let ground = Ground::of(&app, context.county(), input.year, context.id()).await?;
    let year = SchoolYear(input.year);
    let (base, _) = app.kept().snapshot(&app, context.county(), year, Which::Submitted).await?;
    context.check()?;
    let reading = context.blocking(move |context| {
        if let Some(reading) = shelf::read::<Reading>(&folder, shelf::READING)? {
            return Ok(reading);
        }
        context.step(0);
        let told = |progress: intake::Progress<'_>| {
            context.step(1);
            context.progress(progress.done, progress.total);
            context.say(format!("正在读取 {}", progress.file));
        };
        let intake = read(context.app(), &input, &ground, Some(&told))?;
        context.check()?;
        context.step(2);
        context.say("正在与现有数据比较");
        let reading = reading(context.app(), intake, &base, &ground)?;
        shelf::write(&folder, shelf::READING, &reading)?;
        Ok(reading)
    });
    let reading = reading.await?;
    context.step(3);
    Ok(json!({
        "import": context.id(),
        "acceptable": reading.snapshot.is_some(),
        "errors": reading.counts.errors,
        "warnings": reading.counts.warnings,
    }))
}

/// The record of what was read.
///
/// # Errors
/// Packs that cannot be read.
pub(super) fn reading(
    app: &App,
    intake: Intake,
    base: &Snapshot,
    ground: &Ground,
) -> Result<Reading, ApiError> {
    let layouts = app.kept().layouts(app)?;
    let files = intake.files.iter().map(|file| ImportFile {
        name: file.name.clone(),
        bytes: file.bytes,
        sha256: file.hash.clone(),
        title: file.layout.as_deref().and_then(|id| layouts.get(id)).map(|l| l.title.clone()),
        layout: file.layout.clone(),
    });
    let count = |severity| {
        let own = intake.findings.iter().filter(|finding| finding.severity == severity);
        own.map(|finding| finding.more.max(1)).sum()
    };
    let counts = ImportCounts {
        errors: count(Severity::Error),
        warnings: count(Severity::Warning),
        notices: count(Severity::Notice),
    };
    let snapshot = intake.snapshot();
    Ok(Reading {
        snapshot: snapshot.map(|snapshot| snapshot.hash().to_owned()),
        files: files.collect(),
        counts,
        findings: intake.findings.iter().map(ImportFinding::of).collect(),
        summary: snapshot.map(|snapshot| summary(base, snapshot, &app.knowledge().catalogue)),
        meanings: ground.said.used(app, &intake.applied)?,
        corrected: intake.corrected.iter().map(ImportCorrected::of).collect(),
        unknown: intake.unknown.into_iter().map(ImportUnknown::of).collect(),
        choices: intake.choices.into_iter().map(choices).collect(),
    })
}

fn choices((name, list): (String, Vec<intake::mapping::Choice>)) -> (String, Vec<ImportChoice>) {
    (name, list.into_iter().map(ImportChoice::of).collect())
}

/// The values of a school, or of the county under `None`, by place and item. Twins of a roster keep
/// their order.
type Values = BTreeMap<(String, String), Vec<String>>;

fn values(snapshot: &Snapshot, catalogue: &Catalogue) -> BTreeMap<Option<SchoolCode>, Values> {
    let mut all: BTreeMap<Option<SchoolCode>, Values> = BTreeMap::new();
    for place in snapshot.places() {
        let of = all.entry(place.school().map(|school| school.code.clone())).or_default();
        let row = match place {
            Place::Class(_, _, class) => format!("{}/{}/{}", class.stage, class.grade, class.name),
            Place::Room(_, _, room) => format!("{}/{}", room.kind.code(), room.name),
            other => other.stage().map_or(String::new(), |stage| stage.code().to_owned()),
        };
        of.entry((row.clone(), String::new())).or_default().push(String::new());
        for (id, fact) in place.facts(place.level()).into_iter().flat_map(domain::Facts::iter) {
            let item = catalogue.item(id).code.clone();
            of.entry((row.clone(), item)).or_default().push(fact.value.to_string());
        }
    }
    all
}

/// How many values differ; a row that comes or goes is none by itself.
fn differing(before: &Values, after: &Values) -> usize {
    let gone = before.keys().filter(|key| !after.contains_key(*key));
    let other = after.iter().filter(|(key, values)| before.get(*key) != Some(*values));
    gone.chain(other.map(|(key, _)| key)).filter(|(_, item)| !item.is_empty()).count()
}

fn summary(before: &Snapshot, after: &Snapshot, catalogue: &Catalogue) -> ImportSummary {
    let mut old = values(before, catalogue);
    let mut summary = ImportSummary::default();
    for (code, new) in values(after, catalogue) {
        let known = old.remove(&code);
        let facts = differing(known.as_ref().unwrap_or(&Values::new()), &new);
        let Some(school) = code.as_ref().and_then(|code| after.school(code)) else {
            summary.county_facts = facts;
            summary.facts += facts;
            continue;
        };
        let was = before.school(&school.code);
        let renamed = was.is_some_and(|was| {
            was.name != school.name || was.kind != school.kind || was.parent != school.parent
        });
        let change = match known {
            None => "new",
            Some(known) if known != new || renamed => "changed",
            Some(_) => "unchanged",
        };
        match change {
            "new" => summary.new += 1,
            "changed" => summary.changed += 1,
            _ => summary.unchanged += 1,
        }
        summary.facts += facts;
        let (school, name) = (school.code.to_string(), school.name.clone());
        summary.schools.push(ImportSchool { school, name, change: change.to_owned(), facts });
    }
    for school in old.into_keys().flatten().filter_map(|code| before.school(&code)) {
        summary.not_in_files += 1;
        summary.schools.push(ImportSchool {
            school: school.code.to_string(),
            name: school.name.clone(),
            change: "not_in_files".to_owned(),
            facts: 0,
        });
    }
    summary
}
