-- What becomes of plans: the cost of each finishing year as it was computed last, and what was done of
-- an adopted plan. Settings and snapshot are the hashes that a frontier was computed from.
create table plan_frontiers (
    county text collate "C" not null,
    plan bigint not null,
    settings text collate "C" not null,
    snapshot text collate "C" not null,
    standard text collate "C" not null,
    content bytea not null,
    changed_by text collate "C" not null,
    changed_at text collate "C" not null,
    primary key (county, plan),
    foreign key (county, plan) references plans (county, plan)
);

create table plan_works (
    county text collate "C" not null,
    plan bigint not null,
    work bigint not null,
    action bigint not null,
    day text collate "C" not null,
    quantity text collate "C",
    amount text collate "C",
    note text collate "C" not null,
    evidence bigint,
    version bigint not null,
    changed_by text collate "C" not null,
    changed_at text collate "C" not null,
    primary key (county, plan, work),
    foreign key (county, plan) references plans (county, plan)
);
