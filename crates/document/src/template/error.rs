//! Why a template cannot be read or filled.

use super::Need;
use forms::FormsError;
use packs::PackError;
use standard::StandardError;

/// Why a template cannot be read or filled.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// A pack is wrong: `P-…` as the packs say it; `DT-HEAD`, `-TEXT`, `-NAME`, `-KIND`, `-COND`,
    /// `-LOOP`, `-CASE`, `-WORDS`, `-BLOCK`, `-FREE`, `-EXAMPLE` of templates.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// `DT-FILE-01`: there is no such template.
    #[error("DT-FILE-01 没有文书模板“{id}”。可用的模板：{}", known.join("、"))]
    Unknown {
        /// What was asked for.
        id: String,
        /// What there is.
        known: Vec<String>,
    },
    /// `DT-FILE-02`: a standard that the template is made for cannot be read.
    #[error("DT-FILE-02 模板所用的标准 {id} 无法读取：{cause}")]
    Standard {
        /// The standard.
        id: String,
        /// Why.
        cause: StandardError,
    },
    /// `DT-FILE-03`: the official forms cannot be read.
    #[error("DT-FILE-03 模板所附的申报表无法读取：{0}")]
    Forms(#[from] FormsError),
    /// `DT-NEED-01`: data are lacking that the template cannot do without.
    #[error("DT-NEED-01 “{name}”需要{}，这里没有。请先准备好再生成", need.zh())]
    Needs {
        /// The template.
        name: String,
        /// What it needs.
        need: Need,
    },
    /// `DT-NEED-02`: it is about one school, township or objection, and none was named, or an unknown
    /// one.
    #[error("DT-NEED-02 “{name}”要指明{what}{given}。可选的有：{}", first(known))]
    Subject {
        /// The template.
        name: String,
        /// 学校, 乡镇 or 异议.
        what: &'static str,
        /// What was named: `，没有“…”`, or nothing.
        given: String,
        /// What there is.
        known: Vec<String>,
    },
}

impl TemplateError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Pack(error) => error.code(),
            Self::Unknown { .. } => "DT-FILE-01",
            Self::Standard { .. } => "DT-FILE-02",
            Self::Forms(_) => "DT-FILE-03",
            Self::Needs { .. } => "DT-NEED-01",
            Self::Subject { .. } => "DT-NEED-02",
        }
    }
}

impl Need {
    /// The Chinese words.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Snapshot => "本学年的数据快照",
            Self::Last => "上一学年的评估结果",
            Self::Plan => "已采纳的规划",
            Self::Rotation => "已公示的教师交流轮岗方案",
            Self::Adopted => "已决定的教师交流轮岗方案",
            Self::Objection => "对教师交流轮岗公示的异议",
        }
    }
}

/// The first names of a long list.
fn first(known: &[String]) -> String {
    const SHOWN: usize = 8;
    let mut text = known.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join("、");
    if known.len() > SHOWN {
        text.push_str(" 等");
    }
    text
}
