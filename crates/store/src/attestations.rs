//! Attestations (佐证): what the county states of an indicator, with its evidence, person and day.

use crate::audit::note;
use crate::db::{Row, Tx, args};
use crate::years::require_open;
use crate::{By, Result, Store, versioned};
use domain::{Attestation, CountyCode, SchoolYear};
use jiff::Timestamp;

/// An attestation as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttestationRecord {
    /// What is stated.
    pub attestation: Attestation,
    /// For the next edit.
    pub version: i64,
    /// Who changed it last.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

fn attestation(row: &Row) -> Result<Attestation> {
    Ok(Attestation {
        indicator: row.text(3)?,
        holds: row.maybe_int(4)?.map(|holds| holds != 0),
        evidence: row.text(5)?,
        person: row.text(6)?,
        date: row.maybe_parsed(7)?,
    })
}

const COLUMNS: &str = "select version, changed_by, changed_at, indicator, holds, evidence, person, \
                       day from attestations where county = $1 and year = $2 order by indicator";

/// The attestations of a year within a transaction.
pub(crate) async fn list(
    tx: &mut Tx,
    county: &CountyCode,
    year: SchoolYear,
) -> Result<Vec<Attestation>> {
    tx.all(COLUMNS, args![county, year]).await?.iter().map(attestation).collect()
}

/// Writes an attestation at a version.
pub(crate) async fn write(
    tx: &mut Tx,
    county: &CountyCode,
    year: SchoolYear,
    new: &Attestation,
    by: &By,
) -> Result<()> {
    tx.exec(
        "insert into attestations (county, year, indicator, holds, evidence, person, day, version,
             changed_by, changed_at)
         values ($1, $2, $3, $4, $5, $6, $7, 1, $8, $9)
         on conflict (county, year, indicator) do update set holds = excluded.holds,
             evidence = excluded.evidence, person = excluded.person, day = excluded.day,
             version = attestations.version + 1, changed_by = excluded.changed_by,
             changed_at = excluded.changed_at",
        args![
            county,
            year,
            &new.indicator,
            new.holds,
            &new.evidence,
            &new.person,
            new.date,
            &by.person,
            by.at
        ],
    )
    .await?;
    Ok(())
}

impl Store {
    /// States something of an indicator; `seen` is the version that the caller has seen, zero for
    /// the first statement.
    ///
    /// # Errors
    /// [`crate::StoreError::Conflict`], [`crate::StoreError::YearLocked`].
    pub async fn attest(
        &self,
        county: &CountyCode,
        year: SchoolYear,
        new: &Attestation,
        seen: i64,
        by: &By,
    ) -> Result<i64> {
        let mut tx = self.pools.write(county.as_str()).await?;
        require_open(&mut tx, county, year, by).await?;
        let found = tx
            .one(
                "select version, changed_by, changed_at from attestations
                 where county = $1 and year = $2 and indicator = $3",
                args![county, year, &new.indicator],
            )
            .await?;
        let what = || format!("指标 {} 的佐证", new.indicator);
        let version = versioned(found.as_ref(), seen, what)?;
        write(&mut tx, county, year, new, by).await?;
        let target = format!("{}/{}", year.0, new.indicator);
        let detail = crate::collections::write_json(new)?;
        note(&mut tx, county.as_str(), by, "attestation.put", &target, &detail).await?;
        tx.commit().await?;
        Ok(version)
    }

    /// The attestations of a year, by indicator.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn attestations(
        &self,
        county: &CountyCode,
        year: SchoolYear,
    ) -> Result<Vec<AttestationRecord>> {
        let mut tx = self.pools.read().await?;
        let rows = tx.all(COLUMNS, args![county, year]).await?;
        let record = |row: &Row| {
            Ok(AttestationRecord {
                attestation: attestation(row)?,
                version: row.int(0)?,
                by: row.text(1)?,
                at: row.moment(2)?,
            })
        };
        rows.iter().map(record).collect()
    }
}
