-- Official papers: what is edited of them, the versions that were put forward for signing, and what
-- was decided. School '' is the county.
create table documents (
    county text not null references counties (county),
    document integer not null,
    template text not null,
    year integer not null,
    school text not null,
    title text not null,
    settings text not null,
    free text not null,
    state text not null check (state in ('draft', 'submitted', 'signed', 'archived', 'void')),
    revision integer not null,
    version integer not null,
    changed_by text not null,
    changed_at text not null,
    primary key (county, document)
) strict;

create index documents_by_year on documents (county, year, document);

create table document_revisions (
    county text not null,
    document integer not null,
    revision integer not null,
    sha256 text not null,
    content blob not null,
    changed_by text not null,
    changed_at text not null,
    primary key (county, document, revision),
    foreign key (county, document) references documents (county, document)
) strict;

create table document_steps (
    county text not null,
    document integer not null,
    step integer not null,
    act text not null,
    revision integer not null,
    reason text not null,
    changed_by text not null,
    changed_at text not null,
    primary key (county, document, step),
    foreign key (county, document) references documents (county, document)
) strict;
