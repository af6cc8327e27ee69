//! Reading official workbooks: fixed cells, one workbook a school. No value is trusted before the
//! labels of its sheet are verified.

use crate::cell::shown;
use crate::cell::text::key;
use crate::context::{Context, Vocabulary, Who, hidden};
use crate::finding::{Finding, Findings, Location, code};
use crate::head::label;
use crate::layout::{Body, CellRef, CellSheet, CellValue, Cells, Field, Layout, Layouts, Target};
use crate::open::{Book, Limits, Raw, Refusal};
use crate::part::{Part, Said, Source, location, remember, zh};
use domain::{CountyCode, Facts, Origin, SchoolCode, SchoolKind, SchoolYear, Stage, Value};
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::sync::Arc;

/// More cells than a form has; what is beyond is not looked at.
const MOST_CELLS: usize = 200_000;

/// The cells of a sheet.
type Grid = BTreeMap<CellRef, Raw<'static>>;

/// The layouts of whose sheets the file has some.
pub(crate) fn candidates<'a>(book: &Book, layouts: &'a Layouts) -> Vec<(&'a Layout, &'a Cells)> {
    layouts
        .iter()
        .filter_map(|layout| match &layout.body {
            Body::Cells(cells) => Some((layout, cells)),
            _ => None,
        })
        .filter(|(_, cells)| {
            let prefix = key(&cells.prefix);
            book.sheets().iter().any(|sheet| key(&sheet.name).starts_with(&prefix))
        })
        .collect()
}

/// Reads a school's workbook by the layout that fits it best; the one of the wanted year first.
#[expect(clippy::too_many_arguments, reason = "a file, its layouts, and what is gathered")]
pub(crate) fn read<'a>(
    book: &mut Book,
    candidates: &[(&'a Layout, &'a Cells)],
    words: &Vocabulary<'_>,
    limits: &Limits,
    year: Option<SchoolYear>,
    file: &Arc<str>,
    part: &mut Part,
    findings: &mut Findings,
) -> Result<Option<&'a Layout>, Refusal> {
    let mut grids = BTreeMap::new();
    for index in 0..book.sheets().len() {
        let name = key(&book.sheets()[index].name);
        let known = candidates
            .iter()
            .any(|(_, cells)| cells.sheets.iter().any(|sheet| key(&sheet.name) == name));
        if known {
            let mut grid = Grid::new();
            book.rows(index, limits, &mut |row| {
                for (column, raw) in row.cells {
                    if grid.len() < MOST_CELLS {
                        let at = CellRef { row: row.index, column: *column };
                        grid.insert(at, raw.clone().into_owned());
                    }
                }
            })?;
            grids.insert(name, (index, grid));
        }
    }
    let mut forms: Vec<Form<'_, 'a>> = candidates
        .iter()
        .map(|(layout, cells)| Form { layout, cells, grids: &grids, words })
        .collect();
    // The layout of the wanted year stands first, then the newest.
    forms.sort_by_key(|form| {
        let fits = year.is_none_or(|year| form.layout.years.contains(year));
        (!fits, std::cmp::Reverse(form.layout.years.from))
    });
    let matching = forms.iter().position(Form::labels_match);
    let chosen = if year.is_some() { 0 } else { matching.unwrap_or(0) };
    let nearest = matching.filter(|index| *index != chosen).and_then(|index| forms.get(index));
    let Some(form) = forms.get(chosen) else { return Ok(None) };
    let context = Context { words, layout: form.layout, limits };
    for (index, _) in grids.values() {
        let sheet = book.sheets().get(*index).cloned();
        if let Some(info) = sheet {
            let at = Location::sheet(file, &Arc::from(info.name.as_str()));
            hidden(&book.shape(*index), info.hidden, &at, findings);
        }
    }
    let mut reading =
        Reading { form, context, file, part, findings, nearest: nearest.map(|f| f.layout) };
    reading.run();
    Ok(Some(form.layout))
}

/// A layout laid over the sheets of a file.
struct Form<'g, 'a> {
    layout: &'a Layout,
    cells: &'a Cells,
    grids: &'g BTreeMap<String, (usize, Grid)>,
    words: &'g Vocabulary<'g>,
}

impl<'g, 'a> Form<'g, 'a> {
    fn grid(&self, sheet: &CellSheet) -> Option<&'g Grid> {
        self.grids.get(&key(&sheet.name)).map(|(_, grid)| grid)
    }

    fn labels_match(&self) -> bool {
        let kind = self.kind();
        self.cells.sheets.iter().all(|sheet| {
            let (Some(grid), true) = (self.grid(sheet), kind.is_none_or(|k| sheet.is_for(k)))
            else {
                return true;
            };
            mismatches(sheet, grid, kind).next().is_none()
        })
    }

    /// The first cell that holds a field.
    fn field(&self, field: Field) -> Option<(&'a CellSheet, CellRef, Option<&'g Raw<'static>>)> {
        self.cells.sheets.iter().find_map(|sheet| {
            let value = sheet.values.iter().find(|v| v.target == Target::Field(field))?;
            let at = *value.cells.first()?;
            Some((sheet, at, self.grid(sheet).and_then(|grid| grid.get(&at))))
        })
    }

    fn kind(&self) -> Option<SchoolKind> {
        let text = self.field(Field::Kind)?.2.map(shown)?;
        let limits = Limits::default();
        Context { words: self.words, layout: self.layout, limits: &limits }.kind(&text)
    }
}

