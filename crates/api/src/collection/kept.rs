//! What is expensive and seldom changes: layouts, the snapshot of a year, and how complete a form
//! is. All of it is kept under a stamp of what it was made from, and in bounded number.

use crate::{ApiError, App};
use domain::{CountyCode, SchoolYear, Snapshot};
use intake::Layouts;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use store::{FormKey, Which};
use tokio::sync::Semaphore;

/// Snapshots that are kept.
const SNAPSHOTS: usize = 8;
/// Forms whose counts are kept.
const FORMS: usize = 5_000;

/// How complete a form is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) filled: usize,
    pub(crate) total: usize,
    pub(crate) errors: usize,
    pub(crate) warnings: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct YearKey {
    county: CountyCode,
    year: SchoolYear,
    which: Which,
}

/// What is kept of collections and imports while the server runs.
#[derive(Debug)]
pub(crate) struct Kept {
    layouts: OnceLock<Layouts>,
    snapshots: Mutex<VecDeque<(YearKey, String, Arc<Snapshot>)>>,
    /// Who finds no snapshot waits here while another makes it.
    turn: tokio::sync::Mutex<()>,
    counts: Mutex<BTreeMap<FormKey, (String, Counts)>>,
    /// Files are read for one request at a time: a workbook may take much memory.
    reading: Semaphore,
}

impl Default for Kept {
    fn default() -> Self {
        Self {
            layouts: OnceLock::new(),
            snapshots: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
            counts: Mutex::default(),
            reading: Semaphore::new(1),
        }
    }
}

impl Kept {
    /// The layouts of workbooks.
    ///
    /// # Errors
    /// A pack that is wrong.
    pub(crate) fn layouts(&self, app: &App) -> Result<&Layouts, ApiError> {
        if let Some(layouts) = self.layouts.get() {
            return Ok(layouts);
        }
        let knowledge = app.knowledge();
        let layouts = Layouts::load(&knowledge.source, &knowledge.catalogue);
        let layouts = layouts.map_err(ApiError::internal)?;
        Ok(self.layouts.get_or_init(|| layouts))
    }

    /// Waits until no other request reads files.
    pub(crate) async fn reading(&self) -> Result<tokio::sync::SemaphorePermit<'_>, ApiError> {
        self.reading.acquire().await.map_err(ApiError::internal)
    }

    /// The facts of a year, sealed when they were last different.
    ///
    /// # Errors
    /// Those of the store.
    pub(crate) async fn snapshot(
        &self,
        app: &App,
        county: &CountyCode,
        year: SchoolYear,
        which: Which,
    ) -> Result<(Arc<Snapshot>, String), ApiError> {
        let stamp = app.store().year_stamp(county, year).await?;
        let key = YearKey { county: county.clone(), year, which };
        if let Some(found) = self.find(&key, &stamp) {
            return Ok((found, stamp));
        }
        let _turn = self.turn.lock().await;
        if let Some(found) = self.find(&key, &stamp) {
            return Ok((found, stamp));
        }
        let catalogue = &app.knowledge().catalogue;
        let sealed = app.store().snapshot_of(county, year, which, catalogue).await?;
        let sealed = Arc::new(sealed.snapshot);
        let mut kept = self.snapshots.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(known, ..)| *known != key);
        kept.push_front((key, stamp.clone(), Arc::clone(&sealed)));
        kept.truncate(SNAPSHOTS);
        Ok((sealed, stamp))
    }

    fn find(&self, key: &YearKey, stamp: &str) -> Option<Arc<Snapshot>> {
        let kept = self.snapshots.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept.iter().find(|(known, at, _)| known == key && at == stamp);
        found.map(|(.., snapshot)| Arc::clone(snapshot))
    }

    /// The counts of a form, if they were made from what the stamp names.
    pub(crate) fn counts(&self, key: &FormKey, stamp: &str) -> Option<Counts> {
        let kept = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(key).filter(|(at, _)| at == stamp).map(|(_, counts)| *counts)
    }

    /// Keeps the counts of a form.
    pub(crate) fn keep_counts(&self, key: FormKey, stamp: String, counts: Counts) {
        let mut kept = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= FORMS {
            kept.clear();
        }
        kept.insert(key, (stamp, counts));
    }
}
