//! Rosters: kept sealed, changed as a whole or one by one, read within a scope, and lost to nobody who
//! has the key and to everybody who has not.

use crate::crash::run_and_kill;
use crate::fixture::{House, Kind, at, by, county, house, options, school};
use domain::{SchoolKind, SchoolYear, Stage};
use rstest::rstest;
use sqlx::{PgPool, SqlitePool};
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;
use store::rosters::{ImportState, NewRosterImport, RosterChange, TeacherEntry};
use store::schools::Event;
use store::{Database, KeySource, Options, Plain, Scope, Store, StoreError};

const YEAR: SchoolYear = SchoolYear(2024);
const SECRET: &str = "张小明11010519491231002X";

async fn furnish(store: &Store) {
    let zhang = by("张三", 0);
    store.put_county(&county(), "泾县", &zhang).await.unwrap();
    store.open_year(&county(), YEAR, &zhang).await.unwrap();
    for number in 1..=2 {
        let name = format!("第{number}小学");
        let opened = Event::Opened { name, kind: SchoolKind::Primary, parent: None };
        let day = jiff::civil::date(2020, 9, 1);
        store.record_event(&county(), &school(number), day, opened, "", 0, &zhang).await.unwrap();
    }
}

async fn ready(kind: Kind) -> Option<House> {
    let house = house(kind).await?;
    furnish(&house.store).await;
    Some(house)
}

fn teacher(number: usize, at: u32, content: &str) -> TeacherEntry {
    TeacherEntry {
        number: format!("T{number:05}"),
        school: school(at),
        stage: Stage::Primary,
        post: "teacher".to_owned(),
        subject: "math".to_owned(),
        masked: "张*明".to_owned(),
        content: Plain::new(content.as_bytes().to_vec()),
    }
}

fn change(put: Vec<TeacherEntry>, gone: &[&str]) -> RosterChange {
    let gone = gone.iter().map(|number| (*number).to_owned()).collect();
    RosterChange { put, gone, source: "名册.xlsx".to_owned() }
}

async fn numbers(store: &Store, scope: &Scope) -> Vec<String> {
    let (_, teachers) = store.teachers(&county(), YEAR, scope).await.unwrap().unwrap();
    teachers.into_iter().map(|teacher| teacher.entry.number).collect()
}

#[rstest]
#[tokio::test]
async fn a_roster_is_changed_as_a_whole_and_one_by_one(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let Some(House { store, folder: _folder, .. }) = ready(kind).await else { return };
    let (all, zhang) = (Scope::County, by("张三", 1));
    assert_eq!(store.roster(&county(), YEAR).await.unwrap(), None);
    let first = change(vec![teacher(1, 1, SECRET), teacher(2, 2, "二")], &[]);
    let head = store.change_roster(&county(), YEAR, &first, 0, &all, &zhang).await.unwrap();
    assert_eq!((head.teachers, head.version), (2, 1));
    let (kept, teachers) = store.teachers(&county(), YEAR, &all).await.unwrap().unwrap();
    assert_eq!(kept, head);
    assert_eq!(teachers[0].entry, first.put[0]);
    // The same content is the same stamp; another content is not.
    let same = change(first.put.clone(), &[]);
    let again = store.change_roster(&county(), YEAR, &same, 1, &all, &zhang).await.unwrap();
    assert_eq!((again.stamp == head.stamp, again.version), (true, 2));
    let day = jiff::civil::date(2024, 12, 31);
    let moved = store.set_roster_day(&county(), YEAR, day, 2, &zhang).await.unwrap();
    assert_ne!(moved.stamp, head.stamp);
    // A second writer is told.
    let late = store.change_roster(&county(), YEAR, &same, 2, &all, &zhang).await;
    assert_eq!(late.unwrap_err().code(), "ST-EDIT-01");
    // One by one.
    let own = Scope::school(&school(1));
    let edited = teacher(1, 1, "改");
    let put = store.put_teacher(&county(), YEAR, &edited, "rank", 2, &own, &zhang).await.unwrap();
    assert_eq!(put.version, 3);
    let stale = store.put_teacher(&county(), YEAR, &edited, "rank", 2, &own, &zhang).await;
    assert_eq!(stale.unwrap_err().code(), "ST-EDIT-01");
    let taken = teacher(2, 1, "新");
    let taken = store.put_teacher(&county(), YEAR, &taken, "", 0, &own, &zhang).await;
    assert_eq!(taken.unwrap_err().code(), "ST-FIND-02");
    // What is none of the caller's is not there: neither the teacher nor the school.
    assert_eq!(numbers(&store, &own).await, ["T00001"]);
    for entry in [teacher(2, 2, "x"), teacher(2, 1, "x"), teacher(1, 2, "x")] {
        let version = if entry.number == "T00001" { 3 } else { 2 };
        let put = store.put_teacher(&county(), YEAR, &entry, "", version, &own, &zhang).await;
        assert_eq!(put.unwrap_err().code(), "ST-FIND-01");
        let whole = change(vec![entry], &[]);
        let put = store.change_roster(&county(), YEAR, &whole, 4, &own, &zhang).await;
        assert_eq!(put.unwrap_err().code(), "ST-FIND-01");
    }
    let gone = change(vec![], &["T00002"]);
    let gone = store.change_roster(&county(), YEAR, &gone, 4, &own, &zhang).await;
    assert_eq!(gone.unwrap_err().code(), "ST-FIND-01");
    assert!(store.teacher(&county(), YEAR, "T00002", &own).await.is_err());
    store.remove_teacher(&county(), YEAR, "T00002", "调出", 2, &all, &zhang).await.unwrap();
    assert_eq!(numbers(&store, &all).await, ["T00001"]);
    // A locked year stays as it is.
    let years = store.years(&county()).await.unwrap();
    store.lock_year(&county(), YEAR, true, "", years[0].version, &zhang).await.unwrap();
    let late = store.put_teacher(&county(), YEAR, &edited, "", 3, &all, &zhang).await;
    assert_eq!(late.unwrap_err().code(), "ST-MOVE-03");
    assert!(store.check().await.unwrap().is_whole());
}

