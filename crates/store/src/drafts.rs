//! Drafts: what has been typed into a form since its last revision, saved field by field as it is
//! typed. Whoever would overwrite what another has typed since is told instead.

use crate::audit::note;
use crate::collections::write_json;
use crate::db::{Arg, Tx, args};
use crate::facts::{Content, FACT, FactReader, FactRecord, PlaceKind, PlaceRecord, SourceBook};
use crate::facts::{read_value, write_value};
use crate::moves::{Move, State};
use crate::revisions::{self, At, Changes, NewRevision, content};
use crate::submissions::{FormKey, ReturnedField, Submission, get, require_collecting, steps};
use crate::years::require_open;
use crate::{By, Result, Scope, Store, StoreError};
use domain::{Catalogue, Level, Origin, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A field as it is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldEdit {
    /// The place's key; `""` for the school or the county itself.
    pub place: String,
    /// The item's code.
    pub item: String,
    /// The value; `None`: the field was emptied, the fact is missing.
    pub value: Option<Value>,
    /// Where it comes from, unless it was typed.
    pub origin: Option<Origin>,
}

/// A section, class or room that is added to a form, changed or taken away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlaceEdit {
    /// Added, or changed (attached or not).
    Put(PlaceKind),
    /// Added beside one of the same name: the second, third … of a roster.
    PutTwin(PlaceKind, usize),
    /// Taken away with all its facts.
    Remove(String),
}

impl PlaceEdit {
    /// The key of the place.
    fn key(&self) -> String {
        match self {
            Self::Put(kind) => kind.key(1),
            Self::PutTwin(kind, number) => kind.key(*number),
            Self::Remove(key) => key.clone(),
        }
    }
}

/// A form as it is shown for filling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// Where it stands.
    pub submission: Submission,
    /// Its sections, classes and rooms, by key.
    pub places: Vec<PlaceRecord>,
    /// Its facts with what has been typed since, by place and item. A field that is not here is
    /// missing.
    pub fields: Vec<Field>,
    /// What was returned and why, while the form is returned.
    pub returned: Vec<ReturnedField>,
}

/// A field of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The place's key.
    pub place: String,
    /// The item's code.
    pub item: String,
    /// The fact; `None`: emptied since the last revision.
    pub fact: Option<FactRecord>,
    /// The version at which it was typed; `None`: it stands in the last revision.
    pub typed: Option<i64>,
}

/// A draft over its last revision.
pub(crate) struct View {
    pub(crate) base: Content,
    pub(crate) content: Content,
    /// Version, who and when of what was typed.
    pub(crate) typed: BTreeMap<(String, String), Typed>,
    /// The same of places that were edited.
    pub(crate) places: BTreeMap<String, Typed>,
}

#[derive(Clone, Debug)]
pub(crate) struct Typed {
    version: i64,
    by: String,
    at: jiff::Timestamp,
}

/// A form as it stands with its draft.
pub(crate) async fn view(tx: &mut Tx, submission: &Submission) -> Result<View> {
    let key = &submission.key;
    let base = content(tx, key, At::Newest(Some(key.school_text()))).await?;
    let mut view =
        View { content: base.clone(), base, typed: BTreeMap::new(), places: BTreeMap::new() };
    let rows = tx
        .all(
            "select place, removed, version, changed_by, changed_at, level, stage, grade, kind,
                 name, attached
             from draft_places where county = $1 and year = $2 and collection = $3 and school = $4
             order by place",
            key.columns(),
        )
        .await?;
    for row in &rows {
        let place = row.text(0)?;
        if row.flag(1)? {
            view.content.places.remove(&place);
        } else {
            view.content.places.insert(place.clone(), PlaceKind::read(row, 5)?);
        }
        let typed = Typed { version: row.int(2)?, by: row.text(3)?, at: row.moment(4)? };
        view.places.insert(place, typed);
    }
    let has_section = view.content.places.values().any(|p| p.level() == Level::Section);
    if !has_section && submission.revision == 0 && key.school.is_some() {
        for stage in revisions::identity(tx, key).await?.kind.map_or(&[][..], |k| k.stages()) {
            let section = PlaceKind::Section { stage: *stage, attached: false };
            if !view.places.contains_key(&section.key(1)) {
                view.content.places.insert(section.key(1), section);
            }
        }
    }
    let sql = format!(
        "select f.place, f.item, f.version, f.changed_by, f.changed_at, {FACT}
         from draft_fields f join sources o on o.county = f.county and o.source = f.source
         where f.county = $1 and f.year = $2 and f.collection = $3 and f.school = $4
         order by f.place, f.item"
    );
    let mut reader = FactReader::default();
    for row in &tx.all(sqlx::AssertSqlSafe(sql), key.columns()).await? {
        let field = (row.text(0)?, row.text(1)?);
        match row.maybe_text(5)? {
            None => view.content.facts.remove(&field),
            Some(kind) => {
                let value = read_value(&kind, row.str(6)?)?;
                let fact = FactRecord { value, origin: reader.origin(row, 7)? };
                view.content.facts.insert(field.clone(), fact)
            }
        };
        let typed = Typed { version: row.int(2)?, by: row.text(3)?, at: row.moment(4)? };
        view.typed.insert(field, typed);
    }
    let Content { places, facts } = &mut view.content;
    facts.retain(|(place, _), _| place.is_empty() || places.contains_key(place));
    Ok(view)
}

