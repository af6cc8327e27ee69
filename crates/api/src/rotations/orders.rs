//! Orders (调令) and what is recorded of them: arrival and return, which enter the teacher's exchange
//! history in the roster, subsidies, assessments. Schools see those that leave or reach them.

use super::follow::{RosterEffect, follow};
use super::objections::{names_nobody, school_names};
use super::steps::REASON;
use super::{found, is_inside, today};
use crate::body::{Body, Of, Params, tagged};
use crate::{ApiError, App, FieldProblem, Signed};
use access::Action;
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use domain::{SchoolCode, Stage};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use store::Scope;
use store::rotations_orders::{
    Assessment, NewRecord, OrderAct, OrderEntry, OrderRecord, OrderState, Subsidy,
};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Longest words of an assessment, characters.
const WORDS: usize = 1_000;
/// The highest subsidy of a month, 元: more is a slip of the pen.
const HIGHEST: u32 = 20_000;
/// Nobody reports so many days before the term of the order begins: a slip of the pen.
const EARLY: i64 = 60;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(record))
}

/// A hardship subsidy, by whole months.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"yuan": "400", "basis": "泾教〔2024〕12号", "from": "2025-09",
    "until": null}))]
struct OrderSubsidy {
    /// 元 a month.
    yuan: String,
    basis: String,
    /// The first month.
    from: String,
    /// The last month; null: as long as the teacher is there.
    until: Option<String>,
}

/// An assessment.
#[derive(Debug, Serialize, ToSchema)]
struct OrderEvaluation {
    /// A grade of the rules' list.
    result: String,
    #[schema(value_type = String, format = Date)]
    day: Date,
    /// Null for who may not read it, or where the key that has sealed it is missing.
    words: Option<String>,
}

/// Something that was recorded.
#[derive(Debug, Serialize, ToSchema)]
struct OrderNote {
    number: i64,
    /// `arrive`, `return`, `stay`, `cancel`, `subsidy`, `evaluate`, `unarrive`.
    act: &'static str,
    zh: &'static str,
    #[schema(value_type = Option<String>, format = Date)]
    day: Option<Date>,
    detail: String,
    by: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

/// An order.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "teacher": "T0001", "name": "王*", "from": "3418230001", "from_name": "实验小学",
    "to": "3418230002", "to_name": "城关小学", "stage": "primary", "subject": "语文",
    "backbone": true, "starts": "2025-09-01", "ends": "2028-08-31", "state": "ordered",
    "zh": "已下达", "arrived": null, "ended": null, "roll": false, "subsidy": null,
    "evaluation": null, "next": ["arrive", "cancel", "subsidy"], "version": 1,
    "by": "孙明（sunming）", "at": "2025-07-10T01:00:00Z", "records": [],
}))]
struct RotationOrder {
    teacher: String,
    /// The name, masked.
    name: String,
    #[schema(value_type = String)]
    from: SchoolCode,
    from_name: String,
    #[schema(value_type = String)]
    to: SchoolCode,
    to_name: String,
    #[schema(value_type = String)]
    stage: Stage,
    subject: String,
    backbone: bool,
    /// The term.
    #[schema(value_type = String, format = Date)]
    starts: Date,
    #[schema(value_type = Option<String>, format = Date)]
    ends: Option<Date>,
    /// `ordered`, `arrived`, `returned`, `stayed`, `cancelled`.
    state: &'static str,
    zh: &'static str,
    #[schema(value_type = Option<String>, format = Date)]
    arrived: Option<Date>,
    #[schema(value_type = Option<String>, format = Date)]
    ended: Option<Date>,
    /// Does the roll move with the teacher (编制随迁)?
    roll: bool,
    subsidy: Option<OrderSubsidy>,
    evaluation: Option<OrderEvaluation>,
    /// Records that the caller may make now.
    next: Vec<&'static str>,
    version: i64,
    by: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    records: Vec<OrderNote>,
}

/// What the caller may see and do.
struct Eyes {
    names: BTreeMap<SchoolCode, String>,
    hands: Hands,
    /// Reads the words of assessments.
    reads: bool,
}

impl Eyes {
    async fn of(app: &App, signed: &Signed) -> Result<Self, ApiError> {
        let hands = Hands::of(app, signed).await?;
        let reads = is_inside(app, signed).await? || signed.caller().may(Action::RevealTeachers);
        Ok(Self { names: school_names(app, signed.county()).await?, hands, reads })
    }
}

/// What the caller may record.
enum Hands {
    /// The personnel office: everything.
    All,
    /// A school: who has arrived at it.
    Arrivals(BTreeSet<SchoolCode>),
    /// Nothing.
    Nothing,
}

