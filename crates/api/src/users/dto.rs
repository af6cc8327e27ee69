//! Accounts and grants as they travel.

use crate::{ApiError, App, FieldProblem};
use access::Role;
use access::token::Link;
use domain::{CountyCode, SchoolCode};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::Scope;
use store::users::{Grant, GrantScope, User};
use utoipa::ToSchema;

/// Over what a role is held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScopeView {
    /// `county`, `district`, `school`.
    pub(crate) kind: String,
    /// The code of the district or school; absent for the county.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) code: Option<String>,
    /// Its name; not read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
}

/// A role over something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "role": "officer", "department": "planning", "zh": "股室干部（规划财务）",
    "scope": {"kind": "county"},
}))]
pub(crate) struct GrantView {
    /// The role's code without department or page.
    pub(crate) role: String,
    /// The department of an officer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) department: Option<String>,
    /// The page of a guest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) page: Option<String>,
    /// What it is called; not read.
    #[serde(default)]
    pub(crate) zh: String,
    /// Over what.
    pub(crate) scope: ScopeView,
    /// From this day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub(crate) from: Option<Date>,
    /// To this day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub(crate) to: Option<Date>,
}

/// An account.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": 7, "login": "zhangsan", "name": "张三", "active": true, "must_change": false,
    "password": "set", "locked_until": null, "version": 1,
    "grants": [{"role": "clerk", "zh": "学校填报员",
        "scope": {"kind": "school", "code": "3418230001", "name": "实验小学"}}],
}))]
pub(crate) struct Account {
    pub(crate) id: i64,
    pub(crate) login: String,
    pub(crate) name: String,
    /// May it sign in at all?
    pub(crate) active: bool,
    /// Must the password be changed at the next log-in?
    pub(crate) must_change: bool,
    /// `set`, `link` (a one-time link is out), `expired` (it was not used in time), `none`.
    pub(crate) password: &'static str,
    /// Locked after failed log-ins.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(crate) locked_until: Option<Timestamp>,
    pub(crate) grants: Vec<GrantView>,
    /// For the next edit.
    pub(crate) version: i64,
}

/// The names of what roles are held over.
pub(crate) struct Names {
    districts: BTreeMap<String, String>,
    schools: BTreeMap<String, String>,
}

impl Names {
    pub(crate) async fn of(app: &App, county: &CountyCode) -> Result<Self, ApiError> {
        let districts = app.store().districts(county).await?;
        let schools = app.store().schools(county, &Scope::County).await?;
        Ok(Self {
            districts: districts.into_iter().map(|d| (d.code, d.name)).collect(),
            schools: schools.into_iter().map(|s| (s.code.to_string(), s.name)).collect(),
        })
    }

    /// The school that is called so or has this code.
    pub(crate) fn school(&self, label: &str) -> Option<&str> {
        find(&self.schools, label)
    }

    /// The district that is called so or has this code.
    pub(crate) fn district(&self, label: &str) -> Option<&str> {
        find(&self.districts, label)
    }

    fn view(&self, grant: &Grant) -> GrantView {
        let (kind, code, name) = match &grant.scope {
            GrantScope::County => ("county", None, None),
            GrantScope::District(code) => ("district", Some(code), self.districts.get(code)),
            GrantScope::School(code) => ("school", Some(code), self.schools.get(code)),
        };
        let role = Role::of(grant);
        let part = role.and_then(Role::part).map(str::to_owned);
        let is_guest = matches!(role, Some(Role::Guest(_)));
        GrantView {
            role: role.map_or_else(|| grant.role.clone(), |role| role.kind().to_owned()),
            department: part.clone().filter(|_| !is_guest),
            page: part.filter(|_| is_guest),
            zh: role.map_or_else(|| grant.role.clone(), |role| role.to_string()),
            scope: ScopeView { kind: kind.to_owned(), code: code.cloned(), name: name.cloned() },
            from: grant.from,
            to: grant.to,
        }
    }

