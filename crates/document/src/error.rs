//! Why a document is not printed.

use crate::check::Problem;

/// Why a document cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// `D-FINAL-01`: a final version has gaps.
    #[error(
        "D-FINAL-01 还有 {} 处待补，不能生成定稿：{}。请补齐后再生成，或先生成草稿",
        gaps.len(), listed(gaps)
    )]
    Gaps {
        /// What is missing, in the order of reading.
        gaps: Vec<String>,
    },
    /// `D-SHAPE-01`: the value is not a document that can be printed; a fault of the template.
    #[error("D-SHAPE-01 文书内容有误，无法排版：{}", .problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("；"))]
    Shape {
        /// What is wrong.
        problems: Vec<Problem>,
    },
    /// `D-WRITE-01`: the package cannot be put together.
    #[error("D-WRITE-01 无法生成 Word 文件的“{part}”：{cause}")]
    Write {
        /// The part.
        part: String,
        /// What the writer said.
        cause: String,
    },
}

impl DocumentError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Gaps { .. } => "D-FINAL-01",
            Self::Shape { .. } => "D-SHAPE-01",
            Self::Write { .. } => "D-WRITE-01",
        }
    }
}

/// The first few, and how many more.
fn listed(gaps: &[String]) -> String {
    const SHOWN: usize = 10;
    let mut text = gaps.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join("、");
    if gaps.len() > SHOWN {
        text.push('等');
    }
    text
}
