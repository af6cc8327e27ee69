//! The columns of the template: what may stand in them, how wide they are, how they are filled in.

use super::Template;
use staffing::{BackboneLevel, Degree, Post, Rank, Role, Roll, RosterRow, Sex};

/// What a cell takes.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Entry {
    /// Any text.
    Text,
    /// A word of a list.
    Word(Vec<String>),
    /// A date.
    Day,
    /// A number between two bounds.
    Number(f64, f64),
    /// A text that no other row has.
    Key,
    /// An identity number.
    Identity,
    /// The code of a school, or its name.
    School,
}

/// A column.
#[derive(Clone, Debug)]
pub(super) struct Column {
    /// Its code in [`RosterRow::HEADINGS`].
    pub(super) code: &'static str,
    /// Its heading.
    pub(super) heading: &'static str,
    /// Can a teacher not be read without it?
    pub(super) needed: bool,
    /// Its width, in half-width characters.
    pub(super) width: f64,
    /// What a cell takes.
    pub(super) entry: Entry,
    /// How it is filled in.
    pub(super) how: String,
    /// What is counted or decided from it.
    pub(super) use_: &'static str,
}

fn words<T: Copy>(all: &[T], zh: impl Fn(T) -> &'static str) -> Entry {
    Entry::Word(all.iter().map(|value| zh(*value).to_owned()).collect())
}

/// The columns in the order of the roster.
pub(super) fn columns(template: &Template<'_>) -> Vec<Column> {
    let list = RosterRow::HEADINGS.iter();
    list.map(|(code, heading)| column(code, heading, template)).collect()
}

