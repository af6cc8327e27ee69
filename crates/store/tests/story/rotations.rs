//! Rotations: settings and wishes, runs, notices, objections, orders and what becomes of them.

use crate::fixture::{CATALOGUE, House, Kind, YEAR, by, county, demo, house, options, school};
use domain::{CountyCode, SchoolKind, Stage};
use jiff::civil::date;
use rstest::rstest;
use rust_decimal::Decimal;
use store::rotations::{NewRun, RotationEdit, RotationState, RotationText};
use store::rotations_notices::NoticeState;
use store::rotations_objections::{Decision, NewObjection, ObjectionState, Reply};
use store::rotations_orders::{Assessment, NewOrder, NewRecord, OrderState, Subsidy};
use store::schools::Event;
use store::{AuditFilter, By, Scope, Store, StoreError};

const GROUND: &str = "家中有重病老人需要照料";

fn text(title: &str) -> RotationText {
    RotationText {
        title: title.to_owned(),
        settings: "{\"shares\":[]}".to_owned(),
        wishes: "[]".to_owned(),
        wished: 0,
    }
}

fn found(job: i64, possible: bool) -> NewRun {
    NewRun {
        job,
        mode: "optimum".to_owned(),
        asked: "a1".to_owned(),
        roster: "r1".to_owned(),
        snapshot: "s1".to_owned(),
        standard: "d1".to_owned(),
        rules: "p1".to_owned(),
        possible,
        moved: 2,
        findings: 0,
        brief: "{}".to_owned(),
        settings: "{\"fixed\":[]}".to_owned(),
        result: "{\"moves\":[]}".repeat(100),
        stayers: "[]".to_owned(),
    }
}

fn order(teacher: &str, from: u32, to: u32) -> NewOrder {
    NewOrder {
        teacher: teacher.to_owned(),
        name: "王*".to_owned(),
        from: school(from),
        to: school(to),
        stage: Stage::Primary,
        subject: "语文".to_owned(),
        backbone: true,
        starts: date(2025, 9, 1),
        ends: Some(date(2028, 8, 31)),
    }
}

fn objection(teacher: &str, at: u32) -> NewObjection {
    NewObjection {
        teacher: teacher.to_owned(),
        name: "王*".to_owned(),
        school: school(at),
        kind: "hardship".to_owned(),
        ground: GROUND.to_owned(),
    }
}

/// A county with a year and three schools.
async fn opened(house: &House) -> CountyCode {
    let (store, county, zhang) = (&house.store, county(), by("张三", 1));
    store.put_county(&county, "泾县", &zhang).await.unwrap();
    store.open_year(&county, YEAR, &zhang).await.unwrap();
    for number in 1..=3 {
        let opened = Event::Opened {
            name: format!("第{number}小学"),
            kind: SchoolKind::Primary,
            parent: None,
        };
        let day = date(2020, 9, 1);
        store.record_event(&county, &school(number), day, opened, "", 0, &zhang).await.unwrap();
    }
    county
}

/// A rotation whose first run is shown.
async fn shown(store: &Store, county: &CountyCode, zhang: &By) -> (i64, i64) {
    let id = store.add_rotation(county, YEAR, &text("甲"), zhang).await.unwrap().id;
    store.add_rotation_run(county, id, &found(1, true), zhang).await.unwrap();
    let days = (date(2025, 7, 1), date(2025, 7, 7));
    let record = store.publish_rotation(county, id, 1, days, 1, zhang).await.unwrap();
    assert_eq!(record.state, RotationState::Published);
    (id, record.version)
}

