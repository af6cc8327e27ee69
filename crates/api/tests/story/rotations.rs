//! A rotation from the roster to the last return, with what can go wrong in between.

use crate::fixture::{Client, House, Kind, config, county, login};
use crate::staffed::{
    DAY, Known, YEAR, at_school, begun, judged, list, nameless, over, path, run, schools, staff,
    staffed, step, text, until, version,
};
use crate::teachers::personnel;
use access::{Department, Role};
use api::Solvers;
use api::jobs::Runner;
use axum::body::Body;
use axum::http::{Method, header};
use calamine::{Reader as _, Xlsx};
use rstest::rstest;
use serde_json::{Value, json};
use solver::{Model, Settings, Solution, Solver, SolverError, Version, Watch};
use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use store::By;
use tokio::time::{Instant, sleep};

#[rstest]
#[tokio::test]
async fn from_the_roster_to_the_last_return(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let Some(house) = staffed(kind).await else { return };
    let known = Known::of(&house).await;
    let _runner = Runner::start(&house.app, true);
    let who = personnel(&house).await;
    let year = format!("/api/years/{}", YEAR.0);

    // Posts: of every section with reasons, of subjects over the county, of two years to come.
    let posts = who.get(&house, &format!("{year}/posts?ahead=2")).await.is(200);
    assert_eq!(posts["roster"], true);
    let section = &posts["sections"][0];
    assert!(section["quota"].is_i64() && !list(&section["reasons"]).is_empty(), "{section}");
    assert_eq!(section["reasons"][0]["source"]["key"], "编制");
    assert!(list(&posts["totals"]).iter().any(|total| total["structural"] == true));
    let ahead: Vec<_> = list(&posts["years"]).iter().map(|year| year["year"].clone()).collect();
    assert_eq!(ahead, [2025, 2026], "{}", posts["ahead_note"]);
    assert!(posts["years"][1]["sections"][0]["quota"].is_i64());
    who.get(&house, &format!("{year}/posts?ahead=11")).await.is(422);
    let first = text(&section["school"]).to_owned();
    let principal = at_school(&house, Role::Principal, &first).await;
    let own = principal.get(&house, &format!("{year}/posts")).await.is(200);
    assert!(list(&own["sections"]).iter().all(|section| section["school"] == first.as_str()));
    assert_eq!(own["totals"], posts["totals"]);

    // Settings with their sources; wishes, of which some cannot be.
    let defaults = who.get(&house, &format!("{year}/rotation-settings")).await.is(200);
    assert_eq!(defaults["shares"][0]["source"]["key"], "督导");
    let id = begun(&house, &who, "2025 年交流轮岗").await;
    assert_eq!(who.get(&house, &path(id, "")).await.is(200)["settings"], defaults["settings"]);
    let volunteers = known.volunteers(8);
    let mut wishes: Vec<Value> =
        volunteers.iter().map(|(t, s)| json!({"teacher": t, "schools": s})).collect();
    wishes.push(json!({"teacher": "T999999", "schools": [first]}));
    wishes[0]["schools"] = json!(["不存在的学校", volunteers[0].1[0]]);
    let body = json!({"version": 1, "rows": wishes});
    let kept = who.send(&house, Method::PUT, &path(id, "/wishes"), &body).await.is(200);
    assert_eq!((&kept["kept"], &kept["version"]), (&json!(8), &json!(2)), "{kept}");
    let told: Vec<&str> = list(&kept["findings"]).iter().map(|f| text(&f["message"])).collect();
    assert!(told.iter().any(|m| m.contains("不存在的学校")), "{told:?}");
    assert!(told.iter().any(|m| m.contains("名册中没有这名教师")), "{told:?}");
    who.send(&house, Method::PUT, &path(id, "/wishes"), &body).await.is(409);

    // The run: lawful, checked, judged, and beside the other ways.
    let one = run(&house, &who, id, "optimum").await;
    let found = who.get(&house, &path(id, &format!("/runs/{one}"))).await.is(200);
    assert_eq!((&found["possible"], &found["findings"]), (&json!(true), &json!(0)), "{found}");
    assert_eq!((&found["stale"], &found["wished"]), (&json!([]), &json!(8)));
    let result = &found["result"];
    assert!(list(&result["shares"]).iter().all(|share| share["holds"] == true));
    let moves = list(&result["moves"]);
    assert!(moves.iter().all(|m| !list(&m["reasons"]).is_empty()));
    judged(&known, &house, result);
    let price = &found["prices"]["rows"][0];
    assert_eq!(found["prices"]["modes"][0]["code"], "optimum");
    assert_eq!(list(&price["after"]).len(), 3);
    assert!(list(&price["after"]).iter().all(Value::is_string), "{price}");
    let stayers = path(id, &format!("/runs/{one}/stayers"));
    let page = who.get(&house, &format!("{stayers}?eligible=true&limit=5")).await.is(200);
    assert_eq!(list(&page["items"]).len(), 5);
    assert!(list(&page["items"]).iter().all(|s| !text(&s["why"]).is_empty()));
    let total = result["stays"].as_u64().unwrap() + moves.len() as u64;
    assert_eq!(total, known.roster.teachers().len() as u64);

    // Nobody outside the office but the leader sees anything of it yet.
    let leader = house.session(&county(), &login(Role::Leader)).await;
    leader.get(&house, &path(id, &format!("/runs/{one}"))).await.is(200);
    let officer = house.session(&county(), &login(Role::Officer(Department::Evaluation))).await;
    for outsider in [&principal, &officer] {
        let rotations = outsider.get(&house, &format!("{year}/rotations")).await.is(200);
        assert_eq!(rotations, json!([]));
        for rest in ["", "/notice", "/runs", "/objections", "/orders"] {
            outsider.get(&house, &path(id, rest)).await.is(404);
        }
        outsider.get(&house, &stayers).await.is(404);
    }

    // Shown to the public, from its first day on.
    let later = json!({"act": "publish", "run": one, "from": "2025-10-12", "until": "2025-10-18"});
    let later = step(&house, &who, id, later).await.is(200);
    assert_eq!(later["notice"]["zh"], "待公示");
    let head = at_school(&house, Role::Principal, text(&moves[0]["from"])).await;
    for outsider in [&head, &officer] {
        let rotations = outsider.get(&house, &format!("{year}/rotations")).await.is(200);
        assert_eq!(rotations, json!([]), "before its first day");
        for rest in ["", "/notice", "/notice.xlsx", "/runs", "/objections", "/orders"] {
            let answer = outsider.get(&house, &path(id, rest)).await;
            assert_eq!(answer.status, 404, "{rest}");
        }
        outsider.get(&house, &stayers).await.is(404);
    }
    let early = json!({"teacher": moves[0]["teacher"], "kind": "other", "ground": "太早"});
    head.post(&house, &path(id, "/objections"), early).await.is(404);
    let back = json!({"act": "withdraw", "reason": "改期"});
    step(&house, &who, id, back).await.is(200);
    let publish =
        json!({"act": "publish", "run": one, "from": "2025-10-09", "until": "2025-10-15"});
    let shown = step(&house, &who, id, publish).await.is(200);
    assert_eq!((&shown["state"], &shown["notice"]["zh"]), (&json!("published"), &json!("公示中")));
    assert_eq!(shown["run"]["published"], true);
    officer.get(&house, &path(id, &format!("/runs/{one}"))).await.is(200);
    principal.get(&house, &path(id, &format!("/runs/{one}"))).await.is(404);
    for (url, sheet) in [
        (format!("{year}/posts.xlsx?ahead=1"), None),
        (path(id, &format!("/runs/{one}/workbook.xlsx")), None),
        (path(id, "/notice.xlsx"), Some("公示名单")),
    ] {
        let file = who.get(&house, &url).await;
        assert_eq!(file.status, 200, "{url}: {}", file.json());
        let mut book = Xlsx::new(Cursor::new(file.bytes)).unwrap();
        let name = sheet.map_or_else(|| book.sheet_names()[0].clone(), str::to_owned);
        let cells = book.worksheet_range(&name).unwrap();
        let words: Vec<String> = cells.rows().flatten().map(ToString::to_string).collect();
        let words = words.join("\n");
        let spoken = known.names.iter().find(|n| n.chars().count() > 2 && words.contains(&**n));
        assert_eq!(spoken, None, "{url}");
        assert!(sheet.is_none() || words.contains(text(&moves[0]["teacher"])), "{words}");
        // What the list was computed from is printed with it.
        let hash = words.split("问题指纹").nth(1).and_then(|rest| rest.split('：').nth(1));
        let hash = hash.and_then(|hash| hash.lines().next()).unwrap_or_default();
        let printed = hash.len() == 64 && hash.chars().all(|c| c.is_ascii_hexdigit());
        assert!(printed || !url.ends_with("/workbook.xlsx"), "{url}: {words}");
    }
    let leaves = text(&moves[0]["from"]).to_owned();
    let (teacher, from) = (text(&moves[0]["teacher"]).to_owned(), leaves.clone());
    let head = at_school(&house, Role::Principal, &from).await;
    let notice = head.get(&house, &path(id, "/notice")).await.is(200);
    assert_eq!(list(&notice["moves"]).len(), moves.len());
    for row in list(&notice["moves"]) {
        let own = row["from"] == from.as_str();
        assert_eq!((row["own"] == true, list(&row["reasons"]).is_empty()), (own, !own), "{row}");
    }
    let mine = head.get(&house, &stayers).await.is(200);
    assert!(list(&mine["items"]).iter().all(|s| s["school"] == from.as_str()));
    let seen = head.get(&house, &path(id, "")).await.is(200);
    assert_eq!((&seen["settings"], &seen["wish_list"]), (&Value::Null, &json!([])));
    assert_eq!(seen["may"], json!({"edit": false, "adopt": false, "object": true}));

    // An objection: of an own teacher only; its ground lies sealed.
    let ground = "家中有重病老人需要照料";
    let objection = json!({"teacher": teacher, "kind": "hardship", "ground": ground});
    let other = moves.iter().find(|m| m["from"] != from.as_str()).unwrap();
    let stranger = at_school(&house, Role::Principal, text(&other["from"])).await;
    stranger.post(&house, &path(id, "/objections"), objection.clone()).await.is(404);
    let raised = head.post(&house, &path(id, "/objections"), objection).await.is(201);
    assert_eq!((&raised["number"], &raised["ground"]), (&json!(1), &json!(ground)));
    assert_eq!(stranger.get(&house, &path(id, "/objections")).await.is(200), json!([]));
    let all = who.get(&house, &path(id, "/objections")).await.is(200);
    assert_eq!(all[0]["ground"], ground);

    // Too early, and with an objection that waits.
    let adopt = json!({"act": "adopt", "from": "2025-09-01", "until": "2028-08-31"});
    let early = step(&house, &who, id, adopt.clone()).await;
    assert_eq!(early.code(), "H-EDIT-03");
    house.pass(8 * DAY);
    let (who, head) = (personnel(&house).await, at_school(&house, Role::Principal, &from).await);
    let waiting = step(&house, &who, id, adopt.clone()).await.is(409);
    assert!(text(&waiting["detail"]).contains("1 条异议"), "{waiting}");
    let late = json!({"teacher": teacher, "kind": "other", "ground": "迟到的异议"});
    head.post(&house, &path(id, "/objections"), late).await.is(409);

    // The reply decides; what was shown does not hold any more.
    let reply = path(id, "/objections/1/reply");
    let body = json!({"version": 1, "upheld": true, "reply": "情况属实",
        "decision": {"fixed": "3418239999"}});
    who.post(&house, &reply, body).await.is(422);
    let body =
        json!({"version": 1, "upheld": true, "reply": "情况属实", "decision": {"fixed": from}});
    let replied = who.post(&house, &reply, body.clone()).await.is(200);
    assert_eq!((&replied["state"], &replied["version"]), (&json!("upheld"), &json!(2)));
    who.post(&house, &reply, body).await.is(409);
    let against = step(&house, &who, id, adopt.clone()).await.is(409);
    assert!(text(&against["detail"]).contains("第 1 号异议"), "{against}");
    let stale = who.get(&house, &path(id, "/runs")).await.is(200);
    assert_eq!(stale[0]["stale"], json!(["设置、志愿或异议决定已变化"]));

    // Found again, the decision is kept; shown again, decided.
    let two = run(&house, &who, id, "optimum").await;
    let found = who.get(&house, &path(id, &format!("/runs/{two}"))).await.is(200);
    let moves = list(&found["result"]["moves"]).clone();
    assert!(moves.iter().all(|m| m["teacher"] != teacher.as_str()));
    let why = format!("/runs/{two}/stayers?school={from}&q={teacher}");
    let why = who.get(&house, &path(id, &why)).await.is(200);
    assert!(text(&why["items"][0]["why"]).contains("采纳第 1 号异议"), "{why}");
    let again = step(&house, &who, id, json!({"act": "publish", "run": two})).await.is(200);
    let states: Vec<_> = list(&again["notices"]).iter().map(|n| n["state"].clone()).collect();
    assert_eq!(states, ["open", "replaced", "withdrawn"]);
    assert_eq!(again["notice"]["until"], "2025-10-23");
    house.pass(8 * DAY);
    let (who, head) = (personnel(&house).await, at_school(&house, Role::Principal, &from).await);
    let seen = version(&house, &who, id).await;
    let adopted = step(&house, &who, id, adopt.clone()).await.is(200);
    assert_eq!((&adopted["state"], &adopted["zh"]), (&json!("adopted"), &json!("已确定")));
    let mut twice = adopt;
    twice["version"] = json!(seen);
    who.post(&house, &path(id, "/steps"), twice).await.is(409);

    orders(&house, &known, id, &moves, &who, &head).await;
    let mut answers = vec![found, notice, again];
    for who in [&who, &head, &house.session(&county(), &login(Role::Leader)).await] {
        for rest in ["", "/runs", "/notice", "/objections", "/orders", "/subsidies"] {
            answers.push(who.get(&house, &path(id, rest)).await.json());
        }
        answers.push(who.get(&house, &format!("{year}/posts")).await.json());
    }
    nameless(&house, &known, &answers.iter().collect::<Vec<_>>()).await;
}

