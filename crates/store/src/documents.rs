//! Documents (文书): official papers that are written from a template, what a person adds to them, each
//! version as it was put forward, and what was decided on it.
//!
//! A version holds the whole paper with its figures, so that what was signed can be printed again
//! when the data have moved on. What a personal document says lies sealed (decision 010). What a template
//! is, and how a paper looks, is not known here.

mod personal;

pub use personal::DocumentWords;

use crate::audit::note;
use crate::coded::words;
use crate::db::{Row, Tx, args};
use crate::facts::{school_read, school_text};
use crate::pack::{packed, unpacked};
use crate::seal::Plain;
use crate::{By, Result, Scope, Store, StoreError, versioned};
use domain::{CountyCode, SchoolCode, SchoolYear, hex};
use jiff::Timestamp;
use personal::{Part, salted};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use sqlx::AssertSqlSafe;

words! {
    /// Where a document stands.
    DocumentState {
        /// Being written; it can be edited.
        Draft = "draft", "起草中";
        /// A version lies with the one who signs.
        Submitted = "submitted", "待签发";
        /// The version that was put forward is the county's word.
        Signed = "signed", "已签发";
        /// Filed; nothing happens to it any more.
        Archived = "archived", "已归档";
        /// Given up, with a reason. It stays readable.
        Void = "void", "已作废";
    }
}

words! {
    /// What is done to a document.
    DocumentAct {
        /// Put forward for signing, which makes a version.
        Submit = "submit", "提交签发";
        /// Taken back before it is signed.
        Recall = "recall", "撤回";
        /// Sent back to the writer, with a reason.
        Return = "return", "退回";
        /// Signed.
        Sign = "sign", "签发";
        /// Filed.
        Archive = "archive", "归档";
        /// Given up, with a reason.
        Void = "void", "作废";
    }
}

impl DocumentAct {
    /// The state after this, from a state; `None` where it cannot be done.
    ///
    /// ```
    /// use store::documents::{DocumentAct, DocumentState};
    /// assert_eq!(DocumentAct::Sign.from(DocumentState::Submitted), Some(DocumentState::Signed));
    /// assert_eq!(DocumentAct::Sign.from(DocumentState::Draft), None);
    /// ```
    #[must_use]
    pub const fn from(self, state: DocumentState) -> Option<DocumentState> {
        use DocumentState as S;
        match (self, state) {
            (Self::Submit, S::Draft) => Some(S::Submitted),
            (Self::Recall | Self::Return, S::Submitted) => Some(S::Draft),
            (Self::Sign, S::Submitted) => Some(S::Signed),
            (Self::Archive, S::Signed) => Some(S::Archived),
            (Self::Void, S::Draft | S::Submitted | S::Signed) => Some(S::Void),
            _ => None,
        }
    }

    /// Whether the one who does it has to say why.
    #[must_use]
    pub const fn needs_reason(self) -> bool {
        matches!(self, Self::Return | Self::Void)
    }
}

/// What a document is about; it never changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentSubject {
    /// Id of the template.
    pub template: String,
    /// The school year whose data it speaks of.
    pub year: SchoolYear,
    /// The school that it is about; `None`: the county.
    pub school: Option<SchoolCode>,
    /// Does it name teachers in full? What it says is sealed then.
    #[serde(default)]
    pub personal: bool,
}

/// What is edited of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentText {
    /// Its title, in lists.
    pub title: String,
    /// Number, addressee, plan and whatever else the template asks for, JSON.
    pub settings: String,
    /// What a person wrote, by the keys of the template, JSON; of a personal document `{}` where it is
    /// not revealed.
    pub free: String,
}

/// A document without its versions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentRecord {
    /// Number within the county.
    pub id: i64,
    /// What it is about.
    pub subject: DocumentSubject,
    /// What is edited.
    pub text: DocumentText,
    /// Where it stands.
    pub state: DocumentState,
    /// The newest version that was put forward; 0 where there is none.
    pub revision: i64,
    /// For the next edit.
    pub version: i64,
    /// Who changed it last.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// A version that was put forward.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentRevision {
    /// From 1.
    pub revision: i64,
    /// SHA-256 of the content, 64 hexadecimal digits.
    pub sha256: String,
    /// Who put it forward.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// Something that was done to a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentStep {
    /// From 1.
    pub step: i64,
    /// What.
    pub act: DocumentAct,
    /// The version that it was done to; 0 where none was put forward.
    pub revision: i64,
    /// Why; may be empty where no reason is asked for, and of a personal document.
    pub reason: String,
    /// Who.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

