//! What is wrong with a formula, and where.

use crate::Type;
use domain::Level;
use std::fmt;
use std::ops::Range;

/// What is wrong with a formula. [`Problem::code`] is stable.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// `F-LIMIT-01`: the text is too long.
    #[error("公式过长（{found} 字），最多 {limit} 字；请拆成几个定义")]
    TooLong {
        /// Characters allowed.
        limit: usize,
        /// Characters found.
        found: usize,
    },
    /// `F-LIMIT-02`: it is nested too deeply.
    #[error("公式嵌套或连续运算超过 {limit} 层；请拆成几个定义")]
    TooDeep {
        /// Levels allowed.
        limit: usize,
    },
    /// `F-LIMIT-03`: a number has too many digits.
    #[error("数字过长：整数部分最多 {whole} 位，小数部分最多 {decimals} 位")]
    LongNumber {
        /// Digits allowed before the point.
        whole: usize,
        /// Digits allowed behind the point.
        decimals: usize,
    },
    /// `F-PARSE-01`: a character that the language does not have.
    #[error("公式中不能出现字符“{found}”{hint}")]
    Character {
        /// The character.
        found: char,
        /// What to write in its place; may be empty.
        hint: String,
    },
    /// `F-PARSE-02`: a quoted code is not closed.
    #[error("单引号没有成对；代码应写作 'primary'")]
    OpenQuote,
    /// `F-PARSE-03`: something else was expected here.
    #[error("此处应为{expected}，实为{found}")]
    Expected {
        /// What may stand here.
        expected: String,
        /// What stands here.
        found: String,
    },
    /// `F-PARSE-04`: a number is written in a way the language does not have.
    #[error("“{0}”不是数字；小数应写作 0.5，不用科学计数法")]
    BadNumber(String),
    /// `F-PARSE-05`: two comparisons in a row.
    #[error("比较不能连写；请写成 a < b and b < c")]
    ChainedComparison,
    /// `F-PARSE-06`: there is no formula.
    #[error("公式为空")]
    Empty,
    /// `F-NAME-01`: no item, parameter or definition has this name.
    #[error("没有名为“{name}”的数据项、参数或定义{hint}")]
    UnknownName {
        /// The name.
        name: String,
        /// The nearest known name; may be empty.
        hint: String,
    },
    /// `F-NAME-02`: no function has this name.
    #[error("没有名为“{name}”的函数{hint}")]
    UnknownFunction {
        /// The name.
        name: String,
        /// The nearest known name; may be empty.
        hint: String,
    },
    /// `F-NAME-03`: the item lies below or beside the level of the formula.
    #[error(
        "“{name}”（{zh}）是{}级数据，{}级公式不能直接使用；{}",
        owner.zh(), level.zh(), reach_hint(*level, *owner)
    )]
    OutOfReach {
        /// The name.
        name: String,
        /// Its Chinese name.
        zh: String,
        /// The level that has it.
        owner: Level,
        /// The level of the formula here.
        level: Level,
    },
    /// `F-NAME-04`: an item is named in Chinese.
    #[error("公式中请写代码 {code}，不写中文名“{zh}”")]
    ChineseName {
        /// The name found.
        zh: String,
        /// What to write.
        code: String,
    },
    /// `F-NAME-05`: dates have no arithmetic here.
    #[error("“{name}”（{zh}）是日期，公式不能使用日期")]
    DateItem {
        /// The name.
        name: String,
        /// Its Chinese name.
        zh: String,
    },
    /// `F-UNIT-01`: no unit has this name.
    #[error("不认识的计量单位“{name}”{hint}")]
    UnknownUnit {
        /// The name.
        name: String,
        /// What was perhaps meant; may be empty.
        hint: String,
    },
    /// `F-UNIT-02`: two numbers of different units are added or compared.
    #[error("{doing}单位不同：分别是“{left}”和“{right}”{hint}")]
    DifferentUnits {
        /// What is done to them: 比较的两边, …
        doing: String,
        /// Unit on the left.
        left: String,
        /// Unit on the right.
        right: String,
        /// How to convert, where that is possible; may be empty.
        hint: String,
    },
    /// `F-UNIT-03`: `in` asks for a unit of other things.
    #[error("不能把“{from}”换算成“{to}”：二者计量的不是同一类事物")]
    NotConvertible {
        /// The unit that it has.
        from: String,
        /// The unit that was asked for.
        to: String,
    },
    /// `F-TYPE-01`: a value of this type cannot stand here.
    #[error("{place}应为{expected}，实为{found}")]
    WrongType {
        /// Where: 加法的左边, …
        place: String,
        /// The type that may stand here.
        expected: String,
        /// The type that stands here.
        found: Type,
    },
    /// `F-TYPE-02`: two types that cannot be combined.
    #[error("{doing}类型不同：分别是{left}和{right}")]
    DifferentTypes {
        /// What is done to them: 比较的两边, …
        doing: String,
        /// Type on the left.
        left: Type,
        /// Type on the right.
        right: Type,
    },
    /// `F-CODE-01`: the closed list does not have this code.
    #[error("“{subject}”没有代码 '{code}'；可用代码：{known}")]
    UnknownCode {
        /// Chinese name of the item.
        subject: String,
        /// The code.
        code: String,
        /// The codes that it has, with their labels.
        known: String,
    },
    /// `F-CALL-01`: a function is called with too many or too few values.
    #[error("函数 {function} 需要 {expected}，实为 {found} 个")]
    ArgumentCount {
        /// The function.
        function: String,
        /// How many it takes, in words.
        expected: String,
        /// How many were given.
        found: usize,
    },
    /// `F-CALL-02`: the digits of `round` are not a small whole number.
    #[error("round 的小数位数应为 0 到 12 的整数")]
    Digits,
    /// `F-CALL-03`: `split` stands where there is no section.
    #[error("split 只能用于学段级公式，此处是{}级", level.zh())]
    SplitLevel {
        /// The level here.
        level: Level,
    },
    /// `F-CALL-04`: an aggregate over a level that does not lie below.
    #[error("{}级公式不能对 {over} 汇总；{}", level.zh(), aggregate_hint(*level))]
    AggregateLevel {
        /// The level here.
        level: Level,
        /// The level that was to be visited.
        over: Level,
    },
    /// `F-CALL-05`: `split` needs the pupils of a section and the catalogue does not have them.
    #[error("数据项目录中没有学段级数值项 pupils(在校生数),split 无法分摊")]
    NoPupils,
    /// `F-CALL-06`: an aggregate without what it aggregates.
    #[error(
        "{function} 缺少汇总的内容，应写作 {function}(school: …) 或 {function}(school where 条件: …)"
    )]
    NothingAggregated {
        /// The function.
        function: String,
    },
}

