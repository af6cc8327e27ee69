//! Verifies a rotation of any origin, from the roster, the data, the settings and the judge: it shares
//! nothing with the model and the search. What it does share is what the problem says of persons and
//! schools: who is eligible, which indicators teachers move, how many pupils a section has, and which
//! figures a move changes.

use super::Problem;
use super::distance::{Map, hectometres};
use super::eligibility::Eligibility;
use super::result::Rotation;
use super::settings::{Balance, Scope};
use crate::finding::{Finding, Severity};
use crate::posts::{SectionPosts, is_public, whole};
use crate::rules::{Of, Who};
use crate::teacher::Teacher;
use crate::{StaffingError, TeacherId};
use domain::change::{Change, apply};
use domain::{Exact, SchoolCode, Stage, Value};
use standard::evaluate;
use standard::evaluation::{Evaluation, Verdict};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// The goals of an assignment, exactly, in their order: the less the better.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Goals {
    /// Teachers that subjects lack.
    pub shortage: Exact,
    /// Sections that fail.
    pub failing: Exact,
    /// Values below their thresholds.
    pub missed: Exact,
    /// Σ max(0, CV² − τ²) over the coefficients that teachers move.
    pub excess: Exact,
    /// Which sections fail, and then which values are missed: those with the most pupils first, of
    /// equally many by their codes.
    pub order: Vec<bool>,
    /// Points of discontent.
    pub points: Exact,
    /// Commutes, in hundreds of metres.
    pub commute: Exact,
    /// Moves, as Σ (100 − years, at most 40).
    pub moves: Exact,
}

/// Looks at assignments of one problem; what the judge has said of a change is remembered.
pub struct Checker<'a> {
    problem: &'a Problem,
    map: Map<'a>,
    judged: BTreeMap<String, Evaluation>,
    before: Evaluation,
    /// Sections of whom the roster has anybody.
    listed: BTreeSet<Place>,
}

/// What a section holds: counted anew.
#[derive(Default)]
struct Count {
    all: i64,
    leave: i64,
    come: i64,
    backbone: i64,
    backbone_after: i64,
    subjects: BTreeMap<String, [i64; 3]>,
}

type Place = (SchoolCode, Stage);

/// Verifies a rotation: every rule, the change, and every figure that it claims.
///
/// # Errors
/// [`StaffingError`] where the judge cannot judge, or the change cannot be applied.
pub fn check(problem: &Problem, rotation: &Rotation) -> Result<Vec<Finding>, StaffingError> {
    let mut checker = Checker::new(problem)?;
    let moves: Vec<(TeacherId, SchoolCode)> =
        rotation.moves.iter().map(|m| (m.teacher.clone(), m.to.clone())).collect();
    let mut findings = checker.violations(&moves)?;
    checker.claims(rotation, &moves, &mut findings)?;
    Ok(findings)
}

fn finding(code: &str, message: String) -> Finding {
    Finding {
        code: code.to_owned(),
        severity: Severity::Error,
        row: None,
        teacher: None,
        field: String::new(),
        message,
        remedy: "重新求解，或改动设置后再试".to_owned(),
    }
}

impl<'a> Checker<'a> {
    /// A checker of a problem.
    ///
    /// # Errors
    /// [`StaffingError`] where the judge cannot judge the data.
    pub fn new(problem: &'a Problem) -> Result<Self, StaffingError> {
        let resources = problem.standard.resources_only();
        let before = evaluate(&problem.snapshot, &resources, &problem.options)?;
        let map = Map::new(&problem.snapshot, problem.standard.catalogue(), &problem.settings);
        let teachers = problem.roster.teachers().iter();
        let listed = teachers.map(|t| (t.school.clone(), t.stage)).collect();
        Ok(Self { problem, map, judged: BTreeMap::new(), before, listed })
    }

