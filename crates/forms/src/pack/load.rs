//! From the text of a pack to a checked [`Forms`].

use super::raw::{RawBlock, RawColumn, RawForms, RawRow, RawSheet};
use super::spec::{BlockSpec, Column, GroupChoice, NamedRow, SheetSpec, Table};
use super::template::{OF_COLUMN, OF_INDICATOR, OF_PARAMETER, OF_SHEET, Template};
use super::{Bind, EACH, Forms, Remark};
use crate::FormsError;
use crate::blocks::Body;
use crate::model::Page;
use domain::Catalogue;
use packs::{PackError, PackFile, PackSource, Spanned};
use std::collections::BTreeSet;

/// The folder of the packs, and the pack for standards that have none of their own.
const FOLDER: &str = "forms";
const GENERAL: &str = "generic";

/// A file being read.
pub(crate) struct Reader<'a> {
    pub(crate) file: &'a PackFile,
    pub(crate) catalogue: &'a Catalogue,
}

/// Width of a column that names none.
const WIDTH: f64 = 10.0;
const WIDTHS: std::ops::RangeInclusive<f64> = 2.0..=120.0;
const WIDTHS_ZH: &str = "列宽应在 2 至 120 个半角字之间，span 至少为 1";

impl Forms {
    /// The forms for a standard: the pack made for the first of `chain` that has one, else the
    /// general pack. `chain` is the standard's id and then those it builds on, nearest first.
    ///
    /// ```
    /// use forms::Forms;
    /// let packs = packs::PackSource::embedded();
    /// let items = items::load(&packs)?;
    /// let official = Forms::load(&packs, &["my-county", "cn-quality-2017"], items.catalogue())?;
    /// assert_eq!(official.id(), "quality-2017");
    /// let general = Forms::load(&packs, &["my-county"], items.catalogue())?;
    /// assert_eq!(general.id(), "generic");
    /// # Ok::<(), forms::FormsError>(())
    /// ```
    ///
    /// # Errors
    /// [`FormsError::Pack`] with file, line and column for whatever a pack says that is not known;
    /// [`FormsError::NoForms`] where neither a fitting nor a general pack is there.
    pub fn load<S: AsRef<str>>(
        packs: &PackSource,
        chain: &[S],
        catalogue: &Catalogue,
    ) -> Result<Self, FormsError> {
        let mut files = Vec::new();
        for file in packs.toml_files(FOLDER) {
            let raw: RawForms = packs::parse(file)?;
            let expected = format!("{FOLDER}/{}.toml", raw.id.get_ref());
            if file.path() != expected {
                let message = format!("id 与文件名不一致：文件名应为 {expected}");
                return Err(PackError::at(file, raw.id.span(), "FM-PACK-05", message).into());
            }
            files.push((file, raw));
        }
        let made_for = |standard: &str| {
            files.iter().position(|(_, raw)| raw.standards.iter().any(|s| s == standard))
        };
        let chosen = chain
            .iter()
            .find_map(|s| made_for(s.as_ref()))
            .or_else(|| files.iter().position(|(_, raw)| raw.id.get_ref() == GENERAL))
            .ok_or_else(|| FormsError::NoForms {
                standard: chain.first().map_or_else(String::new, |s| s.as_ref().to_owned()),
            })?;
        let mut seen = BTreeSet::new();
        let mut forms = merged(&files, chosen, &mut seen, catalogue)?;
        forms.hash = packs.hash(FOLDER);
        Ok(forms)
    }
}

