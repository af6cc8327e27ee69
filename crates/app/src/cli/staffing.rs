//! The words of `junheng staffing`.

use super::{INPUT, InputArgs, OPTIONS, RuleArgs, TEMPLATE};
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

/// The rules of posts and rotation where none are named.
pub(crate) const DEFAULT_STAFFING: &str = "cn-county-2024";

/// `junheng staffing …`.
#[derive(Debug, Subcommand)]
pub(crate) enum StaffingCommand {
    /// 写出空白名册模板（xlsx），有下拉列表、批注和示例
    #[command(help_template = TEMPLATE, override_usage = "junheng staffing template [文件…] --out <名册模板.xlsx>")]
    Template(RosterTemplateArgs),
    /// 写出演示县的合成名册（xlsx 或 CSV），与 junheng demo 的默认演示县一致
    #[command(help_template = TEMPLATE, override_usage = "junheng staffing sample --out <名册.xlsx|名册.csv>")]
    Sample(SampleArgs),
    /// 检查教师名册，按名册统计，并与报表核对
    #[command(help_template = TEMPLATE, override_usage = "junheng staffing roster <文件>… --roster <名册> [选项]")]
    Roster(StaffingArgs),
    /// 核定各校岗位，按学科列出缺编和富余；可按预测测算以后各年
    #[command(help_template = TEMPLATE, override_usage = "junheng staffing posts <文件>… --roster <名册> [选项]")]
    Posts(PostsArgs),
    /// 写出交流设置（JSON）：规则包的数值，可改后用于 rotate --settings
    #[command(help_template = TEMPLATE, override_usage = "junheng staffing settings --out <设置.json>")]
    Settings(SettingsArgs),
    /// 求交流方案：统筹最优，或人人不比留任差的稳定方案
    #[command(help_template = TEMPLATE, override_usage = "junheng staffing rotate <文件>… --roster <名册> [选项]")]
    Rotate(RotateArgs),
    /// 独立核对一个交流方案：不看它是怎样求得的
    #[command(help_template = TEMPLATE, override_usage = "junheng staffing check <文件>… --roster <名册> --rotation <方案.json> [选项]")]
    Check(RotationCheckArgs),
    /// 由交流方案写出公示名单（姓名脱敏）
    #[command(help_template = TEMPLATE, override_usage = "junheng staffing notice <方案.json> --out <公示名单.xlsx> [选项]")]
    Notice(NoticeArgs),
    /// 提出结对帮扶建议
    #[command(help_template = TEMPLATE, override_usage = "junheng staffing pair <文件>… --roster <名册> [选项]")]
    Pair(PairArgs),
    /// 校长任期、空缺和交流建议
    #[command(help_template = TEMPLATE, override_usage = "junheng staffing principals <文件>… --roster <名册> [选项]")]
    Principals(StaffingArgs),
    /// 培训学时缺口、完成率和培训经费
    #[command(help_template = TEMPLATE, override_usage = "junheng staffing training <文件>… --roster <名册> [选项]")]
    Training(StaffingArgs),
}

/// `junheng staffing template`.
#[derive(Args, Debug)]
pub(crate) struct RosterTemplateArgs {
    /// 本县数据的工作簿、CSV 文件或文件夹；给出时标识码可从本县学校中选择
    #[arg(value_name = "文件", help_heading = INPUT)]
    pub(crate) files: Vec<PathBuf>,
    /// 写到这个文件
    #[arg(long, value_name = "名册模板.xlsx", help_heading = OPTIONS)]
    pub(crate) out: PathBuf,
    /// 用哪套教师配备规则（学科名称由它给出），默认 cn-county-2024
    #[arg(long, value_name = "规则", default_value = DEFAULT_STAFFING, hide_default_value = true, help_heading = OPTIONS)]
    pub(crate) staffing: String,
}

