//! The set of pack files: embedded, a folder, or a folder over the embedded ones.

use crate::{PackError, PackFile, hash};
use include_dir::{Dir, include_dir};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

static EMBEDDED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../packs");

/// The folders that packs are made of.
const ROOTS: [&str; 9] = [
    "items",
    "standards",
    "layouts",
    "rosters",
    "forms",
    "documents",
    "costs",
    "staffing",
    "examples",
];
/// What counts as a pack file; everything else that lies around is left alone.
const EXTENSIONS: [&str; 3] = ["toml", "csv", "md"];
/// Bounds on a folder that a user points at, perhaps by mistake.
const MAX_BYTES: u64 = 4 << 20;
const MAX_FILES: usize = 5_000;
const MAX_DEPTH: usize = 8;

/// All pack files by path, read once.
///
/// ```
/// let packs = packs::PackSource::embedded();
/// assert_eq!(packs.hash("items"), packs.hash("items/"));
/// let local = packs::PackSource::memory([("items/local.toml", "# nothing yet\n")]);
/// let both = packs.clone().overlay(local);
/// assert_ne!(both.hash("items"), packs.hash("items"));
/// ```
#[derive(Clone, Debug, Default)]
pub struct PackSource {
    files: BTreeMap<Arc<str>, PackFile>,
}

impl PackSource {
    /// The packs that are part of the program.
    #[must_use]
    pub fn embedded() -> Self {
        let mut source = Self::default();
        source.embed(&EMBEDDED);
        source
    }

    fn embed(&mut self, folder: &Dir<'_>) {
        for file in folder.files() {
            if let Some(path) = pack_path(file.path())
                && let Some(text) = file.contents_utf8()
            {
                self.insert(PackFile::new(&path, text));
            }
        }
        for inner in folder.dirs() {
            self.embed(inner);
        }
    }

