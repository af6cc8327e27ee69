//! Documents: written, put forward, sent back, signed, filed; and whose they are.

use crate::fixture::{Kind, YEAR, by, county, house, school};
use domain::SchoolCode;
use rstest::rstest;
use store::documents::{DocumentAct as Act, DocumentState as State, DocumentSubject, DocumentText};
use store::{AuditFilter, Scope, Store};

fn text(free: &str) -> DocumentText {
    DocumentText {
        title: "自评报告".to_owned(),
        settings: "{\"number\":\"泾教〔2026〕1号\"}".to_owned(),
        free: free.to_owned(),
    }
}

fn subject(school: Option<&SchoolCode>) -> DocumentSubject {
    DocumentSubject {
        template: "self-evaluation".to_owned(),
        year: YEAR,
        school: school.cloned(),
        personal: false,
    }
}

async fn act(
    store: &Store,
    act: Act,
    content: Option<&str>,
    reason: &str,
    seen: i64,
) -> Result<(State, i64, i64), &'static str> {
    let county = county();
    let scope = Scope::County;
    let moved =
        store.move_document(&county, 1, act, content, reason, seen, &scope, &by("李四", 5)).await;
    moved.map(|d| (d.state, d.revision, d.version)).map_err(|error| error.code())
}

#[rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test]
async fn from_draft_to_archive(#[case] kind: Kind) {
    let Some(house) = house(kind).await else { return };
    let (store, county, zhang) = (&house.store, county(), by("张三", 1));
    store.put_county(&county, "泾县", &zhang).await.unwrap();
    let new = store.add_document(&county, &subject(None), &text("{}"), &zhang).await.unwrap();
    assert_eq!((new.id, new.state, new.revision, new.version), (1, State::Draft, 0, 1));
    let edit = async |free: &str, seen: i64| {
        store.edit_document(&county, 1, &text(free), seen, &Scope::County, &zhang).await
    };
    assert_eq!(edit("{\"a\":\"甲\"}", 1).await.unwrap().version, 2);
    assert_eq!(edit("{\"a\":\"乙\"}", 1).await.unwrap_err().code(), "ST-EDIT-01");

    assert_eq!(act(store, Act::Sign, None, "", 2).await, Err("ST-MOVE-05"), "nothing to sign");
    assert_eq!(act(store, Act::Submit, None, "", 2).await, Err("ST-MOVE-05"), "no content");
    assert_eq!(act(store, Act::Submit, Some("一稿"), "", 2).await, Ok((State::Submitted, 1, 3)));
    assert_eq!(edit("{}", 3).await.unwrap_err().code(), "ST-MOVE-05", "it lies with the signer");
    assert_eq!(act(store, Act::Return, None, " ", 3).await, Err("ST-MOVE-05"), "no reason");
    assert_eq!(act(store, Act::Return, None, "数字待核", 3).await, Ok((State::Draft, 1, 4)));
    assert_eq!(act(store, Act::Submit, Some("二稿"), "", 4).await, Ok((State::Submitted, 2, 5)));
    assert_eq!(act(store, Act::Sign, None, "", 4).await, Err("ST-EDIT-01"));
    assert_eq!(act(store, Act::Sign, None, "", 5).await, Ok((State::Signed, 2, 6)));
    assert_eq!(act(store, Act::Archive, None, "", 6).await, Ok((State::Archived, 2, 7)));
    assert_eq!(act(store, Act::Void, None, "错", 7).await, Err("ST-MOVE-05"), "filed for good");

    let (document, steps) = store.document(&county, 1, &Scope::County).await.unwrap();
    assert_eq!((document.version, document.text.free.as_str()), (7, "{\"a\":\"甲\"}"));
    let told: Vec<_> = steps.iter().map(|s| (s.act, s.revision, s.reason.as_str())).collect();
    let wanted = [
        (Act::Submit, 1, ""),
        (Act::Return, 1, "数字待核"),
        (Act::Submit, 2, ""),
        (Act::Sign, 2, ""),
        (Act::Archive, 2, ""),
    ];
    assert_eq!(told, wanted);
    let versions = store.document_revisions(&county, 1, &Scope::County).await.unwrap();
    assert_eq!(versions.iter().map(|v| v.revision).collect::<Vec<_>>(), [1, 2]);
    let (first, content) = store.document_revision(&county, 1, 1, &Scope::County).await.unwrap();
    assert_eq!((&first, content.as_str()), (&versions[0], "一稿"));
    let missing = store.document_revision(&county, 1, 3, &Scope::County).await.unwrap_err();
    assert_eq!(missing.code(), "ST-FIND-01");
    assert!(store.verify_audit(&county).await.unwrap().broken.is_none());
}

