// SPDX-License-Identifier: Apache-2.0
#include "adapters/codec/json_command_codec.hpp"

#include "json/document.hpp"
#include "json/object_reader.hpp"
#include "json/writer.hpp"

#include "cellwise/base/base64.hpp"

#include <limits>
#include <utility>

namespace cellwise::codec {
namespace {

constexpr std::size_t kLongestAnswer = 2'048;

Error malformed(std::string_view field, std::string_view rule, std::string_view value) {
    return invalid("command.paras.invalid", "command.paras." + std::string(field), std::string(rule),
                   printable(value.substr(0, 64)));
}

/// {"name":"…"} and nothing else; the text is read only if it is.
std::optional<std::string> only_text(const json::Document& paras, const char* name) {
    json::ObjectReader in(paras, json::Unknown::Refuse);
    auto text = in.optional_text(name);
    return in.finish() ? text : std::nullopt;
}

}  // namespace

Result<Bytes> JsonCommandCodec::encode(const domain::CommandContent& content, std::uint16_t mid) const {
    const auto paras = json::Document::parse(content.paras, json::Duplicates::LastWins);
    if (!paras) return malformed("", "paras must be a JSON object", content.paras);
    if (const auto raw = only_text(*paras, "rawData")) {
        auto bytes = from_base64(*raw);
        if (!bytes || bytes->empty()) return malformed("rawData", "rawData must be base64 of at least a byte", *raw);
        return std::move(*bytes);
    }
    if (const auto hex = only_text(*paras, "hex")) {
        Bytes bytes;
        if (!from_hex(*hex, bytes) || bytes.empty()) {
            return malformed("hex", "hex must be hex digits, two a byte, of at least a byte", *hex);
        }
        return bytes;
    }
    json::Writer out;
    out.begin_object().field("mid", mid).field("serviceId", content.service_id).field("method", content.method);
    out.key("paras").whole(content.paras).end_object();
    const auto text = out.take();
    return Bytes(text.begin(), text.end());
}

std::optional<ports::CommandAnswer> JsonCommandCodec::find_answer(ByteView uplink) const {
    if (uplink.empty() || uplink.front() != '{' || uplink.size() > kLongestAnswer) return std::nullopt;
    const auto body = json::Document::parse(as_text(uplink), json::Duplicates::LastWins);
    if (!body) return std::nullopt;
    constexpr auto kAny = std::numeric_limits<std::int64_t>::max();
    json::ObjectReader in(*body, json::Unknown::Ignore);
    const auto mid = in.optional_integer("mid", 1, 0xFFFF);
    const auto code = in.optional_integer("errcode", -kAny, kAny);
    auto result = in.optional_object_text("body");
    if (!in.finish() || !mid || !code) return std::nullopt;
    return ports::CommandAnswer{
        .mid = static_cast<std::uint16_t>(*mid), .success = *code == 0, .result = std::move(result).value_or("")};
}

}  // namespace cellwise::codec