/// The labels that are not what the layout expects: where, expected, found.
fn mismatches<'a>(
    sheet: &'a CellSheet,
    grid: &'a Grid,
    kind: Option<SchoolKind>,
) -> impl Iterator<Item = (CellRef, &'a str, String)> {
    sheet
        .labels
        .iter()
        .filter(move |l| l.kinds.is_empty() || kind.is_some_and(|kind| l.kinds.contains(&kind)))
        .filter_map(|wanted| {
            let raw = grid.get(&wanted.at);
            let fits = label(raw).contains(&key(&wanted.text));
            (!fits).then(|| {
                let found = raw.map(shown).unwrap_or_default();
                (wanted.at, wanted.text.as_str(), crate::cell::short(&found))
            })
        })
}

struct Reading<'r, 'g, 'a> {
    form: &'r Form<'g, 'a>,
    context: Context<'r>,
    file: &'r Arc<str>,
    part: &'r mut Part,
    findings: &'r mut Findings,
    nearest: Option<&'r Layout>,
}

impl<'r> Reading<'r, '_, '_> {
    fn run(&mut self) {
        let Some((code, at, name)) = self.identity() else {
            self.part.broken = true;
            return;
        };
        let Some((kind, kind_at)) = self.kind(&code, &name) else {
            self.part.broken = true;
            return;
        };
        self.county();
        let mut own = Facts::new();
        let mut sections = <[Facts; 3]>::default();
        for sheet in &self.form.cells.sheets {
            if !sheet.is_for(kind) {
                continue;
            }
            let Some(grid) = self.form.grid(sheet) else {
                self.absent(sheet, &code, &name);
                continue;
            };
            if self.mislabelled(sheet, grid, Some(kind), &code, &name) {
                continue;
            }
            let source = self.source(sheet);
            for value in sheet.values_for(kind) {
                let Target::Item { stage, .. } = value.target else { continue };
                let facts = match stage {
                    Some(stage) => &mut sections[stage.index()],
                    None => &mut own,
                };
                let who = Who { code: code.as_str(), name: &name };
                self.value(value, grid, &source, who, facts);
            }
        }
        let school = self.part.school(code, || at);
        school.described = true;
        school.name = name;
        school.kind = Some(Said { value: kind, at: kind_at });
        school.facts = own;
        for (section, facts) in school.sections.iter_mut().zip(sections) {
            section.facts = facts;
        }
    }