    /// Packs from texts, for examples and tests.
    #[must_use]
    pub fn memory<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut source = Self::default();
        for (path, text) in files {
            source.insert(PackFile::new(path, text));
        }
        source
    }

    /// Packs of a folder that is laid out as the program's own `packs/`: with at least one of the
    /// folders `items`, `standards`, `layouts`, `rosters`, `forms`, `documents`, `costs`, `staffing`,
    /// `examples`. Other files and hidden ones are left out.
    ///
    /// # Errors
    /// [`PackError`] `P-FILE-01` to `-05`: not readable, no text, too large, no packs in it.
    pub fn folder(folder: &Path) -> Result<Self, PackError> {
        let mut source = Self::default();
        let named = Arc::new(folder.to_path_buf());
        let mut found = false;
        // The folder itself must be readable, or a typing error would be a folder without packs.
        fs::read_dir(folder).map_err(|cause| read_error(folder, cause))?;
        for root in ROOTS {
            let inner = folder.join(root);
            if inner.is_dir() {
                found = true;
                source.read_folder(&named, &inner, 0)?;
            }
        }
        if found {
            Ok(source)
        } else {
            let why = format!("里面没有 {} 任何一个文件夹", ROOTS.join("、"));
            Err(PackError::NotPacks { path: folder.to_path_buf(), why })
        }
    }

    fn read_folder(
        &mut self,
        named: &Arc<PathBuf>,
        folder: &Path,
        depth: usize,
    ) -> Result<(), PackError> {
        let too_much = |why: String| PackError::NotPacks { path: folder.to_path_buf(), why };
        if depth > MAX_DEPTH {
            return Err(too_much(format!("文件夹嵌套超过 {MAX_DEPTH} 层")));
        }
        for entry in fs::read_dir(folder).map_err(|cause| read_error(folder, cause))? {
            let path = entry.map_err(|cause| read_error(folder, cause))?.path();
            if hidden(&path) {
                continue;
            }
            if path.is_dir() {
                self.read_folder(named, &path, depth + 1)?;
                continue;
            }
            let Some(inside) = path.strip_prefix(&**named).ok().and_then(pack_path) else {
                continue;
            };
            if self.files.len() >= MAX_FILES {
                return Err(too_much(format!("文件超过 {MAX_FILES} 个")));
            }
            let text = read_text(&path)?;
            self.insert(PackFile::new(&inside, &text).in_folder(named));
        }
        Ok(())
    }

    fn insert(&mut self, file: PackFile) {
        self.files.insert(file.path().into(), file);
    }

    /// Lays `upper` over these packs: its files are added, and one of the same path stands in the
    /// place of the lower one.
    #[must_use]
    pub fn overlay(mut self, upper: Self) -> Self {
        self.files.extend(upper.files);
        self
    }

    /// The paths that `upper` would replace, so that a user can be told.
    #[must_use]
    pub fn replaced_by(&self, upper: &Self) -> Vec<String> {
        upper
            .files
            .iter()
            .filter(|(path, file)| self.files.get(*path).is_some_and(|mine| mine != *file))
            .map(|(path, _)| path.to_string())
            .collect()
    }

    /// Every file in a folder and below (`items`, `standards/cn-quality-2017`), by path.
    pub fn files<'a>(&'a self, folder: &str) -> impl Iterator<Item = &'a PackFile> + use<'a> {
        let lead = lead(folder);
        self.files.values().filter(move |file| file.path().starts_with(&lead))
    }

    /// Every `.toml` file in a folder and below, by path.
    pub fn toml_files<'a>(&'a self, folder: &str) -> impl Iterator<Item = &'a PackFile> + use<'a> {
        self.files(folder).filter(|file| {
            Path::new(file.path()).extension().is_some_and(|extension| extension == "toml")
        })
    }

    /// The names of the folders right in a folder, sorted: the standards of `standards`.
    #[must_use]
    pub fn folders(&self, folder: &str) -> Vec<String> {
        let lead = lead(folder);
        let names: BTreeSet<_> = self
            .files(folder)
            .filter_map(|file| file.path().strip_prefix(&lead)?.split_once('/'))
            .map(|(name, _)| name.to_owned())
            .collect();
        names.into_iter().collect()
    }

    /// The file of a path.
    ///
    /// # Errors
    /// [`PackError::NoFile`] when there is none.
    pub fn file(&self, path: &str) -> Result<&PackFile, PackError> {
        self.files.get(path).ok_or_else(|| PackError::NoFile { path: path.to_owned() })
    }

    /// SHA-256 of a pack: over the paths (inside the folder) and texts of all files of the folder
    /// in the order of their paths. 64 hexadecimal digits; results carry it.
    #[must_use]
    pub fn hash(&self, folder: &str) -> String {
        let lead = lead(folder);
        hash::of_files(self.files(folder).map(|file| (&file.path()[lead.len()..], file.text())))
    }

    /// SHA-256 of several packs that stand on each other, in the given order; of one pack it is
    /// [`PackSource::hash`].
    #[must_use]
    pub fn hash_of_chain(&self, folders: &[String]) -> String {
        if let [only] = folders {
            return self.hash(only);
        }
        let hashes: Vec<String> = folders.iter().map(|folder| self.hash(folder)).collect();
        hash::of_files(folders.iter().zip(&hashes).map(|(f, h)| (f.as_str(), h.as_str())))
    }
}

/// SHA-256 over the whole paths and texts of files, in the order given: for what is put together
/// from several packs.
#[must_use]
pub fn hash_of<'a>(files: impl IntoIterator<Item = &'a PackFile>) -> String {
    hash::of_files(files.into_iter().map(|file| (file.path(), file.text())))
}

/// `items` and `items/` name the same folder; `item` does not. The empty name is everything.
fn lead(folder: &str) -> String {
    let folder = folder.trim_end_matches('/');
    if folder.is_empty() { String::new() } else { format!("{folder}/") }
}

/// The path inside the packs, if the file is one that packs are made of.
fn pack_path(path: &Path) -> Option<String> {
    let extension = path.extension()?.to_str()?;
    if hidden(path) || !EXTENSIONS.contains(&extension) {
        return None;
    }
    let parts: Option<Vec<_>> = path.iter().map(|part| part.to_str()).collect();
    Some(parts?.join("/"))
}

fn hidden(path: &Path) -> bool {
    path.file_name().is_none_or(|name| name.to_string_lossy().starts_with('.'))
}

