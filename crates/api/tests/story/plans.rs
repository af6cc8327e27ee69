//! A plan from its first text to its adoption, with what can go wrong in between.

use crate::fixture::{Client, House, Kind, config, county, other_county};
use api::Solvers;
use api::jobs::Runner;
use axum::http::Method;
use calamine::{Data, Reader as _, Xlsx};
use domain::{Exact, Value as Known};
use rstest::rstest;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use solver::{Model, Settings, Solution, Solver, SolverError, Version, Watch};
use std::io::Cursor;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use store::{By, ImportAs};
use tokio::time::{Instant, sleep};

/// Two approved years of a county of eight schools, three of which lack rooms and equipment.
async fn schools(house: &House) {
    let knowledge = house.app.knowledge();
    let attested = knowledge.standard("cn-quality-2017").unwrap().attested();
    let options = demo::Options {
        seed: demo::Options::SEED,
        schools: 8,
        year: demo::Options::YEAR,
        catalogue: &knowledge.catalogue,
        attested: &attested,
    };
    let by = By::new("审核人", house.now());
    for mut draft in demo::county(&options).unwrap().into_iter().skip(1) {
        draft.county.code = county();
        draft.county.name = "青山县".to_owned();
        for school in draft.schools.iter_mut().take(3) {
            for item in ["teaching_rooms_area", "equipment_value"] {
                let id = knowledge.catalogue.id(item).unwrap();
                let mut fact = school.facts.get(id).unwrap().clone();
                fact.value = Known::Number(fact.value.number().unwrap() / Decimal::TWO);
                school.facts.set(id, fact);
            }
        }
        let snapshot = draft.seal(&knowledge.catalogue).unwrap();
        let store = house.app.store();
        store.import(&snapshot, &knowledge.catalogue, ImportAs::Approved, &by).await.unwrap();
    }
}

/// A house with that county; `None` where there is no such database.
async fn planned(kind: Kind) -> Option<House> {
    let house = House::peopled(kind).await?;
    schools(&house).await;
    Some(house)
}

/// Settings without limits over so many years, with more lines of `[plan]`.
fn settings(title: &str, years: u8, more: &str) -> String {
    let first = demo::Options::YEAR.0 + 1;
    format!(
        "[plan]\ntitle = \"{title}\"\nfirst = {first}\nyears = {years}\n\
         costs = \"cn-county-2023\"\nseconds = 20\ngap = \"2%\"\n{more}"
    )
}

async fn begun(house: &House, planner: &Client, name: &str, settings: &str) -> i64 {
    let new = json!({"name": name, "settings": settings});
    let plan = planner.post(house, "/api/plans", new).await.is(201);
    assert_eq!((&plan["state"], &plan["zh"]), (&json!("draft"), &json!("编制中")));
    plan["id"].as_i64().unwrap()
}

/// Looks at a job until it is as expected; at most so long as a search may take.
async fn until(house: &House, who: &Client, job: &Value, fits: impl Fn(&Value) -> bool) -> Value {
    let end = Instant::now() + Duration::from_secs(100);
    loop {
        let seen = who.get(house, &format!("/api/jobs/{}", job["job"])).await.is(200);
        if fits(&seen) {
            return seen;
        }
        assert!(Instant::now() < end, "{seen}");
        sleep(Duration::from_millis(20)).await;
    }
}

fn over(job: &Value) -> bool {
    !matches!(job["state"].as_str(), Some("queued" | "running"))
}

async fn run(house: &House, planner: &Client, id: i64) -> Value {
    let job = planner.post(house, &format!("/api/plans/{id}/run"), json!({})).await.is(202);
    let job = until(house, planner, &job, over).await;
    assert_eq!(job["state"], "done", "{job}");
    planner.get(house, &format!("/api/plans/{id}")).await.is(200)
}

/// Every number and text of a workbook's sheet.
fn cells(bytes: &[u8], sheet: &str) -> Vec<Data> {
    let mut file = Xlsx::new(Cursor::new(bytes.to_vec())).unwrap();
    let range = file.worksheet_range(sheet).unwrap();
    range.rows().flatten().cloned().collect()
}

