//! `junheng evaluate`: reads the files, lets the judge judge, and shows and writes what it says.

use crate::cli::{EvaluateArgs, Relief, RuleArgs};
use crate::demo_county;
use crate::failure::{Exit, Misuse};
use crate::packs_in_use::PacksInUse;
use crate::reading;
use crate::screen::{self, GOOD, styled};
use crate::{check, files, summary};
use anyhow::Context as _;
use domain::Snapshot;
use forms::Forms;
use serde::Serialize;
use standard::evaluation::Evaluation;
use standard::{Options, Standard};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

/// An evaluation, or the two that stand side by side. Its JSON is that of the one, or an object of
/// the two.
#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum Result {
    /// One.
    One(Box<Evaluation>),
    /// Without the relief rules and with them.
    Both {
        /// Without.
        off: Box<Evaluation>,
        /// With.
        on: Box<Evaluation>,
    },
}

/// Evaluates.
pub(crate) fn run(packs: &PacksInUse, args: &EvaluateArgs) -> anyhow::Result<Exit> {
    let json_alone = args.json.as_deref().is_some_and(files::is_standard_output);
    expect_outputs(args)?;
    let standard = packs.standard(&args.rules.standard)?;
    let options = options(&standard, &args.rules, args.relief, args.compare_forms)?;
    let reading = reading::read(packs, standard.catalogue(), &args.input)?;
    let Some(snapshot) = &reading.snapshot else {
        reading.say_no_county("没有评估");
        return Ok(Exit::Findings);
    };
    let result = judge(snapshot, &standard, &options, args.relief)?;
    let mut written = Vec::new();
    if let Some(path) = &args.forms {
        let bytes = workbook(packs, &standard, snapshot, &result, &args.input.files)?;
        files::write(path, &bytes)?;
        written.push(path.as_path());
    }
    if let Some(path) = &args.json {
        let json = files::json(&result)?;
        if json_alone {
            screen::pass_on(&json)?;
        } else {
            files::write(path, &json)?;
            written.push(path.as_path());
        }
    }
    let mut text = summary::of(&result);
    text.push_str(&check::in_short(&reading.findings));
    for path in written {
        let _ = writeln!(text, "{} {}", styled(GOOD, "已写出"), path.display());
    }
    if json_alone {
        screen::note(check::in_short(&reading.findings).trim_end());
    } else {
        screen::print(&text)?;
    }
    Ok(reading.exit())
}

/// Looks at the outputs before anything is read.
fn expect_outputs(args: &EvaluateArgs) -> anyhow::Result<()> {
    if let Some(path) = &args.forms {
        files::expect_output(path, files::Kind::Workbook, &args.input.files)?;
    }
    if let Some(path) = &args.json {
        files::expect_output(path, files::Kind::Json, &args.input.files)?;
    }
    Ok(())
}

/// The judge's options, from the command line.
///
/// # Errors
/// [`Misuse`] where the standard has no relief rules to switch.
pub(crate) fn options(
    standard: &Standard,
    rules: &RuleArgs,
    relief: Option<Relief>,
    compare_forms: bool,
) -> anyhow::Result<Options> {
    let mut parameters = BTreeMap::new();
    for (code, value) in &rules.set {
        if parameters.insert(code.clone(), value.clone()).is_some() {
            return Err(Misuse(format!("参数 {code} 设了两次")).into());
        }
    }
    let options = Options { parameters, compare_forms };
    let Some(relief) = relief else { return Ok(options) };
    if standard.parameters().iter().all(|p| p.code != "relief") {
        let message = format!("标准“{}”没有放宽规定，不能用 --relief", standard.short());
        return Err(Misuse(message).into());
    }
    if options.parameters.contains_key("relief") {
        return Err(Misuse("--relief 和 --set relief=… 只能用一个".to_owned()).into());
    }
    Ok(match relief {
        Relief::Off | Relief::Both => options.with_relief(false),
        Relief::On => options.with_relief(true),
    })
}

fn judge(
    snapshot: &Snapshot,
    standard: &Standard,
    options: &Options,
    relief: Option<Relief>,
) -> anyhow::Result<Result> {
    let evaluate = |options: &Options| {
        standard::evaluate(snapshot, standard, options).map(Box::new).with_context(|| {
            format!("正在按标准 {} 评估 {} 学年的数据", standard.id(), snapshot.year())
        })
    };
    Ok(if relief == Some(Relief::Both) {
        Result::Both { off: evaluate(options)?, on: evaluate(&options.with_relief(true))? }
    } else {
        Result::One(evaluate(options)?)
    })
}

fn workbook(
    packs: &PacksInUse,
    standard: &Standard,
    snapshot: &Snapshot,
    result: &Result,
    inputs: &[PathBuf],
) -> anyhow::Result<Vec<u8>> {
    let forms = Forms::load(&packs.source, standard.chain(), standard.catalogue())
        .context("正在读取表册")?;
    let synthetic = files::are_synthetic(&reading::found(inputs), demo_county::LABEL);
    let options =
        forms::Options { label: synthetic.then(|| demo_county::LABEL.to_owned()), created: None };
    let evaluations: Vec<(&Evaluation, &str)> = match result {
        Result::One(one) => vec![(one, "")],
        Result::Both { off, on } => vec![(off, ""), (on, "（放宽）")],
    };
    forms::workbook(&evaluations, snapshot, standard.catalogue(), &forms, &options)
        .context("A-FORMS-01 正在填写申报表")
}
