// SPDX-License-Identifier: Apache-2.0
#include "adapters/lwm2m/data_format/json.hpp"

#include "adapters/lwm2m/data_format/names.hpp"

#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>

namespace cellwise::lwm2m::data_format {
namespace {

using Json = nlohmann::json;

const Json* member(const Json& object, const char* name) {
    const auto it = object.find(name);
    return it == object.end() ? nullptr : &*it;
}

std::string_view text_member(const Json& object, const char* name) {
    const auto* found = member(object, name);
    return found != nullptr && found->is_string() ? std::string_view(found->get_ref<const std::string&>()) : "";
}

std::optional<Value> number(const Json& value) {
    if (value.is_number_unsigned() &&
        value.get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
        return value.get<double>();
    }
    if (value.is_number_integer()) return value.get<std::int64_t>();
    if (value.is_number_float() && std::isfinite(value.get<double>())) return value.get<double>();
    return std::nullopt;
}

std::optional<Value> number_plus(const Json& value, double base_value) {
    auto plain = number(value);
    if (!plain || base_value == 0) return plain;
    const auto sum = base_value + value.get<double>();
    return std::isfinite(sum) ? std::optional<Value>(sum) : std::nullopt;
}

/// The value of a record under the labels that its format uses; nothing when it bears none that we know.
std::optional<Value> value_of(const Json& record, const char* text_label, const char* bool_label, double base_value) {
    if (const auto* found = member(record, "v"); found != nullptr) return number_plus(*found, base_value);
    if (const auto* found = member(record, text_label); found != nullptr && found->is_string()) {
        return Value(found->get<std::string>());
    }
    if (const auto* found = member(record, bool_label); found != nullptr && found->is_boolean()) {
        return Value(found->get<bool>());
    }
    return std::nullopt;
}

Json parse(ByteView payload) { return Json::parse(payload.begin(), payload.end(), nullptr, false); }

}  // namespace

Result<Nodes> decode_lwm2m_json(const Path& base, ByteView payload) {
    const auto root = parse(payload);
    if (!root.is_object()) return malformed("LwM2M JSON must be an object");
    const auto* records = member(root, "e");
    if (records == nullptr || !records->is_array()) return malformed("LwM2M JSON must have an array \"e\"");
    const auto base_name = text_member(root, "bn");
    Nodes nodes;
    for (const auto& record : *records) {
        if (!record.is_object()) return malformed("an element of \"e\" must be an object");
        const auto path = resolve_name(base, base_name, text_member(record, "n"));
        if (!path) return malformed("a name must be a path", printable(text_member(record, "n")));
        auto value = value_of(record, "sv", "bv", 0);
        if (!value) continue;
        if (auto status = append_node(nodes, *path, std::move(*value)); !status) return status.error();
    }
    return nodes;
}

Result<Nodes> decode_senml_json(const Path& base, ByteView payload) {
    const auto root = parse(payload);
    if (!root.is_array()) return malformed("SenML must be an array");
    std::string base_name;
    double base_value = 0;
    Nodes nodes;
    for (const auto& record : root) {
        if (!record.is_object()) return malformed("a SenML record must be an object");
        if (member(record, "bn") != nullptr) base_name = text_member(record, "bn");
        if (const auto* found = member(record, "bv"); found != nullptr && found->is_number()) {
            base_value = found->get<double>();
        }
        const auto path = resolve_name(base, base_name, text_member(record, "n"));
        if (!path) return malformed("a name must be a path", printable(text_member(record, "n")));
        auto value = value_of(record, "vs", "vb", base_value);
        if (!value) continue;
        if (auto status = append_node(nodes, *path, std::move(*value)); !status) return status.error();
    }
    return nodes;
}

}  // namespace cellwise::lwm2m::data_format
