//! Proposed pairs, the terms of principals, and training from a proposal to the hours it gives; funds
//! and hours worked out by hand.

use crate::exchanges::{clerk, rows, schools};
use crate::fixture::{Client, House, Kind, county, login};
use crate::teachers::{import, personnel};
use access::{Department, Role};
use axum::http::Method;
use calamine::{Reader as _, Xlsx};
use domain::SchoolCode;
use rstest::rstest;
use serde_json::{Value, json};
use std::io::Cursor;

const TRAININGS: &str = "/api/years/2024/trainings";

#[tokio::test]
async fn proposed_pairs_become_records_once() {
    let house = House::peopled(Kind::Sqlite).await.unwrap();
    let codes = schools(&house, false).await;
    let who = personnel(&house).await;
    import(&house, &who, "a", &rows(&codes)).await;
    let pairings = "/api/years/2024/pairings";
    let asked = json!({"kind": "mentors", "each": 1, "km": "500", "young": 3, "outward": true});
    let found = who.post(&house, pairings, asked.clone()).await.is(200);
    assert_eq!(found["proved"], true);
    let pairs = found["pairs"].as_array().unwrap();
    // T0021 and T0022 teach mathematics at a rural school; T0001 and T0002 lead in town.
    assert_eq!((pairs.len(), found["unpaired"].as_array().unwrap().len()), (2, 0), "{found}");
    assert!(pairs[0]["reason"].as_str().unwrap().contains("县级骨干"), "{found}");
    assert!(pairs[0]["giver"]["person"].as_str().unwrap().contains('*'));
    let narrow = json!({"kind": "mentors", "each": 1, "km": "1", "outward": true});
    let far = who.post(&house, pairings, narrow).await.is(200);
    assert!(far["unpaired"][0]["why"].as_str().unwrap().contains("公里"), "{far}");
    for (body, field) in [
        (json!({"kind": "mentors", "each": 0}), "each"),
        (json!({"kind": "schools", "km": "很近"}), "km"),
        (json!({"kind": "mentors", "young": 99}), "young"),
    ] {
        assert_eq!(who.post(&house, pairings, body).await.is(422)["fields"][0]["field"], field);
    }
    let records: Vec<Value> = pairs
        .iter()
        .map(|pair| {
            json!({"way": "mentoring", "stage": pair["stage"], "subject": pair["subject"],
                "begins": "2024-09-01", "ends": "2025-06-30",
                "giver": {"teacher": pair["giver"]["teacher"]},
                "takers": [{"teacher": pair["taker"]["teacher"]}]})
        })
        .collect();
    let accept = format!("{pairings}/accept");
    let mut broken = records.clone();
    broken[1]["ends"] = json!("2020-01-01");
    let refused = who.post(&house, &accept, json!({"records": broken})).await.is(422);
    assert_eq!(refused["fields"][0]["field"], "records.1.ends");
    // The same pair twice is one too many, and nothing is kept.
    let twice = json!({"records": [records[0], records[1], records[0]]});
    let refused = who.post(&house, &accept, twice).await.is(422);
    assert_eq!(refused["fields"][0]["field"], "records.2", "{refused}");
    let added = who.post(&house, &accept, json!({"records": records})).await.is(201);
    assert_eq!(added["added"], json!([1, 2]));
    // The same again is told, in the proposal and when it is accepted.
    let again = who.post(&house, pairings, asked).await.is(200);
    assert_eq!(again["pairs"][0]["exists"], 1);
    assert_eq!(who.post(&house, &accept, json!({"records": records})).await.status, 409);
    // Withdrawn before it has begun.
    who.send(&house, Method::DELETE, "/api/exchanges/1?version=1", &json!({})).await.is(204);
    let schools = who.post(&house, pairings, json!({"kind": "schools"})).await.is(200);
    assert!(schools["pairs"].is_array() && schools["proved"] == true, "{schools}");
}

