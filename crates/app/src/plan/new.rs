//! `junheng plan new`: a plan's file for this county, commented, that can be used as it is.

use super::pose;
use crate::cli::NewArgs;
use crate::failure::{Exit, Misuse};
use crate::files;
use crate::packs_in_use::PacksInUse;
use crate::screen::{self, CARE, GOOD, HEAD, styled};
use invest::InvestError;
use std::fmt::Write as _;
use std::sync::Arc;

/// Writes a new plan's file.
pub(super) fn run(packs: &PacksInUse, args: &NewArgs) -> anyhow::Result<Exit> {
    files::expect_writable(&args.out, &args.input.files)?;
    if args.out.extension().is_none_or(|e| !e.eq_ignore_ascii_case("toml")) {
        let message = format!("方案文件名要以 .toml 结尾：{}", args.out.display());
        return Err(Misuse(message).into());
    }
    if args.out.exists() && !args.force {
        let message = format!("{} 已经存在，没有覆盖；要替换它请加 --force", args.out.display());
        return Err(Misuse(message).into());
    }
    let costs = invest::costs::load(&packs.source, &packs.catalogue, &args.costs);
    let costs = costs.map_err(|error| match error {
        InvestError::UnknownCosts { .. } => Misuse(error.to_string()).into(),
        other => anyhow::Error::new(other),
    })?;
    let rules = pose::rules(packs, &args.rules, costs)?;
    let Some(read) = pose::read(packs, &rules.standard, &args.input, "没有写出方案")? else {
        return Ok(Exit::Findings);
    };
    let standard = Arc::new(rules.standard);
    let draft =
        invest::draft::draft(&read.history, &standard, &rules.options, &rules.costs, args.years)?;
    files::write(&args.out, draft.text.as_bytes())?;
    let mut text = format!("{} {}\n", styled(GOOD, "已写出"), args.out.display());
    if let Some(note) = draft.note {
        let _ = writeln!(text, "{} {note}", styled(CARE, "提示"));
    }
    if draft.usable {
        let _ = writeln!(
            text,
            "先把资金、编制改成本县的数，再运行：\n  {}",
            styled(HEAD, &format!("junheng plan <文件>… --plan {}", args.out.display()))
        );
    }
    screen::print(&text)?;
    Ok(Exit::Done)
}
