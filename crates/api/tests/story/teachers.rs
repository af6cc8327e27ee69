//! The roster from a file to the forms: uploaded, compared, accepted, listed masked, edited by hand,
//! counted, and its figures in the drafts of the schools.

use crate::fixture::{Answer, Client, House, Kind, county, login, school};
use access::{Department, Role};
use axum::body::Body;
use axum::http::{Method, header};
use rstest::rstest;
use serde_json::{Value, json};
use staffing::{Identity, RosterRow};
use std::collections::BTreeMap;

pub(crate) const ROSTER: &str = "/api/years/2024/roster";
pub(crate) const TEACHERS: &str = "/api/years/2024/teachers";

/// Columns of a row by their codes.
pub(crate) type Row = BTreeMap<&'static str, String>;

pub(crate) async fn personnel(house: &House) -> Client {
    house.session(&county(), &login(Role::Officer(Department::Personnel))).await
}

/// An identity number of nobody: the division does not exist.
pub(crate) fn identity(n: usize) -> String {
    let body = format!("34009919840312{:03}", n % 1_000);
    format!("{body}{}", Identity::check_character(&body).unwrap())
}

/// Somebody of a school; the name is like no word of the program.
pub(crate) fn person(n: usize, at: u32) -> Row {
    let given = ["钰璁", "昶旻", "翊珩", "芃蓁", "祎楠", "骞彧"][n % 6];
    let family = ["淳于", "澹台", "闾丘", "亓官"][n % 4];
    [
        ("number", format!("T{n:04}")),
        ("name", format!("{family}{given}")),
        ("identity", identity(n)),
        ("school", school(at).to_string()),
        ("stage", "小学".to_owned()),
        ("subject", if n.is_multiple_of(5) { "体育与健康" } else { "数学" }.to_owned()),
        ("degree", "本科".to_owned()),
        ("rank", "中级".to_owned()),
        ("certified", "是".to_owned()),
        ("hired", "2006-08-01".to_owned()),
        ("arrived", "2012-08-15".to_owned()),
        ("post", "专任教师".to_owned()),
        ("home", format!("青山镇桃花巷{n}号")),
        ("training", "2020|县级|120；2021|县级|120；2022|县级|120".to_owned()),
    ]
    .into_iter()
    .collect()
}

/// Three teachers at each of the six schools.
pub(crate) fn everybody() -> Vec<Row> {
    (0..18).map(|n| person(n, u32::try_from(n).unwrap() / 3 + 1)).collect()
}

pub(crate) fn csv(rows: &[Row]) -> Vec<u8> {
    let mut text = String::from("\u{feff}");
    let line = |cells: Vec<String>| cells.join(",") + "\r\n";
    text.push_str(&line(RosterRow::HEADINGS.iter().map(|(_, zh)| (*zh).to_owned()).collect()));
    for row in rows {
        let cell = |code: &str| row.get(code).cloned().unwrap_or_default();
        text.push_str(&line(RosterRow::HEADINGS.iter().map(|(code, _)| cell(code)).collect()));
    }
    text.into_bytes()
}

/// A form with one file.
pub(crate) fn multipart(name: &str, bytes: &[u8]) -> Vec<u8> {
    let head = format!(
        "--xyz\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
    );
    [head.as_bytes(), bytes, b"\r\n--xyz--\r\n"].concat()
}

pub(crate) async fn upload(house: &House, who: &Client, key: &str, bytes: &[u8]) -> Answer {
    let body = multipart("roster.csv", bytes);
    let request = who
        .request(Method::POST, &format!("{ROSTER}/imports"))
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=xyz")
        .header("idempotency-key", key);
    house.send(request.body(Body::from(body)).unwrap()).await
}

/// Uploads and accepts.
pub(crate) async fn import(house: &House, who: &Client, key: &str, rows: &[Row]) -> Value {
    let import = upload(house, who, key, &csv(rows)).await.is(201);
    let accept = format!("{ROSTER}/imports/{}/accept", import["id"]);
    who.post(house, &accept, json!({"keep_missing": false})).await.is(200)
}

fn codes(import: &Value) -> Vec<&str> {
    let findings = import["findings"].as_array().unwrap();
    findings.iter().map(|finding| finding["code"].as_str().unwrap()).collect()
}

