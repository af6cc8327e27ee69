//! Runs that an earlier program has kept, read as one of now would have written them: of an exemption they
//! told the kind and the evidence ([decision 009](../../../../docs/decisions/009-personal-data.md)).

use super::result::{Kept, RotationStayer};
use crate::ApiError;
use staffing::Finding;
use staffing::rotation::eligibility::EXEMPT;

/// What a stay began with, where the teacher may not be asked.
const NOT_ASKED: &str = "不符合交流条件：";
/// What stood before and behind the reason in a finding about wishes.
const NOT_COUNTED: (&str, &str) = ("不符合交流条件（", "），志愿没有计入");

/// An exemption was told as `kind（evidence）`; no other reason ends so.
fn tells(why: &str) -> bool {
    why.ends_with('）')
}

fn stayer(stayer: &mut RotationStayer) {
    if stayer.why.strip_prefix(NOT_ASKED).is_some_and(tells) {
        stayer.why = format!("{NOT_ASKED}{EXEMPT}");
    }
}

fn finding(finding: &mut Finding) {
    let (before, behind) = NOT_COUNTED;
    let why = finding.message.strip_prefix(before).and_then(|rest| rest.strip_suffix(behind));
    if why.is_some_and(tells) {
        finding.message = format!("{before}{EXEMPT}{behind}");
    }
}

/// What is kept of a run, without those who stay.
pub(super) fn kept(json: &str) -> Result<Kept, ApiError> {
    let mut kept: Kept = serde_json::from_str(json).map_err(ApiError::internal)?;
    let nearest = kept.impossible.as_mut().and_then(|found| found.nearest.as_mut());
    for found in kept.result.as_mut().into_iter().chain(nearest) {
        found.findings.iter_mut().for_each(finding);
    }
    Ok(kept)
}

/// Who stays by a run.
pub(super) fn stayers(json: &str) -> Result<Vec<RotationStayer>, ApiError> {
    let mut stayers: Vec<RotationStayer> =
        serde_json::from_str(json).map_err(ApiError::internal)?;
    stayers.iter_mut().for_each(stayer);
    Ok(stayers)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(why: &str) -> RotationStayer {
        let text = serde_json::json!([{"teacher": "T1", "name": "李*", "school": "3418230001",
            "school_name": "实验小学", "stage": "primary", "eligible": false, "wished": true,
            "why": why}]);
        stayers(&text.to_string()).unwrap().remove(0)
    }

    #[test]
    fn an_illness_that_was_kept_is_not_told() {
        let told = note("不符合交流条件：重大疾病（县医院证明）");
        assert_eq!(told.why, "不符合交流条件：有经认定的不交流情形");
        for why in
            ["不符合交流条件：到本校 3 年，不满 6 年", "第 1 志愿城关小学（东校区）：没有空岗"]
        {
            assert_eq!(note(why).why, why);
        }
        let mut found = Finding {
            code: "T-WISH-01".to_owned(),
            severity: staffing::Severity::Warning,
            row: None,
            teacher: None,
            field: "交流志愿".to_owned(),
            message: "不符合交流条件（重大疾病（县医院证明）），志愿没有计入".to_owned(),
            remedy: String::new(),
        };
        finding(&mut found);
        assert_eq!(found.message, "不符合交流条件（有经认定的不交流情形），志愿没有计入");
        found.message = "不符合交流条件（到本校 3 年，不满 6 年），志愿没有计入".to_owned();
        finding(&mut found);
        assert!(found.message.contains("不满 6 年"), "{}", found.message);
    }
}
