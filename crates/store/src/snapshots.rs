//! Snapshots: the facts of a year sealed into one, and sealed ones kept for good.

use crate::collections::{read_json, write_json};
use crate::db::{Tx, args};
use crate::facts::{FACT, FactReader, FactRecord, PlaceKind, school_read};
use crate::moves::State;
use crate::pack::{packed, unpacked};
use crate::snapshot_json::StoredSnapshot;
use crate::submissions::FormKey;
use crate::{By, Result, Scope, Store, StoreError, attestations, audit::note};
use domain::{
    Catalogue, Class, CountyCode, Draft, Fact, Facts, Level, Room, School, SchoolCode, SchoolKind,
    SchoolYear, Section, Snapshot,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::AssertSqlSafe;
use std::collections::{BTreeMap, BTreeSet};

/// Which figures count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Which {
    /// The last approved revision of every form: the official figures.
    Approved,
    /// The newest revision of forms that have been submitted and not sent back; of the others the
    /// last approved one. A preview.
    Submitted,
}

impl Which {
    /// The code in the database and in JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Submitted => "submitted",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        [Self::Approved, Self::Submitted].into_iter().find(|which| which.code() == code)
    }

    /// The revision that counts, of a submission `s`.
    const fn revision(self) -> &'static str {
        match self {
            Self::Approved => "s.approved",
            Self::Submitted => {
                "case when s.state in ('submitted', 'signed', 'approved', 'locked')
                     then s.revision else s.approved end"
            }
        }
    }
}

/// The facts of a year as a snapshot, and whose facts are not in it.
#[derive(Clone, Debug)]
pub struct YearSnapshot {
    /// The snapshot.
    pub snapshot: Snapshot,
    /// The forms that do not count yet, each with its state.
    pub waiting: Vec<(FormKey, State)>,
    /// Campuses that were left out because their main school does not count yet.
    pub orphans: Vec<SchoolCode>,
}

/// A snapshot that is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotRecord {
    /// Its content hash.
    pub hash: String,
    /// The school year.
    pub year: SchoolYear,
    /// Which figures it holds; `None`: it was made otherwise, as by a plan.
    pub which: Option<Which>,
    /// Who kept it.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// A school or the county while it is put together.
#[derive(Default)]
struct Assembly {
    identity: Option<(String, Option<SchoolKind>, Option<SchoolCode>)>,
    places: BTreeMap<String, PlaceKind>,
    facts: BTreeMap<String, Vec<(String, FactRecord)>>,
}

/// The forms of a year at the revision that counts, the county's under `None`. Collections come in
/// their order: of two facts in one place the later collection's counts.
async fn assemble(
    tx: &mut Tx,
    county: &CountyCode,
    year: SchoolYear,
    which: Which,
) -> Result<BTreeMap<Option<SchoolCode>, Assembly>> {
    let counting = which.revision();
    let from = "from submissions s
         join collections c on c.county = s.county and c.year = s.year
             and c.collection = s.collection";
    let of = "r.county = s.county and r.year = s.year and r.collection = s.collection
             and r.school = s.school";
    let held = format!("r.since <= {counting} and (r.until is null or r.until > {counting})");
    let mut forms: BTreeMap<Option<SchoolCode>, Assembly> = BTreeMap::new();
    let sql = format!(
        "select s.school, r.name, r.kind, r.parent {from}
         join submission_revisions r on {of} and r.revision = {counting}
         where s.county = $1 and s.year = $2 order by s.school, c.ordinal"
    );
    for row in &tx.all(AssertSqlSafe(sql), args![county, year]).await? {
        let form = forms.entry(school_read(row, 0)?).or_default();
        let kind = row.maybe_text(2)?.map(|_| row.known(2, SchoolKind::from_label)).transpose()?;
        let parent = row.maybe_text(3)?.map(|_| row.school(3)).transpose()?;
        form.identity.get_or_insert((row.text(1)?, kind, parent));
    }
    let sql = format!(
        "select s.school, r.place, r.level, r.stage, r.grade, r.kind, r.name, r.attached {from}
         join places r on {of} and {held}
         where s.county = $1 and s.year = $2 order by s.school, c.ordinal, r.place"
    );
    for row in &tx.all(AssertSqlSafe(sql), args![county, year]).await? {
        let form = forms.entry(school_read(row, 0)?).or_default();
        form.places.insert(row.text(1)?, PlaceKind::read(row, 2)?);
    }
    let sql = format!(
        "select s.school, f.place, f.item, {FACT} {from}
         join facts f on {} and {}
         join sources o on o.county = f.county and o.source = f.source
         where s.county = $1 and s.year = $2 order by s.school, c.ordinal, f.place, f.item",
        of.replace("r.", "f."),
        held.replace("r.", "f."),
    );
    let mut reader = FactReader::default();
    let mut current: (Option<SchoolCode>, Option<&mut Assembly>) = (None, None);
    for row in &tx.all(AssertSqlSafe(sql), args![county, year]).await? {
        let same = current.0.as_ref().map_or("", SchoolCode::as_str) == row.str(0)?;
        if !same || current.1.is_none() {
            let school = school_read(row, 0)?;
            current = (school.clone(), None);
            current.1 = Some(forms.entry(school).or_default());
        }
        let Some(form) = current.1.as_mut() else { continue };
        let fact = (row.text(2)?, reader.read(row, 3)?);
        match form.facts.get_mut(row.str(1)?) {
            Some(facts) => facts.push(fact),
            None => {
                form.facts.insert(row.text(1)?, vec![fact]);
            }
        }
    }
    Ok(forms)
}