/// Who stands in a row that could not be read is not gone.
#[rstest]
#[tokio::test]
async fn a_row_that_is_refused_takes_nobody_out(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let Some(house) = House::peopled(kind).await else { return };
    let who = personnel(&house).await;
    let mut rows = everybody();
    import(&house, &who, "a", &rows).await;
    // One of no stage that is known; one under the number of another; one who really is missing.
    rows[5].insert("stage", "幼儿园".to_owned());
    let other = rows[6]["number"].clone();
    rows[7].insert("number", other);
    rows.remove(2);
    let file = upload(&house, &who, "b", &csv(&rows)).await.is(201);
    let said = codes(&file);
    assert!(said.contains(&"T-ROW-03") && said.contains(&"T-DUP-01"), "{said:?}");
    assert_eq!(file["gone"], 1, "{file}");
    let accept = format!("{ROSTER}/imports/{}/accept", file["id"]);
    let done = who.post(&house, &accept, json!({"keep_missing": false})).await.is(200);
    assert_eq!(done["roster"]["teachers"], 17, "{done}");
    for number in ["T0005", "T0006", "T0007"] {
        who.get(&house, &format!("{TEACHERS}/{number}")).await.is(200);
    }
    who.get(&house, &format!("{TEACHERS}/T0002")).await.is(404);
}

#[rstest]
#[tokio::test]
async fn a_file_becomes_the_roster(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let Some(house) = House::peopled(kind).await else { return };
    let who = personnel(&house).await;
    let empty = who.get(&house, ROSTER).await.is(200);
    assert_eq!((&empty["roster"], &empty["schools"]), (&Value::Null, &json!([])));
    let mut rows = everybody();
    let first = upload(&house, &who, "a", &csv(&rows)).await.is(201);
    assert_eq!(first["findings"], json!([]), "{first}");
    assert_eq!([&first["rows"], &first["added"], &first["gone"]], [18, 18, 0]);
    assert_eq!((&first["refused"], &first["state"]), (&json!(false), &json!("waiting")));
    // The same again is the same; another file under the key is not.
    let again = upload(&house, &who, "a", &csv(&rows)).await.is(201);
    assert_eq!(again["id"], first["id"]);
    upload(&house, &who, "a", &csv(&rows[..3])).await.is(422);
    // It waits for the one who uploaded it, and nothing is in the roster yet.
    let other = house.session(&county(), "leader").await;
    let path = format!("{ROSTER}/imports/{}", first["id"]);
    assert_ne!(other.get(&house, &path).await.status, 200);
    assert_eq!(who.get(&house, ROSTER).await.is(200)["roster"], Value::Null);
    let accept = format!("{path}/accept");
    let done = who.post(&house, &accept, json!({"keep_missing": false})).await.is(200);
    assert_eq!(done["roster"]["teachers"], 18, "{done}");
    assert_eq!(done["schools"].as_array().unwrap().len(), 6);
    assert_eq!(done["roster"]["source"], "roster.csv");
    let twice = who.post(&house, &accept, json!({"keep_missing": false})).await.is(200);
    assert_eq!(twice["roster"]["version"], done["roster"]["version"]);
    // A second file: one new, one changed, one gone, the rest as they were.
    rows.remove(4);
    rows[0].insert("rank", "副高级".to_owned());
    rows.push(person(40, 6));
    let second = upload(&house, &who, "b", &csv(&rows)).await.is(201);
    let figures = ["added", "changed", "unchanged", "gone"].map(|f| second[f].as_i64().unwrap());
    assert_eq!(figures, [1, 1, 16, 1], "{second}");
    let accept = format!("{ROSTER}/imports/{}/accept", second["id"]);
    let stale = json!({"keep_missing": true, "version": 77});
    who.post(&house, &accept, stale).await.is(409);
    let kept = who.post(&house, &accept, json!({"keep_missing": true})).await.is(200);
    assert_eq!(kept["roster"]["teachers"], 19);
    assert_ne!(kept["roster"]["stamp"], done["roster"]["stamp"]);
    // A third is thrown away.
    let third = upload(&house, &who, "c", &csv(&rows)).await.is(201);
    let path = format!("{ROSTER}/imports/{}", third["id"]);
    assert_eq!(third["gone"], 1, "{third}");
    who.send(&house, Method::DELETE, &path, &json!({})).await.is(204);
    assert_eq!(who.get(&house, &path).await.is(200)["state"], "removed");
    who.post(&house, &format!("{path}/accept"), json!({"keep_missing": true})).await.is(409);
    // And a fourth is forgotten after a day.
    let fourth = upload(&house, &who, "d", &csv(&rows)).await.is(201);
    house.pass(24 * 3600 + 1);
    let who = personnel(&house).await;
    let path = format!("{ROSTER}/imports/{}", fourth["id"]);
    assert_eq!(who.get(&house, &path).await.is(200)["state"], "expired");
}

