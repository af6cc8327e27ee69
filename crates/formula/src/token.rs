//! From characters to tokens.

use crate::error::{Fault, FormulaError, Problem, fault};
use domain::{Exact, Unit};
use std::ops::Range;

/// Characters that a formula may have.
pub(crate) const MAX_CHARACTERS: usize = 4000;
/// Digits before the point.
const MAX_WHOLE: usize = 18;
/// Digits behind the point: as many as [`Exact`] prints.
const MAX_DECIMALS: usize = 12;

/// A token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Token<'s> {
    Number(Exact),
    Unit(Unit),
    /// Chinese that is no unit.
    Words(&'s str),
    Quoted(&'s str),
    /// A name, a keyword or a function.
    Name(&'s str),
    Symbol(&'static str),
    End,
}

impl Token<'_> {
    /// As an error message names it.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Number(number) => format!("数字 {number}"),
            Self::Unit(unit) => format!("单位“{unit}”"),
            Self::Words(text) => format!("“{text}”"),
            Self::Quoted(code) => format!("代码 '{code}'"),
            Self::Name(name) => format!("“{name}”"),
            Self::Symbol(symbol) => format!("“{symbol}”"),
            Self::End => "公式结尾".into(),
        }
    }
}

const SYMBOLS: [&str; 14] =
    ["!=", "<=", ">=", "+", "-", "*", "/", "=", "<", ">", "(", ")", ",", ":"];

struct Lexer<'s> {
    source: &'s str,
    at: usize,
}

/// Cuts a source into tokens with their bytes; the last one is [`Token::End`].
pub(crate) fn tokens(source: &str) -> Result<Vec<(Token<'_>, Range<usize>)>, FormulaError> {
    let found = source.chars().count();
    if found > MAX_CHARACTERS {
        let problem = Problem::TooLong { limit: MAX_CHARACTERS, found };
        return Err(FormulaError::new(source, 0..0, problem));
    }
    let mut lexer = Lexer { source, at: 0 };
    let mut tokens: Vec<(Token<'_>, Range<usize>)> = Vec::new();
    loop {
        lexer.skip(char::is_whitespace);
        let start = lexer.at;
        let after_in = matches!(tokens.last(), Some((Token::Name("in"), _)));
        let token = lexer.next(after_in).map_err(|fault| fault.in_source(source))?;
        let end = token == Token::End;
        tokens.push((token, start..lexer.at));
        if end {
            return Ok(tokens);
        }
    }
}

impl<'s> Lexer<'s> {
    fn rest(&self) -> &'s str {
        self.source.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Takes the characters that satisfy a test.
    fn skip(&mut self, test: impl Fn(char) -> bool) -> &'s str {
        let rest = self.rest();
        let length = rest.find(|c| !test(c)).unwrap_or(rest.len());
        self.at += length;
        rest.get(..length).unwrap_or_default()
    }

    fn next(&mut self, after_in: bool) -> Result<Token<'s>, Fault> {
        let start = self.at;
        let Some(first) = self.peek() else { return Ok(Token::End) };
        if after_in
            && first == '1'
            && !self.rest().get(1..).is_some_and(|rest| rest.starts_with(is_number_like))
        {
            self.at += 1;
            return Ok(self.unit(start));
        }
        if first.is_ascii_digit() || first == '.' {
            return self.number();
        }
        if first.is_ascii_alphabetic() || first == '_' {
            return Ok(Token::Name(self.skip(|c| c.is_ascii_alphanumeric() || c == '_')));
        }
        if is_unit_character(first) {
            self.skip(is_unit_character);
            return Ok(self.unit(start));
        }
        if first == '\'' {
            self.at += 1;
            let code = self.skip(|c| c != '\'' && c != '\n');
            if self.peek() != Some('\'') {
                return Err(fault(start..self.at, Problem::OpenQuote));
            }
            self.at += 1;
            return Ok(Token::Quoted(code));
        }
        if let Some(symbol) = SYMBOLS.iter().find(|symbol| self.rest().starts_with(**symbol)) {
            self.at += symbol.len();
            return Ok(Token::Symbol(symbol));
        }
        self.at += first.len_utf8();
        Err(fault(start..self.at, Problem::Character { found: first, hint: hint(first) }))
    }

    fn number(&mut self) -> Result<Token<'s>, Fault> {
        let start = self.at;
        let text = self.skip(is_number_like);
        let span = start..self.at;
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        if whole.len() > MAX_WHOLE || decimals.len() > MAX_DECIMALS {
            if text.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
                let problem = Problem::LongNumber { whole: MAX_WHOLE, decimals: MAX_DECIMALS };
                return Err(fault(span, problem));
            }
            return Err(fault(span, Problem::BadNumber(text.chars().take(20).collect())));
        }
        Exact::parse(text)
            .map(Token::Number)
            .map_err(|_| fault(span, Problem::BadNumber(text.to_owned())))
    }

    /// Reads on from the first name of a unit: `班` to `班/间`, where what follows is a unit too.
    fn unit(&mut self, start: usize) -> Token<'s> {
        loop {
            let before = self.at;
            if !matches!(self.peek(), Some('/' | '·')) {
                break;
            }
            self.skip(|c| c == '/' || c == '·');
            let name = self.skip(is_unit_character);
            if !Unit::is_name(name) {
                self.at = before;
                break;
            }
        }
        let text = self.source.get(start..self.at).unwrap_or_default();
        Unit::parse(text).map_or(Token::Words(text), Token::Unit)
    }
}

