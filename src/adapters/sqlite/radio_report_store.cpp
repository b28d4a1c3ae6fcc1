// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/radio_report_store.hpp"

#include "adapters/sqlite/errors.hpp"
#include "adapters/sqlite/query.hpp"

namespace cellwise::sqlite {
namespace {

const std::string kSave =
    "INSERT INTO radio_reports (device, cell, rsrp_dbm, sinr_db) SELECT id, ?, ?, ? FROM devices WHERE id = ?"
    " ON CONFLICT (device) DO UPDATE SET cell = excluded.cell, rsrp_dbm = excluded.rsrp_dbm,"
    " sinr_db = excluded.sinr_db";
const std::string kFind = "SELECT cell, rsrp_dbm, sinr_db FROM radio_reports WHERE device = ?";

}  // namespace

Status RadioReportStore::save(const DeviceId& device, const domain::RadioReport& report) try {
    const auto cell = report.cell ? std::optional(report.cell->text) : std::nullopt;
    Query(connection_, kSave, cell, report.rsrp_dbm, report.sinr_db, device).run();
    return {};
} catch (...) {
    return caught();
}

Result<std::optional<domain::RadioReport>> RadioReportStore::find(const DeviceId& device) try {
    Query row(connection_, kFind, device);
    if (!row.next()) return std::optional<domain::RadioReport>{};
    auto cell = row.maybe_text();
    domain::RadioReport report{.rsrp_dbm = row.maybe_real(), .sinr_db = row.maybe_real()};
    if (cell) report.cell = domain::CellId{std::move(*cell)};
    return std::optional(std::move(report));
} catch (...) {
    return caught();
}

}  // namespace cellwise::sqlite
