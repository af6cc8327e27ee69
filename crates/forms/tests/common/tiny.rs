//! The tiny county: a primary school, a nine-year school, a teaching point too small, and gaps of
//! every kind.

use super::*;

pub fn seven() -> Vec<IndicatorInfo> {
    let both =
        |p: &'static str, j: &'static str| [(Stage::Primary, p, "0.5"), (Stage::Junior, j, "0.45")];
    vec![
        indicator(
            "L1",
            "每百名学生拥有高于规定学历教师数",
            "高于规定学历教师",
            "人/百人",
            &both("4.2", "5.3"),
        ),
        indicator(
            "L2",
            "每百名学生拥有县级以上骨干教师数",
            "县级以上骨干教师",
            "人/百人",
            &both("1", "1"),
        ),
        indicator(
            "L3",
            "每百名学生拥有体育、艺术(美术、音乐)专任教师数",
            "体育艺术专任教师",
            "人/百人",
            &both("0.9", "0.9"),
        ),
        indicator("L4", "生均教学及辅助用房面积", "教学及辅助用房", "㎡/人", &both("4.5", "5.8")),
        indicator("L5", "生均体育运动场馆面积", "体育运动场馆", "㎡/人", &both("7.5", "10.2")),
        indicator("L6", "生均教学仪器设备值", "教学仪器设备值", "元/人", &both("2000", "2500")),
        indicator(
            "L7",
            "每百名学生拥有网络多媒体教室数",
            "网络多媒体教室",
            "间/百人",
            &both("2.3", "2.4"),
        ),
    ]
}

pub fn county_of() -> County {
    let mut county = County::new("示例县");
    county.facts(&[
        ("population", "35.125"),
        ("population_rural", "20.1"),
        ("townships", "11"),
        ("villages", "—"),
        ("gdp_per_head", "61234.5"),
        ("survey_sent", "530"),
        ("survey_valid", "520"),
        ("survey_satisfied", "471"),
        ("visits", "60"),
        ("visits_satisfied", "57"),
    ]);
    let primary: &[(&str, &str)] =
        &[("pupils", "420"), ("classes", "12"), ("staff", "30"), ("teachers", "28")];
    county.school(
        "3418230001",
        "示例县第一小学",
        SchoolKind::Primary,
        &[(Stage::Primary, primary)],
    );
    county.school(
        "3418230002",
        "示例县青山镇九年一贯制学校（原青山初级中学与青山中心小学合并）",
        SchoolKind::NineYear,
        &[
            (
                Stage::Primary,
                &[("pupils", "164"), ("classes", "6"), ("staff", "15"), ("teachers", "14")],
            ),
            (Stage::Junior, &[("pupils", "101"), ("classes", "3"), ("teachers", "12")]),
        ],
    );
    county.school(
        "3418230003",
        "大坑教学点",
        SchoolKind::TeachingPoint,
        &[(
            Stage::Primary,
            &[("pupils", "18"), ("classes", "2"), ("staff", "3"), ("teachers", "3")],
        )],
    );
    county.school("3418230004", "示例县特殊教育学校", SchoolKind::Special, &[]);
    county
}

