//! The style sheet: the page set-up of `layout` in CSS.

use crate::layout::{BODY, BOTTOM, HEAD, KAI, LEFT, LINE, RIGHT, SONG, TITLE, TOP};

pub(super) fn css() -> String {
    let point = |twips: u32| format!("{}.{:02}pt", twips / 20, twips % 20 * 5);
    let family =
        |face: &crate::layout::Face| format!("\"{}\",\"{}\",{}", face.name, face.other, face.css);
    let (top, right, bottom, left) = (point(TOP), point(RIGHT), point(BOTTOM), point(LEFT));
    let (line, body, head, kai, song, title) =
        (point(LINE), family(&BODY), family(&HEAD), family(&KAI), family(&SONG), family(&TITLE));
    format!(
        "@page{{size:A4;margin:{top} {right} {bottom} {left};\
@bottom-center{{content:\"－ \" counter(page) \" －\";font:14pt {song}}}}}\
@page jh-wide{{size:A4 landscape;margin:{left} {top} {right} {bottom}}}\
.jh-doc{{font:16pt/{line} {body};letter-spacing:-.25pt;color:#000;max-width:156mm;margin:0 auto;text-align:justify}}\
.jh-doc p{{margin:0;text-indent:2em;overflow-wrap:anywhere}}\
.jh-doc .jh-plain,.jh-doc .jh-annex-label{{text-indent:0}}\
.jh-doc .jh-centred,.jh-doc .jh-number,.jh-doc .jh-mark{{text-align:center;text-indent:0}}\
.jh-doc .jh-right{{text-align:right;text-indent:0}}.jh-doc .jh-left{{text-align:left}}\
.jh-doc .jh-label{{font:9pt/15pt {song};text-align:right}}\
.jh-doc .jh-note{{font:10.5pt/17pt {song};text-indent:0;text-align:left}}\
.jh-doc .jh-mark{{font:44pt/1.3 {title};color:#f00;margin-top:35mm}}\
.jh-doc .jh-number{{margin:2em 0}}.jh-doc .jh-red{{border-bottom:2pt solid #f00;padding-bottom:4mm}}\
.jh-doc .jh-title{{font:22pt/35pt {title};text-align:center;margin:{line} 0;break-after:avoid}}\
.jh-doc h2,.jh-doc h3,.jh-doc h4,.jh-doc h5{{font:16pt/{line} {body};margin:0;text-indent:2em;break-after:avoid}}\
.jh-doc h2:not(.jh-title){{font-family:{head}}}.jh-doc h3{{font-family:{kai}}}.jh-doc h4{{font-weight:bold}}\
.jh-doc .jh-annex-label{{font-family:{head}}}\
.jh-doc mark{{background:#ff0}}\
.jh-doc table{{border-collapse:collapse;width:100%;margin:6pt 0;font:10.5pt/1.4 {song};letter-spacing:0;table-layout:fixed}}\
.jh-doc caption{{font:12pt/20pt {head}}}.jh-doc .jh-unit{{display:block;text-align:right;font:10.5pt/17pt {song}}}\
.jh-doc thead{{display:table-header-group}}.jh-doc tr{{break-inside:avoid}}\
.jh-doc th,.jh-doc td{{border:.5pt solid #000;padding:2pt 3pt;text-align:center;overflow-wrap:anywhere}}\
.jh-doc th{{font-family:{head};font-weight:normal}}.jh-doc .jh-strong{{font-weight:bold}}\
.jh-doc figure{{margin:6pt 0;break-inside:avoid}}.jh-doc figure svg{{width:100%;height:auto;font-family:{song}}}\
.jh-doc figcaption{{font:12pt/20pt {head};text-align:center}}\
.jh-doc .jh-attachments{{margin-top:{line};padding-left:2em;text-indent:0}}\
.jh-doc .jh-attachments ol{{margin:0;padding-left:2em}}\
.jh-doc .jh-signature{{margin:58pt 4em 0 auto;width:fit-content;text-align:center;break-inside:avoid}}\
.jh-doc .jh-signature p{{text-indent:0}}\
.jh-doc .jh-copies{{font-size:14pt;line-height:24pt;border-top:1pt solid;border-bottom:1pt solid;margin-top:{line}}}\
.jh-doc .jh-copies p{{text-indent:0;padding:0 1em}}.jh-doc .jh-copies p+p{{border-top:.75pt solid}}\
.jh-doc .jh-printed{{display:flex;justify-content:space-between}}\
.jh-doc .jh-annex,.jh-doc .jh-page{{break-before:page}}.jh-doc .jh-front{{break-after:page}}\
.jh-doc .jh-wide{{page:jh-wide;max-width:225mm}}\
@media screen{{.jh-doc{{padding:24px}}}}"
    )
}
