//! Training projects (培训项目): proposed, reviewed, carried out, accepted; who took part and for how
//! many hours. A project is the county's, or a school's own (校本), which that school proposes.
//!
//! Only hours of accepted projects are credited. Whether they stand in the roster already is not
//! known here.

mod write;

use crate::coded::words;
use crate::db::{Arg, Row, Tx, args};
use crate::facts::school_read;
use crate::{Result, Scope, Store, StoreError};
use domain::{CountyCode, SchoolCode, SchoolYear};
use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use sqlx::AssertSqlSafe;
use std::collections::BTreeMap;
use std::fmt;

words! {
    /// Of which level a project is.
    TrainingLevel {
        /// National.
        Nation = "nation", "国培";
        /// Of the province.
        Province = "province", "省培";
        /// Of the city.
        City = "city", "市培";
        /// Of the county.
        County = "county", "县培";
        /// Of a school.
        School = "school", "校本";
    }
}

words! {
    /// Where a project stands.
    TrainingState {
        /// Put forward.
        Proposed = "proposed", "已申报";
        /// Found worth its money.
        Reviewed = "reviewed", "评审通过";
        /// Under way.
        Running = "running", "实施中";
        /// Accepted: its hours are credited.
        Accepted = "accepted", "已验收";
        /// Refused, with a reason.
        Refused = "refused", "未通过";
    }
}

words! {
    /// A step of a project.
    TrainingAct {
        /// It is found worth its money.
        Review = "review", "评审通过";
        /// It begins.
        Start = "start", "开始实施";
        /// It is accepted, with a reward instead of a grant (以奖代补) where there is one.
        Accept = "accept", "验收通过";
        /// It is refused, with a reason.
        Refuse = "refuse", "不予通过";
        /// One step back, with a reason.
        Reopen = "reopen", "退回上一步";
    }
}

impl TrainingState {
    /// The state after a step; `None` where the step is refused.
    #[must_use]
    pub const fn after(self, act: TrainingAct) -> Option<Self> {
        match (self, act) {
            (Self::Proposed, TrainingAct::Review) | (Self::Running, TrainingAct::Reopen) => {
                Some(Self::Reviewed)
            }
            (Self::Reviewed, TrainingAct::Start) | (Self::Accepted, TrainingAct::Reopen) => {
                Some(Self::Running)
            }
            (Self::Running, TrainingAct::Accept) => Some(Self::Accepted),
            (Self::Proposed | Self::Reviewed | Self::Running, TrainingAct::Refuse) => {
                Some(Self::Refused)
            }
            (Self::Reviewed | Self::Refused, TrainingAct::Reopen) => Some(Self::Proposed),
            _ => None,
        }
    }

    /// Can it still be changed?
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Proposed | Self::Reviewed | Self::Running)
    }

    /// Can people be put down for it?
    #[must_use]
    pub const fn takes_people(self) -> bool {
        matches!(self, Self::Reviewed | Self::Running)
    }
}

/// What a project is.
#[derive(Clone, PartialEq, Eq)]
pub struct TrainingText {
    /// The school whose own it is; `None`: the county's.
    pub school: Option<SchoolCode>,
    /// Title.
    pub title: String,
    /// Who holds it.
    pub provider: String,
    /// Of which level.
    pub level: TrainingLevel,
    /// The first day.
    pub begins: Date,
    /// The last day; its calendar year is the one that hours are credited to.
    pub ends: Date,
    /// Days; `None`: not said.
    pub days: Option<Decimal>,
    /// Hours for one who takes part in all of it; `None`: not said.
    pub hours: Option<Decimal>,
    /// Funds, 万元; `None`: not said, which is not none.
    pub funds: Option<Decimal>,
    /// Seats.
    pub seats: Option<i64>,
    /// The number of an evidence file's link.
    pub evidence: Option<i64>,
    /// Anything else; kept sealed. `None`: sealed by a key that is not there.
    pub note: Option<String>,
}

impl fmt::Debug for TrainingText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { title, school, level, .. } = self;
        write!(f, "TrainingText({title}, {school:?}, {level:?}, …)")
    }
}

