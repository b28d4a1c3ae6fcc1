// SPDX-License-Identifier: Apache-2.0
#include "cellwise/domain/mqtt.hpp"

#include <charconv>
#include <cmath>

namespace cellwise::domain::mqtt {
namespace {

std::optional<double> number_in(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
    return value;
}

}  // namespace

std::optional<RadioReport> radio_of(std::span<const ServiceProperties> report, const MqttProfile& profile) {
    RadioReport radio;
    for (const auto& service : report) {
        if (service.service != profile.radio_service) continue;
        for (const auto& [name, value] : service.values) {
            if (name == profile.rsrp_property) radio.rsrp_dbm = number_in(value);
            if (name == profile.sinr_property) radio.sinr_db = number_in(value);
            if (name == profile.cell_property) radio.cell = CellId::parse(value);
        }
    }
    if (radio == RadioReport{}) return std::nullopt;
    return radio;
}

void lay_over(RadioReport& known, const RadioReport& fresh) {
    if (fresh.cell && fresh.cell != known.cell)
        known = RadioReport{.cell = fresh.cell};  // what was measured elsewhere
    if (fresh.rsrp_dbm) known.rsrp_dbm = fresh.rsrp_dbm;
    if (fresh.sinr_db) known.sinr_db = fresh.sinr_db;
}

Version version_of(std::string_view text) {
    if (text.size() <= Version::kMaxLength) return Version::from_wire(as_bytes(text));
    std::string cut(text.substr(0, Version::kMaxLength - 1));
    cut.push_back('~');
    return Version::from_wire(as_bytes(cut));
}

}  // namespace cellwise::domain::mqtt
