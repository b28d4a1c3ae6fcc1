-- SPDX-License-Identifier: Apache-2.0
--
-- Applications that may not log in for the time being.

ALTER TABLE applications ADD COLUMN frozen INTEGER NOT NULL DEFAULT 0;