#[tokio::test]
async fn what_is_wrong_is_a_finding_that_names_nobody() {
    let house = House::peopled(Kind::Sqlite).await.unwrap();
    let who = personnel(&house).await;
    let mut rows = everybody();
    // A wrong check digit, a person at two schools, a number twice, an unknown school, an unknown
    // subject, an identity number for a staff number, none at all, a name for the spouse.
    rows[1].insert("identity", identity(1).replace("0312", "0313"));
    let twin = rows[2]["identity"].clone();
    rows[5].insert("identity", twin);
    rows[7].insert("number", "T0006".to_owned());
    rows[8].insert("school", "3418239999".to_owned());
    rows[9].insert("subject", "炼丹术".to_owned());
    let own = rows[10]["identity"].clone();
    rows[10].insert("number", own);
    rows[11].remove("number");
    let spouse = rows[13]["name"].clone();
    rows[12].insert("spouse", spouse);
    let name = rows[14]["name"].clone();
    rows[14].insert("rank", name);
    let import = upload(&house, &who, "a", &csv(&rows)).await;
    let text = String::from_utf8(import.bytes.clone()).unwrap();
    let import = import.is(201);
    let found = codes(&import);
    for code in ["T-ID-04", "T-DUP-03", "T-DUP-01", "T-ROW-10", "T-ROW-07", "T-ROW-02", "T-ROW-13"]
    {
        assert!(found.contains(&code), "{code}: {import}");
    }
    assert_eq!(import["added"], 15);
    for row in &rows {
        assert!(!text.contains(&row["name"]) && !text.contains(&row["identity"]), "{text}");
    }
    let accept = format!("{ROSTER}/imports/{}/accept", import["id"]);
    who.post(&house, &accept, json!({"keep_missing": false})).await.is(200);
    let list = who.get(&house, TEACHERS).await.is(200);
    let numbers: Vec<&str> =
        list["items"].as_array().unwrap().iter().map(|t| t["number"].as_str().unwrap()).collect();
    assert!(numbers.starts_with(&["R00001", "R00002", "T0000"]), "{numbers:?}");
    // The same file again finds who has no number by the identity number.
    let again = upload(&house, &who, "b", &csv(&rows)).await.is(201);
    assert_eq!([&again["added"], &again["changed"], &again["unchanged"]], [0, 0, 15], "{again}");
    // The findings stay with the roster, without the rows of a file.
    let findings = who.get(&house, &format!("{ROSTER}/findings")).await.is(200);
    let findings = findings["items"].as_array().unwrap();
    let check = findings.iter().find(|finding| finding["code"] == "T-ID-04").unwrap();
    assert_eq!((&check["teacher"], &check["row"]), (&json!("T0001"), &Value::Null));
    assert_eq!(check["school_name"], "第1小学");
    // The order and the further filters; the workbook is of the same list.
    let sorted = who.get(&house, &format!("{TEACHERS}?sort=-number")).await.is(200);
    let numbers: Vec<&str> =
        sorted["items"].as_array().unwrap().iter().map(|t| t["number"].as_str().unwrap()).collect();
    assert!(numbers.len() > 2 && numbers.is_sorted_by(|a, b| a > b), "{numbers:?}");
    let years = who.get(&house, &format!("{TEACHERS}?sort=years")).await.is(200);
    let years: Vec<Option<i64>> =
        years["items"].as_array().unwrap().iter().map(|t| t["years"].as_i64()).collect();
    assert!(years.is_sorted(), "{years:?}");
    let mut sum = 0;
    for state in ["yes", "no", "unknown"] {
        let part = who.get(&house, &format!("{TEACHERS}?eligible={state}")).await.is(200);
        sum += part["total"].as_u64().unwrap();
        let wanted = match state {
            "yes" => json!(true),
            "no" => json!(false),
            _ => Value::Null,
        };
        assert!(part["items"].as_array().unwrap().iter().all(|t| t["eligible"] == wanted));
    }
    assert_eq!(json!(sum), sorted["total"]);
    for wrong in ["sort=name", "eligible=maybe", "post=nobody"] {
        who.get(&house, &format!("{TEACHERS}?{wrong}")).await.is(422);
    }
    let whole = who.get(&house, "/api/years/2024/roster.xlsx").await;
    let part = who.get(&house, "/api/years/2024/roster.xlsx?rank=middle&sort=school").await;
    assert!(whole.status == 200 && part.status == 200 && part.bytes.len() < whole.bytes.len());
    let with = who.get(&house, &format!("{TEACHERS}?finding=T-ID-04")).await.is(200);
    assert_eq!((&with["total"], &with["items"][0]["number"]), (&json!(1), &json!("T0001")));
    // Nothing to take, or no roster at all.
    let mut nowhere = person(50, 1);
    nowhere.insert("school", "3418239999".to_owned());
    let nothing = upload(&house, &who, "c", &csv(&[nowhere])).await.is(201);
    assert_eq!(nothing["refused"], true);
    let accept = format!("{ROSTER}/imports/{}/accept", nothing["id"]);
    who.post(&house, &accept, json!({"keep_missing": true})).await.is(409);
    upload(&house, &who, "d", "甲,乙\r\n1,2\r\n".as_bytes()).await.is(422);
}

