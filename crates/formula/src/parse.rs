//! The grammar: from tokens to the typed tree, in one pass.
//!
//! ```text
//! or      = and { "or" and }
//! and     = not { "and" not }
//! not     = "not" not | compare
//! compare = within [ ("=" | "!=" | "<" | "<=" | ">" | ">=") within ]
//! within  = sum { "in" ( UNIT | "(" CODE { "," CODE } ")" ) }
//! sum     = product { ("+" | "-") product }
//! product = unary { ("*" | "/") unary }
//! unary   = "-" unary | primary
//! primary = NUMBER [ UNIT ] | CODE | NAME | call | "(" or ")"
//! ```

use crate::check;
use crate::error::{Fault, FormulaError, Problem, fault};
use crate::number::Number;
use crate::tree::{Arithmetic, Comparison, Expr, Logic, Quoted};
use crate::vocabulary::{Codes, FUNCTIONS};
use crate::{Type, Vocabulary, distance, places, token};
use domain::{Exact, Level, Unit};
use std::ops::Range;
use token::Token;

/// Levels of nesting and of the tree: bounds every walk over it.
const MAX_DEPTH: usize = 64;

/// A node with its type, being built.
pub(crate) struct Typed {
    pub(crate) expr: Expr,
    pub(crate) result: Type,
    pub(crate) span: Range<usize>,
    pub(crate) height: usize,
    /// The closed list, where the node is a code with one.
    pub(crate) codes: Option<Codes>,
    /// Chinese name, where the node is a name.
    pub(crate) name: Option<String>,
}

/// Boxed, so that the frames of the recursive grammar stay small.
pub(crate) type Node = Box<Typed>;

impl Typed {
    /// A node of a given height.
    pub(crate) fn node(expr: Expr, result: Type, span: Range<usize>, height: usize) -> Node {
        Box::new(Self { expr, result, span, height, codes: None, name: None })
    }

    pub(crate) fn leaf(expr: Expr, result: Type, span: Range<usize>) -> Node {
        Self::node(expr, result, span, 1)
    }

    /// A node with one below it, of the same type.
    pub(crate) fn wrap(self, span: Range<usize>, node: impl FnOnce(Box<Expr>) -> Expr) -> Node {
        Self::node(node(Box::new(self.expr)), self.result, span, self.height + 1)
    }

    /// A node with two below it.
    pub(crate) fn pair(
        left: Node,
        right: Node,
        result: Type,
        node: impl FnOnce(Box<[Expr; 2]>) -> Expr,
    ) -> Node {
        let height = left.height.max(right.height) + 1;
        let span = left.span.start..right.span.end;
        Self::node(node(Box::new([left.expr, right.expr])), result, span, height)
    }
}

/// Where the grammar stands in the tokens.
pub(crate) struct Parser<'s, 'v> {
    tokens: Vec<(Token<'s>, Range<usize>)>,
    next: usize,
    depth: usize,
    pub(crate) vocabulary: &'v Vocabulary<'v>,
    /// The level at which names are looked up here: inside an aggregate that of its elements.
    pub(crate) level: Level,
}

/// Reads a whole source.
pub(crate) fn parse(
    source: &str,
    vocabulary: &Vocabulary<'_>,
    level: Level,
) -> Result<(Expr, Type), FormulaError> {
    let tokens = token::tokens(source)?;
    let mut parser = Parser { tokens, next: 0, depth: 0, vocabulary, level };
    parser.whole().map_err(|fault| fault.in_source(source))
}

impl<'s> Parser<'s, '_> {
    fn whole(&mut self) -> Result<(Expr, Type), Fault> {
        if *self.peek() == Token::End {
            return Err(fault(self.span(), Problem::Empty));
        }
        let typed = self.expression()?;
        if *self.peek() != Token::End {
            return Err(self.unexpected("运算符或公式结尾"));
        }
        Ok((typed.expr, typed.result))
    }

