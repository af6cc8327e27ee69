//! Branch and bound over a relaxation that is kept warm, for models whose relaxation is nearly whole.
//!
//! A general solver begins such a model with cuts and searches within the search, which cost more than
//! the whole tree. Here a node is one bound more and a few pivots. Columns are branched on in classes,
//! sums before their parts. It dives to a first whole solution, each time to the nearest whole number;
//! then the node of the lowest bound is divided by strong branching: both children of the few most
//! fractional columns are solved, and what is learnt of a column is kept (Achterberg, Koch, Martin
//! 2005, reliability branching). A child that cannot hold anything better closes its side at once. From
//! the better child it dives again.
//!
//! It must not know what a column stands for, and decides nothing by the clock: what ends it early is
//! counted in pivots.

use crate::{Col, Growing, Settings, Solution, SolverError, Status, Stop, Watch};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BinaryHeap};

/// Fractions below this are none.
const WHOLE: f64 = 1e-6;
/// A bound this far below a whole number is that number.
const ROUNDING: f64 = 1e-4;
/// Columns whose children are solved before one is chosen.
const LOOKED_AT: usize = 8;
/// A column of which so many children were solved is known.
const KNOWN: u32 = 4;

/// What is to be whole, and what is asked for.
#[derive(Clone, Debug)]
pub struct Branching<'a> {
    /// Columns that must be whole, by classes: a class is branched on when those before it are whole.
    pub classes: &'a [Vec<Col>],
    /// Is the objective of every whole solution a whole number?
    pub whole_value: bool,
    /// Only solutions below this value are looked for.
    pub below: f64,
    /// Ends after so many pivots, counted over all nodes.
    pub pivots: u64,
    /// Ends after so many pivots once there is a solution.
    pub content: u64,
}

/// What a search over whole numbers ends with.
#[derive(Clone, Debug)]
pub struct Branched {
    /// The best whole solution below the asked value, if any.
    pub best: Option<Solution>,
    /// No whole solution lies below this; infinite where there is none at all below the asked value.
    pub bound: f64,
    /// Why it ended before everything was looked at.
    pub stopped: Option<Stop>,
    /// Nodes that were branched on.
    pub nodes: u64,
    /// Relaxations solved.
    pub solves: u64,
}

/// Searches the whole solutions of a relaxation. Its bounds are as before when it returns.
///
/// ```
/// use solver::{Branching, Model, Settings, Watch, branch, growing};
///
/// // Two and a half loads of two lorries: three lorries, or two and a small one.
/// let mut model = Model::new();
/// let large = model.continuous("large", 0.0, 9.0, 5.0);
/// let small = model.continuous("small", 0.0, 9.0, 3.0);
/// model.at_least("loads", [(large, 2.0), (small, 1.0)], 5.0);
/// let solver = solver::in_process();
/// let mut relaxation = growing(&*solver, model)?;
/// let asked = Branching {
///     classes: &[vec![large, small]],
///     whole_value: true,
///     below: f64::INFINITY,
///     pivots: 1_000,
///     content: 1_000,
/// };
/// let found = branch(&mut *relaxation, &asked, &Settings::default(), &Watch::new())?;
/// let best = found.best.expect("there is one");
/// assert_eq!((best.value(large), best.value(small), found.bound), (2.0, 1.0, 13.0));
/// # Ok::<(), solver::SolverError>(())
/// ```
///
/// # Errors
/// As [`Growing::solve`].
pub fn branch(
    relaxation: &mut dyn Growing,
    asked: &Branching<'_>,
    settings: &Settings,
    watch: &Watch<'_>,
) -> Result<Branched, SolverError> {
    let mut tree = Tree {
        relaxation,
        asked,
        settings,
        watch,
        applied: BTreeMap::new(),
        known: BTreeMap::new(),
        heap: BinaryHeap::new(),
        best: None,
        pivots: 0,
        nodes: 0,
        solves: 0,
        stopped: None,
    };
    let result = tree.grow();
    tree.apply(&[])?;
    let value = tree.best.as_ref().and_then(|best| best.objective).unwrap_or(f64::INFINITY);
    let bound = result?.min(value);
    Ok(Branched {
        best: tree.best,
        bound,
        stopped: tree.stopped,
        nodes: tree.nodes,
        solves: tree.solves,
    })
}

/// A bound that a node has put on a column.
type Put = (Col, (f64, f64));