#[rstest]
#[tokio::test]
async fn a_look_is_in_the_audit_before_it_is_answered(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let Some(House { store, folder: _folder, .. }) = ready(kind).await else { return };
    let (all, zhang) = (Scope::County, by("张三", 1));
    let put = change(vec![teacher(1, 1, SECRET)], &[]);
    store.change_roster(&county(), YEAR, &put, 0, &all, &zhang).await.unwrap();
    let other = Scope::school(&school(2));
    let unseen = store.reveal_teacher(&county(), YEAR, "T00001", "核对", &other, &zhang).await;
    assert_eq!(unseen.unwrap_err().code(), "ST-FIND-01");
    let seen = store.reveal_teacher(&county(), YEAR, "T00001", "核对", &all, &zhang).await.unwrap();
    assert_eq!(seen.entry.content.reveal(), SECRET.as_bytes());
    store.reveal_roster(&county(), YEAR, "评审", &all, &zhang).await.unwrap();
    let rows = store.audit_rows(&county(), &store::AuditFilter::default(), 100).await.unwrap();
    let looks: Vec<(&str, &str, &str)> = rows
        .iter()
        .filter(|row| row.action.ends_with(".reveal"))
        .map(|row| (row.action.as_str(), row.target.as_str(), row.detail.as_str()))
        .collect();
    assert_eq!(
        looks,
        [("roster.reveal", "2024", "1 人：评审"), ("teacher.reveal", "2024/T00001", "核对")]
    );
    let said = format!("{rows:?} {seen:?}");
    assert!(!said.contains("小明") && !said.contains("19491231"), "{said}");
}

