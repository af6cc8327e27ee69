-- What a personal document says, in boxes: what people wrote ('free'), versions that were put forward
-- ('version-3'), reasons of steps ('reason-2'). The columns for them in the other tables are empty then.
create table document_boxes (
    county text collate "C" not null,
    document bigint not null,
    part text collate "C" not null,
    seal_key text collate "C" not null,
    sealed bytea not null,
    changed_by text collate "C" not null,
    changed_at text collate "C" not null,
    primary key (county, document, part),
    foreign key (county, document) references documents (county, document)
);