#[tokio::test]
async fn terms_and_vacancies_follow_from_the_roster() {
    let house = House::peopled(Kind::Sqlite).await.unwrap();
    let codes = schools(&house, false).await;
    let who = personnel(&house).await;
    let path = "/api/years/2024/principals";
    let none = who.get(&house, path).await.is(200);
    assert_eq!((&none["roster"], &none["vacancies"]), (&json!(false), &json!([])));
    let mut people = rows(&codes);
    people[3].insert("exchanges", format!("2018|{}|{}|调任", codes[1], codes[0]));
    people[3].insert("appointed", "2012-08-15".to_owned());
    people[12].insert("role", "副校长".to_owned());
    people[12].remove("arrived");
    import(&house, &who, "a", &people).await;
    let found = who.get(&house, path).await.is(200);
    // Come in August 2012, counted on 1 September 2024: twelve years, the fifth term of three years.
    let first = &found["terms"][0];
    assert_eq!(
        [&first["teacher"], &first["years"], &first["term"], &first["left"]],
        [&json!("T0003"), &json!(12), &json!(5), &json!(-6)]
    );
    assert_eq!(first["history"][0]["kind_zh"], "调动");
    assert_eq!(
        [&found["due"], &found["unknown"], &found["share"]],
        [&json!(1), &json!(1), &json!("0.5")]
    );
    let vacant: Vec<&str> = found["vacancies"]
        .as_array()
        .unwrap()
        .iter()
        .map(|v| v["school"].as_str().unwrap())
        .collect();
    assert!(!vacant.contains(&codes[0].as_str()) && vacant.contains(&codes[1].as_str()));
    // A place for the one who must move: one of the schools without a principal.
    let moves = who.get(&house, &format!("{path}/moves")).await.is(200);
    assert_eq!(
        moves["moves"].as_array().unwrap().len() + moves["stays"].as_array().unwrap().len(),
        1
    );
    assert_eq!(moves["moves"][0]["teacher"], "T0003", "{moves}");
    assert!(moves["moves"][0]["person"].as_str().unwrap().contains('*'));
    let taker = clerk(&house, "taker", &codes[2]).await;
    let own = taker.get(&house, path).await.is(200);
    assert_eq!((&own["terms"], own["vacancies"].as_array().unwrap().len()), (&json!([]), 1));
    taker.get(&house, &format!("{path}/moves")).await.is(403);
    // The workbook is that of the command line: title, year and unit, notes; moves for the bureau only.
    let book = who.get(&house, &format!("{path}.xlsx")).await;
    let mut book = Xlsx::new(Cursor::new(book.bytes)).unwrap();
    assert_eq!(book.sheet_names(), ["任期", "空缺", "交流建议", "没有安排"]);
    let terms = cells(&mut book, "任期");
    assert!(terms[0][0].ends_with("义务教育学校校长任期一览"), "{terms:?}");
    assert!(terms[1].concat().contains("2024/2025 学年") && terms[1].concat().contains("单位"));
    assert_eq!((terms[3][0].as_str(), terms[3][7].as_str()), ("T0003", "已超 6 年"));
    assert!(terms[3][9].starts_with("2018/2019 ") && terms[3][9].ends_with("（调动）"));
    assert!(terms.last().unwrap()[0].contains("没有校长的学校"), "{terms:?}");
    assert_eq!(cells(&mut book, "空缺").len(), 3 + vacant.len());
    let book = taker.get(&house, &format!("{path}.xlsx")).await;
    let book = Xlsx::new(Cursor::new(book.bytes)).unwrap();
    assert_eq!(book.sheet_names(), ["任期", "空缺"]);
}

/// The cells of a sheet.
fn cells(book: &mut Xlsx<Cursor<Vec<u8>>>, sheet: &str) -> Vec<Vec<String>> {
    let range = book.worksheet_range(sheet).unwrap();
    range.rows().map(|row| row.iter().map(ToString::to_string).collect()).collect()
}

fn project(own: Option<&SchoolCode>, level: &str) -> Value {
    json!({"school": own, "title": "作业设计", "provider": "县教师发展中心", "level": level,
        "begins": "2024-10-08", "ends": "2024-10-12", "days": "5", "hours": "40", "funds": "12.5",
        "seats": 3, "note": "主讲王小明"})
}

