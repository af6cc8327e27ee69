//! Classes: the pupils of each grade shared out, mostly within the limits.

use crate::dice::{Dice, Subject, ceil_div};
use crate::pupils::{Stream, YEARS};
use crate::site::{Piece, Site};
use domain::Stage;

/// A class of the roster.
pub(crate) struct ClassRow {
    pub(crate) name: String,
    pub(crate) grade: u8,
    pub(crate) size: i64,
}

const GRADES: [&str; 12] =
    ["一", "二", "三", "四", "五", "六", "七", "八", "九", "高一", "高二", "高三"];

/// The first grade of a stage.
pub(crate) const fn first_grade(stage: Stage) -> u8 {
    match stage {
        Stage::Primary => 1,
        Stage::Junior => 7,
        Stage::Senior => 10,
    }
}

/// Pupils a class may have.
const fn limit(stage: Stage) -> i64 {
    match stage {
        Stage::Primary => 45,
        Stage::Junior | Stage::Senior => 50,
    }
}

/// The classes of a section, by year.
pub(crate) fn rosters(
    seed: u64,
    place: usize,
    site: &Site,
    stream: &Stream,
) -> [Vec<ClassRow>; YEARS] {
    let mut dice =
        Dice::new(seed, Subject::Classes, place * Stage::ALL.len() + stream.stage.index());
    let grown = site.profile.seat && stream.stage != Stage::Senior && dice.chance(250);
    let limit = limit(stream.stage);
    let counts = class_counts(stream, limit, grown);
    std::array::from_fn(|year| {
        let mut rows = Vec::new();
        let fullest = stream.grades[year]
            .iter()
            .copied()
            .zip(0u8..)
            .filter(|(pupils, _)| *pupils > 2 * limit)
            .max()
            .map(|(_, index)| index);
        let grades = stream.grades[year].iter().copied().zip(counts[year].iter().copied());
        for ((pupils, count), index) in grades.zip(0u8..) {
            let most = limit.max(ceil_div(pupils, count.max(1)));
            let mut sizes: Vec<i64> =
                (0..count).map(|class| (pupils + class) / count.max(1)).collect();
            mingled(&mut sizes, most, &mut dice);
            if site.piece == Some(Piece::LargeClass) && year + 1 == YEARS && fullest == Some(index)
            {
                overfilled(&mut sizes, limit + 2);
            }
            let grade = first_grade(stream.stage) + index;
            let word = GRADES.get(usize::from(grade - 1)).copied().unwrap_or_default();
            let word = if stream.stage == Stage::Senior {
                word.to_owned()
            } else {
                format!("{word}年级")
            };
            rows.extend(sizes.into_iter().zip(1..).map(|(size, number)| ClassRow {
                name: format!("{word}({number})班"),
                grade,
                size,
            }));
        }
        rows
    })
}

/// Pupils above the limit in the classes of a school that grew faster than its rooms.
const CROWD: i64 = 5;

/// Classes of each grade, by year. A cohort keeps its classes as it moves up, unless it outgrows
/// them or shrinks by a class.
///
/// Where the school has `grown`, the cohorts of the two highest grades of the first year sit in
/// large classes: they leave, so that there are fewer in the second year and none in the third.
fn class_counts(stream: &Stream, limit: i64, grown: bool) -> [Vec<i64>; YEARS] {
    let usual = |pupils: i64| ceil_div(pupils, limit - 2).max(1);
    let mut counts: [Vec<i64>; YEARS] = std::array::from_fn(|_| Vec::new());
    for year in 0..YEARS {
        let grades = &stream.grades[year];
        for (index, pupils) in grades.iter().copied().enumerate() {
            let most =
                if grown && index + 2 >= grades.len() + year { limit + CROWD } else { limit };
            let before = match (year, index) {
                (0, _) | (_, 0) => None,
                _ => counts[year - 1].get(index - 1).copied(),
            };
            let count = match before {
                Some(count) if pupils > count * most => ceil_div(pupils, most),
                Some(count) if pupils <= (count - 1) * (limit - 8) => usual(pupils),
                Some(count) => count,
                None if most > limit => ceil_div(pupils, most - 1),
                None => usual(pupils),
            };
            counts[year].push(count);
        }
    }
    counts
}

/// A few pupils sit in another class than an even share would give.
fn mingled(sizes: &mut [i64], most: i64, dice: &mut Dice) {
    for class in 1..sizes.len() {
        let moved = dice.between(0, 2).min(most - sizes[class]).min(sizes[class - 1] - 1).max(0);
        sizes[class] += moved;
        sizes[class - 1] -= moved;
    }
}

/// Fills the first class up to `size` from the others.
fn overfilled(sizes: &mut [i64], size: i64) {
    let Some((first, others)) = sizes.split_first_mut() else { return };
    while *first < size {
        let Some(largest) = others.iter_mut().max() else { return };
        *largest -= 1;
        *first += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pupils::streams;
    use crate::site::sites;

    #[test]
    fn classes_hold_every_pupil_and_few_too_many() {
        let (_, list) = sites(1, 86, 2024);
        let mut large = [0; YEARS];
        for (place, (site, streams)) in list.iter().zip(streams(1, &list)).enumerate() {
            for stream in &streams {
                for (year, rows) in rosters(1, place, site, stream).iter().enumerate() {
                    let sum: i64 = rows.iter().map(|row| row.size).sum();
                    assert_eq!(sum, stream.pupils(year), "{}", site.name);
                    assert!(
                        rows.iter()
                            .all(|row| (1..=limit(stream.stage) + CROWD).contains(&row.size))
                    );
                    let over = rows.iter().filter(|row| row.size > limit(stream.stage));
                    large[year] += over.count();
                }
            }
        }
        assert!(large[0] > large[1] && large[1] > large[2] && large[2] > 0, "{large:?}");
    }
}