impl Hands {
    async fn of(app: &App, signed: &Signed) -> Result<Self, ApiError> {
        let whole = signed.caller().may(Action::EditStaffing)
            && signed.scope_of(app, Action::EditStaffing).await? == Scope::County;
        if whole {
            return Ok(Self::All);
        }
        if !signed.caller().may(Action::EditTeachers) {
            return Ok(Self::Nothing);
        }
        let scope = signed.scope_of(app, Action::EditTeachers).await?;
        let own = crate::evaluation::measured::visible(app, signed.county(), &scope).await?;
        Ok(own.map_or(Self::Nothing, Self::Arrivals))
    }

    fn may(&self, act: OrderAct, to: &SchoolCode) -> bool {
        match self {
            Self::All => true,
            Self::Arrivals(own) => act == OrderAct::Arrive && own.contains(to),
            Self::Nothing => false,
        }
    }
}

pub(super) fn month(day: Date) -> String {
    format!("{:04}-{:02}", day.year(), day.month())
}

impl RotationOrder {
    fn of(record: OrderRecord, entries: Vec<OrderEntry>, eyes: &Eyes) -> Self {
        let name = |school: &SchoolCode| eyes.names.get(school).cloned().unwrap_or_default();
        let order = record.order;
        let next = OrderAct::ALL
            .iter()
            .filter(|act| act.from(record.state).is_some() && eyes.hands.may(**act, &order.to))
            .filter(|act| **act != OrderAct::Unarrive || record.assessment.is_none());
        let next = next.map(|act| act.code()).collect();
        let records = entries.into_iter().map(|entry| OrderNote {
            number: entry.number,
            act: entry.act.code(),
            zh: entry.act.zh(),
            day: entry.day,
            detail: entry.detail,
            by: entry.by,
            at: entry.at,
        });
        Self {
            teacher: order.teacher,
            name: order.name,
            from_name: name(&order.from),
            from: order.from,
            to_name: name(&order.to),
            to: order.to,
            stage: order.stage,
            subject: order.subject,
            backbone: order.backbone,
            starts: order.starts,
            ends: order.ends,
            state: record.state.code(),
            zh: record.state.zh(),
            arrived: record.arrived,
            ended: record.ended,
            roll: record.roll,
            subsidy: record.subsidy.map(|subsidy| OrderSubsidy {
                yuan: subsidy.yuan.normalize().to_string(),
                basis: subsidy.basis,
                from: month(subsidy.from),
                until: subsidy.until.map(month),
            }),
            evaluation: record.assessment.map(|assessment| OrderEvaluation {
                result: assessment.grade,
                day: assessment.day,
                words: assessment.words.filter(|_| eyes.reads),
            }),
            next,
            version: record.version,
            by: record.by,
            at: record.at,
            records: records.collect(),
        }
    }
}

/// How many orders stand where.
#[derive(Debug, Default, Serialize, ToSchema)]
struct OrderCounts {
    ordered: usize,
    arrived: usize,
    returned: usize,
    stayed: usize,
    cancelled: usize,
}

/// The orders of a rotation.
#[derive(Debug, Serialize, ToSchema)]
struct OrderList {
    orders: Vec<RotationOrder>,
    counts: OrderCounts,
}

/// Which orders.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// 调出或调入学校的标识码
    #[param(value_type = Option<String>)]
    school: Option<SchoolCode>,
    /// ordered、arrived、returned、stayed、cancelled
    state: Option<String>,
}

/// 调令和登记情况
///
/// 学校看到本校调出和调入的。
#[utoipa::path(get, path = "/api/rotations/{id}/orders", tag = "rotations",
    params(("id" = i64, Path), Wanted), responses((status = 200, body = OrderList)))]
async fn list(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    Of(id): Of<i64>,
    Params(wanted): Params<Wanted>,
) -> Result<Response, ApiError> {
    found(&app, &signed, id).await?;
    let county = signed.county();
    let all = app.store().orders(county, id, signed.scope()).await?;
    let eyes = Eyes::of(&app, &signed).await?;
    let mut entries: BTreeMap<String, Vec<OrderEntry>> = BTreeMap::new();
    for entry in app.store().order_entries(county, id).await? {
        entries.entry(entry.teacher.clone()).or_default().push(entry);
    }
    let (mut tally, mut orders) = (OrderCounts::default(), Vec::new());
    for order in all {
        let count = match order.state {
            OrderState::Ordered => &mut tally.ordered,
            OrderState::Arrived => &mut tally.arrived,
            OrderState::Returned => &mut tally.returned,
            OrderState::Stayed => &mut tally.stayed,
            OrderState::Cancelled => &mut tally.cancelled,
        };
        *count += 1;
        let sides = [&order.order.from, &order.order.to];
        let fits = wanted.school.as_ref().is_none_or(|school| sides.contains(&school))
            && wanted.state.as_ref().is_none_or(|state| state == order.state.code());
        if fits {
            let entries = entries.remove(&order.order.teacher).unwrap_or_default();
            orders.push(RotationOrder::of(order, entries, &eyes));
        }
    }
    tagged(&headers, &OrderList { orders, counts: tally })
}

