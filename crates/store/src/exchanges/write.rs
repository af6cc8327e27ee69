//! What changes a record: agreeing, steps, hours. Each with its row of the audit, which names schools
//! and staff numbers only.

use super::{
    Agreed, EntryText, Exchange, ExchangeAct, ExchangeState, Made, PartyRole, of_year, one, what,
};
use crate::audit::note;
use crate::db::{Arg, Tx, args};
use crate::facts::school_text;
use crate::years::require_open;
use crate::{By, Result, Scope, Store, StoreError, next_version};
use domain::{CountyCode, SchoolCode, SchoolYear, Stage};
use rust_decimal::Decimal;

/// A record in one line of the audit, without anything that was written freely.
fn line(agreed: &Agreed) -> String {
    let side = |role: PartyRole| {
        let parties = agreed.parties.iter().filter(|party| party.role == role);
        let names = parties.map(|party| match &party.teacher {
            Some(teacher) => format!("{} {teacher}", party.school),
            None => party.school.to_string(),
        });
        names.collect::<Vec<_>>().join("、")
    };
    let (giver, takers) = (side(PartyRole::Giver), side(PartyRole::Taker));
    format!("{}：{giver} → {takers}，{} 至 {}", agreed.way.zh(), agreed.begins, agreed.ends)
}

fn not_now(found: &Exchange, action: &'static str) -> StoreError {
    StoreError::NotNow { what: what(found.id), state: found.state.zh(), action }
}

/// The record as it must be for a write of its year.
async fn open(
    store: &Store,
    tx: &mut Tx,
    county: &CountyCode,
    id: i64,
    scope: &Scope,
    by: &By,
) -> Result<Exchange> {
    let found = one(store, tx, county, id, scope).await?;
    require_open(tx, county, found.year, by).await?;
    Ok(found)
}

/// The same for an edit by the county, and the version that the edit makes.
async fn open_seen(
    store: &Store,
    tx: &mut Tx,
    county: &CountyCode,
    id: i64,
    seen: i64,
    by: &By,
) -> Result<(Exchange, i64)> {
    let found = open(store, tx, county, id, &Scope::County, by).await?;
    let version = next_version(found.version, (&found.by, found.at), seen, || what(id))?;
    Ok((found, version))
}

/// Refuses a record of a school that the county does not have.
async fn expect_schools(tx: &mut Tx, county: &CountyCode, new: &[Agreed]) -> Result<()> {
    let rows = tx.all("select school from schools where county = $1", args![county]).await?;
    let known = rows.iter().map(|row| row.school(0)).collect::<Result<Vec<SchoolCode>>>()?;
    let mut parties = new.iter().flat_map(|agreed| &agreed.parties);
    match parties.find(|party| !known.contains(&party.school)) {
        Some(party) => Err(StoreError::NotFound(format!("学校 {}", party.school))),
        None => Ok(()),
    }
}

/// Refuses what has a record already, or is twice among the new.
async fn expect_single(
    store: &Store,
    tx: &mut Tx,
    county: &CountyCode,
    year: SchoolYear,
    new: &[Agreed],
) -> Result<()> {
    let mut kept = of_year(store, tx, county, year, &Scope::County).await?;
    kept.retain(|exchange| exchange.state != ExchangeState::Void);
    for (number, agreed) in new.iter().enumerate() {
        if let Some(same) = kept.iter().find(|kept| kept.agreed.is_double(agreed)) {
            return Err(StoreError::Exists(format!("同样的交流（记录 {}）", same.id)));
        }
        let before = new.iter().take(number).position(|before| before.is_double(agreed));
        if let Some(before) = before {
            let what = format!("第 {} 条与第 {} 条是同样的交流，", number + 1, before + 1);
            return Err(StoreError::Exists(what));
        }
    }
    Ok(())
}

