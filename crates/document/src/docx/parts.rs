//! The parts beside the body: styles, settings, headers, properties, the manifest.

use super::body::Written;
use super::package::Package;
use super::page::{Side, footer, head_line, header};
use super::style::{font_table, styles};
use super::xml::text;
use crate::error::DocumentError;
use crate::model::{Audience, Document, State};
use crate::trace::{NAMESPACE, PROPERTY};
use std::fmt::Write as _;

/// The namespaces of the parts of WordprocessingML.
pub(super) const NAMESPACES: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" \
     xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" \
     xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\" \
     xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\" \
     xmlns:w15=\"http://schemas.microsoft.com/office/word/2012/wordml\" mc:Ignorable=\"w15\"";
/// The relationship id of the first chart; those before it are of the parts that every file has.
pub(super) const FIRST_CHART: usize = 10;

macro_rules! word {
    ($kind:literal) => {
        concat!("application/vnd.openxmlformats-officedocument.wordprocessingml.", $kind, "+xml")
    };
}

/// Adds all parts of a document.
pub(super) fn add(
    document: &Document,
    written: Written,
    package: &mut Package,
) -> Result<(), DocumentError> {
    const MAIN: &str = "word/document.xml";
    package.relate("", "officeDocument", MAIN);
    package.relate(
        "",
        "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties",
        "docProps/core.xml",
    );
    package.relate("", "extended-properties", "docProps/app.xml");
    package.relate("", "custom-properties", "docProps/custom.xml");
    let manifest = manifest(document, &written);
    let body = format!("<w:document {NAMESPACES}><w:body>{}</w:body></w:document>", written.xml);
    package.xml(MAIN, word!("document.main"), &body);
    drop(body);
    let line = head_line(document).unwrap_or_default();
    for (kind, name, content_type, xml) in [
        ("footer", "footer1", word!("footer"), footer(Some(Side::Right))),
        ("footer", "footer2", word!("footer"), footer(Some(Side::Left))),
        ("header", "header1", word!("header"), header(&line)),
        ("header", "header2", word!("header"), header(&line)),
        ("footer", "footer3", word!("footer"), footer(None)),
        ("styles", "styles", word!("styles"), styles()),
        ("settings", "settings", word!("settings"), settings()),
        ("fontTable", "fontTable", word!("fontTable"), font_table()),
    ] {
        package.relate(MAIN, kind, &format!("{name}.xml"));
        package.xml(&format!("word/{name}.xml"), content_type, &xml);
    }
    package.relate(MAIN, "customXml", "../customXml/item1.xml");
    package.relate("customXml/item1.xml", "customXmlProps", "itemProps1.xml");
    package.xml("customXml/item1.xml", "", &manifest);
    package.xml(
        "customXml/itemProps1.xml",
        "application/vnd.openxmlformats-officedocument.customXmlProperties+xml",
        &format!(
            "<ds:datastoreItem xmlns:ds=\"http://schemas.openxmlformats.org/officeDocument/2006/customXml\" \
             ds:itemID=\"{{6A756E68-656E-4700-8000-000000000001}}\"><ds:schemaRefs>\
             <ds:schemaRef ds:uri=\"{NAMESPACE}\"/></ds:schemaRefs></ds:datastoreItem>"
        ),
    );
    for (index, chart) in written.charts.into_iter().enumerate() {
        chart.add(index + 1, MAIN, package)?;
    }
    properties(document, package);
    Ok(())
}

fn settings() -> String {
    format!(
        "<w:settings {NAMESPACES}><w:zoom w:percent=\"100\"/><w:defaultTabStop w:val=\"420\"/>\
         <w:evenAndOddHeaders/><w:drawingGridHorizontalSpacing w:val=\"158\"/>\
         <w:drawingGridVerticalSpacing w:val=\"579\"/>\
         <w:characterSpacingControl w:val=\"compressPunctuation\"/><w:compat>\
         <w:spaceForUL/><w:balanceSingleByteDoubleByteWidth/><w:doNotLeaveBackslashAlone/>\
         <w:ulTrailSpace/><w:useFELayout/>\
         <w:compatSetting w:name=\"compatibilityMode\" w:uri=\"http://schemas.microsoft.com/office/word\" \
         w:val=\"15\"/></w:compat><w:themeFontLang w:val=\"en-US\" w:eastAsia=\"zh-CN\"/></w:settings>"
    )
}

/// The part of custom XML that word processors carry along.
fn manifest(document: &Document, written: &Written) -> String {
    let provenance = &document.provenance;
    let state = match document.state {
        State::Draft => "draft",
        State::Final => "final",
    };
    let audience = match document.audience {
        Audience::Internal => "internal",
        Audience::Public => "public",
    };
    let mut xml = format!(
        "<jh:document xmlns:jh=\"{NAMESPACE}\" engine=\"{}\" state=\"{state}\" audience=\"{audience}\">",
        text(&provenance.engine)
    );
    for source in &provenance.sources {
        let _ = write!(
            xml,
            "<jh:source role=\"{}\" id=\"{}\" title=\"{}\" version=\"{}\" hash=\"{}\"/>",
            source.role.code(),
            text(&source.id),
            text(&source.title),
            text(&source.version),
            text(&source.hash)
        );
    }
    for (key, shown) in &written.figures {
        let _ = write!(xml, "<jh:figure key=\"{}\" text=\"{}\"/>", text(key), text(shown));
    }
    for (key, prompt) in &written.free {
        let _ = write!(xml, "<jh:free key=\"{}\" prompt=\"{}\"/>", text(key), text(prompt));
    }
    xml.push_str("</jh:document>");
    xml
}

/// Core, application and custom properties. No moment is given: the same document is the same file.
fn properties(document: &Document, package: &mut Package) {
    let title = document.title_line();
    let author = document.signature.as_ref().and_then(|s| s.organs.first());
    let author = author.map(|organ| crate::model::plain(organ)).unwrap_or_default();
    let engine = format!("均衡 {}", document.provenance.engine);
    package.xml(
        "docProps/core.xml",
        "application/vnd.openxmlformats-package.core-properties+xml",
        &format!(
            "<cp:coreProperties \
             xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
             xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>{}</dc:title>\
             <dc:creator>{}</dc:creator><dc:language>zh-CN</dc:language></cp:coreProperties>",
            text(&title),
            text(&author)
        ),
    );
    package.xml(
        "docProps/app.xml",
        "application/vnd.openxmlformats-officedocument.extended-properties+xml",
        &format!(
            "<Properties xmlns=\"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties\">\
             <Application>{}</Application></Properties>",
            text(&engine)
        ),
    );
    let mut xml = String::from(
        "<Properties xmlns=\"http://schemas.openxmlformats.org/officeDocument/2006/custom-properties\" \
         xmlns:vt=\"http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes\">",
    );
    let mut all = vec![("engine".to_owned(), document.provenance.engine.clone())];
    for (index, source) in document.provenance.sources.iter().enumerate() {
        let value = format!("{} {} {}", source.id, source.version, source.hash);
        all.push((format!("{}.{}", source.role.code(), index + 1), value));
    }
    for (index, (name, value)) in all.iter().enumerate() {
        let _ = write!(
            xml,
            "<property fmtid=\"{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}\" pid=\"{}\" \
             name=\"{PROPERTY}{name}\"><vt:lpwstr>{}</vt:lpwstr></property>",
            index + 2,
            text(value)
        );
    }
    xml.push_str("</Properties>");
    package.xml(
        "docProps/custom.xml",
        "application/vnd.openxmlformats-officedocument.custom-properties+xml",
        &xml,
    );
}
