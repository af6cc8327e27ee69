//! Teachers of a section: numbers, degrees, subjects, ranks, training and rotation.

use crate::dice::{Dice, Subject, ceil_div};
use crate::pupils::{Stream, YEARS};
use crate::site::{Piece, Site};
use crate::stock::Path;
use domain::Stage;

/// The staff of a section in a year. All in persons.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Staff {
    /// 教职工.
    pub(crate) all: i64,
    pub(crate) teachers: i64,
    pub(crate) master: i64,
    pub(crate) bachelor: i64,
    pub(crate) college: i64,
    pub(crate) below_college: i64,
    pub(crate) backbone: i64,
    pub(crate) pe: i64,
    pub(crate) art: i64,
    pub(crate) music: i64,
    pub(crate) fine_art: i64,
    pub(crate) visiting: i64,
    pub(crate) certified: i64,
    pub(crate) trained: i64,
    /// In 学时.
    pub(crate) hours: i64,
    pub(crate) eligible: i64,
    pub(crate) rotated: i64,
    pub(crate) rotated_backbone: i64,
    pub(crate) chief: i64,
    pub(crate) senior: i64,
    pub(crate) middle: i64,
}

/// Sections short of an indicator in the three years, per mille: nine in ten reach the teacher
/// indicators at first, nearly all in the end.
const UNMET: [i64; YEARS] = [100, 45, 8];

/// The staff of a section, by year. `classes` by year.
pub(crate) fn staff(
    seed: u64,
    place: usize,
    site: &Site,
    stream: &Stream,
    classes: [i64; YEARS],
) -> [Staff; YEARS] {
    let stage = stream.stage;
    let mut dice = Dice::new(seed, Subject::Teachers, place * Stage::ALL.len() + stage.index());
    let pupils: [i64; YEARS] = std::array::from_fn(|year| stream.pupils(year));
    let per_thousand = |rate: i64| pupils.map(|pupils| ceil_div(pupils * rate, 1000).max(1));

    let degrees = if stage == Stage::Primary { 42 } else { 53 };
    let margin = if site.profile.seat { dice.between(1080, 1300) } else { dice.low(1120, 1750) };
    let mut able = persons(path(site, margin, true, &mut dice), per_thousand(degrees));
    let roomy = if site.profile.seat { dice.low(1010, 1180) } else { dice.low(1000, 1250) };
    let mut backbone = persons(path(site, roomy, false, &mut dice), per_thousand(10));
    let roomy = dice.low(1050, 1550);
    let mut subject = persons(path(site, roomy, false, &mut dice), per_thousand(9));
    if site.piece == Some(Piece::ManyBackbone) && stage == Stage::Primary {
        able = Path::met(1600).stock(per_thousand(degrees), 1);
        backbone = Path::met(2000).stock(per_thousand(10), 1);
    }
    let mut visiting = 0;
    if site.piece == Some(Piece::VisitingTeachers) {
        subject = [0; YEARS];
        visiting = 2;
    }
    let traits = Traits::drawn(stage, site, &mut dice);
    std::array::from_fn(|year| {
        let need = Need {
            able: able[year],
            backbone: backbone[year],
            subject: subject[year],
            visiting,
            classes: classes[year],
        };
        traits.year(stage, year, &need)
    })
}

/// The path of a teacher indicator: the set pieces meet what is not their point.
fn path(site: &Site, margin: i64, slow: bool, dice: &mut Dice) -> Path {
    if site.piece.is_some() {
        Path::met(margin)
    } else if site.evaluated() {
        Path::drawn(margin, UNMET, slow, dice)
    } else {
        Path::met(margin.max(1150))
    }
}

/// Persons of a path. A section that needs a single one has it: nobody employs less.
fn persons(path: Path, need: [i64; YEARS]) -> [i64; YEARS] {
    let single = need.iter().all(|need| *need == 1);
    if single { Path::met(path.margin).stock(need, 1) } else { path.stock(need, 1) }
}

/// What a section has to have in a year.
struct Need {
    able: i64,
    backbone: i64,
    subject: i64,
    visiting: i64,
    classes: i64,
}

/// The lasting traits of a section's staff, per mille of its teachers.
struct Traits {
    others: i64,
    master: i64,
    college: i64,
    helpers: i64,
    middle: i64,
    senior: i64,
    eligible: i64,
    /// Per mille by which a share of persons is rounded up.
    luck: i64,
    untrained: bool,
    private: bool,
    large: bool,
}

