-- SPDX-License-Identifier: Apache-2.0
--
-- An application's own authorities: who may vouch for the servers that it has pushes sent to.

ALTER TABLE applications ADD COLUMN callback_ca TEXT NOT NULL DEFAULT '';