/// `junheng staffing sample`.
#[derive(Args, Debug)]
pub(crate) struct SampleArgs {
    /// 写到这个文件；扩展名 .xlsx 为工作簿，.csv 为文本
    #[arg(long, value_name = "名册.xlsx|名册.csv", help_heading = OPTIONS)]
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
    /// 教师名册：.xlsx、.xls 或 CSV；本程序的模板，或全国教师管理信息系统的导出
    #[arg(long, value_name = "名册", help_heading = INPUT)]
    pub(crate) roster: PathBuf,
    /// 名册用哪种版式（roster-template、national-teachers）；不给时按列名识别
    #[arg(long, value_name = "版式", help_heading = OPTIONS)]
    pub(crate) layout: Option<String>,
    /// 用哪套教师配备规则，默认 cn-county-2024
    #[arg(long, value_name = "规则", default_value = DEFAULT_STAFFING, hide_default_value = true, help_heading = OPTIONS)]
    pub(crate) staffing: String,
    /// 把完整结果写成 JSON；“-”写到标准输出
    #[arg(long, value_name = "文件.json", help_heading = OPTIONS)]
    pub(crate) json: Option<PathBuf>,
    /// 把完整结果写成工作簿（姓名脱敏）
    #[arg(long, value_name = "文件.xlsx", help_heading = OPTIONS)]
    pub(crate) xlsx: Option<PathBuf>,
}

/// `junheng staffing posts`.
#[derive(Args, Debug)]
pub(crate) struct PostsArgs {
    #[command(flatten)]
    pub(crate) common: StaffingArgs,
    /// 按学生数预测，测算以后几年的岗位（教师按现有名册）；要给出两个以上学年的文件
    #[arg(long, value_name = "年数", value_parser = clap::value_parser!(u8).range(1..=15), help_heading = OPTIONS)]
    pub(crate) ahead: Option<u8>,
}

/// `junheng staffing settings`.
#[derive(Args, Debug)]
pub(crate) struct SettingsArgs {
    /// 写到这个文件；“-”写到标准输出
    #[arg(long, value_name = "设置.json", help_heading = OPTIONS)]
    pub(crate) out: PathBuf,
    /// 用哪套教师配备规则，默认 cn-county-2024
    #[arg(long, value_name = "规则", default_value = DEFAULT_STAFFING, hide_default_value = true, help_heading = OPTIONS)]
    pub(crate) staffing: String,
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

/// `junheng staffing check`.
#[derive(Args, Debug)]
pub(crate) struct RotationCheckArgs {
    #[command(flatten)]
    pub(crate) common: StaffingArgs,
    /// 要核对的方案：rotate --json 写出的文件
    #[arg(long, value_name = "方案.json", help_heading = INPUT)]
    pub(crate) rotation: PathBuf,
    /// 求方案时用的设置文件（JSON）
    #[arg(long, value_name = "设置.json", help_heading = OPTIONS)]
    pub(crate) settings: Option<PathBuf>,
}

/// `junheng staffing notice`.
#[derive(Args, Debug)]
pub(crate) struct NoticeArgs {
    /// 方案：rotate --json 写出的文件
    #[arg(value_name = "方案.json", help_heading = INPUT)]
    pub(crate) rotation: PathBuf,
    /// 写到这个文件
    #[arg(long, value_name = "公示名单.xlsx", help_heading = OPTIONS)]
    pub(crate) out: PathBuf,
    /// 写在标题中的县（市、区）名称
    #[arg(long, value_name = "名称", default_value = "", hide_default_value = true, help_heading = OPTIONS)]
    pub(crate) county: String,
    /// 公示期的第一天，如 2025-06-16；与 --until 一起给
    #[arg(long, value_name = "日期", requires = "until", help_heading = OPTIONS)]
    pub(crate) from: Option<String>,
    /// 公示期的最后一天
    #[arg(long, value_name = "日期", requires = "from", help_heading = OPTIONS)]
    pub(crate) until: Option<String>,
}

/// `junheng staffing pair`.
#[derive(Args, Debug)]
pub(crate) struct PairArgs {
    #[command(flatten)]
    pub(crate) common: StaffingArgs,
    /// 一所帮扶学校最多帮几所，默认 2
    #[arg(long, value_name = "整数", default_value_t = 2, hide_default_value = true, help_heading = OPTIONS)]
    pub(crate) each: u32,
    /// 一名师傅最多带几人，默认 2
    #[arg(long, value_name = "整数", default_value_t = 2, hide_default_value = true, help_heading = OPTIONS)]
    pub(crate) pupils: u32,
    /// 结对双方最远多少公里，默认 40
    #[arg(long, value_name = "公里", default_value_t = 40, hide_default_value = true, help_heading = OPTIONS)]
    pub(crate) km: u32,
    /// 参加工作不满几年的教师配师傅，默认 3
    #[arg(long, value_name = "年数", default_value_t = 3, hide_default_value = true, help_heading = OPTIONS)]
    pub(crate) young: i16,
    /// 不限方向：默认只从城区到镇区、乡村
    #[arg(long, help_heading = OPTIONS)]
    pub(crate) any_direction: bool,
}
