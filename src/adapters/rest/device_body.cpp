// SPDX-License-Identifier: Apache-2.0
#include "adapters/rest/device_body.hpp"

#include "adapters/rest/call.hpp"

namespace cellwise::rest {

Result<app::NewDevice> read_new_device(const json::Document& body) {
    json::ObjectReader in(body, json::Unknown::Refuse);
    app::NewDevice device;
    device.node_id = in.text("nodeId");
    device.name = in.optional_text("name").value_or("");
    device.app = in.optional_parsed("appId", AppId::parse, kHex24Rule).value_or(AppId{});
    device.product = in.optional_parsed("productId", ProductId::parse, kHex24Rule);
    if (auto info = in.optional_object("deviceInfo")) {
        device.model = app::ModelName{.manufacturer_name = info->text("manufacturerName"),
                                      .device_type = info->text("deviceType"),
                                      .model = info->text("model")};
    }
    if (device.product && device.model) {
        in.fail("deviceInfo", "device.product.twice", "and productId exclude each other: one names the product");
    }
    if (!device.product && !device.model) {
        in.fail("productId", "request.field.missing", "or deviceInfo is required");
    }
    device.details.secret = in.optional_text("secret");
    device.details.cell = in.optional_text("cellId");
    if (in.has("psk")) in.fail("psk", "device.secret.unsupported", "is not offered yet");
    if (auto ok = in.finish(); !ok) return ok.error();
    return device;
}

}  // namespace cellwise::rest
