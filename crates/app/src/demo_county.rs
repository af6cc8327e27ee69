//! `junheng demo`: writes the synthetic county in both ways that a county can hand in its data.
//!
//! The list of what was written stands in the folder itself. A former demo is replaced by it: what
//! the list names is taken away first, and nothing else is touched.

use crate::cli::{DEFAULT_STANDARD, DemoArgs};
use crate::failure::{Exit, Misuse};
use crate::packs_in_use::PacksInUse;
use crate::screen::{self, FAINT, GOOD, HEAD, styled};
use crate::{files, progress};
use anyhow::Context as _;
use domain::Snapshot;
use intake::write::{self, WriteOptions, WrittenFile};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Component, Path, PathBuf};

/// Stands in every file.
pub(crate) const LABEL: &str = "合成数据，仅供演示";
/// The file that makes a folder a demo.
const LIST: &str = "演示数据说明.txt";
/// Its first line.
const MARK: &str = "均衡（junheng）演示县：合成数据，仅供演示";
/// Before the names of the files in it.
const NAMES: &str = "写出的文件：";
/// The official layout that the demo is also written by.
const OFFICIAL: &str = "jiaoji-2021";

/// Makes the county and writes it.
pub(crate) fn run(packs: &PacksInUse, args: &DemoArgs) -> anyhow::Result<Exit> {
    let former = expect_ours(&args.out, args.force)?;
    let attested = packs.standard(DEFAULT_STANDARD)?.attested();
    let options = demo::Options {
        seed: args.seed,
        schools: args.schools,
        year: demo::Options::YEAR,
        catalogue: &packs.catalogue,
        attested: &attested,
    };
    let snapshots = demo::county(&options)?
        .into_iter()
        .map(|draft| draft.seal(&packs.catalogue))
        .collect::<Result<Vec<_>, _>>()
        .context("A-DEMO-01 正在封存演示县的数据")?;
    let layouts = packs.layouts()?;
    let writing = WriteOptions {
        catalogue: &packs.catalogue,
        layouts: &layouts,
        indicators: &attested,
        label: Some(LABEL),
    };
    files::make_folder(&args.out)?;
    remove_former(&args.out, &former)?;
    let mut folder = Folder { root: &args.out, head: head(args), written: BTreeSet::new() };
    let bar = progress::bar("正在写出", snapshots.len() * 2);
    for snapshot in &snapshots {
        let template = write::snapshot_as("template", snapshot, &writing)?;
        folder.take("template", template)?;
        bar.inc(1);
        let mut official = write::snapshot_as(OFFICIAL, snapshot, &writing)?;
        official.push(write::supplement(OFFICIAL, snapshot, &writing)?);
        folder.take(&format!("jiaoji/{}", snapshot.year().0), official)?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    screen::print(&said(args, &snapshots, &folder))?;
    Ok(Exit::Done)
}

/// The files of a former demo, or a refusal where the folder is somebody else's.
fn expect_ours(out: &Path, force: bool) -> anyhow::Result<Vec<PathBuf>> {
    if out.is_file() {
        return Err(Misuse(format!("{} 是文件，请给出文件夹", out.display())).into());
    }
    if !out.exists() {
        return Ok(Vec::new());
    }
    let list = out.join(LIST);
    if let Ok(text) = fs::read_to_string(&list)
        && text.starts_with(MARK)
    {
        return Ok(names(&text));
    }
    let mut inside =
        fs::read_dir(out).with_context(|| format!("A-FILE-03 无法读取文件夹 {}", out.display()))?;
    if inside.next().is_some() && !force {
        let message = format!(
            "文件夹 {} 里已有其他文件，没有写入。请换一个空文件夹，或加 --force",
            out.display()
        );
        return Err(Misuse(message).into());
    }
    Ok(Vec::new())
}

/// The names in the list; a name that leads out of the folder is none.
fn names(text: &str) -> Vec<PathBuf> {
    let names = text.lines().skip_while(|line| *line != NAMES).skip(1).map(PathBuf::from);
    names
        .filter(|name| {
            !name.as_os_str().is_empty()
                && name.components().all(|part| matches!(part, Component::Normal(_)))
        })
        .collect()
}

fn remove_former(root: &Path, former: &[PathBuf]) -> anyhow::Result<()> {
    for name in former {
        let path = root.join(name);
        match fs::remove_file(&path) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => {
                return Err(error)
                    .with_context(|| format!("A-DEMO-02 无法删除上一次生成的 {}", path.display()));
            }
        }
    }
    Ok(())
}

