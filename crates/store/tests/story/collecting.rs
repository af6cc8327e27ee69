//! What collecting needs beside the forms: meanings of words, corrected cells, kept uploads, reminders,
//! explanations.

use crate::fixture::{CATALOGUE, Kind, YEAR, at, by, county, demo, house, options, school};
use domain::Origin;
use rstest::rstest;
use std::collections::BTreeSet;
use store::collections::{CollectionPlan, MAIN};
use store::jobs::NewJob;
use store::mappings::NewMapping;
use store::schools::Event;
use store::uploads::UploadedCell;
use store::{FormKey, ImportAs, Scope, Store, Which};

fn meaning(layout: &str, label: &str, target: &str) -> NewMapping {
    NewMapping { layout: layout.into(), label: label.into(), target: target.into() }
}

#[rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test]
async fn meanings_are_remembered_listed_and_forgotten(#[case] kind: Kind) {
    let Some(house) = house(kind).await else { return };
    let (store, county, zhang) = (&house.store, county(), by("张三", 1));
    let pupils = meaning("jiaoji", "column/在校生数（人）", "item/primary/pupils");
    let wrong = meaning("jiaoji", "column/专任教师", "item/classes");
    store.remember_mappings(&county, &[pupils, wrong], &zhang).await.unwrap();
    let right = meaning("jiaoji", "column/专任教师", "item/primary/teachers");
    store.remember_mappings(&county, &[right], &by("李四", 5)).await.unwrap();
    store.forget_mapping(&county, "jiaoji", "column/在校生数（人）", &zhang).await.unwrap();
    let again = store.forget_mapping(&county, "jiaoji", "column/在校生数（人）", &zhang).await;
    assert_eq!(again.unwrap_err().code(), "ST-FIND-01");
    let all = store.mappings(&county).await.unwrap();
    let shown: Vec<_> = all.iter().map(|m| (m.target.as_str(), m.by.as_str(), m.at)).collect();
    assert_eq!(shown, [("item/primary/teachers", "李四", at(5))]);
    let rows = store.audit_rows(&county, &store::AuditFilter::default(), 100).await.unwrap();
    let said = rows.iter().filter(|row| row.action.starts_with("mapping.")).count();
    assert_eq!(said, 4);
}

async fn job(store: &Store) -> i64 {
    let new =
        NewJob { kind: "import".into(), input: "{}".into(), steps: Vec::new(), request: None };
    store.enqueue(&county(), &new, &by("张三", 0)).await.unwrap().id
}

#[rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test]
async fn an_upload_is_kept_with_its_corrections_and_comes_back_from_a_backup(#[case] kind: Kind) {
    let Some(house) = house(kind).await else { return };
    let (store, county, zhang) = (&house.store, county(), by("张三", 1));
    store.put_county(&county, "泾县", &zhang).await.unwrap();
    let id = job(store).await;
    let cell = |row| UploadedCell { file: "a.xls".into(), sheet: "学校".into(), row, column: 2 };
    let edits = [(cell(5), Some("28".to_owned())), (cell(6), Some("1".to_owned()))];
    store.correct_upload(&county, id, &edits, &zhang).await.unwrap();
    store.correct_upload(&county, id, &[(cell(6), None)], &zhang).await.unwrap();
    store
        .correct_upload(&county, id, &[(cell(5), Some("29".into()))], &by("李四", 2))
        .await
        .unwrap();
    let known = store.upload_corrections(&county, id).await.unwrap();
    assert_eq!((known.len(), known[0].value.as_str(), known[0].by.as_str()), (1, "29", "李四"));
    assert!(store.correct_upload(&county, 999, &edits, &zhang).await.is_err());

    let from = house.folder.path().join("上传的");
    std::fs::write(&from, b"no workbook at all").unwrap();
    let uploads = || vec![("学校.xls".to_owned(), from.clone())];
    store.keep_uploads(&county, id, uploads()).await.unwrap();
    store.keep_uploads(&county, id, uploads()).await.unwrap();
    assert_eq!(store.accepted(&county, id).await.unwrap(), None);
    store.record_accepted(&county, id, "{\"n\":1}", &zhang).await.unwrap();
    store.record_accepted(&county, id, "{\"n\":2}", &zhang).await.unwrap();
    store.drop_upload(&county, id, &zhang).await.unwrap();
    store.sweep_evidence(&county, at(1_000_000_000), &zhang).await.unwrap();

    let to = house.folder.path().join("备份.zip");
    let manifest = store.backup(&to, at(9)).await.unwrap();
    assert_eq!(manifest.tables["import_files"].rows, 1);
    let Some((options, _folder)) = options(kind).await else { return };
    let restored = Store::restore(&to, &options).await.unwrap();
    assert_eq!(restored.accepted(&county, id).await.unwrap().as_deref(), Some("{\"n\":1}"));
    assert_eq!(restored.upload_corrections(&county, id).await.unwrap(), known);
    let kept = restored.uploads(&county, id).await.unwrap();
    assert_eq!((kept[0].name.as_str(), kept[0].bytes), ("学校.xls", 18));
    assert_eq!(std::fs::read(&kept[0].path).unwrap(), b"no workbook at all");
    let check = restored.check().await.unwrap();
    assert!(check.is_whole() && check.files == 1 && check.unnamed == 0, "{check:?}");
    std::fs::write(&kept[0].path, b"changed").unwrap();
    assert_eq!(restored.check().await.unwrap().damages[0].code, "ST-CHECK-04");

    // One that was not accepted leaves nothing behind.
    let other = job(store).await;
    store.keep_uploads(&county, other, uploads()).await.unwrap();
    store.drop_upload(&county, other, &zhang).await.unwrap();
    assert!(store.uploads(&county, other).await.unwrap().is_empty());
}

