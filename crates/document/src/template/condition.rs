//! Conditions: comparisons of figures joined by `and`, `or`, `not`.
//!
//! A comparison with a figure that is missing does not hold; `known(…)` asks. Must not know: blocks.

use crate::figures::{Figures, Kind, Path, PathError, Scope, Thing, Type, Value, direction_word};
use domain::Exact;
use standard::evaluation::Verdict;
use std::cmp::Ordering;
use std::ops::Range;

/// A condition, checked.
#[derive(Clone, Debug)]
pub(super) enum Condition {
    Or(Vec<Condition>),
    And(Vec<Condition>),
    Not(Box<Condition>),
    /// A flag.
    Is(Path),
    /// The figure is there.
    Known(Path),
    /// The year before, a plan or a rotation is there.
    Has(Source),
    Compare(Path, Relation, Side),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Last,
    Plan,
    Rotation,
    Facts,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    Equal,
    Unequal,
    Less,
    AtMost,
    More,
    AtLeast,
}

/// What a figure is compared with.
#[derive(Clone, Debug)]
pub(super) enum Side {
    Number(Exact),
    Word(String),
    Path(Path),
}

const RELATIONS: [(&str, Relation); 6] = [
    ("!=", Relation::Unequal),
    ("<=", Relation::AtMost),
    (">=", Relation::AtLeast),
    ("=", Relation::Equal),
    ("<", Relation::Less),
    (">", Relation::More),
];

/// Words that a verdict or a direction may be compared with.
const VERDICTS: [&str; 5] = ["pass", "near", "fail", "missing", "not_applicable"];
const DIRECTIONS: [&str; 4] = ["rise", "fall", "level", "unknown"];

impl Condition {
    /// Reads a condition.
    pub(super) fn parse(text: &str, scope: &Scope<'_>) -> Result<Self, PathError> {
        let mut reader = Reader { text, at: 0, scope, depth: 0 };
        let condition = reader.either()?;
        reader.space();
        if reader.at < text.len() {
            return Err(refuse(reader.at..text.len(), "条件到这里应当结束".to_owned()));
        }
        Ok(condition)
    }
}

fn refuse(range: Range<usize>, message: String) -> PathError {
    let help =
        "条件写作：county.verdict = pass and county.failing.count > 0；可用 and、or、not、括号、\
                known(…)、has(last)、has(plan)、has(rotation)"
            .to_owned();
    PathError { range, code: "DT-COND-01", message, help }
}

/// How deep brackets may stand in one another.
const DEEPEST: usize = 20;

struct Reader<'t, 's, 'n> {
    text: &'t str,
    at: usize,
    scope: &'s Scope<'n>,
    depth: usize,
}

