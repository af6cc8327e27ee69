//! Appointments: which grants an account may hold, and who may give them.
//!
//! Source: the separation of the three administrators (三员分立) of the classified protection of
//! information systems (GB/T 22239—2019, 8.1.5 安全管理中心): the one who runs the system, the one
//! who grants power and the one who audits are three persons, and none of them works with the data.

use crate::role::Held;
use crate::{AccessError, Action, Caller, Role};
use store::users::{Grant, GrantScope};

/// Are these grants ones that a person can hold?
///
/// # Errors
/// [`AccessError::UnknownRole`], [`AccessError::Held`], [`AccessError::Separation`],
/// [`AccessError::Administrator`].
pub fn check(grants: &[Grant]) -> Result<(), AccessError> {
    let mut roles = Vec::with_capacity(grants.len());
    for grant in grants {
        let unknown = || AccessError::UnknownRole(grant.role.clone());
        let role = Role::of(grant).ok_or_else(unknown)?;
        let over = match (role.held(), &grant.scope) {
            (Held::County | Held::CountyOrDistrict, GrantScope::County)
            | (Held::District | Held::CountyOrDistrict, GrantScope::District(_))
            | (Held::School, GrantScope::School(_)) => {
                roles.push(role);
                continue;
            }
            (Held::County, _) => "全县",
            (Held::District, _) => "学区",
            (Held::School, _) => "学校",
            (Held::CountyOrDistrict, _) => "全县或学区",
        };
        return Err(AccessError::Held { role, over });
    }
    let Some(first) = roles.iter().copied().find(|role| role.is_administrator()) else {
        return Ok(());
    };
    let others = || roles.iter().copied().filter(|role| *role != first);
    if let Some(second) = others().find(|role| role.is_administrator()) {
        return Err(AccessError::Separation(first, second));
    }
    match others().next() {
        Some(_) => Err(AccessError::Administrator(first)),
        None => Ok(()),
    }
}

/// A change of the grants of an account.
#[derive(Clone, Copy, Debug)]
pub struct Change<'a> {
    /// The grants that the account has.
    pub before: &'a [Grant],
    /// Those that it shall have.
    pub after: &'a [Grant],
    /// Is it the caller's own account?
    pub own: bool,
    /// Is there an active security administrator? While there is none, the system administrator
    /// appoints the first one and the first auditor.
    pub security_admin: bool,
}

/// May the caller make this change?
///
/// # Errors
/// Those of [`check`]; [`AccessError::Own`], [`AccessError::Appoint`], [`AccessError::Ordinary`].
pub fn permit(caller: &Caller, change: &Change<'_>) -> Result<(), AccessError> {
    check(change.after)?;
    let mut touched = difference(change.before, change.after).peekable();
    if touched.peek().is_some() && change.own {
        return Err(AccessError::Own);
    }
    // An account that has roles is nobody's first appointment.
    let security_admin = change.security_admin || !change.before.is_empty();
    match touched.filter_map(Role::of).find(|role| !may_give(caller, *role, security_admin)) {
        Some(role) if role.is_administrator() => Err(AccessError::Appoint(role)),
        Some(role) => Err(AccessError::Ordinary(role)),
        None => Ok(()),
    }
}

/// May the caller give a role to a new account?
#[must_use]
pub fn may_give(caller: &Caller, role: Role, security_admin: bool) -> bool {
    if role.is_administrator() {
        caller.may(Action::AppointAdministrators)
            || (!security_admin && role != Role::SystemAdmin && caller.may(Action::ManageUsers))
    } else {
        caller.may(Action::ManageUsers)
    }
}

/// May the caller touch an account with these grants at all (name, disabling, a new password)?
/// Administrators' accounts are the security administrator's business, all others the system
/// administrator's.
///
/// # Errors
/// [`AccessError::Appoint`], [`AccessError::Ordinary`].
pub fn may_touch(caller: &Caller, grants: &[Grant]) -> Result<(), AccessError> {
    let administrator = grants.iter().filter_map(Role::of).find(|role| role.is_administrator());
    match administrator {
        Some(role) if !caller.may(Action::AppointAdministrators) => Err(AccessError::Appoint(role)),
        None if !caller.may(Action::ManageUsers) => {
            let role = grants.iter().find_map(Role::of).unwrap_or(Role::Clerk);
            Err(AccessError::Ordinary(role))
        }
        _ => Ok(()),
    }
}

