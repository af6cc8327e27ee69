//! Documents: begun from a template, written, put forward, sent back, signed, printed; and who sees
//! which.

use crate::evaluation::{measured, of};
use crate::fixture::{Client, House, Kind, county};
use access::{Department, Role};
use axum::http::Method;
use rstest::rstest;
use serde_json::{Value, json};
use std::io::{Cursor, Read as _, Write as _};

const LIST: &str = "/api/years/2024/documents";

pub(crate) fn text_of(docx: &[u8]) -> String {
    let mut zip = zip::ZipArchive::new(Cursor::new(docx)).unwrap();
    let mut xml = String::new();
    zip.by_name("word/document.xml").unwrap().read_to_string(&mut xml).unwrap();
    let mut text = String::new();
    for piece in xml.split("<w:t").skip(1) {
        let piece = &piece[piece.find('>').unwrap() + 1..];
        text.push_str(&piece[..piece.find("</w:t>").unwrap_or(0)]);
    }
    text
}

/// The file with another text in the first figure of a key, as somebody may have typed it.
fn changed(docx: &[u8], key: &str, text: &str) -> Vec<u8> {
    let mut zip = zip::ZipArchive::new(Cursor::new(docx)).unwrap();
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for n in 0..zip.len() {
        let mut part = zip.by_index(n).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        if name == "word/document.xml" {
            let xml = String::from_utf8(bytes).unwrap();
            let tag = xml.find(&format!("\"{key}\"")).unwrap();
            let from = tag + xml[tag..].find("<w:t").unwrap();
            let from = from + xml[from..].find('>').unwrap() + 1;
            let to = from + xml[from..].find("</w:t>").unwrap();
            bytes = format!("{}{text}{}", &xml[..from], &xml[to..]).into_bytes();
        }
        out.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        out.write_all(&bytes).unwrap();
    }
    out.finish().unwrap().into_inner()
}

async fn verify(house: &House, who: &Client, path: &str, docx: &[u8]) -> (u16, Value) {
    let mut body = b"--x\r\nContent-Disposition: form-data; name=\"file\"; \
        filename=\"a.docx\"\r\n\r\n"
        .to_vec();
    body.extend_from_slice(docx);
    body.extend_from_slice(b"\r\n--x--\r\n");
    let request = who.request(Method::POST, &format!("{path}/verify"));
    let request = request.header("content-type", "multipart/form-data; boundary=x");
    let answer = house.send(request.body(axum::body::Body::from(body)).unwrap()).await;
    (answer.status.as_u16(), answer.json())
}

async fn edit(house: &House, who: &Client, path: &str, body: Value) -> (u16, Value) {
    let answer = who.send(house, Method::PATCH, path, &body).await;
    (answer.status.as_u16(), answer.json())
}

pub(crate) async fn step(house: &House, who: &Client, id: &Value, body: Value) -> (u16, Value) {
    let answer = who.post(house, &format!("/api/documents/{id}/steps"), body).await;
    (answer.status.as_u16(), answer.json())
}

/// Writes something wherever a document waits for a person; returns its version.
pub(crate) async fn fill(house: &House, who: &Client, view: &Value) -> Value {
    let open = view["fields"].as_array().unwrap().iter();
    let open = open.filter(|field| field["text"] == "" && field["optional"] == false);
    let written: serde_json::Map<_, _> =
        open.map(|field| (field["key"].as_str().unwrap().to_owned(), json!("已填写"))).collect();
    let path = format!("/api/documents/{}", view["id"]);
    let (status, view) =
        edit(house, who, &path, json!({"written": written, "version": view["version"]})).await;
    assert_eq!(status, 200, "{view}");
    view
}

