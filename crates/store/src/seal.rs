//! Sealing: personal data lie in boxes that open with a key which is kept outside the database, and
//! at their own place only. What is sealed and against whom: `docs/decisions/009-personal-data.md`.
//!
//! A box is XChaCha20-Poly1305 with a random nonce in front. Its place (table, county, key of the
//! row) is authenticated with it, so that a box moved to another row does not open. The id of the key
//! stands beside the box: a key can be changed while rows of the old one are still there.
//!
//! This module must not know what is in a box.

mod ring;
mod rotate;

pub use ring::KeySource;
pub(crate) use ring::Ring;
pub use rotate::{Fingerprint, KeyReport, Resealed};

use crate::db::Arg;
use crate::{Result, StoreError};
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use sha2::{Digest as _, Sha256};
use std::fmt;
use zeroize::Zeroizing;

/// Bytes of a key.
const KEY: usize = 32;
/// Bytes of a nonce.
const NONCE: usize = 24;
/// Boxes are filled up to multiples of so many bytes: their length must not tell who has an
/// exemption and who has not.
const GRAIN: usize = 512;
/// Stands behind the content in a box, before the filling.
const END: u8 = 0x80;

/// The tables with boxes, in the columns `seal_key` and `sealed`; the primary key is a box's place. A
/// table that gets boxes stands here, or its boxes are lost when the key is changed.
pub(crate) const SEALED: &[&str] = &[
    "rosters",
    "teachers",
    "roster_imports",
    "exchanges",
    "exchange_entries",
    "exchange_steps",
    "trainings",
    "training_steps",
    "rotation_objections",
    "rotation_orders",
    "document_boxes",
];

/// What comes out of a box. It is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Plain(Zeroizing<Vec<u8>>);

impl Plain {
    /// Content that is to be sealed.
    #[must_use]
    pub fn new(content: Vec<u8>) -> Self {
        Self(Zeroizing::new(content))
    }

    /// The content: for who has a reason to see it.
    #[must_use]
    pub fn reveal(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Plain({} bytes)", self.0.len())
    }
}

/// One key.
pub(crate) struct SealKey {
    id: String,
    key: Zeroizing<[u8; KEY]>,
}

impl fmt::Debug for SealKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealKey({})", self.id)
    }
}

/// Random bytes.
pub(crate) fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)
        .map_err(|error| StoreError::Task(format!("取不到随机数：{error}")))?;
    Ok(bytes)
}

impl SealKey {
    fn new(key: [u8; KEY]) -> Self {
        let mut hasher = Sha256::new();
        hasher.update("junheng-seal-key-1");
        hasher.update(key);
        let mut id = domain::hex(&hasher.finalize());
        id.truncate(16);
        Self { id, key: Zeroizing::new(key) }
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&Key::from(*self.key))
    }

    /// Puts content into a box.
    pub(crate) fn seal(&self, place: &Place, plain: &Plain) -> Result<Vec<u8>> {
        let nonce = random::<NONCE>()?;
        let content = plain.reveal();
        let size = (content.len() + 1).next_multiple_of(GRAIN);
        let mut filled = Zeroizing::new(Vec::with_capacity(size));
        filled.extend_from_slice(content);
        filled.push(END);
        filled.resize(size, 0);
        let payload = Payload { msg: &filled, aad: &place.0 };
        let sealed = self.cipher().encrypt(&XNonce::from(nonce), payload);
        // The cipher refuses only what is longer than 256 GiB.
        let sealed = sealed.map_err(|_| StoreError::Task("内容过长，不能封存".to_owned()))?;
        Ok([&nonce[..], &sealed].concat())
    }

    /// Opens a box; `None` where it was changed, or is at another place than where it was sealed.
    pub(crate) fn open(&self, place: &Place, sealed: &[u8]) -> Option<Plain> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>()?;
        let payload = Payload { msg: sealed, aad: &place.0 };
        let filled = self.cipher().decrypt(&XNonce::from(*nonce), payload).ok()?;
        let mut filled = Zeroizing::new(filled);
        let end = filled.iter().rposition(|byte| *byte == END)?;
        filled.truncate(end);
        Some(Plain(filled))
    }
}

/// Where a box lies: its table and the key of its row, each part with its length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place(Vec<u8>);

impl Place {
    /// The place of a row, by its primary key.
    pub(crate) fn of(table: &str, key: impl AsRef<[Arg]>) -> Self {
        let mut place = Vec::new();
        let mut part = |text: &str| {
            place.extend_from_slice(text.len().to_string().as_bytes());
            place.push(b':');
            place.extend_from_slice(text.as_bytes());
        };
        part("junheng-box-1");
        part(table);
        for value in key.as_ref() {
            match value {
                Arg::Int(number) => part(&number.unwrap_or_default().to_string()),
                Arg::Text(text) => part(text.as_deref().unwrap_or_default()),
                // No key of ours holds bytes.
                Arg::Bytes(_) => part(""),
            }
        }
        Self(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::args;
    use proptest::prelude::*;

    fn key(byte: u8) -> SealKey {
        SealKey::new([byte; KEY])
    }

    fn place(number: &str) -> Place {
        Place::of("teachers", args!["341823", 2024i64, number])
    }

    proptest! {
        #[test]
        fn what_was_sealed_comes_out(content in prop::collection::vec(any::<u8>(), 0..2_000)) {
            let plain = Plain::new(content);
            let sealed = key(1).seal(&place("T1"), &plain).unwrap();
            prop_assert_eq!((sealed.len() - NONCE - 16) % GRAIN, 0);
            prop_assert_eq!(key(1).open(&place("T1"), &sealed), Some(plain));
        }
    }

    #[test]
    fn a_box_opens_with_its_key_at_its_place_unchanged() {
        let plain = Plain::new("张小明".as_bytes().to_vec());
        let sealed = key(1).seal(&place("T1"), &plain).unwrap();
        assert_ne!(sealed, key(1).seal(&place("T1"), &plain).unwrap(), "each nonce is another");
        assert_eq!(key(2).open(&place("T1"), &sealed), None);
        assert_eq!(key(1).open(&place("T2"), &sealed), None);
        assert_eq!(
            key(1).open(&Place::of("rosters", args!["341823", 2024i64, "T1"]), &sealed),
            None
        );
        for at in [0, NONCE, sealed.len() - 1] {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(key(1).open(&place("T1"), &changed), None);
        }
        assert_eq!(key(1).open(&place("T1"), &sealed[..10]), None);
    }

    #[test]
    fn no_part_of_a_place_can_imitate_another() {
        let of = |a: &str, b: &str| Place::of("teachers", args![a, b]);
        assert_ne!(of("1", "23"), of("12", "3"));
        assert_ne!(of("1:2", ""), of("1", "2"));
    }

    #[test]
    fn nothing_prints_a_key_or_a_content() {
        let text = format!("{:?} {:?}", Plain::new(b"secret".to_vec()), key(7));
        assert!(!text.contains("secret") && !text.contains("7, 7"), "{text}");
    }
}
