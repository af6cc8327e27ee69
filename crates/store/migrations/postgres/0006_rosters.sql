-- Rosters of teachers. Who somebody is lies in a sealed box that opens with the key of the data folder
-- only, and at its own place only; beside it stands what lists are made from, the name masked.
create table rosters (
    county text collate "C" not null,
    year bigint not null,
    day text collate "C" not null,
    source text collate "C" not null,
    stamp text collate "C" not null,
    seal_key text collate "C" not null,
    sealed bytea not null,
    version bigint not null,
    changed_by text collate "C" not null,
    changed_at text collate "C" not null,
    primary key (county, year),
    foreign key (county, year) references school_years (county, year)
);

create table teachers (
    county text collate "C" not null,
    year bigint not null,
    number text collate "C" not null,
    school text collate "C" not null,
    stage text collate "C" not null,
    post text collate "C" not null,
    subject text collate "C" not null,
    name text collate "C" not null,
    digest text collate "C" not null,
    seal_key text collate "C" not null,
    sealed bytea not null,
    version bigint not null,
    changed_by text collate "C" not null,
    changed_at text collate "C" not null,
    primary key (county, year, number),
    foreign key (county, year) references rosters (county, year),
    foreign key (county, school) references schools (county, school)
);
create index teachers_by_school on teachers (county, year, school);

-- Uploaded rosters that wait for somebody's word, sealed as a whole; emptied when they are accepted,
-- thrown away or out of time.
create table roster_imports (
    county text collate "C" not null,
    import bigint not null,
    year bigint not null,
    owner bigint not null,
    request text collate "C",
    file text collate "C" not null,
    state text collate "C" not null,
    seal_key text collate "C" not null,
    sealed bytea not null,
    expires_at text collate "C" not null,
    changed_by text collate "C" not null,
    changed_at text collate "C" not null,
    primary key (county, import),
    foreign key (county, year) references school_years (county, year),
    unique (county, request)
);
