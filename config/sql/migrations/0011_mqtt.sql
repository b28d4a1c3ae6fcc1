-- SPDX-License-Identifier: Apache-2.0
-- MQTT devices: what differs between their makes, and where they are on the radio.

ALTER TABLE products ADD COLUMN mqtt_radio_service TEXT NOT NULL DEFAULT 'Connectivity';
ALTER TABLE products ADD COLUMN mqtt_rsrp_property TEXT NOT NULL DEFAULT 'rsrp';
ALTER TABLE products ADD COLUMN mqtt_sinr_property TEXT NOT NULL DEFAULT 'sinr';
ALTER TABLE products ADD COLUMN mqtt_cell_property TEXT NOT NULL DEFAULT 'cellId';
ALTER TABLE products ADD COLUMN mqtt_sends_sign INTEGER NOT NULL DEFAULT 1;
ALTER TABLE products ADD COLUMN mqtt_sends_file_name INTEGER NOT NULL DEFAULT 1;
ALTER TABLE products ADD COLUMN mqtt_ranges_from_one INTEGER NOT NULL DEFAULT 0;

ALTER TABLE device_details ADD COLUMN cell TEXT NOT NULL DEFAULT '';

CREATE TABLE radio_reports (
    device   TEXT NOT NULL PRIMARY KEY REFERENCES devices (id) ON DELETE CASCADE,
    cell     TEXT,
    rsrp_dbm REAL,
    sinr_db  REAL
) STRICT, WITHOUT ROWID;