/// From the orders to the end.
async fn orders(
    house: &House,
    known: &Known,
    id: i64,
    moves: &[Value],
    who: &Client,
    head: &Client,
) {
    let all = who.get(house, &path(id, "/orders")).await.is(200);
    assert_eq!(all["counts"]["ordered"], moves.len());
    let register = who.get(house, &path(id, "/orders.xlsx")).await;
    let mut book = Xlsx::new(Cursor::new(register.bytes)).unwrap();
    let rows = book.worksheet_range("调令台账").unwrap().rows().count();
    assert_eq!(rows, moves.len() + 1);
    let few = head.get(house, &path(id, "/orders")).await.is(200);
    assert!(list(&few["orders"]).len() < moves.len());
    let one = text(&moves[0]["teacher"]);
    // A school records who has arrived at it, and nothing else.
    let left = moves[0]["from"].clone();
    let can = |order: &Value| if order["to"] == left { json!(["arrive"]) } else { json!([]) };
    assert!(list(&few["orders"]).iter().all(|order| order["next"] == can(order)), "{few}");
    let record = |teacher: &str| path(id, &format!("/orders/{teacher}/records"));
    let post = async |teacher: &str, body: Value| who.post(house, &record(teacher), body).await;
    head.post(house, &record(one), json!({"version": 1, "act": "arrive", "day": "2025-10-20"}))
        .await
        .is(403);
    slips_of_the_pen(house, who, &record(one)).await;

    // Arrived after the day of the roster: the history grows, the school in it stays.
    let arrive = json!({"version": 1, "act": "arrive", "day": "2025-10-20"});
    let arrived = post(one, arrive.clone()).await.is(200);
    let entry = format!("2025|{}|{}|任教交流", text(&moves[0]["from"]), text(&moves[0]["to"]));
    assert_eq!(arrived["order"]["zh"], "已到岗");
    assert_eq!(arrived["roster"]["exchanges"], entry, "{arrived}");
    assert_eq!(arrived["roster"]["school"], false);
    let store = house.app.store();
    let scope = store::Scope::County;
    let kept = store.teacher(&county(), YEAR, one, &scope).await.unwrap();
    let content = String::from_utf8(kept.entry.content.reveal().to_vec()).unwrap();
    assert!(content.contains(&entry));
    assert_eq!(kept.entry.school.as_str(), text(&moves[0]["from"]));
    post(one, arrive).await.is(409);

    // Arrived by the day of the roster of the new school year, which is kept already: the school in that
    // one changes too.
    let three = text(&moves[2]["teacher"]);
    let two = text(&moves[1]["teacher"]);
    let host = at_school(house, Role::Principal, text(&moves[1]["to"])).await;
    let cancel = json!({"version": 1, "act": "cancel", "reason": "学校布局调整"});
    host.post(house, &record(two), cancel).await.is(403);
    let next = next_roster(house, &[two, three]).await;
    let before = store.teacher(&county(), next, two, &scope).await.unwrap();
    let arrive = json!({"version": 1, "act": "arrive", "day": "2025-08-28"});
    let arrived = host.post(house, &record(two), arrive).await;
    assert_eq!(arrived.is(200)["roster"]["school"], true);
    let kept = store.teacher(&county(), next, two, &scope).await.unwrap();
    assert_eq!(kept.entry.school.as_str(), text(&moves[1]["to"]));
    // Taken back by the office, with a reason: the row is what it was, and it can be recorded anew.
    taken_back(house, &record(two), (who, &host)).await;
    let kept = store.teacher(&county(), next, two, &scope).await.unwrap();
    assert_eq!(kept.entry, before.entry);
    let arrive = json!({"version": 3, "act": "arrive", "day": "2025-08-30"});
    host.post(house, &record(two), arrive).await.is(200);

    let kept = store.teacher(&county(), YEAR, three, &scope).await.unwrap();
    let arrived = post(three, json!({"version": 1, "act": "arrive", "day": "2025-09-01"})).await;
    let arrived = arrived.is(200);
    assert_eq!(
        (&arrived["roster"]["year"], &arrived["roster"]["school"]),
        (&json!(2025), &json!(true))
    );
    let now_at = store.teacher(&county(), next, three, &scope).await.unwrap();
    assert_eq!(now_at.entry.school.as_str(), text(&moves[2]["to"]));
    let before = store.teacher(&county(), YEAR, three, &scope).await.unwrap();
    assert_eq!(before.entry, kept.entry);
    let back = post(three, json!({"version": 2, "act": "return", "day": "2026-07-05"})).await;
    // What came after the day of that roster does not change the school in it.
    assert_eq!(back.is(200)["roster"]["school"], false);

    // A subsidy by whole months; a basis that names somebody is refused.
    let name = known.names.iter().find(|name| name.chars().count() > 2).unwrap();
    let mut subsidy = json!({"version": 2, "act": "subsidy", "yuan": "400", "from": "2025-11",
        "basis": format!("{name}的困难补助")});
    post(one, subsidy.clone()).await.is(422);
    subsidy["basis"] = json!("泾教〔2024〕12号");
    post(one, subsidy).await.is(200);
    let sums = who.get(house, &path(id, "/subsidies?through=2026-02")).await.is(200);
    assert_eq!((&sums["total"], &sums["rows"][0]["months"]), (&json!("1600"), &json!(4)));
    assert_eq!(sums["years"][0]["yuan"], "800");

    // Come back, assessed; the rotation ends when all have.
    let back = json!({"version": 3, "act": "return", "day": "2025-10-01"});
    post(one, back).await.is(422);
    let back = json!({"version": 3, "act": "return", "day": "2026-07-10"});
    let back = post(one, back).await.is(200);
    let entry = format!("2025|{}|{}|调动", text(&moves[0]["to"]), text(&moves[0]["from"]));
    assert_eq!(back["roster"]["exchanges"], entry);
    let grade = house.app.knowledge().staffing.exchange.grades[0].clone();
    let mut assess = json!({"version": 4, "act": "evaluate", "day": "2026-07-12",
        "result": "很好", "words": "教学效果显著"});
    post(one, assess.clone()).await.is(422);
    assess["result"] = json!(grade);
    let assessed = post(one, assess).await.is(200);
    assert_eq!(assessed["order"]["evaluation"]["words"], "教学效果显著");
    let early = step(house, who, id, json!({"act": "close"})).await.is(409);
    assert!(text(&early["detail"]).contains("未登记"), "{early}");
    post(two, json!({"version": 4, "act": "stay", "day": "2026-07-10"})).await.is(200);
    for order in &moves[3..] {
        let cancel = json!({"version": 1, "act": "cancel", "reason": "学校布局调整"});
        post(text(&order["teacher"]), cancel).await.is(200);
    }
    let closed = step(house, who, id, json!({"act": "close"})).await.is(200);
    assert_eq!((&closed["state"], &closed["next"]), (&json!("closed"), &json!([])));
    let counts = who.get(house, &path(id, "/orders")).await.is(200)["counts"].clone();
    assert_eq!((&counts["returned"], &counts["stayed"]), (&json!(2), &json!(1)));
}

