//! Orders (调令) and what is recorded of them: arrival and return, which enter the teacher's exchange
//! history in the roster, subsidies, assessments. Schools see those that leave or reach them.

use super::objections::{names_nobody, school_names};
use super::steps::REASON;
use super::{RotationRecord, found, is_inside};
use crate::body::{Body, Of, Params, tagged};
use crate::teachers::history::{HistoryChange, add_to_history};
use crate::{ApiError, App, FieldProblem, Signed};
use access::Action;
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use domain::{CountyCode, SchoolCode, SchoolYear, Stage};
use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use staffing::ExchangeKind;
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
/// The month in which teachers report for the school year to come.
const REPORTING: i8 = 8;

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
    /// `arrive`, `return`, `stay`, `cancel`, `subsidy`, `evaluate`.
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
            .filter(|act| act.from(record.state).is_some() && eyes.hands.may(**act, &order.to));
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
/// `cancel` reason; `subsidy` yuan, basis, from, until; `evaluate` day, result, words.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"version": 1, "act": "arrive", "day": "2025-09-01", "roll": true}))]
struct NewOrderNote {
    /// The version of the order that was seen.
    version: Option<i64>,
    /// `arrive`, `return`, `stay`, `cancel`, `subsidy`, `evaluate`.
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

/// What a record has done to the roster.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"year": 2025, "exchanges": "2025|3418230001|3418230002|任教交流",
    "school": true, "note": "学校改为 3418230002"}))]
struct RosterEffect {
    /// The school year of the roster.
    year: i16,
    /// The entry that was added to the exchange history; null: none was.
    exchanges: Option<String>,
    /// Was the school changed?
    school: bool,
    /// In words.
    note: String,
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
            OrderAct::Cancel => NewRecord::Cancel(text("reason", self.reason.as_ref(), REASON)?),
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

/// 登记到岗、返回、留任、不再执行、补助、考核
///
/// 学校登记到本校的教师到岗；其他由人事登记。到岗时在名册的交流经历中记一条；名册的统计日期不早于到岗日期、且编制随迁时，学校一并改动。返回时同样。
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
    expect_in_order(&order, &told)?;
    let record = app.store().record_order(county, id, &teacher, &told, seen, &signed.by()).await?;
    // The order is the record of what has happened; the roster follows it.
    let roster = follow(&app, &signed, &rotation, &record, &told).await?;
    let eyes = Eyes::of(&app, &signed).await?;
    let entries = app.store().order_entries(county, id).await?;
    let entries = entries.into_iter().filter(|entry| entry.teacher == teacher).collect();
    Ok(Json(Recorded { order: RotationOrder::of(record, entries, &eyes), roster }))
}

/// Days in their order: nobody comes back before he or she has arrived.
fn expect_in_order(order: &OrderRecord, told: &NewRecord) -> Result<(), ApiError> {
    let (NewRecord::Return(day) | NewRecord::Stay(day)) = told else { return Ok(()) };
    if order.arrived.is_some_and(|arrived| *day < arrived) {
        let problem = FieldProblem::new("day", "日期早于到岗日期");
        return Err(ApiError::Fields(vec![problem]));
    }
    Ok(())
}

/// The school year in which somebody who reports on a day begins.
fn school_year(day: Date) -> SchoolYear {
    SchoolYear(if day.month() >= REPORTING { day.year() } else { day.year() - 1 })
}

/// Writes into the roster what an arrival or a return means for it.
async fn follow(
    app: &App,
    signed: &Signed,
    rotation: &RotationRecord,
    record: &OrderRecord,
    told: &NewRecord,
) -> Result<Option<RosterEffect>, ApiError> {
    let (order, county) = (&record.order, signed.county());
    let (day, from, to, kind) = match told {
        NewRecord::Arrive(day, _) => (*day, &order.from, &order.to, ExchangeKind::Rotation),
        // Without the roll nothing moves back.
        NewRecord::Return(day) if record.roll => {
            (*day, &order.to, &order.from, ExchangeKind::Transfer)
        }
        _ => return Ok(None),
    };
    let began = school_year(day);
    let entry = format!("{}|{from}|{to}|{}", began.0, kind.zh());
    let years = [began, rotation.year];
    let year = home(app, county, &years, &order.teacher).await?;
    let Some(year) = year else {
        let note = "名册中已没有这名教师，交流经历没有记入".to_owned();
        return Ok(Some(RosterEffect {
            year: rotation.year.0,
            exchanges: None,
            school: false,
            note,
        }));
    };
    let school = record.roll.then(|| (to.clone(), day));
    let change = HistoryChange { entry: entry.clone(), school };
    let done = add_to_history(app, county, year, &order.teacher, &change, &signed.by()).await;
    let done = match done {
        Ok(done) => done,
        // The record of the order stands; the page says what is left to do by hand.
        Err(error) => {
            let note = format!("名册没有改动：{error}；请在名册中补记“{entry}”");
            return Ok(Some(RosterEffect { year: year.0, exchanges: None, school: false, note }));
        }
    };
    let note = match (done.added, done.moved) {
        (false, _) => "名册所在学年已锁定，交流经历没有记入".to_owned(),
        (true, true) => format!("已记入 {year} 学年名册的交流经历，学校改为 {to}"),
        (true, false) if record.roll => {
            format!("已记入 {year} 学年名册的交流经历；名册的统计日期早于 {day}，学校不变")
        }
        (true, false) => format!("已记入 {year} 学年名册的交流经历；编制不动，学校不变"),
    };
    let exchanges = done.added.then_some(entry);
    Ok(Some(RosterEffect { year: year.0, exchanges, school: done.moved, note }))
}

/// The first of some years whose roster has a teacher.
async fn home(
    app: &App,
    county: &CountyCode,
    years: &[SchoolYear],
    teacher: &str,
) -> Result<Option<SchoolYear>, ApiError> {
    for year in years {
        match app.store().teacher(county, *year, teacher, &Scope::County).await {
            Ok(_) => return Ok(Some(*year)),
            Err(store::StoreError::NotFound(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn who_reports_in_august_begins_the_year_to_come() {
        assert_eq!(school_year(date(2025, 8, 25)), SchoolYear(2025));
        assert_eq!(school_year(date(2026, 2, 20)), SchoolYear(2025));
        assert_eq!(school_year(date(2025, 7, 31)), SchoolYear(2024));
    }

    #[test]
    fn months_are_read_strictly() {
        assert_eq!(first_day("from", "2025-09").unwrap(), date(2025, 9, 1));
        for wrong in ["2025", "2025-13", "25-09", "2025-09-01", "九月"] {
            assert!(first_day("from", wrong).is_err(), "{wrong}");
        }
    }
}
