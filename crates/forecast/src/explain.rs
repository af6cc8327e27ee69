//! One number in words: which ratio, from which years, and how it became whole.

use crate::history::History;
use crate::result::{
    Basis, Count, Forecast, Intake, IntakeSource, MissingReason, Note, Pool, SectionKey,
};
use crate::{Assumptions, BackTest, Observation};
use domain::{Exact, SchoolYear, Stage};
use std::fmt::Write as _;

/// Grades in words.
const GRADES: [&str; 9] = ["一", "二", "三", "四", "五", "六", "七", "八", "九"];

fn grade_zh(grade: u8) -> String {
    let word = usize::from(grade).checked_sub(1).and_then(|i| GRADES.get(i)).copied();
    word.map_or_else(|| format!("{grade} 年级"), |word| format!("{word}年级"))
}

impl Forecast {
    /// How the pupils of a grade of a section come about, in Chinese. `None` for a section, grade
    /// or year that is not forecast.
    #[must_use]
    pub fn explain(&self, key: &SectionKey, grade: u8, year: SchoolYear) -> Option<String> {
        let of_year = self.year(year)?;
        let section = of_year.section(key)?;
        let found = section.grade(grade)?;
        let mut text = format!("{year} 学年 {} {} {}：", section.name, key.stage, grade_zh(grade));
        match &found.pupils {
            Count::NotApplicable => {
                text.push_str("不设这个年级（—）。");
                return Some(text);
            }
            Count::Missing(reason) => {
                let _ = write!(text, "缺。{reason}");
                return Some(text);
            }
            Count::Known(pupils) => {
                let _ = write!(text, "{pupils} 人（{}）。", self.scenario.zh());
            }
        }
        let intake = of_year.intakes.iter().find(|intake| intake.grade == grade);
        self.basis(&mut text, &found.basis, grade, year, intake);
        Some(text)
    }

    fn basis(
        &self,
        text: &mut String,
        basis: &Basis,
        grade: u8,
        year: SchoolYear,
        intake: Option<&Intake>,
    ) {
        let before = year.previous();
        let written = match basis {
            Basis::None => Ok(()),
            Basis::Entered { source } if source.is_empty() => write!(text, "人工录入。"),
            Basis::Entered { source } => write!(text, "人工录入：{source}。"),
            Basis::Progress { from, own, pooled, ratio, factor, exact } => {
                let _ = write!(
                    text,
                    "{before} 学年{} {from} 人 × 升级率 {ratio}{} = {} 人；",
                    grade_zh(grade.saturating_sub(1)),
                    factor_zh(factor),
                    exact.to_short(3),
                );
                let credibility = self.assumptions.credibility;
                if own.is_empty() {
                    write!(text, "本校没有可用的观察，升级率取全县平均。")
                } else {
                    let (from, to): (i64, i64) =
                        (own.iter().map(|o| o.from).sum(), own.iter().map(|o| o.to).sum());
                    write!(
                        text,
                        "升级率 = (本校 {to} + {credibility} × 全县平均 {pooled}) ÷ (本校 {from} + {credibility})，本校的观察：{}。",
                        observed(own),
                    )
                }
            }
            Basis::Joined { of, share, factor, exact } => write!(
                text,
                "本校没有{}；全县该年级 {before} 学年 {of} 人 × 本校历年所占比例 {share}{} = {} 人。",
                grade_zh(grade.saturating_sub(1)),
                factor_zh(factor),
                exact.to_short(3),
            ),
            Basis::Share { pool, total, weight, weights, fed, exact } => {
                if let Some(intake) = intake {
                    let _ = write!(text, "{}", intake_zh(intake));
                }
                if !fed.is_zero() {
                    let _ = write!(text, "对口学校升入 {} 人；", fed.to_short(3));
                }
                let what = if *pool == Pool::Entrants { "一年级" } else { "七年级" };
                write!(
                    text,
                    "按近年{what}新生的份额分得：{total} 人 × {} ÷ {}，合计 {} 人。",
                    weight.to_short(3),
                    weights.to_short(3),
                    exact.to_short(3),
                )
            }
        };
        // Writing to a string cannot fail.
        let _ = written;
        if !matches!(basis, Basis::None | Basis::Entered { .. }) {
            text.push_str("取整：全县同年级按最大余数法，合计不变。");
        }
    }
}

fn factor_zh(factor: &Exact) -> String {
    if *factor == Exact::ONE { String::new() } else { format!(" × 方案系数 {factor}") }
}

fn observed(own: &[Observation]) -> String {
    let list: Vec<String> = own
        .iter()
        .map(|o| format!("{}→{} 年 {}→{} 人", o.year.0, i32::from(o.year.0) + 1, o.from, o.to))
        .collect();
    list.join("，")
}

fn intake_zh(intake: &Intake) -> String {
    let total = intake.total;
    match &intake.source {
        IntakeSource::Entered => format!("全县新生 {total} 人（人工录入）；"),
        IntakeSource::Births { year, children, rate, entered, factor } => format!(
            "全县新生 {total} 人 = {year} 年出生 {children} 人 × 入学率 {rate}（{}）{}；",
            if *entered { "人工录入" } else { "往年一年级人数与出生人口之比" },
            factor_zh(factor),
        ),
        IntakeSource::Trend { previous, ratio, factor } => format!(
            "全县新生 {total} 人 = 上一学年 {previous} 人 × 年变化率 {ratio}{}；",
            factor_zh(factor),
        ),
        IntakeSource::Leavers { leavers, ratio, factor } => format!(
            "全县七年级新生 {total} 人 = 上一学年六年级 {leavers} 人 × 升学比 {ratio}{}；",
            factor_zh(factor),
        ),
    }
}

