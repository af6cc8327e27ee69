//! Rotations of teachers (交流轮岗): what a county has set for one, the wishes, and what each run has
//! found. What is in settings and results is JSON to this crate; names in it are masked by whoever
//! wrote it.

use crate::audit::note;
use crate::coded::words;
use crate::db::{Row, Tx, args};
use crate::pack::{packed, unpacked};
use crate::{By, Result, Store, StoreError, versioned};
use domain::{CountyCode, SchoolYear};
use jiff::Timestamp;
use sqlx::AssertSqlSafe;

words! {
    /// Where a rotation stands.
    RotationState {
        /// Settings and wishes can be changed.
        Draft = "draft", "编制中";
        /// A run is shown to the public.
        Published = "published", "公示中";
        /// Orders are made of the run that was shown.
        Adopted = "adopted", "已确定";
        /// Every order has ended.
        Closed = "closed", "已结束";
        /// Given up, with a reason.
        Void = "void", "已作废";
    }
}

/// What a person has written of a rotation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RotationText {
    /// Its title.
    pub title: String,
    /// The settings, JSON.
    pub settings: String,
    /// The wishes, JSON.
    pub wishes: String,
    /// How many teachers have wishes.
    pub wished: i64,
}

/// A rotation without its wishes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RotationRecord {
    /// Number within the county.
    pub id: i64,
    /// The school year whose data and roster it starts from.
    pub year: SchoolYear,
    /// Its title.
    pub title: String,
    /// The settings, JSON.
    pub settings: String,
    /// How many teachers have wishes.
    pub wished: i64,
    /// Where it stands.
    pub state: RotationState,
    /// For the next edit.
    pub version: i64,
    /// Who changed it last.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// What a run has found, with what it was made from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewRun {
    /// The job that made it: kept twice it is kept once.
    pub job: i64,
    /// `optimum`, `claims` or `trading`.
    pub mode: String,
    /// The hash of the settings with wishes and decisions.
    pub asked: String,
    /// The stamp of the roster.
    pub roster: String,
    /// Content hash of the approved data.
    pub snapshot: String,
    /// SHA-256 of the standard.
    pub standard: String,
    /// SHA-256 of the rules' pack.
    pub rules: String,
    /// Is there a lawful rotation?
    pub possible: bool,
    /// Teachers who move.
    pub moved: i64,
    /// Findings of the independent check.
    pub findings: i64,
    /// As much of the result as a list shows, JSON.
    pub brief: String,
    /// The settings with wishes and decisions, JSON.
    pub settings: String,
    /// The result, JSON.
    pub result: String,
    /// Who stays and why, JSON.
    pub stayers: String,
}

/// A run without its large texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunRecord {
    /// Number within the rotation.
    pub run: i64,
    /// The job that made it.
    pub job: i64,
    /// `optimum`, `claims` or `trading`.
    pub mode: String,
    /// The hash of the settings with wishes and decisions.
    pub asked: String,
    /// The stamp of the roster.
    pub roster: String,
    /// Content hash of the approved data.
    pub snapshot: String,
    /// SHA-256 of the standard.
    pub standard: String,
    /// SHA-256 of the rules' pack.
    pub rules: String,
    /// Is there a lawful rotation?
    pub possible: bool,
    /// Teachers who move.
    pub moved: i64,
    /// Findings of the independent check.
    pub findings: i64,
    /// As much of the result as a list shows, JSON.
    pub brief: String,
    /// Who asked for it.
    pub by: String,
    /// When it was kept.
    pub at: Timestamp,
}

/// What somebody changes of a rotation that is being prepared; `None` stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RotationEdit<'a> {
    /// Another title.
    pub title: Option<&'a str>,
    /// Other settings, JSON.
    pub settings: Option<&'a str>,
    /// Other wishes, JSON, and of how many teachers.
    pub wishes: Option<(&'a str, i64)>,
}

const COLUMNS: &str = "select version, changed_by, changed_at, rotation, year, title, settings, \
                       wished, state from rotations where county = $1";

const RUNS: &str = "select run, job, mode, asked, roster, snapshot, standard, rules, possible, \
                    moved, findings, brief, changed_by, changed_at from rotation_runs \
                    where county = $1";

