// SPDX-License-Identifier: Apache-2.0
#include "adapters/rest/paging.hpp"
#include "adapters/rest/resources.hpp"
#include "adapters/rest/time_text.hpp"

#include "cellwise/base/base64.hpp"
#include "cellwise/base/bytes.hpp"

namespace cellwise::rest::devices {
namespace {

using ports::Uplink;

struct Encoding {
    std::string_view name;
    std::string (*encode)(ByteView);
};
constexpr Encoding kHex{"hex", to_hex};
constexpr Encoding kBase64{"base64", to_base64};

Result<Encoding> encoding_of(const ports::HttpRequest& request) {
    const auto wanted = request.query_value("encoding").value_or(kHex.name);
    for (const auto& known : {kHex, kBase64}) {
        if (wanted == known.name) return known;
    }
    return invalid("request.query.invalid", "encoding", "encoding must be hex or base64", std::string(wanted));
}

}  // namespace

void list_uplinks(Call call) {
    const auto missing_device = missing(call, "device.not_found", "there is no such device");
    const auto id = path_id<DeviceId>(call, missing_device);
    if (!id) return refuse(call.respond, id.error());
    const auto page = page_of(call.request, {"encoding"});
    if (!page) return refuse(call.respond, page.error());
    const auto encoding = encoding_of(call.request);
    if (!encoding) return refuse(call.respond, encoding.error());
    const auto list = [&](ports::Transaction& tx) -> Result<ports::Page<Uplink>> {
        const auto device = tx.devices().find(*id);
        if (!device) return device.error();
        if (!*device) return missing_device;
        return tx.uplinks().list(*id, *page);
    };
    reply_list<Uplink>(call, list, [&](json::Writer& out, ports::Transaction&, const Uplink& uplink) -> Status {
        out.begin_object().field("at", to_rfc3339(uplink.at)).field("size", uplink.payload.size());
        out.field("encoding", encoding->name).field("payload", encoding->encode(uplink.payload)).end_object();
        return {};
    });
}

}  // namespace cellwise::rest::devices
