//! Why no workbook is made.

use packs::PackError;

/// Why the forms cannot be loaded or written.
#[derive(Debug, thiserror::Error)]
pub enum FormsError {
    /// A pack of forms is wrong: `P-…` as the packs say it, `FM-PACK-01` unknown block or binding,
    /// `-02` unknown placeholder, `-03` unknown base or a circle of bases, `-04` a table that does
    /// not fit its sheet, `-05` a name that stands twice.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// `FM-PACK-06`: there is no pack of forms for a standard, not even a general one.
    #[error(
        "FM-PACK-06 没有适用于标准 {standard} 的表册，也没有通用表册（forms/generic.toml）。请检查规则包文件夹"
    )]
    NoForms {
        /// The standard.
        standard: String,
    },
    /// `FM-NAME-01`: two sheets of the workbook would have one name.
    #[error("FM-NAME-01 工作表名“{name}”出现了两次。请给两次评估取不同的后缀")]
    SheetTwice {
        /// The name.
        name: String,
    },
    /// `FM-NAME-02`: a label is too long for the header of a printed page.
    #[error("FM-NAME-02 页眉标注“{label}”超过 {limit} 个字。请改短")]
    LabelTooLong {
        /// The label.
        label: String,
        /// The bound.
        limit: usize,
    },
    /// `FM-EVAL-01`: there is nothing to print.
    #[error("FM-EVAL-01 没有评估结果可以输出")]
    NoEvaluation,
    /// `FM-XLSX-01`: the workbook cannot be written.
    #[error("FM-XLSX-01 无法生成工作簿的“{sheet}”：{cause}")]
    Write {
        /// The sheet; empty for the workbook as a whole.
        sheet: String,
        /// What the writer said.
        #[source]
        cause: rust_xlsxwriter::XlsxError,
    },
}

impl FormsError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Pack(error) => error.code(),
            Self::NoForms { .. } => "FM-PACK-06",
            Self::SheetTwice { .. } => "FM-NAME-01",
            Self::LabelTooLong { .. } => "FM-NAME-02",
            Self::NoEvaluation => "FM-EVAL-01",
            Self::Write { .. } => "FM-XLSX-01",
        }
    }
}
