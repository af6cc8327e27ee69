//! A synthetic county to try the program on: three school years of schools, classes, teachers,
//! grounds and evidence, none of them real.
//!
//! The county is on its way to the standard: in the first year about nine sections in ten reach
//! each teacher indicator, in the last nearly all, and what still fails is a readable handful.
//! Its figures are free of contradictions. A few cases are there for certain (see `site::Piece`):
//! a nine-year school standing exactly at 4.5 ㎡, a sports area that prints as 7.50 and is less,
//! crowded grounds that only the relief rules carry.
//!
//! Everything follows from the seed, in whole numbers: the same options give the same drafts on
//! every platform. This crate must not know clocks or evaluation.

mod county;
mod dice;
mod draft;
mod estate;
mod fill;
mod mix;
mod names;
mod people;
mod pupils;
mod roster;
mod sheet;
mod site;
mod staff;
mod stock;
mod write;

pub use draft::county;
pub use write::{LABEL, Written, WrittenYear, write};

use domain::{Catalogue, SchoolYear};
use std::path::PathBuf;

/// What county to make.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// Chooses one of the possible counties.
    pub seed: u64,
    /// Number of schools, 1 to [`Options::MOST_SCHOOLS`].
    pub schools: usize,
    /// The latest of the three school years.
    pub year: SchoolYear,
    /// The data items.
    pub catalogue: &'a Catalogue,
    /// The indicators that are attested by evidence rather than computed, code and title (as for
    /// the template's sheet 佐证); the county attests that each of them holds.
    pub attested: &'a [(String, String)],
}

impl Options<'_> {
    /// The seed of the default county.
    pub const SEED: u64 = 1;
    /// Schools of the default county.
    pub const SCHOOLS: usize = mix::STANDARD;
    /// The most schools that a county may have.
    pub const MOST_SCHOOLS: usize = 3000;
    /// The latest school year of the default county.
    pub const YEAR: SchoolYear = SchoolYear(2024);
}

/// Why no county is made or written.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// `M-SIZE-01`: the number of schools is out of bounds.
    #[error(
        "学校数应在 1 至 {most} 之间，给的是 {found}；请改 --schools",
        most = Options::MOST_SCHOOLS
    )]
    Schools {
        /// The number asked for.
        found: usize,
    },
    /// `M-YEAR-01`: the school year is out of bounds.
    #[error("学年应在 2000 至 2100 之间，给的是 {found}")]
    Year {
        /// The year asked for.
        found: i16,
    },
    /// `M-ITEM-01`: the catalogue lacks items that the county fills.
    #[error(
        "数据项目录缺少演示县要填的数据项：{}；请使用随程序附带的目录",
        .codes.join("、")
    )]
    Items {
        /// The codes that are not there.
        codes: Vec<String>,
    },
    /// `M-CODE-01`: an invented code is no official code (a fault of the program).
    #[error("演示县的代码无效：{0}")]
    Code(#[from] domain::CodeError),
    /// `M-WRITE-01`: a workbook could not be made.
    #[error("生成演示文件时出错：{0}")]
    Workbook(#[from] intake::write::WriteError),
    /// `M-FILE-01`: the file system refuses.
    #[error("无法写入 {}：{source}；请检查磁盘空间和权限，或换一个文件夹", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// `M-DIR-01`: the official workbooks would be mixed with other files.
    #[error(
        "文件夹 {} 中已有别的文件“{found}”，会与演示数据混在一起；请换一个空文件夹，或先移走其中的文件",
        path.display()
    )]
    Folder {
        /// The folder.
        path: PathBuf,
        /// A file that is not of this county.
        found: String,
    },
}

impl DemoError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Schools { .. } => "M-SIZE-01",
            Self::Year { .. } => "M-YEAR-01",
            Self::Items { .. } => "M-ITEM-01",
            Self::Code(_) => "M-CODE-01",
            Self::Workbook(_) => "M-WRITE-01",
            Self::File { .. } => "M-FILE-01",
            Self::Folder { .. } => "M-DIR-01",
        }
    }
}