/// The roster of the school year to come, with some teachers as they are now.
async fn next_roster(house: &House, teachers: &[&str]) -> domain::SchoolYear {
    let (store, scope) = (house.app.store(), store::Scope::County);
    let (next, by) = (domain::SchoolYear(2025), By::new("人事", house.now()));
    store.open_year(&county(), next, &by).await.unwrap();
    for teacher in teachers {
        let kept = store.teacher(&county(), YEAR, teacher, &scope).await.unwrap();
        store.put_teacher(&county(), next, &kept.entry, "", 0, &scope, &by).await.unwrap();
    }
    next
}

/// Nobody arrives the year before, well before the term, or on a day to come.
async fn slips_of_the_pen(house: &House, who: &Client, url: &str) {
    for day in ["2024-08-30", "2025-07-02", "2025-10-26"] {
        let slip = json!({"version": 1, "act": "arrive", "day": day});
        let refused = who.post(house, url, slip).await.is(422);
        assert_eq!(refused["fields"][0]["field"], "day", "{day}: {refused}");
    }
}

/// An arrival that was recorded in error is taken back by the office, not by the school.
async fn taken_back(house: &House, url: &str, (office, school): (&Client, &Client)) {
    let back = json!({"version": 2, "act": "unarrive", "reason": "人还没有来"});
    school.post(house, url, back.clone()).await.is(403);
    let silent = json!({"version": 2, "act": "unarrive", "reason": ""});
    office.post(house, url, silent).await.is(422);
    let taken = office.post(house, url, back).await.is(200);
    let stands = [&taken["order"]["state"], &taken["order"]["arrived"], &taken["roster"]["school"]];
    assert_eq!(stands, [&json!("ordered"), &Value::Null, &json!(true)]);
    let note = text(&taken["roster"]["note"]);
    assert!(note.contains("2025/2026 学年") && note.contains("学校改回"), "{note}");
}

