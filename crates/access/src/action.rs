//! Actions: one for each thing that can be done, so that what a role may do is a table of words and
//! not a condition in a page.

/// Declares the actions with code and Chinese name, and what follows from the list.
macro_rules! actions {
    ($($(#[doc = $doc:literal])* $name:ident = $code:literal, $zh:literal;)*) => {
        /// Something that can be done.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Action {
            $($(#[doc = $doc])* $name,)*
        }

        impl Action {
            /// All actions, in the order of the screen.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The code in JSON: `plan.adopt`.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// What it is called on the screen.
            #[must_use]
            pub const fn zh(self) -> &'static str {
                match self { $(Self::$name => $zh,)* }
            }
        }
    };
}

actions! {
    /// See what the overview shows.
    ReadOverview = "overview.read", "查看总览";
    /// See the evaluation of approved data, explanations, the map.
    ReadEvaluation = "evaluation.read", "查看评估结果";
    /// See the evaluation of data that are not approved yet.
    PreviewEvaluation = "evaluation.preview", "预览未审定数据的评估";
    /// Try values in a sandbox.
    TryWhatIf = "evaluation.what_if", "试算";
    /// Download the official forms.
    ExportForms = "evaluation.export", "导出报表";
    /// See attestations of the county's own duties.
    ReadAttestations = "attestation.read", "查看佐证登记";
    /// Register that a duty of the county is met.
    EditAttestations = "attestation.edit", "登记佐证";
    /// Read standards, clauses, items; run their examples.
    ReadStandards = "standard.read", "查看标准与数据项";
    /// See collections and their progress.
    ReadCollections = "collection.read", "查看填报工作";
    /// Open, change and close collections.
    ManageCollections = "collection.manage", "组织填报";
    /// See a submission, its history and findings.
    ReadSubmissions = "submission.read", "查看填报数据";
    /// Fill a school's form.
    FillSubmissions = "submission.fill", "填写数据";
    /// Submit what was filled, and take it back.
    SubmitSubmissions = "submission.submit", "提交数据";
    /// Sign for the school.
    SignSubmissions = "submission.sign", "签发数据";
    /// Approve or return for the bureau.
    ReviewSubmissions = "submission.review", "审核数据";
    /// Lock and unlock what was approved.
    LockSubmissions = "submission.lock", "锁定与解锁数据";
    /// Import workbooks.
    ImportData = "import.run", "导入数据文件";
    /// Look at evidence files.
    ReadEvidence = "evidence.read", "查看佐证材料";
    /// Add evidence files and take one's own back.
    AddEvidence = "evidence.add", "上传佐证材料";
    /// See plans and the cost catalogue.
    ReadPlans = "plan.read", "查看规划";
    /// Write plans and let them be computed.
    EditPlans = "plan.edit", "编制规划";
    /// Make a plan the baseline.
    AdoptPlans = "plan.adopt", "采用规划";
    /// See official documents.
    ReadDocuments = "document.read", "查看文书";
    /// Write official documents and put them forward for signing.
    EditDocuments = "document.edit", "起草文书";
    /// Sign official documents that somebody else has put forward, or send them back.
    SignDocuments = "document.sign", "签发文书";
    /// See the teachers of the roster, masked.
    ReadTeachers = "teacher.read", "查看教师名册";
    /// Import the roster of teachers and change it.
    EditTeachers = "teacher.edit", "维护教师名册";
    /// See a teacher's name, identity number and home in full; every look is in the audit.
    RevealTeachers = "teacher.reveal", "查看教师完整信息";
    /// See posts, what was made public of a rotation, exchanges, training.
    ReadStaffing = "staffing.read", "查看师资配置";
    /// Prepare rotations, make them public, decide objections, keep records of exchanges and training.
    EditStaffing = "staffing.edit", "编制交流方案";
    /// Make a rotation final.
    AdoptStaffing = "staffing.adopt", "审定交流方案";
    /// Object to what was made public, for a teacher.
    RaiseObjections = "objection.raise", "提出异议";
    /// See jobs and their progress.
    ReadJobs = "job.read", "查看任务";
    /// Stop jobs.
    CancelJobs = "job.cancel", "取消任务";
    /// See schools and districts.
    ReadSchools = "school.read", "查看学校";
    /// Open, rename, merge, close schools.
    ManageSchools = "school.manage", "维护学校";
    /// Make and change districts.
    ManageDistricts = "district.manage", "维护学区";
    /// Open school years.
    ManageYears = "year.manage", "维护学年";
    /// Lock and unlock school years.
    LockYears = "year.lock", "锁定与解锁学年";
    /// See accounts.
    ReadUsers = "user.read", "查看账号";
    /// Make accounts, change names and ordinary roles, disable.
    ManageUsers = "user.manage", "维护账号";
    /// Appoint and remove the three administrators.
    AppointAdministrators = "user.appoint", "任免管理员";
    /// Give one-time links to those who forgot a password.
    ResetPasswords = "user.reset", "重置密码";
    /// See and change the rules of signing in.
    ManageSecurity = "security.manage", "维护安全设置";
    /// Read the audit.
    ReadAudit = "audit.read", "查看审计记录";
    /// Walk along the chain of the audit.
    VerifyAudit = "audit.verify", "校验审计记录";
    /// Make and list backups.
    ManageBackups = "backup.manage", "备份";
    /// See how the server is.
    ReadHealth = "health.read", "查看运行状况";
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn codes_and_names_differ() {
        let codes: BTreeSet<_> = Action::ALL.iter().map(|action| action.code()).collect();
        let names: BTreeSet<_> = Action::ALL.iter().map(|action| action.zh()).collect();
        assert_eq!((codes.len(), names.len()), (Action::ALL.len(), Action::ALL.len()));
        assert!(codes.iter().all(|code| code.contains('.')));
    }
}
