//! Records of exchanges between schools in four ways: 对口帮扶 (a school helps a school), 任教交流 (a
//! teacher teaches at another school), 名师带徒 (a mentor and young teachers), 名师讲学 (a lecturer).
//!
//! A record has a giver and takers ([`Party`]): schools, with a staff number where a person is meant,
//! never a name. What is written freely may hold names all the same, so it is sealed ([`ExchangeWords`]).
//! A record is seen by every school that takes part in it.

mod write;

use crate::coded::words;
use crate::db::{Arg, Row, Tx, args};
use crate::facts::school_read;
use crate::{Result, Scope, Store, StoreError};
use domain::{CountyCode, SchoolCode, SchoolYear, Stage};
use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use sqlx::AssertSqlSafe;
use std::collections::BTreeMap;
use std::fmt;

words! {
    /// The way of an exchange.
    Way {
        /// A school helps a school.
        Support = "support", "对口帮扶";
        /// A teacher teaches at another school.
        Rotation = "rotation", "任教交流";
        /// A mentor guides young teachers.
        Mentoring = "mentoring", "名师带徒";
        /// A lecturer speaks at schools.
        Lecture = "lecture", "名师讲学";
    }
}

words! {
    /// Where a record stands.
    ExchangeState {
        /// Agreed, not begun.
        Planned = "planned", "计划";
        /// Under way: hours are entered.
        Running = "running", "进行中";
        /// Over, to be assessed; late hours can be entered.
        Ended = "ended", "已结束";
        /// Assessed: nothing changes any more.
        Assessed = "assessed", "已考核";
        /// Given up, with a reason.
        Void = "void", "已放弃";
    }
}

words! {
    /// A step of a record.
    ExchangeAct {
        /// It begins.
        Start = "start", "开始";
        /// It is over.
        End = "end", "结束";
        /// It is assessed, with a grade.
        Assess = "assess", "考核";
        /// It is given up, with a reason.
        Void = "void", "放弃";
        /// One step back, with a reason: the step before was a mistake.
        Reopen = "reopen", "退回上一步";
    }
}

words! {
    /// What a party is in a record.
    PartyRole {
        /// Who gives: the helping school, the teacher who goes, the mentor, the lecturer.
        Giver = "giver", "派出方";
        /// Who takes: the helped school, the school taught at, the pupil, the school lectured at.
        Taker = "taker", "接受方";
    }
}

words! {
    /// How a record came about.
    Made {
        /// Somebody has typed it.
        Typed = "typed", "登记";
        /// A proposed pairing was accepted.
        Pairing = "pairing", "结对建议";
        /// It was read from a workbook.
        Import = "import", "导入";
    }
}

impl ExchangeState {
    /// The state after a step; `None` where the step is refused.
    #[must_use]
    pub const fn after(self, act: ExchangeAct) -> Option<Self> {
        match (self, act) {
            (Self::Planned, ExchangeAct::Start) | (Self::Ended, ExchangeAct::Reopen) => {
                Some(Self::Running)
            }
            (Self::Running, ExchangeAct::End) | (Self::Assessed, ExchangeAct::Reopen) => {
                Some(Self::Ended)
            }
            (Self::Ended, ExchangeAct::Assess) => Some(Self::Assessed),
            (Self::Planned | Self::Running, ExchangeAct::Void) => Some(Self::Void),
            (Self::Void | Self::Running, ExchangeAct::Reopen) => Some(Self::Planned),
            _ => None,
        }
    }

    /// Does it count in figures: is it, or was it, really done?
    #[must_use]
    pub const fn counts(self) -> bool {
        matches!(self, Self::Running | Self::Ended | Self::Assessed)
    }

    /// Can what was agreed still be changed?
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Planned | Self::Running | Self::Ended)
    }

    /// Can hours be entered?
    #[must_use]
    pub const fn takes_hours(self) -> bool {
        matches!(self, Self::Running | Self::Ended)
    }
}

