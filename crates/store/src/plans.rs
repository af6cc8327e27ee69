//! Plans: scenarios with their settings and results, and the one that is adopted as the baseline.

use crate::audit::note;
use crate::db::{Row, Tx, args};
use crate::pack::{packed, unpacked};
use crate::{By, Result, Store, StoreError, versioned};
use domain::CountyCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Where a plan stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanState {
    /// 编制中: settings without a result.
    Draft,
    /// 已测算: with a result that belongs to its settings.
    Solved,
    /// 已采用: the baseline. A county has one.
    Adopted,
    /// 已被替代: was the baseline.
    Superseded,
    /// 已放弃.
    Discarded,
}

impl PlanState {
    const ALL: [Self; 5] =
        [Self::Draft, Self::Solved, Self::Adopted, Self::Superseded, Self::Discarded];

    /// The code in the database and in JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Solved => "solved",
            Self::Adopted => "adopted",
            Self::Superseded => "superseded",
            Self::Discarded => "discarded",
        }
    }

    /// The Chinese word.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Draft => "编制中",
            Self::Solved => "已测算",
            Self::Adopted => "已采用",
            Self::Superseded => "已被替代",
            Self::Discarded => "已放弃",
        }
    }

    pub(crate) fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// A plan without its result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanRecord {
    /// Number within the county.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Content hash of the snapshot that it starts from.
    pub snapshot: Option<String>,
    /// Its settings, TOML.
    pub settings: String,
    /// Where it stands.
    pub state: PlanState,
    /// For the next edit.
    pub version: i64,
    /// Who changed it last.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

const COLUMNS: &str =
    "select version, changed_by, changed_at, plan, name, snapshot, settings, state from plans";

fn record(row: &Row) -> Result<PlanRecord> {
    Ok(PlanRecord {
        version: row.int(0)?,
        by: row.text(1)?,
        at: row.moment(2)?,
        id: row.int(3)?,
        name: row.text(4)?,
        snapshot: row.maybe_text(5)?,
        settings: row.text(6)?,
        state: row.known(7, PlanState::from_code)?,
    })
}

/// A plan that is edited: found, and at the version that was seen.
async fn edited(
    tx: &mut Tx,
    county: &CountyCode,
    id: i64,
    seen: i64,
    allowed: &[PlanState],
    action: &'static str,
) -> Result<PlanRecord> {
    let what = || format!("规划方案 {id} ");
    let sql = sqlx::AssertSqlSafe(format!("{COLUMNS} where county = $1 and plan = $2"));
    let row = tx.one(sql, args![county, id]).await?;
    let row = row.ok_or_else(|| StoreError::NotFound(what()))?;
    let version = versioned(Some(&row), seen, what)?;
    let mut plan = record(&row)?;
    if !allowed.contains(&plan.state) {
        return Err(StoreError::NotNow { what: what(), state: plan.state.zh(), action });
    }
    plan.version = version;
    Ok(plan)
}

/// Writes name, settings and state of a plan that has been edited.
async fn write(tx: &mut Tx, county: &CountyCode, plan: &mut PlanRecord, by: &By) -> Result<()> {
    plan.by.clone_from(&by.person);
    plan.at = by.at;
    tx.exec(
        "update plans set name = $3, snapshot = $4, settings = $5, state = $6, version = $7,
             changed_by = $8, changed_at = $9 where county = $1 and plan = $2",
        args![
            county,
            plan.id,
            &plan.name,
            plan.snapshot.as_deref(),
            &plan.settings,
            plan.state.code(),
            plan.version,
            &plan.by,
            plan.at
        ],
    )
    .await?;
    Ok(())
}

