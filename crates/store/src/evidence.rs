//! Evidence files (佐证材料): on disk under the hash of their content, so that a file that is
//! uploaded ten times is kept once and cannot change unnoticed; links say what they are evidence of.
//!
//! A file comes into being as a whole: written beside, synced, renamed. What no link needs any more
//! goes with [`Store::sweep_evidence`], in two goes: first its row, then, in a later sweep, its file,
//! so that a backup that is under way finds everything that it has listed.

use crate::audit::note;
use crate::db::{Row, Tx, args};
use crate::facts::{school_read, school_text};
use crate::media::Media;
use crate::years::require_open;
use crate::{By, Result, Scope, Store, StoreError};
use domain::{CountyCode, SchoolCode, SchoolYear, hex};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sqlx::AssertSqlSafe;
use std::fs::File;
use std::io::{Cursor, Read, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Where the bytes of a file come from.
#[derive(Clone, Debug)]
pub enum EvidenceSource {
    /// From memory.
    Bytes(Vec<u8>),
    /// From a file, as an upload that was streamed to disk.
    File(PathBuf),
}

/// What a file is evidence of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceTarget {
    /// The school year.
    pub year: SchoolYear,
    /// The school; `None`: the county.
    pub school: Option<SchoolCode>,
    /// The indicator, form or project: `G3`.
    pub subject: String,
}

/// An evidence file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceFile {
    /// SHA-256 of its content, 64 hexadecimal digits.
    pub sha256: String,
    /// Its type, by content.
    pub media: Media,
    /// Its size, bytes.
    pub bytes: i64,
    /// The name that it was first uploaded by.
    pub name: String,
    /// Who uploaded it first.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// A link to an evidence file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceLink {
    /// Number within the county.
    pub id: i64,
    /// The file.
    pub file: EvidenceFile,
    /// What it is evidence of.
    pub target: EvidenceTarget,
    /// Its title or catalogue number.
    pub title: String,
    /// Who linked it.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

const FILE: &str = "f.sha256, f.media, f.bytes, f.name, f.changed_by, f.changed_at";

fn file(row: &Row) -> Result<EvidenceFile> {
    Ok(EvidenceFile {
        sha256: row.text(0)?,
        media: row.known(1, Media::from_code)?,
        bytes: row.int(2)?,
        name: row.text(3)?,
        by: row.text(4)?,
        at: row.moment(5)?,
    })
}

const LINK: &str = "select f.sha256, f.media, f.bytes, f.name, f.changed_by, f.changed_at, l.link, \
                    l.year, l.school, l.subject, l.title, l.changed_by, l.changed_at \
                    from evidence_links l \
                    join evidence_files f on f.county = l.county and f.sha256 = l.sha256 \
                    where l.county = $1";

fn link(row: &Row) -> Result<EvidenceLink> {
    Ok(EvidenceLink {
        id: row.int(6)?,
        file: file(row)?,
        target: EvidenceTarget {
            year: row.year(7)?,
            school: school_read(row, 8)?,
            subject: row.text(9)?,
        },
        title: row.text(10)?,
        by: row.text(11)?,
        at: row.moment(12)?,
    })
}

/// The contents that are kept, by the hash that names them: evidence, and accepted uploads.
pub(crate) const NAMED: &str = "select sha256 from evidence_files union \
                                select sha256 from import_files order by sha256";

/// The folder of evidence files in a data folder.
pub(crate) fn files(folder: &Path) -> PathBuf {
    folder.join("files")
}

/// The path of a content in the folder of files: `aa/bb/aabb…`.
pub(crate) fn path(files: &Path, sha256: &str) -> PathBuf {
    let part = |range| sha256.get(range).unwrap_or("00");
    files.join(part(0..2)).join(part(2..4)).join(sha256)
}

/// Runs what waits for the disk where it holds nobody up.
pub(crate) async fn on_disk<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(StoreError::Task(error.to_string())),
    }
}