/// Who takes part in a record.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Party {
    /// Giver or taker.
    pub role: PartyRole,
    /// The school, for a person the one where he or she belongs.
    pub school: SchoolCode,
    /// The staff number, where a person is meant.
    pub teacher: Option<String>,
}

/// What is written freely of a record. It may hold names, so it is kept sealed and prints as nothing.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExchangeWords {
    /// Before whom, of a lecture.
    #[serde(default)]
    pub audience: String,
    /// What came of it.
    #[serde(default)]
    pub results: String,
    /// Anything else.
    #[serde(default)]
    pub note: String,
}

impl fmt::Debug for ExchangeWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ExchangeWords(…)")
    }
}

/// What was agreed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreed {
    /// The way.
    pub way: Way,
    /// The stage, where there is one.
    pub stage: Option<Stage>,
    /// The code of the subject, where there is one.
    pub subject: Option<String>,
    /// The first day.
    pub begins: Date,
    /// The last day.
    pub ends: Date,
    /// Hours agreed; `None`: not said, which is not none.
    pub hours: Option<Decimal>,
    /// Who takes part: the giver first.
    pub parties: Vec<Party>,
    /// The number of an evidence file's link.
    pub evidence: Option<i64>,
    /// In words; `None`: sealed by a key that is not there.
    pub words: Option<ExchangeWords>,
}

impl Agreed {
    /// Is it of the same way, giver and one of the same takers as another? Lectures without schools are
    /// the same where they are of one day.
    #[must_use]
    pub fn is_double(&self, other: &Self) -> bool {
        let of = |parties: &[Party], role| -> Vec<String> {
            let own = parties.iter().filter(|party| party.role == role);
            own.map(|party| party.teacher.clone().unwrap_or_else(|| party.school.to_string()))
                .collect()
        };
        let [mine, theirs] = [self, other].map(|agreed| of(&agreed.parties, PartyRole::Taker));
        let same_takers = (mine.is_empty() && theirs.is_empty())
            || mine.iter().any(|taker| theirs.contains(taker));
        let lecture = self.way == Way::Lecture;
        self.way == other.way
            && (lecture || self.stage == other.stage)
            && (!lecture || self.begins == other.begins)
            && of(&self.parties, PartyRole::Giver) == of(&other.parties, PartyRole::Giver)
            && same_takers
    }
}

/// A record as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// Number within the county.
    pub id: i64,
    /// The school year.
    pub year: SchoolYear,
    /// What was agreed.
    pub agreed: Agreed,
    /// Where it stands.
    pub state: ExchangeState,
    /// The grade of its assessment.
    pub grade: Option<String>,
    /// How it came about.
    pub made: Made,
    /// Hours entered so far.
    pub given: Decimal,
    /// Days entered so far.
    pub entries: usize,
    /// For the next edit.
    pub version: i64,
    /// Who changed it last.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

impl Exchange {
    /// The parties of a role.
    pub fn parties(&self, role: PartyRole) -> impl Iterator<Item = &Party> {
        self.agreed.parties.iter().filter(move |party| party.role == role)
    }

    /// The giver.
    #[must_use]
    pub fn giver(&self) -> Option<&Party> {
        self.parties(PartyRole::Giver).next()
    }
}

/// Hours of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryText {
    /// The day.
    pub day: Date,
    /// Hours.
    pub hours: Decimal,
    /// What was done; kept sealed. `None`: sealed by another key.
    pub what: Option<String>,
}

/// Hours of a day as they are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Number within the record.
    pub number: i64,
    /// The school that has entered it; `None`: the county.
    pub school: Option<SchoolCode>,
    /// What was entered.
    pub text: EntryText,
    /// Who entered it.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// A step that a record has gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExchangeStep {
    /// Number, from one.
    pub number: i64,
    /// What was done.
    pub act: ExchangeAct,
    /// The grade of an assessment.
    pub grade: Option<String>,
    /// Why; kept sealed. `None`: sealed by another key.
    pub reason: Option<String>,
    /// Who.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

