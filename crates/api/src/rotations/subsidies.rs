//! Hardship subsidies (交流补助): who gets what, and sums by month and year. Paid by whole months, from
//! the month of arrival to that in which the teacher has come back.

use super::objections::school_names;
use super::orders::month;
use super::{found, today};
use crate::body::{Of, Params, tagged};
use crate::{ApiError, App, Signed};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use domain::SchoolCode;
use jiff::ToSpan as _;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::rotations_orders::{OrderRecord, OrderState};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get))
}

/// A teacher's subsidy.
#[derive(Debug, Serialize, ToSchema)]
struct SubsidyRow {
    teacher: String,
    /// The name, masked.
    name: String,
    #[schema(value_type = String)]
    to: SchoolCode,
    to_name: String,
    /// 元 a month.
    yuan: String,
    basis: String,
    /// The first month that counts …
    from: String,
    /// … and the last one so far.
    until: String,
    months: u32,
    /// 元.
    total: String,
}

/// The subsidies of a month.
#[derive(Debug, Serialize, ToSchema)]
struct SubsidyMonth {
    month: String,
    teachers: usize,
    /// 元.
    yuan: String,
}

/// The subsidies of a calendar year.
#[derive(Debug, Serialize, ToSchema)]
struct SubsidyYear {
    year: i16,
    teachers: usize,
    /// 元.
    yuan: String,
}

/// The subsidies of a rotation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "rows": [{"teacher": "T0001", "name": "王*", "to": "3418230002", "to_name": "城关小学",
        "yuan": "400", "basis": "泾教〔2024〕12号", "from": "2025-09", "until": "2025-12",
        "months": 4, "total": "1600"}],
    "months": [{"month": "2025-09", "teachers": 1, "yuan": "400"}],
    "years": [{"year": 2025, "teachers": 1, "yuan": "1600"}], "total": "1600",
    "through": "2025-12",
}))]
struct Subsidies {
    rows: Vec<SubsidyRow>,
    months: Vec<SubsidyMonth>,
    years: Vec<SubsidyYear>,
    /// 元.
    total: String,
    /// The month up to which is counted.
    through: String,
}

/// Up to when.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// 计到哪个月（2025-12）；不给时计到本月
    through: Option<String>,
}

/// The months that count for an order up to one, by their first days.
fn months_of(order: &OrderRecord, through: Date) -> Vec<Date> {
    let there =
        matches!(order.state, OrderState::Arrived | OrderState::Returned | OrderState::Stayed);
    let (Some(subsidy), Some(arrived)) = (&order.subsidy, order.arrived.filter(|_| there)) else {
        return Vec::new();
    };
    let ends = [subsidy.until, order.ended, order.order.ends, Some(through)];
    let last = ends.into_iter().flatten().map(Date::first_of_month).min().unwrap_or(through);
    let mut month = subsidy.from.max(arrived.first_of_month());
    let mut months = Vec::new();
    while month <= last {
        months.push(month);
        month = month.saturating_add(1.month());
    }
    months
}

fn yuan(sum: Decimal) -> String {
    sum.normalize().to_string()
}

/// 交流补助：名单和按月、按年的合计（元）
#[utoipa::path(get, path = "/api/rotations/{id}/subsidies", tag = "rotations",
    params(("id" = i64, Path), Wanted), responses((status = 200, body = Subsidies)))]
async fn get(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    Of(id): Of<i64>,
    Params(wanted): Params<Wanted>,
) -> Result<Response, ApiError> {
    found(&app, &signed, id).await?;
    let through = match &wanted.through {
        Some(text) => super::orders::first_day("through", text)?,
        None => today(&app).first_of_month(),
    };
    let orders = app.store().orders(signed.county(), id, signed.scope()).await?;
    let names = school_names(&app, signed.county()).await?;
    tagged(&headers, &sums(&orders, &names, through))
}

