//! Orders (调令) of a rotation, and what becomes of each: arrival, return, subsidy, assessment.
//!
//! An order is seen by the school that is left and by the one that receives. What it does to the
//! roster is not known here.

use crate::audit::note;
use crate::coded::words;
use crate::db::{Arg, Row, Tx, args};
use crate::rotations::{RotationState, what};
use crate::seal::{Place, Plain};
use crate::{By, Result, Scope, Store, StoreError, versioned};
use domain::{CountyCode, SchoolCode, Stage};
use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use sqlx::AssertSqlSafe;

words! {
    /// Where an order stands.
    OrderState {
        /// It was given.
        Ordered = "ordered", "已下达";
        /// The teacher has arrived.
        Arrived = "arrived", "已到岗";
        /// The teacher has come back.
        Returned = "returned", "已返回";
        /// The teacher stays at the school that has received him or her.
        Stayed = "stayed", "留任接收校";
        /// It was not carried out.
        Cancelled = "cancelled", "未执行";
    }
}

words! {
    /// What is recorded of an order.
    OrderAct {
        /// Arrived.
        Arrive = "arrive", "到岗";
        /// Come back.
        Return = "return", "返回";
        /// Stays for good.
        Stay = "stay", "留任接收校";
        /// Not carried out, for a reason.
        Cancel = "cancel", "不再执行";
        /// A hardship subsidy.
        Subsidy = "subsidy", "交流补助";
        /// Assessed.
        Evaluate = "evaluate", "考核";
        /// The arrival was recorded in error, for a reason.
        Unarrive = "unarrive", "撤回报到登记";
    }
}

impl OrderAct {
    /// The state after this, from a state; `None` where it cannot be done.
    ///
    /// ```
    /// use store::rotations_orders::{OrderAct, OrderState};
    /// assert_eq!(OrderAct::Arrive.from(OrderState::Ordered), Some(OrderState::Arrived));
    /// assert_eq!(OrderAct::Return.from(OrderState::Ordered), None);
    /// ```
    #[must_use]
    pub const fn from(self, state: OrderState) -> Option<OrderState> {
        use OrderState as S;
        match (self, state) {
            (Self::Arrive, S::Ordered) => Some(S::Arrived),
            (Self::Cancel, S::Ordered) => Some(S::Cancelled),
            (Self::Unarrive, S::Arrived) => Some(S::Ordered),
            (Self::Return, S::Arrived) => Some(S::Returned),
            (Self::Stay, S::Arrived) => Some(S::Stayed),
            (Self::Subsidy, S::Ordered | S::Arrived)
            | (Self::Evaluate, S::Arrived | S::Returned | S::Stayed) => Some(state),
            _ => None,
        }
    }
}

/// An order to be given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewOrder {
    /// The teacher's number.
    pub teacher: String,
    /// The name, masked.
    pub name: String,
    /// The school that is left.
    pub from: SchoolCode,
    /// The school that receives.
    pub to: SchoolCode,
    /// The stage.
    pub stage: Stage,
    /// The main subject in Chinese.
    pub subject: String,
    /// A backbone teacher?
    pub backbone: bool,
    /// The first day of the term.
    pub starts: Date,
    /// Its last day; `None`: not laid down.
    pub ends: Option<Date>,
}

/// A hardship subsidy (交流补助), paid by whole months.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subsidy {
    /// 元 a month.
    pub yuan: Decimal,
    /// The rule or decision that it rests on.
    pub basis: String,
    /// The first month, by its first day.
    pub from: Date,
    /// The last month, by its first day; `None`: as long as the teacher is there.
    pub until: Option<Date>,
}

/// An assessment at the end of a term.
#[derive(Clone, PartialEq, Eq)]
pub struct Assessment {
    /// The grade, of the rules' list.
    pub grade: String,
    /// The day.
    pub day: Date,
    /// In words; kept sealed. `None` where the key is missing.
    pub words: Option<String>,
}

impl std::fmt::Debug for Assessment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Assessment({}, {})", self.grade, self.day)
    }
}

/// An order as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderRecord {
    /// What was ordered.
    pub order: NewOrder,
    /// Where it stands.
    pub state: OrderState,
    /// The day of arrival.
    pub arrived: Option<Date>,
    /// The day of the return, or of the decision to stay.
    pub ended: Option<Date>,
    /// Does the roll move with the teacher (编制随迁)?
    pub roll: bool,
    /// The subsidy.
    pub subsidy: Option<Subsidy>,
    /// The assessment.
    pub assessment: Option<Assessment>,
    /// For the next record.
    pub version: i64,
    /// Who changed it last.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// What is to be recorded of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewRecord {
    /// Arrived on a day, with or without the roll.
    Arrive(Date, bool),
    /// Come back on a day.
    Return(Date),
    /// Stays, decided on a day.
    Stay(Date),
    /// Not carried out, for a reason.
    Cancel(String),
    /// A subsidy; replaces the one before.
    Subsidy(Subsidy),
    /// An assessment; replaces the one before.
    Evaluate(Assessment),
    /// The arrival was recorded in error, for a reason: the order stands as if nobody had followed it.
    Unarrive(String),
}