#[rstest]
#[tokio::test]
async fn a_plan_from_its_text_to_its_adoption(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let Some(house) = planned(kind).await else { return };
    let planner = house.client("officer-planning").await;

    // A text that cannot be read is refused at its place.
    let wrong = settings("三年达标", 3, "").replace("years = 3", "years = 99");
    let answer = planner.post(&house, "/api/plans", json!({"name": "甲", "settings": wrong})).await;
    let field = answer.is(422)["fields"][0].clone();
    assert_eq!((&field["line"], &field["column"]), (&json!(4), &json!(9)), "{field}");
    assert!(field["message"].as_str().unwrap().starts_with("V-FILE-12"), "{field}");

    let id = begun(&house, &planner, "三年达标", &settings("三年达标", 3, "")).await;
    let path = format!("/api/plans/{id}");
    let broken = json!({"version": 1, "settings": "[plan]\ntitle = 三年"});
    let answer = planner.send(&house, Method::PUT, &format!("{path}/settings"), &broken).await;
    assert_eq!(answer.is(422)["fields"][0]["line"], 2);
    let none = planner.get(&house, &format!("{path}/workbook.xlsx")).await;
    assert_eq!(none.code(), "H-EDIT-03");
    let early = planner.post(&house, &format!("{path}/adopt"), json!({"version": 1})).await;
    assert_eq!(early.code(), "H-EDIT-03");

    // Asked twice it is run once.
    let first = planner.post(&house, &format!("{path}/run"), json!({})).await.is(202);
    let second = planner.post(&house, &format!("{path}/run"), json!({})).await.is(202);
    assert_eq!(first, second);
    let _runner = Runner::start(&house.app, true);
    let job = until(&house, &planner, &first, over).await;
    assert_eq!((&job["state"], &job["result"]["plan"]), (&json!("done"), &json!(id)), "{job}");
    let steps: Vec<&str> =
        job["steps"].as_array().unwrap().iter().map(|s| s["name"].as_str().unwrap()).collect();
    assert_eq!(steps, ["取数", "推算学生数", "求解", "复核", "存档"]);

    let seen = planner.get(&house, &path).await.is(200);
    assert_eq!(seen["state"], "solved");
    assert_eq!(seen["result"]["accepted"], true, "{}", seen["result"]);
    assert_eq!(seen["checked"]["findings"], json!([]));
    assert_eq!(seen["result"]["cost"], seen["plan"]["cost"]);
    assert_eq!(seen["result"]["data_year"], demo::Options::YEAR.0);
    let plan: invest::Plan = serde_json::from_value(seen["plan"].clone()).unwrap();
    assert!(!plan.actions.is_empty() && plan.accepted);
    // Its data are kept for good.
    let hash = seen["result"]["snapshot"].as_str().unwrap();
    let store = house.app.store();
    let kept = store.snapshot(&county(), hash, &house.app.knowledge().catalogue).await.unwrap();
    assert_eq!(kept.schools().len(), 8);

    // The workbook has the same figures.
    let file = planner.get(&house, &format!("{path}/workbook.xlsx")).await;
    assert!(file.header("content-disposition").contains("attachment"));
    let year = plan.actions[0].decided;
    let sheet = Xlsx::new(Cursor::new(file.bytes.clone())).unwrap();
    let name = sheet.sheet_names().into_iter().find(|n| n.contains(&year.0.to_string())).unwrap();
    let cells = cells(&file.bytes, &name);
    for action in plan.actions.iter().filter(|action| action.decided == year) {
        let texts = |text: &str| {
            cells.iter().any(|cell| matches!(cell, Data::String(s) if s.contains(text)))
        };
        assert!(texts(&action.name) && texts(&action.zh), "{}", action.name);
        let cost = action.cost.to_fixed(4).parse::<f64>().unwrap();
        let figure = |cell: &Data| matches!(cell, Data::Float(f) if (f - cost).abs() < 0.006);
        assert!(action.cost.is_zero() || cells.iter().any(figure), "{cost}: {}", action.name);
    }

    // Another horizon, side by side.
    let copy = json!({"name": "四年达标", "copy_of": id});
    let other = planner.post(&house, "/api/plans", copy).await.is(201);
    let other_id = other["id"].as_i64().unwrap();
    let compare = format!("/api/plans/compare?a={id}&b={other_id}");
    assert_eq!(planner.get(&house, &compare).await.code(), "H-EDIT-03");
    let edit = json!({"version": 1, "settings": settings("四年达标", 4, "")});
    let put = format!("/api/plans/{other_id}/settings");
    let edited = planner.send(&house, Method::PUT, &put, &edit).await.is(200);
    assert_eq!(edited["version"], 2);
    planner.send(&house, Method::PUT, &put, &edit).await.is(409);
    run(&house, &planner, other_id).await;
    let compared = planner.get(&house, &compare).await.is(200);
    assert_eq!(compared["titles"], json!(["三年达标", "四年达标"]));
    assert_eq!(compared["cost"][0], seen["plan"]["cost"]);
    assert_eq!(compared["years"].as_array().unwrap().len(), 4);

    // Adopted: the baseline stays as it is; there is one.
    let leader = house.client("leader").await;
    let version = json!({"version": seen["version"]});
    let adopt = format!("{path}/adopt");
    assert_eq!(leader.post(&house, &adopt, version.clone()).await.code(), "H-AUTH-04");
    assert_eq!(planner.post(&house, &adopt, json!({})).await.code(), "H-EDIT-04");
    assert_eq!(planner.post(&house, &adopt, version).await.is(200)["state"], "adopted");
    let again = planner.post(&house, &format!("{path}/run"), json!({})).await;
    assert_eq!(again.code(), "H-EDIT-03");
    let list = leader.get(&house, "/api/plans").await.is(200);
    let states: Vec<&Value> =
        list["items"].as_array().unwrap().iter().map(|plan| &plan["state"]).collect();
    assert_eq!(states, ["solved", "adopted"]);
    planner.send(&house, Method::DELETE, &path, &json!({})).await.is(428);
    let gone = format!("/api/plans/{other_id}?version=3");
    planner.send(&house, Method::DELETE, &gone, &json!({})).await.is(204);
    assert_eq!(
        planner.get(&house, &put.replace("/settings", "")).await.is(200)["state"],
        "discarded"
    );

    // Another county sees nothing of it.
    let stranger = house.session(&other_county(), "planner").await;
    assert_eq!(stranger.get(&house, "/api/plans").await.is(200)["items"], json!([]));
    stranger.get(&house, &path).await.is(404);
    stranger.get(&house, &format!("{path}/workbook.xlsx")).await.is(404);
    stranger.get(&house, &compare).await.is(404);
    stranger.post(&house, &format!("{path}/run"), json!({})).await.is(404);
    stranger.post(&house, "/api/plans", json!({"name": "x", "copy_of": id})).await.is(404);
}

