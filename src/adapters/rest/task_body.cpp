// SPDX-License-Identifier: Apache-2.0
#include "adapters/rest/task_body.hpp"

#include "adapters/rest/call.hpp"
#include "adapters/rest/time_text.hpp"
#include "app/text_rules.hpp"

namespace cellwise::rest {
namespace {

constexpr std::size_t kMostDevices = 10'000;
constexpr std::size_t kMostGroups = 256;
constexpr std::int64_t kLongestRetryInterval = 7 * 86'400;

void read_devices(json::ObjectReader& in, domain::TaskTargets& targets) {
    const auto written = in.optional_texts("devices", kMostDevices);
    if (!written) return;
    if (written->empty()) in.fail("devices", "request.field.range", "must not be empty");
    for (const auto& text : *written) {
        const auto id = DeviceId::parse(text);
        if (!id) in.fail("devices", "request.field.invalid", kUuidRule, text);
        targets.devices.push_back(id.value_or(DeviceId{}));
    }
}

domain::TaskTargets read_targets(json::ObjectReader in) {
    domain::TaskTargets targets;
    read_devices(in, targets);
    if (auto groups = in.optional_texts("groups", kMostGroups)) {
        if (groups->empty()) in.fail("groups", "request.field.range", "must not be empty");
        targets.groups = std::move(*groups);
    }
    if (auto filter = in.optional_object("filter")) {
        targets.product = filter->parsed("productId", ProductId::parse, kHex24Rule);
    }
    targets.all = in.optional_flag("all").value_or(false);
    const int kinds = int{!targets.devices.empty()} + int{!targets.groups.empty()} +
                      int{targets.product.has_value()} + int{targets.all};
    if (kinds != 1) {
        in.fail("devices", "task.targets.kind", "or groups, filter or all: exactly one of the four is required");
    }
    return targets;
}

domain::TaskPolicy read_policy(json::ObjectReader in) {
    domain::TaskPolicy policy;
    constexpr const char* kTimeRule = "must be an RFC 3339 time";
    policy.execute_type =
        in.optional_parsed("executeType", domain::parse_execute_type, "must be now, device_online or custom")
            .value_or(domain::ExecuteType::Now);
    policy.start_time = in.optional_parsed("startTime", parse_rfc3339, kTimeRule);
    policy.end_time = in.optional_parsed("endTime", parse_rfc3339, kTimeRule);
    policy.retry_times = static_cast<std::uint32_t>(in.optional_integer("retryTimes", 0, 5).value_or(0));
    policy.retry_interval =
        std::chrono::seconds(in.optional_integer("retryInterval", 0, kLongestRetryInterval).value_or(0));
    policy.app_confirm = in.optional_flag("appConfirm").value_or(false);
    const bool custom = policy.execute_type == domain::ExecuteType::Custom;
    for (const auto& [name, given] :
         {std::pair{"startTime", policy.start_time.has_value()}, std::pair{"endTime", policy.end_time.has_value()}}) {
        if (custom && !given) in.fail(name, "request.field.missing", "is required when executeType is custom");
        if (!custom && given) in.fail(name, "task.policy.time_unused", "is only for executeType custom");
    }
    return policy;
}

}  // namespace

Result<app::NewTask> read_new_task(const json::Document& body) {
    json::ObjectReader in(body, json::Unknown::Refuse);
    app::NewTask task;
    task.name = in.text("name");
    task.package = in.parsed("fileId", PackageId::parse, kHex24Rule);
    task.targets = read_targets(in.object("targets"));
    if (auto policy = in.optional_object("policy")) task.policy = read_policy(std::move(*policy));
    if (auto ok = in.finish(); !ok) return ok.error();
    if (auto ok = app::check_text("name", task.name, {1, 128}); !ok) return ok.error();
    return task;
}

}  // namespace cellwise::rest
