//! The page set-up of GB/T 9704—2012 in numbers, one for docx and HTML.
//!
//! Lengths are twips (1/20 pt, 1/1440 in), as OOXML counts; sizes of type are half points.

/// A4.
pub(crate) const PAGE: (u32, u32) = (11906, 16838);
/// From the upper edge to the type area: 37 mm.
pub(crate) const TOP: u32 = 2098;
/// From the binding edge to the type area: 28 mm.
pub(crate) const LEFT: u32 = 1588;
/// The type area: 156 × 225 mm.
pub(crate) const AREA: (u32, u32) = (8845, 12757);
/// What the page leaves below and to the right.
pub(crate) const BOTTOM: u32 = PAGE.1 - TOP - AREA.1;
/// See [`BOTTOM`].
pub(crate) const RIGHT: u32 = PAGE.0 - LEFT - AREA.0;
/// 22 lines a page.
pub(crate) const LINES: u32 = 22;
/// 28 characters a line.
pub(crate) const CHARACTERS: u32 = 28;
/// One line.
pub(crate) const LINE: u32 = AREA.1 / LINES;
/// One character of the body with its share of the grid.
pub(crate) const CHARACTER: u32 = AREA.0 / CHARACTERS;
/// The number of a page stands 7 mm below the type area: so far from the lower edge.
pub(crate) const FOOTER: u32 = 1247;
/// The line at the head of a page.
pub(crate) const HEADER: u32 = 1134;
/// From the top of the type area to the mark of the issuing organ: 35 mm.
pub(crate) const ABOVE_MARK: u32 = 1984;
/// By so much, in twips, a character of the body is set narrower than its 16 pt, so that 28 have room
/// in a line. Not by the grid of characters: LibreOffice gives a character that is wider than its
/// cell two cells.
pub(crate) const NARROWER: i32 = -5;

/// 2号, titles.
pub(crate) const SIZE_2: u32 = 44;
/// 3号, the body.
pub(crate) const SIZE_3: u32 = 32;
/// 4号, page numbers and copies to.
pub(crate) const SIZE_4: u32 = 28;
/// 小四, captions.
pub(crate) const SIZE_4S: u32 = 24;
/// Sizes for tables, from the one to begin with: 五号 down to 六号. Smaller cannot be read on paper; a
/// table that wants more room breaks its lines.
pub(crate) const TABLE_SIZES: [u32; 3] = [21, 18, 15];

/// A family of type: its name, what stands in for it elsewhere, and the generic of HTML.
pub(crate) struct Face {
    /// As Word knows it.
    pub(crate) name: &'static str,
    /// Another name, for a machine without the first.
    pub(crate) other: &'static str,
    /// More names for HTML, quoted, and the generic.
    pub(crate) css: &'static str,
    /// Of the ten numbers of PANOSE the two that tell serif from sans.
    pub(crate) panose: &'static str,
    /// `roman`, `swiss` or `modern`.
    pub(crate) kind: &'static str,
}

/// 小标宋, for titles. Not part of any system: the Song type stands in.
pub(crate) const TITLE: Face = Face {
    name: "方正小标宋简体",
    other: "方正小标宋_GBK",
    css: "\"FZXiaoBiaoSong-B05S\",\"Source Han Serif SC\",\"Noto Serif CJK SC\",SimSun,serif",
    panose: "02010601030101010101",
    kind: "roman",
};
/// 仿宋, the body.
pub(crate) const BODY: Face = Face {
    name: "仿宋",
    other: "仿宋_GB2312",
    css: "FangSong,STFangsong,\"Noto Serif CJK SC\",serif",
    panose: "02010609060101010101",
    kind: "modern",
};
/// 黑体, first headings.
pub(crate) const HEAD: Face = Face {
    name: "黑体",
    other: "SimHei",
    css: "SimHei,STHeiti,\"Noto Sans CJK SC\",sans-serif",
    panose: "02010609060101010101",
    kind: "modern",
};
/// 楷体, second headings.
pub(crate) const KAI: Face = Face {
    name: "楷体",
    other: "楷体_GB2312",
    css: "KaiTi,STKaiti,\"Noto Serif CJK SC\",serif",
    panose: "02010609060101010101",
    kind: "modern",
};
/// 宋体, page numbers and tables.
pub(crate) const SONG: Face = Face {
    name: "宋体",
    other: "SimSun",
    css: "SimSun,STSong,\"Noto Serif CJK SC\",serif",
    panose: "02010600030101010101",
    kind: "roman",
};
/// All of them.
pub(crate) const FACES: [&Face; 5] = [&TITLE, &BODY, &HEAD, &KAI, &SONG];

/// How wide a text is, in half characters: a Chinese character is two, a Latin one is one.
pub(crate) fn width(text: &str) -> u32 {
    text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_that_of_the_standard() {
        let mm = |twips: u32| f64::from(twips) * 25.4 / 1440.0;
        let near = |twips, want: f64| (mm(twips) - want).abs() < 0.1;
        assert!(near(TOP, 37.0) && near(LEFT, 28.0) && near(AREA.0, 156.0) && near(AREA.1, 225.0));
        assert!(near(BOTTOM, 35.0) && near(RIGHT, 26.0), "{} {}", mm(BOTTOM), mm(RIGHT));
        assert!(LINE * LINES <= AREA.1 && LINE * (LINES + 1) > AREA.1);
        // 28 characters fill the line and a 29th has no room.
        let cell = 320 + NARROWER;
        let line = i32::try_from(AREA.0).unwrap();
        assert!(cell * 28 <= line && cell * 29 > line);
    }
}
