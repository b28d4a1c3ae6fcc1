-- SPDX-License-Identifier: Apache-2.0
--
-- The schema as it is today, for reading. A database is made by the numbered files in migrations/, which are never
-- edited once released; a test proves that they lead here.
--
-- Customs: identifiers are TEXT, an absent one is ''; enums are stored by name; instants are Unix milliseconds, spans
-- milliseconds; flags 0 or 1; versions are the 0..16 bytes that a device said (BLOB: they may be any bytes); NULL means
-- "not known", never "empty". Foreign keys stand where an orphan would do harm.

-- 'CWse': tells our files from other people's.
PRAGMA application_id = 1129804645;

-- What is upgraded, and with what. -------------------------------------------------------------------------------

CREATE TABLE products (
    id                        TEXT    NOT NULL PRIMARY KEY,
    manufacturer_id           TEXT    NOT NULL,
    manufacturer_name         TEXT    NOT NULL,
    device_type               TEXT    NOT NULL,
    model                     TEXT    NOT NULL,
    protocol                  TEXT    NOT NULL,
    supports_software_upgrade INTEGER NOT NULL,
    check_code_always_zero    INTEGER NOT NULL,
    created_at                INTEGER NOT NULL, mqtt_radio_service TEXT NOT NULL DEFAULT 'Connectivity', mqtt_rsrp_property TEXT NOT NULL DEFAULT 'rsrp', mqtt_sinr_property TEXT NOT NULL DEFAULT 'sinr', mqtt_cell_property TEXT NOT NULL DEFAULT 'cellId', mqtt_sends_sign INTEGER NOT NULL DEFAULT 1, mqtt_sends_file_name INTEGER NOT NULL DEFAULT 1, mqtt_ranges_from_one INTEGER NOT NULL DEFAULT 0,
    UNIQUE (manufacturer_name, device_type, model)
) STRICT;

CREATE TABLE public_keys (
    id                TEXT    NOT NULL PRIMARY KEY,
    manufacturer_name TEXT    NOT NULL,
    algorithm         TEXT    NOT NULL,
    fingerprint       TEXT    NOT NULL UNIQUE,
    pem               TEXT    NOT NULL,
    created_at        INTEGER NOT NULL,
    revoked_at        INTEGER
) STRICT;

CREATE TABLE packages (
    id                 TEXT    NOT NULL PRIMARY KEY,
    app                TEXT    NOT NULL,
    name               TEXT    NOT NULL,
    file_name          TEXT    NOT NULL,
    version            BLOB    NOT NULL,
    device_type        TEXT    NOT NULL,
    manufacturer_name  TEXT    NOT NULL,
    model              TEXT    NOT NULL,
    protocol           TEXT    NOT NULL,
    description        TEXT    NOT NULL,
    version_check_code TEXT    NOT NULL,
    chunk_size         INTEGER NOT NULL,
    platform           TEXT    NOT NULL,
    date               TEXT    NOT NULL,
    archive_sha256     TEXT    NOT NULL,
    archive_size       INTEGER NOT NULL,
    payload_sha256     TEXT    NOT NULL,
    payload_size       INTEGER NOT NULL,
    chunk_count        INTEGER NOT NULL,
    key_fingerprint    TEXT    NOT NULL,
    uploaded_at        INTEGER NOT NULL,
    UNIQUE (manufacturer_name, device_type, model, version)
) STRICT;
CREATE INDEX packages_by_archive ON packages (archive_sha256);
CREATE INDEX packages_by_payload ON packages (payload_sha256);