/// Makes a revision of a draft, in memory (the caller saves the submission) and in the database.
pub(crate) async fn submit(tx: &mut Tx, submission: &mut Submission, by: &By) -> Result<()> {
    let view = view(tx, submission).await?;
    let changes = Changes::between(&view.base, &view.content);
    submission.revision += 1;
    let revision = NewRevision {
        key: submission.key.clone(),
        number: submission.revision,
        version: submission.version + 1,
        identity: revisions::identity(tx, &submission.key).await?,
        changes,
    };
    revisions::write(tx, &submission.key.county, vec![revision], by).await?;
    clear(tx, &submission.key).await
}

/// Empties a draft: what was typed has become a revision, or is replaced as a whole.
pub(crate) async fn clear(tx: &mut Tx, key: &FormKey) -> Result<()> {
    for sql in [
        "delete from draft_fields
         where county = $1 and year = $2 and collection = $3 and school = $4",
        "delete from draft_places
         where county = $1 and year = $2 and collection = $3 and school = $4",
    ] {
        tx.exec(sql, key.columns()).await?;
    }
    Ok(())
}

/// Puts changes into a draft, at the version that the submission will have.
pub(crate) async fn put(
    tx: &mut Tx,
    key: &FormKey,
    changes: &Changes,
    version: i64,
    by: &By,
) -> Result<()> {
    let entry = Origin::Entry { person: Arc::from(by.person.as_str()), at: by.at };
    let mut sources = SourceBook::default();
    let mut values: Vec<Arg> = Vec::new();
    let gone = changes.facts_gone.iter().map(|key| (key, None));
    let set = changes.facts.iter().map(|(key, fact)| (key, Some(fact)));
    for ((place, item), fact) in set.chain(gone) {
        let (kind, text) = fact.map(|fact| write_value(&fact.value)).unzip();
        let origin = fact.map_or(&entry, |fact| &fact.origin);
        values.extend(key.columns());
        values.extend(args![place, item, kind, text.unwrap_or_default()]);
        values.extend(sources.columns(tx, &key.county, origin).await?);
        values.extend(args![version, &by.person, by.at]);
    }
    let into = "insert into draft_fields (county, year, collection, school, place, item, kind, \
                value, source, source_row, source_column, version, changed_by, changed_at)";
    let conflict = " on conflict (county, year, collection, school, place, item) do update set \
                    kind = excluded.kind, value = excluded.value, source = excluded.source, \
                    source_row = excluded.source_row, source_column = excluded.source_column, \
                    version = excluded.version, changed_by = excluded.changed_by, \
                    changed_at = excluded.changed_at";
    tx.upsert_all(into, 14, values, conflict).await?;
    let nowhere = PlaceKind::Room { kind: domain::RoomKind::Music, name: String::new() };
    let mut values: Vec<Arg> = Vec::new();
    let gone = changes.places_gone.iter().map(|key| (key, None));
    let set = changes.places.iter().map(|(key, kind)| (key, Some(kind)));
    for (place, kind) in set.chain(gone) {
        values.extend(key.columns());
        values.extend(args![place, kind.is_none()]);
        values.extend(kind.unwrap_or(&nowhere).columns());
        values.extend(args![version, &by.person, by.at]);
    }
    let into = "insert into draft_places (county, year, collection, school, place, removed, level, \
                stage, grade, kind, name, attached, version, changed_by, changed_at)";
    let conflict = " on conflict (county, year, collection, school, place) do update set \
                    removed = excluded.removed, level = excluded.level, stage = excluded.stage, \
                    grade = excluded.grade, kind = excluded.kind, name = excluded.name, \
                    attached = excluded.attached, version = excluded.version, \
                    changed_by = excluded.changed_by, changed_at = excluded.changed_at";
    tx.upsert_all(into, 15, values, conflict).await
}

