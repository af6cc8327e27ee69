//! What becomes of plans: the cost of each finishing year as it was computed last, and what was done
//! of an adopted plan (执行). What a plan asks for, and whether a work is late, is not known here.

use crate::audit::note;
use crate::db::{Row, Tx, args};
use crate::pack::{packed, unpacked};
use crate::plans::PlanState;
use crate::{By, Result, Store, StoreError, versioned};
use domain::CountyCode;
use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;

/// The cost of each finishing year of a plan, with what it was computed from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frontier {
    /// The hash of the settings.
    pub settings: String,
    /// Content hash of the data.
    pub snapshot: String,
    /// SHA-256 of the standard.
    pub standard: String,
    /// The points, JSON.
    pub content: String,
    /// Who asked for it.
    pub by: String,
    /// When it was kept.
    pub at: Timestamp,
}

/// What is said of a work that was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// The number of the action within the plan.
    pub action: i64,
    /// The day on which it was done or accepted.
    pub day: Date,
    /// How much of the action, in its unit; `None`: not counted.
    pub quantity: Option<Decimal>,
    /// What was paid, 万元; `None`: not known yet.
    pub amount: Option<Decimal>,
    /// In words.
    pub note: String,
    /// The number of an evidence file's link.
    pub evidence: Option<i64>,
}

/// A work as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Work {
    /// Number within the plan.
    pub number: i64,
    /// What was done.
    pub done: Done,
    /// For the next edit.
    pub version: i64,
    /// Who recorded it.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

const WORKS: &str = "select version, changed_by, changed_at, work, action, day, quantity, amount, \
                     note, evidence from plan_works where county = $1 and plan = $2";

fn work(row: &Row) -> Result<Work> {
    Ok(Work {
        version: row.int(0)?,
        by: row.text(1)?,
        at: row.moment(2)?,
        number: row.int(3)?,
        done: Done {
            action: row.int(4)?,
            day: row.parsed(5)?,
            quantity: row.maybe_parsed(6)?,
            amount: row.maybe_parsed(7)?,
            note: row.text(8)?,
            evidence: row.maybe_int(9)?,
        },
    })
}

/// Works are recorded of the baseline only.
async fn require_baseline(tx: &mut Tx, county: &CountyCode, plan: i64) -> Result<()> {
    let sql = "select state from plans where county = $1 and plan = $2";
    let row = tx.one(sql, args![county, plan]).await?;
    let row = row.ok_or_else(|| StoreError::NotFound(format!("规划方案 {plan}")))?;
    let state = row.known(0, PlanState::from_code)?;
    if state == PlanState::Adopted {
        return Ok(());
    }
    let what = format!("规划方案 {plan} ");
    Err(StoreError::NotNow { what, state: state.zh(), action: "登记完成情况" })
}

fn words(done: &Done) -> String {
    let figure = |name: &str, figure: Option<Decimal>| {
        figure.map(|figure| format!("，{name} {figure}")).unwrap_or_default()
    };
    format!(
        "措施 {}，{}{}{}{}{}",
        done.action,
        done.day,
        figure("数量", done.quantity),
        figure("金额", done.amount),
        if done.note.is_empty() { "" } else { "：" },
        done.note
    )
}

