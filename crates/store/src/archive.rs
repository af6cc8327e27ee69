//! The archive of a backup: a zip file with a manifest, a JSON-lines file a table and the evidence
//! files, each with its SHA-256. It knows rows and files, not what they mean.

use crate::evidence::{copy_hashed, path as file_path, sync_folder};
use crate::tables::ColumnHolds;
use crate::{Result, StoreError};
use domain::hex;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::path::{Path, PathBuf};
use tokio::sync::mpsc::{Receiver, Sender};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// Version of the archive's shape.
const FORMAT: u32 = 1;
const MANIFEST: &str = "manifest.json";
/// No manifest of ours is larger: it has a line a file.
const MOST_MANIFEST: u64 = 256 * 1024 * 1024;

/// What an archive holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of the archive's shape.
    pub format: u32,
    /// Version of the program that made it.
    pub program: String,
    /// Version of the database's structure.
    pub structure: i64,
    /// When it was made.
    pub at: Timestamp,
    /// The tables, by name.
    pub tables: BTreeMap<String, TableEntry>,
    /// Sizes of the evidence files, bytes, by SHA-256.
    pub files: BTreeMap<String, u64>,
    /// The last hash of each county's audit chain.
    pub audits: BTreeMap<String, String>,
}

/// A table of an archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableEntry {
    /// Its columns in the order of the values of a line.
    pub columns: Vec<(String, ColumnHolds)>,
    /// How many lines.
    pub rows: u64,
    /// SHA-256 of the lines.
    pub sha256: String,
}

fn table_name(table: &str) -> String {
    format!("tables/{table}.jsonl")
}

fn file_name(sha256: &str) -> String {
    file_path(Path::new("files"), sha256).to_string_lossy().replace('\\', "/")
}

fn broken(error: impl std::fmt::Display) -> StoreError {
    StoreError::Archive(error.to_string())
}

/// What is sent to the thread that writes an archive.
pub(crate) enum Piece {
    /// A table begins.
    Table(String, Vec<(String, ColumnHolds)>),
    /// Lines of the table, and how many.
    Lines(Vec<u8>, u64),
    /// An evidence file.
    File(String, PathBuf),
    /// All has been sent: only now does the archive get its name.
    End { structure: i64, at: Timestamp, audits: BTreeMap<String, String> },
}

/// Writes what it is sent into an archive that appears under its name when it is whole.
pub(crate) fn write(to: &Path, mut pieces: Receiver<Piece>) -> Result<Manifest> {
    let folder = match to.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    std::fs::create_dir_all(folder).map_err(StoreError::io("建立文件夹", folder))?;
    let temporary = tempfile::Builder::new()
        .prefix(".backup-")
        .tempfile_in(folder)
        .map_err(StoreError::io("写入", folder))?;
    let failed = |error: std::io::Error| StoreError::io("写入", to)(error);
    let zipped = |error: zip::result::ZipError| failed(error.into());
    let mut zip = ZipWriter::new(temporary.as_file());
    let options = SimpleFileOptions::default().large_file(true);
    let stored = options.compression_method(CompressionMethod::Stored);
    let (mut tables, mut files) = (BTreeMap::new(), BTreeMap::new());
    let mut open: Option<(String, TableEntry, Sha256)> = None;
    let mut close = |open: &mut Option<(String, TableEntry, Sha256)>| {
        if let Some((name, mut entry, hasher)) = open.take() {
            entry.sha256 = hex(&hasher.finalize());
            tables.insert(name, entry);
        }
    };
    let (structure, at, audits) = loop {
        match pieces.blocking_recv() {
            Some(Piece::Table(name, columns)) => {
                close(&mut open);
                zip.start_file(table_name(&name), options).map_err(zipped)?;
                let entry = TableEntry { columns, rows: 0, sha256: String::new() };
                open = Some((name, entry, Sha256::new()));
            }
            Some(Piece::Lines(lines, rows)) => {
                zip.write_all(&lines).map_err(failed)?;
                if let Some((_, entry, hasher)) = &mut open {
                    entry.rows += rows;
                    hasher.update(&lines);
                }
            }
            Some(Piece::File(sha256, path)) => {
                close(&mut open);
                // PDF, JPG, PNG, DOCX and XLSX are compressed already.
                zip.start_file(file_name(&sha256), stored).map_err(zipped)?;
                let mut file = File::open(&path).map_err(StoreError::io("读取", &path))?;
                let (found, bytes) = copy_hashed(&mut file, &mut zip).map_err(failed)?;
                if found != sha256 {
                    return Err(StoreError::Corrupt(format!("佐证文件 {sha256} 的内容已改变")));
                }
                files.insert(sha256, bytes);
            }
            Some(Piece::End { structure, at, audits }) => break (structure, at, audits),
            // Whoever was sending has failed and says why.
            None => return Err(StoreError::Archive("备份没有完成".to_owned())),
        }
    };
    close(&mut open);
    let program = env!("CARGO_PKG_VERSION").to_owned();
    let manifest = Manifest { format: FORMAT, program, structure, at, tables, files, audits };
    let text = serde_json::to_vec_pretty(&manifest).map_err(broken)?;
    zip.start_file(MANIFEST, options).map_err(zipped)?;
    zip.write_all(&text).map_err(failed)?;
    zip.finish().map_err(zipped)?.sync_all().map_err(failed)?;
    temporary.persist(to).map_err(|error| failed(error.error))?;
    sync_folder(folder)?;
    Ok(manifest)
}

