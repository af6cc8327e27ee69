//! Who may move and where to: eligibility, wishes, scope, commutes, couples, decisions.

use super::Problem;
use super::distance::{Map, hectometres};
use super::edits::items_of;
use super::eligibility::Eligibility;
use super::people::{Kind, Person, Way, Worth, worth};
use super::settings::{Fixed, Scope};
use crate::finding::{Finding, Severity};
use crate::teacher::Teacher;
use crate::{StaffingError, TeacherId};
use domain::{SchoolCode, Stage};
use std::collections::{BTreeMap, BTreeSet};

impl Problem {
    pub(crate) fn set_people(&mut self) -> Result<(), StaffingError> {
        let day = self.roster.day();
        let fixed = self.decisions()?;
        let wishes = self.wishes();
        let groups = self.groups();
        let (mut people, mut kinds): (Vec<Person>, BTreeMap<Kind, usize>) = Default::default();
        let mut worths: Vec<Worth> = Vec::new();
        let mut by_items: BTreeMap<(Stage, Vec<String>), usize> = BTreeMap::new();
        {
            let map = Map::new(&self.snapshot, self.standard.catalogue(), &self.settings);
            let ways = Ways {
                problem: self,
                map: &map,
                groups: &groups,
                limit: hectometres(&self.settings.commute),
            };
            for (at, teacher) in self.roster.teachers().iter().enumerate() {
                let eligible = self.eligibility.get(at) == Some(&Eligibility::Eligible);
                let decided = fixed.get(&teacher.id);
                if !(eligible || decided.is_some()) || !teacher.is_full_time() {
                    continue;
                }
                let unit = self.unit_of(&teacher.school, teacher.stage);
                let (Some(unit), Some(subject)) = (unit, self.subject(teacher)) else { continue };
                let items = items_of(teacher, &self.rules, self.snapshot.year());
                let known = by_items.entry((teacher.stage, items.clone())).or_insert_with(|| {
                    let worth = worth(&self.units, &items);
                    worths.iter().position(|known| *known == worth).unwrap_or_else(|| {
                        worths.push(worth);
                        worths.len() - 1
                    })
                });
                let kind = Kind {
                    stage: teacher.stage,
                    subject,
                    backbone: teacher.is_backbone(),
                    worth: *known,
                };
                let next = kinds.len();
                let kind = *kinds.entry(kind).or_insert(next);
                let asked = wishes.get(&teacher.id).map(Vec::as_slice).unwrap_or_default();
                let points = self.settings.points;
                people.push(Person {
                    id: teacher.id.clone(),
                    teacher: at,
                    unit,
                    kind,
                    subject,
                    backbone: teacher.is_backbone(),
                    eligible,
                    years: Teacher::full_years(teacher.arrived, day).map_or(0, i64::from),
                    ways: match decided {
                        Some(fixed) => ways.decided(teacher, unit, fixed, asked),
                        None => ways.of(teacher, unit, asked),
                    },
                    stay: if asked.is_empty() { 0 } else { i64::from(points.unfulfilled) },
                    must: decided.is_some_and(|fixed| fixed.school != teacher.school),
                    spouse: None,
                });
            }
        }
        let mut by_place: Vec<(usize, Kind)> = kinds.into_iter().map(|(k, at)| (at, k)).collect();
        by_place.sort_by_key(|(at, _)| *at);
        self.kinds = by_place.into_iter().map(|(_, kind)| kind).collect();
        self.worths = worths;
        self.people = people;
        Ok(())
    }

    /// Decisions by teacher; they must name what is there.
    fn decisions(&self) -> Result<BTreeMap<TeacherId, Fixed>, StaffingError> {
        let mut decisions: BTreeMap<TeacherId, Fixed> = BTreeMap::new();
        for fixed in &self.settings.fixed {
            let unknown = |what: String| StaffingError::Unknown(what);
            let Some(teacher) = self.roster.teacher(&fixed.teacher) else {
                return Err(unknown(format!("指定了教师 {}，名册中没有", fixed.teacher)));
            };
            if let Some(why) = self.cannot_go(teacher, &fixed.school) {
                return Err(unknown(format!(
                    "教师 {} 指定到学校 {}，{why}",
                    fixed.teacher, fixed.school
                )));
            }
            if decisions.insert(fixed.teacher.clone(), fixed.clone()).is_some() {
                let text = format!("教师 {} 指定了两次", fixed.teacher);
                return Err(StaffingError::Setting(text));
            }
        }
        Ok(decisions)
    }

