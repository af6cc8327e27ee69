//! Every endpoint × every role: what is answered is in a grid that is read in review, and it agrees
//! with the table of rights.

use crate::fixture::{Client, House, Kind, county, login, other_county};
use access::{Role, may};
use api::{Need, TABLE};
use axum::http::Method;
use serde_json::{Value, json};
use std::fmt::Write as _;

/// A call of an endpoint that passes the guard and then changes nothing: what it names is not there,
/// or its body is refused.
fn call(method: &Method, path: &str) -> (String, Value) {
    let path = path
        .replace("{id}", "9999")
        .replace("{number}", "0")
        .replace("{run}", "0")
        .replace("{teacher}", "T0")
        .replace("{code}", "3418239999")
        .replace("{year}", "1999")
        .replace("{standard}", "none")
        .replace("{school}", "3418239999");
    let body = match (method.as_str(), path.as_str()) {
        ("POST", "/api/years") => json!({"year": 1}),
        _ => json!({}),
    };
    (path, body)
}

async fn status(house: &House, client: &Client, method: &Method, path: &str) -> u16 {
    let (path, body) = call(method, path);
    let answer = if *method == Method::GET {
        client.get(house, &path).await
    } else {
        client.send(house, method.clone(), &path, &body).await
    };
    answer.status.as_u16()
}

#[tokio::test]
async fn every_endpoint_as_every_role() {
    let house = House::peopled(Kind::Sqlite).await.unwrap();
    let roles = Role::all();
    let mut grid = String::new();
    for (n, role) in roles.iter().enumerate() {
        let _ = writeln!(grid, "{n:>3}  {role}");
    }
    let numbers: String = (0..roles.len()).fold(String::new(), |mut line, n| {
        let _ = write!(line, "{n:>4}");
        line
    });
    let _ = writeln!(grid, "\n{:<42}none{numbers}  other county", "");
    for (method, path, need) in TABLE {
        let none = status(&house, &Client::stranger(), method, path).await;
        if *need != Need::Nothing {
            assert_eq!(none, 401, "{method} {path} without a session");
        }
        let _ = write!(grid, "{:<42}{none:>4}", format!("{method} {path}"));
        for role in &roles {
            let client = house.session(&county(), &login(*role)).await;
            let status = status(&house, &client, method, path).await;
            let allowed = match need {
                Need::Nothing | Need::Session => true,
                Need::Action(action) => may(*role, *action),
                Need::Either(one, other) => may(*role, *one) || may(*role, *other),
            };
            assert_eq!(status != 403, allowed, "{method} {path} as {role}: {status}");
            assert!(status < 500 && status != 401, "{method} {path} as {role}: {status}");
            let _ = write!(grid, "{status:>4}");
        }
        let client = house.session(&other_county(), "planner").await;
        let _ = writeln!(grid, "{:>6}", status(&house, &client, method, path).await);
    }
    insta::assert_snapshot!(grid);
}

/// A caller of another county or another school sees nothing of what is really there.
#[tokio::test]
async fn nothing_is_read_across_counties_and_schools() {
    let house = House::peopled(Kind::Sqlite).await.unwrap();
    let admin = house.session(&other_county(), "admin").await;
    let users = admin.get(&house, "/api/users").await.is(200);
    let logins: Vec<&str> =
        users["items"].as_array().unwrap().iter().map(|u| u["login"].as_str().unwrap()).collect();
    assert_eq!(logins, ["planner", "admin"]);
    admin.get(&house, "/api/users/3").await.is(404);
    let edit = json!({"version": 1, "active": false});
    admin.send(&house, Method::PATCH, "/api/users/3", &edit).await.is(404);
    admin.post(&house, "/api/users/3/reset", json!({})).await.is(404);
    admin
        .post(
            &house,
            "/api/schools/3418230001/events",
            json!({"version": 2,
        "day": "2025-09-01", "event": {"type": "closed"}}),
        )
        .await
        .is(404);
    let planner = house.client("officer-planning").await;
    let job = planner_job(&house).await;
    planner.get(&house, &format!("/api/jobs/{job}")).await.is(200);
    admin.get(&house, &format!("/api/jobs/{job}")).await.is(404);
    admin.post(&house, &format!("/api/jobs/{job}/cancel"), json!({})).await.is(404);
    admin.get(&house, &format!("/api/jobs/{job}/events")).await.is(404);
    let clerk = house.client("clerk").await;
    clerk.get(&house, "/api/schools/3418230002").await.is(404);
}

async fn planner_job(house: &House) -> i64 {
    let system = house.client("system_admin").await;
    let answer = system.post(house, "/api/backups", json!({})).await.is(202);
    answer["job"].as_i64().unwrap()
}
