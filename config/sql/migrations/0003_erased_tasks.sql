-- SPDX-License-Identifier: Apache-2.0
-- An erased task is seen by nobody at once; its rows are deleted piece by piece.

ALTER TABLE tasks ADD COLUMN erased INTEGER NOT NULL DEFAULT 0;
CREATE INDEX tasks_erased ON tasks (erased) WHERE erased = 1;
