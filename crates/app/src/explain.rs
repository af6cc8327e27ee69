//! `junheng explain`: how one figure came about, down to the cell it was read from.

use crate::cli::{ExplainArgs, Relief};
use crate::evaluate;
use crate::failure::{Exit, Misuse};
use crate::files;
use crate::packs_in_use::PacksInUse;
use crate::reading;
use crate::screen::{self, FAINT, HEAD, styled};
use anyhow::Context as _;
use domain::{SchoolCode, Snapshot};
use standard::{Explained, Query};
use std::fmt::Write as _;

/// Candidates that are listed where a name fits several schools.
const CANDIDATES: usize = 20;

/// Explains.
pub(crate) fn run(packs: &PacksInUse, args: &ExplainArgs) -> anyhow::Result<Exit> {
    if args.relief == Some(Relief::Both) {
        return Err(Misuse("explain 一次只说明一种口径：--relief off 或 --relief on".into()).into());
    }
    let standard = packs.standard(&args.rules.standard)?;
    let options = evaluate::options(&standard, &args.rules, args.relief, true)?;
    let reading = reading::read(packs, standard.catalogue(), &args.input)?;
    let Some(snapshot) = &reading.snapshot else {
        reading.say_no_county("无从说明");
        return Ok(Exit::Findings);
    };
    let query = Query {
        school: args.school.as_deref().map(|text| school(snapshot, text)).transpose()?,
        stage: args.stage,
        indicator: args.indicator.clone(),
    };
    let explained = standard::explain(snapshot, &standard, &options, &query)
        .with_context(|| format!("正在说明指标 {}", args.indicator))?;
    if args.json {
        screen::pass_on(&files::json(&explained)?)?;
    } else {
        let about = format!(
            "{} {} 学年 · 标准 {} {}",
            snapshot.county().name,
            snapshot.year(),
            standard.id(),
            standard.version()
        );
        screen::print(&format!("{}\n{}", styled(FAINT, &about), said(&explained)))?;
    }
    Ok(Exit::Done)
}

/// The school of a code, of a full name, or the only one whose name holds the text.
///
/// # Errors
/// [`Misuse`] where there is none, or several.
pub(crate) fn school(snapshot: &Snapshot, text: &str) -> anyhow::Result<SchoolCode> {
    let schools = snapshot.schools();
    let exact: Vec<_> =
        schools.iter().filter(|s| s.code.as_str() == text || s.name == text).collect();
    let fitting: Vec<_> = if exact.is_empty() {
        schools.iter().filter(|s| s.name.contains(text)).collect()
    } else {
        exact
    };
    match fitting.as_slice() {
        [one] => Ok(one.code.clone()),
        [] => {
            Err(Misuse(format!("数据中没有标识码或名称为“{text}”的学校，也没有名称包含它的学校"))
                .into())
        }
        several => {
            let mut message = format!("“{text}”可以是 {} 所学校，请写标识码：", several.len());
            for school in several.iter().take(CANDIDATES) {
                let _ = write!(message, "\n  {} {}（{}）", school.code, school.name, school.kind);
            }
            if several.len() > CANDIDATES {
                let _ = write!(message, "\n  … 另有 {} 所", several.len() - CANDIDATES);
            }
            Err(Misuse(message).into())
        }
    }
}

fn said(explained: &[Explained]) -> String {
    let mut text = String::new();
    for (i, one) in explained.iter().enumerate() {
        if i > 0 {
            text.push('\n');
        }
        let _ = writeln!(text, "{}", styled(HEAD, &one.subject));
        let plain_text = one.render();
        text.push_str(
            plain_text.strip_prefix(&format!("{}\n", one.subject)).unwrap_or(&plain_text),
        );
    }
    text
}
