//! Who is signed in, as a handler gets it.

use crate::{ApiError, App};
use access::{Action, Caller};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use domain::{CountyCode, SchoolCode};
use jiff::Timestamp;
use std::sync::Arc;
use store::sessions::Session;
use store::users::User;
use store::{By, Scope};

/// A signed-in caller who may do what the endpoint is for. Only the guard makes one.
#[derive(Clone, Debug)]
pub struct Signed(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    caller: Caller,
    user: User,
    session: Session,
    scope: Scope,
    now: Timestamp,
}

impl Signed {
    pub(crate) fn new(
        caller: Caller,
        user: User,
        session: Session,
        scope: Scope,
        now: Timestamp,
    ) -> Self {
        Self(Arc::new(Inner { caller, user, session, scope, now }))
    }

    /// The caller with the grants that hold today.
    #[must_use]
    pub fn caller(&self) -> &Caller {
        &self.0.caller
    }

    /// The account.
    #[must_use]
    pub fn user(&self) -> &User {
        &self.0.user
    }

    /// The session.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.0.session
    }

    /// The county of the account.
    #[must_use]
    pub fn county(&self) -> &CountyCode {
        &self.0.session.county
    }

    /// Over which rows the caller may do what the endpoint is for: a predicate for the store.
    #[must_use]
    pub fn scope(&self) -> &Scope {
        &self.0.scope
    }

    /// The moment of the request.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.0.now
    }

    /// Who and when, for the store: name and log-in name, so that a record can be read without the
    /// accounts and still names one person.
    #[must_use]
    pub fn by(&self) -> By {
        By::new(person(&self.0.user.name, &self.0.user.login), self.0.now)
    }

    /// May the caller do something else too?
    ///
    /// # Errors
    /// [`ApiError::Forbidden`].
    pub fn require(&self, action: Action) -> Result<(), ApiError> {
        if self.0.caller.may(action) { Ok(()) } else { Err(ApiError::Forbidden(action)) }
    }

    /// Over which rows the caller may do something else.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn scope_of(&self, app: &App, action: Action) -> Result<Scope, ApiError> {
        scope_of(app, self.county(), &self.0.caller, action).await
    }

    /// Is a school within the endpoint's scope? For what is kept under a school without a query
    /// that takes the scope.
    ///
    /// # Errors
    /// [`ApiError::NotFound`] where it is not, or where there is no such school.
    pub async fn require_school(&self, app: &App, school: &SchoolCode) -> Result<(), ApiError> {
        app.store().history(self.county(), school, self.scope()).await?;
        Ok(())
    }
}

/// How a person is called in records: `张三（zhangsan）`.
pub(crate) fn person(name: &str, login: &str) -> String {
    format!("{name}（{login}）")
}

/// Over which rows a caller may do something.
pub(crate) async fn scope_of(
    app: &App,
    county: &CountyCode,
    caller: &Caller,
    action: Action,
) -> Result<Scope, ApiError> {
    let districts =
        if caller.is_mixed(action) { app.store().districts(county).await? } else { Vec::new() };
    Ok(caller.scope(action, &districts))
}

impl<S: Send + Sync> FromRequestParts<S> for Signed {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        parts.extensions.get::<Self>().cloned().ok_or(ApiError::NotSignedIn)
    }
}
