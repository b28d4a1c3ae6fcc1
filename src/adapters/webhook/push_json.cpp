// SPDX-License-Identifier: Apache-2.0
#include "adapters/webhook/push_json.hpp"

#include "cellwise/domain/failure.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace cellwise::webhook {
namespace {

using Json = nlohmann::ordered_json;

/// What the device reported (vendor: "status error code reported by the device"), found by the vendor's words for it;
/// "-1" where the upgrade failed without a report.
std::string error_code_of(const domain::Push& push) {
    if (push.success) return "0";
    for (unsigned code = 1; code <= 0xFF; ++code) {
        const auto words = domain::failure::text_of(static_cast<domain::pcp::ResultCode>(code));
        if (!words.empty() && words == push.detail) return std::to_string(code);
    }
    return "-1";
}

void add_result(Json& json, const domain::Push& push) {
    json["curVersion"] = push.current_version;
    json["targetVersion"] = push.target_version;
    json["sourceVersion"] = push.source_version;
    json["swUpgradeResult"] = push.success ? "SUCCESS" : "FAIL";
    json["upgradeTime"] = to_unix_ms(push.occurred_at);
    json["resultDesc"] = push.detail;
    json["errorCode"] = error_code_of(push);
    json["description"] = push.detail;
}

}  // namespace

std::string to_json(const domain::Push& push) {
    Json json;
    json["notifyType"] = to_string(push.type);
    json["deviceId"] = push.device.view();
    json["appId"] = push.app.view();
    json["operationId"] = push.task.view();
    json["subOperationId"] = push.job.view();
    if (push.type == domain::NotifyType::SwUpgradeStateChange) {
        json["swUpgradeState"] = push.phase;
    } else {
        add_result(json, push);
    }
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace cellwise::webhook
