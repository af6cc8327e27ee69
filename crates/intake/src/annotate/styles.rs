//! The styles part: what the colours and our own sheet need, added behind what is there.
//!
//! A style that an earlier run has added is used again, so that nothing piles up.

use super::package::{PackageError, namespace};
use super::sheet::Colours;
use super::xml::{Edits, Element, outline};
use crate::finding::Severity;

/// Fill colour of a severity, as RRGGBB: light red, amber, blue.
pub(crate) const fn colour(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "F8C9C4",
        Severity::Warning => "FCE4A8",
        Severity::Notice => "CFE2F7",
    }
}

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

/// A workbook's styles with ours.
pub(super) struct Styled {
    /// The part.
    pub(super) xml: String,
    /// Differential formats of the severities.
    pub(super) colours: Colours,
    /// Cell formats of our sheet.
    pub(super) formats: Formats,
}

/// Numbers of cell formats.
#[derive(Clone, Copy, Debug)]
pub(super) struct Formats {
    /// The title.
    pub(super) title: usize,
    /// The remarks under it.
    pub(super) remark: usize,
    /// A heading.
    pub(super) head: usize,
    /// A cell of the list.
    pub(super) body: usize,
    /// A cell of the list that leads somewhere.
    pub(super) link: usize,
}

/// A list of styles being extended.
struct List<'a> {
    xml: &'a str,
    parent: &'a Element,
    items: Vec<&'a str>,
    new: Vec<String>,
}

impl<'a> List<'a> {
    fn find(xml: &'a str, all: &'a [Element], name: &str) -> Option<Self> {
        let parent = all.iter().find(|e| e.depth == 1 && e.name() == name)?;
        let items = all
            .iter()
            .filter(|e| e.depth == 2 && parent.holds(e))
            .filter_map(|e| xml.get(e.span.clone()))
            .collect();
        Some(Self { xml, parent, items, new: Vec::new() })
    }

    /// The number of an item, which is added where it is not there yet.
    fn number(&mut self, item: String) -> usize {
        if let Some(found) = self.items.iter().position(|there| *there == item) {
            return found;
        }
        let fresh = self.new.iter().position(|new| *new == item).unwrap_or_else(|| {
            self.new.push(item);
            self.new.len() - 1
        });
        self.items.len() + fresh
    }

    fn write(self, edits: &mut Edits) {
        if self.new.is_empty() {
            return;
        }
        let count = (self.items.len() + self.new.len()).to_string();
        let children = self.new.concat();
        if self.parent.empty {
            let name = &self.parent.qname;
            edits.replace(
                self.parent.span.clone(),
                format!("<{name} count=\"{count}\">{children}</{name}>"),
            );
        } else {
            edits.set_attribute(self.xml, self.parent, "count", &count);
            edits.append(self.xml, self.parent, &children);
        }
    }
}

