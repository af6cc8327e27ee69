//! Objections (异议) to the public notice of a rotation.
//!
//! An objection is seen by the school of its teacher and by the whole county; its ground and the reply
//! lie sealed. What a reply decides is a part of the settings of the next run: whoever runs asks for
//! it here.

use crate::audit::note;
use crate::coded::words;
use crate::db::{Arg, Row, args};
use crate::rotations::RotationState;
use crate::rotations_notices::{open_notice, refused};
use crate::seal::{Place, Plain};
use crate::{By, Result, Scope, Store, StoreError, versioned};
use domain::{CountyCode, SchoolCode};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::AssertSqlSafe;

words! {
    /// Where an objection stands.
    ObjectionState {
        /// It waits for a reply.
        Open = "open", "待答复";
        /// It was found right.
        Upheld = "upheld", "已采纳";
        /// It was not.
        Rejected = "rejected", "不予采纳";
    }
}

/// What a reply decides; it binds the next runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// The teacher is at this school afterwards.
    Fixed(SchoolCode),
    /// The teacher is not sent to this school.
    Forbidden(SchoolCode),
}

impl Decision {
    fn parts(&self) -> (&'static str, &SchoolCode) {
        match self {
            Self::Fixed(school) => ("fixed", school),
            Self::Forbidden(school) => ("forbidden", school),
        }
    }
}

/// What is objected.
#[derive(Clone, PartialEq, Eq)]
pub struct NewObjection {
    /// The teacher's number.
    pub teacher: String,
    /// The name, masked.
    pub name: String,
    /// The school of the teacher's roll.
    pub school: SchoolCode,
    /// Its kind, a code of the caller's.
    pub kind: String,
    /// The ground; kept sealed.
    pub ground: String,
}

/// What lies sealed with an objection.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectionWords {
    /// The ground.
    pub ground: String,
    /// The reply; empty while there is none.
    pub reply: String,
}

impl std::fmt::Debug for ObjectionWords {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ObjectionWords(…)")
    }
}

/// An objection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectionRecord {
    /// Number within the rotation.
    pub number: i64,
    /// The notice that it was raised against.
    pub notice: i64,
    /// The teacher's number.
    pub teacher: String,
    /// The name, masked.
    pub name: String,
    /// The school of the teacher's roll.
    pub school: SchoolCode,
    /// Its kind.
    pub kind: String,
    /// Where it stands.
    pub state: ObjectionState,
    /// What the reply decides.
    pub decision: Option<Decision>,
    /// Ground and reply; `None` where the key that has sealed them is missing.
    pub words: Option<ObjectionWords>,
    /// Who has raised it.
    pub raised_by: String,
    /// When.
    pub raised_at: Timestamp,
    /// For the reply.
    pub version: i64,
    /// Who changed it last.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// A reply.
#[derive(Clone, PartialEq, Eq)]
pub struct Reply {
    /// Was the objection found right?
    pub upheld: bool,
    /// In words; kept sealed.
    pub words: String,
    /// What follows from it.
    pub decision: Option<Decision>,
}

const OBJECTIONS: &str = "select version, changed_by, changed_at, objection, notice, teacher, name, \
                          school, kind, state, decision, place, raised_by, raised_at, seal_key, \
                          sealed from rotation_objections where county = $1 and rotation = $2";

fn place(county: &CountyCode, id: i64, number: i64) -> Place {
    Place::of("rotation_objections", &[Arg::from(county), Arg::from(id), Arg::from(number)])
}

