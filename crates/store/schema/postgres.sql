-- Everything that a county keeps. Every table is led by the county's code; every text that is a key
-- compares byte by byte; moments are RFC 3339 in UTC with six decimals, so that they sort as text;
-- numbers of facts are text, because both databases would round them.

create table counties (
    county text collate "C" not null primary key,
    name text collate "C" not null,
    version bigint not null,
    changed_by text collate "C" not null,
    changed_at text collate "C" not null
);

-- 学区 and 教育集团.
create table districts (
    county text collate "C" not null references counties (county),
    district text collate "C" not null,
    name text collate "C" not null,
    kind text collate "C" not null check (kind in ('district', 'group')),
    version bigint not null,
    changed_by text collate "C" not null,
    changed_at text collate "C" not null,
    primary key (county, district)
);

-- Schools as they are after all of their events; the events are the truth.
create table schools (
    county text collate "C" not null references counties (county),
    school text collate "C" not null,
    name text collate "C" not null,
    kind text collate "C" not null,
    parent text collate "C",
    state text collate "C" not null check (state in ('open', 'merged', 'closed')),
    successor text collate "C",
    version bigint not null,
    primary key (county, school)
);

create table school_events (
    county text collate "C" not null,
    school text collate "C" not null,
    event bigint not null,
    day text collate "C" not null,
    what text collate "C" not null,
    name text collate "C",
    kind text collate "C",
    other text collate "C",
    reason text collate "C" not null,
    changed_by text collate "C" not null,
    changed_at text collate "C" not null,
    primary key (county, school, event),
    foreign key (county, school) references schools (county, school)
);

create table district_schools (
    county text collate "C" not null,
    district text collate "C" not null,
    school text collate "C" not null,
    primary key (county, district, school),
    foreign key (county, district) references districts (county, district),
    foreign key (county, school) references schools (county, school)
);

create index district_schools_by_school on district_schools (county, school);

create table school_years (
    county text collate "C" not null references counties (county),
    year bigint not null,
    state text collate "C" not null check (state in ('open', 'locked')),
    reason text collate "C" not null,
    version bigint not null,
    changed_by text collate "C" not null,
    changed_at text collate "C" not null,
    primary key (county, year)
);

create table collections (
    county text collate "C" not null,
    year bigint not null,
    collection text collate "C" not null,
    ordinal bigint not null,
    title text collate "C" not null,
    items text collate "C" not null,
    deadline text collate "C",
    state text collate "C" not null check (state in ('open', 'closed')),
    version bigint not null,
    changed_by text collate "C" not null,
    changed_at text collate "C" not null,
    primary key (county, year, collection),
    unique (county, year, ordinal),
    foreign key (county, year) references school_years (county, year)
);

-- One row for each who must fill; school '' is the county's own form.
create table submissions (
    county text collate "C" not null,
    year bigint not null,
    collection text collate "C" not null,
    school text collate "C" not null,
    state text collate "C" not null
        check (state in ('draft', 'submitted', 'signed', 'returned', 'approved', 'locked')),
    revision bigint not null,
    approved bigint,
    version bigint not null,
    changed_by text collate "C" not null,
    changed_at text collate "C" not null,
    primary key (county, year, collection, school),
    foreign key (county, year, collection) references collections (county, year, collection)
);

create table submission_revisions (
    county text collate "C" not null,
    year bigint not null,
    collection text collate "C" not null,
    school text collate "C" not null,
    revision bigint not null,
    name text collate "C" not null,
    kind text collate "C",
    parent text collate "C",
    version bigint not null,
    changed_by text collate "C" not null,
    changed_at text collate "C" not null,
    primary key (county, year, collection, school, revision),
    foreign key (county, year, collection, school)
        references submissions (county, year, collection, school)
);

create table submission_steps (
    county text collate "C" not null,
    year bigint not null,
    collection text collate "C" not null,
    school text collate "C" not null,
    step bigint not null,
    move text collate "C" not null,
    from_state text collate "C" not null,
    to_state text collate "C" not null,
    revision bigint not null,
    reason text collate "C" not null,
    changed_by text collate "C" not null,
    changed_at text collate "C" not null,
    primary key (county, year, collection, school, step),
    foreign key (county, year, collection, school)
        references submissions (county, year, collection, school)
);

