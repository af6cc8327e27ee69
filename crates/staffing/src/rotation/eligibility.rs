//! Who may be asked to move: years at the school, age, roll, post, exemptions, by the rules' pack.

use crate::posts::whole;
use crate::row::heading;
use crate::rules::{Delay, Figure, Retirement, RotationRules};
use crate::teacher::Teacher;
use crate::words::{Role, Sex};
use crate::{Finding, Roster, Rules};
use domain::{Exact, SchoolYear};
use jiff::Span;
use jiff::civil::Date;

/// What results say of an exemption: kind and evidence may be an illness and are nobody's business.
pub const EXEMPT: &str = "有经认定的不交流情形";

/// Whether a teacher is eligible, and if not, why. Not to be kept or sent: what an exemption rests on is
/// for those only who keep the roster.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Eligibility {
    /// Eligible.
    Eligible,
    /// Not full-time, not on a roll that rotates, or a principal.
    Outside(String),
    /// Too few years at the present school.
    Recent(String),
    /// Near retirement by age.
    Age(String),
    /// Exempt: the kind with its evidence, which [`Eligibility::why`] does not tell.
    Exempt(String),
    /// The roster does not say enough.
    Unknown(String),
}

impl Eligibility {
    /// Why not, in Chinese, as everybody may read it; `None` for an eligible teacher.
    #[must_use]
    pub fn why(&self) -> Option<&str> {
        match self {
            Self::Eligible => None,
            Self::Outside(why) | Self::Recent(why) | Self::Age(why) | Self::Unknown(why) => {
                Some(why)
            }
            Self::Exempt(_) => Some(EXEMPT),
        }
    }
}

/// The day to which a school year's figures refer: 1 September.
#[must_use]
pub fn statistics_day(year: SchoolYear) -> Date {
    Date::new(year.0, 9, 1).unwrap_or(Date::MIN)
}

/// Whether a teacher is eligible on a day.
#[must_use]
pub fn of(teacher: &Teacher, rules: &Rules, day: Date) -> Eligibility {
    let rules = &rules.rotation;
    if let Some(column) = unclear(teacher) {
        return Eligibility::Unknown(format!("“{}”没有读懂，不能判定", heading(column)));
    }
    if !rules.posts.contains(&teacher.post) {
        return Eligibility::Outside(format!("岗位为{}，不在交流范围", teacher.post));
    }
    if !rules.rolls.contains(&teacher.roll) {
        return Eligibility::Outside(format!("编制为{}，不在交流范围", teacher.roll));
    }
    if !rules.principals && matches!(teacher.role, Role::Principal | Role::VicePrincipal) {
        return Eligibility::Outside(format!("{}按任期交流，不在教师交流之内", teacher.role));
    }
    let needed = &rules.years_at_school.value;
    match Teacher::full_years(teacher.arrived, day) {
        None => return Eligibility::Unknown("没有到本校的日期，不能判定年限".to_owned()),
        Some(years) if Exact::from(i64::from(years)) < *needed => {
            return Eligibility::Recent(format!("到本校 {years} 年，不满 {needed} 年"));
        }
        Some(_) => {}
    }
    spared(teacher, rules, day).unwrap_or(Eligibility::Eligible)
}

/// The first column that decides and could not be read.
fn unclear(teacher: &Teacher) -> Option<&'static str> {
    ["post", "roll", "role", "exemptions"].into_iter().find(|column| teacher.is_unclear(column))
}

/// What spares anybody from being asked to move, teacher or principal: an exemption with evidence, or
/// retirement near by.
pub(crate) fn spared(teacher: &Teacher, rules: &RotationRules, day: Date) -> Option<Eligibility> {
    for exemption in &teacher.exemptions {
        let holds = exemption.until.is_none_or(|until| until >= day);
        if holds && !exemption.evidence.is_empty() {
            let kind = rules.exemptions.iter().find(|kind| kind.code == exemption.code);
            let zh = kind.map_or(exemption.code.as_str(), |kind| &kind.zh);
            return Some(Eligibility::Exempt(format!("{zh}（{}）", exemption.evidence)));
        }
    }
    let least = &rules.years_to_retirement.value;
    let near = later(day, months(least))?;
    if retires(teacher, &rules.retirement).is_some_and(|retires| retires < near)
        && let Some(age) = Teacher::full_years(teacher.birth, day)
    {
        return Some(Eligibility::Age(format!("{age} 周岁，距退休不足 {least} 年")));
    }
    None
}

/// The day on which a teacher retires by law; `None` where the date of birth is missing.
///
/// Where the sex is unknown it is the later one: nobody is exempt by a gap in the table.
#[must_use]
pub fn retires(teacher: &Teacher, rules: &Retirement) -> Option<Date> {
    let birth = teacher.birth?;
    let at = |age: &Figure| {
        let old = months(&age.value);
        later(birth, old + rules.delay.as_ref().map_or(0, |delay| delayed(birth, old, delay)))
    };
    match teacher.sex {
        Some(Sex::Male) => at(&rules.men),
        Some(Sex::Female) => at(&rules.women),
        None => at(&rules.men).max(at(&rules.women)),
    }
}

/// By how many months somebody retires later than at the old age, `old` months after birth.
fn delayed(birth: Date, old: i32, delay: &Delay) -> i32 {
    let month = |year: i16, month: i8| i32::from(year) * 12 + i32::from(month);
    let (year, first) = delay.since;
    match month(birth.year(), birth.month()) + old - month(year, first) {
        before if before < 0 => 0,
        since => (since / delay.every.max(1) + 1).min(months(&delay.most.value)),
    }
}

/// Whole months of a number of years; what is left of one counts as one.
fn months(years: &Exact) -> i32 {
    i32::try_from(whole(&(years * &Exact::from(12)).ceil())).unwrap_or(i32::MAX / 4)
}

/// A day so many months later; the last of a shorter month.
fn later(day: Date, months: i32) -> Option<Date> {
    day.checked_add(Span::new().try_months(months).ok()?).ok()
}

/// The eligibility of every teacher of a roster on its day, in its order.
#[must_use]
pub fn of_all(roster: &Roster, rules: &Rules) -> Vec<Eligibility> {
    roster.teachers().iter().map(|teacher| of(teacher, rules, roster.day())).collect()
}

/// Teachers whose eligibility the roster leaves open, as findings.
#[must_use]
pub fn open_questions(roster: &Roster, rules: &Rules) -> Vec<Finding> {
    let day = roster.day();
    let unknown = roster.teachers().iter().filter_map(|teacher| match of(teacher, rules, day) {
        Eligibility::Unknown(why) => Some((teacher, why)),
        _ => None,
    });
    unknown
        .map(|(teacher, message)| Finding {
            code: "T-GAP-03".to_owned(),
            severity: crate::Severity::Warning,
            row: Some(teacher.row),
            teacher: Some(teacher.id.clone()),
            field: heading(unclear(teacher).unwrap_or("arrived")),
            message,
            remedy: "补填后再排交流；未补填前不参加交流，也不计入符合条件人数".to_owned(),
        })
        .collect()
}
