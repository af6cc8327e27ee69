//! The drawing part (VML) in which spreadsheets keep the boxes of cell notes.
//!
//! VML as written by office programs is not always well-formed, so it is edited by searching its
//! text and never parsed.

use crate::layout::CellRef;
use std::collections::BTreeSet;
use std::fmt::Write as _;

const HEAD: &str = concat!(
    "<xml xmlns:v=\"urn:schemas-microsoft-com:vml\" xmlns:o=\"urn:schemas-microsoft-com:office:office\" ",
    "xmlns:x=\"urn:schemas-microsoft-com:office:excel\">"
);
const NOTE_TYPE: &str = concat!(
    "<v:shapetype id=\"_x0000_t202\" coordsize=\"21600,21600\" o:spt=\"202\" ",
    "path=\"m,l,21600r21600,l21600,xe\"><v:stroke joinstyle=\"miter\"/>",
    "<v:path gradientshapeok=\"t\" o:connecttype=\"rect\"/></v:shapetype>"
);
/// The vocabularies of a drawing, by the names that we call them by.
const SPACES: [&str; 3] = [
    "xmlns:v=\"urn:schemas-microsoft-com:vml\"",
    "xmlns:o=\"urn:schemas-microsoft-com:office:office\"",
    "xmlns:x=\"urn:schemas-microsoft-com:office:excel\"",
];
/// Shape numbers come in blocks of this size, one or more a drawing.
const BLOCK: u64 = 1024;

/// A box to be drawn.
pub(super) struct Shape {
    /// The cell that it belongs to.
    pub(super) at: CellRef,
    /// Lines of its text, for its height.
    pub(super) lines: u32,
}