fn record(row: &Row) -> Result<RotationRecord> {
    Ok(RotationRecord {
        version: row.int(0)?,
        by: row.text(1)?,
        at: row.moment(2)?,
        id: row.int(3)?,
        year: row.year(4)?,
        title: row.text(5)?,
        settings: row.text(6)?,
        wished: row.int(7)?,
        state: row.known(8, RotationState::from_code)?,
    })
}

fn run(row: &Row) -> Result<RunRecord> {
    Ok(RunRecord {
        run: row.int(0)?,
        job: row.int(1)?,
        mode: row.text(2)?,
        asked: row.text(3)?,
        roster: row.text(4)?,
        snapshot: row.text(5)?,
        standard: row.text(6)?,
        rules: row.text(7)?,
        possible: row.flag(8)?,
        moved: row.int(9)?,
        findings: row.int(10)?,
        brief: row.text(11)?,
        by: row.text(12)?,
        at: row.moment(13)?,
    })
}

pub(crate) fn what(id: i64) -> String {
    format!("交流轮岗方案 {id} ")
}

/// A rotation as it stands.
pub(crate) async fn found(tx: &mut Tx, county: &CountyCode, id: i64) -> Result<RotationRecord> {
    let sql = AssertSqlSafe(format!("{COLUMNS} and rotation = $2"));
    let row = tx.one(sql, args![county, id]).await?;
    record(&row.ok_or_else(|| StoreError::NotFound(what(id)))?)
}

/// A rotation that is changed, at the version that was seen and in a state that allows it; its next
/// version is in it.
pub(crate) async fn seen_at(
    tx: &mut Tx,
    county: &CountyCode,
    id: i64,
    seen: i64,
    allowed: &[RotationState],
    action: &'static str,
) -> Result<RotationRecord> {
    let sql = AssertSqlSafe(format!("{COLUMNS} and rotation = $2"));
    let row = tx.one(sql, args![county, id]).await?;
    let row = row.ok_or_else(|| StoreError::NotFound(what(id)))?;
    let version = versioned(Some(&row), seen, || what(id))?;
    let rotation = record(&row)?;
    if !allowed.contains(&rotation.state) {
        return Err(StoreError::NotNow { what: what(id), state: rotation.state.zh(), action });
    }
    Ok(RotationRecord { version, ..rotation })
}

/// Writes title, settings, state and version of a rotation that was changed.
pub(crate) async fn write(
    tx: &mut Tx,
    county: &CountyCode,
    rotation: &mut RotationRecord,
    by: &By,
) -> Result<()> {
    rotation.by.clone_from(&by.person);
    rotation.at = by.at;
    tx.exec(
        "update rotations set title = $3, settings = $4, wished = $5, state = $6, version = $7,
             changed_by = $8, changed_at = $9 where county = $1 and rotation = $2",
        args![
            county,
            rotation.id,
            &rotation.title,
            &rotation.settings,
            rotation.wished,
            rotation.state.code(),
            rotation.version,
            &rotation.by,
            rotation.at
        ],
    )
    .await?;
    Ok(())
}