#[rstest]
#[tokio::test]
async fn an_upload_waits_is_its_owners_and_is_taken_once(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let Some(House { store, folder: _folder, .. }) = ready(kind).await else { return };
    let (all, zhang) = (Scope::County, by("张三", 1));
    let new = |request: &str| NewRosterImport {
        year: YEAR,
        owner: 7,
        request: Some(request.to_owned()),
        file: "名册.xlsx".to_owned(),
        content: Plain::new(SECRET.as_bytes().to_vec()),
        expires_at: at(100),
    };
    let (first, fresh) = store.shelve_roster(&county(), &new("a"), &zhang).await.unwrap();
    let (again, twice) = store.shelve_roster(&county(), &new("a"), &zhang).await.unwrap();
    assert_eq!((fresh, twice, again.id), (true, false, first.id));
    let other = store.roster_import(&county(), first.id, 8, at(2)).await;
    assert_eq!(other.unwrap_err().code(), "ST-FIND-01");
    let put = change(vec![teacher(1, 1, SECRET)], &[]);
    let accept = |owner: i64, id: i64, when: i64| {
        let (store, put, all) = (store.clone(), put.clone(), all.clone());
        async move {
            store.accept_roster(&county(), id, owner, &put, 0, &all, &by("张三", when)).await
        }
    };
    assert_eq!(accept(8, first.id, 3).await.unwrap_err().code(), "ST-FIND-01");
    assert!(accept(7, first.id, 3).await.unwrap().is_some());
    assert!(accept(7, first.id, 4).await.unwrap().is_none(), "twice is once");
    let done = store.roster_import(&county(), first.id, 7, at(5)).await.unwrap();
    assert_eq!((done.state, done.content.reveal().len()), (ImportState::Accepted, 0));
    // Thrown away, and out of time: both are empty afterwards.
    let (second, _) = store.shelve_roster(&county(), &new("b"), &zhang).await.unwrap();
    store.drop_roster_import(&county(), second.id, 7, &zhang).await.unwrap();
    let (third, _) = store.shelve_roster(&county(), &new("c"), &zhang).await.unwrap();
    assert_eq!(accept(7, second.id, 6).await.unwrap_err().code(), "ST-MOVE-05");
    assert_eq!(accept(7, third.id, 100).await.unwrap_err().code(), "ST-MOVE-05");
    for (id, state) in [(second.id, ImportState::Removed), (third.id, ImportState::Expired)] {
        let record = store.roster_import(&county(), id, 7, at(101)).await.unwrap();
        assert_eq!((record.state, record.content.reveal().len()), (state, 0));
    }
    assert!(store.check().await.unwrap().is_whole());
}

/// Runs a statement beside the store, as somebody would who has got hold of the database.
async fn tamper(options: &Options, sql: &'static str) {
    match &options.database {
        Database::Sqlite(file) => {
            let file = options.folder.join(file);
            let pool = SqlitePool::connect(&format!("sqlite:{}", file.display())).await.unwrap();
            sqlx::raw_sql(sql).execute(&pool).await.unwrap();
            pool.close().await;
        }
        Database::Postgres(address) => {
            let pool = PgPool::connect(address).await.unwrap();
            sqlx::raw_sql(sql).execute(&pool).await.unwrap();
        }
    }
}

#[rstest]
#[tokio::test]
async fn a_box_that_was_changed_or_moved_does_not_open(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
    #[values(
        "update teachers set sealed = (select sealed from teachers where number = 'T00002')
         where number = 'T00001'",
        "update teachers set number = 'T00009' where number = 'T00001'",
        "update teachers set sealed = substr(sealed, 1, 40) where number = 'T00001'"
    )]
    sql: &'static str,
) {
    let Some(House { store, options, folder: _folder }) = ready(kind).await else { return };
    let (all, zhang) = (Scope::County, by("张三", 1));
    let put = change(vec![teacher(1, 1, SECRET), teacher(2, 1, "二")], &[]);
    store.change_roster(&county(), YEAR, &put, 0, &all, &zhang).await.unwrap();
    tamper(&options, sql).await;
    let error = store.teachers(&county(), YEAR, &all).await.unwrap_err();
    assert_eq!(error.code(), "ST-KEY-03", "{error}");
    assert!(!error.to_string().contains("小明"));
    store.teacher(&county(), YEAR, "T00002", &all).await.unwrap();
    let report = store.check().await.unwrap();
    let codes: Vec<&str> = report.damages.iter().map(|damage| damage.code.as_str()).collect();
    assert_eq!(codes, ["ST-CHECK-07"], "{report:?}");
}

fn key_file(options: &Options) -> std::path::PathBuf {
    options.folder.join("personal.key")
}