/// Part of the tree that is still open.
struct Node {
    bound: f64,
    puts: Vec<Put>,
    /// The fractional columns of the first class that has any; `None` where its own relaxation has not
    /// been solved and the bound is its parent's.
    fractional: Option<Vec<(Col, f64)>>,
    /// Where only the last class has any: the others as they stand.
    stands: Vec<Put>,
}

impl Node {
    /// Its bounds and more.
    fn with(&self, more: impl IntoIterator<Item = Put>) -> Vec<Put> {
        self.puts.iter().copied().chain(more).collect()
    }
}

/// What a relaxation has shown.
enum Shown {
    /// Something better may lie in it.
    Open(Node),
    /// It is whole, and the best so far.
    Found,
    /// Nothing that is asked for lies in it.
    Closed,
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Node {}

impl PartialOrd for Node {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The lowest bound first, of equals the deepest.
impl Ord for Node {
    fn cmp(&self, other: &Self) -> Ordering {
        other.bound.total_cmp(&self.bound).then(self.puts.len().cmp(&other.puts.len()))
    }
}

/// What solved children have shown of a column: the rise of the bound for each unit, down and up.
#[derive(Clone, Copy, Debug, Default)]
struct Known {
    down: (f64, u32),
    up: (f64, u32),
}

impl Known {
    fn rise(&self, fraction: f64) -> Option<(f64, f64)> {
        let mean = |(sum, count): (f64, u32)| (count >= KNOWN).then(|| sum / f64::from(count));
        Some((mean(self.down)? * fraction, mean(self.up)? * (1.0 - fraction)))
    }
}

/// The bounds of a column at the root, and now.
#[derive(Clone, Copy, Debug)]
struct Applied {
    root: (f64, f64),
    now: (f64, f64),
}

struct Tree<'a, 'b> {
    relaxation: &'a mut dyn Growing,
    asked: &'a Branching<'b>,
    settings: &'a Settings,
    watch: &'a Watch<'b>,
    /// Columns whose bounds differ from those at the root.
    applied: BTreeMap<Col, Applied>,
    known: BTreeMap<Col, Known>,
    heap: BinaryHeap<Node>,
    best: Option<Solution>,
    pivots: u64,
    nodes: u64,
    solves: u64,
    stopped: Option<Stop>,
}

/// A column to branch on, with both children.
struct Choice {
    score: f64,
    down: Node,
    up: Node,
}

impl Tree<'_, '_> {
    /// Looks at everything; gives what no whole solution that was not found falls below.
    fn grow(&mut self) -> Result<f64, SolverError> {
        match self.solve(&[])? {
            Shown::Open(root) => self.dive(root)?,
            // Ended before anything was seen: nothing is known.
            Shown::Closed if self.stopped.is_some() => return Ok(f64::NEG_INFINITY),
            Shown::Found | Shown::Closed => {}
        }
        while let Some(node) = self.heap.pop() {
            if self.is_closed(node.bound) {
                continue;
            }
            if self.is_over() {
                let rest = self.heap.iter().map(|node| node.bound).fold(node.bound, f64::min);
                return Ok(self.rounded(rest));
            }
            if node.fractional.is_none() {
                // Back to where its bound puts it.
                match self.solve(&node.puts)? {
                    Shown::Open(solved) => self.heap.push(solved),
                    Shown::Found | Shown::Closed if self.stopped.is_some() => self.heap.push(node),
                    Shown::Found | Shown::Closed => {}
                }
            } else if let Some(next) = self.divide(node)? {
                self.dive(next)?;
            }
        }
        Ok(f64::INFINITY)
    }

    fn is_over(&mut self) -> bool {
        let most = match self.best {
            Some(_) => self.asked.content.min(self.asked.pivots),
            None => self.asked.pivots,
        };
        if self.stopped.is_none() && self.pivots >= most {
            self.stopped = Some(Stop::Nodes);
        }
        self.stopped.is_some()
    }