#[rstest]
#[tokio::test]
async fn settings_and_wishes_are_edited_by_one_at_a_time(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let Some(house) = house(kind).await else { return };
    let (store, zhang) = (&house.store, by("张三", 1));
    let county = opened(&house).await;
    let nowhere = store.add_rotation(&county, domain::SchoolYear(1999), &text("甲"), &zhang).await;
    assert_eq!(nowhere.unwrap_err().code(), "ST-FIND-01");
    let first = store.add_rotation(&county, YEAR, &text("甲"), &zhang).await.unwrap();
    let second = store.add_rotation(&county, YEAR, &text("乙"), &zhang).await.unwrap();
    assert_eq!((first.id, second.id), (1, 2));
    let edit = RotationEdit { wishes: Some(("[1]", 1)), ..RotationEdit::default() };
    let edited = store.edit_rotation(&county, 1, &edit, 1, &by("李四", 2)).await.unwrap();
    assert_eq!((edited.version, edited.wished), (2, 1));
    // Two edit at once: one is told.
    let title = RotationEdit { title: Some("丙"), ..RotationEdit::default() };
    let settings = RotationEdit { settings: Some("{}"), ..RotationEdit::default() };
    let (wang, zhao) = (by("王五", 3), by("赵六", 3));
    let (one, other) = tokio::join!(
        store.edit_rotation(&county, 1, &title, 2, &wang),
        store.edit_rotation(&county, 1, &settings, 2, &zhao)
    );
    let refused = [one, other].into_iter().find_map(Result::err).unwrap();
    assert!(matches!(refused, StoreError::Conflict { seen: 2, found: 3, .. }), "{refused:?}");
    let (record, wishes) = store.rotation(&county, 1).await.unwrap();
    assert_eq!((record.version, wishes.as_str()), (3, "[1]"));
    let ids: Vec<i64> =
        store.rotations(&county, YEAR).await.unwrap().iter().map(|r| r.id).collect();
    assert_eq!(ids, [2, 1]);
    // What was never shown goes; what another county asks for is not there.
    store.add_rotation_run(&county, 2, &found(7, true), &zhang).await.unwrap();
    store.remove_rotation(&county, 2, 1, &zhang).await.unwrap();
    assert_eq!(store.rotation(&county, 2).await.unwrap_err().code(), "ST-FIND-01");
    let other = CountyCode::parse("341824").unwrap();
    assert_eq!(store.rotation(&other, 1).await.unwrap_err().code(), "ST-FIND-01");
}

#[rstest]
#[tokio::test]
async fn a_job_keeps_one_run_and_only_a_lawful_one_is_shown(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let Some(house) = house(kind).await else { return };
    let (store, zhang) = (&house.store, by("张三", 1));
    let county = opened(&house).await;
    let id = store.add_rotation(&county, YEAR, &text("甲"), &zhang).await.unwrap().id;
    let first = store.add_rotation_run(&county, id, &found(1, true), &zhang).await.unwrap();
    let again = store.add_rotation_run(&county, id, &found(1, true), &by("李四", 2)).await.unwrap();
    assert_eq!(first, again);
    store.add_rotation_run(&county, id, &found(2, false), &zhang).await.unwrap();
    let runs: Vec<i64> =
        store.rotation_runs(&county, id).await.unwrap().iter().map(|run| run.run).collect();
    assert_eq!(runs, [2, 1]);
    assert_eq!(store.run_of_job(&county, id, 2).await.unwrap().unwrap().run, 2);
    let (record, settings, result) = store.rotation_run(&county, id, 1).await.unwrap();
    assert_eq!((record, settings.as_str()), (first, "{\"fixed\":[]}"));
    assert_eq!(result, found(1, true).result);
    assert_eq!(store.run_stayers(&county, id, 1).await.unwrap(), "[]");
    let days = (date(2025, 7, 1), date(2025, 7, 7));
    let none = store.publish_rotation(&county, id, 9, days, 1, &zhang).await.unwrap_err();
    assert_eq!(none.code(), "ST-FIND-01");
    let unlawful = store.publish_rotation(&county, id, 2, days, 1, &zhang).await.unwrap_err();
    assert_eq!(unlawful.code(), "ST-MOVE-05");
    let public = store.publish_rotation(&county, id, 1, days, 1, &zhang).await.unwrap();
    // Shown it is not edited; taken back it is, and it is never removed again.
    let edit = RotationEdit { title: Some("乙"), ..RotationEdit::default() };
    let refused = store.edit_rotation(&county, id, &edit, public.version, &zhang).await;
    assert_eq!(refused.unwrap_err().code(), "ST-MOVE-05");
    let back = store.withdraw_rotation(&county, id, "有误", public.version, &zhang).await.unwrap();
    let refused = store.remove_rotation(&county, id, back.version, &zhang).await.unwrap_err();
    assert_eq!(refused.code(), "ST-MOVE-05");
    let again = store.publish_rotation(&county, id, 1, days, back.version, &zhang).await.unwrap();
    let again = store.publish_rotation(&county, id, 1, days, again.version, &zhang).await.unwrap();
    let notices = store.notices(&county, id).await.unwrap();
    let states: Vec<NoticeState> = notices.iter().map(|notice| notice.state).collect();
    assert_eq!(states, [NoticeState::Open, NoticeState::Replaced, NoticeState::Withdrawn]);
    assert_eq!(notices[2].reason, "有误");
    let void = store.void_rotation(&county, id, "不办了", again.version, &zhang).await.unwrap();
    assert_eq!(void.state, RotationState::Void);
    let late = store.add_rotation_run(&county, id, &found(3, true), &zhang).await.unwrap_err();
    assert_eq!(late.code(), "ST-MOVE-05");
}