-- Patterns of the versions that a package can be installed over; none: any.
CREATE TABLE package_source_versions (
    package  TEXT    NOT NULL REFERENCES packages (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    pattern  TEXT    NOT NULL,
    PRIMARY KEY (package, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE devices (
    id               TEXT    NOT NULL PRIMARY KEY,
    app              TEXT    NOT NULL,
    node_id          TEXT    NOT NULL UNIQUE,
    product          TEXT    REFERENCES products (id), -- NULL: not said yet, and so not to be upgraded
    name             TEXT    NOT NULL,
    software_version BLOB    NOT NULL,
    created_at       INTEGER NOT NULL,
    last_seen_at     INTEGER
) STRICT;
CREATE INDEX devices_by_app ON devices (app, id);
CREATE INDEX devices_by_product ON devices (product, id);
CREATE INDEX devices_by_app_product ON devices (app, product, id);
CREATE INDEX devices_by_version ON devices (software_version, id);

-- What application servers say of a device: made when something is said, for most devices never.
CREATE TABLE device_details (
    device          TEXT    NOT NULL PRIMARY KEY REFERENCES devices (id) ON DELETE CASCADE,
    verify_code     TEXT    NOT NULL,
    end_user_id     TEXT    NOT NULL,
    imsi            TEXT    NOT NULL,
    manufacturer_id TEXT    NOT NULL, -- '': the product's, as for the next
    protocol        TEXT    NOT NULL,
    mute            TEXT    NOT NULL,
    location        TEXT    NOT NULL,
    region          TEXT    NOT NULL,
    timezone        TEXT    NOT NULL,
    organization    TEXT    NOT NULL,
    tags            TEXT    NOT NULL, -- a JSON array
    secure          INTEGER NOT NULL,
    sealed_psk      TEXT    NOT NULL, -- by a key that is not in the database, as is the next
    sealed_secret   TEXT    NOT NULL,
    timeout_seconds INTEGER NOT NULL,
    expires_at      INTEGER           -- until then the device has to be heard, or it is erased
, cell TEXT NOT NULL DEFAULT '') STRICT; -- the cell that somebody entered for it
CREATE INDEX device_details_by_expiry ON device_details (expires_at) WHERE expires_at IS NOT NULL;

-- What an erased device left in uplinks is seen by nobody; it is deleted piece by piece, this last.
CREATE TABLE erased_devices (
    id TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TABLE device_groups (
    id          TEXT    NOT NULL PRIMARY KEY,
    app         TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    description TEXT    NOT NULL,
    created_at  INTEGER NOT NULL, max_devices INTEGER NOT NULL DEFAULT 0, members INTEGER NOT NULL DEFAULT 0,
    -- 1: nobody sees it any more, and its name is free; its memberships are deleted piece by piece, it last.
    erased      INTEGER NOT NULL DEFAULT 0,
    UNIQUE (app, name)
) STRICT;
CREATE INDEX device_groups_by_app ON device_groups (app, id);
CREATE INDEX device_groups_erased ON device_groups (erased) WHERE erased = 1;

CREATE TABLE group_members (
    group_id TEXT NOT NULL REFERENCES device_groups (id) ON DELETE CASCADE,
    device   TEXT NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
    PRIMARY KEY (group_id, device)
) STRICT, WITHOUT ROWID;
CREATE INDEX group_members_by_device ON group_members (device);
-- They count device_groups.members.
CREATE TRIGGER group_members_added AFTER INSERT ON group_members BEGIN
    UPDATE device_groups SET members = members + 1 WHERE id = new.group_id;
END;
CREATE TRIGGER group_members_removed AFTER DELETE ON group_members BEGIN
    UPDATE device_groups SET members = members - 1 WHERE id = old.group_id;
END;

-- Which devices a group consists of, where it has a filter and not a list. NULL: whatever it is.
CREATE TABLE group_filters (
    group_id         TEXT NOT NULL PRIMARY KEY REFERENCES device_groups (id) ON DELETE CASCADE,
    product          TEXT,
    node_id_prefix   TEXT,
    software_version BLOB,
    status           TEXT
) STRICT, WITHOUT ROWID;

-- What devices say of themselves. --------------------------------------------------------------------------------

-- Soft state, written behind: one row a device.
CREATE TABLE registrations (
    device        TEXT    NOT NULL PRIMARY KEY REFERENCES devices (id) ON DELETE CASCADE,
    id            TEXT    NOT NULL UNIQUE,
    ip            BLOB    NOT NULL, -- 16 bytes; IPv4 is kept IPv4-mapped
    port          INTEGER NOT NULL,
    binding       TEXT    NOT NULL, -- 'U', 'UQ'
    lifetime      INTEGER NOT NULL,
    expires_at    INTEGER NOT NULL,
    last_heard_at INTEGER NOT NULL,
    observation   BLOB,             -- 8 bytes: the token of the observation of /19/0/0
    cell          TEXT,
    rsrp_dbm      REAL,
    sinr_db       REAL
) STRICT;
CREATE UNIQUE INDEX registrations_by_observation ON registrations (observation) WHERE observation IS NOT NULL;
CREATE INDEX registrations_by_expiry ON registrations (expires_at);

-- What MQTT devices said last of their radio: soft state, written behind.
CREATE TABLE radio_reports (
    device   TEXT NOT NULL PRIMARY KEY REFERENCES devices (id) ON DELETE CASCADE,
    cell     TEXT,
    rsrp_dbm REAL,
    sinr_db  REAL
) STRICT, WITHOUT ROWID;

-- What was reported that is no protocol of ours.
CREATE TABLE uplinks (
    sequence INTEGER PRIMARY KEY,
    device   TEXT    NOT NULL, -- no foreign key: a device's uplinks may be a million
    at       INTEGER NOT NULL,
    payload  BLOB    NOT NULL
) STRICT;
CREATE INDEX uplinks_by_device ON uplinks (device, at);
CREATE INDEX uplinks_by_time ON uplinks (at);

-- What happened to devices, the newest 200 entries of each, numbered without a gap: so the oldest is dropped by its
-- number. No foreign key: an entry must never make a job's commit fail; those of an erased device go with it.
CREATE TABLE device_events (
    device TEXT    NOT NULL,
    number INTEGER NOT NULL,
    at     INTEGER NOT NULL,
    kind   TEXT    NOT NULL,
    task   TEXT    NOT NULL,
    job    TEXT    NOT NULL,
    state  TEXT    NOT NULL,
    detail TEXT    NOT NULL,
    PRIMARY KEY (device, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX device_events_by_time ON device_events (at);

-- Upgrades. ------------------------------------------------------------------------------------------------------

CREATE TABLE tasks (
    id                TEXT    NOT NULL PRIMARY KEY,
    app               TEXT    NOT NULL,
    name              TEXT    NOT NULL,
    package           TEXT    NOT NULL, -- no foreign key: a finished task outlives its package
    manufacturer_name TEXT    NOT NULL, -- the package's, as do the next two: what tasks are searched by
    device_type       TEXT    NOT NULL,
    model             TEXT    NOT NULL,
    target_product    TEXT,             -- lists of devices and groups are in task_targets
    target_all        INTEGER NOT NULL,
    execute_type      TEXT    NOT NULL,
    start_time        INTEGER,
    end_time          INTEGER,
    retry_times       INTEGER NOT NULL,
    retry_interval    INTEGER NOT NULL,
    state             TEXT    NOT NULL,
    -- How its jobs stand: changed by every change of a job, in the same transaction.
    total             INTEGER NOT NULL DEFAULT 0,
    wait              INTEGER NOT NULL DEFAULT 0,
    processing        INTEGER NOT NULL DEFAULT 0,
    success           INTEGER NOT NULL DEFAULT 0,
    fail              INTEGER NOT NULL DEFAULT 0,
    stop              INTEGER NOT NULL DEFAULT 0,
    timeout           INTEGER NOT NULL DEFAULT 0,
    expanded          INTEGER NOT NULL,
    expansion_cursor  TEXT    NOT NULL,
    created_at        INTEGER NOT NULL,
    due_at            INTEGER NOT NULL,
    started_at        INTEGER,
    stopped_at        INTEGER,
    -- 1: nobody sees it any more; its targets and jobs, a million perhaps, are deleted piece by piece, it last.
    erased            INTEGER NOT NULL DEFAULT 0,
    app_confirm       INTEGER NOT NULL DEFAULT 0,
    retry_of          TEXT,                        -- the task of whose jobs it takes the devices; no foreign key
    retry_include     TEXT    NOT NULL DEFAULT '', -- 'fail', 'stop', 'fail,stop': whose jobs ended so
    paused            INTEGER NOT NULL DEFAULT 0,  -- begins nothing new
    resumed_at        INTEGER,
    -- From when on somebody has to look at it: 0 is "at once", NULL "not by the clock". Only unfinished tasks have one,
    -- so the index over it stays small however many have ended.
    attention_at      INTEGER GENERATED ALWAYS AS (
        CASE state
            WHEN 'wait' THEN CASE paused WHEN 1 THEN end_time ELSE min(due_at, coalesce(end_time, due_at)) END
            WHEN 'processing' THEN
                CASE WHEN expanded = 0 OR (wait > 0 AND paused = 0) OR wait + processing = 0 THEN 0 ELSE end_time END
            END) VIRTUAL
) STRICT;
CREATE INDEX tasks_by_time ON tasks (created_at, id);
CREATE INDEX tasks_by_app ON tasks (app, created_at, id);
CREATE INDEX tasks_by_state ON tasks (state, created_at, id);
CREATE INDEX tasks_by_model ON tasks (manufacturer_name, device_type, model, created_at, id);
CREATE INDEX tasks_using_package ON tasks (package) WHERE state IN ('wait', 'processing');
CREATE INDEX tasks_erased ON tasks (erased) WHERE erased = 1;
CREATE INDEX tasks_by_attention ON tasks (attention_at) WHERE attention_at IS NOT NULL;
CREATE INDEX tasks_retrying ON tasks (retry_of) WHERE expanded = 0 AND state IN ('wait', 'processing');
CREATE INDEX tasks_by_end ON tasks (stopped_at) WHERE erased = 0 AND state IN ('success', 'failed', 'stop');

CREATE TABLE task_targets (
    task     TEXT    NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    kind     TEXT    NOT NULL, -- 'devices': their ids, with commas between them; 'group': one, by name
    value    TEXT    NOT NULL,
    PRIMARY KEY (task, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE jobs (
    sequence       INTEGER PRIMARY KEY, -- the order of creation
    id             TEXT    NOT NULL UNIQUE,
    task           TEXT    NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
    device         TEXT    NOT NULL,    -- no foreign key: what was done to a device is kept when the device is gone
    app            TEXT    NOT NULL,
    package        TEXT    NOT NULL,
    state          TEXT    NOT NULL,
    status         TEXT    NOT NULL,    -- of the state: changes twice in a job's life, where the state changes ten times
    deadline       INTEGER,
    failures       INTEGER NOT NULL,
    executes_sent  INTEGER NOT NULL,
    source_version BLOB    NOT NULL,
    current_version BLOB    NOT NULL,
    cell           TEXT,                -- NULL together with coverage
    coverage       TEXT,
    holds_slot     INTEGER NOT NULL,
    detail         TEXT    NOT NULL,
    timed_out      INTEGER NOT NULL,
    created_at     INTEGER NOT NULL,
    started_at     INTEGER,
    ended_at       INTEGER,
    chunks_served  INTEGER NOT NULL,
    confirmed      INTEGER NOT NULL DEFAULT 0,
    UNIQUE (device, task)
) STRICT;
-- Every index of a table with a sequence ends in it by itself (it is the rowid), so rows come in order of creation.
-- A save assigns only what changed, for each index of which a column is assigned costs a page or two. That is why the
-- partial ones, but for the last two, ask for the status alone: a step from state to state leaves them
-- alone. Making a job costs a page for each index that it is in: those that are of use only later are not over it yet.
CREATE INDEX jobs_by_status ON jobs (task, status);
-- The durable guard of "one upgrade of a device at a time".
CREATE UNIQUE INDEX jobs_running ON jobs (device) WHERE status = 'processing';
CREATE INDEX jobs_finished ON jobs (device, ended_at) WHERE status IN ('success', 'fail', 'stop');
CREATE INDEX jobs_by_deadline ON jobs (deadline)
    WHERE deadline IS NOT NULL AND status IN ('wait', 'processing');
-- Those that a restart brings to life. A step from state to state writes to it: it is as small as what is under way,
-- and without it a restart would read all that wait for their devices.
CREATE INDEX jobs_live ON jobs (device)
    WHERE status = 'processing' AND state NOT IN ('waiting_online', 'waiting_confirmation', 'waiting_retry');
-- For lists of one state: of the other statuses each is one state.
CREATE INDEX jobs_by_state ON jobs (task, state) WHERE status = 'processing';

-- Commands: what application servers tell their devices. ---------------------------------------------------------

CREATE TABLE commands (
    sequence       INTEGER PRIMARY KEY, -- the order of creation
    id             TEXT    NOT NULL UNIQUE,
    app            TEXT    NOT NULL,
    device         TEXT    NOT NULL,    -- no foreign key: what was sent to a device is kept when the device is gone
    service_id     TEXT    NOT NULL,
    method         TEXT    NOT NULL,
    paras          TEXT    NOT NULL,
    callback_url   TEXT    NOT NULL,
    expire_time    INTEGER NOT NULL,
    max_retransmit INTEGER NOT NULL,
    mid            INTEGER NOT NULL,
    payload        BLOB    NOT NULL,
    state          TEXT    NOT NULL,
    deadline       INTEGER,
    issued_times   INTEGER NOT NULL,
    result         TEXT    NOT NULL,
    created_at     INTEGER NOT NULL,
    issued_at      INTEGER,
    delivered_at   INTEGER,
    settled_at     INTEGER
) STRICT;
CREATE INDEX commands_by_app ON commands (app, created_at);
CREATE INDEX commands_by_device ON commands (device, created_at);
CREATE INDEX commands_by_mid ON commands (device, mid);
CREATE INDEX commands_pending ON commands (device) WHERE state = 'PENDING';
-- The durable guard of "one command on its way to a device at a time".
CREATE UNIQUE INDEX commands_sent ON commands (device) WHERE state = 'SENT';
CREATE INDEX commands_by_deadline ON commands (deadline) WHERE deadline IS NOT NULL;
CREATE INDEX commands_settled ON commands (settled_at) WHERE settled_at IS NOT NULL;

-- Who may ask, and who is told. ----------------------------------------------------------------------------------

CREATE TABLE applications (
    id          TEXT    NOT NULL PRIMARY KEY,
    name        TEXT    NOT NULL,
    secret_hash TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    callback_ca TEXT    NOT NULL DEFAULT '', -- PEM: who vouches for the servers that it has pushes sent to
    frozen      INTEGER NOT NULL DEFAULT 0 -- may not log in
) STRICT;

CREATE TABLE app_sessions (
    app                TEXT    NOT NULL PRIMARY KEY REFERENCES applications (id) ON DELETE CASCADE,
    access_hash        TEXT    NOT NULL,
    refresh_hash       TEXT    NOT NULL,
    access_expires_at  INTEGER NOT NULL,
    refresh_expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE operator_tokens (
    id         TEXT    NOT NULL PRIMARY KEY,
    name       TEXT    NOT NULL UNIQUE,
    role       TEXT    NOT NULL,
    hash       TEXT    NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    expires_at INTEGER
) STRICT;

CREATE TABLE subscriptions (
    id           TEXT    NOT NULL PRIMARY KEY,
    app          TEXT    NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    type         TEXT    NOT NULL,
    callback_url TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,
    UNIQUE (app, type)
) STRICT;
CREATE INDEX subscriptions_by_app ON subscriptions (app, id);

-- What an erased application left in the outbox is seen by nobody; it is deleted piece by piece, this last.
CREATE TABLE erased_applications (
    id TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- Pushes on their way to an application server. Those of a device to the application's subscriptions stand in one
-- line, those to an address of their own (url) in another. What is no upgrade's has its text in body, and blanks from
-- task to target_version.
CREATE TABLE outbox (
    sequence        INTEGER PRIMARY KEY AUTOINCREMENT, -- never given twice: a late "delivered" must not hit another push
    app             TEXT    NOT NULL, -- no foreign key: a push must never make a job's commit fail
    type            TEXT    NOT NULL,
    device          TEXT    NOT NULL,
    task            TEXT    NOT NULL,
    job             TEXT    NOT NULL,
    phase           TEXT    NOT NULL,
    success         INTEGER NOT NULL,
    source_version  TEXT    NOT NULL,
    current_version TEXT    NOT NULL,
    target_version  TEXT    NOT NULL,
    detail          TEXT    NOT NULL,
    occurred_at     INTEGER NOT NULL,
    attempts        INTEGER NOT NULL,
    due_at          INTEGER NOT NULL,
    dead            INTEGER NOT NULL,
    last_error      TEXT    NOT NULL,
    head            INTEGER NOT NULL, -- the oldest live push of its line: the only one that may be sent
    url             TEXT NOT NULL DEFAULT '',
    body            TEXT NOT NULL DEFAULT '',
    revived_at      INTEGER,          -- when it was brought back from the dead letters last
    receiver        TEXT NOT NULL DEFAULT '' -- the origin of its url, or its type, whose subscription says where to
) STRICT;
CREATE UNIQUE INDEX outbox_heads ON outbox (device, url) WHERE head = 1;
CREATE INDEX outbox_due ON outbox (due_at) WHERE head = 1;
CREATE INDEX outbox_live ON outbox (device, url) WHERE dead = 0;
CREATE INDEX outbox_by_death ON outbox (dead);
CREATE INDEX outbox_by_app ON outbox (app, dead);
CREATE INDEX outbox_dead_of ON outbox (app) WHERE dead = 1;
CREATE INDEX outbox_dead_by_time ON outbox (due_at) WHERE dead = 1;
CREATE INDEX outbox_due_of ON outbox (app, receiver, due_at) WHERE head = 1;

-- What operators do. ---------------------------------------------------------------------------------------------

-- People, who sign in with a password.
CREATE TABLE operators (
    id            TEXT    NOT NULL PRIMARY KEY,
    name          TEXT    NOT NULL UNIQUE,
    role          TEXT    NOT NULL,
    password_hash TEXT    NOT NULL, -- scrypt, with its salt and its cost
    disabled      INTEGER NOT NULL,
    created_at    INTEGER NOT NULL
) STRICT;

CREATE TABLE operator_sessions (
    hash       TEXT    NOT NULL PRIMARY KEY, -- of the session's token
    operator   TEXT    NOT NULL REFERENCES operators (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX operator_sessions_by_operator ON operator_sessions (operator);
CREATE INDEX operator_sessions_by_expiry ON operator_sessions (expires_at);

-- Every call that changes something: written no later than the change, its outcome after the answer.
CREATE TABLE audit (
    sequence   INTEGER PRIMARY KEY AUTOINCREMENT,
    at         INTEGER NOT NULL,
    actor_kind TEXT    NOT NULL,
    actor      TEXT    NOT NULL, -- no foreign key, as with the target: an entry outlives both
    actor_name TEXT    NOT NULL,
    action     TEXT    NOT NULL,
    target     TEXT    NOT NULL,
    summary    TEXT    NOT NULL,
    address    TEXT    NOT NULL,
    outcome    TEXT    NOT NULL,
    status     INTEGER NOT NULL,
    code       TEXT    NOT NULL,
    ended_at   INTEGER,
    client_subject TEXT NOT NULL DEFAULT '' -- of the certificate that the caller showed; '': none
) STRICT;
CREATE INDEX audit_by_time ON audit (at, sequence);
CREATE INDEX audit_by_actor ON audit (actor, at, sequence);
CREATE INDEX audit_by_target ON audit (target, at, sequence) WHERE target <> '';
CREATE INDEX audit_by_action ON audit (action, at, sequence);
-- Those that a restart has to call unknown.
CREATE INDEX audit_open ON audit (sequence) WHERE outcome = 'under_way';

-- Answers to calls with an Idempotency-Key, for a day.
CREATE TABLE kept_answers (
    caller       TEXT    NOT NULL,
    key          TEXT    NOT NULL,
    fingerprint  TEXT    NOT NULL,
    status       INTEGER NOT NULL, -- 0: not answered
    content_type TEXT    NOT NULL,
    body         BLOB    NOT NULL,
    created_at   INTEGER NOT NULL,
    PRIMARY KEY (caller, key)
) STRICT;
CREATE INDEX kept_answers_by_time ON kept_answers (created_at);

-- What lets a device download its package. ------------------------------------------------------------------------

CREATE TABLE download_tokens (
    hash       TEXT    NOT NULL PRIMARY KEY, -- of the token, which the device alone knows
    device     TEXT    NOT NULL, -- no foreign keys: who asks looks at the job, which outlives its device
    package    TEXT    NOT NULL,
    job        TEXT    NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX download_tokens_by_expiry ON download_tokens (expires_at);
