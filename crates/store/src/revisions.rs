//! Revisions: what a form said each time it was submitted. A row of a place or a fact holds from the
//! revision `since` on and before the revision `until`, so that what did not change is kept once.

use crate::db::{Arg, Row, Tx, args};
use crate::facts::{Content, FACT, FactReader, FactRecord, PlaceKind, SourceBook, write_value};
use crate::schools;
use crate::submissions::{FormKey, Submission, get};
use crate::years::statistics_date;
use crate::{By, Result, Scope, Store, StoreError};
use domain::{CountyCode, SchoolCode, SchoolKind, SchoolYear};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::AssertSqlSafe;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Who a form was about when it was submitted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Name of the school, or of the county.
    pub name: String,
    /// 办学类型; `None` for the county.
    pub kind: Option<SchoolKind>,
    /// The school that it is a campus of.
    pub parent: Option<SchoolCode>,
}

/// A revision of a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revision {
    /// Its number, from one.
    pub number: i64,
    /// Who the form was about.
    pub identity: Identity,
    /// The version of the submission that it made.
    pub version: i64,
    /// Who made it.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// A fact that differs between two revisions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The place's key.
    pub place: String,
    /// The item's code.
    pub item: String,
    /// What it was; `None`: missing.
    pub before: Option<FactRecord>,
    /// What it is; `None`: missing.
    pub after: Option<FactRecord>,
}

/// What a field has said from one revision on and before another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldPeriod {
    /// The fact.
    pub fact: FactRecord,
    /// The revision that brought it.
    pub since: i64,
    /// The revision that replaced it or took it away; `None`: it still holds.
    pub until: Option<i64>,
    /// Who made the revision that brought it.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// What turns one content into another.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    pub(crate) places: Vec<(String, PlaceKind)>,
    pub(crate) places_gone: Vec<String>,
    pub(crate) facts: Vec<((String, String), FactRecord)>,
    pub(crate) facts_gone: Vec<(String, String)>,
}

impl Changes {
    /// What turns `old` into `new`.
    pub(crate) fn between(old: &Content, new: &Content) -> Self {
        let mut changes = Self::default();
        for (key, kind) in &new.places {
            if old.places.get(key) != Some(kind) {
                changes.places.push((key.clone(), kind.clone()));
            }
        }
        for (key, fact) in &new.facts {
            if old.facts.get(key) != Some(fact) {
                changes.facts.push((key.clone(), fact.clone()));
            }
        }
        let gone = old.places.keys().filter(|key| !new.places.contains_key(*key));
        changes.places_gone.extend(gone.cloned());
        let gone = old.facts.keys().filter(|key| !new.facts.contains_key(*key));
        changes.facts_gone.extend(gone.cloned());
        changes
    }
}

/// Which revision of the forms that are read.
#[derive(Clone, Copy)]
pub(crate) enum At<'a> {
    /// The newest of every form of a collection, or of one school's.
    Newest(Option<&'a str>),
    /// This one of one school's form.
    Revision(&'a str, i64),
}

impl At<'_> {
    fn condition(self, args: &mut Vec<Arg>) -> String {
        match self {
            At::Newest(None) => " and f.until is null".to_owned(),
            At::Newest(Some(school)) => {
                args.push(school.into());
                " and f.until is null and f.school = $4".to_owned()
            }
            At::Revision(school, revision) => {
                args.push(school.into());
                args.push(revision.into());
                " and f.school = $4 and f.since <= $5 and (f.until is null or f.until > $5)"
                    .to_owned()
            }
        }
    }
}

/// The contents of the forms of a collection, by school.
pub(crate) async fn contents(
    tx: &mut Tx,
    county: &CountyCode,
    year: SchoolYear,
    collection: &str,
    at: At<'_>,
) -> Result<BTreeMap<String, Content>> {
    let mut contents: BTreeMap<String, Content> = BTreeMap::new();
    let mut args = args![county, year, collection];
    let when = at.condition(&mut args);
    let sql = format!(
        "select f.school, f.place, f.level, f.stage, f.grade, f.kind, f.name, f.attached
         from places f where f.county = $1 and f.year = $2 and f.collection = $3{when}"
    );
    for row in &tx.all(AssertSqlSafe(sql), args.clone()).await? {
        let content = contents.entry(row.text(0)?).or_default();
        content.places.insert(row.text(1)?, PlaceKind::read(row, 2)?);
    }
    let sql = format!(
        "select f.school, f.place, f.item, {FACT} from facts f
         join sources o on o.county = f.county and o.source = f.source
         where f.county = $1 and f.year = $2 and f.collection = $3{when} order by f.school"
    );
    let mut reader = FactReader::default();
    let mut current: (String, Content) = Default::default();
    for row in &tx.all(AssertSqlSafe(sql), args).await? {
        let school = row.str(0)?;
        if current.0 != school {
            let (done, content) = std::mem::take(&mut current);
            contents.entry(done).or_default().facts.extend(content.facts);
            school.clone_into(&mut current.0);
        }
        current.1.facts.insert((row.text(1)?, row.text(2)?), reader.read(row, 3)?);
    }
    contents.entry(current.0).or_default().facts.extend(current.1.facts);
    Ok(contents)
}

