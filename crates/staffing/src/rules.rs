//! The numbers of the rules: subjects, quotas, rotation, training, terms. Read from `packs/staffing`.

mod load;

pub use load::{ids, load};

use domain::{Exact, Stage};
use serde::{Deserialize, Serialize};

/// A document that the rules rest on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Source {
    /// The key by which the pack cites it.
    pub key: String,
    /// Title.
    pub title: String,
    /// Number.
    pub number: String,
    /// Date.
    pub date: String,
    /// Grade of certainty.
    pub grade: String,
    /// A remark.
    pub note: String,
}

/// A number with where it comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Figure {
    /// The number.
    pub value: Exact,
    /// The key of its source; `用户设定` where the county has set it.
    pub source: String,
    /// Grade of certainty.
    pub grade: String,
}

/// A subject in one stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Lessons {
    /// Lessons a week of one class, by grade from the first of the stage.
    pub hours: Vec<Exact>,
    /// Lessons a week of one teacher.
    pub load: Exact,
}

/// A subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Subject {
    /// Its code.
    pub code: String,
    /// Chinese name.
    pub zh: String,
    /// Other spellings in rosters.
    pub labels: Vec<String>,
    /// The data item in which full-time teachers of it are counted.
    pub item: Option<String>,
    /// Is its shortage called structural (结构性缺员)?
    pub structural: bool,
    /// In primary schools; `None`: no fixed hours.
    pub primary: Option<Lessons>,
    /// In junior schools.
    pub junior: Option<Lessons>,
    /// Source and grade of its hours.
    pub source: (String, String),
}

impl Subject {
    /// Its hours in a stage.
    #[must_use]
    pub fn lessons(&self, stage: Stage) -> Option<&Lessons> {
        match stage {
            Stage::Primary => self.primary.as_ref(),
            Stage::Junior => self.junior.as_ref(),
            Stage::Senior => None,
        }
    }
}

/// By what posts are given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// Pupils.
    Pupils,
    /// Classes.
    Classes,
    /// Boarding pupils.
    Boarders,
    /// A fixed number a section.
    Section,
}

/// How a rule of posts joins the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Combine {
    /// An alternative: the greatest counts.
    Max,
    /// A supplement: on top.
    Add,
}

/// A rule that gives posts to a section.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PostRule {
    /// Its code.
    pub code: String,
    /// What it says.
    pub zh: String,
    /// The stages it holds for.
    pub stages: Vec<Stage>,
    /// Only for sections with fewer pupils than this.
    pub pupils_below: Option<Exact>,
    /// What is counted.
    pub by: By,
    /// Posts for one of it.
    pub per_unit: Exact,
    /// How it joins the others.
    pub combine: Combine,
    /// Source and grade.
    pub source: (String, String),
}

/// Who counts in a share.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// All who move.
    #[default]
    All,
    /// Backbone teachers who move.
    Backbone,
}

/// Of what a share is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Of {
    /// Teachers eligible for rotation.
    Eligible,
    /// Full-time teachers.
    Teachers,
    /// Teachers who move.
    Moved,
}

/// Whose schools a share is taken over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Among {
    /// All schools that take part.
    #[default]
    All,
    /// Those of 城区 (111, 112).
    Urban,
    /// Those of 镇区 (121–123).
    Town,
    /// Those of 乡村 (210, 220).
    Rural,
}

/// A share that a rotation must reach.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// Its code.
    pub code: String,
    /// What it says.
    pub zh: String,
    /// Counted over the schools from which teachers leave.
    pub among: Among,
    /// Who counts.
    pub who: Who,
    /// Of what.
    pub of: Of,
    /// The share.
    pub at_least: Exact,
    /// Source and grade.
    pub source: (String, String),
}

impl Share {
    /// What it says, with the share that is asked for: a county changes the number, not the words.
    #[must_use]
    pub fn said(&self) -> String {
        let is_number = |c: char| c.is_ascii_digit() || c == '.';
        let percent = self.zh.find('%').map(|end| self.zh.split_at(end));
        let Some((before, after)) = percent else { return self.zh.clone() };
        let words = before.trim_end().trim_end_matches(is_number);
        format!("{words}{}{after}", (&self.at_least * &Exact::from(100)).to_short(2))
    }
}

/// A kind of exemption.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExemptionKind {
    /// Its code.
    pub code: String,
    /// Chinese name.
    pub zh: String,
}

/// The statutory age of retirement, computed to the month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Retirement {
    /// Years of age of men, before it is raised.
    pub men: Figure,
    /// Years of age of women, likewise.
    pub women: Figure,
    /// How it is raised; `None`: it stays.
    pub delay: Option<Delay>,
}