fn reach_hint(level: Level, owner: Level) -> String {
    if crate::places::is_below(owner, level) {
        format!("请用 sum、count、all 等对{}汇总", crate::chinese::each(owner))
    } else {
        format!("从{}看不到{}", level.zh(), owner.zh())
    }
}

fn aggregate_hint(level: Level) -> String {
    let below: Vec<_> = crate::places::AGGREGATED
        .into_iter()
        .filter(|over| crate::places::is_below(*over, level))
        .map(Level::code)
        .collect();
    if below.is_empty() {
        "这一级之下没有可汇总的对象".into()
    } else {
        format!("此处可汇总：{}", below.join("、"))
    }
}

impl Problem {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "F-LIMIT-01",
            Self::TooDeep { .. } => "F-LIMIT-02",
            Self::LongNumber { .. } => "F-LIMIT-03",
            Self::Character { .. } => "F-PARSE-01",
            Self::OpenQuote => "F-PARSE-02",
            Self::Expected { .. } => "F-PARSE-03",
            Self::BadNumber(_) => "F-PARSE-04",
            Self::ChainedComparison => "F-PARSE-05",
            Self::Empty => "F-PARSE-06",
            Self::UnknownName { .. } => "F-NAME-01",
            Self::UnknownFunction { .. } => "F-NAME-02",
            Self::OutOfReach { .. } => "F-NAME-03",
            Self::ChineseName { .. } => "F-NAME-04",
            Self::DateItem { .. } => "F-NAME-05",
            Self::UnknownUnit { .. } => "F-UNIT-01",
            Self::DifferentUnits { .. } => "F-UNIT-02",
            Self::NotConvertible { .. } => "F-UNIT-03",
            Self::WrongType { .. } => "F-TYPE-01",
            Self::DifferentTypes { .. } => "F-TYPE-02",
            Self::UnknownCode { .. } => "F-CODE-01",
            Self::ArgumentCount { .. } => "F-CALL-01",
            Self::Digits => "F-CALL-02",
            Self::SplitLevel { .. } => "F-CALL-03",
            Self::AggregateLevel { .. } => "F-CALL-04",
            Self::NoPupils => "F-CALL-05",
            Self::NothingAggregated { .. } => "F-CALL-06",
        }
    }
}

/// A bad formula: the problem, its place, and the line with a caret below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormulaError {
    problem: Box<Problem>,
    line: usize,
    column: usize,
    span: Range<usize>,
    excerpt: String,
}

