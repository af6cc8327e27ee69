//! Problem documents (RFC 9457): the one way in which the API says no.

use access::{AccessError, Action};
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use store::StoreError;
use utoipa::ToSchema;

/// What is wrong with a field of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"field": "name", "message": "姓名不能为空"}))]
pub struct FieldProblem {
    /// The field, with dots for what lies within: `grants.0.role`.
    pub field: String,
    /// What is wrong and what to do.
    pub message: String,
    /// The line of a long text at which it is wrong, from one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// The column in characters, from one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
}

impl FieldProblem {
    /// A field and what is wrong with it.
    #[must_use]
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into(), line: None, column: None }
    }

    /// The same at a line and column of a long text.
    #[must_use]
    pub fn at(mut self, line: usize, column: usize) -> Self {
        (self.line, self.column) = (Some(line), Some(column));
        self
    }
}

/// Why a request was not done. Nothing was changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ApiError {
    /// `H-AUTH-01`: no session, or one that has ended.
    #[error("登录已失效或尚未登录；请重新登录，未保存的内容仍在本页")]
    NotSignedIn,
    /// `H-AUTH-02`: wrong name or password; the text does not say which.
    #[error("登录名或密码不正确；请核对后重试，忘记密码请联系管理员")]
    BadLogin,
    /// `H-AUTH-03`: too many failures.
    #[error("连续登录失败次数过多，账号已临时锁定；请在锁定结束后重试，或联系管理员")]
    Locked {
        /// Until when.
        until: Timestamp,
    },
    /// `H-AUTH-04`: known but not allowed.
    #[error("您的角色没有“{}”的权限；如工作需要，请联系系统管理员", .0.zh())]
    Forbidden(Action),
    /// `H-AUTH-05`: the CSRF token is missing or wrong.
    #[error("页面的安全令牌缺失或已过期；请刷新页面后重试")]
    Csrf,
    /// `H-AUTH-06`: the password has to be changed before anything else.
    #[error("请先修改密码，再继续使用")]
    MustChange,
    /// `H-AUTH-07`: a one-time link that does not open.
    #[error("链接无效、已使用或已过期；请联系管理员重新发放")]
    LinkClosed,
    /// `H-FIND-01`: not there, or not within the caller's scope.
    #[error("没有找到{0}；可能不存在，或不在您的管理范围内")]
    NotFound(String),
    /// `H-FIND-02`: no such address.
    #[error("没有这个接口地址；请核对地址与请求方法")]
    NoRoute,
    /// `H-FIND-03`: an address that does not take this method.
    #[error("这个地址不支持该请求方法")]
    Method,
    /// `H-EDIT-01`: somebody else was faster.
    #[error("{what}已被{by}修改，本次修改没有保存；请查看最新内容后再改")]
    Conflict {
        /// What was edited.
        what: String,
        /// Who was faster.
        by: String,
        /// When.
        at: Timestamp,
        /// What is there now, for a page that shows both; null where only the version is known.
        current: Value,
    },
    /// `H-EDIT-02`: it is there already.
    #[error("{0}已经存在；请换一个，或修改已有的")]
    Exists(String),
    /// `H-EDIT-03`: the state of the thing does not allow it.
    #[error("{0}")]
    NotNow(String),
    /// `H-EDIT-04`: an edit without the version that it was made from.
    #[error("请求缺少版本号，无法确认修改的是最新内容；请刷新页面后重试")]
    NoVersion,
    /// `H-BODY-01`: fields that are wrong.
    #[error("有 {} 处内容需要修改", .0.len())]
    Fields(Vec<FieldProblem>),
    /// `H-BODY-02`: no JSON, or not of the shape that was expected.
    #[error("请求内容无法读取：{0}")]
    Malformed(String),
    /// `H-BODY-03`: another media type than expected.
    #[error("请求内容的类型不对；应为 {0}")]
    MediaType(&'static str),
    /// `H-BODY-04`: too large.
    #[error("内容超过上限 {limit} 字节；请拆分或压缩后再传")]
    TooLarge {
        /// The limit, bytes.
        limit: usize,
    },
    /// `H-BODY-05`: a file that cannot be read.
    #[error("文件无法读取：{0}")]
    File(String),
    /// `H-RATE-01`: too many requests.
    #[error("请求过于频繁；请在 {seconds} 秒后重试")]
    TooMany {
        /// After how many seconds.
        seconds: u64,
    },
    /// `H-RULE-01`: a rule about accounts.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// `H-BUSY-01`: the database has no time, or there is no worker.
    #[error("服务器正忙，本次操作没有保存；请稍后重试")]
    Busy,
    /// `H-DISK-01`: no room.
    #[error("服务器磁盘空间不足或无法写入，本次操作没有保存；请联系系统管理员")]
    Full,
    /// `H-DB-01`: no database.
    #[error("数据库暂时连接不上，本次操作没有保存；请稍后重试或联系系统管理员")]
    Unavailable,
    /// `H-KEY-01`: personal data that do not open: the key is missing, wrong or a box is damaged.
    #[error("{0}")]
    Sealed(StoreError),
    /// `H-SERVER-01`: anything else. What it was stands in the log.
    #[error("服务器内部错误，本次操作没有完成；请把请求编号告知系统管理员")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// `H-SERVER-02`: it took too long.
    #[error("处理时间过长，已停止；请缩小范围后重试")]
    Timeout,
}

