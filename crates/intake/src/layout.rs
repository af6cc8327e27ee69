//! Layouts: where in a workbook or CSV file which fact stands. They are data (`packs/layouts`),
//! versioned by form and year, and serve both ways: the same layout reads and writes.
//!
//! This module is the model; `load` makes it from TOML. It must not know workbooks.

mod load;

use domain::{Catalogue, ItemId, SchoolKind, SchoolYear, Stage};
use packs::{PackError, PackSource};
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::fmt;

/// All layouts of an installation, in the order of their files' names.
#[derive(Clone, Debug)]
pub struct Layouts {
    layouts: Vec<Layout>,
}

impl Layouts {
    /// Reads the layouts of `layouts/` and resolves their items.
    ///
    /// # Errors
    /// [`PackError`] with file, line, excerpt and what is wrong: unknown keys, items that the
    /// catalogue does not have, an item used at the wrong level, an address that is no cell, two
    /// columns with one heading, two layouts with one id, …
    pub fn load(packs: &PackSource, catalogue: &Catalogue) -> Result<Self, PackError> {
        load::layouts(packs.toml_files("layouts"), catalogue).map(|layouts| Self { layouts })
    }

    /// All layouts.
    pub fn iter(&self) -> impl Iterator<Item = &Layout> {
        self.layouts.iter()
    }

    /// The layout of an id, as `template`.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Layout> {
        self.layouts.iter().find(|layout| layout.id == id)
    }

    /// Our own template for a school year.
    #[must_use]
    pub fn template(&self, year: SchoolYear) -> Option<(&Layout, &Table)> {
        self.layouts.iter().filter(|l| l.years.contains(year)).find_map(|layout| {
            if let Body::Table(table) = &layout.body { Some((layout, table)) } else { None }
        })
    }

    /// The per-school workbooks of the official statistics of a school year (教基 or 基础基).
    #[must_use]
    pub fn official(&self, year: SchoolYear) -> Option<(&Layout, &Cells)> {
        self.layouts.iter().filter(|l| l.years.contains(year)).find_map(|layout| {
            if let Body::Cells(cells) = &layout.body { Some((layout, cells)) } else { None }
        })
    }
}

/// A layout: one kind of file in a span of school years.
#[derive(Clone, Debug)]
pub struct Layout {
    /// Its name in findings and on the command line.
    pub id: String,
    /// Chinese title: `教基表(2021 学年起)`.
    pub title: String,
    /// The school years in which it is valid.
    pub years: Years,
    /// Where its addresses come from.
    pub source: String,
    /// Grade of certainty of that source: A, B, C or K.
    pub grade: String,
    /// Other spellings of coded values: `kind` for 办学类型, otherwise an item's code; text in the
    /// file → code.
    pub labels: BTreeMap<String, BTreeMap<String, String>>,
    /// What stands where.
    pub body: Body,
}

/// A span of school years, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Years {
    /// First school year.
    pub from: SchoolYear,
    /// Last school year; `None` = still valid.
    pub to: Option<SchoolYear>,
}

impl Years {
    /// Does the span hold the year?
    #[must_use]
    pub fn contains(self, year: SchoolYear) -> bool {
        self.from <= year && self.to.is_none_or(|to| year <= to)
    }
}

impl fmt::Display for Years {
    /// `2012–2020 学年`, `2021 学年起`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to {
            Some(to) => write!(f, "{}–{} 学年", self.from.0, to.0),
            None => write!(f, "{} 学年起", self.from.0),
        }
    }
}

/// The three kinds of layouts.
#[derive(Clone, Debug)]
pub enum Body {
    /// Tables found by their headings: our own template.
    Table(Table),
    /// Fixed cells, one workbook a school: 教基xxxx, 基础基xxx.
    Cells(Cells),
    /// One row a school, one file a stage: combined exports.
    Export(Export),
}

/// A workbook of tables (or one CSV file a table).
#[derive(Clone, Debug)]
pub struct Table {
    /// Its sheets in their order.
    pub sheets: Vec<TableSheet>,
}

impl Table {
    /// The sheet of a role.
    #[must_use]
    pub fn sheet(&self, role: Role) -> Option<&TableSheet> {
        self.sheets.iter().find(|sheet| sheet.role == role)
    }
}

/// What the rows of a table sheet are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// 学校: one row a school.
    Schools,
    /// 县区: one row an item, with the county's name, code and school year above.
    County,
    /// 班级: one row a class.
    Classes,
    /// 音美教室: one row a room.
    Rooms,
    /// 佐证: one row an indicator.
    Evidence,
}