/// What is recorded. Which fields belong to which act: `arrive` day, roll; `return`, `stay` day;
/// `cancel`, `unarrive` reason; `subsidy` yuan, basis, from, until; `evaluate` day, result, words.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"version": 1, "act": "arrive", "day": "2025-09-01", "roll": true}))]
struct NewOrderNote {
    /// The version of the order that was seen.
    version: Option<i64>,
    /// `arrive`, `return`, `stay`, `cancel`, `subsidy`, `evaluate`, `unarrive`.
    #[schema(value_type = String)]
    act: OrderAct,
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    day: Option<Date>,
    /// Does the roll move with the teacher (编制随迁)? It does where nothing is said.
    #[serde(default)]
    roll: Option<bool>,
    #[serde(default)]
    reason: Option<String>,
    /// 元 a month.
    #[serde(default)]
    yuan: Option<String>,
    #[serde(default)]
    basis: Option<String>,
    /// The first month, `2025-09`.
    #[serde(default)]
    from: Option<String>,
    /// The last month; null: as long as the teacher is there.
    #[serde(default)]
    until: Option<String>,
    #[serde(default)]
    result: Option<String>,
    #[serde(default)]
    words: Option<String>,
}

/// An order after a record.
#[derive(Debug, Serialize, ToSchema)]
struct Recorded {
    order: RotationOrder,
    /// What it has done to the roster; null: nothing.
    roster: Option<RosterEffect>,
}

pub(super) fn first_day(field: &str, text: &str) -> Result<Date, ApiError> {
    let wrong = || ApiError::field(field, "月份写成 2025-09");
    let (year, month) = text.trim().split_once('-').ok_or_else(wrong)?;
    let (year, month) = (year.parse().map_err(|_| wrong())?, month.parse().map_err(|_| wrong())?);
    let day = Date::new(year, month, 1).map_err(|_| wrong())?;
    if (2000..2200).contains(&day.year()) { Ok(day) } else { Err(wrong()) }
}

fn text(field: &str, text: Option<&String>, most: usize) -> Result<String, ApiError> {
    let text = text.map(|text| text.trim()).unwrap_or_default();
    let fits = (1..=most).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    if fits {
        return Ok(text.to_owned());
    }
    Err(ApiError::field(field, format!("请填写，最多 {most} 字，不换行")))
}

impl NewOrderNote {
    fn day(&self) -> Result<Date, ApiError> {
        let day = self.day.ok_or_else(|| ApiError::field("day", "请填写日期"))?;
        let sane = (2000..2200).contains(&day.year());
        if sane { Ok(day) } else { Err(ApiError::field("day", "请核对日期")) }
    }

    fn reason(&self) -> Result<String, ApiError> {
        text("reason", self.reason.as_ref(), REASON)
    }

    fn subsidy(&self) -> Result<Subsidy, ApiError> {
        let yuan = self.yuan.as_deref().and_then(|text| text.trim().parse::<Decimal>().ok());
        let fits = |yuan: &Decimal| {
            *yuan > Decimal::ZERO && *yuan <= Decimal::from(HIGHEST) && yuan.scale() <= 2
        };
        let message = format!("每月补助应为大于 0、不超过 {HIGHEST} 元的数，最多两位小数");
        let yuan = yuan.filter(fits).ok_or_else(|| ApiError::field("yuan", message))?;
        let from = self.from.as_deref().ok_or_else(|| ApiError::field("from", "请填写起始月份"));
        let from = first_day("from", from?)?;
        let until = self.until.as_deref().map(|text| first_day("until", text)).transpose()?;
        if until.is_some_and(|until| until < from) {
            return Err(ApiError::field("until", "截止月份早于起始月份"));
        }
        Ok(Subsidy { yuan, basis: text("basis", self.basis.as_ref(), 200)?, from, until })
    }

