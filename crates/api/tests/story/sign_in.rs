//! Signing in: the first administrator, sessions and their limits, locks, tokens, links.

use crate::fixture::{Client, House, Kind, PASSWORD, at, browser, county};
use access::token::Token;
use axum::body::Body;
use axum::http::{Method, header};
use rstest::rstest;
use serde_json::{Value, json};
use store::AuditFilter;

fn first(token: &str) -> Value {
    json!({
        "token": token, "login": "xtadmin", "name": "王建国", "password": PASSWORD,
        "county": {"code": "341823", "name": "青山县"},
    })
}

#[rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test]
async fn the_first_administrator_is_made_once(#[case] kind: Kind) {
    let Some(house) = House::empty(kind).await else { return };
    let stranger = Client::stranger();
    let token = house.app.setup_token().unwrap();
    let state = stranger.get(&house, "/api/setup").await.is(200);
    assert_eq!(state, json!({"county": null, "needed": true, "valid": false}));
    let state = stranger.get(&house, &format!("/api/setup?token={token}")).await.is(200);
    assert_eq!(state["valid"], true);

    let wrong = Token::random().unwrap();
    let answer = stranger.post(&house, "/api/setup", first(wrong.reveal())).await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (404, "H-AUTH-07"));
    let mut weak = first(&token);
    weak["password"] = json!("password");
    weak["login"] = json!("王");
    weak["county"] = json!({"code": "12", "name": ""});
    let answer = stranger.post(&house, "/api/setup", weak).await.is(422);
    let fields: Vec<&str> =
        answer["fields"].as_array().unwrap().iter().map(|f| f["field"].as_str().unwrap()).collect();
    assert_eq!(fields, ["login", "password", "county.code", "county.name"]);

    stranger.post(&house, "/api/setup", first(&token)).await.is(201);
    let again = stranger.post(&house, "/api/setup", first(&token)).await;
    assert_eq!(again.code(), "H-AUTH-07", "one link, one administrator");
    assert_eq!(house.app.setup_token(), None);
    let state = stranger.get(&house, "/api/setup").await.is(200);
    assert_eq!(state["needed"], false);

    let session = house.sign_in("xtadmin", PASSWORD).await.is(200);
    assert_eq!(session["county"], json!({"code": "341823", "name": "青山县"}));
    assert_eq!(session["user"]["grants"][0]["zh"], "系统管理员");
    let can: Vec<&str> =
        session["can"].as_array().unwrap().iter().map(|code| code.as_str().unwrap()).collect();
    assert!(can.contains(&"user.manage") && !can.contains(&"audit.read"));
    let restarted = house.restarted().await;
    assert_eq!(restarted.app.setup_token(), None, "never again");
}

#[tokio::test]
async fn a_link_for_the_first_administrator_expires() {
    let house = House::empty(Kind::Sqlite).await.unwrap();
    let token = house.app.setup_token().unwrap();
    house.pass(24 * 3600 + 1);
    let answer = Client::stranger().post(&house, "/api/setup", first(&token)).await;
    assert_eq!(answer.code(), "H-AUTH-07");
}

#[rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test]
async fn a_session_from_beginning_to_end(#[case] kind: Kind) {
    let Some(house) = House::peopled(kind).await else { return };
    only_one_county(&house).await;
    let answer = house.in_county("clerk", PASSWORD).await;
    let cookie = answer.header("set-cookie").to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    assert!(cookie.contains("Path=/") && !cookie.contains("Secure"), "{cookie}");
    let clerk = browser(&answer);
    let session = clerk.get(&house, "/api/session").await.is(200);
    assert_eq!(session["user"]["login"], "clerk");
    assert_eq!(session["user"]["grants"][0]["scope"]["name"], "第1小学");
    assert_eq!(session["years"], json!([{"year": 2024, "label": "2024/2025", "locked": false}]));
    assert_eq!(session["year"], 2024);
    assert_eq!(session["standard"]["id"], "cn-quality-2017");
    assert_eq!(session["synthetic"], false);

    // What the browser holds is not what the store keeps.
    let token = Token::presented(clerk.cookie.as_deref().unwrap()).unwrap();
    assert!(house.app.store().session(token.reveal()).await.unwrap().is_none());
    assert!(house.app.store().session(&token.hash()).await.unwrap().is_some());

    let body = Value::Null;
    let forged = Client { csrf: Some("0".repeat(64)), ..clerk.clone() };
    let answer = forged.send(&house, Method::DELETE, "/api/session", &body).await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (403, "H-AUTH-05"));
    let without = Client { csrf: None, ..clerk.clone() };
    let answer = without.send(&house, Method::DELETE, "/api/session", &body).await;
    assert_eq!(answer.code(), "H-AUTH-05");
    let answer = clerk.send(&house, Method::DELETE, "/api/session", &body).await;
    assert!(answer.header("set-cookie").contains("Max-Age=0"));
    answer.is(204);
    clerk.get(&house, "/api/session").await.is(401);

    let rows = house.app.store().audit_rows(&county(), &AuditFilter::default(), 2).await.unwrap();
    let actions: Vec<&str> = rows.iter().map(|row| row.action.as_str()).collect();
    assert_eq!(actions, ["session.end", "session.open"]);
    assert_eq!(rows[1].person, "甲clerk（clerk）");
}

