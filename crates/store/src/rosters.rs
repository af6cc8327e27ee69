//! Rosters of teachers (教师名册): one a school year. Of a teacher stands in columns what lists are made
//! from, the name masked; the row as it was typed lies sealed ([`crate::seal`]).
//!
//! What a row says, and whether it is right, is not known here.

mod edit;
mod imports;

pub use imports::{ImportState, NewRosterImport, RosterImportRecord};

use crate::audit::note;
use crate::db::{Row, Tx, args};
use crate::seal::{Place, random};
use crate::years::{require_open, statistics_date};
use crate::{By, Plain, Result, Scope, Store, StoreError, versioned};
use domain::{CountyCode, SchoolCode, SchoolYear, Stage, hex};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use sqlx::AssertSqlSafe;
use std::collections::{BTreeMap, BTreeSet};

/// A roster without its teachers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RosterRecord {
    /// The school year.
    pub year: SchoolYear,
    /// The day at which years are counted.
    pub day: Date,
    /// The file that it came from last; empty where it was typed.
    pub source: String,
    /// The same for the same content: the teachers and the day. It cannot be computed from what
    /// somebody knows of a teacher, since a sealed random text goes into it.
    pub stamp: String,
    /// How many teachers it has, of all schools.
    pub teachers: i64,
    /// For the next edit.
    pub version: i64,
    /// Who changed it last.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// A teacher on the way into the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeacherEntry {
    /// The staff number, the key within the year. Never an identity number.
    pub number: String,
    /// The school of the roll.
    pub school: SchoolCode,
    /// The stage.
    pub stage: Stage,
    /// The code of the post.
    pub post: String,
    /// The code of the main subject; may be empty.
    pub subject: String,
    /// The name, masked.
    pub masked: String,
    /// The row as it was typed: sealed.
    pub content: Plain,
}

/// A teacher as he or she is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeacherRecord {
    /// What was put.
    pub entry: TeacherEntry,
    /// For the next edit.
    pub version: i64,
    /// Who changed it last.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// A change of a roster, all of it or nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RosterChange {
    /// Teachers that are new or different.
    pub put: Vec<TeacherEntry>,
    /// Numbers of those who are taken out.
    pub gone: Vec<String>,
    /// The file that they came from.
    pub source: String,
}

/// Staff numbers that a row of the audit names.
const NAMED: usize = 20;

const HEAD: &str = "select version, changed_by, changed_at, day, source, stamp, seal_key, sealed, \
                    (select count(*) from teachers t where t.county = r.county and t.year = r.year) \
                    from rosters r where county = $1 and year = $2";

fn what(year: SchoolYear) -> String {
    format!("{year} 学年教师名册")
}

fn who(number: &str) -> String {
    format!("教师 {number} ")
}

fn record(row: &Row, year: SchoolYear) -> Result<RosterRecord> {
    Ok(RosterRecord {
        version: row.int(0)?,
        by: row.text(1)?,
        at: row.moment(2)?,
        year,
        day: row.parsed(3)?,
        source: row.text(4)?,
        stamp: row.text(5)?,
        teachers: row.int(8)?,
    })
}

const TEACHER: &str = "select version, changed_by, changed_at, number, school, stage, post, \
                       subject, name, seal_key, sealed from teachers where county = $1 and year = $2";

/// What a teacher's content adds to the stamp: nobody can guess it who does not know the salt.
fn digest(salt: &Plain, entry: &TeacherEntry) -> String {
    let mut hasher = Sha256::new();
    for part in [salt.reveal(), entry.number.as_bytes(), entry.content.reveal()] {
        hasher.update(part.len().to_string());
        hasher.update(":");
        hasher.update(part);
    }
    hex(&hasher.finalize())
}

/// The stamp of a roster.
async fn stamp(tx: &mut Tx, county: &CountyCode, year: SchoolYear, day: Date) -> Result<String> {
    let sql = "select digest from teachers where county = $1 and year = $2 order by number";
    let mut hasher = Sha256::new();
    hasher.update(day.to_string());
    for row in &tx.all(sql, args![county, year]).await? {
        hasher.update(row.str(0)?);
    }
    Ok(hex(&hasher.finalize()))
}

/// A roster that is being changed.
struct Open {
    day: Date,
    source: String,
    salt: Plain,
    version: i64,
}

