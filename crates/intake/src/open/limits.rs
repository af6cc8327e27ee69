//! How much is too much.

/// Bounds of what is read. Beyond one of them the file is refused, with the bound in the sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one file.
    pub file_bytes: u64,
    /// Bytes of one workbook after unpacking, really counted.
    pub unpacked_bytes: u64,
    /// Bytes of its table of texts after unpacking: each text costs more memory than in the file.
    pub text_bytes: u64,
    /// Files inside a workbook's container.
    pub entries: usize,
    /// Sheets of a workbook.
    pub sheets: usize,
    /// Cells of a sheet that hold something.
    pub cells: u64,
    /// Cells between the first and the last one of all sheets of an .xls (it is held as a whole).
    pub xls_area: u64,
    /// Files of a folder, with everything below it.
    pub files: usize,
    /// Levels of folders below the one that was named.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 100 << 20,
            unpacked_bytes: 200 << 20,
            text_bytes: 48 << 20,
            entries: 5_000,
            sheets: 300,
            cells: 5_000_000,
            xls_area: 4_000_000,
            files: 20_000,
            depth: 8,
        }
    }
}
