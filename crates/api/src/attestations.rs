//! Attestations (佐证登记): what the county states of its own duties, rule by rule, with the evidence
//! files behind it and what is still missing.
//!
//! The judge says what an attestation needs before it counts; here it is read from the evaluation
//! and the kept rows are laid beside it. Figures of the county are not stated here but filled into
//! its form, so that they go through approval.

use crate::body::{Body, Of, Params, tagged};
use crate::evaluation::measured::standard_of_year;
use crate::evaluation::{By, Year, known_year};
use crate::evidence::{EvidenceView, Remover};
use crate::{ApiError, App, FieldProblem, Signed};
use access::Action;
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use domain::Attestation;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use standard::evaluation::Verdict;
use std::collections::BTreeMap;
use store::{AttestationRecord, Scope};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Longest description of the evidence, characters.
const EVIDENCE: usize = 1_000;
/// Longest name, characters.
const PERSON: usize = 50;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(sheet)).routes(routes!(put))
}

/// A statement as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
struct Statement {
    /// 是否达到；`null` 为尚未认定
    holds: Option<bool>,
    /// 材料说明或目录号
    evidence: String,
    /// 责任人
    person: String,
    /// 认定日期
    #[schema(value_type = Option<String>, format = Date)]
    date: Option<Date>,
    /// 下次修改时带上
    version: i64,
    /// 最后修改人
    by: String,
    /// 最后修改时间
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

impl From<AttestationRecord> for Statement {
    fn from(record: AttestationRecord) -> Self {
        let Attestation { holds, evidence, person, date, .. } = record.attestation;
        let (version, by, at) = (record.version, record.by, record.at);
        Self { holds, evidence, person, date, version, by, at }
    }
}

/// A rule of the county with its statement and evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
struct AttestationRow {
    /// 类别代码，如 `government`
    group: String,
    /// 指标代码
    indicator: String,
    /// 本项代码
    code: String,
    zh: String,
    /// 是否靠佐证认定；否则按填报的数据计算
    attested: bool,
    #[schema(value_type = String)]
    verdict: Verdict,
    statement: Option<Statement>,
    /// 全县的材料（各校的材料见佐证目录）
    files: Vec<EvidenceView>,
    /// 各校为本项上传的材料数（仅管理范围内）
    school_files: usize,
    /// 还缺什么
    lacks: Vec<String>,
}

/// All rules of the county.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
struct AttestationSheet {
    rows: Vec<AttestationRow>,
    /// 还有缺项的行数
    incomplete: usize,
    /// 学年是否已锁定
    locked: bool,
}

/// 县级指标的佐证登记与缺项
#[utoipa::path(get, path = "/api/years/{year}/attestations", tag = "evidence", params(Year, By),
    responses((status = 200, body = AttestationSheet)))]
async fn sheet(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    Of(Year { year }): Of<Year>,
    Params(by): Params<By>,
) -> Result<Response, ApiError> {
    let measured = by.measured(&app, &signed, year).await?;
    let (store, county, year) = (app.store(), signed.county(), measured.evaluation.year);
    let kept = store.attestations(county, year).await?;
    let mut kept: BTreeMap<String, AttestationRecord> =
        kept.into_iter().map(|row| (row.attestation.indicator.clone(), row)).collect();
    let remover = Remover::of(&app, &signed).await?;
    let scope = signed.scope_of(&app, Action::ReadEvidence).await?;
    let mut files: BTreeMap<String, Vec<EvidenceView>> = BTreeMap::new();
    for link in store.evidence(county, year, &scope).await? {
        files.entry(link.target.subject.clone()).or_default().push(remover.view(link));
    }
    let mut rows = Vec::new();
    for group in &measured.evaluation.groups {
        for indicator in &group.indicators {
            for part in &indicator.parts {
                let own = files.remove(&part.code).unwrap_or_default();
                let (of_county, of_schools): (Vec<_>, Vec<_>) =
                    own.into_iter().partition(|file| file.school.is_none());
                let mut lacks = Vec::new();
                if part.verdict == Verdict::Missing {
                    lacks.push(part.reason.clone().unwrap_or_else(|| "缺数".to_owned()));
                }
                // Whoever does not see the county's files is not told that there are none.
                if part.attested && of_county.is_empty() && scope == Scope::County {
                    lacks.push("没有上传佐证文件".to_owned());
                }
                rows.push(AttestationRow {
                    group: group.code.clone(),
                    indicator: indicator.code.clone(),
                    code: part.code.clone(),
                    zh: part.zh.clone(),
                    attested: part.attested,
                    verdict: part.verdict,
                    statement: kept.remove(&part.code).map(Statement::from),
                    files: of_county,
                    school_files: of_schools.len(),
                    lacks,
                });
            }
        }
    }
    let incomplete = rows.iter().filter(|row| !row.lacks.is_empty()).count();
    let years = store.years(county).await?;
    let locked = years.iter().any(|known| known.year == year && known.locked);
    tagged(&headers, &AttestationSheet { rows, incomplete, locked })
}