#[tokio::test]
async fn settings_that_no_rotation_keeps_say_which_rule() {
    let house = staffed(Kind::Sqlite).await.unwrap();
    let _runner = Runner::start(&house.app, true);
    let who = personnel(&house).await;
    let id = begun(&house, &who, "全部交流").await;
    let mut settings = who.get(&house, &path(id, "")).await.is(200)["settings"].clone();
    // A setting that means nothing is refused at its place.
    settings["leave_section"] = json!("2");
    let body = json!({"version": 1, "settings": settings});
    let wrong = who.send(&house, Method::PATCH, &path(id, ""), &body).await.is(422);
    assert_eq!(wrong["fields"][0]["field"], "settings.leave_section");
    settings["leave_section"] = json!("3/20");
    settings["shares"][0]["at_least"] = json!("9/10");
    let body = json!({"version": 1, "settings": settings});
    who.send(&house, Method::PATCH, &path(id, ""), &body).await.is(200);
    let one = run(&house, &who, id, "optimum").await;
    let found = who.get(&house, &path(id, &format!("/runs/{one}"))).await.is(200);
    assert_eq!((&found["possible"], &found["result"]), (&json!(false), &Value::Null));
    let broken = list(&found["impossible"]["broken"]);
    assert!(broken.iter().any(|b| b["rule"] == "share"), "{broken:?}");
    assert!(list(&found["impossible"]["nearest"]["moves"]).len() > 1);
    // The other ways have answers all the same.
    let price = &found["prices"]["rows"][0]["after"];
    assert!(price[0].is_null() && price[1].is_string(), "{price}");
    let refused = step(&house, &who, id, json!({"act": "publish", "run": one})).await;
    assert_eq!(refused.code(), "H-EDIT-03");
    let seen = json!({"version": version(&house, &who, id).await});
    let gone = format!("{}?version={}", path(id, ""), seen["version"]);
    who.send(&house, Method::DELETE, &gone, &json!({})).await.is(204);
    who.get(&house, &path(id, "")).await.is(404);
}

