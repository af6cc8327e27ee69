//! Paths to figures: read and checked once, when a template is loaded. [`super::found`] follows them.
//!
//! Must not know: blocks of templates, values.

use super::field::{self, Field, Kind};
use super::names::Names;
use super::thing::Entity;
use std::ops::Range;

/// What a path may begin with.
pub(crate) const ROOTS: [&str; 4] = ["county", "last", "plan", "rotation"];

/// What a path may begin with besides [`ROOTS`], and which ids it may write.
pub(crate) struct Scope<'a> {
    /// Variables of the repetitions around, the innermost last.
    pub(crate) variables: Vec<(String, Entity)>,
    /// The ids that are known; `None`: any, as in keys.
    pub(crate) names: Option<&'a Names>,
}

impl Scope<'_> {
    /// The scope of keys: no variables, any id.
    pub(crate) const fn keys() -> Self {
        Self { variables: Vec::new(), names: None }
    }
}

/// Why a path cannot be followed.
#[derive(Debug)]
pub(crate) struct PathError {
    /// The part of the path's text that is wrong.
    pub(crate) range: Range<usize>,
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) help: String,
}

/// What a path leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    /// A thing.
    Thing(Entity),
    /// A figure.
    Of(Kind),
}

/// A step of a path.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Field(&'static Field),
    /// The thing of a list with an id.
    At(String),
    /// The thing of a list that has the id of a variable's thing.
    Same(usize),
    Count,
    /// A data item: of the county, or added up over sections.
    Item {
        code: String,
        zh: String,
        total: bool,
    },
    /// The same figure a year before, what it has moved by, and in which direction.
    Before,
    Change,
    Moved,
}

/// Where a path begins.
#[derive(Clone, Copy, Debug)]
pub(super) enum Root {
    Now,
    Last,
    Plan,
    Rotation,
    Variable(usize),
}

/// A path, checked.
#[derive(Clone, Debug)]
pub(crate) struct Path {
    pub(super) root: Root,
    pub(super) steps: Vec<Step>,
    pub(crate) leads_to: Type,
}

impl std::fmt::Debug for Field {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

struct Reader<'t, 's, 'n> {
    text: &'t str,
    scope: &'s Scope<'n>,
    at: usize,
}

impl Path {
    /// Reads a path: `county.stages.primary.share`, `s.values[i].value`.
    pub(crate) fn parse(text: &str, scope: &Scope<'_>) -> Result<Self, PathError> {
        Reader { text, scope, at: 0 }.path()
    }
}

