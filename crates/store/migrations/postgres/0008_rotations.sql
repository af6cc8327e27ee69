-- Rotations of teachers: what the county has set, what was found, what was shown to the public, what
-- was objected, and the orders with what became of them. Names are masked; the grounds of objections,
-- their replies and the words of an assessment are sealed.
create table rotations (
    county text collate "C" not null,
    rotation bigint not null,
    year bigint not null,
    title text collate "C" not null,
    settings text collate "C" not null,
    wishes bytea not null,
    wished bigint not null,
    state text collate "C" not null,
    version bigint not null,
    changed_by text collate "C" not null,
    changed_at text collate "C" not null,
    primary key (county, rotation),
    foreign key (county, year) references school_years (county, year)
);

create table rotation_runs (
    county text collate "C" not null,
    rotation bigint not null,
    run bigint not null,
    job bigint not null,
    mode text collate "C" not null,
    asked text collate "C" not null,
    roster text collate "C" not null,
    snapshot text collate "C" not null,
    standard text collate "C" not null,
    rules text collate "C" not null,
    possible bigint not null,
    moved bigint not null,
    findings bigint not null,
    brief text collate "C" not null,
    settings bytea not null,
    result bytea not null,
    stayers bytea not null,
    changed_by text collate "C" not null,
    changed_at text collate "C" not null,
    primary key (county, rotation, run),
    foreign key (county, rotation) references rotations (county, rotation),
    unique (county, job)
);

create table rotation_notices (
    county text collate "C" not null,
    rotation bigint not null,
    notice bigint not null,
    run bigint not null,
    first_day text collate "C" not null,
    last_day text collate "C" not null,
    state text collate "C" not null,
    reason text collate "C" not null,
    changed_by text collate "C" not null,
    changed_at text collate "C" not null,
    primary key (county, rotation, notice),
    foreign key (county, rotation, run) references rotation_runs (county, rotation, run)
);

create table rotation_objections (
    county text collate "C" not null,
    rotation bigint not null,
    objection bigint not null,
    notice bigint not null,
    teacher text collate "C" not null,
    name text collate "C" not null,
    school text collate "C" not null,
    kind text collate "C" not null,
    state text collate "C" not null,
    decision text collate "C",
    place text collate "C",
    seal_key text collate "C" not null,
    sealed bytea not null,
    raised_by text collate "C" not null,
    raised_at text collate "C" not null,
    version bigint not null,
    changed_by text collate "C" not null,
    changed_at text collate "C" not null,
    primary key (county, rotation, objection),
    foreign key (county, rotation, notice)
        references rotation_notices (county, rotation, notice),
    foreign key (county, school) references schools (county, school)
);

create table rotation_orders (
    county text collate "C" not null,
    rotation bigint not null,
    teacher text collate "C" not null,
    name text collate "C" not null,
    school text collate "C" not null,
    place text collate "C" not null,
    stage text collate "C" not null,
    subject text collate "C" not null,
    backbone bigint not null,
    starts text collate "C" not null,
    ends text collate "C",
    state text collate "C" not null,
    arrived text collate "C",
    ended text collate "C",
    roll bigint not null,
    subsidy text collate "C",
    subsidy_basis text collate "C",
    subsidy_from text collate "C",
    subsidy_until text collate "C",
    grade text collate "C",
    graded text collate "C",
    seal_key text collate "C" not null,
    sealed bytea not null,
    version bigint not null,
    changed_by text collate "C" not null,
    changed_at text collate "C" not null,
    primary key (county, rotation, teacher),
    foreign key (county, rotation) references rotations (county, rotation),
    foreign key (county, school) references schools (county, school)
);

create table rotation_records (
    county text collate "C" not null,
    rotation bigint not null,
    teacher text collate "C" not null,
    record bigint not null,
    act text collate "C" not null,
    day text collate "C",
    detail text collate "C" not null,
    changed_by text collate "C" not null,
    changed_at text collate "C" not null,
    primary key (county, rotation, teacher, record),
    foreign key (county, rotation, teacher)
        references rotation_orders (county, rotation, teacher)
);
