//! What the packs say, through the API: clauses and formulas, examples that hold, items, costs.

use crate::fixture::{House, Kind};
use axum::body::Body;
use axum::http::{Method, header};
use serde_json::{Value, json};

fn codes(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_standard_says_its_clauses_and_formulas() {
    let house = House::peopled(Kind::Sqlite).await.unwrap();
    let clerk = house.client("clerk").await;
    let list = clerk.get(&house, "/api/standards").await.is(200);
    let own: Vec<&Value> =
        list.as_array().unwrap().iter().filter(|one| one["own"] == true).collect();
    assert_eq!(own.len(), 1);
    assert_eq!(own[0]["id"], "cn-quality-2017");
    let path = "/api/standards/cn-quality-2017";
    let answer = clerk.get(&house, path).await;
    let tag = answer.header("etag").to_owned();
    let standard = answer.is(200);
    let rule = standard["rules"].as_array().unwrap().iter().find(|rule| rule["code"] == "L1");
    let rule = rule.unwrap();
    let formula = rule["formulas"][0].as_str().unwrap();
    assert!(formula.starts_with("小学：") && formula.contains('≥'), "{formula}");
    let words = formula.replace("小学", "");
    assert!(!words.contains(|c: char| c.is_ascii_lowercase()), "{formula}: no code is left");
    assert!(rule["lines"][0].as_str().unwrap().contains("pupils"));
    assert!(!rule["clause"].as_str().unwrap().is_empty());
    let parameter = &standard["parameters"][0];
    assert!(!parameter["values"][0]["grade"].as_str().unwrap().is_empty(), "{parameter}");
    assert!(!standard["sources"].as_array().unwrap().is_empty());
    assert!(standard["principles"].as_array().unwrap().iter().any(|p| p["zh"] == "学校达标"));
    let again = clerk.request(Method::GET, path).header(header::IF_NONE_MATCH, tag);
    let again = house.send(again.body(Body::empty()).unwrap()).await;
    assert_eq!(again.status.as_u16(), 304);
    clerk.get(&house, "/api/standards/none").await.is(404);
}

#[tokio::test]
async fn examples_are_run_and_compared_one_by_one() {
    let house = House::peopled(Kind::Sqlite).await.unwrap();
    let inspector = house.client("inspector").await;
    let path = "/api/standards/cn-quality-2017/examples";
    let run = inspector.post(&house, path, json!({})).await.is(200);
    assert_eq!(run["holds"], true, "{run}");
    let examples = run["examples"].as_array().unwrap();
    let checks = examples.iter().map(|one| one["checks"].as_array().unwrap().len());
    assert!(examples.len() > 2 && checks.sum::<usize>() > 20);
    let check = &examples[0]["checks"][0];
    assert_eq!(check["holds"] == true, check["expected"] == check["found"]);
    inspector.post(&house, "/api/standards/none/examples", json!({})).await.is(404);
}

#[tokio::test]
async fn items_say_what_is_counted() {
    let house = House::peopled(Kind::Sqlite).await.unwrap();
    let clerk = house.client("clerk").await;
    let all = clerk.get(&house, "/api/items").await.is(200);
    assert_eq!(all.as_array().unwrap().len(), house.app.knowledge().catalogue.len());
    let county = clerk.get(&house, "/api/items?level=county").await.is(200);
    assert!(county.as_array().unwrap().iter().all(|item| item["level"] == "county"));
    assert!(!codes(&county).contains(&"pupils") && codes(&all).contains(&"pupils"));
    let pupils = all.as_array().unwrap().iter().find(|item| item["code"] == "pupils").unwrap();
    assert_eq!((&pupils["zh"], &pupils["unit"]), (&json!("在校生数"), &json!("人")));
    assert!(!pupils["definition"].as_str().unwrap().is_empty());
    assert!(!pupils["topic"].as_str().unwrap().is_empty());
    clerk.get(&house, "/api/items?level=planet").await.is(400);
}

#[tokio::test]
async fn what_measures_cost_is_for_who_may_see_plans() {
    let house = House::peopled(Kind::Sqlite).await.unwrap();
    let leader = house.client("leader").await;
    let list = leader.get(&house, "/api/costs").await.is(200);
    assert_eq!(list[0]["id"], "cn-county-2023");
    let costs = leader.get(&house, "/api/costs/cn-county-2023").await.is(200);
    let measures = costs["measures"].as_array().unwrap();
    assert_eq!(list[0]["measures"], measures.len());
    let once = measures[0]["prices"][0]["once"].as_str().unwrap();
    assert!(once.parse::<f64>().is_ok(), "exact figures travel as texts: {once}");
    leader.get(&house, "/api/costs/none").await.is(404);
    let clerk = house.client("clerk").await;
    assert_eq!(clerk.get(&house, "/api/costs").await.code(), "H-AUTH-04");
}