    fn read(&self, grades: &[String]) -> Result<NewRecord, ApiError> {
        Ok(match self.act {
            OrderAct::Arrive => NewRecord::Arrive(self.day()?, self.roll.unwrap_or(true)),
            OrderAct::Return => NewRecord::Return(self.day()?),
            OrderAct::Stay => NewRecord::Stay(self.day()?),
            OrderAct::Cancel => NewRecord::Cancel(self.reason()?),
            OrderAct::Unarrive => NewRecord::Unarrive(self.reason()?),
            OrderAct::Subsidy => NewRecord::Subsidy(self.subsidy()?),
            OrderAct::Evaluate => {
                let result = self.result.clone().unwrap_or_default();
                if !grades.contains(&result) {
                    let message = format!("考核结果应为：{}", grades.join("、"));
                    return Err(ApiError::field("result", message));
                }
                let words = self.words.as_deref().map(str::trim).unwrap_or_default();
                if words.chars().count() > WORDS {
                    return Err(ApiError::field("words", format!("最多 {WORDS} 字")));
                }
                let (day, words) = (self.day()?, Some(words.to_owned()));
                NewRecord::Evaluate(Assessment { grade: result, day, words })
            }
        })
    }
}

/// Which order.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
struct Which {
    /// 方案编号
    id: i64,
    /// 教师编号
    teacher: String,
}

/// 登记到岗、返回、留任、不再执行、补助、考核，撤回报到登记
///
/// 学校登记到本校的教师到岗；其他由人事登记。到岗日期不晚于今天，不早于交流期限开始前 60 天。到岗时在名册的交流经历中记一条；名册的统计日期不早于到岗日期、且编制随迁时，学校一并改动。返回时同样。没有返回、留任、考核的，可以写明理由撤回报到登记，名册随之改回。
#[utoipa::path(post, path = "/api/rotations/{id}/orders/{teacher}/records", tag = "rotations",
    params(Which), request_body = NewOrderNote, responses((status = 200, body = Recorded)))]
async fn record(
    State(app): State<App>,
    signed: Signed,
    Of(Which { id, teacher }): Of<Which>,
    Body(new): Body<NewOrderNote>,
) -> Result<Json<Recorded>, ApiError> {
    let seen = new.version.ok_or(ApiError::NoVersion)?;
    let county = signed.county();
    let (rotation, _) = found(&app, &signed, id).await?;
    let told = new.read(&app.knowledge().staffing.exchange.grades)?;
    for (field, text) in [("reason", &new.reason), ("basis", &new.basis)] {
        if let Some(text) = text {
            names_nobody(&app, county, rotation.year, field, text).await?;
        }
    }
    // A school finds its own orders only; of those it records who has arrived.
    let orders = app.store().orders(county, id, signed.scope()).await?;
    let order = orders.into_iter().find(|order| order.order.teacher == teacher);
    let order = order.ok_or_else(|| ApiError::NotFound(format!("教师 {teacher} 的调令")))?;
    if !Hands::of(&app, &signed).await?.may(new.act, &order.order.to) {
        return Err(ApiError::Forbidden(Action::EditStaffing));
    }
    expect_in_order(&order, &told, today(&app))?;
    let record = app.store().record_order(county, id, &teacher, &told, seen, &signed.by()).await?;
    // The order is the record of what has happened; the roster follows it.
    let roster = follow(&app, &signed, rotation.year, (&order, &record), &told).await?;
    let eyes = Eyes::of(&app, &signed).await?;
    let entries = app.store().order_entries(county, id).await?;
    let entries = entries.into_iter().filter(|entry| entry.teacher == teacher).collect();
    Ok(Json(Recorded { order: RotationOrder::of(record, entries, &eyes), roster }))
}

/// Days in their order: nobody comes back before he or she has arrived, arrives in days to come, or long
/// before the term.
fn expect_in_order(order: &OrderRecord, told: &NewRecord, today: Date) -> Result<(), ApiError> {
    let starts = order.order.starts;
    let wrong = match told {
        NewRecord::Return(day) | NewRecord::Stay(day) => {
            let early = order.arrived.is_some_and(|arrived| *day < arrived);
            early.then(|| "日期早于到岗日期".to_owned())
        }
        NewRecord::Arrive(day, _) if *day > today => {
            Some(format!("到岗日期晚于今天（{today}）；请在教师到岗以后登记"))
        }
        NewRecord::Arrive(day, _) if *day < starts.saturating_sub(EARLY.days()) => {
            Some(format!("到岗日期比交流期限的开始（{starts}）早 {EARLY} 天以上，请核对年份"))
        }
        _ => None,
    };
    wrong.map_or(Ok(()), |text| Err(ApiError::Fields(vec![FieldProblem::new("day", text)])))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn months_are_read_strictly() {
        assert_eq!(first_day("from", "2025-09").unwrap(), date(2025, 9, 1));
        for wrong in ["2025", "2025-13", "25-09", "2025-09-01", "九月"] {
            assert!(first_day("from", wrong).is_err(), "{wrong}");
        }
    }
}
