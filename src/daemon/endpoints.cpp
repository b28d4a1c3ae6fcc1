// SPDX-License-Identifier: Apache-2.0
#include "daemon/endpoints.hpp"

#include "cellwise/base/log.hpp"

#include <fstream>
#include <string_view>
#include <system_error>

namespace cellwise::daemon {
namespace {

/// Addresses only: nothing in them needs escaping.
std::string json_of(const Endpoints& endpoints) {
    std::string json;
    const auto add = [&json](std::string_view name, const std::string& address) {
        if (address.empty()) return;
        json.append(json.empty() ? "{\"" : ",\"").append(name).append("\":\"").append(address).append("\"");
    };
    add("http", endpoints.http);
    add("https", endpoints.https);
    add("coap", endpoints.coap);
    add("download", endpoints.download);
    return (json.empty() ? "{" : json) + "}\n";
}

std::string or_off(const std::string& address) { return address.empty() ? "off" : address; }

}  // namespace

void announce(const Endpoints& endpoints, const std::filesystem::path& state) {
    const auto file = state / "endpoints.json";
    const auto fresh = state / "endpoints.json.new";
    std::ofstream(fresh) << json_of(endpoints);
    std::error_code failed;
    std::filesystem::rename(fresh, file, failed);
    if (failed) log::warning("endpoints not written", {{"file", file.string()}, {"reason", failed.message()}});
    log::info("cellwised ready", {{"version", CELLWISE_VERSION},
                                  {"http", or_off(endpoints.http)},
                                  {"https", or_off(endpoints.https)},
                                  {"coap", or_off(endpoints.coap)},
                                  {"download", or_off(endpoints.download)}});
}

}  // namespace cellwise::daemon
