// SPDX-License-Identifier: Apache-2.0
#include "adapters/northbound/device_request.hpp"

#include "json/object_reader.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace cellwise::northbound {
namespace {

using json::ObjectReader;

constexpr std::int64_t kLongestTimeout = 2'147'483'647;

PartialModel read_model(ObjectReader& in) {
    return {.manufacturer_name = in.optional_text({"manufacturerName", "manufactureName"}),
            .device_type = in.optional_text("deviceType"),
            .model = in.optional_text("model")};
}

/// The list as it came, in its compact form.
std::optional<std::string> read_tags(const json::Document& body, ObjectReader& in) {
    const auto& root = body.root();
    if (!root.is_object() || !root.contains("tags") || root.at("tags").is_null()) return std::nullopt;
    const auto& tags = root.at("tags");
    if (!tags.is_array()) in.fail("tags", "request.field.type", "must be a list");
    return tags.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::optional<std::uint32_t> read_timeout(ObjectReader& in) {
    const auto seconds = in.optional_integer("timeout", 0, kLongestTimeout);
    return seconds ? std::optional(static_cast<std::uint32_t>(*seconds)) : std::nullopt;
}

/// Either an id, or the three names of a product model together; anything less names none. False: an id that is none.
bool read_product(ObjectReader& in, std::optional<ObjectReader>& info, app::NewDevice& device) {
    if (const auto id = in.optional_text("productId"); id && !id->empty()) {
        device.product = ProductId::parse(*id);
        return device.product.has_value();
    }
    if (!info) return true;
    const auto said = read_model(*info);
    app::ModelName model{.manufacturer_name = said.manufacturer_name.value_or(""),
                         .device_type = said.device_type.value_or(""),
                         .model = said.model.value_or("")};
    const bool whole = !model.manufacturer_name.empty() && !model.device_type.empty() && !model.model.empty();
    if (whole) device.model = std::move(model);
    return true;
}

}  // namespace

std::optional<Refused> read_registration(const json::Document& body, app::NewDevice& device) {
    ObjectReader in(body, json::Unknown::Ignore);
    auto info = in.optional_object("deviceInfo");
    auto node_id = in.optional_text("nodeId");
    auto name = in.optional_text({"deviceName", "name"});
    auto& details = device.details;
    details.verify_code = in.optional_text("verifyCode");
    details.end_user_id = in.optional_text("endUserId");
    details.imsi = in.optional_text("imsi");
    details.secure = in.optional_flag("isSecure");
    details.psk = in.optional_text("psk");
    details.secret = in.optional_text("secret");
    details.location = in.optional_text("location");
    details.timeout_seconds = read_timeout(in);
    details.tags = read_tags(body, in);
    const bool product_is_known = read_product(in, info, device);
    if (info) {
        details.manufacturer_id = info->optional_text("manufacturerId");
        details.protocol = info->optional_text("protocolType");
        if (!node_id) node_id = info->optional_text("nodeId");
        if (!name) name = info->optional_text("name");
    }
    if (!node_id || node_id->empty()) in.fail("nodeId", "request.field.missing", "is required");
    if (const auto read = in.finish(); !read) return Refused{kInput, read.error().message};
    if (!product_is_known) return Refused{kNoSuchProduct};
    device.node_id = std::move(*node_id);
    device.name = name.value_or("");
    return std::nullopt;
}

std::optional<Refused> read_credentials(const json::Document& body, app::DeviceChange& change) {
    ObjectReader in(body, json::Unknown::Ignore);
    change.node_id = in.optional_text("nodeId");
    change.details.verify_code = in.optional_text("verifyCode");
    change.details.timeout_seconds = read_timeout(in);
    change.details.secret = in.optional_text("secret");
    if (const auto read = in.finish(); !read) return Refused{kInput, read.error().message};
    return std::nullopt;
}

std::optional<Refused> read_device_change(const json::Document& body, app::DeviceChange& change,
                                          PartialModel& model) {
    ObjectReader in(body, json::Unknown::Ignore);
    change.name = in.optional_text("name");
    model = read_model(in);
    auto& details = change.details;
    details.mute = in.optional_text("mute");
    details.manufacturer_id = in.optional_text("manufacturerId");
    details.protocol = in.optional_text("protocolType");
    details.location = in.optional_text("location");
    details.region = in.optional_text("region");
    details.timezone = in.optional_text("timezone");
    details.organization = in.optional_text("organization");
    details.imsi = in.optional_text("imsi");
    details.end_user_id = in.optional_text({"endUserId", "endUser"});
    details.psk = in.optional_text("psk");
    details.secure = in.optional_flag("isSecure");
    details.tags = read_tags(body, in);
    if (const auto read = in.finish(); !read) return Refused{kInput, read.error().message};
    return std::nullopt;
}

}  // namespace cellwise::northbound
