//! Check: is everything that the store keeps whole?

use crate::audit::{AuditReport, walk};
use crate::db::{Tx, args};
use crate::evidence::{copy_hashed, files, list, on_disk, path};
use crate::schools::{self, SchoolState};
use crate::seal::KeyReport;
use crate::tables::TABLES;
use crate::{Result, Scope, Store, StoreError};
use domain::CountyCode;
use serde::{Deserialize, Serialize};
use sqlx::AssertSqlSafe;
use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Damage {
    /// Stable code: `ST-CHECK-01` the database file, `02` a row without the row that it belongs to,
    /// `03` the audit, `04` an evidence file, `05` a submission, `06` a school, `07` sealed
    /// personal data that were changed or moved.
    pub code: String,
    /// What is wrong, Chinese.
    pub what: String,
}

/// What a check has found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckReport {
    /// What is wrong; empty: everything is whole.
    pub damages: Vec<Damage>,
    /// Rows by table.
    pub rows: BTreeMap<String, i64>,
    /// The audit chains by county.
    pub audits: BTreeMap<String, AuditReport>,
    /// Evidence files that were read.
    pub files: usize,
    /// Files on disk that no row names: what a sweep will remove. No damage.
    pub unnamed: usize,
    /// The keys of personal data and what they have sealed. A key that is not there is no damage.
    pub keys: KeyReport,
}

impl CheckReport {
    /// Is everything whole?
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.damages.is_empty()
    }

    fn damage(&mut self, number: u8, what: impl Into<String>) {
        self.damages.push(Damage { code: format!("ST-CHECK-{number:02}"), what: what.into() });
    }
}

/// What an evidence file on disk looks like.
fn look(file: &Path) -> std::io::Result<(String, u64)> {
    copy_hashed(&mut File::open(file)?, &mut std::io::sink())
}

impl Store {
    /// Reads everything and says what is not whole: the database file, rows without those that they
    /// belong to, the audit chains, evidence files, submissions, the history of schools.
    ///
    /// # Errors
    /// Those of the database; damage is no error but the report.
    pub async fn check(&self) -> Result<CheckReport> {
        let mut report = CheckReport::default();
        let mut tx = self.pools.read().await?;
        if let Tx::Sqlite(_) = tx {
            for row in
                &tx.all("select integrity_check from pragma_integrity_check", args![]).await?
            {
                match row.str(0)? {
                    "ok" => {}
                    other => report.damage(1, other),
                }
            }
        }
        for table in TABLES {
            let sql = format!("select count(*) from {}", table.name);
            let rows = tx.number(AssertSqlSafe(sql), args![]).await?;
            report.rows.insert(table.name.to_owned(), rows);
            for (parent, columns) in table.parents {
                let key = TABLES.iter().find(|t| t.name == *parent).map_or(&[][..], |t| t.key);
                let on: Vec<String> = columns
                    .iter()
                    .zip(key)
                    .map(|(column, key)| format!("p.{key} = c.{column}"))
                    .collect();
                let sql = format!(
                    "select count(*) from {} c left join {parent} p on {} where p.county is null and c.{} is not null",
                    table.name,
                    on.join(" and "),
                    columns.last().unwrap_or(&"county"),
                );
                match tx.number(AssertSqlSafe(sql), args![]).await? {
                    0 => {}
                    n => report.damage(2, format!("{} 有 {n} 行缺少对应的 {parent}", table.name)),
                }
            }
        }
        for county in Self::audited(&mut tx).await? {
            let audit = walk(&mut tx, &county).await?;
            if let Some((row, why)) = &audit.broken {
                report.damage(3, format!("{county} 的审计记录第 {row} 行：{why}"));
            }
            report.audits.insert(county, audit);
        }
        submissions(&mut tx, &mut report).await?;
        histories(&mut tx, &mut report).await?;
        self.evidence_files(&mut tx, &mut report).await?;
        for (table, rows) in self.broken_boxes(&mut tx).await? {
            report.damage(7, format!("{table} 有 {rows} 行封存的内容已损坏或被改动"));
        }
        drop(tx);
        report.keys = self.keys().await?;
        Ok(report)
    }

