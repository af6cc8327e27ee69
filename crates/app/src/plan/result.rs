//! A plan that was written before, read back.

use crate::failure::Misuse;
use anyhow::Context as _;
use invest::Plan;
use serde::Deserialize;
use std::fs;
use std::path::Path;

/// The largest result that is read: a county of a thousand schools over fifteen years takes a tenth.
const MOST: u64 = 256 << 20;

/// What tells the kinds of our JSON apart.
#[derive(Deserialize)]
struct Kind {
    format: u32,
    #[serde(default)]
    possible: Option<bool>,
    #[serde(default)]
    actions: Option<serde::de::IgnoredAny>,
}

/// Reads a plan.
///
/// # Errors
/// [`Misuse`] where there is no such file, or none that holds a plan of this program.
pub(crate) fn read(path: &Path) -> anyhow::Result<Plan> {
    let shown = path.display();
    if !path.is_file() {
        return Err(Misuse(format!("没有规划文件 {shown}")).into());
    }
    let size = fs::metadata(path).map_or(0, |meta| meta.len());
    if size > MOST {
        return Err(Misuse(format!("{shown} 有 {size} 字节，不是规划文件")).into());
    }
    let bytes = fs::read(path).with_context(|| format!("A-FILE-03 无法读取 {shown}"))?;
    of(&bytes).map_err(|why| Misuse(format!("{shown} {why}")).into())
}

/// The plan in JSON, or why there is none, as the end of a sentence.
pub(super) fn of(bytes: &[u8]) -> Result<Plan, String> {
    let how = "请用 junheng plan --json 写出规划";
    let kind: Kind = serde_json::from_slice(bytes)
        .map_err(|_| format!("不是本程序写出的规划（JSON 读不出来或缺少 format）；{how}"))?;
    if kind.possible == Some(false) {
        return Err("是“做不到”的说明，里面没有规划".to_owned());
    }
    if kind.actions.is_none() {
        return Err(format!("是本程序的其他结果，不是规划；{how}"));
    }
    if kind.format != invest::plan::FORMAT {
        return Err(format!(
            "是第 {} 版格式，本程序用第 {} 版；请重新做一次规划",
            kind.format,
            invest::plan::FORMAT
        ));
    }
    serde_json::from_slice(bytes).map_err(|error| {
        format!("第 {} 行第 {} 列读不出来，可能被改动过；{how}", error.line(), error.column())
    })
}
