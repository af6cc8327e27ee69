//! `junheng document`: official documents from templates, and the check of edited ones.
//!
//! What a template says and how a document looks is the business of the crate `document`; here files
//! are read and written.

mod exchanged;
mod sources;
mod verify;
mod written;

use crate::cli::{DocumentArgs, DocumentCommand, WriteArgs};
use crate::failure::{Exit, Misuse};
use crate::packs_in_use::PacksInUse;
use crate::screen::{self, BAD, FAINT, GOOD, styled};
use crate::table::{Grid, plain};
use crate::{check, files};
use anyhow::Context as _;
use document::model::State;
use document::office::{LIMIT, Office};
use document::template::{Need, Options, Subject, TemplateError};
use document::{Document, Template, docx, html};
use sources::Data;
use std::fmt::Write as _;
use std::path::Path;

/// Writes a document, or does what the command says.
pub(crate) fn run(packs: &PacksInUse, args: &DocumentArgs) -> anyhow::Result<Exit> {
    match &args.command {
        None => write(packs, &args.write),
        Some(DocumentCommand::List) => list(packs),
        Some(DocumentCommand::Verify(args)) => verify::run(packs, args),
    }
}

/// The kinds of file that a document is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Docx,
    Pdf,
    Html,
}

impl Format {
    fn of(path: &Path) -> anyhow::Result<Self> {
        let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
        match extension.to_ascii_lowercase().as_str() {
            "docx" => Ok(Self::Docx),
            "pdf" => Ok(Self::Pdf),
            "html" | "htm" => Ok(Self::Html),
            _ => {
                let message = format!("文件名要以 .docx、.pdf 或 .html 结尾：{}", path.display());
                Err(Misuse(message).into())
            }
        }
    }
}

/// Reads a template; one that is not there is a slip of the user's.
fn template(packs: &PacksInUse, id: &str) -> anyhow::Result<Template> {
    Template::load(&packs.source, id, &packs.catalogue).map_err(|error| match error {
        TemplateError::Unknown { .. } => Misuse(error.to_string()).into(),
        other => anyhow::Error::new(other).context(format!("正在读取文书模板 {id}")),
    })
}

fn write(packs: &PacksInUse, args: &WriteArgs) -> anyhow::Result<Exit> {
    let (Some(id), Some(out)) = (&args.template, &args.out) else {
        return Err(Misuse("要给出模板和 --out".to_owned()).into());
    };
    let format = Format::of(out)?;
    files::expect_writable(out, &args.sources.input.files)?;
    if out.exists() && !args.force {
        let message = format!(
            "{} 已经存在，可能有人改过，没有覆盖。请换一个文件名，或加 --force",
            out.display()
        );
        return Err(Misuse(message).into());
    }
    // Before the data are read: it is a pity to learn it afterwards.
    let office = if format == Format::Pdf { Some(Office::find()?) } else { None };
    let template = template(packs, id)?;
    if template.is_personal() && !args.sources.rotation.plain {
        let message =
            format!("“{}”写出教师姓名：请给出 --rotation、--roster 和 --plain", template.name());
        return Err(Misuse(message).into());
    }
    let free = match &args.free {
        Some(path) => written::read(path)?,
        None => document::template::Written::new(),
    };
    let Some(data) = Data::read(packs, &args.sources, "没有生成文书")? else {
        return Ok(Exit::Findings);
    };
    let options = Options {
        about: args.about.clone(),
        state: if args.finished { State::Final } else { State::Draft },
        label: data.label.clone(),
        front_sheet: args.front_sheet,
    };
    let document =
        template.render(data.sources(), &free, &options).map_err(|error| match error {
            TemplateError::Needs { .. } | TemplateError::Subject { .. } => {
                anyhow::Error::new(Misuse(error.to_string()))
            }
            other => anyhow::Error::new(other).context("正在填写文书"),
        })?;
    // A misspelt key must not be lost without a word.
    let keys = document.free();
    let stray = free.keys().filter(|key| *key != "mark" && keys.iter().all(|(own, _)| own != key));
    let stray: Vec<&str> = stray.map(String::as_str).collect();
    if !stray.is_empty() {
        screen::note(&format!(
            "提示 自填文字中的 {} 在这份文书里没有位置，没有用上",
            stray.join("、")
        ));
    }
    let bytes = match (format, office) {
        (Format::Html, _) => html::page(&document)?.into_bytes(),
        (_, None) => docx::write(&document)?,
        (_, Some(office)) => {
            office.pdf(&docx::write(&document)?, LIMIT).context("正在转换为 PDF")?
        }
    };
    files::write(out, &bytes)?;
    screen::print(&said(&template, &document, out, &data))?;
    Ok(data.reading.exit())
}

