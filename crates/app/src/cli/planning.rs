//! The words of planning: `plan`, its commands, and `forecast`.

use super::{INPUT, InputArgs, OPTIONS, RuleArgs, TEMPLATE, assignment};
use clap::{Args, Subcommand, ValueEnum};
use domain::Exact;
use std::path::PathBuf;

/// The memory that the solver may take where none is given, in MB.
pub(crate) const MEMORY: u32 = 1024;
/// Years of a new plan.
pub(crate) const YEARS: u8 = 5;
/// The cost catalogue of a new plan.
pub(crate) const COSTS: &str = "cn-county-2023";

/// `junheng plan …`: its commands, or else a plan is made.
#[derive(Args, Debug)]
pub(crate) struct PlanArgs {
    #[command(subcommand)]
    pub(crate) command: Option<PlanCommand>,
    #[command(flatten)]
    pub(crate) make: MakeArgs,
}

/// What every command needs that poses a problem.
#[derive(Args, Debug)]
pub(crate) struct ProblemArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    /// 规划方案文件：规划期、资金、编制、目标线、项目（junheng plan new 生成一个）
    #[arg(long, value_name = "方案.toml", required = true, help_heading = OPTIONS)]
    pub(crate) plan: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) rules: RuleArgs,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
}

/// How long and how exactly the solver searches.
#[derive(Args, Debug)]
pub(crate) struct LimitArgs {
    /// 最多求解多少秒；不给时按方案文件（默认 120）
    #[arg(long, value_name = "秒", value_parser = clap::value_parser!(u32).range(1..), help_heading = OPTIONS)]
    pub(crate) time_limit: Option<u32>,
    /// 与下界相差多少以内算“已证明最省”，如 0.001 或 0.1%；不给时按方案文件
    #[arg(long, value_name = "比例", value_parser = share, allow_negative_numbers = true, help_heading = OPTIONS)]
    pub(crate) gap: Option<Exact>,
    /// 求解器的随机种子；不给时按方案文件（默认 1）
    #[arg(long, value_name = "整数", help_heading = OPTIONS)]
    pub(crate) seed: Option<u32>,
    /// 求解器最多用多少 MB 内存，默认 1024
    #[arg(long, value_name = "MB", default_value_t = MEMORY, hide_default_value = true, value_parser = clap::value_parser!(u32).range(1..), help_heading = OPTIONS)]
    pub(crate) memory: u32,
}

/// Making a plan.
#[derive(Args, Debug)]
pub(crate) struct MakeArgs {
    #[command(flatten)]
    pub(crate) problem: ProblemArgs,
    /// 只做“逐校补齐”的规划：缺口最大的学校先补，不求最省（供比较）
    #[arg(long, help_heading = OPTIONS)]
    pub(crate) greedy: bool,
    /// 把规划写成工作簿：汇总、每年一张表、各校、进度、差异系数、依据
    #[arg(long, value_name = "文件.xlsx", help_heading = OPTIONS)]
    pub(crate) out: Option<PathBuf>,
    /// 把规划写成 JSON；“-”表示标准输出（此时标准输出只有 JSON）
    #[arg(long, value_name = "文件", help_heading = OPTIONS)]
    pub(crate) json: Option<PathBuf>,
}

/// `junheng plan <命令>`.
#[derive(Debug, Subcommand)]
pub(crate) enum PlanCommand {
    /// 写出本县可直接使用的规划方案文件，逐项附说明
    #[command(help_template = TEMPLATE, override_usage = "junheng plan new <文件>… --out <方案.toml> [选项]")]
    New(NewArgs),
    /// 独立复核一个规划：单价、工期、资金、编制、用地，并重新评估每一年
    #[command(help_template = TEMPLATE, override_usage = "junheng plan check <规划.json> <文件>… [选项]")]
    Check(CheckPlanArgs),
    /// 各完成年份最少要多少钱，各种资金规模最早哪年完成
    #[command(help_template = TEMPLATE, override_usage = "junheng plan frontier <文件>… --plan <方案.toml> [选项]")]
    Frontier(FrontierArgs),
    /// 多一万元、多一个编制、多一平方米，能换来什么
    #[command(help_template = TEMPLATE, override_usage = "junheng plan shadow <文件>… --plan <方案.toml> [选项]")]
    Shadow(ShadowArgs),
    /// 两个规划并列比较
    #[command(help_template = TEMPLATE, override_usage = "junheng plan compare <规划.json> <规划.json> [选项]")]
    Compare(CompareArgs),
    /// 复制一个方案文件，另起名称，改其中的数，注释保留
    #[command(help_template = TEMPLATE, override_usage = "junheng plan copy <方案.toml> <新方案.toml> --title <名称> [选项]")]
    Copy(CopyArgs),
    /// 列出文件夹里的方案文件和规划结果
    #[command(help_template = TEMPLATE, override_usage = "junheng plan list <文件夹>")]
    List {
        /// 文件夹
        #[arg(value_name = "文件夹", default_value = ".", hide_default_value = true, help_heading = INPUT)]
        folder: PathBuf,
    },
}

