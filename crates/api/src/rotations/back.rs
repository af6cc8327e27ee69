//! A kept result as the type that workbooks are written from. Names stay masked: what was kept says no
//! more of them.

use super::result::{
    RotationCoefficient, RotationFinding, RotationLevel, RotationMethod, RotationMove,
    RotationResult, RotationSection, RotationShare, RotationStayer, RotationSubject, RotationValue,
};
use domain::SchoolYear;
use staffing::rotation::{
    CoefficientShift, FORMAT, LevelResult, Method, Move, Rotation, SectionShift, ShareResult,
    SubjectShift, TeacherNote, ValueShift,
};
use staffing::{Finding, PersonName, TeacherId};

/// A result as the program found it. The hash of its problem was not kept and is empty.
pub(super) fn back(
    result: RotationResult,
    stayers: Vec<RotationStayer>,
    year: SchoolYear,
    (standard, rules): ((String, String), (String, String)),
) -> Rotation {
    Rotation {
        format: FORMAT,
        mode: result.mode,
        year,
        problem: String::new(),
        rules,
        standard,
        eligible: result.eligible,
        moves: all(result.moves),
        stays: all(stayers),
        sections: all(result.sections),
        coefficients: all(result.coefficients),
        shares: all(result.shares),
        levels: all(result.levels),
        change: result.change,
        method: result.method.into(),
        findings: all(result.findings),
    }
}

fn all<A, B: From<A>>(list: Vec<A>) -> Vec<B> {
    list.into_iter().map(Into::into).collect()
}

fn id(text: String) -> TeacherId {
    TeacherId(text.into())
}

impl From<RotationFinding> for Finding {
    fn from(found: RotationFinding) -> Self {
        Self {
            code: found.code,
            severity: found.severity,
            row: None,
            teacher: found.teacher.map(id),
            field: found.field,
            message: found.message,
            remedy: found.remedy,
        }
    }
}

impl From<RotationMove> for Move {
    fn from(found: RotationMove) -> Self {
        Self {
            teacher: id(found.teacher),
            name: PersonName::new(&found.name),
            from: found.from,
            from_name: found.from_name,
            to: found.to,
            to_name: found.to_name,
            stage: found.stage,
            subject: found.subject,
            backbone: found.backbone,
            years: found.years,
            wish: found.wish,
            km: found.km,
            fixed: found.fixed,
            reasons: found.reasons,
        }
    }
}

impl From<RotationStayer> for TeacherNote {
    fn from(stayer: RotationStayer) -> Self {
        Self {
            teacher: id(stayer.teacher),
            name: PersonName::new(&stayer.name),
            school: stayer.school,
            stage: stayer.stage,
            eligible: stayer.eligible,
            wished: stayer.wished,
            why: stayer.why,
        }
    }
}

impl From<RotationSubject> for SubjectShift {
    fn from(subject: RotationSubject) -> Self {
        Self {
            subject: subject.subject,
            posts: subject.posts,
            before: subject.before,
            after: subject.after,
        }
    }
}

impl From<RotationValue> for ValueShift {
    fn from(value: RotationValue) -> Self {
        Self {
            indicator: value.indicator,
            zh: value.zh,
            before: value.before,
            after: value.after,
            before_verdict: value.before_verdict,
            after_verdict: value.after_verdict,
        }
    }
}

impl From<RotationSection> for SectionShift {
    fn from(section: RotationSection) -> Self {
        Self {
            school: section.school,
            name: section.name,
            stage: section.stage,
            leave: section.leave,
            come: section.come,
            teachers: section.teachers,
            posts: section.posts,
            backbone: section.backbone,
            subjects: all(section.subjects),
            values: all(section.values),
            verdict: section.verdict,
        }
    }
}

impl From<RotationCoefficient> for CoefficientShift {
    fn from(coefficient: RotationCoefficient) -> Self {
        Self {
            stage: coefficient.stage,
            indicator: coefficient.indicator,
            zh: coefficient.zh,
            limit: coefficient.limit,
            before: coefficient.before,
            after: coefficient.after,
            before_verdict: coefficient.before_verdict,
            after_verdict: coefficient.after_verdict,
        }
    }
}

impl From<RotationShare> for ShareResult {
    fn from(share: RotationShare) -> Self {
        Self {
            code: share.code,
            zh: share.zh,
            count: share.count,
            base: share.base,
            share: share.share,
            at_least: share.at_least,
            holds: share.holds,
        }
    }
}

impl From<RotationLevel> for LevelResult {
    fn from(level: RotationLevel) -> Self {
        Self {
            code: level.code,
            zh: level.zh,
            unit: level.unit,
            before: level.before,
            after: level.after,
            gap: level.gap,
            proved: level.proved,
        }
    }
}

impl From<RotationMethod> for Method {
    fn from(method: RotationMethod) -> Self {
        Self {
            name: method.name,
            solver: method.solver,
            seed: method.seed,
            solves: method.solves,
            ways: method.ways,
            proved: method.proved,
            ended: method.ended,
        }
    }
}