/// The pack at `at` laid over its base.
fn merged(
    files: &[(&PackFile, RawForms)],
    at: usize,
    seen: &mut BTreeSet<usize>,
    catalogue: &Catalogue,
) -> Result<Forms, FormsError> {
    let Some((file, raw)) = files.get(at) else {
        return Err(FormsError::NoForms { standard: String::new() });
    };
    seen.insert(at);
    let reader = Reader { file, catalogue };
    let mut forms = Forms {
        id: raw.id.get_ref().clone(),
        title: raw.title.clone(),
        hash: String::new(),
        sheets: Vec::new(),
        remarks: Vec::new(),
    };
    if let Some(base) = &raw.base {
        let found = files.iter().position(|(_, other)| other.id.get_ref() == base.get_ref());
        match found {
            Some(below) if !seen.contains(&below) => {
                let below = merged(files, below, seen, catalogue)?;
                forms.sheets = below.sheets;
                forms.remarks = below.remarks;
            }
            Some(_) => {
                let message = "表册的 base 绕成了圈";
                return Err(PackError::at(file, base.span(), "FM-PACK-03", message).into());
            }
            None => {
                let message = format!("没有表册“{}”", base.get_ref());
                return Err(PackError::at(file, base.span(), "FM-PACK-03", message).into());
            }
        }
    }
    let mut own = BTreeSet::new();
    for sheet in &raw.sheet {
        if !own.insert(sheet.id.get_ref()) {
            let message = format!("表“{}”写了两次", sheet.id.get_ref());
            return Err(PackError::at(file, sheet.id.span(), "FM-PACK-05", message).into());
        }
        let spec = reader.sheet(sheet)?;
        match forms.sheets.iter_mut().find(|s| s.id == spec.id) {
            Some(place) => *place = spec,
            None => forms.sheets.push(spec),
        }
    }
    for remark in &raw.remark {
        forms.remarks.push(Remark {
            parameter: remark.parameter.clone(),
            unless: remark.unless.clone(),
            text: Template::read(file, &remark.text, OF_PARAMETER)?,
        });
    }
    Ok(forms)
}