/// Has anything been typed?
pub(crate) async fn is_typed(tx: &mut Tx, key: &FormKey) -> Result<bool> {
    let count = tx
        .number(
            "select (select count(*) from draft_fields
                     where county = $1 and year = $2 and collection = $3 and school = $4)
                  + (select count(*) from draft_places
                     where county = $1 and year = $2 and collection = $3 and school = $4)",
            key.columns(),
        )
        .await?;
    Ok(count > 0)
}

impl Store {
    /// A form as it is shown for filling: the last revision with what has been typed since.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], also where it is not within the scope.
    pub async fn form(&self, key: &FormKey, scope: &Scope) -> Result<Form> {
        let mut tx = self.pools.read().await?;
        let submission = get(&mut tx, key, scope).await?;
        let view = view(&mut tx, &submission).await?;
        let returned = if submission.state == State::Returned {
            let steps = steps(&mut tx, key).await?;
            let last = steps.into_iter().rev().find(|step| step.step == Move::Return);
            last.map(|step| step.fields).unwrap_or_default()
        } else {
            Vec::new()
        };
        let Content { places, mut facts } = view.content;
        let mut typed = view.typed;
        let mut fields = Vec::with_capacity(facts.len());
        let mut keys: Vec<_> = facts.keys().chain(typed.keys()).cloned().collect();
        keys.sort_unstable();
        keys.dedup();
        for field in keys {
            let fact = facts.remove(&field);
            let typed = typed.remove(&field).map(|typed| typed.version);
            fields.push(Field { place: field.0, item: field.1, fact, typed });
        }
        let places = places.into_iter().map(|(key, kind)| PlaceRecord { key, kind }).collect();
        Ok(Form { submission, places, fields, returned })
    }

    /// Saves what has been typed. All edits are saved or none.
    ///
    /// `seen` is the version of the submission that the caller's form shows: the one that it was
    /// loaded with, or that its last save returned. An edit is refused when somebody else has typed
    /// into the same field, or submitted the form, since. Edits of different fields do not meet.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with who and when; [`StoreError::Refused`] unless the form is a
    /// draft or returned; [`StoreError::UnknownItem`] and [`StoreError::NotFound`] for a field that
    /// cannot be; [`StoreError::YearLocked`], [`StoreError::CollectionClosed`].
    #[expect(clippy::too_many_arguments, reason = "each is of another type")]
    pub async fn save(
        &self,
        key: &FormKey,
        places: &[PlaceEdit],
        fields: &[FieldEdit],
        seen: i64,
        catalogue: &Catalogue,
        scope: &Scope,
        by: &By,
    ) -> Result<Submission> {
        let mut tx = self.pools.write(key.county.as_str()).await?;
        let mut submission = get(&mut tx, key, scope).await?;
        require_open(&mut tx, &key.county, key.year, by).await?;
        submission.after(Move::Save)?;
        require_collecting(&mut tx, key).await?;
        let view = view(&mut tx, &submission).await?;
        unseen(&mut tx, &submission, &view, places, fields, seen).await?;
        let changes = changes(view.content, places, fields, catalogue, key, by)?;
        put(&mut tx, key, &changes, submission.version + 1, by).await?;
        submission.save(&mut tx, by).await?;
        let detail: Vec<[String; 3]> = fields
            .iter()
            .map(|e| {
                let value = e.value.as_ref().map(ToString::to_string).unwrap_or_default();
                [e.place.clone(), e.item.clone(), value]
            })
            .chain(places.iter().map(|edit| {
                let sign = if matches!(edit, PlaceEdit::Remove(_)) { "-" } else { "+" };
                [edit.key(), String::new(), sign.to_owned()]
            }))
            .collect();
        let detail = write_json(&detail)?;
        let target = key.to_string();
        note(&mut tx, key.county.as_str(), by, "submission.save", &target, &detail).await?;
        tx.commit().await?;
        Ok(submission)
    }
}

