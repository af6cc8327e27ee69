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
//! every platform. This crate must not know clocks, files
//! or evaluation.

mod boundary;
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
mod teachers;

pub use boundary::boundary;
pub use draft::{county, teachers};
pub use teachers::TeacherRow;

use domain::{Catalogue, SchoolYear};

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

    /// Can a county of this size and year be made?
    fn check(&self) -> Result<(), DemoError> {
        if !(1..=Self::MOST_SCHOOLS).contains(&self.schools) {
            return Err(DemoError::Schools { found: self.schools });
        }
        if !(2000..=2100).contains(&self.year.0) {
            return Err(DemoError::Year { found: self.year.0 });
        }
        Ok(())
    }
}

/// Why no county is made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
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
        }
    }
}
