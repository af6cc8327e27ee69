-- Where the county and its townships lie, for the map: GeoJSON, packed. One a county.
create table boundaries (
    county text not null references counties (county),
    name text not null,
    content blob not null,
    version integer not null,
    changed_by text not null,
    changed_at text not null,
    primary key (county)
) strict;

-- What was tried in a sandbox and kept under a name: figures, never facts.
create table scenarios (
    county text not null references counties (county),
    scenario integer not null,
    year integer not null,
    name text not null,
    standard text not null,
    data text not null check (data in ('approved', 'submitted')),
    snapshot text not null,
    edits text not null,
    user_id integer not null,
    version integer not null,
    changed_by text not null,
    changed_at text not null,
    primary key (county, scenario)
) strict;

create index scenarios_by_year on scenarios (county, year, scenario);