/// A project as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Training {
    /// Number within the county.
    pub id: i64,
    /// The school year.
    pub year: SchoolYear,
    /// What it is.
    pub text: TrainingText,
    /// Where it stands.
    pub state: TrainingState,
    /// 以奖代补, 万元; `None`: none was given.
    pub reward: Option<Decimal>,
    /// How many take part, of the whole county.
    pub people: usize,
    /// For the next edit.
    pub version: i64,
    /// Who changed it last.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// Somebody who takes part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrainingPerson {
    /// The staff number.
    pub teacher: String,
    /// The school.
    pub school: SchoolCode,
    /// Hours; `None`: not known yet.
    pub hours: Option<Decimal>,
}

/// A step that a project has gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrainingStep {
    /// Number, from one.
    pub number: i64,
    /// What was done.
    pub act: TrainingAct,
    /// The reward of an acceptance, 万元.
    pub reward: Option<Decimal>,
    /// Why; kept sealed. `None`: sealed by a key that is not there.
    pub reason: Option<String>,
    /// Who.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// Hours that an accepted project credits to somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credit {
    /// The staff number.
    pub teacher: String,
    /// The project.
    pub training: i64,
    /// Its title.
    pub title: String,
    /// Of which level it is.
    pub level: TrainingLevel,
    /// The calendar year.
    pub year: i16,
    /// Hours.
    pub hours: Decimal,
}

const COLUMNS: &str = "select t.version, t.changed_by, t.changed_at, t.training, t.year, t.school, \
     t.title, t.provider, t.level, t.begins, t.ends, t.days, t.hours, t.funds, t.seats, t.state, \
     t.reward, t.evidence, t.seal_key, t.sealed from trainings t where t.county = $1";

/// How a project is called in messages.
fn what(id: i64) -> String {
    format!("培训项目 {id} ")
}

/// A project of a row, without its people.
fn read(store: &Store, county: &CountyCode, row: &Row) -> Result<Training> {
    let id = row.int(3)?;
    let key = args![county, id];
    Ok(Training {
        id,
        year: row.year(4)?,
        text: TrainingText {
            school: school_read(row, 5)?,
            title: row.text(6)?,
            provider: row.text(7)?,
            level: row.known(8, TrainingLevel::from_code)?,
            begins: row.parsed(9)?,
            ends: row.parsed(10)?,
            days: row.maybe_parsed(11)?,
            hours: row.maybe_parsed(12)?,
            funds: row.maybe_parsed(13)?,
            seats: row.maybe_int(14)?,
            evidence: row.maybe_int(17)?,
            note: store.open_words(("trainings", &key), row, 18)?,
        },
        state: row.known(15, TrainingState::from_code)?,
        reward: row.maybe_parsed(16)?,
        people: 0,
        version: row.int(0)?,
        by: row.text(1)?,
        at: row.moment(2)?,
    })
}

/// The condition that lets through the county's own projects and those of schools of the scope.
fn seen_by(scope: &Scope, args: &mut Vec<Arg>) -> String {
    match scope.condition("t.school", args) {
        all if all.is_empty() => all,
        within => format!(" and (t.school = '' or (1 = 1{within}))"),
    }
}

/// One project within a transaction.
async fn one(
    store: &Store,
    tx: &mut Tx,
    county: &CountyCode,
    id: i64,
    scope: &Scope,
) -> Result<Training> {
    let mut args = args![county, id];
    let seen = seen_by(scope, &mut args);
    let sql = AssertSqlSafe(format!("{COLUMNS} and t.training = $2{seen}"));
    let row = tx.one(sql, args).await?.ok_or_else(|| StoreError::NotFound(what(id)))?;
    let mut found = read(store, county, &row)?;
    let sql = "select count(*) from training_people where county = $1 and training = $2";
    let people = tx.number(sql, args![county, id]).await?;
    found.people = usize::try_from(people).unwrap_or_default();
    Ok(found)
}

