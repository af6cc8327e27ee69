//! The OpenAPI document: made of the handlers, with what is the same everywhere added here.

use crate::problem::Problem;
use crate::router;
use crate::table::{self, Need};
use axum::http::Method;
use serde_json::{Value, json};
use utoipa::PartialSchema as _;
use utoipa::openapi::OpenApi;

/// The document, as JSON.
#[must_use]
pub fn document() -> Value {
    finish(router::document())
}

/// Adds to every operation what the guard does: session and token, and the answers that say no.
pub(crate) fn finish(document: OpenApi) -> Value {
    let mut document = serde_json::to_value(document).unwrap_or_default();
    document["info"] = json!({
        "title": "均衡 Junheng",
        "version": env!("CARGO_PKG_VERSION"),
        "description": "县域义务教育优质均衡的测量、规划与填报。所有错误为 RFC 9457 问题文档，\
            `code` 为稳定编号；精确数值以字符串传输；日期为 ISO 8601。",
        "license": {"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
    });
    document["components"]["schemas"]["Problem"] =
        serde_json::to_value(Problem::schema()).unwrap_or_default();
    document["components"]["schemas"]["FieldProblem"] =
        serde_json::to_value(crate::FieldProblem::schema()).unwrap_or_default();
    document["components"]["securitySchemes"] = json!({
        "session": {"type": "apiKey", "in": "cookie", "name": crate::guard::COOKIE},
    });
    let schemas = document["components"]["schemas"].clone();
    let Some(paths) = document["paths"].as_object_mut() else { return document };
    for (path, operations) in paths {
        let Some(operations) = operations.as_object_mut() else { continue };
        for (method, operation) in operations {
            let Ok(method) = Method::from_bytes(method.to_uppercase().as_bytes()) else { continue };
            operation["operationId"] = json!(id(&method, path));
            add(operation, &method, table::need(&method, path));
            if is_versioned(operation, &schemas) {
                refuse(operation, "428", "缺少所见的版本号");
            }
        }
    }
    document
}

/// A name for an operation: `get_users_id` of `GET /api/users/{id}`.
fn id(method: &Method, path: &str) -> String {
    let words = path.split(|c: char| !c.is_ascii_alphanumeric());
    let words = words.filter(|word| !word.is_empty() && *word != "api");
    words.fold(method.as_str().to_lowercase(), |id, word| format!("{id}_{word}"))
}

fn add(operation: &mut Value, method: &Method, need: Option<Need>) {
    let mut statuses =
        vec![("400", "请求无法读取"), ("429", "请求过于频繁"), ("500", "服务器内部错误")];
    statuses.extend([
        ("503", "服务器正忙或数据库连接不上"),
        ("504", "处理时间过长，已停止"),
        ("507", "服务器磁盘空间不足"),
    ]);
    let changes = !matches!(*method, Method::GET);
    if need != Some(Need::Nothing) {
        operation["security"] = json!([{"session": []}]);
        statuses.extend([("401", "需要登录"), ("403", "没有权限或安全令牌无效")]);
        if changes {
            let header = json!({
                "name": "X-CSRF-Token", "in": "header", "required": true,
                "description": "GET /api/session 返回的 csrf",
                "schema": {"type": "string"},
            });
            match operation["parameters"].as_array_mut() {
                Some(parameters) => parameters.push(header),
                None => operation["parameters"] = json!([header]),
            }
        }
        if let Some(Need::Action(action)) = need {
            operation["x-action"] = json!(action.code());
        }
    }
    statuses.push(("404", "没有找到"));
    for answer in
        operation["responses"].as_object_mut().into_iter().flat_map(|all| all.values_mut())
    {
        if answer["description"].as_str().is_none_or(str::is_empty) {
            answer["description"] = json!("成功");
        }
    }
    // Whoever names something may name what cannot be, or what is in no state for it.
    if changes || operation["parameters"].is_array() {
        statuses.extend([("409", "与现状冲突"), ("422", "内容有误")]);
    }
    if changes {
        statuses.extend([
            ("403", "没有权限或安全令牌无效"),
            ("413", "内容过大"),
            ("415", "类型不支持"),
        ]);
    }
    for (status, zh) in statuses {
        refuse(operation, status, zh);
    }
}

/// Does an operation want the version that it was made from?
fn is_versioned(operation: &Value, schemas: &Value) -> bool {
    let body = operation.pointer("/requestBody/content/application~1json/schema/$ref");
    let name = body.and_then(Value::as_str).and_then(|target| target.rsplit('/').next());
    let parameters = operation["parameters"].as_array();
    name.is_some_and(|name| schemas[name]["properties"]["version"].is_object())
        || parameters.is_some_and(|all| all.iter().any(|one| one["name"] == "version"))
}

/// Adds a refusal with a problem document, where the operation does not tell of it itself.
fn refuse(operation: &mut Value, status: &str, zh: &str) {
    if operation["responses"][status].is_null() {
        operation["responses"][status] = json!({
            "description": zh,
            "content": {"application/problem+json": {
                "schema": {"$ref": "#/components/schemas/Problem"},
            }},
        });
    }
}
