//! From the paths that a user names to the files that are read.

use super::{Limits, Refusal};
use std::fs;
use std::path::{Path, PathBuf};

/// A file to read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// Its name as shown to the user: relative to the folder that was named.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
}

/// The files of a path: itself, or everything readable below the folder, in the order of names.
/// Office programs' lock files (`~$…`) and hidden files are left out.
///
/// # Errors
/// [`Refusal`] if it cannot be read, if there is nothing to read, or too much.
pub fn find(path: &Path, limits: &Limits) -> Result<Vec<Found>, Refusal> {
    let unreadable = |error: std::io::Error| Refusal::Unreadable(reason(&error));
    let about = fs::metadata(path).map_err(unreadable)?;
    let own = path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    if !about.is_dir() {
        return Ok(vec![Found { name: own, path: path.to_owned() }]);
    }
    let mut found = Vec::new();
    let mut open = vec![(path.to_owned(), String::new(), 0usize)];
    while let Some((folder, prefix, depth)) = open.pop() {
        for entry in fs::read_dir(&folder).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with(['.', '~']) {
                continue;
            }
            // A link to a folder is not followed: it could lead round in a circle.
            let kind = entry.file_type().map_err(unreadable)?;
            let shown = format!("{prefix}{name}");
            if kind.is_dir() {
                if depth >= limits.depth {
                    return Err(Refusal::TooManyFiles { limit: limits.files as u64 });
                }
                open.push((entry.path(), format!("{shown}/"), depth + 1));
            } else if is_readable(&name) {
                found.push(Found { name: shown, path: entry.path() });
            }
            if found.len() > limits.files {
                return Err(Refusal::TooManyFiles { limit: limits.files as u64 });
            }
        }
    }
    if found.is_empty() {
        return Err(Refusal::NothingInside);
    }
    found.sort();
    Ok(found)
}

/// Why the disk says no, in Chinese.
pub(super) fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "没有这个文件".to_owned(),
        std::io::ErrorKind::PermissionDenied => "没有读取权限".to_owned(),
        _ => error.to_string(),
    }
}

/// Does a name inside a folder or archive look like something to read? (A file that is named by
/// itself is read whatever its name.)
pub(super) fn is_readable(name: &str) -> bool {
    let name = name.rsplit('/').next().unwrap_or(name);
    let extension = name.rsplit_once('.').map(|(_, e)| e.to_ascii_lowercase());
    !name.starts_with(['.', '~'])
        && extension
            .is_some_and(|e| ["xlsx", "xlsm", "xls", "et", "csv", "zip"].contains(&e.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_gives_its_workbooks_in_order() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("乡镇")).unwrap();
        for name in ["b.xlsx", "a.CSV", "~$b.xlsx", ".x.xls", "readme.docx", "乡镇/c.xls"] {
            fs::write(folder.path().join(name), "x").unwrap();
        }
        let found = find(folder.path(), &Limits::default()).unwrap();
        let names: Vec<&str> = found.iter().map(|f| f.name.as_str()).collect();
        assert_eq!(names, ["a.CSV", "b.xlsx", "乡镇/c.xls"]);
        let few = Limits { files: 1, ..Limits::default() };
        assert_eq!(find(folder.path(), &few), Err(Refusal::TooManyFiles { limit: 1 }));
    }

    #[test]
    fn what_is_not_there_is_said() {
        let error = find(Path::new("没有这个文件夹"), &Limits::default()).unwrap_err();
        assert!(error.to_string().contains("没有这个文件"), "{error}");
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(find(folder.path(), &Limits::default()), Err(Refusal::NothingInside));
    }
}
