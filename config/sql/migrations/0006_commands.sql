-- SPDX-License-Identifier: Apache-2.0
-- What application servers tell their devices.

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