    fn source(&self, sheet: &CellSheet) -> Source<'r> {
        let corrections = self.context.words.corrections;
        Source { file: self.file, sheet: Arc::from(sheet.name.as_str()), corrections }
    }

    fn place(&self, sheet: &CellSheet, cell: CellRef) -> Location {
        Location::cell(self.file, &Arc::from(sheet.name.as_str()), cell.row, cell.column)
    }

    /// Code and name of the school, after the labels of their sheet are verified.
    fn identity(&mut self) -> Option<(SchoolCode, Location, String)> {
        let (sheet, cell, raw) = self.form.field(Field::Code)?;
        let at = self.place(sheet, cell);
        let Some(grid) = self.form.grid(sheet) else {
            self.findings.push(
                Finding::error(
                    code::LABEL,
                    format!(
                        "缺少工作表“{}”（{}），无法确定是哪所学校，整个文件未读入。",
                        sheet.name, sheet.title
                    ),
                )
                .at(Location::file(self.file))
                .advise("请导出完整的基层报表后重新导入。"),
            );
            return None;
        };
        let kind = self.form.kind();
        if self.mislabelled_at(sheet, grid, kind, Who::default()) {
            return None;
        }
        let name =
            self.form.field(Field::Name).and_then(|(_, _, raw)| raw.map(shown)).unwrap_or_default();
        let text = raw.map(shown).unwrap_or_default();
        let code = self.context.school(&text, &name, || at.clone(), self.findings)?;
        Some((code, at, name))
    }

    fn kind(&mut self, code: &SchoolCode, name: &str) -> Option<(SchoolKind, Location)> {
        let (sheet, cell, raw) = self.form.field(Field::Kind)?;
        let at = self.place(sheet, cell);
        let text = raw.map(shown).unwrap_or_default();
        let who = Who { code: code.as_str(), name };
        let kind = self.context.read_kind(&text, || at.clone(), who, self.findings)?;
        Some((kind, at))
    }

    /// The county's code, from a place code that begins with it.
    fn county(&mut self) {
        let Some((sheet, cell, Some(raw))) = self.form.field(Field::CountyCode) else { return };
        let text = shown(raw);
        let code = text.get(..CountyCode::LENGTH).and_then(|text| CountyCode::parse(text).ok());
        if let Some(value) = code {
            let at = self.place(sheet, cell);
            self.part.county_code = Some(Said { value, at });
        }
    }

    fn absent(&mut self, sheet: &CellSheet, code: &SchoolCode, name: &str) {
        self.findings.push(
            Finding::warning(
                code::LABEL,
                format!("缺少工作表“{}”（{}），其中的数据按缺失处理。", sheet.name, sheet.title),
            )
            .at(Location::file(self.file))
            .of(code.as_str(), name)
            .advise("请导出完整的基层报表，或在补充表中填写。"),
        );
    }

    fn mislabelled(
        &mut self,
        sheet: &CellSheet,
        grid: &Grid,
        kind: Option<SchoolKind>,
        code: &SchoolCode,
        name: &str,
    ) -> bool {
        self.mislabelled_at(sheet, grid, kind, Who { code: code.as_str(), name })
    }

    fn mislabelled_at(
        &mut self,
        sheet: &CellSheet,
        grid: &Grid,
        kind: Option<SchoolKind>,
        who: Who<'_>,
    ) -> bool {
        let mut any = false;
        for (cell, expected, found) in mismatches(sheet, grid, kind) {
            any = true;
            let found =
                if found.is_empty() { "空白".to_owned() } else { format!("“{found}”") };
            let years = self.form.layout.years;
            let advice = match self.nearest {
                Some(layout) => {
                    format!("与“{}”（{}）的版式相符，请核对学年。", layout.title, layout.years)
                }
                None => format!(
                    "版式“{}”适用于 {years}；如表样已变，请更新版式。",
                    self.form.layout.title
                ),
            };
            let mut finding = Finding::error(
                code::LABEL,
                format!(
                    "工作表“{}”的 {cell} 应为“{expected}”，实为{found}，该表的数据未读入。",
                    sheet.name
                ),
            )
            .at(self.place(sheet, cell))
            .advise(advice);
            if !who.code.is_empty() {
                finding = finding.of(who.code, who.name);
            }
            self.findings.push(finding);
        }
        any
    }

    /// A value of one or several cells. Several are added up: a blank one makes the sum missing,
    /// `*` counts nothing, and all of them `*` mean that the item does not apply.
    fn value(
        &mut self,
        value: &CellValue,
        grid: &Grid,
        source: &Source<'_>,
        who: Who<'_>,
        facts: &mut Facts,
    ) {
        let Target::Item { item, stage } = value.target else { return };
        let Some(first) = value.cells.first() else { return };
        let about = self.context.item(item);
        let plain = value.cells.len() == 1 && value.factor == Decimal::ONE && !value.positive;
        let read = if plain {
            let Some(raw) = grid.get(first) else { return };
            let at = || source.at(first.row, first.column);
            self.context.value(raw, (item, stage, None), at, who, self.findings)
        } else {
            self.sum(value, grid, source, who, (&about.zh, stage))
        };
        let Some(read) = read else { return };
        let number = read.number().is_some();
        let origins = &mut self.part.origins;
        // Of several cells it is the corrected one that tells where the figure comes from.
        let corrected = |cell: &&CellRef| source.is_corrected(cell.row, cell.column);
        let cell = value.cells.iter().find(corrected).unwrap_or(first);
        let fact = source.fact(origins, read, cell.row, cell.column);
        let place = location(origins.get(fact.origin.0 as usize));
        facts.set(item, fact);
        if number {
            // What the cell contains besides is zero beside it, and says why.
            let place = place.map(|p| p.to_string()).unwrap_or_default();
            for inside in &value.contains {
                let how = format!("本表不单列，已含在“{}”中（{place}）", zh(&about.zh, stage));
                let origin = Origin::Derived { how: Arc::from(how) };
                let zero = remember(&mut self.part.origins, Value::Number(Decimal::ZERO), origin);
                facts.set(*inside, zero);
            }
        }
    }

    fn sum(
        &mut self,
        value: &CellValue,
        grid: &Grid,
        source: &Source<'_>,
        who: Who<'_>,
        (name, stage): (&str, Option<Stage>),
    ) -> Option<Value> {
        let mut total = None;
        for cell in &value.cells {
            let raw = grid.get(cell)?;
            let text = shown(raw);
            if text.is_empty() && !matches!(raw, Raw::NoValue) {
                return None;
            }
            if crate::cell::text::is_not_applicable(&crate::cell::text::clean(&text)) {
                continue;
            }
            let Some(number) = crate::cell::plain_number(raw) else {
                self.findings.push(
                    Finding::error(
                        code::TYPE,
                        format!("“{}”（{}）不是数字。", crate::cell::short(&text), zh(name, stage)),
                    )
                    .at(source.at(cell.row, cell.column))
                    .of(who.code, who.name)
                    .advise("请改为数字；公式请先在 WPS 或 Excel 中算出结果并保存。"),
                );
                return None;
            };
            total = Some(total.unwrap_or(Decimal::ZERO) + number);
        }
        let Some(total) = total else { return Some(Value::NotApplicable) };
        if value.positive {
            return Some(Value::Flag(total > Decimal::ZERO));
        }
        Some(Value::Number((total * value.factor).normalize()))
    }
}
