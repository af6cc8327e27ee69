//! Evidence files: by content, bounded, linked, swept.

use crate::audit::tamper;
use crate::fixture::{Kind, YEAR, at, by, county, house, school};
use domain::CountyCode;
use jiff::Timestamp;
use rstest::rstest;
use store::evidence::{EvidenceSource, EvidenceTarget};
use store::{Media, Scope, Store};

const PDF: &[u8] = b"%PDF-1.7\nevidence";

async fn add(
    store: &Store,
    county: &CountyCode,
    name: &str,
    bytes: &[u8],
) -> store::Result<String> {
    let source = EvidenceSource::Bytes(bytes.to_vec());
    let file = store.add_evidence(county, name, source, &by("张三", 1)).await?;
    Ok(file.sha256)
}

#[rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test]
async fn kept_once_and_found_by_scope(#[case] kind: Kind) {
    let Some(house) = house(kind).await else { return };
    let store = &house.store;
    let county = county();
    store.put_county(&county, "泾县", &by("系统", 0)).await.unwrap();
    let hash = add(store, &county, "批复.pdf", PDF).await.unwrap();
    assert_eq!(add(store, &county, "同一份.pdf", PDF).await.unwrap(), hash);
    let upload = house.folder.path().join("upload");
    std::fs::write(&upload, b"\x89PNG\r\n\x1a\n....").unwrap();
    let source = EvidenceSource::File(upload);
    let png = store.add_evidence(&county, "照片.pdf", source, &by("张三", 2)).await.unwrap();
    assert_eq!(png.media, Media::Png, "the content decides, not the name");

    let target = |n: Option<u32>| EvidenceTarget {
        year: YEAR,
        school: n.map(school),
        subject: "G3".to_owned(),
    };
    for n in [None, Some(1), Some(2)] {
        store.link_evidence(&county, &hash, &target(n), "批复", &by("张三", 3)).await.unwrap();
    }
    let first =
        store.link_evidence(&county, &hash, &target(None), "规划批复", &by("张三", 4)).await;
    assert_eq!(first.unwrap(), 1, "linked once");
    let all = store.evidence(&county, YEAR, &Scope::County).await.unwrap();
    assert_eq!(all.len(), 3);
    assert_eq!((all[0].title.as_str(), all[0].file.name.as_str()), ("规划批复", "批复.pdf"));
    let mine = Scope::school(&school(1));
    let one = store.evidence(&county, YEAR, &mine).await.unwrap();
    assert_eq!(one.len(), 1);
    let (_, path) = store.evidence_file(&county, &hash, &mine).await.unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), PDF);
    assert!(path.ends_with(format!("files/{}/{}/{hash}", &hash[..2], &hash[2..4])));
    let (link, same) = store.evidence_link(&county, one[0].id, &mine).await.unwrap();
    assert_eq!((&link, same), (&one[0], path.clone()));
    assert!(store.evidence_link(&county, all[0].id, &mine).await.is_err());
    assert!(store.evidence_file(&county, &png.sha256, &mine).await.is_err());
    assert!(store.evidence_file(&county, &hash, &Scope::school(&school(9))).await.is_err());
    let theirs = store.unlink_evidence(&county, all[0].id, &mine, "传错", &by("李四", 5)).await;
    assert_eq!(theirs.unwrap_err().code(), "ST-FIND-01");
    assert!(store.check().await.unwrap().is_whole());

    // The last link goes, then the row, then, in another sweep, the file.
    let zhang = by("张三", 6);
    for link in &all {
        store.unlink_evidence(&county, link.id, &Scope::County, "传错", &zhang).await.unwrap();
    }
    let rows = store.audit_rows(&county, &store::AuditFilter::default(), 1).await.unwrap();
    assert_eq!(rows[0].detail, format!("批复（{hash}）：传错"));
    assert_eq!(store.sweep_evidence(&county, at(0), &by("系统", 7)).await.unwrap(), (0, 0));
    let future = Timestamp::from_second(4_000_000_000).unwrap();
    assert_eq!(store.sweep_evidence(&county, future, &by("系统", 8)).await.unwrap(), (0, 2));
    assert!(path.exists());
    assert_eq!(store.check().await.unwrap().unnamed, 2);
    assert_eq!(store.sweep_evidence(&county, future, &by("系统", 9)).await.unwrap(), (2, 0));
    assert!(!path.exists());
}

