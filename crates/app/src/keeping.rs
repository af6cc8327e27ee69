//! Keeping the data: `junheng backup`, `restore`, `verify`, `migrate`, `audit verify`.

use crate::cli::{BackupArgs, RestoreArgs, StoreArgs, VerifyArgs};
use crate::failure::{Exit, Misuse};
use crate::screen::{self, BAD, CARE, FAINT, GOOD, styled};
use anyhow::Context as _;
use api::Clock;
use std::fmt::Write as _;
use std::path::Path;
use store::seal::KeyReport;
use store::{Database, KeySource, Manifest, Options, Store};
use tokio::runtime::Runtime;

/// The store that the arguments name.
///
/// # Errors
/// An address that names no database is wrong use.
pub(crate) fn options(args: &StoreArgs) -> anyhow::Result<Options> {
    let database = args.database.parse::<Database>().map_err(|error| Misuse(error.to_string()))?;
    Ok(Options::new(&args.data).database(database).key(key(args)))
}

/// The variable that holds the keys of personal data.
const KEY: &str = "JUNHENG_KEY";

/// Where the key of personal data is: what is named on the command line counts first.
fn key(args: &StoreArgs) -> KeySource {
    match (&args.key, std::env::var(KEY)) {
        (Some(file), _) => KeySource::File(file.clone()),
        (None, Ok(text)) if !text.trim().is_empty() => KeySource::Given(text),
        _ => KeySource::Folder,
    }
}

/// The same, where it has to be there: nothing is made by looking at it.
pub(crate) fn existing(args: &StoreArgs) -> anyhow::Result<Options> {
    let options = options(args)?;
    if let Database::Sqlite(file) = &options.database {
        let file = options.folder.join(file);
        if !file.is_file() {
            let message = format!("{} 不存在；请用 --data 指明数据文件夹", file.display());
            return Err(Misuse(message).into());
        }
    }
    Ok(options)
}

pub(crate) fn runtime() -> anyhow::Result<Runtime> {
    Runtime::new().context("A-SERVE-01 无法启动服务线程")
}

/// Writes everything into one file.
pub(crate) fn backup(args: &BackupArgs) -> anyhow::Result<Exit> {
    let options = existing(&args.store)?;
    if args.out.exists() {
        let message = format!("{} 已存在，没有写入；请换一个文件名", args.out.display());
        return Err(Misuse(message).into());
    }
    let (manifest, keys) = runtime()?.block_on(async {
        let store = Store::open(&options).await?;
        let manifest = store.backup(&args.out, Clock::default().now()).await;
        let keys = store.keys().await;
        store.close().await;
        anyhow::Ok((manifest?, keys?))
    })?;
    let mut text = format!("{} {}\n{}", good("已备份到"), args.out.display(), listed(&manifest));
    if !keys.boxes.is_empty() {
        let _ = writeln!(
            text,
            "{}",
            styled(
                CARE,
                &format!("备份中不含教师个人数据的密钥；请把它另存到别处：{}", keys.place)
            )
        );
    }
    screen::print(&text)?;
    Ok(Exit::Done)
}

/// Restores a backup into a new or empty store.
pub(crate) fn restore(args: &RestoreArgs) -> anyhow::Result<Exit> {
    let options = options(&args.store)?;
    expect_file(&args.file)?;
    let keys = runtime()?.block_on(async {
        let store = Store::restore(&args.file, &options).await?;
        let keys = store.keys().await;
        store.close().await;
        anyhow::Ok(keys?)
    })?;
    let mut text =
        format!("{} {}；所有人需重新登录\n", good("已恢复到"), args.store.data.display());
    text.push_str(&shut(&keys));
    screen::print(&text)?;
    Ok(Exit::Done)
}

/// Reads a backup, or everything that is kept, and says what is not whole.
pub(crate) fn verify(args: &VerifyArgs) -> anyhow::Result<Exit> {
    if let Some(file) = &args.file {
        expect_file(file)?;
        let manifest = runtime()?.block_on(Store::verify(file))?;
        screen::print(&format!("{} {}\n{}", good("备份完好"), file.display(), listed(&manifest)))?;
        return Ok(Exit::Done);
    }
    let options = existing(&args.store)?;
    let report = runtime()?.block_on(async {
        let store = Store::open(&options).await?;
        let report = store.check().await;
        store.close().await;
        report
    })?;
    let rows: i64 = report.rows.values().sum();
    let mut text = String::new();
    for damage in &report.damages {
        let _ = writeln!(text, "{} {} {}", styled(BAD, "损坏"), damage.code, damage.what);
    }
    let counted = format!("{rows} 行，{} 个佐证文件", report.files);
    if report.is_whole() {
        let _ = writeln!(text, "{} {counted}", good("数据完好"));
        text.push_str(&shut(&report.keys));
    } else {
        let _ = writeln!(text, "共 {} 处损坏；请从备份恢复，并联系维护人员", report.damages.len());
    }
    screen::print(&text)?;
    Ok(if report.is_whole() { Exit::Done } else { Exit::Findings })
}

/// That personal data do not open, and what to do; nothing where they do.
fn shut(keys: &KeyReport) -> String {
    let Some(trouble) = &keys.trouble else { return String::new() };
    let id = keys.boxes.keys().next().map_or("", String::as_str);
    let text = format!("教师个人数据打不开：{trouble}\n  封存所用密钥的指纹：{id}");
    format!("{}\n", styled(CARE, &text))
}

/// Brings the structure of the database up to date.
pub(crate) fn migrate(args: &StoreArgs) -> anyhow::Result<Exit> {
    let options = existing(args)?;
    runtime()?.block_on(async {
        Store::open(&options).await?.close().await;
        anyhow::Ok(())
    })?;
    screen::print(&format!("{}\n", good("数据库结构已是最新")))?;
    Ok(Exit::Done)
}

/// Walks along the audit chain of every county.
pub(crate) fn verify_audit(args: &StoreArgs) -> anyhow::Result<Exit> {
    let options = existing(args)?;
    let reports = runtime()?.block_on(async {
        let store = Store::open(&options).await?;
        let mut reports = Vec::new();
        for county in store.counties().await? {
            let report = store.verify_audit(&county.code).await?;
            reports.push((county, report));
        }
        store.close().await;
        anyhow::Ok(reports)
    })?;
    let (mut text, mut whole) = (String::new(), true);
    for (county, report) in &reports {
        let name = format!("{} {}", county.code, county.name);
        if let Some((row, why)) = &report.broken {
            whole = false;
            let _ = writeln!(text, "{} {name}：第 {row} 行起，{why}", styled(BAD, "审计链断开"));
        } else {
            let _ = writeln!(text, "{} {name}：{} 行", good("审计链完整"), report.rows);
            let _ = writeln!(text, "{}", styled(FAINT, &format!("  末行指纹 {}", report.head)));
        }
    }
    if reports.is_empty() {
        text.push_str("还没有数据\n");
    }
    screen::print(&text)?;
    Ok(if whole { Exit::Done } else { Exit::Findings })
}

fn expect_file(file: &Path) -> anyhow::Result<()> {
    if file.is_file() {
        return Ok(());
    }
    Err(Misuse(format!("找不到备份文件 {}", file.display())).into())
}

pub(crate) fn good(text: &str) -> String {
    styled(GOOD, text)
}

fn listed(manifest: &Manifest) -> String {
    let rows: u64 = manifest.tables.values().map(|table| table.rows).sum();
    let text = format!("{rows} 行，{} 个佐证文件，备份时间 {}", manifest.files.len(), manifest.at);
    format!("{}\n", styled(FAINT, &text))
}
