//! Submissions: the form of one school in one collection on its way to approval, with every step and
//! every revision kept.

use crate::audit::note;
use crate::collections::find as find_collection;
use crate::db::{Row, Tx, args};
use crate::drafts;
use crate::facts::{school_read, school_text};
use crate::moves::{Move, State};
use crate::years::require_open;
use crate::{By, Result, Scope, Store, StoreError};
use domain::{CountyCode, SchoolCode, SchoolYear};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::AssertSqlSafe;
use std::fmt;

/// Names a submission: whose form, of which collection.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FormKey {
    /// The county.
    pub county: CountyCode,
    /// The school year.
    pub year: SchoolYear,
    /// The collection's code.
    pub collection: String,
    /// The school; `None` is the county's own form.
    pub school: Option<SchoolCode>,
}

impl FormKey {
    /// The form of a school.
    #[must_use]
    pub fn new(
        county: &CountyCode,
        year: SchoolYear,
        collection: &str,
        school: Option<&SchoolCode>,
    ) -> Self {
        let (county, collection) = (county.clone(), collection.to_owned());
        Self { county, year, collection, school: school.cloned() }
    }

    pub(crate) fn school_text(&self) -> &str {
        school_text(self.school.as_ref())
    }

    /// The four columns.
    pub(crate) fn columns(&self) -> Vec<crate::db::Arg> {
        args![&self.county, self.year, &self.collection, self.school_text()]
    }
}

impl FormKey {
    /// How it is called in a message: `学校 3418230001 的 2024-2025 学年填报单`.
    #[must_use]
    pub fn title(&self) -> String {
        match &self.school {
            Some(school) => format!("学校 {school} 的 {} 学年填报单", self.year),
            None => format!("{} 学年县级填报单", self.year),
        }
    }
}

impl fmt::Display for FormKey {
    /// `2024/main/3418230001`, as the audit names it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.year.0, self.collection, self.school_text())
    }
}

/// Where a submission stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submission {
    /// Whose.
    pub key: FormKey,
    /// Its state.
    pub state: State,
    /// Its newest revision; zero: never submitted.
    pub revision: i64,
    /// The revision whose figures are the official ones.
    pub approved: Option<i64>,
    /// Grows with every change, in a draft too.
    pub version: i64,
    /// Who changed it last.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// A step that a submission has gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Number, from one.
    pub number: i64,
    /// What was done.
    pub step: Move,
    /// The state before.
    pub from: State,
    /// The state after.
    pub to: State,
    /// The newest revision after the step.
    pub revision: i64,
    /// Why.
    pub reason: String,
    /// Who.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// What was wrong with single fields, where it was returned.
    pub fields: Vec<ReturnedField>,
}

/// A field that was returned.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ReturnedField {
    /// The place's key.
    pub place: String,
    /// The item's code.
    pub item: String,
    /// What is wrong.
    pub reason: String,
}

/// A step to be taken.
#[derive(Clone, Debug, Default)]
pub struct StepRequest<'a> {
    /// Why; a return needs one, here or at a field.
    pub reason: &'a str,
    /// What is wrong with single fields.
    pub fields: &'a [ReturnedField],
}

const COLUMNS: &str = "s.year, s.collection, s.school, s.state, s.revision, s.approved, s.version, s.changed_by, \
     s.changed_at";

fn submission(county: &CountyCode, row: &Row) -> Result<Submission> {
    Ok(Submission {
        key: FormKey {
            county: county.clone(),
            year: row.year(0)?,
            collection: row.text(1)?,
            school: school_read(row, 2)?,
        },
        state: row.known(3, State::from_code)?,
        revision: row.int(4)?,
        approved: row.maybe_int(5)?,
        version: row.int(6)?,
        by: row.text(7)?,
        at: row.moment(8)?,
    })
}