/// Adds what we need to a workbook's styles.
pub(super) fn extend(xml: &str) -> Result<Styled, PackageError> {
    let all = outline(xml, |depth, _| depth <= 2)?;
    let root = all.first().filter(|root| !root.empty).ok_or(PackageError::Xml)?;
    let space = namespace(root, MAIN);
    let mut edits = Edits::default();

    let mut fonts = List::find(xml, &all, "fonts").ok_or(PackageError::Xml)?;
    let mut font = |bold: &str, size: u8, colour: &str| {
        fonts.number(format!(
            "<font{space}>{bold}<sz val=\"{size}\"/><color rgb=\"FF{colour}\"/>\
             <name val=\"宋体\"/><charset val=\"134\"/></font>"
        ))
    };
    let (title, remark) = (font("<b/>", 14, "1F2D3D"), font("", 10, "5A6672"));
    let (head, body) = (font("<b/>", 11, "1F2D3D"), font("", 11, "1F2D3D"));
    let link = font("<u/>", 11, "1D5FA8");
    fonts.write(&mut edits);

    let mut fills = List::find(xml, &all, "fills").ok_or(PackageError::Xml)?;
    let grey = fills.number(format!(
        "<fill{space}><patternFill patternType=\"solid\"><fgColor rgb=\"FFE6ECF2\"/>\
         <bgColor indexed=\"64\"/></patternFill></fill>"
    ));
    fills.write(&mut edits);

    let mut borders = List::find(xml, &all, "borders").ok_or(PackageError::Xml)?;
    let side = |name: &str| format!("<{name} style=\"thin\"><color rgb=\"FFC9D1DA\"/></{name}>");
    let thin = borders.number(format!(
        "<border{space}>{}{}{}{}<diagonal/></border>",
        side("left"),
        side("right"),
        side("top"),
        side("bottom")
    ));
    borders.write(&mut edits);

    let mut cells = List::find(xml, &all, "cellXfs").ok_or(PackageError::Xml)?;
    let mut format = |font: usize, fill: usize, border: usize, align: &str| {
        cells.number(format!(
            "<xf{space} numFmtId=\"0\" fontId=\"{font}\" fillId=\"{fill}\" borderId=\"{border}\" \
             xfId=\"0\" applyFont=\"1\" applyFill=\"1\" applyBorder=\"1\" applyAlignment=\"1\">\
             <alignment {align}/></xf>"
        ))
    };
    let wrapped = "vertical=\"top\" wrapText=\"1\"";
    let formats = Formats {
        title: format(title, 0, 0, "vertical=\"center\""),
        remark: format(remark, 0, 0, wrapped),
        head: format(head, grey, thin, "horizontal=\"center\" vertical=\"center\" wrapText=\"1\""),
        body: format(body, 0, thin, wrapped),
        link: format(link, 0, thin, wrapped),
    };
    cells.write(&mut edits);

    let severities = [Severity::Error, Severity::Warning, Severity::Notice];
    let colour = |severity| {
        format!(
            "<dxf{space}><fill><patternFill patternType=\"solid\"><fgColor rgb=\"FF{0}\"/>\
             <bgColor rgb=\"FF{0}\"/></patternFill></fill></dxf>",
            colour(severity)
        )
    };
    let colours = if let Some(mut list) = List::find(xml, &all, "dxfs") {
        let colours = severities.map(|s| (s, list.number(colour(s)))).into();
        list.write(&mut edits);
        colours
    } else {
        let after = ["tableStyles", "colors", "extLst"];
        let next = all.iter().find(|e| e.depth == 1 && after.contains(&e.name()));
        let list = severities.map(colour).concat();
        edits.insert(
            next.map_or(root.inner.end, |e| e.span.start),
            format!("<dxfs{space} count=\"3\">{list}</dxfs>"),
        );
        severities.into_iter().zip(0..).collect()
    };
    Ok(Styled { xml: edits.apply(xml), colours, formats })
}

/// The styles of a workbook that has none.
pub(super) const PLAIN: &str = concat!(
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n",
    "<styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">",
    "<fonts count=\"1\"><font><sz val=\"11\"/><name val=\"宋体\"/><charset val=\"134\"/></font></fonts>",
    "<fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill>",
    "<fill><patternFill patternType=\"gray125\"/></fill></fills>",
    "<borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>",
    "<cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>",
    "<cellXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/></cellXfs>",
    "</styleSheet>"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_are_added_once() {
        let once = extend(PLAIN).unwrap();
        assert_eq!(once.formats.title, 1);
        assert_eq!(once.colours[&Severity::Notice], 2);
        assert!(once.xml.contains("<cellXfs count=\"6\">"));
        let twice = extend(&once.xml).unwrap();
        assert_eq!(twice.xml, once.xml);
        assert_eq!(twice.colours, once.colours);
    }

    #[test]
    fn a_sheet_of_styles_without_the_needed_lists_is_refused() {
        assert!(extend("<styleSheet></styleSheet>").is_err());
        assert!(extend("<styleSheet/>").is_err());
        let empty = PLAIN.replace("</cellXfs>", "</cellXfs><dxfs count=\"0\"/>");
        assert!(extend(&empty).unwrap().xml.contains("<dxfs count=\"3\">"));
    }
}
