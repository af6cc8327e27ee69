//! Import: a whole snapshot, as intake has read it, into the submissions of its year. All of it or
//! nothing: one transaction.

use crate::audit::note;
use crate::collections::{self, CollectionPlan, MAIN};
use crate::db::{Tx, args};
use crate::drafts;
use crate::facts::{Content, FactRecord, PlaceKind};
use crate::moves::{Move, State};
use crate::revisions::{self, At, Changes, Identity, NewRevision};
use crate::submissions::{self, FormKey, Submission};
use crate::years::{require_open, statistics_date};
use crate::{By, Result, Scope, Store, StoreError, attestations, schools};
use domain::{Catalogue, Facts, SchoolCode, Snapshot};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Facts that are many enough to change how the database should look for them.
const MANY: usize = 1_000;

/// As what the figures of a file are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportAs {
    /// As typed: the schools look at them and submit.
    Draft,
    /// As submitted by the schools.
    Submitted,
    /// As approved by the bureau.
    Approved,
}

impl ImportAs {
    const fn step(self) -> Move {
        match self {
            Self::Draft => Move::Save,
            Self::Submitted => Move::ImportSubmitted,
            Self::Approved => Move::ImportApproved,
        }
    }
}

/// What an import has done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportReport {
    /// Forms that have changed.
    pub changed: usize,
    /// Forms that held the same already.
    pub unchanged: usize,
    /// Facts that are new or different, with those that went.
    pub facts: usize,
    /// Schools of the year that the file does not hold; they were left as they are.
    pub not_in_file: Vec<SchoolCode>,
}

/// The parts of a snapshot by the form that they belong to, the county's under `None`.
fn forms(
    snapshot: &Snapshot,
    catalogue: &Catalogue,
) -> BTreeMap<Option<SchoolCode>, (Identity, Content)> {
    let put = |content: &mut Content, place: &str, facts: &Facts| {
        for (id, fact) in facts.iter() {
            let origin = snapshot.origin(fact.origin).clone();
            let record = FactRecord { value: fact.value.clone(), origin };
            content.facts.insert((place.to_owned(), catalogue.item(id).code.clone()), record);
        }
    };
    let mut forms = BTreeMap::new();
    let county = snapshot.county();
    let mut own = Content::default();
    put(&mut own, "", &county.facts);
    // A file about schools says nothing about the county, and nothing must not empty its form.
    if !own.facts.is_empty() {
        let identity = Identity { name: county.name.clone(), kind: None, parent: None };
        forms.insert(None, (identity, own));
    }
    for school in snapshot.schools() {
        let mut content = Content::default();
        put(&mut content, "", &school.facts);
        let sections = school
            .sections
            .iter()
            .map(|s| (PlaceKind::Section { stage: s.stage, attached: s.attached }, &s.facts));
        let classes = school.classes.iter().map(|c| {
            (PlaceKind::Class { stage: c.stage, grade: c.grade, name: c.name.clone() }, &c.facts)
        });
        let rooms = school
            .rooms
            .iter()
            .map(|r| (PlaceKind::Room { kind: r.kind, name: r.name.clone() }, &r.facts));
        for (kind, facts) in sections.chain(classes).chain(rooms) {
            let mut number = 1;
            while content.places.contains_key(&kind.key(number)) {
                number += 1;
            }
            let key = kind.key(number);
            put(&mut content, &key, facts);
            content.places.insert(key, kind);
        }
        let (name, parent) = (school.name.clone(), school.parent.clone());
        let identity = Identity { name, kind: Some(school.kind), parent };
        forms.insert(Some(school.code.clone()), (identity, content));
    }
    forms
}

/// A value that a file only repeats stays the one that was there, with where it came from: the same
/// workbook under another name changes nothing.
fn keep_origins(new: &mut Content, old: &Content) {
    for (place, record) in &mut new.facts {
        if let Some(known) = old.facts.get(place).filter(|known| known.value == record.value) {
            record.origin = known.origin.clone();
        }
    }
}

/// The identities of the newest revisions of a collection, by school.
async fn identities(tx: &mut Tx, key: &FormKey) -> Result<BTreeMap<String, Identity>> {
    let rows = tx
        .all(
            "select r.school, r.name, r.kind, r.parent from submissions s
             join submission_revisions r on r.county = s.county and r.year = s.year
                 and r.collection = s.collection and r.school = s.school
                 and r.revision = s.revision
             where s.county = $1 and s.year = $2 and s.collection = $3",
            args![&key.county, key.year, &key.collection],
        )
        .await?;
    let mut identities = BTreeMap::new();
    for row in &rows {
        let kind =
            row.maybe_text(2)?.map(|_| row.known(2, domain::SchoolKind::from_label)).transpose()?;
        let parent = row.maybe_text(3)?.map(|_| row.school(3)).transpose()?;
        identities.insert(row.text(0)?, Identity { name: row.text(1)?, kind, parent });
    }
    Ok(identities)
}

