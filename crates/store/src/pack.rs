//! Large texts, compressed for the database.

use crate::{Result, StoreError};
use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use std::io::{Read as _, Write as _};

/// No text of ours unpacks to more: a county's snapshot has some megabytes.
const MOST: u64 = 1 << 30;

/// Compresses a text.
pub(crate) fn packed(text: &str) -> Result<Vec<u8>> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    let whole = encoder.write_all(text.as_bytes()).and_then(|()| encoder.finish());
    whole.map_err(|error| StoreError::Database(Box::new(error)))
}

/// Unpacks a text.
pub(crate) fn unpacked(bytes: &[u8]) -> Result<String> {
    let mut text = String::new();
    let mut decoder = ZlibDecoder::new(bytes).take(MOST);
    match decoder.read_to_string(&mut text) {
        Ok(_) => Ok(text),
        Err(error) => Err(StoreError::Corrupt(error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_and_damage_shows() {
        let text = "均衡".repeat(10_000);
        let mut bytes = packed(&text).unwrap();
        assert!(bytes.len() < text.len() / 50);
        assert_eq!(unpacked(&bytes).unwrap(), text);
        bytes.truncate(bytes.len() / 2);
        assert_eq!(unpacked(&bytes).unwrap_err().code(), "ST-DB-05");
    }
}
