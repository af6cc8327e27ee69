-- What was corrected in an uploaded file before it was accepted: cell by cell, row and column from zero.
create table import_corrections (
    county text not null,
    job integer not null,
    file text not null,
    sheet text not null,
    cell_row integer not null,
    cell_column integer not null,
    value text not null,
    changed_by text not null,
    changed_at text not null,
    primary key (county, job, file, sheet, cell_row, cell_column),
    foreign key (county, job) references jobs (county, job)
) strict;

-- Imports that were accepted, with what was read and taken, and the files as they were uploaded: the
-- contents lie beside the evidence files, under their hashes.
create table accepted_imports (
    county text not null,
    job integer not null,
    content text not null,
    changed_by text not null,
    changed_at text not null,
    primary key (county, job),
    foreign key (county, job) references jobs (county, job)
) strict;

create table import_files (
    county text not null,
    job integer not null,
    number integer not null,
    sha256 text not null,
    bytes integer not null,
    name text not null,
    primary key (county, job, number),
    foreign key (county, job) references jobs (county, job)
) strict;

create index import_files_by_content on import_files (sha256);

-- 催报: who was asked to hurry, by whom and when.
create table reminders (
    county text not null,
    year integer not null,
    collection text not null,
    school text not null,
    reminder integer not null,
    message text not null,
    changed_by text not null,
    changed_at text not null,
    primary key (county, year, collection, school, reminder),
    foreign key (county, year, collection, school)
        references submissions (county, year, collection, school)
) strict;

-- 说明: why a value is as it is, in the words of those who filled it in. Emptied: said no more.
create table explanations (
    county text not null,
    year integer not null,
    collection text not null,
    school text not null,
    place text not null,
    item text not null,
    content text not null,
    version integer not null,
    changed_by text not null,
    changed_at text not null,
    primary key (county, year, collection, school, place, item),
    foreign key (county, year, collection, school)
        references submissions (county, year, collection, school)
) strict;
