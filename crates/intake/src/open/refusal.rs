//! Why a file is not read: one plain sentence each, with what to do.

/// Why a file is not read at all. The sentence says what the file is and what to do; the place
/// (which file) is added by the finding that carries it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// `I-OPEN-01`: it cannot be read from the disk.
    #[error("文件打不开（{0}），请确认它存在、未被其他程序占用，再试一次。")]
    Unreadable(String),
    /// `I-OPEN-02`: no bytes.
    #[error("文件是空的（0 字节），请重新导出或重新拷贝。")]
    Empty,
    /// `I-OPEN-03`: too many bytes.
    #[error("文件有 {found} 字节，超过 {limit} 字节的上限，请只保留需要的工作表后另存为 .xlsx。")]
    TooLarge {
        /// Its size.
        found: u64,
        /// The bound.
        limit: u64,
    },
    /// `I-OPEN-04`: a password is needed.
    #[error("工作簿设有打开密码，请用 WPS 或 Excel 打开，取消密码后另存为 .xlsx。")]
    Password,
    /// `I-OPEN-05`: the container ends early or is damaged.
    #[error(
        "工作簿不完整或已损坏（可能没有下载完），请重新下载、拷贝，或用 WPS 打开后另存为 .xlsx。"
    )]
    Damaged,
    /// `I-OPEN-06`: it unpacks to too much.
    #[error(
        "工作簿解压后超过 {limit} 字节的上限，不像正常的报表，请只保留需要的工作表后另存为 .xlsx。"
    )]
    UnpacksTooLarge {
        /// The bound.
        limit: u64,
    },
    /// `I-OPEN-07`: too many parts, sheets or cells.
    #[error("工作簿的{what}超过 {limit} 的上限，请只保留需要的内容后另存为 .xlsx。")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// The bound.
        limit: u64,
    },
    /// `I-OPEN-08`: something else than a workbook or CSV.
    #[error("这是{what}，不是能读取的工作簿，请用 WPS 或 Excel 打开后另存为 .xlsx。")]
    Other {
        /// What it is, in Chinese.
        what: &'static str,
    },
    /// `I-OPEN-09`: neither a known format nor text.
    #[error("不是能识别的工作簿或 CSV 文本，请用 WPS 或 Excel 打开后另存为 .xlsx。")]
    Unknown,
    /// `I-OPEN-10`: a folder or archive with nothing to read in it.
    #[error("其中没有 .xlsx、.xls 或 .csv 文件，请选择存放报表的文件夹。")]
    NothingInside,
    /// `I-OPEN-11`: too many files, or folders too deep.
    #[error("文件夹中的文件超过 {limit} 个或层数过深，请只选择存放报表的那一层文件夹。")]
    TooManyFiles {
        /// The bound.
        limit: u64,
    },
}

impl Refusal {
    /// Stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "I-OPEN-01",
            Self::Empty => "I-OPEN-02",
            Self::TooLarge { .. } => "I-OPEN-03",
            Self::Password => "I-OPEN-04",
            Self::Damaged => "I-OPEN-05",
            Self::UnpacksTooLarge { .. } => "I-OPEN-06",
            Self::TooMany { .. } => "I-OPEN-07",
            Self::Other { .. } => "I-OPEN-08",
            Self::Unknown => "I-OPEN-09",
            Self::NothingInside => "I-OPEN-10",
            Self::TooManyFiles { .. } => "I-OPEN-11",
        }
    }
}