fn read_error(path: &Path, cause: std::io::Error) -> PackError {
    PackError::Read { path: path.to_path_buf(), cause }
}

pub(crate) fn read_text(path: &Path) -> Result<String, PackError> {
    let failed = |cause| read_error(path, cause);
    let mut bytes = Vec::new();
    // One byte more than allowed is enough to know, whatever size the system reports.
    fs::File::open(path)
        .map_err(failed)?
        .take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    if bytes.len() as u64 > MAX_BYTES {
        let size = fs::metadata(path).map_or(MAX_BYTES + 1, |m| m.len());
        return Err(PackError::TooLarge {
            path: path.to_path_buf(),
            bytes: size,
            limit: MAX_BYTES,
        });
    }
    String::from_utf8(bytes).map_err(|_| PackError::NotText { path: path.to_path_buf() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(root: &Path, path: &str, bytes: &[u8]) {
        let file = root.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, bytes).unwrap();
    }

    #[test]
    fn every_embedded_file_is_read() {
        fn count(folder: &Dir<'_>) -> usize {
            let own = folder.files().filter(|f| pack_path(f.path()).is_some()).count();
            own + folder.dirs().map(count).sum::<usize>()
        }
        assert_eq!(PackSource::embedded().files("").count(), count(&EMBEDDED));
    }

    #[test]
    fn a_folder_adds_and_shadows_by_path() {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), "items/a.toml", "b = 1\r\n".as_bytes());
        write(dir.path(), "standards/x/standard.toml", b"");
        write(dir.path(), "items/.hidden.toml", b"\xff");
        write(dir.path(), "items/photo.png", b"\xff");
        write(dir.path(), "elsewhere/a.toml", b"\xff");
        let local = PackSource::folder(dir.path()).unwrap();
        let base = PackSource::memory([("items/a.toml", "a = 1\n"), ("items/z.toml", "z = 1\n")]);
        assert_eq!(base.replaced_by(&local), ["items/a.toml"]);
        let both = base.overlay(local);
        let paths: Vec<_> = both.files("").map(PackFile::path).collect();
        assert_eq!(paths, ["items/a.toml", "items/z.toml", "standards/x/standard.toml"]);
        assert_eq!(both.file("items/a.toml").unwrap().text(), "b = 1\n");
        assert_eq!(both.file("items/a.toml").unwrap().folder(), Some(dir.path()));
        assert_eq!(both.folders("standards"), ["x"]);
        assert_eq!(both.folders("items"), [""; 0]);
        assert_eq!(both.file("items/q.toml").unwrap_err().code(), "P-FILE-02");
    }

    #[test]
    fn the_hash_knows_paths_and_texts_and_not_their_border() {
        let hash = |files: &[(&'static str, &'static str)]| {
            PackSource::memory(files.iter().copied()).hash("items")
        };
        let one = hash(&[("items/a.toml", "x"), ("items/b.toml", "y")]);
        assert_eq!(one, hash(&[("items/b.toml", "y"), ("items/a.toml", "x"), ("forms/c.md", "")]));
        assert_ne!(one, hash(&[("items/a.toml", "xy"), ("items/b.toml", "")]));
        assert_ne!(one, hash(&[("items/a.toml", "x"), ("items/c.toml", "y")]));
        assert_eq!(one.len(), 64);
    }

    #[test]
    fn what_is_no_pack_folder_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let code = |path: &Path| PackSource::folder(path).unwrap_err().code().to_owned();
        assert_eq!(code(&dir.path().join("nowhere")), "P-FILE-01");
        assert_eq!(code(dir.path()), "P-FILE-05");
        write(dir.path(), "items/a.toml", b"\xc4\xe3");
        assert_eq!(code(dir.path()), "P-FILE-03");
        let large = vec![b' '; usize::try_from(MAX_BYTES).unwrap() + 1];
        write(dir.path(), "items/a.toml", &large);
        assert_eq!(code(dir.path()), "P-FILE-04");
        fs::remove_file(dir.path().join("items/a.toml")).unwrap();
        write(dir.path(), "items/1/2/3/4/5/6/7/8/9/a.toml", b"");
        assert_eq!(code(dir.path()), "P-FILE-05");
    }
}
