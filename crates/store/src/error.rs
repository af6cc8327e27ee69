//! What can go wrong in the store, with stable codes. What a user has typed wrongly is a finding of
//! another crate; here is only what keeps something from being kept or found.

use crate::moves::{Move, State};
use domain::{SchoolYear, SealError};
use jiff::Timestamp;
use std::path::PathBuf;

/// Why the store did not do what it was asked for. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// `ST-OPEN-01`: the database was written by a newer program.
    #[error("数据库已由新版程序升级（结构版本 {found}，本程序只认识到 {known}）；请使用新版程序")]
    Newer {
        /// The newest migration of the database.
        found: i64,
        /// The newest migration of this program.
        known: i64,
    },
    /// `ST-OPEN-02`: the database's structure is not the one that this program made.
    #[error("数据库结构与程序不符：{0}；请从备份恢复，或联系维护人员")]
    Structure(String),
    /// `ST-OPEN-03`: an address that names no database.
    #[error("数据库地址“{0}”无法识别；应为 sqlite 或 postgres://用户@主机/库名")]
    Address(String),
    /// `ST-DB-01`: the database refused or failed.
    #[error("数据库操作失败：{0}")]
    Database(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// `ST-DB-02`: somebody else has been writing for too long.
    #[error("数据库正忙，请稍后重试；已提交的数据没有受影响")]
    Busy,
    /// `ST-DB-03`: no connection.
    #[error("数据库连接不上：{0}；请检查数据库是否在运行")]
    Unreachable(String),
    /// `ST-DB-04`: no room.
    #[error("磁盘空间不足或无法写入，本次操作没有保存；请清理磁盘后重试")]
    Full,
    /// `ST-DB-05`: what was found in the database cannot have been written by this program.
    #[error("数据库内容已损坏：{0}；请运行检查，必要时从备份恢复")]
    Corrupt(String),
    /// `ST-EDIT-01`: somebody else was faster; nothing was overwritten.
    #[error("{what}已被{by}于 {at} 修改，本次修改没有保存；请查看最新内容后再改")]
    Conflict {
        /// What was edited.
        what: String,
        /// The version that the caller has seen.
        seen: i64,
        /// The version that is there.
        found: i64,
        /// Who changed it last.
        by: String,
        /// When.
        at: Timestamp,
    },
    /// `ST-FIND-01`: it is not there, or not within the caller's scope.
    #[error("没有找到{0}")]
    NotFound(String),
    /// `ST-FIND-02`: it is there already.
    #[error("{0}已经存在")]
    Exists(String),
    /// `ST-MOVE-01`: this cannot be done in this state.
    #[error("{what}目前为“{}”，不能{}；{}", state.zh(), step.zh(), state.way_on())]
    Refused {
        /// The submission.
        what: String,
        /// Its state.
        state: State,
        /// What was asked for.
        step: Move,
    },
    /// `ST-MOVE-02`: a return or an unlocking without a reason.
    #[error("{}必须写明理由", .0.zh())]
    NoReason(Move),
    /// `ST-MOVE-03`: the year is frozen.
    #[error("{0} 学年已锁定，数据不能修改；如需更正，请先解锁并写明理由")]
    YearLocked(SchoolYear),
    /// `ST-MOVE-04`: the collection is over.
    #[error("“{0}”已结束填报，不能修改；请联系教育局")]
    CollectionClosed(String),
    /// `ST-MOVE-05`: the thing's state does not allow it.
    #[error("{what}目前为“{state}”，不能{action}")]
    NotNow {
        /// The thing.
        what: String,
        /// Its state in Chinese.
        state: &'static str,
        /// What was asked for, in Chinese.
        action: &'static str,
    },
    /// `ST-FACT-01`: the catalogue of items has no such item, or not at this level.
    #[error("数据项目录中没有{level}级的数据项“{item}”；请检查规则包是否缺少")]
    UnknownItem {
        /// The item's code.
        item: String,
        /// The level in Chinese.
        level: &'static str,
    },
    /// `ST-FACT-02`: the facts are no snapshot.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// `ST-SCHOOL-01`: an event that contradicts the school's history.
    #[error("{school} 的变更无效：{why}")]
    History {
        /// The school.
        school: String,
        /// Why.
        why: &'static str,
    },
    /// `ST-FILE-01`: too large.
    #[error("文件“{name}”有 {bytes} 字节，超过上限 {limit} 字节；请压缩或拆分后再传")]
    TooLarge {
        /// The file.
        name: String,
        /// Its size.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// `ST-FILE-02`: the content is of no allowed type, whatever the name says.
    #[error("文件“{0}”的内容不是 PDF、JPG、PNG、DOCX 或 XLSX；请转换格式后再传")]
    FileType(String),
    /// `ST-FILE-03`: a file or folder could not be read or written.
    #[error("{what} {path} 失败：{source}")]
    Io {
        /// What was being done, in Chinese.
        what: &'static str,
        /// With which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// `ST-BACK-01`: not an archive of this program, or a damaged one.
    #[error("备份文件无效：{0}")]
    Archive(String),
    /// `ST-BACK-02`: a restore would overwrite.
    #[error("目标数据库不是空的（{0} 中已有数据）；请恢复到新的数据文件夹或空数据库")]
    NotEmpty(String),
    /// `ST-KEY-01`: the key of personal data is not there.
    #[error(
        "教师个人数据的密钥不在（{place}）；请把另存的密钥文件放回原处，不要新建。其他功能不受影响"
    )]
    KeyMissing {
        /// Where it should be.
        place: String,
    },
    /// `ST-KEY-02`: sealed with another key.
    #[error(
        "教师个人数据是用另一把密钥（指纹 {id}）封存的，现有的密钥打不开；请换回那把密钥。其他功能不受影响"
    )]
    KeyWrong {
        /// The id of the key that is missing.
        id: String,
    },
    /// `ST-KEY-03`: a box that its key does not open: it was changed, or lies at another row's place.
    #[error("{0}的封存内容已损坏或被改动，打不开；请从备份恢复，并查明原因")]
    BoxBroken(String),
    /// `ST-KEY-04`: a key file that holds no key.
    #[error("教师个人数据的密钥（{place}）无法读取：{why}；请换回另存的密钥文件。其他功能不受影响")]
    KeyFile {
        /// Where it is.
        place: String,
        /// Why.
        why: String,
    },
    /// `ST-TASK-01`: a background thread ended early.
    #[error("内部任务中断：{0}")]
    Task(String),
}

