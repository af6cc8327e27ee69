//! Tables on the terminal: headings over a line, columns by their width on the screen (a Chinese
//! character takes two), wrapped to the terminal and as wide as they need in a pipe.

use crate::screen;
use comfy_table::{
    Attribute, Cell, CellAlignment, Color, ContentArrangement, LineStyle, Table, TableStyle,
};
use standard::evaluation::{OverallVerdict, TargetState, Verdict};

/// How a cell looks. Colour is never alone: the text says the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    /// As it is.
    Plain,
    /// In order.
    Good,
    /// Needs a look.
    Care,
    /// Fails.
    Bad,
    /// May be passed over.
    Faint,
}

impl From<Verdict> for Tone {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Pass => Self::Good,
            Verdict::Near | Verdict::Missing => Self::Care,
            Verdict::Fail => Self::Bad,
            Verdict::NotApplicable => Self::Faint,
        }
    }
}

impl From<OverallVerdict> for Tone {
    fn from(verdict: OverallVerdict) -> Self {
        match verdict {
            OverallVerdict::Pass => Self::Good,
            OverallVerdict::Fail => Self::Bad,
            OverallVerdict::NotDecidable => Self::Care,
        }
    }
}

impl From<TargetState> for Tone {
    fn from(state: TargetState) -> Self {
        match state {
            TargetState::Met | TargetState::Early => Self::Good,
            TargetState::OnCourse => Self::Plain,
            TargetState::AtRisk | TargetState::Missing => Self::Care,
            TargetState::Late => Self::Bad,
        }
    }
}

/// A text with its look.
pub(crate) type Toned = (String, Tone);

/// A cell without emphasis.
pub(crate) fn plain(text: impl Into<String>) -> Toned {
    (text.into(), Tone::Plain)
}

/// The sign and word of a verdict.
pub(crate) fn verdict(verdict: Verdict) -> Toned {
    let text = match verdict {
        Verdict::NotApplicable => verdict.sign().to_owned(),
        _ => format!("{} {}", verdict.sign(), verdict.zh()),
    };
    (text, verdict.into())
}

/// A table being filled.
pub(crate) struct Grid {
    table: Table,
    right: Vec<bool>,
}

impl Grid {
    /// With headings; those that begin with `>` are of columns of figures and stand to the right.
    pub(crate) fn new(heads: &[&str]) -> Self {
        let mut table = Table::new();
        // ASCII: consoles with Chinese fonts draw the box characters two columns wide.
        let line = LineStyle::none().fill('-').junction('-');
        table
            .load_style(TableStyle::new().header_separator(line))
            .enforce_styling()
            .set_content_arrangement(ContentArrangement::Disabled);
        table.style_text_only();
        if let Some(width) = screen::width() {
            table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
        }
        let right: Vec<bool> = heads.iter().map(|head| head.starts_with('>')).collect();
        table.set_header(heads.iter().zip(&right).map(|(head, right)| {
            let cell = Cell::new(head.trim_start_matches('>')).add_attribute(Attribute::Bold);
            if *right { cell.set_alignment(CellAlignment::Right) } else { cell }
        }));
        Self { table, right }
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = Toned>) {
        let right = self.right.iter().copied().chain(std::iter::repeat(false));
        self.table.add_row(cells.into_iter().zip(right).map(|((text, tone), right)| {
            let cell = Cell::new_owned(text);
            let cell = match tone {
                Tone::Plain => cell,
                Tone::Good => cell.fg(Color::Green),
                Tone::Care => cell.fg(Color::Yellow),
                Tone::Bad => cell.fg(Color::Red).add_attribute(Attribute::Bold),
                Tone::Faint => cell.add_attribute(Attribute::Dim),
            };
            if right { cell.set_alignment(CellAlignment::Right) } else { cell }
        }));
    }

    /// Has it no rows?
    pub(crate) fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// The lines of the table, each ended.
    pub(crate) fn render(&self) -> String {
        let mut text = String::new();
        for line in self.table.lines() {
            text.push(' ');
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}