#[rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test]
async fn a_school_sees_its_own(#[case] kind: Kind) {
    let Some(house) = house(kind).await else { return };
    let (store, county, zhang) = (&house.store, county(), by("张三", 1));
    store.put_county(&county, "泾县", &zhang).await.unwrap();
    let (one, two) = (school(1), school(2));
    for subject in [subject(None), subject(Some(&one)), subject(Some(&two))] {
        store.add_document(&county, &subject, &text("{}"), &zhang).await.unwrap();
    }
    let seen = async |scope: &Scope, states: &[State]| {
        let found = store.documents(&county, YEAR, states, scope).await.unwrap();
        found.into_iter().map(|document| document.id).collect::<Vec<_>>()
    };
    let own = Scope::school(&one);
    assert_eq!(seen(&Scope::County, State::ALL).await, [3, 2, 1]);
    assert_eq!(seen(&own, State::ALL).await, [2]);
    assert!(seen(&own, &[State::Signed]).await.is_empty(), "it is not signed yet");
    assert!(store.documents(&county, YEAR.previous(), State::ALL, &own).await.unwrap().is_empty());
    for id in [1, 3] {
        assert_eq!(store.document(&county, id, &own).await.unwrap_err().code(), "ST-FIND-01");
        let edit = store.edit_document(&county, id, &text(""), 1, &own, &zhang).await;
        assert_eq!(edit.unwrap_err().code(), "ST-FIND-01");
        let versions = store.document_revisions(&county, id, &own).await;
        assert_eq!(versions.unwrap_err().code(), "ST-FIND-01");
    }
    assert!(store.document(&county, 2, &own).await.is_ok());
}

/// What a personal document says is in no file of the data folder, in no row of the audit and in no
/// backup; it opens for who may, with a row in the audit, also after the key was changed.
#[rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test]
async fn a_personal_document_is_sealed(#[case] kind: Kind) {
    const NAME: &str = "欧阳明月";
    let Some(house) = house(kind).await else { return };
    let (store, county, zhang) = (&house.store, county(), by("张三", 1));
    store.put_county(&county, "泾县", &zhang).await.unwrap();
    let one = school(1);
    let subject = DocumentSubject { personal: true, ..subject(Some(&one)) };
    let words = |text: &str| DocumentText {
        title: "交流教师通知单".to_owned(),
        free: format!("{{\"a\":\"{text}{NAME}\"}}"),
        ..text_of_nothing()
    };
    let new = store.add_document(&county, &subject, &words("一"), &zhang).await.unwrap();
    assert!(new.text.free.contains(NAME));
    store.edit_document(&county, 1, &words("二"), 1, &Scope::County, &zhang).await.unwrap();
    let content = format!("{NAME}，调出教师。").repeat(50);
    act(store, Act::Submit, Some(&content), "", 2).await.unwrap();
    act(store, Act::Return, None, &format!("{NAME}的学科不对"), 3).await.unwrap();
    act(store, Act::Submit, Some(&content), "", 4).await.unwrap();

    // The record without its words.
    let own = Scope::school(&one);
    let (document, steps) = store.document(&county, 1, &own).await.unwrap();
    assert!(document.subject.personal);
    assert_eq!(document.text.free, "{}");
    assert!(steps.iter().all(|step| step.reason.is_empty()));
    let closed = store.document_revision(&county, 1, 1, &own).await.unwrap_err();
    assert_eq!(closed.code(), "ST-FIND-01");
    let listed = store.documents(&county, YEAR, State::ALL, &own).await.unwrap();
    assert_eq!(listed, [document]);

    // Opened, by who may, before and after a change of the key.
    for _ in 0..2 {
        let opened = store.reveal_document(&county, 1, &own, &zhang).await.unwrap();
        assert_eq!(opened.free, words("二").free);
        assert_eq!(opened.reasons.get(&2).unwrap(), &format!("{NAME}的学科不对"));
        assert!(!format!("{opened:?}").contains(NAME));
        let (first, text) = store.reveal_revision(&county, 1, 1, &own, &zhang).await.unwrap();
        assert_eq!(text, content);
        let (second, _) = store.reveal_revision(&county, 1, 2, &own, &zhang).await.unwrap();
        assert_ne!(
            first.sha256, second.sha256,
            "the hash does not say that the content is the same"
        );
        let changed = store.change_key(&zhang).await.unwrap();
        // Two versions, a reason, the words.
        assert_eq!(changed.boxes, 4);
    }
    let others = Scope::school(&school(2));
    let closed = store.reveal_document(&county, 1, &others, &zhang).await.unwrap_err();
    assert_eq!(closed.code(), "ST-FIND-01");
    let closed = store.reveal_revision(&county, 1, 1, &others, &zhang).await.unwrap_err();
    assert_eq!(closed.code(), "ST-FIND-01");

    let audit = store.audit_rows(&county, &AuditFilter::default(), 1000).await.unwrap();
    let opened = audit.iter().filter(|row| row.action == "document.reveal").count();
    assert_eq!(opened, 6, "each opening is a row");
    assert!(audit.iter().all(|row| !format!("{row:?}").contains(NAME)));
    assert!(store.verify_audit(&county).await.unwrap().broken.is_none());

    let archive = house.options.folder.join("backup.zip");
    store.backup(&archive, by("", 9).at).await.unwrap();
    let mut zip = zip::ZipArchive::new(std::fs::File::open(&archive).unwrap()).unwrap();
    for n in 0..zip.len() {
        let mut text = Vec::new();
        std::io::Read::read_to_end(&mut zip.by_index(n).unwrap(), &mut text).unwrap();
        assert!(!has(&text, NAME), "{n}");
    }
    for file in std::fs::read_dir(&house.options.folder).unwrap() {
        let path = file.unwrap().path();
        assert!(!path.is_file() || !has(&std::fs::read(&path).unwrap(), NAME), "{path:?}");
    }
}

fn text_of_nothing() -> DocumentText {
    DocumentText { title: String::new(), settings: "{}".to_owned(), free: "{}".to_owned() }
}

fn has(bytes: &[u8], words: &str) -> bool {
    bytes.windows(words.len()).any(|window| window == words.as_bytes())
}
