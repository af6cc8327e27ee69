//! What changes a project: its text, its steps, who takes part.

use super::{Training, TrainingAct, TrainingPerson, TrainingState, TrainingText, one, what};
use crate::audit::note;
use crate::db::{Arg, Tx, args};
use crate::facts::school_text;
use crate::years::require_open;
use crate::{By, Result, Scope, Store, StoreError, next_version};
use domain::{CountyCode, SchoolYear};
use rust_decimal::Decimal;

fn not_now(found: &Training, action: &'static str) -> StoreError {
    StoreError::NotNow { what: what(found.id), state: found.state.zh(), action }
}

fn text(figure: Option<Decimal>) -> Option<String> {
    figure.map(|figure| figure.to_string())
}

/// Whoever may not do it for the county changes a school's own project only, and only before it is
/// reviewed.
fn expect_own(found: &Training, scope: &Scope) -> Result<()> {
    match scope {
        Scope::County => Ok(()),
        _ if found.text.school.is_none() => Err(StoreError::NotFound(what(found.id))),
        _ if found.state != TrainingState::Proposed => Err(not_now(found, "由学校修改")),
        _ => Ok(()),
    }
}

/// The project as it must be for a write of its year, and the version that the write makes.
async fn open(
    store: &Store,
    tx: &mut Tx,
    county: &CountyCode,
    id: i64,
    scope: &Scope,
    seen: i64,
    by: &By,
) -> Result<(Training, i64)> {
    let found = one(store, tx, county, id, scope).await?;
    require_open(tx, county, found.year, by).await?;
    let version = next_version(found.version, (&found.by, found.at), seen, || what(id))?;
    Ok((found, version))
}

fn line(text: &TrainingText) -> String {
    let school = text.school.as_ref().map(|school| format!("，学校 {school}")).unwrap_or_default();
    format!("{}“{}”{school}，{} 至 {}", text.level.zh(), text.title, text.begins, text.ends)
}

