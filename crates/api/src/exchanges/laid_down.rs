//! What was laid down about exchanges, and the words that a form of a record takes.

use crate::body::tagged;
use crate::{ApiError, App, Signed};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(rules))
}

/// What a form needs to know.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "grades": ["优秀", "合格"], "subjects": [{"code": "music", "zh": "音乐"}],
    "rules": [{"topic": "交流比例", "zh": "每年 10%", "source": "城乡交流", "grade": "C"}],
}))]
struct RulesView {
    /// 考核等次
    grades: Vec<String>,
    /// 学科
    subjects: Vec<SubjectView>,
    /// 比例、学科、考核、待遇的规定
    rules: Vec<ExchangeRuleView>,
}

#[derive(Debug, Serialize, ToSchema)]
struct SubjectView {
    code: String,
    zh: String,
}

#[derive(Debug, Serialize, ToSchema)]
struct ExchangeRuleView {
    topic: String,
    zh: String,
    /// 来源
    source: String,
    /// 把握程度：A 见到原件，B 两处以上公开来源，C 一处，K 待核对
    grade: String,
}

/// 交流的规定、考核等次与学科
#[utoipa::path(get, path = "/api/exchange-rules", tag = "exchanges",
    responses((status = 200, body = RulesView)))]
async fn rules(
    State(app): State<App>,
    _signed: Signed,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let rules = &app.knowledge().staffing;
    let title = |key: &str| {
        let source = rules.sources.iter().find(|source| source.key == key);
        source.map_or_else(|| key.to_owned(), |source| source.title.clone())
    };
    let said = rules.exchange.rules.iter().map(|rule| ExchangeRuleView {
        topic: rule.topic.clone(),
        zh: rule.zh.clone(),
        source: title(&rule.source.0),
        grade: rule.source.1.clone(),
    });
    let subjects = rules.subjects.iter();
    let subjects = subjects.map(|s| SubjectView { code: s.code.clone(), zh: s.zh.clone() });
    let view = RulesView {
        grades: rules.exchange.grades.clone(),
        subjects: subjects.collect(),
        rules: said.collect(),
    };
    tagged(&headers, &view)
}
