-- Everything that a county keeps. Every table is led by the county's code; every text that is a key
-- compares byte by byte; moments are RFC 3339 in UTC with six decimals, so that they sort as text;
-- numbers of facts are text, because both databases would round them.

create table counties (
    county text not null primary key,
    name text not null,
    version integer not null,
    changed_by text not null,
    changed_at text not null
) strict;

-- 学区 and 教育集团.
create table districts (
    county text not null references counties (county),
    district text not null,
    name text not null,
    kind text not null check (kind in ('district', 'group')),
    version integer not null,
    changed_by text not null,
    changed_at text not null,
    primary key (county, district)
) strict;

-- Schools as they are after all of their events; the events are the truth.
create table schools (
    county text not null references counties (county),
    school text not null,
    name text not null,
    kind text not null,
    parent text,
    state text not null check (state in ('open', 'merged', 'closed')),
    successor text,
    version integer not null,
    primary key (county, school)
) strict;

create table school_events (
    county text not null,
    school text not null,
    event integer not null,
    day text not null,
    what text not null,
    name text,
    kind text,
    other text,
    reason text not null,
    changed_by text not null,
    changed_at text not null,
    primary key (county, school, event),
    foreign key (county, school) references schools (county, school)
) strict;

create table district_schools (
    county text not null,
    district text not null,
    school text not null,
    primary key (county, district, school),
    foreign key (county, district) references districts (county, district),
    foreign key (county, school) references schools (county, school)
) strict;

create index district_schools_by_school on district_schools (county, school);

create table school_years (
    county text not null references counties (county),
    year integer not null,
    state text not null check (state in ('open', 'locked')),
    reason text not null,
    version integer not null,
    changed_by text not null,
    changed_at text not null,
    primary key (county, year)
) strict;

create table collections (
    county text not null,
    year integer not null,
    collection text not null,
    ordinal integer not null,
    title text not null,
    items text not null,
    deadline text,
    state text not null check (state in ('open', 'closed')),
    version integer not null,
    changed_by text not null,
    changed_at text not null,
    primary key (county, year, collection),
    unique (county, year, ordinal),
    foreign key (county, year) references school_years (county, year)
) strict;

-- One row for each who must fill; school '' is the county's own form.
create table submissions (
    county text not null,
    year integer not null,
    collection text not null,
    school text not null,
    state text not null
        check (state in ('draft', 'submitted', 'signed', 'returned', 'approved', 'locked')),
    revision integer not null,
    approved integer,
    version integer not null,
    changed_by text not null,
    changed_at text not null,
    primary key (county, year, collection, school),
    foreign key (county, year, collection) references collections (county, year, collection)
) strict;

create table submission_revisions (
    county text not null,
    year integer not null,
    collection text not null,
    school text not null,
    revision integer not null,
    name text not null,
    kind text,
    parent text,
    version integer not null,
    changed_by text not null,
    changed_at text not null,
    primary key (county, year, collection, school, revision),
    foreign key (county, year, collection, school)
        references submissions (county, year, collection, school)
) strict;

create table submission_steps (
    county text not null,
    year integer not null,
    collection text not null,
    school text not null,
    step integer not null,
    move text not null,
    from_state text not null,
    to_state text not null,
    revision integer not null,
    reason text not null,
    changed_by text not null,
    changed_at text not null,
    primary key (county, year, collection, school, step),
    foreign key (county, year, collection, school)
        references submissions (county, year, collection, school)
) strict;

create table returned_fields (
    county text not null,
    year integer not null,
    collection text not null,
    school text not null,
    step integer not null,
    place text not null,
    item text not null,
    reason text not null,
    primary key (county, year, collection, school, step, place, item),
    foreign key (county, year, collection, school, step)
        references submission_steps (county, year, collection, school, step)
) strict;

-- Where facts come from, apart from the row and column of a cell. What the two texts mean depends on
-- the kind: file and sheet; person and moment; how; source.
create table sources (
    county text not null references counties (county),
    source integer not null,
    kind text not null check (kind in ('cell', 'entry', 'derived', 'given')),
    first text not null,
    second text not null,
    primary key (county, source),
    unique (county, kind, first, second)
) strict;