    /// Why no rotation could keep a decision; staying is always possible.
    fn cannot_go(&self, teacher: &Teacher, to: &SchoolCode) -> Option<String> {
        if *to == teacher.school {
            return None;
        }
        let stage = teacher.stage;
        if self.unit_of(to, stage).is_none() {
            return Some(format!("该校没有{stage}部、没有教师名册或不参加交流"));
        }
        if self.unit_of(&teacher.school, stage).is_none() {
            return Some("其所在学校不参加交流".to_owned());
        }
        if !teacher.is_full_time() {
            return Some("其岗位不是专任教师".to_owned());
        }
        self.subject(teacher).is_none().then(|| "名册没有填其主要任教学科".to_owned())
    }

    /// Wishes that can be; the others are findings.
    fn wishes(&mut self) -> BTreeMap<TeacherId, Vec<SchoolCode>> {
        let mut wishes = BTreeMap::new();
        let mut findings = Vec::new();
        for (id, schools) in &self.settings.preferences {
            let mut say = |message: String, remedy: &str| {
                findings.push(Finding {
                    code: "T-WISH-01".to_owned(),
                    severity: Severity::Warning,
                    // Wishes stand in no row of the roster.
                    row: None,
                    teacher: Some(id.clone()),
                    field: "交流志愿".to_owned(),
                    message,
                    remedy: remedy.to_owned(),
                });
            };
            let Some(teacher) = self.roster.teacher(id) else {
                say("名册中没有这名教师，志愿没有计入".to_owned(), "核对教师编号");
                continue;
            };
            let at = self.roster.index(id).and_then(|at| self.eligibility.get(at));
            if let Some(why) = at.and_then(Eligibility::why) {
                say(format!("不符合交流条件（{why}），志愿没有计入"), "核对后由教育局决定");
                continue;
            }
            let mut kept: Vec<SchoolCode> = Vec::new();
            for school in schools {
                let known = self.snapshot.school(school);
                let name = known.map_or_else(|| school.to_string(), |known| known.name.clone());
                if *school == teacher.school {
                    say(format!("志愿“{name}”就是本校，没有计入"), "删去本校");
                } else if self.unit_of(school, teacher.stage).is_none() {
                    let text = match known {
                        None => format!("志愿学校 {school} 不存在，没有计入"),
                        Some(_) => {
                            format!(
                                "志愿学校“{name}”没有{}部、没有教师名册或不参加交流，没有计入",
                                teacher.stage
                            )
                        }
                    };
                    say(text, "改填参加交流的学校");
                } else if kept.contains(school) {
                    say(format!("志愿“{name}”填了两次，只计一次"), "每校只填一次");
                } else {
                    kept.push(school.clone());
                }
            }
            if !kept.is_empty() {
                wishes.insert(id.clone(), kept);
            }
        }
        self.findings.extend(findings);
        wishes
    }

    /// The groups of each school; `None` where any school may send to any.
    fn groups(&self) -> Option<BTreeMap<SchoolCode, BTreeSet<usize>>> {
        let mut groups: BTreeMap<SchoolCode, BTreeSet<usize>> = BTreeMap::new();
        match &self.settings.scope {
            Scope::County => return None,
            Scope::Groups(lists) => {
                for (at, list) in lists.iter().enumerate() {
                    for school in list {
                        groups.entry(school.clone()).or_default().insert(at);
                    }
                }
            }
            Scope::Partners(pairs) => {
                for (at, (one, other)) in pairs.iter().enumerate() {
                    groups.entry(one.clone()).or_default().insert(at);
                    groups.entry(other.clone()).or_default().insert(at);
                }
            }
        }
        Some(groups)
    }

