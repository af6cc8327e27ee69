//! Has anything of a year changed? A short text that differs whenever its facts may differ, for those
//! who keep what they have computed.

use crate::db::args;
use crate::{Result, Store};
use domain::{CountyCode, SchoolYear};

impl Store {
    /// The stamp of a year: the versions of its collections and attestations, and how many steps its
    /// forms have gone. It stays as it is while somebody types into a draft, since drafts do not
    /// count: every way into or out of what counts is a step, and a step is never taken away.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn year_stamp(&self, county: &CountyCode, year: SchoolYear) -> Result<String> {
        let mut tx = self.pools.read().await?;
        let mut parts = Vec::new();
        for sql in [
            "select count(*), cast(coalesce(sum(version), 0) as bigint) from collections
             where county = $1 and year = $2",
            "select count(*), cast(coalesce(max(step), 0) as bigint) from submission_steps
             where county = $1 and year = $2",
            "select count(*), cast(coalesce(sum(revision), 0) as bigint) from submissions
             where county = $1 and year = $2",
            "select count(*), cast(coalesce(sum(version), 0) as bigint) from attestations
             where county = $1 and year = $2",
        ] {
            let row = tx.one(sql, args![county, year]).await?;
            let (count, sum) = match &row {
                Some(row) => (row.int(0)?, row.int(1)?),
                None => (0, 0),
            };
            parts.push(format!("{count}.{sum}"));
        }
        Ok(parts.join("-"))
    }
}