#[rstest]
#[tokio::test]
async fn training_from_proposal_to_credit(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let Some(house) = House::peopled(kind).await else { return };
    let codes = schools(&house, false).await;
    let who = personnel(&house).await;
    let short = "/api/years/2024/training/shortfalls";
    assert_eq!(who.get(&house, short).await.is(200)["roster"], false);
    // Everybody has 120 hours of the county in 2020, 2021 and 2022.
    import(&house, &who, "a", &rows(&codes)).await;
    let taker = clerk(&house, "taker", &codes[2]).await;

    // A school proposes its own, nothing else.
    taker.post(&house, TRAININGS, project(None, "county")).await.is(422);
    taker.post(&house, TRAININGS, project(Some(&codes[0]), "school")).await.is(422);
    let own = taker.post(&house, TRAININGS, project(Some(&codes[2]), "school")).await.is(201);
    assert_eq!(
        (&own["state_zh"], &own["editable"], &own["may"]),
        (&json!("已申报"), &json!(true), &json!([]))
    );
    let other = clerk(&house, "other", &codes[3]).await;
    assert_eq!(other.get(&house, TRAININGS).await.is(200)["items"], json!([]));
    let made = who.post(&house, TRAININGS, project(None, "county")).await.is(201);
    let path = format!("/api/trainings/{}", made["id"]);
    taker.send(&house, Method::DELETE, &format!("{path}?version=1"), &json!({})).await.is(404);
    let step = async |body: Value| who.post(&house, &format!("{path}/steps"), body).await;
    step(json!({"act": "accept", "version": 1})).await.is(409);
    step(json!({"act": "refuse", "version": 1})).await.is(422);
    step(json!({"act": "review", "reward": "3", "version": 1})).await.is(422);
    step(json!({"act": "review", "version": 1})).await.is(200);
    step(json!({"act": "start", "version": 2})).await.is(200);
    taker
        .post(&house, &format!("{path}/steps"), json!({"act": "accept", "version": 3}))
        .await
        .is(403);

    // People: by the bureau all, by a school its own, with no more hours than the project has.
    let people = format!("{path}/people");
    let put = |list: Value, version: i64| json!({"put": list, "version": version});
    let sent =
        async |who: &Client, body: Value| who.send(&house, Method::PUT, &people, &body).await;
    let long = put(json!([{"teacher": "T0001", "hours": "41"}]), 3);
    assert_eq!(sent(&who, long).await.is(422)["fields"][0]["field"], "put.0.hours");
    let foreign = put(json!([{"teacher": "T0001", "hours": "40"}]), 3);
    sent(&taker, foreign).await.is(422);
    sent(&taker, put(json!([{"teacher": "T0021", "hours": "40"}]), 3)).await.is(200);
    let two = json!([{"teacher": "T0001", "hours": "40"}, {"teacher": "T0002", "hours": null}]);
    let seen = sent(&who, put(two, 4)).await.is(200);
    assert_eq!(seen["persons"].as_array().unwrap().len(), 3);
    assert_eq!(taker.get(&house, &path).await.is(200)["persons"].as_array().unwrap().len(), 1);
    let full = put(json!([{"teacher": "T0005", "hours": "40"}]), 5);
    assert!(sent(&who, full).await.is(422).to_string().contains("名额"));
    // A school has no seats by striking out the people of another.
    let greedy = json!({"put": [{"teacher": "T0020", "hours": "40"}], "remove": ["T0001"],
        "version": 5});
    assert!(sent(&taker, greedy).await.is(422).to_string().contains("名额"));

    // 2021–2025: the roster has 240; nobody has 360, and the hours count once it is accepted.
    let cycle = format!("{short}?from=2021");
    let before = who.get(&house, &cycle).await.is(200);
    assert_eq!(
        [&before["teachers"], &before["short"], &before["years_left"]],
        [&json!(25), &json!(25), &json!(2)]
    );
    let row = |view: &Value, number: &str| {
        view["items"]
            .as_array()
            .unwrap()
            .iter()
            .find(|row| row["teacher"] == number)
            .unwrap()
            .clone()
    };
    assert_eq!(row(&before, "T0001")["missing"], "120");
    step(json!({"act": "accept", "reward": "2.5", "version": 5})).await.is(200);
    let after = who.get(&house, &cycle).await.is(200);
    let first = row(&after, "T0001");
    assert_eq!(
        [
            &first["roster"],
            &first["credited"],
            &first["hours"],
            &first["missing"],
            &first["a_year"]
        ],
        [&json!("240"), &json!("40"), &json!("280"), &json!("80"), &json!("40")]
    );
    // Hours that were not told credit nothing.
    assert_eq!(row(&after, "T0002")["credited"], "0");
    // 2020–2024: 360 are there, nobody lacks any.
    assert_eq!(who.get(&house, short).await.is(200)["short"], 0);
    who.get(&house, &format!("{short}?from=1990")).await.is(422);
    // The roster names county hours of 2024 itself: the project is not added to them, and it is said.
    let mut with = rows(&codes);
    with[1].insert("training", "2021|县级|120；2022|县级|120；2024|县级|30".to_owned());
    // Who has moved takes the hours along to the new school.
    with[21].insert("school", codes[3].to_string());
    import(&house, &who, "b", &with).await;
    let moved = row(&other.get(&house, &cycle).await.is(200), "T0021");
    assert_eq!([&moved["credited"], &moved["hours"]], [&json!("40"), &json!("280")], "{moved}");
    let twice = row(&who.get(&house, &cycle).await.is(200), "T0001");
    assert_eq!(
        [&twice["hours"], &twice["credited"], &twice["left_out"]],
        [&json!("270"), &json!("0"), &json!(["作业设计"])]
    );

    // Funds: 4 of 80 is enough, 3 of 80 is not; what is missing is neither.
    let funds = who.get(&house, "/api/years/2024/training/funds").await.is(200);
    assert_eq!([&funds["enough"], &funds["short"]], [&json!(1), &json!(1)]);
    assert!(funds["unknown"].as_i64().unwrap() >= 8);
    let of = |code: &SchoolCode| {
        funds["schools"]
            .as_array()
            .unwrap()
            .iter()
            .find(|s| s["school"] == json!(code))
            .unwrap()
            .clone()
    };
    assert_eq!((&of(&codes[0])["share"], &of(&codes[0])["enough"]), (&json!("0.05"), &json!(true)));
    assert_eq!(
        (&of(&codes[1])["share"], &of(&codes[1])["enough"]),
        (&json!("0.0375"), &json!(false))
    );
    assert_eq!((&of(&codes[2])["share"], &of(&codes[2])["enough"]), (&Value::Null, &Value::Null));
    assert_eq!((&funds["training"], &funds["share"]), (&Value::Null, &Value::Null));
    let level = |code: &str| {
        funds["levels"].as_array().unwrap().iter().find(|l| l["level"] == code).unwrap().clone()
    };
    assert_eq!(
        [&level("county")["funds"], &level("county")["reward"], &level("county")["accepted"]],
        [&json!("12.5"), &json!("2.5"), &json!(1)]
    );
    let book = who.get(&house, "/api/years/2024/training.xlsx?from=2021").await;
    let mut book = Xlsx::new(Cursor::new(book.bytes)).unwrap();
    assert_eq!(book.sheet_names(), ["培训项目", "学时缺口", "完成情况", "培训经费"]);
    let short = cells(&mut book, "学时缺口");
    assert!(
        short[0][0].ends_with("教师培训学时缺口名单") && short[1].concat().contains("单位：学时")
    );
    let first = short.iter().find(|row| row[0] == "T0001").unwrap();
    assert_eq!(first[3..7], ["270", "0", "270", "90"]);
    assert!(first[8].ends_with("没有另计：作业设计"), "{first:?}");
    assert!(short.last().unwrap()[0].contains("2021—2025"), "{short:?}");
    assert!(cells(&mut book, "培训项目").iter().any(|row| row[0] == "作业设计"));
    let officer = house.session(&county(), &login(Role::Officer(Department::Aid))).await;
    officer.post(&house, TRAININGS, project(None, "county")).await.is(403);
}