impl Store {
    /// The projects of a year: the county's, and those of the schools of the scope.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn trainings(
        &self,
        county: &CountyCode,
        year: SchoolYear,
        scope: &Scope,
    ) -> Result<Vec<Training>> {
        let mut args = args![county, year];
        let seen = seen_by(scope, &mut args);
        let sql = AssertSqlSafe(format!("{COLUMNS} and t.year = $2{seen} order by t.training"));
        let mut tx = self.pools.read().await?;
        let rows = tx.all(sql, args).await?;
        let mut found =
            rows.iter().map(|row| read(self, county, row)).collect::<Result<Vec<Training>>>()?;
        let sql = "select training, count(*) from training_people where county = $1 \
                   group by training";
        let mut people = BTreeMap::new();
        for row in tx.all(sql, args![county]).await? {
            people.insert(row.int(0)?, row.int(1)?);
        }
        for training in &mut found {
            let count = people.get(&training.id).copied().unwrap_or_default();
            training.people = usize::try_from(count).unwrap_or_default();
        }
        Ok(found)
    }

    /// A project with its steps and those of the scope who take part.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn training(
        &self,
        county: &CountyCode,
        id: i64,
        scope: &Scope,
    ) -> Result<(Training, Vec<TrainingPerson>, Vec<TrainingStep>)> {
        let mut tx = self.pools.read().await?;
        let training = one(self, &mut tx, county, id, scope).await?;
        let mut args = args![county, id];
        let within = scope.condition("school", &mut args);
        let sql = AssertSqlSafe(format!(
            "select teacher, school, hours from training_people \
             where county = $1 and training = $2{within} order by school, teacher"
        ));
        let rows = tx.all(sql, args).await?;
        let person = |row: &Row| {
            let (teacher, school) = (row.text(0)?, row.school(1)?);
            Ok(TrainingPerson { teacher, school, hours: row.maybe_parsed(2)? })
        };
        let people = rows.iter().map(person).collect::<Result<_>>()?;
        let sql = "select step, act, reward, changed_by, changed_at, seal_key, sealed \
                   from training_steps where county = $1 and training = $2 order by step";
        let mut steps = Vec::new();
        for row in tx.all(sql, args![county, id]).await? {
            let number = row.int(0)?;
            let key = args![county, id, number];
            steps.push(TrainingStep {
                number,
                act: row.known(1, TrainingAct::from_code)?,
                reward: row.maybe_parsed(2)?,
                reason: self.open_words(("training_steps", &key), &row, 5)?,
                by: row.text(3)?,
                at: row.moment(4)?,
            });
        }
        Ok((training, people, steps))
    }

    /// Hours that accepted projects credit to the county's teachers, of projects that ended in the
    /// calendar years `from..=to`, by teacher and project: they go with a teacher to another school.
    /// Hours that are not known credit nothing.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn training_credits(
        &self,
        county: &CountyCode,
        (from, to): (i16, i16),
    ) -> Result<Vec<Credit>> {
        let accepted = TrainingState::Accepted.code();
        let (first, last) = (format!("{from:04}-01-01"), format!("{to:04}-12-31"));
        let args = args![county, accepted, first, last];
        let sql = "select p.teacher, t.training, t.title, t.level, t.ends, p.hours
                   from training_people p
                   join trainings t on t.county = p.county and t.training = p.training
                   where p.county = $1 and t.state = $2 and t.ends >= $3 and t.ends <= $4
                   and p.hours is not null order by p.teacher, t.training";
        let mut tx = self.pools.read().await?;
        let credit = |row: &Row| {
            let ends: Date = row.parsed(4)?;
            Ok(Credit {
                teacher: row.text(0)?,
                training: row.int(1)?,
                title: row.text(2)?,
                level: row.known(3, TrainingLevel::from_code)?,
                year: ends.year(),
                hours: row.parsed(5)?,
            })
        };
        tx.all(sql, args).await?.iter().map(credit).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_runs_is_accepted() {
        use TrainingAct as A;
        use TrainingState as S;
        assert_eq!(S::Proposed.after(A::Review), Some(S::Reviewed));
        assert_eq!(S::Reviewed.after(A::Start), Some(S::Running));
        assert_eq!(S::Running.after(A::Accept), Some(S::Accepted));
        for early in [S::Proposed, S::Reviewed, S::Refused, S::Accepted] {
            assert_eq!(early.after(A::Accept), None);
        }
        assert_eq!(S::Accepted.after(A::Refuse), None);
        assert_eq!(S::Refused.after(A::Reopen), Some(S::Proposed));
        assert_eq!(S::Proposed.after(A::Reopen), None);
    }
}
