//! The keys: where they come from, and which of them seals. The first key seals; the others, which
//! are there while a key is being changed, only open.

use super::{KEY, Place, Plain, SEALED, SealKey, random};
use crate::db::{Pools, Tx, args};
use crate::tables::TABLES;
use crate::{Result, StoreError};
use domain::CountyCode;
use sqlx::AssertSqlSafe;
use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use zeroize::Zeroizing;

/// The name of the key file in a data folder.
const FILE: &str = "personal.key";
/// Stands in the file, for who finds it.
const HEAD: &str = "# 均衡（junheng）教师个人数据的密钥。请另存一份到安全的地方，不要与备份放在一起；\n\
                    # 丢失后，已封存的教师个人数据再也打不开。第一行密钥用于封存，其余只用于打开旧的内容。\n";

/// Where the keys are.
#[derive(Clone, PartialEq, Eq, Default)]
pub enum KeySource {
    /// In the data folder; made there when there is none and nothing has been sealed yet.
    #[default]
    Folder,
    /// In a file elsewhere, which must be there.
    File(PathBuf),
    /// Given as text: 64 hexadecimal digits a key, the one that seals first, with commas between.
    Given(String),
}

impl fmt::Debug for KeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder => f.write_str("Folder"),
            Self::File(path) => write!(f, "File({})", path.display()),
            Self::Given(_) => f.write_str("Given(…)"),
        }
    }
}

/// The keys that are there.
type Keys = Arc<Vec<SealKey>>;

/// The keys of a store. They are read again when a row names one that is not known.
#[derive(Clone, Debug)]
pub(crate) struct Ring {
    source: KeySource,
    file: PathBuf,
    keys: Arc<RwLock<Option<Keys>>>,
}

fn unhex(text: &str) -> Option<[u8; KEY]> {
    let mut key = [0; KEY];
    if text.len() != KEY * 2 || !text.is_ascii() {
        return None;
    }
    for (at, byte) in key.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(at * 2..at * 2 + 2)?, 16).ok()?;
    }
    Some(key)
}

/// The keys of a text; what is wrong is said without any of it.
fn parse(text: &str) -> std::result::Result<Vec<SealKey>, &'static str> {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    let words = lines.flat_map(|line| line.split([',', ' ', '\t'])).map(str::trim);
    let mut keys: Vec<SealKey> = Vec::new();
    for word in words.filter(|word| !word.is_empty()) {
        keys.push(SealKey::new(unhex(word).ok_or("密钥应为 64 位十六进制数字")?));
    }
    if keys.is_empty() { Err("其中没有密钥") } else { Ok(keys) }
}

impl Ring {
    pub(crate) fn new(source: &KeySource, folder: &Path) -> Self {
        let file = match source {
            KeySource::File(path) => path.clone(),
            KeySource::Folder | KeySource::Given(_) => folder.join(FILE),
        };
        Self { source: source.clone(), file, keys: Arc::default() }
    }

    /// Where the keys are, in words.
    pub(crate) fn place(&self) -> String {
        match self.source {
            KeySource::Given(_) => "环境变量".to_owned(),
            _ => self.file.display().to_string(),
        }
    }

    /// The key file; `None` where the keys were given as text.
    pub(super) fn file(&self) -> Option<&Path> {
        (!matches!(self.source, KeySource::Given(_))).then_some(&*self.file)
    }

    fn bad(&self, why: &str) -> StoreError {
        StoreError::KeyFile { place: self.place(), why: why.to_owned() }
    }

    /// Reads the keys from where they are.
    fn read(&self) -> Result<Keys> {
        let text = match &self.source {
            KeySource::Given(text) => Zeroizing::new(text.clone()),
            _ => match fs::read_to_string(&self.file) {
                Ok(text) => Zeroizing::new(text),
                Err(error) if error.kind() == ErrorKind::NotFound => {
                    return Err(StoreError::KeyMissing { place: self.place() });
                }
                Err(error) => return Err(self.bad(&error.kind().to_string())),
            },
        };
        Ok(Arc::new(parse(&text).map_err(|why| self.bad(why))?))
    }

    /// Reads the keys again.
    pub(super) fn reload(&self) -> Result<Keys> {
        let keys = self.read();
        let mut kept = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        *kept = keys.as_ref().ok().cloned();
        keys
    }

    /// The keys as they were read last.
    pub(super) fn keys(&self) -> Result<Keys> {
        let kept = self.keys.read().unwrap_or_else(PoisonError::into_inner).clone();
        kept.map_or_else(|| self.reload(), Ok)
    }

