//! Reading a wide county against the reader library alone, which only walks through all cells.
//! The program reads, maps, checks types and ranges, seals and summarises what is missing.
#![expect(clippy::expect_used, reason = "without its workbook a bench measures nothing")]

mod wide;

use calamine::{Reader, Xlsx, open_workbook};
use divan::Bencher;
use intake::roster::{RosterLayouts, RosterOptions};
use intake::{Layouts, Options};
use items::Items;
use packs::PackSource;
use std::path::PathBuf;
use std::sync::OnceLock;
use tempfile::TempDir;

struct Stage {
    _folder: TempDir,
    path: PathBuf,
    items: Items,
    layouts: Layouts,
}

fn stage() -> &'static Stage {
    static STAGE: OnceLock<Stage> = OnceLock::new();
    STAGE.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder for the workbook");
        let path = folder.path().join("wide.xlsx");
        wide::write(&path).expect("the workbook is written");
        let packs = PackSource::embedded();
        let items = items::load(&packs).expect("the items are sound");
        let layouts = Layouts::load(&packs, items.catalogue()).expect("the layouts are sound");
        Stage { _folder: folder, path, items, layouts }
    })
}

fn main() {
    stage();
    divan::main();
}

/// The reader library alone: every cell of the sheet, nothing made of it.
#[divan::bench(sample_count = 10)]
fn library_alone(bencher: Bencher) {
    let stage = stage();
    bencher.bench(|| {
        let mut book: Xlsx<_> = open_workbook(&stage.path).expect("a workbook");
        let mut cells = book.worksheet_cells_reader("学校").expect("the sheet");
        let mut count = 0u64;
        while let Some(cell) = cells.next_cell().expect("a cell") {
            count += 1;
            divan::black_box(cell);
        }
        count
    });
}

/// The reader library as it is mostly used: the sheet as a range.
#[divan::bench(sample_count = 10)]
fn library_range(bencher: Bencher) {
    let stage = stage();
    bencher.bench(|| {
        let mut book: Xlsx<_> = open_workbook(&stage.path).expect("a workbook");
        book.worksheet_range("学校").expect("the sheet").get_size()
    });
}

/// Read, mapped, checked cell by cell and sealed.
#[divan::bench(sample_count = 10)]
fn read_and_seal(bencher: Bencher) {
    let stage = stage();
    let options = Options::new(stage.items.catalogue(), &stage.layouts);
    bencher.bench_local(|| intake::read(&[&stage.path], &options));
}

/// The same with all cross-checks of the packs.
#[divan::bench(sample_count = 10)]
fn read_with_cross_checks(bencher: Bencher) {
    let stage = stage();
    let options = Options::new(stage.items.catalogue(), &stage.layouts).with_checks(&stage.items);
    bencher.bench_local(|| intake::read(&[&stage.path], &options));
}

/// A roster of ten thousand teachers in the program's own columns.
#[divan::bench(sample_count = 10)]
fn roster_of_ten_thousand(bencher: Bencher) {
    let layouts = RosterLayouts::load(&PackSource::embedded()).expect("the layouts are sound");
    let codes: Vec<&str> =
        layouts.get("roster-template").map(|l| l.codes().into_iter().collect()).unwrap_or_default();
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (column, code) in (0u16..).zip(&codes) {
        sheet.write_string(0, column, *code).expect("a heading");
        for row in 1..=10_000u32 {
            let text = format!("{code} {}", row % 97);
            sheet.write_string(row, column, text).expect("a cell");
        }
    }
    let bytes = book.save_to_buffer().expect("a workbook");
    let options = RosterOptions::new(&layouts);
    bencher.bench_local(|| intake::roster::read(&bytes, "名册.xlsx", &options));
}
