//! Where the county and its townships lie: an outline round all schools, cut into areas that are each
//! nearest to the middle of one township's schools. A school near a border may fall on the other
//! side of it, as a township's own name for a place is not drawn by distance.
//!
//! Whole numbers throughout: millionths of a degree, east and north.

use crate::dice::{Dice, Subject};
use crate::site;
use crate::{DemoError, Options};
use std::fmt::Write as _;

/// A corner.
type Corner = (i64, i64);

/// The sixteen directions of the outline, in thousandths.
const ROUND: [Corner; 16] = [
    (1000, 0),
    (924, 383),
    (707, 707),
    (383, 924),
    (0, 1000),
    (-383, 924),
    (-707, 707),
    (-924, 383),
    (-1000, 0),
    (-924, -383),
    (-707, -707),
    (-383, -924),
    (0, -1000),
    (383, -924),
    (707, -707),
    (924, -383),
];

/// The boundary of the synthetic county as GeoJSON: an area for each township, with its name.
///
/// # Errors
/// [`DemoError`] when the number of schools or the year is out of bounds.
///
/// ```
/// let items = items::load(&packs::PackSource::embedded()).unwrap();
/// let text = demo::boundary(&demo::Options {
///     seed: demo::Options::SEED,
///     schools: 12,
///     year: demo::Options::YEAR,
///     catalogue: items.catalogue(),
///     attested: &[],
/// })
/// .unwrap();
/// assert!(text.starts_with("{\"type\":\"FeatureCollection\""));
/// ```
pub fn boundary(options: &Options<'_>) -> Result<String, DemoError> {
    options.check()?;
    let (townships, sites) = site::sites(options.seed, options.schools, i64::from(options.year.0));
    let places: Vec<Corner> = sites.iter().map(|site| site.position).collect();
    let outline = outline(options.seed, &places);
    let middles: Vec<Option<Corner>> = (0..townships.len())
        .map(|n| middle(sites.iter().filter(|site| site.township == n).map(|site| site.position)))
        .collect();
    let mut features = Vec::new();
    for (township, own) in townships.iter().zip(&middles) {
        let Some(own) = *own else { continue };
        let others = middles.iter().flatten().filter(|other| **other != own);
        let area = others.fold(outline.clone(), |area, other| nearer(&area, own, *other));
        if area.len() > 2 {
            features.push(feature(&township.name, &area));
        }
    }
    Ok(format!("{{\"type\":\"FeatureCollection\",\"features\":[{}]}}", features.join(",")))
}

/// The middle of some places; `None` where there is none.
fn middle(places: impl Iterator<Item = Corner>) -> Option<Corner> {
    let mut count = 0;
    let (east, north) = places.fold((0, 0), |(x, y), place| {
        count += 1;
        (x + place.0, y + place.1)
    });
    (count > 0).then(|| (east / count, north / count))
}

/// An uneven round line with all places in it.
fn outline(seed: u64, places: &[Corner]) -> Vec<Corner> {
    let mut dice = Dice::new(seed, Subject::Boundary, 0);
    let range = |of: fn(&Corner) -> i64| {
        let low = places.iter().map(of).min().unwrap_or(0);
        let high = places.iter().map(of).max().unwrap_or(0);
        // A single school has some land around it too.
        (i64::midpoint(low, high), (high - low).max(40_000) / 2)
    };
    let ((x, wide), (y, high)) = (range(|p| p.0), range(|p| p.1));
    let mut line = Vec::new();
    for (n, from) in ROUND.iter().enumerate() {
        let to = ROUND.get(n + 1).unwrap_or(&ROUND[0]);
        for part in 0..4 {
            // An ellipse round the rectangle is 1.415 times as wide; the chords cut a little off.
            let reach = 1_480 + dice.between(0, 130);
            let at = |a: i64, b: i64| (a * (4 - part) + b * part) / 4;
            let east = at(from.0, to.0) * reach / 1000 * wide / 1000;
            let north = at(from.1, to.1) * reach / 1000 * high / 1000;
            line.push((x + east, y + north));
        }
    }
    line
}

