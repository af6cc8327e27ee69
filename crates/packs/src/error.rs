//! Refusals: what is wrong with a pack, and where.

use crate::PackFile;
use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::path::PathBuf;
use unicode_width::UnicodeWidthStr;

/// Why a pack cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// `P-FILE-01`: a file or folder cannot be read.
    #[error("P-FILE-01 无法读取 {path}：{cause}。请检查路径和读取权限", path = path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        cause: std::io::Error,
    },
    /// `P-FILE-02`: the packs hold no such file.
    #[error("P-FILE-02 规则包中没有文件 {path}。请检查文件名")]
    NoFile {
        /// Path inside the packs.
        path: String,
    },
    /// `P-FILE-03`: the file is not UTF-8 text.
    #[error("P-FILE-03 {path} 不是 UTF-8 编码的文本。请在编辑器中另存为 UTF-8", path = path.display())]
    NotText {
        /// The file.
        path: PathBuf,
    },
    /// `P-FILE-04`: the file is larger than any pack file may be.
    #[error("P-FILE-04 {path} 有 {bytes} 字节，超过规则包单个文件上限 {limit} 字节", path = path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its size.
        bytes: u64,
        /// The bound.
        limit: u64,
    },
    /// `P-FILE-05`: the folder holds none of the folders that packs have, or far too much.
    #[error("P-FILE-05 {path} 不像规则包文件夹：{why}", path = path.display())]
    NotPacks {
        /// The folder.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// Any code: something is wrong at a place of a pack file.
    #[error("{0}")]
    At(Box<Excerpt>),
}

/// A place of a pack file and what is wrong there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// Stable code of the refusal: `P-TOML-02`, `I-UNIT-01`, `F-PARSE-03`.
    pub code: Cow<'static, str>,
    /// The file, as [`PackFile::title`] names it.
    pub file: String,
    /// Line, from one.
    pub line: usize,
    /// Column in characters, from one.
    pub column: usize,
    /// What is wrong, in Chinese.
    pub message: String,
    /// What to do, in Chinese; may be empty.
    pub help: String,
    /// The line of the file.
    source: String,
    /// Carets under the right columns of [`Self::source`].
    carets: String,
}

impl PackError {
    /// An error at a byte range of a pack file.
    ///
    /// ```
    /// use packs::{PackError, PackFile};
    /// let file = PackFile::new("items/a.toml", "zh = \"学生\"\nunit = \"斤\"\n");
    /// let start = file.text().find("\"斤\"").unwrap();
    /// let error = PackError::at(&file, start..start + 5, "I-UNIT-01", "不认识的计量单位“斤”");
    /// assert_eq!(
    ///     error.to_string(),
    ///     "I-UNIT-01 内置 items/a.toml 第 2 行第 8 列：不认识的计量单位“斤”\n  \
    ///      2 | unit = \"斤\"\n    |        ^^^^"
    /// );
    /// ```
    #[must_use]
    pub fn at(
        file: &PackFile,
        span: Range<usize>,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
    ) -> Self {
        let text = file.text();
        let start = file.floor(span.start);
        let (line, column) = file.position(start);
        let line_start = text[..start].rfind('\n').map_or(0, |i| i + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |i| start + i);
        let end = file.floor(span.end).clamp(start, line_end);
        let source = text[line_start..line_end].replace('\t', " ");
        let width = UnicodeWidthStr::width(&text[start..end]).max(1);
        let indent = UnicodeWidthStr::width(text[line_start..start].replace('\t', " ").as_str());
        let carets = " ".repeat(indent) + &"^".repeat(width);
        Self::At(Box::new(Excerpt {
            code: code.into(),
            file: file.title(),
            line,
            column,
            message: message.into(),
            help: String::new(),
            source,
            carets,
        }))
    }

    /// The same error with a word on what to do.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        if let Self::At(excerpt) = &mut self {
            excerpt.help = help.into();
        }
        self
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Read { .. } => "P-FILE-01",
            Self::NoFile { .. } => "P-FILE-02",
            Self::NotText { .. } => "P-FILE-03",
            Self::TooLarge { .. } => "P-FILE-04",
            Self::NotPacks { .. } => "P-FILE-05",
            Self::At(excerpt) => &excerpt.code,
        }
    }

    /// The place in a file, where there is one.
    #[must_use]
    pub fn excerpt(&self) -> Option<&Excerpt> {
        if let Self::At(excerpt) = self { Some(excerpt) } else { None }
    }
}

impl fmt::Display for Excerpt {
    /// One line that says all, then the line of the file with carets, then what to do.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { code, file, line, column, message, help, source, carets } = self;
        writeln!(f, "{code} {file} 第 {line} 行第 {column} 列：{message}")?;
        let margin = line.to_string().len() + 2;
        writeln!(f, "{line:>margin$} | {source}")?;
        write!(f, "{:margin$} | {carets}", "")?;
        if help.is_empty() { Ok(()) } else { write!(f, "\n{:margin$} = {help}", "") }
    }
}