create table returned_fields (
    county text collate "C" not null,
    year bigint not null,
    collection text collate "C" not null,
    school text collate "C" not null,
    step bigint not null,
    place text collate "C" not null,
    item text collate "C" not null,
    reason text collate "C" not null,
    primary key (county, year, collection, school, step, place, item),
    foreign key (county, year, collection, school, step)
        references submission_steps (county, year, collection, school, step)
);

-- Where facts come from, apart from the row and column of a cell. What the two texts mean depends on
-- the kind: file and sheet; person and moment; how; source.
create table sources (
    county text collate "C" not null references counties (county),
    source bigint not null,
    kind text collate "C" not null check (kind in ('cell', 'entry', 'derived', 'given')),
    first text collate "C" not null,
    second text collate "C" not null,
    primary key (county, source),
    unique (county, kind, first, second)
);

-- Sections, classes and rooms of a submission, from revision `since` on and before `until`.
create table places (
    county text collate "C" not null,
    year bigint not null,
    collection text collate "C" not null,
    school text collate "C" not null,
    place text collate "C" not null,
    since bigint not null,
    until bigint,
    level text collate "C" not null check (level in ('section', 'class', 'room')),
    stage text collate "C",
    grade bigint,
    kind text collate "C",
    name text collate "C" not null,
    attached bigint not null,
    primary key (county, year, collection, school, place, since),
    foreign key (county, year, collection, school, since)
        references submission_revisions (county, year, collection, school, revision)
);

create table facts (
    county text collate "C" not null,
    year bigint not null,
    collection text collate "C" not null,
    school text collate "C" not null,
    place text collate "C" not null,
    item text collate "C" not null,
    since bigint not null,
    until bigint,
    kind text collate "C" not null check (kind in ('n', 'f', 'c', 't', 'd', '-')),
    value text collate "C" not null,
    source bigint not null,
    source_row bigint,
    source_column bigint,
    primary key (county, year, collection, school, place, item, since),
    foreign key (county, year, collection, school, since)
        references submission_revisions (county, year, collection, school, revision),
    foreign key (county, source) references sources (county, source)
);

-- What has been typed since the last revision; kind null: the field was emptied.
create table draft_fields (
    county text collate "C" not null,
    year bigint not null,
    collection text collate "C" not null,
    school text collate "C" not null,
    place text collate "C" not null,
    item text collate "C" not null,
    kind text collate "C" check (kind in ('n', 'f', 'c', 't', 'd', '-')),
    value text collate "C" not null,
    source bigint not null,
    source_row bigint,
    source_column bigint,
    version bigint not null,
    changed_by text collate "C" not null,
    changed_at text collate "C" not null,
    primary key (county, year, collection, school, place, item),
    foreign key (county, year, collection, school)
        references submissions (county, year, collection, school),
    foreign key (county, source) references sources (county, source)
);

create table draft_places (
    county text collate "C" not null,
    year bigint not null,
    collection text collate "C" not null,
    school text collate "C" not null,
    place text collate "C" not null,
    removed bigint not null,
    level text collate "C" not null check (level in ('section', 'class', 'room')),
    stage text collate "C",
    grade bigint,
    kind text collate "C",
    name text collate "C" not null,
    attached bigint not null,
    version bigint not null,
    changed_by text collate "C" not null,
    changed_at text collate "C" not null,
    primary key (county, year, collection, school, place),
    foreign key (county, year, collection, school)
        references submissions (county, year, collection, school)
);

create table attestations (
    county text collate "C" not null,
    year bigint not null,
    indicator text collate "C" not null,
    holds bigint,
    evidence text collate "C" not null,
    person text collate "C" not null,
    day text collate "C",
    version bigint not null,
    changed_by text collate "C" not null,
    changed_at text collate "C" not null,
    primary key (county, year, indicator),
    foreign key (county, year) references school_years (county, year)
);

create table snapshots (
    county text collate "C" not null references counties (county),
    snapshot text collate "C" not null,
    year bigint not null,
    source text collate "C" not null,
    content bytea not null,
    changed_by text collate "C" not null,
    changed_at text collate "C" not null,
    primary key (county, snapshot)
);

create index snapshots_by_year on snapshots (county, year, changed_at);

