-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE operators (
    id            TEXT    NOT NULL PRIMARY KEY,
    name          TEXT    NOT NULL UNIQUE,
    role          TEXT    NOT NULL,
    password_hash TEXT    NOT NULL,
    disabled      INTEGER NOT NULL,
    created_at    INTEGER NOT NULL
) STRICT;

CREATE TABLE operator_sessions (
    hash       TEXT    NOT NULL PRIMARY KEY,
    operator   TEXT    NOT NULL REFERENCES operators (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX operator_sessions_by_operator ON operator_sessions (operator);
CREATE INDEX operator_sessions_by_expiry ON operator_sessions (expires_at);

CREATE TABLE audit (
    sequence   INTEGER PRIMARY KEY AUTOINCREMENT,
    at         INTEGER NOT NULL,
    actor_kind TEXT    NOT NULL,
    actor      TEXT    NOT NULL,
    actor_name TEXT    NOT NULL,
    action     TEXT    NOT NULL,
    target     TEXT    NOT NULL,
    summary    TEXT    NOT NULL,
    address    TEXT    NOT NULL,
    outcome    TEXT    NOT NULL,
    status     INTEGER NOT NULL,
    code       TEXT    NOT NULL,
    ended_at   INTEGER
) STRICT;
CREATE INDEX audit_by_time ON audit (at, sequence);
CREATE INDEX audit_by_actor ON audit (actor, at, sequence);
CREATE INDEX audit_by_target ON audit (target, at, sequence) WHERE target <> '';
CREATE INDEX audit_by_action ON audit (action, at, sequence);
CREATE INDEX audit_open ON audit (sequence) WHERE outcome = 'under_way';

CREATE TABLE kept_answers (
    caller       TEXT    NOT NULL,
    key          TEXT    NOT NULL,
    fingerprint  TEXT    NOT NULL,
    status       INTEGER NOT NULL,
    content_type TEXT    NOT NULL,
    body         BLOB    NOT NULL,
    created_at   INTEGER NOT NULL,
    PRIMARY KEY (caller, key)
) STRICT;
CREATE INDEX kept_answers_by_time ON kept_answers (created_at);