fn open(from: &Path) -> Result<(ZipArchive<BufReader<File>>, Manifest)> {
    let file = File::open(from).map_err(StoreError::io("读取", from))?;
    let mut zip = ZipArchive::new(BufReader::new(file)).map_err(broken)?;
    let mut text = Vec::new();
    let entry = zip.by_name(MANIFEST).map_err(broken)?;
    entry.take(MOST_MANIFEST).read_to_end(&mut text).map_err(broken)?;
    let manifest: Manifest = serde_json::from_slice(&text).map_err(broken)?;
    if manifest.format != FORMAT {
        let found = manifest.format;
        return Err(StoreError::Archive(format!("备份格式 {found}，本程序只认识 {FORMAT}")));
    }
    Ok((zip, manifest))
}

/// Counts lines on their way to nowhere.
struct Lines(u64);

impl std::io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += memchr::memchr_iter(b'\n', bytes).count() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Reads a whole archive and compares every part with the manifest.
pub(crate) fn verify(from: &Path) -> Result<Manifest> {
    let (mut zip, manifest) = open(from)?;
    let parts = 1 + manifest.tables.len() + manifest.files.len();
    if zip.len() != parts {
        return Err(StoreError::Archive(format!("应有 {parts} 个部分，实有 {}", zip.len())));
    }
    for (table, entry) in &manifest.tables {
        let name = table_name(table);
        let mut lines = Lines(0);
        let part = zip.by_name(&name).map_err(broken)?;
        let (sha256, _) = copy_hashed(&mut { part }, &mut lines).map_err(broken)?;
        if sha256 != entry.sha256 || lines.0 != entry.rows {
            return Err(StoreError::Archive(format!("{name} 与清单不符")));
        }
    }
    for (sha256, bytes) in &manifest.files {
        let name = file_name(sha256);
        let part = zip.by_name(&name).map_err(broken)?;
        let (found, size) = copy_hashed(&mut { part }, &mut std::io::sink()).map_err(broken)?;
        if found != *sha256 || size != *bytes {
            return Err(StoreError::Archive(format!("{name} 与清单不符")));
        }
    }
    Ok(manifest)
}

/// A line of a table: its values.
pub(crate) type Line = Vec<serde_json::Value>;

/// Sends the lines of the tables, in the order that is asked for, in portions of one table.
pub(crate) fn send_lines(
    from: &Path,
    tables: &[&'static str],
    to: &Sender<(&'static str, Vec<Line>)>,
) -> Result<()> {
    const PORTION: usize = 500;
    let (mut zip, manifest) = open(from)?;
    for table in tables.iter().filter(|table| manifest.tables.contains_key(**table)) {
        let part = zip.by_name(&table_name(table)).map_err(broken)?;
        let mut portion: Vec<Line> = Vec::new();
        for line in BufReader::new(part).lines() {
            portion.push(serde_json::from_str(&line.map_err(broken)?).map_err(broken)?);
            if portion.len() == PORTION
                && to.blocking_send((*table, std::mem::take(&mut portion))).is_err()
            {
                // Whoever was listening has failed and says why.
                return Ok(());
            }
        }
        if !portion.is_empty() && to.blocking_send((*table, portion)).is_err() {
            return Ok(());
        }
    }
    Ok(())
}

/// Puts the evidence files of an archive into the folder of files.
pub(crate) fn unpack_files(from: &Path, files: &Path) -> Result<()> {
    let (mut zip, manifest) = open(from)?;
    for (sha256, bytes) in &manifest.files {
        let mut part = zip.by_name(&file_name(sha256)).map_err(broken)?;
        let staged = crate::evidence::Staged::new(files, sha256, &mut part, *bytes)?;
        if staged.sha256 != *sha256 {
            return Err(StoreError::Archive(format!("{} 与清单不符", file_name(sha256))));
        }
        staged.settle(files)?;
    }
    Ok(())
}
