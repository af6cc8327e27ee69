//! What this crate refuses, with stable codes.

use crate::Role;

/// Why something about accounts or passwords is refused. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AccessError {
    /// `A-PASS-01`: the password is too weak; one sentence a reason.
    #[error("密码不符合要求：{}", .0.join("；"))]
    WeakPassword(Vec<&'static str>),
    /// `A-PASS-02`: the kept hash cannot be read, or hashing failed.
    #[error("密码无法校验；请联系管理员重置密码")]
    Hash,
    /// `A-RAND-01`: the operating system gives no random numbers.
    #[error("操作系统没有给出随机数，无法生成安全令牌；请检查系统后重试")]
    Random,
    /// `A-ROLE-01`: two of the three administrators in one person.
    #[error("“{0}”和“{1}”不能由同一人担任；三个管理员须分设")]
    Separation(Role, Role),
    /// `A-ROLE-02`: an administrator with another role beside it.
    #[error("“{0}”不能兼任其他角色；请为业务工作另设账号")]
    Administrator(Role),
    /// `A-ROLE-03`: one's own roles.
    #[error("不能修改自己的角色；请由另一位管理员办理")]
    Own,
    /// `A-ROLE-04`: administrators are appointed by the security administrator.
    #[error("“{0}”的任免须由安全管理员办理")]
    Appoint(Role),
    /// `A-ROLE-05`: ordinary roles are given by the system administrator.
    #[error("业务角色“{0}”须由系统管理员授予")]
    Ordinary(Role),
    /// `A-ROLE-06`: a role over the wrong kind of scope.
    #[error("“{role}”应授予{over}范围，不能授予所选范围")]
    Held {
        /// The role.
        role: Role,
        /// What it can be held over, in Chinese.
        over: &'static str,
    },
    /// `A-ROLE-07`: a role that is not known.
    #[error("没有“{0}”这个角色；请从列表中选择")]
    UnknownRole(String),
    /// `A-ROLE-08`: the last one who could appoint administrators would be gone.
    #[error("这是最后一位可用的“{0}”，不能停用或撤销；请先任命另一位")]
    Last(Role),
}

impl AccessError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::WeakPassword(_) => "A-PASS-01",
            Self::Hash => "A-PASS-02",
            Self::Random => "A-RAND-01",
            Self::Separation(..) => "A-ROLE-01",
            Self::Administrator(_) => "A-ROLE-02",
            Self::Own => "A-ROLE-03",
            Self::Appoint(_) => "A-ROLE-04",
            Self::Ordinary(_) => "A-ROLE-05",
            Self::Held { .. } => "A-ROLE-06",
            Self::UnknownRole(_) => "A-ROLE-07",
            Self::Last(_) => "A-ROLE-08",
        }
    }
}
