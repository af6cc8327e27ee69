//! One file of a pack: its text, and where in the text things stand.

use crate::PackError;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use toml::Spanned;

/// A text file of a pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackFile {
    path: Arc<str>,
    text: Arc<str>,
    folder: Option<Arc<PathBuf>>,
}

impl PackFile {
    /// A file from its path inside the packs (`items/pupils.toml`) and its text. A byte order
    /// mark goes and line ends become `\n`, so that one text has one hash on every system.
    #[must_use]
    pub fn new(path: &str, text: &str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let text =
            if text.contains('\r') { text.replace("\r\n", "\n").into() } else { text.into() };
        Self { path: path.into(), text, folder: None }
    }

    /// Reads one file of the user's that is no part of a folder of packs, such as a plan's file;
    /// refusals name it as the user did.
    ///
    /// # Errors
    /// [`PackError`] `P-FILE-01`, `-03`, `-04`: not readable, no text, too large.
    pub fn read(path: &Path) -> Result<Self, PackError> {
        let text = crate::source::read_text(path)?;
        let name = path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
        let folder = path.parent().unwrap_or(Path::new("")).to_path_buf();
        Ok(Self::new(&name, &text).in_folder(&Arc::new(folder)))
    }

    /// The same file, read from a folder on disk.
    pub(crate) fn in_folder(mut self, folder: &Arc<PathBuf>) -> Self {
        self.folder = Some(Arc::clone(folder));
        self
    }

    /// The path inside the packs, with `/` on every system.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The user's folder that the file was read from; `None` for an embedded file.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_deref().map(PathBuf::as_path)
    }

    /// The name that a user can find the file by: with its folder where it lies on disk, else the
    /// path inside the packs, marked as built in.
    #[must_use]
    pub fn title(&self) -> String {
        match &self.folder {
            Some(folder) => folder.join(&*self.path).display().to_string(),
            None => format!("内置 {}", self.path),
        }
    }

    /// Line and column, both from one and the column in characters, of a byte offset.
    #[must_use]
    pub fn position(&self, offset: usize) -> (usize, usize) {
        let before = &self.text[..self.floor(offset)];
        let line_start = before.rfind('\n').map_or(0, |i| i + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }

    /// The nearest character boundary at or before `offset`, inside the text.
    pub(crate) fn floor(&self, offset: usize) -> usize {
        let mut at = offset.min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }

    /// Where a part of a string value stands in the file: `inner` counts bytes of the *value*,
    /// the result counts bytes of the file. For formulas written in TOML strings.
    #[must_use]
    pub fn inner(&self, value: &Spanned<String>, inner: Range<usize>) -> Range<usize> {
        let span = value.span();
        let source = self.text.get(span.clone()).unwrap_or_default();
        let first = value_offset(source, inner.start);
        let skipped = if source.starts_with('\'') { 0 } else { folded(&source[first..]) };
        let start = span.start + first + skipped;
        let end = span.start + value_offset(source, inner.end);
        start..end.max(start)
    }
}

/// The byte of `source`, a TOML string with its quotes, at which byte `wanted` of its value stands.
fn value_offset(source: &str, wanted: usize) -> usize {
    let (quote, literal, multi) = if source.starts_with("\"\"\"") {
        (3, false, true)
    } else if source.starts_with("'''") {
        (3, true, true)
    } else {
        (1, source.starts_with('\''), false)
    };
    let mut at = quote;
    // TOML drops a line end right after the opening quotes.
    if multi && source.get(at..).is_some_and(|rest| rest.starts_with('\n')) {
        at += 1;
    }
    let mut value = 0;
    while value < wanted {
        let Some(rest) = source.get(at..) else { break };
        let Some(first) = rest.chars().next() else { break };
        let (taken, made) = if first == '\\' && !literal {
            escape(rest)
        } else {
            (first.len_utf8(), first.len_utf8())
        };
        at += taken;
        value += made;
    }
    at.min(source.len())
}

/// Bytes at the head of `rest` that make nothing of the value: line ends folded by a backslash.
fn folded(rest: &str) -> usize {
    match rest.strip_prefix('\\') {
        Some(tail) if tail.starts_with(char::is_whitespace) => escape(rest).0,
        _ => 0,
    }
}

