//! Schools and their history: events with days, from which it follows what a school is on any day.

use crate::audit::note;
use crate::db::{Arg, Row, Tx, args};
use crate::{By, Result, Scope, Store, StoreError};
use domain::{CountyCode, SchoolCode, SchoolKind};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sqlx::AssertSqlSafe;
use std::collections::{BTreeMap, BTreeSet};

/// Does a school exist on a day?
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SchoolState {
    /// 在办.
    Open,
    /// 已并入另一所学校.
    Merged,
    /// 已撤销.
    Closed,
}

impl SchoolState {
    const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Merged => "merged",
            Self::Closed => "closed",
        }
    }

    pub(crate) fn from_code(code: &str) -> Option<Self> {
        [Self::Open, Self::Merged, Self::Closed].into_iter().find(|state| state.code() == code)
    }
}

/// What happens to a school on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// 设立, or the first day from which anything is known; later: this is what it is from now on.
    Opened {
        /// Its name.
        name: String,
        /// 办学类型.
        kind: SchoolKind,
        /// The school that it is a campus of.
        parent: Option<SchoolCode>,
    },
    /// 更名.
    Renamed {
        /// The new name.
        name: String,
    },
    /// 办学类型变更: a primary school becomes a nine-year school.
    Converted {
        /// The new kind.
        kind: SchoolKind,
    },
    /// 加入学区或集团.
    Joined {
        /// The code of the district or group.
        district: String,
    },
    /// 退出学区或集团.
    Left {
        /// The code of the district or group.
        district: String,
    },
    /// 并入.
    Merged {
        /// The school that takes it over.
        into: SchoolCode,
    },
    /// 撤销.
    Closed,
}

/// An event with its day and its entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventRecord {
    /// Number within the school, in the order of entry.
    pub number: i64,
    /// From which day it holds.
    pub day: Date,
    /// What happened.
    pub event: Event,
    /// Why, or by which document.
    pub reason: String,
    /// Who entered it.
    pub by: String,
    /// When it was entered.
    pub at: Timestamp,
}

/// A school on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct School {
    /// 标识码.
    pub code: SchoolCode,
    /// Its name.
    pub name: String,
    /// 办学类型.
    pub kind: SchoolKind,
    /// The school that it is a campus of.
    pub parent: Option<SchoolCode>,
    /// Does it exist?
    pub state: SchoolState,
    /// The school that it was merged into.
    pub successor: Option<SchoolCode>,
    /// The districts and groups that it belongs to.
    pub districts: BTreeSet<String>,
    /// For the next event.
    pub version: i64,
}

impl School {
    /// What follows from events that are in the order of their days; `None` before the first one.
    fn after<'a>(
        code: &SchoolCode,
        events: impl IntoIterator<Item = &'a EventRecord>,
    ) -> Result<Option<Self>> {
        let mut school: Option<Self> = None;
        for record in events {
            let wrong = |why| StoreError::History { school: code.to_string(), why };
            if let Event::Opened { name, kind, parent } = &record.event {
                let (districts, version) =
                    school.map_or((BTreeSet::new(), 0), |s| (s.districts, s.version));
                school = Some(Self {
                    code: code.clone(),
                    name: name.clone(),
                    kind: *kind,
                    parent: parent.clone(),
                    state: SchoolState::Open,
                    successor: None,
                    districts,
                    version: version + 1,
                });
                continue;
            }
            let Some(school) = &mut school else {
                return Err(wrong("变更日期早于学校设立日期"));
            };
            if school.state != SchoolState::Open {
                return Err(wrong("学校在此之前已并入他校或撤销"));
            }
            school.version += 1;
            match &record.event {
                Event::Opened { .. } => {}
                Event::Renamed { name } => school.name.clone_from(name),
                Event::Converted { kind } => school.kind = *kind,
                Event::Joined { district } => {
                    school.districts.insert(district.clone());
                }
                Event::Left { district } => {
                    if !school.districts.remove(district) {
                        return Err(wrong("学校当时不在这个学区或集团"));
                    }
                }
                Event::Merged { into } if into == code => return Err(wrong("学校不能并入自己")),
                Event::Merged { into } => {
                    school.state = SchoolState::Merged;
                    school.successor = Some(into.clone());
                }
                Event::Closed => school.state = SchoolState::Closed,
            }
        }
        Ok(school)
    }
}