#[tokio::test]
async fn findings_of_the_file_name_column_cell_and_teacher() {
    let house = House::peopled(Kind::Sqlite).await.unwrap();
    let who = personnel(&house).await;
    let mut rows = everybody();
    rows[2].insert("school", "第1小学".to_owned());
    rows[3].insert("identity", "1.10105E+17".to_owned());
    rows[4].insert("school", "无此小学".to_owned());
    let import = upload(&house, &who, "a", &csv(&rows)).await.is(201);
    let found = |code: &str| {
        let all = import["findings"].as_array().unwrap();
        all.iter().find(|finding| finding["code"] == code).unwrap_or_else(|| panic!("{import}"))
    };
    let lost = found("I-CELL-07");
    let field = lost["field"].as_str().unwrap();
    assert!(field.starts_with("身份证件号码（") && field.ends_with("5）"), "{lost}");
    assert_eq!((&lost["row"], &lost["teacher"]), (&json!(5), &json!("T0003")));
    let school = found("I-SCHOOL-06");
    assert!(school["field"].as_str().unwrap().starts_with("学校标识码（"), "{school}");
    assert!(school["message"].as_str().unwrap().contains("没有名为“无此小学”的学校"), "{school}");
}

#[rstest]
#[tokio::test]
async fn a_clerk_has_the_own_school_only(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let Some(house) = House::peopled(kind).await else { return };
    let who = personnel(&house).await;
    import(&house, &who, "a", &everybody()).await;
    let clerk = house.session(&county(), "clerk").await;
    let view = clerk.get(&house, ROSTER).await.is(200);
    assert_eq!(view["roster"]["teachers"], 3, "{view}");
    assert_eq!(view["schools"].as_array().unwrap().len(), 1);
    let list = clerk.get(&house, TEACHERS).await.is(200);
    assert_eq!(list["total"], 3);
    let other = format!("{TEACHERS}/T0006");
    clerk.get(&house, &other).await.is(404);
    clerk
        .send(&house, Method::PUT, &other, &json!({"fields": {"rank": "中级"}, "version": 1}))
        .await
        .is(404);
    let removal = json!({"reason": "已经调出", "version": 1});
    clerk.send(&house, Method::DELETE, &other, &removal).await.is(404);
    let filtered = clerk.get(&house, &format!("{TEACHERS}?school=3418230002")).await.is(200);
    assert_eq!(filtered["total"], 0);
    for line in clerk.get(&house, &format!("{ROSTER}/counts")).await.is(200).as_array().unwrap() {
        assert_eq!(line["school"], "3418230001");
    }
    // A file of the whole county: only the own rows are read, and the others stay as they are.
    let mut rows = everybody();
    rows[0].insert("rank", "副高级".to_owned());
    rows[3].insert("rank", "副高级".to_owned());
    let mut theirs = person(4, 1);
    theirs.insert("identity", identity(77));
    rows.push(theirs);
    let mut twin = person(60, 1);
    twin.insert("identity", identity(9));
    rows.push(twin);
    let import = upload(&house, &clerk, "b", &csv(&rows)).await.is(201);
    let figures = ["added", "changed", "unchanged", "gone"].map(|f| import[f].as_i64().unwrap());
    assert_eq!(figures, [0, 1, 2, 0], "{import}");
    let found = codes(&import);
    assert_eq!(found.iter().filter(|code| **code == "T-ROW-14").count(), 15);
    assert!(found.contains(&"T-DUP-01") && found.contains(&"T-DUP-03"), "{found:?}");
    let accept = format!("{ROSTER}/imports/{}/accept", import["id"]);
    clerk.post(&house, &accept, json!({"keep_missing": false})).await.is(200);
    assert_eq!(who.get(&house, ROSTER).await.is(200)["roster"]["teachers"], 18);
    let mine = clerk.get(&house, &format!("{TEACHERS}/T0000")).await.is(200);
    assert_eq!(mine["rank"]["zh"], "副高级");
    let theirs = who.get(&house, &format!("{TEACHERS}/T0003")).await.is(200);
    assert_eq!(theirs["rank"]["zh"], "中级");
    // The day holds for all schools.
    let day = json!({"day": "2024-12-31", "version": 2});
    clerk.send(&house, Method::PUT, ROSTER, &day).await.is(403);
}

