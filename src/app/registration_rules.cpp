// SPDX-License-Identifier: Apache-2.0
#include "app/registration_rules.hpp"

namespace cellwise::app {
namespace {

constexpr std::size_t kMaxEndpointLength = 256;
constexpr Duration kMinLifetime = std::chrono::seconds{1};
constexpr Duration kMaxLifetime = std::chrono::seconds{4'294'967'295};
constexpr std::string_view kImeiUrn = "urn:imei:";
constexpr std::size_t kImeiDigits = 15;

bool is_imei(std::string_view text) {
    return text.size() == kImeiDigits && text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

Status check_endpoint(std::string_view endpoint) {
    if (!endpoint.empty() && endpoint.size() <= kMaxEndpointLength) return {};
    return invalid("lwm2m.endpoint", "ep", "must be 1 to 256 bytes long", std::to_string(endpoint.size()) + " bytes");
}

Status check_lifetime(const std::optional<Duration>& lifetime) {
    if (!lifetime || (*lifetime >= kMinLifetime && *lifetime <= kMaxLifetime)) return {};
    return invalid("lwm2m.lifetime", "lt", "must be 1 to 4294967295 seconds",
                   std::to_string(std::chrono::duration_cast<std::chrono::seconds>(*lifetime).count()));
}

std::optional<std::string> other_form_of(std::string_view endpoint) {
    if (is_imei(endpoint)) return std::string(kImeiUrn).append(endpoint);
    if (endpoint.starts_with(kImeiUrn) && is_imei(endpoint.substr(kImeiUrn.size()))) {
        return std::string(endpoint.substr(kImeiUrn.size()));
    }
    return std::nullopt;
}

void merge(domain::RadioReport& report, const domain::RadioReport& newer) {
    if (newer.cell) report.cell = newer.cell;
    if (newer.rsrp_dbm) report.rsrp_dbm = newer.rsrp_dbm;
    if (newer.sinr_db) report.sinr_db = newer.sinr_db;
}

}  // namespace cellwise::app
