//! Accounts: made with a link, changed by versions, never two administrators in one person.

use crate::fixture::{Answer, Client, House, Kind, PASSWORD, county};
use axum::body::Body;
use axum::http::{Method, header};
use rstest::rstest;
use serde_json::{Value, json};

fn clerk_of(school: &str) -> Value {
    json!([{"role": "clerk", "scope": {"kind": "school", "code": school}}])
}

/// The secret of a link as a page takes it from the address.
fn token(invited: &Value) -> String {
    let path = invited["link"]["path"].as_str().unwrap();
    path.strip_prefix("/link#token=").unwrap().to_owned()
}

#[rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test]
async fn an_account_from_link_to_end(#[case] kind: Kind) {
    let Some(house) = House::peopled(kind).await else { return };
    let admin = house.client("system_admin").await;
    let new = json!({"login": "zhangsan", "name": "张三", "grants": clerk_of("3418230002")});
    let invited = admin.post(&house, "/api/users", new.clone()).await.is(201);
    let answer = admin.post(&house, "/api/users", new).await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (409, "H-EDIT-02"));
    house.in_county("zhangsan", "").await.is(401);

    let stranger = Client::stranger();
    let secret = token(&invited);
    let whose = stranger.post(&house, "/api/links/open", json!({"token": secret})).await.is(200);
    assert_eq!((&whose["login"], &whose["name"]), (&json!("zhangsan"), &json!("张三")));
    let weak = json!({"token": secret, "password": "zhangsan2025"});
    stranger.post(&house, "/api/links/use", weak).await.is(422);
    let good = json!({"token": secret, "password": PASSWORD});
    stranger.post(&house, "/api/links/use", good.clone()).await.is(204);
    let answer = stranger.post(&house, "/api/links/use", good).await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (404, "H-AUTH-07"));
    let zhangsan = house.client("zhangsan").await;

    let id = invited["id"].as_i64().unwrap();
    let path = format!("/api/users/{id}");
    let account = admin.get(&house, &path).await.is(200);
    assert_eq!((&account["password"], &account["active"]), (&json!("set"), &json!(true)));
    let edit = json!({"version": account["version"], "grants": clerk_of("3418230003")});
    let edited = admin.send(&house, Method::PATCH, &path, &edit).await.is(200);
    assert_eq!(edited["grants"][0]["scope"]["name"], "第3小学");
    zhangsan.get(&house, "/api/session").await.is(401);
    let stale = admin.send(&house, Method::PATCH, &path, &edit).await;
    let problem = stale.is(409);
    assert_eq!(problem["by"], "甲system_admin（system_admin）");
    let nothing = json!({"name": "张三丰"});
    assert_eq!(admin.send(&house, Method::PATCH, &path, &nothing).await.code(), "H-EDIT-04");

    let zhangsan = house.client("zhangsan").await;
    let reset = admin.post(&house, &format!("{path}/reset"), json!({})).await.is(200);
    zhangsan.get(&house, "/api/session").await.is(401);
    house.in_county("zhangsan", PASSWORD).await.is(401);
    house.pass(72 * 3600);
    let late = json!({"token": token(&reset), "password": PASSWORD});
    stranger.post(&house, "/api/links/use", late).await.is(404);
    let admin = house.client("system_admin").await;
    assert_eq!(admin.get(&house, &path).await.is(200)["password"], "expired");
    let edit = json!({"version": edited["version"].as_i64().unwrap() + 1, "active": false});
    let off = admin.send(&house, Method::PATCH, &path, &edit).await.is(200);
    assert_eq!(off["active"], false);
    house.in_county("zhangsan", PASSWORD).await.is(401);
}