/// What is stated of a rule.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "holds": true, "evidence": "学校布局规划批复（G1-01）", "person": "王建国",
    "date": "2024-10-20", "version": 0,
}))]
struct Attest {
    /// 是否达到；`null` 撤回认定
    holds: Option<bool>,
    /// 材料说明或目录号
    #[serde(default)]
    evidence: String,
    /// 责任人
    #[serde(default)]
    person: String,
    /// 认定日期
    #[schema(value_type = Option<String>, format = Date)]
    date: Option<Date>,
    /// 看到的版本；没有登记过的为 0
    version: Option<i64>,
}

/// The version of a statement after an edit.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"version": 1}))]
struct Attested {
    version: i64,
}

/// 登记一项佐证
///
/// 只有靠佐证认定的指标可以登记；按数据计算的指标，数据在“全县填报表”中填报、审定。
#[utoipa::path(put, path = "/api/years/{year}/attestations/{code}", tag = "evidence",
    params(Year, ("code" = String, Path, description = "指标（或其中一项）的代码，如 G1")),
    request_body = Attest, responses((status = 200, body = Attested)))]
async fn put(
    State(app): State<App>,
    signed: Signed,
    Of((year, code)): Of<(i16, String)>,
    Body(new): Body<Attest>,
) -> Result<Json<Attested>, ApiError> {
    if *signed.scope() != Scope::County {
        return Err(ApiError::NotFound("全县的佐证登记".to_owned()));
    }
    let seen = new.version.ok_or(ApiError::NoVersion)?;
    let year = known_year(&app, &signed, year).await?;
    let standard = standard_of_year(&app, signed.county(), year, None).await?;
    if !standard.attested().iter().any(|(known, _)| *known == code) {
        return Err(ApiError::NotFound(format!("靠佐证认定的指标“{code}”")));
    }
    let state = stated(code, &new, crate::clock::day(signed.now()))?;
    let version = app.store().attest(signed.county(), year, &state, seen, &signed.by()).await?;
    Ok(Json(Attested { version }))
}

/// The statement, where it can be one.
fn stated(indicator: String, new: &Attest, today: Date) -> Result<Attestation, ApiError> {
    let (evidence, person) = (new.evidence.trim().to_owned(), new.person.trim().to_owned());
    let mut wrong = Vec::new();
    if evidence.chars().count() > EVIDENCE {
        wrong.push(FieldProblem::new("evidence", format!("材料说明不能超过 {EVIDENCE} 个字")));
    }
    if person.chars().count() > PERSON {
        wrong.push(FieldProblem::new("person", format!("责任人不能超过 {PERSON} 个字")));
    }
    if new.date.is_some_and(|date| date > today) {
        wrong.push(FieldProblem::new("date", "认定日期不能晚于今天"));
    }
    // A statement without the three that the judge asks for would not count: it is told at once.
    if new.holds.is_some() {
        let empty = [
            ("evidence", evidence.is_empty(), "请写明材料名称或目录号"),
            ("person", person.is_empty(), "请填责任人"),
            ("date", new.date.is_none(), "请填认定日期"),
        ];
        let empty = empty.into_iter().filter(|(_, lacks, _)| *lacks);
        wrong.extend(empty.map(|(field, _, what)| FieldProblem::new(field, what)));
    }
    if !wrong.is_empty() {
        return Err(ApiError::Fields(wrong));
    }
    Ok(Attestation { indicator, holds: new.holds, evidence, person, date: new.date })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn wrong(holds: Option<bool>, evidence: &str, day: Option<Date>) -> Vec<String> {
        let person = "张三".to_owned();
        let new =
            Attest { holds, evidence: evidence.to_owned(), person, date: day, version: Some(0) };
        match stated("G1".to_owned(), &new, date(2024, 10, 20)) {
            Ok(_) => Vec::new(),
            Err(ApiError::Fields(fields)) => fields.into_iter().map(|f| f.field).collect(),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn what_would_not_count_is_told_at_once() {
        let today = Some(date(2024, 10, 20));
        assert!(wrong(Some(true), "批复", today).is_empty());
        assert!(wrong(None, "", None).is_empty(), "a row that is begun");
        assert_eq!(wrong(Some(false), " ", None), ["evidence", "date"]);
        assert_eq!(wrong(Some(true), "批复", Some(date(2024, 10, 21))), ["date"]);
        assert_eq!(wrong(None, &"长".repeat(1001), today), ["evidence"]);
    }
}
