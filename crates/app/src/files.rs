//! Output files: whole or not at all, and nothing of the user's is overwritten by mistake.

use crate::failure::Misuse;
use anyhow::Context as _;
use intake::open::Found;
use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read, Seek, Write as _};
use std::path::{Path, PathBuf};

/// More than the properties of a document ever take.
const PROPERTIES: u64 = 64 << 10;

/// Writes a file: to a temporary file beside it, which then takes its name.
///
/// # Errors
/// With the path and what was being done.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let context = || format!("A-FILE-01 正在写入 {}，未能完成；原有文件没有改动", path.display());
    let folder = folder_of(path);
    let mut file = tempfile::Builder::new()
        .prefix(".junheng-")
        .suffix(".tmp")
        .permissions_of_a_document()
        .tempfile_in(folder)
        .with_context(context)?;
    file.write_all(bytes).with_context(context)?;
    file.as_file().sync_all().with_context(context)?;
    file.persist(path).map_err(|e| e.error).with_context(context)?;
    Ok(())
}

/// The temporary file becomes a document that others of the office may read.
trait DocumentPermissions {
    fn permissions_of_a_document(&mut self) -> &mut Self;
}

impl DocumentPermissions for tempfile::Builder<'_, '_> {
    #[cfg(unix)]
    fn permissions_of_a_document(&mut self) -> &mut Self {
        use std::os::unix::fs::PermissionsExt as _;
        self.permissions(fs::Permissions::from_mode(0o666))
    }

    #[cfg(not(unix))]
    fn permissions_of_a_document(&mut self) -> &mut Self {
        self
    }
}

/// The folder that a file stands in.
fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes a folder and those above it.
///
/// # Errors
/// With the path.
pub(crate) fn make_folder(path: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(path).with_context(|| format!("A-FILE-02 无法建立文件夹 {}", path.display()))
}

/// Checks, before any work is done, that an output file can be written: its folder is there, it is
/// no folder itself, and it is none of the files that are being read.
///
/// # Errors
/// [`Misuse`].
pub(crate) fn expect_writable(path: &Path, inputs: &[PathBuf]) -> anyhow::Result<()> {
    if path.is_dir() {
        return Err(Misuse(format!("{} 是文件夹，请给出文件名", path.display())).into());
    }
    let folder = folder_of(path);
    if !folder.is_dir() {
        return Err(Misuse(format!("没有文件夹 {}，请先建立", folder.display())).into());
    }
    let same = |input: &&PathBuf| matches!((fs::canonicalize(input), fs::canonicalize(path)), (Ok(a), Ok(b)) if a == b);
    if let Some(input) = inputs.iter().find(same) {
        let message = format!("输出文件与输入文件 {} 相同，请另起一个名字", input.display());
        return Err(Misuse(message).into());
    }
    Ok(())
}

/// Checks that a folder of outputs lies in no folder that is read: it would be read next time.
///
/// # Errors
/// [`Misuse`].
pub(crate) fn expect_outside(folder: &Path, inputs: &[PathBuf]) -> anyhow::Result<()> {
    if folder.is_file() {
        return Err(Misuse(format!("{} 是文件，请给出文件夹", folder.display())).into());
    }
    let Ok(folder) = std::path::absolute(folder) else { return Ok(()) };
    let real = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    // The folder itself need not be there yet; the nearest one above it that is there is.
    let standing = folder.ancestors().find(|path| path.exists()).unwrap_or(&folder);
    let standing = real(standing);
    if let Some(input) = inputs.iter().find(|i| i.is_dir() && standing.starts_with(real(i))) {
        let message = format!(
            "输出文件夹在要读的文件夹 {} 之内，下次会被当作数据读入。请换一个文件夹",
            input.display()
        );
        return Err(Misuse(message).into());
    }
    Ok(())
}

/// Checks that every input is there.
///
/// # Errors
/// [`Misuse`] with those that are not.
pub(crate) fn expect_inputs<'a>(
    paths: impl IntoIterator<Item = &'a PathBuf>,
) -> anyhow::Result<()> {
    let absent: Vec<String> = paths
        .into_iter()
        .filter(|path| !path.exists())
        .map(|path| path.display().to_string())
        .collect();
    if absent.is_empty() {
        return Ok(());
    }
    Err(Misuse(format!("没有这个文件或文件夹：{}", absent.join("、"))).into())
}

