//! Styles: every look of a paragraph has a name, so that Word's navigation and its own restyling
//! work.

use super::parts::NAMESPACES;
use crate::layout::{
    ABOVE_MARK, BODY, CHARACTER, FACES, Face, HEAD, KAI, LINE, NARROWER, SIZE_2, SIZE_3, SIZE_4,
    SIZE_4S, SONG, TABLE_SIZES, TITLE,
};
use std::fmt::Write as _;

/// A paragraph style: id, name, properties of paragraph and run.
struct Style {
    id: String,
    name: String,
    paragraph: String,
    run: String,
}

/// Two characters in, in characters and, for those who do not know them, in twips.
const INDENT: u32 = 2 * CHARACTER;

/// `styles.xml`.
pub(super) fn styles() -> String {
    let mut xml = format!(
        "<w:styles {NAMESPACES}><w:docDefaults><w:rPrDefault><w:rPr>{}<w:sz w:val=\"{SIZE_3}\"/>\
         <w:szCs w:val=\"{SIZE_3}\"/><w:lang w:val=\"en-US\" w:eastAsia=\"zh-CN\" w:bidi=\"ar-SA\"/>\
         </w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>\
         <w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name w:val=\"Normal\"/>\
         <w:qFormat/><w:pPr><w:widowControl w:val=\"0\"/><w:overflowPunct w:val=\"0\"/>\
         <w:spacing w:line=\"{LINE}\" \
         w:lineRule=\"exact\"/><w:jc w:val=\"both\"/></w:pPr><w:rPr><w:spacing w:val=\"{NARROWER}\"/>\
         <w:sz w:val=\"{SIZE_3}\"/><w:szCs w:val=\"{SIZE_3}\"/></w:rPr></w:style>\
         <w:style w:type=\"table\" w:default=\"1\" w:styleId=\"TableNormal\">\
         <w:name w:val=\"Normal Table\"/><w:uiPriority w:val=\"99\"/><w:semiHidden/>\
         <w:unhideWhenUsed/><w:tblPr><w:tblInd w:w=\"0\" w:type=\"dxa\"/><w:tblCellMar>\
         <w:top w:w=\"0\" w:type=\"dxa\"/><w:left w:w=\"108\" w:type=\"dxa\"/>\
         <w:bottom w:w=\"0\" w:type=\"dxa\"/><w:right w:w=\"108\" w:type=\"dxa\"/></w:tblCellMar>\
         </w:tblPr></w:style>",
        fonts(&BODY)
    );
    for style in paragraphs() {
        let Style { id, name, paragraph, run } = style;
        let _ = write!(
            xml,
            "<w:style w:type=\"paragraph\" w:styleId=\"{id}\"><w:name w:val=\"{name}\"/>\
             <w:basedOn w:val=\"Normal\"/><w:qFormat/><w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr>\
             </w:style>"
        );
    }
    xml.push_str("</w:styles>");
    xml
}

/// All paragraph styles.
fn paragraphs() -> Vec<Style> {
    let mut all = frame();
    all.extend(small());
    let headings = [(&HEAD, ""), (&KAI, ""), (&BODY, "<w:b/>"), (&BODY, "")];
    for (level, (face, bold)) in headings.into_iter().enumerate() {
        let number = level + 1;
        all.push(style(
            &format!("Heading{number}"),
            &format!("heading {number}"),
            &format!(
                "<w:keepNext/><w:keepLines/>{}<w:outlineLvl w:val=\"{level}\"/>",
                first_line()
            ),
            &format!("{}{bold}", fonts(face)),
        ));
    }
    for size in TABLE_SIZES {
        let cell =
            format!("{FREE}<w:spacing w:line=\"240\" w:lineRule=\"auto\"/>{}", set("center"));
        all.push(style(
            &format!("JhCell{size}"),
            &format!("表文{size}"),
            &cell,
            &look(&SONG, size),
        ));
        all.push(style(
            &format!("JhHead{size}"),
            &format!("表头{size}"),
            &cell,
            &look(&HEAD, size),
        ));
    }
    all
}

fn style(id: &str, name: &str, paragraph: &str, run: &str) -> Style {
    Style {
        id: id.to_owned(),
        name: name.to_owned(),
        paragraph: paragraph.to_owned(),
        run: run.to_owned(),
    }
}

/// Off the grid of lines.
const FREE: &str = "<w:snapToGrid w:val=\"0\"/>";

fn first_line() -> String {
    format!("<w:ind w:firstLineChars=\"200\" w:firstLine=\"{INDENT}\"/>")
}

fn exact(line: u32) -> String {
    format!("<w:spacing w:line=\"{line}\" w:lineRule=\"exact\"/>")
}

fn around(before: u32, after: u32, line: u32) -> String {
    format!(
        "<w:spacing w:before=\"{before}\" w:after=\"{after}\" w:line=\"{line}\" \
         w:lineRule=\"exact\"/>"
    )
}

fn set(align: &str) -> String {
    format!("<w:jc w:val=\"{align}\"/>")
}

/// A face and a size of its own, not narrowed.
fn look(face: &Face, size: u32) -> String {
    format!("{}{FREE}<w:spacing w:val=\"0\"/>{}", fonts(face), sized(size))
}

