// SPDX-License-Identifier: Apache-2.0
#include "adapters/rest/device_import.hpp"
#include "adapters/rest/resources.hpp"

namespace cellwise::rest::devices {
namespace {

std::optional<DeviceImport::Format> format_of(std::string_view content_type) {
    auto type = content_type.substr(0, content_type.find(';'));
    while (!type.empty() && type.back() == ' ') type.remove_suffix(1);
    if (type == "text/csv") return DeviceImport::Format::Csv;
    if (type == "application/x-ndjson" || type == "application/ndjson") return DeviceImport::Format::Ndjson;
    return std::nullopt;
}

}  // namespace

SinkResult open_import(const Services& services, const ports::HttpRequest& head) {
    const auto content_type = head.header("Content-Type").value_or("");
    const auto format = format_of(content_type);
    if (!format) {
        return invalid(kMediaType, "Content-Type", "the body must be text/csv or application/x-ndjson",
                       std::string(content_type));
    }
    return std::shared_ptr<ports::BodySink>(std::make_shared<DeviceImport>(services, *format));
}

void import_list(Call call) {
    // Only open_import() makes sinks for this route.
    const auto report = static_cast<DeviceImport&>(*call.sink).finish();
    if (!report) return refuse(call.respond, report.error());
    reply(call.respond, 200, *report);
}

}  // namespace cellwise::rest::devices