/// Is one of the files a workbook whose properties say that its data are synthetic?
pub(crate) fn are_synthetic(files: &[Found], label: &str) -> bool {
    files.iter().any(|file| {
        fs::File::open(&file.path)
            .is_ok_and(|file| properties(file).is_some_and(|text| text.contains(label)))
    })
}

/// Does the name mean standard output?
pub(crate) fn is_standard_output(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// What kind of file an output is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A workbook of this program.
    Workbook,
    /// JSON of this program.
    Json,
}

/// An output takes the place of an earlier one of the same kind, and of nothing else.
///
/// # Errors
/// [`Misuse`] where another file stands there.
pub(crate) fn expect_ours(path: &Path, kind: Kind) -> anyhow::Result<()> {
    if !path.exists() {
        return Ok(());
    }
    let bytes = fs::read(path)
        .with_context(|| format!("A-FILE-03 无法读取已有的文件 {}", path.display()))?;
    let ours = match kind {
        Kind::Workbook => is_our_workbook(&bytes),
        Kind::Json => is_our_json(&bytes),
    };
    if ours || bytes.is_empty() {
        return Ok(());
    }
    let message = format!(
        "{} 已经存在，并且不是本程序写出的同类文件，没有覆盖。请换一个文件名，或先移走它",
        path.display()
    );
    Err(Misuse(message).into())
}

/// Checks an output of a kind before any work is done: where it is to stand, and that nothing else
/// stands there. Standard output is always free.
///
/// # Errors
/// [`Misuse`].
pub(crate) fn expect_output(path: &Path, kind: Kind, inputs: &[PathBuf]) -> anyhow::Result<()> {
    if kind == Kind::Json && is_standard_output(path) {
        return Ok(());
    }
    if kind == Kind::Workbook && path.extension().is_none_or(|e| !e.eq_ignore_ascii_case("xlsx")) {
        let message = format!("写出的是工作簿，文件名要以 .xlsx 结尾：{}", path.display());
        return Err(Misuse(message).into());
    }
    expect_writable(path, inputs)?;
    expect_ours(path, kind)
}

/// Was the workbook written by this program? Its properties name the author.
fn is_our_workbook(bytes: &[u8]) -> bool {
    properties(Cursor::new(bytes)).is_some_and(|text| text.contains("<dc:creator>均衡 "))
}

/// The properties of a workbook, as they stand in the file.
fn properties(file: impl Read + Seek) -> Option<String> {
    let mut parts = zip::ZipArchive::new(file).ok()?;
    let part = parts.by_name("docProps/core.xml").ok()?;
    let mut text = String::new();
    part.take(PROPERTIES).read_to_string(&mut text).ok()?;
    Some(text)
}

/// The keys by which JSON of this program is known that has no number of its format: all of a set.
const MARKS: [&[&str]; 8] = [
    &["off", "on"],
    &["found"],
    &["impossible"],
    &["sections", "totals", "years"],
    &["layout", "rows", "teachers"],
    &["schools", "mentors"],
    &["terms", "vacancies", "proposals"],
    &["cycle", "shortfalls", "funds"],
];

/// A value of an object, of which only a whole number is of interest.
#[derive(serde::Deserialize)]
#[serde(untagged)]
enum Entry {
    Number(u32),
    Other(serde::de::IgnoredAny),
}

/// Was the JSON written by this program? Its objects have a number of their format, or a known set of
/// keys.
fn is_our_json(bytes: &[u8]) -> bool {
    let Ok(entries) = serde_json::from_slice::<BTreeMap<String, Entry>>(bytes) else {
        return false;
    };
    match entries.get("format") {
        Some(Entry::Number(format)) => *format > 0,
        Some(Entry::Other(_)) => false,
        None => MARKS.iter().any(|mark| mark.iter().all(|key| entries.contains_key(*key))),
    }
}

/// JSON as it is written everywhere: indented, with a line end behind it.
///
/// # Errors
/// Where something has no JSON, a fault of the program.
pub(crate) fn json(value: &impl serde::Serialize) -> anyhow::Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec_pretty(value).context("A-JSON-01 正在生成 JSON")?;
    bytes.push(b'\n');
    Ok(bytes)
}
