-- SPDX-License-Identifier: Apache-2.0
--
-- A task with a list of devices is made with less: the list is one row, and a job that waits is in two indexes less.

-- Which tasks a device has, its jobs say: they are made with the task that names it.
DROP INDEX task_targets_by_device;
INSERT INTO task_targets (task, position, kind, value)
SELECT task, -1, 'devices',
       (SELECT group_concat(value, ',')
        FROM (SELECT value FROM task_targets WHERE task = lists.task AND kind = 'device' ORDER BY position))
FROM (SELECT DISTINCT task FROM task_targets WHERE kind = 'device') AS lists;
DELETE FROM task_targets WHERE kind = 'device';
UPDATE task_targets SET position = 0 WHERE position = -1;

-- The jobs of a task are those of each status.
DROP INDEX jobs_by_task;
-- Of the other statuses each is one state: there the index by status finds it.
DROP INDEX jobs_by_state;
CREATE INDEX jobs_by_state ON jobs (task, state) WHERE status = 'processing';

-- Pushes are looked for by their receiver, so that one that is away hides nothing from another of the application's.
ALTER TABLE outbox ADD COLUMN receiver TEXT NOT NULL DEFAULT '';
UPDATE outbox SET receiver =
    CASE url
        WHEN '' THEN type
        ELSE substr(url, 1, instr(url, '://') + 1 + instr(substr(url, instr(url, '://') + 3) || '/', '/'))
    END;
DROP INDEX outbox_due_of;
CREATE INDEX outbox_due_of ON outbox (app, receiver, due_at) WHERE head = 1;

-- An erased group's memberships are deleted piece by piece.
ALTER TABLE device_groups ADD COLUMN erased INTEGER NOT NULL DEFAULT 0;
CREATE INDEX device_groups_erased ON device_groups (erased) WHERE erased = 1;

-- Whose certificate the caller showed.
ALTER TABLE audit ADD COLUMN client_subject TEXT NOT NULL DEFAULT '';
