//! The settings that a county begins with: a commented text that can be used as it is, with figures
//! from a plan that was made school by school without limits.

use crate::costs::CostCatalogue;
use crate::settings::Settings;
use crate::{InvestError, Plan, Problem, Pupils, greedy, worlds};
use domain::{Exact, SchoolYear, Snapshot};
use standard::{Options, Standard};
use std::fmt::Write as _;
use std::sync::Arc;

/// Indicators of the example lines: those of teachers, whose shares counties set by year.
const TEACHERS: [&str; 3] = ["L1", "L2", "L3"];
/// Shares of the example lines, year by year.
const SHARES: [&str; 3] = ["95%", "98%", "100%"];

/// Settings to begin with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The text, TOML.
    pub text: String,
    /// What the county should know of it, in Chinese: why its pupils stay as they are, or why no
    /// plan can be made yet.
    pub note: Option<String>,
    /// Can a plan be made from it at once?
    pub usable: bool,
}

/// Drafts settings for so many years after the data, the last of `history`.
///
/// # Errors
/// [`InvestError::Horizon`] without data. Data that are no base for a plan are a note.
pub fn draft(
    history: &[Snapshot],
    standard: &Arc<Standard>,
    options: &Options,
    costs: &CostCatalogue,
    years: u8,
) -> Result<Draft, InvestError> {
    let Some(start) = history.last() else {
        let found = "没有数据".to_owned();
        return Err(InvestError::Horizon { data: SchoolYear(0), found });
    };
    let mut settings = Settings::unlimited(start.year(), years);
    let trial = |settings: &Settings| -> Result<Plan, InvestError> {
        let worlds = worlds(history, settings, standard)?;
        let (options, costs) = (options.clone(), costs.clone());
        let problem =
            Problem::new(start, worlds, Arc::clone(standard), options, settings.clone(), costs)?;
        greedy::greedy(&problem)
    };
    settings.pupils = Pupils::Forecast {
        assumptions: forecast::Assumptions { years, ..Default::default() },
        norm: forecast::ClassNorm::default(),
    };
    let mut note = None;
    let by_hand = match trial(&settings) {
        Ok(plan) => Some(plan),
        Err(forecast) => {
            settings.pupils = Pupils::Constant;
            note = Some(format!("学生数暂按不变：{forecast}"));
            match trial(&settings) {
                Ok(plan) => Some(plan),
                Err(error) => {
                    note = Some(format!("现在还不能规划：{error}。资金和编制写的是示例数"));
                    None
                }
            }
        }
    };
    let example = Example { start, settings: &settings, standard, costs, plan: by_hand.as_ref() };
    Ok(Draft { text: example.text(), note, usable: by_hand.is_some() })
}

/// What the file is written from.
struct Example<'a> {
    start: &'a Snapshot,
    settings: &'a Settings,
    standard: &'a Standard,
    costs: &'a CostCatalogue,
    /// A plan made school by school without limits, from which the example figures are taken.
    plan: Option<&'a Plan>,
}

