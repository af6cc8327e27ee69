//! Files of any kind.

use crate::world::{limits, world};
use intake::open::{Book, Raw};

/// The cells of a sheet in their order.
pub(crate) type Cells = Vec<(u32, u32, Raw<'static>)>;

/// Any bytes as a file: opened, all sheets read to the end, or refused in one sentence.
pub(crate) fn open(input: &[u8]) {
    opened(input, 0);
}

fn opened(input: &[u8], depth: u8) {
    let limits = limits();
    let mut book = match Book::open(input, &limits) {
        Ok(book) => book,
        Err(refusal) => {
            let sentence = refusal.to_string();
            assert!(!sentence.is_empty() && !sentence.contains('\n'), "{sentence}");
            return;
        }
    };
    if book.is_archive() {
        for (_, bytes) in book.archive().unwrap_or_default() {
            if depth == 0 {
                opened(&bytes, depth + 1);
            }
        }
        return;
    }
    let _cells = everything(&mut book);
}

/// Shape and cells of every sheet; `None` for a sheet that is refused.
pub(crate) fn everything(book: &mut Book) -> Vec<Option<Cells>> {
    let limits = limits();
    (0..book.sheets().len())
        .map(|sheet| {
            let shape = book.shape(sheet);
            let _hidden = shape.hides_column(3);
            let _origin = shape.origin(4, 2);
            let mut cells = Cells::new();
            let mut ordered = true;
            let read = book.rows(sheet, &limits, &mut |row| {
                ordered &= row.cells.is_sorted_by_key(|(column, _)| *column);
                for (column, raw) in row.cells {
                    cells.push((row.index, *column, raw.clone().into_owned()));
                }
            });
            assert!(ordered, "columns of a row ascend");
            read.is_ok().then_some(cells)
        })
        .collect()
}

/// Any text as the school table: decoded, taken apart, read, sealed, judged.
pub(crate) fn csv(input: &[u8]) {
    let world = world();
    let intake = intake::read_bytes(&[("学校.csv", input)], &world.reading_for_county());
    if let Some(snapshot) = intake.snapshot() {
        world.judge(snapshot);
    }
    for finding in &intake.findings {
        assert!(!finding.to_string().is_empty());
    }
}
