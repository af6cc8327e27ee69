//! Types and units: builds the nodes of the tree and refuses those that do not agree.

use crate::Type;
use crate::error::{Fault, Problem, fault};
use crate::number::Number;
use crate::parse::{Node, Typed};
use crate::tree::{Arithmetic, Comparison, Expr, Logic, Quoted};
use crate::vocabulary::Codes;
use domain::Unit;
use std::ops::Range;

fn number<'t>(typed: &'t Typed, place: &str) -> Result<&'t Unit, Fault> {
    typed.result.unit().ok_or_else(|| {
        let problem = Problem::WrongType {
            place: place.into(),
            expected: "数值".into(),
            found: typed.result.clone(),
        };
        fault(typed.span.clone(), problem)
    })
}

/// Refuses what is no flag.
pub(crate) fn flag(typed: &Typed, place: &str) -> Result<(), Fault> {
    if typed.result == Type::Flag {
        return Ok(());
    }
    let problem = Problem::WrongType {
        place: place.into(),
        expected: "是/否（如一个比较）".into(),
        found: typed.result.clone(),
    };
    Err(fault(typed.span.clone(), problem))
}

fn different(doing: &str, span: Range<usize>, left: &Unit, right: &Unit) -> Fault {
    let target = [right, left].into_iter().find(|unit| named(unit) && !unit.is_one());
    let hint = match target {
        Some(target) if left.is_compatible(right) => {
            format!("；可用 in 换算成同一单位，如 (…) in {target}")
        }
        _ => String::new(),
    };
    let (left, right) = (unit_name(left), unit_name(right));
    fault(span, Problem::DifferentUnits { doing: doing.into(), left, right, hint })
}

/// Can the unit be written in a formula?
fn named(unit: &Unit) -> bool {
    Unit::parse(&unit.to_string()).is_ok_and(|back| back.is_same(unit))
}

fn unit_name(unit: &Unit) -> String {
    if unit.is_one() { "无单位".into() } else { unit.to_string() }
}

impl Arithmetic {
    const fn zh(self) -> &'static str {
        match self {
            Self::Add => "加法",
            Self::Subtract => "减法",
            Self::Multiply => "乘法",
            Self::Divide => "除法",
        }
    }
}

/// `left op right`, where `span` is the operator.
pub(crate) fn arithmetic(
    operator: Arithmetic,
    left: Node,
    right: Node,
    span: Range<usize>,
) -> Result<Node, Fault> {
    let mine = number(&left, &format!("{}的左边", operator.zh()))?;
    let theirs = number(&right, &format!("{}的右边", operator.zh()))?;
    let unit = match operator {
        Arithmetic::Add | Arithmetic::Subtract => {
            if !mine.is_same(theirs) {
                return Err(different(&format!("{}的两边", operator.zh()), span, mine, theirs));
            }
            mine.clone()
        }
        Arithmetic::Multiply if mine.is_one() => theirs.clone(),
        Arithmetic::Multiply | Arithmetic::Divide if theirs.is_one() => mine.clone(),
        Arithmetic::Multiply => mine.times(theirs),
        Arithmetic::Divide => mine.divided(theirs),
    };
    Ok(Typed::pair(left, right, Type::Number(unit), |pair| Expr::Arithmetic(operator, pair)))
}

/// `-x`
pub(crate) fn negate(value: Node, span: Range<usize>) -> Result<Node, Fault> {
    number(&value, "负号之后")?;
    Ok(value.wrap(span, Expr::Negate))
}

/// `left op right`, where `span` is the operator.
pub(crate) fn compare(
    operator: Comparison,
    mut left: Node,
    mut right: Node,
    span: Range<usize>,
) -> Result<Node, Fault> {
    let equality = matches!(operator, Comparison::Equal | Comparison::NotEqual);
    match (&left.result, &right.result) {
        (Type::Number(mine), Type::Number(theirs)) => {
            if !mine.is_same(theirs) {
                return Err(different("比较的两边", span, mine, theirs));
            }
        }
        (Type::Code | Type::Text, Type::Code | Type::Text) if equality => {
            name_code(&left, &mut right)?;
            name_code(&right, &mut left)?;
            let mixed = left.result != right.result;
            if mixed
                && !matches!((&left.expr, &right.expr), (Expr::Quoted(_), _) | (_, Expr::Quoted(_)))
            {
                return Err(types_differ(&left, &right, span));
            }
        }
        (Type::Flag, Type::Flag) if equality => {}
        (mine, theirs) if mine.is_same(theirs) => {
            let problem = Problem::WrongType {
                place: "大小比较".into(),
                expected: "数值（是/否、代码和文本只能用 = 或 !=）".into(),
                found: left.result.clone(),
            };
            return Err(fault(left.span, problem));
        }
        _ => return Err(types_differ(&left, &right, span)),
    }
    Ok(Typed::pair(left, right, Type::Flag, |pair| Expr::Compare(operator, pair)))
}

