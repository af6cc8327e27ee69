//! Counties to write documents of: one that passes, one that fails, one that cannot be judged, one
//! of a single school, one of five hundred; a plan; rotations of teachers, out for objections, decided,
//! objected to.

use document::figures::Sources;
use document::rotation::{Objection, Reply, Rotation, Run, Standing};
use domain::{Catalogue, Draft, Exact, Fact, OriginId, Room, RoomKind, Snapshot, Value};
use invest::Plan;
use jiff::civil::date;
use packs::PackSource;
use staffing::rotation::{Outcome, Problem, Settings, optimum};
use staffing::{Roster, RosterRow};
use standard::evaluation::Verdict;
use standard::{Evaluation, Standard};
use std::sync::{Arc, LazyLock};

/// Everything that documents of a county are made from.
pub(crate) struct County {
    pub(crate) evaluation: Evaluation,
    pub(crate) snapshot: Snapshot,
    pub(crate) last: Option<(Evaluation, Snapshot)>,
    pub(crate) plan: Option<Plan>,
    pub(crate) rotation: Option<Rotation>,
}

impl County {
    pub(crate) fn sources(&self) -> Sources<'_> {
        Sources {
            evaluation: &self.evaluation,
            snapshot: Some((&self.snapshot, &BENCH.catalogue)),
            last: self.last.as_ref().map(|(e, _)| e),
            last_snapshot: self.last.as_ref().map(|(_, s)| (s, &*BENCH.catalogue)),
            plan: self.plan.as_ref(),
            rotation: self.rotation.as_ref(),
        }
    }
}

pub(crate) struct Bench {
    pub(crate) packs: PackSource,
    pub(crate) catalogue: Arc<Catalogue>,
    pub(crate) standard: Arc<Standard>,
}

pub(crate) static BENCH: LazyLock<Bench> = LazyLock::new(|| {
    let packs = PackSource::embedded();
    let catalogue = Arc::new(items::load(&packs).unwrap().catalogue().clone());
    let standard = standard::load::load(&packs, &catalogue, "cn-quality-2017").unwrap();
    Bench { packs, catalogue, standard: Arc::new(standard) }
});

fn drafts(schools: usize) -> Vec<Draft> {
    let attested = BENCH.standard.attested();
    let options = demo::Options {
        seed: demo::Options::SEED,
        schools,
        year: demo::Options::YEAR,
        catalogue: &BENCH.catalogue,
        attested: &attested,
    };
    demo::county(&options).unwrap()
}

fn judged(draft: Draft) -> (Evaluation, Snapshot) {
    let snapshot = draft.seal(&BENCH.catalogue).unwrap();
    let options = standard::Options::default();
    (standard::evaluate(&snapshot, &BENCH.standard, &options).unwrap(), snapshot)
}

/// The county of these drafts: the last is the year, the one before it the year before.
fn county(mut drafts: Vec<Draft>) -> County {
    let (evaluation, snapshot) = judged(drafts.pop().unwrap());
    let last = drafts.pop().map(judged);
    County { evaluation, snapshot, last, plan: None, rotation: None }
}

pub(crate) static FAIL: LazyLock<County> = LazyLock::new(|| county(drafts(demo::Options::SCHOOLS)));

pub(crate) static PASS: LazyLock<County> = LazyLock::new(|| {
    let mut all = drafts(demo::Options::SCHOOLS);
    let mut draft = all.pop().unwrap();
    mend(&mut draft);
    all.push(draft);
    let county = county(all);
    let reasons = &county.evaluation.overall.reasons;
    assert_eq!(county.evaluation.overall.verdict.zh(), "达到标准", "{reasons:#?}");
    county
});

pub(crate) static UNDECIDED: LazyLock<County> = LazyLock::new(|| {
    let mut all = drafts(demo::Options::SCHOOLS);
    let mut draft = all.pop().unwrap();
    mend(&mut draft);
    let id = |code: &str| BENCH.catalogue.id(code).unwrap();
    for school in draft.schools.iter_mut().take(3).skip(1) {
        school.facts.remove(id("outdoor_sports_area"));
    }
    draft.county.facts.remove(id("civil_servant_pay"));
    draft.county.facts.remove(id("population"));
    draft.county.attestations.retain(|a| a.indicator != "V3");
    all.push(draft);
    county(all)
});

/// One school, and no year before.
pub(crate) static SINGLE: LazyLock<County> =
    LazyLock::new(|| county(vec![drafts(1).pop().unwrap()]));

