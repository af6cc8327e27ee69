-- Rosters of teachers. Who somebody is lies in a sealed box that opens with the key of the data folder
-- only, and at its own place only; beside it stands what lists are made from, the name masked.
create table rosters (
    county text not null,
    year integer not null,
    day text not null,
    source text not null,
    stamp text not null,
    seal_key text not null,
    sealed blob not null,
    version integer not null,
    changed_by text not null,
    changed_at text not null,
    primary key (county, year),
    foreign key (county, year) references school_years (county, year)
) strict;

create table teachers (
    county text not null,
    year integer not null,
    number text not null,
    school text not null,
    stage text not null,
    post text not null,
    subject text not null,
    name text not null,
    digest text not null,
    seal_key text not null,
    sealed blob not null,
    version integer not null,
    changed_by text not null,
    changed_at text not null,
    primary key (county, year, number),
    foreign key (county, year) references rosters (county, year),
    foreign key (county, school) references schools (county, school)
) strict;
create index teachers_by_school on teachers (county, year, school);

-- Uploaded rosters that wait for somebody's word, sealed as a whole; emptied when they are accepted,
-- thrown away or out of time.
create table roster_imports (
    county text not null,
    import integer not null,
    year integer not null,
    owner integer not null,
    request text,
    file text not null,
    state text not null,
    seal_key text not null,
    sealed blob not null,
    expires_at text not null,
    changed_by text not null,
    changed_at text not null,
    primary key (county, import),
    foreign key (county, year) references school_years (county, year),
    unique (county, request)
) strict;
