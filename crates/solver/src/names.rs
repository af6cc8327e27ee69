//! Names of columns and rows in one string: 10⁵ names are two allocations, not 10⁵.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Names {
    text: String,
    /// Where each name ends in `text`.
    ends: Vec<usize>,
}

impl Names {
    pub(crate) fn push(&mut self, name: &str) {
        self.text.push_str(name);
        self.ends.push(self.text.len());
    }

    /// The name at an index; empty where there is none.
    pub(crate) fn get(&self, index: usize) -> &str {
        let start = match index.checked_sub(1) {
            Some(before) => self.ends.get(before).copied().unwrap_or_default(),
            None => 0,
        };
        self.ends.get(index).and_then(|&end| self.text.get(start..end)).unwrap_or_default()
    }

    pub(crate) fn truncate(&mut self, count: usize) {
        if count < self.ends.len() {
            self.ends.truncate(count);
            self.text.truncate(self.ends.last().copied().unwrap_or_default());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Names;

    #[test]
    fn names_come_back_by_index_and_can_be_cut_off() {
        let mut names = Names::default();
        for name in ["教室", "", "操场"] {
            names.push(name);
        }
        assert_eq!([0, 1, 2, 3].map(|index| names.get(index)), ["教室", "", "操场", ""]);
        names.truncate(1);
        names.push("书");
        assert_eq!([0, 1, 2].map(|index| names.get(index)), ["教室", "书", ""]);
    }
}