pub(crate) static LARGE: LazyLock<County> = LazyLock::new(|| county(drafts(500)));

/// The first year of the demo county with its adopted plan.
pub(crate) static PLANNED: LazyLock<County> = LazyLock::new(|| {
    let first = drafts(demo::Options::SCHOOLS).swap_remove(0);
    let (evaluation, snapshot) = judged(first);
    let plan = plan(&snapshot);
    assert!(plan.accepted, "{:?}", plan.objections);
    County { evaluation, snapshot, last: None, plan: Some(plan), rotation: None }
});

fn plan(start: &Snapshot) -> Plan {
    let file = BENCH.packs.file("examples/demo/plan.toml").unwrap();
    let read = invest::file::read(file, &BENCH.packs, &BENCH.catalogue).unwrap();
    let starts = std::slice::from_ref(start);
    let worlds = invest::worlds(starts, &read.settings, &BENCH.standard).unwrap();
    let problem = invest::Problem::new(
        start,
        worlds,
        BENCH.standard.clone(),
        standard::Options::default(),
        read.settings,
        read.costs,
    )
    .unwrap();
    match invest::solve(&problem, &*solver::in_process(), &solver::Watch::new()).unwrap() {
        invest::Outcome::Found(plan) => *plan,
        other => panic!("no plan: {other:?}"),
    }
}

/// The demo county with a rotation of its synthetic roster.
fn rotating(standing: Standing, objections: Vec<Objection>) -> County {
    let Rotating { evaluation, snapshot, rotation } = &*ROTATING;
    let rotation = Rotation { standing, objections, ..rotation.clone() };
    let adopted = (standing >= Standing::Adopted).then_some(date(2025, 7, 10));
    County {
        evaluation: evaluation.clone(),
        snapshot: snapshot.clone(),
        last: None,
        plan: None,
        rotation: Some(Rotation { adopted, ..rotation }),
    }
}

pub(crate) static PUBLISHED: LazyLock<County> =
    LazyLock::new(|| rotating(Standing::Published, vec![objection(None)]));

pub(crate) static ADOPTED: LazyLock<County> =
    LazyLock::new(|| rotating(Standing::Adopted, Vec::new()));

/// An objection was right: the list is worked on again.
pub(crate) static OBJECTED: LazyLock<County> = LazyLock::new(|| {
    let reply = Reply {
        upheld: true,
        text: "经核对医院证明，该教师符合不安排交流的照顾情形".to_owned(),
        decision: "该教师留在原校".to_owned(),
        on: date(2025, 7, 5),
    };
    rotating(Standing::Draft, vec![objection(Some(reply))])
});

fn objection(reply: Option<Reply>) -> Objection {
    let first = &ROTATING.rotation.run.moves[0];
    Objection {
        number: 1,
        teacher: first.teacher.clone(),
        masked: first.name.to_string(),
        school: first.from.clone(),
        school_name: first.from_name.clone(),
        kind: "照顾情形".to_owned(),
        raised: date(2025, 7, 3),
        reply,
    }
}

struct Rotating {
    evaluation: Evaluation,
    snapshot: Snapshot,
    rotation: Rotation,
}

static ROTATING: LazyLock<Rotating> = LazyLock::new(|| {
    let attested = BENCH.standard.attested();
    let options = demo::Options {
        seed: demo::Options::SEED,
        schools: demo::Options::SCHOOLS,
        year: demo::Options::YEAR,
        catalogue: &BENCH.catalogue,
        attested: &attested,
    };
    let (evaluation, snapshot) = judged(demo::county(&options).unwrap().pop().unwrap());
    let rules = staffing::rules::load(&BENCH.packs, "cn-county-2024").unwrap();
    let rows: Vec<RosterRow> = demo::teachers(&options)
        .unwrap()
        .into_iter()
        .map(|cells| {
            let mut row = RosterRow::default();
            assert!(cells.iter().all(|(column, text)| row.set(column, text)));
            row
        })
        .collect();
    let day = BENCH.standard.statistics_date(snapshot.year());
    let (roster, _) = Roster::read(&rows, 2, &snapshot, &rules, day);
    let posts = staffing::posts::posts(&snapshot, &BENCH.catalogue, Some(&roster), &rules);
    let settings = Settings::of(&rules.rotation);
    let names = roster.teachers().iter().map(|t| (t.id.clone(), t.name.clone())).collect();
    let problem = Problem::new(
        Arc::new(snapshot.clone()),
        Arc::new(roster),
        Arc::new(rules),
        BENCH.standard.clone(),
        standard::Options::default(),
        settings,
        &posts,
    )
    .unwrap();
    let outcome = optimum(&problem, &*solver::in_process(), &solver::Watch::new()).unwrap();
    let Outcome::Found(found) = outcome else { panic!("there is a lawful rotation") };
    // As it is kept, and as the command line writes it.
    let run: Run = serde_json::from_value(serde_json::to_value(&found).unwrap()).unwrap();
    assert_eq!(run.moves.len(), found.moves.len());
    let rotation = Rotation {
        id: "1-1".to_owned(),
        title: "2025年义务教育教师交流轮岗".to_owned(),
        hash: found.problem.clone(),
        rules: found.rules.clone(),
        standing: Standing::Published,
        notice: Some((date(2025, 7, 1), date(2025, 7, 7))),
        adopted: None,
        run,
        names,
        objections: Vec::new(),
    };
    Rotating { evaluation, snapshot, rotation }
});