#[tokio::test]
async fn volunteers_move_only_where_they_have_asked_to() {
    let house = staffed(Kind::Sqlite).await.unwrap();
    let known = Known::of(&house).await;
    let _runner = Runner::start(&house.app, true);
    let who = personnel(&house).await;
    let id = begun(&house, &who, "自愿交流").await;
    // By a sheet, as schools send it.
    let wished: BTreeMap<String, Vec<String>> = known.volunteers(30).into_iter().collect();
    let mut csv = String::from("教师编号,姓名,志愿1,志愿2,志愿3\r\n");
    for (teacher, schools) in &wished {
        csv.extend([teacher, ",,", &schools.join(","), "\r\n"]);
    }
    let body = format!(
        "--x\r\ncontent-disposition: form-data; name=\"version\"\r\n\r\n1\r\n--x\r\n\
         content-disposition: form-data; name=\"file\"; filename=\"w.csv\"\r\n\r\n{csv}\r\n--x--\r\n"
    );
    let request = who
        .request(Method::POST, &path(id, "/wishes/import"))
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x");
    let kept = house.send(request.body(Body::from(body)).unwrap()).await.is(200);
    assert_eq!(kept["kept"], wished.len(), "{kept}");
    let sheet = who.get(&house, &path(id, "/wishes.xlsx")).await;
    assert!(sheet.bytes.starts_with(b"PK"), "{:?}", sheet.status);
    for mode in ["claims", "trading"] {
        let number = run(&house, &who, id, mode).await;
        let found = who.get(&house, &path(id, &format!("/runs/{number}"))).await.is(200);
        assert_eq!((&found["mode"], &found["possible"]), (&json!(mode), &json!(true)));
        assert_eq!(found["checked"], json!([]), "{mode}");
        for m in list(&found["result"]["moves"]) {
            let schools = &wished[text(&m["teacher"])];
            assert!(schools.iter().any(|school| m["to"] == school.as_str()), "{m}");
        }
        judged_if_moved(&known, &house, &found["result"]);
        let kept = &found["settings"]["preferences"];
        assert_eq!(kept.as_object().unwrap().len(), wished.len());
    }
    // What nobody is forced to reach is said, and does not keep it from being shown.
    let runs = who.get(&house, &path(id, "/runs")).await.is(200);
    step(&house, &who, id, json!({"act": "publish", "run": runs[0]["run"]})).await.is(200);
    let back = json!({"act": "withdraw", "reason": "重新报名"});
    let back = step(&house, &who, id, back).await.is(200);
    assert_eq!(
        (&back["state"], &back["notices"][0]["reason"]),
        (&json!("draft"), &json!("重新报名"))
    );
    let void = step(&house, &who, id, json!({"act": "void", "reason": ""})).await;
    assert_eq!(void.status, 422);
    let void = step(&house, &who, id, json!({"act": "void", "reason": "不再组织"})).await.is(200);
    assert_eq!(void["zh"], "已作废");
}

