//! What the codes of the audit mean in Chinese. The record keeps the code: words may be mended later.

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
    ("evaluation.export", "导出报表"),
    ("evaluation.keep", "保存评估"),
    ("evidence.add", "上传佐证材料"),
    ("evidence.download", "下载佐证材料"),
    ("evidence.link", "关联佐证材料"),
    ("evidence.sweep", "清理佐证文件"),
    ("evidence.unlink", "移除佐证材料"),
    ("import.accept", "接受导入"),
    ("import.correct", "更正导入数据"),
    ("import.remove", "放弃导入"),
    ("job.cancel", "取消任务"),
    ("job.enqueue", "开始任务"),
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
    ("scenario.add", "保存试算"),
    ("scenario.put", "修改试算"),
    ("scenario.remove", "删除试算"),
    ("session.end", "退出"),
    ("session.open", "登录"),
    ("setting.put", "修改设置"),
    ("snapshot.keep", "保存快照"),
    ("submission.explain", "说明异常"),
    ("submission.fill", "录入数据"),
    ("submission.read", "查看填报"),
    ("submission.save", "保存填报"),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_in_order_and_have_words() {
        assert!(WORDS.is_sorted_by(|one, other| one.0 < other.0));
        assert_eq!(zh("session.open"), "登录");
        assert_eq!(zh("later.code"), "later.code");
    }
}