/// In a store of one county nobody says which; this one has two.
async fn only_one_county(house: &House) {
    let answer = house.sign_in("clerk", PASSWORD).await;
    assert_eq!(answer.json()["fields"][0]["field"], "county");
    answer.is(422);
}

#[tokio::test]
async fn sessions_end_by_themselves() {
    let house = House::peopled(Kind::Sqlite).await.unwrap();
    let clerk = house.client("clerk").await;
    house.pass(29 * 60);
    clerk.get(&house, "/api/session").await.is(200);
    house.pass(29 * 60);
    clerk.get(&house, "/api/session").await.is(200);
    house.pass(30 * 60);
    clerk.get(&house, "/api/session").await.is(401);

    let clerk = house.client("clerk").await;
    let mut alive = 0;
    for _ in 0..40 {
        house.pass(25 * 60);
        if clerk.get(&house, "/api/session").await.status != 200 {
            break;
        }
        alive += 25;
    }
    assert_eq!(alive, 700, "twelve hours at most, whatever is done");
}

#[tokio::test]
async fn a_county_sets_its_own_limits() {
    let house = House::peopled(Kind::Sqlite).await.unwrap();
    let security = house.client("security_admin").await;
    let rules = json!({"idle_minutes": 5, "absolute_minutes": 60, "version": 0});
    let answer = security.send(&house, Method::PUT, "/api/security", &rules).await.is(200);
    assert_eq!((&answer["idle_minutes"], &answer["version"]), (&json!(5), &json!(1)));
    let answer = security.send(&house, Method::PUT, "/api/security", &rules).await;
    assert_eq!(answer.code(), "H-EDIT-01", "a second writer is told");
    let foolish = json!({"idle_minutes": 0, "absolute_minutes": 60, "version": 1});
    security.send(&house, Method::PUT, "/api/security", &foolish).await.is(422);
    let clerk = house.client("clerk").await;
    house.pass(5 * 60);
    clerk.get(&house, "/api/session").await.is(401);
}

#[tokio::test]
async fn guessing_locks_the_account_and_tells_nothing() {
    let house = House::peopled(Kind::Sqlite).await.unwrap();
    let unknown = house.in_county("nobody", "Wrong-password1").await;
    let wrong = house.in_county("clerk", "Wrong-password1").await;
    assert_eq!(unknown.json(), wrong.json(), "nobody learns which names there are");
    for _ in 0..3 {
        assert_eq!(house.in_county("clerk", "Wrong-password1").await.code(), "H-AUTH-02");
    }
    let locked = house.in_county("clerk", "Wrong-password1").await;
    assert_eq!((locked.status.as_u16(), locked.code().as_str()), (423, "H-AUTH-03"));
    assert_eq!(locked.json()["until"], json!(at(900)));
    let right = house.in_county("clerk", PASSWORD).await;
    assert_eq!(right.status.as_u16(), 423, "even with the right one");
    house.pass(900);
    house.in_county("clerk", PASSWORD).await.is(200);
    // Forgotten after a good one.
    assert_eq!(house.in_county("clerk", "Wrong-password1").await.status.as_u16(), 401);
}

