//! What the county states and with what: attestations, evidence files, who may, what is missing.

use crate::evaluation::{measured, of};
use crate::fixture::{Answer, Client, House, Kind, county};
use access::{Department, Role};
use axum::body::Body;
use axum::http::{Method, header};
use rstest::rstest;
use serde_json::{Value, json};

const PDF: &[u8] = b"%PDF-1.7\nevidence";

/// A form with fields and files.
pub(crate) fn form(fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> Body {
    let mut body = Vec::new();
    for (name, text) in fields {
        let part =
            format!("--xyz\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n");
        body.extend_from_slice(part.as_bytes());
    }
    for (name, bytes) in files {
        let head = format!(
            "--xyz\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--xyz--\r\n");
    Body::from(body)
}

pub(crate) async fn sent(
    house: &House,
    who: &Client,
    method: Method,
    path: &str,
    body: Body,
) -> Answer {
    let request = who.request(method, path);
    let request = request.header(header::CONTENT_TYPE, "multipart/form-data; boundary=xyz");
    house.send(request.body(body).unwrap()).await
}

async fn upload(
    house: &House,
    who: &Client,
    fields: &[(&str, &str)],
    files: &[(&str, &[u8])],
) -> Answer {
    let path = "/api/years/2024/evidence";
    sent(house, who, Method::POST, path, form(fields, files)).await
}

fn row(sheet: &Value, code: &str) -> Value {
    let rows = sheet["rows"].as_array().unwrap();
    rows.iter().find(|row| row["code"] == code).unwrap().clone()
}

#[rstest]
#[tokio::test]
async fn an_officer_attests_and_the_judge_hears_it(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let Some((house, ..)) = measured(kind).await else { return };
    let officer = of(&house, Role::Officer(Department::Evaluation)).await;
    let path = "/api/years/2024/attestations";
    let sheet = officer.get(&house, path).await.is(200);
    let g1 = row(&sheet, "G1");
    assert_eq!((&g1["attested"], &g1["verdict"]), (&json!(true), &json!("pass")), "{g1}");
    assert_eq!(g1["lacks"], json!(["没有上传佐证文件"]));
    assert!(row(&sheet, "G4")["attested"] == false);
    let rules = house.app.knowledge().standard("cn-quality-2017").unwrap().attested();
    assert_eq!(sheet["incomplete"], rules.len());

    let put = async |who: &Client, code: &str, body: Value| {
        who.send(&house, Method::PUT, &format!("{path}/{code}"), &body).await
    };
    let no = json!({"holds": false, "evidence": "布局图过期", "person": "王建国",
        "date": "2024-10-20", "version": 1});
    assert_eq!(put(&officer, "G1", no.clone()).await.is(200)["version"], 2);
    let stale = put(&officer, "G1", no.clone()).await;
    assert_eq!(stale.code(), "H-EDIT-01");
    let sheet = officer.get(&house, path).await.is(200);
    let g1 = row(&sheet, "G1");
    assert_eq!(g1["verdict"], "fail");
    assert_eq!(g1["statement"]["evidence"], "布局图过期");
    let evaluation = officer.get(&house, "/api/years/2024/evaluation").await.is(200);
    let reasons = evaluation["overall"]["reasons"].as_array().unwrap();
    assert!(reasons.iter().any(|reason| reason["subject"] == "G1"), "{reasons:?}");

    // Withdrawn: missing, not failed, and the page says what is lacking.
    let open = json!({"holds": null, "evidence": "", "person": "", "version": 2});
    put(&officer, "G1", open).await.is(200);
    let g1 = row(&officer.get(&house, path).await.is(200), "G1");
    assert_eq!(g1["verdict"], "missing");
    assert!(g1["lacks"][0].as_str().unwrap().contains("是否达到"), "{g1}");

    let body = json!({"holds": true, "date": "2030-01-01", "version": 3});
    let refused = put(&officer, "G1", body).await;
    let fields = refused.json()["fields"].as_array().unwrap().len();
    assert_eq!((refused.status.as_u16(), fields), (422, 3), "evidence, person, a day to come");
    assert_eq!(
        put(&officer, "G4", no.clone()).await.status.as_u16(),
        404,
        "computed, not attested"
    );
    assert_eq!(put(&officer, "X9", no.clone()).await.status.as_u16(), 404);
    let leader = of(&house, Role::Leader).await;
    assert_eq!(put(&leader, "G1", no).await.status.as_u16(), 403);
    row(&leader.get(&house, path).await.is(200), "G1");
}

#[rstest]
#[tokio::test]
async fn files_are_taken_by_content_and_leave_only_as_attachments(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let Some((house, _, school)) = measured(kind).await else { return };
    let officer = of(&house, Role::Officer(Department::Evaluation)).await;
    let g1 = [("subject", "G1"), ("title", "规划批复")];
    let name = "../../批复.exe";
    let made = upload(&house, &officer, &g1, &[(name, PDF)]).await.is(201)[0].clone();
    assert_eq!((&made["name"], &made["media"]), (&json!("批复.exe"), &json!("pdf")));
    let again = upload(&house, &officer, &g1, &[("b.pdf", PDF)]).await.is(201);
    assert_eq!(again[0]["id"], made["id"], "the same content is one file");
    let sheet = officer.get(&house, "/api/years/2024/attestations").await.is(200);
    assert_eq!(row(&sheet, "G1")["files"][0]["title"], "规划批复");
    assert_eq!(row(&sheet, "G1")["lacks"], json!([]));

    let path = format!("/api/evidence/{}", made["id"]);
    let file = officer.get(&house, &path).await;
    assert_eq!((file.status.as_u16(), file.bytes.as_slice()), (200, PDF));
    assert_eq!(file.header("content-type"), "application/pdf");
    assert_eq!(file.header("x-content-type-options"), "nosniff");
    let disposition = file.header("content-disposition");
    assert!(disposition.starts_with("attachment; filename=\"evidence-1.pdf\""), "{disposition}");
    assert!(disposition.ends_with(".exe.pdf"), "{disposition}");

    for (fields, files, status, code) in [
        (&g1[..], &[("a.pdf", &b"MZ\x90\x00"[..])][..], 422, "H-BODY-05"),
        (&g1[..], &[("a.pdf", &b"<html>"[..])][..], 422, "H-BODY-05"),
        (&g1[..], &[][..], 422, "H-BODY-01"),
        (&[("subject", "X9")][..], &[("a.pdf", PDF)][..], 422, "H-BODY-01"),
        (&[("subject", "G1"), ("school", "1")][..], &[("a.pdf", PDF)][..], 422, "H-BODY-01"),
        (
            &[("subject", "G1"), ("school", "3418239999")][..],
            &[("a.pdf", PDF)][..],
            404,
            "H-FIND-01",
        ),
    ] {
        let answer = upload(&house, &officer, fields, files).await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (status, code));
    }
    let data = house.app.store().folder().to_owned();
    let left = std::fs::read_dir(data).unwrap();
    let left =
        left.filter(|f| f.as_ref().unwrap().file_name().to_string_lossy().contains("upload"));
    assert_eq!(left.count(), 0, "nothing is left of what was refused");

    // A principal adds for the own school only, and sees no file of the county.
    let head = house.session(&county(), "head").await;
    let own = [("subject", "L4"), ("school", school.as_str())];
    let mine = upload(&house, &head, &own, &[("操场.pdf", b"%PDF-2")]).await.is(201)[0].clone();
    assert_eq!((&mine["title"], &mine["removable"]), (&json!("操场.pdf"), &json!(true)));
    upload(&house, &head, &[("subject", "L4")], &[("操场.pdf", PDF)]).await.is(422);
    head.get(&house, &path).await.is(404);
    let list = head.get(&house, "/api/years/2024/evidence").await.is(200);
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    let sheet = head.get(&house, "/api/years/2024/attestations").await.is(200);
    assert_eq!(row(&sheet, "G1")["lacks"], json!([]), "he is not told of what he does not see");

    let leader = of(&house, Role::Leader).await;
    assert_eq!(leader.get(&house, &path).await.status.as_u16(), 200);
    assert_eq!(upload(&house, &leader, &g1, &[("a.pdf", PDF)]).await.status.as_u16(), 403);
    house
        .session(&crate::fixture::other_county(), "planner")
        .await
        .get(&house, &path)
        .await
        .is(404);
}

#[rstest]
#[tokio::test]
async fn a_file_goes_with_a_reason(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let Some((house, _, school)) = measured(kind).await else { return };
    let inspector = of(&house, Role::Inspector).await;
    let officer = of(&house, Role::Officer(Department::Evaluation)).await;
    let head = house.session(&county(), "head").await;
    let own = [("subject", "L4"), ("school", school.as_str())];
    let mine = upload(&house, &head, &own, &[("操场.pdf", PDF)]).await.is(201)[0].clone();
    let path = format!("/api/evidence/{}/removal", mine["id"]);
    let remove = async |who: &Client, reason: &str| {
        who.post(&house, &path, json!({ "reason": reason })).await.status.as_u16()
    };
    assert_eq!(remove(&head, "  ").await, 422);
    // The inspector sees it and has not put it there.
    assert_eq!(remove(&inspector, "传错").await, 409);
    assert_eq!(remove(&head, "传错学校").await, 204);
    assert_eq!(remove(&head, "传错学校").await, 404);
    let county_file = upload(&house, &inspector, &[("subject", "G1")], &[("a.pdf", PDF)]).await;
    let id = county_file.is(201)[0]["id"].clone();
    let removed = officer
        .post(&house, &format!("/api/evidence/{id}/removal"), json!({"reason": "换新版"}))
        .await;
    assert_eq!(removed.status.as_u16(), 204, "who registers keeps the evidence in order");
    let kept = std::fs::read_dir(house.app.store().folder().join("files")).unwrap().count();
    assert_eq!(kept, 1, "for a while a removed file stays");
    let auditor = of(&house, Role::Auditor).await;
    let audit = auditor.get(&house, "/api/audit?what=evidence.").await.is(200);
    let whats: Vec<&str> =
        audit["items"].as_array().unwrap().iter().map(|r| r["what"].as_str().unwrap()).collect();
    assert_eq!(
        whats,
        ["evidence.unlink", "evidence.link", "evidence.unlink", "evidence.link", "evidence.add"]
    );
    assert!(audit["items"][2]["detail"].as_str().unwrap().ends_with("传错学校"), "{audit}");

    let store = house.app.store();
    let by = store::By::new("系统", house.now());
    store.lock_year(&county(), domain::SchoolYear(2024), true, "", 1, &by).await.unwrap();
    let late = upload(&house, &officer, &[("subject", "G1")], &[("a.pdf", PDF)]).await;
    assert_eq!(late.code(), "H-EDIT-03", "a locked year");
    let sheet = officer.get(&house, "/api/years/2024/attestations").await.is(200);
    assert_eq!(sheet["locked"], true);
}
