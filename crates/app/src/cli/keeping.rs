//! The words of serving and keeping: `serve`, `backup`, `restore`, `verify`, `migrate`, `key`, `audit`.

use super::{INPUT, OPTIONS, TEMPLATE};
use clap::{Args, Subcommand, ValueEnum};
use std::net::SocketAddr;
use std::path::PathBuf;

/// Where the data is.
#[derive(Args, Debug)]
pub(crate) struct StoreArgs {
    /// 数据文件夹，默认当前文件夹下的 data
    #[arg(long, value_name = "文件夹", default_value = "data", hide_default_value = true, help_heading = OPTIONS)]
    pub(crate) data: PathBuf,
    /// 数据库：sqlite（默认，在数据文件夹中）或 postgres://用户@主机/库名
    #[arg(long, value_name = "地址", default_value = "sqlite", hide_default_value = true, help_heading = OPTIONS)]
    pub(crate) database: String,
    /// 教师个人数据的密钥文件，默认数据文件夹中的 personal.key；也可用环境变量 JUNHENG_KEY 给出密钥
    #[arg(long, value_name = "文件", help_heading = OPTIONS)]
    pub(crate) key: Option<PathBuf>,
}

/// How the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Log {
    /// For eyes.
    Text,
    /// For machines, an object a line.
    Json,
}

/// `junheng serve`.
#[derive(Args, Debug)]
pub(crate) struct ServeArgs {
    #[command(flatten)]
    pub(crate) store: StoreArgs,
    /// 监听地址，默认 127.0.0.1:8086，只有本机能访问
    #[arg(long, value_name = "地址:端口", default_value = "127.0.0.1:8086", hide_default_value = true, value_parser = address, help_heading = OPTIONS)]
    pub(crate) listen: SocketAddr,
    /// 数据文件夹为空时装入合成的演示县
    #[arg(long, help_heading = OPTIONS)]
    pub(crate) open_demo: bool,
    /// 前面有 https 代理：Cookie 只经 https 发送
    #[arg(long, help_heading = OPTIONS)]
    pub(crate) https: bool,
    /// 前面有代理：以 X-Forwarded-For 的最后一个地址为访问者
    #[arg(long, help_heading = OPTIONS)]
    pub(crate) proxy: bool,
    /// 同时运行几个任务，默认 2
    #[arg(long, value_name = "整数", default_value_t = 2, hide_default_value = true, value_parser = clap::value_parser!(u8).range(1..=32), help_heading = OPTIONS)]
    pub(crate) workers: u8,
    /// 日志格式：text 或 json，默认 text；写到标准错误
    #[arg(long, value_name = "text|json", default_value = "text", hide_default_value = true, hide_possible_values = true, help_heading = OPTIONS)]
    pub(crate) log: Log,
}

fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| "要写成 地址:端口，如 127.0.0.1:8086".to_owned())
}

/// `junheng backup`.
#[derive(Args, Debug)]
pub(crate) struct BackupArgs {
    #[command(flatten)]
    pub(crate) store: StoreArgs,
    /// 写到哪个文件
    #[arg(long, value_name = "文件.zip", help_heading = OPTIONS)]
    pub(crate) out: PathBuf,
}

/// `junheng restore`.
#[derive(Args, Debug)]
pub(crate) struct RestoreArgs {
    /// 备份文件
    #[arg(value_name = "文件.zip", help_heading = INPUT)]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) store: StoreArgs,
}

/// `junheng verify`.
#[derive(Args, Debug)]
pub(crate) struct VerifyArgs {
    /// 备份文件；不给时核对数据文件夹和数据库
    #[arg(value_name = "文件.zip", help_heading = INPUT)]
    pub(crate) file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) store: StoreArgs,
}

/// `junheng key …`.
#[derive(Debug, Subcommand)]
pub(crate) enum KeyCommand {
    /// 查看密钥的指纹，以及封存的数据是否都能打开
    #[command(help_template = TEMPLATE, override_usage = "junheng key show [选项]")]
    Show(StoreArgs),
    /// 换一把新密钥，重新封存全部个人数据；服务运行时也可以换
    #[command(help_template = TEMPLATE, override_usage = "junheng key rotate [选项]")]
    Rotate(StoreArgs),
}

/// `junheng audit …`.
#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// 校验审计记录的链条：有没有被改动、删除
    #[command(help_template = TEMPLATE, override_usage = "junheng audit verify [选项]")]
    Verify(StoreArgs),
}