impl Store {
    fn objection(&self, county: &CountyCode, id: i64, row: &Row) -> Result<ObjectionRecord> {
        let number = row.int(3)?;
        let school = |column: usize| -> Result<Option<SchoolCode>> {
            let text = row.maybe_text(column)?;
            let bad = |text: &String| StoreError::Corrupt(format!("“{text}”"));
            text.map(|text| SchoolCode::parse(&text).map_err(|_| bad(&text))).transpose()
        };
        let decision = match (row.maybe_text(10)?.as_deref(), school(11)?) {
            (Some("fixed"), Some(school)) => Some(Decision::Fixed(school)),
            (Some("forbidden"), Some(school)) => Some(Decision::Forbidden(school)),
            (None, None) => None,
            (kind, _) => return Err(StoreError::Corrupt(format!("“{kind:?}”"))),
        };
        let (key, sealed) = (row.text(14)?, row.bytes(15)?);
        let what = || format!("异议 {id}/{number}");
        let words = match self.ring.open(&place(county, id, number), &key, &sealed, what) {
            Ok(plain) => Some(
                serde_json::from_slice(plain.reveal())
                    .map_err(|error| StoreError::Corrupt(error.to_string()))?,
            ),
            Err(StoreError::KeyMissing { .. } | StoreError::KeyWrong { .. }) => None,
            Err(error) => return Err(error),
        };
        Ok(ObjectionRecord {
            version: row.int(0)?,
            by: row.text(1)?,
            at: row.moment(2)?,
            number,
            notice: row.int(4)?,
            teacher: row.text(5)?,
            name: row.text(6)?,
            school: row.school(7)?,
            kind: row.text(8)?,
            state: row.known(9, ObjectionState::from_code)?,
            decision,
            words,
            raised_by: row.text(12)?,
            raised_at: row.moment(13)?,
        })
    }