impl Reader<'_, '_, '_> {
    fn refuse<T>(
        range: Range<usize>,
        code: &'static str,
        message: String,
        help: String,
    ) -> Result<T, PathError> {
        Err(PathError { range, code, message, help })
    }

    fn word(&mut self) -> Range<usize> {
        let start = self.at;
        let rest = self.text.get(start..).unwrap_or_default();
        let end = rest.find(['.', '[', ']']).unwrap_or(rest.len());
        self.at = start + end;
        start..self.at
    }

    fn path(mut self) -> Result<Path, PathError> {
        let range = self.word();
        let name = self.text.get(range.clone()).unwrap_or_default();
        let variable = self.scope.variables.iter().rposition(|(n, _)| n == name);
        let (root, first) = match (variable, name) {
            (Some(slot), _) => {
                let entity = self.scope.variables.get(slot).map_or(Entity::County, |(_, e)| *e);
                (Root::Variable(slot), entity)
            }
            (None, "county") => (Root::Now, Entity::County),
            (None, "last") => (Root::Last, Entity::County),
            (None, "plan") => (Root::Plan, Entity::Plan),
            (None, "rotation") => (Root::Rotation, Entity::Rotation),
            _ => {
                let known: Vec<&str> = ROOTS
                    .into_iter()
                    .chain(self.scope.variables.iter().map(|(n, _)| n.as_str()))
                    .collect();
                let help = format!("这里可用：{}", known.join("、"));
                return Self::refuse(range, "DT-NAME-01", format!("不认识的名称“{name}”"), help);
            }
        };
        let mut path = Path { root, steps: Vec::new(), leads_to: Type::Thing(first) };
        while self.at < self.text.len() {
            if self.text.get(self.at..).is_some_and(|rest| rest.starts_with('[')) {
                self.index(&mut path)?;
            } else if self.text.get(self.at..).is_some_and(|rest| rest.starts_with('.')) {
                self.at += 1;
                self.step(&mut path)?;
            } else {
                let message = "这里应为“.”".to_owned();
                return Self::refuse(self.at..self.at + 1, "DT-TEXT-01", message, String::new());
            }
        }
        Ok(path)
    }

    /// `[i]`: the thing of a list that has the id of a variable's.
    fn index(&mut self, path: &mut Path) -> Result<(), PathError> {
        let open = self.at;
        self.at += 1;
        let range = self.word();
        let name = self.text.get(range.clone()).unwrap_or_default().to_owned();
        if !self.text.get(self.at..).is_some_and(|rest| rest.starts_with(']')) {
            let message = "方括号没有关上".to_owned();
            return Self::refuse(open..self.at.max(open + 1), "DT-TEXT-01", message, String::new());
        }
        self.at += 1;
        let Type::Of(Kind::List(entity)) = path.leads_to else {
            let message = "方括号前面不是列表".to_owned();
            return Self::refuse(open..self.at, "DT-KIND-01", message, String::new());
        };
        let Some(slot) = self.scope.variables.iter().rposition(|(n, _)| *n == name) else {
            let names: Vec<_> = self.scope.variables.iter().map(|(n, _)| n.as_str()).collect();
            let help = format!("可用的循环变量：{}", names.join("、"));
            return Self::refuse(range, "DT-NAME-01", format!("没有循环变量“{name}”"), help);
        };
        path.steps.push(Step::Same(slot));
        path.leads_to = Type::Thing(entity);
        Ok(())
    }

    fn step(&mut self, path: &mut Path) -> Result<(), PathError> {
        let range = self.word();
        let name = self.text.get(range.clone()).unwrap_or_default().to_owned();
        let (step, leads_to) = match path.leads_to {
            Type::Thing(entity) => {
                if let Some(field) = field::find(entity, &name) {
                    (Step::Field(field), Type::Of(field.kind))
                } else {
                    self.item(entity, &name, range)?
                }
            }
            Type::Of(Kind::List(_)) if name == "count" => (Step::Count, Type::Of(Kind::Count)),
            Type::Of(Kind::List(entity)) => {
                (Step::At(self.id(entity, range)?), Type::Thing(entity))
            }
            Type::Of(kind) => {
                let step = match name.as_str() {
                    "before" if kind != Kind::Direction => Some((Step::Before, Type::Of(kind))),
                    "change" if kind.is_number() => Some((Step::Change, Type::Of(Kind::Number))),
                    "direction" if kind.is_number() => {
                        Some((Step::Moved, Type::Of(Kind::Direction)))
                    }
                    _ => None,
                };
                let Some(step) = step else {
                    let message = format!("“{}”后面不能写“{name}”", kind.zh());
                    let help = if kind.is_number() {
                        "数值后面可写：before（上年值）、change（变化量）、direction（升降）"
                    } else {
                        "这里的路径到此为止"
                    };
                    return Self::refuse(range, "DT-KIND-01", message, help.to_owned());
                };
                step
            }
        };
        path.steps.push(step);
        path.leads_to = leads_to;
        Ok(())
    }

    /// `item.population`, `total.pupils`, or a refusal with the nearest names.
    fn item(
        &mut self,
        entity: Entity,
        name: &str,
        range: Range<usize>,
    ) -> Result<(Step, Type), PathError> {
        let total = name == "total" && matches!(entity, Entity::County | Entity::Stage);
        let item = name == "item" && entity == Entity::County;
        if !total && !item {
            let known: Vec<&str> = field::of(entity).iter().map(|f| f.name).collect();
            let message = format!("“{}”没有名为“{name}”的数", entity.zh());
            return Self::refuse(range, "DT-NAME-02", message, nearest(name, &known));
        }
        if !self.text.get(self.at..).is_some_and(|rest| rest.starts_with('.')) {
            let message = format!("“{name}”后面要写数据项的代码");
            return Self::refuse(range, "DT-NAME-03", message, String::new());
        }
        self.at += 1;
        let range = self.word();
        let code = self.text.get(range.clone()).unwrap_or_default().to_owned();
        let Some(names) = self.scope.names else {
            return Ok((Step::Item { zh: code.clone(), code, total }, Type::Of(Kind::Number)));
        };
        let items = names.items(entity, total);
        let Some((kind, zh)) = items.get(&code) else {
            let known: Vec<&str> = items.keys().map(String::as_str).collect();
            let message = format!("没有数值型的数据项“{code}”");
            return Self::refuse(range, "DT-NAME-03", message, nearest(&code, &known));
        };
        Ok((Step::Item { code, zh: zh.clone(), total }, Type::Of(*kind)))
    }

    /// The id of a thing of a list; codes of parts have a dot of their own.
    fn id(&mut self, entity: Entity, range: Range<usize>) -> Result<String, PathError> {
        let short = self.text.get(range.clone()).unwrap_or_default().to_owned();
        let tail = self.text.get(self.at..).unwrap_or_default();
        let digits =
            tail.strip_prefix('.').map_or(0, |t| t.bytes().take_while(u8::is_ascii_digit).count());
        let long = (digits > 0)
            .then(|| self.text.get(range.start..self.at + 1 + digits).map(str::to_owned))
            .flatten();
        let Some(names) = self.scope.names else {
            if let Some(long) = long.filter(|_| entity == Entity::Part) {
                self.at += 1 + digits;
                return Ok(long);
            }
            return Ok(short);
        };
        let Some(ids) = names.ids(entity) else {
            let message = format!("模板里不能写死某个“{}”，请用循环", entity.zh());
            let help = "循环写作 each = \"s in …\"；列表的个数写作 count".to_owned();
            return Self::refuse(range, "DT-NAME-04", message, help);
        };
        if let Some(long) = long.clone().filter(|long| ids.contains(long)) {
            self.at += 1 + digits;
            return Ok(long);
        }
        if ids.contains(&short) {
            return Ok(short);
        }
        let known: Vec<&str> = ids.iter().map(String::as_str).collect();
        let (id, range) = match long.filter(|_| entity == Entity::Part) {
            Some(long) => (long, range.start..self.at + 1 + digits),
            None => (short, range),
        };
        let message = format!("没有编号为“{id}”的“{}”", entity.zh());
        Self::refuse(range, "DT-NAME-04", message, nearest(&id, &known))
    }
}

/// `最接近的：share、sections`, or all where none is near and there are few.
pub(crate) fn nearest(name: &str, known: &[&str]) -> String {
    if let Some(near) = formula::nearest(name, known.iter().copied()) {
        return format!("是否应为“{near}”");
    }
    let led = |k: &&&str| name.chars().take(3).eq(k.chars().take(3));
    let near: Vec<&str> = known.iter().filter(led).copied().take(5).collect();
    match (near.is_empty(), known.len()) {
        (_, 0) => "标准没有这样的编号；请检查 standards".to_owned(),
        (false, _) => format!("相近的有：{}", near.join("、")),
        (true, 1..=40) => format!("可用的有：{}", known.join("、")),
        _ => "名称见 docs/documents.md".to_owned(),
    }
}