/// The grants that are in one list and not in the other.
fn difference<'a>(before: &'a [Grant], after: &'a [Grant]) -> impl Iterator<Item = &'a Grant> {
    let gone = before.iter().filter(|grant| !after.contains(grant));
    gone.chain(after.iter().filter(|grant| !before.contains(grant)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;
    use store::users::User;

    fn grant(role: Role) -> Grant {
        let scope = match role.held() {
            Held::District => GrantScope::District("D1".to_owned()),
            Held::School => GrantScope::School("3418230001".to_owned()),
            _ => GrantScope::County,
        };
        Grant { role: role.code(), scope, from: None, to: None }
    }

    fn caller(roles: &[Role]) -> Caller {
        let user = User {
            id: 1,
            login: "a".to_owned(),
            name: "甲".to_owned(),
            password: None,
            must_change: false,
            active: true,
            failures: 0,
            locked_until: None,
            grants: roles.iter().map(|role| grant(*role)).collect(),
            version: 1,
        };
        Caller::new(&user, date(2025, 1, 1))
    }

    proptest! {
        /// Whatever is allowed holds at most one administrator, and then nothing else.
        #[test]
        fn nobody_holds_two(picks in prop::collection::vec(0..Role::all().len(), 0..5)) {
            let roles: Vec<Role> = picks.iter().map(|n| Role::all()[*n]).collect();
            let grants: Vec<Grant> = roles.iter().map(|role| grant(*role)).collect();
            let distinct: std::collections::BTreeSet<Role> = roles.iter().copied().collect();
            let administrators = distinct.iter().filter(|role| role.is_administrator()).count();
            let fine = administrators == 0 || distinct.len() == 1;
            prop_assert_eq!(check(&grants).is_ok(), fine);
        }

        /// Nobody changes his own grants, whoever he is.
        #[test]
        fn nobody_appoints_himself(who in 0..Role::all().len(), to in 0..Role::all().len()) {
            let (who, to) = (Role::all()[who], Role::all()[to]);
            let (before, after) = ([grant(who)], [grant(to)]);
            let change =
                Change { before: &before, after: &after, own: true, security_admin: true };
            prop_assert_eq!(permit(&caller(&[who]), &change).is_ok(), who == to);
        }
    }

    #[test]
    fn each_administrator_gives_only_his_own_kind_of_power() {
        let try_it = |by: Role, to: Role, security_admin| {
            let after = [grant(to)];
            let change = Change { before: &[], after: &after, own: false, security_admin };
            permit(&caller(&[by]), &change).map_err(|error| error.code())
        };
        for role in Role::all() {
            let (system, security) = if role.is_administrator() {
                (Err("A-ROLE-04"), Ok(()))
            } else {
                (Ok(()), Err("A-ROLE-05"))
            };
            assert_eq!(try_it(Role::SystemAdmin, role, true), system, "{role}");
            assert_eq!(try_it(Role::SecurityAdmin, role, true), security, "{role}");
            assert!(try_it(Role::Auditor, role, true).is_err(), "{role}");
            assert!(try_it(Role::Leader, role, true).is_err(), "{role}");
        }
        // The first of them.
        assert_eq!(try_it(Role::SystemAdmin, Role::SecurityAdmin, false), Ok(()));
        assert_eq!(try_it(Role::SystemAdmin, Role::Auditor, false), Ok(()));
        assert_eq!(try_it(Role::SystemAdmin, Role::SystemAdmin, false), Err("A-ROLE-04"));
    }

    #[test]
    fn roles_are_held_over_what_they_are_for() {
        let over = |role: Role, scope| check(&[Grant { scope, ..grant(role) }]).is_ok();
        let school = || GrantScope::School("3418230001".to_owned());
        let district = || GrantScope::District("D1".to_owned());
        assert!(!over(Role::Leader, school()) && !over(Role::Clerk, GrantScope::County));
        assert!(!over(Role::DistrictHead, school()) && over(Role::Inspector, district()));
        let mut unknown = grant(Role::Clerk);
        unknown.role = "cook".to_owned();
        assert_eq!(check(&[unknown]).unwrap_err().code(), "A-ROLE-07");
    }

    #[test]
    fn accounts_of_administrators_are_the_security_administrators() {
        let touch = |by, of| may_touch(&caller(&[by]), &[grant(of)]).is_ok();
        assert!(touch(Role::SystemAdmin, Role::Clerk));
        assert!(!touch(Role::SystemAdmin, Role::Auditor));
        assert!(touch(Role::SecurityAdmin, Role::SystemAdmin));
        assert!(!touch(Role::SecurityAdmin, Role::Clerk));
        assert!(!touch(Role::Auditor, Role::Clerk) && !touch(Role::Leader, Role::Clerk));
    }
}
