//! Grounds, buildings, equipment, rooms and funds of a school.

use crate::dice::{Dice, Subject, ceil_div};
use crate::mix::Category;
use crate::pupils::{Stream, YEARS};
use crate::site::{Piece, Site};
use crate::stock::Path;
use domain::{RoomKind, SchoolKind, Stage};

/// What a school has in a year. Areas in hundredths of a ㎡, money in hundreds of 元.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Estate {
    pub(crate) teaching_rooms: i64,
    pub(crate) indoor: i64,
    pub(crate) outdoor: i64,
    pub(crate) leased: i64,
    pub(crate) converted: i64,
    pub(crate) site: i64,
    pub(crate) building: i64,
    pub(crate) equipment: i64,
    pub(crate) multimedia: i64,
    pub(crate) laboratories: i64,
    pub(crate) computers: i64,
    pub(crate) books: i64,
    pub(crate) kindergarten: i64,
    pub(crate) operating: i64,
    pub(crate) training: i64,
}

/// What a pupil of a stage needs: hundredths of a ㎡ of rooms and of sports area, hundreds of 元 of
/// equipment, multimedia rooms per thousand.
const fn needs(stage: Stage) -> [i64; 4] {
    match stage {
        Stage::Primary => [450, 750, 20, 23],
        Stage::Junior | Stage::Senior => [580, 1020, 25, 24],
    }
}

/// The same for special and vocational schools, for which no rule is kept here.
const OTHER_NEEDS: [i64; 4] = [700, 800, 40, 30];

/// The weight of a pupil where a school's buildings are shared between its stages, in hundredths.
const fn weight(stage: Stage) -> i64 {
    match stage {
        Stage::Primary => 100,
        Stage::Junior => 110,
        Stage::Senior => 132,
    }
}

/// 元 a pupil of operating funds by stage in the three years.
pub(crate) const QUOTA: [[i64; 3]; YEARS] = [[650, 850, 1000], [720, 940, 1100], [720, 940, 1100]];

/// Schools short of an indicator in the three years, per mille: sports areas take longest.
const UNMET: [i64; YEARS] = [110, 55, 15];
const UNMET_SPORTS: [i64; YEARS] = [170, 110, 50];

/// The estate of a school, by year; `classes` counts all stages.
pub(crate) fn estate(
    seed: u64,
    place: usize,
    site: &Site,
    streams: &[Stream],
    classes: [i64; YEARS],
    rooms: &[RoomRow],
) -> [Estate; YEARS] {
    let mut dice = Dice::new(seed, Subject::Estate, place);
    let pupils = pupils(site, streams, &mut dice);
    let need = |which: usize| -> [i64; YEARS] {
        std::array::from_fn(|year| {
            needed(streams, year, which).unwrap_or(pupils[year] * OTHER_NEEDS[which])
        })
    };
    let wide = if site.rural() { 2300 } else { 1550 };
    let rooms_margin = dice.low(if site.rural() { 1250 } else { 1010 }, wide);
    let net = path(site, rooms_margin, UNMET, true, &mut dice).stock(need(0), 100);
    let sports_margin = dice.low(1010, if site.profile.seat { 1350 } else { wide });
    let mut sports = match site.piece {
        Some(Piece::CrowdedGrounds) => Path::short(dice.between(610, 780)),
        _ => path(site, sports_margin, UNMET_SPORTS, true, &mut dice),
    }
    .stock(need(1), 100);
    if site.piece == Some(Piece::RoundedSports) {
        // A hundredth of a ㎡ short in all: prints as 7.50 a pupil, is below it.
        sports = need(1).map(|need| need - 1);
    }
    let margin = dice.low(1020, 1700);
    let equipment = path(site, margin, UNMET, false, &mut dice).stock(need(2), 10);
    let margin = dice.low(1050, 1750);
    let multimedia = path(site, margin, UNMET, false, &mut dice).stock(need(3).map(thousandth), 1);
    let traits = Traits::drawn(site, streams, &mut dice);
    let budget = Budget::drawn(&mut dice);
    let extra = if site.dense {
        let gap = need(1)[YEARS - 1] - sports[YEARS - 1];
        [gap * dice.between(450, 700) / 1000, gap * dice.between(360, 480) / 1000]
            .map(|area| ceil_div(area, 100) * 100)
    } else {
        [0, 0]
    };
    // However few its pupils, a school has the music and art rooms it lists, and a classroom a
    // class.
    let listed = (0..YEARS).map(|year| rooms.iter().map(|row| row.areas[year]).sum::<i64>()).max();
    let least = listed.unwrap_or(0) + classes[0] * CLASSROOM;
    let mut list = [Estate::default(); YEARS];
    for year in 0..YEARS {
        let mut net = net[year].max(least);
        let mut indoor = (traits.indoor.min(sports[year] / 4)).min(net / 6) / 100 * 100;
        if site.piece == Some(Piece::ExactRooms) {
            indoor = 30_000;
            // ㎡ a pupil × weighted pupils, exactly, in the year of the set piece; less before.
            net = 123_795 - [3_600, 1_800, 0][year];
        }
        let operating = budget.operating(site, streams, pupils[year], year);
        let teaching_rooms = net + indoor;
        let building = teaching_rooms * traits.building / 1000 / 100 * 100
            + if site.profile.boarding { pupils[year] * 300 } else { 0 };
        let outdoor = sports[year] - indoor.min(sports[year]);
        list[year] = Estate {
            teaching_rooms,
            indoor,
            outdoor,
            leased: extra[0],
            converted: extra[1],
            site: (outdoor + building / 2 + pupils[year] * traits.green) / 100 * 100,
            building,
            equipment: equipment[year],
            multimedia: multimedia[year],
            laboratories: traits.laboratories,
            computers: ceil_div(pupils[year] * traits.computers, 1000) + 2,
            books: pupils[year] * traits.books / 10 + 100,
            kindergarten: if traits.kindergarten { 18 + classes[year] } else { 0 },
            operating,
            training: ceil_div(operating * budget.training, 1000),
        };
        if year > 0 {
            keep(&mut list, year);
        }
    }
    list
}