#[tokio::test]
async fn the_three_administrators_stay_apart() {
    let house = House::peopled(Kind::Sqlite).await.unwrap();
    let system = house.client("system_admin").await;
    let security = house.client("security_admin").await;
    let county_wide = |role: &str| json!({"role": role, "scope": {"kind": "county"}});
    let new = |login: &str, grants: Value| json!({"login": login, "name": "某", "grants": grants});
    let refused = async |client: &Client, body: Value| {
        client.post(&house, "/api/users", body).await.is(422)["cause"].clone()
    };
    let second = new("second", json!([county_wide("system_admin")]));
    assert_eq!(refused(&system, second.clone()).await, "A-ROLE-04");
    security.post(&house, "/api/users", second).await.is(201);
    assert_eq!(refused(&security, new("ccc", clerk_of("3418230001"))).await, "A-ROLE-05");
    let both = new("both", json!([county_wide("auditor"), county_wide("security_admin")]));
    assert_eq!(refused(&security, both).await, "A-ROLE-01");
    let too = new("too", json!([county_wide("auditor"), county_wide("leader")]));
    assert_eq!(refused(&security, too).await, "A-ROLE-02");

    // Nobody changes his own roles, and the last one stays.
    let me = security.get(&house, "/api/session").await.is(200)["user"]["id"].as_i64().unwrap();
    let path = format!("/api/users/{me}");
    let edit = json!({"version": 1, "grants": [county_wide("auditor")]});
    let answer = security.send(&house, Method::PATCH, &path, &edit).await.is(422);
    assert_eq!(answer["cause"], "A-ROLE-03");
    let edit = json!({"version": 1, "active": false});
    let answer = security.send(&house, Method::PATCH, &path, &edit).await.is(422);
    assert_eq!(answer["cause"], "A-ROLE-08");
    let answer = system.post(&house, &format!("{path}/reset"), json!({})).await.is(422);
    assert_eq!(answer["cause"], "A-ROLE-04", "not a way to another's power");

    // Wrong places are named.
    let nowhere = new("n", clerk_of("3418239999"));
    let answer = system.post(&house, "/api/users", nowhere).await.is(422);
    assert_eq!(answer["fields"][1]["field"], "grants.0.scope.code");
    let over = new(
        "nnn",
        json!([{"role": "leader",
        "scope": {"kind": "school", "code": "3418230001"}}]),
    );
    assert_eq!(refused(&system, over).await, "A-ROLE-06");
}

/// Posts a file as a page does.
async fn upload(house: &House, client: &Client, path: &str, file: &[u8]) -> Answer {
    upload_with_key(house, client, path, file, None).await
}