impl FormulaError {
    pub(crate) fn new(source: &str, span: Range<usize>, problem: Problem) -> Self {
        let start = floor_boundary(source, span.start);
        let end = floor_boundary(source, span.end).max(start);
        let before = source.get(..start).unwrap_or_default();
        let from = before.rfind('\n').map_or(0, |i| i + 1);
        let line = before.matches('\n').count() + 1;
        let lead = source.get(from..start).unwrap_or_default();
        let rest = source.get(from..).unwrap_or_default();
        let text = rest.lines().next().unwrap_or_default();
        let marked = source.get(start..end.min(from + text.len())).unwrap_or_default();
        Self {
            problem: Box::new(problem),
            line,
            column: lead.chars().count() + 1,
            span: start..end,
            excerpt: excerpt(text, lead, marked),
        }
    }

    /// What is wrong.
    #[must_use]
    pub fn problem(&self) -> &Problem {
        &self.problem
    }

    /// The stable code, as `F-UNIT-02`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.problem.code()
    }

    /// Line within the formula, from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        self.line
    }

    /// Column in characters, from 1.
    #[must_use]
    pub fn column(&self) -> usize {
        self.column
    }

    /// Bytes of the formula's source that it concerns.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// Two lines: the line of the formula, and carets below what is wrong.
    #[must_use]
    pub fn excerpt(&self) -> &str {
        &self.excerpt
    }
}

impl fmt::Display for FormulaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { problem, line, column, excerpt, .. } = self;
        write!(f, "{} 第 {line} 行第 {column} 列：{problem}\n{excerpt}", problem.code())
    }
}

impl std::error::Error for FormulaError {}

/// A problem on its way out of the parser, which does not know the whole source.
#[derive(Debug)]
pub(crate) struct Fault {
    span: Range<usize>,
    problem: Box<Problem>,
}

/// A problem with the bytes that it concerns.
pub(crate) fn fault(span: Range<usize>, problem: Problem) -> Fault {
    Fault { span, problem: Box::new(problem) }
}

impl Fault {
    pub(crate) fn in_source(self, source: &str) -> FormulaError {
        FormulaError::new(source, self.span, *self.problem)
    }
}

fn floor_boundary(source: &str, at: usize) -> usize {
    let mut at = at.min(source.len());
    while !source.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Characters shown on each side of the place in a long line.
const AROUND: usize = 60;

fn excerpt(text: &str, lead: &str, marked: &str) -> String {
    let skipped = lead.chars().count().saturating_sub(AROUND);
    let mark = if skipped > 0 { "…" } else { "" };
    let shown: String = text.chars().skip(skipped).take(2 * AROUND).map(visible).collect();
    let indent: usize = lead.chars().skip(skipped).map(width).sum();
    let carets: usize = marked.chars().take(AROUND).map(width).sum();
    format!(
        "  {mark}{shown}\n  {}{}",
        " ".repeat(mark.chars().count() + indent),
        "^".repeat(carets.max(1))
    )
}

/// Control characters would break the line.
fn visible(c: char) -> char {
    if c.is_control() { ' ' } else { c }
}

/// Columns that a character takes on a terminal.
fn width(c: char) -> usize {
    let wide = matches!(u32::from(c),
        0x1100..=0x115F | 0x2E80..=0x303E | 0x3041..=0xA4CF | 0xAC00..=0xD7A3
        | 0xF900..=0xFAFF | 0xFE30..=0xFE6F | 0xFF00..=0xFF60 | 0xFFE0..=0xFFE6
        | 0x1_F300..=0x1_FAFF | 0x2_0000..=0x3_FFFD);
    1 + usize::from(wide)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn carets_stand_below_what_they_mean() {
        let source = "a +\n45 人 + 学 + b";
        let at = source.find('学').unwrap();
        let error = FormulaError::new(source, at..at + 3, Problem::Empty);
        assert_eq!((error.line(), error.column()), (2, 8));
        assert_eq!(error.excerpt(), "  45 人 + 学 + b\n          ^^");
    }

    #[test]
    fn any_place_has_an_excerpt() {
        let source = "均衡\n";
        for start in 0..10 {
            for end in 0..10 {
                let error = FormulaError::new(source, start..end, Problem::Empty);
                assert!(error.excerpt().contains('^'), "{start}..{end}");
            }
        }
        let long = "均".repeat(500);
        let error = FormulaError::new(&long, 900..903, Problem::Empty);
        assert!(error.excerpt().chars().count() < 400);
    }
}