/// Name, kind and other of an event, for its columns.
fn columns(event: &Event) -> (&'static str, [Option<String>; 3]) {
    let text = |text: &str| Some(text.to_owned());
    match event {
        Event::Opened { name, kind, parent } => {
            let parent = parent.as_ref().map(ToString::to_string);
            ("opened", [text(name), text(kind.code()), parent])
        }
        Event::Renamed { name } => ("renamed", [text(name), None, None]),
        Event::Converted { kind } => ("converted", [None, text(kind.code()), None]),
        Event::Joined { district } => ("joined", [None, None, text(district)]),
        Event::Left { district } => ("left", [None, None, text(district)]),
        Event::Merged { into } => ("merged", [None, None, text(into.as_str())]),
        Event::Closed => ("closed", [None, None, None]),
    }
}

const EVENT: &str = "e.school, e.event, e.day, e.what, e.name, e.kind, e.other, e.reason, \
                     e.changed_by, e.changed_at";

fn event(row: &Row) -> Result<EventRecord> {
    let event = match row.str(3)? {
        "opened" => Event::Opened {
            name: row.text(4)?,
            kind: row.known(5, SchoolKind::from_label)?,
            parent: row.maybe_text(6)?.map(|_| row.school(6)).transpose()?,
        },
        "renamed" => Event::Renamed { name: row.text(4)? },
        "converted" => Event::Converted { kind: row.known(5, SchoolKind::from_label)? },
        "joined" => Event::Joined { district: row.text(6)? },
        "left" => Event::Left { district: row.text(6)? },
        "merged" => Event::Merged { into: row.school(6)? },
        "closed" => Event::Closed,
        other => return Err(StoreError::Corrupt(format!("“{other}”"))),
    };
    Ok(EventRecord {
        number: row.int(1)?,
        day: row.parsed(2)?,
        event,
        reason: row.text(7)?,
        by: row.text(8)?,
        at: row.moment(9)?,
    })
}

/// The events of the schools of a scope, each school's in the order of their days.
pub(crate) async fn histories(
    tx: &mut Tx,
    county: &CountyCode,
    scope: &Scope,
) -> Result<BTreeMap<SchoolCode, Vec<EventRecord>>> {
    let mut args = args![county];
    let within = scope.condition("e.school", &mut args);
    let sql = format!(
        "select {EVENT} from school_events e where e.county = $1{within}
         order by e.school, e.day, e.event"
    );
    let mut histories: BTreeMap<SchoolCode, Vec<EventRecord>> = BTreeMap::new();
    for row in &tx.all(AssertSqlSafe(sql), args).await? {
        histories.entry(row.school(0)?).or_default().push(event(row)?);
    }
    Ok(histories)
}

/// What a school is on a day, from its history.
pub(crate) fn on(code: &SchoolCode, events: &[EventRecord], day: Date) -> Result<Option<School>> {
    School::after(code, events.iter().filter(|record| record.day <= day))
}