impl Store {
    /// Keeps a new project, as proposed.
    ///
    /// # Errors
    /// [`StoreError::YearLocked`].
    pub async fn add_training(
        &self,
        county: &CountyCode,
        year: SchoolYear,
        new: &TrainingText,
        by: &By,
    ) -> Result<i64> {
        let mut tx = self.pools.write(county.as_str()).await?;
        require_open(&mut tx, county, year, by).await?;
        let sql = "select coalesce(max(training), 0) + 1 from trainings where county = $1";
        let id = tx.number(sql, args![county]).await?;
        let place = args![county, id];
        let words = new.note.as_deref().unwrap_or_default();
        let place = ("trainings", place.as_slice());
        let (key, sealed) = self.seal_words(&mut tx, county, place, words).await?;
        tx.exec(
            "insert into trainings (county, training, year, school, title, provider, level, begins,
                 ends, days, hours, funds, seats, state, reward, evidence, seal_key, sealed,
                 version, changed_by, changed_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
                 $18, 1, $19, $20)",
            args![
                county,
                id,
                year,
                school_text(new.school.as_ref()),
                &new.title,
                &new.provider,
                new.level.code(),
                new.begins,
                new.ends,
                text(new.days),
                text(new.hours),
                text(new.funds),
                new.seats,
                TrainingState::Proposed.code(),
                None::<&str>,
                new.evidence,
                key,
                sealed,
                &by.person,
                by.at
            ],
        )
        .await?;
        let target = id.to_string();
        note(&mut tx, county.as_str(), by, "training.add", &target, &line(new)).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Changes what a project is. A school changes its own, and only before the review.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Conflict`], [`StoreError::NotNow`],
    /// [`StoreError::YearLocked`].
    pub async fn edit_training(
        &self,
        county: &CountyCode,
        id: i64,
        scope: &Scope,
        new: &TrainingText,
        seen: i64,
        by: &By,
    ) -> Result<i64> {
        let mut tx = self.pools.write(county.as_str()).await?;
        let (found, version) = open(self, &mut tx, county, id, scope, seen, by).await?;
        expect_own(&found, scope)?;
        if !found.state.is_open() {
            return Err(not_now(&found, "修改"));
        }
        self.expect_readable(found.text.note.is_some())?;
        let place = args![county, id];
        let words = new.note.as_deref().unwrap_or_default();
        let place = ("trainings", place.as_slice());
        let (key, sealed) = self.seal_words(&mut tx, county, place, words).await?;
        tx.exec(
            "update trainings set school = $3, title = $4, provider = $5, level = $6, begins = $7,
                 ends = $8, days = $9, hours = $10, funds = $11, seats = $12, evidence = $13,
                 seal_key = $14, sealed = $15, version = $16, changed_by = $17, changed_at = $18
             where county = $1 and training = $2",
            args![
                county,
                id,
                school_text(new.school.as_ref()),
                &new.title,
                &new.provider,
                new.level.code(),
                new.begins,
                new.ends,
                text(new.days),
                text(new.hours),
                text(new.funds),
                new.seats,
                new.evidence,
                key,
                sealed,
                version,
                &by.person,
                by.at
            ],
        )
        .await?;
        let target = id.to_string();
        note(&mut tx, county.as_str(), by, "training.edit", &target, &line(new)).await?;
        tx.commit().await?;
        Ok(version)
    }

    /// Takes a step with a project. The reward counts with an acceptance only.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Conflict`], [`StoreError::NotNow`],
    /// [`StoreError::YearLocked`].
    #[expect(clippy::too_many_arguments, reason = "each is of another meaning")]
    pub async fn step_training(
        &self,
        county: &CountyCode,
        id: i64,
        act: TrainingAct,
        reward: Option<Decimal>,
        reason: &str,
        seen: i64,
        by: &By,
    ) -> Result<i64> {
        let mut tx = self.pools.write(county.as_str()).await?;
        let (found, version) = open(self, &mut tx, county, id, &Scope::County, seen, by).await?;
        let next = found.state.after(act).ok_or_else(|| not_now(&found, act.zh()))?;
        let reward = reward.filter(|_| next == TrainingState::Accepted);
        tx.exec(
            "update trainings set state = $3, reward = $4, version = $5, changed_by = $6,
                 changed_at = $7 where county = $1 and training = $2",
            args![county, id, next.code(), text(reward), version, &by.person, by.at],
        )
        .await?;
        let sql = "select coalesce(max(step), 0) + 1 from training_steps
                   where county = $1 and training = $2";
        let step = tx.number(sql, args![county, id]).await?;
        let place = args![county, id, step];
        let place = ("training_steps", place.as_slice());
        let (key, sealed) = self.seal_words(&mut tx, county, place, reason).await?;
        tx.exec(
            "insert into training_steps (county, training, step, act, reward, seal_key, sealed,
                 changed_by, changed_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            args![county, id, step, act.code(), text(reward), key, sealed, &by.person, by.at],
        )
        .await?;
        let money = reward.map(|figure| format!("，以奖代补 {} 万元", figure.normalize()));
        let money = money.unwrap_or_default();
        let detail = format!("{}：{} → {}{money}", act.zh(), found.state.zh(), next.zh());
        note(&mut tx, county.as_str(), by, "training.step", &id.to_string(), &detail).await?;
        tx.commit().await?;
        Ok(version)
    }

    /// Takes a project away that was only proposed.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Conflict`], [`StoreError::NotNow`],
    /// [`StoreError::YearLocked`].
    pub async fn remove_training(
        &self,
        county: &CountyCode,
        id: i64,
        scope: &Scope,
        seen: i64,
        by: &By,
    ) -> Result<()> {
        let mut tx = self.pools.write(county.as_str()).await?;
        let (found, _) = open(self, &mut tx, county, id, scope, seen, by).await?;
        expect_own(&found, scope)?;
        if found.state != TrainingState::Proposed {
            return Err(not_now(&found, "删除；不再进行的请写明原因后不予通过"));
        }
        for table in ["training_steps", "training_people", "trainings"] {
            let sql = format!("delete from {table} where county = $1 and training = $2");
            tx.exec(sqlx::AssertSqlSafe(sql), args![county, id]).await?;
        }
        let detail = line(&found.text);
        note(&mut tx, county.as_str(), by, "training.remove", &id.to_string(), &detail).await?;
        tx.commit().await
    }

    /// Puts people down for a project or changes their hours, and takes others away, in one. The
    /// schools of those who are put must be within the caller's scope; of others nothing is removed.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for a project or a school that there is not, [`StoreError::Conflict`],
    /// [`StoreError::NotNow`], [`StoreError::YearLocked`].
    #[expect(clippy::too_many_arguments, reason = "each is of another meaning")]
    pub async fn put_training_people(
        &self,
        county: &CountyCode,
        id: i64,
        scope: &Scope,
        put: &[TrainingPerson],
        remove: &[String],
        seen: i64,
        by: &By,
    ) -> Result<i64> {
        let mut tx = self.pools.write(county.as_str()).await?;
        let (found, version) = open(self, &mut tx, county, id, scope, seen, by).await?;
        if !found.state.takes_people() {
            return Err(not_now(&found, "登记参训教师"));
        }
        for person in put {
            let mut own = args![county, &person.school];
            let within = scope.condition("school", &mut own);
            let sql =
                format!("select count(*) from schools where county = $1 and school = $2{within}");
            if tx.number(sqlx::AssertSqlSafe(sql), own).await? == 0 {
                return Err(StoreError::NotFound(format!("学校 {}", person.school)));
            }
        }
        for teacher in remove {
            let mut own = args![county, id, teacher];
            let within = scope.condition("school", &mut own);
            let sql = format!(
                "delete from training_people \
                 where county = $1 and training = $2 and teacher = $3{within}"
            );
            tx.exec(sqlx::AssertSqlSafe(sql), own).await?;
        }
        let mut values: Vec<Arg> = Vec::new();
        for person in put {
            values.extend(args![
                county,
                id,
                &person.teacher,
                &person.school,
                text(person.hours),
                &by.person,
                by.at
            ]);
        }
        let into = "insert into training_people (county, training, teacher, school, hours,
                        changed_by, changed_at)";
        let conflict = " on conflict (county, training, teacher) do update set
                             school = excluded.school, hours = excluded.hours,
                             changed_by = excluded.changed_by, changed_at = excluded.changed_at";
        tx.upsert_all(into, 7, values, conflict).await?;
        tx.exec(
            "update trainings set version = $3, changed_by = $4, changed_at = $5
             where county = $1 and training = $2",
            args![county, id, version, &by.person, by.at],
        )
        .await?;
        let detail = format!("登记 {} 人，移除 {} 人", put.len(), remove.len());
        note(&mut tx, county.as_str(), by, "training.people", &id.to_string(), &detail).await?;
        tx.commit().await?;
        Ok(version)
    }
}