#[rstest]
#[tokio::test]
async fn without_its_key_a_roster_is_shut_and_all_else_works(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let Some(House { store, options, folder: _folder }) = ready(kind).await else { return };
    let (all, zhang) = (Scope::County, by("张三", 1));
    let put = change(vec![teacher(1, 1, SECRET)], &[]);
    store.change_roster(&county(), YEAR, &put, 0, &all, &zhang).await.unwrap();
    let report = store.keys().await.unwrap();
    assert_eq!((report.keys.len(), &report.trouble), (1, &None));
    assert_eq!(report.boxes[&report.keys[0].id], 2);
    store.close().await;
    let key = std::fs::read(key_file(&options)).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(key_file(&options)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let wrong = "ab".repeat(32);
    for (text, code) in [
        (None, "ST-KEY-01"),
        (Some("kein Schlüssel"), "ST-KEY-04"),
        (Some(""), "ST-KEY-04"),
        (Some(wrong.as_str()), "ST-KEY-02"),
    ] {
        match text {
            None => std::fs::remove_file(key_file(&options)).unwrap(),
            Some(text) => std::fs::write(key_file(&options), text).unwrap(),
        }
        let store = Store::open(&options).await.unwrap();
        // No new key is made where something has been sealed.
        assert_eq!(key_file(&options).exists(), text.is_some());
        let error = store.teachers(&county(), YEAR, &all).await.unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        assert!(error.to_string().contains("其他功能不受影响"), "{error}");
        let add = teacher(2, 1, "二");
        let added = store.put_teacher(&county(), YEAR, &add, "", 0, &all, &zhang).await;
        assert_eq!(added.unwrap_err().code(), code, "nothing is sealed with a second key");
        assert_eq!(store.roster(&county(), YEAR).await.unwrap().unwrap().teachers, 1);
        assert_eq!(store.schools(&county(), &all).await.unwrap().len(), 2);
        let report = store.check().await.unwrap();
        assert!(report.is_whole() && report.keys.trouble.is_some(), "{report:?}");
        store.close().await;
    }
    // The key is put back, while the program runs.
    let store = Store::open(&options).await.unwrap();
    std::fs::write(key_file(&options), &key).unwrap();
    assert_eq!(numbers(&store, &all).await, ["T00001"]);
    store.close().await;
    // Or it is given as text, or stands elsewhere.
    let text = String::from_utf8(key.clone()).unwrap();
    let digits = text.lines().find(|line| line.len() == 64).unwrap().to_owned();
    let elsewhere = options.folder.with_file_name("别处.key");
    std::fs::rename(key_file(&options), &elsewhere).unwrap();
    for source in [KeySource::Given(format!("{wrong},{digits}")), KeySource::File(elsewhere)] {
        assert!(!format!("{source:?}").contains(&digits));
        let store = Store::open(&options.clone().key(source)).await.unwrap();
        assert_eq!(numbers(&store, &all).await, ["T00001"]);
        assert!(!key_file(&options).exists());
        store.close().await;
    }
}

#[rstest]
#[tokio::test]
async fn the_key_is_changed_while_others_read(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let Some(House { store, options, folder: _folder }) = ready(kind).await else { return };
    let (all, zhang) = (Scope::County, by("张三", 1));
    let put = change((0..200).map(|n| teacher(n, 1, SECRET)).collect(), &[]);
    let head = store.change_roster(&county(), YEAR, &put, 0, &all, &zhang).await.unwrap();
    let old = std::fs::read_to_string(key_file(&options)).unwrap();
    let server = Store::open(&options).await.unwrap();
    assert_eq!(numbers(&server, &all).await.len(), 200);
    let changed = store.change_key(&by("管理员", 2)).await.unwrap();
    assert_eq!(changed.boxes, 201);
    // The server that has read the old key finds the new one by itself, and the content is the same.
    assert_eq!(numbers(&server, &all).await.len(), 200);
    let after = server.roster(&county(), YEAR).await.unwrap().unwrap();
    assert_eq!((after.stamp, after.version), (head.stamp, head.version));
    let add = teacher(500, 2, "新");
    server.put_teacher(&county(), YEAR, &add, "", 0, &all, &zhang).await.unwrap();
    let report = server.keys().await.unwrap();
    assert_eq!(report.keys.len(), 1, "the old key has left");
    assert_eq!(report.boxes.keys().collect::<Vec<_>>(), [&changed.id]);
    // What the old key opens is nothing.
    std::fs::write(key_file(&options), old).unwrap();
    let store = Store::open(&options).await.unwrap();
    let shut = store.teachers(&county(), YEAR, &all).await.unwrap_err();
    assert!(matches!(shut, StoreError::KeyWrong { .. }));
}

#[rstest]
#[tokio::test]
async fn a_backup_has_the_boxes_and_not_the_key(
    #[values(Kind::Sqlite, Kind::Postgres)] from: Kind,
    #[values(Kind::Sqlite, Kind::Postgres)] to: Kind,
) {
    let Some(House { store, options: own, folder }) = ready(from).await else { return };
    let (all, zhang) = (Scope::County, by("张三", 1));
    let put = change(vec![teacher(1, 1, SECRET), teacher(2, 2, "二")], &[]);
    store.change_roster(&county(), YEAR, &put, 0, &all, &zhang).await.unwrap();
    let archive = folder.path().join("备份.zip");
    store.backup(&archive, at(3)).await.unwrap();
    let key = std::fs::read_to_string(key_file(&own)).unwrap();
    let digits = key.lines().find(|line| line.len() == 64).unwrap();
    for text in inside(&archive) {
        assert!(!text.contains(digits) && !text.contains("小明") && !text.contains("19491231"));
    }
    let Some((options, _other)) = options(to).await else { return };
    let restored = Store::restore(&archive, &options).await.unwrap();
    assert!(!key_file(&options).exists(), "no other key is made for it");
    let error = restored.teachers(&county(), YEAR, &all).await.unwrap_err();
    assert_eq!(error.code(), "ST-KEY-01");
    assert!(restored.keys().await.unwrap().trouble.is_some());
    std::fs::copy(key_file(&own), key_file(&options)).unwrap();
    assert_eq!(numbers(&restored, &all).await, ["T00001", "T00002"]);
    assert!(restored.check().await.unwrap().is_whole());
}

fn inside(archive: &Path) -> Vec<String> {
    let mut zip = zip::ZipArchive::new(std::fs::File::open(archive).unwrap()).unwrap();
    let mut texts = Vec::new();
    for number in 0..zip.len() {
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut zip.by_index(number).unwrap(), &mut bytes).unwrap();
        texts.push(String::from_utf8_lossy(&bytes).into_owned());
    }
    texts
}

