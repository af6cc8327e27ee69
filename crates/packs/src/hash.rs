//! Content hashes.

use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// SHA-256 over paths and texts in the given order, 64 hexadecimal digits. Every part is led by
/// its length, so that no text can imitate a border between two files.
pub(crate) fn of_files<'a>(files: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut hasher = Sha256::new();
    for (path, text) in files {
        for part in [path, text] {
            hasher.update(part.len().to_be_bytes());
            hasher.update(part.as_bytes());
        }
    }
    hasher.finalize().iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