/// A sheet of a table layout.
#[derive(Clone, Debug)]
pub struct TableSheet {
    /// Its name; for CSV the file's name without the extension.
    pub name: String,
    /// What its rows are.
    pub role: Role,
    /// Rows that the writer gives the heading: 2 where the columns have groups, else 1. The reader
    /// looks for the heading and does not count on it.
    pub head_rows: u32,
    /// Cells above the heading, each with a label to its left.
    pub fixed: Vec<FixedCell>,
    /// The columns in the writer's order.
    pub columns: Vec<Column>,
    /// [`Role::County`]: the items, one a row, in the writer's order.
    pub rows: Vec<ItemId>,
}

impl TableSheet {
    /// Zero-based row of the first heading row as the writer puts it: below the fixed cells and an
    /// empty row, or at the top.
    #[must_use]
    pub fn head_row(&self) -> u32 {
        self.fixed.iter().map(|cell| cell.at.row + 2).max().unwrap_or(0)
    }
}

/// A labelled cell at a fixed place of a table sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FixedCell {
    /// Where the label stands.
    pub label_at: CellRef,
    /// The label.
    pub label: String,
    /// Where the value stands.
    pub at: CellRef,
    /// What it is.
    pub field: Field,
}

/// A column of a table sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The heading above, over several columns: `小学`; empty for none.
    pub group: String,
    /// The heading, with the unit: `在校生数(人)`.
    pub title: String,
    /// Further headings that mean the same.
    pub aliases: Vec<String>,
    /// What it holds.
    pub target: Target,
}

/// What a cell or a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// Identity or structure.
    Field(Field),
    /// A fact: an item, with the stage where the item belongs to sections.
    Item {
        /// The item.
        item: ItemId,
        /// Its stage; `None` for items of other levels.
        stage: Option<Stage>,
    },
}

/// Identity and structure: what is not a fact of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// 县(市、区)名称.
    CountyName,
    /// 行政区划代码, six digits, or a longer place code that begins with them.
    CountyCode,
    /// 学年, as `2024` or `2024/2025`.
    Year,
    /// 学校标识码.
    Code,
    /// 学校名称.
    Name,
    /// 办学类型.
    Kind,
    /// 主校标识码 of a campus.
    Parent,
    /// 附设班: the school has attached classes of this stage.
    Attached(Stage),
    /// 学段 of a class.
    Stage,
    /// 年级 of a class: 1–12, or `七年级`, `初一`.
    Grade,
    /// 班名.
    ClassName,
    /// 类型 of a room: 音乐 or 美术.
    RoomKind,
    /// 名称 of a room.
    RoomName,
    /// 项目 of a county row: the item's Chinese name.
    ItemName,
    /// 数值 of a county row.
    Value,
    /// 单位 of a county row.
    Unit,
    /// 口径 of a county row: for the reader's eyes, not read.
    Definition,
    /// 指标编号.
    Indicator,
    /// 指标: its title, for the reader's eyes, not read.
    IndicatorTitle,
    /// 是否达到.
    Holds,
    /// 佐证材料.
    Evidence,
    /// 责任人.
    Person,
    /// 日期.
    Date,
    /// A column that is known and not needed.
    Ignored,
}

impl Field {
    /// All but [`Field::Attached`].
    pub(crate) const PLAIN: [Self; 23] = [
        Self::CountyName,
        Self::CountyCode,
        Self::Year,
        Self::Code,
        Self::Name,
        Self::Kind,
        Self::Parent,
        Self::Stage,
        Self::Grade,
        Self::ClassName,
        Self::RoomKind,
        Self::RoomName,
        Self::ItemName,
        Self::Value,
        Self::Unit,
        Self::Definition,
        Self::Indicator,
        Self::IndicatorTitle,
        Self::Holds,
        Self::Evidence,
        Self::Person,
        Self::Date,
        Self::Ignored,
    ];

    /// Its name in packs and in mappings: `code`. That of [`Field::Attached`] needs the stage beside
    /// it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::CountyName => "county_name",
            Self::CountyCode => "county_code",
            Self::Year => "year",
            Self::Code => "code",
            Self::Name => "name",
            Self::Kind => "kind",
            Self::Parent => "parent",
            Self::Attached(_) => "attached",
            Self::Stage => "stage",
            Self::Grade => "grade",
            Self::ClassName => "class_name",
            Self::RoomKind => "room_kind",
            Self::RoomName => "room_name",
            Self::ItemName => "item_name",
            Self::Value => "value",
            Self::Unit => "unit",
            Self::Definition => "definition",
            Self::Indicator => "indicator",
            Self::IndicatorTitle => "indicator_title",
            Self::Holds => "holds",
            Self::Evidence => "evidence",
            Self::Person => "person",
            Self::Date => "date",
            Self::Ignored => "ignored",
        }
    }
}

