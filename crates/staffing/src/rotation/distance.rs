//! How far it is: by the county's table, else the straight line times the detour factor, in hundreds
//! of metres. Distances order wishes and bound commutes; no verdict depends on them.

use super::settings::Settings;
use crate::teacher::Teacher;
use domain::{Catalogue, SchoolCode, Snapshot, Value};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use std::collections::BTreeMap;

/// Kilometres of a degree of latitude (mean radius 6371 km).
const DEGREE: f64 = 111.195;

type Position = (Decimal, Decimal);

/// Known distances and positions.
pub(crate) struct Map<'a> {
    schools: BTreeMap<&'a SchoolCode, Position>,
    table: BTreeMap<(&'a str, &'a SchoolCode), u32>,
    detour: f64,
}

/// An exact number of kilometres in hundreds of metres.
#[expect(
    clippy::disallowed_methods,
    reason = "a distance orders and bounds; no verdict hangs on it"
)]
pub(crate) fn hectometres(km: &domain::Exact) -> u32 {
    rounded(km.to_f64() * 10.0)
}

fn rounded(value: f64) -> u32 {
    value.round().to_u32().unwrap_or(u32::MAX)
}

impl<'a> Map<'a> {
    #[expect(clippy::disallowed_methods, reason = "a factor of distances, see the head")]
    pub(crate) fn new(
        snapshot: &'a Snapshot,
        catalogue: &Catalogue,
        settings: &'a Settings,
    ) -> Self {
        let degrees = |school: &domain::School, item: &str| {
            catalogue.id(item).and_then(|id| school.facts.value(id)).and_then(Value::number)
        };
        let schools = snapshot
            .schools()
            .iter()
            .filter_map(|school| {
                let position = degrees(school, "longitude").zip(degrees(school, "latitude"))?;
                Some((&school.code, position))
            })
            .collect();
        let table = settings
            .distances
            .iter()
            .map(|d| ((d.from.as_str(), &d.to), hectometres(&d.km)))
            .collect();
        Self { schools, table, detour: settings.detour.to_f64() }
    }

    fn line(&self, from: Position, to: Position) -> Option<u32> {
        let (x0, y0) = (from.0.to_f64()?, from.1.to_f64()?);
        let (x1, y1) = (to.0.to_f64()?, to.1.to_f64()?);
        let east = (x1 - x0) * f64::midpoint(y0, y1).to_radians().cos();
        let km = east.hypot(y1 - y0) * DEGREE * self.detour;
        Some(rounded(km * 10.0))
    }

    /// Between two schools; the table is read in both directions.
    pub(crate) fn between(&self, from: &SchoolCode, to: &SchoolCode) -> Option<u32> {
        if from == to {
            return Some(0);
        }
        self.table
            .get(&(from.as_str(), to))
            .or_else(|| {
                self.table
                    .iter()
                    .find_map(|((a, b), d)| (*a == to.as_str() && *b == from).then_some(d))
            })
            .copied()
            .or_else(|| self.line(*self.schools.get(from)?, *self.schools.get(to)?))
    }

    /// From a teacher's home to a school; who has told no home is taken to live at the own school.
    pub(crate) fn commute(&self, teacher: &Teacher, to: &SchoolCode) -> Option<u32> {
        let place = teacher.home.place.as_str();
        if !place.is_empty()
            && let Some(known) = self.table.get(&(place, to))
        {
            return Some(*known);
        }
        match teacher.home.position {
            Some(home) => self.line(home, *self.schools.get(to)?),
            None => self.between(&teacher.school, to),
        }
    }
}