#[rstest]
#[tokio::test]
async fn from_template_to_signature(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let Some((house, snapshot, _)) = measured(kind).await else { return };
    let writer = of(&house, Role::Officer(Department::Evaluation)).await;
    let leader = of(&house, Role::Leader).await;
    let templates = writer.get(&house, "/api/years/2024/document-templates").await.is(200);
    let report =
        templates.as_array().unwrap().iter().find(|t| t["id"] == "self-evaluation").unwrap();
    assert_eq!((&report["subject"], &report["lacks"]), (&json!("county"), &json!([])));

    let unknown = writer.post(&house, LIST, json!({"template": "no-such"})).await;
    assert_eq!(unknown.status.as_u16(), 404);
    let made = writer.post(&house, LIST, json!({"template": "self-evaluation"})).await.is(201);
    assert_eq!(made["title"], "青山县义务教育优质均衡发展自评报告");
    assert!(made["pending"].as_array().unwrap().iter().any(|gap| gap == "主送机关"), "{made}");
    assert_eq!((&made["state_zh"], &made["editable"]), (&json!("起草中"), &json!(true)));
    let hash = &made["sources"].as_array().unwrap().iter().find(|s| s["role"] == "snapshot");
    assert_eq!(hash.unwrap()["hash"], snapshot.hash());

    // Written, reset, refused.
    let id = made["id"].clone();
    let path = format!("/api/documents/{id}");
    let write = |key: &str, text: Value, version: i64| {
        let body = json!({"written": {key: text}, "version": version});
        edit(&house, &writer, &path, body)
    };
    let (status, view) = write("measures_lead", json!("成立\r\n专班。\u{7}"), 1).await;
    assert_eq!(status, 200, "{view}");
    let field = |view: &Value, key: &str| {
        let fields = view["fields"].as_array().unwrap();
        fields.iter().find(|field| field["key"] == key).unwrap().clone()
    };
    let own = field(&view, "measures_lead");
    assert_eq!((&own["text"], &own["changed"]), (&json!("成立\n专班。"), &json!(true)));
    assert_eq!(write("measures_lead", json!("x"), 1).await.0, 409, "a second writer is told");
    let (status, told) = write("no_such_place", json!("x"), 2).await;
    assert_eq!((status, &told["fields"][0]["field"]), (422, &json!("written.no_such_place")));
    let (_, view) = write("measures_lead", Value::Null, 2).await;
    assert_eq!(field(&view, "measures_lead")["changed"], false);
    assert_eq!(edit(&house, &writer, &path, json!({"title": "x"})).await.0, 428);
    assert_eq!(edit(&house, &leader, &path, json!({"version": 3})).await.0, 403);

    // Not before the gaps are closed, not by the one who has put it forward.
    let (status, told) = step(&house, &writer, &id, json!({"act": "submit", "version": 3})).await;
    assert_eq!(status, 422);
    assert!(told["fields"].as_array().unwrap().iter().any(|f| f["message"] == "待补：主送机关"));
    let view = fill(&house, &writer, &view).await;
    assert_eq!(view["pending"], json!([]));
    let (status, view) = step(&house, &writer, &id, json!({"act": "submit", "version": 4})).await;
    assert_eq!((status, &view["state_zh"]), (200, &json!("待签发")), "{view}");
    let (status, told) = step(&house, &writer, &id, json!({"act": "sign", "version": 5})).await;
    assert_eq!((status, &told["code"]), (409, &json!("H-EDIT-03")));
    let (status, told) = step(&house, &leader, &id, json!({"act": "return", "version": 5})).await;
    assert_eq!((status, &told["fields"][0]["field"]), (422, &json!("reason")));
    let back = json!({"act": "return", "reason": "补充数据", "version": 5});
    assert_eq!(step(&house, &leader, &id, back).await.0, 200);
    step(&house, &writer, &id, json!({"act": "submit", "version": 6})).await;
    let early = step(&house, &leader, &id, json!({"act": "sign", "version": 6})).await;
    assert_eq!(early.0, 409);
    let (status, view) = step(&house, &leader, &id, json!({"act": "sign", "version": 7})).await;
    assert_eq!((status, &view["state"]), (200, &json!("signed")), "{view}");
    let acts: Vec<_> =
        view["steps"].as_array().unwrap().iter().map(|s| s["act_zh"].as_str().unwrap()).collect();
    assert_eq!(acts, ["提交签发", "退回", "提交签发", "签发"]);
    assert_eq!(view["revisions"].as_array().unwrap().len(), 2);

    // What was signed is printed as it was signed, whatever the data have become.
    let signed = leader.get(&house, &format!("{path}/file.docx")).await;
    assert_eq!(signed.status.as_u16(), 200);
    assert!(signed.header("content-disposition").contains("filename*=UTF-8''%E9%9D%92"));
    let text = text_of(&signed.bytes);
    assert!(text.contains("青山县义务教育优质均衡发展自评报告") && !text.contains("待补"));
    let state = json!({"holds": false, "evidence": "无", "person": "王建国",
        "date": "2024-10-20", "version": 1});
    writer.send(&house, Method::PUT, "/api/years/2024/attestations/G1", &state).await.is(200);
    let again = leader.get(&house, &format!("{path}/file.docx")).await;
    assert_eq!(again.bytes, signed.bytes);
    let first = leader.get(&house, &format!("{path}/file.docx?revision=1")).await;
    assert_eq!(first.status.as_u16(), 200);
    assert_eq!(
        leader.get(&house, &format!("{path}/file.docx?revision=9")).await.code(),
        "H-FIND-01"
    );
}

