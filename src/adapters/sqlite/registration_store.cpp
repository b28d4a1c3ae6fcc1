// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/registration_store.hpp"

#include "adapters/sqlite/errors.hpp"
#include "adapters/sqlite/query.hpp"

namespace cellwise::sqlite {
namespace {

using domain::Binding;
using domain::Registration;

const std::string kColumns =
    "device, id, ip, port, binding, lifetime, expires_at, last_heard_at, observation, cell, rsrp_dbm, sinr_db";
const std::string kInsert =
    "INSERT INTO registrations (" + kColumns +
    ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (device) DO UPDATE SET id = excluded.id,"
    " ip = excluded.ip, port = excluded.port, binding = excluded.binding, lifetime = excluded.lifetime,"
    " expires_at = excluded.expires_at, last_heard_at = excluded.last_heard_at, observation = excluded.observation,"
    " cell = excluded.cell, rsrp_dbm = excluded.rsrp_dbm, sinr_db = excluded.sinr_db";
// What an update of a registration changes, without its id and its token: their two indexes are left alone.
const std::string kUpdate =
    "UPDATE registrations SET ip = ?, port = ?, binding = ?, lifetime = ?, expires_at = ?, last_heard_at = ?,"
    " cell = ?, rsrp_dbm = ?, sinr_db = ? WHERE device = ? AND id = ? AND observation IS ?";
const std::string kDelete = "DELETE FROM registrations WHERE device = ?";
const std::string kFind = "SELECT " + kColumns + " FROM registrations WHERE id = ?";
const std::string kFindByDevice = "SELECT " + kColumns + " FROM registrations WHERE device = ?";
const std::string kFindByToken = "SELECT " + kColumns + " FROM registrations WHERE observation = ?";
const std::string kCountLive = "SELECT count(*) FROM registrations WHERE expires_at > ?";

std::string_view name_of(Binding binding) { return binding == Binding::UdpQueue ? "UQ" : "U"; }

std::optional<Binding> parse_binding(std::string_view name) {
    for (const auto binding : {Binding::Udp, Binding::UdpQueue}) {
        if (name == name_of(binding)) return binding;
    }
    return std::nullopt;
}

std::optional<std::string> cell_of(const domain::RadioReport& radio) {
    return radio.cell ? std::optional(radio.cell->text) : std::nullopt;
}

domain::RadioReport read_radio(Query& row) {
    auto cell = row.maybe_text();
    domain::RadioReport radio{.rsrp_dbm = row.maybe_real(), .sinr_db = row.maybe_real()};
    if (cell) radio.cell = domain::CellId{std::move(*cell)};
    return radio;
}

Registration read_registration(Query& row) {
    const auto device = row.id<DeviceId>();
    return {.id = row.id<RegistrationId>(),
            .device = device,
            .address = {.ip = row.fixed<16>(), .port = row.number<std::uint16_t>()},
            .binding = row.named(parse_binding),
            .lifetime = row.span(),
            .expires_at = row.time(),
            .last_heard_at = row.time(),
            .observation = row.maybe_fixed<8>(),
            .radio = read_radio(row)};
}

template <class Key>
std::optional<Registration> find_one(Connection& connection, std::string_view sql, const Key& key) {
    Query row(connection, sql, key);
    return row.next() ? std::optional(read_registration(row)) : std::nullopt;
}

}  // namespace

Status RegistrationStore::save(const Registration& registration) try {
    const auto& address = registration.address;
    const auto& radio = registration.radio;
    const auto binding = name_of(registration.binding);
    const int changed = Query(connection_, kUpdate, address.ip, address.port, binding, registration.lifetime,
                              registration.expires_at, registration.last_heard_at, cell_of(radio), radio.rsrp_dbm,
                              radio.sinr_db, registration.device, registration.id, registration.observation)
                            .run();
    if (changed > 0) return {};
    Query(connection_, kInsert, registration.device, registration.id, address.ip, address.port, binding,
          registration.lifetime, registration.expires_at, registration.last_heard_at, registration.observation,
          cell_of(radio), radio.rsrp_dbm, radio.sinr_db)
        .run();
    return {};
} catch (...) {
    const auto duplicate =
        conflict("registration.duplicate", "another device has this registration id or token", registration.id.str());
    return caught(
        {{"registrations.id", duplicate},
         {"registrations.observation", duplicate},
         {kForeignKey, not_found("device.not_found", "no device bears this id", registration.device.str())}});
}

Result<bool> RegistrationStore::erase(const DeviceId& device) try {
    return Query(connection_, kDelete, device).run() > 0;
} catch (...) {
    return caught();
}

Result<std::optional<Registration>> RegistrationStore::find(const RegistrationId& id) try {
    return find_one(connection_, kFind, id);
} catch (...) {
    return caught();
}

Result<std::optional<Registration>> RegistrationStore::find_by_device(const DeviceId& device) try {
    return find_one(connection_, kFindByDevice, device);
} catch (...) {
    return caught();
}

Result<std::optional<Registration>> RegistrationStore::find_by_token(const domain::ObservationToken& token) try {
    return find_one(connection_, kFindByToken, token);
} catch (...) {
    return caught();
}

Result<std::int64_t> RegistrationStore::count_live(Timestamp now) try {
    Query row(connection_, kCountLive, now);
    row.next();
    return row.integer();
} catch (...) {
    return caught();
}

}  // namespace cellwise::sqlite