const COLUMNS: &str = "select e.version, e.changed_by, e.changed_at, e.exchange, e.year, e.way, \
     e.stage, e.subject, e.begins, e.ends, e.hours, e.state, e.grade, e.made, e.evidence, \
     e.seal_key, e.sealed from exchanges e where e.county = $1";

/// How a record is called in messages.
fn what(id: i64) -> String {
    format!("交流记录 {id} ")
}

/// A record of a row, without its parties and hours.
fn read(store: &Store, county: &CountyCode, row: &Row) -> Result<Exchange> {
    let id = row.int(3)?;
    let stage = row.maybe_text(6)?;
    let stage = stage.map(|text| {
        Stage::from_label(&text).ok_or_else(|| StoreError::Corrupt(format!("“{text}”")))
    });
    let key = args![county, id];
    let words = store.open_words::<ExchangeWords>(("exchanges", &key), row, 15)?;
    Ok(Exchange {
        id,
        year: row.year(4)?,
        agreed: Agreed {
            way: row.known(5, Way::from_code)?,
            stage: stage.transpose()?,
            subject: row.maybe_text(7)?,
            begins: row.parsed(8)?,
            ends: row.parsed(9)?,
            hours: row.maybe_parsed(10)?,
            parties: Vec::new(),
            evidence: row.maybe_int(14)?,
            words,
        },
        state: row.known(11, ExchangeState::from_code)?,
        grade: row.maybe_text(12)?,
        made: row.known(13, Made::from_code)?,
        given: Decimal::ZERO,
        entries: 0,
        version: row.int(0)?,
        by: row.text(1)?,
        at: row.moment(2)?,
    })
}

/// The condition that lets through records with a party within the scope.
fn seen_by(scope: &Scope, args: &mut Vec<Arg>) -> String {
    let within = scope.condition("p.school", args);
    if within.is_empty() {
        return String::new();
    }
    format!(
        " and exists (select 1 from exchange_parties p where p.county = e.county \
         and p.exchange = e.exchange{within})"
    )
}

/// Puts parties and hours to their records, which are all records of `which` (a condition on `x`).
async fn fill(
    tx: &mut Tx,
    found: Vec<Exchange>,
    which: &str,
    args: Vec<Arg>,
) -> Result<Vec<Exchange>> {
    let mut by_id: BTreeMap<i64, Exchange> = found.into_iter().map(|e| (e.id, e)).collect();
    let sql = format!(
        "select p.exchange, p.role, p.school, p.teacher from exchange_parties p \
         join exchanges x on x.county = p.county and x.exchange = p.exchange \
         where p.county = $1{which} order by p.exchange, p.party"
    );
    for row in tx.all(AssertSqlSafe(sql), args.clone()).await? {
        if let Some(exchange) = by_id.get_mut(&row.int(0)?) {
            exchange.agreed.parties.push(Party {
                role: row.known(1, PartyRole::from_code)?,
                school: row.school(2)?,
                teacher: row.maybe_text(3)?,
            });
        }
    }
    let sql = format!(
        "select n.exchange, n.hours from exchange_entries n \
         join exchanges x on x.county = n.county and x.exchange = n.exchange \
         where n.county = $1{which}"
    );
    for row in tx.all(AssertSqlSafe(sql), args).await? {
        if let Some(exchange) = by_id.get_mut(&row.int(0)?) {
            let hours: Decimal = row.parsed(1)?;
            exchange.given = exchange.given.saturating_add(hours);
            exchange.entries += 1;
        }
    }
    Ok(by_id.into_values().collect())
}