impl ApiError {
    /// One field that is wrong.
    #[must_use]
    pub fn field(field: &str, message: impl Into<String>) -> Self {
        Self::Fields(vec![FieldProblem::new(field, message)])
    }

    /// Anything that should not happen.
    pub fn internal(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Internal(Box::new(error))
    }

    /// Status, stable code and title.
    #[must_use]
    pub fn kind(&self) -> (StatusCode, &'static str, &'static str) {
        use StatusCode as S;
        match self {
            Self::NotSignedIn => (S::UNAUTHORIZED, "H-AUTH-01", "需要登录"),
            Self::BadLogin => (S::UNAUTHORIZED, "H-AUTH-02", "登录失败"),
            Self::Locked { .. } => (S::LOCKED, "H-AUTH-03", "账号已锁定"),
            Self::Forbidden(_) => (S::FORBIDDEN, "H-AUTH-04", "没有权限"),
            Self::Csrf => (S::FORBIDDEN, "H-AUTH-05", "安全令牌无效"),
            Self::MustChange => (S::FORBIDDEN, "H-AUTH-06", "须先修改密码"),
            Self::LinkClosed => (S::NOT_FOUND, "H-AUTH-07", "链接无效"),
            Self::NotFound(_) => (S::NOT_FOUND, "H-FIND-01", "没有找到"),
            Self::NoRoute => (S::NOT_FOUND, "H-FIND-02", "地址不存在"),
            Self::Method => (S::METHOD_NOT_ALLOWED, "H-FIND-03", "请求方法不支持"),
            Self::Conflict { .. } => (S::CONFLICT, "H-EDIT-01", "内容已被他人修改"),
            Self::Exists(_) => (S::CONFLICT, "H-EDIT-02", "已经存在"),
            Self::NotNow(_) => (S::CONFLICT, "H-EDIT-03", "当前状态不允许"),
            Self::NoVersion => (S::PRECONDITION_REQUIRED, "H-EDIT-04", "缺少版本号"),
            Self::Fields(_) => (S::UNPROCESSABLE_ENTITY, "H-BODY-01", "内容有误"),
            Self::Malformed(_) => (S::BAD_REQUEST, "H-BODY-02", "请求无法读取"),
            Self::MediaType(_) => (S::UNSUPPORTED_MEDIA_TYPE, "H-BODY-03", "类型不支持"),
            Self::TooLarge { .. } => (S::PAYLOAD_TOO_LARGE, "H-BODY-04", "内容过大"),
            Self::File(_) => (S::UNPROCESSABLE_ENTITY, "H-BODY-05", "文件无法读取"),
            Self::TooMany { .. } => (S::TOO_MANY_REQUESTS, "H-RATE-01", "请求过于频繁"),
            Self::Access(_) => (S::UNPROCESSABLE_ENTITY, "H-RULE-01", "不符合安全规定"),
            Self::Busy => (S::SERVICE_UNAVAILABLE, "H-BUSY-01", "服务器正忙"),
            Self::Full => (S::INSUFFICIENT_STORAGE, "H-DISK-01", "磁盘空间不足"),
            Self::Unavailable => (S::SERVICE_UNAVAILABLE, "H-DB-01", "数据库连接不上"),
            Self::Sealed(_) => (S::SERVICE_UNAVAILABLE, "H-KEY-01", "教师个人数据打不开"),
            Self::Internal(_) => (S::INTERNAL_SERVER_ERROR, "H-SERVER-01", "服务器内部错误"),
            Self::Timeout => (S::GATEWAY_TIMEOUT, "H-SERVER-02", "处理超时"),
        }
    }

