//! Text files: encoding, separator, records.

use super::{Raw, Refusal, Row};
use encoding_rs::{GB18030, UTF_16BE, UTF_16LE};
use std::borrow::Cow;

/// A text file of records.
#[derive(Debug)]
pub(super) struct TextFile {
    text: String,
    separator: u8,
}

impl TextFile {
    /// Decodes UTF-8 (with or without mark), UTF-16 (with mark) or GB18030.
    pub(super) fn decode(bytes: &[u8]) -> Result<Self, Refusal> {
        let mut text = match bytes {
            [0xEF, 0xBB, 0xBF, rest @ ..] => {
                String::from_utf8(rest.to_vec()).map_err(|_| Refusal::Unknown)?
            }
            [0xFF, 0xFE, ..] => strict(UTF_16LE, bytes.get(2..).unwrap_or_default())?,
            [0xFE, 0xFF, ..] => strict(UTF_16BE, bytes.get(2..).unwrap_or_default())?,
            _ => match std::str::from_utf8(bytes) {
                Ok(text) => text.to_owned(),
                Err(_) => strict(GB18030, bytes)?,
            },
        };
        if text.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\r' | '\n' | '\u{1a}')) {
            return Err(Refusal::Unknown);
        }
        if text.trim().is_empty() {
            return Err(Refusal::Empty);
        }
        if !text.ends_with('\n') {
            text.push('\n');
        }
        let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        let count = |c: char| line.matches(c).count();
        let separator = [(b'\t', count('\t')), (b';', count(';'))]
            .into_iter()
            .find(|(_, n)| *n > count(','))
            .map_or(b',', |(separator, _)| separator);
        Ok(Self { text, separator })
    }

    /// Hands out the records. A row is counted as a spreadsheet would: an empty line is a row, a
    /// line break inside quotation marks is none.
    pub(super) fn rows(
        &self,
        most: u64,
        each: &mut dyn FnMut(&Row<'_, '_>),
    ) -> Result<(), Refusal> {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(self.separator)
            .from_reader(self.text.as_bytes());
        let mut record = csv::StringRecord::new();
        let mut index = 0u32;
        let mut next_line = 1u64;
        let mut cells = 0u64;
        while reader.read_record(&mut record).map_err(|_| Refusal::Unknown)? {
            // The reader passes over empty lines and tells the line behind the record.
            let breaks: usize = record.iter().map(|field| field.matches('\n').count()).sum();
            let line = reader.position().line().saturating_sub(1 + breaks as u64).max(next_line);
            index = index
                .saturating_add(u32::try_from(line.saturating_sub(next_line)).unwrap_or(u32::MAX));
            let row: Vec<(u32, Raw<'_>)> = (0u32..)
                .zip(record.iter())
                .filter(|(_, field)| !field.is_empty())
                .map(|(column, field)| (column, Raw::Text(Cow::Borrowed(field))))
                .collect();
            cells += row.len() as u64;
            if cells > most {
                return Err(Refusal::TooMany { what: "单元格数", limit: most });
            }
            if !row.is_empty() {
                each(&Row { index, cells: &row });
            }
            index = index.saturating_add(1);
            next_line = line + 1 + breaks as u64;
        }
        Ok(())
    }
}

fn strict(encoding: &'static encoding_rs::Encoding, bytes: &[u8]) -> Result<String, Refusal> {
    encoding
        .decode_without_bom_handling_and_without_replacement(bytes)
        .map(Cow::into_owned)
        .ok_or(Refusal::Unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(bytes: &[u8]) -> Vec<(u32, Vec<String>)> {
        let mut rows = Vec::new();
        TextFile::decode(bytes)
            .unwrap()
            .rows(1000, &mut |row| {
                let texts = row.cells.iter().map(|(_, raw)| match raw {
                    Raw::Text(text) => text.to_string(),
                    other => panic!("{other:?}"),
                });
                rows.push((row.index, texts.collect()));
            })
            .unwrap();
        rows
    }

    #[test]
    fn encodings_read_alike() {
        let text = "标识码,名称\r\n1,青山小学\r\n";
        let gb = GB18030.encode(text).0.into_owned();
        let mut mark = vec![0xEF, 0xBB, 0xBF];
        mark.extend(text.as_bytes());
        let mut wide = vec![0xFF, 0xFE];
        wide.extend(text.replace(',', "\t").encode_utf16().flat_map(u16::to_le_bytes));
        let expected = rows(text.as_bytes());
        assert_eq!(expected[1], (1, vec!["1".to_owned(), "青山小学".to_owned()]));
        for bytes in [gb, mark, wide] {
            assert_eq!(rows(&bytes), expected);
        }
    }

    #[test]
    fn rows_are_counted_as_a_spreadsheet_does() {
        let all = rows(b"a,b\n\n\"x\ny\",z\nlast,1");
        let indices: Vec<u32> = all.iter().map(|(index, _)| *index).collect();
        assert_eq!(indices, [0, 2, 3]);
    }

    #[test]
    fn what_is_no_text_is_refused() {
        assert_eq!(TextFile::decode(&[1, 2, 3, 255, 254]).unwrap_err(), Refusal::Unknown);
        assert_eq!(TextFile::decode(b" \r\n ").unwrap_err(), Refusal::Empty);
    }
}