impl Reader<'_, '_, '_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    /// Takes a sign, or a word that ends there.
    fn takes(&mut self, sign: &str) -> bool {
        self.space();
        let Some(tail) = self.rest().strip_prefix(sign) else { return false };
        let word = sign.bytes().all(|b| b.is_ascii_alphabetic());
        let goes_on = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '[');
        if word && tail.starts_with(goes_on) {
            return false;
        }
        self.at += sign.len();
        true
    }

    fn either(&mut self) -> Result<Condition, PathError> {
        let mut all = vec![self.both()?];
        while self.takes("or") {
            all.push(self.both()?);
        }
        Ok(if all.len() == 1 { all.remove(0) } else { Condition::Or(all) })
    }

    fn both(&mut self) -> Result<Condition, PathError> {
        let mut all = vec![self.one()?];
        while self.takes("and") {
            all.push(self.one()?);
        }
        Ok(if all.len() == 1 { all.remove(0) } else { Condition::And(all) })
    }

    fn one(&mut self) -> Result<Condition, PathError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(refuse(self.at..self.text.len(), "条件嵌套得太深".to_owned()));
        }
        let condition = self.single();
        self.depth -= 1;
        condition
    }

    fn single(&mut self) -> Result<Condition, PathError> {
        if self.takes("not") {
            return Ok(Condition::Not(Box::new(self.one()?)));
        }
        if self.takes("(") {
            let inner = self.either()?;
            self.close()?;
            return Ok(inner);
        }
        if self.takes("known(") {
            let (path, _) = self.path()?;
            self.close()?;
            return Ok(Condition::Known(path));
        }
        if self.takes("has(") {
            let source = if self.takes("last") {
                Source::Last
            } else if self.takes("plan") {
                Source::Plan
            } else if self.takes("rotation") {
                Source::Rotation
            } else if self.takes("facts") {
                Source::Facts
            } else {
                let message =
                    "has(…) 里写 last（上年）、plan（规划）、rotation（交流轮岗）或 facts（数据快照）"
                        .to_owned();
                return Err(refuse(self.at..self.text.len(), message));
            };
            self.close()?;
            return Ok(Condition::Has(source));
        }
        let (path, range) = self.path()?;
        self.space();
        let found = RELATIONS.iter().find(|(sign, _)| self.rest().starts_with(sign));
        let Some((sign, relation)) = found else {
            return if path.leads_to == Type::Of(Kind::Flag) {
                Ok(Condition::Is(path))
            } else {
                let what = kind_zh(path.leads_to);
                Err(PathError {
                    code: "DT-KIND-02",
                    ..refuse(range, format!("“{what}”不能单独作条件，要与什么比较"))
                })
            };
        };
        self.at += sign.len();
        let side = self.side(&path, *relation, range)?;
        Ok(Condition::Compare(path, *relation, side))
    }

    fn close(&mut self) -> Result<(), PathError> {
        if self.takes(")") {
            return Ok(());
        }
        let end = self.text.len();
        Err(refuse(self.at.min(end.saturating_sub(1))..end, "括号没有关上".to_owned()))
    }

    fn word(&mut self) -> Range<usize> {
        self.space();
        let start = self.at;
        let rest = self.rest();
        let ends = |c: char| c.is_whitespace() || "()=<>!'".contains(c);
        let length = rest.find(ends).unwrap_or(rest.len());
        self.at += length;
        start..self.at
    }

    fn path(&mut self) -> Result<(Path, Range<usize>), PathError> {
        let range = self.word();
        if range.is_empty() {
            let end = (range.start + 1).min(self.text.len());
            return Err(refuse(range.start.min(end)..end, "这里缺一个数的路径".to_owned()));
        }
        let text = self.text.get(range.clone()).unwrap_or_default();
        let path = Path::parse(text, self.scope).map_err(|error| PathError {
            range: range.start + error.range.start..range.start + error.range.end,
            ..error
        })?;
        Ok((path, range))
    }

    fn side(
        &mut self,
        path: &Path,
        relation: Relation,
        range: Range<usize>,
    ) -> Result<Side, PathError> {
        let ordered = !matches!(relation, Relation::Equal | Relation::Unequal);
        let Type::Of(kind) = path.leads_to else {
            return Err(refuse(range, "这里要写到具体的数".to_owned()));
        };
        let wrong = |range: Range<usize>, message: String| {
            Err(PathError { code: "DT-KIND-02", ..refuse(range, message) })
        };
        self.space();
        let text_kind = matches!(kind, Kind::Text | Kind::Entry);
        if text_kind && self.takes("'") {
            let rest = self.rest();
            let Some(end) = rest.find('\'') else {
                return Err(refuse(self.at..self.text.len(), "单引号没有关上".to_owned()));
            };
            let word = rest.get(..end).unwrap_or_default().to_owned();
            self.at += end + 1;
            return if ordered {
                wrong(range, "文字只能用 = 或 != 比较".into())
            } else {
                Ok(Side::Word(word))
            };
        }
        let at = self.word();
        let word = self.text.get(at.clone()).unwrap_or_default().to_owned();
        let listed = |known: &[&str], what: &str| {
            if ordered {
                return wrong(at.clone(), format!("{what}只能用 = 或 != 比较"));
            }
            if known.contains(&word.as_str()) {
                return Ok(Side::Word(word.clone()));
            }
            wrong(at.clone(), format!("{what}没有“{word}”，只能写 {}", known.join("、")))
        };
        match kind {
            Kind::Verdict => listed(&VERDICTS, "结论"),
            Kind::Direction => listed(&DIRECTIONS, "升降"),
            kind if kind.is_number() => {
                if let Ok(number) = Exact::parse(&word) {
                    return Ok(Side::Number(number));
                }
                let other = Path::parse(&word, self.scope).map_err(|error| PathError {
                    range: at.start + error.range.start..at.start + error.range.end,
                    ..error
                })?;
                match other.leads_to {
                    Type::Of(kind) if kind.is_number() => Ok(Side::Path(other)),
                    other => wrong(at, format!("数值不能与“{}”比较", kind_zh(other))),
                }
            }
            Kind::Text | Kind::Entry => wrong(at, "文字要写在单引号里".to_owned()),
            other => wrong(range, format!("“{}”不能比较", other.zh())),
        }
    }
}

pub(super) fn kind_zh(leads_to: Type) -> String {
    match leads_to {
        Type::Thing(entity) => entity.zh().to_owned(),
        Type::Of(kind) => kind.zh(),
    }
}

impl Condition {
    /// Whether it holds; `bound` are the things of the variables.
    pub(super) fn holds<'f>(&self, figures: &'f Figures<'f>, bound: &[Thing<'f>]) -> bool {
        match self {
            Self::Or(all) => all.iter().any(|c| c.holds(figures, bound)),
            Self::And(all) => all.iter().all(|c| c.holds(figures, bound)),
            Self::Not(inner) => !inner.holds(figures, bound),
            Self::Is(path) => matches!(path.find(figures, bound).value, Value::Flag(true)),
            Self::Known(path) => {
                let found = path.find(figures, bound);
                found.thing.is_some()
                    || !matches!(found.value, Value::Missing(_) | Value::Direction(None))
            }
            Self::Has(Source::Last) => figures.last.is_some(),
            Self::Has(Source::Plan) => figures.plan.is_some(),
            Self::Has(Source::Rotation) => figures.now.rotation.is_some(),
            Self::Has(Source::Facts) => figures.now.facts.is_some(),
            Self::Compare(path, relation, side) => {
                let left = path.find(figures, bound).value;
                match side {
                    Side::Number(right) => {
                        left.number().is_some_and(|n| relation.of(n.exact.cmp(right)))
                    }
                    Side::Path(right) => {
                        let right = right.find(figures, bound).value;
                        match (left.number(), right.number()) {
                            (Some(a), Some(b)) => relation.of(a.exact.cmp(&b.exact)),
                            _ => false,
                        }
                    }
                    Side::Word(right) => {
                        let Some(left) = word(&left) else { return false };
                        (left == right.as_str()) == (*relation == Relation::Equal)
                    }
                }
            }
        }
    }
}

/// The word that a value is compared by.
fn word<'v>(value: &'v Value<'_>) -> Option<&'v str> {
    Some(match value {
        Value::Text(text) => text,
        Value::Verdict(verdict) => match verdict {
            Verdict::Pass => "pass",
            Verdict::Near => "near",
            Verdict::Fail => "fail",
            Verdict::Missing => "missing",
            Verdict::NotApplicable => "not_applicable",
        },
        Value::Direction(direction) => direction_word(*direction),
        _ => return None,
    })
}

impl Relation {
    fn of(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::Unequal => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::AtMost => order.is_le(),
            Self::More => order.is_gt(),
            Self::AtLeast => order.is_ge(),
        }
    }
}