    /// Couples: both may move, or the other stays and bounds the ways of the one.
    pub(crate) fn set_couples(&mut self) {
        let places: BTreeMap<TeacherId, usize> =
            self.people.iter().enumerate().map(|(at, p)| (p.id.clone(), at)).collect();
        let mut between = BTreeMap::new();
        let mut kept: Vec<(usize, Vec<Way>)> = Vec::new();
        let mut pairs: Vec<(usize, usize)> = Vec::new();
        {
            let map = Map::new(&self.snapshot, self.standard.catalogue(), &self.settings);
            for (at, person) in self.people.iter().enumerate() {
                let spouse = self.teacher(person).and_then(|t| t.spouse.as_ref());
                let Some(spouse) = spouse.and_then(|id| self.roster.teacher(id)) else { continue };
                if let Some(other) = places.get(&spouse.id) {
                    pairs.push((at, *other));
                    let them = self.people.get(*other);
                    let mine = person.ways.iter().map(|w| w.unit).chain([person.unit]);
                    for unit in mine {
                        let theirs = them
                            .into_iter()
                            .flat_map(|p| p.ways.iter().map(|w| w.unit).chain([p.unit]));
                        for theirs in theirs {
                            let schools = self.units.get(unit).zip(self.units.get(theirs));
                            let far = schools.and_then(|(a, b)| map.between(&a.school, &b.school));
                            between.insert((unit, theirs), far);
                        }
                    }
                } else if !person.must {
                    let own = self.units.get(person.unit);
                    let now = own.and_then(|unit| map.between(&unit.school, &spouse.school));
                    let most = now.unwrap_or(0).max(self.couple_limit);
                    let near = |way: &&Way| {
                        let unit = self.units.get(way.unit);
                        let far = unit.and_then(|unit| map.between(&unit.school, &spouse.school));
                        far.is_none_or(|far| far <= most)
                    };
                    kept.push((at, person.ways.iter().filter(near).copied().collect()));
                }
            }
        }
        self.between = between;
        for (at, ways) in kept {
            if let Some(person) = self.people.get_mut(at) {
                person.ways = ways;
            }
        }
        for (at, other) in pairs {
            if let Some(person) = self.people.get_mut(at) {
                person.spouse = Some(other);
            }
        }
    }

    /// May the two of a couple be at these units?
    pub(crate) fn couple_may(&self, one: &Person, other: &Person, at: (usize, usize)) -> bool {
        if at == (one.unit, other.unit) {
            return true;
        }
        let far = |units| self.between.get(&units).copied().flatten();
        let now = far((one.unit, other.unit)).unwrap_or(0);
        far(at).is_none_or(|far| far <= now.max(self.couple_limit))
    }
}

/// What decides where a teacher may go.
struct Ways<'a> {
    problem: &'a Problem,
    map: &'a Map<'a>,
    groups: &'a Option<BTreeMap<SchoolCode, BTreeSet<usize>>>,
    limit: u32,
}

impl Ways<'_> {
    fn of(&self, teacher: &Teacher, own: usize, wished: &[SchoolCode]) -> Vec<Way> {
        let settings = &self.problem.settings;
        let mut ways = Vec::new();
        for (unit, place) in self.problem.units.iter().enumerate() {
            let barred = unit == own
                || place.stage != teacher.stage
                || !self.together(&teacher.school, &place.school)
                || settings.forbidden.contains(&(teacher.id.clone(), place.school.clone()));
            if barred {
                continue;
            }
            let way = self.way(teacher, unit, &place.school, wished);
            let far = way.distance.is_some_and(|distance| distance > self.limit);
            if way.wish.is_none() && (far || settings.voluntary_only) {
                continue;
            }
            ways.push(way);
        }
        ways
    }

    /// The one way of a decision, or none for one who stays.
    fn decided(
        &self,
        teacher: &Teacher,
        own: usize,
        fixed: &Fixed,
        wished: &[SchoolCode],
    ) -> Vec<Way> {
        let unit = self.problem.unit_of(&fixed.school, teacher.stage);
        unit.filter(|unit| *unit != own)
            .map(|unit| self.way(teacher, unit, &fixed.school, wished))
            .into_iter()
            .collect()
    }

    fn way(&self, teacher: &Teacher, unit: usize, to: &SchoolCode, wished: &[SchoolCode]) -> Way {
        let points = self.problem.settings.points;
        let place = wished.iter().position(|school| school == to);
        let wish = place.and_then(|at| u32::try_from(at + 1).ok());
        let stay = if wished.is_empty() { 0 } else { i64::from(points.unfulfilled) };
        let there = match wish {
            Some(wish) => i64::from(points.step) * i64::from(wish - 1),
            None if wished.is_empty() => i64::from(points.unasked),
            None => i64::from(points.elsewhere),
        };
        let distance = self.map.commute(teacher, to);
        Way { unit, wish, distance, points: there - stay }
    }

    fn together(&self, from: &SchoolCode, to: &SchoolCode) -> bool {
        let Some(groups) = self.groups else { return true };
        match (groups.get(from), groups.get(to)) {
            (Some(from), Some(to)) => !from.is_disjoint(to),
            _ => false,
        }
    }
}