#[rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test]
async fn a_locked_year_keeps_its_evidence(#[case] kind: Kind) {
    let Some(house) = house(kind).await else { return };
    let (store, county) = (&house.store, county());
    store.put_county(&county, "泾县", &by("系统", 0)).await.unwrap();
    let hash = add(store, &county, "批复.pdf", PDF).await.unwrap();
    let target = EvidenceTarget { year: YEAR, school: None, subject: "G3".to_owned() };
    let zhang = by("张三", 1);
    let link = store.link_evidence(&county, &hash, &target, "批复", &zhang).await.unwrap();
    store.lock_year(&county, YEAR, true, "", 1, &zhang).await.unwrap();
    let more = store.link_evidence(&county, &hash, &target, "另一份", &zhang).await;
    assert_eq!(more.unwrap_err().code(), "ST-MOVE-03");
    let gone = store.unlink_evidence(&county, link, &Scope::County, "传错", &zhang).await;
    assert_eq!(gone.unwrap_err().code(), "ST-MOVE-03");
    let kept = store.evidence(&county, YEAR, &Scope::County).await.unwrap();
    assert_eq!(kept[0].title, "批复");
}

#[rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test]
async fn what_is_not_taken(#[case] kind: Kind) {
    let Some((mut options, _folder)) = crate::fixture::options(kind).await else { return };
    options.evidence_limit = 1000;
    let store = &Store::open(&options).await.unwrap();
    let county = county();
    store.put_county(&county, "泾县", &by("系统", 0)).await.unwrap();
    let large = [PDF, &[0; 2000]].concat();
    for (bytes, code) in [
        (large.as_slice(), "ST-FILE-01"),
        (b"MZ\x90\x00", "ST-FILE-02"),
        (b"", "ST-FILE-02"),
        (b"PK\x03\x04 not a zip", "ST-FILE-02"),
    ] {
        assert_eq!(add(store, &county, "a.pdf", bytes).await.unwrap_err().code(), code);
    }
    let missing = EvidenceSource::File(options.folder.join("nothing"));
    let error = store.add_evidence(&county, "a.pdf", missing, &by("张三", 1)).await.unwrap_err();
    assert_eq!(error.code(), "ST-FILE-03");
    let left: Vec<_> = std::fs::read_dir(options.folder.join("files")).unwrap().collect();
    assert_eq!(left.len(), 0, "nothing is left of what was refused");
}

#[rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test]
async fn a_check_finds_damage(#[case] kind: Kind) {
    let Some(house) = house(kind).await else { return };
    let store = &house.store;
    let county = county();
    let snapshot = crate::fixture::demo(4).pop().unwrap();
    let catalogue = &crate::fixture::CATALOGUE;
    let import = store::ImportAs::Approved;
    store.import(&snapshot, catalogue, import, &by("张三", 0)).await.unwrap();
    store.put_county(&county, "泾县", &by("系统", 0)).await.unwrap();
    let hash = add(store, &county, "a.pdf", PDF).await.unwrap();
    let gone = add(store, &county, "b.pdf", b"%PDF-2").await.unwrap();
    let whole = store.check().await.unwrap();
    assert!(whole.is_whole(), "{whole:?}");
    assert_eq!((whole.files, whole.rows["schools"]), (2, 4));

    let (_, path) = store.evidence_file(&county, &hash, &Scope::County).await.unwrap();
    std::fs::write(path, b"%PDF-1.7\nEvidence").unwrap();
    let (_, path) = store.evidence_file(&county, &gone, &Scope::County).await.unwrap();
    std::fs::remove_file(path).unwrap();
    tamper(&house, "update submissions set approved = 7 where school = ''").await.unwrap();
    tamper(&house, "update schools set name = 'x' where parent is null").await.unwrap();
    tamper(&house, "update facts set until = 1 where item = 'pupils'").await.unwrap();
    if kind == Kind::Sqlite {
        // PostgreSQL itself does not let go of a parent.
        tamper(&house, "pragma foreign_keys = off; delete from sources").await.unwrap();
    }
    let report = store.check().await.unwrap();
    let mut codes: Vec<_> = report.damages.iter().map(|d| d.code.as_str()).collect();
    codes.dedup();
    let expected = ["ST-CHECK-02", "ST-CHECK-05", "ST-CHECK-06", "ST-CHECK-04"];
    let expected = if kind == Kind::Sqlite { &expected[..] } else { &expected[1..] };
    assert_eq!(codes, expected, "{:?}", report.damages);
}
