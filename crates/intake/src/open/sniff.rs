//! What a file is, by its first bytes.

use super::Refusal;

/// What the bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A zip container: perhaps an .xlsx.
    Zip,
    /// An OLE container: perhaps an .xls, or an encrypted .xlsx.
    Ole,
    /// Text: perhaps CSV.
    Text,
}

impl Format {
    /// The extensions that files of this format have.
    #[must_use]
    pub const fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Zip => &["xlsx", "xlsm", "zip"],
            Self::Ole => &["xls", "et"],
            Self::Text => &["csv", "txt"],
        }
    }
}

/// Tells the format of a file.
///
/// # Errors
/// [`Refusal`] for an empty file and for formats that are known and not read.
pub fn sniff(bytes: &[u8]) -> Result<Format, Refusal> {
    if bytes.is_empty() {
        return Err(Refusal::Empty);
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return Ok(Format::Zip);
    }
    if bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) {
        return Ok(Format::Ole);
    }
    let known: &[(&[u8], &str)] = &[
        (b"%PDF", "PDF 文件"),
        (b"{\\rtf", "RTF 文档"),
        (b"\x89PNG", "图片"),
        (b"\xFF\xD8\xFF", "图片"),
        (b"GIF8", "图片"),
        (b"BM", "图片"),
        (b"Rar!", "RAR 压缩包"),
        (b"7z\xBC\xAF\x27\x1C", "7z 压缩包"),
        (b"\x1F\x8B", "压缩包"),
        (b"\x09\x00", "很早版本的 Excel 文件"),
        (b"\x09\x02", "很早版本的 Excel 文件"),
        (b"\x09\x04", "很早版本的 Excel 文件"),
        (b"\x09\x08", "很早版本的 Excel 文件"),
    ];
    // Two letters alone prove nothing: text may begin with them.
    let binary = bytes.iter().take(512).any(|b| *b == 0);
    if let Some((_, what)) =
        known.iter().find(|(magic, _)| bytes.starts_with(magic) && (magic.len() > 2 || binary))
    {
        return Err(Refusal::Other { what });
    }
    if let Some(what) = markup(bytes) {
        return Err(Refusal::Other { what });
    }
    Ok(Format::Text)
}

/// Web pages and XML that office programs and web systems save under the name .xls.
fn markup(bytes: &[u8]) -> Option<&'static str> {
    let head: String = bytes
        .iter()
        .take(2048)
        .filter(|b| b.is_ascii_graphic())
        .map(|b| char::from(b.to_ascii_lowercase()))
        .collect();
    if !head.starts_with('<') {
        return None;
    }
    if head.contains("<html") || head.starts_with("<!doctype") || head.contains("<table") {
        return Some("网页（HTML）改名的表格");
    }
    if head.contains("office:spreadsheet") {
        return Some("XML 格式的表格");
    }
    head.starts_with("<?xml").then_some("XML 文件")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_tell_the_format() {
        assert_eq!(sniff(b"PK\x03\x04..."), Ok(Format::Zip));
        assert_eq!(sniff("学校标识码,学校名称".as_bytes()), Ok(Format::Text));
        assert_eq!(sniff(b"BM,1,2\r\n"), Ok(Format::Text));
        assert_eq!(sniff(b""), Err(Refusal::Empty));
        for (bytes, what) in [
            (&b"%PDF-1.7"[..], "PDF"),
            (b"\r\n<html xmlns:x=", "HTML"),
            (b"<table border=1>", "HTML"),
            (b"<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\">", "XML"),
            (b"\x09\x08\x10\x00\x00", "Excel"),
        ] {
            let sentence = sniff(bytes).unwrap_err().to_string();
            assert!(sentence.contains(what) && sentence.contains("另存为 .xlsx"), "{sentence}");
        }
    }
}
