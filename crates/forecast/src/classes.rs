//! Classes that a number of pupils needs. Music and art rooms, class limits and the size bands of
//! the forms follow from them.

use domain::Stage;
use serde::{Deserialize, Serialize};

/// Pupils that a class may have, by stage.
///
/// ```
/// use domain::Stage;
/// let norm = forecast::ClassNorm::default();
/// // 91 pupils of a primary grade do not fit into two classes of 45.
/// assert_eq!(norm.classes(Stage::Primary, [91, 45, 0]), 4);
/// assert_eq!(norm.classes(Stage::Junior, [91, 45, 0]), 3);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassNorm {
    /// 人/班 in primary sections.
    pub primary: u16,
    /// 人/班 in junior sections.
    pub junior: u16,
}

impl Default for ClassNorm {
    /// 小学 45, 初中 50: the class limits of the quality standard (国家督导评估办法, 2017).
    fn default() -> Self {
        Self { primary: 45, junior: 50 }
    }
}

impl ClassNorm {
    /// The norm of a stage; a senior class has that of a junior one. At least 1.
    #[must_use]
    pub fn of(self, stage: Stage) -> i64 {
        let norm = if stage == Stage::Primary { self.primary } else { self.junior };
        i64::from(norm.max(1))
    }

    /// Classes that grades of these pupils need: each grade by itself, no class of two grades.
    #[must_use]
    pub fn classes(self, stage: Stage, grades: impl IntoIterator<Item = i64>) -> i64 {
        self.split(stage, grades).classes
    }

    /// Shares each grade out to the fewest classes that the norm allows, as equally as may be.
    #[must_use]
    pub fn split(self, stage: Stage, grades: impl IntoIterator<Item = i64>) -> Split {
        let norm = self.of(stage);
        let mut split = Split::default();
        for pupils in grades.into_iter().filter(|pupils| *pupils > 0) {
            let classes = (pupils - 1) / norm + 1;
            let (size, larger) = (pupils / classes, pupils % classes);
            split.classes += classes;
            split.add(size, classes - larger);
            split.add(size + 1, larger);
        }
        split
    }
}

/// The classes of a section after an equal split of its grades.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Split {
    /// Number of classes.
    pub classes: i64,
    /// Pupils of the largest class; zero where there is no class.
    pub largest: i64,
    /// Classes by the size bands of the forms: ≤25, 26–30, 31–35, …, 61–65, ≥66.
    pub bands: [i64; 10],
}

impl Split {
    /// Items of the bands, in the order of [`Split::bands`].
    pub const ITEMS: [&'static str; 10] = [
        "classes_to_25",
        "classes_26_30",
        "classes_31_35",
        "classes_36_40",
        "classes_41_45",
        "classes_46_50",
        "classes_51_55",
        "classes_56_60",
        "classes_61_65",
        "classes_from_66",
    ];

    fn add(&mut self, size: i64, classes: i64) {
        if classes == 0 {
            return;
        }
        self.largest = self.largest.max(size);
        let band = if size <= 25 { 0 } else { usize::try_from((size - 21) / 5).unwrap_or(0) };
        let last = self.bands.len() - 1;
        if let Some(count) = self.bands.get_mut(band.min(last)) {
            *count += classes;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn bands_end_where_the_forms_end_them() {
        for (size, band) in [
            (1, 0),
            (25, 0),
            (26, 1),
            (30, 1),
            (31, 2),
            (45, 4),
            (46, 5),
            (65, 8),
            (66, 9),
            (99, 9),
        ] {
            let mut split = Split::default();
            split.add(size, 1);
            assert_eq!(split.bands.iter().position(|n| *n == 1), Some(band), "{size}");
        }
    }

    #[test]
    fn a_grade_is_split_equally() {
        // 100 pupils: 3 classes of 33, 33, 34.
        let split = ClassNorm::default().split(Stage::Primary, [100, 0]);
        assert_eq!((split.classes, split.largest, split.bands[2]), (3, 34, 3));
        assert_eq!(ClassNorm::default().split(Stage::Junior, [0, 0, 0]), Split::default());
    }

    proptest! {
        #[test]
        fn no_class_is_above_the_norm_and_none_is_spared(
            grades in prop::collection::vec(0i64..3000, 0..7), norm in 1u16..80,
        ) {
            let norm = ClassNorm { primary: norm, junior: 50 };
            let split = norm.split(Stage::Primary, grades.iter().copied());
            prop_assert!(split.largest <= norm.of(Stage::Primary));
            prop_assert_eq!(split.bands.iter().sum::<i64>(), split.classes);
            let pupils: i64 = grades.iter().sum();
            prop_assert!(split.classes * norm.of(Stage::Primary) >= pupils);
            let begun = grades.iter().filter(|n| **n > 0).count();
            prop_assert!(split.classes >= i64::try_from(begun).unwrap_or(0));
        }
    }
}
