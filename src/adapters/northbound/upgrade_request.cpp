// SPDX-License-Identifier: Apache-2.0
#include "adapters/northbound/upgrade_request.hpp"

#include "adapters/northbound/basic_time.hpp"
#include "app/text_rules.hpp"
#include "json/object_reader.hpp"

#include <limits>
#include <string_view>

namespace cellwise::northbound {
namespace {

using json::ObjectReader;

constexpr std::size_t kMostTargets = 256;
constexpr std::size_t kMostRead = 100'000;  // what is more than kMostTargets has a code of its own
constexpr std::int64_t kLongestRetryInterval = 7 * 86'400;

bool is_empty(const std::optional<std::vector<std::string>>& list) { return !list || list->empty(); }

std::optional<Refusal> read_model(ObjectReader& in, UpgradeRequest& request) {
    request.device_type = in.optional_text("deviceType").value_or("");
    request.model = in.optional_text("model").value_or("");
    request.manufacturer_name = in.optional_text({"manufacturerName", "manufactureName"}).value_or("");
    if (request.manufacturer_name.empty()) return Refusal{kNoManufacturerName};
    if (request.device_type.empty()) return Refusal{kNoDeviceType};
    if (request.model.empty()) return Refusal{kNoModel};
    return std::nullopt;
}

std::optional<Refusal> read_targets(ObjectReader& in, UpgradeRequest& request) {
    auto devices = in.optional_texts("devices", kMostRead);
    auto groups = in.optional_texts("deviceGroups", kMostRead);
    if (auto read = in.finish(); !read) return Refusal{kBadRequest, read.error().message};
    if (is_empty(devices) && is_empty(groups)) return Refusal{kNoTargets};
    if (!is_empty(devices) && !is_empty(groups)) return Refusal{kBothTargets};
    if (!is_empty(groups)) {
        if (groups->size() > kMostTargets) return Refusal{kTooManyTargets};
        request.task.targets.groups = std::move(*groups);
        return read_model(in, request);
    }
    if (devices->size() > kMostTargets) return Refusal{kTooManyTargets};
    for (const auto& text : *devices) {
        const auto id = DeviceId::parse(text);
        if (!id) return Refusal{kNoPackageOrDevice};  // ids are opaque to callers: this one is nobody's
        request.task.targets.devices.push_back(*id);
    }
    return std::nullopt;
}

std::optional<Refusal> read_times(ObjectReader& in, domain::TaskPolicy& policy) {
    const auto start = in.optional_text("startTime");
    const auto end = in.optional_text("endTime");
    if (policy.execute_type != domain::ExecuteType::Custom) return std::nullopt;
    if (start) policy.start_time = parse_basic_time(*start);
    if (end) policy.end_time = parse_basic_time(*end);
    if (!policy.start_time || !policy.end_time) return Refusal{kTimes};
    return std::nullopt;
}

std::optional<Refusal> read_retry(ObjectReader& in, domain::TaskPolicy& policy) {
    constexpr auto kAny = std::numeric_limits<std::int64_t>::max();
    const bool retry = in.optional_flag("retryType").value_or(false);
    const auto times = in.optional_integer("retryTimes", -kAny, kAny);
    policy.retry_interval =
        std::chrono::seconds(in.optional_integer("retryInterval", 0, kLongestRetryInterval).value_or(0));
    if (!retry) return std::nullopt;
    if (!times || *times < 1 || *times > 5) return Refusal{kRetryTimes};
    policy.retry_times = static_cast<std::uint32_t>(*times);
    return std::nullopt;
}

std::optional<Refusal> read_policy(ObjectReader in, domain::TaskPolicy& policy) {
    const auto type = domain::parse_execute_type(in.optional_text("executeType").value_or(""));
    if (!type) return Refusal{kExecuteType};
    policy.execute_type = *type;
    if (auto refused = read_times(in, policy)) return refused;
    if (auto refused = read_retry(in, policy)) return refused;
    policy.app_confirm = in.optional_flag("appConfirm").value_or(false);
    return std::nullopt;
}

}  // namespace

std::optional<Refusal> read_upgrade_request(const json::Document& body, UpgradeRequest& request) {
    ObjectReader in(body, json::Unknown::Ignore);
    const auto file = in.text("fileId");
    request.task.name = in.optional_text("taskName").value_or("");
    const bool confirm = in.optional_flag("appConfirm").value_or(false);
    auto targets = in.optional_object("targets");
    if (auto read = in.finish(); !read) return Refusal{kBadRequest, read.error().message};
    if (auto ok = app::check_text("taskName", request.task.name, {0, 128}); !ok) {
        return Refusal{kBadRequest, ok.error().message};
    }
    if (!targets) return Refusal{kNoTargets};
    if (auto refused = read_targets(*targets, request)) return refused;
    if (auto policy = in.optional_object("policy")) {
        if (auto refused = read_policy(*policy, request.task.policy)) return refused;
    }
    if (auto read = in.finish(); !read) return Refusal{kBadRequest, read.error().message};
    request.task.policy.app_confirm = request.task.policy.app_confirm || confirm;
    const auto package = PackageId::parse(file);
    if (!package) return Refusal{kNoPackageOrDevice};
    request.task.package = *package;
    return std::nullopt;
}

}  // namespace cellwise::northbound