impl std::fmt::Display for MissingReason {
    /// The cause and what to do, in Chinese.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotReported { year, grade } => {
                write!(f, "{year} 学年{}人数未填，请补填", grade_zh(*grade))
            }
            Self::NoRatio { from_grade: 0 } => {
                f.write_str("没有可用的一年级新生数据，请录入出生人口或全县新生数")
            }
            Self::NoRatio { from_grade } => write!(
                f,
                "往年没有{}升{}的数据，请录入该年级人数",
                grade_zh(*from_grade),
                grade_zh(from_grade + 1)
            ),
            Self::NoShares => f.write_str("近两年没有学校招收新生，请逐校录入新生数"),
            Self::ShareUnknown => f.write_str("近两年新生年级人数未填，请补填或录入新生数"),
            Self::OtherShareUnknown { section } => write!(
                f,
                "学校 {} {}近两年新生年级人数未填，全县新生无法分配，请补填或录入该校新生数",
                section.school, section.stage
            ),
            Self::LeaversUnknown { section } => {
                write!(f, "对口学校 {} 的六年级人数不全，请补填", section.school)
            }
        }
    }
}

impl BackTest {
    /// The result of the back-test in a sentence, in Chinese.
    #[must_use]
    pub fn to_chinese(&self) -> String {
        match self {
            Self::NotPossible { reason } => reason.clone(),
            Self::Done { year, county, left_out, .. } => {
                let share = county.mean_absolute_percentage.as_ref().map_or_else(
                    || "—".to_owned(),
                    |share| format!("{}%", (share * &Exact::from(100)).to_fixed(1)),
                );
                format!(
                    "用以前学年按同一方法预测 {year} 学年：{} 个学段合计预测 {} 人，实际 {} 人；每学段平均相差 {} 人（{share}），平均偏差 {} 人；{left_out} 个学段无法比较",
                    county.compared,
                    county.forecast,
                    county.actual,
                    county.mean_absolute.to_fixed(1),
                    county.bias.to_fixed(1),
                )
            }
        }
    }
}

/// What holds for every number.
pub(crate) fn method_notes(history: &History, given: &Assumptions) -> Vec<Note> {
    let note = |code, text| Note { code, text };
    let years: Vec<String> = history.years().iter().map(|year| year.year.to_string()).collect();
    let mut notes = vec![
        note("years", format!("依据 {} 学年的分年级在校生数", years.join("、"))),
        note(
            "progress",
            format!(
                "各年级人数 = 上一学年低一年级人数 × 升级率；升级率由本校历年人数与全县平均合成，全县平均相当于 {} 名学生，取六位小数",
                given.credibility
            ),
        ),
        note(
            "transfer",
            "七年级新生 = 上一学年六年级 × 升学比，按录入的对口比例或各校近两年（有学校开办或撤并时为最近一年）七年级新生的份额分配".to_owned(),
        ),
        note(
            "entrants",
            "一年级新生依次取：录入数、六年前出生人口 × 入学率、近年趋势（年变化率限于 0.8 至 1.25）；按各校近两年一年级的份额分配".to_owned(),
        ),
        note(
            "scenario",
            format!(
                "{}：低、高方案的比率各减、加一个平均离差（历年各年级全县比率与学段平均之差，按人数加权）",
                given.scenario.zh()
            ),
        ),
        note("round", "人数取整用最大余数法，全县同年级合计不变".to_owned()),
        note("senior", "高中学段不作预测".to_owned()),
    ];
    let closed: Vec<&SectionKey> = history
        .years()
        .iter()
        .flat_map(|year| year.rows.keys())
        .filter(|key| !history.has(key))
        .collect();
    if !closed.is_empty() {
        let closed: std::collections::BTreeSet<String> =
            closed.iter().map(|key| section_zh(history, key)).collect();
        let names: Vec<String> = closed.into_iter().collect();
        notes.push(note(
            "closed",
            format!("以下学段已不在最近学年，只计入全县比率：{}", names.join("、")),
        ));
    }
    let first = history.years().first();
    let opened: Vec<String> = history
        .base()
        .keys()
        .filter(|key| first.is_some_and(|year| !year.rows.contains_key(key)))
        .map(|key| section_zh(history, key))
        .collect();
    if !opened.is_empty() {
        notes.push(note(
            "opened",
            format!("以下学段在此期间新设，观察不足处用全县比率：{}", opened.join("、")),
        ));
    }
    for stage in Stage::COMPULSORY {
        let of = || history.base().keys().filter(move |key| key.stage == stage);
        let blank = of()
            .filter(|key| !crate::result::grades_of(stage).all(|g| history.complete(key, g)))
            .count();
        if blank > 0 {
            notes.push(note(
                "blank",
                format!("{stage}有 {blank} 个学段的分年级人数有缺，受影响的预测为缺，不按零计"),
            ));
        }
    }
    notes
}

fn section_zh(history: &History, key: &SectionKey) -> String {
    let name = history.schools.get(&key.school).map_or(key.school.as_str(), |s| s.0.as_str());
    format!("{name} {}", key.stage)
}
