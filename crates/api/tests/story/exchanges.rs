//! The four ways of exchange as the bureau and the schools live them; shares and hours worked out by
//! hand.

use crate::fixture::{Answer, Client, House, Kind, county};
use crate::teachers::{Row, import, person, personnel};
use access::Role;
use axum::body::Body;
use axum::http::{Method, header};
use calamine::{Reader as _, Xlsx};
use domain::{Fact, SchoolCode, Stage, Value as Known};
use rstest::rstest;
use serde_json::{Value, json};
use std::io::Cursor;
use store::users::{Grant, GrantScope, NewUser};
use store::{By, ImportAs};

const EXCHANGES: &str = "/api/years/2024/exchanges";

/// The demo county's last year in which the first two primary schools are urban and all others rural,
/// with funds that are known of three schools only. Returns the codes of its primary schools.
pub(crate) async fn schools(house: &House, missing: bool) -> Vec<SchoolCode> {
    let knowledge = house.app.knowledge();
    let attested = knowledge.standard("cn-quality-2017").unwrap().attested();
    let options = demo::Options {
        seed: demo::Options::SEED,
        schools: 12,
        year: demo::Options::YEAR,
        catalogue: &knowledge.catalogue,
        attested: &attested,
    };
    let catalogue = &knowledge.catalogue;
    let mut draft = demo::county(&options).unwrap().into_iter().last().unwrap();
    draft.county.code = county();
    draft.county.name = "青山县".to_owned();
    let origin = draft.origin(domain::Origin::Given { source: "故事".into() });
    let fact = |value| Fact { value, origin };
    let mut codes = Vec::new();
    for school in &mut draft.schools {
        for item in ["training_funds", "operating_budget"] {
            school.facts.remove(catalogue.id(item).unwrap());
        }
        let private = catalogue.id("sponsor").and_then(|id| school.facts.value(id));
        let private = private == Some(&Known::Code("10".into()));
        let primary = school.sections.iter().any(|section| section.stage == Stage::Primary);
        let urban = primary && !private && codes.len() < 2;
        let code = if urban { "111" } else { "220" };
        school.facts.set(catalogue.id("residence").unwrap(), fact(Known::Code(code.into())));
        if primary && !private {
            codes.push(school.code.clone());
        }
        // Of the first: 4 of 80 is exactly five per cent; of the second less; of the third nothing is
        // known of what it spends; of all others nothing at all.
        let funds = match codes.iter().position(|known| *known == school.code) {
            Some(0) => vec![("training_funds", 4), ("operating_budget", 80)],
            Some(1) => vec![("training_funds", 3), ("operating_budget", 80)],
            Some(2) => vec![("operating_budget", 80)],
            _ => vec![],
        };
        for (item, amount) in funds {
            school.facts.set(catalogue.id(item).unwrap(), fact(Known::Number(amount.into())));
        }
    }
    if missing {
        let third = draft.schools.iter_mut().find(|school| school.code == codes[2]).unwrap();
        third.facts.remove(catalogue.id("residence").unwrap());
    }
    let snapshot = draft.seal(catalogue).unwrap();
    let by = By::new("审核人", house.now());
    house.app.store().import(&snapshot, catalogue, ImportAs::Approved, &by).await.unwrap();
    codes
}

/// Ten full-time teachers at each urban school, five at the third; a principal at the first.
pub(crate) fn rows(codes: &[SchoolCode]) -> Vec<Row> {
    let at = |n: usize| {
        if n < 10 {
            0
        } else if n < 20 {
            1
        } else {
            2
        }
    };
    let mut rows: Vec<Row> = (0..25)
        .map(|n| {
            let mut row = person(n, 1);
            row.insert("school", codes[at(n)].to_string());
            row
        })
        .collect();
    // T0001 and T0002 can lead; T0020 and T0021 are young.
    for n in [1, 2] {
        rows[n].insert("rank", "副高级".to_owned());
        rows[n].insert("backbone", "县级".to_owned());
        rows[n].insert("backbone_basis", "县教〔2020〕3号".to_owned());
    }
    for n in [21, 22] {
        rows[n].insert("hired", "2023-08-01".to_owned());
        rows[n].insert("arrived", "2023-08-01".to_owned());
    }
    rows[3].insert("role", "校长".to_owned());
    rows
}

