//! The synthetic county: three years known, five forecast.

use crate::tiny::catalogue;
use domain::{SchoolYear, Snapshot};
use forecast::{Assumptions, BackTest, Forecast};
use std::sync::OnceLock;

pub(crate) fn years() -> &'static [Snapshot] {
    static YEARS: OnceLock<Vec<Snapshot>> = OnceLock::new();
    YEARS.get_or_init(|| {
        let options = demo::Options {
            seed: demo::Options::SEED,
            schools: demo::Options::SCHOOLS,
            year: demo::Options::YEAR,
            catalogue: catalogue(),
            attested: &[],
        };
        let drafts = demo::county(&options).unwrap();
        drafts.into_iter().map(|draft| draft.seal(catalogue()).unwrap()).collect()
    })
}

fn result() -> Forecast {
    crate::tiny::run(years(), &Assumptions::default())
}

#[test]
fn every_section_is_known_in_every_year() {
    let result = result();
    assert_eq!(result.years.len(), 5);
    for year in &result.years {
        for total in &year.totals {
            assert_eq!(total.missing, 0);
            assert!(total.sections > 20 && total.pupils > 5_000, "{total:?}");
        }
    }
}

#[test]
fn the_back_test_is_close() {
    // The county's pupils move by a few of a hundred a year at most; its totals are closer still.
    let BackTest::Done { county, sections, left_out, .. } = result().back_test else {
        panic!("three years make a back-test");
    };
    assert_eq!(left_out, 0);
    assert_eq!(sections.len(), county.compared);
    let share = county.mean_absolute_percentage.clone().unwrap();
    assert!(share < domain::Exact::ratio(5, 100), "{share}");
    let off = domain::Exact::from((county.forecast - county.actual).abs());
    assert!(off < domain::Exact::from(county.actual) * domain::Exact::ratio(2, 100), "{county:?}");
}

#[test]
fn every_number_is_explained() {
    let result = result();
    let year = SchoolYear(2029);
    for section in &result.year(year).unwrap().sections {
        for grade in &section.grades {
            let text = result.explain(&section.section, grade.grade, year).unwrap();
            assert!(text.starts_with("2029/2030 学年 "), "{text}");
        }
    }
}