#[rstest]
#[tokio::test]
async fn an_objection_is_its_schools_and_lies_sealed(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let Some(house) = house(kind).await else { return };
    let (store, zhang, li) = (&house.store, by("张三", 1), by("李四", 2));
    let county = opened(&house).await;
    let (id, version) = shown(store, &county, &zhang).await;
    let own = Scope::school(&school(1));
    let foreign = store.add_objection(&county, id, &objection("T2", 2), &own, &li).await;
    assert_eq!(foreign.unwrap_err().code(), "ST-FIND-01");
    let raised = store.add_objection(&county, id, &objection("T1", 1), &own, &li).await.unwrap();
    assert_eq!((raised.number, raised.state), (1, ObjectionState::Open));
    let seen = async |scope: &Scope| store.objections(&county, id, scope).await.unwrap();
    assert_eq!(seen(&own).await, std::slice::from_ref(&raised));
    assert!(seen(&Scope::school(&school(2))).await.is_empty());
    assert_eq!(seen(&Scope::County).await[0].words.as_ref().unwrap().ground, GROUND);
    let orders = [order("T1", 1, 2)];
    let day = date(2025, 7, 8);
    let adopt =
        async |version| store.adopt_rotation(&county, id, (1, &orders), day, version, &zhang).await;
    assert!(adopt(version).await.unwrap_err().to_string().contains("异议"));
    let reply = Reply {
        upheld: true,
        words: "情况属实".to_owned(),
        decision: Some(Decision::Fixed(school(1))),
    };
    let stale = store.reply_objection(&county, id, 1, &reply, 7, &zhang).await.unwrap_err();
    assert_eq!(stale.code(), "ST-EDIT-01");
    let replied = store.reply_objection(&county, id, 1, &reply, 1, &zhang).await.unwrap();
    assert_eq!(seen(&own).await, [replied]);
    // Whoever has checked the list before the reply does not decide by it.
    let checked = adopt(version).await.unwrap_err();
    assert!(matches!(checked, StoreError::Conflict { .. }), "{checked:?}");
    let version = version + 1;
    let early = store.adopt_rotation(&county, id, (1, &orders), date(2025, 7, 7), version, &zhang);
    assert!(early.await.unwrap_err().to_string().contains("公示期未满"));
    let other = store.adopt_rotation(&county, id, (2, &orders), day, version, &zhang).await;
    assert_eq!(other.unwrap_err().code(), "ST-MOVE-05");
    adopt(version).await.unwrap();
    let late = store.reply_objection(&county, id, 1, &reply, 2, &zhang).await.unwrap_err();
    assert_eq!(late.code(), "ST-MOVE-05");
    // The audit tells of numbers and decisions, never of grounds.
    let rows = store.audit_rows(&county, &AuditFilter::default(), 100).await.unwrap();
    let said: Vec<String> =
        rows.iter().map(|row| format!("{} {}", row.target, row.detail)).collect();
    let said = said.join("\n");
    assert!(said.contains("教师 T1，已采纳，定在 3418230001"), "{said}");
    assert!(!said.contains("重病") && !said.contains("情况属实"), "{said}");
    // Without the key everything else is still there.
    std::fs::remove_file(house.options.folder.join("personal.key")).unwrap();
    let locked = Store::open(&house.options).await.unwrap();
    let seen = locked.objections(&county, id, &own).await.unwrap();
    assert_eq!((&seen[0].words, seen[0].state), (&None, ObjectionState::Upheld));
    assert_eq!(locked.orders(&county, id, &own).await.unwrap().len(), 1);
}

/// An adopted rotation with orders 1→2, 2→3, 3→1.
async fn adopted(store: &Store, county: &CountyCode, zhang: &By) -> (i64, i64) {
    let (id, version) = shown(store, county, zhang).await;
    let orders = [order("T1", 1, 2), order("T2", 2, 3), order("T3", 3, 1)];
    let day = date(2025, 7, 8);
    let done = store.adopt_rotation(county, id, (1, &orders), day, version, zhang).await.unwrap();
    (id, done.version)
}

