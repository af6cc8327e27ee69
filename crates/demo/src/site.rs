//! The schools before any figure: names, places, sponsors, main schools and the few set pieces.

use crate::dice::{Dice, Subject};
use crate::mix::{self, Category, Profile};
use crate::names::{self, Township};
use domain::{Residence, Sponsor};
use std::collections::BTreeMap;

/// A case that the county is to show for certain; everything else is left to the seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// 164 + 101 pupils on 1 237.95 ㎡: exactly 4.5 ㎡ a primary pupil.
    ExactRooms,
    /// A sports area that prints as 7.50 ㎡ and is less.
    RoundedSports,
    /// Grounds far too small, with leased and converted ones that the relief rules count.
    CrowdedGrounds,
    /// One class over the limit in the latest year.
    LargeClass,
    /// A music room that only the relief rules accept.
    SmallMusicRoom,
    /// No PE or art teacher of its own, only visiting ones.
    VisitingTeachers,
    /// Far more backbone teachers than the others: the coefficient is near its limit.
    ManyBackbone,
}

/// A school without figures.
pub(crate) struct Site {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) category: Category,
    pub(crate) profile: Profile,
    /// Place of the main school in the list.
    pub(crate) parent: Option<usize>,
    /// Place of the township in the list.
    pub(crate) township: usize,
    pub(crate) residence: Residence,
    pub(crate) sponsor: Sponsor,
    pub(crate) purchased: bool,
    pub(crate) dense: bool,
    pub(crate) counted: bool,
    pub(crate) year_built: i64,
    /// Millionths of a degree: east, north.
    pub(crate) position: (i64, i64),
    pub(crate) piece: Option<Piece>,
    /// The usual entrants of the junior section, before they are scaled to the county's leavers.
    pub(crate) junior: Option<i64>,
}

impl Site {
    /// Is it evaluated under the rules for compulsory schools (before any parameter)?
    pub(crate) const fn evaluated(&self) -> bool {
        !matches!(
            self.category,
            Category::SmallTeachingPoint
                | Category::Senior
                | Category::Special
                | Category::Vocational
        )
    }

    /// In a village or a 乡, by the urban–rural class.
    pub(crate) const fn rural(&self) -> bool {
        matches!(self.residence, Residence::TownshipCentre | Residence::Village)
    }
}

/// The seat of the county, in millionths of a degree: an arbitrary point of no meaning.
const SEAT: (i64, i64) = (116_300_000, 31_100_000);

/// All schools of the county in the order of their codes, with its townships.
pub(crate) fn sites(seed: u64, schools: usize, year: i64) -> (Vec<Township>, Vec<Site>) {
    let townships = names::townships(seed, schools);
    let mut list: Vec<Site> = Vec::with_capacity(schools);
    let mut first: BTreeMap<Category, usize> = BTreeMap::new();
    let mut ordinals: BTreeMap<(usize, &'static str), usize> = BTreeMap::new();
    for (category, count) in mix::counts(schools) {
        for index in 0..count {
            let place = list.len();
            first.entry(category).or_insert(place);
            let mut dice = Dice::new(seed, Subject::Sites, place);
            let profile = category.profile();
            let parent = match category {
                Category::Campus => first.get(&Category::UrbanNineYear).map(|f| f + index),
                Category::Branch => first.get(&Category::UrbanPrimary).map(|f| f + index),
                _ => None,
            };
            let township = township_of(category, index, townships.len(), &mut dice);
            let piece = piece_of(category, index);
            let words = title(category);
            let ordinal = ordinals.entry((township, words)).or_default();
            *ordinal += 1;
            let name = match parent.and_then(|p| list.get(p)) {
                Some(main) => format!("{}({words})", main.name),
                None => full_name(category, &townships[township].name, words, *ordinal),
            };
            let residence = profile.residence[usize::from(!townships[township].town)];
            list.push(Site {
                code: format!("{}{:05}", names::SCHOOL_PREFIX, place + 1),
                name,
                category,
                parent,
                township,
                residence: fringe(category, residence, &mut dice),
                sponsor: sponsor(category, &mut dice),
                purchased: category == Category::PrivatePrimary,
                dense: piece == Some(Piece::CrowdedGrounds),
                counted: !matches!(
                    category,
                    Category::Branch | Category::TeachingPoint | Category::SmallTeachingPoint
                ),
                year_built: built(piece, year, &mut dice),
                junior: profile.junior.map(|(low, high)| dice.between(low, high)),
                position: position(&profile, &townships[township], &mut dice),
                profile,
                piece,
            });
        }
    }
    (townships, list)
}

fn township_of(category: Category, index: usize, townships: usize, dice: &mut Dice) -> usize {
    if category.profile().seat {
        return 0;
    }
    // The seat has no village school; the others take turns, villages fall where they fall.
    let outside = townships - 1;
    1 + match category {
        Category::CentralPrimary | Category::RuralJunior => index % outside,
        // Nine-year schools begin where the junior schools end.
        Category::NineYear => (index + 11) % outside,
        _ => {
            let last = i64::try_from(outside - 1).unwrap_or(0);
            usize::try_from(dice.between(0, last)).unwrap_or(0)
        }
    }
}

/// The set piece of a school, by its number within its category; it returns with every further
/// county's worth of schools.
const fn piece_of(category: Category, index: usize) -> Option<Piece> {
    match (category, index) {
        (Category::UrbanPrimary, index) => match index % 9 {
            0 | 4 => Some(Piece::ManyBackbone),
            1 | 6 => Some(Piece::CrowdedGrounds),
            3 => Some(Piece::LargeClass),
            _ => None,
        },
        (Category::UrbanJunior, index) if index % 3 == 1 => Some(Piece::CrowdedGrounds),
        (Category::RuralJunior, index) if index % 11 == 2 => Some(Piece::SmallMusicRoom),
        (Category::CentralPrimary, index) if index % 13 == 5 => Some(Piece::RoundedSports),
        (Category::TeachingPoint, index) if index % 4 == 1 => Some(Piece::VisitingTeachers),
        (Category::NineYear, index) if index % 6 == 0 => Some(Piece::ExactRooms),
        _ => None,
    }
}

/// The last words of a school's name; two categories never share them.
const fn title(category: Category) -> &'static str {
    match category {
        Category::UrbanPrimary => "实验小学",
        Category::CentralPrimary => "中心小学",
        Category::VillagePrimary => "小学",
        Category::TeachingPoint | Category::SmallTeachingPoint => "教学点",
        Category::PrivatePrimary => "民办小学",
        Category::AttachedPrimary => "完全小学",
        Category::UrbanJunior | Category::RuralJunior => "初级中学",
        Category::NineYear | Category::UrbanNineYear => "九年一贯制学校",
        Category::PrivateNineYear => "民办九年一贯制学校",
        Category::TwelveYear => "民办十二年一贯制学校",
        Category::CompleteSecondary => "完全中学",
        Category::Senior => "高级中学",
        Category::Special => "特殊教育学校",
        Category::Vocational => "中等职业学校",
        Category::Campus => "初中校区",
        Category::Branch => "分校",
    }
}