#[tokio::test]
async fn a_drafted_text_can_be_used_as_it_is() {
    let house = planned(Kind::Sqlite).await.unwrap();
    let planner = house.client("officer-planning").await;
    let answer = planner.get(&house, "/api/plans/new.toml?years=3").await;
    assert!(answer.header("content-type").starts_with("application/toml"));
    let text = String::from_utf8(answer.bytes).unwrap();
    assert!(text.contains("青山县规划方案") && text.contains("years = 3"), "{text}");
    begun(&house, &planner, "起草", &text).await;
    planner.get(&house, "/api/plans/new.toml?years=16").await.is(422);
    planner.get(&house, "/api/plans/new.toml?costs=none").await.is(422);
    let empty = house.session(&other_county(), "planner").await;
    assert_eq!(empty.get(&house, "/api/plans/new.toml").await.code(), "H-EDIT-03");
}

#[tokio::test]
async fn what_cannot_be_done_is_explained() {
    let house = planned(Kind::Sqlite).await.unwrap();
    let planner = house.client("officer-planning").await;
    let year = demo::Options::YEAR.0;
    let poor = format!(
        "\n[[fund]]\ncode = \"county\"\nzh = \"县级财政\"\nbudget = {{ {} = \"1\", {} = \"1\" }}\n",
        year + 1,
        year + 2
    );
    let id = begun(&house, &planner, "没有钱", &settings("没有钱", 2, &poor)).await;
    let _runner = Runner::start(&house.app, true);
    let seen = run(&house, &planner, id).await;
    assert_eq!((&seen["state"], &seen["zh"]), (&json!("impossible"), &json!("做不到")));
    assert_eq!((&seen["plan"], &seen["impossible"]["possible"]), (&Value::Null, &json!(false)));
    let money = &seen["impossible"]["explanation"]["money"]["amount"];
    assert!(Exact::parse(money.as_str().unwrap()).unwrap() > Exact::ONE, "{money}");
    let adopt = format!("/api/plans/{id}/adopt");
    let refused = planner.post(&house, &adopt, json!({"version": seen["version"]})).await;
    assert!(refused.is(409)["detail"].as_str().unwrap().contains("做不到"));
    let file = planner.get(&house, &format!("/api/plans/{id}/workbook.xlsx")).await;
    assert_eq!(file.code(), "H-EDIT-03");
}

