//! Documents for the tests: one with everything in it, and long ones.

use document::model::{
    Annex, Block, Cell, Chart, ChartKind, Column, Copies, Direction, Document, Free, Limit, Paper,
    ParagraphStyle, Point, Provenance, Role, Row, Run, Series, Signature, Source, Table,
};

fn text(text: &str) -> Vec<Run> {
    vec![Run::text(text)]
}

/// A report with every kind of block, red head, signature, annexes and copies.
pub(crate) fn report() -> Document {
    let mut document = Document::new("青山县人民政府关于\n县域义务教育优质均衡发展自评情况的报告");
    document.mark = Some("青山县人民政府文件".into());
    document.number = text("青政〔2025〕18号");
    document.addressee = text("青州市人民政府");
    document.label = Some("合成数据，仅供演示".into());
    document.front_sheet = true;
    document.provenance = provenance();
    document.blocks = blocks();
    document.annexes = annexes();
    document.signature = Some(Signature {
        organs: vec![text("青山县人民政府")],
        date: text("2025年9月12日"),
    });
    document.note = text("联系人：教育股，电话：0000-0000000");
    document.copies = Some(Copies {
        to: text("县委办公室，县人大常委会办公室，县政协办公室，县财政局，县人力资源和社会保障局"),
        printed_by: text("青山县人民政府办公室"),
        printed_on: text("2025年9月12日"),
    });
    document
}

fn provenance() -> Provenance {
    let source = |role, id: &str, title: &str, version: &str, digit: &str| Source {
        role,
        id: id.into(),
        title: title.into(),
        version: version.into(),
        hash: digit.repeat(64),
    };
    Provenance {
        sources: vec![
            source(
                Role::Template,
                "self-evaluation",
                "县域义务教育优质均衡发展自评报告",
                "2025.1",
                "a",
            ),
            source(Role::Snapshot, "450000-2024", "青山县 2024—2025 学年", "", "b"),
            source(
                Role::Standard,
                "cn-quality-2017",
                "县域义务教育优质均衡发展督导评估办法",
                "2017.2",
                "c",
            ),
        ],
        engine: "0.1.0".into(),
    }
}

fn blocks() -> Vec<Block> {
    let free = Free {
        key: "problems".into(),
        prompt: "存在的主要问题".into(),
        text: "一是城区学位仍然偏紧。\n二是乡村学校音乐、美术教师不足。".into(),
        optional: false,
    };
    let open = Free { key: "next".into(), prompt: "下一步打算".into(), ..Free::default() };
    vec![
        Block::heading(1, "基本情况"),
        Block::paragraph(vec![
            Run::text("全县共有义务教育学校"),
            Run::figure("county.schools", "42"),
            Run::text("所，在校生"),
            Run::figure("county.pupils", "31268"),
            Run::text("人。其中小学“资源配置”七项指标综合达标学校"),
            Run::figure("primary.passed", "26"),
            Run::text("所，占"),
            Run::figure("primary.passed_share", "83.9%"),
            Run::text("；本年度专项督查"),
            Run::pending("本年度专项督查次数"),
            Run::text("次。"),
        ]),
        Block::heading(2, "资源配置"),
        Block::heading(3, "教师"),
        Block::paragraph(vec![
            Run::strong("总体上升。"),
            Run::text("每百名学生拥有高于规定学历教师数小学为"),
            Run::figure("primary.l1", "4.87"),
            Run::text("人。"),
        ]),
        Block::heading(4, "体育、艺术教师"),
        Block::paragraph(text("㙦洲小学、𫍯园小学达到标准。")),
        Block::Chart(coefficients()),
        Block::heading(2, "政府保障"),
        Block::Table(merged()),
        Block::heading(1, "存在问题"),
        Block::Free(free),
        Block::heading(1, "下一步打算"),
        Block::Free(open),
        Block::Paragraph { runs: text("特此报告。"), style: ParagraphStyle::Body },
    ]
}

