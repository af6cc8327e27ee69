//! Teachers added, changed and taken out one by one.

use super::{TEACHER, TeacherEntry, TeacherRecord, who};
use crate::audit::note;
use crate::db::args;
use crate::{By, Result, Scope, Store, StoreError, versioned};
use domain::{CountyCode, SchoolYear};
use sqlx::AssertSqlSafe;

impl Store {
    /// Adds a teacher (`seen` zero) or changes one. `changed` names the columns that are different,
    /// for the audit.
    ///
    /// # Errors
    /// [`StoreError::Exists`] for a new teacher whose number is taken, also at another school;
    /// [`StoreError::Conflict`]; [`StoreError::NotFound`] outside the scope;
    /// [`StoreError::YearLocked`]; those of sealing.
    #[expect(clippy::too_many_arguments, reason = "each is of another type")]
    pub async fn put_teacher(
        &self,
        county: &CountyCode,
        year: SchoolYear,
        entry: &TeacherEntry,
        changed: &str,
        seen: i64,
        scope: &Scope,
        by: &By,
    ) -> Result<TeacherRecord> {
        let mut tx = self.pools.write(county.as_str()).await?;
        let sql = format!("{TEACHER} and number = $3");
        let found = tx.one(AssertSqlSafe(sql), args![county, year, &entry.number]).await?;
        if seen == 0 && found.is_some() {
            return Err(StoreError::Exists(who(&entry.number)));
        }
        if seen > 0 {
            let mut args = args![county, year, &entry.number];
            let within = scope.condition("school", &mut args);
            let row =
                tx.one(AssertSqlSafe(format!("{TEACHER} and number = $3{within}")), args).await?;
            let row = row.ok_or_else(|| StoreError::NotFound(who(&entry.number)))?;
            versioned(Some(&row), seen, || who(&entry.number))?;
        }
        let open = self.open_roster(&mut tx, county, year, None, by).await?;
        let put = std::slice::from_ref(entry);
        self.put_all(&mut tx, county, year, &open, put, scope, by).await?;
        Self::close_roster(&mut tx, county, year, open, by).await?;
        let action = if seen == 0 { "teacher.add" } else { "teacher.edit" };
        let target = format!("{}/{}", year.0, entry.number);
        note(&mut tx, county.as_str(), by, action, &target, changed).await?;
        tx.commit().await?;
        let (by, at) = (by.person.clone(), by.at);
        Ok(TeacherRecord { entry: entry.clone(), version: seen + 1, by, at })
    }

    /// Takes a teacher out of the roster, with a reason.
    ///
    /// # Errors
    /// [`StoreError::Conflict`]; [`StoreError::NotFound`], also outside the scope;
    /// [`StoreError::YearLocked`].
    #[expect(clippy::too_many_arguments, reason = "each is of another type")]
    pub async fn remove_teacher(
        &self,
        county: &CountyCode,
        year: SchoolYear,
        number: &str,
        reason: &str,
        seen: i64,
        scope: &Scope,
        by: &By,
    ) -> Result<()> {
        let mut tx = self.pools.write(county.as_str()).await?;
        let mut args = args![county, year, number];
        let within = scope.condition("school", &mut args);
        let row = tx.one(AssertSqlSafe(format!("{TEACHER} and number = $3{within}")), args).await?;
        let row = row.ok_or_else(|| StoreError::NotFound(who(number)))?;
        versioned(Some(&row), seen, || who(number))?;
        let open = self.open_roster(&mut tx, county, year, None, by).await?;
        Self::take_out(&mut tx, county, year, number, scope).await?;
        Self::close_roster(&mut tx, county, year, open, by).await?;
        let target = format!("{}/{number}", year.0);
        note(&mut tx, county.as_str(), by, "teacher.remove", &target, reason).await?;
        tx.commit().await
    }
}
