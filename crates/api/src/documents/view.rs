//! Documents and templates as the pages see them.

use super::material::Material;
use crate::App;
use document::model::{Block, Document, Free, Run, Visit};
use document::template::{Subject, Written};
use document::{Template, model};
use domain::SchoolCode;
use jiff::Timestamp;
use serde::Serialize;
use store::documents::{
    DocumentAct, DocumentRecord, DocumentRevision, DocumentState, DocumentStep,
};
use utoipa::ToSchema;

/// A template, and whether it can be filled now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "self-evaluation", "name": "义务教育优质均衡发展自评报告",
    "about": "县级自评：四个方面逐项对照国家标准，列出存在的问题和整改安排，附申报表。",
    "subject": "county", "public": false, "personal": false, "choices": [],
    "lacks": [],
}))]
pub(super) struct TemplateView {
    id: String,
    name: String,
    about: String,
    /// 写什么：`county` 全县、`school` 一所学校、`township` 一个乡镇、`objection` 一件异议
    subject: &'static str,
    /// 是否供公开（已隐去小数目）
    public: bool,
    /// 是否写出教师姓名：只有可查看教师个人信息的人能起草、打开、签发，内容加密保存
    personal: bool,
    /// 可写的异议；其余对象由学校和乡镇名录选
    choices: Vec<DocumentChoice>,
    /// 还缺哪些数据；空：可以起草
    lacks: Vec<&'static str>,
}

/// Something that a document may be about.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"id": "2", "name": "第2号 王*（实验小学）生活困难"}))]
pub(super) struct DocumentChoice {
    pub(super) id: String,
    /// 名称；姓名部分隐去
    pub(super) name: String,
}

impl TemplateView {
    pub(super) fn of(template: &Template, material: &Material) -> Self {
        Self {
            id: template.id().to_owned(),
            name: template.name().to_owned(),
            about: template.about().to_owned(),
            subject: subject(template.subject()),
            public: template.is_public(),
            personal: template.is_personal(),
            choices: if template.subject() == Subject::Objection {
                material.choices()
            } else {
                Vec::new()
            },
            lacks: material.lacks(template).into_iter().map(document::template::Need::zh).collect(),
        }
    }
}

const fn subject(subject: Subject) -> &'static str {
    match subject {
        Subject::County => "county",
        Subject::School => "school",
        Subject::Township => "township",
        Subject::Objection => "objection",
    }
}

/// A document in a list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": 3, "template": "self-evaluation", "template_name": "义务教育优质均衡发展自评报告",
    "title": "青禾市义务教育优质均衡发展自评报告", "year": 2024, "school": null,
    "personal": false, "state": "draft", "state_zh": "起草中", "revision": 0, "by": "王建国（pinggu）",
    "at": "2024-10-08T08:00:00Z", "version": 1,
}))]
pub(super) struct DocumentLine {
    pub(super) id: i64,
    /// 模板代码
    template: String,
    /// 模板名称
    template_name: String,
    title: String,
    /// 学年的起始年份
    year: i16,
    /// 所写的学校；写全县或乡镇的为空
    #[schema(value_type = Option<String>)]
    school: Option<SchoolCode>,
    /// 是否写出教师姓名
    personal: bool,
    /// `draft`、`submitted`、`signed`、`archived`、`void`
    state: &'static str,
    state_zh: &'static str,
    /// 最近一次提交的是第几稿；0：还没有提交过
    revision: i64,
    by: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    version: i64,
}

impl DocumentLine {
    pub(super) fn of(app: &App, document: &DocumentRecord) -> Self {
        let (subject, text) = (&document.subject, &document.text);
        let templates = &app.knowledge().templates;
        let template = templates.iter().find(|template| template.id() == subject.template);
        Self {
            id: document.id,
            template: subject.template.clone(),
            // A document outlives its template.
            template_name: template.map_or(&subject.template[..], |t| t.name()).to_owned(),
            title: text.title.clone(),
            year: subject.year.0,
            school: subject.school.clone(),
            personal: subject.personal,
            state: document.state.code(),
            state_zh: document.state.zh(),
            revision: document.revision,
            by: document.by.clone(),
            at: document.at,
            version: document.version,
        }
    }
}

/// A place that a person fills.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "key": "measures_lead", "prompt": "组织领导和经费保障方面的做法", "text": "…",
    "optional": false, "paragraph": true, "changed": true,
}))]
pub(super) struct FreeView {
    key: String,
    /// 要写什么
    prompt: String,
    text: String,
    /// 可以不写
    optional: bool,
    /// 是成段的文字，还是句子或表格中的一处
    paragraph: bool,
    /// 是否由人改过（否则是模板原文）
    changed: bool,
}