/// Bytes of the source that an escape takes, and bytes of the value that it makes.
fn escape(rest: &str) -> (usize, usize) {
    let coded = |digits: usize| {
        let made = rest
            .get(2..2 + digits)
            .and_then(|hex| u32::from_str_radix(hex, 16).ok())
            .and_then(char::from_u32)
            .map_or(1, char::len_utf8);
        (2 + digits, made)
    };
    match rest[1..].chars().next() {
        Some('x') => coded(2),
        Some('u') => coded(4),
        Some('U') => coded(8),
        // A backslash at the end of a line swallows all white space that follows.
        Some(c) if c.is_whitespace() => (1 + (rest.len() - 1 - rest[1..].trim_start().len()), 0),
        Some(_) => (2, 1),
        None => (1, 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(serde::Deserialize)]
    struct Probe {
        formula: Spanned<String>,
    }

    /// The file's text at the place of `needle` in the value of `formula`.
    fn found(text: &str, needle: &str) -> String {
        let file = PackFile::new("x.toml", text);
        let probe: Probe = crate::parse(&file).unwrap();
        let start = probe.formula.get_ref().find(needle).unwrap();
        let range = file.inner(&probe.formula, start..start + needle.len());
        file.text()[range].to_owned()
    }

    #[test]
    fn the_inside_of_every_kind_of_string_is_found() {
        assert_eq!(found("formula = \"学生 / pupils\"", "pupils"), "pupils");
        assert_eq!(found("formula = '学生 / pupils'", "pupils"), "pupils");
        assert_eq!(found("formula = \"\"\"\na + b\n  + c\"\"\"", "+ c"), "+ c");
        assert_eq!(found("formula = '''a\n+ b'''", "+ b"), "+ b");
        assert_eq!(found(r#"formula = "\t\u4eba \"x\" / pupils""#, "pupils"), "pupils");
        assert_eq!(found("formula = \"\"\"a \\\n      + b\"\"\"", "+ b"), "+ b");
    }

    proptest! {
        #[test]
        fn any_part_of_a_string_is_found(text in "[a-z学均 \"\\\\\t]{0,12}", from in 0usize..14, len in 0usize..14) {
            let written = toml::Value::String(text.clone()).to_string();
            let file = PackFile::new("x.toml", &format!("formula = {written}\n"));
            let probe: Probe = crate::parse(&file).unwrap();
            let range = file.inner(&probe.formula, from..from + len);
            prop_assert!(file.text().get(range.clone()).is_some());
            if let Some(part) = text.get(from..(from + len).min(text.len()))
                && !part.contains(['"', '\\', '\t'])
            {
                prop_assert_eq!(&file.text()[range.start..range.start + part.len()], part);
            }
        }

        #[test]
        fn any_place_can_be_shown(text in "[a学\n\t]{0,20}", from in 0usize..80, len in 0usize..80) {
            let file = PackFile::new("x", &text);
            let error = PackError::at(&file, from..from + len, "X", "坏");
            prop_assert!(error.to_string().contains('^'));
        }
    }

    #[test]
    fn columns_count_characters() {
        let file = PackFile::new("x", "一\n二三x");
        assert_eq!(file.position("一\n二三".len()), (2, 3));
        assert_eq!(file.position(999), (2, 4));
        assert_eq!(file.position(1), (1, 1)); // inside a character
    }

    #[test]
    fn a_file_of_the_users_is_named_as_it_was_given() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("方案.toml");
        std::fs::write(&path, "a = 1\r\n").unwrap();
        let file = PackFile::read(&path).unwrap();
        assert_eq!((file.title(), file.text()), (path.display().to_string(), "a = 1\n"));
        let absent = PackFile::read(&folder.path().join("无.toml")).unwrap_err();
        assert_eq!(absent.code(), "P-FILE-01");
    }

    #[test]
    fn line_ends_and_marks_do_not_make_another_text() {
        assert_eq!(PackFile::new("x", "\u{feff}a\r\nb").text(), "a\nb");
    }
}
