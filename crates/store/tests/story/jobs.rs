//! Jobs: asked once, done once, resumed after a restart, stopped when asked.

use crate::fixture::{Kind, at, by, county, house};
use rstest::rstest;
use store::jobs::{JobState, NewJob, Outcome, Progress};

fn new(kind: &str, request: Option<&str>) -> NewJob {
    NewJob {
        kind: kind.to_owned(),
        input: "{}".to_owned(),
        steps: vec!["读取".to_owned(), "写入".to_owned()],
        request: request.map(str::to_owned),
    }
}

#[rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test]
async fn from_queue_to_result(#[case] kind: Kind) {
    let Some(house) = house(kind).await else { return };
    let store = &house.store;
    let county = county();
    let first = store.enqueue(&county, &new("import", Some("k1")), &by("张三", 0)).await.unwrap();
    let again = store.enqueue(&county, &new("import", Some("k1")), &by("张三", 1)).await.unwrap();
    assert_eq!(first, again, "asked twice, done once");
    store.enqueue(&county, &new("plan", None), &by("张三", 2)).await.unwrap();
    store.enqueue(&county, &new("plan", None), &by("张三", 3)).await.unwrap();

    let nobody = store.claim(&["report"], "w1", at(10), at(0)).await.unwrap();
    assert_eq!(nobody, None);
    let job = store.claim(&["import", "plan"], "w1", at(10), at(0)).await.unwrap().unwrap();
    assert_eq!((job.id, job.state, job.attempts), (1, JobState::Running, 1));
    let progress = Progress { step: 1, done: 5, total: 10 };
    assert!(store.report(&county, 1, "w1", progress, at(20)).await.unwrap());
    assert!(!store.report(&county, 1, "w2", progress, at(20)).await.unwrap(), "not w2's");
    let done = Outcome::Done("{\"n\":1}".to_owned());
    assert!(store.finish(&county, 1, "w1", &done, at(30)).await.unwrap());
    assert!(!store.finish(&county, 1, "w1", &Outcome::Cancelled, at(31)).await.unwrap());
    let job = store.job(&county, 1).await.unwrap();
    assert_eq!((job.state, job.result.as_deref()), (JobState::Done, Some("{\"n\":1}")));
    assert_eq!((job.step, job.done, job.total), (1, 5, 10));

    // A worker that has gone: its job is taken up again.
    let job = store.claim(&["plan"], "w1", at(40), at(0)).await.unwrap().unwrap();
    assert_eq!(job.id, 2);
    let other = store.claim(&["plan"], "w2", at(41), at(0)).await.unwrap().unwrap();
    assert_eq!(other.id, 3);
    assert_eq!(store.claim(&["plan"], "w2", at(50), at(30)).await.unwrap(), None);
    let resumed = store.claim(&["plan"], "w2", at(100), at(41)).await.unwrap().unwrap();
    assert_eq!((resumed.id, resumed.attempts), (2, 2));
    assert!(!store.report(&county, 2, "w1", progress, at(101)).await.unwrap());

    // Asked to stop.
    let asked = store.cancel(&county, 2, &by("张三", 102)).await.unwrap();
    assert_eq!((asked.state, asked.cancel), (JobState::Running, true));
    assert!(!store.report(&county, 2, "w2", progress, at(103)).await.unwrap());
    assert!(store.finish(&county, 2, "w2", &Outcome::Cancelled, at(104)).await.unwrap());
    let waiting = store.enqueue(&county, &new("plan", None), &by("张三", 105)).await.unwrap();
    let cancelled = store.cancel(&county, waiting.id, &by("张三", 106)).await.unwrap();
    assert_eq!((cancelled.state, cancelled.ended), (JobState::Cancelled, Some(at(106))));
    let failed = Outcome::Failed("磁盘空间不足".to_owned());
    assert!(store.finish(&county, 3, "w2", &failed, at(107)).await.unwrap());
    let listed = store.jobs(&county, 2).await.unwrap();
    assert_eq!(listed[1].failure.as_deref(), Some("磁盘空间不足"));
    assert!(store.job(&county, 99).await.is_err());
}

#[rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test]
async fn many_workers_share_a_queue(#[case] kind: Kind) {
    let Some(house) = house(kind).await else { return };
    let county = county();
    for n in 0..12 {
        house.store.enqueue(&county, &new("plan", None), &by("张三", n)).await.unwrap();
    }
    let workers: Vec<_> = (0..6)
        .map(|n| {
            let store = house.store.clone();
            tokio::spawn(async move {
                let mut taken = Vec::new();
                let name = format!("w{n}");
                while let Some(job) = store.claim(&["plan"], &name, at(10), at(0)).await.unwrap() {
                    taken.push(job.id);
                }
                taken
            })
        })
        .collect();
    let mut taken = Vec::new();
    for worker in workers {
        taken.extend(worker.await.unwrap());
    }
    taken.sort_unstable();
    assert_eq!(taken, (1..=12).collect::<Vec<_>>(), "each job once");
}

/// A clock that was set back, and a server that was killed, keep no job for themselves.
#[rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test]
async fn whoever_has_gone_is_known_by_more_than_the_clock(#[case] kind: Kind) {
    let Some(house) = house(kind).await else { return };
    let (store, county) = (&house.store, county());
    store.put_county(&county, "青山县", &by("张三", 0)).await.unwrap();
    store.enqueue(&county, &new("plan", None), &by("张三", 0)).await.unwrap();
    let day = 86_400;
    let plan = ["plan"];
    let begun = store.claim(&plan, "a-0", at(day), at(day - 30)).await.unwrap().unwrap();
    // The clock is set back by a day: another server waits no day, but the same one knows better.
    assert_eq!(store.claim(&plan, "a-1", at(100), at(70)).await.unwrap(), None);
    let again = store.claim(&plan, "b-0", at(100), at(70)).await.unwrap().unwrap();
    assert_eq!((again.id, again.attempts), (begun.id, 2));
    // Forward by a day: its own workers live, others have fallen silent.
    assert_eq!(store.claim(&plan, "b-1", at(day), at(day - 30)).await.unwrap(), None);
    let again = store.claim(&plan, "c-0", at(day), at(day - 30)).await.unwrap().unwrap();
    assert_eq!(again.attempts, 3);
    // A few minutes ahead is another server's clock.
    assert_eq!(store.claim(&plan, "d-0", at(day - 60), at(day - 90)).await.unwrap(), None);
    // Who is alone need not ask the clock.
    store.orphan_jobs().await.unwrap();
    let again = store.claim(&plan, "d-0", at(day - 60), at(day - 90)).await.unwrap().unwrap();
    assert_eq!((again.id, again.attempts), (begun.id, 4));
}