/// The content of one form.
pub(crate) async fn content(tx: &mut Tx, key: &FormKey, at: At<'_>) -> Result<Content> {
    let mut contents = contents(tx, &key.county, key.year, &key.collection, at).await?;
    Ok(contents.remove(key.school_text()).unwrap_or_default())
}

/// A revision to be written.
pub(crate) struct NewRevision {
    pub(crate) key: FormKey,
    pub(crate) number: i64,
    /// The version that the submission will have.
    pub(crate) version: i64,
    pub(crate) identity: Identity,
    pub(crate) changes: Changes,
}

/// Writes revisions, of few forms or of a whole county.
pub(crate) async fn write(
    tx: &mut Tx,
    county: &CountyCode,
    revisions: Vec<NewRevision>,
    by: &By,
) -> Result<()> {
    let mut rows: Vec<Arg> = Vec::new();
    for revision in &revisions {
        rows.extend(revision.key.columns());
        let identity = &revision.identity;
        rows.extend(args![
            revision.number,
            &identity.name,
            identity.kind.map(SchoolKind::code),
            identity.parent.as_ref().map(SchoolCode::as_str),
            revision.version,
            &by.person,
            by.at
        ]);
    }
    let into = "insert into submission_revisions (county, year, collection, school, revision, name, \
                kind, parent, version, changed_by, changed_at)";
    tx.insert_all(into, 11, rows).await?;
    let mut sources = SourceBook::default();
    let (mut places, mut facts): (Vec<Arg>, Vec<Arg>) = Default::default();
    for NewRevision { key, number, changes, .. } in &revisions {
        if *number > 1 {
            end(tx, key, *number, changes).await?;
        }
        for (place, kind) in &changes.places {
            places.extend(key.columns());
            places.extend(args![place, *number]);
            places.extend(kind.columns());
        }
        for ((place, item), fact) in &changes.facts {
            let (kind, value) = write_value(&fact.value);
            facts.extend(key.columns());
            facts.extend(args![place, item, *number, kind, value]);
            facts.extend(sources.columns(tx, county, &fact.origin).await?);
        }
    }
    let into = "insert into places (county, year, collection, school, place, since, level, stage, \
                grade, kind, name, attached)";
    tx.insert_all(into, 12, places).await?;
    let into = "insert into facts (county, year, collection, school, place, item, since, kind, \
                value, source, source_row, source_column)";
    tx.insert_all(into, 12, facts).await
}

/// Ends the rows that a revision replaces or takes away.
async fn end(tx: &mut Tx, key: &FormKey, number: i64, changes: &Changes) -> Result<()> {
    const ROWS: usize = 200;
    let set = changes.facts.iter().map(|(field, _)| field);
    let fields: Vec<&(String, String)> = set.chain(&changes.facts_gone).collect();
    for chunk in fields.chunks(ROWS) {
        let mut args = key.columns();
        args.push(number.into());
        let mut list = String::new();
        for (place, item) in chunk {
            args.extend(args![place, item]);
            let comma = if list.is_empty() { "" } else { ", " };
            let _ = write!(list, "{comma}(${}, ${})", args.len() - 1, args.len());
        }
        let sql = format!(
            "update facts set until = $5 where county = $1 and year = $2 and collection = $3
                 and school = $4 and until is null and (place, item) in (values {list})"
        );
        tx.exec(AssertSqlSafe(sql), args).await?;
    }
    let set = changes.places.iter().map(|(place, _)| place);
    for place in set.chain(&changes.places_gone) {
        let mut args = key.columns();
        args.extend(args![number, place]);
        tx.exec(
            "update places set until = $5 where county = $1 and year = $2 and collection = $3
                 and school = $4 and until is null and place = $6",
            args,
        )
        .await?;
    }
    Ok(())
}