    /// The code of the crate that refused, where it was not this one.
    fn cause(&self) -> Option<&'static str> {
        match self {
            Self::Access(error) => Some(error.code()),
            Self::Sealed(error) => Some(error.code()),
            _ => None,
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound(what) => Self::NotFound(what),
            StoreError::Exists(what) => Self::Exists(what),
            StoreError::Conflict { what, by, at, found, .. } => {
                let current = serde_json::json!({ "version": found });
                Self::Conflict { what: what.trim_end().to_owned(), by, at, current }
            }
            StoreError::Busy => Self::Busy,
            StoreError::Full => Self::Full,
            StoreError::KeyMissing { .. }
            | StoreError::KeyWrong { .. }
            | StoreError::KeyFile { .. }
            | StoreError::BoxBroken(_) => Self::Sealed(error),
            StoreError::Unreachable(_) => Self::Unavailable,
            StoreError::NoReason(_) => Self::field("reason", error.to_string()),
            StoreError::TooLarge { limit, .. } => {
                Self::TooLarge { limit: usize::try_from(limit).unwrap_or(usize::MAX) }
            }
            StoreError::FileType(_) | StoreError::Archive(_) => Self::File(error.to_string()),
            StoreError::Refused { .. }
            | StoreError::YearLocked(_)
            | StoreError::CollectionClosed(_)
            | StoreError::NotNow { .. }
            | StoreError::History { .. }
            | StoreError::NotEmpty(_) => Self::NotNow(error.to_string()),
            StoreError::UnknownItem { .. } | StoreError::Seal(_) => {
                Self::field("item", error.to_string())
            }
            _ => Self::internal(error),
        }
    }
}

/// A problem document.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "type": "urn:junheng:problem:H-EDIT-01",
    "title": "内容已被他人修改",
    "status": 409,
    "detail": "学校 3418230001 已被李四（lisi）修改，本次修改没有保存；请查看最新内容后再改",
    "code": "H-EDIT-01",
    "by": "李四（lisi）",
    "at": "2025-10-09T08:00:00Z",
    "current": {"version": 3}
}))]
pub(crate) struct Problem {
    /// A URN of the code.
    #[serde(rename = "type")]
    of_type: String,
    /// What kind of problem, Chinese.
    title: &'static str,
    /// The status again.
    status: u16,
    /// Place, cause and remedy, Chinese.
    detail: String,
    /// Stable code.
    code: &'static str,
    /// Stable code of the part of the program that refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<&'static str>,
    /// The fields that are wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    fields: Vec<FieldProblem>,
    /// Conflict: who was faster.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    /// Conflict: when.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    at: Option<Timestamp>,
    /// Conflict: what is there now.
    #[serde(skip_serializing_if = "Option::is_none")]
    current: Option<Value>,
    /// Lock: until when.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (status, code, title) = self.kind();
        if let Self::Internal(error) = &self {
            tracing::error!(code, error = %error, "request failed");
        }
        let mut problem = Problem {
            of_type: format!("urn:junheng:problem:{code}"),
            title,
            status: status.as_u16(),
            detail: self.to_string(),
            code,
            cause: self.cause(),
            fields: Vec::new(),
            by: None,
            at: None,
            current: None,
            until: None,
        };
        let mut after = None;
        match self {
            Self::Fields(fields) => problem.fields = fields,
            Self::Conflict { by, at, current, .. } => {
                (problem.by, problem.at, problem.current) = (Some(by), Some(at), Some(current));
            }
            Self::Locked { until } => problem.until = Some(until),
            Self::TooMany { seconds } => after = Some(seconds),
            Self::Busy | Self::Unavailable => after = Some(2),
            _ => {}
        }

        let mut response = (status, Json(problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
