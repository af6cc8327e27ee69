//! Words filled with figures: runs of a document.
//!
//! Must not know: blocks, files.

use super::Written;
use super::words::{Case, Part, Repeat, Words};
use crate::figures::{Figures, Found, Path, Printed, Thing, Value, print};
use crate::model::{Free, Run, plain};
use domain::Exact;
use standard::evaluation::Verdict;
use std::cmp::Ordering;

/// A document being filled: the data, what people have written, the things of the repetitions around.
pub(super) struct Filler<'f> {
    pub(super) figures: &'f Figures<'f>,
    pub(super) written: &'f Written,
    pub(super) bound: Vec<Thing<'f>>,
}

impl<'f> Filler<'f> {
    pub(super) fn runs(&mut self, words: &Words) -> Vec<Run> {
        let mut runs = Vec::new();
        self.say(words, &mut runs);
        runs
    }

    pub(super) fn text(&mut self, words: &Words) -> String {
        plain(&self.runs(words))
    }

    pub(super) fn find(&self, path: &Path) -> Found<'f> {
        path.find(self.figures, &self.bound)
    }

    /// The things of a repetition that its filter lets through.
    pub(super) fn things(&mut self, repeat: &Repeat) -> Vec<Thing<'f>> {
        let Value::List(all) = self.find(&repeat.list).value else { return Vec::new() };
        let Some(filter) = &repeat.filter else { return all };
        let mut kept = Vec::new();
        for thing in all {
            self.bound.push(thing);
            if filter.holds(self.figures, &self.bound) {
                kept.push(thing);
            }
            self.bound.pop();
        }
        kept
    }

    fn say(&mut self, words: &Words, out: &mut Vec<Run>) {
        match words {
            Words::Text(parts) => parts.iter().for_each(|part| self.part(part, out)),
            Words::List(list) => list.iter().for_each(|words| self.say(words, out)),
            Words::When(condition, yes, no) => {
                let words = if condition.holds(self.figures, &self.bound) { yes } else { no };
                self.say(words, out);
            }
            Words::By(path, cases) => {
                let found = self.find(path);
                match case(&found.value).iter().find_map(|case| cases.get(case)) {
                    Some(words) => self.say(words, out),
                    // Nothing is said for a number that is not known: the gap is.
                    None => out.push(Run::Pending { what: found.zh, key: Some(found.key) }),
                }
            }
            Words::Each(repeat, repeated) => {
                let things = self.things(repeat);
                if things.is_empty() {
                    self.say(&repeated.none, out);
                }
                for (i, thing) in things.into_iter().enumerate() {
                    if i > 0 {
                        push(out, Run::text(repeated.join.clone()));
                    }
                    self.bound.push(thing);
                    self.say(&repeated.text, out);
                    self.bound.pop();
                }
            }
        }
    }

    fn part(&mut self, part: &Part, out: &mut Vec<Run>) {
        match part {
            Part::Said(text) => push(out, Run::text(text.clone())),
            Part::Figure(path, form) => {
                let found = self.find(path);
                let run = match print(&found, *form, self.figures) {
                    Printed::Words(text) => Run::text(text),
                    Printed::Figure(text) => {
                        Run::figure(format!("{}{}", found.key, form.suffix()), text)
                    }
                    Printed::Pending(what) => Run::Pending { what, key: Some(found.key) },
                };
                push(out, run);
            }
            Part::Free { key, prompt, optional } => {
                let key = self.key(key);
                let text = self.written.get(&key).cloned().unwrap_or_default();
                let prompt = prompt.clone();
                out.push(Run::Free(Free { key, prompt, text, optional: *optional }));
            }
        }
    }

    /// A key of the document: within a repetition it goes with the things repeated for.
    pub(super) fn key(&self, key: &str) -> String {
        if self.bound.is_empty() {
            return key.to_owned();
        }
        let things: Vec<String> = self.bound.iter().map(Thing::key).collect();
        format!("{key}@{}", things.join("+"))
    }
}

/// Texts that follow each other are one.
fn push(out: &mut Vec<Run>, run: Run) {
    if let (Some(Run::Text { text: before, strong: false }), Run::Text { text, strong: false }) =
        (out.last_mut(), &run)
    {
        before.push_str(text);
    } else if !matches!(&run, Run::Text { text, .. } if text.is_empty()) {
        out.push(run);
    }
}

/// The cases that fit a value, the best first.
fn case(value: &Value<'_>) -> Vec<Case> {
    match value {
        Value::Verdict(Verdict::Pass) => vec![Case::Pass],
        Value::Verdict(Verdict::Near) => vec![Case::Near, Case::Fail],
        Value::Verdict(Verdict::Fail) => vec![Case::Fail],
        Value::Verdict(Verdict::Missing) => vec![Case::Missing],
        Value::NotApplicable | Value::Verdict(Verdict::NotApplicable) => {
            vec![Case::NotApplicable, Case::Missing]
        }
        Value::Direction(Some(Ordering::Greater)) => vec![Case::Rise],
        Value::Direction(Some(Ordering::Less)) => vec![Case::Fall],
        Value::Direction(Some(Ordering::Equal)) => vec![Case::Level],
        Value::Direction(None) => vec![Case::Unknown],
        Value::Flag(true) => vec![Case::Yes],
        Value::Flag(false) => vec![Case::No],
        Value::Number(n) if n.exact.is_zero() => vec![Case::None],
        Value::Number(n) if n.exact == Exact::ONE => vec![Case::One, Case::Many],
        Value::Number(_) => vec![Case::Many],
        Value::Missing(_) => vec![Case::Missing, Case::Unknown],
        Value::Text(_) | Value::List(_) => Vec::new(),
    }
}
