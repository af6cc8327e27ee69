//! Wrong arguments, said in Chinese.

use crate::screen::{self, BAD, HEAD};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use std::process::ExitCode;

/// Answers what the parser of the command line says: help and version to standard output, anything
/// else to standard error with exit code 2.
pub(crate) fn report(error: &clap::Error) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            // A pipe that is closed early has shown enough of the help.
            let text = error.render().ansi().to_string();
            drop(screen::print(&format!("{}\n", text.trim_end())));
            ExitCode::SUCCESS
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            screen::note(error.render().ansi().to_string().trim_end());
            ExitCode::from(2)
        }
        _ => {
            screen::note(&format!("{BAD}错误{BAD:#} {}", sentence(error)));
            screen::note(&format!("用 {HEAD}junheng --help{HEAD:#} 查看用法"));
            ExitCode::from(2)
        }
    }
}

fn sentence(error: &clap::Error) -> String {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(" "),
        Some(other) => other.to_string(),
        None => String::new(),
    };
    let argument = text(ContextKind::InvalidArg);
    let value = text(ContextKind::InvalidValue);
    let closest = |kind| match error.get(kind) {
        Some(ContextValue::String(known)) => format!("；是否想用 {known}？"),
        Some(ContextValue::Strings(known)) if !known.is_empty() => {
            format!("；是否想用 {}？", known.join(" 或 "))
        }
        _ => String::new(),
    };
    match error.kind() {
        ErrorKind::UnknownArgument => {
            format!("没有参数 {argument}{}", closest(ContextKind::SuggestedArg))
        }
        ErrorKind::InvalidSubcommand => format!(
            "没有命令 {}{}",
            text(ContextKind::InvalidSubcommand),
            closest(ContextKind::SuggestedSubcommand)
        ),
        ErrorKind::MissingRequiredArgument => format!("缺少参数 {argument}"),
        ErrorKind::InvalidValue if value.is_empty() => format!("参数 {argument} 没有给出值"),
        ErrorKind::InvalidValue => {
            let known = match error.get(ContextKind::ValidValue) {
                Some(ContextValue::Strings(known)) if !known.is_empty() => {
                    format!("，可选：{}", known.join("、"))
                }
                _ => String::new(),
            };
            format!("参数 {argument} 不能是“{value}”{known}")
        }
        ErrorKind::ValueValidation => {
            let why = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
            let why = number(&why).unwrap_or(&why).to_owned();
            format!("参数 {argument} 不能是“{value}”：{why}")
        }
        ErrorKind::ArgumentConflict => format!("参数 {argument} 重复或与其他参数冲突"),
        _ => error.to_string().trim_start_matches("error: ").trim_end().to_owned(),
    }
}

/// What the number parsers say, in Chinese.
fn number(english: &str) -> Option<&'static str> {
    if english.contains("invalid digit") || english.contains("empty string") {
        Some("要写一个整数")
    } else if english.contains("too large")
        || english.contains("too small")
        || english.contains("is not in")
    {
        Some("超出范围")
    } else {
        None
    }
}
