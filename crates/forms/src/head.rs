//! Heads of tables: paths of words, one a column, joined into merged cells.
//!
//! `教职工数 › 小学 › 合计` beside `教职工数 › 小学 › 其中专任教师` gives one cell over two for each of
//! the words they share. A path that ends early reaches down to the last row.

/// A cell of a head; rows and columns count from zero inside the head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadCell {
    /// Its first row.
    pub row: u16,
    /// Its first column.
    pub column: u16,
    /// Rows that it takes.
    pub rows: u16,
    /// Columns that it takes.
    pub columns: u16,
    /// What it says.
    pub text: String,
}

/// The head of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// Its rows.
    pub rows: u16,
    /// Its cells, row by row.
    pub cells: Vec<HeadCell>,
}

/// A column as the head sees it.
#[derive(Clone, Debug, Default)]
pub struct HeadColumn {
    /// Words from the top down.
    pub path: Vec<String>,
    /// The number of the column on the official form (`L7`), in a row of its own.
    pub label: Option<String>,
    /// Columns of the grid that it takes.
    pub span: u16,
}

fn narrow(n: usize) -> u16 {
    u16::try_from(n).unwrap_or(u16::MAX)
}

/// Joins the paths of the columns.
#[must_use]
pub fn layout(columns: &[HeadColumn]) -> Head {
    let depth = columns.iter().map(|c| c.path.len()).max().unwrap_or(0);
    if depth == 0 {
        return Head::default();
    }
    let mut starts = Vec::with_capacity(columns.len());
    let mut at = 0u16;
    for column in columns {
        starts.push(at);
        at = at.saturating_add(column.span);
    }
    let mut cells = Vec::new();
    for level in 0..depth {
        let mut i = 0;
        while let Some(column) = columns.get(i) {
            let Some(text) = column.path.get(level) else {
                i += 1;
                continue;
            };
            let leaf = column.path.len() == level + 1;
            let joined = if leaf { 1 } else { same(columns.get(i..).unwrap_or_default(), level) };
            let run = columns.get(i..i + joined).unwrap_or_default();
            cells.push(HeadCell {
                row: narrow(level),
                column: starts.get(i).copied().unwrap_or(0),
                rows: if leaf { narrow(depth - level) } else { 1 },
                columns: run.iter().map(|c| c.span).sum(),
                text: text.clone(),
            });
            i += joined;
        }
    }
    let labelled = columns.iter().any(|c| c.label.is_some());
    if labelled {
        for (column, start) in columns.iter().zip(starts) {
            cells.push(HeadCell {
                row: narrow(depth),
                column: start,
                rows: 1,
                columns: column.span,
                text: column.label.clone().unwrap_or_default(),
            });
        }
    }
    Head { rows: narrow(depth + usize::from(labelled)), cells }
}

/// How many columns from the first share its path up to `level` and go on below it.
fn same(columns: &[HeadColumn], level: usize) -> usize {
    let Some(first) = columns.first().and_then(|c| c.path.get(..=level)) else { return 1 };
    columns
        .iter()
        .take_while(|c| c.path.len() > level + 1 && c.path.get(..=level) == Some(first))
        .count()
        .max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(path: &[&str], label: &str) -> HeadColumn {
        let label = (!label.is_empty()).then(|| label.to_owned());
        HeadColumn { path: path.iter().map(|&p| p.to_owned()).collect(), label, span: 1 }
    }

    fn drawn(columns: &[HeadColumn]) -> Vec<String> {
        let head = layout(columns);
        head.cells
            .iter()
            .map(|c| format!("{},{} {}x{} {}", c.row, c.column, c.rows, c.columns, c.text))
            .collect()
    }

    #[test]
    fn shared_words_are_one_cell() {
        let columns = [
            column(&["特殊教育学校"], "L14"),
            column(&["教职工数", "小学", "合计"], "L21"),
            column(&["教职工数", "小学", "其中专任教师"], "L22"),
            column(&["教职工数", "初中", "合计"], "L23"),
        ];
        assert_eq!(
            drawn(&columns),
            [
                "0,0 3x1 特殊教育学校",
                "0,1 1x3 教职工数",
                "1,1 1x2 小学",
                "1,3 1x1 初中",
                "2,1 1x1 合计",
                "2,2 1x1 其中专任教师",
                "2,3 1x1 合计",
                "3,0 1x1 L14",
                "3,1 1x1 L21",
                "3,2 1x1 L22",
                "3,3 1x1 L23",
            ]
        );
        assert_eq!(layout(&columns).rows, 4);
    }

    #[test]
    fn equal_leaves_stay_apart() {
        let columns = [column(&["满意"], ""), column(&["满意"], ""), column(&["满意", "计"], "")];
        assert_eq!(drawn(&columns), ["0,0 2x1 满意", "0,1 2x1 满意", "0,2 1x1 满意", "1,2 1x1 计"]);
    }

    #[test]
    fn no_words_no_head() {
        assert_eq!(layout(&[column(&[], "")]), Head::default());
    }
}
