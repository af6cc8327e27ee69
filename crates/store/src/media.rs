//! What a file is, by its content: the name that it was given says nothing.

use serde::{Deserialize, Serialize};
use std::io::{Read, Seek, SeekFrom};

/// The types of evidence files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Media {
    /// PDF.
    Pdf,
    /// JPEG.
    Jpg,
    /// PNG.
    Png,
    /// Word.
    Docx,
    /// Excel.
    Xlsx,
}

impl Media {
    /// All types.
    pub const ALL: [Self; 5] = [Self::Pdf, Self::Jpg, Self::Png, Self::Docx, Self::Xlsx];

    /// The code in the database and in JSON, which is the usual end of a file's name.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Jpg => "jpg",
            Self::Png => "png",
            Self::Docx => "docx",
            Self::Xlsx => "xlsx",
        }
    }

    /// The type's name on the web.
    #[must_use]
    pub const fn mime(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Jpg => "image/jpeg",
            Self::Png => "image/png",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }

    pub(crate) fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|media| media.code() == code)
    }

    /// The type of a file, by its first bytes; of a zip archive by the part that makes it a Word
    /// or an Excel file. `None`: no type that is taken.
    pub(crate) fn of(file: &mut (impl Read + Seek)) -> std::io::Result<Option<Self>> {
        let mut start = Vec::with_capacity(8);
        file.seek(SeekFrom::Start(0))?;
        file.by_ref().take(8).read_to_end(&mut start)?;
        file.seek(SeekFrom::Start(0))?;
        Ok(match start.as_slice() {
            [b'%', b'P', b'D', b'F', b'-', ..] => Some(Self::Pdf),
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpg),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n'] => Some(Self::Png),
            [b'P', b'K', 3, 4, ..] => {
                let Ok(archive) = zip::ZipArchive::new(file) else { return Ok(None) };
                let has = |name: &str| archive.index_for_name(name).is_some();
                match (has("[Content_Types].xml"), has("word/document.xml"), has("xl/workbook.xml"))
                {
                    (true, true, false) => Some(Self::Docx),
                    (true, false, true) => Some(Self::Xlsx),
                    _ => None,
                }
            }
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Cursor, Write as _};

    fn zip(names: &[&str]) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for name in names {
            zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(b"<x/>").unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    #[test]
    fn content_decides() {
        let of = |bytes: &[u8]| Media::of(&mut Cursor::new(bytes)).unwrap();
        assert_eq!(of(b"%PDF-1.7 ..."), Some(Media::Pdf));
        assert_eq!(of(b"\xff\xd8\xff\xe0\x00\x10JFIF"), Some(Media::Jpg));
        assert_eq!(of(b"\x89PNG\r\n\x1a\n...."), Some(Media::Png));
        let types = "[Content_Types].xml";
        assert_eq!(of(&zip(&[types, "word/document.xml"])), Some(Media::Docx));
        assert_eq!(of(&zip(&[types, "xl/workbook.xml"])), Some(Media::Xlsx));
        assert_eq!(of(&zip(&[types, "ppt/presentation.xml"])), None);
        assert_eq!(of(&zip(&["xl/workbook.xml"])), None);
        for other in [&b""[..], b"PK", b"PK\x03\x04 broken", b"MZ\x90", b"<html>", b"%PD"] {
            assert_eq!(of(other), None);
        }
    }
}
