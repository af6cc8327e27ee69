//! Closed lists of words of a roster. Labels are matched exactly, with the few other spellings that
//! the statistics and the national teacher system use.

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal, $zh:literal $(, $other:literal)*;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$vdoc])* $variant,)* }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The code used in packs and JSON.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// The Chinese label.
            #[must_use]
            pub const fn zh(self) -> &'static str {
                match self { $(Self::$variant => $zh,)* }
            }

            /// The value of a code, a label or one of its other spellings; nothing is guessed.
            #[must_use]
            pub fn from_label(text: &str) -> Option<Self> {
                match text.trim() {
                    $($code | $zh $(| $other)* => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.zh())
            }
        }
    };
}

words! {
    /// 性别.
    Sex {
        /// 男.
        Male = "male", "男", "男性";
        /// 女.
        Female = "female", "女", "女性";
    }
}

words! {
    /// 学历, the lowest first.
    Degree {
        /// 高中阶段及以下.
        BelowCollege = "below_college", "高中阶段及以下", "高中", "中专", "中师", "高中阶段", "高中阶段毕业", "高中以下";
        /// 专科.
        College = "college", "专科", "大专", "大学专科", "专科毕业";
        /// 本科.
        Bachelor = "bachelor", "本科", "大学本科", "本科毕业";
        /// 硕士研究生.
        Master = "master", "硕士研究生", "硕士", "研究生", "硕士研究生毕业";
        /// 博士研究生.
        Doctor = "doctor", "博士研究生", "博士", "博士研究生毕业";
    }
}

impl Degree {
    /// The data item in which a full-time teacher of this degree is counted.
    #[must_use]
    pub const fn item(self) -> &'static str {
        match self {
            Self::BelowCollege => "teachers_below_college",
            Self::College => "teachers_college",
            Self::Bachelor => "teachers_bachelor",
            Self::Master => "teachers_master",
            Self::Doctor => "teachers_doctor",
        }
    }
}

words! {
    /// 职称, the lowest first.
    Rank {
        /// 未定职级.
        None = "none", "未定职级", "无", "未评";
        /// 员级: 三级教师.
        Junior = "junior", "员级", "三级教师", "员级（三级教师）";
        /// 助理级: 二级教师.
        Assistant = "assistant", "助理级", "二级教师", "初级";
        /// 中级: 一级教师.
        Middle = "middle", "中级", "一级教师";
        /// 副高级: 高级教师.
        Senior = "senior", "副高级", "高级教师", "副高";
        /// 正高级: 正高级教师.
        Chief = "chief", "正高级", "正高级教师", "正高";
    }
}

impl Rank {
    /// The data item in which a full-time teacher of this rank is counted, where there is one.
    #[must_use]
    pub const fn item(self) -> Option<&'static str> {
        match self {
            Self::Chief => Some("teachers_rank_chief"),
            Self::Senior => Some("teachers_rank_senior"),
            Self::Middle => Some("teachers_rank_middle"),
            Self::None | Self::Junior | Self::Assistant => None,
        }
    }
}

words! {
    /// The authority that recognised a backbone teacher, the lowest first.
    BackboneLevel {
        /// 校级: does not count as backbone at county level.
        School = "school", "校级";
        /// 县级.
        County = "county", "县级", "区级", "县区级", "市县级";
        /// 市级.
        City = "city", "市级", "地级", "地市级";
        /// 省级.
        Province = "province", "省级";
        /// 国家级.
        Nation = "nation", "国家级", "部级";
    }
}

words! {
    /// 编制: on whose roll a teacher is.
    Roll {
        /// 在编.
        Established = "established", "在编", "事业编制", "编制内";
        /// 备案制、员额制.
        Registered = "registered", "备案", "备案制", "员额", "员额制";
        /// 特岗.
        Special = "special", "特岗", "特岗教师";
        /// 编外聘用.
        Contract = "contract", "编外", "编外聘用", "合同制", "临聘", "代课";
        /// 民办学校自聘.
        Private = "private", "民办自聘", "民办学校聘用";
    }
}

words! {
    /// 岗位.
    Post {
        /// 专任教师: the only one that counts as a full-time teacher.
        Teacher = "teacher", "专任教师", "教学", "教师";
        /// 行政人员.
        Office = "office", "行政人员", "管理", "管理人员";
        /// 教辅人员.
        Support = "support", "教辅人员", "教辅";
        /// 工勤人员.
        Worker = "worker", "工勤人员", "工勤";
    }
}

words! {
    /// 职务.
    Role {
        /// 校长.
        Principal = "principal", "校长", "书记", "校长兼书记", "书记兼校长";
        /// 副校长.
        VicePrincipal = "vice_principal", "副校长", "副书记";
        /// 中层.
        Middle = "middle", "中层", "中层干部", "主任", "副主任";
        /// 班主任.
        ClassTeacher = "class_teacher", "班主任";
        /// 无.
        None = "none", "无", "—", "教师";
    }
}

words! {
    /// The way of an exchange (四种模式 and cross-school teaching).
    ExchangeKind {
        /// 任教交流, 轮岗.
        Rotation = "rotation", "任教交流", "轮岗", "交流轮岗", "交流";
        /// 对口帮扶, 支教.
        Support = "support", "对口帮扶", "支教";
        /// 名师带徒.
        Mentoring = "mentoring", "名师带徒";
        /// 名师讲学.
        Lecture = "lecture", "名师讲学";
        /// 走教、跨校兼课.
        Visiting = "visiting", "走教", "跨校兼课", "兼课";
        /// 调动.
        Transfer = "transfer", "调动", "调任";
    }
}

impl ExchangeKind {
    /// Does it count as rotation in the share of the state's rule? A teacher who keeps teaching at
    /// the own school, or who has left for good, has not rotated.
    #[must_use]
    pub const fn rotates(self) -> bool {
        matches!(self, Self::Rotation | Self::Support)
    }
}