/// A clerk of a school.
pub(crate) async fn clerk(house: &House, name: &str, school: &SchoolCode) -> Client {
    let grant = Grant {
        role: Role::Clerk.code(),
        scope: GrantScope::School(school.to_string()),
        from: None,
        to: None,
    };
    let user = NewUser {
        login: name.to_owned(),
        name: format!("填报{name}"),
        password: None,
        must_change: false,
        grants: vec![grant],
    };
    let by = By::new("开办", house.now());
    house.app.store().add_users(&county(), &[user], &by).await.unwrap();
    house.session(&county(), name).await
}

fn rotation(teacher: &str, to: &SchoolCode) -> Value {
    json!({"way": "rotation", "begins": "2024-09-01", "ends": "2025-06-30", "hours": "40",
        "giver": {"teacher": teacher}, "takers": [{"school": to}], "note": "王小明带队"})
}

fn figure<'a>(summary: &'a Value, code: &str) -> &'a Value {
    let figures = summary["figures"].as_array().unwrap();
    figures.iter().find(|figure| figure["code"] == code).unwrap()
}

async fn begin(house: &House, who: &Client, id: &Value, version: i64) -> Value {
    let body = json!({"act": "start", "version": version});
    who.post(house, &format!("/api/exchanges/{id}/steps"), body).await.is(200)
}

#[rstest]
#[tokio::test]
async fn a_record_from_its_begin_to_its_grade(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let Some(house) = House::peopled(kind).await else { return };
    let codes = schools(&house, false).await;
    let who = personnel(&house).await;
    // Without a roster no teacher is known.
    let early = who.post(&house, EXCHANGES, rotation("T0001", &codes[2])).await;
    assert_eq!(early.status, 409);
    import(&house, &who, "a", &rows(&codes)).await;

    let made = who.post(&house, EXCHANGES, rotation("T0001", &codes[2])).await.is(201);
    assert_eq!((&made["state_zh"], &made["made_zh"]), (&json!("计划"), &json!("登记")));
    assert_eq!((&made["stage"], &made["giver"]["side"]), (&json!("primary"), &json!("urban")));
    let masked = made["giver"]["person"].as_str().unwrap();
    assert!(masked.contains('*') && !made.to_string().contains("钰璁"), "{made}");
    assert_eq!(made["note"], "王小明带队");
    let id = made["id"].clone();
    let path = format!("/api/exchanges/{id}");

    // The school that takes the teacher sees the record and enters its hours; a third does not see it.
    let taker = clerk(&house, "taker", &codes[2]).await;
    let other = clerk(&house, "other", &codes[3]).await;
    assert_eq!(taker.get(&house, EXCHANGES).await.is(200)["items"].as_array().unwrap().len(), 1);
    assert_eq!(other.get(&house, EXCHANGES).await.is(200)["items"], json!([]));
    other.get(&house, &path).await.is(404);
    let entry = json!({"day": "2024-10-08", "hours": "1.5", "what": "音乐课"});
    let entries = format!("{path}/entries");
    assert_eq!(taker.post(&house, &entries, entry.clone()).await.status, 409, "not begun");
    begin(&house, &who, &id, 1).await;
    let seen = taker.post(&house, &entries, entry.clone()).await.is(201);
    assert_eq!((&seen["given"], &seen["editable"]), (&json!("1.5"), &json!(false)));
    assert_eq!(seen["days"][0]["school"], json!(codes[2]));
    other.post(&house, &entries, entry.clone()).await.is(404);
    taker.post(&house, &format!("{path}/steps"), json!({"act": "end", "version": 3})).await.is(403);
    who.post(&house, &entries, json!({"day": "2024-10-09", "hours": "2"})).await.is(201);
    // What the bureau has entered a school does not take back.
    taker.send(&house, Method::DELETE, &format!("{entries}/2"), &json!({})).await.is(404);
    taker.send(&house, Method::DELETE, &format!("{entries}/1"), &json!({})).await.is(200);

    // Rubbish.
    for (body, field) in [
        (json!({"day": "2024-08-31", "hours": "1"}), "day"),
        (json!({"day": "2025-06-30", "hours": "25"}), "hours"),
        (json!({"day": "2024-10-08", "hours": "很多"}), "hours"),
        (json!({"day": "2024-10-08", "hours": ""}), "hours"),
    ] {
        let answer = who.post(&house, &entries, body).await.is(422);
        assert_eq!(answer["fields"][0]["field"], field, "{answer}");
    }
    let step = async |body: Value| who.post(&house, &format!("{path}/steps"), body).await;
    assert_eq!(
        step(json!({"act": "void", "version": 5})).await.is(422)["fields"][0]["field"],
        "reason"
    );
    let version = who.get(&house, &path).await.is(200)["version"].as_i64().unwrap();
    step(json!({"act": "end", "version": version})).await.is(200);
    let graded = |grade: &str| json!({"act": "assess", "grade": grade, "version": version + 1});
    assert_eq!(step(graded("很好")).await.is(422)["fields"][0]["field"], "grade");
    let done = step(graded("优秀")).await.is(200);
    assert_eq!((&done["state"], &done["grade"]), (&json!("assessed"), &json!("优秀")));
    assert_eq!(
        done["may"],
        json!([{"act": "reopen", "act_zh": "退回上一步", "needs_reason": true,
        "needs_grade": false}])
    );
    let stale = json!({"agreed": rotation("T0001", &codes[2]), "version": 1});
    assert_eq!(who.send(&house, Method::PATCH, &path, &stale).await.status, 409);

    // Nothing that was written freely, and no name, is in the audit.
    let auditor = house.session(&county(), "auditor").await;
    let audit = auditor.get(&house, "/api/audit?limit=1000").await.is(200).to_string();
    assert!(audit.contains("推进交流") && audit.contains("T0001"));
    assert!(!audit.contains("王小明") && !audit.contains("音乐课") && !audit.contains("淳于"));
}