const FOLDER: &str = "JUNHENG_CRASH_FOLDER";
const DATABASE: &str = "JUNHENG_CRASH_DATABASE";

/// Nothing by itself; the work of a child that is to be killed: rosters, each of one word, and
/// changes of the key between them.
#[tokio::test]
async fn child() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let mut options = Options::new(folder);
    if let Ok(address) = std::env::var(DATABASE) {
        options = options.database(Database::Postgres(address));
    }
    let store = Store::open(&options).await.unwrap();
    let seen = store.roster(&county(), YEAR).await.unwrap().map_or(0, |head| head.version);
    println!("\nready");
    for version in seen..seen + 1_000 {
        let word = format!("word {}", version + 1);
        let put = change((0..150).map(|n| teacher(n, 1, &word)).collect(), &[]);
        let zhang = by("张三", version);
        store.change_roster(&county(), YEAR, &put, version, &Scope::County, &zhang).await.unwrap();
        writeln!(std::io::stdout(), "\naccepted {}", version + 1).unwrap();
        store.change_key(&zhang).await.unwrap();
    }
}

#[rstest]
#[tokio::test]
async fn killed_at_any_moment_every_box_opens(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let Some(House { store, options, folder: _folder }) = ready(kind).await else { return };
    store.close().await;
    let crashes = std::env::var("JUNHENG_CRASHES").map_or(10, |n| n.parse().unwrap());
    let mut random = oorandom::Rand32::new(u64::from(std::process::id()));
    let mut last = 0;
    for _ in 0..crashes {
        let after = Duration::from_micros(u64::from(random.rand_range(100..200_000)));
        for line in run_and_kill("rosters::child", &options, after) {
            last = line.trim_start_matches("accepted ").parse().unwrap_or(last);
        }
        let store = Store::open(&options).await.unwrap();
        if let Some((head, teachers)) =
            store.teachers(&county(), YEAR, &Scope::County).await.unwrap()
        {
            assert!(head.version >= last, "what was accepted is there");
            assert_eq!(teachers.len(), 150);
            let word = format!("word {}", head.version);
            assert!(teachers.iter().all(|t| t.entry.content.reveal() == word.as_bytes()));
        }
        let report = store.check().await.unwrap();
        assert!(report.is_whole() && report.keys.trouble.is_none(), "{report:?}");
        store.close().await;
    }
    assert!(last > 0, "the child has done something");
}
