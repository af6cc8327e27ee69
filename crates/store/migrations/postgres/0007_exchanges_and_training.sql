-- Exchanges between schools (对口帮扶, 任教交流, 名师带徒, 名师讲学) with who takes part and the hours
-- that were given; training projects with who takes part. Free text may name people: it is sealed.
create table exchanges (
    county text collate "C" not null,
    exchange bigint not null,
    year bigint not null,
    way text collate "C" not null,
    stage text collate "C",
    subject text collate "C",
    begins text collate "C" not null,
    ends text collate "C" not null,
    hours text collate "C",
    state text collate "C" not null,
    grade text collate "C",
    made text collate "C" not null,
    evidence bigint,
    seal_key text collate "C" not null,
    sealed bytea not null,
    version bigint not null,
    changed_by text collate "C" not null,
    changed_at text collate "C" not null,
    primary key (county, exchange),
    foreign key (county, year) references school_years (county, year)
);
create index exchanges_by_year on exchanges (county, year);

create table exchange_parties (
    county text collate "C" not null,
    exchange bigint not null,
    party bigint not null,
    role text collate "C" not null,
    school text collate "C" not null,
    teacher text collate "C",
    primary key (county, exchange, party),
    foreign key (county, exchange) references exchanges (county, exchange),
    foreign key (county, school) references schools (county, school)
);
create index exchange_parties_by_school on exchange_parties (county, school);

create table exchange_entries (
    county text collate "C" not null,
    exchange bigint not null,
    entry bigint not null,
    school text collate "C" not null,
    day text collate "C" not null,
    hours text collate "C" not null,
    seal_key text collate "C" not null,
    sealed bytea not null,
    changed_by text collate "C" not null,
    changed_at text collate "C" not null,
    primary key (county, exchange, entry),
    foreign key (county, exchange) references exchanges (county, exchange)
);

create table exchange_steps (
    county text collate "C" not null,
    exchange bigint not null,
    step bigint not null,
    act text collate "C" not null,
    grade text collate "C",
    seal_key text collate "C" not null,
    sealed bytea not null,
    changed_by text collate "C" not null,
    changed_at text collate "C" not null,
    primary key (county, exchange, step),
    foreign key (county, exchange) references exchanges (county, exchange)
);

create table trainings (
    county text collate "C" not null,
    training bigint not null,
    year bigint not null,
    school text collate "C" not null,
    title text collate "C" not null,
    provider text collate "C" not null,
    level text collate "C" not null,
    begins text collate "C" not null,
    ends text collate "C" not null,
    days text collate "C",
    hours text collate "C",
    funds text collate "C",
    seats bigint,
    state text collate "C" not null,
    reward text collate "C",
    evidence bigint,
    seal_key text collate "C" not null,
    sealed bytea not null,
    version bigint not null,
    changed_by text collate "C" not null,
    changed_at text collate "C" not null,
    primary key (county, training),
    foreign key (county, year) references school_years (county, year)
);
create index trainings_by_year on trainings (county, year);

create table training_people (
    county text collate "C" not null,
    training bigint not null,
    teacher text collate "C" not null,
    school text collate "C" not null,
    hours text collate "C",
    changed_by text collate "C" not null,
    changed_at text collate "C" not null,
    primary key (county, training, teacher),
    foreign key (county, training) references trainings (county, training),
    foreign key (county, school) references schools (county, school)
);
create index training_people_by_teacher on training_people (county, teacher);

create table training_steps (
    county text collate "C" not null,
    training bigint not null,
    step bigint not null,
    act text collate "C" not null,
    reward text collate "C",
    seal_key text collate "C" not null,
    sealed bytea not null,
    changed_by text collate "C" not null,
    changed_at text collate "C" not null,
    primary key (county, training, step),
    foreign key (county, training) references trainings (county, training)
);