#[tokio::test]
async fn what_cannot_be_is_refused_at_its_field() {
    let house = House::peopled(Kind::Sqlite).await.unwrap();
    let codes = schools(&house, false).await;
    let who = personnel(&house).await;
    import(&house, &who, "a", &rows(&codes)).await;
    let base = |way: &str, giver: Value, takers: Value| {
        json!({"way": way, "begins": "2024-09-01", "ends": "2025-06-30", "giver": giver,
            "takers": takers})
    };
    let school = |n: usize| json!({"school": codes[n]});
    let teacher = |n: &str| json!({"teacher": n});
    for (body, field) in [
        (base("support", school(0), json!([school(0)])), "takers.0"),
        (base("support", teacher("T0001"), json!([school(1)])), "giver"),
        (base("support", school(0), json!([])), "takers"),
        (base("rotation", teacher("T0001"), json!([school(0)])), "takers.0"),
        (base("rotation", teacher("T9999"), json!([school(2)])), "giver"),
        (base("rotation", teacher("34009919840312001X"), json!([school(2)])), "giver"),
        (base("mentoring", teacher("T0001"), json!([teacher("T0001")])), "takers.0"),
        (
            base("mentoring", teacher("T0001"), json!([teacher("T0021"), teacher("T0021")])),
            "takers.1",
        ),
        (base("lecture", teacher("T0001"), json!([])), "audience"),
        (base("support", json!({"school": "3418239999"}), json!([school(1)])), "giver"),
    ] {
        let answer = who.post(&house, EXCHANGES, body.clone()).await.is(422);
        let fields: Vec<&Value> =
            answer["fields"].as_array().unwrap().iter().map(|f| &f["field"]).collect();
        assert!(fields.contains(&&json!(field)), "{body} {answer}");
        // What was typed in the place of a number may be an identity number.
        assert!(!answer.to_string().contains("34009919"), "{answer}");
    }
    let mut body = base("support", school(0), json!([school(2)]));
    for (key, value, field) in [
        ("begins", json!("2026-09-01"), "begins"),
        ("ends", json!("2024-01-01"), "ends"),
        ("hours", json!("-3"), "hours"),
        ("subject", json!("炼丹"), "subject"),
        ("stage", json!("senior"), "stage"),
        ("evidence", json!(77), "evidence"),
        ("note", json!("长".repeat(1_001)), "note"),
    ] {
        let kept = body[key].clone();
        body[key] = value;
        let answer = who.post(&house, EXCHANGES, body.clone()).await.is(422).to_string();
        assert!(answer.contains(&format!("\"field\":\"{field}\"")), "{key}: {answer}");
        if kept.is_null() {
            body.as_object_mut().unwrap().remove(key);
        } else {
            body[key] = kept;
        }
    }
    who.post(&house, EXCHANGES, json!({"way": "kidnap"})).await.is(422);
    who.post(&house, EXCHANGES, json!({"name": "淳于钰璁"})).await.is(422);
    let made = who.post(&house, EXCHANGES, body.clone()).await.is(201);
    // A school or an officer of another room makes none.
    for login in ["principal", "clerk", "officer-evaluation", "leader"] {
        let other = house.session(&county(), login).await;
        other.post(&house, EXCHANGES, body.clone()).await.is(403);
    }
    let path = format!("/api/exchanges/{}", made["id"]);
    who.send(&house, Method::DELETE, &path, &json!({})).await.is(428);
    who.send(&house, Method::DELETE, &format!("{path}?version=1"), &json!({})).await.is(204);
}