/// SHA-256 and size of what a reader gives, which is written to `to` on the way.
pub(crate) fn copy_hashed(
    from: &mut impl Read,
    to: &mut impl std::io::Write,
) -> std::io::Result<(String, u64)> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    let mut size = 0;
    loop {
        let count = from.read(&mut buffer)?;
        let Some(part) = buffer.get(..count).filter(|part| !part.is_empty()) else {
            return Ok((hex(&hasher.finalize()), size));
        };
        hasher.update(part);
        to.write_all(part)?;
        size += part.len() as u64;
    }
}

/// A file beside its place, that is not there yet under its name.
pub(crate) struct Staged {
    temporary: tempfile::NamedTempFile,
    pub(crate) sha256: String,
    pub(crate) bytes: u64,
}

impl Staged {
    /// Copies a content beside the files, at most `limit` bytes of it.
    pub(crate) fn new(files: &Path, name: &str, from: &mut impl Read, limit: u64) -> Result<Self> {
        std::fs::create_dir_all(files).map_err(StoreError::io("建立文件夹", files))?;
        let mut temporary = tempfile::Builder::new()
            .prefix(".new-")
            .tempfile_in(files)
            .map_err(StoreError::io("写入", files))?;
        let mut from = from.take(limit.saturating_add(1));
        let copied = copy_hashed(&mut from, temporary.as_file_mut());
        let (sha256, bytes) = copied.map_err(StoreError::io("写入", temporary.path()))?;
        if bytes > limit {
            return Err(StoreError::TooLarge { name: name.to_owned(), bytes, limit });
        }
        Ok(Self { temporary, sha256, bytes })
    }

    fn media(&mut self, name: &str) -> Result<Media> {
        let path = self.temporary.path().to_owned();
        let media = Media::of(self.temporary.as_file_mut());
        let media = media.map_err(StoreError::io("读取", path))?;
        media.ok_or_else(|| StoreError::FileType(name.to_owned()))
    }

    /// Puts the file in its place, for good.
    pub(crate) fn settle(mut self, files: &Path) -> Result<()> {
        let to = path(files, &self.sha256);
        let folder = to.parent().unwrap_or(files).to_owned();
        std::fs::create_dir_all(&folder).map_err(StoreError::io("建立文件夹", &folder))?;
        self.temporary.flush().map_err(StoreError::io("写入", &to))?;
        self.temporary.as_file().sync_all().map_err(StoreError::io("写入", &to))?;
        self.temporary.persist(&to).map_err(|error| StoreError::io("写入", &to)(error.error))?;
        sync_folder(&folder)
    }
}