    /// Makes the key of a new data folder: where there is none and nothing has been sealed. Whether a
    /// key is missing or wrong shows when something is opened; all else works without.
    pub(crate) async fn prepare(&self, pools: &Pools) -> Result<()> {
        if self.source == KeySource::Folder && !self.file.exists() {
            let mut tx = pools.read().await?;
            if count(&mut tx).await? == 0 {
                drop(tx);
                self.write(&[SealKey::new(random()?)], false)?;
            }
        }
        // A key that cannot be read is told to the one who needs it.
        let _ = self.reload();
        Ok(())
    }

    /// Writes the key file as a whole, readable by its owner only. Of two programs that make the
    /// first key at once one is faster; its key stands.
    pub(super) fn write(&self, keys: &[SealKey], replace: bool) -> Result<()> {
        let folder = self.file.parent().unwrap_or(Path::new("."));
        let failed = |error: std::io::Error| StoreError::io("写入", &self.file)(error);
        let mut text = Zeroizing::new(HEAD.to_owned());
        for key in keys {
            let digits = Zeroizing::new(domain::hex(&*key.key));
            text.push_str(&digits);
            text.push('\n');
        }
        // A temporary file of this crate is made with the rights 0600.
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
        file.write_all(text.as_bytes()).map_err(failed)?;
        file.as_file().sync_all().map_err(failed)?;
        if replace {
            file.persist(&self.file).map_err(|error| failed(error.error))?;
        } else if let Err(error) = file.persist_noclobber(&self.file)
            && error.error.kind() != ErrorKind::AlreadyExists
        {
            return Err(failed(error.error));
        }
        // The name, too, must survive a power cut: boxes are worth nothing without the file.
        #[cfg(unix)]
        fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
        Ok(())
    }

    /// The key that seals for a county. What the county has sealed
    /// before must open with the keys that are there: a second key would split its data.
    pub(crate) async fn seal(&self, tx: &mut Tx, county: &CountyCode) -> Result<Sealer> {
        let mut used: BTreeSet<String> = BTreeSet::new();
        for name in SEALED {
            let sql = format!("select distinct seal_key from {name} where county = $1");
            for row in &tx.all(AssertSqlSafe(sql), args![county]).await? {
                used.insert(row.text(0)?);
            }
        }
        let mut keys = self.keys()?;
        let stranger =
            |keys: &Keys| used.iter().find(|id| keys.iter().all(|key| key.id != **id)).cloned();
        if stranger(&keys).is_some() {
            keys = self.reload()?;
            if let Some(id) = stranger(&keys) {
                return Err(StoreError::KeyWrong { id });
            }
        }
        Ok(Sealer { keys })
    }

    /// Opens a box.
    pub(crate) fn open(
        &self,
        place: &Place,
        id: &str,
        sealed: &[u8],
        what: impl FnOnce() -> String,
    ) -> Result<Plain> {
        let mut keys = self.keys()?;
        if keys.iter().all(|key| key.id != id) {
            keys = self.reload()?;
        }
        let Some(key) = keys.iter().find(|key| key.id == id) else {
            return Err(StoreError::KeyWrong { id: id.to_owned() });
        };
        key.open(place, sealed).ok_or_else(|| StoreError::BoxBroken(what()))
    }
}

/// The key that seals.
pub(crate) struct Sealer {
    keys: Keys,
}

impl Sealer {
    /// The id of the key, and the box.
    pub(crate) fn seal(&self, place: &Place, plain: &Plain) -> Result<(String, Vec<u8>)> {
        let key = self.keys.first().ok_or_else(|| StoreError::KeyFile {
            place: String::new(),
            why: "其中没有密钥".to_owned(),
        })?;
        Ok((key.id.clone(), key.seal(place, plain)?))
    }
}

/// How many boxes there are.
pub(super) async fn count(tx: &mut Tx) -> Result<i64> {
    let mut boxes = 0;
    for name in SEALED {
        let sql = format!("select count(*) from {name}");
        boxes += tx.number(AssertSqlSafe(sql), args![]).await?;
    }
    Ok(boxes)
}

/// The primary key of a table with boxes.
pub(super) fn key_of(name: &str) -> &'static [&'static str] {
    TABLES.iter().find(|table| table.name == name).map_or(&[], |table| table.key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_from_a_file_or_a_variable() {
        let (a, b) = ("0a".repeat(32), "0b".repeat(32));
        let ids = |text: &str| -> Vec<String> {
            parse(text).unwrap().into_iter().map(|key| key.id).collect()
        };
        assert_eq!(ids(&format!("{HEAD}{a}\n{b}\n")), ids(&format!("{a}, {b}")));
        assert_eq!(ids(&a.to_uppercase()), ids(&a));
        for wrong in ["", "# nothing", "0a0b", &"zz".repeat(32), &"汉".repeat(22)] {
            let why = parse(wrong).unwrap_err();
            assert!(!why.contains("0a0b"));
        }
    }

    #[test]
    fn every_table_with_boxes_is_a_table() {
        for name in SEALED {
            assert!(!key_of(name).is_empty(), "{name}");
        }
    }
}
