//! The demo county with its synthetic roster, made once.

use domain::{Catalogue, Snapshot};
use forms::staffing::Masthead;
use packs::PackSource;
use staffing::posts::SectionPosts;
use staffing::{Roster, RosterRow, Rules, posts};
use standard::Standard;
use std::sync::{Arc, OnceLock};

pub(crate) struct Bench {
    pub(crate) catalogue: Arc<Catalogue>,
    pub(crate) standard: Arc<Standard>,
    pub(crate) rules: Rules,
    pub(crate) snapshot: Snapshot,
    pub(crate) rows: Vec<RosterRow>,
    pub(crate) roster: Roster,
}

impl Bench {
    pub(crate) fn head(&self) -> Masthead<'_> {
        Masthead::of(&self.snapshot, Some("合成数据，仅供演示"))
    }

    pub(crate) fn posts(&self) -> Vec<SectionPosts> {
        posts::posts(&self.snapshot, &self.catalogue, Some(&self.roster), &self.rules)
    }

    /// Codes and names.
    pub(crate) fn schools(&self) -> Vec<(String, String)> {
        let all = self.snapshot.schools().iter();
        all.map(|school| (school.code.to_string(), school.name.clone())).collect()
    }
}

pub(crate) fn bench() -> &'static Bench {
    static BENCH: OnceLock<Bench> = OnceLock::new();
    BENCH.get_or_init(|| {
        let packs = PackSource::embedded();
        let items = items::load(&packs).unwrap();
        let catalogue = Arc::new(items.catalogue().clone());
        let standard = standard::load::load(&packs, &catalogue, "cn-quality-2017").unwrap();
        let rules = staffing::rules::load(&packs, "cn-county-2024").unwrap();
        let attested = standard.attested();
        let options = demo::Options {
            seed: demo::Options::SEED,
            schools: 20,
            year: demo::Options::YEAR,
            catalogue: &catalogue,
            attested: &attested,
        };
        let snapshot = demo::county(&options).unwrap().pop().unwrap().seal(&catalogue).unwrap();
        let rows: Vec<RosterRow> = demo::teachers(&options)
            .unwrap()
            .iter()
            .map(|cells| RosterRow::of(cells.iter().map(|(column, text)| (*column, &**text))))
            .collect();
        let day = Masthead::of(&snapshot, None).day;
        let (roster, _) = Roster::read(&rows, 2, &snapshot, &rules, day);
        Bench { catalogue, standard: Arc::new(standard), rules, snapshot, rows, roster }
    })
}