/// `junheng plan check`.
#[derive(Args, Debug)]
pub(crate) struct CheckPlanArgs {
    /// 规划（junheng plan --json 写出的文件）
    #[arg(value_name = "规划.json", display_order = 0, help_heading = INPUT)]
    pub(crate) result: PathBuf,
    #[command(flatten)]
    pub(crate) input: InputArgs,
    /// 按这个方案文件复核；不给时按规划中记录的设定
    #[arg(long, value_name = "方案.toml", help_heading = OPTIONS)]
    pub(crate) plan: Option<PathBuf>,
    /// 做规划时用 --set 设定过的标准参数，照样再写一遍
    #[arg(long, value_name = "代码=值", value_parser = assignment, help_heading = OPTIONS)]
    pub(crate) set: Vec<(String, String)>,
    /// 把复核结果写成 JSON；“-”表示标准输出
    #[arg(long, value_name = "文件", help_heading = OPTIONS)]
    pub(crate) json: Option<PathBuf>,
}

/// `junheng plan frontier`.
#[derive(Args, Debug)]
pub(crate) struct FrontierArgs {
    #[command(flatten)]
    pub(crate) problem: ProblemArgs,
    /// 各项资金按这些比例增减，求最早完成年份，如 50%,100%,150%
    #[arg(long, value_name = "比例,…", value_parser = share, allow_negative_numbers = true, value_delimiter = ',', help_heading = OPTIONS)]
    pub(crate) budgets: Vec<Exact>,
    /// 写成 JSON；“-”表示标准输出
    #[arg(long, value_name = "文件", help_heading = OPTIONS)]
    pub(crate) json: Option<PathBuf>,
}

/// `junheng plan shadow`.
#[derive(Args, Debug)]
pub(crate) struct ShadowArgs {
    #[command(flatten)]
    pub(crate) problem: ProblemArgs,
    /// 每项资金每年多多少万元，默认 1
    #[arg(long, value_name = "万元", value_parser = amount, allow_negative_numbers = true, default_value = "1", hide_default_value = true, help_heading = OPTIONS)]
    pub(crate) money: Exact,
    /// 某一年多多少个编制，默认 1
    #[arg(long, value_name = "人", value_parser = amount, allow_negative_numbers = true, default_value = "1", hide_default_value = true, help_heading = OPTIONS)]
    pub(crate) posts: Exact,
    /// 每校多多少平方米用地，默认 1
    #[arg(long, value_name = "㎡", value_parser = amount, allow_negative_numbers = true, default_value = "1", hide_default_value = true, help_heading = OPTIONS)]
    pub(crate) land: Exact,
    /// 写成 JSON；“-”表示标准输出
    #[arg(long, value_name = "文件", help_heading = OPTIONS)]
    pub(crate) json: Option<PathBuf>,
}

/// `junheng plan compare`.
#[derive(Args, Debug)]
pub(crate) struct CompareArgs {
    /// 一个规划
    #[arg(value_name = "规划.json", help_heading = INPUT)]
    pub(crate) left: PathBuf,
    /// 另一个规划
    #[arg(value_name = "规划.json", help_heading = INPUT)]
    pub(crate) right: PathBuf,
    /// 写成 JSON；“-”表示标准输出
    #[arg(long, value_name = "文件", help_heading = OPTIONS)]
    pub(crate) json: Option<PathBuf>,
}