impl Store {
    /// Begins a plan.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for a snapshot that is not kept.
    pub async fn new_plan(
        &self,
        county: &CountyCode,
        name: &str,
        snapshot: Option<&str>,
        settings: &str,
        by: &By,
    ) -> Result<PlanRecord> {
        let mut tx = self.pools.write(county.as_str()).await?;
        require_snapshot(&mut tx, county, snapshot).await?;
        let id = tx
            .number(
                "insert into plans (county, plan, name, snapshot, settings, state, version,
                     changed_by, changed_at)
                 values ($1, (select coalesce(max(plan), 0) + 1 from plans where county = $1),
                     $2, $3, $4, 'draft', 1, $5, $6)
                 returning plan",
                args![county, name, snapshot, settings, &by.person, by.at],
            )
            .await?;
        note(&mut tx, county.as_str(), by, "plan.new", &id.to_string(), name).await?;
        tx.commit().await?;
        let (snapshot, settings) = (snapshot.map(str::to_owned), settings.to_owned());
        let (by, at, name) = (by.person.clone(), by.at, name.to_owned());
        let state = PlanState::Draft;
        Ok(PlanRecord { id, name, snapshot, settings, state, version: 1, by, at })
    }

    /// Changes name, snapshot and settings of a plan that is not adopted. A result belongs to its
    /// settings: when snapshot or settings change it goes.
    ///
    /// # Errors
    /// [`StoreError::Conflict`], [`StoreError::NotNow`], [`StoreError::NotFound`].
    #[expect(clippy::too_many_arguments, reason = "each is of another meaning")]
    pub async fn edit_plan(
        &self,
        county: &CountyCode,
        id: i64,
        name: &str,
        snapshot: Option<&str>,
        settings: &str,
        seen: i64,
        by: &By,
    ) -> Result<PlanRecord> {
        let mut tx = self.pools.write(county.as_str()).await?;
        let allowed = [PlanState::Draft, PlanState::Solved, PlanState::Discarded];
        let mut plan = edited(&mut tx, county, id, seen, &allowed, "修改").await?;
        require_snapshot(&mut tx, county, snapshot).await?;
        if plan.settings != settings || plan.snapshot.as_deref() != snapshot {
            let sql = "update plans set result = null where county = $1 and plan = $2";
            tx.exec(sql, args![county, id]).await?;
            plan.state = PlanState::Draft;
        }
        name.clone_into(&mut plan.name);
        settings.clone_into(&mut plan.settings);
        plan.snapshot = snapshot.map(str::to_owned);
        write(&mut tx, county, &mut plan, by).await?;
        note(&mut tx, county.as_str(), by, "plan.edit", &id.to_string(), name).await?;
        tx.commit().await?;
        Ok(plan)
    }

    /// Keeps the result of a plan's settings, JSON.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the settings have changed since the run began.
    pub async fn put_plan_result(
        &self,
        county: &CountyCode,
        id: i64,
        json: &str,
        seen: i64,
        by: &By,
    ) -> Result<PlanRecord> {
        let content = packed(json)?;
        let mut tx = self.pools.write(county.as_str()).await?;
        let allowed = [PlanState::Draft, PlanState::Solved];
        let mut plan = edited(&mut tx, county, id, seen, &allowed, "写入测算结果").await?;
        plan.state = PlanState::Solved;
        let sql = "update plans set result = $3 where county = $1 and plan = $2";
        tx.exec(sql, args![county, id, content]).await?;
        write(&mut tx, county, &mut plan, by).await?;
        note(&mut tx, county.as_str(), by, "plan.solve", &id.to_string(), "").await?;
        tx.commit().await?;
        Ok(plan)
    }

    /// Adopts a plan with a result as the county's baseline; the one before is superseded.
    ///
    /// # Errors
    /// [`StoreError::NotNow`] without a result, [`StoreError::Conflict`].
    pub async fn adopt_plan(
        &self,
        county: &CountyCode,
        id: i64,
        seen: i64,
        by: &By,
    ) -> Result<PlanRecord> {
        let mut tx = self.pools.write(county.as_str()).await?;
        let allowed = [PlanState::Solved, PlanState::Superseded];
        let mut plan = edited(&mut tx, county, id, seen, &allowed, "采用").await?;
        tx.exec(
            "update plans set state = 'superseded', version = version + 1, changed_by = $2,
                 changed_at = $3 where county = $1 and state = 'adopted'",
            args![county, &by.person, by.at],
        )
        .await?;
        plan.state = PlanState::Adopted;
        write(&mut tx, county, &mut plan, by).await?;
        note(&mut tx, county.as_str(), by, "plan.adopt", &id.to_string(), &plan.name).await?;
        tx.commit().await?;
        Ok(plan)
    }

    /// Puts a plan aside that is not the baseline. It stays readable.
    ///
    /// # Errors
    /// [`StoreError::NotNow`] for the baseline, [`StoreError::Conflict`].
    pub async fn discard_plan(
        &self,
        county: &CountyCode,
        id: i64,
        seen: i64,
        by: &By,
    ) -> Result<PlanRecord> {
        let mut tx = self.pools.write(county.as_str()).await?;
        let allowed = [PlanState::Draft, PlanState::Solved, PlanState::Superseded];
        let mut plan = edited(&mut tx, county, id, seen, &allowed, "放弃").await?;
        plan.state = PlanState::Discarded;
        write(&mut tx, county, &mut plan, by).await?;
        note(&mut tx, county.as_str(), by, "plan.discard", &id.to_string(), &plan.name).await?;
        tx.commit().await?;
        Ok(plan)
    }

    /// A plan and the JSON of its result.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn plan(&self, county: &CountyCode, id: i64) -> Result<(PlanRecord, Option<String>)> {
        let mut tx = self.pools.read().await?;
        let sql = sqlx::AssertSqlSafe(format!(
            "{} where county = $1 and plan = $2",
            COLUMNS.replace(" from", ", result from")
        ));
        let row = tx.one(sql, args![county, id]).await?;
        let row = row.ok_or_else(|| StoreError::NotFound(format!("规划方案 {id}")))?;
        let result = row.maybe_bytes(8)?.map(|bytes| unpacked(&bytes)).transpose()?;
        Ok((record(&row)?, result))
    }

    /// The plans of a county, newest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn plans(&self, county: &CountyCode) -> Result<Vec<PlanRecord>> {
        let mut tx = self.pools.read().await?;
        let sql = sqlx::AssertSqlSafe(format!("{COLUMNS} where county = $1 order by plan desc"));
        tx.all(sql, args![county]).await?.iter().map(record).collect()
    }
}

async fn require_snapshot(tx: &mut Tx, county: &CountyCode, snapshot: Option<&str>) -> Result<()> {
    let Some(hash) = snapshot else { return Ok(()) };
    let sql = "select count(*) from snapshots where county = $1 and snapshot = $2";
    match tx.number(sql, args![county, hash]).await? {
        0 => Err(StoreError::NotFound(format!("数据快照 {hash}"))),
        _ => Ok(()),
    }
}
