//! A roster that the program itself brings, for a county that has none.

use super::kept::Ground;
use super::plain;
use super::reading::entry;
use crate::{ApiError, App};
use domain::{CountyCode, SchoolYear};
use staffing::{Roster, RosterRow};
use std::collections::BTreeMap;
use store::rosters::RosterChange;
use store::{By, Scope};

/// Keeps a roster; how many teachers it has. Rows that cannot be read are left out.
///
/// # Errors
/// [`ApiError::Conflict`] where the county keeps one for the year; those of the store.
pub async fn keep_roster(
    app: &App,
    county: &CountyCode,
    year: SchoolYear,
    rows: &[RosterRow],
    source: &str,
    by: &By,
) -> Result<i64, ApiError> {
    let ground = Ground::of(app, county, year).await?;
    let day = store::years::statistics_date(year);
    let typed: BTreeMap<usize, &RosterRow> = (1..).zip(rows).collect();
    let public = rows.iter().map(|row| plain::public(row.clone(), &row.number));
    let public: Vec<RosterRow> = public.collect();
    let rules = &app.knowledge().staffing;
    let (roster, _) = Roster::read(&public, 1, &ground.snapshot, rules, day);
    let teachers = roster.teachers().iter().filter(|teacher| plain::is_number(&teacher.id.0));
    let read = teachers.filter_map(|teacher| Some((teacher, *typed.get(&teacher.row)?)));
    let put = read.map(|(teacher, row)| {
        let row = RosterRow { number: teacher.id.to_string(), ..row.clone() };
        entry(teacher, &row)
    });
    let put = put.collect::<Result<Vec<_>, _>>()?;
    let change = RosterChange { put, gone: Vec::new(), source: source.to_owned() };
    let head = app.store().change_roster(county, year, &change, 0, &Scope::County, by).await?;
    Ok(head.teachers)
}
