//! The words of the command line: every command, argument and help text, and nothing else.

mod documents;
mod keeping;
mod planning;
mod staffing;

pub(crate) use documents::*;
pub(crate) use keeping::*;
pub(crate) use planning::*;
pub(crate) use staffing::*;

use clap::builder::Styles;
use clap::builder::styling::AnsiColor;
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use domain::Stage;
use std::path::PathBuf;

/// The standard that judges where none is named.
pub(crate) const DEFAULT_STANDARD: &str = "cn-quality-2017";

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default());

const TEMPLATE: &str = "\
{about-with-newline}
\x1b[1m用法：\x1b[0m{usage}

{all-args}{after-help}";

const COMMANDS: &str = "命令";
const INPUT: &str = "参数";
const OPTIONS: &str = "选项";

const AFTER: &str = "\
从这里开始：
  junheng demo --out 演示                  生成一个演示县
  junheng check 演示/template/*.xlsx       检查数据
  junheng evaluate 演示/template/*.xlsx    评估
  junheng plan new 演示/template/*.xlsx --out 方案.toml     写出规划方案文件，改成本县的资金和编制
  junheng plan 演示/template/*.xlsx --plan 方案.toml        求最省的达标规划

退出码：
  0 完成
  1 数据有“错误”级问题、算例不符、没有达标的规划或处理中出错
  2 用法不对：参数、文件、标准或学校不存在
  3 求解器中断，给出的是最后一个可用的规划（或没有）";

/// 均衡：县域义务教育均衡发展的测评程序
#[derive(Debug, Parser)]
#[command(
    name = "junheng",
    bin_name = "junheng",
    override_usage = "junheng [选项] <命令>",
    version,
    styles = STYLES,
    about = "均衡：从县区已有的工作簿，得到准确、可追溯到单元格的义务教育均衡评估，以及最省的达标规划",
    help_template = TEMPLATE,
    after_help = AFTER,
    subcommand_help_heading = COMMANDS,
    subcommand_value_name = "命令",
    next_help_heading = OPTIONS,
    disable_help_flag = true,
    disable_version_flag = true,
    disable_help_subcommand = true,
    subcommand_required = true,
    arg_required_else_help = true,
    max_term_width = 110
)]
pub(crate) struct Cli {
    /// 自有规则包文件夹（内有 items、standards、layouts、rosters、forms、documents、costs、staffing 或 examples），叠加在自带规则之上
    #[arg(long, global = true, value_name = "文件夹", display_order = 900)]
    pub(crate) packs: Option<PathBuf>,
    /// 显示帮助
    #[arg(short = 'h', long = "help", global = true, action = ArgAction::Help, display_order = 901)]
    help: Option<bool>,
    /// 显示版本
    #[arg(short = 'V', long = "version", action = ArgAction::Version, display_order = 902)]
    version: Option<bool>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What the user wants done.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// 生成一个合成的演示县：三个学年，模板工作簿和教基工作簿各一套
    #[command(help_template = TEMPLATE, override_usage = "junheng demo --out <文件夹> [选项]")]
    Demo(DemoArgs),
    /// 写出空白的填报模板，或某种报表之外还需填报的补充表
    #[command(help_template = TEMPLATE, override_usage = "junheng template [选项]")]
    Template(TemplateArgs),
    /// 检查工作簿，列出全部问题：在哪里、错在哪、怎么办
    #[command(help_template = TEMPLATE, override_usage = "junheng check <文件>… [选项]")]
    Check(CheckArgs),
    /// 按标准评估，给出结论、差异系数、未达标学校和缺失数据
    #[command(help_template = TEMPLATE, override_usage = "junheng evaluate <文件>… [选项]")]
    Evaluate(EvaluateArgs),
    /// 说明一个数是怎么来的，直到文件、工作表和单元格
    #[command(help_template = TEMPLATE, override_usage = "junheng explain <文件>… --indicator <代码> [选项]")]
    Explain(ExplainArgs),
    /// 规划：逐年求最省的达标办法，并独立复核、比较、改方案
    #[command(
        help_template = TEMPLATE,
        override_usage = "junheng plan <文件>… --plan <方案.toml> [选项]\n      junheng plan <命令>",
        subcommand_help_heading = COMMANDS,
        args_conflicts_with_subcommands = true,
        subcommand_negates_reqs = true
    )]
    Plan(Box<PlanArgs>),
    /// 预测各校各年级今后几年的学生数，附方法的误差
    #[command(help_template = TEMPLATE, override_usage = "junheng forecast <文件>… [选项]")]
    Forecast(ForecastArgs),
    /// 公文：按模板生成自评报告、规划等文书，核对改过的文书
    #[command(
        help_template = TEMPLATE,
        override_usage = "junheng document <模板> <文件>… --out <文书.docx> [选项]\n      junheng document <命令>",
        subcommand_help_heading = COMMANDS,
        args_conflicts_with_subcommands = true,
        subcommand_negates_reqs = true
    )]
    Document(Box<DocumentArgs>),
    /// 教师：名册、岗位、交流方案、结对、校长任期、培训
    #[command(
        help_template = TEMPLATE,
        override_usage = "junheng staffing <命令>",
        subcommand_help_heading = COMMANDS
    )]
    Staffing {
        #[command(subcommand)]
        command: Box<StaffingCommand>,
    },
    /// 标准：列出、查看、运行算例
    #[command(
        help_template = TEMPLATE,
        override_usage = "junheng standard <命令>",
        subcommand_help_heading = COMMANDS
    )]
    Standard {
        #[command(subcommand)]
        command: StandardCommand,
    },
    /// 数据项目录：列出、查看口径
    #[command(
        help_template = TEMPLATE,
        override_usage = "junheng item <命令>",
        subcommand_help_heading = COMMANDS
    )]
    Item {
        #[command(subcommand)]
        command: ItemCommand,
    },
    /// 启动网页服务：填报、审核、评估、规划，在浏览器中使用
    #[command(help_template = TEMPLATE, override_usage = "junheng serve [选项]")]
    Serve(ServeArgs),
    /// 把全部数据备份成一个带校验的文件；服务运行时也可以备份
    #[command(help_template = TEMPLATE, override_usage = "junheng backup --out <文件.zip> [选项]")]
    Backup(BackupArgs),
    /// 把备份恢复到新的数据文件夹或空数据库
    #[command(help_template = TEMPLATE, override_usage = "junheng restore <文件.zip> [选项]")]
    Restore(RestoreArgs),
    /// 核对数据是否完好；给出备份文件时核对备份
    #[command(help_template = TEMPLATE, override_usage = "junheng verify [文件.zip] [选项]")]
    Verify(VerifyArgs),
    /// 把数据库结构升级到本版程序
    #[command(help_template = TEMPLATE, override_usage = "junheng migrate [选项]")]
    Migrate(StoreArgs),
    /// 教师个人数据的密钥
    #[command(
        help_template = TEMPLATE,
        override_usage = "junheng key <命令>",
        subcommand_help_heading = COMMANDS
    )]
    Key {
        #[command(subcommand)]
        command: KeyCommand,
    },
    /// 审计记录
    #[command(
        help_template = TEMPLATE,
        override_usage = "junheng audit <命令>",
        subcommand_help_heading = COMMANDS
    )]
    Audit {
        #[command(subcommand)]
        command: AuditCommand,
    },
    /// The process in which a plan is solved; the program starts it itself.
    #[command(hide = true)]
    SolveWorker,
}

/// `junheng demo`.
#[derive(Args, Debug)]
pub(crate) struct DemoArgs {
    /// 写到哪个文件夹
    #[arg(long, value_name = "文件夹", help_heading = OPTIONS)]
    pub(crate) out: PathBuf,
    /// 随机种子，默认 1：相同的种子得到相同的县
    #[arg(long, value_name = "整数", default_value_t = demo::Options::SEED, hide_default_value = true, help_heading = OPTIONS)]
    pub(crate) seed: u64,
    /// 学校数，默认 86
    #[arg(long, value_name = "整数", default_value_t = demo::Options::SCHOOLS, hide_default_value = true, help_heading = OPTIONS)]
    pub(crate) schools: usize,
    /// 文件夹中已有其他文件时也写入（同名文件会被替换）
    #[arg(long, help_heading = OPTIONS)]
    pub(crate) force: bool,
}

/// `junheng template`.
#[derive(Args, Debug)]
pub(crate) struct TemplateArgs {
    /// 写到哪个文件；不给时写到当前文件夹，按模板名称和学年命名
    #[arg(long, value_name = "文件", help_heading = OPTIONS)]
    pub(crate) out: Option<PathBuf>,
    /// 佐证表按哪个标准列出指标，默认 cn-quality-2017
    #[arg(long, value_name = "标准", default_value = DEFAULT_STANDARD, hide_default_value = true, help_heading = OPTIONS)]
    pub(crate) standard: String,
    /// 只写该表样（如 jiaoji-2021）之外还需填报的内容
    #[arg(long, value_name = "表样", help_heading = OPTIONS)]
    pub(crate) supplement_for: Option<String>,
    /// 学年，默认 2024，即 2024/2025 学年
    #[arg(long, value_name = "年", default_value_t = demo::Options::YEAR.0, hide_default_value = true, help_heading = OPTIONS)]
    pub(crate) year: i16,
    /// 文件已存在时替换它
    #[arg(long, help_heading = OPTIONS)]
    pub(crate) force: bool,
}

/// Which files are read.
#[derive(Args, Debug)]
pub(crate) struct InputArgs {
    /// 工作簿、CSV 文件或存放它们的文件夹；可给出几个学年的
    #[arg(value_name = "文件", required = true, help_heading = INPUT)]
    pub(crate) files: Vec<PathBuf>,
    /// 上一学年的文件或文件夹，用来核对数据的突变
    #[arg(long, value_name = "文件", num_args = 1.., help_heading = OPTIONS)]
    pub(crate) last_year: Vec<PathBuf>,
    /// 用哪个学年（起始年份）的数据；不给时取文件中最近的一个
    #[arg(long, value_name = "年", help_heading = OPTIONS)]
    pub(crate) year: Option<i16>,
}

/// `junheng check`.
#[derive(Args, Debug)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    /// 数据是为哪个标准填的（有的标准有自己的数据项），默认 cn-quality-2017
    #[arg(long, value_name = "标准", default_value = DEFAULT_STANDARD, hide_default_value = true, help_heading = OPTIONS)]
    pub(crate) standard: String,
    /// 把标出问题单元格的工作簿副本写到这个文件夹
    #[arg(long, value_name = "文件夹", help_heading = OPTIONS)]
    pub(crate) annotate: Option<PathBuf>,
    /// 把问题清单写成 JSON；“-”表示标准输出
    #[arg(long, value_name = "文件", help_heading = OPTIONS)]
    pub(crate) json: Option<PathBuf>,
}

/// By which rules.
#[derive(Args, Debug)]
pub(crate) struct RuleArgs {
    /// 用哪个标准，默认 cn-quality-2017（junheng standard list 列出全部）
    #[arg(long, value_name = "标准", default_value = DEFAULT_STANDARD, hide_default_value = true, help_heading = OPTIONS)]
    pub(crate) standard: String,
    /// 设定标准的参数，可多次使用
    #[arg(long, value_name = "代码=值", value_parser = assignment, help_heading = OPTIONS)]
    pub(crate) set: Vec<(String, String)>,
}

/// `junheng evaluate`.
#[derive(Args, Debug)]
pub(crate) struct EvaluateArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    #[command(flatten)]
    pub(crate) rules: RuleArgs,
    /// 过渡期放宽规定：不用、使用、两种并列；不给时按标准的默认值
    #[arg(long, value_name = "off|on|both", help_heading = OPTIONS, hide_possible_values = true)]
    pub(crate) relief: Option<Relief>,
    /// 并列给出差异系数的不加权算法和样本算法
    #[arg(long, help_heading = OPTIONS)]
    pub(crate) compare_forms: bool,
    /// 把评估结果写成 JSON；“-”表示标准输出（此时标准输出只有 JSON）
    #[arg(long, value_name = "文件", help_heading = OPTIONS)]
    pub(crate) json: Option<PathBuf>,
    /// 把申报表 Ⅰ–Ⅵ 和差距清单写成一个工作簿
    #[arg(long, value_name = "文件.xlsx", help_heading = OPTIONS)]
    pub(crate) forms: Option<PathBuf>,
}

/// `junheng explain`.
#[derive(Args, Debug)]
pub(crate) struct ExplainArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    #[command(flatten)]
    pub(crate) rules: RuleArgs,
    /// 指标代码，如 L3、G3、G3.1
    #[arg(long, value_name = "代码", help_heading = OPTIONS)]
    pub(crate) indicator: String,
    /// 学校的标识码或名称（可只写其中几个字）；不给时说明全县的差异系数或县级指标
    #[arg(long, value_name = "代码|名称", help_heading = OPTIONS)]
    pub(crate) school: Option<String>,
    /// 学段：小学或初中；不给时两个学段都说明
    #[arg(long, value_name = "学段", value_parser = stage, help_heading = OPTIONS)]
    pub(crate) stage: Option<Stage>,
    /// 过渡期放宽规定：不用或使用
    #[arg(long, value_name = "off|on", help_heading = OPTIONS, hide_possible_values = true)]
    pub(crate) relief: Option<Relief>,
    /// 写成 JSON 到标准输出
    #[arg(long, help_heading = OPTIONS)]
    pub(crate) json: bool,
}

/// The relief rules of a standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Relief {
    /// Without them.
    Off,
    /// With them.
    On,
    /// Both, side by side.
    Both,
}

/// `junheng standard …`.
#[derive(Debug, Subcommand)]
pub(crate) enum StandardCommand {
    /// 列出全部标准
    #[command(help_template = TEMPLATE, override_usage = "junheng standard list")]
    List,
    /// 查看一个标准：来源、参数、每条规则和公式
    #[command(help_template = TEMPLATE, override_usage = "junheng standard show <标准>")]
    Show {
        /// 标准代码
        #[arg(value_name = "标准", help_heading = INPUT)]
        id: String,
    },
    /// 运行标准自带的算例，比较预期和算出的值
    #[command(help_template = TEMPLATE, override_usage = "junheng standard test [标准]")]
    Test {
        /// 标准代码；不给时运行全部标准的算例
        #[arg(value_name = "标准", help_heading = INPUT)]
        id: Option<String>,
    },
}

/// `junheng item …`.
#[derive(Debug, Subcommand)]
pub(crate) enum ItemCommand {
    /// 列出数据项
    #[command(help_template = TEMPLATE, override_usage = "junheng item list [选项]")]
    List {
        /// 只列一个层级：county、school、section、class、room（县、校、学段、班、室）
        #[arg(long, value_name = "层级", value_parser = level, help_heading = OPTIONS)]
        level: Option<domain::Level>,
    },
    /// 查看一个数据项：口径、单位、范围、来源表格
    #[command(help_template = TEMPLATE, override_usage = "junheng item show <代码>")]
    Show {
        /// 数据项代码或中文名
        #[arg(value_name = "代码", help_heading = INPUT)]
        code: String,
    },
}

fn assignment(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((code, value)) if !code.trim().is_empty() => {
            Ok((code.trim().to_owned(), value.trim().to_owned()))
        }
        _ => Err("要写成 代码=值，如 small_points=dropped".to_owned()),
    }
}

fn stage(text: &str) -> Result<Stage, String> {
    Stage::from_label(text)
        .filter(|stage| Stage::COMPULSORY.contains(stage))
        .ok_or_else(|| "学段只能是 小学（primary）或 初中（junior）".to_owned())
}

fn level(text: &str) -> Result<domain::Level, String> {
    use domain::Level::{Class, County, Room, School, Section};
    [County, School, Section, Class, Room]
        .into_iter()
        .find(|level| level.code() == text || level.zh() == text)
        .ok_or_else(|| "层级只能是 county、school、section、class、room".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn help_says_the_defaults_that_are_used() {
        let command = Cli::command();
        for (name, argument, default) in [
            ("demo", "seed", demo::Options::SEED.to_string()),
            ("demo", "schools", demo::Options::SCHOOLS.to_string()),
            ("template", "year", demo::Options::YEAR.0.to_string()),
            ("evaluate", "standard", DEFAULT_STANDARD.to_owned()),
            ("plan", "memory", MEMORY.to_string()),
        ] {
            let of = command.find_subcommand(name).unwrap();
            let help = of.get_arguments().find(|a| a.get_id() == argument).unwrap().get_help();
            let help = help.unwrap().to_string();
            assert!(help.contains(&format!("默认 {default}")), "{name} {argument}: {help}");
        }
    }

    #[test]
    fn an_assignment_has_a_code() {
        assert_eq!(assignment("a = 是").unwrap(), ("a".to_owned(), "是".to_owned()));
        assert_eq!(assignment("a=").unwrap(), ("a".to_owned(), String::new()));
        assert!(assignment("=1").is_err());
        assert!(assignment("relief").is_err());
    }

    #[test]
    fn the_senior_stage_is_not_judged() {
        assert_eq!(stage("初中"), Ok(Stage::Junior));
        assert!(stage("高中").is_err());
    }
}