-- Sections, classes and rooms of a submission, from revision `since` on and before `until`.
create table places (
    county text not null,
    year integer not null,
    collection text not null,
    school text not null,
    place text not null,
    since integer not null,
    until integer,
    level text not null check (level in ('section', 'class', 'room')),
    stage text,
    grade integer,
    kind text,
    name text not null,
    attached integer not null,
    primary key (county, year, collection, school, place, since),
    foreign key (county, year, collection, school, since)
        references submission_revisions (county, year, collection, school, revision)
) strict;

create table facts (
    county text not null,
    year integer not null,
    collection text not null,
    school text not null,
    place text not null,
    item text not null,
    since integer not null,
    until integer,
    kind text not null check (kind in ('n', 'f', 'c', 't', 'd', '-')),
    value text not null,
    source integer not null,
    source_row integer,
    source_column integer,
    primary key (county, year, collection, school, place, item, since),
    foreign key (county, year, collection, school, since)
        references submission_revisions (county, year, collection, school, revision),
    foreign key (county, source) references sources (county, source)
) strict, without rowid;

-- What has been typed since the last revision; kind null: the field was emptied.
create table draft_fields (
    county text not null,
    year integer not null,
    collection text not null,
    school text not null,
    place text not null,
    item text not null,
    kind text check (kind in ('n', 'f', 'c', 't', 'd', '-')),
    value text not null,
    source integer not null,
    source_row integer,
    source_column integer,
    version integer not null,
    changed_by text not null,
    changed_at text not null,
    primary key (county, year, collection, school, place, item),
    foreign key (county, year, collection, school)
        references submissions (county, year, collection, school),
    foreign key (county, source) references sources (county, source)
) strict;

create table draft_places (
    county text not null,
    year integer not null,
    collection text not null,
    school text not null,
    place text not null,
    removed integer not null,
    level text not null check (level in ('section', 'class', 'room')),
    stage text,
    grade integer,
    kind text,
    name text not null,
    attached integer not null,
    version integer not null,
    changed_by text not null,
    changed_at text not null,
    primary key (county, year, collection, school, place),
    foreign key (county, year, collection, school)
        references submissions (county, year, collection, school)
) strict;

create table attestations (
    county text not null,
    year integer not null,
    indicator text not null,
    holds integer,
    evidence text not null,
    person text not null,
    day text,
    version integer not null,
    changed_by text not null,
    changed_at text not null,
    primary key (county, year, indicator),
    foreign key (county, year) references school_years (county, year)
) strict;

create table snapshots (
    county text not null references counties (county),
    snapshot text not null,
    year integer not null,
    source text not null,
    content blob not null,
    changed_by text not null,
    changed_at text not null,
    primary key (county, snapshot)
) strict;

create index snapshots_by_year on snapshots (county, year, changed_at);

create table evaluations (
    county text not null,
    evaluation integer not null,
    snapshot text not null,
    standard text not null,
    standard_hash text not null,
    engine text not null,
    content blob not null,
    changed_by text not null,
    changed_at text not null,
    primary key (county, evaluation),
    unique (county, snapshot, standard, standard_hash, engine),
    foreign key (county, snapshot) references snapshots (county, snapshot)
) strict;

create table plans (
    county text not null references counties (county),
    plan integer not null,
    name text not null,
    snapshot text,
    settings text not null,
    result blob,
    state text not null check (state in ('draft', 'solved', 'adopted', 'superseded', 'discarded')),
    version integer not null,
    changed_by text not null,
    changed_at text not null,
    primary key (county, plan),
    foreign key (county, snapshot) references snapshots (county, snapshot)
) strict;

-- One baseline a county.
create unique index plans_baseline on plans (county) where state = 'adopted';

-- Where the county and its townships lie, for the map: GeoJSON, packed. One a county.
create table boundaries (
    county text not null references counties (county),
    name text not null,
    content blob not null,
    version integer not null,
    changed_by text not null,
    changed_at text not null,
    primary key (county)
) strict;

-- What was tried in a sandbox and kept under a name: figures, never facts.
create table scenarios (
    county text not null references counties (county),
    scenario integer not null,
    year integer not null,
    name text not null,
    standard text not null,
    data text not null check (data in ('approved', 'submitted')),
    snapshot text not null,
    edits text not null,
    user_id integer not null,
    version integer not null,
    changed_by text not null,
    changed_at text not null,
    primary key (county, scenario)
) strict;

create index scenarios_by_year on scenarios (county, year, scenario);

