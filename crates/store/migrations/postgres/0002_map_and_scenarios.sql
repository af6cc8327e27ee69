-- Where the county and its townships lie, for the map: GeoJSON, packed. One a county.
create table boundaries (
    county text collate "C" not null references counties (county),
    name text collate "C" not null,
    content bytea not null,
    version bigint not null,
    changed_by text collate "C" not null,
    changed_at text collate "C" not null,
    primary key (county)
);

-- What was tried in a sandbox and kept under a name: figures, never facts.
create table scenarios (
    county text collate "C" not null references counties (county),
    scenario bigint not null,
    year bigint not null,
    name text collate "C" not null,
    standard text collate "C" not null,
    data text collate "C" not null check (data in ('approved', 'submitted')),
    snapshot text collate "C" not null,
    edits text collate "C" not null,
    user_id bigint not null,
    version bigint not null,
    changed_by text collate "C" not null,
    changed_at text collate "C" not null,
    primary key (county, scenario)
);

create index scenarios_by_year on scenarios (county, year, scenario);