/// Coefficients against their limit.
pub(crate) fn coefficients() -> Chart {
    let values = ["0.412", "0.388", "0.533", "0.297", "0.601", "0.488", "0.305"];
    Chart {
        caption: text("小学各项指标差异系数"),
        categories: (1..=7).map(|i| format!("指标{i}")).collect(),
        series: vec![Series {
            name: "差异系数".into(),
            points: values.iter().map(|v| Some(Point::new(*v))).collect(),
        }],
        limits: vec![Limit {
            name: "上限".into(),
            text: "0.50".into(),
            direction: Direction::AtMost,
        }],
        ..Chart::default()
    }
}

/// A table with a head of two rows and cells merged both ways.
pub(crate) fn merged() -> Table {
    let cell = |text: &str| Cell::text(text);
    Table {
        caption: text("分学段达标情况"),
        unit: Some("所".into()),
        columns: vec![
            Column::left(8),
            Column::new(6),
            Column::right(6),
            Column::right(6),
            Column::right(6),
        ],
        head: vec![
            Row::new(vec![
                cell("学区").over(1, 2),
                cell("学段").over(1, 2),
                cell("学校").over(3, 1),
            ]),
            Row::new(vec![cell("合计"), cell("达标"), cell("未达标")]),
        ],
        rows: vec![
            Row::new(vec![
                cell("城关学区").over(1, 2),
                cell("小学"),
                Cell::new(vec![Run::figure("d1.primary", "12")]),
                cell("10"),
                cell("2"),
            ]),
            Row::new(vec![cell("初中"), cell("5"), cell("5"), cell("—")]),
            Row {
                cells: vec![cell("合计").over(2, 1), cell("17"), cell("15"), cell("2")],
                strong: true,
            },
        ],
        notes: vec![text("注：九年一贯制学校按学段分别统计。")],
    }
}

fn annexes() -> Vec<Annex> {
    let mut wide = Table::new(&[
        (12, "学校"),
        (5, "指标1"),
        (5, "指标2"),
        (5, "指标3"),
        (5, "指标4"),
        (5, "指标5"),
        (5, "指标6"),
        (5, "指标7"),
        (8, "结论"),
    ]);
    wide.caption = text("各校指标值");
    for i in 0..40 {
        let mut cells = vec![Cell::text(&format!("青山县第{i}小学"))];
        cells.extend((0..7).map(|k| {
            Cell::new(vec![Run::figure(format!("school.{i}.l{k}"), format!("{}.{k}", i + 3))])
        }));
        cells.push(Cell::text("达标"));
        wide.rows.push(Row::new(cells));
    }
    let years = Chart {
        caption: text("规划期各年投入"),
        kind: ChartKind::Stacked,
        unit: "万元".into(),
        categories: (2025..2030).map(|year| format!("{year}年")).collect(),
        series: ["新建校舍", "购置设备"]
            .iter()
            .map(|name| Series {
                name: (*name).into(),
                points: (1..=5).map(|i| Some(Point::new(format!("{}.5", i * 120)))).collect(),
            })
            .collect(),
        ..Chart::default()
    };
    vec![
        Annex {
            title: "各校指标值一览表".into(),
            paper: Paper::Landscape,
            blocks: vec![Block::Table(wide)],
        },
        Annex {
            title: "空表与图".into(),
            paper: Paper::Portrait,
            blocks: vec![
                Block::heading(1, "未达标学校"),
                Block::Table(Table::new(&[(4, "学校"), (4, "指标")])),
                Block::Chart(years),
                Block::Chart(schools(60)),
            ],
        },
        Annex { title: "佐证材料目录（另附）".into(), ..Annex::default() },
    ]
}

/// An indicator by school against its threshold.
pub(crate) fn schools(count: usize) -> Chart {
    Chart {
        caption: text("小学生均教学及辅助用房面积"),
        unit: "㎡".into(),
        categories: (0..count).map(|i| format!("第{i}小学")).collect(),
        series: vec![Series {
            name: "生均面积".into(),
            points: (0..count)
                .map(|i| (i % 9 != 4).then(|| Point::new(format!("{}.{}", 3 + i % 4, i % 10))))
                .collect(),
        }],
        limits: vec![Limit {
            name: "标准值".into(),
            text: "4.5".into(),
            direction: Direction::AtLeast,
        }],
        ..Chart::default()
    }
}