/// A version that was put forward.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DocumentRevisionView {
    revision: i64,
    sha256: String,
    by: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

/// What was done.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DocumentStepView {
    step: i64,
    act: &'static str,
    act_zh: &'static str,
    /// 对第几稿；0：没有稿
    revision: i64,
    reason: String,
    by: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

/// Something that the reader may do now.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ActView {
    act: &'static str,
    act_zh: &'static str,
    /// 须写明理由
    needs_reason: bool,
}

/// A document.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DocumentView {
    #[serde(flatten)]
    line: DocumentLine,
    /// 当前登录人能否看到内容；写出教师姓名的文书，只有可查看教师个人信息的人能看
    readable: bool,
    /// 要由人填写的各处；看不到草稿的人为空
    fields: Vec<FreeView>,
    /// 尚待补的内容；空：可以提交
    pending: Vec<String>,
    /// 是否附数据出处页
    front_sheet: bool,
    /// 所依据的数据
    sources: Vec<DocumentSource>,
    revisions: Vec<DocumentRevisionView>,
    steps: Vec<DocumentStepView>,
    /// 当前登录人现在能做的事
    may: Vec<ActView>,
    /// 当前登录人现在能否修改
    editable: bool,
}

/// Something that the figures are bound to.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DocumentSource {
    role: &'static str,
    role_zh: &'static str,
    title: String,
    hash: String,
}

impl DocumentView {
    pub(super) fn of(
        app: &App,
        record: &DocumentRecord,
        steps: Vec<DocumentStep>,
        revisions: Vec<DocumentRevision>,
        may: Vec<DocumentAct>,
        filled: Option<&(Document, Written)>,
        readable: bool,
    ) -> Self {
        let is_editable =
            record.state == DocumentState::Draft && may.contains(&DocumentAct::Submit);
        let pending = filled.map_or_else(Vec::new, |(d, _)| d.pending());
        Self {
            line: DocumentLine::of(app, record),
            readable,
            fields: filled.map_or_else(Vec::new, |(document, written)| fields(document, written)),
            pending: pending.into_iter().map(str::to_owned).collect(),
            front_sheet: filled.is_some_and(|(document, _)| document.front_sheet),
            sources: filled.map_or_else(Vec::new, |(d, _)| sources(&d.provenance)),
            revisions: revisions.into_iter().map(revision).collect(),
            steps: steps.into_iter().map(step).collect(),
            may: may
                .into_iter()
                .map(|act| ActView {
                    act: act.code(),
                    act_zh: act.zh(),
                    needs_reason: act.needs_reason(),
                })
                .collect(),
            editable: is_editable,
        }
    }
}

impl DocumentView {
    /// The same document where it cannot be filled now, and why.
    pub(super) fn lacking(self, why: String) -> Self {
        Self { pending: vec![why], editable: false, ..self }
    }
}

fn fields(document: &Document, written: &Written) -> Vec<FreeView> {
    let mut fields = Vec::new();
    let view = |free: &Free, is_paragraph| FreeView {
        key: free.key.clone(),
        prompt: free.prompt.clone(),
        text: free.text.clone(),
        optional: free.optional,
        paragraph: is_paragraph,
        changed: written.contains_key(&free.key),
    };
    document.walk(|visit| match visit {
        Visit::Block(Block::Free(free)) => fields.push(view(free, true)),
        Visit::Run(Run::Free(free)) => fields.push(view(free, false)),
        _ => {}
    });
    fields
}

fn sources(provenance: &model::Provenance) -> Vec<DocumentSource> {
    let source = |source: &model::Source| DocumentSource {
        role: source.role.code(),
        role_zh: source.role.zh(),
        title: source.title.clone(),
        hash: source.hash.clone(),
    };
    provenance.sources.iter().map(source).collect()
}

fn revision(revision: DocumentRevision) -> DocumentRevisionView {
    let DocumentRevision { revision, sha256, by, at } = revision;
    DocumentRevisionView { revision, sha256, by, at }
}

fn step(step: DocumentStep) -> DocumentStepView {
    DocumentStepView {
        step: step.step,
        act: step.act.code(),
        act_zh: step.act.zh(),
        revision: step.revision,
        reason: step.reason,
        by: step.by,
        at: step.at,
    }
}