fn teachers(orders: &[store::rotations_orders::OrderRecord]) -> Vec<&str> {
    orders.iter().map(|order| order.order.teacher.as_str()).collect()
}

#[rstest]
#[tokio::test]
async fn orders_are_followed_to_their_end(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let Some(house) = house(kind).await else { return };
    let (store, zhang) = (&house.store, by("张三", 1));
    let county = opened(&house).await;
    let (id, version) = adopted(store, &county, &zhang).await;
    // Seen from either side.
    let of = async |scope: &Scope| store.orders(&county, id, scope).await.unwrap();
    assert_eq!(teachers(&of(&Scope::County).await), ["T1", "T2", "T3"]);
    assert_eq!(teachers(&of(&Scope::school(&school(2))).await), ["T1", "T2"]);
    assert!(of(&Scope::Schools(std::collections::BTreeSet::new())).await.is_empty());
    let put = async |teacher: &str, record: NewRecord, seen: i64| {
        store.record_order(&county, id, teacher, &record, seen, &zhang).await
    };
    let back = NewRecord::Return(date(2026, 7, 1));
    assert_eq!(put("T1", back.clone(), 1).await.unwrap_err().code(), "ST-MOVE-05");
    let arrived = put("T1", NewRecord::Arrive(date(2025, 9, 1), true), 1).await.unwrap();
    assert_eq!((arrived.state, arrived.roll, arrived.version), (OrderState::Arrived, true, 2));
    assert_eq!(put("T1", back.clone(), 1).await.unwrap_err().code(), "ST-EDIT-01");
    let subsidy = Subsidy {
        yuan: Decimal::new(40050, 2),
        basis: "泾教〔2024〕12号".to_owned(),
        from: date(2025, 9, 1),
        until: None,
    };
    put("T1", NewRecord::Subsidy(subsidy.clone()), 2).await.unwrap();
    put("T1", back, 3).await.unwrap();
    let words = Some("教学效果显著".to_owned());
    let assessment = Assessment { grade: "优秀".to_owned(), day: date(2026, 7, 2), words };
    let told = put("T1", NewRecord::Evaluate(assessment.clone()), 4).await.unwrap();
    let kept = &of(&Scope::County).await[0];
    assert_eq!(*kept, told);
    assert_eq!((&kept.subsidy, &kept.assessment), (&Some(subsidy), &Some(assessment)));
    let entries = store.order_entries(&county, id).await.unwrap();
    let acts: Vec<&str> = entries.iter().map(|entry| entry.act.code()).collect();
    assert_eq!(acts, ["arrive", "subsidy", "return", "evaluate"]);
    assert!(entries.iter().all(|entry| !entry.detail.contains("显著")));
    // It ends when everybody's order has; it is not given up once somebody has arrived.
    let early = store.close_rotation(&county, id, version, &zhang).await.unwrap_err();
    assert_eq!(early.code(), "ST-MOVE-05");
    let void = store.void_rotation(&county, id, "不办了", version, &zhang).await.unwrap_err();
    assert_eq!(void.code(), "ST-MOVE-05");
    put("T2", NewRecord::Cancel("布局调整".to_owned()), 1).await.unwrap();
    put("T3", NewRecord::Arrive(date(2025, 9, 1), false), 1).await.unwrap();
    put("T3", NewRecord::Stay(date(2026, 7, 1)), 2).await.unwrap();
    let closed = store.close_rotation(&county, id, version, &zhang).await.unwrap();
    assert_eq!(closed.state, RotationState::Closed);
    let late = put("T2", NewRecord::Cancel("再来".to_owned()), 2).await.unwrap_err();
    assert_eq!(late.code(), "ST-MOVE-05");
}

