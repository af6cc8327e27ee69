//! Where uploaded files lie until they are accepted or thrown away: a folder for each upload, below
//! the data folder. The name that a user gave a file never becomes a path.
//!
//! A folder comes into being as a whole, and so does each record in it: written beside, then renamed.
//! One that was left behind by a server that was killed is swept away a day later.

use crate::ApiError;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;
use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use store::Store;

/// Uploads of a county that are kept at once.
pub(super) const MOST: usize = 40;
/// What nobody knows of is swept away after so long.
const FORGOTTEN: Duration = Duration::from_hours(24);
/// The beginning of a folder that is not whole yet.
const NEW: &str = ".new-";

/// The record of what was read.
pub(super) const READING: &str = "reading.json";

/// The folder of all uploads.
pub(super) fn root(store: &Store) -> PathBuf {
    store.folder().join("imports")
}

/// The folder of an upload.
pub(super) fn folder(store: &Store, name: &str) -> PathBuf {
    root(store).join(name)
}

/// The file of a number within an upload.
pub(super) fn file(folder: &Path, number: usize) -> PathBuf {
    folder.join(format!("{number:04}"))
}

/// A folder that is filled and then put in its place; dropped before that, it is gone.
#[derive(Debug)]
pub(super) struct Staged(tempfile::TempDir);

impl Staged {
    pub(super) fn new(store: &Store) -> Result<Self, ApiError> {
        let root = root(store);
        fs::create_dir_all(&root).map_err(problem)?;
        let folder = tempfile::Builder::new().prefix(NEW).tempdir_in(&root).map_err(problem)?;
        Ok(Self(folder))
    }

    pub(super) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Puts the folder in its place, for good.
    pub(super) fn settle(self, store: &Store, name: &str) -> Result<(), ApiError> {
        let to = folder(store, name);
        fs::rename(self.0.path(), &to).map_err(problem)?;
        // It is no longer where it was: there is nothing left to remove.
        let _ = self.0.keep();
        Ok(())
    }
}

/// What a fault of the disk is called.
#[expect(clippy::needless_pass_by_value, reason = "the form that map_err asks for")]
pub(super) fn problem(error: std::io::Error) -> ApiError {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => ApiError::Full,
        ErrorKind::NotFound => ApiError::NotFound("上传的文件".to_owned()),
        _ => ApiError::internal(std::io::Error::from(error.kind())),
    }
}

/// Writes a record as a whole.
pub(super) fn write<T: Serialize>(folder: &Path, name: &str, value: &T) -> Result<(), ApiError> {
    let text = serde_json::to_vec(value).map_err(ApiError::internal)?;
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(problem)?;
    file.write_all(&text).map_err(problem)?;
    file.as_file().sync_all().map_err(problem)?;
    file.persist(folder.join(name)).map_err(|error| problem(error.error))?;
    Ok(())
}

/// Reads a record; `None` where there is none.
pub(super) fn read<T: DeserializeOwned>(folder: &Path, name: &str) -> Result<Option<T>, ApiError> {
    match fs::read(folder.join(name)) {
        Ok(text) => serde_json::from_slice(&text).map(Some).map_err(ApiError::internal),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(problem(error)),
    }
}

/// Removes an upload; one that is gone already stays so.
pub(super) fn remove(folder: &Path) -> Result<(), ApiError> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(problem(error)),
        _ => Ok(()),
    }
}

/// How many uploads of a county there are, after what nobody knows of any more was swept away.
pub(super) fn sweep(
    store: &Store,
    county: &str,
    known: &BTreeSet<String>,
    now: SystemTime,
) -> Result<usize, ApiError> {
    let root = root(store);
    fs::create_dir_all(&root).map_err(problem)?;
    let own = format!("{county}-");
    let mut count = 0;
    for entry in fs::read_dir(&root).map_err(problem)? {
        let entry = entry.map_err(problem)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let mine = name.starts_with(&own);
        let left = name.starts_with(NEW) || (mine && !known.contains(&name));
        let since = entry.metadata().and_then(|about| about.modified());
        let old = since.is_ok_and(|at| now.duration_since(at).is_ok_and(|age| age > FORGOTTEN));
        if left && old {
            remove(&entry.path())?;
        } else if mine {
            count += 1;
        }
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use store::Options;

    #[tokio::test]
    async fn a_folder_is_there_as_a_whole_or_not_at_all() {
        let data = tempfile::tempdir().unwrap();
        let store = Store::open(&Options::new(data.path())).await.unwrap();
        let staged = Staged::new(&store).unwrap();
        fs::write(file(staged.path(), 0), b"x").unwrap();
        drop(staged);
        assert_eq!(fs::read_dir(root(&store)).unwrap().count(), 0);
        let staged = Staged::new(&store).unwrap();
        staged.settle(&store, "341823-a").unwrap();
        let there = folder(&store, "341823-a");
        write(&there, READING, &7).unwrap();
        assert_eq!(read::<i32>(&there, READING).unwrap(), Some(7));
        assert_eq!(read::<i32>(&there, "other.json").unwrap(), None);
        let later = fs::metadata(&there).unwrap().modified().unwrap() + FORGOTTEN * 2;
        let known = BTreeSet::from(["341823-a".to_owned()]);
        assert_eq!(sweep(&store, "341823", &known, later).unwrap(), 1);
        assert_eq!(sweep(&store, "341823", &BTreeSet::new(), SystemTime::UNIX_EPOCH).unwrap(), 1);
        assert_eq!(sweep(&store, "341823", &BTreeSet::new(), later).unwrap(), 0);
        remove(&there).unwrap();
    }
}