impl NewRecord {
    /// Which act it is.
    #[must_use]
    pub const fn act(&self) -> OrderAct {
        match self {
            Self::Arrive(..) => OrderAct::Arrive,
            Self::Return(_) => OrderAct::Return,
            Self::Stay(_) => OrderAct::Stay,
            Self::Cancel(_) => OrderAct::Cancel,
            Self::Subsidy(_) => OrderAct::Subsidy,
            Self::Evaluate(_) => OrderAct::Evaluate,
            Self::Unarrive(_) => OrderAct::Unarrive,
        }
    }

    /// The day it speaks of, and in words what may be read by everybody who sees the order.
    fn told(&self) -> (Option<Date>, String) {
        match self {
            Self::Arrive(day, roll) => {
                (Some(*day), if *roll { "编制随迁" } else { "编制不动" }.to_owned())
            }
            Self::Return(day) | Self::Stay(day) => (Some(*day), String::new()),
            Self::Cancel(reason) | Self::Unarrive(reason) => (None, reason.clone()),
            Self::Subsidy(subsidy) => {
                let until = subsidy.until.map_or_else(|| "到期满".to_owned(), month);
                let from = month(subsidy.from);
                let text =
                    format!("每月 {} 元，{from} 至 {until}：{}", subsidy.yuan, subsidy.basis);
                (None, text)
            }
            Self::Evaluate(assessment) => (Some(assessment.day), assessment.grade.clone()),
        }
    }
}

fn month(day: Date) -> String {
    format!("{:04}-{:02}", day.year(), day.month())
}

/// Something that was recorded of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderEntry {
    /// The teacher's number.
    pub teacher: String,
    /// Number within the order.
    pub number: i64,
    /// What.
    pub act: OrderAct,
    /// The day that it speaks of.
    pub day: Option<Date>,
    /// In words.
    pub detail: String,
    /// Who has recorded it.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

const ORDERS: &str = "select version, changed_by, changed_at, teacher, name, school, place, stage, \
                      subject, backbone, starts, ends, state, arrived, ended, roll, subsidy, \
                      subsidy_basis, subsidy_from, subsidy_until, grade, graded, seal_key, sealed \
                      from rotation_orders where county = $1 and rotation = $2";

fn place(county: &CountyCode, id: i64, teacher: &str) -> Place {
    Place::of("rotation_orders", &[Arg::from(county), Arg::from(id), Arg::from(teacher)])
}

/// The rows whose school on either side is within a scope.
fn either_side(scope: &Scope, args: &mut Vec<Arg>) -> String {
    let left = scope.condition("school", args);
    let right = scope.condition("place", args);
    match (left.strip_prefix(" and "), right.strip_prefix(" and ")) {
        (Some(left), Some(right)) => format!(" and ({left} or {right})"),
        _ => String::new(),
    }
}

/// Writes the orders of a rotation that is decided.
pub(crate) async fn add_orders(
    tx: &mut Tx,
    county: &CountyCode,
    id: i64,
    orders: &[NewOrder],
    seal: impl Fn(&Place) -> Result<(String, Vec<u8>)>,
    by: &By,
) -> Result<()> {
    let mut values = Vec::with_capacity(orders.len() * 17);
    for order in orders {
        let (key, sealed) = seal(&place(county, id, &order.teacher))?;
        values.extend(args![
            county,
            id,
            &order.teacher,
            &order.name,
            &order.from,
            &order.to,
            order.stage.code(),
            &order.subject,
            order.backbone,
            order.starts,
            order.ends,
            OrderState::Ordered.code(),
            false,
            key,
            sealed,
            1i64,
            &by.person,
            by.at
        ]);
    }
    let into = "insert into rotation_orders (county, rotation, teacher, name, school, place, stage, \
                subject, backbone, starts, ends, state, roll, seal_key, sealed, version, \
                changed_by, changed_at)";
    tx.insert_all(into, 18, values).await
}

