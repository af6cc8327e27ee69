//! The roster behind the figures of the latest year: a row a person, so that counting the rows gives
//! the section's figures again. Names are invented; identity numbers are of a division that does not
//! exist.

use crate::dice::{Dice, Subject};
use crate::draft::{SchoolPlan, SectionPlan};
use crate::names::{COUNTY_CODE, Township};
use crate::pupils::YEARS;
use domain::Stage;

/// A row of the roster: code of the column and text, as `staffing::RosterRow` names them.
pub type TeacherRow = Vec<(&'static str, String)>;

const SURNAMES: [&str; 20] = [
    "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林",
    "何", "郭", "马", "罗",
];
const GIVEN: [&str; 20] = [
    "明", "芳", "静", "磊", "洁", "涛", "敏", "军", "丽", "强", "霞", "平", "燕", "辉", "玲", "华",
    "红", "斌", "梅", "宇",
];
/// Main subjects of those who teach neither PE nor art, about as the lessons ask for.
const PRIMARY: [&str; 12] = [
    "语文",
    "语文",
    "语文",
    "语文",
    "语文",
    "数学",
    "数学",
    "数学",
    "英语",
    "道德与法治",
    "科学",
    "信息科技",
];
const JUNIOR: [&str; 16] = [
    "语文",
    "语文",
    "语文",
    "数学",
    "数学",
    "数学",
    "英语",
    "英语",
    "英语",
    "道德与法治",
    "物理",
    "化学",
    "生物学",
    "历史",
    "地理",
    "信息科技",
];

/// The rows of all compulsory sections, in the order of the schools.
pub(crate) fn rows(
    seed: u64,
    plans: &[SchoolPlan],
    townships: &[Township],
    year: i64,
) -> Vec<TeacherRow> {
    let mut clerk = Clerk { year, serial: 0, rows: Vec::new() };
    for (place, plan) in plans.iter().enumerate() {
        let mut led = plan.site.parent.is_some();
        for section in plan.sections.iter().filter(|s| s.stream.stage != Stage::Senior) {
            let stream = place * Stage::ALL.len() + section.stream.stage.index();
            let mut dice = Dice::new(seed, Subject::Roster, stream);
            let other = plans.get((place + 1) % plans.len()).map_or("", |p| p.site.code.as_str());
            let home = townships.get(plan.site.township).map_or("", |t| t.name.as_str());
            clerk.section(plan, section, (other, home), &mut led, &mut dice);
        }
    }
    clerk.visits(plans);
    clerk.rows
}

struct Clerk {
    year: i64,
    serial: i64,
    rows: Vec<TeacherRow>,
}

/// The first `count` of a list in chance's order.
fn some(count: i64, of: usize, dice: &mut Dice) -> Vec<bool> {
    let mut order: Vec<usize> = (0..of).collect();
    dice.shuffle(&mut order);
    let mut chosen = vec![false; of];
    for at in order.into_iter().take(usize::try_from(count).unwrap_or(0)) {
        if let Some(flag) = chosen.get_mut(at) {
            *flag = true;
        }
    }
    chosen
}

/// Labels by their counts, the rest the last, in chance's order.
fn labels(
    counts: &[(i64, &'static str)],
    rest: &'static str,
    of: usize,
    dice: &mut Dice,
) -> Vec<&'static str> {
    let mut list: Vec<&'static str> = Vec::with_capacity(of);
    for (count, label) in counts {
        list.extend((0..*count).map(|_| *label));
    }
    list.resize(of, rest);
    dice.shuffle(&mut list);
    list
}

impl Clerk {
    fn section(
        &mut self,
        plan: &SchoolPlan,
        section: &SectionPlan,
        (other, home): (&str, &str),
        led: &mut bool,
        dice: &mut Dice,
    ) {
        let staff = &section.staff[YEARS - 1];
        let of = usize::try_from(staff.teachers).unwrap_or(0);
        let degrees =
            [(staff.master, "硕士研究生"), (staff.bachelor, "本科"), (staff.college, "专科")];
        let degrees = labels(&degrees, "高中阶段及以下", of, dice);
        let ranks = [(staff.chief, "正高级"), (staff.senior, "副高级"), (staff.middle, "中级")];
        let ranks = labels(&ranks, "助理级", of, dice);
        let specialists = [
            (staff.pe, "体育与健康"),
            (staff.art, "艺术"),
            (staff.music, "音乐"),
            (staff.fine_art, "美术"),
        ];
        let subjects = labels(&specialists, "", of, dice);
        let usual: &[&str] =
            if section.stream.stage == Stage::Primary { &PRIMARY } else { &JUNIOR };
        let eligible = some(staff.eligible, of, dice);
        let trained = some(staff.trained, of, dice);
        let backbone = some(staff.backbone, of, dice);
        let mut rotated = (staff.rotated_backbone, staff.rotated - staff.rotated_backbone);
        let mut next = 0usize;
        for at in 0..of {
            let mut row = self.person(plan, section, home, eligible[at], dice);
            let subject = if subjects[at].is_empty() {
                next += 1;
                usual[(next - 1) % usual.len()]
            } else {
                subjects[at]
            };
            row.push(("subject", subject.to_owned()));
            row.push(("degree", degrees[at].to_owned()));
            row.push(("rank", ranks[at].to_owned()));
            row.push(("certified", "是".to_owned()));
            row.push(("hours", dice.between(11, 17).to_string()));
            if backbone[at] {
                row.push(("backbone", "县级".to_owned()));
                row.push((
                    "backbone_basis",
                    format!("青教〔{}〕{}号", self.year - 3, dice.between(1, 60)),
                ));
            }
            let left = if backbone[at] { &mut rotated.0 } else { &mut rotated.1 };
            if *left > 0 {
                *left -= 1;
                let text = format!("{}|{}|{other}|任教交流", self.year - 1, plan.site.code);
                row.push(("exchanges", text));
            }
            let from = if trained[at] { self.year - 5 } else { self.year - 4 };
            let years = (from..self.year).map(|year| format!("{year}|县级|72"));
            row.push(("training", years.collect::<Vec<_>>().join("；")));
            self.rows.push(row);
        }
        for at in of..usize::try_from(staff.all).unwrap_or(of) {
            let mut row = self.person(plan, section, home, dice.chance(400), dice);
            let leads = at == of && !*led;
            row.push(("post", if leads { "行政人员" } else { "教辅人员" }.to_owned()));
            row.push(("role", if leads { "校长" } else { "无" }.to_owned()));
            // Who leads has come to do so.
            let arrived = row.iter().find(|(column, _)| *column == "arrived");
            let appointed = arrived.filter(|_| leads).map(|(_, day)| ("appointed", day.clone()));
            row.extend(appointed);
            *led |= leads;
            self.rows.push(row);
        }
    }

    /// Who somebody is: number, name, identity, dates, home.
    fn person(
        &mut self,
        plan: &SchoolPlan,
        section: &SectionPlan,
        home: &str,
        long: bool,
        dice: &mut Dice,
    ) -> TeacherRow {
        self.serial += 1;
        let serial = self.serial;
        let male = dice.chance(350);
        let born = self.year - dice.between(31, 48);
        // A day and an order number of which no other person has both.
        let day = serial % 336;
        let order = (serial / 336 % 499) * 2 + i64::from(male);
        let body = format!("{COUNTY_CODE}{born}{:02}{:02}{order:03}", day / 28 + 1, day % 28 + 1);
        let arrived = if long {
            (self.year - dice.between(6, 15)).max(born + 22)
        } else {
            self.year - dice.between(1, 5)
        };
        let hired = (born + dice.between(22, 24)).min(arrived);
        let (east, north) = plan.site.position;
        let degrees =
            |millionths: i64| format!("{}.{:06}", millionths / 1_000_000, millionths % 1_000_000);
        let given: usize = usize::try_from(dice.between(0, 399)).unwrap_or(0);
        let surname = SURNAMES[usize::try_from(dice.between(0, 19)).unwrap_or(0)];
        let roll = if plan.site.profile.private { "民办自聘" } else { "在编" };
        vec![
            ("number", format!("T{serial:06}")),
            ("name", format!("{surname}{}{}", GIVEN[given / 20], GIVEN[given % 20])),
            ("identity", format!("{body}{}", check(&body))),
            ("school", plan.site.code.clone()),
            ("stage", section.stream.stage.zh().to_owned()),
            ("roll", roll.to_owned()),
            ("hired", format!("{hired}-08-01")),
            ("arrived", format!("{arrived}-08-15")),
            ("home", home.to_owned()),
            ("longitude", degrees(east + dice.between(-40_000, 40_000))),
            ("latitude", degrees(north + dice.between(-40_000, 40_000))),
        ]
    }

    /// PE and art lessons at sections that live by visiting teachers: of PE teachers elsewhere.
    fn visits(&mut self, plans: &[SchoolPlan]) {
        for plan in plans {
            for section in &plan.sections {
                let mut wanted = section.staff[YEARS - 1].visiting;
                let stage = section.stream.stage.zh();
                for row in &mut self.rows {
                    let is = |column: &str, text: &str| {
                        row.iter().any(|(name, value)| *name == column && value == text)
                    };
                    let free = !row.iter().any(|(name, _)| *name == "visits");
                    let fits = is("stage", stage) && is("subject", "体育与健康") && free;
                    if wanted > 0 && fits && !is("school", &plan.site.code) {
                        wanted -= 1;
                        row.push(("visits", format!("{}|体育与健康|4", plan.site.code)));
                    }
                }
            }
        }
    }
}

/// The check character of GB 11643 (ISO 7064, MOD 11-2).
fn check(body: &str) -> char {
    let sum = body.bytes().fold(0u32, |sum, digit| (sum + u32::from(digit - b'0')) * 2 % 11);
    match (12 - sum % 11) % 11 {
        10 => 'X',
        digit => char::from_digit(digit, 10).unwrap_or('0'),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_check_character_is_that_of_the_standard_s_example() {
        assert_eq!(super::check("11010519491231002"), 'X');
        assert_eq!(super::check("44052418800101001"), '4');
    }
}
