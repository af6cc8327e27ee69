//! The goals of a rotation as figures: without it and with it, and what is proved of each.

use super::Problem;
use super::model::{Level, disruption};
use super::result::{SectionShift, Shift, shortage};
use super::search::Chosen;
use domain::Exact;
use serde::{Deserialize, Serialize};
use standard::evaluation::{Evaluation, Verdict};

/// A goal: its value without and with the rotation.
///
/// Two are shown by a figure that says less than what is made small: of the coefficients their excess,
/// Σ max(0, CV² − τ²), and not how many are above; of the pupils the schools one by one, those with the
/// most first, and not the sum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LevelResult {
    /// `shortage`, `sections`, `values`, `coefficients`, `pupils`, `points`, `commute`,
    /// `moves`.
    pub code: String,
    /// In Chinese.
    pub zh: String,
    /// Its unit.
    pub unit: String,
    /// Without the rotation.
    pub before: String,
    /// With it.
    pub after: String,
    /// How far from the best it may be, in the goal's own unit of the solver; zero where proved.
    /// Where it is not known that the values to be mended are the right ones ([`Method::ended`] says so),
    /// that of the goals after them is to the best that mends the same, and does not count as proved.
    ///
    /// [`Method::ended`]: super::result::Method::ended
    pub gap: String,
    /// Proved to be the best, given the goals before it?
    pub proved: bool,
}

impl LevelResult {
    /// What a solve has shown; the figures are filled in from the data.
    pub(crate) fn of(_: &Problem, level: Level, value: f64, bound: f64, proved: bool) -> Self {
        let (code, zh, unit) = match level {
            Level::People => ("people", "缺编学科与达标", ""),
            Level::Coefficients => ("coefficients", "超过限值的差异系数", "项"),
            Level::Pupils => ("pupils", "师资指标未达标所涉学生", "人次"),
            Level::Points => ("points", "意愿扣分", "分"),
            Level::Commute => ("commute", "交流教师通勤里程合计", "公里"),
            Level::Moves => ("moves", "变动程度", "分"),
        };
        let gap = if proved { 0.0 } else { (value - bound).max(0.0) };
        Self {
            code: code.to_owned(),
            zh: zh.to_owned(),
            unit: unit.to_owned(),
            before: String::new(),
            after: String::new(),
            gap: if proved { "0".to_owned() } else { format!("{gap:.3}") },
            proved,
        }
    }

    /// A goal that was not reached in time.
    pub(crate) fn open(problem: &Problem, level: Level) -> Self {
        Self { gap: "—".to_owned(), ..Self::of(problem, level, 0.0, 0.0, false) }
    }
}

/// The figures of each goal from the data; what was solved says what is proved.
pub(crate) fn goals(
    problem: &Problem,
    chosen: &Chosen,
    shifts: &[Shift],
    sections: &[SectionShift],
    before: &Evaluation,
    after: &Evaluation,
    solved: Vec<LevelResult>,
) -> Vec<LevelResult> {
    let below = |verdict: Verdict| verdict != Verdict::Pass && verdict != Verdict::NotApplicable;
    let failing = |after: bool| {
        let verdicts = sections.iter().filter_map(|s| s.verdict);
        verdicts.filter(|(then, now)| below(if after { *now } else { *then })).count().to_string()
    };
    let missed = |after: bool| {
        let values = sections.iter().flat_map(|s| &s.values);
        let verdicts = values.map(|v| if after { v.after_verdict } else { v.before_verdict });
        verdicts.filter(|verdict| below(*verdict)).count().to_string()
    };
    let affected = |after: bool| {
        let values = sections.iter().flat_map(|s| s.values.iter().map(move |v| (s, v)));
        let pupils = values.filter_map(|(section, value)| {
            let verdict = if after { value.after_verdict } else { value.before_verdict };
            let place = (section.school.clone(), section.stage);
            let judged = problem.response.sections.get(&place)?;
            below(verdict).then(|| judged.pupils.clone())
        });
        pupils.fold(Exact::ZERO, |sum, pupils| &sum + &pupils).to_short(0)
    };
    let excess = |evaluation: &Evaluation| {
        let all = evaluation.stages.iter().flat_map(|s| &s.indicators);
        let moved = |code: &str| problem.response.indicators.iter().any(|i| i.code == code);
        all.filter(|i| moved(&i.code) && i.verdict == Verdict::Fail).count().to_string()
    };
    let stay: i64 = problem.people.iter().map(|person| person.stay).sum();
    let ways = || chosen.iter().filter_map(|(p, w)| problem.people.get(*p)?.ways.get(*w));
    let points: i64 = ways().map(|way| way.points).sum();
    let unknown = super::distance::hectometres(&problem.settings.commute);
    let far: i64 = ways().map(|way| i64::from(way.distance.unwrap_or(unknown))).sum();
    let people = chosen.iter().filter_map(|(p, _)| problem.people.get(*p));
    let weight: i64 = people.map(disruption).sum();
    let mut list = Vec::new();
    for level in solved {
        if level.code == "people" {
            let parts = [
                (
                    "shortage",
                    "缺编学科教师",
                    "人",
                    shortage(problem, None).to_string(),
                    shortage(problem, Some(shifts)).to_string(),
                ),
                ("sections", "未达标校（学段）", "个", failing(false), failing(true)),
                ("values", "低于标准值的指标", "项", missed(false), missed(true)),
            ];
            list.extend(parts.map(|(code, zh, unit, before, after)| LevelResult {
                code: code.to_owned(),
                zh: zh.to_owned(),
                unit: unit.to_owned(),
                before,
                after,
                ..level.clone()
            }));
            continue;
        }
        let (then, now) = match level.code.as_str() {
            "coefficients" => (excess(before), excess(after)),
            "pupils" => (affected(false), affected(true)),
            "points" => (stay.to_string(), (stay + points).to_string()),
            "commute" => ("0".to_owned(), Exact::ratio(far, 10).to_short(1)),
            _ => ("0".to_owned(), weight.to_string()),
        };
        list.push(LevelResult { before: then, after: now, ..level });
    }
    list
}
