// SPDX-License-Identifier: Apache-2.0
#include "adapters/northbound/vendor_error.hpp"

#include "json/writer.hpp"

#include <array>
#include <string>
#include <utility>

namespace cellwise::northbound {
namespace {

struct Translation {
    std::string_view code;
    const VendorError& error;
};

constexpr std::array kTranslations{
    Translation{"access.login.refused", kLoginRefused},
    Translation{"access.application.frozen", kFrozen},
    Translation{"access.refresh.invalid", kInput},
    Translation{"access.token.unknown", kToken},
    Translation{"access.token.expired", kToken},
    Translation{"access.throttled", kThrottled},
    Translation{"application.not_found", kNoSuchApplication},
    Translation{"device.app.unknown", kNoSuchApplication},
    Translation{"device.not_found", kNoSuchDevice},
    Translation{"device.node_id.duplicate", kNodeIdTaken},
    Translation{"device.product.unknown", kNoSuchProduct},
    Translation{"device.upgrading", kDeviceUpgrading},
    Translation{"device.online", kDeviceOnline},
    Translation{"device.verify_code.invalid", kVerifyCode},
    Translation{"group.app.unknown", kNoSuchApplication},
    Translation{"group.device.unknown", kNoSuchDevice},
    Translation{"group.duplicate", kGroupNameTaken},
    Translation{"group.filter.members", kGroupByFilter},
    Translation{"group.full", kGroupFull},
    Translation{"group.not_found", kNoSuchDeviceGroup},
    Translation{"command.not_found", kNoSuchCommand},
    Translation{"command.not_pending", kCommandNotPending},
    Translation{"command.too_many", kTooManyCommands},
    Translation{"package.not_found", kNoPackageOrDevice},
    Translation{"package.in_use", kPackageInUse},
    Translation{"package.not_yours", kNotYours},
    Translation{"subscription.url.invalid", kCallbackUrl},
    Translation{"subscription.duplicate", kSameSubscription},
    Translation{"subscription.not_found", kNoSuchSubscription},
    Translation{"task.not_found", kNoSuchTask},
    Translation{"task.busy", kBusy},
    Translation{"task.package.not_found", kNoPackageOrDevice},
    Translation{"task.device.not_found", kNoPackageOrDevice},
    Translation{"task.group.not_found", kNoSuchGroup},
    Translation{"task.device.mismatch", kNotMatching},
    Translation{"task.policy.times_missing", kTimes},
    Translation{"task.policy.start_past", kStartInThePast},
    Translation{"task.policy.end_before_start", kStartAfterEnd},
    Translation{"task.policy.window_short", kWindowShort},
};

const VendorError& by_kind(ErrorKind kind, const VendorError& otherwise) {
    switch (kind) {
        case ErrorKind::TooLarge:
            return kTooLarge;
        case ErrorKind::Unsupported:
            return kNotOffered;
        case ErrorKind::Unavailable:
        case ErrorKind::StorageFull:
            return kUnavailable;
        case ErrorKind::Internal:
            return kFault;
        default:
            return otherwise;
    }
}

}  // namespace

ports::HttpResponse refusal(const VendorError& error, std::string_view detail) {
    std::string text(error.text);
    if (!detail.empty()) text.append(" ").append(detail);
    json::Writer out;
    out.begin_object().field("error_code", error.code).field("error_desc", text).end_object();
    ports::HttpResponse response{.status = error.status, .body = out.take(), .error_code = std::string(error.code)};
    response.headers.emplace_back("Content-Type", "application/json");
    return response;
}

ports::HttpResponse refusal(const Error& error, const VendorError& otherwise) {
    for (const auto& [code, translated] : kTranslations) {
        if (error.code == code) return refusal(translated);
    }
    const auto& vendor = by_kind(error.kind, otherwise);
    // A fault of ours is for our log, not for strangers.
    return refusal(vendor, vendor.status == 500 ? std::string_view{} : std::string_view(error.message));
}

}  // namespace cellwise::northbound