#[rstest]
#[tokio::test]
async fn shares_are_exact_and_nobody_counts_twice(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let Some(house) = House::peopled(kind).await else { return };
    let codes = schools(&house, false).await;
    let who = personnel(&house).await;
    let summary = async || who.get(&house, &format!("{EXCHANGES}/summary")).await.is(200);
    let none = summary().await;
    assert_eq!(figure(&none, "share")["value"], Value::Null);
    assert_eq!(figure(&none, "share")["why_missing"], "没有本学年的教师名册");
    import(&house, &who, "a", &rows(&codes)).await;
    // 20 full-time teachers of urban schools, none of them elsewhere: known to be none.
    let share = figure(&summary().await, "share").clone();
    assert_eq!(
        (&share["value"], &share["met"], &share["target"]),
        (&json!("0"), &json!(false), &json!("0.1"))
    );

    // One record that only is planned does not count; begun it is 1 of 20.
    let made = who.post(&house, EXCHANGES, rotation("T0001", &codes[2])).await.is(201);
    assert_eq!(figure(&summary().await, "share")["value"], "0");
    begin(&house, &who, &made["id"], 1).await;
    assert_eq!(figure(&summary().await, "share")["value"], "0.05");
    // A record from country to country does not count, nor one within the town.
    let inward = who.post(&house, EXCHANGES, rotation("T0020", &codes[3])).await.is(201);
    begin(&house, &who, &inward["id"], 1).await;
    let within = who.post(&house, EXCHANGES, rotation("T0005", &codes[1])).await.is(201);
    begin(&house, &who, &within["id"], 1).await;
    assert_eq!(figure(&summary().await, "teachers")["value"], "1");
    // The roster knows the same stay of T0001, and one of T0002: 2 of 20 is the ten per cent.
    let mut people = rows(&codes);
    for n in [1, 2] {
        people[n].insert("exchanges", format!("2024|{}|{}|任教交流", codes[0], codes[2]));
    }
    people[4].insert("exchanges", format!("2023|{}|{}|任教交流", codes[0], codes[2]));
    import(&house, &who, "b", &people).await;
    let found = summary().await;
    assert_eq!(
        (&figure(&found, "share")["value"], &figure(&found, "share")["met"]),
        (&json!("0.1"), &json!(true))
    );
    assert_eq!(figure(&found, "share")["detail"], "城区公办学校专任教师 20 人，其中交流 2 人");
    assert_eq!(figure(&found, "teachers")["value"], "2");

    // Pairs of schools and mentors, beside what the county has set itself.
    let pair = |from: usize, to: usize| {
        json!({"way": "support", "stage": "primary", "begins": "2024-09-01", "ends": "2025-06-30",
            "giver": {"school": codes[from]}, "takers": [{"school": codes[to]}]})
    };
    for (from, to) in [(0, 2), (0, 3), (1, 3)] {
        let made = who.post(&house, EXCHANGES, pair(from, to)).await.is(201);
        begin(&house, &who, &made["id"], 1).await;
    }
    let mentoring = json!({"way": "mentoring", "subject": "mathematics", "begins": "2024-09-01",
        "ends": "2025-06-30", "giver": {"teacher": "T0001"},
        "takers": [{"teacher": "T0021"}, {"teacher": "T0022"}]});
    let made = who.post(&house, EXCHANGES, mentoring).await.is(201);
    begin(&house, &who, &made["id"], 1).await;
    let targets = format!("{EXCHANGES}/targets");
    let set = json!({"pairs": 4, "mentors": 1, "teachers": null, "version": 0});
    let found = who.send(&house, Method::PUT, &targets, &set).await.is(200);
    let value = |code: &str| figure(&found, code)["value"].clone();
    assert_eq!(
        [value("pairs"), value("pair_urban"), value("pair_rural")],
        [json!("3"), json!("2"), json!("2")]
    );
    assert_eq!([value("mentors"), value("mentor_pairs")], [json!("1"), json!("2")]);
    assert_eq!(
        (&figure(&found, "pairs")["met"], &figure(&found, "mentors")["met"]),
        (&json!(false), &json!(true))
    );
    assert_eq!(figure(&found, "teachers")["met"], Value::Null);
    who.send(&house, Method::PUT, &targets, &set).await.is(409);
    let ways = found["ways"].as_array().unwrap();
    assert_eq!(
        (&ways[1]["zh"], &ways[1]["running"], &ways[1]["hours"]),
        (&json!("任教交流"), &json!(3), &json!("120"))
    );
    assert_eq!((&ways[0]["hours_missing"], &ways[0]["schools"]), (&json!(3), &json!(4)));
    // By township the same records, each once.
    let records: i64 =
        found["schools"].as_array().unwrap().iter().map(|s| s["gives"].as_i64().unwrap()).sum();
    assert_eq!(records, 7);

    // A school sees its own part and no figure of the county.
    let taker = clerk(&house, "taker", &codes[2]).await;
    let own = taker.get(&house, &format!("{EXCHANGES}/summary")).await.is(200);
    assert_eq!(
        (own["figures"].as_array().unwrap().len(), own["schools"].as_array().unwrap().len()),
        (0, 1)
    );
    // The workbook is what an import reads.
    let book = who.get(&house, &format!("{EXCHANGES}.xlsx")).await;
    assert_eq!(book.status, 200);
    let mut file = Xlsx::new(Cursor::new(book.bytes.clone())).unwrap();
    let sheet = file.worksheet_range("交流记录").unwrap();
    // A title, the year with county and unit, the headings, and the records.
    assert_eq!(sheet.height(), 10);
    let line = |row: u32| sheet.get_value((row, 0)).unwrap().to_string();
    assert!(line(0).ends_with("校际交流记录"), "{}", line(0));
    assert!(line(1).starts_with("2024/2025 学年") && line(1).contains("单位：学时"), "{}", line(1));
    assert_eq!(line(2), "方式");
    assert!(!sheet.rows().flatten().any(|cell| cell.to_string().contains("钰璁")));
    let again = upload(&house, &who, &book.bytes, "").await.is(200);
    assert_eq!((&again["rows"], &again["added"]), (&json!(7), &json!([])));
    let problems = again["problems"].as_array().unwrap();
    assert!(problems.iter().all(|p| p["message"].as_str().unwrap().contains("重复")), "{again}");
    assert_eq!(problems.len(), 7);
}