    /// Goes down, each time to the nearest whole number of what is most fractional, to the first whole
    /// solution or where nothing is left; what it passes by stays open.
    fn dive(&mut self, from: Node) -> Result<(), SolverError> {
        let mut node = from;
        loop {
            if !node.stands.is_empty() {
                return self.fill(node);
            }
            let most = node.fractional.iter().flatten().copied();
            let most =
                most.max_by(|a, b| near_half(a.1).total_cmp(&near_half(b.1)).then(b.0.cmp(&a.0)));
            let Some((col, value)) = most.filter(|_| !self.is_closed(node.bound)) else {
                return Ok(());
            };
            if self.is_over() {
                self.heap.push(node);
                return Ok(());
            }
            self.nodes += 1;
            let (low, high) = self.bounds_at(&node, col);
            let down = (col, (low, value.floor()));
            let up = (col, (value.floor() + 1.0, high));
            let (near, far) = if value - value.floor() < 0.5 { (down, up) } else { (up, down) };
            let puts = node.with([far]);
            let other = Node { bound: node.bound, puts, fractional: None, stands: Vec::new() };
            let next = match self.child(&node.with([near]))? {
                Shown::Open(next) => {
                    self.heap.push(other);
                    Some(next)
                }
                Shown::Found => {
                    self.heap.push(other);
                    None
                }
                Shown::Closed if self.stopped.is_some() => {
                    self.heap.push(node);
                    return Ok(());
                }
                Shown::Closed => match self.child(&other.puts)? {
                    Shown::Open(next) => Some(next),
                    Shown::Closed if self.stopped.is_some() => {
                        self.heap.push(other);
                        None
                    }
                    Shown::Found | Shown::Closed => None,
                },
            };
            match next {
                Some(next) => node = next,
                None => return Ok(()),
            }
        }
    }

    /// Where all classes but the last are whole they are kept as they stand: what is left is whole then,
    /// or nearly, and is rounded one by one. The node stays open for what else lies in it, so nothing of
    /// this is added to the heap.
    fn fill(&mut self, node: Node) -> Result<(), SolverError> {
        let mut puts = node.with(node.stands.iter().copied());
        self.heap.push(Node { stands: Vec::new(), ..node });
        while let Shown::Open(inner) = self.child(&puts)? {
            let Some((col, value)) = inner.fractional.iter().flatten().next().copied() else {
                break;
            };
            let whole = value.round();
            puts.push((col, (whole, whole)));
        }
        Ok(())
    }

    /// Solves children of a node until one column is chosen; gives the child to go on with.
    fn divide(&mut self, node: Node) -> Result<Option<Node>, SolverError> {
        self.nodes += 1;
        let mut choice: Option<Choice> = None;
        let mut columns: Vec<(Col, f64)> = node.fractional.iter().flatten().copied().collect();
        columns.sort_by(|a, b| near_half(b.1).total_cmp(&near_half(a.1)).then(a.0.cmp(&b.0)));
        columns.truncate(LOOKED_AT);
        // What is known of columns comes first: the best of these is solved anyhow.
        let mut expected: Vec<(f64, Col, f64)> = Vec::new();
        let mut unknown: Vec<(Col, f64)> = Vec::new();
        for (col, value) in columns {
            match self.known.get(&col).and_then(|known| known.rise(value - value.floor())) {
                Some((down, up)) => expected.push((score(down, up), col, value)),
                None => unknown.push((col, value)),
            }
        }
        expected.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let first = expected.first().map(|(_, col, value)| (*col, *value));
        for (col, value) in unknown.into_iter().chain(first) {
            let (low, high) = self.bounds_at(&node, col);
            let below = self.child(&node.with([(col, (low, value.floor()))]))?;
            let above = self.child(&node.with([(col, (value.floor() + 1.0, high))]))?;
            if self.stopped.is_some() {
                // Not all was looked at: the node is open as it was.
                self.heap.push(node);
                return Ok(None);
            }
            match (below, above) {
                // One side is closed: the other is the node.
                (Shown::Open(only), Shown::Closed | Shown::Found)
                | (Shown::Closed | Shown::Found, Shown::Open(only)) => {
                    return Ok((!self.is_closed(only.bound)).then_some(only));
                }
                (Shown::Open(below), Shown::Open(above)) => {
                    let fraction = value - value.floor();
                    let rise = (below.bound - node.bound, above.bound - node.bound);
                    let known = self.known.entry(col).or_default();
                    known.down = (known.down.0 + rise.0 / fraction, known.down.1 + 1);
                    known.up = (known.up.0 + rise.1 / (1.0 - fraction), known.up.1 + 1);
                    let score = score(rise.0, rise.1);
                    if choice.as_ref().is_none_or(|choice| score > choice.score) {
                        choice = Some(Choice { score, down: below, up: above });
                    }
                }
                (Shown::Closed | Shown::Found, Shown::Closed | Shown::Found) => return Ok(None),
            }
        }
        let Some(Choice { down, up, .. }) = choice else { return Ok(None) };
        let (next, later) = if up.bound < down.bound { (up, down) } else { (down, up) };
        self.heap.push(later);
        Ok(Some(next))
    }

