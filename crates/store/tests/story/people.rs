//! Accounts and sessions.

use crate::fixture::{Kind, at, by, county, house, school};
use jiff::civil::date;
use rstest::rstest;
use store::sessions::Session;
use store::users::{Grant, GrantScope, NewUser};

fn new(login: &str) -> NewUser {
    let scope = GrantScope::School(school(1).to_string());
    let grant = Grant { role: "clerk".to_owned(), scope, from: None, to: None };
    let (name, password) = ("李老师".to_owned(), Some("$argon2id$…".to_owned()));
    NewUser { login: login.to_owned(), name, password, must_change: true, grants: vec![grant] }
}

#[rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test]
async fn accounts(#[case] kind: Kind) {
    let Some(house) = house(kind).await else { return };
    let store = &house.store;
    let (county, admin) = (county(), by("管理员", 0));
    let ids = store.add_users(&county, &[new("a"), new("b")], &admin).await.unwrap();
    assert_eq!(ids, [1, 2]);
    let taken = store.add_users(&county, &[new("c"), new("b")], &admin).await.unwrap_err();
    assert_eq!(taken.code(), "ST-FIND-02");
    assert_eq!(store.users(&county).await.unwrap().len(), 2, "all of them or none");

    let a = store.user_by_login(&county, "a").await.unwrap().unwrap();
    assert_eq!((a.id, a.failures, a.must_change), (1, 0, true));
    assert_eq!(a.grants, new("a").grants);
    assert_eq!(store.user_by_login(&county, "A' or '1'='1").await.unwrap(), None);
    let lock = |failures: i64| (failures >= 3).then(|| at(900));
    for n in 1..=3 {
        let failures = store.count_failure(&county, 1, Some(&lock), &by("a", n)).await.unwrap();
        assert_eq!(failures, n);
    }
    assert_eq!(store.user(&county, 1).await.unwrap().locked_until, Some(at(900)));
    store.count_failure(&county, 1, None, &by("a", 901)).await.unwrap();
    let a = store.user(&county, 1).await.unwrap();
    assert_eq!((a.failures, a.locked_until), (0, None));

    let proxy = Grant {
        role: "principal".to_owned(),
        scope: GrantScope::District("D1".to_owned()),
        from: Some(date(2025, 1, 1)),
        to: Some(date(2025, 2, 1)),
    };
    let grants = [proxy.clone()];
    let edit = |seen| store.edit_user(&county, 1, "李校长", false, &grants, seen, &admin);
    let version = edit(a.version).await.unwrap();
    assert_eq!(edit(a.version).await.unwrap_err().code(), "ST-EDIT-01");
    let edited = store.user(&county, 1).await.unwrap();
    assert_eq!((edited.active, edited.version), (false, version));
    assert_eq!(edited.grants, [proxy]);
    store.set_password(&county, 1, "new", false, &admin).await.unwrap();
    let edited = store.user(&county, 1).await.unwrap();
    assert_eq!((edited.password.as_deref(), edited.must_change), (Some("new"), false));
    assert!(store.set_password(&county, 9, "new", false, &admin).await.is_err());
    // Hashes do not wander into the audit.
    let rows = store.audit_rows(&county, &store::AuditFilter::default(), 100).await.unwrap();
    assert!(rows.iter().all(|row| !row.detail.contains("argon2")));
}

#[rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test]
async fn sessions(#[case] kind: Kind) {
    let Some(house) = house(kind).await else { return };
    let store = &house.store;
    let (county, a) = (county(), by("a", 0));
    store.add_users(&county, &[new("a")], &a).await.unwrap();
    let session = |token: &str| Session {
        county: county.clone(),
        token: token.to_owned(),
        user: 1,
        csrf: "c".to_owned(),
        created: at(0),
        seen: at(0),
        expires: at(3600),
    };
    for token in ["t1", "t2", "t3", "t4"] {
        store.open_session(&session(token), &a).await.unwrap();
    }
    store.touch_session(&county, "t1", at(60), at(4000)).await.unwrap();
    // The clock has jumped back.
    store.touch_session(&county, "t1", at(-60), at(10)).await.unwrap();
    let found = store.session("t1").await.unwrap().unwrap();
    assert_eq!((found.seen, found.expires), (at(60), at(4000)));
    assert_eq!(store.session("t9").await.unwrap(), None);
    store.end_session(&county, "t2", &a).await.unwrap();
    assert_eq!(store.session("t2").await.unwrap(), None);
    assert_eq!(store.sweep_sessions(&county, at(100), at(30)).await.unwrap(), 2);
    store.open_session(&session("t5"), &a).await.unwrap();
    assert_eq!(store.end_sessions_of(&county, 1, Some("t5"), &a).await.unwrap(), 1);
    let left: Vec<_> =
        store.sessions_of(&county, 1).await.unwrap().into_iter().map(|s| s.token).collect();
    assert_eq!(left, ["t5"]);
}
