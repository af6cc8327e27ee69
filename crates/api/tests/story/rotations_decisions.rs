//! What a reply to an objection may decide of a teacher: only what a run can keep.

use crate::fixture::{House, Kind};
use crate::staffed::{Known, begun, list, path, rows, run, schools_with, step, text};
use crate::teachers::{import, personnel};
use api::jobs::Runner;
use axum::http::Method;
use domain::{Fact, Origin, Stage};
use serde_json::{Value, json};

#[tokio::test]
async fn a_decision_that_no_run_could_keep_is_refused() {
    let house = House::peopled(Kind::Sqlite).await.unwrap();
    let catalogue = &house.app.knowledge().catalogue;
    let sponsor = catalogue.id("sponsor").unwrap();
    let mut private = String::new();
    schools_with(&house, |draft| {
        let origin = draft.origin(Origin::Given { source: "故事".into() });
        let primary = |school: &&mut domain::School| school.section(Stage::Primary).is_some();
        let last = draft.schools.iter_mut().filter(primary).last().unwrap();
        last.facts.set(sponsor, Fact { value: domain::Value::Code("10".into()), origin });
        private = last.code.to_string();
    })
    .await;
    import(&house, &personnel(&house).await, "demo", &rows(&house)).await;
    let known = Known::of(&house).await;
    let _runner = Runner::start(&house.app, true);
    let who = personnel(&house).await;
    let id = begun(&house, &who, "不能的决定").await;
    let (teacher, others) = known.volunteers(1).remove(0);
    let visitor =
        known.roster.teachers().iter().find(|t| !t.is_full_time() && t.stage.code() == "primary");
    let visitor = visitor.unwrap().id.to_string();
    let mut settings = who.get(&house, &path(id, "")).await.is(200)["settings"].clone();
    settings["closed"] = json!([others[0]]);
    let body = json!({"version": 1, "settings": settings});
    who.send(&house, Method::PATCH, &path(id, ""), &body).await.is(200);
    let one = run(&house, &who, id, "claims").await;
    step(&house, &who, id, json!({"act": "publish", "run": one})).await.is(200);
    for (at, teacher) in [&teacher, &visitor].into_iter().enumerate() {
        let objection = json!({"teacher": teacher, "kind": "other", "ground": "另有安排"});
        let raised = who.post(&house, &path(id, "/objections"), objection).await.is(201);
        assert_eq!(raised["number"], at + 1);
    }
    let reply = async |number: i64, decision: Value| {
        let body = json!({"version": 1, "upheld": true, "reply": "照办", "decision": decision});
        who.post(&house, &path(id, &format!("/objections/{number}/reply")), body).await
    };
    let wrong = [
        (1, json!({"fixed": "3418239999"}), "没有这所学校"),
        (1, json!({"fixed": others[0]}), "不参加交流"),
        (1, json!({"fixed": private}), "民办"),
        (2, json!({"fixed": others[1]}), "不是专任教师"),
    ];
    for (number, decision, why) in wrong {
        let refused = reply(number, decision).await.is(422);
        assert_eq!(refused["fields"][0]["field"], "decision");
        assert!(text(&refused["fields"][0]["message"]).contains(why), "{refused}");
    }
    reply(1, json!({"fixed": others[1]})).await.is(200);
    let two = run(&house, &who, id, "claims").await;
    let found = who.get(&house, &path(id, &format!("/runs/{two}"))).await.is(200);
    let moved = list(&found["result"]["moves"]).iter().find(|m| m["teacher"] == teacher.as_str());
    assert_eq!(moved.unwrap()["to"], others[1].as_str());
}
