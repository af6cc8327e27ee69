//! Roles: what kind of person somebody is to the county's schools.

use crate::{Action, may};
use std::fmt;
use store::users::Grant;

/// 股室: the department of an officer of the bureau.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Department {
    /// 督导评估.
    Evaluation,
    /// 规划财务.
    Planning,
    /// 人事.
    Personnel,
    /// 基础教育（招生、学籍）.
    Admissions,
    /// 学生资助.
    Aid,
}

impl Department {
    /// All departments, in the order of the screen.
    pub const ALL: [Self; 5] =
        [Self::Evaluation, Self::Planning, Self::Personnel, Self::Admissions, Self::Aid];

    /// The code in the database and in JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Evaluation => "evaluation",
            Self::Planning => "planning",
            Self::Personnel => "personnel",
            Self::Admissions => "admissions",
            Self::Aid => "aid",
        }
    }

    /// Its name on the screen.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Evaluation => "督导评估",
            Self::Planning => "规划财务",
            Self::Personnel => "人事",
            Self::Admissions => "基础教育",
            Self::Aid => "学生资助",
        }
    }
}

/// A page that is opened to a guest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GuestPage {
    /// 总览.
    Overview,
    /// 评估.
    Evaluation,
    /// 规划.
    Plans,
}

impl GuestPage {
    /// All pages that can be opened to a guest.
    pub const ALL: [Self; 3] = [Self::Overview, Self::Evaluation, Self::Plans];

    /// The code in the database and in JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Overview => "overview",
            Self::Evaluation => "evaluation",
            Self::Plans => "plans",
        }
    }

    /// Its name on the screen.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Overview => "总览",
            Self::Evaluation => "评估",
            Self::Plans => "规划",
        }
    }
}

/// A role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// 系统管理员: accounts, schools, years, backups. Sees no evaluation.
    SystemAdmin,
    /// 安全管理员: who the administrators are, and the rules of signing in.
    SecurityAdmin,
    /// 审计员: the audit.
    Auditor,
    /// 县领导: reads everything about the county and signs its documents, changes no data.
    Leader,
    /// 股室干部.
    Officer(Department),
    /// 学区长: sees the schools of a district.
    DistrictHead,
    /// 校长: approves what the school reports.
    Principal,
    /// 学校填报员.
    Clerk,
    /// 督学: reads, adds evidence of what was seen, and writes what follows from it.
    Inspector,
    /// 外单位: reads one page.
    Guest(GuestPage),
}

/// Over what kind of scope a role can be held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// Only over the county.
    County,
    /// Only over districts.
    District,
    /// Only over schools.
    School,
    /// Over the county or districts.
    CountyOrDistrict,
}

impl Role {
    /// All roles, in the order of the screen.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let mut all = vec![Self::SystemAdmin, Self::SecurityAdmin, Self::Auditor, Self::Leader];
        all.extend(Department::ALL.map(Self::Officer));
        all.extend([Self::DistrictHead, Self::Principal, Self::Clerk, Self::Inspector]);
        all.extend(GuestPage::ALL.map(Self::Guest));
        all
    }

    /// The code without the department or page: `officer`.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match self {
            Self::SystemAdmin => "system_admin",
            Self::SecurityAdmin => "security_admin",
            Self::Auditor => "auditor",
            Self::Leader => "leader",
            Self::Officer(_) => "officer",
            Self::DistrictHead => "district_head",
            Self::Principal => "principal",
            Self::Clerk => "clerk",
            Self::Inspector => "inspector",
            Self::Guest(_) => "guest",
        }
    }

    /// The department of an officer or the page of a guest.
    #[must_use]
    pub const fn part(self) -> Option<&'static str> {
        match self {
            Self::Officer(department) => Some(department.code()),
            Self::Guest(page) => Some(page.code()),
            _ => None,
        }
    }

    /// The whole code as the database keeps it: `officer:planning`.
    #[must_use]
    pub fn code(self) -> String {
        match self.part() {
            Some(part) => format!("{}:{part}", self.kind()),
            None => self.kind().to_owned(),
        }
    }

    /// The role of a code.
    ///
    /// ```
    /// use access::{Department, Role};
    /// assert_eq!(Role::from_code("officer:planning"), Some(Role::Officer(Department::Planning)));
    /// assert_eq!(Role::from_code("officer"), None);
    /// ```
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::all().into_iter().find(|role| role.code() == code)
    }

    /// The name on the screen, without the department or page.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::SystemAdmin => "系统管理员",
            Self::SecurityAdmin => "安全管理员",
            Self::Auditor => "审计员",
            Self::Leader => "县领导",
            Self::Officer(_) => "股室干部",
            Self::DistrictHead => "学区长",
            Self::Principal => "校长",
            Self::Clerk => "学校填报员",
            Self::Inspector => "督学",
            Self::Guest(_) => "外单位",
        }
    }

    /// Is it one of the three administrators, who are three persons?
    #[must_use]
    pub const fn is_administrator(self) -> bool {
        matches!(self, Self::SystemAdmin | Self::SecurityAdmin | Self::Auditor)
    }

    /// Over what it can be held.
    #[must_use]
    pub const fn held(self) -> Held {
        match self {
            Self::DistrictHead => Held::District,
            Self::Principal | Self::Clerk => Held::School,
            Self::Inspector => Held::CountyOrDistrict,
            _ => Held::County,
        }
    }

    /// The kinds of scope that it can be held over, as codes: `county`, `district`, `school`.
    #[must_use]
    pub fn over(self) -> Vec<&'static str> {
        match self.held() {
            Held::County => vec!["county"],
            Held::District => vec!["district"],
            Held::School => vec!["school"],
            Held::CountyOrDistrict => vec!["county", "district"],
        }
    }

    /// Everything that the role may do, in the order of [`Action::ALL`].
    #[must_use]
    pub fn can(self) -> Vec<Action> {
        Action::ALL.iter().copied().filter(|action| may(self, *action)).collect()
    }

    /// The role of a grant; `None` for a code that this program does not know, which grants nothing.
    #[must_use]
    pub fn of(grant: &Grant) -> Option<Self> {
        Self::from_code(&grant.role)
    }
}

impl fmt::Display for Role {
    /// The full name on the screen: `股室干部（规划财务）`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Officer(department) => write!(f, "{}（{}）", self.zh(), department.zh()),
            Self::Guest(page) => write!(f, "{}（{}）", self.zh(), page.zh()),
            _ => f.write_str(self.zh()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_their_own_inverse_and_differ() {
        let all = Role::all();
        assert_eq!(all.len(), 16);
        for role in &all {
            assert_eq!(Role::from_code(&role.code()), Some(*role));
        }
        let names: std::collections::BTreeSet<String> = all.iter().map(Role::to_string).collect();
        assert_eq!(names.len(), all.len());
        for wrong in
            ["", "officer", "officer:", "officer:kitchen", "clerk:planning", "System_admin"]
        {
            assert_eq!(Role::from_code(wrong), None, "{wrong}");
        }
    }
}