#[tokio::test]
async fn who_moved_with_the_roll_counts_where_he_came_from() {
    let house = House::peopled(Kind::Sqlite).await.unwrap();
    let codes = schools(&house, false).await;
    let who = personnel(&house).await;
    let mut people = rows(&codes);
    // Two of the twenty went outwards and stand at the new school already; one came in from outside.
    for n in [1, 2] {
        people[n].insert("school", codes[2].to_string());
        people[n].insert("exchanges", format!("2024|{}|{}|任教交流", codes[0], codes[2]));
    }
    people[20].insert("school", codes[0].to_string());
    people[20].insert("exchanges", format!("2024|{}|{}|任教交流", codes[2], codes[0]));
    import(&house, &who, "a", &people).await;
    let found = who.get(&house, &format!("{EXCHANGES}/summary")).await.is(200);
    let share = figure(&found, "share");
    assert_eq!(share["detail"], "城区公办学校专任教师 20 人，其中交流 2 人", "{share}");
    assert_eq!((&share["value"], &share["met"]), (&json!("0.1"), &json!(true)));
}

#[tokio::test]
async fn a_share_is_missing_where_a_school_has_no_side() {
    let house = House::peopled(Kind::Sqlite).await.unwrap();
    let codes = schools(&house, true).await;
    let who = personnel(&house).await;
    import(&house, &who, "a", &rows(&codes)).await;
    let found = who.get(&house, &format!("{EXCHANGES}/summary")).await.is(200);
    let share = figure(&found, "share");
    assert_eq!((&share["value"], &share["met"]), (&Value::Null, &Value::Null));
    assert!(share["why_missing"].as_str().unwrap().ends_with("没有“城乡类型”"), "{share}");
    let made = who.post(&house, EXCHANGES, rotation("T0001", &codes[2])).await.is(201);
    begin(&house, &who, &made["id"], 1).await;
    let found = who.get(&house, &format!("{EXCHANGES}/summary")).await.is(200);
    assert_eq!(figure(&found, "teachers")["value"], Value::Null);
    assert_eq!(figure(&found, "pairs")["value"], "0");
}

