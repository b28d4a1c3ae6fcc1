// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/radio_object.hpp"

#include "adapters/lwm2m/coap/message.hpp"

#include <array>
#include <string>
#include <vector>

namespace cellwise::sim {
namespace {

namespace format = lwm2m::coap::format;

struct Resource {
    std::uint16_t id;
    std::int64_t value;
};

constexpr std::int64_t kNbIot = 7;  // resource 0, network bearer

std::vector<Resource> resources_of(const Radio& radio) {
    std::vector<Resource> found{{0, kNbIot}};
    if (radio.rsrp_dbm) found.push_back({2, *radio.rsrp_dbm});
    if (radio.cell) found.push_back({8, *radio.cell});
    if (radio.sinr_db) found.push_back({11, *radio.sinr_db});
    return found;
}

std::size_t integer_width(std::int64_t value) {
    if (value >= INT8_MIN && value <= INT8_MAX) return 1;
    if (value >= INT16_MIN && value <= INT16_MAX) return 2;
    if (value >= INT32_MIN && value <= INT32_MAX) return 4;
    return 8;
}

/// LwM2M 1.0, 6.4.3: type 11 (resource with value), 8-bit identifier; a length below 8 stands in the type byte.
void append_tlv(Bytes& out, const Resource& resource) {
    constexpr std::uint8_t kResourceWithValue = 0xC0;
    constexpr std::uint8_t kLengthFollows = 0x08;
    const auto width = integer_width(resource.value);
    const bool fits = width < 8;
    out.push_back(static_cast<std::uint8_t>(kResourceWithValue | (fits ? width : kLengthFollows)));
    out.push_back(static_cast<std::uint8_t>(resource.id));
    if (!fits) out.push_back(static_cast<std::uint8_t>(width));
    const auto bits = static_cast<std::uint64_t>(resource.value);
    for (auto left = width; left > 0; --left) {
        out.push_back(static_cast<std::uint8_t>((bits >> (8 * (left - 1))) & 0xFFU));
    }
}

Bytes as_tlv(const std::vector<Resource>& resources) {
    Bytes out;
    for (const auto& resource : resources) append_tlv(out, resource);
    return out;
}

/// LwM2M 1.0, 6.4.4: {"bn":"/4/0/","e":[{"n":"2","v":-95},…]}; SenML has one array with the base name in its first.
Bytes as_json(const std::vector<Resource>& resources, bool senml) {
    std::string text = senml ? "[" : R"({"bn":"/4/0/","e":[)";
    for (const auto& resource : resources) {
        const bool first = &resource == &resources.front();
        if (!first) text += ',';
        text += senml && first ? R"({"bn":"/4/0/","n":")" : R"({"n":")";
        text += std::to_string(resource.id) + R"(","v":)" + std::to_string(resource.value) + '}';
    }
    text += senml ? "]" : "]}";
    const auto bytes = as_bytes(text);
    return {bytes.begin(), bytes.end()};
}

}  // namespace

std::optional<Content> read_radio_object(const Radio& radio, const Dialect& dialect,
                                         std::optional<std::uint16_t> resource) {
    if (dialect.has(Trait::RadioInRegister)) return std::nullopt;
    auto wanted = resources_of(radio);
    if (resource) {
        std::erase_if(wanted, [id = *resource](const Resource& r) { return r.id != id; });
        if (wanted.empty()) return std::nullopt;
    } else if (dialect.has(Trait::RadioSingles)) {
        wanted.resize(1);
    }
    if (dialect.has(Trait::RadioJson)) return Content{format::kJson, as_json(wanted, false)};
    if (dialect.has(Trait::RadioSenml)) return Content{format::kSenmlJson, as_json(wanted, true)};
    return Content{format::kTlv, as_tlv(wanted)};
}

}  // namespace cellwise::sim