impl Reader<'_> {
    fn text(&self, text: &Spanned<String>) -> Result<Template, PackError> {
        Template::read(self.file, text, OF_SHEET)
    }

    pub(crate) fn refuse(
        &self,
        at: &Spanned<String>,
        code: &'static str,
        message: String,
    ) -> PackError {
        PackError::at(self.file, at.span(), code, message)
    }

    fn sheet(&self, raw: &RawSheet) -> Result<SheetSpec, PackError> {
        let blocks: Vec<_> = raw.block.iter().map(|b| self.block(b)).collect::<Result<_, _>>()?;
        let spans = || raw.block.iter().flat_map(|b| &b.columns).filter_map(|c| c.span);
        if raw.widths.is_none() && spans().any(|span| span != 1) {
            let message = "列写了 span 的表，要用 widths 逐列写出表的列宽".to_owned();
            return Err(self.refuse(&raw.id, "FM-PACK-04", message));
        }
        if let Some(widths) = &raw.widths {
            let fits = |b: &RawBlock| {
                b.columns.iter().map(|c| usize::from(c.span.unwrap_or(1))).sum::<usize>()
                    <= widths.len()
            };
            if widths.is_empty() || widths.iter().any(|w| !WIDTHS.contains(w)) {
                return Err(self.refuse(&raw.id, "FM-PACK-04", WIDTHS_ZH.into()));
            }
            if let Some(wide) = raw.block.iter().find(|b| !fits(b)) {
                let message = format!("这个块的列加起来超过表的 {} 列", widths.len());
                return Err(self.refuse(&wide.of, "FM-PACK-04", message));
            }
        }
        Ok(SheetSpec {
            id: raw.id.get_ref().clone(),
            name: self.text(&raw.name)?,
            title: self.text(&raw.title)?,
            page: Page { paper: raw.paper, landscape: raw.landscape },
            widths: raw.widths.clone(),
            freeze_columns: raw.freeze_columns,
            shared: raw.shared,
            group: raw.group.as_ref().map(|g| match g.as_str() {
                "*" => GroupChoice::Others,
                code => GroupChoice::Code(code.to_owned()),
            }),
            blocks,
            notes: raw.notes.iter().map(|n| self.text(n)).collect::<Result<_, _>>()?,
            foot: raw.foot,
        })
    }

    fn block(&self, raw: &RawBlock) -> Result<BlockSpec, PackError> {
        if raw.columns.is_empty() {
            return Err(self.refuse(&raw.of, "FM-PACK-04", "这个块没有列".into()));
        }
        if raw.filter && raw.columns.iter().any(|c| c.head.len() != 1 || c.label.is_some()) {
            let message = "可筛选的块只能有一行表头".to_owned();
            return Err(self.refuse(&raw.of, "FM-PACK-04", message));
        }
        Ok(BlockSpec {
            caption: raw.caption.as_ref().map(|c| self.text(c)).transpose()?,
            filter: raw.filter,
            body: Body::read(self, &raw.of, &raw.columns, &raw.rows)?,
        })
    }

    /// The columns of a block with their bindings.
    pub(crate) fn table<B: Bind>(&self, columns: &[RawColumn]) -> Result<Table<B>, PackError> {
        let column = |raw: &RawColumn| -> Result<Column<B>, PackError> {
            let each = raw.bind.get_ref() == EACH;
            let known = if each { OF_INDICATOR } else { OF_COLUMN };
            let words = |text| Template::read(self.file, text, known);
            let width = raw.width.unwrap_or(WIDTH);
            if !WIDTHS.contains(&width) || raw.span == Some(0) {
                return Err(self.refuse(&raw.bind, "FM-PACK-04", WIDTHS_ZH.into()));
            }
            Ok(Column {
                head: raw.head.iter().map(words).collect::<Result<_, _>>()?,
                label: raw.label.as_ref().map(words).transpose()?,
                bind: self.bind(&raw.bind)?,
                width,
                span: raw.span.unwrap_or(1),
                decimals: raw.decimals,
                each,
            })
        };
        Ok(Table { columns: columns.iter().map(column).collect::<Result<_, _>>()? })
    }

    /// The rows that a block names, one binding each.
    pub(crate) fn rows<B: Bind>(
        &self,
        of: &Spanned<String>,
        rows: &[RawRow],
    ) -> Result<Vec<NamedRow<B>>, PackError> {
        let named = |raw: &RawRow| match &raw.bind {
            Some(bind) if raw.cells.is_empty() => {
                Ok(NamedRow { label: raw.label.clone(), bind: self.bind(bind)? })
            }
            _ => {
                Err(self.refuse(of, "FM-PACK-04", format!("行“{}”应写 bind,不写 cells", raw.label)))
            }
        };
        if rows.is_empty() {
            return Err(self.refuse(of, "FM-PACK-04", "这个块要逐行写出 rows".into()));
        }
        rows.iter().map(named).collect()
    }

    /// The rows that a block names, one binding for each column after the first.
    pub(crate) fn cells<B: Bind>(
        &self,
        of: &Spanned<String>,
        columns: usize,
        rows: &[RawRow],
    ) -> Result<Vec<NamedRow<Vec<B>>>, PackError> {
        let named = |raw: &RawRow| {
            if raw.bind.is_some() || raw.cells.len() + 1 != columns {
                let message = format!(
                    "行“{}”的 cells 应有 {} 个，与列对应",
                    raw.label,
                    columns.saturating_sub(1)
                );
                return Err(self.refuse(of, "FM-PACK-04", message));
            }
            let cells = raw.cells.iter().map(|c| self.bind(c)).collect::<Result<_, _>>()?;
            Ok(NamedRow { label: raw.label.clone(), bind: cells })
        };
        if rows.is_empty() {
            return Err(self.refuse(of, "FM-PACK-04", "这个块要逐行写出 rows".into()));
        }
        rows.iter().map(named).collect()
    }

    fn bind<B: Bind>(&self, name: &Spanned<String>) -> Result<B, PackError> {
        B::read(name.get_ref(), self.catalogue).ok_or_else(|| {
            self.refuse(name, "FM-PACK-01", format!("不认识的取数项“{}”", name.get_ref()))
                .with_help(format!("这里可用：{}", B::options()))
        })
    }
}
