//! A county and its evaluation by hand: the judge is not asked, so that the forms are tested
//! against figures that stand here.

#![expect(dead_code, unreachable_pub, reason = "every test binary uses its own part")]
#![expect(clippy::unwrap_used, reason = "a fixture that fails is a test that fails")]

pub mod tiny;

use calamine::{Data, Reader, Xlsx};
use domain::{
    Attestation, Catalogue, CountyCode, Draft, Exact, Fact, Facts, Level, Origin, School,
    SchoolCode, SchoolKind, SchoolYear, Section, Snapshot, Stage, Unit, Value,
};
use forms::{Forms, Options};
use packs::PackSource;
use standard::evaluation::*;
use std::io::Cursor;

pub fn exact(text: &str) -> Exact {
    Exact::parse(text).unwrap()
}

pub fn catalogue() -> Catalogue {
    items::load(&PackSource::embedded()).unwrap().catalogue().clone()
}

pub fn forms_for(standard: &str) -> Forms {
    Forms::load(&PackSource::embedded(), &[standard], &catalogue()).unwrap()
}

/// Sets facts by code at one level.
fn facts(catalogue: &Catalogue, level: Level, values: &[(&str, &str)]) -> Facts {
    let mut facts = Facts::new();
    for (code, value) in values {
        let (id, item) = catalogue.find(code).unwrap_or_else(|| panic!("{code}"));
        assert_eq!(item.level, level, "{code}");
        let value = match *value {
            "—" => Value::NotApplicable,
            "否" => Value::Flag(false),
            number => Value::Number(number.parse().unwrap()),
        };
        facts.set(id, Fact { value, origin: domain::OriginId(0) });
    }
    facts
}

pub struct County {
    pub catalogue: Catalogue,
    pub draft: Draft,
}

impl County {
    pub fn new(name: &str) -> Self {
        let code = CountyCode::parse("341823").unwrap();
        let mut draft = Draft::new(code, name.into(), SchoolYear(2024));
        draft.origin(Origin::Given { source: "测试".into() });
        Self { catalogue: catalogue(), draft }
    }

    pub fn facts(&mut self, values: &[(&str, &str)]) {
        let facts = facts(&self.catalogue, Level::County, values);
        for (id, fact) in facts.iter() {
            self.draft.county.facts.set(id, fact.clone());
        }
    }

    pub fn school(
        &mut self,
        code: &str,
        name: &str,
        kind: SchoolKind,
        sections: &[(Stage, &[(&str, &str)])],
    ) -> &mut School {
        let sections = sections.iter().map(|(stage, values)| Section {
            stage: *stage,
            attached: false,
            facts: facts(&self.catalogue, Level::Section, values),
        });
        self.draft.schools.push(School {
            code: SchoolCode::parse(code).unwrap(),
            name: name.into(),
            kind,
            parent: None,
            facts: Facts::new(),
            sections: sections.collect(),
            classes: vec![],
            rooms: vec![],
        });
        self.draft.schools.last_mut().unwrap()
    }

    pub fn seal(&self) -> Snapshot {
        self.draft.clone().seal(&self.catalogue).unwrap()
    }
}

pub fn indicator(
    code: &str,
    zh: &str,
    short: &str,
    unit: &str,
    limits: &[(Stage, &str, &str)],
) -> IndicatorInfo {
    let gap = match unit {
        "㎡/人" => "㎡",
        "元/人" => "元",
        "间/百人" => "间",
        _ => "人",
    };
    IndicatorInfo {
        code: code.into(),
        zh: zh.into(),
        short: short.into(),
        unit: Unit::parse(unit).unwrap(),
        decimals: 2,
        clause: "办法第六条".into(),
        text: String::new(),
        limits: limits
            .iter()
            .map(|(stage, threshold, coefficient)| StageLimits {
                stage: *stage,
                threshold: (!threshold.is_empty()).then(|| exact(threshold)),
                floor: (!threshold.is_empty()).then(|| &exact("0.85") * &exact(threshold)),
                coefficient: (!coefficient.is_empty()).then(|| exact(coefficient)),
            })
            .collect(),
        gap_unit: Unit::parse(gap).unwrap(),
    }
}