/// Adds an event to a history that has been read, and brings the school's row up to date.
pub(crate) async fn add_event(
    tx: &mut Tx,
    county: &CountyCode,
    code: &SchoolCode,
    history: &mut Vec<EventRecord>,
    (day, new, reason): (Date, Event, &str),
    by: &By,
) -> Result<School> {
    let before = School::after(code, history.iter())?;
    let number = history.iter().map(|record| record.number).max().unwrap_or(0) + 1;
    history.push(EventRecord {
        number,
        day,
        event: new.clone(),
        reason: reason.to_owned(),
        by: by.person.clone(),
        at: by.at,
    });
    history.sort_by_key(|record| (record.day, record.number));
    let Some(after) = School::after(code, history.iter())? else {
        let why = "没有设立事件";
        return Err(StoreError::History { school: code.to_string(), why });
    };
    tx.exec(
        "insert into schools (county, school, name, kind, parent, state, successor, version)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (county, school) do update set name = excluded.name, kind = excluded.kind,
             parent = excluded.parent, state = excluded.state, successor = excluded.successor,
             version = excluded.version",
        args![
            county,
            code,
            &after.name,
            after.kind.code(),
            after.parent.as_ref().map(SchoolCode::as_str),
            after.state.code(),
            after.successor.as_ref().map(SchoolCode::as_str),
            after.version
        ],
    )
    .await?;
    let (what, [name, kind, other]) = columns(&new);
    tx.exec(
        "insert into school_events (county, school, event, day, what, name, kind, other, reason,
             changed_by, changed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        args![county, code, number, day, what, name, kind, other, reason, &by.person, by.at],
    )
    .await?;
    let nowhere = BTreeSet::new();
    let old = before.as_ref().map_or(&nowhere, |school| &school.districts);
    for district in old.difference(&after.districts) {
        tx.exec(
            "delete from district_schools where county = $1 and district = $2 and school = $3",
            args![county, district, code],
        )
        .await?;
    }
    for district in after.districts.difference(old) {
        tx.exec(
            "insert into district_schools (county, district, school) values ($1, $2, $3)",
            args![county, district, code],
        )
        .await?;
    }
    Ok(after)
}

impl Store {
    /// Records what happens to a school on a day: the only way in which schools change. `seen` is
    /// the version of the school that the caller has seen, zero for a school that is not there yet.
    ///
    /// # Errors
    /// [`StoreError::History`] for an event that contradicts the others, [`StoreError::Conflict`]
    /// when another has changed the school since, [`StoreError::NotFound`] for an unknown district
    /// or successor.
    #[expect(
        clippy::too_many_arguments,
        reason = "an event is all of these, and each is of another type"
    )]
    pub async fn record_event(
        &self,
        county: &CountyCode,
        code: &SchoolCode,
        day: Date,
        event: Event,
        reason: &str,
        seen: i64,
        by: &By,
    ) -> Result<School> {
        let mut tx = self.pools.write(county.as_str()).await?;
        let mut history = histories(&mut tx, county, &Scope::school(code)).await?;
        let mut history = history.remove(code).unwrap_or_default();
        if let Some(last) = history.iter().max_by_key(|record| record.number) {
            let found = i64::try_from(history.len()).unwrap_or(i64::MAX);
            if found != seen {
                let what = format!("学校 {code} ");
                let (by, at) = (last.by.clone(), last.at);
                return Err(StoreError::Conflict { what, seen, found, by, at });
            }
        } else if seen != 0 {
            return Err(StoreError::NotFound(format!("学校 {code}")));
        }
        self.known_other(&mut tx, county, &event).await?;
        let what = columns(&event).0;
        let school =
            add_event(&mut tx, county, code, &mut history, (day, event, reason), by).await?;
        note(&mut tx, county.as_str(), by, &format!("school.{what}"), code.as_str(), reason)
            .await?;
        tx.commit().await?;
        Ok(school)
    }

    async fn known_other(&self, tx: &mut Tx, county: &CountyCode, event: &Event) -> Result<()> {
        let (sql, code, what) = match event {
            Event::Joined { district } | Event::Left { district } => (
                "select count(*) from districts where county = $1 and district = $2",
                district.as_str(),
                "学区或集团",
            ),
            Event::Merged { into: school } | Event::Opened { parent: Some(school), .. } => (
                "select count(*) from schools where county = $1 and school = $2",
                school.as_str(),
                "学校",
            ),
            _ => return Ok(()),
        };
        match tx.number(sql, args![county, code]).await? {
            0 => Err(StoreError::NotFound(format!("{what} {code}"))),
            _ => Ok(()),
        }
    }

    /// The schools of a scope as they are after all of their events, by code; those that are closed
    /// or merged among them.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn schools(&self, county: &CountyCode, scope: &Scope) -> Result<Vec<School>> {
        let mut args = args![county];
        let within = scope.condition("s.school", &mut args);
        let sql = format!(
            "select s.school, s.name, s.kind, s.parent, s.state, s.successor, s.version, m.district
             from schools s
             left join district_schools m on m.county = s.county and m.school = s.school
             where s.county = $1{within} order by s.school, m.district"
        );
        let mut tx = self.pools.read().await?;
        let mut schools: Vec<School> = Vec::new();
        for row in &tx.all(AssertSqlSafe(sql), args).await? {
            let code = row.school(0)?;
            if schools.last().is_none_or(|last| last.code != code) {
                schools.push(School {
                    code,
                    name: row.text(1)?,
                    kind: row.known(2, SchoolKind::from_label)?,
                    parent: row.maybe_text(3)?.map(|_| row.school(3)).transpose()?,
                    state: row.known(4, SchoolState::from_code)?,
                    successor: row.maybe_text(5)?.map(|_| row.school(5)).transpose()?,
                    districts: BTreeSet::new(),
                    version: row.int(6)?,
                });
            }
            if let (Some(school), Some(district)) = (schools.last_mut(), row.maybe_text(7)?) {
                school.districts.insert(district);
            }
        }
        Ok(schools)
    }

    /// The schools of a scope as they were on a day; those that had not been opened are left out.
    /// The scope is that of today.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn schools_on(
        &self,
        county: &CountyCode,
        day: Date,
        scope: &Scope,
    ) -> Result<Vec<School>> {
        let mut tx = self.pools.read().await?;
        let histories = histories(&mut tx, county, scope).await?;
        let schools = histories.iter().map(|(code, events)| on(code, events, day));
        schools.filter_map(Result::transpose).collect()
    }

    /// What has happened to a school, in the order of the days.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for a school that is not there or not within the scope.
    pub async fn history(
        &self,
        county: &CountyCode,
        code: &SchoolCode,
        scope: &Scope,
    ) -> Result<Vec<EventRecord>> {
        let mut args = args![county, code];
        let within = scope.condition("e.school", &mut args);
        let sql = format!(
            "select {EVENT} from school_events e where e.county = $1 and e.school = $2{within}
             order by e.day, e.event"
        );
        let mut tx = self.pools.read().await?;
        let rows = tx.all(AssertSqlSafe(sql), args).await?;
        if rows.is_empty() {
            return Err(StoreError::NotFound(format!("学校 {code}")));
        }
        rows.iter().map(event).collect()
    }
}

