//! Words in a sealed box: what was written freely about people, kept where a list needs it beside
//! columns that name nobody. A list is shown without them where the key is missing.

use crate::db::{Arg, Row, Tx};
use crate::seal::{Place, Plain};
use crate::{Result, Store, StoreError};
use domain::CountyCode;
use serde::Serialize;
use serde::de::DeserializeOwned;

impl Store {
    /// Seals words for the row of a key: the two columns `seal_key` and `sealed`.
    pub(crate) async fn seal_words<T: Serialize + Sync + ?Sized>(
        &self,
        tx: &mut Tx,
        county: &CountyCode,
        (table, key): (&str, &[Arg]),
        words: &T,
    ) -> Result<(String, Vec<u8>)> {
        let text = serde_json::to_vec(words).map_err(|e| StoreError::Database(Box::new(e)))?;
        self.ring.seal(tx, county).await?.seal(&Place::of(table, key), &Plain::new(text))
    }

    /// Opens the words of a row, whose two columns begin at `column`; `None` where the key that has
    /// sealed them is not there.
    pub(crate) fn open_words<T: DeserializeOwned>(
        &self,
        (table, key): (&str, &[Arg]),
        row: &Row,
        column: usize,
    ) -> Result<Option<T>> {
        let what = || format!("{table} 的一行");
        let sealed = row.bytes(column + 1)?;
        let plain = match self.ring.open(&Place::of(table, key), row.str(column)?, &sealed, what) {
            Ok(plain) => plain,
            Err(
                StoreError::KeyMissing { .. }
                | StoreError::KeyWrong { .. }
                | StoreError::KeyFile { .. },
            ) => return Ok(None),
            Err(error) => return Err(error),
        };
        // What serde says of a text may repeat it.
        let words = serde_json::from_slice(plain.reveal());
        words.map(Some).map_err(|_| StoreError::Corrupt(format!("{table} 的文字")))
    }

    /// Refuses an edit of words that could not be opened: it would write over them.
    pub(crate) fn expect_readable(&self, readable: bool) -> Result<()> {
        if readable { Ok(()) } else { Err(StoreError::KeyMissing { place: self.ring.place() }) }
    }
}