/// `(exact value or "" for missing, gap of the section, gap of the whole school)`.
pub type Given<'a> = (&'a str, &'a str, &'a str);

pub fn value(info: &IndicatorInfo, stage: Stage, given: Given<'_>) -> IndicatorValue {
    let limits = info.limits.iter().find(|l| l.stage == stage).unwrap();
    let judge = |value: &Exact| match (&limits.threshold, &limits.floor) {
        (Some(t), _) if value >= t => Verdict::Pass,
        (_, Some(f)) if value >= f => Verdict::Near,
        (None, _) => Verdict::NotApplicable,
        _ => Verdict::Fail,
    };
    let figure = (!given.0.is_empty()).then(|| Figure::new(exact(given.0), info.decimals));
    let verdict = figure.as_ref().map_or(Verdict::Missing, |f| judge(&f.exact));
    let rounded = figure.as_ref().map(|f| judge(&exact(&f.shown))).filter(|v| *v != verdict);
    let decimals = if info.gap_unit.to_string() == "㎡" { 2 } else { 0 };
    let gap = |text: &str| (!text.is_empty()).then(|| Figure::new(exact(text), decimals));
    IndicatorValue {
        code: info.code.clone(),
        value: figure,
        verdict,
        verdict_if_rounded: rounded,
        gap: gap(given.1),
        gap_whole_school: gap(given.2),
        reason: given.0.is_empty().then(|| "缺 教学及辅助用房面积".to_owned()),
    }
}