fn full_name(category: Category, township: &str, words: &str, ordinal: usize) -> String {
    let place = if category.profile().seat { names::COUNTY } else { township };
    match (category, ordinal) {
        (Category::TeachingPoint | Category::SmallTeachingPoint | Category::VillagePrimary, n) => {
            format!("{place}第{}{words}", names::numeral(n))
        }
        (_, 1) => format!("{place}{words}"),
        (_, n) => format!("{place}第{}{words}", names::numeral(n)),
    }
}

fn fringe(category: Category, residence: Residence, dice: &mut Dice) -> Residence {
    match category {
        Category::UrbanPrimary if dice.chance(250) => Residence::UrbanFringe,
        Category::RuralJunior if dice.chance(200) && residence == Residence::TownCentre => {
            Residence::TownFringe
        }
        _ => residence,
    }
}

fn sponsor(category: Category, dice: &mut Dice) -> Sponsor {
    if category.profile().private {
        Sponsor::Private
    } else if category == Category::Vocational && dice.chance(500) {
        Sponsor::CountyOther
    } else {
        Sponsor::CountyEducation
    }
}

fn built(piece: Option<Piece>, year: i64, dice: &mut Dice) -> i64 {
    match piece {
        Some(Piece::CrowdedGrounds) => dice.between(1956, 1985),
        // Planned before 2017: the relief rules for music and art rooms apply.
        Some(Piece::SmallMusicRoom) => dice.between(1998, 2014).min(year - 4),
        _ => year - 4 - dice.low(0, 60),
    }
}

fn position(profile: &Profile, township: &Township, dice: &mut Dice) -> (i64, i64) {
    let spread = match (profile.seat, profile.trend) {
        (true, _) => 18_000,
        (false, -22) => 6_000,
        _ => 45_000,
    };
    let (east, north) = township.offset;
    (SEAT.0 + east + dice.between(-spread, spread), SEAT.1 + north + dice.between(-spread, spread))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_and_codes_stand_once() {
        for schools in [1, 86, 300, 3000] {
            let (_, list) = sites(4, schools, 2024);
            assert_eq!(list.len(), schools);
            let names: BTreeSet<_> = list.iter().map(|s| &s.name).collect();
            let codes: BTreeSet<_> = list.iter().map(|s| &s.code).collect();
            assert_eq!((names.len(), codes.len()), (schools, schools));
        }
    }

    #[test]
    fn parts_know_their_main_school() {
        let (_, list) = sites(1, 860, 2024);
        for site in &list {
            let part = matches!(site.category, Category::Campus | Category::Branch);
            assert_eq!(site.parent.is_some(), part, "{}", site.name);
            if let Some(main) = site.parent {
                assert!(site.name.starts_with(&list[main].name));
            }
        }
    }
}