const COLUMNS: &str = "select version, changed_by, changed_at, document, template, year, school, \
                       title, settings, free, state, revision, (select count(*) from \
                       document_boxes b where b.county = documents.county and b.document = \
                       documents.document and b.part = 'free') from documents where county = $1";

fn record(row: &Row) -> Result<DocumentRecord> {
    Ok(DocumentRecord {
        version: row.int(0)?,
        by: row.text(1)?,
        at: row.moment(2)?,
        id: row.int(3)?,
        subject: DocumentSubject {
            template: row.text(4)?,
            year: row.year(5)?,
            school: school_read(row, 6)?,
            personal: row.flag(12)?,
        },
        text: DocumentText { title: row.text(7)?, settings: row.text(8)?, free: row.text(9)? },
        state: row.known(10, DocumentState::from_code)?,
        revision: row.int(11)?,
    })
}

fn what(id: i64) -> String {
    format!("文书 {id} ")
}

async fn found(tx: &mut Tx, county: &CountyCode, id: i64, scope: &Scope) -> Result<Row> {
    let mut args = args![county, id];
    let within = scope.condition("school", &mut args);
    let sql = format!("{COLUMNS} and document = $2{within}");
    let row = tx.one(AssertSqlSafe(sql), args).await?;
    row.ok_or_else(|| StoreError::NotFound(what(id)))
}

/// A document that is changed, at the version that was seen; its next version is in it.
async fn seen_at(
    tx: &mut Tx,
    county: &CountyCode,
    id: i64,
    seen: i64,
    scope: &Scope,
) -> Result<DocumentRecord> {
    let row = found(tx, county, id, scope).await?;
    let version = versioned(Some(&row), seen, || what(id))?;
    Ok(DocumentRecord { version, ..record(&row)? })
}

async fn write(
    tx: &mut Tx,
    county: &CountyCode,
    document: &mut DocumentRecord,
    by: &By,
) -> Result<()> {
    document.by.clone_from(&by.person);
    document.at = by.at;
    let text = &document.text;
    tx.exec(
        "update documents set title = $3, settings = $4, free = $5, state = $6, revision = $7,
             version = $8, changed_by = $9, changed_at = $10 where county = $1 and document = $2",
        args![
            county,
            document.id,
            &text.title,
            &text.settings,
            &text.free,
            document.state.code(),
            document.revision,
            document.version,
            &document.by,
            document.at
        ],
    )
    .await?;
    Ok(())
}