/// Takes `1e5` and `1.2.3` as one piece, so that the message can show it.
fn is_number_like(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '.' || c == '_'
}

fn is_unit_character(c: char) -> bool {
    matches!(c, '%' | '‰' | '㎡' | '²' | '㎥') || (!c.is_ascii() && c.is_alphanumeric())
}

/// What to write instead of a character from a Chinese keyboard or a textbook.
fn hint(c: char) -> String {
    let half_width = match u32::from(c) {
        full @ 0xFF01..=0xFF5E => char::from_u32(full - 0xFEE0),
        _ => None,
    };
    let instead = match half_width.unwrap_or(c) {
        '(' | '\u{3014}' => "(",
        ')' | '\u{3015}' => ")",
        ',' | '\u{3001}' => ",",
        ':' => ":",
        '+' => "+",
        '-' | '\u{2212}' | '\u{2013}' | '\u{2014}' => "-",
        '*' | '×' | '·' | '⋅' => "*",
        '/' | '÷' => "/",
        '=' => "=",
        '<' => "<",
        '>' => ">",
        '≥' | '≧' => ">=",
        '≤' | '≦' => "<=",
        '≠' | '!' => "!=",
        '\'' | '"' | '\u{2018}' | '\u{2019}' | '\u{201C}' | '\u{201D}' => "'",
        '&' => "and",
        '|' => "or",
        _ => return String::new(),
    };
    format!("；请改用 {instead}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lex(source: &str) -> Vec<Token<'_>> {
        tokens(source).unwrap().into_iter().map(|(token, _)| token).collect()
    }

    fn unit(text: &str) -> Token<'static> {
        Token::Unit(Unit::parse(text).unwrap())
    }

    #[test]
    fn a_unit_ends_where_the_next_part_is_no_unit() {
        let number = |n: i64| Token::Number(Exact::from(n));
        let slash = || Token::Symbol("/");
        assert_eq!(lex("12班/间"), [number(12), unit("班/间"), Token::End]);
        assert_eq!(
            lex("25 班/12 班"),
            [number(25), unit("班"), slash(), number(12), unit("班"), Token::End]
        );
        assert_eq!(
            lex("100人/pupils"),
            [number(100), unit("人"), slash(), Token::Name("pupils"), Token::End]
        );
        assert_eq!(lex("85%"), [number(85), unit("%"), Token::End]);
    }

    #[test]
    fn one_is_a_unit_only_after_in() {
        let x = || Token::Name("x");
        let into = || Token::Name("in");
        assert_eq!(lex("x in 1"), [x(), into(), unit("1"), Token::End]);
        assert_eq!(lex("x in 1/人"), [x(), into(), unit("1/人"), Token::End]);
        assert_eq!(lex("x in 12")[2], Token::Number(Exact::from(12)));
    }
}