/// What has been bought or built stays.
fn keep(list: &mut [Estate; YEARS], year: usize) {
    let before = list[year - 1];
    let now = &mut list[year];
    now.site = now.site.max(before.site);
    now.building = now.building.max(before.building);
    now.computers = now.computers.max(before.computers);
    now.books = now.books.max(before.books);
}

const fn thousandth(n: i64) -> i64 {
    ceil_div(n, 1000)
}

/// What the whole school needs so that each of its compulsory sections has enough after the split;
/// `None` where it has none.
fn needed(streams: &[Stream], year: usize, which: usize) -> Option<i64> {
    let weighted: i64 = streams.iter().map(|s| s.pupils(year) * weight(s.stage)).sum();
    streams
        .iter()
        .filter(|s| s.stage != Stage::Senior)
        .map(|s| ceil_div(needs(s.stage)[which] * weighted, weight(s.stage)))
        .max()
        .or_else(|| {
            let senior = streams.iter().find(|s| s.stage == Stage::Senior)?;
            Some(senior.pupils(year) * needs(Stage::Senior)[which])
        })
}

fn path(site: &Site, margin: i64, unmet: [i64; YEARS], slow: bool, dice: &mut Dice) -> Path {
    if site.piece.is_some() || !site.evaluated() {
        Path::met(margin)
    } else {
        Path::drawn(margin, unmet, slow, dice)
    }
}

/// All pupils of a school by year; special and vocational schools have no stage to count them by.
fn pupils(site: &Site, streams: &[Stream], dice: &mut Dice) -> [i64; YEARS] {
    let nominal = match site.profile.kind {
        SchoolKind::Special => dice.between(70, 120),
        SchoolKind::Vocational => dice.between(1200, 2200),
        _ => 0,
    };
    std::array::from_fn(|year| {
        let counted: i64 = streams.iter().map(|stream| stream.pupils(year)).sum();
        counted.max(nominal)
    })
}

/// Lasting traits of a school's estate.
struct Traits {
    indoor: i64,
    building: i64,
    green: i64,
    laboratories: i64,
    computers: i64,
    books: i64,
    kindergarten: bool,
}

impl Traits {
    fn drawn(site: &Site, streams: &[Stream], dice: &mut Dice) -> Self {
        let secondary = streams.iter().any(|s| s.stage != Stage::Primary);
        let hall = site.profile.seat || secondary || dice.chance(150);
        Self {
            indoor: if hall { dice.between(30, 120) * 1000 } else { 0 },
            building: dice.between(1280, 1650),
            green: dice.between(350, 900),
            laboratories: if secondary { dice.between(3, 8) } else { dice.between(1, 2) },
            computers: dice.between(105, 190),
            books: dice.between(if secondary { 350 } else { 250 }, 480),
            kindergarten: site.category == Category::VillagePrimary && dice.chance(180),
        }
    }
}