    fn bounds_at(&self, node: &Node, col: Col) -> (f64, f64) {
        let put = node.puts.iter().rev().find(|(of, _)| *of == col);
        let root = || self.applied.get(&col).map(|applied| applied.root);
        put.map(|(_, bounds)| *bounds).or_else(root).unwrap_or_else(|| self.relaxation.bounds(col))
    }

    /// The relaxation with one bound more, unless that leaves nothing.
    fn child(&mut self, puts: &[Put]) -> Result<Shown, SolverError> {
        let is_empty = puts.last().is_some_and(|(_, (low, high))| low > high);
        if is_empty || self.stopped.is_some() {
            return Ok(Shown::Closed);
        }
        self.solve(puts)
    }

    fn solve(&mut self, puts: &[Put]) -> Result<Shown, SolverError> {
        self.apply(puts)?;
        let solution = self.relaxation.solve(self.settings, self.watch)?;
        self.solves += 1;
        self.pivots += solution.iterations;
        let value = match (solution.status, solution.objective) {
            (Status::Optimal, Some(value)) => value,
            (Status::Infeasible, _) => return Ok(Shown::Closed),
            (Status::Unknown(stop) | Status::Feasible(stop), _) => {
                self.stopped = Some(stop);
                return Ok(Shown::Closed);
            }
            _ => {
                self.stopped = Some(Stop::Trouble);
                return Ok(Shown::Closed);
            }
        };
        if self.is_closed(value) {
            return Ok(Shown::Closed);
        }
        let is_split = |col: &Col| {
            let value = solution.value(*col);
            ((value - value.round()).abs() > WHOLE).then_some((*col, value))
        };
        let mut classes = self.asked.classes.iter().enumerate();
        let split = classes.find_map(|(at, class)| {
            let split: Vec<(Col, f64)> = class.iter().filter_map(is_split).collect();
            (!split.is_empty()).then_some((at, split))
        });
        let Some((class, split)) = split else {
            self.best = Some(solution);
            return Ok(Shown::Found);
        };
        let mut stands = Vec::new();
        if class > 0 && class + 1 == self.asked.classes.len() {
            let before = self.asked.classes.iter().take(class).flatten();
            let is_put: BTreeMap<Col, (f64, f64)> = puts.iter().copied().collect();
            stands.extend(before.filter_map(|col| {
                let value = solution.value(*col).round();
                let (low, high) =
                    is_put.get(col).copied().unwrap_or_else(|| self.relaxation.bounds(*col));
                (low < high).then_some((*col, (value, value)))
            }));
        }
        let (puts, fractional) = (puts.to_vec(), Some(split));
        Ok(Shown::Open(Node { bound: value, puts, fractional, stands }))
    }

    fn rounded(&self, bound: f64) -> f64 {
        if self.asked.whole_value { (bound - ROUNDING).ceil() } else { bound }
    }

    /// Can nothing below the best, or below what is asked for, lie above this bound?
    fn is_closed(&self, bound: f64) -> bool {
        let best = self.best.as_ref().and_then(|best| best.objective);
        let best = best.map_or(f64::INFINITY, |best| best - WHOLE);
        self.rounded(bound) >= best.min(self.asked.below)
    }

    /// Sets the bounds of a node, and gives back those of the one before.
    fn apply(&mut self, puts: &[Put]) -> Result<(), SolverError> {
        let wanted: BTreeMap<Col, (f64, f64)> = puts.iter().copied().collect();
        let before = std::mem::take(&mut self.applied);
        for (col, Applied { root, .. }) in &before {
            if !wanted.contains_key(col) {
                self.relaxation.set_bounds(*col, *root)?;
            }
        }
        for (col, now) in wanted {
            let was = before.get(&col);
            if was.is_none_or(|was| was.now != now) {
                let root = was.map_or_else(|| self.relaxation.bounds(col), |was| was.root);
                self.relaxation.set_bounds(col, now)?;
                self.applied.insert(col, Applied { root, now });
            } else if let Some(was) = was {
                self.applied.insert(col, *was);
            }
        }
        Ok(())
    }
}

/// How far a value is from the whole numbers, at most one half.
fn near_half(value: f64) -> f64 {
    let fraction = value - value.floor();
    fraction.min(1.0 - fraction)
}

fn score(down: f64, up: f64) -> f64 {
    down.max(ROUNDING) * up.max(ROUNDING)
}
