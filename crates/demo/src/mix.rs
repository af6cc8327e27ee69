//! What kinds of schools a county has, and in which proportion.

use domain::{Residence, SchoolKind};

/// A type of school in the demo county: finer than [`SchoolKind`], because a central primary
/// school and a village school differ in everything but their kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Category {
    UrbanPrimary,
    CentralPrimary,
    VillagePrimary,
    TeachingPoint,
    SmallTeachingPoint,
    PrivatePrimary,
    AttachedPrimary,
    UrbanJunior,
    RuralJunior,
    NineYear,
    UrbanNineYear,
    PrivateNineYear,
    TwelveYear,
    CompleteSecondary,
    Senior,
    Special,
    Vocational,
    Campus,
    Branch,
}

/// Number of schools of each category in a county of [`STANDARD`] schools.
const MIX: [(Category, usize); 19] = [
    (Category::UrbanPrimary, 9),
    (Category::CentralPrimary, 13),
    (Category::VillagePrimary, 22),
    (Category::TeachingPoint, 4),
    (Category::SmallTeachingPoint, 6),
    (Category::PrivatePrimary, 1),
    (Category::AttachedPrimary, 1),
    (Category::UrbanJunior, 3),
    (Category::RuralJunior, 11),
    (Category::NineYear, 6),
    (Category::UrbanNineYear, 1),
    (Category::PrivateNineYear, 1),
    (Category::TwelveYear, 1),
    (Category::CompleteSecondary, 2),
    (Category::Senior, 1),
    (Category::Special, 1),
    (Category::Vocational, 1),
    (Category::Campus, 1),
    (Category::Branch, 1),
];

/// The size to which [`MIX`] refers.
pub(crate) const STANDARD: usize = 86;

/// How many schools of each category a county of `schools` schools has: in proportion, the rest
/// by largest remainder.
pub(crate) fn counts(schools: usize) -> Vec<(Category, usize)> {
    let mut list: Vec<(Category, usize)> =
        MIX.iter().map(|&(category, n)| (category, n * schools / STANDARD)).collect();
    let mut by_remainder: Vec<(usize, usize)> =
        MIX.iter().map(|(_, n)| n * schools % STANDARD).zip(0..).collect();
    by_remainder.sort_by_key(|&(remainder, index)| (std::cmp::Reverse(remainder), index));
    let given: usize = list.iter().map(|(_, n)| n).sum();
    for (_, index) in by_remainder.into_iter().take(schools - given) {
        list[index].1 += 1;
    }
    list
}

/// What the schools of a category are like.
pub(crate) struct Profile {
    /// 办学类型.
    pub(crate) kind: SchoolKind,
    /// First-graders a year.
    pub(crate) primary: Option<(i64, i64)>,
    /// Seventh-graders a year, before they are scaled to the county's leavers.
    pub(crate) junior: Option<(i64, i64)>,
    /// Tenth-graders a year.
    pub(crate) senior: Option<(i64, i64)>,
    /// Change of the entrants from year to year, per mille.
    pub(crate) trend: i64,
    /// The urban–rural class where the township is a 镇, and where it is a 乡.
    pub(crate) residence: [Residence; 2],
    /// In the county seat.
    pub(crate) seat: bool,
    /// Run by a private sponsor.
    pub(crate) private: bool,
    /// With a dormitory.
    pub(crate) boarding: bool,
}