fn judged_if_moved(known: &Known, house: &House, result: &Value) {
    if !list(&result["moves"]).is_empty() {
        judged(known, house, result);
    }
}

#[tokio::test]
async fn a_run_on_an_older_roster_cannot_be_shown() {
    let house = staffed(Kind::Sqlite).await.unwrap();
    let known = Known::of(&house).await;
    let _runner = Runner::start(&house.app, true);
    let who = personnel(&house).await;
    let id = begun(&house, &who, "旧名册").await;
    let one = run(&house, &who, id, "claims").await;
    let teacher = known.roster.teachers()[0].id.to_string();
    let url = format!("/api/years/{}/teachers/{teacher}", YEAR.0);
    let edit = json!({"version": 1, "fields": {"rank": "正高级"}});
    who.send(&house, Method::PUT, &url, &edit).await.is(200);
    let runs = who.get(&house, &path(id, "/runs")).await.is(200);
    assert_eq!(runs[0]["stale"][0], "名册已变化", "{runs}");
    let refused = step(&house, &who, id, json!({"act": "publish", "run": one})).await.is(409);
    assert!(text(&refused["detail"]).contains("名册已变化"), "{refused}");
    assert_eq!(who.get(&house, &path(id, "")).await.is(200)["next"], json!(["void"]));
}

