//! The table: role × action. It is written by role, as one would say it, and printed by a test as a
//! grid, so that a change of a right is seen in review.

use crate::action::Action as A;
use crate::role::{Department as D, GuestPage, Role};

/// What everybody who works with the county's data sees.
const READING: &[A] = &[
    A::ReadOverview,
    A::ReadEvaluation,
    A::ReadAttestations,
    A::ReadStandards,
    A::ReadCollections,
    A::ReadSubmissions,
    A::ReadEvidence,
    A::ReadDocuments,
    A::ReadTeachers,
    A::ReadStaffing,
    A::ReadSchools,
];

/// What every officer of the bureau may do besides.
const OFFICER: &[A] = &[
    A::PreviewEvaluation,
    A::TryWhatIf,
    A::ExportForms,
    A::ReadPlans,
    A::AddEvidence,
    A::EditDocuments,
    A::SignDocuments,
    A::ReadJobs,
    A::CancelJobs,
];

const EVALUATION: &[A] = &[
    A::EditAttestations,
    A::ManageCollections,
    A::ReviewSubmissions,
    A::LockSubmissions,
    A::FillSubmissions,
    A::SubmitSubmissions,
    A::ImportData,
    A::ManageYears,
    A::LockYears,
];

const PLANNING: &[A] = &[
    A::ManageCollections,
    A::ReviewSubmissions,
    A::FillSubmissions,
    A::SubmitSubmissions,
    A::ImportData,
    A::EditPlans,
    A::AdoptPlans,
    A::ManageSchools,
    A::ManageDistricts,
    A::ManageYears,
];

const REVIEWING: &[A] = &[A::ReviewSubmissions];

const PERSONNEL: &[A] =
    &[A::EditTeachers, A::RevealTeachers, A::EditStaffing, A::AdoptStaffing, A::RaiseObjections];

const SYSTEM_ADMIN: &[A] = &[
    A::ReadSchools,
    A::ManageSchools,
    A::ManageDistricts,
    A::ManageYears,
    A::ReadStandards,
    A::ReadUsers,
    A::ManageUsers,
    A::ResetPasswords,
    A::ManageBackups,
    A::ReadHealth,
    A::ReadJobs,
    A::CancelJobs,
];

const SECURITY_ADMIN: &[A] = &[
    A::ReadSchools,
    A::ReadUsers,
    A::AppointAdministrators,
    A::ResetPasswords,
    A::ManageSecurity,
    A::ReadHealth,
];

const AUDITOR: &[A] = &[A::ReadAudit, A::VerifyAudit, A::ReadUsers, A::ReadSchools];

const LEADER: &[A] = &[
    A::PreviewEvaluation,
    A::TryWhatIf,
    A::ExportForms,
    A::ReadPlans,
    A::SignDocuments,
    A::RevealTeachers,
];

const PRINCIPAL: &[A] = &[
    A::PreviewEvaluation,
    A::FillSubmissions,
    A::SubmitSubmissions,
    A::SignSubmissions,
    A::AddEvidence,
    A::EditTeachers,
    A::RevealTeachers,
    A::RaiseObjections,
];

const CLERK: &[A] = &[
    A::PreviewEvaluation,
    A::FillSubmissions,
    A::SubmitSubmissions,
    A::AddEvidence,
    A::EditTeachers,
    A::RaiseObjections,
];

const INSPECTOR: &[A] = &[A::PreviewEvaluation, A::AddEvidence, A::EditDocuments];

const GUEST: &[A] = &[A::ReadStandards];

/// May a role do this? Over which rows is the grant's scope, not the table's business.
///
/// ```
/// use access::{Action, Role, may};
/// assert!(may(Role::Principal, Action::SignSubmissions));
/// assert!(!may(Role::Clerk, Action::SignSubmissions));
/// ```
#[must_use]
pub fn may(role: Role, action: A) -> bool {
    let lists: &[&[A]] = match role {
        Role::SystemAdmin => &[SYSTEM_ADMIN],
        Role::SecurityAdmin => &[SECURITY_ADMIN],
        Role::Auditor => &[AUDITOR],
        Role::Leader => &[READING, LEADER],
        Role::Officer(D::Evaluation) => &[READING, OFFICER, EVALUATION],
        Role::Officer(D::Planning) => &[READING, OFFICER, PLANNING],
        Role::Officer(D::Personnel) => &[READING, OFFICER, REVIEWING, PERSONNEL],
        Role::Officer(D::Admissions | D::Aid) => &[READING, OFFICER, REVIEWING],
        Role::DistrictHead => &[READING, &[A::PreviewEvaluation]],
        Role::Principal => &[READING, PRINCIPAL],
        Role::Clerk => &[READING, CLERK],
        Role::Inspector => &[READING, INSPECTOR],
        Role::Guest(GuestPage::Overview) => &[GUEST, &[A::ReadOverview]],
        Role::Guest(GuestPage::Evaluation) => &[GUEST, &[A::ReadEvaluation]],
        Role::Guest(GuestPage::Plans) => &[GUEST, &[A::ReadPlans]],
    };
    lists.iter().any(|list| list.contains(&action))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write as _;

    /// The whole table as a grid: a changed right is a changed line.
    #[test]
    fn grid() {
        let roles = Role::all();
        let mut grid = String::new();
        for role in &roles {
            let _ = writeln!(grid, "{:>2}  {role}", roles.iter().position(|r| r == role).unwrap());
        }
        for action in A::ALL {
            let _ = write!(grid, "{:<24}", action.code());
            for (n, role) in roles.iter().enumerate() {
                let mark = if may(*role, *action) { n.to_string() } else { "·".to_owned() };
                let _ = write!(grid, "{mark:>3}");
            }
            grid.push('\n');
        }
        insta::assert_snapshot!(grid);
    }

    #[test]
    fn every_action_is_somebodys_and_only_some_change() {
        for action in A::ALL {
            assert!(Role::all().iter().any(|role| may(*role, *action)), "{}", action.code());
        }
        let changes = |action: &A| {
            !matches!(
                action.code().rsplit('.').next(),
                Some("read" | "reveal" | "preview" | "what_if" | "export" | "verify")
            )
        };
        for role in Role::all() {
            let reads_only = matches!(role, Role::Leader | Role::DistrictHead | Role::Guest(_))
                || role == Role::Auditor;
            if reads_only {
                let own: &[A] =
                    if role == Role::Leader { &[A::SignDocuments] } else { Default::default() };
                let wrong = A::ALL
                    .iter()
                    .find(|action| changes(action) && may(role, **action) && !own.contains(action));
                assert_eq!(wrong, None, "{role} changes nothing");
            }
        }
    }

    /// No right of one administrator over accounts, security or audit is another's.
    #[test]
    fn administrators_are_separate() {
        for action in [A::ManageUsers, A::ManageBackups] {
            assert!(!may(Role::SecurityAdmin, action) && !may(Role::Auditor, action));
        }
        for action in [A::AppointAdministrators, A::ManageSecurity] {
            assert!(!may(Role::SystemAdmin, action) && !may(Role::Auditor, action));
        }
        for action in [A::ReadAudit, A::VerifyAudit] {
            assert!(!may(Role::SystemAdmin, action) && !may(Role::SecurityAdmin, action));
        }
        for role in Role::all().into_iter().filter(|role| role.is_administrator()) {
            for action in [A::ReadEvaluation, A::ReadSubmissions, A::FillSubmissions, A::ReadPlans]
            {
                assert!(!may(role, action), "{role} sees no figures");
            }
        }
    }
}