/// The text and what frames it.
fn frame() -> Vec<Style> {
    let (centre, title) = (set("center"), look(&TITLE, SIZE_2));
    vec![
        style("JhBody", "公文正文", &first_line(), ""),
        style("JhPlain", "公文顶格", "", ""),
        style("JhCentred", "公文居中", &centre, ""),
        style("JhRight", "公文居右", &set("right"), ""),
        style(
            "JhNote",
            "公文注释",
            &format!("{FREE}{}{}", around(60, 60, 340), set("left")),
            &look(&SONG, 21),
        ),
        style("JhNothing", "公文占位", &format!("{FREE}{}", exact(20)), &look(&BODY, 2)),
        style(
            "Title",
            "Title",
            &format!("<w:keepNext/>{FREE}{}{centre}", around(LINE, LINE, 700)),
            &title,
        ),
        style(
            "JhMark",
            "发文机关标志",
            &format!(
                "{FREE}<w:spacing w:before=\"{ABOVE_MARK}\" w:line=\"240\" w:lineRule=\"auto\"/>{centre}"
            ),
            &format!(
                "{}{FREE}<w:color w:val=\"FF0000\"/><w:spacing w:val=\"0\"/>{}",
                fonts(&TITLE),
                sized(98)
            ),
        ),
        style(
            "JhRedNumber",
            "发文字号",
            &format!(
                "<w:pBdr><w:bottom w:val=\"single\" w:sz=\"16\" w:space=\"11\" w:color=\"FF0000\"/>\
                 </w:pBdr>{}{centre}",
                around(2 * LINE, LINE, LINE)
            ),
            "",
        ),
        style("JhOrgan", "署名", &format!("<w:keepNext/><w:keepLines/>{}", set("right")), ""),
        style("JhDate", "成文日期", &format!("<w:keepLines/>{}", set("right")), ""),
        style("JhAnnexLabel", "附件序号", "<w:keepNext/>", &fonts(&HEAD)),
        style(
            "JhAnnexTitle",
            "附件标题",
            &format!(
                "<w:keepNext/>{FREE}{}{centre}<w:outlineLvl w:val=\"0\"/>",
                around(LINE, LINE, 700)
            ),
            &title,
        ),
    ]
}

/// What is smaller than the text: captions, copies to, heads and feet of pages.
fn small() -> Vec<Style> {
    let centre = set("center");
    vec![
        style(
            "JhCaption",
            "图表题",
            &format!("<w:keepNext/><w:keepLines/>{FREE}{}{centre}", around(120, 60, 400)),
            &look(&HEAD, SIZE_4S),
        ),
        style(
            "JhChartCaption",
            "图题",
            &format!("<w:keepLines/>{FREE}{}{centre}", around(0, 120, 400)),
            &look(&HEAD, SIZE_4S),
        ),
        style(
            "JhUnit",
            "表单位",
            &format!("<w:keepNext/>{FREE}{}{}", exact(340), set("right")),
            &look(&SONG, 21),
        ),
        style(
            "JhChart",
            "图",
            &format!(
                "<w:keepNext/>{FREE}<w:spacing w:before=\"60\" w:line=\"240\" w:lineRule=\"auto\"/>{centre}"
            ),
            "",
        ),
        style(
            "JhCopies",
            "抄送",
            &format!(
                "{FREE}{}<w:ind w:left=\"1120\" w:right=\"280\" w:hanging=\"840\"/>",
                exact(480)
            ),
            &look(&BODY, SIZE_4),
        ),
        style(
            "JhPrinted",
            "印发机关",
            &format!("{FREE}{}<w:ind w:left=\"280\"/>{}", exact(480), set("left")),
            &look(&BODY, SIZE_4),
        ),
        style(
            "JhPrintedOn",
            "印发日期",
            &format!("{FREE}{}<w:ind w:right=\"280\"/>{}", exact(480), set("right")),
            &look(&BODY, SIZE_4),
        ),
        style(
            "Header",
            "header",
            &format!("{FREE}{}{}", exact(300), set("right")),
            &look(&SONG, 18),
        ),
        style("Footer", "footer", &format!("{FREE}{}", exact(320)), &look(&SONG, SIZE_4)),
    ]
}

/// A face for every script: a quotation mark is as wide as its neighbours only so.
fn fonts(face: &Face) -> String {
    let name = face.name;
    format!(
        "<w:rFonts w:ascii=\"{name}\" w:hAnsi=\"{name}\" w:eastAsia=\"{name}\" w:cs=\"{name}\"/>"
    )
}

fn sized(size: u32) -> String {
    format!("<w:sz w:val=\"{size}\"/><w:szCs w:val=\"{size}\"/>")
}

/// `fontTable.xml`: what stands in where a face is not installed.
pub(super) fn font_table() -> String {
    let mut xml = format!("<w:fonts {NAMESPACES}>");
    for face in FACES {
        let _ = write!(
            xml,
            "<w:font w:name=\"{}\"><w:altName w:val=\"{}\"/><w:panose1 w:val=\"{}\"/>\
             <w:charset w:val=\"86\"/><w:family w:val=\"{}\"/><w:pitch w:val=\"default\"/></w:font>",
            face.name, face.other, face.panose, face.kind
        );
    }
    xml.push_str("</w:fonts>");
    xml
}