impl Assembly {
    /// Takes the facts of a place into a draft.
    fn facts(
        &mut self,
        place: &str,
        level: Level,
        draft: &mut Draft,
        catalogue: &Catalogue,
    ) -> Result<Facts> {
        let mut facts = Facts::new();
        for (item, fact) in self.facts.remove(place).unwrap_or_default() {
            let Some((id, _)) = catalogue.find(&item) else {
                return Err(StoreError::UnknownItem { item, level: level.zh() });
            };
            let origin = draft.origin(fact.origin);
            facts.set(id, Fact { value: fact.value, origin });
        }
        Ok(facts)
    }

    fn school(
        mut self,
        code: SchoolCode,
        draft: &mut Draft,
        catalogue: &Catalogue,
    ) -> Result<Option<School>> {
        let Some((name, Some(kind), parent)) = self.identity.take() else { return Ok(None) };
        let facts = self.facts("", Level::School, draft, catalogue)?;
        let (sections, classes, rooms) = (Vec::new(), Vec::new(), Vec::new());
        let mut school = School { code, name, kind, parent, facts, sections, classes, rooms };
        for (key, place) in std::mem::take(&mut self.places) {
            let facts = self.facts(&key, place.level(), draft, catalogue)?;
            match place {
                PlaceKind::Section { stage, attached } => {
                    school.sections.push(Section { stage, attached, facts });
                }
                PlaceKind::Class { stage, grade, name } => {
                    school.classes.push(Class { name, stage, grade, facts });
                }
                PlaceKind::Room { kind, name } => school.rooms.push(Room { name, kind, facts }),
            }
        }
        Ok(Some(school))
    }
}

impl Store {
    /// Seals the facts of a year. Reads one moment of the database.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for an unknown county, [`StoreError::UnknownItem`] when the
    /// catalogue lacks an item of which there is a fact, [`StoreError::Seal`].
    pub async fn snapshot_of(
        &self,
        county: &CountyCode,
        year: SchoolYear,
        which: Which,
        catalogue: &Catalogue,
    ) -> Result<YearSnapshot> {
        let mut tx = self.pools.read().await?;
        let sql = "select name from counties where county = $1";
        let name = match tx.one(sql, args![county]).await? {
            Some(row) => row.text(0)?,
            None => return Err(StoreError::NotFound(format!("县 {county}"))),
        };
        let mut forms = assemble(&mut tx, county, year, which).await?;
        let submissions =
            crate::submissions::list(&mut tx, county, year, None, &Scope::County).await?;
        let waiting = submissions
            .into_iter()
            .filter(|s| match which {
                Which::Approved => s.approved.is_none(),
                Which::Submitted => s.approved.is_none() && !s.state.is_submitted(),
            })
            .map(|s| (s.key, s.state))
            .collect();
        let mut draft = Draft::new(county.clone(), name, year);
        if let Some(mut own) = forms.remove(&None) {
            if let Some((name, ..)) = own.identity.take() {
                draft.county.name = name;
            }
            draft.county.facts = own.facts("", Level::County, &mut draft, catalogue)?;
        }
        draft.county.attestations = attestations::list(&mut tx, county, year).await?;
        drop(tx);
        for (code, form) in forms {
            if let Some(code) = code
                && let Some(school) = form.school(code, &mut draft, catalogue)?
            {
                draft.schools.push(school);
            }
        }
        let orphans = leave_orphans(&mut draft);
        Ok(YearSnapshot { snapshot: draft.seal(catalogue)?, waiting, orphans })
    }

