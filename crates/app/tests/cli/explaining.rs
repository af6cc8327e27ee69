//! Where a figure comes from, down to the cell.

use crate::common::{Desk, template};
use intake::open::{Book, Limits, Raw};
use serde_json::Value;

/// The nine-year school of the demo that stands exactly at the threshold.
const EXACT: &str = "2134000018";

#[test]
fn a_value_is_explained_to_the_cell() {
    let desk = Desk::with_demo();
    let out = desk.done(&["explain", &template(2024), "--school", EXACT, "--indicator", "L4"]);
    expect!("explain", out);
}

#[test]
fn the_cell_that_is_named_holds_the_value() {
    let desk = Desk::with_demo();
    let args = ["--school", EXACT, "--indicator", "L1", "--stage", "初中", "--json"];
    for input in [template(2024), "demo/jiaoji/2024".to_owned()] {
        let json = desk.done(&[&["explain", &input], args.as_slice()].concat());
        let json: Value = serde_json::from_str(&json).unwrap();
        let inputs = json[0]["value"]["inputs"].as_array().unwrap();
        assert!(inputs.len() >= 3, "{json}");
        for fact in inputs {
            let source = fact["source"].as_str().unwrap();
            let parts: Vec<&str> = source.split(" › ").collect();
            let [file, sheet, cell] = parts.as_slice() else { panic!("{source}") };
            let path =
                if desk.path(&input).is_file() { input.clone() } else { format!("{input}/{file}") };
            let found = cell_of(&desk.read(&path), sheet, cell);
            assert_eq!(found, fact["value"].as_str().unwrap(), "{source}");
        }
    }
}

/// What stands in a cell, as text.
fn cell_of(workbook: &[u8], sheet: &str, cell: &str) -> String {
    let limits = Limits::default();
    let mut book = Book::open(workbook, &limits).unwrap();
    let index = book.sheets().iter().position(|s| s.name == sheet).unwrap();
    let mut found = String::new();
    book.rows(index, &limits, &mut |row| {
        for (column, raw) in row.cells {
            if domain::cell_name(row.index, *column) == cell {
                found = match raw {
                    Raw::Number(n) => n.to_string(),
                    Raw::Text(text) => text.to_string(),
                    other => format!("{other:?}"),
                };
            }
        }
    })
    .unwrap();
    found
}

#[test]
fn a_name_that_fits_several_lists_them() {
    let desk = Desk::with_demo();
    let said = desk.refused(&["explain", &template(2024), "--school", "九年", "--indicator", "L1"]);
    assert!(said.contains("可以是 2 所学校") && said.contains(EXACT), "{said}");
    let said =
        desk.refused(&["explain", &template(2024), "--school", "无此校", "--indicator", "L1"]);
    assert!(said.contains("无此校"), "{said}");
}

#[test]
fn the_county_is_explained_without_a_school() {
    let desk = Desk::with_demo();
    let input = template(2024);
    let of = |code: &str| desk.done(&["explain", &input, "--indicator", code]);
    assert!(of("L2").contains("占差异的比重"), "{}", of("L2"));
    assert!(of("G11").contains("代入"), "{}", of("G11"));
    assert!(of("G1").contains("佐证"), "{}", of("G1"));
    let said = desk.refused(&["explain", &input, "--indicator", "Z9"]);
    assert!(said.contains("没有指标“Z9”"), "{said}");
}