create table evaluations (
    county text collate "C" not null,
    evaluation bigint not null,
    snapshot text collate "C" not null,
    standard text collate "C" not null,
    standard_hash text collate "C" not null,
    engine text collate "C" not null,
    content bytea not null,
    changed_by text collate "C" not null,
    changed_at text collate "C" not null,
    primary key (county, evaluation),
    unique (county, snapshot, standard, standard_hash, engine),
    foreign key (county, snapshot) references snapshots (county, snapshot)
);

create table plans (
    county text collate "C" not null references counties (county),
    plan bigint not null,
    name text collate "C" not null,
    snapshot text collate "C",
    settings text collate "C" not null,
    result bytea,
    state text collate "C" not null check (state in ('draft', 'solved', 'adopted', 'superseded', 'discarded')),
    version bigint not null,
    changed_by text collate "C" not null,
    changed_at text collate "C" not null,
    primary key (county, plan),
    foreign key (county, snapshot) references snapshots (county, snapshot)
);

-- One baseline a county.
create unique index plans_baseline on plans (county) where state = 'adopted';

-- Where the county and its townships lie, for the map: GeoJSON, packed. One a county.
create table boundaries (
    county text collate "C" not null references counties (county),
    name text collate "C" not null,
    content bytea not null,
    version bigint not null,
    changed_by text collate "C" not null,
    changed_at text collate "C" not null,
    primary key (county)
);

-- What was tried in a sandbox and kept under a name: figures, never facts.
create table scenarios (
    county text collate "C" not null references counties (county),
    scenario bigint not null,
    year bigint not null,
    name text collate "C" not null,
    standard text collate "C" not null,
    data text collate "C" not null check (data in ('approved', 'submitted')),
    snapshot text collate "C" not null,
    edits text collate "C" not null,
    user_id bigint not null,
    version bigint not null,
    changed_by text collate "C" not null,
    changed_at text collate "C" not null,
    primary key (county, scenario)
);

create index scenarios_by_year on scenarios (county, year, scenario);

create table evidence_files (
    county text collate "C" not null references counties (county),
    sha256 text collate "C" not null,
    media text collate "C" not null,
    bytes bigint not null,
    name text collate "C" not null,
    changed_by text collate "C" not null,
    changed_at text collate "C" not null,
    primary key (county, sha256)
);

create index evidence_files_by_content on evidence_files (sha256);

create table evidence_links (
    county text collate "C" not null,
    link bigint not null,
    sha256 text collate "C" not null,
    year bigint not null,
    school text collate "C" not null,
    subject text collate "C" not null,
    title text collate "C" not null,
    changed_by text collate "C" not null,
    changed_at text collate "C" not null,
    primary key (county, link),
    unique (county, sha256, year, school, subject),
    foreign key (county, sha256) references evidence_files (county, sha256)
);

create index evidence_links_by_subject on evidence_links (county, year, school, subject);

-- What the import wizard was told: the label of a layout means this item.
create table mappings (
    county text collate "C" not null,
    layout text collate "C" not null,
    label text collate "C" not null,
    item text collate "C" not null,
    version bigint not null,
    changed_by text collate "C" not null,
    changed_at text collate "C" not null,
    primary key (county, layout, label)
);

create table users (
    county text collate "C" not null,
    user_id bigint not null,
    login text collate "C" not null,
    name text collate "C" not null,
    password text collate "C",
    must_change bigint not null,
    state text collate "C" not null check (state in ('active', 'disabled')),
    failures bigint not null,
    locked_until text collate "C",
    version bigint not null,
    changed_by text collate "C" not null,
    changed_at text collate "C" not null,
    primary key (county, user_id),
    unique (county, login)
);

create table user_roles (
    county text collate "C" not null,
    user_id bigint not null,
    role text collate "C" not null,
    scope_kind text collate "C" not null check (scope_kind in ('county', 'district', 'school')),
    scope text collate "C" not null,
    from_day text collate "C",
    to_day text collate "C",
    primary key (county, user_id, role, scope_kind, scope),
    foreign key (county, user_id) references users (county, user_id)
);

create table sessions (
    county text collate "C" not null,
    token text collate "C" not null,
    user_id bigint not null,
    csrf text collate "C" not null,
    created_at text collate "C" not null,
    seen_at text collate "C" not null,
    expires_at text collate "C" not null,
    primary key (county, token),
    foreign key (county, user_id) references users (county, user_id)
);

create index sessions_by_token on sessions (token);
create index sessions_by_user on sessions (county, user_id);

