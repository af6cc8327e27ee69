//! Kinds of schools, stages, sponsors and the urban–rural classes: closed lists of the education
//! statistics. Labels here are the official ones; other spellings belong to the layouts.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A stage of schooling (学段). Kindergarten is no stage: its pupils are not counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// 小学, grades 1–6.
    Primary,
    /// 初中, grades 7–9.
    Junior,
    /// 普通高中, grades 10–12: outside compulsory education, kept because it takes its share of a
    /// combined school's buildings.
    Senior,
}

impl Stage {
    /// All stages, youngest first.
    pub const ALL: [Self; 3] = [Self::Primary, Self::Junior, Self::Senior];
    /// The two compulsory stages.
    pub const COMPULSORY: [Self; 2] = [Self::Primary, Self::Junior];

    /// The code used in packs and JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Junior => "junior",
            Self::Senior => "senior",
        }
    }

    /// The Chinese name.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Primary => "小学",
            Self::Junior => "初中",
            Self::Senior => "高中",
        }
    }

    /// The stage of a code or Chinese name.
    #[must_use]
    pub fn from_label(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == text || s.zh() == text)
    }

    /// Place in [`Stage::ALL`].
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.zh())
    }
}

macro_rules! labelled {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal, $zh:literal;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$vdoc])* $variant,)* }

        impl $name {
            /// Every value, in the order of the official list.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The code used in packs and JSON.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// The official Chinese label.
            #[must_use]
            pub const fn zh(self) -> &'static str {
                match self { $(Self::$variant => $zh,)* }
            }

            /// The value whose code or official label is exactly `text`; nothing is guessed.
            #[must_use]
            pub fn from_label(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|v| v.code() == text || v.zh() == text)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.zh())
            }
        }
    };
}

labelled! {
    /// 办学类型: what kind of school it is. Never guessed from a school's name.
    SchoolKind {
        /// 小学.
        Primary = "primary", "小学";
        /// 小学教学点.
        TeachingPoint = "teaching_point", "小学教学点";
        /// 初级中学.
        Junior = "junior", "初级中学";
        /// 九年一贯制学校: primary and junior.
        NineYear = "nine_year", "九年一贯制学校";
        /// 十二年一贯制学校: primary, junior and senior.
        TwelveYear = "twelve_year", "十二年一贯制学校";
        /// 完全中学: junior and senior.
        CompleteSecondary = "complete_secondary", "完全中学";
        /// 高级中学.
        Senior = "senior", "高级中学";
        /// 特殊教育学校.
        Special = "special", "特殊教育学校";
        /// 中等职业学校.
        Vocational = "vocational", "中等职业学校";
        /// 幼儿园.
        Kindergarten = "kindergarten", "幼儿园";
    }
}

impl SchoolKind {
    /// The stages that a school of this kind has by itself (attached classes may add others).
    #[must_use]
    pub const fn stages(self) -> &'static [Stage] {
        match self {
            Self::Primary | Self::TeachingPoint => &[Stage::Primary],
            Self::Junior => &[Stage::Junior],
            Self::NineYear => &[Stage::Primary, Stage::Junior],
            Self::TwelveYear => &[Stage::Primary, Stage::Junior, Stage::Senior],
            Self::CompleteSecondary => &[Stage::Junior, Stage::Senior],
            Self::Senior => &[Stage::Senior],
            Self::Special | Self::Vocational | Self::Kindergarten => &[],
        }
    }
}

labelled! {
    /// 举办者类型, the ten codes of application form Ⅱ-2.
    Sponsor {
        /// 1 中央教育部门.
        CentralEducation = "1", "中央教育部门";
        /// 2 中央其他部门.
        CentralOther = "2", "中央其他部门";
        /// 3 省级教育部门.
        ProvinceEducation = "3", "省级教育部门";
        /// 4 省级其他部门.
        ProvinceOther = "4", "省级其他部门";
        /// 5 地级教育部门.
        CityEducation = "5", "地级教育部门";
        /// 6 地级其他部门.
        CityOther = "6", "地级其他部门";
        /// 7 县级教育部门.
        CountyEducation = "7", "县级教育部门";
        /// 8 县级其他部门.
        CountyOther = "8", "县级其他部门";
        /// 9 地方企业.
        Enterprise = "9", "地方企业";
        /// 10 民办 (999 in the statistics forms).
        Private = "10", "民办";
    }
}

labelled! {
    /// 城乡类型: the urban–rural class of the school's place, by the statistics codes.
    Residence {
        /// 111 主城区.
        UrbanCore = "111", "主城区";
        /// 112 城乡结合区.
        UrbanFringe = "112", "城乡结合区";
        /// 121 镇中心区.
        TownCentre = "121", "镇中心区";
        /// 122 镇乡结合区.
        TownFringe = "122", "镇乡结合区";
        /// 123 特殊区域.
        SpecialArea = "123", "特殊区域";
        /// 210 乡中心区.
        TownshipCentre = "210", "乡中心区";
        /// 220 村庄.
        Village = "220", "村庄";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_exact() {
        assert_eq!(SchoolKind::from_label("九年一贯制学校"), Some(SchoolKind::NineYear));
        assert_eq!(SchoolKind::from_label("县第一小学"), None);
        assert_eq!(Sponsor::from_label("10"), Some(Sponsor::Private));
        assert_eq!(Residence::from_label("121"), Some(Residence::TownCentre));
        assert_eq!(Stage::from_label("初中"), Some(Stage::Junior));
        assert_eq!(SchoolKind::CompleteSecondary.stages(), [Stage::Junior, Stage::Senior]);
    }
}