fn types_differ(left: &Typed, right: &Typed, span: Range<usize>) -> Fault {
    let (left, right) = (left.result.clone(), right.result.clone());
    fault(span, Problem::DifferentTypes { doing: "比较的两边".into(), left, right })
}

/// Looks a quoted code up in the closed list of what it is compared with.
fn name_code(subject: &Typed, quoted: &mut Typed) -> Result<(), Fault> {
    if let (Some(codes), Expr::Quoted(code)) = (&subject.codes, &mut quoted.expr) {
        code.zh = Some(label(subject, codes, &code.code, quoted.span.clone())?);
    }
    Ok(())
}

fn label(
    subject: &Typed,
    codes: &Codes,
    code: &str,
    span: Range<usize>,
) -> Result<Box<str>, Fault> {
    if let Some((_, zh)) = codes.iter().find(|(known, _)| known == code) {
        return Ok(zh.as_str().into());
    }
    let known: Vec<_> = codes.iter().map(|(code, zh)| format!("'{code}'({zh})")).collect();
    let problem = Problem::UnknownCode {
        subject: subject.name.clone().unwrap_or_default(),
        code: code.to_owned(),
        known: known.join("、"),
    };
    Err(fault(span, problem))
}

/// `subject in ('a', 'b')`
pub(crate) fn one_of(
    subject: Node,
    listed: Vec<(Box<str>, Range<usize>)>,
    end: usize,
) -> Result<Node, Fault> {
    if !matches!(subject.result, Type::Code | Type::Text) {
        let problem = Problem::WrongType {
            place: "代码列表的 in 之前".into(),
            expected: "代码或文本".into(),
            found: subject.result,
        };
        return Err(fault(subject.span, problem));
    }
    let quoted: Vec<Quoted> = listed
        .into_iter()
        .map(|(code, span)| {
            let zh = match &subject.codes {
                Some(codes) => Some(label(&subject, codes, &code, span)?),
                None => None,
            };
            Ok(Quoted { code, zh })
        })
        .collect::<Result<_, Fault>>()?;
    let span = subject.span.start..end;
    let mut typed = subject.wrap(span, |value| Expr::OneOf(value, quoted));
    typed.result = Type::Flag;
    Ok(typed)
}

/// `value in UNIT`
pub(crate) fn convert(value: Node, unit: Unit, span: Range<usize>) -> Result<Node, Fault> {
    let from = number(&value, "换算 in 之前")?;
    if !from.is_compatible(&unit) {
        return Err(fault(
            span,
            Problem::NotConvertible { from: unit_name(from), to: unit_name(&unit) },
        ));
    }
    let factor = Number::from_exact(unit.factor_from(from));
    let whole = value.span.start..span.end;
    let result = Type::Number(unit.clone());
    let mut typed = value.wrap(whole, |value| Expr::Convert { value, unit, factor });
    typed.result = result;
    Ok(typed)
}

/// `left and right`, `left or right`
pub(crate) fn logic(operator: Logic, left: Node, right: Node) -> Result<Node, Fault> {
    let word = if operator == Logic::And { "and" } else { "or" };
    flag(&left, &format!("{word} 的左边"))?;
    flag(&right, &format!("{word} 的右边"))?;
    Ok(Typed::pair(left, right, Type::Flag, |pair| Expr::Logic(operator, pair)))
}

/// `not x`
pub(crate) fn not(value: Node, span: Range<usize>) -> Result<Node, Fault> {
    flag(&value, "not 之后")?;
    Ok(value.wrap(span, Expr::Not))
}

/// Refuses values that cannot stand in for one another: branches of `if`, values of `min`.
pub(crate) fn alike(first: &Typed, other: &Typed, doing: &str) -> Result<(), Fault> {
    match (&first.result, &other.result) {
        (mine, theirs) if mine.is_same(theirs) => Ok(()),
        (Type::Number(mine), Type::Number(theirs)) => {
            Err(different(doing, other.span.clone(), mine, theirs))
        }
        (mine, theirs) => {
            let (left, right) = (mine.clone(), theirs.clone());
            let problem = Problem::DifferentTypes { doing: doing.into(), left, right };
            Err(fault(other.span.clone(), problem))
        }
    }
}

/// Refuses what is no number and returns its unit.
pub(crate) fn numeric(typed: &Typed, place: &str) -> Result<Unit, Fault> {
    number(typed, place).cloned()
}