pub fn section(
    school: &School,
    stage: Stage,
    indicators: &[IndicatorInfo],
    pupils: &str,
    given: &[Given<'_>],
) -> SectionResult {
    let values: Vec<_> = indicators.iter().zip(given).map(|(i, g)| value(i, stage, *g)).collect();
    let count = |of: Verdict| values.iter().filter(|v| v.verdict == of).count();
    let verdict = if count(Verdict::Fail) > 0 || count(Verdict::Near) > 1 {
        Verdict::Fail
    } else if count(Verdict::Missing) > 0 {
        Verdict::Missing
    } else {
        Verdict::Pass
    };
    let of = |verdict: Verdict, head: &str| {
        let codes: Vec<_> =
            values.iter().filter(|v| v.verdict == verdict).map(|v| v.code.as_str()).collect();
        (!codes.is_empty()).then(|| format!("{head}:{}", codes.join("、")))
    };
    let remark = [
        of(Verdict::Pass, "达标"),
        of(Verdict::Near, "达到标准的85%"),
        of(Verdict::Fail, "未达标"),
        of(Verdict::Missing, "缺数"),
    ];
    SectionResult {
        school: school.code.clone(),
        name: school.name.clone(),
        kind: school.kind,
        stage,
        attached: false,
        sponsor: Some("7".into()),
        residence: Some("210".into()),
        township: Some("青山镇".into()),
        pupils: (!pupils.is_empty()).then(|| exact(pupils)),
        grades: Some(if stage == Stage::Primary { 6 } else { 3 }.into()),
        classes: None,
        reached: count(Verdict::Pass),
        verdict,
        grade: match verdict {
            Verdict::Pass => "达标".into(),
            Verdict::Fail => "未达标".into(),
            _ => String::new(),
        },
        remark: remark.into_iter().flatten().collect::<Vec<_>>().join(";"),
        values,
    }
}

pub fn rounded(value: &str, decimals: u8) -> Rounded {
    Rounded { value: value.into(), shown: exact(value).to_fixed(decimals) }
}

pub fn share(part: usize, whole: usize) -> Option<Figure> {
    let part = Exact::from(i64::try_from(part * 100).unwrap());
    Some(Figure::new(part.checked_div(&Exact::from(i64::try_from(whole).unwrap()))?, 1))
}

/// Adds up a stage; coefficients are given, one an indicator.
pub fn stage(
    stage: Stage,
    sections: &[SectionResult],
    indicators: &[IndicatorInfo],
    coefficients: &[&str],
) -> StageResult {
    let of: Vec<_> = sections.iter().filter(|s| s.stage == stage).collect();
    let count = |v: Verdict| of.iter().filter(|s| s.verdict == v).count();
    let results = indicators.iter().zip(coefficients).map(|(info, coefficient)| {
        let values: Vec<_> = of.iter().filter_map(|s| s.value(&info.code)).collect();
        let reached = values.iter().filter(|v| v.verdict == Verdict::Pass).count();
        let limit =
            info.limits.iter().find(|l| l.stage == stage).and_then(|l| l.coefficient.clone());
        let known = !coefficient.is_empty();
        StageIndicator {
            code: info.code.clone(),
            known: values.iter().filter(|v| v.value.is_some()).count(),
            reached,
            share: share(reached, of.len()),
            mean: known.then(|| rounded("12.345000", 2)),
            deviation: known.then(|| rounded("3.210000", 2)),
            coefficient: known.then(|| rounded(coefficient, 3)),
            verdict: match &limit {
                None => Verdict::NotApplicable,
                Some(_) if !known => Verdict::Missing,
                Some(l) if exact(coefficient) <= *l => Verdict::Pass,
                Some(_) => Verdict::Fail,
            },
            limit,
            verdict_if_rounded: None,
            other_forms: known.then(|| OtherForms {
                unweighted: rounded("0.489000", 3),
                sample: (of.len() > 1).then(|| rounded("0.546000", 3)),
                changes_verdict: false,
            }),
        }
    });
    StageResult {
        stage,
        sections: of.len(),
        passed: count(Verdict::Pass),
        failed: count(Verdict::Fail),
        missing: count(Verdict::Missing),
        share: share(count(Verdict::Pass), of.len()),
        indicators: results.collect(),
        composite: Composite {
            value: coefficients.iter().all(|c| !c.is_empty()).then(|| rounded("0.367503", 3)),
            limit: None,
            verdict: Verdict::NotApplicable,
        },
    }
}

pub fn part(
    code: &str,
    zh: &str,
    value: &str,
    unit: &str,
    required: &str,
    verdict: Verdict,
) -> PartResult {
    PartResult {
        code: code.into(),
        zh: zh.into(),
        value: (!value.is_empty()).then(|| Figure::new(exact(value), u8::from(unit == "%"))),
        unit: (!unit.is_empty()).then(|| Unit::parse(unit).unwrap()),
        required: required.into(),
        verdict,
        verdict_if_rounded: None,
        checked: None,
        failing: vec![],
        attestation: None,
        attested: false,
        reason: None,
    }
}

pub fn attested(code: &str, zh: &str, row: Option<(Option<bool>, &str, &str)>) -> PartResult {
    let attestation = row.map(|(holds, evidence, person)| Attestation {
        indicator: code.into(),
        holds,
        evidence: evidence.into(),
        person: person.into(),
        date: (!person.is_empty()).then(|| jiff::civil::date(2024, 11, 5)),
    });
    let complete = attestation.as_ref().is_some_and(|a| !a.evidence.is_empty());
    let verdict = match attestation.as_ref().and_then(|a| a.holds) {
        Some(true) if complete => Verdict::Pass,
        Some(false) => Verdict::Fail,
        _ => Verdict::Missing,
    };
    PartResult { attestation, attested: true, ..part(code, zh, "", "", "有佐证", verdict) }
}

pub fn county(code: &str, zh: &str, parts: Vec<PartResult>) -> CountyIndicator {
    let worst = |v: Verdict| parts.iter().any(|p| p.verdict == v);
    let verdict = if worst(Verdict::Fail) {
        Verdict::Fail
    } else if worst(Verdict::Missing) {
        Verdict::Missing
    } else {
        Verdict::Pass
    };
    CountyIndicator {
        code: code.into(),
        zh: zh.into(),
        clause: "办法第七条".into(),
        verdict,
        parts,
    }
}

pub fn group(code: &str, zh: &str, indicators: Vec<CountyIndicator>) -> GroupResult {
    let verdict = indicators.iter().map(|i| i.verdict).find(|v| *v != Verdict::Pass);
    GroupResult {
        code: code.into(),
        zh: zh.into(),
        verdict: verdict.unwrap_or(Verdict::Pass),
        indicators,
    }
}

pub fn evaluation(
    standard: &str,
    snapshot: &Snapshot,
    indicators: Vec<IndicatorInfo>,
    sections: Vec<SectionResult>,
    stages: Vec<StageResult>,
    groups: Vec<GroupResult>,
) -> Evaluation {
    Evaluation {
        format: FORMAT,
        engine: "0.1.0".into(),
        standard: StandardRef {
            id: standard.into(),
            title: "县域义务教育优质均衡发展督导评估".into(),
            version: "2017.1".into(),
            hash: "ab".repeat(32),
        },
        county_code: snapshot.county().code.clone(),
        county: snapshot.county().name.clone(),
        year: snapshot.year(),
        snapshot: snapshot.hash().into(),
        parameters: vec![ParameterUse {
            code: "relief".into(),
            zh: "过渡期放宽规定".into(),
            value: "否".into(),
            grade: "A-".into(),
            source: "规程".into(),
        }],
        coefficient_form: "按学生数加权,总体标准差除以全县均值".into(),
        indicators,
        sections,
        excluded: vec![],
        stages,
        groups,
        phases: vec![],
        targets: vec![],
        overall: Overall {
            verdict: OverallVerdict::Pass,
            certain_failures: 0,
            reasons: vec![],
            missing: vec![],
        },
    }
}

/// The cells of a workbook.
pub struct Book(Xlsx<Cursor<Vec<u8>>>);

impl Book {
    pub fn of(
        evaluations: &[(&Evaluation, &str)],
        county: &County,
        forms: &Forms,
        options: &Options,
    ) -> Self {
        let bytes = forms::workbook(evaluations, &county.seal(), &county.catalogue, forms, options)
            .unwrap();
        // For a look by eye: JUNHENG_KEEP names a folder.
        if let Ok(folder) = std::env::var("JUNHENG_KEEP") {
            let test = std::thread::current().name().unwrap_or("book").replace("::", "-");
            std::fs::write(std::path::Path::new(&folder).join(test + ".xlsx"), &bytes).unwrap();
        }
        Self::read(bytes)
    }

    pub fn read(bytes: Vec<u8>) -> Self {
        Self(Xlsx::new(Cursor::new(bytes)).unwrap())
    }

    pub fn names(&self) -> Vec<String> {
        self.0.sheet_names().clone()
    }

    pub fn rows(&mut self, sheet: &str) -> Vec<Vec<Data>> {
        let range = self.0.worksheet_range(sheet).unwrap_or_else(|e| panic!("{sheet}: {e}"));
        range.rows().map(<[Data]>::to_vec).collect()
    }

    /// The first row of a sheet that has a cell with exactly this text.
    pub fn row(&mut self, sheet: &str, text: &str) -> Vec<Data> {
        let rows = self.rows(sheet);
        let found = rows.iter().find(|r| r.iter().any(|c| *c == *text));
        found.unwrap_or_else(|| panic!("{sheet} 没有 {text}: {rows:#?}")).clone()
    }

    pub fn text(&mut self, sheet: &str) -> String {
        let rows = self.rows(sheet);
        let lines = rows.iter().map(|row| {
            let cells: Vec<_> = row.iter().map(|c| c.to_string().replace('\n', "⏎")).collect();
            cells.join(" | ").trim_end_matches([' ', '|']).to_owned()
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    pub fn merges(&mut self, sheet: &str) -> Vec<String> {
        let regions = self.0.merge_cells_by_sheet_name(sheet).unwrap();
        let corner = |(row, column)| domain::cell_name(row, column);
        regions.iter().map(|d| format!("{}:{}", corner(d.start), corner(d.end))).collect()
    }
}
