//! What people have written: a file of texts by key, or an earlier document.

use crate::failure::Misuse;
use anyhow::Context as _;
use document::read::read_back;
use document::template::Written;
use std::fs;
use std::path::Path;

/// The largest file.
const MOST: u64 = 64 << 20;

/// Reads a file's bytes, within bounds.
///
/// # Errors
/// [`Misuse`] where there is no such file or it is too large.
pub(super) fn bytes(path: &Path) -> anyhow::Result<Vec<u8>> {
    let shown = path.display();
    if !path.is_file() {
        return Err(Misuse(format!("没有文件 {shown}")).into());
    }
    let size = fs::metadata(path).map_or(0, |meta| meta.len());
    if size > MOST {
        return Err(Misuse(format!("{shown} 有 {} MB，超过 {} MB", size >> 20, MOST >> 20)).into());
    }
    fs::read(path).with_context(|| format!("A-FILE-03 无法读取 {shown}"))
}

/// The texts by key.
///
/// # Errors
/// [`Misuse`] where the file is neither.
pub(super) fn read(path: &Path) -> anyhow::Result<Written> {
    let shown = path.display();
    let bytes = bytes(path)?;
    if path.extension().is_some_and(|e| e.eq_ignore_ascii_case("docx")) {
        let read = read_back(&bytes).map_err(|error| Misuse(format!("{shown}：{error}")))?;
        return Ok(read.free.into_iter().filter(|(_, text)| !text.is_empty()).collect());
    }
    let text = String::from_utf8(bytes)
        .map_err(|_| Misuse(format!("{shown} 不是 UTF-8 编码的文本文件")))?;
    toml::from_str(&text).map_err(|error| {
        let message = format!("{shown} 不是“编码 = \"文字\"”形式的 TOML 文件：{}", error.message());
        Misuse(message).into()
    })
}