fn sums(orders: &[OrderRecord], names: &BTreeMap<SchoolCode, String>, through: Date) -> Subsidies {
    let mut rows = Vec::new();
    let mut months: BTreeMap<Date, (usize, Decimal)> = BTreeMap::new();
    let mut years: BTreeMap<i16, (usize, Decimal)> = BTreeMap::new();
    let mut total = Decimal::ZERO;
    for order in orders {
        let counted = months_of(order, through);
        let (Some(subsidy), Some(first), Some(last)) =
            (&order.subsidy, counted.first(), counted.last())
        else {
            continue;
        };
        let mut sum = Decimal::ZERO;
        let mut in_year: BTreeMap<i16, Decimal> = BTreeMap::new();
        for month in &counted {
            sum += subsidy.yuan;
            let of_month = months.entry(*month).or_default();
            *of_month = (of_month.0 + 1, of_month.1 + subsidy.yuan);
            *in_year.entry(month.year()).or_default() += subsidy.yuan;
        }
        for (year, amount) in in_year {
            let of_year = years.entry(year).or_default();
            *of_year = (of_year.0 + 1, of_year.1 + amount);
        }
        total += sum;
        rows.push(SubsidyRow {
            teacher: order.order.teacher.clone(),
            name: order.order.name.clone(),
            to: order.order.to.clone(),
            to_name: names.get(&order.order.to).cloned().unwrap_or_default(),
            yuan: yuan(subsidy.yuan),
            basis: subsidy.basis.clone(),
            from: month(*first),
            until: month(*last),
            months: u32::try_from(counted.len()).unwrap_or(u32::MAX),
            total: yuan(sum),
        });
    }
    let months = months.into_iter().map(|(day, (teachers, sum))| SubsidyMonth {
        month: month(day),
        teachers,
        yuan: yuan(sum),
    });
    let years = years.into_iter().map(|(year, (teachers, sum))| SubsidyYear {
        year,
        teachers,
        yuan: yuan(sum),
    });
    Subsidies {
        rows,
        months: months.collect(),
        years: years.collect(),
        total: yuan(total),
        through: month(through),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Stage;
    use jiff::Timestamp;
    use jiff::civil::date;
    use store::rotations_orders::{NewOrder, Subsidy};

    fn order(teacher: &str, arrived: Option<Date>, ended: Option<Date>) -> OrderRecord {
        let school = |n: u8| SchoolCode::parse(&format!("341823000{n}")).unwrap();
        OrderRecord {
            order: NewOrder {
                teacher: teacher.to_owned(),
                name: "王*".to_owned(),
                from: school(1),
                to: school(2),
                stage: Stage::Primary,
                subject: "语文".to_owned(),
                backbone: false,
                starts: date(2025, 9, 1),
                ends: None,
            },
            state: match (arrived, ended) {
                (None, _) => OrderState::Ordered,
                (Some(_), None) => OrderState::Arrived,
                (Some(_), Some(_)) => OrderState::Returned,
            },
            arrived,
            ended,
            roll: true,
            subsidy: Some(Subsidy {
                yuan: Decimal::new(40050, 2),
                basis: "县规定".to_owned(),
                from: date(2025, 8, 1),
                until: None,
            }),
            assessment: None,
            version: 1,
            by: String::new(),
            at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn whole_months_from_arrival_to_return() {
        let away = order("T1", Some(date(2025, 9, 3)), None);
        let back = order("T2", Some(date(2025, 9, 1)), Some(date(2025, 10, 15)));
        let never = order("T3", None, None);
        let found = sums(&[away, back, never], &BTreeMap::new(), date(2026, 1, 1));
        assert_eq!(found.rows.len(), 2);
        let row = |at: usize| (found.rows[at].months, found.rows[at].total.as_str());
        assert_eq!((row(0), row(1)), ((5, "2002.5"), (2, "801")));
        let of: Vec<_> =
            found.months.iter().map(|m| (m.month.as_str(), m.teachers, m.yuan.as_str())).collect();
        assert_eq!(
            of[..3],
            [("2025-09", 2, "801"), ("2025-10", 2, "801"), ("2025-11", 1, "400.5")]
        );
        let years: Vec<_> = found.years.iter().map(|y| (y.year, y.yuan.as_str())).collect();
        assert_eq!(years, [(2025, "2403"), (2026, "400.5")]);
        assert_eq!(found.total, "2803.5");
    }
}