/// The submissions of a year within a transaction, by collection and school.
pub(crate) async fn list(
    tx: &mut Tx,
    county: &CountyCode,
    year: SchoolYear,
    collection: Option<&str>,
    scope: &Scope,
) -> Result<Vec<Submission>> {
    let mut args = args![county, year];
    let mut sql =
        format!("select {COLUMNS} from submissions s where s.county = $1 and s.year = $2");
    if let Some(collection) = collection {
        args.push(collection.into());
        sql.push_str(" and s.collection = $3");
    }
    sql.push_str(&scope.condition("s.school", &mut args));
    sql.push_str(" order by s.collection, s.school");
    tx.all(AssertSqlSafe(sql), args).await?.iter().map(|row| submission(county, row)).collect()
}

/// One submission within a transaction.
pub(crate) async fn get(tx: &mut Tx, key: &FormKey, scope: &Scope) -> Result<Submission> {
    let mut args = key.columns();
    let within = scope.condition("s.school", &mut args);
    let sql = format!(
        "select {COLUMNS} from submissions s where s.county = $1 and s.year = $2
             and s.collection = $3 and s.school = $4{within}"
    );
    match tx.one(AssertSqlSafe(sql), args).await? {
        Some(row) => submission(&key.county, &row),
        None => Err(StoreError::NotFound(key.title())),
    }
}

impl Submission {
    /// The state after a step.
    pub(crate) fn after(&self, step: Move) -> Result<State> {
        self.state.after(step).ok_or_else(|| StoreError::Refused {
            what: self.key.title(),
            state: self.state,
            step,
        })
    }

    /// Changes the row; the version grows by one.
    pub(crate) async fn save(&mut self, tx: &mut Tx, by: &By) -> Result<()> {
        self.version += 1;
        self.by.clone_from(&by.person);
        self.at = by.at;
        let mut args = self.key.columns();
        args.extend(args![
            self.state.code(),
            self.revision,
            self.approved,
            self.version,
            &self.by,
            self.at
        ]);
        tx.exec(
            "update submissions set state = $5, revision = $6, approved = $7, version = $8,
                 changed_by = $9, changed_at = $10
             where county = $1 and year = $2 and collection = $3 and school = $4",
            args,
        )
        .await?;
        Ok(())
    }

    /// Writes a step down and returns its number.
    pub(crate) async fn log(
        &self,
        tx: &mut Tx,
        step: Move,
        from: State,
        reason: &str,
        by: &By,
    ) -> Result<i64> {
        let mut args = self.key.columns();
        args.extend(args![
            step.code(),
            from.code(),
            self.state.code(),
            self.revision,
            reason,
            &by.person,
            by.at
        ]);
        tx.number(
            "insert into submission_steps (county, year, collection, school, step, move, from_state,
                 to_state, revision, reason, changed_by, changed_at)
             values ($1, $2, $3, $4, (select coalesce(max(step), 0) + 1 from submission_steps
                 where county = $1 and year = $2 and collection = $3 and school = $4),
                 $5, $6, $7, $8, $9, $10, $11)
             returning step",
            args,
        )
        .await
    }
}