/// What was written, and what a person still has to do.
fn said(template: &Template, document: &Document, out: &Path, data: &Data) -> String {
    let mut text = format!("{} {}（{}）\n", styled(GOOD, "已写出"), out.display(), template.name());
    let gaps = document.pending();
    if !gaps.is_empty() {
        let head = format!("还有 {} 处待补：", gaps.len());
        let _ = writeln!(text, "{}", styled(BAD, &head));
        // A table asks the same of every row.
        let mut counts: Vec<(&str, usize)> = Vec::new();
        for gap in gaps {
            match counts.iter_mut().find(|(known, _)| *known == gap) {
                Some((_, count)) => *count += 1,
                None => counts.push((gap, 1)),
            }
        }
        for (gap, count) in counts {
            let times = if count > 1 { format!("（{count} 处）") } else { String::new() };
            let _ = writeln!(text, "  · {gap}{times}");
        }
        let keys: Vec<&str> = document.free().iter().map(|(key, _)| *key).collect();
        let (rows, keys): (Vec<&str>, Vec<&str>) = keys.into_iter().partition(|k| k.contains('@'));
        if !keys.is_empty() {
            let hint = format!(
                "可以直接在 Word 里填写，再用 --free 交回这份 .docx；也可以写在 .toml 里，编码：{}",
                keys.join("、")
            );
            let _ = writeln!(text, "{}", styled(FAINT, &hint));
        }
        if let Some(first) = rows.first() {
            let hint = format!("表格逐行自填 {} 处，编码如 {first}", rows.len());
            let _ = writeln!(text, "{}", styled(FAINT, &hint));
        }
    }
    text.push_str(&check::in_short(&data.reading.findings));
    text
}

fn list(packs: &PacksInUse) -> anyhow::Result<Exit> {
    let mut grid = Grid::new(&["模板", "文书", "对象", "还需要", "用途"]);
    for id in Template::ids(&packs.source) {
        let template = template(packs, &id)?;
        let subject = match template.subject() {
            Subject::County => "全县",
            Subject::School => "一所学校",
            Subject::Township => "一个乡镇",
            Subject::Objection => "一件异议",
        };
        let needs: Vec<&str> = template
            .needs()
            .filter_map(|need| match need {
                Need::Snapshot => None,
                Need::Last => Some("上一学年数据"),
                Need::Plan => Some("规划"),
                Need::Rotation => Some("已公示的交流轮岗"),
                Need::Adopted => Some("已决定的交流轮岗"),
                Need::Objection => Some("异议"),
            })
            .collect();
        let needs = if needs.is_empty() { "—".to_owned() } else { needs.join("、") };
        let name = if template.is_public() {
            format!("{}（公开）", template.name())
        } else if template.is_personal() {
            format!("{}（含姓名）", template.name())
        } else {
            template.name().to_owned()
        };
        grid.row([
            plain(template.id()),
            plain(name),
            plain(subject),
            plain(needs),
            plain(template.about()),
        ]);
    }
    screen::print(&grid.render())?;
    Ok(Exit::Done)
}