#[rstest]
#[tokio::test]
async fn a_paper_is_shown_printed_and_checked(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let Some((house, ..)) = measured(kind).await else { return };
    let writer = of(&house, Role::Officer(Department::Evaluation)).await;
    let leader = of(&house, Role::Leader).await;
    let made = writer.post(&house, LIST, json!({"template": "self-evaluation"})).await.is(201);
    let path = format!("/api/documents/{}", made["id"]);
    let page = writer.get(&house, &format!("{path}/preview")).await;
    assert!(page.header("content-type").starts_with("text/html"));
    let page = String::from_utf8(page.bytes).unwrap();
    assert!(page.contains("青山县义务教育优质均衡发展自评报告") && page.contains("〔待补："));

    let docx = writer.get(&house, &format!("{path}/file.docx")).await.bytes;
    let (status, told) = verify(&house, &writer, &path, &docx).await;
    assert_eq!((status, &told["differences"]), (200, &json!([])), "{told}");
    assert!(told["figures"].as_u64().unwrap() > 50, "{told}");
    let key = "county.schools.count";
    let (_, told) = verify(&house, &writer, &path, &changed(&docx, key, "999")).await;
    let differences = told["differences"].as_array().unwrap();
    assert_eq!((differences.len(), &differences[0]["key"]), (1, &json!(key)), "{told}");
    let message = differences[0]["message"].as_str().unwrap();
    let text = text_of(&docx);
    let after = &text[text.find("参加本次自评的学校共").unwrap() + "参加本次自评的学校共".len()..];
    let said = &after[..after.find('所').unwrap()];
    assert!(message.contains("999") && message.contains(&format!("“{said}”")), "{message}");
    let (status, told) = verify(&house, &writer, &path, b"PK no zip").await;
    assert_eq!((status, &told["code"]), (422, &json!("H-BODY-05")));
    assert_eq!(verify(&house, &leader, &path, &docx).await.0, 403);

    let pdf = writer.get(&house, &format!("{path}/file.pdf")).await;
    match document::office::Office::find() {
        Ok(_) => {
            assert_eq!(pdf.status.as_u16(), 200, "{:?}", String::from_utf8_lossy(&pdf.bytes));
            assert!(pdf.bytes.starts_with(b"%PDF-"));
        }
        Err(_) => assert_eq!((pdf.status.as_u16(), pdf.code().as_str()), (409, "H-EDIT-03")),
    }
}

#[rstest]
#[tokio::test]
async fn a_school_reads_what_is_signed_about_it(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let Some((house, snapshot, school)) = measured(kind).await else { return };
    let writer = of(&house, Role::Officer(Department::Evaluation)).await;
    let leader = of(&house, Role::Leader).await;
    let principal = house.session(&county(), "head").await;
    let no_school = json!({"template": "school-sheet"});
    let told = writer.post(&house, LIST, no_school).await.is(422);
    assert_eq!(told["fields"][0]["field"], "about");
    let about = json!({"template": "school-sheet", "about": school.as_str()});
    let made = writer.post(&house, LIST, about).await.is(201);
    let other = snapshot.schools()[1].code.as_str();
    let others = json!({"template": "school-sheet", "about": other});
    writer.post(&house, LIST, others).await.is(201);
    let path = format!("/api/documents/{}", made["id"]);
    assert_eq!(principal.get(&house, LIST).await.is(200)["items"], json!([]));
    assert_eq!(principal.get(&house, &path).await.status.as_u16(), 404, "a draft");
    assert_eq!(principal.get(&house, &format!("{path}/file.docx")).await.status.as_u16(), 404);

    let view = fill(&house, &writer, &made).await;
    let body = json!({"act": "submit", "version": view["version"]});
    let (status, view) = step(&house, &writer, &made["id"], body).await;
    assert_eq!(status, 200, "{view}");
    let body = json!({"act": "sign", "version": view["version"]});
    assert_eq!(step(&house, &leader, &made["id"], body).await.0, 200);
    let seen = principal.get(&house, LIST).await.is(200);
    assert_eq!(seen["items"].as_array().unwrap().len(), 1, "only its own");
    let view = principal.get(&house, &path).await.is(200);
    assert_eq!((&view["fields"], &view["may"]), (&json!([]), &json!([])));
    let file = principal.get(&house, &format!("{path}/file.docx")).await;
    assert_eq!(file.status.as_u16(), 200);
    assert!(text_of(&file.bytes).contains(&snapshot.schools()[0].name));
}