async fn upload(house: &House, who: &Client, bytes: &[u8], query: &str) -> Answer {
    let mut body = b"--xyz\r\ncontent-disposition: form-data; name=\"file\"; \
        filename=\"exchanges.xlsx\"\r\n\r\n"
        .to_vec();
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--xyz--\r\n");
    let request = who
        .request(Method::POST, &format!("{EXCHANGES}/import{query}"))
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=xyz");
    house.send(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn a_list_comes_in_as_a_whole_or_not_at_all() {
    let house = House::peopled(Kind::Sqlite).await.unwrap();
    let codes = schools(&house, false).await;
    let who = personnel(&house).await;
    import(&house, &who, "a", &rows(&codes)).await;
    let head = "方式,学段,学科,开始日期,结束日期,约定学时,派出学校,派出教师编号,接受学校,接受教师编号,听讲对象\n";
    let (one, three) = (&codes[0], &codes[2]);
    let good = format!(
        "{head}对口帮扶,小学,,2024-09-01,2025-06-30,,{one},,{three},,\n\
         名师带徒,,数学,2024/9/1,2025年6月30日,40,,T0001,,T0021、T0022,\n\
         名师讲学,小学,,2024.10.12,2024-10-12,3,,T0002,,,全县小学数学教师\n"
    );
    let bad = good.replace("T0022", "T7777").replace("2024.10.12", "十月") + "轮换,,,,,,,,,,\n";
    let refused = upload(&house, &who, bad.as_bytes(), "").await.is(200);
    assert_eq!((&refused["rows"], &refused["added"]), (&json!(4), &json!([])));
    let at: Vec<(i64, &str)> = refused["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| (p["row"].as_i64().unwrap(), p["column"].as_str().unwrap()))
        .collect();
    assert_eq!(at, [(3, "接受教师编号"), (4, "开始日期"), (5, "方式")]);
    assert_eq!(who.get(&house, EXCHANGES).await.is(200)["items"], json!([]));
    // A row that stands in the file twice.
    let twice = format!("{good}名师带徒,,数学,2024-09-01,2025-06-30,40,,T0001,,T0022,\n");
    let refused = upload(&house, &who, twice.as_bytes(), "").await.is(200);
    assert_eq!(refused["added"], json!([]), "{refused}");
    assert_eq!(refused["problems"][0]["row"], 5);
    assert_eq!(refused["problems"][0]["message"], "与第 3 行重复；请删去这一行");
    let checked = upload(&house, &who, good.as_bytes(), "?check=true").await.is(200);
    assert_eq!((&checked["problems"], &checked["added"]), (&json!([]), &json!([])));
    let done = upload(&house, &who, good.as_bytes(), "").await.is(200);
    assert_eq!(done["added"], json!([1, 2, 3]));
    let found = who.get(&house, &format!("{EXCHANGES}?way=mentoring&school={three}")).await.is(200);
    assert_eq!(found["items"][0]["takers"].as_array().unwrap().len(), 2);
    assert_eq!(found["items"][0]["made_zh"], "导入");
    for rubbish in [&b""[..], b"PK\x03\x04 no book", "姓名,电话\n张三,1\n".as_bytes()] {
        assert_eq!(upload(&house, &who, rubbish, "").await.status, 422);
    }
}