#[tokio::test]
async fn without_data_or_roster_it_says_what_is_missing() {
    let house = House::peopled(Kind::Sqlite).await.unwrap();
    let who = personnel(&house).await;
    let id = begun(&house, &who, "没有数据").await;
    let url = path(id, "/run");
    let none = who.post(&house, &url, json!({"mode": "optimum"})).await.is(409);
    assert!(text(&none["detail"]).contains("审定数据"), "{none}");
    schools(&house).await;
    let none = who.post(&house, &url, json!({"mode": "optimum"})).await.is(409);
    assert!(text(&none["detail"]).contains("名册"), "{none}");
    let posts = who.get(&house, &format!("/api/years/{}/posts", YEAR.0)).await.is(200);
    assert_eq!((&posts["roster"], &posts["sections"][0]["subjects"]), (&json!(false), &json!([])));
}

/// A solver that works until it is told to stop.
struct Stubborn(Arc<AtomicBool>);

impl Solver for Stubborn {
    fn version(&self) -> Version {
        solver::in_process().version()
    }

    fn solve_watched(
        &self,
        _: &Model,
        _: &Settings,
        watch: &Watch<'_>,
    ) -> Result<Solution, SolverError> {
        self.0.store(true, Ordering::SeqCst);
        let end = std::time::Instant::now() + Duration::from_mins(2);
        while !watch.cancel.is_cancelled() && std::time::Instant::now() < end {
            std::thread::park_timeout(Duration::from_millis(5));
        }
        Err(SolverError::Crashed { how: "测试中止".to_owned() })
    }
}

