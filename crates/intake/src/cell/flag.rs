//! Yes and no as people write them.

use super::text::clean;
use crate::open::Raw;

/// The flag of a cell; `None` for what is neither.
pub(crate) fn flag(raw: &Raw<'_>) -> Option<bool> {
    match raw {
        Raw::Flag(flag) => Some(*flag),
        Raw::Number(n) if n.to_bits() == 1.0f64.to_bits() => Some(true),
        Raw::Number(n) if n.abs().to_bits() == 0 => Some(false),
        Raw::Text(text) => match clean(text).as_str() {
            "是" | "√" | "✓" | "✔" | "☑" | "1" | "有" | "Y" | "y" | "YES" | "Yes" | "yes"
            | "TRUE" | "True" | "true" | "对" | "达到" | "达标" => Some(true),
            "否" | "×" | "✗" | "✘" | "☒" | "x" | "X" | "0" | "无" | "没有" | "N" | "n" | "NO"
            | "No" | "no" | "FALSE" | "False" | "false" | "错" | "未达到" | "未达标" => {
                Some(false)
            }
            _ => None,
        },
        _ => None,
    }
}