#[rstest]
#[tokio::test]
async fn teachers_are_edited_without_seeing_who_they_are(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let Some(house) = House::peopled(kind).await else { return };
    let who = personnel(&house).await;
    import(&house, &who, "a", &everybody()).await;
    let path = format!("{TEACHERS}/T0000");
    let view = who.get(&house, &path).await.is(200);
    assert_eq!((&view["name"], &view["home"]), (&json!("淳**璁"), &json!("青山镇")));
    assert_eq!(view["fields"]["rank"], "中级");
    assert_eq!(view["fields"]["identity"], Value::Null);
    assert_eq!(view["eligibility"], json!({"is": "eligible", "why": null}));
    assert_eq!(view["training"]["hours"], "360");
    let edit = json!({"fields": {"rank": "副高级", "home": "白水乡"}, "version": view["version"]});
    let edited = who.send(&house, Method::PUT, &path, &edit).await.is(200);
    assert_eq!((&edited["rank"]["zh"], &edited["home"]), (&json!("副高级"), &json!("白水乡")));
    // The same once more is done already; another one has not seen it.
    who.send(&house, Method::PUT, &path, &edit).await.is(200);
    let stale = json!({"fields": {"rank": "中级"}, "version": view["version"]});
    assert_eq!(who.send(&house, Method::PUT, &path, &stale).await.status, 409);
    let unseen = who.send(&house, Method::PUT, &path, &json!({"fields": {"rank": "中级"}})).await;
    assert_eq!(unseen.code(), "H-EDIT-04");
    let version = edited["version"].clone();
    for (column, text) in [
        ("identity", identity(3)),
        ("identity", "11010519491231002".to_owned()),
        ("school", "3418239999".to_owned()),
        ("subject", "炼丹术".to_owned()),
        ("number", "T9999".to_owned()),
        ("spouse", "澹台昶旻".to_owned()),
        ("name", String::new()),
        ("nonsense", "x".to_owned()),
        ("home", "一\n二".to_owned()),
        ("exemptions", "怀孕|＊＊的证明".to_owned()),
    ] {
        let edit = json!({"fields": {column: text}, "version": version});
        let answer = who.send(&house, Method::PUT, &path, &edit).await.is(422);
        assert_eq!(answer["fields"][0]["field"], format!("fields.{column}"), "{answer}");
        let quoted = answer.to_string().contains(&text);
        assert!(
            text.chars().count() < 2 || !quoted || matches!(column, "subject" | "school"),
            "{answer}"
        );
    }
    // What cannot be read is refused with the rest of the same save, in words for one teacher.
    let wrong = json!({"fields": {"stage": "初中", "hours": "四百"}, "version": version});
    let answer = who.send(&house, Method::PUT, &path, &wrong).await.is(422);
    let mut said: Vec<String> = answer["fields"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| format!("{} {}", f["field"].as_str().unwrap(), f["message"].as_str().unwrap()))
        .collect();
    said.sort();
    assert_eq!(said.len(), 2, "{answer}");
    assert_eq!(said[0], "fields.hours 所填内容不是 0 到 168 之间的数；填写 0 到 168 之间的数");
    assert!(said[1].ends_with("没有初中部；核对学段"), "{answer}");
    // Added and taken out.
    let mut fields = person(80, 2);
    fields.remove("number");
    let added = who.post(&house, TEACHERS, json!({"fields": fields})).await.is(201);
    assert_eq!((&added["number"], &added["version"]), (&json!("R00001"), &json!(1)));
    let taken = json!({"fields": {"number": "T0005", "name": "甲乙", "school": "3418230001",
        "stage": "小学"}});
    who.post(&house, TEACHERS, taken).await.is(409);
    let path = format!("{TEACHERS}/R00001");
    let removal = |reason: &str| json!({"reason": reason, "version": 1});
    let delete = |reason: &str| {
        let (who, house, path, body) = (&who, &house, &path, removal(reason));
        async move { who.send(house, Method::DELETE, path, &body).await }
    };
    delete("").await.is(422);
    let named = delete(&format!("{}已经调出", person(80, 2)["name"])).await.is(422);
    assert!(named.to_string().contains("不要写姓名"), "{named}");
    delete("已经调出本县").await.is(204);
    who.get(&house, &path).await.is(404);
    // The day at which years are counted.
    let head = who.get(&house, ROSTER).await.is(200);
    let day = |day: &str| json!({"day": day, "version": head["roster"]["version"]});
    who.send(&house, Method::PUT, ROSTER, &day("2031-01-01")).await.is(422);
    let set = who.send(&house, Method::PUT, ROSTER, &day("2024-12-31")).await.is(200);
    assert_eq!(set["roster"]["day"], "2024-12-31");
    assert_eq!(who.send(&house, Method::PUT, ROSTER, &day("2024-12-30")).await.status, 409);
    let columns = who.get(&house, "/api/roster-columns").await.is(200);
    let columns = columns.as_array().unwrap();
    assert_eq!(columns.len(), RosterRow::HEADINGS.len());
    assert!(
        columns.iter().any(|column| column["code"] == "identity" && column["personal"] == true)
    );
}