    /// Keeps a snapshot for good; one that is kept already stays as it is. `which` says what it
    /// was sealed from.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for an unknown county.
    pub async fn keep_snapshot(
        &self,
        snapshot: &Snapshot,
        which: Option<Which>,
        catalogue: &Catalogue,
        by: &By,
    ) -> Result<SnapshotRecord> {
        let county = &snapshot.county().code;
        let content = packed(&write_json(&StoredSnapshot::of(snapshot, catalogue))?)?;
        let year = snapshot.year();
        let source = which.map_or("", Which::code);
        let mut tx = self.pools.write(county.as_str()).await?;
        if let Some(there) = record(&mut tx, county, snapshot.hash()).await? {
            return Ok(there);
        }
        tx.exec(
            "insert into snapshots (county, snapshot, year, source, content, changed_by, changed_at)
             values ($1, $2, $3, $4, $5, $6, $7)",
            args![county, snapshot.hash(), year, source, content, &by.person, by.at],
        )
        .await?;
        note(&mut tx, county.as_str(), by, "snapshot.keep", snapshot.hash(), source).await?;
        tx.commit().await?;
        let (by, at) = (by.person.clone(), by.at);
        Ok(SnapshotRecord { hash: snapshot.hash().to_owned(), year, which, by, at })
    }

    /// A kept snapshot.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Corrupt`] when its content no longer has its hash.
    pub async fn snapshot(
        &self,
        county: &CountyCode,
        hash: &str,
        catalogue: &Catalogue,
    ) -> Result<Snapshot> {
        let mut tx = self.pools.read().await?;
        let sql = "select content from snapshots where county = $1 and snapshot = $2";
        let content = match tx.one(sql, args![county, hash]).await? {
            Some(row) => row.bytes(0)?,
            None => return Err(StoreError::NotFound(format!("数据快照 {hash}"))),
        };
        drop(tx);
        let stored: StoredSnapshot = read_json(&unpacked(&content)?)?;
        let snapshot = stored.draft(catalogue)?.seal(catalogue)?;
        if snapshot.hash() != hash {
            return Err(StoreError::Corrupt(format!("数据快照 {hash} 的内容已改变")));
        }
        Ok(snapshot)
    }

    /// The kept snapshots of a county, newest first; of one year or of all.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn snapshots(
        &self,
        county: &CountyCode,
        year: Option<SchoolYear>,
    ) -> Result<Vec<SnapshotRecord>> {
        let mut tx = self.pools.read().await?;
        let rows = tx
            .all(
                "select snapshot, year, source, changed_by, changed_at from snapshots
                 where county = $1 and ($2 < 0 or year = $2)
                 order by changed_at desc, snapshot",
                args![county, year.map_or(-1, |year| i64::from(year.0))],
            )
            .await?;
        rows.iter().map(read_record).collect()
    }
}

fn read_record(row: &crate::db::Row) -> Result<SnapshotRecord> {
    Ok(SnapshotRecord {
        hash: row.text(0)?,
        year: row.year(1)?,
        which: Which::from_code(row.str(2)?),
        by: row.text(3)?,
        at: row.moment(4)?,
    })
}

async fn record(tx: &mut Tx, county: &CountyCode, hash: &str) -> Result<Option<SnapshotRecord>> {
    let sql = "select snapshot, year, source, changed_by, changed_at from snapshots
               where county = $1 and snapshot = $2";
    tx.one(sql, args![county, hash]).await?.map(|row| read_record(&row)).transpose()
}

/// Takes campuses out whose main school is not there, and theirs in turn.
fn leave_orphans(draft: &mut Draft) -> Vec<SchoolCode> {
    let mut orphans = Vec::new();
    loop {
        let there: BTreeSet<SchoolCode> = draft.schools.iter().map(|s| s.code.clone()).collect();
        let before = orphans.len();
        draft.schools.retain(|school| {
            let stays = school.parent.as_ref().is_none_or(|parent| there.contains(parent));
            if !stays {
                orphans.push(school.code.clone());
            }
            stays
        });
        if orphans.len() == before {
            orphans.sort_unstable();
            return orphans;
        }
    }
}
