//! What the codes of the audit mean in Chinese. The record keeps the code: words may be mended later.

use domain::{Catalogue, SchoolYear, Stage};
use staffing::RosterRow;
use std::collections::BTreeMap;
use store::AuditRow;

/// Code and words, in the order of the codes.
const WORDS: &[(&str, &str)] = &[
    ("attestation.put", "登记佐证"),
    ("audit.export", "导出审计记录"),
    ("backup.download", "下载备份"),
    ("boundary.put", "更换县界"),
    ("boundary.remove", "删除县界"),
    ("collection.ask", "指定填报学校"),
    ("collection.close", "结束填报"),
    ("collection.edit", "修改填报工作"),
    ("collection.open", "开始填报"),
    ("collection.remind", "催报"),
    ("county.put", "登记县"),
    ("district.put", "修改学区"),
    ("document.edit", "修改文书"),
    ("document.export", "导出文书"),
    ("document.new", "起草文书"),
    ("document.reveal", "查看写出姓名的文书"),
    ("evaluation.export", "导出报表"),
    ("evaluation.keep", "保存评估"),
    ("evidence.add", "上传佐证材料"),
    ("evidence.download", "下载佐证材料"),
    ("evidence.link", "关联佐证材料"),
    ("evidence.sweep", "清理佐证文件"),
    ("evidence.unlink", "移除佐证材料"),
    ("exchange.add", "登记交流"),
    ("exchange.edit", "修改交流"),
    ("exchange.entry", "登记学时"),
    ("exchange.remove", "删除交流"),
    ("exchange.step", "推进交流"),
    ("exchange.unentry", "撤回学时"),
    ("import.accept", "接受导入"),
    ("import.correct", "更正导入数据"),
    ("import.remove", "放弃导入"),
    ("job.cancel", "取消任务"),
    ("job.enqueue", "开始任务"),
    ("key.change", "更换个人数据密钥"),
    ("mapping.forget", "取消对应关系"),
    ("mapping.put", "记住对应关系"),
    ("plan.adopt", "采用规划"),
    ("plan.discard", "放弃规划"),
    ("plan.edit", "修改规划"),
    ("plan.frontier", "计算时间与投入"),
    ("plan.new", "新建规划"),
    ("plan.solve", "完成测算"),
    ("plan.unwork", "撤销完成登记"),
    ("plan.work", "登记完成"),
    ("roster.day", "设置名册日期"),
    ("roster.export", "导出教师名册"),
    ("roster.import", "导入教师名册"),
    ("roster.reveal", "导出教师完整信息"),
    ("rotation.adopt", "确定交流轮岗"),
    ("rotation.close", "结束交流轮岗"),
    ("rotation.edit", "修改交流轮岗"),
    ("rotation.new", "新建交流轮岗"),
    ("rotation.object", "提出异议"),
    ("rotation.publish", "公示交流轮岗"),
    ("rotation.record", "登记调令"),
    ("rotation.remove", "删除交流轮岗"),
    ("rotation.reply", "答复异议"),
    ("rotation.run", "完成求解"),
    ("rotation.void", "作废交流轮岗"),
    ("rotation.withdraw", "撤回公示"),
    ("scenario.add", "保存试算"),
    ("scenario.put", "修改试算"),
    ("scenario.remove", "删除试算"),
    ("session.end", "退出"),
    ("session.open", "登录"),
    ("setting.put", "修改设置"),
    ("snapshot.keep", "保存快照"),
    ("submission.approve", "审定填报"),
    ("submission.explain", "说明异常"),
    ("submission.fill", "录入数据"),
    ("submission.lock", "锁定填报"),
    ("submission.read", "查看填报"),
    ("submission.recall", "撤回填报"),
    ("submission.return", "退回填报"),
    ("submission.save", "保存填报"),
    ("submission.sign", "签发填报"),
    ("submission.submit", "提交填报"),
    ("submission.unlock", "解锁填报"),
    ("teacher.add", "增加教师"),
    ("teacher.edit", "修改教师资料"),
    ("teacher.remove", "教师移出名册"),
    ("teacher.reveal", "查看教师完整信息"),
    ("teacher.search", "按姓名或证件号码查找教师"),
    ("training.add", "申报培训"),
    ("training.edit", "修改培训"),
    ("training.people", "登记参训教师"),
    ("training.remove", "删除培训"),
    ("training.step", "推进培训"),
    ("user.add", "新建账号"),
    ("user.edit", "修改账号"),
    ("user.failure", "登录失败"),
    ("user.password", "设置密码"),
    ("year.lock", "锁定学年"),
    ("year.open", "开设学年"),
    ("year.unlock", "解锁学年"),
];

/// What an action is called; the code itself where it has no words here.
pub(super) fn zh(code: &str) -> &str {
    let found = WORDS.binary_search_by_key(&code, |(known, _)| known);
    found.ok().and_then(|at| WORDS.get(at)).map_or(code, |(_, zh)| zh)
}

/// Reads objects and details of forms and of teachers; of everything else they are words already.
pub(super) struct FormWords<'a> {
    /// Names by 学校标识码.
    pub(super) schools: BTreeMap<String, String>,
    pub(super) catalogue: &'a Catalogue,
}

