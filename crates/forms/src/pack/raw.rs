//! A pack of forms as it is written.

use crate::model::Paper;
use packs::Spanned;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawForms {
    /// Name of the file without `.toml`.
    pub(crate) id: Spanned<String>,
    pub(crate) title: String,
    /// The pack whose sheets stand where this one has none of the same id.
    pub(crate) base: Option<Spanned<String>>,
    /// Ids of the standards that it is made for; empty = for any.
    #[serde(default)]
    pub(crate) standards: Vec<String>,
    #[serde(default)]
    pub(crate) remark: Vec<RawRemark>,
    #[serde(default)]
    pub(crate) sheet: Vec<RawSheet>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawRemark {
    /// Code of the parameter.
    pub(crate) parameter: String,
    /// Values at which nothing is said.
    pub(crate) unless: Vec<String>,
    pub(crate) text: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawSheet {
    pub(crate) id: Spanned<String>,
    pub(crate) name: Spanned<String>,
    pub(crate) title: Spanned<String>,
    pub(crate) paper: Paper,
    #[serde(default)]
    pub(crate) landscape: bool,
    /// Widths of the columns of the sheet; without them those of the first table.
    pub(crate) widths: Option<Vec<f64>>,
    #[serde(default)]
    pub(crate) freeze_columns: u16,
    #[serde(default)]
    pub(crate) shared: bool,
    pub(crate) group: Option<String>,
    #[serde(default = "yes")]
    pub(crate) foot: bool,
    #[serde(default)]
    pub(crate) notes: Vec<Spanned<String>>,
    pub(crate) block: Vec<RawBlock>,
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawBlock {
    pub(crate) of: Spanned<String>,
    pub(crate) caption: Option<Spanned<String>>,
    #[serde(default)]
    pub(crate) filter: bool,
    pub(crate) columns: Vec<RawColumn>,
    #[serde(default)]
    pub(crate) rows: Vec<RawRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawColumn {
    #[serde(default)]
    pub(crate) head: Vec<Spanned<String>>,
    pub(crate) label: Option<Spanned<String>>,
    pub(crate) bind: Spanned<String>,
    pub(crate) width: Option<f64>,
    pub(crate) span: Option<u16>,
    #[serde(default)]
    pub(crate) decimals: u8,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawRow {
    pub(crate) label: String,
    pub(crate) bind: Option<Spanned<String>>,
    #[serde(default)]
    pub(crate) cells: Vec<Spanned<String>>,
}