#[tokio::test]
async fn a_plan_without_data_says_so() {
    let house = planned(Kind::Sqlite).await.unwrap();
    let planner = house.client("officer-planning").await;
    let first = format!("first = {}", demo::Options::YEAR.0 + 1);
    let later = settings("太早", 2, "").replace(&first, "first = 2040");
    let id = begun(&house, &planner, "太早", &later).await;
    let _runner = Runner::start(&house.app, true);
    let job = planner.post(&house, &format!("/api/plans/{id}/run"), json!({})).await.is(202);
    let job = until(&house, &planner, &job, over).await;
    assert_eq!(job["state"], "failed");
    assert!(job["error"].as_str().unwrap().contains("没有 2039"), "{job}");
}

#[tokio::test]
async fn each_finishing_year_has_its_cost() {
    let house = planned(Kind::Sqlite).await.unwrap();
    let planner = house.client("officer-planning").await;
    let id = begun(&house, &planner, "两年", &settings("两年", 2, "")).await;
    let _runner = Runner::start(&house.app, true);
    let job = planner.post(&house, &format!("/api/plans/{id}/frontier"), json!({})).await.is(202);
    let job = until(&house, &planner, &job, over).await;
    assert_eq!(job["state"], "done", "{job}");
    let points = job["result"]["points"].as_array().unwrap();
    let years: Vec<&Value> = points.iter().map(|point| &point["finish"]).collect();
    let first = demo::Options::YEAR.0 + 1;
    assert_eq!(years, [&json!(first), &json!(first + 1)]);
    assert!(points[1]["cost"].is_string(), "{job}");

    // It is kept with its plan and says itself when it is no longer of now.
    let path = format!("/api/plans/{id}");
    let seen = planner.get(&house, &path).await.is(200);
    assert_eq!(seen["frontier"]["points"], job["result"]["points"]);
    assert_eq!(seen["frontier"]["stale"], json!([]), "{}", seen["frontier"]);
    let edit = json!({"version": seen["version"], "settings": settings("三年", 3, "")});
    let put = planner.send(&house, Method::PUT, &format!("{path}/settings"), &edit).await.is(200);
    assert_eq!(put["frontier"]["stale"], json!(["方案设置已修改"]));
    assert_eq!(put["frontier"]["points"], job["result"]["points"]);
}

/// What the data do not have is told at its line when the settings are written, all of it at once.
#[tokio::test]
async fn settings_that_name_what_is_not_there_are_refused_at_once() {
    let house = planned(Kind::Sqlite).await.unwrap();
    let planner = house.client("officer-planning").await;
    let text = settings(
        "甲",
        2,
        "[[land]]\nschool = \"9900000001\"\narea = \"10\"\n\
         [[line]]\nindicator = \"L99\"\nyear = 2025\nat_least = \"90%\"\n",
    );
    let answer = planner.post(&house, "/api/plans", json!({"name": "甲", "settings": text})).await;
    let fields = answer.is(422)["fields"].clone();
    let places: Vec<_> = fields.as_array().unwrap().iter().map(|f| f["line"].clone()).collect();
    assert_eq!(places, [json!(9), json!(12)], "{fields}");
    assert!(fields[0]["message"].as_str().unwrap().contains("9900000001"), "{fields}");
}