    pub(crate) fn account(&self, user: &User, now: Timestamp) -> Account {
        let password = match user.password.as_deref().map(Link::kept) {
            None => "none",
            Some(None) => "set",
            Some(Some(link)) if now < link.expires() => "link",
            Some(Some(_)) => "expired",
        };
        Account {
            id: user.id,
            login: user.login.clone(),
            name: user.name.clone(),
            active: user.active,
            must_change: user.must_change,
            password,
            locked_until: user.locked_until.filter(|until| now < *until),
            grants: user.grants.iter().map(|grant| self.view(grant)).collect(),
            version: user.version,
        }
    }

    /// The grants of a request, checked against what there is.
    pub(crate) fn read(&self, views: &[GrantView]) -> Result<Vec<Grant>, Vec<FieldProblem>> {
        let (mut grants, mut wrong) = (Vec::new(), Vec::new());
        for (n, view) in views.iter().enumerate() {
            match self.grant(view) {
                Ok(grant) if grants.contains(&grant) => {}
                Ok(grant) => grants.push(grant),
                Err((field, message)) => {
                    wrong.push(FieldProblem::new(format!("grants.{n}.{field}"), message));
                }
            }
        }
        if wrong.is_empty() { Ok(grants) } else { Err(wrong) }
    }

    fn grant(&self, view: &GrantView) -> Result<Grant, (&'static str, String)> {
        let part = view.department.as_deref().or(view.page.as_deref());
        let code = part.map_or_else(|| view.role.clone(), |part| format!("{}:{part}", view.role));
        if Role::from_code(&code).is_none() {
            let message = format!("没有“{code}”这个角色；股室干部须选股室，外单位须选页面");
            return Err(("role", message));
        }
        let code_of_scope = view.scope.code.as_deref().unwrap_or_default();
        let missing = |what: &str| {
            ("scope.code", format!("没有代码为“{code_of_scope}”的{what}；请从列表中选择"))
        };
        let scope = match view.scope.kind.as_str() {
            "county" => GrantScope::County,
            "district" if self.districts.contains_key(code_of_scope) => {
                GrantScope::District(code_of_scope.to_owned())
            }
            "district" => return Err(missing("学区")),
            "school" if self.schools.contains_key(code_of_scope) => {
                GrantScope::School(code_of_scope.to_owned())
            }
            "school" => return Err(missing("学校")),
            _ => return Err(("scope.kind", "范围应为全县、学区或学校".to_owned())),
        };
        if view.from.zip(view.to).is_some_and(|(from, to)| from > to) {
            return Err(("to", "结束日期早于开始日期".to_owned()));
        }
        Ok(Grant { role: code, scope, from: view.from, to: view.to })
    }
}

/// By code, or by a name that only one has.
fn find<'a>(names: &'a BTreeMap<String, String>, label: &str) -> Option<&'a str> {
    if let Some((code, _)) = names.get_key_value(label) {
        return Some(code);
    }
    let mut called = names.iter().filter(|(_, name)| *name == label);
    match (called.next(), called.next()) {
        (Some((code, _)), None) => Some(code),
        _ => None,
    }
}

/// Grants with the names of what they are over.
pub(crate) async fn grants(
    app: &App,
    county: &CountyCode,
    grants: &[Grant],
) -> Result<Vec<GrantView>, ApiError> {
    let codes: std::collections::BTreeSet<SchoolCode> = grants
        .iter()
        .filter_map(|grant| match &grant.scope {
            GrantScope::School(code) => SchoolCode::parse(code).ok(),
            _ => None,
        })
        .collect();
    let has_districts = grants.iter().any(|grant| matches!(grant.scope, GrantScope::District(_)));
    let schools = app.store().schools(county, &Scope::Schools(codes)).await?;
    let districts = if has_districts { app.store().districts(county).await? } else { Vec::new() };
    let names = Names {
        districts: districts.into_iter().map(|d| (d.code, d.name)).collect(),
        schools: schools.into_iter().map(|s| (s.code.to_string(), s.name)).collect(),
    };
    Ok(grants.iter().map(|grant| names.view(grant)).collect())
}
