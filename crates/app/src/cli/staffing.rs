//! The words of `junheng staffing`.

use super::{INPUT, InputArgs, OPTIONS, RuleArgs, TEMPLATE};
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

/// The rules of posts and rotation where none are named.
pub(crate) const DEFAULT_STAFFING: &str = "cn-county-2024";

/// `junheng staffing …`.
#[derive(Debug, Subcommand)]
pub(crate) enum StaffingCommand {
    /// 写出演示县的合成名册（CSV），与 junheng demo 的默认演示县一致
    #[command(help_template = TEMPLATE, override_usage = "junheng staffing sample --out <名册.csv>")]
    Sample(SampleArgs),
    /// 检查教师名册，按名册统计，并与报表核对
    #[command(help_template = TEMPLATE, override_usage = "junheng staffing roster <文件>… --roster <名册.csv> [选项]")]
    Roster(StaffingArgs),
    /// 核定各校岗位，按学科列出缺编和富余
    #[command(help_template = TEMPLATE, override_usage = "junheng staffing posts <文件>… --roster <名册.csv> [选项]")]
    Posts(StaffingArgs),
    /// 求交流方案：统筹最优，或人人不比留任差的稳定方案
    #[command(help_template = TEMPLATE, override_usage = "junheng staffing rotate <文件>… --roster <名册.csv> [选项]")]
    Rotate(RotateArgs),
    /// 提出结对帮扶建议
    #[command(help_template = TEMPLATE, override_usage = "junheng staffing pair <文件>… --roster <名册.csv> [选项]")]
    Pair(StaffingArgs),
}

/// `junheng staffing sample`.
#[derive(Args, Debug)]
pub(crate) struct SampleArgs {
    /// 写到这个文件
    #[arg(long, value_name = "名册.csv", help_heading = OPTIONS)]
    pub(crate) out: PathBuf,
    /// 学校数，默认 86；与 junheng demo --schools 相同时人数与报表一致
    #[arg(long, value_name = "整数", default_value_t = demo::Options::SCHOOLS, hide_default_value = true, help_heading = OPTIONS)]
    pub(crate) schools: usize,
}

/// What every command of `staffing` reads.
#[derive(Args, Debug)]
pub(crate) struct StaffingArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    #[command(flatten)]
    pub(crate) rules: RuleArgs,
    /// 教师名册（CSV，首行为列名）
    #[arg(long, value_name = "名册.csv", help_heading = INPUT)]
    pub(crate) roster: PathBuf,
    /// 用哪套教师配备规则，默认 cn-county-2024
    #[arg(long, value_name = "规则", default_value = DEFAULT_STAFFING, hide_default_value = true, help_heading = OPTIONS)]
    pub(crate) staffing: String,
    /// 把完整结果写成 JSON；“-”写到标准输出
    #[arg(long, value_name = "文件.json", help_heading = OPTIONS)]
    pub(crate) json: Option<PathBuf>,
}

/// `junheng staffing rotate`.
#[derive(Args, Debug)]
pub(crate) struct RotateArgs {
    #[command(flatten)]
    pub(crate) common: StaffingArgs,
    /// 设置文件（JSON）：志愿、范围、指定去向等；不给时用规则包的数值
    #[arg(long, value_name = "设置.json", help_heading = OPTIONS)]
    pub(crate) settings: Option<PathBuf>,
    /// 哪种方案，默认统筹最优
    #[arg(long, value_enum, value_name = "方式", default_value_t = RotateMode::Optimum, hide_default_value = true, help_heading = OPTIONS)]
    pub(crate) mode: RotateMode,
}

/// Which rotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RotateMode {
    /// 统筹最优
    Optimum,
    /// 稳定：不越过任何人的位次
    Claims,
    /// 稳定，再互换
    Trading,
}