/// How a school is funded.
struct Budget {
    above: i64,
    training: i64,
}

impl Budget {
    fn drawn(dice: &mut Dice) -> Self {
        Self { above: dice.between(1005, 1070), training: dice.between(51, 64) }
    }

    /// Operating funds in hundreds of 元. A school under 100 pupils is funded as if it had 100.
    fn operating(&self, site: &Site, streams: &[Stream], pupils: i64, year: usize) -> i64 {
        let quota = QUOTA[year];
        let (mut funds, mut compulsory, mut highest) = (0, 0, 0);
        for stream in streams {
            let rate = quota[stream.stage.index()];
            funds += stream.pupils(year) * rate;
            if stream.stage != Stage::Senior {
                compulsory += stream.pupils(year);
                highest = highest.max(rate);
            }
        }
        if compulsory > 0 && compulsory < 100 {
            funds = funds.max(100 * highest);
        }
        if site.profile.kind == SchoolKind::Special {
            funds = pupils * 8200;
        } else if streams.is_empty() {
            funds = pupils * 1200;
        }
        ceil_div(funds * self.above, 100 * 1000)
    }
}

/// A music or art room with its areas (hundredths of a ㎡) in the three years.
pub(crate) struct RoomRow {
    pub(crate) kind: RoomKind,
    pub(crate) name: String,
    pub(crate) areas: [i64; YEARS],
}

/// A classroom of a small class, hundredths of a ㎡.
const CLASSROOM: i64 = 4_500;

/// ㎡ of a room at a teaching point under 50 pupils, from and to.
const SMALL_ROOM: (i64, i64) = (42, 60);

/// The music and art rooms: one of each for every twelve classes of a stage. `classes` by stage
/// and year.
pub(crate) fn rooms(
    seed: u64,
    place: usize,
    site: &Site,
    classes: &[(Stage, [i64; YEARS])],
) -> Vec<RoomRow> {
    let mut dice = Dice::new(seed, Subject::Rooms, place);
    let per_stage = |of: &[i64; YEARS]| of.iter().map(|n| ceil_div(*n, 12)).max().unwrap_or(0);
    let count: i64 = classes.iter().map(|(_, of)| per_stage(of)).sum();
    let mut rows = Vec::new();
    for kind in [RoomKind::Music, RoomKind::Art] {
        let least = if kind == RoomKind::Music { 96 } else { 90 };
        // Rooms that were rebuilt on the way: too small in the first or the first two years.
        let path = Path::drawn(1000, [70, 35, 4], true, &mut dice);
        for number in 1..=count {
            let full = (least + dice.low(0, 26)) * 100 + dice.pick(0, &[0, 0, 50]);
            let small = (least - dice.between(8, 20)) * 100;
            let mut areas = [full; YEARS];
            if number == 1 && site.piece.is_none() && site.evaluated() {
                for area in areas.iter_mut().take(path.met_from) {
                    *area = small;
                }
            }
            if number == 1 && kind == RoomKind::Music && site.piece == Some(Piece::SmallMusicRoom) {
                areas = [8_400; YEARS];
            }
            if site.category == Category::SmallTeachingPoint {
                areas = [dice.between(SMALL_ROOM.0, SMALL_ROOM.1) * 100; YEARS];
            }
            let name = format!(
                "{}{number}",
                if kind == RoomKind::Music { "音乐教室" } else { "美术教室" }
            );
            rows.push(RoomRow { kind, name, areas });
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pupils::streams;
    use crate::site::sites;

    #[test]
    fn the_set_pieces_stand_exactly() {
        let (_, list) = sites(1, 86, 2024);
        let all = streams(1, &list);
        let estate_of = |piece| {
            let place = list.iter().position(|s| s.piece == Some(piece)).unwrap();
            let school = estate(1, place, &list[place], &all[place], [8; YEARS], &[])[2];
            (school, all[place].iter().map(|s| s.pupils(2)).collect::<Vec<_>>())
        };
        let (exact, pupils) = estate_of(Piece::ExactRooms);
        assert_eq!((exact.teaching_rooms, exact.indoor), (153_795, 30_000));
        // 1237.95 ÷ (164 + 1.1 × 101) = 4.5
        let net = exact.teaching_rooms - exact.indoor;
        assert_eq!(net * 100, 450 * (pupils[0] * 100 + pupils[1] * 110));

        let (rounded, pupils) = estate_of(Piece::RoundedSports);
        assert_eq!(rounded.outdoor + rounded.indoor, 750 * pupils[0] - 1);
    }
}