/// The age of retirement rises by months: who reaches the old age in the first month, or in the
/// `every − 1` after it, retires one month later, and so on up to `most`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Delay {
    /// Year and month of the first month.
    pub since: (i16, i8),
    /// For so many months it rises by one.
    pub every: i32,
    /// By so many years at most.
    pub most: Figure,
}

/// Rules of rotation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RotationRules {
    /// Full years at the present school from which a teacher is eligible.
    pub years_at_school: Figure,
    /// Years before retirement in which nobody is asked.
    pub years_to_retirement: Figure,
    /// When men and women retire.
    pub retirement: Retirement,
    /// Rolls that rotate.
    pub rolls: Vec<crate::Roll>,
    /// Posts that rotate.
    pub posts: Vec<crate::Post>,
    /// Do principals and vice principals rotate here too?
    pub principals: bool,
    /// Kinds of exemptions.
    pub exemptions: Vec<ExemptionKind>,
    /// Shares to be reached.
    pub shares: Vec<Share>,
    /// Of a section's teachers at most this share leaves.
    pub leave_section: Figure,
    /// Of a subject's teachers in a section at most this share leaves.
    pub leave_subject: Figure,
    /// Of a section's backbone teachers at least this share is there afterwards.
    pub keep_backbone: Figure,
    /// From home to the new school at most, kilometres.
    pub commute: Figure,
    /// Road over straight line.
    pub detour: Figure,
    /// Between the schools of a couple at most, kilometres.
    pub couple: Figure,
}

/// Rules of training.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TrainingRules {
    /// Hours in a cycle.
    pub hours: Figure,
    /// Years of a cycle.
    pub years: Figure,
    /// Of a school's operating budget at least this share is for training.
    pub funds: Figure,
}

/// Rules of principals' terms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PrincipalRules {
    /// Years of a term.
    pub term: Figure,
    /// Terms at one school after which a principal moves.
    pub terms: Figure,
    /// From home to the new school at most, kilometres.
    pub commute: Figure,
    /// By how many kilometres farther a leader from a school that meets every indicator may come and
    /// still be preferred for one that does not.
    pub weak: Figure,
}

/// Rules of pairings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PairingRules {
    /// A school with fewer pupils in a stage helps no other.
    pub least: Figure,
}

/// What a county has laid down about exchanges, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExchangeRule {
    /// About what: 交流比例, 考核评价 …
    pub topic: String,
    /// What it says.
    pub zh: String,
    /// Source and grade.
    pub source: (String, String),
}

/// Rules of the four ways of exchange (对口帮扶, 任教交流, 名师带徒, 名师讲学).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExchangeRules {
    /// Of the full-time teachers of 城区 schools at least this share teaches outside 城区 in a year.
    pub urban: Figure,
    /// What an assessment may say, the best first.
    pub grades: Vec<String>,
    /// What was laid down, in words.
    pub rules: Vec<ExchangeRule>,
}

/// All rules of a pack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rules {
    /// Pack id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Version.
    pub version: String,
    /// What to know of it.
    pub text: String,
    /// SHA-256 of the file.
    pub hash: String,
    /// Sources.
    pub sources: Vec<Source>,
    /// Subjects.
    pub subjects: Vec<Subject>,
    /// The share of staff that teaches, by stage.
    pub teaching: Vec<(Stage, Figure)>,
    /// Rules of posts.
    pub posts: Vec<PostRule>,
    /// Rules of rotation.
    pub rotation: RotationRules,
    /// Rules of training.
    pub training: TrainingRules,
    /// Rules of principals' terms.
    pub principals: PrincipalRules,
    /// Rules of pairings.
    pub pairing: PairingRules,
    /// Rules of exchanges.
    pub exchange: ExchangeRules,
}

impl Rules {
    /// The subject of a code.
    #[must_use]
    pub fn subject(&self, code: &str) -> Option<&Subject> {
        self.subjects.iter().find(|subject| subject.code == code)
    }

    /// The subject of a code, a name or another spelling; nothing is guessed.
    #[must_use]
    pub fn subject_of(&self, label: &str) -> Option<&Subject> {
        let label = label.trim();
        self.subjects
            .iter()
            .find(|s| s.code == label || s.zh == label || s.labels.iter().any(|l| l == label))
    }

    /// The Chinese name of a subject's code, or the code itself.
    #[must_use]
    pub fn subject_zh<'a>(&'a self, code: &'a str) -> &'a str {
        self.subject(code).map_or(code, |subject| &subject.zh)
    }
}
