-- Exchanges between schools (对口帮扶, 任教交流, 名师带徒, 名师讲学) with who takes part and the hours
-- that were given; training projects with who takes part. Free text may name people: it is sealed.
create table exchanges (
    county text not null,
    exchange integer not null,
    year integer not null,
    way text not null,
    stage text,
    subject text,
    begins text not null,
    ends text not null,
    hours text,
    state text not null,
    grade text,
    made text not null,
    evidence integer,
    seal_key text not null,
    sealed blob not null,
    version integer not null,
    changed_by text not null,
    changed_at text not null,
    primary key (county, exchange),
    foreign key (county, year) references school_years (county, year)
) strict;
create index exchanges_by_year on exchanges (county, year);

create table exchange_parties (
    county text not null,
    exchange integer not null,
    party integer not null,
    role text not null,
    school text not null,
    teacher text,
    primary key (county, exchange, party),
    foreign key (county, exchange) references exchanges (county, exchange),
    foreign key (county, school) references schools (county, school)
) strict;
create index exchange_parties_by_school on exchange_parties (county, school);

create table exchange_entries (
    county text not null,
    exchange integer not null,
    entry integer not null,
    school text not null,
    day text not null,
    hours text not null,
    seal_key text not null,
    sealed blob not null,
    changed_by text not null,
    changed_at text not null,
    primary key (county, exchange, entry),
    foreign key (county, exchange) references exchanges (county, exchange)
) strict;

create table exchange_steps (
    county text not null,
    exchange integer not null,
    step integer not null,
    act text not null,
    grade text,
    seal_key text not null,
    sealed blob not null,
    changed_by text not null,
    changed_at text not null,
    primary key (county, exchange, step),
    foreign key (county, exchange) references exchanges (county, exchange)
) strict;

create table trainings (
    county text not null,
    training integer not null,
    year integer not null,
    school text not null,
    title text not null,
    provider text not null,
    level text not null,
    begins text not null,
    ends text not null,
    days text,
    hours text,
    funds text,
    seats integer,
    state text not null,
    reward text,
    evidence integer,
    seal_key text not null,
    sealed blob not null,
    version integer not null,
    changed_by text not null,
    changed_at text not null,
    primary key (county, training),
    foreign key (county, year) references school_years (county, year)
) strict;
create index trainings_by_year on trainings (county, year);

create table training_people (
    county text not null,
    training integer not null,
    teacher text not null,
    school text not null,
    hours text,
    changed_by text not null,
    changed_at text not null,
    primary key (county, training, teacher),
    foreign key (county, training) references trainings (county, training),
    foreign key (county, school) references schools (county, school)
) strict;
create index training_people_by_teacher on training_people (county, teacher);

create table training_steps (
    county text not null,
    training integer not null,
    step integer not null,
    act text not null,
    reward text,
    seal_key text not null,
    sealed blob not null,
    changed_by text not null,
    changed_at text not null,
    primary key (county, training, step),
    foreign key (county, training) references trainings (county, training)
) strict;