create table evidence_files (
    county text not null references counties (county),
    sha256 text not null,
    media text not null,
    bytes integer not null,
    name text not null,
    changed_by text not null,
    changed_at text not null,
    primary key (county, sha256)
) strict;

create index evidence_files_by_content on evidence_files (sha256);

create table evidence_links (
    county text not null,
    link integer not null,
    sha256 text not null,
    year integer not null,
    school text not null,
    subject text not null,
    title text not null,
    changed_by text not null,
    changed_at text not null,
    primary key (county, link),
    unique (county, sha256, year, school, subject),
    foreign key (county, sha256) references evidence_files (county, sha256)
) strict;

create index evidence_links_by_subject on evidence_links (county, year, school, subject);

-- What the import wizard was told: the label of a layout means this item.
create table mappings (
    county text not null,
    layout text not null,
    label text not null,
    item text not null,
    version integer not null,
    changed_by text not null,
    changed_at text not null,
    primary key (county, layout, label)
) strict;

create table users (
    county text not null,
    user_id integer not null,
    login text not null,
    name text not null,
    password text,
    must_change integer not null,
    state text not null check (state in ('active', 'disabled')),
    failures integer not null,
    locked_until text,
    version integer not null,
    changed_by text not null,
    changed_at text not null,
    primary key (county, user_id),
    unique (county, login)
) strict;

create table user_roles (
    county text not null,
    user_id integer not null,
    role text not null,
    scope_kind text not null check (scope_kind in ('county', 'district', 'school')),
    scope text not null,
    from_day text,
    to_day text,
    primary key (county, user_id, role, scope_kind, scope),
    foreign key (county, user_id) references users (county, user_id)
) strict;

create table sessions (
    county text not null,
    token text not null,
    user_id integer not null,
    csrf text not null,
    created_at text not null,
    seen_at text not null,
    expires_at text not null,
    primary key (county, token),
    foreign key (county, user_id) references users (county, user_id)
) strict;

create index sessions_by_token on sessions (token);
create index sessions_by_user on sessions (county, user_id);

create table jobs (
    county text not null,
    job integer not null,
    kind text not null,
    input text not null,
    state text not null check (state in ('queued', 'running', 'done', 'failed', 'cancelled')),
    steps text not null,
    step integer not null,
    done integer not null,
    total integer not null,
    result text,
    failure text,
    cancel integer not null,
    worker text,
    heartbeat text,
    attempts integer not null,
    request text,
    created_by text not null,
    created_at text not null,
    ended_at text,
    primary key (county, job),
    unique (county, request)
) strict;

create index jobs_by_state on jobs (state, county, job);

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

create table plan_frontiers (
    county text not null,
    plan integer not null,
    settings text not null,
    snapshot text not null,
    standard text not null,
    content blob not null,
    changed_by text not null,
    changed_at text not null,
    primary key (county, plan),
    foreign key (county, plan) references plans (county, plan)
) strict;

create table plan_works (
    county text not null,
    plan integer not null,
    work integer not null,
    action integer not null,
    day text not null,
    quantity text,
    amount text,
    note text not null,
    evidence integer,
    version integer not null,
    changed_by text not null,
    changed_at text not null,
    primary key (county, plan, work),
    foreign key (county, plan) references plans (county, plan)
) strict;

create table settings (
    county text not null,
    name text not null,
    value text not null,
    version integer not null,
    changed_by text not null,
    changed_at text not null,
    primary key (county, name)
) strict;

create table audit (
    county text not null,
    seq integer not null,
    at text not null,
    person text not null,
    action text not null,
    target text not null,
    detail text not null,
    previous text not null,
    hash text not null,
    primary key (county, seq)
) strict;

create index audit_by_target on audit (county, target, seq);

create trigger audit_no_update before update on audit
begin
    select raise(abort, 'audit rows are never changed');
end;

create trigger audit_no_delete before delete on audit
begin
    select raise(abort, 'audit rows are never removed');
end;

-- Rosters of teachers. Who somebody is lies in a sealed box that opens with the key of the data folder
-- only, and at its own place only; beside it stands what lists are made from, the name masked.
create table rosters (
    county text not null,
    year integer not null,
    day text not null,
    source text not null,
    stamp text not null,
    seal_key text not null,
    sealed blob not null,
    version integer not null,
    changed_by text not null,
    changed_at text not null,
    primary key (county, year),
    foreign key (county, year) references school_years (county, year)
) strict;

