//! Texts of a pack read into words: figures in braces, choices, repetitions. Whatever is not known is
//! refused with file, line, column and the nearest names.
//!
//! Must not know: blocks, data of a county.

use super::condition::kind_zh;
use super::raw::{RawChoice, RawWords};
use super::words::{Case, Part, Repeated, Words};
use crate::figures::{Entity, Form, Kind, Names, Path, PathError, Scope, Type};
use packs::{PackError, PackFile, Spanned};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// A file being read.
pub(super) struct Reader<'a> {
    pub(super) file: &'a PackFile,
    pub(super) names: &'a Names,
    /// The ids of the sheets of official forms.
    pub(super) forms: &'a BTreeSet<String>,
    /// Variables in scope, the innermost last.
    pub(super) variables: Vec<(String, Entity)>,
    /// Keys of free texts, each once.
    pub(super) keys: RefCell<BTreeSet<String>>,
    /// Where the block being read stands, for refusals of it as a whole.
    pub(super) block: Range<usize>,
}

type Read<T> = Result<T, PackError>;

impl Reader<'_> {
    pub(super) fn scope(&self) -> Scope<'_> {
        Scope { variables: self.variables.clone(), names: Some(self.names) }
    }

    pub(super) fn refuse(
        &self,
        at: &Spanned<String>,
        code: &'static str,
        message: impl Into<String>,
    ) -> PackError {
        PackError::at(self.file, at.span(), code, message)
    }

    /// A refusal of a block as a whole.
    pub(super) fn refuse_block(&self, code: &'static str, message: &str) -> PackError {
        PackError::at(self.file, self.block.clone(), code, message)
    }

    /// A refusal inside a text, `offset` bytes of the value further.
    pub(super) fn wrong(&self, text: &Spanned<String>, offset: usize, e: PathError) -> PackError {
        let range = offset + e.range.start..offset + e.range.end;
        let at = self.file.inner(text, range);
        PackError::at(self.file, at, e.code, e.message).with_help(e.help)
    }

    pub(super) fn path(&self, text: &Spanned<String>, range: Range<usize>) -> Read<Path> {
        let inner = text.get_ref().get(range.clone()).unwrap_or_default();
        Path::parse(inner, &self.scope()).map_err(|e| self.wrong(text, range.start, e))
    }

    pub(super) fn words(&mut self, raw: &RawWords) -> Read<Words> {
        match raw {
            RawWords::Text(text) => self.text(text),
            RawWords::List(list) => {
                Ok(Words::List(list.iter().map(|w| self.words(w)).collect::<Read<_>>()?))
            }
            RawWords::Choice(choice) => self.choice(choice),
        }
    }

    /// `全县有{county.schools.count}所学校`.
    fn text(&self, text: &Spanned<String>) -> Read<Words> {
        let value = text.get_ref().as_str();
        let mut parts = Vec::new();
        let mut at = 0;
        while let Some(open) = value.get(at..).and_then(|rest| rest.find(['{', '}'])) {
            let open = at + open;
            if value.get(open..).is_some_and(|rest| rest.starts_with('}')) {
                return Err(self.brace(text, open, "多了一个右花括号"));
            }
            let inner = value.get(open + 1..).unwrap_or_default();
            let Some(length) = inner
                .find(['}', '{'])
                .filter(|i| inner.get(*i..).is_some_and(|r| r.starts_with('}')))
            else {
                return Err(self.brace(text, open, "花括号没有关上"));
            };
            if open > at {
                parts.push(Part::Said(value.get(at..open).unwrap_or_default().to_owned()));
            }
            parts.push(self.part(text, open + 1..open + 1 + length)?);
            at = open + length + 2;
        }
        if at < value.len() {
            parts.push(Part::Said(value.get(at..).unwrap_or_default().to_owned()));
        }
        Ok(Words::Text(parts))
    }

    fn brace(&self, text: &Spanned<String>, at: usize, message: &str) -> PackError {
        let place = self.file.inner(text, at..at + 1);
        PackError::at(self.file, place, "DT-TEXT-01", message)
            .with_help("花括号里写数的路径：{county.name}；留待填写的写作 {?编码=提示}")
    }

    /// What stands in braces.
    fn part(&self, text: &Spanned<String>, range: Range<usize>) -> Read<Part> {
        let inner = text.get_ref().get(range.clone()).unwrap_or_default();
        if let Some(gap) = inner.strip_prefix('?') {
            let (optional, gap) = match gap.strip_prefix('?') {
                Some(gap) => (true, gap),
                None => (false, gap),
            };
            let Some((key, prompt)) = gap.split_once('=') else {
                return Err(self.brace(text, range.start, "留待填写的要写作 {?编码=提示}"));
            };
            self.claim(text, key, range)?;
            return Ok(Part::Free { key: key.to_owned(), prompt: prompt.to_owned(), optional });
        }
        let (path_text, form) = inner.split_once('|').unwrap_or((inner, ""));
        let path = self.path(text, range.start..range.start + path_text.len())?;
        let kind = match path.leads_to {
            Type::Of(Kind::Direction) => {
                let place = self.file.inner(text, range);
                let message = "升降不能直接写出来，请用 by = \"….direction\" 分情形写";
                return Err(PackError::at(self.file, place, "DT-KIND-01", message));
            }
            Type::Of(kind) => kind,
            Type::Thing(_) => Kind::Text,
        };
        let Some(read) = Form::read(form, kind) else {
            let start = range.start + path_text.len() + 1;
            let place = self.file.inner(text, start..range.end);
            let message = format!("“{}”没有“{form}”这种写法", kind_zh(path.leads_to));
            let known = Form::of(kind);
            let help = if known.is_empty() {
                "去掉竖线即可".to_owned()
            } else {
                format!("可用的写法：{known}")
            };
            return Err(PackError::at(self.file, place, "DT-KIND-04", message).with_help(help));
        };
        Ok(Part::Figure(path, read))
    }

    /// Every free text has a key of its own.
    pub(super) fn claim(&self, text: &Spanned<String>, key: &str, range: Range<usize>) -> Read<()> {
        let plain = !key.is_empty()
            && key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        let place = || self.file.inner(text, range.clone());
        if !plain {
            let message = format!("自填内容的编码“{key}”应由小写字母、数字和下划线组成");
            return Err(PackError::at(self.file, place(), "DT-FREE-01", message));
        }
        if !self.keys.borrow_mut().insert(key.to_owned()) {
            let message = format!("自填内容的编码“{key}”用了两次");
            return Err(PackError::at(self.file, place(), "DT-FREE-01", message));
        }
        Ok(())
    }

    fn choice(&mut self, raw: &Spanned<Box<RawChoice>>) -> Read<Words> {
        let choice = raw.get_ref();
        let refuse = |reader: &Self, message: &str| {
            PackError::at(reader.file, raw.span(), "DT-WORDS-01", message)
                .with_help("选择写作 { when = \"条件\", text = …, else = … }、{ by = \"路径\", … } 或 { each = \"v in 列表\", text = … }")
        };
        let heads = [choice.when.is_some(), choice.by.is_some(), choice.each.is_some()];
        if heads.iter().filter(|is| **is).count() != 1 {
            return Err(refuse(self, "这里要写 when、by、each 三者之一"));
        }
        let cases = self.cases(choice)?;
        if let Some(by) = &choice.by {
            if choice.text.is_some()
                || choice.otherwise.is_some()
                || choice.join.is_some()
                || choice.filter.is_some()
            {
                return Err(refuse(self, "by 的情形逐一写出，不能写 text、else、join、where"));
            }
            return self.by(by, cases);
        }
        let Some(text) = &choice.text else { return Err(refuse(self, "缺 text")) };
        if let Some(when) = &choice.when {
            if !cases.is_empty() || choice.join.is_some() || choice.filter.is_some() {
                return Err(refuse(self, "when 只能和 text、else 一起写"));
            }
            let condition = self.condition(when)?;
            let text = self.words(text)?;
            let otherwise = self.optional(choice.otherwise.as_ref())?;
            return Ok(Words::When(condition, Box::new(text), Box::new(otherwise)));
        }
        let Some(each) = &choice.each else { return Err(refuse(self, "缺 each")) };
        if cases.keys().any(|case| *case != Case::None) || choice.otherwise.is_some() {
            return Err(refuse(self, "each 只能和 where、text、join、none 一起写"));
        }
        let none = self.optional(choice.none.as_ref())?;
        let repeat = self.repeat(each, choice.filter.as_ref())?;
        let text = self.words(text);
        self.variables.pop();
        let join = choice.join.clone().unwrap_or_default();
        Ok(Words::Each(repeat, Box::new(Repeated { text: text?, join, none })))
    }

    /// The cases that are written.
    fn cases(&mut self, raw: &RawChoice) -> Read<BTreeMap<Case, Words>> {
        let mut cases = BTreeMap::new();
        if raw.by.is_none() {
            // A repetition's `none` is read with the repetition.
            let all = [
                (Case::Pass, &raw.pass),
                (Case::Near, &raw.near),
                (Case::Fail, &raw.fail),
                (Case::Missing, &raw.missing),
                (Case::Rise, &raw.rise),
                (Case::Fall, &raw.fall),
                (Case::Level, &raw.level),
                (Case::One, &raw.one),
                (Case::Many, &raw.many),
                (Case::Yes, &raw.yes),
                (Case::No, &raw.no),
                (Case::Unknown, &raw.unknown),
                (Case::NotApplicable, &raw.not_applicable),
            ];
            for (case, words) in all {
                if words.is_some() {
                    cases.insert(case, Words::nothing());
                }
            }
            if raw.none.is_some() {
                cases.insert(Case::None, Words::nothing());
            }
            return Ok(cases);
        }
        let all = [
            (Case::Pass, &raw.pass),
            (Case::Near, &raw.near),
            (Case::Fail, &raw.fail),
            (Case::Missing, &raw.missing),
            (Case::NotApplicable, &raw.not_applicable),
            (Case::Rise, &raw.rise),
            (Case::Fall, &raw.fall),
            (Case::Level, &raw.level),
            (Case::Unknown, &raw.unknown),
            (Case::None, &raw.none),
            (Case::One, &raw.one),
            (Case::Many, &raw.many),
            (Case::Yes, &raw.yes),
            (Case::No, &raw.no),
        ];
        for (case, words) in all {
            if let Some(words) = words {
                cases.insert(case, self.words(words)?);
            }
        }
        Ok(cases)
    }

    /// A choice by a figure: the cases that its kind may have, none of the necessary ones left out.
    fn by(&self, by: &Spanned<String>, cases: BTreeMap<Case, Words>) -> Read<Words> {
        let path = self.path(by, 0..by.get_ref().len())?;
        let (needed, allowed): (&[Case], &[Case]) = match path.leads_to {
            Type::Of(Kind::Verdict) => {
                (&[Case::Pass, Case::Fail, Case::Missing], &[Case::Near, Case::NotApplicable])
            }
            Type::Of(Kind::Direction) => {
                (&[Case::Rise, Case::Fall, Case::Level, Case::Unknown], &[])
            }
            Type::Of(Kind::Flag) => (&[Case::Yes, Case::No], &[Case::Missing]),
            Type::Of(kind) if kind.is_number() => {
                (&[Case::None, Case::Many], &[Case::One, Case::Missing])
            }
            other => {
                let message = format!("不能按“{}”分情形", kind_zh(other));
                let help = "可按结论、升降、是否、个数分情形；列表请写 ….count";
                return Err(self.refuse(by, "DT-KIND-05", message).with_help(help));
            }
        };
        let zh = kind_zh(path.leads_to);
        if let Some(case) = needed.iter().find(|case| !cases.contains_key(case)) {
            let message = format!("按“{zh}”分情形，缺“{}”", case.key());
            let all: Vec<_> = needed.iter().map(|c| c.key()).collect();
            let help = format!("必须写全：{}；不说话的写空文字 \"\"", all.join("、"));
            return Err(self.refuse(by, "DT-CASE-01", message).with_help(help));
        }
        let known = |case: &&Case| needed.contains(case) || allowed.contains(case);
        if let Some(case) = cases.keys().find(|case| !known(case)) {
            let message = format!("按“{zh}”分情形，没有“{}”", case.key());
            let all: Vec<_> = needed.iter().chain(allowed).map(|c| c.key()).collect();
            let help = format!("可用的情形：{}", all.join("、"));
            return Err(self.refuse(by, "DT-CASE-01", message).with_help(help));
        }
        Ok(Words::By(path, cases))
    }
}
