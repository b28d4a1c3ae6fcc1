-- SPDX-License-Identifier: Apache-2.0
-- A restart reads the jobs that have to live again, and none of those that wait for their devices.

CREATE INDEX jobs_live ON jobs (device)
    WHERE status = 'processing' AND state NOT IN ('waiting_online', 'waiting_retry');