#[rstest]
#[tokio::test]
async fn what_is_counted_gets_into_the_drafts(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let Some(house) = House::peopled(kind).await else { return };
    let who = personnel(&house).await;
    let mut rows = everybody();
    rows[4].remove("degree");
    import(&house, &who, "a", &rows).await;
    // Without a form there is nothing to write into.
    let none = who.post(&house, &format!("{ROSTER}/apply"), json!({})).await.is(200);
    assert_eq!(none["locked"].as_array().unwrap().len(), 6, "{none}");
    let bureau = house.session(&county(), &login(Role::Officer(Department::Evaluation))).await;
    let new = json!({"year": 2024, "title": "基础数据"});
    bureau.post(&house, "/api/collections", new).await.is(201);
    let counts = who.get(&house, &format!("{ROSTER}/counts?school=3418230002")).await.is(200);
    let line = |item: &str| {
        let all = counts.as_array().unwrap().iter();
        all.clone().find(|line| line["item"] == item).cloned().unwrap_or_default()
    };
    assert_eq!(
        (&line("teachers")["counted"], &line("teachers")["teachers"]),
        (&json!("3"), &json!(3))
    );
    let degrees = line("teachers_bachelor");
    assert_eq!((&degrees["counted"], &degrees["reported"]), (&Value::Null, &Value::Null));
    assert!(degrees["why_missing"].as_str().unwrap().contains("1 人未填"), "{degrees}");
    assert_eq!(line("certified_share")["counted"], "100.00");
    assert_eq!(line("trained_share")["counted"], "100.00");
    assert_eq!(line("L3")["teachers"], 1, "{counts}");
    for (item, total) in [("teachers_pe", 4), ("L3", 4), ("certified_share", 18), ("L1", 17)] {
        let behind = who.get(&house, &format!("{TEACHERS}?item={item}")).await.is(200);
        assert_eq!(behind["total"], total, "{item}");
    }
    who.get(&house, &format!("{TEACHERS}?item=pupils")).await.is(422);
    // A look first, then into the drafts; a school that has submitted is listed.
    let look = who.post(&house, &format!("{ROSTER}/apply"), json!({"check": true})).await.is(200);
    assert_eq!(look["written"].as_array().unwrap().len(), 6, "{look}");
    let form = "/api/submissions/2024/3418230001";
    let clerk = house.session(&county(), "clerk").await;
    let before = clerk.get(&house, form).await.is(200);
    assert_eq!(before["version"], 1, "a look writes nothing: {}", before["version"]);
    let done = who.post(&house, &format!("{ROSTER}/apply"), json!({})).await.is(200);
    assert_eq!(done["written"], look["written"]);
    let twice = who.post(&house, &format!("{ROSTER}/apply"), json!({})).await.is(200);
    assert_eq!(twice["written"], json!([]), "nothing is different any more");
    let text = clerk.get(&house, form).await.is(200).to_string();
    assert!(text.contains("由教师名册统计"), "{text}");
    // A figure that is typed otherwise is a finding of the roster once it is submitted.
    let version = clerk.get(&house, form).await.is(200)["version"].clone();
    let typed = json!({"version": version, "edits": [{"place": "primary", "item": "teachers",
        "value": "5"}]});
    let saved = clerk.send(&house, Method::PATCH, &format!("{form}/draft"), &typed).await.is(200);
    let submit = json!({"step": "submit", "version": saved["version"]});
    clerk.post(&house, &format!("{form}/steps"), submit).await.is(200);
    let findings = who.get(&house, &format!("{ROSTER}/findings?limit=1000")).await.is(200);
    let findings = findings["items"].as_array().unwrap();
    let difference = findings.iter().find(|f| f["code"] == "T-DIFF-01").unwrap();
    assert_eq!(difference["school"], "3418230001");
    assert!(difference["message"].as_str().unwrap().contains("报表为 5，名册统计为 3"));
    let late = who.post(&house, &format!("{ROSTER}/apply"), json!({})).await.is(200);
    assert_eq!(late["locked"][0]["school"], "3418230001", "{late}");
    assert!(late["locked"][0]["why"].as_str().unwrap().contains("已提交"), "{late}");
}