#[expect(clippy::too_many_lines, reason = "a table of columns, a line or two each")]
fn column(code: &'static str, heading: &'static str, template: &Template<'_>) -> Column {
    let yes = || Entry::Word(["是", "否"].map(str::to_owned).into());
    let exemptions: Vec<&str> =
        template.rules.rotation.exemptions.iter().map(|kind| kind.zh.as_str()).collect();
    let subjects = || template.rules.subjects.iter().map(|subject| subject.zh.clone()).collect();
    let (entry, width, how, use_): (Entry, f64, String, &'static str) = match code {
        "number" => (
            Entry::Key,
            12.0,
            "教师编号：县内唯一、不含个人信息的编号，不能用身份证件号码；不填时以行号代替。".into(),
            "志愿、公示和调令中的代号",
        ),
        "name" => (Entry::Text, 9.0, "姓名：与身份证件一致。".into(), "调令；公示时脱敏"),
        "identity" => (
            Entry::Identity,
            21.0,
            "身份证件号码：18 位。本列已设为文本格式，粘贴时请选“只粘贴文本”，以免末几位变成 0。".into(),
            "查重；核对性别和出生日期",
        ),
        "sex" => (words(Sex::ALL, Sex::zh), 6.0, "性别：可不填，由身份证件号码得出。".into(), "退休年龄"),
        "birth" => (
            Entry::Day,
            11.5,
            "出生日期：可不填，由身份证件号码得出；写成 1985-03-04。".into(),
            "临近退休不参加交流",
        ),
        "school" => (
            Entry::School,
            24.0,
            "学校标识码：编制所在学校的 10 位标识码，或与“学校”表一致的学校全名，两者都可以选、可以填；重名的学校写标识码。一名教师只写一行；在别校任课写在“走教兼课”。".into(),
            "各校统计",
        ),
        "stage" => (
            Entry::Word(["小学", "初中", "高中"].map(str::to_owned).into()),
            6.0,
            "学段：小学、初中或高中；九年一贯制等学校按所教学段。".into(),
            "分学段统计",
        ),
        "subject" => (
            Entry::Word(subjects()),
            13.0,
            "主要任教学科：从下拉列表选择，只选课时最多的一科。".into(),
            "体艺教师数；学科岗位",
        ),
        "subjects" => (
            Entry::Text,
            14.0,
            "兼任学科：其他任教学科，用“、”分开。".into(),
            "交流时可任教的学科",
        ),
        "hours" => (Entry::Number(0.0, 60.0), 7.0, "周课时：在本校每周的课时数，只写数。".into(), "工作量"),
        "degree_at_hire" => {
            (words(Degree::ALL, Degree::zh), 13.0, "入职学历：参加工作时的学历。".into(), "学历提升")
        }
        "degree" => (
            words(Degree::ALL, Degree::zh),
            13.0,
            "最高学历：已取得证书的最高学历。".into(),
            "高于规定学历教师数",
        ),
        "rank" => (words(Rank::ALL, Rank::zh), 10.0, "职称：已聘任的职称等级。".into(), "职称结构；带徒资格"),
        "backbone" => (
            words(BackboneLevel::ALL, BackboneLevel::zh),
            9.0,
            "骨干级别：认定单位的级别，没有就不填；县级及以上才计入骨干教师。".into(),
            "县级以上骨干教师数",
        ),
        "backbone_basis" => {
            (Entry::Text, 20.0, "骨干认定文件：文件名称和文号，督导时要出示。".into(), "骨干教师佐证")
        }
        "certified" => (yes(), 8.0, "持教师资格证：是或否。".into(), "持证上岗率"),
        "hired" => (Entry::Day, 11.5, "参加工作日期：写成 2008-08-01。".into(), "教龄；青年教师"),
        "arrived" => (
            Entry::Day,
            11.5,
            "到本校日期：到现在这所学校的日期。".into(),
            "交流年限",
        ),
        "roll" => (words(Roll::ALL, Roll::zh), 9.0, "编制：不填按在编。".into(), "交流范围"),
        "post" => (
            words(Post::ALL, Post::zh),
            10.0,
            "岗位：不填按专任教师；只有专任教师计入专任教师数。".into(),
            "专任教师数",
        ),
        "role" => (words(Role::ALL, Role::zh), 9.0, "职务：校长、副校长按任期交流。".into(), "校长任期"),
        "appointed" => (
            Entry::Day,
            11.5,
            "任现职日期：校长、副校长任本校现职的日期，任期从这一天算；其他教师不填。".into(),
            "校长任期",
        ),
        "visits" => (
            Entry::Text,
            24.0,
            "走教兼课：标识码或学校全名|学科|每周课时；多所学校用“；”分开。例：2134000002|音乐|4".into(),
            "走教教师数；学科课时",
        ),
        "exchanges" => (
            Entry::Text,
            30.0,
            "交流经历：学年|调出学校|调入学校|方式，学校写标识码或全名；多次用“；”分开。方式：任教交流、对口帮扶、名师带徒、名师讲学、走教、调动。例：2022|2134000001|2134000002|任教交流".into(),
            "交流轮岗比例；不重复派往",
        ),
        "training" => (
            Entry::Text,
            30.0,
            "培训学时：年份|承训单位|学时；多次用“；”分开。例：2023|县教师进修学校|72；2024|国培|90".into(),
            "五年 360 学时完成率",
        ),
        "exemptions" => (
            Entry::Text,
            26.0,
            format!(
                "不交流情形：类别|证明材料|截止日期；没有证明材料不予认定。类别：{}。例：重大疾病|县医院证明|2025-08-31",
                exemptions.join("、")
            ),
            "不参加交流",
        ),
        "home" => (Entry::Text, 14.0, "居住地：乡镇或村名，与里程表一致；只用于计算路程。".into(), "交流路程"),
        "longitude" => (
            Entry::Number(73.0, 136.0),
            11.0,
            "居住地经度：十进制度数，与纬度一起填；可不填。".into(),
            "交流路程",
        ),
        "latitude" => (
            Entry::Number(3.0, 54.0),
            11.0,
            "居住地纬度：十进制度数，与经度一起填；可不填。".into(),
            "交流路程",
        ),
        "spouse" => (
            Entry::Text,
            12.0,
            "配偶教师编号：配偶也是本县教师时填其编号，交流时不使两校相距过远。".into(),
            "夫妻教师照顾",
        ),
        _ => (Entry::Text, 12.0, heading.to_owned(), ""),
    };
    let needed = matches!(code, "name" | "school" | "stage" | "subject");
    Column { code, heading, needed, width, entry, how, use_ }
}

/// The example row; the reader passes over rows whose number begins with 示例.
pub(super) fn example(template: &Template<'_>) -> RosterRow {
    let school = template.schools.first().map_or("2134000001", |(code, _)| code.as_str());
    let other = template.schools.get(1).map_or("2134000002", |(code, _)| code.as_str());
    let visits = format!("{other}|音乐|4");
    let exchanges = format!("2021|{school}|{other}|任教交流");
    RosterRow::of([
        ("number", "示例（读取时跳过）"),
        ("name", "张三"),
        // The example of GB 11643 itself.
        ("identity", "11010519491231002X"),
        ("sex", "女"),
        ("birth", "1949-12-31"),
        ("school", school),
        ("stage", "小学"),
        ("subject", "音乐"),
        ("subjects", "道德与法治、劳动"),
        ("hours", "12"),
        ("degree_at_hire", "专科"),
        ("degree", "本科"),
        ("rank", "中级"),
        ("backbone", "县级"),
        ("backbone_basis", "县教〔2022〕15号"),
        ("certified", "是"),
        ("hired", "2008-08-01"),
        ("arrived", "2016-08-15"),
        ("roll", "在编"),
        ("post", "专任教师"),
        ("role", "班主任"),
        ("visits", visits.as_str()),
        ("exchanges", exchanges.as_str()),
        ("training", "2023|县教师进修学校|72；2024|国培|90"),
        ("home", "青山镇"),
        ("longitude", "118.405600"),
        ("latitude", "30.693300"),
    ])
}