impl Store {
    /// Begins a rotation of a school year.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for a year that the county does not keep.
    pub async fn add_rotation(
        &self,
        county: &CountyCode,
        year: SchoolYear,
        text: &RotationText,
        by: &By,
    ) -> Result<RotationRecord> {
        let wishes = packed(&text.wishes)?;
        let mut tx = self.pools.write(county.as_str()).await?;
        let sql = "select count(*) from school_years where county = $1 and year = $2";
        if tx.number(sql, args![county, year]).await? == 0 {
            return Err(StoreError::NotFound(format!("{year} 学年")));
        }
        let id = tx
            .number(
                "insert into rotations (county, rotation, year, title, settings, wishes, wished,
                     state, version, changed_by, changed_at)
                 values ($1, (select coalesce(max(rotation), 0) + 1 from rotations
                     where county = $1), $2, $3, $4, $5, $6, 'draft', 1, $7, $8)
                 returning rotation",
                args![
                    county,
                    year,
                    &text.title,
                    &text.settings,
                    wishes,
                    text.wished,
                    &by.person,
                    by.at
                ],
            )
            .await?;
        note(&mut tx, county.as_str(), by, "rotation.new", &id.to_string(), &text.title).await?;
        tx.commit().await?;
        Ok(RotationRecord {
            id,
            year,
            title: text.title.clone(),
            settings: text.settings.clone(),
            wished: text.wished,
            state: RotationState::Draft,
            version: 1,
            by: by.person.clone(),
            at: by.at,
        })
    }

    /// Changes title, settings or wishes of a rotation that is being prepared.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Conflict`]; [`StoreError::NotNow`] once it is shown to
    /// the public.
    pub async fn edit_rotation(
        &self,
        county: &CountyCode,
        id: i64,
        edit: &RotationEdit<'_>,
        seen: i64,
        by: &By,
    ) -> Result<RotationRecord> {
        let wishes = edit.wishes.map(|(json, wished)| Ok((packed(json)?, wished))).transpose();
        let wishes: Option<(Vec<u8>, i64)> = wishes.map_err(|error: StoreError| error)?;
        let mut tx = self.pools.write(county.as_str()).await?;
        let allowed = [RotationState::Draft];
        let mut rotation = seen_at(&mut tx, county, id, seen, &allowed, "修改").await?;
        let mut changed = Vec::new();
        if let Some(title) = edit.title {
            title.clone_into(&mut rotation.title);
            changed.push("名称");
        }
        if let Some(settings) = edit.settings {
            settings.clone_into(&mut rotation.settings);
            changed.push("设置");
        }
        if let Some((json, wished)) = wishes {
            rotation.wished = wished;
            let sql = "update rotations set wishes = $3 where county = $1 and rotation = $2";
            tx.exec(sql, args![county, id, json]).await?;
            changed.push("志愿");
        }
        write(&mut tx, county, &mut rotation, by).await?;
        let detail = changed.join("、");
        note(&mut tx, county.as_str(), by, "rotation.edit", &id.to_string(), &detail).await?;
        tx.commit().await?;
        Ok(rotation)
    }

    /// Takes away a rotation that was never shown to the public.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Conflict`]; [`StoreError::NotNow`] for one that was.
    pub async fn remove_rotation(
        &self,
        county: &CountyCode,
        id: i64,
        seen: i64,
        by: &By,
    ) -> Result<()> {
        let mut tx = self.pools.write(county.as_str()).await?;
        let allowed = [RotationState::Draft];
        let rotation = seen_at(&mut tx, county, id, seen, &allowed, "删除").await?;
        let sql = "select count(*) from rotation_notices where county = $1 and rotation = $2";
        if tx.number(sql, args![county, id]).await? > 0 {
            let state = "曾公示，可以作废";
            return Err(StoreError::NotNow { what: what(id), state, action: "删除" });
        }
        for sql in [
            "delete from rotation_runs where county = $1 and rotation = $2",
            "delete from rotations where county = $1 and rotation = $2",
        ] {
            tx.exec(sql, args![county, id]).await?;
        }
        let detail = &rotation.title;
        note(&mut tx, county.as_str(), by, "rotation.remove", &id.to_string(), detail).await?;
        tx.commit().await
    }

    /// A rotation and the JSON of its wishes.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn rotation(&self, county: &CountyCode, id: i64) -> Result<(RotationRecord, String)> {
        let mut tx = self.pools.read().await?;
        let rotation = found(&mut tx, county, id).await?;
        let sql = "select wishes from rotations where county = $1 and rotation = $2";
        let row = tx.one(sql, args![county, id]).await?;
        let wishes = row.map(|row| unpacked(&row.bytes(0)?)).transpose()?;
        Ok((rotation, wishes.unwrap_or_default()))
    }

    /// The rotations of a year, newest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn rotations(
        &self,
        county: &CountyCode,
        year: SchoolYear,
    ) -> Result<Vec<RotationRecord>> {
        let mut tx = self.pools.read().await?;
        let sql = AssertSqlSafe(format!("{COLUMNS} and year = $2 order by rotation desc"));
        tx.all(sql, args![county, year]).await?.iter().map(record).collect()
    }

    /// Keeps what a run has found. Kept again by the same job it is the same run.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::NotNow`] where the rotation is decided.
    pub async fn add_rotation_run(
        &self,
        county: &CountyCode,
        id: i64,
        new: &NewRun,
        by: &By,
    ) -> Result<RunRecord> {
        let texts = [packed(&new.settings)?, packed(&new.result)?, packed(&new.stayers)?];
        let [settings, result, stayers] = texts;
        let mut tx = self.pools.write(county.as_str()).await?;
        let rotation = found(&mut tx, county, id).await?;
        let sql = AssertSqlSafe(format!("{RUNS} and job = $2"));
        if let Some(row) = tx.one(sql, args![county, new.job]).await? {
            return run(&row);
        }
        if !matches!(rotation.state, RotationState::Draft | RotationState::Published) {
            let state = rotation.state.zh();
            return Err(StoreError::NotNow { what: what(id), state, action: "保存求解结果" });
        }
        let sql = "select coalesce(max(run), 0) + 1 from rotation_runs
                   where county = $1 and rotation = $2";
        let number = tx.number(sql, args![county, id]).await?;
        tx.exec(
            "insert into rotation_runs (county, rotation, run, job, mode, asked, roster, snapshot,
                 standard, rules, possible, moved, findings, brief, settings, result, stayers,
                 changed_by, changed_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
                 $18, $19)",
            args![
                county,
                id,
                number,
                new.job,
                &new.mode,
                &new.asked,
                &new.roster,
                &new.snapshot,
                &new.standard,
                &new.rules,
                new.possible,
                new.moved,
                new.findings,
                &new.brief,
                settings,
                result,
                stayers,
                &by.person,
                by.at
            ],
        )
        .await?;
        let target = format!("{id}/{number}");
        let detail =
            if new.possible { format!("{} 人", new.moved) } else { "做不到".to_owned() };
        note(&mut tx, county.as_str(), by, "rotation.run", &target, &detail).await?;
        tx.commit().await?;
        Ok(RunRecord {
            run: number,
            job: new.job,
            mode: new.mode.clone(),
            asked: new.asked.clone(),
            roster: new.roster.clone(),
            snapshot: new.snapshot.clone(),
            standard: new.standard.clone(),
            rules: new.rules.clone(),
            possible: new.possible,
            moved: new.moved,
            findings: new.findings,
            brief: new.brief.clone(),
            by: by.person.clone(),
            at: by.at,
        })
    }

    /// The runs of a rotation, newest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn rotation_runs(&self, county: &CountyCode, id: i64) -> Result<Vec<RunRecord>> {
        let mut tx = self.pools.read().await?;
        let sql = AssertSqlSafe(format!("{RUNS} and rotation = $2 order by run desc"));
        tx.all(sql, args![county, id]).await?.iter().map(run).collect()
    }

    /// A run with the JSON of its settings and of its result.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn rotation_run(
        &self,
        county: &CountyCode,
        id: i64,
        number: i64,
    ) -> Result<(RunRecord, String, String)> {
        let mut tx = self.pools.read().await?;
        let sql = AssertSqlSafe(format!(
            "{} and rotation = $2 and run = $3",
            RUNS.replace(" from rotation_runs", ", settings, result from rotation_runs")
        ));
        let row = tx.one(sql, args![county, id, number]).await?;
        let row = row.ok_or_else(|| StoreError::NotFound(format!("第 {number} 次求解")))?;
        Ok((run(&row)?, unpacked(&row.bytes(14)?)?, unpacked(&row.bytes(15)?)?))
    }

    /// Who stays by a run, and why, as it was kept.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn run_stayers(&self, county: &CountyCode, id: i64, number: i64) -> Result<String> {
        let mut tx = self.pools.read().await?;
        let sql = "select stayers from rotation_runs
                   where county = $1 and rotation = $2 and run = $3";
        let row = tx.one(sql, args![county, id, number]).await?;
        let row = row.ok_or_else(|| StoreError::NotFound(format!("第 {number} 次求解")))?;
        unpacked(&row.bytes(0)?)
    }

    /// The run that a job has kept, if it has.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn run_of_job(
        &self,
        county: &CountyCode,
        id: i64,
        job: i64,
    ) -> Result<Option<RunRecord>> {
        let mut tx = self.pools.read().await?;
        let sql = AssertSqlSafe(format!("{RUNS} and rotation = $2 and job = $3"));
        tx.one(sql, args![county, id, job]).await?.as_ref().map(run).transpose()
    }
}