/// Who comes to teach at a school belongs to another one: a principal sees and writes what the bureau does.
#[rstest]
#[tokio::test]
async fn a_school_counts_those_who_come_from_others(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let Some(house) = House::peopled(kind).await else { return };
    let who = personnel(&house).await;
    let mut rows = everybody();
    // T0005 of school 2 gives PE at school 1.
    rows[5].insert("visits", format!("{}|体育与健康|4", school(1)));
    import(&house, &who, "a", &rows).await;
    let bureau = house.session(&county(), &login(Role::Officer(Department::Evaluation))).await;
    let new = json!({"year": 2024, "title": "基础数据"});
    bureau.post(&house, "/api/collections", new).await.is(201);
    let principal = house.session(&county(), &login(Role::Principal)).await;
    let path = format!("{ROSTER}/counts?school=3418230001");
    let visiting = |counts: &Value| {
        let mut lines = counts.as_array().unwrap().iter();
        lines.find(|line| line["item"] == "teachers_visiting").unwrap()["counted"].clone()
    };
    let theirs = principal.get(&house, &path).await.is(200);
    assert_eq!(visiting(&who.get(&house, &path).await.is(200)), "1");
    assert_eq!(visiting(&theirs), "1");
    let all = principal.get(&house, &format!("{ROSTER}/counts")).await.is(200);
    assert!(all.as_array().unwrap().iter().all(|line| line["school"] == "3418230001"));
    let done = principal.post(&house, &format!("{ROSTER}/apply"), json!({})).await.is(200);
    assert_eq!(done["written"].as_array().unwrap().len(), 1, "{done}");
    let twice = who.post(&house, &format!("{ROSTER}/apply"), json!({"check": true})).await.is(200);
    let written = twice["written"].as_array().unwrap();
    assert!(written.iter().all(|school| school["school"] != "3418230001"), "the same: {twice}");
    let form = principal.get(&house, "/api/submissions/2024/3418230001").await.is(200);
    let groups = form["groups"].as_array().unwrap();
    let mut fields = groups.iter().flat_map(|group| group["fields"].as_array().unwrap());
    let field = fields.find(|field| field["item"] == "teachers_visiting").unwrap();
    assert_eq!(field["value"], "1", "{field}");
    // Whoever comes is not shown: the school sees its own teachers only.
    let behind = format!("{TEACHERS}?item=teachers_visiting");
    assert_eq!(principal.get(&house, &behind).await.is(200)["total"], 0);
    let findings = principal.get(&house, &format!("{ROSTER}/findings?limit=1000")).await.is(200);
    assert!(!findings.to_string().contains("T-DIFF-01"), "{findings}");
}