/// The county of a name, as examples of templates call them.
pub(crate) fn named(name: &str) -> &'static County {
    match name {
        "pass" => &PASS,
        "fail" => &FAIL,
        "undecided" => &UNDECIDED,
        "one-school" => &SINGLE,
        "large" => &LARGE,
        "planned" => &PLANNED,
        "published" => &PUBLISHED,
        "adopted" => &ADOPTED,
        "objected" => &OBJECTED,
        other => panic!("没有名为 {other} 的算例县"),
    }
}

/// Mends everything that fails in the demo county's last year.
fn mend(draft: &mut Draft) {
    let (evaluation, _) = judged(draft.clone());
    let id = |code: &str| BENCH.catalogue.id(code).unwrap();
    for section in &evaluation.sections {
        let school = draft.schools.iter_mut().find(|s| s.code == section.school).unwrap();
        for value in section.values.iter().filter(|v| v.verdict != Verdict::Pass) {
            let gap = value.gap_whole_school.as_ref().or(value.gap.as_ref()).unwrap();
            let gap = gap.exact.ceil();
            let own = school.sections.iter_mut().find(|s| s.stage == section.stage).unwrap();
            match value.code.as_str() {
                "L1" => {
                    for item in
                        ["teachers_master", "teachers", "teachers_trained", "teachers_certified"]
                    {
                        add(&mut own.facts, id(item), &gap);
                    }
                }
                "L3" => add(&mut own.facts, id("teachers_pe"), &gap),
                "L4" => add(&mut school.facts, id("teaching_rooms_area"), &gap),
                "L5" => add(&mut school.facts, id("outdoor_sports_area"), &gap),
                // The form's unit is 万元.
                "L6" => {
                    add(&mut school.facts, id("equipment_value"), &(gap * Exact::ratio(1, 10_000)));
                }
                "L7" => add(&mut school.facts, id("multimedia_rooms"), &gap),
                other => panic!("{other}"),
            }
        }
    }
    for rule in evaluation.groups.iter().flat_map(|g| &g.indicators) {
        for (part, place) in rule.parts.iter().flat_map(|p| p.failing.iter().map(move |f| (p, f))) {
            let code = place.school.as_ref().unwrap();
            let school = draft.schools.iter_mut().find(|s| s.code == *code).unwrap();
            match part.code.as_str() {
                "G3.1" => room(school, RoomKind::Music),
                "G3.2" => room(school, RoomKind::Art),
                "G5" => {
                    for section in &mut school.sections {
                        section.facts.set(id("largest_class"), fact("40"));
                    }
                }
                other => panic!("{other}"),
            }
        }
    }
}

fn fact(number: &str) -> Fact {
    Fact { value: Value::Number(number.parse().unwrap()), origin: OriginId(0) }
}

fn add(facts: &mut domain::Facts, item: domain::ItemId, more: &Exact) {
    let before = facts.value(item).cloned();
    let Some(Value::Number(before)) = before else { panic!("{item:?}") };
    facts.set(item, fact(&(Exact::from(before) + more.clone()).to_string()));
}

fn room(school: &mut domain::School, kind: RoomKind) {
    let mut facts = domain::Facts::new();
    facts.set(BENCH.catalogue.id("room_area").unwrap(), fact("100"));
    for n in 1..=3 {
        school.rooms.push(Room { name: format!("补建{n}"), kind, facts: facts.clone() });
    }
}