/// The schools of a snapshot, opened where the store has not known them on the day, renamed and
/// converted where they were something else.
pub(crate) async fn take_over(
    tx: &mut Tx,
    county: &CountyCode,
    day: Date,
    schools: &[domain::School],
    by: &By,
) -> Result<()> {
    let mut histories = histories(tx, county, &Scope::County).await?;
    let (mut rows, mut events) = (Vec::<Arg>::new(), Vec::<Arg>::new());
    for school in schools {
        let stated = Event::Opened {
            name: school.name.clone(),
            kind: school.kind,
            parent: school.parent.clone(),
        };
        let Some(history) = histories.get_mut(&school.code) else {
            let parent = school.parent.as_ref().map(SchoolCode::as_str);
            let kind = school.kind.code();
            rows.extend(args![county, &school.code, &school.name, kind, parent, "open", 1]);
            events.extend(args![
                county,
                &school.code,
                1,
                day,
                "opened",
                &school.name,
                kind,
                parent,
                "数据导入",
                &by.person,
                by.at
            ]);
            continue;
        };
        let known = on(&school.code, history, day)?;
        let new = match known {
            Some(k) if k.parent == school.parent && k.state == SchoolState::Open => {
                let renamed = Event::Renamed { name: school.name.clone() };
                let converted = Event::Converted { kind: school.kind };
                match (k.name == school.name, k.kind == school.kind) {
                    (true, true) => continue,
                    (false, true) => renamed,
                    (true, false) => converted,
                    (false, false) => stated,
                }
            }
            _ => stated,
        };
        add_event(tx, county, &school.code, history, (day, new, "数据导入"), by).await?;
    }
    let into = "insert into schools (county, school, name, kind, parent, state, version)";
    tx.insert_all(into, 7, rows).await?;
    let into = "insert into school_events (county, school, event, day, what, name, kind, other, \
                reason, changed_by, changed_at)";
    tx.insert_all(into, 11, events).await
}