/// The last block of shape numbers that a drawing uses.
pub(super) fn last_block(vml: &str) -> u64 {
    let maps = vml.split("data=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let blocks = maps.flat_map(|list| list.split(',')).filter_map(|n| n.trim().parse().ok());
    blocks.max().unwrap_or(0).max(last_number(vml) / BLOCK)
}

fn last_number(vml: &str) -> u64 {
    vml.split("_x0000_s")
        .skip(1)
        .filter_map(|rest| {
            let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            rest.get(..digits)?.parse().ok()
        })
        .max()
        .unwrap_or(0)
}

/// A drawing with boxes added (`None`: a new drawing, with numbers from block `block`).
/// `None` is the answer for a drawing that has no end.
pub(super) fn add(existing: Option<&str>, shapes: &[Shape], block: u64) -> Option<String> {
    let mut boxes = String::new();
    let first = match existing {
        Some(vml) => last_number(vml).max(BLOCK) + 1,
        None => block * BLOCK + 1,
    };
    for (number, shape) in (first..).zip(shapes) {
        draw(&mut boxes, number, shape);
    }
    let Some(vml) = existing else {
        let blocks: Vec<String> =
            (block..=block + shapes.len() as u64 / BLOCK).map(|b| b.to_string()).collect();
        let map = blocks.join(",");
        return Some(format!(
            "{HEAD}<o:shapelayout v:ext=\"edit\"><o:idmap v:ext=\"edit\" data=\"{map}\"/>\
             </o:shapelayout>{NOTE_TYPE}{boxes}</xml>"
        ));
    };
    let end = vml.rfind("</xml>")?;
    let (head, tail) = vml.split_at_checked(end)?;
    let kind = if head.contains("id=\"_x0000_t202\"") { "" } else { NOTE_TYPE };
    let declared = SPACES.iter().all(|space| head.contains(space));
    let added = if declared {
        format!("{kind}{boxes}")
    } else {
        // The drawing calls the vocabularies by other names: ours are explained where they stand.
        let spaces = SPACES.join(" ");
        format!("{kind}{boxes}")
            .replace("<v:shape ", &format!("<v:shape {spaces} "))
            .replace("<v:shapetype ", &format!("<v:shapetype {spaces} "))
    };
    Some(format!("{head}{added}{tail}"))
}

fn draw(out: &mut String, number: u64, shape: &Shape) {
    // Three columns wide, beside the cell; at the edge of the sheet on its other side.
    let CellRef { row, column } = shape.at;
    let left = if column + 4 < 16_384 { column + 1 } else { column.saturating_sub(5) };
    let height = shape.lines.clamp(3, 24) + 1;
    let top = row.saturating_sub(1).min(1_048_575 - height);
    let _ = write!(
        out,
        "<v:shape id=\"_x0000_s{number}\" type=\"#_x0000_t202\" style=\"position:absolute;\
         margin-left:60pt;margin-top:2pt;width:240pt;height:{}pt;z-index:1;visibility:hidden\" \
         fillcolor=\"#ffffe1\" o:insetmode=\"auto\"><v:fill color2=\"#ffffe1\"/>\
         <v:shadow on=\"t\" color=\"black\" obscured=\"t\"/><v:path o:connecttype=\"none\"/>\
         <v:textbox style=\"mso-direction-alt:auto\"><div style=\"text-align:left\"></div></v:textbox>\
         <x:ClientData ObjectType=\"Note\"><x:MoveWithCells/><x:SizeWithCells/>\
         <x:Anchor>{left}, 12, {top}, 4, {}, 40, {}, 4</x:Anchor><x:AutoFill>False</x:AutoFill>\
         <x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>",
        height * 15,
        left + 3,
        top + height,
    );
}

/// A drawing without the boxes of some cells, and how many shapes it still holds.
pub(super) fn remove(vml: &str, cells: &BTreeSet<CellRef>) -> (String, usize) {
    let mut out = String::with_capacity(vml.len());
    let mut rest = vml;
    let mut left = 0;
    while let Some((start, closing)) = next_shape(rest) {
        let Some(end) = rest.get(start..).and_then(|s| s.find(&closing)) else { break };
        let end = start + end + closing.len();
        let shape = rest.get(start..end).unwrap_or_default();
        out.push_str(rest.get(..start).unwrap_or_default());
        let at = number(shape, ":Row>").zip(number(shape, ":Column>"));
        let ours = shape.contains("ObjectType=\"Note\"")
            && at.is_some_and(|(row, column)| cells.contains(&CellRef { row, column }));
        if !ours {
            out.push_str(shape);
            left += 1;
        }
        rest = rest.get(end..).unwrap_or_default();
    }
    out.push_str(rest);
    (out, left)
}

/// Where the next shape begins, and its closing tag; the prefix is whatever the writer took.
fn next_shape(text: &str) -> Option<(usize, String)> {
    text.match_indices(":shape").find_map(|(at, name)| {
        let behind = text.get(at + name.len()..)?.chars().next()?;
        let start = text.get(..at)?.rfind('<')?;
        let prefix = text.get(start + 1..at)?;
        let opens = behind == '>' || behind.is_whitespace();
        let plain = prefix.chars().all(|c| c.is_ascii_alphanumeric());
        (opens && plain).then(|| (start, format!("</{prefix}:shape>")))
    })
}

fn number(shape: &str, tag: &str) -> Option<u32> {
    shape.split(tag).nth(1)?.split('<').next()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(name: &str) -> Shape {
        Shape { at: CellRef::parse(name).unwrap(), lines: 3 }
    }

    #[test]
    fn boxes_come_and_go() {
        let user = add(None, &[shape("A1")], 1).unwrap();
        assert!(user.contains("_x0000_s1025\"") && user.contains("data=\"1\""));
        let both = add(Some(&user), &[shape("B2"), shape("XFD1048576")], 9).unwrap();
        assert!(both.contains("_x0000_s1027\""));
        assert_eq!(last_block(&both), 1);
        let gone = [shape("B2").at, shape("XFD1048576").at].into_iter().collect();
        assert_eq!(remove(&both, &gone), (user, 1));
    }

    #[test]
    fn strange_drawings_are_not_touched() {
        assert!(add(Some("<xml><v:shape>"), &[shape("A1")], 1).is_none());
        let odd = "<xml><v:shape id=\"a\"><br></xml>";
        assert_eq!(remove(odd, &BTreeSet::new()), (odd.to_owned(), 0));
    }

    #[test]
    fn a_drawing_may_use_other_prefixes() {
        let own = add(None, &[shape("A1")], 1).unwrap();
        let renamed = own.replace("v:", "n1:").replace("x:", "n2:").replace("o:", "n3:");
        let renamed = renamed.replace(":v=", ":n1=").replace(":x=", ":n2=").replace(":o=", ":n3=");
        let both = add(Some(&renamed), &[shape("B2")], 1).unwrap();
        assert!(both.contains("<v:shape xmlns:v="));
        let (left, count) = remove(&both, &[shape("A1").at].into());
        assert!(count == 1 && left.contains("<x:Row>1</x:Row>") && !left.contains("n2:Row"));
    }

    #[test]
    fn many_boxes_take_several_blocks() {
        let shapes: Vec<Shape> = (0..2000).map(|_| shape("A1")).collect();
        assert!(add(None, &shapes, 3).unwrap().contains("data=\"3,4\""));
    }
}