impl Store {
    /// Begins a document.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn add_document(
        &self,
        county: &CountyCode,
        subject: &DocumentSubject,
        text: &DocumentText,
        by: &By,
    ) -> Result<DocumentRecord> {
        let mut tx = self.pools.write(county.as_str()).await?;
        let id = tx
            .number(
                "insert into documents (county, document, template, year, school, title, settings,
                     free, state, revision, version, changed_by, changed_at)
                 values ($1, (select coalesce(max(document), 0) + 1 from documents
                     where county = $1), $2, $3, $4, $5, $6, $7, 'draft', 0, 1, $8, $9)
                 returning document",
                args![
                    county,
                    &subject.template,
                    subject.year,
                    school_text(subject.school.as_ref()),
                    &text.title,
                    &text.settings,
                    if subject.personal { SEALED } else { &text.free },
                    &by.person,
                    by.at
                ],
            )
            .await?;
        if subject.personal {
            self.put_part(&mut tx, county, (id, Part::Free), &plain(&text.free), by).await?;
        }
        note(&mut tx, county.as_str(), by, "document.new", &id.to_string(), &text.title).await?;
        tx.commit().await?;
        Ok(DocumentRecord {
            id,
            subject: subject.clone(),
            text: text.clone(),
            state: DocumentState::Draft,
            revision: 0,
            version: 1,
            by: by.person.clone(),
            at: by.at,
        })
    }

    /// Changes what is written in a draft.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], also outside the scope; [`StoreError::Conflict`];
    /// [`StoreError::NotNow`] for one that is not being written.
    pub async fn edit_document(
        &self,
        county: &CountyCode,
        id: i64,
        text: &DocumentText,
        seen: i64,
        scope: &Scope,
        by: &By,
    ) -> Result<DocumentRecord> {
        let mut tx = self.pools.write(county.as_str()).await?;
        let mut document = seen_at(&mut tx, county, id, seen, scope).await?;
        if document.state != DocumentState::Draft {
            let state = document.state.zh();
            return Err(StoreError::NotNow { what: what(id), state, action: "修改" });
        }
        document.text.clone_from(text);
        if document.subject.personal {
            self.put_part(&mut tx, county, (id, Part::Free), &plain(&text.free), by).await?;
            SEALED.clone_into(&mut document.text.free);
        }
        write(&mut tx, county, &mut document, by).await?;
        note(&mut tx, county.as_str(), by, "document.edit", &id.to_string(), &text.title).await?;
        tx.commit().await?;
        Ok(DocumentRecord { text: text.clone(), ..document })
    }

    /// Moves a document on, or back. Putting it forward keeps `content` as a new version.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], also outside the scope; [`StoreError::Conflict`];
    /// [`StoreError::NotNow`] where its state does not allow it, where a reason is needed and none is
    /// given, and where a version is put forward without content.
    #[expect(clippy::too_many_arguments, reason = "each is of another meaning")]
    pub async fn move_document(
        &self,
        county: &CountyCode,
        id: i64,
        act: DocumentAct,
        content: Option<&str>,
        reason: &str,
        seen: i64,
        scope: &Scope,
        by: &By,
    ) -> Result<DocumentRecord> {
        let content = match content {
            Some(text) => Some((digest(text), packed(text)?)),
            None => None,
        };
        let mut tx = self.pools.write(county.as_str()).await?;
        let mut document = seen_at(&mut tx, county, id, seen, scope).await?;
        let refused = |state| StoreError::NotNow { what: what(id), state, action: act.zh() };
        let state = act.from(document.state).ok_or_else(|| refused(document.state.zh()))?;
        if act.needs_reason() && reason.trim().is_empty() {
            return Err(refused("未写明理由"));
        }
        document.state = state;
        let personal = document.subject.personal;
        if act == DocumentAct::Submit {
            let (mut sha256, mut content) = content.ok_or_else(|| refused("没有内容"))?;
            document.revision += 1;
            if personal {
                let (hash, plain) = salted(&content)?;
                let part = (id, Part::Version(document.revision));
                self.put_part(&mut tx, county, part, &plain, by).await?;
                (sha256, content) = (hash, Vec::new());
            }
            tx.exec(
                "insert into document_revisions (county, document, revision, sha256, content,
                     changed_by, changed_at) values ($1, $2, $3, $4, $5, $6, $7)",
                args![county, id, document.revision, sha256, content, &by.person, by.at],
            )
            .await?;
        }
        let told = if personal { "" } else { reason };
        let sql =
            "insert into document_steps (county, document, step, act, revision, reason, changed_by,
                 changed_at)
             values ($1, $2, (select coalesce(max(step), 0) + 1 from document_steps
                 where county = $1 and document = $2), $3, $4, $5, $6, $7) returning step";
        let values = args![county, id, act.code(), document.revision, told, &by.person, by.at];
        let step = tx.number(sql, values).await?;
        if personal && !reason.is_empty() {
            self.put_part(&mut tx, county, (id, Part::Reason(step)), &plain(reason), by).await?;
        }
        write(&mut tx, county, &mut document, by).await?;
        let action = format!("document.{}", act.code());
        note(&mut tx, county.as_str(), by, &action, &id.to_string(), told).await?;
        tx.commit().await?;
        Ok(document)
    }

    /// A document and what was done to it, oldest first.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], also outside the scope.
    pub async fn document(
        &self,
        county: &CountyCode,
        id: i64,
        scope: &Scope,
    ) -> Result<(DocumentRecord, Vec<DocumentStep>)> {
        let mut tx = self.pools.read().await?;
        let document = record(&found(&mut tx, county, id, scope).await?)?;
        let rows = tx
            .all(
                "select step, act, revision, reason, changed_by, changed_at from document_steps
                 where county = $1 and document = $2 order by step",
                args![county, id],
            )
            .await?;
        let steps = rows.iter().map(|row| {
            Ok(DocumentStep {
                step: row.int(0)?,
                act: row.known(1, DocumentAct::from_code)?,
                revision: row.int(2)?,
                reason: row.text(3)?,
                by: row.text(4)?,
                at: row.moment(5)?,
            })
        });
        Ok((document, steps.collect::<Result<_>>()?))
    }

    /// The documents of a year within a scope that are in one of these states, newest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn documents(
        &self,
        county: &CountyCode,
        year: SchoolYear,
        states: &[DocumentState],
        scope: &Scope,
    ) -> Result<Vec<DocumentRecord>> {
        let mut args = args![county, year];
        let within = scope.condition("school", &mut args);
        let sql = format!("{COLUMNS} and year = $2{within} order by document desc");
        let mut tx = self.pools.read().await?;
        let rows = tx.all(AssertSqlSafe(sql), args).await?;
        let all = rows.iter().map(record).collect::<Result<Vec<_>>>()?;
        Ok(all.into_iter().filter(|document| states.contains(&document.state)).collect())
    }

    /// The versions of a document that were put forward, oldest first.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], also outside the scope.
    pub async fn document_revisions(
        &self,
        county: &CountyCode,
        id: i64,
        scope: &Scope,
    ) -> Result<Vec<DocumentRevision>> {
        let mut tx = self.pools.read().await?;
        found(&mut tx, county, id, scope).await?;
        let sql = "select revision, sha256, changed_by, changed_at from document_revisions
                   where county = $1 and document = $2 order by revision";
        tx.all(sql, args![county, id]).await?.iter().map(revision).collect()
    }

    /// A version and its content, which is compared with its hash. Those of a personal document are
    /// [revealed](Self::reveal_revision).
    ///
    /// # Errors
    /// [`StoreError::NotFound`], also outside the scope and of a personal document;
    /// [`StoreError::Corrupt`].
    pub async fn document_revision(
        &self,
        county: &CountyCode,
        id: i64,
        number: i64,
        scope: &Scope,
    ) -> Result<(DocumentRevision, String)> {
        let mut tx = self.pools.read().await?;
        let document = record(&found(&mut tx, county, id, scope).await?)?;
        let sql = "select revision, sha256, changed_by, changed_at, content
                   from document_revisions
                   where county = $1 and document = $2 and revision = $3";
        let row = tx.one(sql, args![county, id, number]).await?;
        let missing = || StoreError::NotFound(format!("文书 {id} 的第 {number} 稿"));
        let row = row.filter(|_| !document.subject.personal).ok_or_else(missing)?;
        let (revision, content) = (revision(&row)?, unpacked(&row.bytes(4)?)?);
        if digest(&content) != revision.sha256 {
            return Err(StoreError::Corrupt(format!("文书 {id} 的第 {number} 稿")));
        }
        Ok((revision, content))
    }
}

/// Stands where a personal document has its words in a box.
const SEALED: &str = "{}";

fn plain(text: &str) -> Plain {
    Plain::new(text.as_bytes().to_vec())
}

fn revision(row: &Row) -> Result<DocumentRevision> {
    Ok(DocumentRevision {
        revision: row.int(0)?,
        sha256: row.text(1)?,
        by: row.text(2)?,
        at: row.moment(3)?,
    })
}

fn digest(content: &str) -> String {
    hex(&Sha256::digest(content.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every act in every state: a changed path of a document is a changed line.
    #[test]
    fn the_life_of_a_document() {
        let mut lines = Vec::new();
        for act in DocumentAct::ALL {
            for state in DocumentState::ALL {
                if let Some(next) = act.from(*state) {
                    lines.push(format!("{}：{} → {}", act.zh(), state.zh(), next.zh()));
                }
            }
        }
        assert_eq!(
            lines,
            [
                "提交签发：起草中 → 待签发",
                "撤回：待签发 → 起草中",
                "退回：待签发 → 起草中",
                "签发：待签发 → 已签发",
                "归档：已签发 → 已归档",
                "作废：起草中 → 已作废",
                "作废：待签发 → 已作废",
                "作废：已签发 → 已作废",
            ]
        );
    }
}