/// `junheng plan new`.
#[derive(Args, Debug)]
pub(crate) struct NewArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    #[command(flatten)]
    pub(crate) rules: RuleArgs,
    /// 写到哪个文件
    #[arg(long, value_name = "方案.toml", help_heading = OPTIONS)]
    pub(crate) out: PathBuf,
    /// 规划几年，默认 5
    #[arg(long, value_name = "年数", default_value_t = YEARS, hide_default_value = true, value_parser = clap::value_parser!(u8).range(1..=15), help_heading = OPTIONS)]
    pub(crate) years: u8,
    /// 用哪个造价目录，默认 cn-county-2023
    #[arg(long, value_name = "目录", default_value = COSTS, hide_default_value = true, help_heading = OPTIONS)]
    pub(crate) costs: String,
    /// 文件已存在时替换它
    #[arg(long, help_heading = OPTIONS)]
    pub(crate) force: bool,
}

/// `junheng plan copy`.
#[derive(Args, Debug)]
pub(crate) struct CopyArgs {
    /// 原方案
    #[arg(value_name = "方案.toml", help_heading = INPUT)]
    pub(crate) from: PathBuf,
    /// 新方案
    #[arg(value_name = "新方案.toml", help_heading = INPUT)]
    pub(crate) to: PathBuf,
    /// 新方案的名称
    #[arg(long, value_name = "名称", help_heading = OPTIONS)]
    pub(crate) title: String,
    /// 改一个数，如 fund.county.2026=800、plan.finish=2028、line.L1.2025=95%；可多次使用
    #[arg(long, value_name = "键=值", value_parser = assignment, help_heading = OPTIONS)]
    pub(crate) set: Vec<(String, String)>,
    /// 文件已存在时替换它
    #[arg(long, help_heading = OPTIONS)]
    pub(crate) force: bool,
}

/// `junheng forecast`.
#[derive(Args, Debug)]
pub(crate) struct ForecastArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    /// 用规划方案文件中 pupils 一节的设定
    #[arg(long, value_name = "方案.toml", conflicts_with = "assumptions", help_heading = OPTIONS)]
    pub(crate) plan: Option<PathBuf>,
    /// 用这个文件中的设定：出生人口、入学率、对口升学比例、录入的人数
    #[arg(long, value_name = "文件.toml", help_heading = OPTIONS)]
    pub(crate) assumptions: Option<PathBuf>,
    /// 预测几年；不给时按设定（默认 5）
    #[arg(long, value_name = "年数", help_heading = OPTIONS)]
    pub(crate) years: Option<u8>,
    /// 方案：low 低、middle 中、high 高、all 三个并列；不给时按设定（默认中方案）
    #[arg(long, value_name = "low|middle|high|all", help_heading = OPTIONS, hide_possible_values = true)]
    pub(crate) scenario: Option<Scenarios>,
    /// 按年级列出
    #[arg(long, help_heading = OPTIONS)]
    pub(crate) grades: bool,
    /// 逐个年级说明一所学校的人数是怎么来的
    #[arg(long, value_name = "代码|名称", help_heading = OPTIONS)]
    pub(crate) explain: Option<String>,
    /// 写成 JSON；“-”表示标准输出
    #[arg(long, value_name = "文件", help_heading = OPTIONS)]
    pub(crate) json: Option<PathBuf>,
}

/// Which scenarios of a forecast.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Scenarios {
    /// The low one.
    Low,
    /// The middle one.
    Middle,
    /// The high one.
    High,
    /// All, side by side.
    All,
}

/// A number that is not below zero.
fn amount(text: &str) -> Result<Exact, String> {
    Exact::parse(text.trim())
        .ok()
        .filter(|number| !number.is_negative())
        .ok_or_else(|| "要写一个不小于 0 的数".to_owned())
}

/// A share: `0.001`, `0.1%`.
fn share(text: &str) -> Result<Exact, String> {
    let wrong = || "要写一个不小于 0 的比例，如 0.001 或 0.1%".to_owned();
    let text = text.trim();
    let (number, parts) =
        text.strip_suffix(['%', '％']).map_or((text, 1), |number| (number.trim(), 100));
    let number = Exact::parse(number).map_err(|_| wrong())?;
    if number.is_negative() {
        return Err(wrong());
    }
    Ok(number * Exact::ratio(1, parts))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_read_in_both_ways() {
        assert_eq!(share("0.1%"), Ok(Exact::ratio(1, 1000)));
        assert_eq!(share("0.001"), Ok(Exact::ratio(1, 1000)));
        assert_eq!(share("150 ％"), Ok(Exact::ratio(3, 2)));
        assert!(share("-1%").is_err() && share("%").is_err() && share("多").is_err());
        assert!(amount("-1").is_err() && amount("2.5").is_ok());
    }
}