/// A result of the store.
pub type Result<T> = std::result::Result<T, StoreError>;

impl StoreError {
    /// The stable code, for support and tests.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Newer { .. } => "ST-OPEN-01",
            Self::Structure(_) => "ST-OPEN-02",
            Self::Address(_) => "ST-OPEN-03",
            Self::Database(_) => "ST-DB-01",
            Self::Busy => "ST-DB-02",
            Self::Unreachable(_) => "ST-DB-03",
            Self::Full => "ST-DB-04",
            Self::Corrupt(_) => "ST-DB-05",
            Self::Conflict { .. } => "ST-EDIT-01",
            Self::NotFound(_) => "ST-FIND-01",
            Self::Exists(_) => "ST-FIND-02",
            Self::Refused { .. } => "ST-MOVE-01",
            Self::NoReason(_) => "ST-MOVE-02",
            Self::YearLocked(_) => "ST-MOVE-03",
            Self::CollectionClosed(_) => "ST-MOVE-04",
            Self::NotNow { .. } => "ST-MOVE-05",
            Self::UnknownItem { .. } => "ST-FACT-01",
            Self::Seal(_) => "ST-FACT-02",
            Self::History { .. } => "ST-SCHOOL-01",
            Self::TooLarge { .. } => "ST-FILE-01",
            Self::FileType(_) => "ST-FILE-02",
            Self::Io { .. } => "ST-FILE-03",
            Self::Archive(_) => "ST-BACK-01",
            Self::NotEmpty(_) => "ST-BACK-02",
            Self::KeyMissing { .. } => "ST-KEY-01",
            Self::KeyWrong { .. } => "ST-KEY-02",
            Self::BoxBroken(_) => "ST-KEY-03",
            Self::KeyFile { .. } => "ST-KEY-04",
            Self::Task(_) => "ST-TASK-01",
        }
    }

    pub(crate) fn io(
        what: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| match source.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Self::Full,
            _ => Self::Io { what, path, source },
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::PoolTimedOut => Self::Busy,
            sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => {
                Self::Unreachable(error.to_string())
            }
            sqlx::Error::Io(source) => Self::Unreachable(source.to_string()),
            sqlx::Error::ColumnDecode { .. }
            | sqlx::Error::Decode(_)
            | sqlx::Error::ColumnIndexOutOfBounds { .. } => Self::Corrupt(error.to_string()),
            sqlx::Error::Database(database) => match database.code().as_deref() {
                // SQLITE_BUSY and SQLITE_LOCKED with their extended codes; PostgreSQL's
                // lock_not_available, serialization_failure and deadlock_detected.
                Some("5" | "6" | "261" | "262" | "517" | "773" | "55P03" | "40001" | "40P01") => {
                    Self::Busy
                }
                // SQLITE_FULL; SQLITE_IOERR when writing, syncing or making the shared memory larger,
                // which is what SQLite says of a quota; disk_full.
                Some("13" | "778" | "1034" | "4874" | "53100") => Self::Full,
                // SQLITE_CORRUPT and SQLITE_NOTADB; data_corrupted and index_corrupted.
                Some("11" | "26" | "XX001" | "XX002") => Self::Corrupt(database.to_string()),
                // SQLITE_CANTOPEN; the server is shutting down or starting.
                Some("14" | "57P01" | "57P02" | "57P03") => Self::Unreachable(database.to_string()),
                _ => Self::Database(Box::new(error)),
            },
            _ => Self::Database(Box::new(error)),
        }
    }
}