/// One record with its parties and hours, within a transaction.
async fn one(
    store: &Store,
    tx: &mut Tx,
    county: &CountyCode,
    id: i64,
    scope: &Scope,
) -> Result<Exchange> {
    let mut args = args![county, id];
    let seen = seen_by(scope, &mut args);
    let sql = AssertSqlSafe(format!("{COLUMNS} and e.exchange = $2{seen}"));
    let row = tx.one(sql, args).await?.ok_or_else(|| StoreError::NotFound(what(id)))?;
    let found = vec![read(store, county, &row)?];
    let mut filled = fill(tx, found, " and x.exchange = $2", args![county, id]).await?;
    filled.pop().ok_or_else(|| StoreError::NotFound(what(id)))
}

/// The records of a year in which a school of the scope takes part, within a transaction.
async fn of_year(
    store: &Store,
    tx: &mut Tx,
    county: &CountyCode,
    year: SchoolYear,
    scope: &Scope,
) -> Result<Vec<Exchange>> {
    let mut args = args![county, year];
    let seen = seen_by(scope, &mut args);
    let sql = AssertSqlSafe(format!("{COLUMNS} and e.year = $2{seen} order by e.exchange"));
    let rows = tx.all(sql, args).await?;
    let found =
        rows.iter().map(|row| read(store, county, row)).collect::<Result<Vec<Exchange>>>()?;
    fill(tx, found, " and x.year = $2", args![county, year]).await
}

impl Store {
    /// The records of a year in which a school of the scope takes part, by number.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn exchanges(
        &self,
        county: &CountyCode,
        year: SchoolYear,
        scope: &Scope,
    ) -> Result<Vec<Exchange>> {
        let mut tx = self.pools.read().await?;
        of_year(self, &mut tx, county, year, scope).await
    }

    /// A record with its hours and steps.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where it is not, or no school of the scope takes part.
    pub async fn exchange(
        &self,
        county: &CountyCode,
        id: i64,
        scope: &Scope,
    ) -> Result<(Exchange, Vec<Entry>, Vec<ExchangeStep>)> {
        let mut tx = self.pools.read().await?;
        let exchange = one(self, &mut tx, county, id, scope).await?;
        let sql = "select entry, school, day, hours, changed_by, changed_at, seal_key, sealed \
                   from exchange_entries where county = $1 and exchange = $2 order by day, entry";
        let mut entries = Vec::new();
        for row in tx.all(sql, args![county, id]).await? {
            let number = row.int(0)?;
            let key = args![county, id, number];
            entries.push(Entry {
                number,
                school: school_read(&row, 1)?,
                text: EntryText {
                    day: row.parsed(2)?,
                    hours: row.parsed(3)?,
                    what: self.open_words(("exchange_entries", &key), &row, 6)?,
                },
                by: row.text(4)?,
                at: row.moment(5)?,
            });
        }
        let sql = "select step, act, grade, changed_by, changed_at, seal_key, sealed \
                   from exchange_steps where county = $1 and exchange = $2 order by step";
        let mut steps = Vec::new();
        for row in tx.all(sql, args![county, id]).await? {
            let number = row.int(0)?;
            let key = args![county, id, number];
            steps.push(ExchangeStep {
                number,
                act: row.known(1, ExchangeAct::from_code)?,
                grade: row.maybe_text(2)?,
                reason: self.open_words(("exchange_steps", &key), &row, 5)?,
                by: row.text(3)?,
                at: row.moment(4)?,
            });
        }
        Ok((exchange, entries, steps))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_goes_its_way_and_one_step_back() {
        use ExchangeAct as A;
        use ExchangeState as S;
        assert_eq!(S::Planned.after(A::Start), Some(S::Running));
        assert_eq!(S::Running.after(A::End), Some(S::Ended));
        assert_eq!(S::Ended.after(A::Assess), Some(S::Assessed));
        assert_eq!(S::Assessed.after(A::Reopen), Some(S::Ended));
        assert_eq!(S::Void.after(A::Reopen), Some(S::Planned));
        assert_eq!(S::Assessed.after(A::Void), None);
        assert_eq!(S::Ended.after(A::Start), None);
        assert_eq!(S::Planned.after(A::Assess), None);
        for state in S::ALL {
            assert_eq!(S::from_code(state.code()), Some(*state));
        }
    }
}