async fn put_parties(tx: &mut Tx, county: &CountyCode, id: i64, agreed: &Agreed) -> Result<()> {
    let sql = "delete from exchange_parties where county = $1 and exchange = $2";
    tx.exec(sql, args![county, id]).await?;
    let mut values: Vec<Arg> = Vec::new();
    for (number, party) in (1_i64..).zip(&agreed.parties) {
        let teacher = party.teacher.as_deref();
        values.extend(args![county, id, number, party.role.code(), &party.school, teacher]);
    }
    let into = "insert into exchange_parties (county, exchange, party, role, school, teacher)";
    tx.insert_all(into, 6, values).await
}

/// Grows the version of a record that something was added to.
async fn touch(tx: &mut Tx, county: &CountyCode, found: &Exchange, by: &By) -> Result<i64> {
    let version = found.version + 1;
    tx.exec(
        "update exchanges set version = $3, changed_by = $4, changed_at = $5
         where county = $1 and exchange = $2",
        args![county, found.id, version, &by.person, by.at],
    )
    .await?;
    Ok(version)
}

impl Store {
    /// Keeps new records, all or none; returns their numbers in order. Of pairings and of a file none is
    /// kept twice; somebody who types a record may mean a second one.
    ///
    /// # Errors
    /// [`StoreError::YearLocked`], [`StoreError::NotFound`] for an unknown school,
    /// [`StoreError::Exists`].
    pub async fn add_exchanges(
        &self,
        county: &CountyCode,
        year: SchoolYear,
        new: &[Agreed],
        made: Made,
        by: &By,
    ) -> Result<Vec<i64>> {
        let mut tx = self.pools.write(county.as_str()).await?;
        require_open(&mut tx, county, year, by).await?;
        expect_schools(&mut tx, county, new).await?;
        if made != Made::Typed {
            expect_single(self, &mut tx, county, year, new).await?;
        }
        let sql = "select coalesce(max(exchange), 0) from exchanges where county = $1";
        let first = tx.number(sql, args![county]).await? + 1;
        let mut numbers = Vec::with_capacity(new.len());
        for (id, agreed) in (first..).zip(new) {
            let place = args![county, id];
            let words = agreed.words.clone().unwrap_or_default();
            let place = ("exchanges", place.as_slice());
            let (key, sealed) = self.seal_words(&mut tx, county, place, &words).await?;
            tx.exec(
                "insert into exchanges (county, exchange, year, way, stage, subject, begins, ends,
                     hours, state, grade, made, evidence, seal_key, sealed, version, changed_by,
                     changed_at)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 1, $16,
                     $17)",
                args![
                    county,
                    id,
                    year,
                    agreed.way.code(),
                    agreed.stage.map(Stage::code),
                    agreed.subject.as_deref(),
                    agreed.begins,
                    agreed.ends,
                    agreed.hours.map(|hours| hours.to_string()),
                    ExchangeState::Planned.code(),
                    None::<&str>,
                    made.code(),
                    agreed.evidence,
                    key,
                    sealed,
                    &by.person,
                    by.at
                ],
            )
            .await?;
            put_parties(&mut tx, county, id, agreed).await?;
            let target = id.to_string();
            note(&mut tx, county.as_str(), by, "exchange.add", &target, &line(agreed)).await?;
            numbers.push(id);
        }
        tx.commit().await?;
        Ok(numbers)
    }

    /// Changes what was agreed. Its way and year stay.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Conflict`], [`StoreError::YearLocked`],
    /// [`StoreError::NotNow`] once it is assessed or given up.
    pub async fn edit_exchange(
        &self,
        county: &CountyCode,
        id: i64,
        new: &Agreed,
        seen: i64,
        by: &By,
    ) -> Result<i64> {
        let mut tx = self.pools.write(county.as_str()).await?;
        let (found, version) = open_seen(self, &mut tx, county, id, seen, by).await?;
        if !found.state.is_open() {
            return Err(not_now(&found, "修改"));
        }
        // What cannot be read must not be written over.
        self.expect_readable(found.agreed.words.is_some())?;
        expect_schools(&mut tx, county, std::slice::from_ref(new)).await?;
        let place = args![county, id];
        let words = new.words.clone().unwrap_or_default();
        let place = ("exchanges", place.as_slice());
        let (key, sealed) = self.seal_words(&mut tx, county, place, &words).await?;
        tx.exec(
            "update exchanges set stage = $3, subject = $4, begins = $5, ends = $6, hours = $7,
                 evidence = $8, seal_key = $9, sealed = $10, version = $11, changed_by = $12,
                 changed_at = $13
             where county = $1 and exchange = $2",
            args![
                county,
                id,
                new.stage.map(Stage::code),
                new.subject.as_deref(),
                new.begins,
                new.ends,
                new.hours.map(|hours| hours.to_string()),
                new.evidence,
                key,
                sealed,
                version,
                &by.person,
                by.at
            ],
        )
        .await?;
        put_parties(&mut tx, county, id, new).await?;
        let target = id.to_string();
        note(&mut tx, county.as_str(), by, "exchange.edit", &target, &line(new)).await?;
        tx.commit().await?;
        Ok(version)
    }

    /// Takes a step with a record.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Conflict`], [`StoreError::YearLocked`],
    /// [`StoreError::NotNow`] where the state does not allow it.
    #[expect(clippy::too_many_arguments, reason = "each is of another meaning")]
    pub async fn step_exchange(
        &self,
        county: &CountyCode,
        id: i64,
        act: ExchangeAct,
        grade: Option<&str>,
        reason: &str,
        seen: i64,
        by: &By,
    ) -> Result<i64> {
        let mut tx = self.pools.write(county.as_str()).await?;
        let (found, version) = open_seen(self, &mut tx, county, id, seen, by).await?;
        let next = found.state.after(act).ok_or_else(|| not_now(&found, act.zh()))?;
        let grade = if next == ExchangeState::Assessed { grade } else { None };
        tx.exec(
            "update exchanges set state = $3, grade = $4, version = $5, changed_by = $6,
                 changed_at = $7 where county = $1 and exchange = $2",
            args![county, id, next.code(), grade, version, &by.person, by.at],
        )
        .await?;
        let sql = "select coalesce(max(step), 0) + 1 from exchange_steps
                   where county = $1 and exchange = $2";
        let step = tx.number(sql, args![county, id]).await?;
        let place = args![county, id, step];
        let place = ("exchange_steps", place.as_slice());
        let (key, sealed) = self.seal_words(&mut tx, county, place, reason).await?;
        tx.exec(
            "insert into exchange_steps (county, exchange, step, act, grade, seal_key, sealed,
                 changed_by, changed_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            args![county, id, step, act.code(), grade, key, sealed, &by.person, by.at],
        )
        .await?;
        let detail = format!("{}：{} → {}", act.zh(), found.state.zh(), next.zh());
        note(&mut tx, county.as_str(), by, "exchange.step", &id.to_string(), &detail).await?;
        tx.commit().await?;
        Ok(version)
    }

    /// Takes a record away that was never begun; what has begun is given up with a reason.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Conflict`], [`StoreError::YearLocked`],
    /// [`StoreError::NotNow`].
    pub async fn remove_exchange(
        &self,
        county: &CountyCode,
        id: i64,
        seen: i64,
        by: &By,
    ) -> Result<()> {
        let mut tx = self.pools.write(county.as_str()).await?;
        let (found, _) = open_seen(self, &mut tx, county, id, seen, by).await?;
        if found.state != ExchangeState::Planned || found.entries > 0 {
            return Err(not_now(&found, "删除；不再进行的请写明原因后放弃"));
        }
        for table in ["exchange_steps", "exchange_parties", "exchanges"] {
            let sql = format!("delete from {table} where county = $1 and exchange = $2");
            tx.exec(sqlx::AssertSqlSafe(sql), args![county, id]).await?;
        }
        let detail = line(&found.agreed);
        note(&mut tx, county.as_str(), by, "exchange.remove", &id.to_string(), &detail).await?;
        tx.commit().await
    }

    /// Enters hours of a day; `school` is the one that enters them, `None`: the county.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where no school of the scope takes part, [`StoreError::NotNow`],
    /// [`StoreError::YearLocked`].
    pub async fn add_exchange_entry(
        &self,
        county: &CountyCode,
        id: i64,
        scope: &Scope,
        school: Option<&SchoolCode>,
        entry: &EntryText,
        by: &By,
    ) -> Result<i64> {
        let mut tx = self.pools.write(county.as_str()).await?;
        let found = open(self, &mut tx, county, id, scope, by).await?;
        if !found.state.takes_hours() {
            return Err(not_now(&found, "登记课时"));
        }
        let sql = "select coalesce(max(entry), 0) + 1 from exchange_entries
                   where county = $1 and exchange = $2";
        let number = tx.number(sql, args![county, id]).await?;
        let place = args![county, id, number];
        let place = ("exchange_entries", place.as_slice());
        let words = entry.what.as_deref().unwrap_or_default();
        let (key, sealed) = self.seal_words(&mut tx, county, place, words).await?;
        tx.exec(
            "insert into exchange_entries (county, exchange, entry, school, day, hours, seal_key,
                 sealed, changed_by, changed_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            args![
                county,
                id,
                number,
                school_text(school),
                entry.day,
                entry.hours.to_string(),
                key,
                sealed,
                &by.person,
                by.at
            ],
        )
        .await?;
        touch(&mut tx, county, &found, by).await?;
        let detail = format!("{}，{} 学时", entry.day, entry.hours.normalize());
        let target = format!("{id}/{number}");
        note(&mut tx, county.as_str(), by, "exchange.entry", &target, &detail).await?;
        tx.commit().await?;
        Ok(number)
    }

    /// Takes hours back that were entered by mistake; a school only what it has entered itself.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::NotNow`], [`StoreError::YearLocked`].
    pub async fn remove_exchange_entry(
        &self,
        county: &CountyCode,
        id: i64,
        number: i64,
        scope: &Scope,
        by: &By,
    ) -> Result<()> {
        let mut tx = self.pools.write(county.as_str()).await?;
        let found = open(self, &mut tx, county, id, scope, by).await?;
        if !found.state.takes_hours() {
            return Err(not_now(&found, "撤回课时"));
        }
        let mut args = args![county, id, number];
        let own = scope.condition("school", &mut args);
        let where_ = format!("where county = $1 and exchange = $2 and entry = $3{own}");
        let sql = sqlx::AssertSqlSafe(format!("select day, hours from exchange_entries {where_}"));
        let gone = tx.one(sql, args.clone()).await?;
        let gone =
            gone.ok_or_else(|| StoreError::NotFound(format!("{}的第 {number} 次课时", what(id))))?;
        let sql = sqlx::AssertSqlSafe(format!("delete from exchange_entries {where_}"));
        tx.exec(sql, args).await?;
        touch(&mut tx, county, &found, by).await?;
        let hours: Decimal = gone.parsed(1)?;
        let detail = format!("{}，{} 学时", gone.str(0)?, hours.normalize());
        let target = format!("{id}/{number}");
        note(&mut tx, county.as_str(), by, "exchange.unentry", &target, &detail).await?;
        tx.commit().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchanges::{ExchangeWords, Party, Way};
    use jiff::civil::date;

    #[test]
    fn the_audit_line_names_schools_and_numbers_only() {
        let school = |n: u8| SchoolCode::parse(&format!("34182300{n:02}")).unwrap();
        let party = |role, n, teacher: Option<&str>| Party {
            role,
            school: school(n),
            teacher: teacher.map(str::to_owned),
        };
        let agreed = Agreed {
            way: Way::Mentoring,
            stage: Some(Stage::Primary),
            subject: None,
            begins: date(2024, 9, 1),
            ends: date(2025, 6, 30),
            hours: None,
            parties: vec![
                party(PartyRole::Giver, 1, Some("T000001")),
                party(PartyRole::Taker, 2, Some("T000002")),
            ],
            evidence: None,
            words: Some(ExchangeWords { note: "王小明".to_owned(), ..ExchangeWords::default() }),
        };
        let line = line(&agreed);
        assert_eq!(
            line,
            "名师带徒：3418230001 T000001 → 3418230002 T000002，2024-09-01 至 2025-06-30"
        );
        assert!(!format!("{agreed:?}").contains("王小明"));
    }
}
