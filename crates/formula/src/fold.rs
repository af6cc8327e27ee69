//! Three-valued logic and aggregates: many values into one.

use crate::number::Number;
use crate::tree::{Fold, Logic};
use crate::value::{Value, better};

/// Three-valued `and`, `or`, `all` and `any`, which pass over `—`.
pub(crate) struct Tally {
    /// The flag that decides at once: `false` for `and`, `true` for `or`.
    decisive: bool,
    decided: bool,
    seen: bool,
    absent: Absent,
}

/// What was met in the place of values.
#[derive(Default)]
struct Absent {
    skipped: bool,
    missing: bool,
    undefined: bool,
}

impl Absent {
    fn note(&mut self, value: &Value<'_>) {
        match value {
            Value::NotApplicable => self.skipped = true,
            Value::Missing => self.missing = true,
            _ => self.undefined = true,
        }
    }
}

impl Tally {
    pub(crate) fn of(operator: Logic) -> Self {
        let decisive = operator == Logic::Or;
        Self { decisive, decided: false, seen: false, absent: Absent::default() }
    }

    /// Returns whether the rest still matters.
    pub(crate) fn add(&mut self, value: &Value<'_>) -> bool {
        match value {
            Value::Flag(flag) if *flag == self.decisive => self.decided = true,
            Value::Flag(_) => self.seen = true,
            absent => self.absent.note(absent),
        }
        !self.decided
    }

    pub(crate) fn result<'a>(&self) -> Value<'a> {
        if self.decided {
            Value::Flag(self.decisive)
        } else if self.absent.missing {
            Value::Missing
        } else if self.absent.undefined {
            Value::Undefined
        } else if self.absent.skipped && !self.seen {
            Value::NotApplicable
        } else {
            Value::Flag(!self.decisive)
        }
    }
}

/// An aggregate being computed.
pub(crate) struct Folding {
    fold: Fold,
    /// For `all` and `any`.
    tally: Tally,
    sum: Option<Number>,
    best: Option<Number>,
    counted: usize,
    holding: usize,
    absent: Absent,
}

impl Folding {
    pub(crate) fn new(fold: Fold) -> Self {
        Self {
            fold,
            tally: Tally::of(if fold == Fold::Any { Logic::Or } else { Logic::And }),
            sum: Some(Number::ZERO),
            best: None,
            counted: 0,
            holding: 0,
            absent: Absent::default(),
        }
    }

    fn is_logical(&self) -> bool {
        matches!(self.fold, Fold::All | Fold::Any)
    }

    /// Classes or rooms that are not listed: some of them may be anything.
    pub(crate) fn unlisted(&mut self) -> bool {
        self.absent.missing = true;
        self.is_logical() && self.tally.add(&Value::Missing)
    }

    /// Adds an element; returns whether the rest still matters.
    pub(crate) fn add(&mut self, member: &Value<'_>, body: Option<Value<'_>>) -> bool {
        if matches!(member, Value::Flag(false) | Value::NotApplicable) {
            return true;
        }
        let belongs = *member == Value::Flag(true);
        if self.is_logical() {
            return self.tally.add(&match body {
                // An element that may not belong decides nothing, unless it would change nothing.
                Some(Value::Flag(flag)) if !belongs && flag == self.tally.decisive => {
                    member.clone()
                }
                Some(Value::NotApplicable) | None => Value::NotApplicable,
                Some(body) => body,
            });
        }
        if !belongs {
            self.absent.note(member);
            return true;
        }
        match body {
            None => self.counted += 1,
            Some(Value::Number(number)) => {
                self.counted += 1;
                match self.fold {
                    Fold::Extreme(extreme) => better(extreme, &mut self.best, number),
                    _ => self.sum = self.sum.take().and_then(|sum| sum.plus(&number)),
                }
            }
            Some(Value::Flag(flag)) => {
                self.counted += 1;
                self.holding += usize::from(flag);
            }
            Some(absent) => self.absent.note(&absent),
        }
        true
    }

    pub(crate) fn result<'a>(self) -> Value<'a> {
        if self.is_logical() {
            return self.tally.result();
        }
        if self.absent.undefined {
            return Value::Undefined;
        }
        if self.absent.missing {
            return Value::Missing;
        }
        if self.counted == 0 && self.absent.skipped {
            return Value::NotApplicable;
        }
        match self.fold {
            Fold::Count => Value::Number(Number::count(self.counted)),
            Fold::Share => {
                Value::defined(Number::count(self.holding).over(&Number::count(self.counted)))
            }
            Fold::Extreme(_) => Value::defined(self.best),
            _ => Value::defined(self.sum),
        }
    }
}