/// Official workbooks, one a school.
#[derive(Clone, Debug)]
pub struct Cells {
    /// How the names of its sheets begin: `教基`.
    pub prefix: String,
    /// Its sheets.
    pub sheets: Vec<CellSheet>,
}

/// A sheet of an official workbook.
#[derive(Clone, Debug)]
pub struct CellSheet {
    /// Its name: `教基3112`.
    pub name: String,
    /// The form's title: `小学学生数`.
    pub title: String,
    /// The kinds of schools that have it; empty = all. A sheet of a school of another kind is not
    /// read.
    pub kinds: Vec<SchoolKind>,
    /// What must stand where before any value is trusted.
    pub labels: Vec<Label>,
    /// The values.
    pub values: Vec<CellValue>,
}

/// A label to verify.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub at: CellRef,
    /// The text, compared without spaces, widths and bracket forms; the cell may say more.
    pub text: String,
    /// The kinds of schools for which it stands there; empty = all.
    pub kinds: Vec<SchoolKind>,
}

/// A value of an official form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellValue {
    /// The cells; several are added up. A writer puts the whole into the first and 0 into the rest.
    pub cells: Vec<CellRef>,
    /// What it is.
    pub target: Target,
    /// The kinds of schools for which it is read; empty = all of the sheet's.
    pub kinds: Vec<SchoolKind>,
    /// What the cell's number is multiplied by to be in the item's unit.
    pub factor: Decimal,
    /// Further items that the cell already contains: the reader gives the whole to `target` and
    /// zero to these; the writer puts the sum of all into the cell.
    pub contains: Vec<ItemId>,
    /// The item is a flag and the cell a number: any number above zero is 是. One way only.
    pub positive: bool,
}

impl CellSheet {
    /// Has a school of this kind the sheet?
    #[must_use]
    pub fn is_for(&self, kind: SchoolKind) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&kind)
    }

    /// The values that a school of this kind has on the sheet.
    pub fn values_for(&self, kind: SchoolKind) -> impl Iterator<Item = &CellValue> {
        self.values.iter().filter(move |v| v.kinds.is_empty() || v.kinds.contains(&kind))
    }

    /// The labels that a school of this kind has on the sheet.
    pub fn labels_for(&self, kind: SchoolKind) -> impl Iterator<Item = &Label> {
        self.labels.iter().filter(move |l| l.kinds.is_empty() || l.kinds.contains(&kind))
    }
}

/// Combined exports, one file a stage.
#[derive(Clone, Debug)]
pub struct Export {
    /// The words that tell the stage of a sheet or file by its name.
    pub stages: Vec<(Stage, Vec<String>)>,
    /// The columns, by the path of their headings.
    pub columns: Vec<ExportColumn>,
    /// Does 艺术 › 计 already contain music and fine art (grade C)? Then they are taken off it.
    pub art_contains: Vec<ItemId>,
}

/// A column of a combined export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportColumn {
    /// The headings from top to bottom; headings above the first one do not matter.
    pub path: Vec<String>,
    /// What it holds; a section item without a stage belongs to the file's stage.
    pub target: Target,
    /// Must it be there?
    pub required: bool,
}

/// The address of a cell, zero-based.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CellRef {
    /// Row from zero.
    pub row: u32,
    /// Column from zero.
    pub column: u32,
}

impl CellRef {
    /// Reads `C6`; `None` for what is no address of a spreadsheet.
    ///
    /// ```
    /// let cell = intake::layout::CellRef::parse("AA10").unwrap();
    /// assert_eq!((cell.row, cell.column), (9, 26));
    /// assert!(intake::layout::CellRef::parse("A0").is_none());
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.find(|c: char| c.is_ascii_digit())?;
        let (letters, number) = text.split_at(digits);
        if letters.is_empty() || letters.len() > 3 {
            return None;
        }
        let mut column = 0u32;
        for letter in letters.bytes() {
            if !letter.is_ascii_uppercase() {
                return None;
            }
            column = column * 26 + u32::from(letter - b'A') + 1;
        }
        let row: u32 = number.parse().ok()?;
        if row == 0 || row > 1_048_576 || column > 16_384 {
            return None;
        }
        Some(Self { row: row - 1, column: column - 1 })
    }
}

impl fmt::Display for CellRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&domain::cell_name(self.row, self.column))
    }
}
