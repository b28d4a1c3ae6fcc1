-- SPDX-License-Identifier: Apache-2.0
-- Pushes of more than upgrades: `body` is the text of those that are no upgrade's, `url` where one goes that has an
-- address of its own, and stands in a line of its own for it.

ALTER TABLE outbox ADD COLUMN url TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN body TEXT NOT NULL DEFAULT '';
DROP INDEX outbox_heads;
DROP INDEX outbox_due;
DROP INDEX outbox_due_of;
DROP INDEX outbox_live;
DROP INDEX outbox_by_death;
DROP INDEX outbox_by_app;
CREATE UNIQUE INDEX outbox_heads ON outbox (device, url) WHERE head = 1;
CREATE INDEX outbox_due ON outbox (due_at) WHERE head = 1;
CREATE INDEX outbox_due_of ON outbox (app, due_at) WHERE head = 1;
CREATE INDEX outbox_live ON outbox (device, url) WHERE dead = 0;
CREATE INDEX outbox_by_death ON outbox (dead);
CREATE INDEX outbox_by_app ON outbox (app, dead);

-- What an erased application left in the outbox is seen by nobody at once; its rows are deleted piece by piece.
CREATE TABLE erased_applications (
    id TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- The same for the uplinks of an erased device: a foreign key would delete them all at once, so it goes.
CREATE TABLE erased_devices (
    id TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;

DROP INDEX uplinks_by_device;
DROP INDEX uplinks_by_time;
ALTER TABLE uplinks RENAME TO former_uplinks;
CREATE TABLE uplinks (
    sequence INTEGER PRIMARY KEY,
    device   TEXT    NOT NULL,
    at       INTEGER NOT NULL,
    payload  BLOB    NOT NULL
) STRICT;
INSERT INTO uplinks SELECT sequence, device, at, payload FROM former_uplinks;
DROP TABLE former_uplinks;
CREATE INDEX uplinks_by_device ON uplinks (device, at);
CREATE INDEX uplinks_by_time ON uplinks (at);

-- What application servers say of a device.
CREATE TABLE device_details (
    device          TEXT    NOT NULL PRIMARY KEY REFERENCES devices (id) ON DELETE CASCADE,
    verify_code     TEXT    NOT NULL,
    end_user_id     TEXT    NOT NULL,
    imsi            TEXT    NOT NULL,
    manufacturer_id TEXT    NOT NULL,
    protocol        TEXT    NOT NULL,
    mute            TEXT    NOT NULL,
    location        TEXT    NOT NULL,
    region          TEXT    NOT NULL,
    timezone        TEXT    NOT NULL,
    organization    TEXT    NOT NULL,
    tags            TEXT    NOT NULL,
    secure          INTEGER NOT NULL,
    sealed_psk      TEXT    NOT NULL,
    sealed_secret   TEXT    NOT NULL,
    timeout_seconds INTEGER NOT NULL,
    expires_at      INTEGER
) STRICT;
CREATE INDEX device_details_by_expiry ON device_details (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX devices_by_app_product ON devices (app, product, id);

ALTER TABLE device_groups ADD COLUMN max_devices INTEGER NOT NULL DEFAULT 0;
-- Counted by triggers, so that it stays right also when a device takes its memberships with it.
ALTER TABLE device_groups ADD COLUMN members INTEGER NOT NULL DEFAULT 0;
UPDATE device_groups SET members = (SELECT count(*) FROM group_members WHERE group_id = id);
CREATE TRIGGER group_members_added AFTER INSERT ON group_members BEGIN
    UPDATE device_groups SET members = members + 1 WHERE id = new.group_id;
END;
CREATE TRIGGER group_members_removed AFTER DELETE ON group_members BEGIN
    UPDATE device_groups SET members = members - 1 WHERE id = old.group_id;
END;