impl FormWords<'_> {
    /// Whose form it was, and which field of it: `2024/main/3418230001` is a school's of a year.
    pub(super) fn target(&self, row: &AuditRow) -> String {
        self.form(row).or_else(|| teacher(row)).unwrap_or_else(|| row.target.clone())
    }

    fn form(&self, row: &AuditRow) -> Option<String> {
        row.action.strip_prefix("submission.")?;
        let mut parts = row.target.splitn(4, '/');
        let year = SchoolYear(parts.next()?.parse().ok()?);
        let (_collection, school, field) = (parts.next()?, parts.next()?, parts.next());
        let whose = match school {
            "" => "县级数据",
            code => self.schools.get(code).map_or(code, String::as_str),
        };
        // A place may have strokes itself; an item has none.
        let field = field.and_then(|field| field.rsplit_once('/'));
        let field = field.map(|(place, item)| format!("：{}", self.field(place, item)));
        Some(format!("{year} 学年 {whose}{}", field.unwrap_or_default()))
    }

    /// What was typed, field by field; of a teacher the columns that changed.
    pub(super) fn detail(&self, row: &AuditRow) -> String {
        if matches!(row.action.as_str(), "teacher.add" | "teacher.edit") {
            return row.detail.split(',').map(column).collect::<Vec<_>>().join("、");
        }
        let typed = (row.action == "submission.save").then_some(row.detail.as_str());
        let typed = typed.and_then(|text| serde_json::from_str::<Vec<[String; 3]>>(text).ok());
        let Some(typed) = typed else { return row.detail.clone() };
        let one = |[place, item, value]: &[String; 3]| match (item.as_str(), value.as_str()) {
            ("", "-") => format!("删除 {place}"),
            ("", _) => format!("增加 {place}"),
            (_, "") => format!("{} 清空", self.field(place, item)),
            _ => format!("{} {value}", self.field(place, item)),
        };
        typed.iter().map(one).collect::<Vec<_>>().join("；")
    }

    fn field(&self, place: &str, item: &str) -> String {
        let stage = Stage::COMPULSORY.into_iter().find(|stage| stage.code() == place);
        let place = stage.map_or(place, |stage| stage.zh());
        let zh = self.catalogue.find(item).map_or(item, |(_, item)| item.zh.as_str());
        if place.is_empty() { format!("“{zh}”") } else { format!("{place}“{zh}”") }
    }
}

/// Which teacher: `2024/T000123` is one of a year.
fn teacher(row: &AuditRow) -> Option<String> {
    row.action.strip_prefix("teacher.")?;
    let (year, number) = row.target.split_once('/').unwrap_or((&row.target, ""));
    let year = SchoolYear(year.parse().ok()?);
    let space = if number.is_empty() { "" } else { " " };
    Some(format!("{year} 学年教师{space}{number}"))
}

/// What a column of the roster is called.
fn column(code: &str) -> &str {
    let known = RosterRow::HEADINGS.iter().find(|(known, _)| *known == code);
    known.map_or(code, |(_, zh)| zh)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn teachers_and_their_columns_are_named() {
        let items = items::load(&packs::PackSource::embedded()).unwrap();
        let words = FormWords { schools: BTreeMap::new(), catalogue: items.catalogue() };
        let said = |action: &str, target: &str, detail: &str| {
            let row = row(action, target, detail);
            (words.target(&row), words.detail(&row))
        };
        let (whom, what) = said("teacher.edit", "2024/T0001", "rank,arrived");
        assert_eq!((&*whom, &*what), ("2024/2025 学年教师 T0001", "职称、到本校日期"));
        let (whom, what) = said("teacher.search", "2024", "没有找到");
        assert_eq!((&*whom, &*what), ("2024/2025 学年教师", "没有找到"));
        assert_eq!(said("teacher.add", "x", "later"), ("x".to_owned(), "later".to_owned()));
    }

    fn row(action: &str, target: &str, detail: &str) -> AuditRow {
        AuditRow {
            seq: 1,
            at: jiff::Timestamp::UNIX_EPOCH,
            person: String::new(),
            action: action.to_owned(),
            target: target.to_owned(),
            detail: detail.to_owned(),
            previous: String::new(),
            hash: String::new(),
        }
    }

    #[test]
    fn forms_and_fields_are_named() {
        let items = items::load(&packs::PackSource::embedded()).unwrap();
        let schools = BTreeMap::from([("3418230001".to_owned(), "实验小学".to_owned())]);
        let words = FormWords { schools, catalogue: items.catalogue() };
        let typed = r#"[["primary","teachers","28"],["","site_area",""],["class/1","","+"]]"#;
        let save = row("submission.save", "2024/main/3418230001", typed);
        assert_eq!(words.target(&save), "2024/2025 学年 实验小学");
        let said = "小学“专任教师数” 28；“占地面积” 清空；增加 class/1";
        assert_eq!(words.detail(&save), said);
        let explain = row("submission.explain", "2024/main/3418230001/primary/teachers", "退休");
        assert_eq!(words.target(&explain), "2024/2025 学年 实验小学：小学“专任教师数”");
        assert_eq!(words.detail(&explain), "退休");
        let county = row("submission.sign", "2024/main/", "[]");
        assert_eq!(words.target(&county), "2024/2025 学年 县级数据");
        // What is not a form stays as it is written.
        for odd in [row("plan.edit", "7", "[[1]]"), row("submission.save", "a/b", "[[1]]")] {
            assert_eq!((words.target(&odd), words.detail(&odd)), (odd.target, odd.detail));
        }
    }

    #[test]
    fn codes_are_in_order_and_have_words() {
        assert!(WORDS.is_sorted_by(|one, other| one.0 < other.0));
        assert_eq!(zh("session.open"), "登录");
        assert_eq!(zh("later.code"), "later.code");
    }
}