#[rstest]
#[tokio::test]
async fn an_arrival_that_was_none_is_taken_back(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let Some(house) = house(kind).await else { return };
    let (store, zhang) = (&house.store, by("张三", 1));
    let county = opened(&house).await;
    let (id, _) = adopted(store, &county, &zhang).await;
    let put = async |teacher: &str, record: NewRecord, seen: i64| {
        store.record_order(&county, id, teacher, &record, seen, &zhang).await
    };
    let back = || NewRecord::Unarrive("日期填错".to_owned());
    assert_eq!(
        put("T1", back(), 1).await.unwrap_err().code(),
        "ST-MOVE-05",
        "nothing to take back"
    );
    put("T1", NewRecord::Arrive(date(2024, 8, 30), true), 1).await.unwrap();
    let taken = put("T1", back(), 2).await.unwrap();
    let stands = (taken.state, taken.arrived, taken.roll, taken.version);
    assert_eq!(stands, (OrderState::Ordered, None, false, 3));
    assert_eq!(store.orders(&county, id, &Scope::County).await.unwrap()[0], taken);
    // Both stay readable, in the order and in the audit.
    let entries = store.order_entries(&county, id).await.unwrap();
    let said: Vec<_> = entries.iter().map(|e| (e.act.zh(), e.detail.as_str())).collect();
    assert_eq!(said, [("到岗", "编制随迁"), ("撤回报到登记", "日期填错")]);
    let rows = store.audit_rows(&county, &AuditFilter::default(), 5).await.unwrap();
    assert_eq!(rows[0].detail, "撤回报到登记：日期填错");
    // Who was assessed, or has ended, has been there.
    put("T1", NewRecord::Arrive(date(2025, 8, 30), true), 3).await.unwrap();
    let grade = "优秀".to_owned();
    let assessed = Assessment { grade, day: date(2026, 1, 9), words: None };
    put("T1", NewRecord::Evaluate(assessed), 4).await.unwrap();
    assert_eq!(put("T1", back(), 5).await.unwrap_err().code(), "ST-MOVE-05");
    put("T2", NewRecord::Arrive(date(2025, 8, 30), true), 1).await.unwrap();
    put("T2", NewRecord::Stay(date(2026, 7, 1)), 2).await.unwrap();
    assert_eq!(put("T2", back(), 3).await.unwrap_err().code(), "ST-MOVE-05");
}

#[rstest]
#[tokio::test]
async fn what_nobody_has_followed_can_be_given_up(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let Some(house) = house(kind).await else { return };
    let (store, zhang) = (&house.store, by("张三", 1));
    let county = opened(&house).await;
    let (id, version) = adopted(store, &county, &zhang).await;
    store.void_rotation(&county, id, "政策变化", version, &zhang).await.unwrap();
    let orders = store.orders(&county, id, &Scope::County).await.unwrap();
    assert!(orders.iter().all(|order| order.state == OrderState::Cancelled));
}

#[rstest]
#[tokio::test]
async fn a_rotation_survives_backup_restore_and_a_new_key(
    #[values(Kind::Sqlite, Kind::Postgres)] from: Kind,
    #[values(Kind::Sqlite, Kind::Postgres)] to: Kind,
) {
    let Some(house) = house(from).await else { return };
    let (store, zhang) = (&house.store, by("张三", 1));
    let county = opened(&house).await;
    let (id, _) = shown(store, &county, &zhang).await;
    let all = Scope::County;
    store.add_objection(&county, id, &objection("T1", 1), &all, &zhang).await.unwrap();
    store.change_key(&zhang).await.unwrap();
    let archive = house.folder.path().join("一.zip");
    store.backup(&archive, zhang.at).await.unwrap();
    // Nothing of the ground can be read from the archive, packed or not.
    let bytes = std::fs::read(&archive).unwrap();
    assert!(!bytes.windows(6).any(|window| window == "重病".as_bytes()));
    let Some((mut target, _folder)) = options(to).await else { return };
    let key = house.options.folder.join("personal.key");
    target.key = store::KeySource::File(key);
    let restored = Store::restore(&archive, &target).await.unwrap();
    assert!(restored.check().await.unwrap().is_whole());
    let objections = restored.objections(&county, id, &all).await.unwrap();
    assert_eq!(objections[0].words.as_ref().unwrap().ground, GROUND);
    assert_eq!(objections, store.objections(&county, id, &all).await.unwrap());
    let runs = restored.rotation_runs(&county, id).await.unwrap();
    assert_eq!(runs, store.rotation_runs(&county, id).await.unwrap());
}

/// A year's approved data do not depend on what is done with its rotations.
#[tokio::test]
async fn the_stamp_of_a_year_stays() {
    let house = house(Kind::Sqlite).await.unwrap();
    let snapshot = demo(4).pop().unwrap();
    let (county, zhang) = (snapshot.county().code.clone(), by("张三", 0));
    let import = store::ImportAs::Approved;
    house.store.import(&snapshot, &CATALOGUE, import, &zhang).await.unwrap();
    let before = house.store.year_stamp(&county, YEAR).await.unwrap();
    shown(&house.store, &county, &zhang).await;
    assert_eq!(house.store.year_stamp(&county, YEAR).await.unwrap(), before);
}