/// Makes a rename in a folder survive a power cut, where the system can.
pub(crate) fn sync_folder(folder: &Path) -> Result<()> {
    #[cfg(unix)]
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(StoreError::io("写入", folder))?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

impl Store {
    /// A lock that everything takes that makes or removes files, so that no sweep removes a file
    /// that somebody has just put there again.
    pub(crate) async fn lock_files(tx: &mut Tx) -> Result<()> {
        if let Tx::Postgres(_) = tx {
            let lock = "select 1 from pg_advisory_xact_lock(hashtextextended('files', 0))";
            tx.exec(lock, args![]).await?;
        }
        Ok(())
    }

    /// Keeps a file. One of the same content that is there already stays as it is.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`], [`StoreError::FileType`], [`StoreError::Io`], [`StoreError::Full`].
    pub async fn add_evidence(
        &self,
        county: &CountyCode,
        name: &str,
        source: EvidenceSource,
        by: &By,
    ) -> Result<EvidenceFile> {
        let (folder, limit) = (files(&self.folder), self.evidence_limit);
        let named = name.to_owned();
        let (staged, media) = on_disk(move || {
            let mut staged = match source {
                EvidenceSource::Bytes(bytes) => {
                    Staged::new(&folder, &named, &mut Cursor::new(bytes), limit)?
                }
                EvidenceSource::File(path) => {
                    let mut file = File::open(&path).map_err(StoreError::io("读取", &path))?;
                    Staged::new(&folder, &named, &mut file, limit)?
                }
            };
            let media = staged.media(&named)?;
            Ok((staged, media))
        })
        .await?;
        let (sha256, bytes) = (staged.sha256.clone(), staged.bytes);
        let mut tx = self.pools.write(county.as_str()).await?;
        Self::lock_files(&mut tx).await?;
        let folder = files(&self.folder);
        on_disk(move || staged.settle(&folder)).await?;
        let sql =
            format!("select {FILE} from evidence_files f where f.county = $1 and f.sha256 = $2");
        if let Some(row) = tx.one(AssertSqlSafe(sql), args![county, &sha256]).await? {
            return file(&row);
        }
        let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
        tx.exec(
            "insert into evidence_files (county, sha256, media, bytes, name, changed_by, changed_at)
             values ($1, $2, $3, $4, $5, $6, $7)",
            args![county, &sha256, media.code(), bytes, name, &by.person, by.at],
        )
        .await?;
        note(&mut tx, county.as_str(), by, "evidence.add", &sha256, name).await?;
        tx.commit().await?;
        let (name, by, at) = (name.to_owned(), by.person.clone(), by.at);
        Ok(EvidenceFile { sha256, media, bytes, name, by, at })
    }

    /// Says what a kept file is evidence of, and returns the number of the link; one that is there
    /// gets the new title.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for a file that is not kept, [`StoreError::YearLocked`].
    pub async fn link_evidence(
        &self,
        county: &CountyCode,
        sha256: &str,
        target: &EvidenceTarget,
        title: &str,
        by: &By,
    ) -> Result<i64> {
        let mut tx = self.pools.write(county.as_str()).await?;
        require_open(&mut tx, county, target.year, by).await?;
        let sql = "select count(*) from evidence_files where county = $1 and sha256 = $2";
        if tx.number(sql, args![county, sha256]).await? == 0 {
            return Err(StoreError::NotFound(format!("佐证文件 {sha256}")));
        }
        let school = school_text(target.school.as_ref());
        let link = tx
            .number(
                "insert into evidence_links (county, link, sha256, year, school, subject, title,
                     changed_by, changed_at)
                 values ($1, (select coalesce(max(link), 0) + 1 from evidence_links
                     where county = $1), $2, $3, $4, $5, $6, $7, $8)
                 on conflict (county, sha256, year, school, subject)
                     do update set title = excluded.title
                 returning link",
                args![
                    county,
                    sha256,
                    target.year,
                    school,
                    &target.subject,
                    title,
                    &by.person,
                    by.at
                ],
            )
            .await?;
        let at = format!("{}/{school}/{}", target.year.0, target.subject);
        note(&mut tx, county.as_str(), by, "evidence.link", &at, sha256).await?;
        tx.commit().await?;
        Ok(link)
    }

    /// Takes a link away, for a reason that the audit keeps. The file stays until it is swept.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], also where it is not within the scope; [`StoreError::YearLocked`].
    pub async fn unlink_evidence(
        &self,
        county: &CountyCode,
        link: i64,
        scope: &Scope,
        reason: &str,
        by: &By,
    ) -> Result<()> {
        let mut args = args![county, link];
        let within = scope.condition("school", &mut args);
        let sql = format!(
            "delete from evidence_links where county = $1 and link = $2{within}
             returning year, sha256, title"
        );
        let mut tx = self.pools.write(county.as_str()).await?;
        let row = tx.one(AssertSqlSafe(sql), args).await?;
        let row = row.ok_or_else(|| StoreError::NotFound(format!("佐证材料 {link}")))?;
        require_open(&mut tx, county, row.year(0)?, by).await?;
        let detail = format!("{}（{}）：{reason}", row.str(2)?, row.str(1)?);
        note(&mut tx, county.as_str(), by, "evidence.unlink", &link.to_string(), &detail).await?;
        tx.commit().await
    }

    /// What there is of evidence in a year, within a scope, by subject, school and title.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn evidence(
        &self,
        county: &CountyCode,
        year: SchoolYear,
        scope: &Scope,
    ) -> Result<Vec<EvidenceLink>> {
        let mut args = args![county, year];
        let within = scope.condition("l.school", &mut args);
        let sql =
            format!("{LINK}{within} and l.year = $2 order by l.subject, l.school, l.title, l.link");
        let mut tx = self.pools.read().await?;
        tx.all(AssertSqlSafe(sql), args).await?.iter().map(link).collect()
    }

    /// One link within a scope, and where the content of its file is on disk.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn evidence_link(
        &self,
        county: &CountyCode,
        id: i64,
        scope: &Scope,
    ) -> Result<(EvidenceLink, PathBuf)> {
        let mut args = args![county, id];
        let within = scope.condition("l.school", &mut args);
        let sql = format!("{LINK}{within} and l.link = $2");
        let mut tx = self.pools.read().await?;
        let row = tx.one(AssertSqlSafe(sql), args).await?;
        let found = link(&row.ok_or_else(|| StoreError::NotFound(format!("佐证材料 {id}")))?)?;
        let path = path(&files(&self.folder), &found.file.sha256);
        Ok((found, path))
    }

    /// A kept file and where its content is on disk, where a link within the scope leads to it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn evidence_file(
        &self,
        county: &CountyCode,
        sha256: &str,
        scope: &Scope,
    ) -> Result<(EvidenceFile, PathBuf)> {
        let mut args = args![county, sha256];
        let linked = if *scope == Scope::County {
            String::new()
        } else {
            let within = scope.condition("l.school", &mut args);
            format!(
                " and exists (select 1 from evidence_links l
                  where l.county = f.county and l.sha256 = f.sha256{within})"
            )
        };
        let sql = format!(
            "select {FILE} from evidence_files f where f.county = $1 and f.sha256 = $2{linked}"
        );
        let mut tx = self.pools.read().await?;
        let row = tx.one(AssertSqlSafe(sql), args).await?;
        let row = row.ok_or_else(|| StoreError::NotFound(format!("佐证文件 {sha256}")))?;
        Ok((file(&row)?, path(&files(&self.folder), sha256)))
    }

    /// Removes what no link needs: files on disk that no row names and that nobody has written
    /// since `before`, then rows that have had no link since `before`. Returns how many of each.
    ///
    /// # Errors
    /// Those of the database and of the disk.
    pub async fn sweep_evidence(
        &self,
        county: &CountyCode,
        before: Timestamp,
        by: &By,
    ) -> Result<(usize, usize)> {
        let mut tx = self.pools.write(county.as_str()).await?;
        Self::lock_files(&mut tx).await?;
        let rows = tx.all(NAMED, args![]).await?;
        let named = rows.iter().map(|row| row.text(0)).collect::<Result<Vec<_>>>()?;
        let (folder, old) = (files(&self.folder), SystemTime::from(before));
        let removed = on_disk(move || {
            let mut removed = 0;
            for (file, name) in list(&folder)? {
                let Ok(data) = file.metadata() else { continue };
                let is_old = data.modified().is_ok_and(|at| at < old);
                if is_old && named.binary_search(&name).is_err() {
                    std::fs::remove_file(&file).map_err(StoreError::io("删除", &file))?;
                    removed += 1;
                }
            }
            Ok(removed)
        })
        .await?;
        let rows = tx
            .all(
                "delete from evidence_files where county = $1 and changed_at < $2
                     and not exists (select 1 from evidence_links l
                         where l.county = evidence_files.county
                             and l.sha256 = evidence_files.sha256)
                 returning sha256",
                args![county, before],
            )
            .await?;
        for row in &rows {
            note(&mut tx, county.as_str(), by, "evidence.sweep", row.str(0)?, "").await?;
        }
        tx.commit().await?;
        Ok((removed, rows.len()))
    }
}

/// All files under the folder of files with their names; what a crash has left half-written among
/// them.
pub(crate) fn list(folder: &Path) -> Result<Vec<(PathBuf, String)>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = match std::fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(StoreError::io("读取", &folder)(error)),
        };
        for entry in entries {
            let path = entry.map_err(StoreError::io("读取", &folder))?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                found.push((path, name));
            }
        }
    }
    found.sort();
    Ok(found)
}