impl Traits {
    fn drawn(stage: Stage, site: &Site, dice: &mut Dice) -> Self {
        let primary = stage == Stage::Primary;
        Self {
            others: if primary { dice.between(0, 30) } else { dice.between(50, 150) },
            master: if site.profile.seat { dice.between(15, 70) } else { dice.between(0, 25) },
            college: if primary { dice.between(180, 420) } else { 0 },
            helpers: if site.profile.boarding {
                dice.between(90, 160)
            } else {
                dice.between(20, 80)
            },
            middle: dice.between(340, 460),
            senior: dice.between(90, 200),
            eligible: dice.between(280, 420),
            luck: dice.between(0, 999),
            untrained: dice.chance(250),
            private: site.profile.private,
            large: site.profile.seat,
        }
    }

    fn year(&self, stage: Stage, year: usize, need: &Need) -> Staff {
        let behind = i64::try_from(YEARS - 1 - year).unwrap_or(0);
        // Teachers without the degree grow fewer as they retire.
        let others = need.able * (self.others + 10 * behind) / 1000;
        // Each class has a teacher; those beyond the degree's need have a lower one.
        let teachers = (need.able + others).max(need.classes).max(need.subject + 1);
        let others = teachers - need.able;
        let master = need.able * self.master / 1000;
        let (bachelor, college, below_college) = if stage == Stage::Primary {
            let college = need.able * (self.college + 25 * behind) / 1000;
            (need.able - master - college, college, others)
        } else {
            (need.able - master, others, 0)
        };
        let backbone = need.backbone.min(teachers);
        let pe = ceil_div(need.subject * 45, 100);
        let art = i64::from(need.subject >= 8);
        let music = ceil_div((need.subject - pe - art) * 52, 100);
        let eligible = if self.private { 0 } else { teachers * self.eligible / 1000 };
        let rotated = ceil_div(eligible * [70, 95, 105][year], 1000);
        let trained =
            if self.untrained { teachers * [970, 985, 1000][year] / 1000 } else { teachers };
        Staff {
            all: teachers + ceil_div(teachers * self.helpers, 1000),
            teachers,
            master,
            bachelor,
            college,
            below_college,
            backbone,
            pe,
            art,
            music,
            fine_art: need.subject - pe - art - music,
            visiting: need.visiting,
            certified: teachers,
            trained,
            hours: trained * 360 + (teachers - trained) * 288,
            eligible,
            rotated,
            // A third; what is left over by the luck of the school.
            rotated_backbone: ((rotated * 330 + self.luck) / 1000).min(backbone),
            chief: i64::from(self.large && teachers > 70),
            senior: teachers * self.senior / 1000,
            middle: teachers * self.middle / 1000,
        }
    }
}

/// The square of the coefficient to which the backbone teachers are brought: 0.485 of 0.50.
const NEAR_LIMIT: (i128, i128) = (485 * 485, 1_000_000);

/// A primary section as the coefficient sees it.
pub(crate) struct Unit<'a> {
    pub(crate) pupils: i64,
    pub(crate) many: bool,
    pub(crate) staff: &'a mut [Staff; YEARS],
}

/// Gives the set-piece schools backbone teachers until the county's coefficient stands close below
/// its limit in the latest year, or a school would have too many (55 of 100 teachers).
///
/// With P pupils and R teachers a unit, CV² = ΣP · Σ(R²/P) / (ΣR)² − 1.
pub(crate) fn spread_backbone(units: &mut [Unit<'_>]) {
    let latest = YEARS - 1;
    loop {
        let (mut all, mut sum, mut squares) = (0i128, 0i128, 0i128);
        for unit in units.iter() {
            let (p, r) = (i128::from(unit.pupils.max(1)), i128::from(unit.staff[latest].backbone));
            all += p;
            sum += r;
            // Whole millionths are exact enough to stop by.
            squares += r * r * 1_000_000 / p;
        }
        if sum == 0 {
            return;
        }
        let variance = all * squares / 1_000_000 - sum * sum;
        if variance * NEAR_LIMIT.1 >= NEAR_LIMIT.0 * sum * sum {
            return;
        }
        let mut raised = false;
        for unit in units.iter_mut().filter(|unit| unit.many) {
            for staff in unit.staff.iter_mut() {
                if (staff.backbone + 1) * 100 <= staff.teachers * 55 {
                    staff.backbone += 1;
                    raised = true;
                }
            }
        }
        if !raised {
            return;
        }
    }
}
