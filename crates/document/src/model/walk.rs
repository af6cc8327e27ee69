//! One way through a document, in the order of reading: what counts, checks and compares walks here,
//! so that nothing is forgotten in one place and found in another.

use super::{Block, Document, Point, Run, State, plain};

/// What is met on the way.
#[derive(Clone, Copy, Debug)]
pub enum Visit<'a> {
    /// A run, wherever it stands.
    Run(&'a Run),
    /// A block of the body or an annex, before what is in it.
    Block(&'a Block),
    /// A value of a chart.
    Point(&'a Point),
}

impl Document {
    /// Everything in the order of reading.
    pub fn walk<'a>(&'a self, mut visit: impl FnMut(Visit<'a>)) {
        let visit = &mut visit;
        runs(&self.number, visit);
        runs(&self.title, visit);
        runs(&self.addressee, visit);
        blocks(&self.blocks, visit);
        if let Some(signature) = &self.signature {
            signature.organs.iter().for_each(|organ| runs(organ, visit));
            runs(&signature.date, visit);
        }
        runs(&self.note, visit);
        if let Some(copies) = &self.copies {
            for part in [&copies.to, &copies.printed_by, &copies.printed_on] {
                runs(part, visit);
            }
        }
        self.annexes.iter().for_each(|annex| blocks(&annex.blocks, visit));
    }

    /// The figures in order, key and text; a figure that stands twice comes twice.
    #[must_use]
    pub fn figures(&self) -> Vec<(&str, &str)> {
        let mut figures = Vec::new();
        self.walk(|visit| {
            if let Visit::Run(Run::Figure { key, text }) = visit {
                figures.push((key.as_str(), text.as_str()));
            }
        });
        figures
    }

    /// The free paragraphs in order, key and text.
    #[must_use]
    pub fn free(&self) -> Vec<(&str, &str)> {
        let mut free = Vec::new();
        self.walk(|visit| {
            if let Visit::Block(Block::Free(one)) | Visit::Run(Run::Free(one)) = visit {
                free.push((one.key.as_str(), one.text.as_str()));
            }
        });
        free
    }

    /// The gaps that keep it from becoming final, in words.
    #[must_use]
    pub fn pending(&self) -> Vec<&str> {
        let mut gaps = Vec::new();
        self.walk(|visit| match visit {
            Visit::Run(Run::Pending { what, .. }) => gaps.push(what.as_str()),
            Visit::Block(Block::Free(one)) | Visit::Run(Run::Free(one))
                if one.is_empty() && !one.optional =>
            {
                gaps.push(one.prompt.as_str());
            }
            _ => {}
        });
        gaps
    }

    /// The title as one line.
    #[must_use]
    pub fn title_line(&self) -> String {
        plain(&self.title).replace('\n', "")
    }

    /// Whether it is a draft.
    #[must_use]
    pub fn is_draft(&self) -> bool {
        self.state == State::Draft
    }
}

fn runs<'a>(all: &'a [Run], visit: &mut impl FnMut(Visit<'a>)) {
    for run in all {
        visit(Visit::Run(run));
    }
}

fn blocks<'a>(all: &'a [Block], visit: &mut impl FnMut(Visit<'a>)) {
    for block in all {
        visit(Visit::Block(block));
        match block {
            Block::Heading { runs: inner, .. } | Block::Paragraph { runs: inner, .. } => {
                runs(inner, visit);
            }
            Block::Table(table) => {
                runs(&table.caption, visit);
                let rows = table.head.iter().chain(&table.rows);
                rows.flat_map(|row| &row.cells).for_each(|cell| runs(&cell.runs, visit));
                table.notes.iter().for_each(|note| runs(note, visit));
            }
            Block::Chart(chart) => {
                runs(&chart.caption, visit);
                let points = chart.series.iter().flat_map(|series| &series.points);
                points.flatten().for_each(|point| visit(Visit::Point(point)));
            }
            Block::Free(_) | Block::Break { .. } => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Annex, Cell, Free, Row, Table};
    use super::*;

    fn document() -> Document {
        let free = |key: &str, text: &str, optional| Free {
            key: key.into(),
            prompt: format!("写{key}"),
            text: text.into(),
            optional,
        };
        let mut document = Document::new("报告");
        document.blocks = vec![
            Block::paragraph(vec![Run::figure("a", "1"), Run::pending("督查次数")]),
            Block::Free(free("problems", "", false)),
            Block::Free(free("more", " ", true)),
        ];
        let mut table = Table::new(&[(4, "学校"), (4, "责任人")]);
        let cells = vec![
            Cell::new(vec![Run::figure("b", "2")]),
            Cell::new(vec![Run::Free(free("who", "李明", false))]),
        ];
        table.rows.push(Row::new(cells));
        document.annexes.push(Annex {
            title: "清单".into(),
            blocks: vec![Block::Table(table)],
            ..Annex::default()
        });
        document
    }

    #[test]
    fn figures_free_texts_and_gaps_are_found_wherever_they_stand() {
        let document = document();
        assert_eq!(document.figures(), [("a", "1"), ("b", "2")]);
        assert_eq!(document.free(), [("problems", ""), ("more", " "), ("who", "李明")]);
        assert_eq!(document.pending(), ["督查次数", "写problems"]);
    }

    #[test]
    fn a_document_goes_to_json_and_back() {
        let document = document();
        let json = serde_json::to_string(&document).unwrap();
        assert_eq!(serde_json::from_str::<Document>(&json).unwrap(), document);
        let unknown = json.replacen("\"blocks\"", "\"colour\":1,\"blocks\"", 1);
        assert!(serde_json::from_str::<Document>(&unknown).is_err());
    }
}