/// Orders that nobody has followed are not carried out; where somebody has, nothing is changed.
pub(crate) async fn cancel_orders(
    tx: &mut Tx,
    county: &CountyCode,
    id: i64,
    by: &By,
) -> Result<()> {
    let sql = "select count(*) from rotation_orders
               where county = $1 and rotation = $2 and state not in ('ordered', 'cancelled')";
    if tx.number(sql, args![county, id]).await? > 0 {
        let state = "已有教师到岗";
        return Err(StoreError::NotNow { what: what(id), state, action: "作废" });
    }
    tx.exec(
        "update rotation_orders set state = 'cancelled', version = version + 1, changed_by = $3,
             changed_at = $4 where county = $1 and rotation = $2 and state = 'ordered'",
        args![county, id, &by.person, by.at],
    )
    .await?;
    Ok(())
}

/// Refuses where somebody is still on the way or away.
pub(crate) async fn expect_ended(tx: &mut Tx, county: &CountyCode, id: i64) -> Result<()> {
    let sql = "select count(*) from rotation_orders
               where county = $1 and rotation = $2 and state in ('ordered', 'arrived')";
    if tx.number(sql, args![county, id]).await? == 0 {
        return Ok(());
    }
    let state = "还有教师未登记到岗或返回";
    Err(StoreError::NotNow { what: what(id), state, action: "结束" })
}

impl Store {
    fn order(&self, county: &CountyCode, id: i64, row: &Row) -> Result<OrderRecord> {
        let teacher = row.text(3)?;
        let subsidy = match row.maybe_parsed::<Decimal>(16)? {
            Some(yuan) => Some(Subsidy {
                yuan,
                basis: row.maybe_text(17)?.unwrap_or_default(),
                from: row.parsed(18)?,
                until: row.maybe_parsed(19)?,
            }),
            None => None,
        };
        let assessment = match row.maybe_text(20)? {
            Some(grade) => {
                let (key, sealed) = (row.text(22)?, row.bytes(23)?);
                let told = || format!("调令 {id}/{teacher} 的考核");
                let place = place(county, id, &teacher);
                let words = match self.ring.open(&place, &key, &sealed, told) {
                    Ok(plain) => Some(String::from_utf8_lossy(plain.reveal()).into_owned()),
                    Err(StoreError::KeyMissing { .. } | StoreError::KeyWrong { .. }) => None,
                    Err(error) => return Err(error),
                };
                Some(Assessment { grade, day: row.parsed(21)?, words })
            }
            None => None,
        };
        Ok(OrderRecord {
            version: row.int(0)?,
            by: row.text(1)?,
            at: row.moment(2)?,
            order: NewOrder {
                teacher,
                name: row.text(4)?,
                from: row.school(5)?,
                to: row.school(6)?,
                stage: row.known(7, Stage::from_label)?,
                subject: row.text(8)?,
                backbone: row.flag(9)?,
                starts: row.parsed(10)?,
                ends: row.maybe_parsed(11)?,
            },
            state: row.known(12, OrderState::from_code)?,
            arrived: row.maybe_parsed(13)?,
            ended: row.maybe_parsed(14)?,
            roll: row.flag(15)?,
            subsidy,
            assessment,
        })
    }

    /// The orders of a rotation that leave or reach a school within the scope, by teacher.
    ///
    /// # Errors
    /// Those of the database; [`StoreError::BoxBroken`].
    pub async fn orders(
        &self,
        county: &CountyCode,
        id: i64,
        scope: &Scope,
    ) -> Result<Vec<OrderRecord>> {
        let mut tx = self.pools.read().await?;
        let mut args = args![county, id];
        let within = either_side(scope, &mut args);
        let sql = AssertSqlSafe(format!("{ORDERS}{within} order by teacher"));
        let rows = tx.all(sql, args).await?;
        rows.iter().map(|row| self.order(county, id, row)).collect()
    }

