//! `junheng document verify`: an edited document against the data.

use super::sources::Data;
use super::{template, written};
use crate::cli::VerifyDocumentArgs;
use crate::failure::{Exit, Misuse};
use crate::packs_in_use::PacksInUse;
use crate::screen::{self, BAD, FAINT, GOOD, styled};
use document::Manifest;
use document::compare::compare;
use document::figures::{Figures, Sources};
use document::model::Role;
use document::read::read_back;
use std::fmt::Write as _;

pub(super) fn run(packs: &PacksInUse, args: &VerifyDocumentArgs) -> anyhow::Result<Exit> {
    let shown = args.document.display();
    let bytes = written::bytes(&args.document)?;
    let read = read_back(&bytes).map_err(|error| Misuse(format!("{shown}：{error}")))?;
    let Some(data) = Data::read(packs, &args.sources, "没有核对")? else {
        return Ok(Exit::Findings);
    };
    let mut text = String::new();
    let sources = data.sources();
    let mut figures = Figures::of(sources);
    if let Some(manifest) = &read.manifest {
        for note in elsewhere(manifest, &sources) {
            let _ = writeln!(text, "{} {note}", styled(BAD, "注意"));
        }
        // A public document has fewer figures; its template knows which.
        if let Some(source) = manifest.sources.iter().find(|s| s.role == Role::Template) {
            let template = template(packs, &source.id)?;
            if template.hash() != source.hash {
                let note = "模板在生成之后改过，按现在的模板核对";
                let _ = writeln!(text, "{}", styled(FAINT, note));
            }
            figures = template.figures(sources);
        }
    } else {
        let note = "文件里的生成记录已丢失，只能核对还带有标记的数字";
        let _ = writeln!(text, "{} {note}", styled(BAD, "注意"));
    }
    let differences = compare(&read, |key| figures.get(key));
    for one in &differences {
        let _ = writeln!(text, "· {one}");
    }
    let count = read.figures.len();
    if differences.is_empty() {
        let _ = writeln!(text, "{} {shown} 中的 {count} 个数字", styled(GOOD, "全部一致"));
    } else {
        let end = format!("{count} 个数字中有 {} 处不一致", differences.len());
        let _ = writeln!(text, "{}", styled(BAD, &end));
    }
    screen::print(&text)?;
    Ok(if differences.is_empty() { Exit::Done } else { Exit::Findings })
}

/// Data and rules of the document that are not those it is compared with.
fn elsewhere(manifest: &Manifest, sources: &Sources<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    let evaluation = sources.evaluation;
    let mut missing = |role: Role, hashes: &[&str]| {
        let own = manifest.sources.iter().filter(|source| source.role == role);
        for source in own.filter(|source| !hashes.contains(&source.hash.as_str())) {
            notes.push(format!(
                "文书所用的{}“{}”与现在的不同，下列不一致可能由此而来",
                role.zh(),
                source.title
            ));
        }
    };
    let mut snapshots = vec![evaluation.snapshot.as_str()];
    snapshots.extend(sources.last.map(|last| last.snapshot.as_str()));
    missing(Role::Snapshot, &snapshots);
    missing(Role::Standard, &[&evaluation.standard.hash]);
    notes
}
