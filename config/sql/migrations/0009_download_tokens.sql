-- SPDX-License-Identifier: Apache-2.0
-- What lets devices download from the download server.

CREATE TABLE download_tokens (
    hash       TEXT    NOT NULL PRIMARY KEY,
    device     TEXT    NOT NULL,
    package    TEXT    NOT NULL,
    job        TEXT    NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX download_tokens_by_expiry ON download_tokens (expires_at);