/// What was done of the adopted plan, and what was taken back.
#[rstest]
#[tokio::test]
async fn an_adopted_plan_is_held_against_what_is_done(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let Some(house) = planned(kind).await else { return };
    let planner = house.client("officer-planning").await;
    let leader = house.client("leader").await;
    assert_eq!(leader.get(&house, "/api/baseline").await.is(200), json!({"plan": null}));
    let id = begun(&house, &planner, "两年", &settings("两年", 2, "")).await;
    let _runner = Runner::start(&house.app, true);
    let seen = run(&house, &planner, id).await;
    let today = house.now().to_string();
    let day = &today[..10];
    let work = json!({"plan": id, "action": 1, "day": day, "note": "竣工"});
    let works = "/api/baseline/works";
    assert_eq!(planner.post(&house, works, work.clone()).await.code(), "H-EDIT-03");
    let adopt = format!("/api/plans/{id}/adopt");
    planner.post(&house, &adopt, json!({"version": seen["version"]})).await.is(200);

    let before = leader.get(&house, "/api/baseline").await.is(200)["plan"].clone();
    let actions = seen["plan"]["actions"].as_array().unwrap().len();
    assert_eq!(before["actions"].as_array().unwrap().len(), actions);
    assert_eq!((&before["done"], &before["paid"]), (&json!(0), &json!("0")));
    assert_eq!(before["cost"], seen["plan"]["cost"]);
    assert_eq!(before["year"], demo::Options::YEAR.0);
    assert_eq!(before["sections"], json!([]), "the data are older than the plan");

    // Who may only read records nothing; mistakes are told at their fields.
    assert_eq!(leader.post(&house, works, work.clone()).await.code(), "H-AUTH-04");
    let wrong =
        json!({"plan": id, "action": 9999, "day": "2999-01-01", "amount": "多", "evidence": 5});
    let fields = planner.post(&house, works, wrong).await.is(422)["fields"].clone();
    let names: Vec<_> = fields.as_array().unwrap().iter().map(|f| f["field"].clone()).collect();
    assert_eq!(names, ["amount", "day", "action", "evidence"], "{fields}");

    // A part of it, then the rest.
    let first = &before["actions"][0];
    let part = json!({"plan": id, "action": 1, "day": day, "quantity": "0.0001", "amount": "1.5"});
    planner.post(&house, works, part).await.is(201);
    let now = leader.get(&house, "/api/baseline").await.is(200)["plan"].clone();
    assert_eq!((&now["done"], &now["paid"]), (&json!(0), &json!("1.5")));
    assert_ne!(now["actions"][0]["state"], "done");
    let made = planner.post(&house, works, work).await.is(201);
    let now = leader.get(&house, "/api/baseline").await.is(200)["plan"].clone();
    assert_eq!((&now["done"], &now["actions"][0]["zh_state"]), (&json!(1), &json!("完成")));
    assert_eq!(now["actions"][0]["zh"], first["zh"]);
    let sum = ["done", "on_time", "late"].map(|key| now[key].as_u64().unwrap());
    assert_eq!(usize::try_from(sum.iter().sum::<u64>()).unwrap(), actions);

    // Taken back by who has seen it.
    let path = format!("{works}/{}", made["number"]);
    planner.send(&house, Method::DELETE, &format!("{path}?plan={id}"), &json!({})).await.is(428);
    let whole = format!("{path}?plan={id}&version=1");
    let stranger = house.session(&other_county(), "planner").await;
    stranger.send(&house, Method::DELETE, &whole, &json!({})).await.is(404);
    planner.send(&house, Method::DELETE, &whole, &json!({})).await.is(204);
    let now = leader.get(&house, "/api/baseline").await.is(200)["plan"].clone();
    assert_eq!(now["done"], 0);
}

/// A solver that works until it is told to stop, as a long search does; then it has found nothing.
struct Stubborn {
    /// It has begun.
    begun: Arc<AtomicBool>,
    /// From now on it solves as others do.
    willing: Arc<AtomicBool>,
}

impl Solver for Stubborn {
    fn version(&self) -> Version {
        solver::in_process().version()
    }

    fn solve_watched(
        &self,
        model: &Model,
        settings: &Settings,
        watch: &Watch<'_>,
    ) -> Result<Solution, SolverError> {
        if self.willing.load(Ordering::SeqCst) {
            return solver::in_process().solve_watched(model, settings, watch);
        }
        self.begun.store(true, Ordering::SeqCst);
        let end = std::time::Instant::now() + Duration::from_mins(1);
        while !watch.cancel.is_cancelled() && std::time::Instant::now() < end {
            std::thread::park_timeout(Duration::from_millis(5));
        }
        Err(SolverError::Crashed { how: "测试中止".to_owned() })
    }
}

