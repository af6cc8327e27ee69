-- What a personal document says, in boxes: what people wrote ('free'), versions that were put forward
-- ('version-3'), reasons of steps ('reason-2'). The columns for them in the other tables are empty then.
create table document_boxes (
    county text not null,
    document integer not null,
    part text not null,
    seal_key text not null,
    sealed blob not null,
    changed_by text not null,
    changed_at text not null,
    primary key (county, document, part),
    foreign key (county, document) references documents (county, document)
) strict;