impl Store {
    /// The submissions of a year that a scope sees, of one collection or of all.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn submissions(
        &self,
        county: &CountyCode,
        year: SchoolYear,
        collection: Option<&str>,
        scope: &Scope,
    ) -> Result<Vec<Submission>> {
        let mut tx = self.pools.read().await?;
        list(&mut tx, county, year, collection, scope).await
    }

    /// One submission.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], also where it is not within the scope.
    pub async fn submission(&self, key: &FormKey, scope: &Scope) -> Result<Submission> {
        let mut tx = self.pools.read().await?;
        get(&mut tx, key, scope).await
    }

    /// Takes a step: submit, recall, sign, return, approve, lock or unlock. `seen` is the version of
    /// the submission that the caller has looked at, so that nobody approves what he has not seen.
    /// Who may take which step is not asked here.
    ///
    /// # Errors
    /// [`StoreError::Refused`], [`StoreError::NoReason`], [`StoreError::Conflict`],
    /// [`StoreError::YearLocked`], [`StoreError::CollectionClosed`], [`StoreError::NotFound`].
    pub async fn advance(
        &self,
        key: &FormKey,
        step: Move,
        request: StepRequest<'_>,
        seen: i64,
        scope: &Scope,
        by: &By,
    ) -> Result<Submission> {
        let mut tx = self.pools.write(key.county.as_str()).await?;
        let mut found = get(&mut tx, key, scope).await?;
        require_open(&mut tx, &key.county, key.year, by).await?;
        let from = found.state;
        if matches!(step, Move::Save | Move::ImportSubmitted | Move::ImportApproved) {
            // These carry data and have functions of their own.
            return Err(StoreError::Refused { what: key.title(), state: from, step });
        }
        if found.version != seen {
            return Err(StoreError::Conflict {
                what: key.title(),
                seen,
                found: found.version,
                by: found.by,
                at: found.at,
            });
        }
        let to = found.after(step)?;
        if step.needs_reason() && request.reason.trim().is_empty() && request.fields.is_empty() {
            return Err(StoreError::NoReason(step));
        }
        match step {
            Move::Submit => {
                require_collecting(&mut tx, key).await?;
                drafts::submit(&mut tx, &mut found, by).await?;
            }
            Move::Approve => found.approved = Some(found.revision),
            // What the bureau sends back is no longer official.
            Move::Return if from == State::Approved => found.approved = None,
            _ => {}
        }
        found.state = to;
        found.save(&mut tx, by).await?;
        let number = found.log(&mut tx, step, from, request.reason, by).await?;
        let mut values = Vec::new();
        for field in request.fields {
            values.extend(key.columns());
            values.extend(args![number, &field.place, &field.item, &field.reason]);
        }
        let into = "insert into returned_fields (county, year, collection, school, step, place, \
                    item, reason)";
        tx.insert_all(into, 8, values).await?;
        let action = format!("submission.{}", step.code());
        note(&mut tx, key.county.as_str(), by, &action, &key.to_string(), request.reason).await?;
        tx.commit().await?;
        Ok(found)
    }

    /// Every step that a submission has gone, oldest first, with the fields that were returned.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], also where it is not within the scope.
    pub async fn steps(&self, key: &FormKey, scope: &Scope) -> Result<Vec<Step>> {
        let mut tx = self.pools.read().await?;
        get(&mut tx, key, scope).await?;
        steps(&mut tx, key).await
    }
}

pub(crate) async fn steps(tx: &mut Tx, key: &FormKey) -> Result<Vec<Step>> {
    let rows = tx
        .all(
            "select s.step, s.move, s.from_state, s.to_state, s.revision, s.reason, s.changed_by,
                 s.changed_at, f.place, f.item, f.reason
             from submission_steps s
             left join returned_fields f on f.county = s.county and f.year = s.year
                 and f.collection = s.collection and f.school = s.school and f.step = s.step
             where s.county = $1 and s.year = $2 and s.collection = $3 and s.school = $4
             order by s.step, f.place, f.item",
            key.columns(),
        )
        .await?;
    let mut steps: Vec<Step> = Vec::new();
    for row in &rows {
        let number = row.int(0)?;
        if steps.last().is_none_or(|last| last.number != number) {
            steps.push(Step {
                number,
                step: row.known(1, Move::from_code)?,
                from: row.known(2, State::from_code)?,
                to: row.known(3, State::from_code)?,
                revision: row.int(4)?,
                reason: row.text(5)?,
                by: row.text(6)?,
                at: row.moment(7)?,
                fields: Vec::new(),
            });
        }
        if let (Some(step), Some(place)) = (steps.last_mut(), row.maybe_text(8)?) {
            step.fields.push(ReturnedField { place, item: row.text(9)?, reason: row.text(10)? });
        }
    }
    Ok(steps)
}

/// Refuses what a closed collection does not allow any more.
pub(crate) async fn require_collecting(tx: &mut Tx, key: &FormKey) -> Result<()> {
    match find_collection(tx, &key.county, key.year, &key.collection).await? {
        Some(collection) if collection.closed => {
            Err(StoreError::CollectionClosed(collection.plan.title))
        }
        Some(_) => Ok(()),
        None => Err(StoreError::NotFound(format!("采集任务“{}”", key.collection))),
    }
}