#[tokio::test]
async fn a_run_that_is_cancelled_keeps_nothing() {
    let (mut config, folder) = config(Kind::Sqlite).await.unwrap();
    let searching = Arc::new(AtomicBool::new(false));
    let switch = Arc::clone(&searching);
    config.solver = Solvers::new(move || Box::new(Stubborn(Arc::clone(&switch))));
    let house = House::with_people(config, Arc::new(folder)).await;
    staff(&house).await;
    let _runner = Runner::start(&house.app, true);
    let who = personnel(&house).await;
    let id = begun(&house, &who, "停下").await;
    let url = path(id, "/run");
    let job = who.post(&house, &url, json!({"mode": "optimum"})).await.is(202);
    // Asked twice it is the same job; another way waits.
    assert_eq!(who.post(&house, &url, json!({"mode": "optimum"})).await.is(202), job);
    who.post(&house, &url, json!({"mode": "claims"})).await.is(409);
    let end = Instant::now() + Duration::from_mins(2);
    while !searching.load(Ordering::SeqCst) {
        assert!(Instant::now() < end, "it never began");
        sleep(Duration::from_millis(10)).await;
    }
    let seen = until(&house, &who, &job, |job| job["progress"]["text"].is_string()).await;
    let steps: Vec<&str> = list(&seen["steps"]).iter().map(|s| text(&s["name"])).collect();
    assert_eq!(steps, ["取数", "核定岗位", "求解", "比较", "复核", "存档"]);
    who.post(&house, &format!("/api/jobs/{}/cancel", job["job"]), json!({})).await.is(200);
    let ended = until(&house, &who, &job, over).await;
    assert_eq!(ended["state"], "cancelled", "{ended}");
    assert_eq!(who.get(&house, &path(id, "/runs")).await.is(200), json!([]));
}
