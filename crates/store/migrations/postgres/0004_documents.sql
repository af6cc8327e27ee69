-- Official papers: what is edited of them, the versions that were put forward for signing, and what
-- was decided. School '' is the county.
create table documents (
    county text collate "C" not null references counties (county),
    document bigint not null,
    template text collate "C" not null,
    year bigint not null,
    school text collate "C" not null,
    title text collate "C" not null,
    settings text collate "C" not null,
    free text collate "C" not null,
    state text collate "C" not null check (state in ('draft', 'submitted', 'signed', 'archived', 'void')),
    revision bigint not null,
    version bigint not null,
    changed_by text collate "C" not null,
    changed_at text collate "C" not null,
    primary key (county, document)
);

create index documents_by_year on documents (county, year, document);

create table document_revisions (
    county text collate "C" not null,
    document bigint not null,
    revision bigint not null,
    sha256 text collate "C" not null,
    content bytea not null,
    changed_by text collate "C" not null,
    changed_at text collate "C" not null,
    primary key (county, document, revision),
    foreign key (county, document) references documents (county, document)
);

create table document_steps (
    county text collate "C" not null,
    document bigint not null,
    step bigint not null,
    act text collate "C" not null,
    revision bigint not null,
    reason text collate "C" not null,
    changed_by text collate "C" not null,
    changed_at text collate "C" not null,
    primary key (county, document, step),
    foreign key (county, document) references documents (county, document)
);