#[tokio::test]
async fn too_many_log_ins_have_to_wait() {
    let (mut config, folder) = crate::fixture::config(Kind::Sqlite).await.unwrap();
    config.limits.sign_in_login = (3, 10_000);
    let house = House::with(config, std::sync::Arc::new(folder)).await;
    for _ in 0..3 {
        house.sign_in("a", "b").await.is(401);
    }
    let answer = house.sign_in("a", "b").await;
    assert_eq!(answer.header("retry-after"), "10");
    answer.is(429);
    house.sign_in("c", "b").await.is(401);
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions() {
    let house = House::peopled(Kind::Sqlite).await.unwrap();
    let (here, there) = (house.client("clerk").await, house.client("clerk").await);
    let change = |old: &str, new: &str| json!({"old": old, "new": new});
    let put = async |body| here.send(&house, Method::PUT, "/api/session/password", &body).await;
    let new = "Huang-he2051x";
    assert_eq!(put(change("wrong", new)).await.is(422)["fields"][0]["field"], "old");
    assert_eq!(put(change(PASSWORD, "short")).await.is(422)["fields"][0]["field"], "new");
    assert_eq!(put(change(PASSWORD, PASSWORD)).await.is(422)["fields"][0]["field"], "new");
    put(change(PASSWORD, new)).await.is(204);
    here.get(&house, "/api/session").await.is(200);
    there.get(&house, "/api/session").await.is(401);
    house.in_county("clerk", PASSWORD).await.is(401);
    house.in_county("clerk", new).await.is(200);
}

#[tokio::test]
async fn who_has_to_change_the_password_does_that_first() {
    let house = House::peopled(Kind::Sqlite).await.unwrap();
    let store = house.app.store();
    let user = store.user_by_login(&county(), "clerk").await.unwrap().unwrap();
    let by = store::By::new("开办", house.now());
    let hash = user.password.unwrap();
    store.set_password(&county(), user.id, &hash, true, &by).await.unwrap();
    let clerk = house.client("clerk").await;
    let answer = clerk.get(&house, "/api/schools").await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (403, "H-AUTH-06"));
    let session = clerk.get(&house, "/api/session").await.is(200);
    assert_eq!((&session["user"]["must_change"], &session["can"]), (&json!(true), &json!([])));
    let body = json!({"old": PASSWORD, "new": "Huang-he2051x"});
    clerk.send(&house, Method::PUT, "/api/session/password", &body).await.is(204);
    clerk.get(&house, "/api/schools").await.is(200);
}

#[tokio::test]
async fn behind_https_cookies_are_secure_and_strangers_are_told_apart() {
    let (mut config, folder) = crate::fixture::config(Kind::Sqlite).await.unwrap();
    (config.https, config.proxy) = (true, true);
    config.limits.sign_in_address = (1, 60_000);
    let house = House::with(config, std::sync::Arc::new(folder)).await;
    let token = house.app.setup_token().unwrap();
    let from = async |address: &str, path: &str, body: Value| {
        let request = Client::stranger()
            .request(Method::POST, path)
            .header(header::CONTENT_TYPE, "application/json")
            .header("x-forwarded-for", format!("6.6.6.6, {address}"));
        house.send(request.body(Body::from(body.to_string())).unwrap()).await
    };
    from("10.0.0.1", "/api/setup", first(&token)).await.is(201);
    let body = json!({"login": "xtadmin", "password": PASSWORD});
    from("10.0.0.1", "/api/session", body.clone()).await.is(429);
    let answer = from("10.0.0.2", "/api/session", body).await;
    assert!(answer.header("set-cookie").contains("; Secure"));
    assert!(answer.header("strict-transport-security").starts_with("max-age="));
}

#[tokio::test]
async fn a_page_of_another_site_changes_nothing() {
    let house = House::peopled(Kind::Sqlite).await.unwrap();
    let request = Client::stranger()
        .request(Method::POST, "/api/session")
        .header(header::CONTENT_TYPE, "application/json")
        .header("sec-fetch-site", "cross-site");
    let body = json!({"login": "clerk", "password": PASSWORD, "county": "341823"});
    let answer = house.send(request.body(Body::from(body.to_string())).unwrap()).await;
    assert_eq!(answer.code(), "H-AUTH-05");
}
