-- What becomes of plans: the cost of each finishing year as it was computed last, and what was done of
-- an adopted plan. Settings and snapshot are the hashes that a frontier was computed from.
create table plan_frontiers (
    county text not null,
    plan integer not null,
    settings text not null,
    snapshot text not null,
    standard text not null,
    content blob not null,
    changed_by text not null,
    changed_at text not null,
    primary key (county, plan),
    foreign key (county, plan) references plans (county, plan)
) strict;

create table plan_works (
    county text not null,
    plan integer not null,
    work integer not null,
    action integer not null,
    day text not null,
    quantity text,
    amount text,
    note text not null,
    evidence integer,
    version integer not null,
    changed_by text not null,
    changed_at text not null,
    primary key (county, plan, work),
    foreign key (county, plan) references plans (county, plan)
) strict;
