//! The caller: a signed-in person with the grants that hold today.

use crate::{Action, Role, may};
use domain::SchoolCode;
use jiff::civil::Date;
use std::collections::BTreeSet;
use store::users::{Grant, GrantScope, User};
use store::{District, Scope};

/// A signed-in person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    user: i64,
    login: String,
    grants: Vec<(Role, GrantScope)>,
}

impl Caller {
    /// The caller of an account on a day. An account that is not active, a role that is not known
    /// and a grant that does not hold on the day give nothing.
    #[must_use]
    pub fn new(user: &User, today: Date) -> Self {
        let holds = |grant: &&Grant| {
            user.active
                && grant.from.is_none_or(|from| from <= today)
                && grant.to.is_none_or(|to| today <= to)
        };
        let grants = user.grants.iter().filter(holds);
        let grants = grants.filter_map(|grant| Some((Role::of(grant)?, grant.scope.clone())));
        Self { user: user.id, login: user.login.clone(), grants: grants.collect() }
    }

    /// The number of the account.
    #[must_use]
    pub const fn user(&self) -> i64 {
        self.user
    }

    /// The log-in name: the person of the audit.
    #[must_use]
    pub fn login(&self) -> &str {
        &self.login
    }

    /// The roles that hold, with what they are held over.
    #[must_use]
    pub fn grants(&self) -> &[(Role, GrantScope)] {
        &self.grants
    }

    /// Does the caller hold a role?
    #[must_use]
    pub fn holds(&self, role: Role) -> bool {
        self.grants.iter().any(|(held, _)| *held == role)
    }

    /// May the caller do this, over whatever?
    #[must_use]
    pub fn may(&self, action: Action) -> bool {
        self.grants.iter().any(|(role, _)| may(*role, action))
    }

    /// Everything that the caller may do over something, in the order of [`Action::ALL`].
    #[must_use]
    pub fn can(&self) -> Vec<Action> {
        Action::ALL.iter().copied().filter(|action| self.may(*action)).collect()
    }

    /// Are there both districts and schools among what the caller may do this over? Then
    /// [`Self::scope`] needs to know the districts.
    #[must_use]
    pub fn is_mixed(&self, action: Action) -> bool {
        let (county, districts, schools) = self.reach(action);
        !county && !districts.is_empty() && !schools.is_empty()
    }

    /// Over which rows the caller may do this, as a predicate of the store. `districts` is only
    /// looked into where districts and schools are mixed.
    #[must_use]
    pub fn scope(&self, action: Action, districts: &[District]) -> Scope {
        let (county, of_districts, mut schools) = self.reach(action);
        if county {
            return Scope::County;
        }
        if schools.is_empty() {
            return Scope::Districts(of_districts);
        }
        for district in districts.iter().filter(|district| of_districts.contains(&district.code)) {
            schools.extend(district.schools.iter().cloned());
        }
        Scope::Schools(schools)
    }

    /// The union of what the action is granted over.
    fn reach(&self, action: Action) -> (bool, BTreeSet<String>, BTreeSet<SchoolCode>) {
        let (mut county, mut districts, mut schools) = (false, BTreeSet::new(), BTreeSet::new());
        for (_, scope) in self.grants.iter().filter(|(role, _)| may(*role, action)) {
            match scope {
                GrantScope::County => county = true,
                GrantScope::District(code) => {
                    districts.insert(code.clone());
                }
                GrantScope::School(code) => schools.extend(SchoolCode::parse(code).ok()),
            }
        }
        (county, districts, schools)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;
    use store::DistrictKind;

    fn school(n: u8) -> SchoolCode {
        SchoolCode::parse(&format!("34182300{n:02}")).unwrap()
    }

    fn user(grants: Vec<Grant>) -> User {
        User {
            id: 7,
            login: "zhang".to_owned(),
            name: "张三".to_owned(),
            password: None,
            must_change: false,
            active: true,
            failures: 0,
            locked_until: None,
            grants,
            version: 1,
        }
    }

    fn grant(role: Role, scope: GrantScope) -> Grant {
        Grant { role: role.code(), scope, from: None, to: None }
    }

    fn districts() -> Vec<District> {
        (0..4)
            .map(|n: u8| District {
                code: format!("D{n}"),
                name: format!("第{n}学区"),
                kind: DistrictKind::District,
                schools: (0..5).map(|s| school(n * 5 + s)).collect(),
                version: 1,
            })
            .collect()
    }

    /// The schools that a scope lets through.
    fn through(scope: &Scope) -> BTreeSet<SchoolCode> {
        let all = districts();
        match scope {
            Scope::County => all.iter().flat_map(|d| d.schools.clone()).collect(),
            Scope::Schools(set) => set.clone(),
            Scope::Districts(set) => {
                let of = all.iter().filter(|d| set.contains(&d.code));
                of.flat_map(|d| d.schools.clone()).collect()
            }
        }
    }

    fn any_grant() -> impl Strategy<Value = Grant> {
        let scope = prop_oneof![
            1 => Just(GrantScope::County),
            4 => (0..4_u8).prop_map(|n| GrantScope::District(format!("D{n}"))),
            4 => (0..20_u8).prop_map(|n| GrantScope::School(school(n).to_string())),
        ];
        (0..Role::all().len(), scope).prop_map(|(role, scope)| grant(Role::all()[role], scope))
    }

    proptest! {
        /// A scope lets through exactly the union of the grants whose role may do it.
        #[test]
        fn scope_is_the_union_of_grants(grants in prop::collection::vec(any_grant(), 0..6)) {
            let caller = Caller::new(&user(grants.clone()), date(2025, 3, 1));
            for action in Action::ALL {
                let mut expected = BTreeSet::new();
                for grant in &grants {
                    if may(Role::of(grant).unwrap(), *action) {
                        expected.extend(through(&match &grant.scope {
                            GrantScope::County => Scope::County,
                            GrantScope::District(code) => Scope::district(code),
                            GrantScope::School(code) => {
                                Scope::school(&SchoolCode::parse(code).unwrap())
                            }
                        }));
                    }
                }
                let known = if caller.is_mixed(*action) { districts() } else { Vec::new() };
                let scope = caller.scope(*action, &known);
                prop_assert_eq!(through(&scope), expected.clone());
                prop_assert!(caller.may(*action) || expected.is_empty());
            }
        }
    }

    #[test]
    fn only_grants_of_the_day_hold() {
        let mut proxy = grant(Role::Principal, GrantScope::School(school(1).to_string()));
        proxy.from = Some(date(2025, 3, 1));
        proxy.to = Some(date(2025, 3, 31));
        let mut account = user(vec![proxy]);
        let may_sign = |user: &User, day| Caller::new(user, day).may(Action::SignSubmissions);
        assert!(!may_sign(&account, date(2025, 2, 28)));
        assert!(may_sign(&account, date(2025, 3, 1)) && may_sign(&account, date(2025, 3, 31)));
        assert!(!may_sign(&account, date(2025, 4, 1)));
        account.active = false;
        assert!(!may_sign(&account, date(2025, 3, 15)), "a disabled account does nothing");
    }

    #[test]
    fn unknown_roles_give_nothing_and_nothing_sees_nothing() {
        let mut unknown = grant(Role::Leader, GrantScope::County);
        unknown.role = "emperor".to_owned();
        let caller = Caller::new(&user(vec![unknown]), date(2025, 3, 1));
        assert!(caller.can().is_empty());
        let nothing = Scope::Districts(BTreeSet::new());
        assert_eq!(caller.scope(Action::ReadSchools, &districts()), nothing);
    }
}