    /// Raises an objection to the notice that is shown. The teacher's school must be within the scope.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] outside of it; [`StoreError::NotNow`] where no notice is shown; those
    /// of the seal.
    pub async fn add_objection(
        &self,
        county: &CountyCode,
        id: i64,
        new: &NewObjection,
        scope: &Scope,
        by: &By,
    ) -> Result<ObjectionRecord> {
        let mut tx = self.pools.write(county.as_str()).await?;
        let rotation = crate::rotations::found(&mut tx, county, id).await?;
        let shown = open_notice(&mut tx, county, id).await?;
        let shown = shown.filter(|_| rotation.state == RotationState::Published);
        let shown = shown.ok_or_else(|| refused(id, rotation.state.zh(), "提出异议"))?;
        let mut within = args![county, &new.school];
        let condition = scope.condition("school", &mut within);
        let sql =
            format!("select count(*) from schools where county = $1 and school = $2{condition}");
        if tx.number(AssertSqlSafe(sql), within).await? == 0 {
            return Err(StoreError::NotFound(format!("教师 {}", new.teacher)));
        }
        let sql = "select coalesce(max(objection), 0) + 1 from rotation_objections
                   where county = $1 and rotation = $2";
        let number = tx.number(sql, args![county, id]).await?;
        let words = ObjectionWords { ground: new.ground.clone(), reply: String::new() };
        let ring = self.ring.seal(&mut tx, county).await?;
        let (key, sealed) = ring.seal(&place(county, id, number), &plain(&words)?)?;
        tx.exec(
            "insert into rotation_objections (county, rotation, objection, notice, teacher, name,
                 school, kind, state, seal_key, sealed, raised_by, raised_at, version, changed_by,
                 changed_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, 'open', $9, $10, $11, $12, 1, $11, $12)",
            args![
                county,
                id,
                number,
                shown.number,
                &new.teacher,
                &new.name,
                &new.school,
                &new.kind,
                key,
                sealed,
                &by.person,
                by.at
            ],
        )
        .await?;
        let target = format!("{id}/{number}");
        let detail = format!("教师 {}", new.teacher);
        note(&mut tx, county.as_str(), by, "rotation.object", &target, &detail).await?;
        tx.commit().await?;
        Ok(ObjectionRecord {
            number,
            notice: shown.number,
            teacher: new.teacher.clone(),
            name: new.name.clone(),
            school: new.school.clone(),
            kind: new.kind.clone(),
            state: ObjectionState::Open,
            decision: None,
            words: Some(words),
            raised_by: by.person.clone(),
            raised_at: by.at,
            version: 1,
            by: by.person.clone(),
            at: by.at,
        })
    }

    /// Replies to an objection; replied again, the last word holds. The rotation has a new version by it,
    /// so that nobody decides one whose replies he has not seen.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Conflict`]; [`StoreError::NotNow`] once the rotation is
    /// decided; those of the seal.
    pub async fn reply_objection(
        &self,
        county: &CountyCode,
        id: i64,
        number: i64,
        reply: &Reply,
        seen: i64,
        by: &By,
    ) -> Result<ObjectionRecord> {
        let named = || format!("第 {number} 号异议");
        let mut tx = self.pools.write(county.as_str()).await?;
        let mut rotation = crate::rotations::found(&mut tx, county, id).await?;
        if !matches!(rotation.state, RotationState::Draft | RotationState::Published) {
            return Err(refused(id, rotation.state.zh(), "答复异议"));
        }
        rotation.version += 1;
        crate::rotations::write(&mut tx, county, &mut rotation, by).await?;
        let sql = AssertSqlSafe(format!("{OBJECTIONS} and objection = $3"));
        let row = tx.one(sql, args![county, id, number]).await?;
        let row = row.ok_or_else(|| StoreError::NotFound(named()))?;
        let version = versioned(Some(&row), seen, named)?;
        let before = self.objection(county, id, &row)?;
        // Without the ground there is nothing to reply to: the key's error says so.
        let Some(before_words) = before.words.clone() else {
            return Err(StoreError::KeyMissing { place: self.ring.place() });
        };
        let words = ObjectionWords { reply: reply.words.clone(), ..before_words };
        let ring = self.ring.seal(&mut tx, county).await?;
        let (key, sealed) = ring.seal(&place(county, id, number), &plain(&words)?)?;
        let state = if reply.upheld { ObjectionState::Upheld } else { ObjectionState::Rejected };
        let parts = reply.decision.as_ref().map(Decision::parts);
        tx.exec(
            "update rotation_objections set state = $4, decision = $5, place = $6, seal_key = $7,
                 sealed = $8, version = $9, changed_by = $10, changed_at = $11
             where county = $1 and rotation = $2 and objection = $3",
            args![
                county,
                id,
                number,
                state.code(),
                parts.map(|(kind, _)| kind),
                parts.map(|(_, school)| school.as_str()),
                key,
                sealed,
                version,
                &by.person,
                by.at
            ],
        )
        .await?;
        let target = format!("{id}/{number}");
        let decided = parts.map(|(kind, school)| match kind {
            "fixed" => format!("，定在 {school}"),
            _ => format!("，不到 {school}"),
        });
        let detail =
            format!("教师 {}，{}{}", before.teacher, state.zh(), decided.unwrap_or_default());
        note(&mut tx, county.as_str(), by, "rotation.reply", &target, &detail).await?;
        tx.commit().await?;
        Ok(ObjectionRecord {
            state,
            decision: reply.decision.clone(),
            words: Some(words),
            version,
            by: by.person.clone(),
            at: by.at,
            ..before
        })
    }

    /// The objections to a rotation within a scope, in the order in which they were raised.
    ///
    /// # Errors
    /// Those of the database; [`StoreError::BoxBroken`].
    pub async fn objections(
        &self,
        county: &CountyCode,
        id: i64,
        scope: &Scope,
    ) -> Result<Vec<ObjectionRecord>> {
        let mut tx = self.pools.read().await?;
        let mut args = args![county, id];
        let within = scope.condition("school", &mut args);
        let sql = AssertSqlSafe(format!("{OBJECTIONS}{within} order by objection"));
        let rows = tx.all(sql, args).await?;
        rows.iter().map(|row| self.objection(county, id, row)).collect()
    }
}

fn plain(words: &ObjectionWords) -> Result<Plain> {
    let json = serde_json::to_vec(words);
    Ok(Plain::new(json.map_err(|error| StoreError::Task(error.to_string()))?))
}