create table jobs (
    county text collate "C" not null,
    job bigint not null,
    kind text collate "C" not null,
    input text collate "C" not null,
    state text collate "C" not null check (state in ('queued', 'running', 'done', 'failed', 'cancelled')),
    steps text collate "C" not null,
    step bigint not null,
    done bigint not null,
    total bigint not null,
    result text collate "C",
    failure text collate "C",
    cancel bigint not null,
    worker text collate "C",
    heartbeat text collate "C",
    attempts bigint not null,
    request text collate "C",
    created_by text collate "C" not null,
    created_at text collate "C" not null,
    ended_at text collate "C",
    primary key (county, job),
    unique (county, request)
);

create index jobs_by_state on jobs (state, county, job);

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

create table plan_frontiers (
    county text collate "C" not null,
    plan bigint not null,
    settings text collate "C" not null,
    snapshot text collate "C" not null,
    standard text collate "C" not null,
    content bytea not null,
    changed_by text collate "C" not null,
    changed_at text collate "C" not null,
    primary key (county, plan),
    foreign key (county, plan) references plans (county, plan)
);

create table plan_works (
    county text collate "C" not null,
    plan bigint not null,
    work bigint not null,
    action bigint not null,
    day text collate "C" not null,
    quantity text collate "C",
    amount text collate "C",
    note text collate "C" not null,
    evidence bigint,
    version bigint not null,
    changed_by text collate "C" not null,
    changed_at text collate "C" not null,
    primary key (county, plan, work),
    foreign key (county, plan) references plans (county, plan)
);

create table settings (
    county text collate "C" not null,
    name text collate "C" not null,
    value text collate "C" not null,
    version bigint not null,
    changed_by text collate "C" not null,
    changed_at text collate "C" not null,
    primary key (county, name)
);

create table audit (
    county text collate "C" not null,
    seq bigint not null,
    at text collate "C" not null,
    person text collate "C" not null,
    action text collate "C" not null,
    target text collate "C" not null,
    detail text collate "C" not null,
    previous text collate "C" not null,
    hash text collate "C" not null,
    primary key (county, seq)
);

create index audit_by_target on audit (county, target, seq);

create function refuse_audit_change() returns trigger language plpgsql as $$
begin
    raise exception 'audit rows are never changed or removed';
end;
$$;

create trigger audit_no_change before update or delete on audit
    for each row execute function refuse_audit_change();

create trigger audit_no_truncate before truncate on audit
    for each statement execute function refuse_audit_change();

-- Rosters of teachers. Who somebody is lies in a sealed box that opens with the key of the data folder
-- only, and at its own place only; beside it stands what lists are made from, the name masked.
create table rosters (
    county text collate "C" not null,
    year bigint not null,
    day text collate "C" not null,
    source text collate "C" not null,
    stamp text collate "C" not null,
    seal_key text collate "C" not null,
    sealed bytea not null,
    version bigint not null,
    changed_by text collate "C" not null,
    changed_at text collate "C" not null,
    primary key (county, year),
    foreign key (county, year) references school_years (county, year)
);

create table teachers (
    county text collate "C" not null,
    year bigint not null,
    number text collate "C" not null,
    school text collate "C" not null,
    stage text collate "C" not null,
    post text collate "C" not null,
    subject text collate "C" not null,
    name text collate "C" not null,
    digest text collate "C" not null,
    seal_key text collate "C" not null,
    sealed bytea not null,
    version bigint not null,
    changed_by text collate "C" not null,
    changed_at text collate "C" not null,
    primary key (county, year, number),
    foreign key (county, year) references rosters (county, year),
    foreign key (county, school) references schools (county, school)
);
create index teachers_by_school on teachers (county, year, school);

-- Uploaded rosters that wait for somebody's word, sealed as a whole; emptied when they are accepted,
-- thrown away or out of time.
create table roster_imports (
    county text collate "C" not null,
    import bigint not null,
    year bigint not null,
    owner bigint not null,
    request text collate "C",
    file text collate "C" not null,
    state text collate "C" not null,
    seal_key text collate "C" not null,
    sealed bytea not null,
    expires_at text collate "C" not null,
    changed_by text collate "C" not null,
    changed_at text collate "C" not null,
    primary key (county, import),
    foreign key (county, year) references school_years (county, year),
    unique (county, request)
);

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
