// SPDX-License-Identifier: Apache-2.0
#include "app/device_details.hpp"

#include "app/text_rules.hpp"

#include "cellwise/domain/coverage.hpp"
#include "cellwise/domain/product.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace cellwise::app {
namespace {

constexpr std::size_t kLongestTags = 4096;

/// The plain texts: what the change says, what is stored, the name in an error, the most characters.
struct TextField {
    std::optional<std::string> DetailsChange::*said;
    std::string domain::DeviceDetails::*stored;
    std::string_view name;
    std::size_t most;
};
constexpr std::array kTexts{
    TextField{&DetailsChange::verify_code, &domain::DeviceDetails::verify_code, "verifyCode", 256},
    TextField{&DetailsChange::end_user_id, &domain::DeviceDetails::end_user_id, "endUserId", 256},
    TextField{&DetailsChange::imsi, &domain::DeviceDetails::imsi, "imsi", 64},
    TextField{&DetailsChange::manufacturer_id, &domain::DeviceDetails::manufacturer_id, "manufacturerId", 256},
    TextField{&DetailsChange::protocol, &domain::DeviceDetails::protocol, "protocolType", 16},
    TextField{&DetailsChange::mute, &domain::DeviceDetails::mute, "mute", 8},
    TextField{&DetailsChange::location, &domain::DeviceDetails::location, "location", 1024},
    TextField{&DetailsChange::region, &domain::DeviceDetails::region, "region", 256},
    TextField{&DetailsChange::timezone, &domain::DeviceDetails::timezone, "timezone", 256},
    TextField{&DetailsChange::organization, &domain::DeviceDetails::organization, "organization", 256},
    TextField{&DetailsChange::cell, &domain::DeviceDetails::cell, "cellId", 32},
};

bool is_psk(std::string_view text) {
    return text.size() >= 8 && text.size() <= 32 &&
           text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

bool is_secret(std::string_view text) {
    constexpr std::string_view kPlain = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-";
    return text.size() >= 8 && text.size() <= 64 && text.find_first_not_of(kPlain) == std::string_view::npos;
}

Error wrong(std::string field, const std::string& rule, std::string value = {}) {
    auto message = field + ' ' + rule;
    return invalid("device.field.invalid", std::move(field), std::move(message), std::move(value));
}

Status check_words(const DetailsChange& change) {
    if (change.mute && !change.mute->empty() && *change.mute != "TRUE" && *change.mute != "FALSE") {
        return wrong("mute", "must be TRUE or FALSE", *change.mute);
    }
    if (change.protocol && !change.protocol->empty() && !domain::parse_protocol(*change.protocol)) {
        return wrong("protocolType", "must be CoAP, LWM2M or MQTT", *change.protocol);
    }
    if (change.cell && !change.cell->empty() && !domain::CellId::parse(*change.cell)) {
        return wrong("cellId", "must have at most 32 printable ASCII characters", *change.cell);
    }
    if (change.tags && change.tags->size() > kLongestTags) {
        return wrong("tags", "must have at most " + std::to_string(kLongestTags) + " bytes");
    }
    return {};
}

}  // namespace

bool DetailsChange::says_nothing() const {
    for (const auto& text : kTexts) {
        if (this->*text.said) return false;
    }
    return !tags && !secure && !psk && !secret && !timeout_seconds;
}

Status check_details(const DetailsChange& change) {
    if (change.verify_code && !check_text("verifyCode", *change.verify_code, {1, 256})) {
        return invalid("device.verify_code.invalid", "verifyCode",
                       "verifyCode must have 1 to 256 characters, no control characters and no blank at its ends",
                       *change.verify_code);
    }
    for (const auto& text : kTexts) {
        const auto& said = change.*text.said;
        if (!said) continue;
        if (auto ok = check_text(text.name, *said, {0, text.most}); !ok) return ok;
    }
    if (auto ok = check_words(change); !ok) return ok;
    if (change.psk && !is_psk(*change.psk)) return wrong("psk", "must have 8 to 32 hex digits");
    if (change.secret && !is_secret(*change.secret)) {
        return wrong("secret", "must have 8 to 64 letters, digits, - and _");
    }
    return {};
}

Status seal_secrets(DetailsChange& change, const DeviceId& device, ports::SecretBox& box) {
    for (auto* secret : {&change.psk, &change.secret}) {
        if (!*secret) continue;
        auto sealed = box.seal(**secret, device.view());
        if (!sealed) return sealed.error();
        *secret = std::move(*sealed);
    }
    return {};
}

void lay_over(domain::DeviceDetails& details, const DetailsChange& change, Timestamp now) {
    for (const auto& text : kTexts) {
        if (const auto& said = change.*text.said) details.*text.stored = *said;
    }
    if (change.tags) details.tags = *change.tags;
    if (change.secure) details.secure = *change.secure;
    if (change.psk) details.sealed_psk = *change.psk;
    if (change.secret) details.sealed_secret = *change.secret;
    if (!change.timeout_seconds) return;
    details.timeout_seconds = *change.timeout_seconds;
    details.expires_at = std::nullopt;
    if (details.timeout_seconds > 0) details.expires_at = now + std::chrono::seconds(details.timeout_seconds);
}

}  // namespace cellwise::app