fn head(args: &DemoArgs) -> String {
    format!(
        "{MARK}\n\n本文件夹中的学校、人员和数字都是程序生成的，与任何真实的县和学校无关。\n\
         种子 {}，学校 {} 所。再次运行 junheng demo --out 会替换下列文件，其他文件不动。\n\n{NAMES}\n",
        args.seed, args.schools
    )
}

/// The folder of the demo. A file's name stands in the list before the file is there, so that a
/// demo that was broken off is still known as one.
struct Folder<'a> {
    root: &'a Path,
    head: String,
    written: BTreeSet<String>,
}

impl Folder<'_> {
    fn take(&mut self, inside: &str, written: Vec<WrittenFile>) -> anyhow::Result<()> {
        let folder = self.root.join(inside);
        self.written.extend(written.iter().map(|file| format!("{inside}/{}", file.name)));
        let mut list = self.head.clone();
        for name in &self.written {
            let _ = writeln!(list, "{name}");
        }
        files::write(&self.root.join(LIST), list.as_bytes())?;
        files::make_folder(&folder)?;
        for file in written {
            files::write(&folder.join(&file.name), &file.bytes)?;
        }
        Ok(())
    }
}

fn said(args: &DemoArgs, snapshots: &[Snapshot], folder: &Folder<'_>) -> String {
    let mut text = String::new();
    let out = args.out.display();
    if let Some(last) = snapshots.last() {
        let sections: usize = last.schools().iter().map(|school| school.sections.len()).sum();
        let _ = writeln!(
            text,
            "{} {}：{} 所学校（机构）、{sections} 个学段，{} 个学年。{}",
            styled(GOOD, "已生成"),
            last.county().name,
            last.schools().len(),
            snapshots.len(),
            styled(FAINT, LABEL),
        );
    }
    for name in folder.written.iter().filter(|name| name.starts_with("template/")) {
        let _ = writeln!(text, "  {out}/{name}");
    }
    for snapshot in snapshots {
        let inside = format!("jiaoji/{}/", snapshot.year().0);
        let count = folder.written.iter().filter(|name| name.starts_with(&inside)).count();
        let _ =
            writeln!(text, "  {out}/{inside}（{count} 个工作簿：每校一个教基表，另有补充数据）");
    }
    let shell = quoted(&args.out);
    let year = demo::Options::YEAR.0;
    let _ = writeln!(text, "{}", styled(HEAD, "接下来可以："));
    let _ = writeln!(text, "  junheng check {shell}/template/*.xlsx");
    let _ = writeln!(text, "  junheng evaluate {shell}/template/*.xlsx");
    let _ = writeln!(text, "  junheng evaluate {shell}/jiaoji/{year} --relief both");
    let _ = writeln!(text, "  junheng plan new {shell}/template/*.xlsx --out 方案.toml");
    let _ = writeln!(text, "  junheng plan {shell}/template/*.xlsx --plan 方案.toml");
    text
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let safe = |c: char| c.is_alphanumeric() || "/._-+:@%,".contains(c);
    if text.chars().all(safe) { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_never_leads_out_of_its_folder() {
        let list = format!("{MARK}\n{NAMES}\ntemplate/a.xlsx\n../b.xlsx\n/etc/c\n\n");
        assert_eq!(names(&list), [PathBuf::from("template/a.xlsx")]);
        assert!(names("another text\na.xlsx").is_empty());
    }

    #[test]
    fn a_path_is_quoted_for_the_shell() {
        assert_eq!(quoted(Path::new("演示/a b")), "'演示/a b'");
        assert_eq!(quoted(Path::new("out/demo")), "out/demo");
    }
}