impl Example<'_> {
    fn text(&self) -> String {
        let mut text = String::new();
        self.head(&mut text);
        self.pupils(&mut text);
        self.money(&mut text);
        self.posts(&mut text);
        self.lines(&mut text);
        self.more(&mut text);
        text
    }

    fn years(&self) -> Vec<SchoolYear> {
        self.settings.horizon().collect()
    }

    fn head(&self, text: &mut String) {
        let Self { start, settings, standard, costs, .. } = self;
        let county = &start.county().name;
        let _ = write!(
            text,
            "\
# {county}规划方案。金额一律为万元，写在引号里；“#”之后是说明，可以随意增删。
# 数据：{} 学年；标准：{}。

[plan]
title = {}
first = {}              # 规划期第一年：数据年份的下一年
years = {}                 # 规划几年
finish = {}             # 从这一年起，全部学校和差异系数都要达标
costs = {}   # 造价目录：{}
discount = \"3%\"           # 年折现率：晚花的钱按它折算
# per_school = \"5\"        # 少动一所学校值多少万元：大于 0 时规划会更集中
# land_elsewhere = \"2000\" # 每校最多新增多少㎡运动场地；下面 [[land]] 可逐校写
# without = [\"halls.build\"]   # 本县不用的措施
# seconds = 120           # 最多求解多少秒
# gap = \"0.1%\"            # 与下界相差多少以内算已证明最省
",
            start.year(),
            standard.title(),
            quoted(&format!("{county}达标规划")),
            settings.first.0,
            settings.years,
            settings.finish.0,
            quoted(&costs.id),
            costs.title,
        );
    }

    fn pupils(&self, text: &mut String) {
        let first = self.settings.first.0;
        let method = match self.settings.pupils {
            Pupils::Constant => "constant",
            Pupils::Forecast { .. } => "forecast",
        };
        let _ = write!(
            text,
            "
# 规划期的学生数：\"forecast\" 按年级推算（要有两个以上学年的数据），\"constant\" 不变。
[pupils]
method = \"{method}\"
"
        );
        let _ = write!(
            text,
            "\
# scenario = \"middle\"     # low 低、middle 中、high 高
# births = [{{ year = {}, children = 2345 }}]   # 出生人口，六年后入学
# entrants = [{{ year = {first}, pupils = 2300 }}]   # 全县一年级新生
",
            first - 6,
        );
    }

    /// What the plan made by hand needs, spread over the years but one, since rooms take a year, and
    /// half as much again, since it does not look at the coefficients; rounded up to two digits.
    fn money(&self, text: &mut String) {
        let years = Exact::from(i64::from(self.settings.years.saturating_sub(1).max(1)));
        let needed = self.plan.map(|plan| plan.cost.clone());
        let yearly = needed
            .and_then(|cost| (cost * Exact::ratio(3, 2)).checked_div(&years))
            .map_or(Exact::from(1000), |yearly| rounded_up(&yearly).max(Exact::from(50)));
        let budget: Vec<String> =
            self.years().iter().map(|year| format!("{} = \"{yearly}\"", year.0)).collect();
        let categories: Vec<String> =
            self.costs.categories.iter().map(|c| format!("{} {}", c.code, c.zh)).collect();
        let _ = write!(
            text,
            "
# 资金来源，可以写几个；不写任何 [[fund]] 时资金不限、只计数。示例数按粗略估算给出，请改成本县预算。
[[fund]]
code = \"county\"
zh = \"县级财政\"
carry = true              # 当年用不完可结转
budget = {{ {} }}
# 专项资金只能用于某些类别（{}）：
# [[fund]]
# code = \"province\"
# zh = \"省级专项\"
# only_for = [\"{}\"]
# budget = {{ {} }}
",
            budget.join(", "),
            categories.join("、"),
            self.costs.categories.first().map_or("building", |c| c.code.as_str()),
            budget.join(", "),
        );
    }

    fn posts(&self, text: &mut String) {
        let most = self.plan.map(|plan| plan.years.iter().map(|y| y.posts.clone()).sum::<Exact>());
        let most = most.map_or(Exact::from(50), |most| rounded_up(&most).max(Exact::from(10)));
        let _ = write!(text, "\n# 每年可用的新增编制（人）；整个 [posts] 删去即不限。\n[posts]\n");
        for year in self.years() {
            let _ = writeln!(text, "{} = \"{most}\"", year.0);
        }
    }

    fn lines(&self, text: &mut String) {
        let rules = self.standard.rules();
        let _ = write!(
            text,
            "\n# 年度目标线：到某年，某项指标达到标准值的学段占多大比例。达不到时规划仍会给出，并说明差多少。\n"
        );
        for code in TEACHERS {
            let Some(rule) = rules.iter().find(|rule| rule.code == code) else { continue };
            let _ = writeln!(text, "# {} {}", rule.code, rule.zh);
            for (year, share) in self.years().iter().zip(SHARES) {
                let (code, year) = (quoted(code), year.0);
                let _ = write!(
                    text,
                    "[[line]]\nindicator = {code}\nyear = {year}\nat_least = \"{share}\"\n"
                );
            }
        }
    }

    /// What most counties add, as comments: projects, land, own costs.
    fn more(&self, text: &mut String) {
        let Some(school) = self.start.schools().first() else { return };
        let (code, name) = (&school.code, &school.name);
        let (first, last) = (self.settings.first.0, self.settings.last().0);
        let second = (first + 1).min(last);
        let category = self.costs.categories.first().map_or("building", |c| c.code.as_str());
        let measure = self.costs.measures.first();
        let _ = write!(
            text,
            "
# 以下都是示例，去掉行首的“# ”即生效。学校一律写标识码，如 {code}（{name}）。

# 已定项目：钱照付，建成后计入，规划不再改动它。
# [[committed]]
# code = \"Y1\"
# zh = \"{name}教学楼（续建）\"
# school = \"{code}\"
# category = \"{category}\"
# fund = \"county\"                # 由哪项资金支付；不写则由可用的资金支付
# payments = {{ {first} = \"300\", {second} = \"200\" }}
# opens = {second}                   # 哪一年的统计开始计入
# adds = [{{ item = \"teaching_rooms_area\", amount = \"3500\" }}]

# 备选项目：要么整个建，要么不建，由规划决定。
# [[project]]
# code = \"X1\"
# zh = \"{name}综合楼\"
# school = \"{code}\"
# category = \"{category}\"
# cost = \"1400\"
# lead = 1                       # 开工后几年计入
# earliest = {first}
# adds = [{{ item = \"teaching_rooms_area\", amount = \"3500\" }}]

# 某校最多能新增多少㎡运动场地。
# [[land]]
# school = \"{code}\"
# area = \"1200\"
"
        );
        let Some(measure) = measure else { return };
        let once = measure.prices.last().map_or_else(|| "1".to_owned(), |p| p.once.to_string());
        let measures: Vec<String> = self
            .costs
            .measures
            .iter()
            .map(|m| format!("#   {} {}（{}）", m.code, m.zh, m.unit))
            .collect();
        let _ = write!(
            text,
            "
# 本县自己的单价，代替造价目录里的（目录中为 {once} 万元/{}）。
# [[cost]]
# measure = \"{}\"
# [cost.price]
# once = \"{once}\"
# source = \"县发展改革委批复\"
# grade = \"A\"
# 可用的措施：
{}
",
            measure.unit,
            measure.code,
            measures.join("\n"),
        );
    }
}

/// Rounded up to two digits: 1234 becomes 1300.
fn rounded_up(amount: &Exact) -> Exact {
    let mut step = Exact::ONE;
    let ten = Exact::from(10);
    while &step * &Exact::from(100) <= *amount {
        step = &step * &ten;
    }
    let steps = amount.checked_div(&step).map_or(Exact::ONE, |n| n.ceil());
    (steps * step).max(Exact::ONE)
}

/// A TOML string.
fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_rounded_up() {
        let up = |n: &str| rounded_up(&Exact::parse(n).unwrap()).to_string();
        assert_eq!(up("1234"), "1300");
        assert_eq!(up("100"), "100");
        assert_eq!(up("99.2"), "100");
        assert_eq!(up("0"), "1");
    }
}