/// Refuses edits of what somebody has changed since the caller looked.
async fn unseen(
    tx: &mut Tx,
    submission: &Submission,
    view: &View,
    places: &[PlaceEdit],
    fields: &[FieldEdit],
    seen: i64,
) -> Result<()> {
    let conflict = |what: String, found: i64, by: &str, at| {
        Err(StoreError::Conflict { what, seen, found, by: by.to_owned(), at })
    };
    let key = &submission.key;
    if let Some(last) = revisions::list(tx, key).await?.last()
        && last.version > seen
    {
        return conflict(key.title(), last.version, &last.by, last.at);
    }
    for edit in fields {
        if let Some(typed) = view.typed.get(&(edit.place.clone(), edit.item.clone()))
            && typed.version > seen
        {
            let what = format!("{}的“{}”", key.title(), edit.item);
            return conflict(what, typed.version, &typed.by, typed.at);
        }
    }
    for edit in places {
        let place = edit.key();
        if let Some(typed) = view.places.get(&place)
            && typed.version > seen
        {
            let what = format!("{}的“{place}”", key.title());
            return conflict(what, typed.version, &typed.by, typed.at);
        }
    }
    Ok(())
}

/// Edits as changes of a draft, checked against the places of the form and the catalogue. Of two
/// edits of one field or place the later one counts.
fn changes(
    mut content: Content,
    places: &[PlaceEdit],
    fields: &[FieldEdit],
    catalogue: &Catalogue,
    key: &FormKey,
    by: &By,
) -> Result<Changes> {
    let mut place_edits: BTreeMap<String, Option<PlaceKind>> = BTreeMap::new();
    let mut field_edits: BTreeMap<(String, String), Option<FactRecord>> = BTreeMap::new();
    for edit in places {
        let place = edit.key();
        match edit {
            PlaceEdit::Put(kind) | PlaceEdit::PutTwin(kind, _) => {
                content.places.insert(place.clone(), kind.clone());
                place_edits.insert(place, Some(kind.clone()));
            }
            PlaceEdit::Remove(_) => {
                content.places.remove(&place);
                let facts = content.facts.keys().filter(|(at, _)| *at == place);
                field_edits.extend(facts.map(|field| (field.clone(), None)));
                place_edits.insert(place, None);
            }
        }
    }
    for edit in fields {
        let level = match content.places.get(&edit.place) {
            Some(kind) => kind.level(),
            None if edit.place.is_empty() && key.school.is_some() => Level::School,
            None if edit.place.is_empty() => Level::County,
            None => {
                let what = format!("{}的“{}”", key.title(), edit.place);
                return Err(StoreError::NotFound(what));
            }
        };
        if catalogue.find(&edit.item).is_none_or(|(_, item)| item.level != level) {
            let item = edit.item.clone();
            return Err(StoreError::UnknownItem { item, level: level.zh() });
        }
        let typed = || Origin::Entry { person: Arc::from(by.person.as_str()), at: by.at };
        let fact = edit
            .value
            .clone()
            .map(|value| FactRecord { value, origin: edit.origin.clone().unwrap_or_else(typed) });
        field_edits.insert((edit.place.clone(), edit.item.clone()), fact);
    }
    let mut changes = Changes::default();
    for (place, kind) in place_edits {
        match kind {
            Some(kind) => changes.places.push((place, kind)),
            None => changes.places_gone.push(place),
        }
    }
    for (field, fact) in field_edits {
        match fact {
            Some(fact) => changes.facts.push((field, fact)),
            None => changes.facts_gone.push(field),
        }
    }
    Ok(changes)
}
