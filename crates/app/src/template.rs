//! `junheng template`: the empty workbook that a county fills in.

use crate::cli::TemplateArgs;
use crate::failure::{Exit, Misuse};
use crate::files;
use crate::packs_in_use::PacksInUse;
use crate::screen::{self, GOOD, styled};
use anyhow::Context as _;
use domain::SchoolYear;
use intake::Layouts;
use intake::write::{TemplateRequest, WriteOptions, template};
use std::path::PathBuf;

/// Writes the template, or the supplement for files of another layout.
pub(crate) fn run(packs: &PacksInUse, args: &TemplateArgs) -> anyhow::Result<Exit> {
    let standard = packs.standard(&args.standard)?;
    let catalogue = standard.catalogue();
    let layouts = Layouts::load(&packs.source, catalogue).context("正在读取表样")?;
    let attested = standard.attested();
    let request = TemplateRequest {
        year: SchoolYear(args.year),
        county: None,
        supplement_for: args.supplement_for.as_deref(),
    };
    if let Some(id) = request.supplement_for
        && layouts.get(id).is_none()
    {
        let known: Vec<_> = layouts.iter().map(|l| format!("{}（{}）", l.id, l.title)).collect();
        return Err(Misuse(format!("没有表样“{id}”。可选：{}", known.join("、"))).into());
    }
    let options = WriteOptions { catalogue, layouts: &layouts, indicators: &attested, label: None };
    let file = template(&request, &options).context("正在生成模板")?;
    let path = args.out.clone().unwrap_or_else(|| PathBuf::from(&file.name));
    files::expect_writable(&path, &[])?;
    if path.exists() && !args.force {
        let message = format!("{} 已经存在，要替换请加 --force", path.display());
        return Err(Misuse(message).into());
    }
    files::write(&path, &file.bytes)?;
    screen::print(&format!("{} {}\n", styled(GOOD, "已写出"), path.display()))?;
    Ok(Exit::Done)
}