impl Category {
    /// The profile of the category.
    pub(crate) const fn profile(self) -> Profile {
        use Residence::{TownCentre, TownFringe, TownshipCentre, UrbanCore, UrbanFringe, Village};
        let urban = Profile {
            kind: SchoolKind::Primary,
            primary: None,
            junior: None,
            senior: None,
            trend: 15,
            residence: [UrbanCore, UrbanCore],
            seat: true,
            private: false,
            boarding: false,
        };
        let centre =
            Profile { trend: -22, residence: [TownCentre, TownshipCentre], seat: false, ..urban };
        let village = Profile { trend: -32, residence: [Village, Village], ..centre };
        match self {
            Self::UrbanPrimary => Profile { primary: Some((110, 280)), ..urban },
            Self::CentralPrimary => Profile { primary: Some((52, 110)), ..centre },
            Self::VillagePrimary => Profile { primary: Some((16, 40)), ..village },
            Self::TeachingPoint => {
                let kind = SchoolKind::TeachingPoint;
                Profile { kind, primary: Some((11, 14)), trend: -10, ..village }
            }
            Self::SmallTeachingPoint => {
                let kind = SchoolKind::TeachingPoint;
                Profile { kind, primary: Some((4, 7)), trend: -10, ..village }
            }
            Self::PrivatePrimary => {
                let residence = [UrbanFringe, UrbanFringe];
                Profile { primary: Some((60, 90)), residence, private: true, ..urban }
            }
            Self::AttachedPrimary => {
                Profile { primary: Some((34, 48)), junior: Some((24, 32)), ..centre }
            }
            Self::UrbanJunior => {
                Profile { kind: SchoolKind::Junior, junior: Some((400, 550)), ..urban }
            }
            Self::RuralJunior => {
                let kind = SchoolKind::Junior;
                Profile { kind, junior: Some((70, 150)), boarding: true, ..centre }
            }
            Self::NineYear => {
                let (primary, junior) = (Some((28, 48)), Some((30, 48)));
                let residence = [TownFringe, TownshipCentre];
                let kind = SchoolKind::NineYear;
                Profile { kind, primary, junior, residence, boarding: true, ..centre }
            }
            Self::UrbanNineYear => {
                let (primary, junior) = (Some((130, 170)), Some((130, 180)));
                let residence = [UrbanFringe, UrbanFringe];
                Profile { kind: SchoolKind::NineYear, primary, junior, residence, ..urban }
            }
            Self::PrivateNineYear => {
                let (primary, junior) = (Some((60, 90)), Some((70, 100)));
                let residence = [TownCentre, TownCentre];
                let kind = SchoolKind::NineYear;
                let (private, boarding) = (true, true);
                Profile { kind, primary, junior, residence, private, boarding, trend: 0, ..centre }
            }
            Self::TwelveYear => {
                let (primary, junior, senior) =
                    (Some((70, 100)), Some((90, 130)), Some((150, 220)));
                let residence = [UrbanFringe, UrbanFringe];
                let kind = SchoolKind::TwelveYear;
                let (private, boarding) = (true, true);
                Profile { kind, primary, junior, senior, residence, private, boarding, ..urban }
            }
            Self::CompleteSecondary => {
                let (junior, senior) = (Some((280, 420)), Some((300, 450)));
                Profile { kind: SchoolKind::CompleteSecondary, junior, senior, ..urban }
            }
            Self::Senior => {
                let senior = Some((600, 750));
                Profile { kind: SchoolKind::Senior, senior, boarding: true, ..urban }
            }
            Self::Special => Profile { kind: SchoolKind::Special, ..urban },
            Self::Vocational => Profile { kind: SchoolKind::Vocational, boarding: true, ..urban },
            Self::Campus => {
                let residence = [UrbanFringe, UrbanFringe];
                let kind = SchoolKind::Junior;
                Profile { kind, junior: Some((70, 100)), residence, ..urban }
            }
            Self::Branch => {
                let residence = [UrbanFringe, UrbanFringe];
                Profile { primary: Some((30, 44)), residence, ..urban }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mix_is_kept_at_every_size() {
        assert_eq!(counts(STANDARD), MIX);
        assert_eq!(
            counts(1).into_iter().filter(|(_, n)| *n > 0).collect::<Vec<_>>(),
            [(Category::VillagePrimary, 1)]
        );
        for schools in 1..=3000 {
            let list = counts(schools);
            assert_eq!(list.iter().map(|(_, n)| n).sum::<usize>(), schools);
            let has = |wanted| list.iter().any(|&(c, n)| c == wanted && n > 0);
            assert!(!has(Category::Campus) || has(Category::UrbanNineYear), "{schools}");
            assert!(!has(Category::Branch) || has(Category::UrbanPrimary), "{schools}");
        }
        for (one, ten) in MIX.iter().zip(counts(STANDARD * 10)) {
            assert_eq!(one.1 * 10, ten.1);
        }
    }
}
