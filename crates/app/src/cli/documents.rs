//! The words of official documents: `document` and its commands.

use super::{INPUT, InputArgs, OPTIONS, RuleArgs, TEMPLATE};
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// `junheng document …`: its commands, or else a document is written.
#[derive(Args, Debug)]
pub(crate) struct DocumentArgs {
    #[command(subcommand)]
    pub(crate) command: Option<DocumentCommand>,
    #[command(flatten)]
    pub(crate) write: WriteArgs,
}

/// What a document is filled from.
#[derive(Args, Debug)]
pub(crate) struct SourceArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    #[command(flatten)]
    pub(crate) rules: RuleArgs,
    /// 采用的规划：junheng plan --json 写出的文件；规划类文书需要
    #[arg(long, value_name = "规划.json", help_heading = OPTIONS)]
    pub(crate) plan: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) rotation: RotationArgs,
}

/// The rotation that a document speaks of.
#[derive(Args, Debug)]
pub(crate) struct RotationArgs {
    /// 交流方案：junheng staffing rotate --json 写出的文件；交流轮岗的文书需要
    #[arg(long, value_name = "方案.json", help_heading = OPTIONS)]
    pub(crate) rotation: Option<PathBuf>,
    /// 公示期的第一天，如 2025-06-16；与 --until 一起给
    #[arg(long, value_name = "日期", requires_all = ["rotation", "until"], help_heading = OPTIONS)]
    pub(crate) from: Option<String>,
    /// 公示期的最后一天
    #[arg(long, value_name = "日期", requires = "from", help_heading = OPTIONS)]
    pub(crate) until: Option<String>,
    /// 方案已经决定，决定的日期；调配通知和通知单需要
    #[arg(long, value_name = "日期", requires = "rotation", help_heading = OPTIONS)]
    pub(crate) adopted: Option<String>,
    /// 教师名册；与 --plain 一起给
    #[arg(long, value_name = "名册", requires_all = ["rotation", "plain"], help_heading = OPTIONS)]
    pub(crate) roster: Option<PathBuf>,
    /// 按名册写出教师姓名：调配通知和通知单需要。写出的文件含个人信息，请妥善保管
    #[arg(long, requires = "roster", help_heading = OPTIONS)]
    pub(crate) plain: bool,
}

/// Writing a document.
#[derive(Args, Debug)]
pub(crate) struct WriteArgs {
    /// 文书模板，如 self-evaluation（junheng document list 列出全部）
    #[arg(value_name = "模板", required = true, help_heading = INPUT)]
    pub(crate) template: Option<String>,
    #[command(flatten)]
    pub(crate) sources: SourceArgs,
    /// 写出的文件：.docx（Word、WPS），.pdf（需要 LibreOffice）或 .html（浏览器预览、打印）
    #[arg(long, value_name = "文件", required = true, help_heading = OPTIONS)]
    pub(crate) out: Option<PathBuf>,
    /// 一校一策、督导意见书等写给谁：学校标识码或乡镇名
    #[arg(long, value_name = "学校或乡镇", help_heading = OPTIONS)]
    pub(crate) about: Option<String>,
    /// 自填的文字：.toml 文件，或以前生成、已在 Word 中改写过的 .docx（取其中的自填段落）
    #[arg(long, value_name = "文件", help_heading = OPTIONS)]
    pub(crate) free: Option<PathBuf>,
    /// 生成定稿：还有〔待补：…〕时不生成
    #[arg(long = "final", help_heading = OPTIONS)]
    pub(crate) finished: bool,
    /// 在最前面加一页，列出数据、标准和模板的版本与校验码
    #[arg(long, help_heading = OPTIONS)]
    pub(crate) front_sheet: bool,
    /// 覆盖已有的文件
    #[arg(long, help_heading = OPTIONS)]
    pub(crate) force: bool,
}

/// `junheng document <命令>`.
#[derive(Debug, Subcommand)]
pub(crate) enum DocumentCommand {
    /// 列出文书模板
    #[command(help_template = TEMPLATE, override_usage = "junheng document list")]
    List,
    /// 读回改过的 Word 文件，列出与测评结果不再一致的数字
    #[command(
        help_template = TEMPLATE,
        override_usage = "junheng document verify <文书.docx> <文件>… [选项]"
    )]
    Verify(Box<VerifyDocumentArgs>),
}

/// `junheng document verify`.
#[derive(Args, Debug)]
pub(crate) struct VerifyDocumentArgs {
    /// 要核对的文书
    #[arg(value_name = "文书.docx", help_heading = INPUT)]
    pub(crate) document: PathBuf,
    #[command(flatten)]
    pub(crate) sources: SourceArgs,
}
