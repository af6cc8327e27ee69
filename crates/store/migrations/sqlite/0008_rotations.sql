-- Rotations of teachers: what the county has set, what was found, what was shown to the public, what
-- was objected, and the orders with what became of them. Names are masked; the grounds of objections,
-- their replies and the words of an assessment are sealed.
create table rotations (
    county text not null,
    rotation integer not null,
    year integer not null,
    title text not null,
    settings text not null,
    wishes blob not null,
    wished integer not null,
    state text not null,
    version integer not null,
    changed_by text not null,
    changed_at text not null,
    primary key (county, rotation),
    foreign key (county, year) references school_years (county, year)
) strict;

create table rotation_runs (
    county text not null,
    rotation integer not null,
    run integer not null,
    job integer not null,
    mode text not null,
    asked text not null,
    roster text not null,
    snapshot text not null,
    standard text not null,
    rules text not null,
    possible integer not null,
    moved integer not null,
    findings integer not null,
    brief text not null,
    settings blob not null,
    result blob not null,
    stayers blob not null,
    changed_by text not null,
    changed_at text not null,
    primary key (county, rotation, run),
    foreign key (county, rotation) references rotations (county, rotation),
    unique (county, job)
) strict;

create table rotation_notices (
    county text not null,
    rotation integer not null,
    notice integer not null,
    run integer not null,
    first_day text not null,
    last_day text not null,
    state text not null,
    reason text not null,
    changed_by text not null,
    changed_at text not null,
    primary key (county, rotation, notice),
    foreign key (county, rotation, run) references rotation_runs (county, rotation, run)
) strict;

create table rotation_objections (
    county text not null,
    rotation integer not null,
    objection integer not null,
    notice integer not null,
    teacher text not null,
    name text not null,
    school text not null,
    kind text not null,
    state text not null,
    decision text,
    place text,
    seal_key text not null,
    sealed blob not null,
    raised_by text not null,
    raised_at text not null,
    version integer not null,
    changed_by text not null,
    changed_at text not null,
    primary key (county, rotation, objection),
    foreign key (county, rotation, notice)
        references rotation_notices (county, rotation, notice),
    foreign key (county, school) references schools (county, school)
) strict;

create table rotation_orders (
    county text not null,
    rotation integer not null,
    teacher text not null,
    name text not null,
    school text not null,
    place text not null,
    stage text not null,
    subject text not null,
    backbone integer not null,
    starts text not null,
    ends text,
    state text not null,
    arrived text,
    ended text,
    roll integer not null,
    subsidy text,
    subsidy_basis text,
    subsidy_from text,
    subsidy_until text,
    grade text,
    graded text,
    seal_key text not null,
    sealed blob not null,
    version integer not null,
    changed_by text not null,
    changed_at text not null,
    primary key (county, rotation, teacher),
    foreign key (county, rotation) references rotations (county, rotation),
    foreign key (county, school) references schools (county, school)
) strict;

create table rotation_records (
    county text not null,
    rotation integer not null,
    teacher text not null,
    record integer not null,
    act text not null,
    day text,
    detail text not null,
    changed_by text not null,
    changed_at text not null,
    primary key (county, rotation, teacher, record),
    foreign key (county, rotation, teacher)
        references rotation_orders (county, rotation, teacher)
) strict;