    fn teacher(&self, id: &TeacherId) -> Option<&'a Teacher> {
        self.problem.roster.teacher(id)
    }

    fn takes_part(&self, school: &SchoolCode, stage: Stage) -> bool {
        let problem = self.problem;
        problem.snapshot.school(school).is_some_and(|found| {
            is_public(found, problem.standard.catalogue())
                && !problem.settings.closed.contains(school)
                && found.section(stage).is_some()
                && Stage::COMPULSORY.contains(&stage)
                && self.listed.contains(&(school.clone(), stage))
        })
    }

    fn posts(&self, place: &Place) -> Option<&'a SectionPosts> {
        self.problem.posts.iter().find(|p| (&p.school, p.stage) == (&place.0, place.1))
    }

    /// Every rule that an assignment breaks.
    ///
    /// # Errors
    /// [`StaffingError`] where the judge cannot judge.
    pub fn violations(
        &mut self,
        moves: &[(TeacherId, SchoolCode)],
    ) -> Result<Vec<Finding>, StaffingError> {
        let mut findings = Vec::new();
        let mut seen: BTreeMap<&TeacherId, &SchoolCode> = BTreeMap::new();
        for (id, to) in moves {
            if seen.insert(id, to).is_some() {
                findings.push(finding("T-CHECK-01", format!("教师 {id} 调动了两次")));
            }
            self.one(id, to, &mut findings);
        }
        self.decisions(&seen, &mut findings);
        self.couples(&seen, &mut findings);
        self.sections(&seen, &mut findings);
        self.shares(&seen, &mut findings);
        if findings.is_empty() && self.problem.settings.keep_passing {
            self.passing(moves, &mut findings)?;
        }
        Ok(findings)
    }

    /// May this teacher go there at all?
    fn one(&self, id: &TeacherId, to: &SchoolCode, findings: &mut Vec<Finding>) {
        let settings = &self.problem.settings;
        let mut say = |code, text: &str| findings.push(finding(code, format!("教师 {id}：{text}")));
        let Some(teacher) = self.teacher(id) else {
            return say("T-CHECK-01", "名册中没有");
        };
        if teacher.school == *to
            || !self.takes_part(to, teacher.stage)
            || !self.takes_part(&teacher.school, teacher.stage)
        {
            say("T-CHECK-02", "调出或调入的学校不参加交流，或就是本校");
        }
        if settings.fixed.iter().any(|f| f.teacher == *id && f.school == *to) {
            return;
        }
        let at = self.problem.roster.index(id);
        let eligible = at.and_then(|at| self.problem.eligibility.get(at));
        if eligible != Some(&Eligibility::Eligible) || !teacher.is_full_time() {
            say("T-CHECK-03", "不符合交流条件");
        }
        if settings.forbidden.contains(&(id.clone(), to.clone())) {
            say("T-CHECK-04", "这一去向已被排除");
        }
        let together = match &settings.scope {
            Scope::County => true,
            Scope::Groups(lists) => {
                lists.iter().any(|list| list.contains(to) && list.contains(&teacher.school))
            }
            Scope::Partners(pairs) => pairs
                .iter()
                .any(|(a, b)| (a, b) == (to, &teacher.school) || (b, a) == (to, &teacher.school)),
        };
        if !together {
            say("T-CHECK-04", "两校不在同一交流范围");
        }
        let wished = settings.preferences.get(id).is_some_and(|list| list.contains(to));
        if settings.voluntary_only && !wished {
            say("T-CHECK-05", "没有申请去这所学校");
        }
        let limit = hectometres(&settings.commute);
        if !wished && self.map.commute(teacher, to).is_some_and(|far| far > limit) {
            say("T-CHECK-06", "超过通勤限制");
        }
    }

    fn decisions(&self, moves: &BTreeMap<&TeacherId, &SchoolCode>, findings: &mut Vec<Finding>) {
        for fixed in &self.problem.settings.fixed {
            let own = self.teacher(&fixed.teacher).map(|teacher| &teacher.school);
            let now = moves.get(&fixed.teacher).copied().or(own);
            if now != Some(&fixed.school) {
                let text = format!("教师 {} 没有按指定到 {}", fixed.teacher, fixed.school);
                findings.push(finding("T-CHECK-07", text));
            }
        }
    }

    fn couples(&self, moves: &BTreeMap<&TeacherId, &SchoolCode>, findings: &mut Vec<Finding>) {
        let most = hectometres(&self.problem.settings.couple);
        let fixed = |id: &TeacherId| self.problem.settings.fixed.iter().any(|f| f.teacher == *id);
        for (id, to) in moves {
            let Some(teacher) = self.teacher(id) else { continue };
            let Some(spouse) = teacher.spouse.as_ref().and_then(|s| self.teacher(s)) else {
                continue;
            };
            let theirs = moves.get(&spouse.id).copied().unwrap_or(&spouse.school);
            let now = self.map.between(&teacher.school, &spouse.school).unwrap_or(0);
            let far = self.map.between(to, theirs);
            // Who is sent by decision goes, whatever the distance to one who may not move.
            let decided = fixed(id) && !moves.contains_key(&spouse.id);
            if !decided && far.is_some_and(|far| far > now.max(most)) {
                let text = format!("教师 {id} 与配偶 {} 的学校相距过远", spouse.id);
                findings.push(finding("T-CHECK-08", text));
            }
        }
    }

    fn counts(&self, moves: &BTreeMap<&TeacherId, &SchoolCode>) -> BTreeMap<Place, Count> {
        let mut counts: BTreeMap<Place, Count> = BTreeMap::new();
        for teacher in self.problem.roster.teachers().iter().filter(|t| t.is_full_time()) {
            let subject = teacher.main_subject().unwrap_or_default().to_owned();
            let backbone = i64::from(teacher.is_backbone());
            let to = moves.get(&teacher.id);
            let own = counts.entry((teacher.school.clone(), teacher.stage)).or_default();
            own.all += 1;
            own.backbone += backbone;
            own.leave += i64::from(to.is_some());
            own.backbone_after += if to.is_some() { 0 } else { backbone };
            let row = own.subjects.entry(subject.clone()).or_default();
            row[0] += 1;
            row[1] += i64::from(to.is_some());
            if let Some(to) = to {
                let there = counts.entry(((*to).clone(), teacher.stage)).or_default();
                there.come += 1;
                there.backbone_after += backbone;
                there.subjects.entry(subject).or_default()[2] += 1;
            }
        }
        counts
    }

    fn sections(&self, moves: &BTreeMap<&TeacherId, &SchoolCode>, findings: &mut Vec<Finding>) {
        let settings = &self.problem.settings;
        let most =
            |share: &Exact, of: i64| whole(&(share * &Exact::from(of)).floor()).max(1).min(of);
        for (place, count) in self.counts(moves) {
            if count.leave + count.come == 0 {
                continue;
            }
            let mut say = |text: String| {
                let text = format!("{} {}：{text}", place.0, place.1);
                findings.push(finding("T-CHECK-09", text));
            };
            if count.leave > most(&settings.leave_section, count.all) {
                say(format!("调出 {} 人，超过上限", count.leave));
            }
            let posts = self.posts(&place);
            let after = count.all + count.come - count.leave;
            let target = match settings.balance {
                Balance::TowardsPosts => posts.and_then(|p| p.teaching).unwrap_or(count.all),
                Balance::Strict => count.all,
            };
            if after < count.all.min(target) || after > count.all.max(target) {
                say(format!("教师由 {} 人变为 {after} 人，岗位 {target}", count.all));
            }
            let kept = whole(&(&settings.keep_backbone * &Exact::from(count.backbone)).ceil());
            if count.backbone_after < kept.min(count.backbone) {
                say(format!("骨干教师余 {} 人，应有 {kept} 人", count.backbone_after));
            }
            for (code, [have, leave, come]) in &count.subjects {
                if *leave > most(&settings.leave_subject, *have) {
                    say(format!("{code} 调出 {leave} 人，超过上限"));
                }
                let row = posts.and_then(|p| p.subjects.iter().find(|s| s.subject == *code));
                let needed = row.filter(|row| !row.lessons.is_zero()).map(|row| row.posts);
                let floor = needed.map_or((*have).min(1), |needed| needed.min(*have));
                if have + come - leave < floor {
                    say(format!("{code} 余 {} 人，应有 {floor} 人", have + come - leave));
                }
            }
        }
    }

    fn shares(&self, moves: &BTreeMap<&TeacherId, &SchoolCode>, findings: &mut Vec<Finding>) {
        let problem = self.problem;
        let counts_in = |share: &crate::rules::Share, school: &SchoolCode| {
            let id = problem.standard.catalogue().id("residence");
            let found = problem.snapshot.school(school);
            let code = match id.and_then(|id| found?.facts.value(id)) {
                Some(Value::Code(code)) => code.to_string(),
                _ => String::new(),
            };
            match share.among {
                crate::rules::Among::All => true,
                crate::rules::Among::Urban => ["111", "112"].contains(&code.as_str()),
                crate::rules::Among::Town => ["121", "122", "123"].contains(&code.as_str()),
                crate::rules::Among::Rural => ["210", "220"].contains(&code.as_str()),
            }
        };
        for share in &problem.settings.shares {
            let (mut count, mut base) = (0i64, 0i64);
            for (teacher, eligibility) in problem.roster.teachers().iter().zip(&problem.eligibility)
            {
                let found = problem.snapshot.school(&teacher.school);
                let public = found.is_some_and(|s| is_public(s, problem.standard.catalogue()));
                if !public
                    || !Stage::COMPULSORY.contains(&teacher.stage)
                    || !counts_in(share, &teacher.school)
                {
                    continue;
                }
                let eligible = *eligibility == Eligibility::Eligible;
                let leaves = moves.contains_key(&teacher.id);
                base += i64::from(match share.of {
                    Of::Eligible => eligible,
                    Of::Teachers => {
                        teacher.is_full_time() && !problem.settings.closed.contains(&teacher.school)
                    }
                    Of::Moved => leaves,
                });
                let who = share.who == Who::All || teacher.is_backbone();
                count += i64::from(leaves && who && (share.of != Of::Eligible || eligible));
            }
            if Exact::from(count) < &share.at_least * &Exact::from(base) {
                let text = format!("{}：{base} 人中只有 {count} 人", share.said());
                findings.push(finding("T-CHECK-10", text));
            }
        }
    }

    /// Sections that take part, pass now, and would no longer pass.
    ///
    /// # Errors
    /// [`StaffingError`] where the judge cannot judge.
    pub fn no_longer_passing(
        &mut self,
        moves: &[(TeacherId, SchoolCode)],
    ) -> Result<Vec<(SchoolCode, Stage)>, StaffingError> {
        let after = self.after(moves)?;
        let mut list = Vec::new();
        for (then, now) in self.before.sections.iter().zip(&after.sections) {
            let takes_part = self.takes_part(&then.school, then.stage);
            if takes_part && then.verdict == Verdict::Pass && now.verdict != Verdict::Pass {
                list.push((then.school.clone(), then.stage));
            }
        }
        Ok(list)
    }

    fn passing(
        &mut self,
        moves: &[(TeacherId, SchoolCode)],
        findings: &mut Vec<Finding>,
    ) -> Result<(), StaffingError> {
        for (school, stage) in self.no_longer_passing(moves)? {
            let text = format!("{school} {stage} 原已达标，交流后不达标");
            findings.push(finding("T-CHECK-11", text));
        }
        Ok(())
    }

    /// The change that these moves make, from the roster.
    fn change(&self, moves: &[(TeacherId, SchoolCode)]) -> Change {
        let teachers: Vec<(&Teacher, &SchoolCode)> =
            moves.iter().filter_map(|(id, to)| Some((self.teacher(id)?, to))).collect();
        super::edits::change(
            &teachers,
            &self.problem.rotated,
            &self.problem.snapshot,
            self.problem.standard.catalogue(),
            &self.problem.rules,
            "复核",
        )
    }

    fn after(&mut self, moves: &[(TeacherId, SchoolCode)]) -> Result<Evaluation, StaffingError> {
        let change = self.change(moves);
        let key = format!("{:?}", change.edits);
        if let Some(known) = self.judged.get(&key) {
            return Ok(known.clone());
        }
        let snapshot = apply(&self.problem.snapshot, &change, self.problem.standard.catalogue())?;
        let resources = self.problem.standard.resources_only();
        let after = evaluate(&snapshot, &resources, &self.problem.options)?;
        self.judged.insert(key, after.clone());
        Ok(after)
    }

    /// The goals of an assignment.
    ///
    /// # Errors
    /// [`StaffingError`] where the judge cannot judge.
    pub fn goals(&mut self, moves: &[(TeacherId, SchoolCode)]) -> Result<Goals, StaffingError> {
        let after = self.after(moves)?;
        let map: BTreeMap<&TeacherId, &SchoolCode> = moves.iter().map(|(t, s)| (t, s)).collect();
        let sums = self.counts(&map);
        let mut shortage = 0i64;
        for section in self.problem.posts.iter() {
            let place = (section.school.clone(), section.stage);
            if !self.takes_part(&place.0, place.1) {
                continue;
            }
            for row in section.subjects.iter().filter(|row| !row.lessons.is_zero()) {
                let found = sums.get(&place).and_then(|c| c.subjects.get(&row.subject));
                let [have, leave, come] = found.copied().unwrap_or_default();
                shortage += (row.posts - have + leave - come).max(0);
            }
        }
        let below = |v: Verdict| v != Verdict::Pass && v != Verdict::NotApplicable;
        let taking = after.sections.iter().filter(|s| self.takes_part(&s.school, s.stage));
        let counts = |code: &str| self.problem.response.indicators.iter().any(|i| i.code == code);
        let mut sections = Vec::new();
        for section in taking {
            let values = section.values.iter().filter(|v| counts(&v.code));
            let values: Vec<bool> = values.map(|v| below(v.verdict)).collect();
            let judged =
                self.problem.response.sections.get(&(section.school.clone(), section.stage));
            let pupils = judged.map_or(Exact::ZERO, |judged| judged.pupils.clone());
            let place = (Reverse(pupils), section.school.clone(), section.stage);
            sections.push((place, below(section.verdict), values));
        }
        sections.sort();
        let failing = sections.iter().map(|(_, fails, _)| *fails);
        let values = sections.iter().flat_map(|(_, _, values)| values.iter().copied());
        let number =
            |list: &[bool]| i64::try_from(list.iter().filter(|b| **b).count()).unwrap_or(i64::MAX);
        let order: Vec<bool> = failing.chain(values).collect();
        let (failing, missed) = order.split_at(sections.len());
        let (failing, missed) = (number(failing), number(missed));
        let (mut points, mut far, mut steps) = (0i64, 0i64, 0i64);
        let settings = &self.problem.settings;
        let day = self.problem.roster.day();
        for (teacher, eligibility) in
            self.problem.roster.teachers().iter().zip(&self.problem.eligibility)
        {
            let to = map.get(&teacher.id);
            let mut wishes: Vec<&SchoolCode> = Vec::new();
            for school in settings.preferences.get(&teacher.id).into_iter().flatten() {
                let counts = *school != teacher.school && self.takes_part(school, teacher.stage);
                if counts && !wishes.contains(&school) {
                    wishes.push(school);
                }
            }
            let asks = *eligibility == Eligibility::Eligible
                && self.takes_part(&teacher.school, teacher.stage)
                && !wishes.is_empty();
            let wish = to.and_then(|to| wishes.iter().position(|s| s == to));
            points += match (asks, to, wish) {
                (true, Some(_), Some(at)) => {
                    i64::from(settings.points.step) * i64::try_from(at).unwrap_or(0)
                }
                (true, Some(_), None) => i64::from(settings.points.elsewhere),
                (true, None, _) => i64::from(settings.points.unfulfilled),
                (false, Some(_), _) => i64::from(settings.points.unasked),
                (false, None, _) => 0,
            };
            if let Some(to) = to {
                let known = self.map.commute(teacher, to);
                far += i64::from(known.unwrap_or(hectometres(&settings.commute)));
                let years = Teacher::full_years(teacher.arrived, day).map_or(0, i64::from);
                steps += 100 - years.clamp(0, 40);
            }
        }
        Ok(Goals {
            shortage: Exact::from(shortage),
            failing: Exact::from(failing),
            missed: Exact::from(missed),
            excess: self.excess(&after),
            order,
            points: Exact::from(points),
            commute: Exact::from(far),
            moves: Exact::from(steps),
        })
    }

    /// Σ max(0, CV² − τ²), from the judge's values.
    fn excess(&self, after: &Evaluation) -> Exact {
        let mut sum = Exact::ZERO;
        for stage in &after.stages {
            for indicator in &self.problem.response.indicators {
                let found = stage.indicators.iter().find(|i| i.code == indicator.code);
                let Some(limit) = found.and_then(|i| i.limit.clone()) else { continue };
                let pairs: Option<Vec<(Exact, Exact)>> = after
                    .sections
                    .iter()
                    .filter(|s| s.stage == stage.stage)
                    .map(|s| {
                        let value = s.value(&indicator.code)?.value.as_ref()?.exact.clone();
                        Some((s.pupils.clone()?, value))
                    })
                    .collect();
                let Some(pairs) = pairs else { continue };
                let pupils: Exact = pairs.iter().map(|(s, _)| s.clone()).sum();
                let total: Exact = pairs.iter().map(|(s, v)| s * v).sum();
                let squares: Exact = pairs.iter().map(|(s, v)| &(s * v) * v).sum();
                let mean = &total * &total;
                if let Some(ratio) = (&pupils * &squares).checked_div(&mean) {
                    let excess = ratio - Exact::ONE - &limit * &limit;
                    sum = sum + excess.max(Exact::ZERO);
                }
            }
        }
        sum
    }

    /// The figures that a rotation claims.
    fn claims(
        &mut self,
        rotation: &Rotation,
        moves: &[(TeacherId, SchoolCode)],
        findings: &mut Vec<Finding>,
    ) -> Result<(), StaffingError> {
        let mut say = |text: String| findings.push(finding("T-CHECK-12", text));
        let expected = self.change(moves);
        if expected.edits != rotation.change.edits {
            say("记入数据的改动与调动名单不一致".to_owned());
        }
        let goals = self.goals(moves)?;
        let claimed = |code: &str| {
            let level = rotation.levels.iter().find(|level| level.code == code)?;
            Exact::parse(&level.after).ok()
        };
        let hundred = |hm: &Exact| hm.checked_div(&Exact::from(10)).unwrap_or(Exact::ZERO);
        for (code, found) in [
            ("shortage", goals.shortage),
            ("sections", goals.failing),
            ("values", goals.missed),
            ("points", goals.points),
            ("commute", hundred(&goals.commute)),
            ("moves", goals.moves),
        ] {
            if claimed(code).is_some_and(|claimed| claimed != found) {
                say(format!("目标“{code}”应为 {found}"));
            }
        }
        let after = self.after(moves)?;
        for shift in &rotation.sections {
            let found =
                after.sections.iter().find(|s| s.school == shift.school && s.stage == shift.stage);
            for value in &shift.values {
                let judged = found.and_then(|s| s.value(&value.indicator));
                let shown = judged.and_then(|v| v.value.as_ref()).map(|f| f.shown.clone());
                if shown != value.after {
                    say(format!("{} {} 的“{}”与测评不符", shift.name, shift.stage, value.zh));
                }
            }
        }
        for claim in &rotation.coefficients {
            let stage = after.stages.iter().find(|s| s.stage == claim.stage);
            let found = stage
                .and_then(|s| s.indicators.iter().find(|i| i.code == claim.indicator))
                .and_then(|i| i.coefficient.as_ref())
                .map(|c| c.value.clone());
            if found != claim.after {
                say(format!("{}“{}”的差异系数与测评不符", claim.stage, claim.zh));
            }
        }
        Ok(())
    }
}