/// A house whose solver is stubborn, and its two switches: has it begun, is it willing.
async fn stubborn() -> (House, Arc<AtomicBool>, Arc<AtomicBool>) {
    let (begun, willing) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let (mut config, folder) = config(Kind::Sqlite).await.unwrap();
    let switches = (Arc::clone(&begun), Arc::clone(&willing));
    config.solver = Solvers::new(move || {
        Box::new(Stubborn { begun: Arc::clone(&switches.0), willing: Arc::clone(&switches.1) })
    });
    let house = House::with_people(config, Arc::new(folder)).await;
    schools(&house).await;
    (house, begun, willing)
}

async fn wait(switch: &AtomicBool) {
    let end = Instant::now() + Duration::from_mins(1);
    while !switch.load(Ordering::SeqCst) {
        assert!(Instant::now() < end, "it never began");
        sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn whoever_stops_a_search_gets_the_best_plan_so_far() {
    let (house, searching, _) = stubborn().await;
    let planner = house.client("officer-planning").await;
    let id = begun(&house, &planner, "停下", &settings("停下", 3, "")).await;
    let _runner = Runner::start(&house.app, true);
    let job = planner.post(&house, &format!("/api/plans/{id}/run"), json!({})).await.is(202);
    wait(&searching).await;
    let seen = until(&house, &planner, &job, |job| job["progress"]["best"].is_string()).await;
    assert!(seen["progress"]["text"].as_str().unwrap().contains("目前最好"), "{seen}");
    let cancel = format!("/api/jobs/{}/cancel", job["job"]);
    planner.post(&house, &cancel, json!({})).await.is(200);
    let job = until(&house, &planner, &job, over).await;
    assert_eq!((&job["state"], &job["result"]["cancelled"]), (&json!("done"), &json!(true)));
    let seen = planner.get(&house, &format!("/api/plans/{id}")).await.is(200);
    assert_eq!((&seen["state"], &seen["result"]["proved"]), (&json!("solved"), &json!(false)));
    assert_eq!(seen["result"]["accepted"], true);
    assert!(!seen["result"]["ended"].as_str().unwrap().is_empty());
}

#[tokio::test]
async fn a_search_goes_on_after_the_server_was_killed() {
    let (house, searching, willing) = stubborn().await;
    let planner = house.client("officer-planning").await;
    let id = begun(&house, &planner, "重来", &settings("重来", 2, "")).await;
    let runner = Runner::start(&house.app, true);
    let job = planner.post(&house, &format!("/api/plans/{id}/run"), json!({})).await.is(202);
    wait(&searching).await;
    drop(runner);
    let seen = planner.get(&house, &format!("/api/plans/{id}")).await.is(200);
    assert_eq!((&seen["state"], &seen["job"]["state"]), (&json!("draft"), &json!("running")));

    willing.store(true, Ordering::SeqCst);
    house.pass(1);
    let house = house.restarted().await;
    let _runner = Runner::start(&house.app, true);
    let job = until(&house, &planner, &job, over).await;
    assert_eq!(job["state"], "done", "{job}");
    let seen = planner.get(&house, &format!("/api/plans/{id}")).await.is(200);
    assert_eq!((&seen["state"], &seen["result"]["accepted"]), (&json!("solved"), &json!(true)));
}

#[tokio::test]
async fn a_plan_that_is_changed_meanwhile_keeps_no_old_result() {
    let (house, searching, willing) = stubborn().await;
    let planner = house.client("officer-planning").await;
    let id = begun(&house, &planner, "改了", &settings("改了", 2, "")).await;
    let _runner = Runner::start(&house.app, true);
    let job = planner.post(&house, &format!("/api/plans/{id}/run"), json!({})).await.is(202);
    wait(&searching).await;
    let edit = json!({"version": 1, "settings": settings("改了", 3, "")});
    let put = format!("/api/plans/{id}/settings");
    planner.send(&house, Method::PUT, &put, &edit).await.is(200);
    willing.store(true, Ordering::SeqCst);
    planner.post(&house, &format!("/api/jobs/{}/cancel", job["job"]), json!({})).await.is(200);
    let job = until(&house, &planner, &job, over).await;
    assert_eq!(job["state"], "failed");
    assert!(job["error"].as_str().unwrap().contains("已被修改"), "{job}");
    let seen = planner.get(&house, &format!("/api/plans/{id}")).await.is(200);
    assert_eq!((&seen["state"], &seen["plan"]), (&json!("draft"), &Value::Null));
}