#[rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test]
async fn a_corrected_cell_says_so_after_an_import(#[case] kind: Kind) {
    let Some(house) = house(kind).await else { return };
    let snapshot = demo(6).pop().unwrap();
    let mut draft = snapshot.to_draft();
    let corrected = Origin::Corrected {
        file: "学校.xlsx".into(),
        sheet: "学校".into(),
        row: 5,
        column: 2,
        person: "王建国（pinggu）".into(),
        at: at(3),
    };
    for origin in &mut draft.origins {
        *origin = corrected.clone();
    }
    let sealed = draft.seal(&CATALOGUE).unwrap();
    assert_eq!(sealed.hash(), snapshot.hash(), "where a value comes from is not the value");
    let by = by("张三", 4);
    house.store.import(&sealed, &CATALOGUE, ImportAs::Approved, &by).await.unwrap();
    let (county, year) = (&sealed.county().code, sealed.year());
    let back =
        house.store.snapshot_of(county, year, Which::Approved, &CATALOGUE).await.unwrap().snapshot;
    assert!(back.to_draft().origins.iter().all(|origin| *origin == corrected));
}

async fn collection(store: &Store) {
    let (county, by) = (county(), by("王局", 0));
    store.put_county(&county, "泾县", &by).await.unwrap();
    store.open_year(&county, YEAR, &by).await.unwrap();
    let mut who = vec![None];
    for number in 1..=3 {
        let name = format!("第{number}小学");
        let opened = Event::Opened { name, kind: domain::SchoolKind::Primary, parent: None };
        let day = jiff::civil::date(2020, 9, 1);
        store.record_event(&county, &school(number), day, opened, "", 0, &by).await.unwrap();
        who.push(Some(school(number)));
    }
    let plan = CollectionPlan { title: "基础数据".into(), ..CollectionPlan::default() };
    store.open_collection(&county, YEAR, MAIN, &plan, &who, &by).await.unwrap();
}

#[rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test]
async fn those_who_wait_are_reminded_and_not_twice_within_an_hour(#[case] kind: Kind) {
    let Some(house) = house(kind).await else { return };
    let (store, county) = (&house.store, county());
    collection(store).await;
    let key = FormKey::new(&county, YEAR, MAIN, Some(&school(1)));
    let form = store.submission(&key, &Scope::County).await.unwrap();
    let request = store::submissions::StepRequest::default();
    let submit = store::moves::Move::Submit;
    let (version, clerk) = (form.version, by("钱一", 1));
    store.advance(&key, submit, request, version, &Scope::County, &clerk).await.unwrap();

    let two = BTreeSet::from([Some(school(1)), Some(school(2)), Some(school(9))]);
    let first = store
        .remind(&county, YEAR, MAIN, Some(&two), "请于周五前提交", &Scope::County, &by("王局", 10))
        .await
        .unwrap();
    assert_eq!(first.sent, [Some(school(2))]);
    assert_eq!(first.not_waiting, [Some(school(1)), Some(school(9))]);
    let all = store
        .remind(&county, YEAR, MAIN, None, "", &Scope::County, &by("王局", 3_600))
        .await
        .unwrap();
    assert_eq!((all.sent, all.too_soon), (vec![None, Some(school(3))], vec![Some(school(2))]));
    let later = store
        .remind(&county, YEAR, MAIN, None, "再催", &Scope::school(&school(2)), &by("王局", 3_610))
        .await
        .unwrap();
    assert_eq!(later.sent, [Some(school(2))]);
    let seen = store.reminders(&county, YEAR, MAIN, &Scope::school(&school(2))).await.unwrap();
    assert_eq!(seen.len(), 1);
    let mine = &seen[&Some(school(2))];
    assert_eq!((mine.count, mine.message.as_str(), mine.at), (2, "再催", at(3_610)));
    assert_eq!(store.reminders(&county, YEAR, MAIN, &Scope::County).await.unwrap().len(), 3);
}

#[rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test]
async fn an_explanation_has_a_version_and_a_scope(#[case] kind: Kind) {
    let Some(house) = house(kind).await else { return };
    let (store, county) = (&house.store, county());
    collection(store).await;
    let key = FormKey::new(&county, YEAR, MAIN, Some(&school(1)));
    let mine = Scope::school(&school(1));
    let say = async |text: &str, seen, scope: &Scope| {
        store.explain(&key, "primary", "pupils", text, seen, scope, &by("钱一", 5)).await
    };
    assert_eq!(say("并入一校", 0, &mine).await.unwrap(), 1);
    // The same sent once more, as after a lost connection.
    assert_eq!(say("并入一校", 0, &mine).await.unwrap(), 1);
    assert_eq!(say("别的", 0, &mine).await.unwrap_err().code(), "ST-EDIT-01");
    assert_eq!(say("别的", 1, &Scope::school(&school(2))).await.unwrap_err().code(), "ST-FIND-01");
    assert_eq!(say("", 1, &mine).await.unwrap(), 2);
    let all = store.explanations(&county, YEAR, MAIN, None, &Scope::County).await.unwrap();
    assert!(all.len() == 1 && all[0].is_empty());
    let one = Some(Some(&school(2)));
    assert!(store.explanations(&county, YEAR, MAIN, one, &mine).await.unwrap().is_empty());
}