    /// What was recorded of the orders of a rotation, by teacher and in the order of recording.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn order_entries(&self, county: &CountyCode, id: i64) -> Result<Vec<OrderEntry>> {
        let mut tx = self.pools.read().await?;
        let sql = "select teacher, record, act, day, detail, changed_by, changed_at
                   from rotation_records where county = $1 and rotation = $2
                   order by teacher, record";
        let rows = tx.all(sql, args![county, id]).await?;
        let entry = |row: &Row| {
            Ok(OrderEntry {
                teacher: row.text(0)?,
                number: row.int(1)?,
                act: row.known(2, OrderAct::from_code)?,
                day: row.maybe_parsed(3)?,
                detail: row.text(4)?,
                by: row.text(5)?,
                at: row.moment(6)?,
            })
        };
        rows.iter().map(entry).collect()
    }

    /// Records something of an order.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Conflict`]; [`StoreError::NotNow`] where the state of
    /// the order or of the rotation does not allow it; those of the seal.
    pub async fn record_order(
        &self,
        county: &CountyCode,
        id: i64,
        teacher: &str,
        new: &NewRecord,
        seen: i64,
        by: &By,
    ) -> Result<OrderRecord> {
        let named = || format!("教师 {teacher} 的调令 ");
        let act = new.act();
        let mut tx = self.pools.write(county.as_str()).await?;
        let rotation = crate::rotations::found(&mut tx, county, id).await?;
        let sql = AssertSqlSafe(format!("{ORDERS} and teacher = $3"));
        let row = tx.one(sql, args![county, id, teacher]).await?;
        let row = row.ok_or_else(|| StoreError::NotFound(named()))?;
        let version = versioned(Some(&row), seen, named)?;
        let mut order = self.order(county, id, &row)?;
        let refused = |state| StoreError::NotNow { what: named(), state, action: act.zh() };
        // A closed rotation may still be assessed.
        let open = rotation.state == RotationState::Adopted
            || (rotation.state == RotationState::Closed && act == OrderAct::Evaluate);
        if !open {
            return Err(refused(rotation.state.zh()));
        }
        let state = act.from(order.state).ok_or_else(|| refused(order.state.zh()))?;
        (order.state, order.version) = (state, version);
        (order.by, order.at) = (by.person.clone(), by.at);
        match new {
            NewRecord::Arrive(day, roll) => (order.arrived, order.roll) = (Some(*day), *roll),
            NewRecord::Return(day) | NewRecord::Stay(day) => order.ended = Some(*day),
            NewRecord::Cancel(_) => {}
            // Somebody who was assessed has been there.
            NewRecord::Unarrive(_) if order.assessment.is_some() => return Err(refused("已考核")),
            NewRecord::Unarrive(_) => (order.arrived, order.roll) = (None, false),
            NewRecord::Subsidy(subsidy) => order.subsidy = Some(subsidy.clone()),
            NewRecord::Evaluate(assessment) => {
                let words = assessment.words.clone().unwrap_or_default();
                let ring = self.ring.seal(&mut tx, county).await?;
                let place = place(county, id, teacher);
                let (key, sealed) = ring.seal(&place, &Plain::new(words.into_bytes()))?;
                tx.exec(
                    "update rotation_orders set seal_key = $4, sealed = $5
                     where county = $1 and rotation = $2 and teacher = $3",
                    args![county, id, teacher, key, sealed],
                )
                .await?;
                order.assessment = Some(assessment.clone());
            }
        }
        put(&mut tx, county, id, &order).await?;
        let (day, detail) = new.told();
        tx.exec(
            "insert into rotation_records (county, rotation, teacher, record, act, day, detail,
                 changed_by, changed_at)
             values ($1, $2, $3, (select coalesce(max(record), 0) + 1 from rotation_records
                 where county = $1 and rotation = $2 and teacher = $3), $4, $5, $6, $7, $8)",
            args![county, id, teacher, act.code(), day, &detail, &by.person, by.at],
        )
        .await?;
        let target = format!("{id}/{teacher}");
        let day = day.map(|day| format!("{day} ")).unwrap_or_default();
        let detail = format!("{}：{day}{detail}", act.zh());
        note(&mut tx, county.as_str(), by, "rotation.record", &target, &detail).await?;
        tx.commit().await?;
        Ok(order)
    }
}

/// Writes an order without what is sealed.
async fn put(tx: &mut Tx, county: &CountyCode, id: i64, order: &OrderRecord) -> Result<()> {
    let subsidy = order.subsidy.as_ref();
    let assessment = order.assessment.as_ref();
    tx.exec(
        "update rotation_orders set state = $4, arrived = $5, ended = $6, roll = $7, subsidy = $8,
             subsidy_basis = $9, subsidy_from = $10, subsidy_until = $11, grade = $12,
             graded = $13, version = $14, changed_by = $15, changed_at = $16
         where county = $1 and rotation = $2 and teacher = $3",
        args![
            county,
            id,
            &order.order.teacher,
            order.state.code(),
            order.arrived,
            order.ended,
            order.roll,
            subsidy.map(|subsidy| subsidy.yuan.to_string()),
            subsidy.map(|subsidy| subsidy.basis.as_str()),
            subsidy.map(|subsidy| subsidy.from),
            subsidy.and_then(|subsidy| subsidy.until),
            assessment.map(|assessment| assessment.grade.as_str()),
            assessment.map(|assessment| assessment.day),
            order.version,
            &order.by,
            order.at
        ],
    )
    .await?;
    Ok(())
}