impl Store {
    /// Keeps what each finishing year of a plan costs, instead of what was kept before.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for a plan that there is not.
    pub async fn put_frontier(&self, county: &CountyCode, plan: i64, new: &Frontier) -> Result<()> {
        let content = packed(&new.content)?;
        let mut tx = self.pools.write(county.as_str()).await?;
        let sql = "select count(*) from plans where county = $1 and plan = $2";
        if tx.number(sql, args![county, plan]).await? == 0 {
            return Err(StoreError::NotFound(format!("规划方案 {plan}")));
        }
        tx.exec(
            "insert into plan_frontiers (county, plan, settings, snapshot, standard, content,
                 changed_by, changed_at) values ($1, $2, $3, $4, $5, $6, $7, $8)
             on conflict (county, plan) do update set settings = excluded.settings,
                 snapshot = excluded.snapshot, standard = excluded.standard,
                 content = excluded.content, changed_by = excluded.changed_by,
                 changed_at = excluded.changed_at",
            args![
                county,
                plan,
                &new.settings,
                &new.snapshot,
                &new.standard,
                content,
                &new.by,
                new.at
            ],
        )
        .await?;
        let by = By::new(new.by.clone(), new.at);
        note(&mut tx, county.as_str(), &by, "plan.frontier", &plan.to_string(), "").await?;
        tx.commit().await
    }

    /// What each finishing year of a plan costs, as it was computed last.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn frontier(&self, county: &CountyCode, plan: i64) -> Result<Option<Frontier>> {
        let mut tx = self.pools.read().await?;
        let sql = "select settings, snapshot, standard, content, changed_by, changed_at
                   from plan_frontiers where county = $1 and plan = $2";
        let Some(row) = tx.one(sql, args![county, plan]).await? else { return Ok(None) };
        Ok(Some(Frontier {
            settings: row.text(0)?,
            snapshot: row.text(1)?,
            standard: row.text(2)?,
            content: unpacked(&row.bytes(3)?)?,
            by: row.text(4)?,
            at: row.moment(5)?,
        }))
    }

    /// Records that something of the baseline was done.
    ///
    /// # Errors
    /// [`StoreError::NotNow`] for a plan that is not the baseline, [`StoreError::NotFound`].
    pub async fn add_work(
        &self,
        county: &CountyCode,
        plan: i64,
        done: &Done,
        by: &By,
    ) -> Result<Work> {
        let mut tx = self.pools.write(county.as_str()).await?;
        require_baseline(&mut tx, county, plan).await?;
        let number = tx
            .number(
                "insert into plan_works (county, plan, work, action, day, quantity, amount, note,
                     evidence, version, changed_by, changed_at)
                 values ($1, $2, (select coalesce(max(work), 0) + 1 from plan_works
                         where county = $1 and plan = $2),
                     $3, $4, $5, $6, $7, $8, 1, $9, $10)
                 returning work",
                args![
                    county,
                    plan,
                    done.action,
                    done.day,
                    done.quantity.map(|figure| figure.to_string()),
                    done.amount.map(|figure| figure.to_string()),
                    &done.note,
                    done.evidence,
                    &by.person,
                    by.at
                ],
            )
            .await?;
        let target = format!("{plan}/{number}");
        note(&mut tx, county.as_str(), by, "plan.work", &target, &words(done)).await?;
        tx.commit().await?;
        let (done, at, by) = (done.clone(), by.at, by.person.clone());
        Ok(Work { number, done, version: 1, by, at })
    }

    /// Takes a work back that was recorded by mistake; what it said stays in the audit.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Conflict`], [`StoreError::NotNow`].
    pub async fn remove_work(
        &self,
        county: &CountyCode,
        plan: i64,
        number: i64,
        seen: i64,
        by: &By,
    ) -> Result<()> {
        let what = || format!("规划方案 {plan} 的完成记录 {number} ");
        let mut tx = self.pools.write(county.as_str()).await?;
        require_baseline(&mut tx, county, plan).await?;
        let sql = sqlx::AssertSqlSafe(format!("{WORKS} and work = $3"));
        let row = tx.one(sql, args![county, plan, number]).await?;
        let row = row.ok_or_else(|| StoreError::NotFound(what()))?;
        versioned(Some(&row), seen, what)?;
        let gone = work(&row)?;
        let sql = "delete from plan_works where county = $1 and plan = $2 and work = $3";
        tx.exec(sql, args![county, plan, number]).await?;
        let target = format!("{plan}/{number}");
        note(&mut tx, county.as_str(), by, "plan.unwork", &target, &words(&gone.done)).await?;
        tx.commit().await
    }

    /// What was done of a plan, in the order of recording.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn works(&self, county: &CountyCode, plan: i64) -> Result<Vec<Work>> {
        let mut tx = self.pools.read().await?;
        let sql = sqlx::AssertSqlSafe(format!("{WORKS} order by work"));
        tx.all(sql, args![county, plan]).await?.iter().map(work).collect()
    }
}