/// The same, with the key under which it is done once.
async fn upload_with_key(
    house: &House,
    client: &Client,
    path: &str,
    file: &[u8],
    key: Option<&str>,
) -> Answer {
    let mut body =
        b"--xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\
                     Content-Type: application/octet-stream\r\n\r\n"
            .to_vec();
    body.extend(file);
    body.extend(b"\r\n--xyz--\r\n");
    let mut request = client
        .request(Method::POST, path)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=xyz");
    if let Some(key) = key {
        request = request.header("idempotency-key", key);
    }
    house.send(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn accounts_come_from_a_sheet_all_or_none() {
    let house = House::peopled(Kind::Sqlite).await.unwrap();
    let admin = house.client("system_admin").await;
    let path = "/api/users/import";
    let template = admin.get(&house, "/api/users/template.xlsx").await;
    assert!(template.header("content-disposition").contains("filename*=UTF-8''"));
    let empty = upload(&house, &admin, path, &template.bytes).await.is(200);
    assert_eq!(empty, json!({"rows": 0, "created": [], "problems": []}));

    let bad = "登录名,姓名,角色,学区或学校,开始日期,结束日期\n\
               li,李四,学校填报员,第1小学,,\n\
               wangwu,王五,伙夫,第1小学,,\n\
               zhaoliu,赵六,校长,没有的学校,,\n\
               clerk,孙七,校长,第2小学,,\n\
               zhouba,周八,学区长,城关学区,2025-09-01,2024-09-01\n\
               wujiu,吴九,审计员,,,\n";
    let answer = upload(&house, &admin, path, bad.as_bytes()).await.is(200);
    let problems: Vec<(u64, String)> = answer["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| (p["row"].as_u64().unwrap(), p["column"].as_str().unwrap().to_owned()))
        .collect();
    let expected = [(2, "登录名"), (3, "角色"), (4, "学区或学校"), (5, "登录名"), (6, "结束日期")];
    let mut expected: Vec<_> = expected.map(|(row, column)| (row, column.to_owned())).into();
    expected.push((7, "角色".to_owned()));
    assert_eq!(problems, expected);
    assert_eq!(answer["created"], json!([]));
    assert_eq!(house.app.store().users(&county()).await.unwrap().len(), 17, "none was made");

    let good = "登录名,姓名,角色,学区或学校\n\
                lisi,李四,学校填报员,第1小学\n\
                lisi,李四,学校填报员,3418230002\n\
                zhouba,周八,学区长,城关学区\n\
                wujiu,吴九,股室干部（规划财务）,\n";
    let checked = upload(&house, &admin, &format!("{path}?check=true"), good.as_bytes()).await;
    let checked = checked.is(200);
    assert_eq!((&checked["rows"], &checked["problems"]), (&json!(4), &json!([])));
    let done = upload(&house, &admin, path, good.as_bytes()).await.is(200);
    assert_eq!(done["created"].as_array().unwrap().len(), 3);
    let secret = token(&done["created"][0]);
    let body = json!({"token": secret, "password": PASSWORD});
    Client::stranger().post(&house, "/api/links/use", body).await.is(204);
    let lisi = house.client("lisi").await;
    let schools = lisi.get(&house, "/api/schools").await.is(200);
    assert_eq!(schools.as_array().unwrap().len(), 2);
    let again = upload(&house, &admin, path, good.as_bytes()).await.is(200);
    assert_eq!(again["problems"].as_array().unwrap().len(), 4, "a second time makes nothing");

    let junk = upload(&house, &admin, path, b"\xff\xd8\xff\xe0junk").await;
    assert_eq!((junk.status.as_u16(), junk.code().as_str()), (422, "H-BODY-05"));
    let huge = upload(&house, &admin, path, &vec![b'a'; 9 << 20]).await;
    assert!(matches!(huge.status.as_u16(), 400 | 413), "{:?}", huge.json());
}

#[tokio::test]
async fn a_sheet_that_is_sent_again_is_done_once() {
    let house = House::peopled(Kind::Sqlite).await.unwrap();
    let admin = house.client("system_admin").await;
    let path = "/api/users/import";
    let sheet = "登录名,姓名,角色,学区或学校\nlisi,李四,学校填报员,第1小学\n".as_bytes();
    let send = async |sheet: &[u8], key: &str| {
        upload_with_key(&house, &admin, path, sheet, Some(key)).await
    };
    let first = send(sheet, "key-1").await.is(200);
    assert_eq!(first["created"].as_array().unwrap().len(), 1);
    assert_eq!(send(sheet, "key-1").await.is(200), first, "the same answer with the same link");
    let other = "登录名,姓名,角色,学区或学校\nwangwu,王五,学校填报员,第1小学\n".as_bytes();
    let refused = send(other, "key-1").await.is(422);
    assert_eq!(refused["fields"][0]["field"], "Idempotency-Key");
    let anew = send(sheet, "key-2").await.is(200);
    assert_eq!(anew["problems"].as_array().unwrap().len(), 1, "another key, another upload");
    house.pass(16 * 60);
    let late = send(sheet, "key-1").await.is(200);
    assert_eq!(late["created"], json!([]), "links are not kept for long");

    let form = admin.post(&house, path, json!({})).await;
    assert_eq!((form.status.as_u16(), form.code().as_str()), (415, "H-BODY-03"));
}
