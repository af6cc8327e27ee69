//! Where the county lies: uploaded, checked, served to every map.

use crate::evaluation::{measured, of};
use crate::evidence::{form, sent};
use crate::fixture::{Answer, Client, House, Kind, county};
use access::{Department, Role};
use axum::http::Method;
use rstest::rstest;
use serde_json::{Value, json};

async fn put(house: &House, who: &Client, version: i64, text: &str) -> Answer {
    let body = form(&[], &[("县界.geojson", text.as_bytes())]);
    sent(house, who, Method::PUT, &format!("/api/boundary?version={version}"), body).await
}

fn square(west: f64, south: f64, size: f64) -> String {
    let (east, north) = (west + size, south + size);
    let ring = [[west, south], [east, south], [east, north], [west, north], [west, south]];
    json!({"type": "FeatureCollection", "features": [{"type": "Feature",
        "properties": {"name": "城关镇", "secret": "x"},
        "geometry": {"type": "Polygon", "coordinates": [ring]}}]})
    .to_string()
}

#[rstest]
#[tokio::test]
async fn a_boundary_is_put_seen_and_taken_away(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let Some((house, snapshot, _)) = measured(kind).await else { return };
    let planner = of(&house, Role::Officer(Department::Planning)).await;
    let leader = of(&house, Role::Leader).await;
    let none = leader.get(&house, "/api/boundary").await.is(200);
    assert_eq!((&none["version"], &none["geojson"]), (&json!(0), &Value::Null));

    let done = put(&house, &planner, 0, &square(115.0, 30.0, 3.0)).await.is(200);
    assert_eq!(done["counts"], json!({"areas": 1, "named": 1, "corners": 5}));
    assert_eq!(
        (&done["schools"], &done["outside"]),
        (&json!(snapshot.schools().len()), &json!([]))
    );
    // A second page that still shows no boundary is told.
    assert_eq!(put(&house, &planner, 0, &square(115.0, 30.0, 1.0)).await.code(), "H-EDIT-01");
    let far = put(&house, &planner, 1, &square(100.0, 30.0, 1.0)).await.is(200);
    assert!(!far["outside"].as_array().unwrap().is_empty());

    let seen = leader.get(&house, "/api/boundary").await.is(200);
    assert_eq!((&seen["version"], &seen["name"]), (&json!(2), &json!("县界.geojson")));
    assert_eq!(seen["geojson"]["features"][0]["properties"], json!({"name": "城关镇"}));
    let metres = square(115.0, 30.0, 3.0).replace("115.0", "39515000.0");
    let refused = put(&house, &planner, 2, &metres).await;
    assert!(refused.json()["fields"][0]["message"].as_str().unwrap().contains("投影坐标"));
    assert_eq!(refused.status.as_u16(), 422);
    assert_eq!(put(&house, &leader, 2, "{}").await.status.as_u16(), 403);

    let remove = async |version: i64| {
        let path = format!("/api/boundary?version={version}");
        planner.send(&house, Method::DELETE, &path, &json!({})).await.status.as_u16()
    };
    assert_eq!((remove(1).await, remove(2).await, remove(2).await), (409, 204, 404));
    let audit = house.app.store();
    let rows = audit.audit_rows(&county(), &store::AuditFilter::default(), 1).await.unwrap();
    assert_eq!(rows[0].action, "boundary.remove");
}
