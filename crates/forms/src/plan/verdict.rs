//! What is said of a plan in words: is it accepted, is it the cheapest, how does it compare.

use domain::Exact;
use invest::Plan;

/// One sentence on whether the plan holds.
pub(super) fn accepted(plan: &Plan) -> String {
    if plan.accepted {
        return "评估认定：按本规划实施，完成年份起各学段、各差异系数均达到标准，资金、编制、用地均不超限。"
            .to_owned();
    }
    format!("本规划不能达到要求，共 {} 条原因，见“未达要求的原因”。", plan.objections.len())
}

/// How far the plan is from the cheapest one, and why the search went no further.
pub(super) fn proof(plan: &Plan) -> String {
    let ended = plan.method.ended.trim_end_matches('。');
    let ended =
        if ended.is_empty() { String::new() } else { format!("求解提前结束：{ended}。") };
    far(plan) + &ended
}

fn far(plan: &Plan) -> String {
    let cost = plan.discounted.to_fixed(2);
    let method = &plan.method;
    let Some(bound) = &method.bound else {
        return format!("折现费用 {cost} 万元；没有求得下界，离最省还有多远不能断定。");
    };
    let bound = shortened(bound, 2);
    let gap = method.gap.as_deref().and_then(percent);
    match gap {
        Some(gap) if method.proved => format!(
            "折现费用 {cost} 万元；任何能达到要求的规划都不少于 {bound} 万元，差距 {gap}，在要求之内，已证明为最省。"
        ),
        Some(gap) => format!(
            "折现费用 {cost} 万元；任何能达到要求的规划都不少于 {bound} 万元，差距 {gap}，尚未证明为最省。"
        ),
        None => format!("折现费用 {cost} 万元；任何能达到要求的规划都不少于 {bound} 万元。"),
    }
}

/// What the optimum saves against the greedy plan.
pub(super) fn gain(plan: &Plan, greedy: &Plan) -> String {
    match (plan.accepted, greedy.accepted) {
        (true, true) => {
            let saved = &greedy.discounted - &plan.discounted;
            let share = saved.checked_div(&greedy.discounted).unwrap_or(Exact::ZERO);
            format!("少花 {} 万元（{}）", saved.to_fixed(2), in_percent(&share, 2))
        }
        (true, false) => "逐校补齐的规划没有达到要求，费用不能相比".to_owned(),
        (false, _) => "本规划没有达到要求，费用不能相比".to_owned(),
    }
}

/// The name of the way in which a plan was found.
pub(super) fn method(name: &str) -> &str {
    match name {
        "optimum" => "整体最优（混合整数规划）",
        "greedy" => "逐校补齐（缺口大的先补）",
        other => other,
    }
}

/// `0.000823` as `0.08%`; `None` where it is no number.
pub(super) fn percent(share: &str) -> Option<String> {
    Exact::parse(share).ok().map(|share| in_percent(&share, 3))
}

/// A share of one in per cent.
pub(super) fn in_percent(share: &Exact, digits: u8) -> String {
    format!("{}%", (share * &Exact::from(100)).to_short(digits))
}

/// A decimal of the solver with fewer digits; left alone where it is no number.
pub(super) fn shortened(number: &str, digits: u8) -> String {
    Exact::parse(number).map_or_else(|_| number.to_owned(), |n| n.to_fixed(digits))
}
