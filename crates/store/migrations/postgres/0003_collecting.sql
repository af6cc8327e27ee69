-- What was corrected in an uploaded file before it was accepted: cell by cell, row and column from zero.
create table import_corrections (
    county text collate "C" not null,
    job bigint not null,
    file text collate "C" not null,
    sheet text collate "C" not null,
    cell_row bigint not null,
    cell_column bigint not null,
    value text collate "C" not null,
    changed_by text collate "C" not null,
    changed_at text collate "C" not null,
    primary key (county, job, file, sheet, cell_row, cell_column),
    foreign key (county, job) references jobs (county, job)
);

-- Imports that were accepted, with what was read and taken, and the files as they were uploaded: the
-- contents lie beside the evidence files, under their hashes.
create table accepted_imports (
    county text collate "C" not null,
    job bigint not null,
    content text collate "C" not null,
    changed_by text collate "C" not null,
    changed_at text collate "C" not null,
    primary key (county, job),
    foreign key (county, job) references jobs (county, job)
);

create table import_files (
    county text collate "C" not null,
    job bigint not null,
    number bigint not null,
    sha256 text collate "C" not null,
    bytes bigint not null,
    name text collate "C" not null,
    primary key (county, job, number),
    foreign key (county, job) references jobs (county, job)
);

create index import_files_by_content on import_files (sha256);

-- 催报: who was asked to hurry, by whom and when.
create table reminders (
    county text collate "C" not null,
    year bigint not null,
    collection text collate "C" not null,
    school text collate "C" not null,
    reminder bigint not null,
    message text collate "C" not null,
    changed_by text collate "C" not null,
    changed_at text collate "C" not null,
    primary key (county, year, collection, school, reminder),
    foreign key (county, year, collection, school)
        references submissions (county, year, collection, school)
);

-- 说明: why a value is as it is, in the words of those who filled it in. Emptied: said no more.
create table explanations (
    county text collate "C" not null,
    year bigint not null,
    collection text collate "C" not null,
    school text collate "C" not null,
    place text collate "C" not null,
    item text collate "C" not null,
    content text collate "C" not null,
    version bigint not null,
    changed_by text collate "C" not null,
    changed_at text collate "C" not null,
    primary key (county, year, collection, school, place, item),
    foreign key (county, year, collection, school)
        references submissions (county, year, collection, school)
);