/// The part of an area that is no farther from one place than from another.
fn nearer(area: &[Corner], own: Corner, other: Corner) -> Vec<Corner> {
    let far = |corner: Corner| {
        let square = |p: Corner| {
            let (x, y) = (i128::from(corner.0 - p.0), i128::from(corner.1 - p.1));
            x * x + y * y
        };
        square(own) - square(other)
    };
    let mut kept = Vec::with_capacity(area.len() + 1);
    let corners = area.iter().copied();
    let Some(mut last) = area.last().copied() else { return kept };
    for next in corners {
        let (a, b) = (far(last), far(next));
        if (a < 0 && b > 0) || (a > 0 && b < 0) {
            // The distance falls evenly along the line.
            let along = |from: i64, to: i64| {
                let step = i128::from(to - from) * a / (a - b);
                from + i64::try_from(step).unwrap_or(0)
            };
            kept.push((along(last.0, next.0), along(last.1, next.1)));
        }
        if b <= 0 {
            kept.push(next);
        }
        last = next;
    }
    kept
}

fn feature(name: &str, area: &[Corner]) -> String {
    let mut ring = String::new();
    for corner in area.iter().chain(area.first()) {
        let comma = if ring.is_empty() { "" } else { "," };
        let _ = write!(ring, "{comma}[{},{}]", degrees(corner.0), degrees(corner.1));
    }
    format!(
        "{{\"type\":\"Feature\",\"properties\":{{\"name\":\"{name}\"}},\
         \"geometry\":{{\"type\":\"Polygon\",\"coordinates\":[[{ring}]]}}}}"
    )
}

/// Degrees with six decimals; the county lies north of the equator and east of Greenwich.
fn degrees(millionths: i64) -> String {
    format!("{}.{:06}", millionths / 1_000_000, millionths % 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inside(ring: &[Corner], place: Corner) -> bool {
        let mut odd = false;
        let mut last = ring[ring.len() - 1];
        for next in ring.iter().copied() {
            if (last.1 > place.1) != (next.1 > place.1) {
                let (dx, dy) = (next.0 - last.0, next.1 - last.1);
                let at = last.0 + dx * (place.1 - last.1) / dy;
                odd ^= place.0 < at;
            }
            last = next;
        }
        odd
    }

    #[test]
    fn every_school_lies_in_the_county_and_most_in_their_township() {
        for (seed, schools) in [(1, 1), (1, 12), (1, 86), (7, 300)] {
            let (townships, sites) = site::sites(seed, schools, 2024);
            let places: Vec<_> = sites.iter().map(|site| site.position).collect();
            let outline = outline(seed, &places);
            assert!(places.iter().all(|place| inside(&outline, *place)), "{seed} {schools}");
            let middles: Vec<_> = (0..townships.len())
                .map(|n| middle(sites.iter().filter(|s| s.township == n).map(|s| s.position)))
                .collect();
            let areas: Vec<_> = middles
                .iter()
                .map(|own| {
                    let own = (*own)?;
                    let others = middles.iter().flatten().filter(|other| **other != own);
                    Some(others.fold(outline.clone(), |area, other| nearer(&area, own, *other)))
                })
                .collect();
            let home = |site: &&site::Site| {
                areas[site.township].as_ref().is_some_and(|area| inside(area, site.position))
            };
            let at_home = sites.iter().filter(home).count();
            assert!(at_home * 2 >= schools, "{at_home} of {schools}");
        }
    }

    #[test]
    fn an_area_is_cut_half_way() {
        let square = [(0, 0), (100, 0), (100, 100), (0, 100)];
        assert_eq!(nearer(&square, (20, 50), (80, 50)), [(0, 0), (50, 0), (50, 100), (0, 100)]);
        assert_eq!(nearer(&square, (20, 50), (-400, 50)), square);
    }
}
