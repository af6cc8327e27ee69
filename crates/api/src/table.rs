//! The table: what every endpoint needs. The guard acts on it; an endpoint that is not here is
//! refused. A test compares it with the OpenAPI document, another calls every endpoint as every role.

use access::Action;
use axum::http::Method;

/// What an endpoint needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Nothing: whoever reaches the server.
    Nothing,
    /// A session, even of somebody who has to change the password first.
    Session,
    /// A session and the right to do this, over whatever; the scope is the handler's predicate.
    Action(Action),
    /// A session and the right to do one of these.
    Either(Action, Action),
}

impl Need {
    /// The action that the caller may do, or the first one for who may do none.
    pub(crate) fn action(self, may: impl Fn(Action) -> bool) -> Option<Action> {
        match self {
            Self::Nothing | Self::Session => None,
            Self::Action(action) => Some(action),
            Self::Either(first, second) if !may(first) && may(second) => Some(second),
            Self::Either(first, _) => Some(first),
        }
    }
}

/// Method, path as it is routed, need.
pub(crate) type Line = (Method, &'static str, Need);

const fn needs(method: Method, path: &'static str, action: Action) -> Line {
    (method, path, Need::Action(action))
}

const GET: Method = Method::GET;
const POST: Method = Method::POST;
const PUT: Method = Method::PUT;
const PATCH: Method = Method::PATCH;
const DELETE: Method = Method::DELETE;

/// Ordinary accounts are the system administrator's, administrators' the security administrator's;
/// which one it is, the handler asks `access::appointment`.
const EDIT_USERS: Need = Need::Either(Action::ManageUsers, Action::AppointAdministrators);

/// What the bureau does for all schools, and a school for its own teachers.
const BY_SCHOOL: Need = Need::Either(Action::EditStaffing, Action::EditTeachers);

/// Every endpoint.
pub const TABLE: &[Line] = &[
    // Set-up and one-time links.
    (GET, "/api/setup", Need::Nothing),
    (POST, "/api/setup", Need::Nothing),
    (POST, "/api/links/open", Need::Nothing),
    (POST, "/api/links/use", Need::Nothing),
    // Session.
    (POST, "/api/session", Need::Nothing),
    (GET, "/api/session", Need::Session),
    (DELETE, "/api/session", Need::Session),
    (PUT, "/api/session/password", Need::Session),
    // Accounts.
    needs(GET, "/api/users", Action::ReadUsers),
    (POST, "/api/users", EDIT_USERS),
    needs(GET, "/api/users/template.xlsx", Action::ManageUsers),
    needs(POST, "/api/users/import", Action::ManageUsers),
    needs(GET, "/api/users/{id}", Action::ReadUsers),
    (PATCH, "/api/users/{id}", EDIT_USERS),
    needs(POST, "/api/users/{id}/reset", Action::ResetPasswords),
    needs(GET, "/api/roles", Action::ReadUsers),
    needs(GET, "/api/security", Action::ManageSecurity),
    needs(PUT, "/api/security", Action::ManageSecurity),
    // Schools, districts, years.
    needs(GET, "/api/schools", Action::ReadSchools),
    needs(GET, "/api/schools/{code}", Action::ReadSchools),
    needs(POST, "/api/schools/{code}/events", Action::ManageSchools),
    needs(GET, "/api/districts", Action::ReadSchools),
    needs(POST, "/api/districts", Action::ManageDistricts),
    needs(PATCH, "/api/districts/{code}", Action::ManageDistricts),
    needs(GET, "/api/years", Action::ReadSchools),
    needs(POST, "/api/years", Action::ManageYears),
    needs(POST, "/api/years/{year}/lock", Action::LockYears),
    needs(POST, "/api/years/{year}/unlock", Action::LockYears),
    needs(PUT, "/api/years/{year}/standard", Action::ManageYears),
    // Evaluation.
    needs(GET, "/api/years/{year}/overview", Action::ReadOverview),
    needs(GET, "/api/years/{year}/evaluation", Action::ReadEvaluation),
    needs(GET, "/api/years/{year}/explanation", Action::ReadEvaluation),
    needs(POST, "/api/years/{year}/what-if", Action::TryWhatIf),
    needs(GET, "/api/years/{year}/forms.xlsx", Action::ExportForms),
    needs(GET, "/api/years/{year}/forms", Action::ExportForms),
    needs(GET, "/api/years/{year}/map", Action::ReadEvaluation),
    needs(GET, "/api/years/{year}/needs/{school}", Action::ReadEvaluation),
    // Scenarios, the boundary of the map.
    needs(GET, "/api/years/{year}/scenarios", Action::TryWhatIf),
    needs(POST, "/api/years/{year}/scenarios", Action::TryWhatIf),
    needs(GET, "/api/scenarios/{id}", Action::TryWhatIf),
    needs(PATCH, "/api/scenarios/{id}", Action::TryWhatIf),
    needs(DELETE, "/api/scenarios/{id}", Action::TryWhatIf),
    (GET, "/api/boundary", Need::Either(Action::ReadEvaluation, Action::ReadSchools)),
    needs(PUT, "/api/boundary", Action::ManageSchools),
    needs(DELETE, "/api/boundary", Action::ManageSchools),
    // Attestations, evidence.
    needs(GET, "/api/years/{year}/attestations", Action::ReadAttestations),
    needs(PUT, "/api/years/{year}/attestations/{code}", Action::EditAttestations),
    needs(GET, "/api/years/{year}/evidence", Action::ReadEvidence),
    needs(POST, "/api/years/{year}/evidence", Action::AddEvidence),
    needs(GET, "/api/evidence/{id}", Action::ReadEvidence),
    needs(POST, "/api/evidence/{id}/removal", Action::AddEvidence),
    // Standards, items.
    needs(GET, "/api/standards", Action::ReadStandards),
    needs(GET, "/api/standards/{id}", Action::ReadStandards),
    needs(POST, "/api/standards/{id}/examples", Action::ReadStandards),
    needs(GET, "/api/items", Action::ReadStandards),
    // Plans.
    needs(GET, "/api/costs", Action::ReadPlans),
    needs(GET, "/api/costs/{id}", Action::ReadPlans),
    needs(GET, "/api/plans", Action::ReadPlans),
    needs(POST, "/api/plans", Action::EditPlans),
    needs(GET, "/api/plans/new.toml", Action::EditPlans),
    needs(GET, "/api/plans/compare", Action::ReadPlans),
    needs(GET, "/api/plans/{id}", Action::ReadPlans),
    needs(DELETE, "/api/plans/{id}", Action::EditPlans),
    needs(PUT, "/api/plans/{id}/settings", Action::EditPlans),
    needs(POST, "/api/plans/{id}/run", Action::EditPlans),
    needs(POST, "/api/plans/{id}/frontier", Action::EditPlans),
    needs(POST, "/api/plans/{id}/adopt", Action::AdoptPlans),
    needs(GET, "/api/plans/{id}/workbook.xlsx", Action::ReadPlans),
    needs(GET, "/api/baseline", Action::ReadPlans),
    needs(POST, "/api/baseline/works", Action::EditPlans),
    needs(DELETE, "/api/baseline/works/{number}", Action::EditPlans),
    // The roster of teachers.
    needs(GET, "/api/roster-columns", Action::ReadTeachers),
    needs(GET, "/api/roster-template.xlsx", Action::EditTeachers),
    needs(GET, "/api/years/{year}/roster.xlsx", Action::ReadTeachers),
    needs(POST, "/api/years/{year}/roster/plain.xlsx", Action::RevealTeachers),
    needs(POST, "/api/years/{year}/roster/search", Action::RevealTeachers),
    needs(GET, "/api/years/{year}/roster", Action::ReadTeachers),
    needs(PUT, "/api/years/{year}/roster", Action::EditTeachers),
    needs(GET, "/api/years/{year}/roster/findings", Action::ReadTeachers),
    needs(GET, "/api/years/{year}/roster/counts", Action::ReadTeachers),
    needs(POST, "/api/years/{year}/roster/apply", Action::EditTeachers),
    needs(POST, "/api/years/{year}/roster/imports", Action::EditTeachers),
    needs(GET, "/api/years/{year}/roster/imports/{id}", Action::EditTeachers),
    needs(DELETE, "/api/years/{year}/roster/imports/{id}", Action::EditTeachers),
    needs(POST, "/api/years/{year}/roster/imports/{id}/accept", Action::EditTeachers),
    needs(GET, "/api/years/{year}/teachers", Action::ReadTeachers),
    needs(POST, "/api/years/{year}/teachers", Action::EditTeachers),
    needs(GET, "/api/years/{year}/teachers/{number}", Action::ReadTeachers),
    needs(PUT, "/api/years/{year}/teachers/{number}", Action::EditTeachers),
    needs(DELETE, "/api/years/{year}/teachers/{number}", Action::EditTeachers),
    needs(POST, "/api/years/{year}/teachers/{number}/reveal", Action::RevealTeachers),
    // Posts and rotations of teachers.
    needs(GET, "/api/years/{year}/posts", Action::ReadStaffing),
    needs(GET, "/api/years/{year}/posts.xlsx", Action::ReadStaffing),
    needs(GET, "/api/years/{year}/rotation-settings", Action::ReadStaffing),
    needs(GET, "/api/years/{year}/rotations", Action::ReadStaffing),
    needs(POST, "/api/years/{year}/rotations", Action::EditStaffing),
    needs(GET, "/api/rotations/{id}", Action::ReadStaffing),
    needs(PATCH, "/api/rotations/{id}", Action::EditStaffing),
    needs(DELETE, "/api/rotations/{id}", Action::EditStaffing),
    needs(PUT, "/api/rotations/{id}/wishes", Action::EditStaffing),
    needs(POST, "/api/rotations/{id}/wishes/import", Action::EditStaffing),
    needs(GET, "/api/rotations/{id}/wishes.xlsx", Action::EditStaffing),
    needs(POST, "/api/rotations/{id}/run", Action::EditStaffing),
    needs(GET, "/api/rotations/{id}/runs", Action::ReadStaffing),
    needs(GET, "/api/rotations/{id}/runs/{run}", Action::ReadStaffing),
    needs(GET, "/api/rotations/{id}/runs/{run}/stayers", Action::ReadStaffing),
    needs(GET, "/api/rotations/{id}/runs/{run}/workbook.xlsx", Action::ReadStaffing),
    needs(POST, "/api/rotations/{id}/steps", Action::EditStaffing),
    needs(GET, "/api/rotations/{id}/notice", Action::ReadStaffing),
    needs(GET, "/api/rotations/{id}/notice.xlsx", Action::ReadStaffing),
    needs(GET, "/api/rotations/{id}/objections", Action::ReadStaffing),
    needs(POST, "/api/rotations/{id}/objections", Action::RaiseObjections),
    needs(POST, "/api/rotations/{id}/objections/{number}/reply", Action::EditStaffing),
    needs(GET, "/api/rotations/{id}/orders", Action::ReadStaffing),
    (POST, "/api/rotations/{id}/orders/{teacher}/records", BY_SCHOOL),
    needs(GET, "/api/rotations/{id}/orders.xlsx", Action::ReadStaffing),
    needs(GET, "/api/rotations/{id}/subsidies", Action::ReadStaffing),
    // Documents: which step is whose right, the handler asks by the step.
    needs(GET, "/api/years/{year}/document-templates", Action::EditDocuments),
    needs(GET, "/api/years/{year}/documents", Action::ReadDocuments),
    needs(POST, "/api/years/{year}/documents", Action::EditDocuments),
    needs(GET, "/api/documents/{id}", Action::ReadDocuments),
    needs(PATCH, "/api/documents/{id}", Action::EditDocuments),
    needs(POST, "/api/documents/{id}/steps", Action::ReadDocuments),
    needs(GET, "/api/documents/{id}/file.docx", Action::ReadDocuments),
    needs(GET, "/api/documents/{id}/file.pdf", Action::ReadDocuments),
    needs(GET, "/api/documents/{id}/preview", Action::ReadDocuments),
    needs(POST, "/api/documents/{id}/verify", Action::EditDocuments),
    // Exchanges, pairings, principals, training. Hours are entered by the bureau, or by a school that
    // takes part; a school proposes training of its own.
    needs(GET, "/api/exchange-rules", Action::ReadStaffing),
    needs(GET, "/api/years/{year}/exchanges", Action::ReadStaffing),
    needs(POST, "/api/years/{year}/exchanges", Action::EditStaffing),
    needs(GET, "/api/years/{year}/exchanges/summary", Action::ReadStaffing),
    needs(PUT, "/api/years/{year}/exchanges/targets", Action::EditStaffing),
    needs(POST, "/api/years/{year}/exchanges/import", Action::EditStaffing),
    needs(GET, "/api/years/{year}/exchanges.xlsx", Action::ReadStaffing),
    needs(GET, "/api/exchanges/{id}", Action::ReadStaffing),
    needs(PATCH, "/api/exchanges/{id}", Action::EditStaffing),
    needs(DELETE, "/api/exchanges/{id}", Action::EditStaffing),
    needs(POST, "/api/exchanges/{id}/steps", Action::EditStaffing),
    (POST, "/api/exchanges/{id}/entries", BY_SCHOOL),
    (DELETE, "/api/exchanges/{id}/entries/{number}", BY_SCHOOL),
    needs(POST, "/api/years/{year}/pairings", Action::EditStaffing),
    needs(POST, "/api/years/{year}/pairings/accept", Action::EditStaffing),
    needs(GET, "/api/years/{year}/principals", Action::ReadStaffing),
    needs(GET, "/api/years/{year}/principals/moves", Action::EditStaffing),
    needs(GET, "/api/years/{year}/principals.xlsx", Action::ReadStaffing),
    needs(GET, "/api/years/{year}/trainings", Action::ReadStaffing),
    (POST, "/api/years/{year}/trainings", BY_SCHOOL),
    needs(GET, "/api/trainings/{id}", Action::ReadStaffing),
    (PATCH, "/api/trainings/{id}", BY_SCHOOL),
    (DELETE, "/api/trainings/{id}", BY_SCHOOL),
    needs(POST, "/api/trainings/{id}/steps", Action::EditStaffing),
    (PUT, "/api/trainings/{id}/people", BY_SCHOOL),
    needs(GET, "/api/years/{year}/training/shortfalls", Action::ReadStaffing),
    needs(GET, "/api/years/{year}/training/funds", Action::ReadStaffing),
    needs(GET, "/api/years/{year}/training.xlsx", Action::ReadStaffing),
    // Jobs.
    needs(GET, "/api/jobs", Action::ReadJobs),
    needs(GET, "/api/jobs/{id}", Action::ReadJobs),
    needs(GET, "/api/jobs/{id}/events", Action::ReadJobs),
    needs(POST, "/api/jobs/{id}/cancel", Action::CancelJobs),
    // Collection: which step is whose right, the handler asks by the step.
    needs(GET, "/api/collections", Action::ReadCollections),
    needs(POST, "/api/collections", Action::ManageCollections),
    needs(PATCH, "/api/collections/{id}", Action::ManageCollections),
    needs(POST, "/api/collections/{id}/reminders", Action::ManageCollections),
    needs(GET, "/api/outliers", Action::ReadSubmissions),
    needs(GET, "/api/submissions", Action::ReadSubmissions),
    needs(GET, "/api/submissions/{year}/{school}", Action::ReadSubmissions),
    needs(PATCH, "/api/submissions/{year}/{school}/draft", Action::FillSubmissions),
    needs(POST, "/api/submissions/{year}/{school}/steps", Action::ReadSubmissions),
    needs(PUT, "/api/submissions/{year}/{school}/explanations", Action::FillSubmissions),
    needs(GET, "/api/submissions/{year}/{school}/revisions", Action::ReadSubmissions),
    needs(GET, "/api/submissions/{year}/{school}/difference", Action::ReadSubmissions),
    needs(GET, "/api/template.xlsx", Action::ReadSubmissions),
    // Imports.
    needs(GET, "/api/imports", Action::ImportData),
    needs(POST, "/api/imports", Action::ImportData),
    needs(GET, "/api/imports/{id}", Action::ImportData),
    needs(DELETE, "/api/imports/{id}", Action::ImportData),
    needs(POST, "/api/imports/{id}/accept", Action::ImportData),
    needs(GET, "/api/imports/{id}/annotated.zip", Action::ImportData),
    needs(PUT, "/api/imports/{id}/cells", Action::ImportData),
    needs(PUT, "/api/imports/{id}/meanings", Action::ImportData),
    needs(GET, "/api/imports/{id}/files/{number}", Action::ImportData),
    needs(GET, "/api/mappings", Action::ImportData),
    needs(DELETE, "/api/mappings", Action::ImportData),
    // Audit, backups, health.
    needs(GET, "/api/audit", Action::ReadAudit),
    needs(GET, "/api/audit/verify", Action::VerifyAudit),
    needs(GET, "/api/audit/export", Action::ReadAudit),
    needs(GET, "/api/backups", Action::ManageBackups),
    needs(POST, "/api/backups", Action::ManageBackups),
    needs(GET, "/api/backups/{name}", Action::ManageBackups),
    needs(POST, "/api/backups/{name}/verify", Action::ManageBackups),
    needs(GET, "/api/health", Action::ReadHealth),
];

/// What an endpoint needs; `None` for one that is not in the table. `HEAD` is `GET` without a body.
#[must_use]
pub(crate) fn need(method: &Method, path: &str) -> Option<Need> {
    let method = if *method == Method::HEAD { &GET } else { method };
    TABLE.iter().find(|line| line.0 == *method && line.1 == path).map(|line| line.2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_endpoint_has_one_line() {
        let mut seen = BTreeSet::new();
        for (method, path, _) in TABLE {
            assert!(seen.insert((method.as_str(), *path)), "{method} {path}");
        }
        assert_eq!(need(&Method::HEAD, "/api/users"), need(&GET, "/api/users"));
        assert_eq!(need(&PUT, "/api/users"), None);
    }
}
