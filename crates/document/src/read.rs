//! A docx file that people have edited, read back: its figures and free paragraphs by key, and what
//! it was bound to.
//!
//! The file may come from anywhere. Sizes, numbers of parts and depths are bounded before anything is
//! unpacked, document type declarations are refused, entities are not followed, and nothing outside
//! the file is ever opened.
//!
//! Must not know what a figure should be: that is `compare`.

mod body;
mod manifest;
mod package;

use crate::trace::Manifest;
use package::Package;

/// The largest file, in bytes.
pub(crate) const LARGEST: usize = 64 << 20;
/// The largest part, in bytes, unpacked.
const LARGEST_PART: u64 = 256 << 20;
/// The most parts.
const PARTS: usize = 5000;
/// The deepest nesting of elements.
const DEEPEST: usize = 512;
/// The longest text of one figure or free paragraph, in bytes.
const LONGEST: usize = 1 << 20;

/// What was read back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadBack {
    /// What the file says about itself; `None` where that part has been lost.
    pub manifest: Option<Manifest>,
    /// The figures that were found, in the order of reading.
    pub figures: Vec<Found>,
    /// The free paragraphs that were found: key and text; empty while nothing has been written.
    pub free: Vec<(String, String)>,
}

/// A figure that stands in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its key.
    pub key: String,
    /// What stands there now.
    pub text: String,
    /// The number of its paragraph, from 1.
    pub paragraph: usize,
    /// The words before it, to find it.
    pub before: String,
}

/// Why a file cannot be read back.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// `D-READ-01`: not a docx file.
    #[error(
        "D-READ-01 不是 Word 文件（.docx），或文件已损坏：{why}。请用 Word 或 WPS 打开后另存为 .docx 再试"
    )]
    NotDocx {
        /// What is wrong with it.
        why: String,
    },
    /// `D-READ-02`: beyond the bounds.
    #[error(
        "D-READ-02 文件超出可以读取的范围：{why}。请确认文件来源，或删去与文书无关的内容后再试"
    )]
    TooLarge {
        /// Which bound.
        why: String,
    },
    /// `D-READ-03`: markup that no word processor writes.
    #[error("D-READ-03 文件的“{part}”含有不允许的内容：{why}。请用 Word 或 WPS 打开后另存再试")]
    Refused {
        /// The part.
        part: String,
        /// What it is.
        why: String,
    },
    /// `D-READ-04`: a document that this program did not make.
    #[error(
        "D-READ-04 文件中没有找到本程序写入的数据标记。请确认它是由“junheng document”生成的文书"
    )]
    NotOurs,
}

impl ReadError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotDocx { .. } => "D-READ-01",
            Self::TooLarge { .. } => "D-READ-02",
            Self::Refused { .. } => "D-READ-03",
            Self::NotOurs => "D-READ-04",
        }
    }
}

/// Reads a docx file back.
///
/// # Errors
/// [`ReadError`]; never a panic, whatever the bytes are.
pub fn read_back(file: &[u8]) -> Result<ReadBack, ReadError> {
    if file.len() > LARGEST {
        let why = format!("{} MB，上限 {} MB", file.len() >> 20, LARGEST >> 20);
        return Err(ReadError::TooLarge { why });
    }
    let mut package = Package::open(file)?;
    let main = package.main()?;
    let manifest = package.manifests()?.into_iter().find_map(|xml| manifest::read(&xml));
    let body = package.text(&main)?;
    let read = body::read(&main, &body, manifest.as_ref())?;
    if manifest.is_none() && read.figures.is_empty() && read.free.is_empty() {
        return Err(ReadError::NotOurs);
    }
    Ok(ReadBack { manifest, figures: read.figures, free: read.free })
}