    pub(crate) fn peek(&self) -> &Token<'s> {
        self.tokens.get(self.next).map_or(&Token::End, |(token, _)| token)
    }

    fn peek_second(&self) -> &Token<'s> {
        self.tokens.get(self.next + 1).map_or(&Token::End, |(token, _)| token)
    }

    pub(crate) fn span(&self) -> Range<usize> {
        self.tokens.get(self.next).map_or(0..0, |(_, span)| span.clone())
    }

    /// Moves on and returns the bytes of the token left behind. Never moves past the end.
    pub(crate) fn advance(&mut self) -> Range<usize> {
        let span = self.span();
        if *self.peek() != Token::End {
            self.next += 1;
        }
        span
    }

    fn take_symbol(&mut self, symbol: &str) -> Option<Range<usize>> {
        matches!(self.peek(), Token::Symbol(s) if *s == symbol).then(|| self.advance())
    }

    fn take_word(&mut self, word: &str) -> Option<Range<usize>> {
        matches!(self.peek(), Token::Name(n) if *n == word).then(|| self.advance())
    }

    pub(crate) fn is_word(&self, word: &str) -> bool {
        matches!(self.peek(), Token::Name(n) if *n == word)
    }

    pub(crate) fn unexpected(&self, expected: &str) -> Fault {
        let found = self.peek().describe();
        fault(self.span(), Problem::Expected { expected: expected.into(), found })
    }

    pub(crate) fn expect(&mut self, symbol: &str) -> Result<Range<usize>, Fault> {
        self.take_symbol(symbol).ok_or_else(|| self.unexpected(&format!("“{symbol}”")))
    }

    /// Counts a level of nesting while `inner` reads it.
    fn nested<T>(&mut self, inner: impl FnOnce(&mut Self) -> Result<T, Fault>) -> Result<T, Fault> {
        if self.depth >= MAX_DEPTH {
            return Err(fault(self.span(), Problem::TooDeep { limit: MAX_DEPTH }));
        }
        self.depth += 1;
        let result = inner(self);
        self.depth -= 1;
        result
    }

    /// Refuses a tree that has grown too high.
    pub(crate) fn bounded(typed: Node) -> Result<Node, Fault> {
        if typed.height > MAX_DEPTH {
            return Err(fault(typed.span, Problem::TooDeep { limit: MAX_DEPTH }));
        }
        Ok(typed)
    }

    pub(crate) fn expression(&mut self) -> Result<Node, Fault> {
        self.nested(Self::or)
    }

    fn or(&mut self) -> Result<Node, Fault> {
        let mut left = self.and()?;
        while self.take_word("or").is_some() {
            let right = self.and()?;
            left = Self::bounded(check::logic(Logic::Or, left, right)?)?;
        }
        Ok(left)
    }

    fn and(&mut self) -> Result<Node, Fault> {
        let mut left = self.not()?;
        while self.take_word("and").is_some() {
            let right = self.not()?;
            left = Self::bounded(check::logic(Logic::And, left, right)?)?;
        }
        Ok(left)
    }

    fn not(&mut self) -> Result<Node, Fault> {
        let Some(span) = self.take_word("not") else { return self.compare() };
        let value = self.nested(Self::not)?;
        let span = span.start..value.span.end;
        Self::bounded(check::not(value, span)?)
    }

    fn comparison(&self) -> Option<Comparison> {
        Some(match self.peek() {
            Token::Symbol("=") => Comparison::Equal,
            Token::Symbol("!=") => Comparison::NotEqual,
            Token::Symbol("<") => Comparison::Less,
            Token::Symbol("<=") => Comparison::LessOrEqual,
            Token::Symbol(">") => Comparison::Greater,
            Token::Symbol(">=") => Comparison::GreaterOrEqual,
            _ => return None,
        })
    }

    fn compare(&mut self) -> Result<Node, Fault> {
        let left = self.within()?;
        let Some(operator) = self.comparison() else { return Ok(left) };
        let span = self.advance();
        let right = self.within()?;
        let typed = Self::bounded(check::compare(operator, left, right, span)?)?;
        if self.comparison().is_some() {
            return Err(fault(self.span(), Problem::ChainedComparison));
        }
        Ok(typed)
    }

    fn within(&mut self) -> Result<Node, Fault> {
        let mut value = self.sum()?;
        while self.take_word("in").is_some() {
            value = match self.peek().clone() {
                Token::Unit(unit) => {
                    let span = self.advance();
                    check::convert(value, unit, span)?
                }
                Token::Symbol("(") => self.code_list(value)?,
                Token::Words(words) => return Err(self.no_unit(words)),
                _ => return Err(self.unexpected("单位（如 in 元）或代码列表（如 in ('a', 'b')）")),
            };
            value = Self::bounded(value)?;
        }
        Ok(value)
    }

    fn code_list(&mut self, subject: Node) -> Result<Node, Fault> {
        self.expect("(")?;
        let mut listed: Vec<(Box<str>, Range<usize>)> = Vec::new();
        loop {
            let Token::Quoted(code) = *self.peek() else {
                return Err(self.unexpected("单引号中的代码（如 'primary'）"));
            };
            listed.push((code.into(), self.advance()));
            if self.take_symbol(",").is_none() {
                break;
            }
        }
        let end = self.expect(")")?.end;
        check::one_of(subject, listed, end)
    }

    fn sum(&mut self) -> Result<Node, Fault> {
        let mut left = self.product()?;
        loop {
            let operator = match self.peek() {
                Token::Symbol("+") => Arithmetic::Add,
                Token::Symbol("-") => Arithmetic::Subtract,
                _ => return Ok(left),
            };
            let span = self.advance();
            let right = self.product()?;
            left = Self::bounded(check::arithmetic(operator, left, right, span)?)?;
        }
    }

    fn product(&mut self) -> Result<Node, Fault> {
        let mut left = self.unary()?;
        loop {
            let operator = match self.peek() {
                Token::Symbol("*") => Arithmetic::Multiply,
                Token::Symbol("/") => Arithmetic::Divide,
                _ => return Ok(left),
            };
            let span = self.advance();
            let right = self.unary()?;
            left = Self::bounded(check::arithmetic(operator, left, right, span)?)?;
        }
    }

    fn unary(&mut self) -> Result<Node, Fault> {
        let Some(span) = self.take_symbol("-") else { return self.primary() };
        let value = self.nested(Self::unary)?;
        let span = span.start..value.span.end;
        Self::bounded(check::negate(value, span)?)
    }

    fn primary(&mut self) -> Result<Node, Fault> {
        match self.peek().clone() {
            Token::Number(number) => self.number(number),
            Token::Quoted(code) => {
                let quoted = Expr::Quoted(Quoted { code: code.into(), zh: None });
                Ok(Typed::leaf(quoted, Type::Code, self.advance()))
            }
            Token::Symbol("(") => {
                let start = self.advance().start;
                let mut inner = self.expression()?;
                inner.span = start..self.expect(")")?.end;
                Ok(inner)
            }
            Token::Name(name) => {
                if matches!(self.peek_second(), Token::Symbol("(")) && !is_infix(name) {
                    return self.call(name);
                }
                self.name(name)
            }
            Token::Words(words) => Err(self.chinese(words)),
            _ => Err(self.unexpected("数字、名称、代码或左括号")),
        }
    }

    fn number(&mut self, number: Exact) -> Result<Node, Fault> {
        let mut span = self.advance();
        let (unit, result) = match self.peek().clone() {
            Token::Unit(unit) => {
                span.end = self.advance().end;
                (Some(unit.clone()), Type::Number(unit))
            }
            Token::Words(words) => return Err(self.no_unit(words)),
            _ => (None, Type::Number(Unit::ONE)),
        };
        let value = Number::from_exact(number);
        Ok(Typed::leaf(Expr::Number { value, unit }, result, span))
    }

    fn name(&mut self, name: &'s str) -> Result<Node, Fault> {
        let span = self.span();
        if FUNCTIONS.contains(&name) {
            self.advance();
            return Err(self.unexpected("“(”"));
        }
        let Some(resolved) = self.vocabulary.resolve(name) else {
            if is_infix(name) {
                return Err(self.unexpected("数字、名称、代码或左括号"));
            }
            let hint = self.vocabulary.suggestion(name);
            return Err(fault(span, Problem::UnknownName { name: name.to_owned(), hint }));
        };
        if !places::is_visible(resolved.level, self.level) {
            let problem = Problem::OutOfReach {
                name: name.to_owned(),
                zh: resolved.zh,
                owner: resolved.level,
                level: self.level,
            };
            return Err(fault(span, problem));
        }
        if resolved.is_date {
            return Err(fault(span, Problem::DateItem { name: name.to_owned(), zh: resolved.zh }));
        }
        self.advance();
        let mut leaf = Typed::leaf(resolved.expr, resolved.result, span);
        leaf.codes = resolved.codes;
        leaf.name = Some(resolved.zh);
        Ok(leaf)
    }

    /// Chinese where a unit should stand.
    fn no_unit(&self, words: &str) -> Fault {
        let hint = match words {
            "平方米" | "m²" | "平米" | "²" => "；请写 ㎡",
            "名" | "位" => "；请写 人",
            "个班" | "班级" => "；请写 班",
            "万" | "亿" => "；请写 万元、亿元或万人",
            _ => "",
        };
        fault(self.span(), Problem::UnknownUnit { name: words.to_owned(), hint: hint.into() })
    }

    /// Chinese where a name should stand.
    fn chinese(&self, words: &str) -> Fault {
        let problem = match self.vocabulary.code_of(words, self.level) {
            Some(code) => Problem::ChineseName { zh: words.to_owned(), code },
            None => Problem::UnknownName { name: words.to_owned(), hint: String::new() },
        };
        fault(self.span(), problem)
    }

    /// The nearest function.
    pub(crate) fn unknown_function(&self, name: &str) -> Fault {
        let hint = distance::nearest(name, FUNCTIONS.into_iter())
            .map_or_else(String::new, |near| format!("；是否应为 {near}(…)?"));
        fault(self.span(), Problem::UnknownFunction { name: name.to_owned(), hint })
    }
}

/// Words that stand between values, so that `x and (y)` is no call.
fn is_infix(name: &str) -> bool {
    matches!(name, "and" | "or" | "not" | "in" | "where")
}
