//! Jobs: progress, result, cancel, panic, and a server that goes in the middle of one.

use crate::fixture::{Client, House, Kind, county};
use api::jobs::Runner;
use api::{JobContext, JobError, JobKinds};
use axum::http::Method;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use store::By;
use store::jobs::NewJob;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, timeout};

async fn enqueue(house: &House, kind: &str, input: Value) -> i64 {
    let new = NewJob {
        kind: kind.to_owned(),
        input: input.to_string(),
        steps: vec!["读取".to_owned(), "写入".to_owned()],
        request: None,
    };
    let by = By::new("张三（zhangsan）", house.now());
    house.app.store().enqueue(&county(), &new, &by).await.unwrap().id
}

/// Waits for what has to happen; at most some seconds.
async fn soon<T>(what: impl Future<Output = T>) -> T {
    timeout(Duration::from_secs(20), what).await.expect("it has to happen soon")
}

/// Looks at a job until it is as expected; at most some seconds.
async fn until(house: &House, client: &Client, id: i64, fits: impl Fn(&Value) -> bool) -> Value {
    let end = Instant::now() + Duration::from_secs(20);
    loop {
        let job = client.get(house, &format!("/api/jobs/{id}")).await.is(200);
        if fits(&job) {
            return job;
        }
        assert!(Instant::now() < end, "{job}");
        sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn a_backup_is_made_and_listed() {
    let house = House::peopled(Kind::Sqlite).await.unwrap();
    let _runner = Runner::start(&house.app, true);
    let admin = house.client("system_admin").await;
    let begun = admin.post(&house, "/api/backups", json!({})).await.is(202);
    let job = until(&house, &admin, begun["job"].as_i64().unwrap(), |job| {
        !matches!(job["state"].as_str(), Some("queued" | "running"))
    })
    .await;
    assert_eq!(job["state"], "done", "{job}");
    assert_eq!(job["steps"][1]["state"], "done");
    let backups = admin.get(&house, "/api/backups").await.is(200);
    assert_eq!(backups[0]["name"], job["result"]["name"]);
    assert!(backups[0]["bytes"].as_u64().unwrap() > 1_000);
}

#[tokio::test]
async fn progress_is_told_and_a_job_can_be_stopped() {
    let go = Arc::new(Notify::new());
    let gate = Arc::clone(&go);
    let kinds = JobKinds::default().with("slow", move |context: JobContext| {
        let gate = Arc::clone(&gate);
        async move {
            context.step(1);
            context.progress(3, 10);
            context.say("正在求解");
            context.figure("best", "1234.5");
            context.figure("gap", "0.0123");
            gate.notified().await;
            context
                .blocking(|context| {
                    // Bounded, should nobody stop it.
                    (0..2_000).try_for_each(|_| {
                        context.check()?;
                        std::thread::park_timeout(Duration::from_millis(5));
                        Ok(())
                    })
                })
                .await?;
            Ok(json!({}))
        }
    });
    let house = House::with_jobs(kinds).await;
    let planner = house.client("officer-planning").await;
    let id = enqueue(&house, "slow", json!({})).await;
    let runner = Runner::start(&house.app, true);
    let job = until(&house, &planner, id, |job| job["progress"]["gap"] == "0.0123").await;
    assert_eq!(job["progress"], json!({"text": "正在求解", "best": "1234.5", "gap": "0.0123"}));
    let step = json!({"name": "写入", "state": "running", "done": 3, "total": 10});
    assert_eq!((&job["steps"][0]["state"], &job["steps"][1]), (&json!("done"), &step));
    go.notify_one();
    let path = format!("/api/jobs/{id}/cancel");
    let asked = planner.post(&house, &path, json!({})).await.is(200);
    assert!(asked["cancelling"] == true || asked["state"] == "cancelled");
    let job = until(&house, &planner, id, |job| job["state"] == "cancelled").await;
    assert_eq!(job["error"], Value::Null);
    drop(runner);
}

#[tokio::test]
async fn whoever_watches_is_told_to_the_end() {
    let kinds = JobKinds::default().with("quick", |context: JobContext| async move {
        context.step(1);
        Ok(json!({"n": 1}))
    });
    let house = House::with_jobs(kinds).await;
    let planner = house.client("officer-planning").await;
    let id = enqueue(&house, "quick", json!({})).await;
    let _runner = Runner::start(&house.app, true);
    let answer = planner.get(&house, &format!("/api/jobs/{id}/events")).await;
    assert_eq!(answer.header("content-type"), "text/event-stream");
    let text = String::from_utf8(answer.bytes).unwrap();
    let last = text.lines().rfind(|line| line.starts_with("data: ")).unwrap();
    let job: Value = serde_json::from_str(last.trim_start_matches("data: ")).unwrap();
    assert_eq!((&job["state"], &job["result"]), (&json!("done"), &json!({"n": 1})));
}

#[tokio::test]
async fn a_failure_and_a_panic_end_the_job_and_nothing_else() {
    let kinds = JobKinds::default()
        .with("fails", |_| async {
            Err(JobError::failed("第 3 张表没有标题行；请核对"))
        })
        .with("panics", |context: JobContext| async move {
            let input: Vec<u32> = context.input()?;
            assert!(input.len() > 5, "boom");
            Ok(json!({}))
        });
    let house = House::with_jobs(kinds).await;
    let planner = house.client("officer-planning").await;
    let failed = enqueue(&house, "fails", json!({})).await;
    let panicked = enqueue(&house, "panics", json!([])).await;
    let misread = enqueue(&house, "panics", json!("x")).await;
    let _runner = Runner::start(&house.app, true);
    let is_failed = |job: &Value| job["state"] == "failed";
    let job = until(&house, &planner, failed, is_failed).await;
    assert_eq!(job["error"], "第 3 张表没有标题行；请核对");
    let job = until(&house, &planner, panicked, is_failed).await;
    assert!(job["error"].as_str().unwrap().starts_with("任务中断"));
    let job = until(&house, &planner, misread, is_failed).await;
    assert!(job["error"].as_str().unwrap().starts_with("任务参数无法读取"));
    let listed = planner.get(&house, "/api/jobs?limit=2").await.is(200);
    assert_eq!((listed["items"].as_array().unwrap().len(), &listed["next"]), (2, &json!("2")));
}

#[tokio::test]
async fn a_job_goes_on_after_the_server_was_killed() {
    let (begun, hang) = (Arc::new(Notify::new()), Arc::new(AtomicUsize::new(1)));
    let kinds = {
        let (begun, hang) = (Arc::clone(&begun), Arc::clone(&hang));
        JobKinds::default().with("stubborn", move |context: JobContext| {
            let (begun, hang) = (Arc::clone(&begun), Arc::clone(&hang));
            async move {
                if hang.load(Ordering::SeqCst) == 1 {
                    begun.notify_one();
                    std::future::pending::<()>().await;
                }
                Ok(json!({"attempt": context.attempt()}))
            }
        })
    };
    let house = House::with_jobs(kinds).await;
    let planner = house.client("officer-planning").await;
    let id = enqueue(&house, "stubborn", json!({})).await;
    let runner = Runner::start(&house.app, true);
    soon(begun.notified()).await;
    drop(runner);
    let job = planner.get(&house, &format!("/api/jobs/{id}")).await.is(200);
    assert_eq!(job["state"], "running", "a killed server says nothing");

    hang.store(0, Ordering::SeqCst);
    house.pass(1);
    let house = house.restarted().await;
    let _runner = Runner::start(&house.app, true);
    let job = until(&house, &planner, id, |job| job["state"] == "done").await;
    assert_eq!(job["result"]["attempt"], 2);
}

#[tokio::test]
async fn what_kills_the_server_is_given_up() {
    let begun = Arc::new(Notify::new());
    let kinds = {
        let begun = Arc::clone(&begun);
        JobKinds::default().with("killer", move |_| {
            let begun = Arc::clone(&begun);
            async move {
                begun.notify_one();
                std::future::pending().await
            }
        })
    };
    let mut house = House::with_jobs(kinds).await;
    let id = enqueue(&house, "killer", json!({})).await;
    for _ in 0..3 {
        let runner = Runner::start(&house.app, true);
        soon(begun.notified()).await;
        drop(runner);
        house.pass(1);
        house = house.restarted().await;
    }
    let _runner = Runner::start(&house.app, true);
    let planner = house.client("officer-planning").await;
    let job = until(&house, &planner, id, |job| job["state"] == "failed").await;
    assert!(job["error"].as_str().unwrap().contains("三次中断"));
}

#[tokio::test]
async fn a_waiting_job_is_cancelled_at_once() {
    let house = House::with_jobs(JobKinds::default()).await;
    let planner = house.client("officer-planning").await;
    let id = enqueue(&house, "later", json!({})).await;
    let path = format!("/api/jobs/{id}/cancel");
    let job = planner.send(&house, Method::POST, &path, &json!({})).await.is(200);
    assert_eq!((&job["state"], &job["cancelling"]), (&json!("cancelled"), &json!(false)));
}