/// Who a form is about on the statistics date of its year; of a school that was opened later, what
/// it is now.
pub(crate) async fn identity(tx: &mut Tx, key: &FormKey) -> Result<Identity> {
    let missing = || StoreError::NotFound(format!("填报单位 {}", key.school_text()));
    let Some(code) = &key.school else {
        let sql = "select name from counties where county = $1";
        let name = tx.one(sql, args![&key.county]).await?.ok_or_else(missing)?.text(0)?;
        return Ok(Identity { name, kind: None, parent: None });
    };
    let mut histories = schools::histories(tx, &key.county, &Scope::school(code)).await?;
    let history = histories.remove(code).unwrap_or_default();
    let school = match schools::on(code, &history, statistics_date(key.year))? {
        Some(school) => school,
        None => schools::on(code, &history, jiff::civil::Date::MAX)?.ok_or_else(missing)?,
    };
    Ok(Identity { name: school.name, kind: Some(school.kind), parent: school.parent })
}

fn revision(row: &Row) -> Result<Revision> {
    Ok(Revision {
        number: row.int(0)?,
        identity: Identity {
            name: row.text(1)?,
            kind: row.maybe_text(2)?.map(|_| row.known(2, SchoolKind::from_label)).transpose()?,
            parent: row.maybe_text(3)?.map(|_| row.school(3)).transpose()?,
        },
        version: row.int(4)?,
        by: row.text(5)?,
        at: row.moment(6)?,
    })
}

/// All revisions of a form within a transaction, oldest first.
pub(crate) async fn list(tx: &mut Tx, key: &FormKey) -> Result<Vec<Revision>> {
    let rows = tx
        .all(
            "select revision, name, kind, parent, version, changed_by, changed_at
             from submission_revisions
             where county = $1 and year = $2 and collection = $3 and school = $4
             order by revision",
            key.columns(),
        )
        .await?;
    rows.iter().map(revision).collect()
}

impl Store {
    /// All revisions of a form, oldest first.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], also where it is not within the scope.
    pub async fn revisions(&self, key: &FormKey, scope: &Scope) -> Result<Vec<Revision>> {
        let mut tx = self.pools.read().await?;
        get(&mut tx, key, scope).await?;
        list(&mut tx, key).await
    }

    /// Everything that one field of a form has said, oldest first; what is only typed is not in it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], also where it is not within the scope.
    pub async fn field_history(
        &self,
        key: &FormKey,
        place: &str,
        item: &str,
        scope: &Scope,
    ) -> Result<Vec<FieldPeriod>> {
        let mut tx = self.pools.read().await?;
        get(&mut tx, key, scope).await?;
        let mut args = key.columns();
        args.extend(args![place, item]);
        let sql = format!(
            "select {FACT}, f.since, f.until, r.changed_by, r.changed_at from facts f
             join sources o on o.county = f.county and o.source = f.source
             join submission_revisions r on r.county = f.county and r.year = f.year
                 and r.collection = f.collection and r.school = f.school and r.revision = f.since
             where f.county = $1 and f.year = $2 and f.collection = $3 and f.school = $4
                 and f.place = $5 and f.item = $6 order by f.since"
        );
        let mut reader = FactReader::default();
        let mut periods = Vec::new();
        for row in &tx.all(AssertSqlSafe(sql), args).await? {
            let (since, until) = (row.int(7)?, row.maybe_int(8)?);
            let (by, at) = (row.text(9)?, row.moment(10)?);
            periods.push(FieldPeriod { fact: reader.read(row, 0)?, since, until, by, at });
        }
        Ok(periods)
    }

    /// The facts that differ between two revisions of a form, by place and item. Revision zero is
    /// the empty form; `None` is the draft. The value counts, not its origin.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], also where it is not within the scope.
    pub async fn difference(
        &self,
        key: &FormKey,
        before: i64,
        after: Option<i64>,
        scope: &Scope,
    ) -> Result<Vec<Difference>> {
        let mut tx = self.pools.read().await?;
        let submission: Submission = get(&mut tx, key, scope).await?;
        let mut old = content(&mut tx, key, At::Revision(key.school_text(), before)).await?.facts;
        let new = match after {
            Some(after) => content(&mut tx, key, At::Revision(key.school_text(), after)).await?,
            None => crate::drafts::view(&mut tx, &submission).await?.content,
        };
        let mut differences = Vec::new();
        for ((place, item), after) in new.facts {
            let before = old.remove(&(place.clone(), item.clone()));
            if before.as_ref().is_none_or(|before| before.value != after.value) {
                differences.push(Difference { place, item, before, after: Some(after) });
            }
        }
        differences.extend(old.into_iter().map(|((place, item), before)| Difference {
            place,
            item,
            before: Some(before),
            after: None,
        }));
        differences.sort_by(|a, b| (&a.place, &a.item).cmp(&(&b.place, &b.item)));
        Ok(differences)
    }
}
