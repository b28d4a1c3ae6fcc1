-- SPDX-License-Identifier: Apache-2.0
-- Tasks that are paused, retried and confirmed; groups by a filter; dead letters that live again; timelines.

-- A generated column cannot be changed: it is made anew, for a paused task is looked at by its end only.
DROP INDEX tasks_by_attention;
ALTER TABLE tasks DROP COLUMN attention_at;
ALTER TABLE tasks ADD COLUMN app_confirm INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tasks ADD COLUMN retry_of TEXT;
ALTER TABLE tasks ADD COLUMN retry_include TEXT NOT NULL DEFAULT '';
ALTER TABLE tasks ADD COLUMN paused INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tasks ADD COLUMN resumed_at INTEGER;
ALTER TABLE tasks ADD COLUMN attention_at INTEGER GENERATED ALWAYS AS (
        CASE state
            WHEN 'wait' THEN CASE paused WHEN 1 THEN end_time ELSE min(due_at, coalesce(end_time, due_at)) END
            WHEN 'processing' THEN
                CASE WHEN expanded = 0 OR (wait > 0 AND paused = 0) OR wait + processing = 0 THEN 0 ELSE end_time END
            END) VIRTUAL;
CREATE INDEX tasks_by_attention ON tasks (attention_at) WHERE attention_at IS NOT NULL;
CREATE INDEX tasks_retrying ON tasks (retry_of) WHERE expanded = 0 AND state IN ('wait', 'processing');
CREATE INDEX tasks_by_end ON tasks (stopped_at) WHERE erased = 0 AND state IN ('success', 'failed', 'stop');

ALTER TABLE jobs ADD COLUMN confirmed INTEGER NOT NULL DEFAULT 0;
DROP INDEX jobs_live;
CREATE INDEX jobs_live ON jobs (device)
    WHERE status = 'processing' AND state NOT IN ('waiting_online', 'waiting_confirmation', 'waiting_retry');

CREATE INDEX devices_by_version ON devices (software_version, id);

CREATE TABLE group_filters (
    group_id         TEXT NOT NULL PRIMARY KEY REFERENCES device_groups (id) ON DELETE CASCADE,
    product          TEXT,
    node_id_prefix   TEXT,
    software_version BLOB,
    status           TEXT
) STRICT, WITHOUT ROWID;

ALTER TABLE outbox ADD COLUMN revived_at INTEGER;
CREATE INDEX outbox_dead_of ON outbox (app) WHERE dead = 1;
CREATE INDEX outbox_dead_by_time ON outbox (due_at) WHERE dead = 1;

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