#[expect(clippy::too_many_lines, reason = "one county told from beginning to end")]
pub fn evaluation_of(tiny: &County) -> Evaluation {
    let snapshot = tiny.seal();
    let info = seven();
    let [first, nine, ..] = snapshot.schools() else { panic!() };
    let good = |first: Given<'static>| {
        vec![
            first,
            ("1.25", "", ""),
            ("0.95", "", ""),
            ("4.5", "", ""),
            ("8", "", ""),
            ("2100.5", "", ""),
            ("2.4", "", ""),
        ]
    };
    let mut sections = vec![
        section(first, Stage::Primary, &info, "420", &good(("4.199", "1", ""))),
        section(nine, Stage::Primary, &info, "164", &good(("5", "", ""))),
        section(
            nine,
            Stage::Junior,
            &info,
            "101",
            &[
                ("5.94", "", ""),
                ("0.5", "1", ""),
                ("0.99", "", ""),
                ("", "", ""),
                ("9.1", "111.1", "284.51"),
                ("2500", "", ""),
                ("19/8", "1", "2"),
            ],
        ),
    ];
    sections[0].classes = Some(12.into());
    sections[1].values[4] = value(&info[4], Stage::Primary, ("7", "82", "133.045"));
    sections[1].sponsor = None;
    let stages = vec![
        stage(
            Stage::Primary,
            &sections,
            &info,
            &["0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.35"],
        ),
        stage(Stage::Junior, &sections, &info, &["0", "0", "0", "", "0", "0", "0"]),
    ];
    let mut large =
        part("G5", "每班学生数不超过上限", "", "人", "小学 ≤ 45,初中 ≤ 50", Verdict::Fail);
    large.checked = Some(21);
    large.failing = (1..=5)
        .map(|i| FailingPlace {
            school: Some(first.code.clone()),
            place: format!("示例县第一小学 小学 三年级({i})班"),
            value: Some(format!("{} 人", 46 + i)),
        })
        .collect();
    let mut training =
        part("G9", "教师 5 年 360 学时培训完成率", "99.96", "%", "= 100%", Verdict::Fail);
    training.verdict_if_rounded = Some(Verdict::Pass);
    let mut pay = part("G8", "教师与公务员年平均工资收入之差", "", "元", "≥ 0", Verdict::Missing);
    pay.reason = Some("缺 公务员年平均工资收入".into());
    let groups = vec![
        group(
            "government",
            "政府保障程度",
            vec![
                county(
                    "G1",
                    "学校规划布局合理",
                    vec![attested(
                        "G1",
                        "布局规划和地图",
                        Some((Some(true), "布局专项规划（2021–2035）", "王老师")),
                    )],
                ),
                county(
                    "G2",
                    "建设标准、编制标准、基准定额、装备标准城乡统一",
                    vec![attested("G2", "四项统一的文件", None)],
                ),
                county("G5", "班额不超过规定", vec![large]),
                county("G8", "教师平均工资不低于公务员", vec![pay]),
                county("G9", "教师培训完成率达到 100%", vec![training]),
                county(
                    "G11",
                    "教师交流轮岗",
                    vec![
                        part(
                            "G11.1",
                            "交流轮岗教师占符合条件教师的比例",
                            "12.25",
                            "%",
                            "≥ 10%",
                            Verdict::Pass,
                        ),
                        part(
                            "G11.2",
                            "骨干教师占交流轮岗教师的比例",
                            "20",
                            "%",
                            "≥ 20%",
                            Verdict::Pass,
                        ),
                    ],
                ),
            ],
        ),
        group(
            "quality",
            "教育质量",
            vec![
                county(
                    "Q1",
                    "初中三年巩固率",
                    vec![part("Q1", "巩固率", "98.349", "%", "≥ 95%", Verdict::Pass)],
                ),
                county(
                    "Q3",
                    "学校章程与信息化管理",
                    vec![attested("Q3", "各校章程", Some((None, "", "李")))],
                ),
            ],
        ),
        group(
            "satisfaction",
            "社会认可度",
            vec![county(
                "S1",
                "社会认可度达到 85% 以上",
                vec![
                    part("S1.1", "问卷调查综合满意度", "23550/260", "%", "≥ 85%", Verdict::Pass),
                    part("S1.2", "实地走访满意度", "95", "%", "≥ 85%", Verdict::Pass),
                ],
            )],
        ),
        group(
            "veto",
            "一票否决",
            vec![
                county(
                    "V1",
                    "无以考试方式招生",
                    vec![attested(
                        "V1",
                        "无以考试方式招生(“是”表示未发生)",
                        Some((Some(true), "承诺书", "赵")),
                    )],
                ),
                county(
                    "V2",
                    "无违规择校行为",
                    vec![attested(
                        "V2",
                        "无违规择校行为(“是”表示未发生)",
                        Some((Some(false), "信访件 3 号", "赵")),
                    )],
                ),
            ],
        ),
    ];
    let mut e = evaluation("cn-quality-2017", &snapshot, info, sections, stages, groups);
    e.excluded = [(2, "不足 50 人的教学点不参评"), (3, "特殊教育学校不参评")]
        .into_iter()
        .map(|(i, reason)| {
            let school = &snapshot.schools()[i];
            Excluded {
                school: school.code.clone(),
                name: school.name.clone(),
                kind: school.kind,
                stage: school.sections.first().map(|s| s.stage),
                reason: reason.into(),
            }
        })
        .collect();
    e.overall = Overall {
        verdict: OverallVerdict::Fail,
        certain_failures: 4,
        reasons: vec![
            Reason {
                subject: "section:3418230002:junior".into(),
                verdict: Verdict::Fail,
                text: "青山镇九年一贯制学校 初中:L2 未达标".into(),
            },
            Reason {
                subject: "coefficient:primary:L6".into(),
                verdict: Verdict::Fail,
                text: "小学 L6 差异系数 0.600 超过 0.5".into(),
            },
            Reason {
                subject: "G8".into(),
                verdict: Verdict::Missing,
                text: "G8 教师平均工资不低于公务员:缺 公务员年平均工资收入".into(),
            },
        ],
        missing: vec![
            MissingFact {
                school: Some(SchoolCode::parse("3418230002").unwrap()),
                place: "青山镇九年一贯制学校".into(),
                item: "teaching_rooms_area".into(),
                zh: "教学及辅助用房面积".into(),
                needed_by: vec!["L4".into()],
            },
            MissingFact {
                school: None,
                place: "示例县".into(),
                item: "civil_servant_pay".into(),
                zh: "公务员年平均工资收入".into(),
                needed_by: vec!["G8".into()],
            },
        ],
    };
    e
}