create table teachers (
    county text not null,
    year integer not null,
    number text not null,
    school text not null,
    stage text not null,
    post text not null,
    subject text not null,
    name text not null,
    digest text not null,
    seal_key text not null,
    sealed blob not null,
    version integer not null,
    changed_by text not null,
    changed_at text not null,
    primary key (county, year, number),
    foreign key (county, year) references rosters (county, year),
    foreign key (county, school) references schools (county, school)
) strict;
create index teachers_by_school on teachers (county, year, school);

-- Uploaded rosters that wait for somebody's word, sealed as a whole; emptied when they are accepted,
-- thrown away or out of time.
create table roster_imports (
    county text not null,
    import integer not null,
    year integer not null,
    owner integer not null,
    request text,
    file text not null,
    state text not null,
    seal_key text not null,
    sealed blob not null,
    expires_at text not null,
    changed_by text not null,
    changed_at text not null,
    primary key (county, import),
    foreign key (county, year) references school_years (county, year),
    unique (county, request)
) strict;

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

-- Rotations of teachers: what the county has set, what was found, what was shown to the public, what
-- was objected, and the orders with what became of them. Names are masked; the grounds of objections,
-- their replies and the words of an assessment are sealed.
create table rotations (
    county text not null,
    rotation integer not null,
    year integer not null,
    title text not null,
    settings text not null,
    wishes blob not null,
    wished integer not null,
    state text not null,
    version integer not null,
    changed_by text not null,
    changed_at text not null,
    primary key (county, rotation),
    foreign key (county, year) references school_years (county, year)
) strict;

create table rotation_runs (
    county text not null,
    rotation integer not null,
    run integer not null,
    job integer not null,
    mode text not null,
    asked text not null,
    roster text not null,
    snapshot text not null,
    standard text not null,
    rules text not null,
    possible integer not null,
    moved integer not null,
    findings integer not null,
    brief text not null,
    settings blob not null,
    result blob not null,
    stayers blob not null,
    changed_by text not null,
    changed_at text not null,
    primary key (county, rotation, run),
    foreign key (county, rotation) references rotations (county, rotation),
    unique (county, job)
) strict;

create table rotation_notices (
    county text not null,
    rotation integer not null,
    notice integer not null,
    run integer not null,
    first_day text not null,
    last_day text not null,
    state text not null,
    reason text not null,
    changed_by text not null,
    changed_at text not null,
    primary key (county, rotation, notice),
    foreign key (county, rotation, run) references rotation_runs (county, rotation, run)
) strict;

create table rotation_objections (
    county text not null,
    rotation integer not null,
    objection integer not null,
    notice integer not null,
    teacher text not null,
    name text not null,
    school text not null,
    kind text not null,
    state text not null,
    decision text,
    place text,
    seal_key text not null,
    sealed blob not null,
    raised_by text not null,
    raised_at text not null,
    version integer not null,
    changed_by text not null,
    changed_at text not null,
    primary key (county, rotation, objection),
    foreign key (county, rotation, notice)
        references rotation_notices (county, rotation, notice),
    foreign key (county, school) references schools (county, school)
) strict;

create table rotation_orders (
    county text not null,
    rotation integer not null,
    teacher text not null,
    name text not null,
    school text not null,
    place text not null,
    stage text not null,
    subject text not null,
    backbone integer not null,
    starts text not null,
    ends text,
    state text not null,
    arrived text,
    ended text,
    roll integer not null,
    subsidy text,
    subsidy_basis text,
    subsidy_from text,
    subsidy_until text,
    grade text,
    graded text,
    seal_key text not null,
    sealed blob not null,
    version integer not null,
    changed_by text not null,
    changed_at text not null,
    primary key (county, rotation, teacher),
    foreign key (county, rotation) references rotations (county, rotation),
    foreign key (county, school) references schools (county, school)
) strict;

create table rotation_records (
    county text not null,
    rotation integer not null,
    teacher text not null,
    record integer not null,
    act text not null,
    day text,
    detail text not null,
    changed_by text not null,
    changed_at text not null,
    primary key (county, rotation, teacher, record),
    foreign key (county, rotation, teacher)
        references rotation_orders (county, rotation, teacher)
) strict;