impl Store {
    /// Puts a whole snapshot into the year's main collection. The county, its schools, the year and
    /// the collection are made where they are missing; a school that has another name or kind than
    /// the store knows is renamed or converted on the statistics date.
    ///
    /// What has been typed and not submitted is made a revision first, so that nothing is lost.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when a form is locked, or its state does not allow the import;
    /// [`StoreError::YearLocked`], [`StoreError::CollectionClosed`] (unless as approved). Nothing
    /// is then changed.
    pub async fn import(
        &self,
        snapshot: &Snapshot,
        catalogue: &Catalogue,
        import_as: ImportAs,
        by: &By,
    ) -> Result<ImportReport> {
        let county = &snapshot.county().code;
        let year = snapshot.year();
        let main = FormKey::new(county, year, MAIN, None);
        let mut forms = forms(snapshot, catalogue);
        let mut tx = self.pools.write(county.as_str()).await?;
        tx.exec(
            "insert into counties (county, name, version, changed_by, changed_at)
             values ($1, $2, 1, $3, $4) on conflict (county) do nothing",
            args![county, &snapshot.county().name, &by.person, by.at],
        )
        .await?;
        require_open(&mut tx, county, year, by).await?;
        schools::take_over(&mut tx, county, statistics_date(year), snapshot.schools(), by).await?;
        match collections::find(&mut tx, county, year, MAIN).await? {
            None => {
                let title = format!("{year} 学年基础数据");
                let plan = CollectionPlan { title, items: Vec::new(), deadline: None };
                collections::add(&mut tx, county, year, MAIN, &plan, by).await?;
            }
            Some(found) if found.closed && import_as != ImportAs::Approved => {
                return Err(StoreError::CollectionClosed(found.plan.title));
            }
            Some(_) => {}
        }
        let schools = snapshot.schools().iter().map(|school| Some(school.code.clone()));
        let who: Vec<Option<SchoolCode>> = std::iter::once(None).chain(schools).collect();
        collections::ask(&mut tx, county, year, MAIN, &who, by).await?;
        let submissions =
            submissions::list(&mut tx, county, year, Some(MAIN), &Scope::County).await?;
        let identities = identities(&mut tx, &main).await?;
        let mut contents =
            revisions::contents(&mut tx, county, year, MAIN, At::Newest(None)).await?;
        let mut report = ImportReport::default();
        let mut written: Vec<NewRevision> = Vec::new();
        for mut submission in submissions {
            let Some((identity, mut new)) = forms.remove(&submission.key.school) else {
                report.not_in_file.extend(submission.key.school);
                continue;
            };
            let mut old = contents.remove(submission.key.school_text()).unwrap_or_default();
            keep_origins(&mut new, &old);
            let typed = drafts::is_typed(&mut tx, &submission.key).await?;
            let same = identities.get(submission.key.school_text()) == Some(&identity);
            if same && !typed && settled(&submission, import_as) && old == new {
                report.unchanged += 1;
                continue;
            }
            let from = submission.state;
            let to = submission.after(import_as.step())?;
            if typed {
                drafts::submit(&mut tx, &mut submission, by).await?;
                submission.save(&mut tx, by).await?;
                submission.log(&mut tx, Move::Save, from, "导入前保存已填内容", by).await?;
                let at = At::Newest(Some(submission.key.school_text()));
                old = revisions::content(&mut tx, &submission.key, at).await?;
                keep_origins(&mut new, &old);
            }
            let changes = Changes::between(&old, &new);
            report.changed += 1;
            report.facts += changes.facts.len() + changes.facts_gone.len();
            let key = submission.key.clone();
            let version = submission.version + 1;
            if import_as == ImportAs::Draft {
                drafts::put(&mut tx, &key, &changes, version, by).await?;
            } else {
                submission.revision += 1;
                let number = submission.revision;
                written.push(NewRevision { key, number, version, identity, changes });
                if import_as == ImportAs::Approved {
                    submission.approved = Some(number);
                }
            }
            submission.state = to;
            submission.save(&mut tx, by).await?;
            submission.log(&mut tx, import_as.step(), from, "", by).await?;
        }
        revisions::write(&mut tx, county, written, by).await?;
        let there = attestations::list(&mut tx, county, year).await?;
        for new in snapshot.county().attestations.iter().filter(|new| !there.contains(new)) {
            attestations::write(&mut tx, county, year, new, by).await?;
        }
        let target = format!("{}/{MAIN}", year.0);
        let detail = format!("{} {}", import_as.step().code(), snapshot.hash());
        note(&mut tx, county.as_str(), by, "import", &target, &detail).await?;
        tx.commit().await?;
        if report.facts >= MANY {
            self.pools.analyze().await;
        }
        Ok(report)
    }
}

/// Does the submission already stand where an import would bring it?
fn settled(submission: &Submission, import_as: ImportAs) -> bool {
    submission.revision > 0
        && match import_as {
            ImportAs::Draft => true,
            ImportAs::Submitted => submission.state.is_submitted(),
            ImportAs::Approved => {
                matches!(submission.state, State::Approved | State::Locked)
                    && submission.approved == Some(submission.revision)
            }
        }
}