impl Store {
    fn teacher_record(
        &self,
        county: &CountyCode,
        year: SchoolYear,
        row: &Row,
    ) -> Result<TeacherRecord> {
        let number = row.text(3)?;
        let place = Place::of("teachers", args![county, year, &number]);
        let content = self.ring.open(&place, row.str(9)?, &row.bytes(10)?, || who(&number))?;
        Ok(TeacherRecord {
            entry: TeacherEntry {
                number,
                school: row.school(4)?,
                stage: row
                    .known(5, |code| Stage::ALL.into_iter().find(|stage| stage.code() == code))?,
                post: row.text(6)?,
                subject: row.text(7)?,
                masked: row.text(8)?,
                content,
            },
            version: row.int(0)?,
            by: row.text(1)?,
            at: row.moment(2)?,
        })
    }

    /// The roster of a year; `None` where none is kept.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn roster(
        &self,
        county: &CountyCode,
        year: SchoolYear,
    ) -> Result<Option<RosterRecord>> {
        let mut tx = self.pools.read().await?;
        let row = tx.one(HEAD, args![county, year]).await?;
        row.map(|row| record(&row, year)).transpose()
    }

    /// The years of which a roster is kept, latest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn roster_years(&self, county: &CountyCode) -> Result<Vec<SchoolYear>> {
        let mut tx = self.pools.read().await?;
        let sql = "select year from rosters where county = $1 order by year desc";
        tx.all(sql, args![county]).await?.iter().map(|row| row.year(0)).collect()
    }

    /// The teachers of a year within a scope, by number, opened; with the roster at that moment.
    ///
    /// # Errors
    /// [`StoreError::KeyMissing`], [`StoreError::KeyWrong`], [`StoreError::BoxBroken`]; those of
    /// the database.
    pub async fn teachers(
        &self,
        county: &CountyCode,
        year: SchoolYear,
        scope: &Scope,
    ) -> Result<Option<(RosterRecord, Vec<TeacherRecord>)>> {
        let mut tx = self.pools.read().await?;
        let Some(head) = tx.one(HEAD, args![county, year]).await? else { return Ok(None) };
        let mut args = args![county, year];
        let within = scope.condition("school", &mut args);
        let rows =
            tx.all(AssertSqlSafe(format!("{TEACHER}{within} order by number")), args).await?;
        let teachers = rows.iter().map(|row| self.teacher_record(county, year, row));
        Ok(Some((record(&head, year)?, teachers.collect::<Result<_>>()?)))
    }

    /// A teacher.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], also outside the scope; those of opening.
    pub async fn teacher(
        &self,
        county: &CountyCode,
        year: SchoolYear,
        number: &str,
        scope: &Scope,
    ) -> Result<TeacherRecord> {
        let mut tx = self.pools.read().await?;
        self.find_teacher(&mut tx, county, year, number, scope).await
    }

    async fn find_teacher(
        &self,
        tx: &mut Tx,
        county: &CountyCode,
        year: SchoolYear,
        number: &str,
        scope: &Scope,
    ) -> Result<TeacherRecord> {
        let mut args = args![county, year, number];
        let within = scope.condition("school", &mut args);
        let row = tx.one(AssertSqlSafe(format!("{TEACHER} and number = $3{within}")), args).await?;
        let row = row.ok_or_else(|| StoreError::NotFound(who(number)))?;
        self.teacher_record(county, year, &row)
    }

    /// A teacher for somebody who wants to see the plain text: the audit says who, whom and why
    /// before the answer is given.
    ///
    /// # Errors
    /// As [`Store::teacher`].
    pub async fn reveal_teacher(
        &self,
        county: &CountyCode,
        year: SchoolYear,
        number: &str,
        reason: &str,
        scope: &Scope,
        by: &By,
    ) -> Result<TeacherRecord> {
        let mut tx = self.pools.write(county.as_str()).await?;
        let found = self.find_teacher(&mut tx, county, year, number, scope).await?;
        let target = format!("{}/{number}", year.0);
        note(&mut tx, county.as_str(), by, "teacher.reveal", &target, reason).await?;
        tx.commit().await?;
        Ok(found)
    }

    /// All teachers within a scope for somebody who wants their plain text in a file, with a row in
    /// the audit.
    ///
    /// # Errors
    /// As [`Store::teachers`]; [`StoreError::NotFound`] where there is no roster.
    pub async fn reveal_roster(
        &self,
        county: &CountyCode,
        year: SchoolYear,
        reason: &str,
        scope: &Scope,
        by: &By,
    ) -> Result<Vec<TeacherRecord>> {
        let found = self.teachers(county, year, scope).await?;
        let (_, teachers) = found.ok_or_else(|| StoreError::NotFound(what(year)))?;
        let mut tx = self.pools.write(county.as_str()).await?;
        let detail = format!("{} 人：{reason}", teachers.len());
        note(&mut tx, county.as_str(), by, "roster.reveal", &year.0.to_string(), &detail).await?;
        tx.commit().await?;
        Ok(teachers)
    }

    /// Somebody looked for teachers by name or identity number: the audit says who did and whom that
    /// found, never what was typed.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn note_teacher_search(
        &self,
        county: &CountyCode,
        year: SchoolYear,
        found: &[&str],
        by: &By,
    ) -> Result<()> {
        let mut tx = self.pools.write(county.as_str()).await?;
        let named = found.iter().take(NAMED).copied().collect::<Vec<_>>().join("、");
        let more = if found.len() > NAMED { " 等" } else { "" };
        let detail = format!("找到 {} 人：{named}{more}", found.len());
        let detail = if found.is_empty() { "没有找到" } else { &detail };
        note(&mut tx, county.as_str(), by, "teacher.search", &year.0.to_string(), detail).await?;
        tx.commit().await
    }

    /// Begins a change: the roster as it is, made where it is missing, at its next version. `seen`:
    /// the version that the caller has seen, zero where there was none; `None`: any.
    async fn open_roster(
        &self,
        tx: &mut Tx,
        county: &CountyCode,
        year: SchoolYear,
        seen: Option<i64>,
        by: &By,
    ) -> Result<Open> {
        require_open(tx, county, year, by).await?;
        let found = tx.one(HEAD, args![county, year]).await?;
        let version = match (seen, &found) {
            (Some(seen), _) => versioned(found.as_ref(), seen, || what(year))?,
            (None, Some(row)) => row.int(0)? + 1,
            (None, None) => 1,
        };
        let place = Place::of("rosters", args![county, year]);
        if let Some(row) = found {
            let salt = self.ring.open(&place, row.str(6)?, &row.bytes(7)?, || what(year))?;
            return Ok(Open { day: row.parsed(3)?, source: row.text(4)?, salt, version });
        }
        let salt = Plain::new(random::<32>()?.to_vec());
        let (key, sealed) = self.ring.seal(tx, county).await?.seal(&place, &salt)?;
        let day = statistics_date(year);
        tx.exec(
            "insert into rosters (county, year, day, source, stamp, seal_key, sealed, version,
                 changed_by, changed_at) values ($1, $2, $3, '', '', $4, $5, $6, $7, $8)",
            args![county, year, day, key, sealed, version, &by.person, by.at],
        )
        .await?;
        Ok(Open { day, source: String::new(), salt, version })
    }

    async fn close_roster(
        tx: &mut Tx,
        county: &CountyCode,
        year: SchoolYear,
        open: Open,
        by: &By,
    ) -> Result<RosterRecord> {
        let stamp = stamp(tx, county, year, open.day).await?;
        tx.exec(
            "update rosters set day = $3, source = $4, stamp = $5, version = $6, changed_by = $7,
                 changed_at = $8 where county = $1 and year = $2",
            args![county, year, open.day, &open.source, &stamp, open.version, &by.person, by.at],
        )
        .await?;
        let sql = "select count(*) from teachers where county = $1 and year = $2";
        let teachers = tx.number(sql, args![county, year]).await?;
        Ok(RosterRecord {
            year,
            day: open.day,
            source: open.source,
            stamp,
            teachers,
            version: open.version,
            by: by.person.clone(),
            at: by.at,
        })
    }

    /// Sets the day at which years are counted.
    ///
    /// # Errors
    /// [`StoreError::Conflict`], [`StoreError::NotFound`], [`StoreError::YearLocked`].
    pub async fn set_roster_day(
        &self,
        county: &CountyCode,
        year: SchoolYear,
        day: Date,
        seen: i64,
        by: &By,
    ) -> Result<RosterRecord> {
        let mut tx = self.pools.write(county.as_str()).await?;
        if tx.one(HEAD, args![county, year]).await?.is_none() {
            return Err(StoreError::NotFound(what(year)));
        }
        let mut open = self.open_roster(&mut tx, county, year, Some(seen), by).await?;
        open.day = day;
        let record = Self::close_roster(&mut tx, county, year, open, by).await?;
        let target = year.0.to_string();
        note(&mut tx, county.as_str(), by, "roster.day", &target, &day.to_string()).await?;
        tx.commit().await?;
        Ok(record)
    }

    /// Changes a roster by what a file or a program says, in one transaction; makes it where there is
    /// none. `seen` is the version that the change was worked out against, zero where there was none.
    ///
    /// # Errors
    /// [`StoreError::Conflict`]; [`StoreError::NotFound`] where a teacher's school, the one now or
    /// the one before, is not within the scope; [`StoreError::YearLocked`]; those of sealing.
    pub async fn change_roster(
        &self,
        county: &CountyCode,
        year: SchoolYear,
        change: &RosterChange,
        seen: i64,
        scope: &Scope,
        by: &By,
    ) -> Result<RosterRecord> {
        let mut tx = self.pools.write(county.as_str()).await?;
        let record = self.apply_change(&mut tx, county, year, change, seen, scope, by).await?;
        tx.commit().await?;
        Ok(record)
    }

    #[expect(clippy::too_many_arguments, reason = "each is of another type")]
    async fn apply_change(
        &self,
        tx: &mut Tx,
        county: &CountyCode,
        year: SchoolYear,
        change: &RosterChange,
        seen: i64,
        scope: &Scope,
        by: &By,
    ) -> Result<RosterRecord> {
        let mut open = self.open_roster(tx, county, year, Some(seen), by).await?;
        change.source.clone_into(&mut open.source);
        self.put_all(tx, county, year, &open, &change.put, scope, by).await?;
        for number in &change.gone {
            Self::take_out(tx, county, year, number, scope).await?;
        }
        let record = Self::close_roster(tx, county, year, open, by).await?;
        let (put, gone, file) = (change.put.len(), change.gone.len(), &change.source);
        let detail = format!("写入 {put} 人，移出 {gone} 人：{file}");
        note(tx, county.as_str(), by, "roster.import", &year.0.to_string(), &detail).await?;
        Ok(record)
    }

    /// Writes teachers. Who is there already must be within the scope too.
    #[expect(clippy::too_many_arguments, reason = "each is of another type")]
    async fn put_all(
        &self,
        tx: &mut Tx,
        county: &CountyCode,
        year: SchoolYear,
        open: &Open,
        put: &[TeacherEntry],
        scope: &Scope,
        by: &By,
    ) -> Result<()> {
        let mut args = args![county];
        let within = scope.condition("school", &mut args);
        let sql = format!("select school from schools where county = $1{within}");
        let rows = tx.all(AssertSqlSafe(sql), args).await?;
        let schools = rows.iter().map(|row| row.school(0)).collect::<Result<BTreeSet<_>>>()?;
        let sql = "select number, school, version from teachers where county = $1 and year = $2";
        let mut there = BTreeMap::new();
        for row in &tx.all(sql, args![county, year]).await? {
            there.insert(row.text(0)?, (row.school(1)?, row.int(2)?));
        }
        let own_key = self.ring.seal(tx, county).await?;
        let mut values = Vec::new();
        for entry in put {
            let known = there.get(&entry.number);
            let before = known.map(|(school, _)| school);
            if let Some(school) =
                [Some(&entry.school), before].into_iter().flatten().find(|s| !schools.contains(s))
            {
                return Err(StoreError::NotFound(format!("学校 {school}")));
            }
            let version = known.map_or(1, |(_, version)| version + 1);
            let place = Place::of("teachers", args![county, year, &entry.number]);
            let (key, sealed) = own_key.seal(&place, &entry.content)?;
            values.extend(args![county, year, &entry.number, &entry.school, entry.stage.code()]);
            values.extend(args![&entry.post, &entry.subject, &entry.masked]);
            values.extend(args![digest(&open.salt, entry), key, sealed, version]);
            values.extend(args![&by.person, by.at]);
        }
        let into = "insert into teachers (county, year, number, school, stage, post, subject, name, \
                    digest, seal_key, sealed, version, changed_by, changed_at)";
        let conflict = " on conflict (county, year, number) do update set \
                        school = excluded.school, stage = excluded.stage, post = excluded.post, \
                        subject = excluded.subject, name = excluded.name, \
                        digest = excluded.digest, seal_key = excluded.seal_key, \
                        sealed = excluded.sealed, version = excluded.version, \
                        changed_by = excluded.changed_by, changed_at = excluded.changed_at";
        tx.upsert_all(into, 14, values, conflict).await
    }

    async fn take_out(
        tx: &mut Tx,
        county: &CountyCode,
        year: SchoolYear,
        number: &str,
        scope: &Scope,
    ) -> Result<()> {
        let mut args = args![county, year, number];
        let within = scope.condition("school", &mut args);
        let sql =
            format!("delete from teachers where county = $1 and year = $2 and number = $3{within}");
        match tx.exec(AssertSqlSafe(sql), args).await? {
            0 => Err(StoreError::NotFound(who(number))),
            _ => Ok(()),
        }
    }
}