    async fn evidence_files(&self, tx: &mut Tx, report: &mut CheckReport) -> Result<()> {
        let sql = "select sha256, bytes from evidence_files union
                   select sha256, bytes from import_files order by sha256";
        let mut named = BTreeMap::new();
        for row in &tx.all(sql, args![]).await? {
            named.insert(row.text(0)?, row.int(1)?);
        }
        let folder = files(&self.folder);
        let (damages, read, unnamed) = on_disk(move || {
            let mut damages = Vec::new();
            for (sha256, bytes) in &named {
                match look(&path(&folder, sha256)) {
                    Ok((found, size)) if found == *sha256 && i64::try_from(size) == Ok(*bytes) => {}
                    Ok(_) => damages.push(format!("佐证文件 {sha256} 的内容已改变")),
                    Err(error) => damages.push(format!("佐证文件 {sha256} 读取失败：{error}")),
                }
            }
            let unnamed = list(&folder)?.iter().filter(|(_, n)| !named.contains_key(n)).count();
            Ok((damages, named.len(), unnamed))
        })
        .await?;
        (report.files, report.unnamed) = (read, unnamed);
        for damage in damages {
            report.damage(4, damage);
        }
        Ok(())
    }
}

/// Revisions are there without gaps, and nothing begins or ends outside of them.
async fn submissions(tx: &mut Tx, report: &mut CheckReport) -> Result<()> {
    let rows = tx
        .all(
            "select s.county, s.year, s.collection, s.school, s.revision, coalesce(s.approved, 0),
                 s.state, count(r.revision), coalesce(max(r.revision), 0)
             from submissions s
             left join submission_revisions r on r.county = s.county and r.year = s.year
                 and r.collection = s.collection and r.school = s.school
             group by s.county, s.year, s.collection, s.school, s.revision, s.approved, s.state
             order by 1, 2, 3, 4",
            args![],
        )
        .await?;
    for row in &rows {
        let (newest, approved) = (row.int(4)?, row.int(5)?);
        let official = matches!(row.str(6)?, "approved" | "locked");
        let sound = row.int(7)? == newest
            && row.int(8)? == newest
            && (0..=newest).contains(&approved)
            && (!official || approved > 0);
        if !sound {
            let (county, year) = (row.str(0)?, row.int(1)?);
            let what = format!("{county}/{year}/{}/{}", row.str(2)?, row.str(3)?);
            report.damage(5, format!("填报单 {what} 的版本不完整"));
        }
    }
    for table in ["facts", "places"] {
        let sql = format!(
            "select count(*) from {table} f
             join submissions s on s.county = f.county and s.year = f.year
                 and s.collection = f.collection and s.school = f.school
             where f.since > s.revision or f.until > s.revision or f.until <= f.since"
        );
        match tx.number(AssertSqlSafe(sql), args![]).await? {
            0 => {}
            n => report.damage(5, format!("{table} 有 {n} 行不属于任何版本")),
        }
    }
    Ok(())
}

/// Every school's row is what follows from its events.
async fn histories(tx: &mut Tx, report: &mut CheckReport) -> Result<()> {
    let sql = "select county, school, name, kind, state from schools order by county, school";
    let rows = tx.all(sql, args![]).await?;
    let mut counties: BTreeMap<String, BTreeMap<_, _>> = BTreeMap::new();
    for row in &rows {
        let county = row.text(0)?;
        if !counties.contains_key(&county) {
            let code = row.known(0, |text| CountyCode::parse(text).ok())?;
            let histories = schools::histories(tx, &code, &Scope::County).await?;
            counties.insert(county.clone(), histories);
        }
        let code = row.school(1)?;
        let events = counties.get(&county).and_then(|c| c.get(&code)).map_or(&[][..], |e| e);
        let sound = match schools::on(&code, events, jiff::civil::Date::MAX) {
            Ok(Some(school)) => {
                school.name == row.str(2)?
                    && school.kind.code() == row.str(3)?
                    && school.state == row.known(4, SchoolState::from_code)?
            }
            Ok(None) | Err(StoreError::History { .. }) => false,
            Err(error) => return Err(error),
        };
        if !sound {
            report.damage(6, format!("学校 {code} 与它的变更记录不符"));
        }
    }
    Ok(())
}
