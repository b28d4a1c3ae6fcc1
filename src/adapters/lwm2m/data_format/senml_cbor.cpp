// SPDX-License-Identifier: Apache-2.0
#include "adapters/lwm2m/data_format/senml_cbor.hpp"

#include "adapters/lwm2m/data_format/cbor.hpp"
#include "adapters/lwm2m/data_format/names.hpp"

#include <cmath>

namespace cellwise::lwm2m::data_format {
namespace {

// RFC 8428, table 4.
constexpr std::int64_t kBaseName = -2, kBaseValue = -5, kName = 0, kValue = 2, kTextValue = 3, kBoolValue = 4,
                       kDataValue = 8;

using Item = CborReader::Item;

struct Record {
    std::optional<std::string> base_name{};
    std::optional<double> base_value{};
    std::string name{};
    std::optional<Value> value{};
};

std::optional<double> as_double(const Item& item) {
    if (const auto* whole = std::get_if<std::int64_t>(&item)) return static_cast<double>(*whole);
    if (const auto* real = std::get_if<double>(&item)) return *real;
    return std::nullopt;
}

template <class T>
void keep(const Item& item, std::optional<Value>& value) {
    if (const auto* found = std::get_if<T>(&item)) value = *found;
}

void take_member(Record& record, std::int64_t label, const Item& item) {
    const auto* text = std::get_if<std::string>(&item);
    switch (label) {
        case kBaseName:
            if (text != nullptr) record.base_name = *text;
            break;
        case kBaseValue:
            record.base_value = as_double(item);
            break;
        case kName:
            if (text != nullptr) record.name = *text;
            break;
        case kValue:
            keep<std::int64_t>(item, record.value);
            keep<double>(item, record.value);
            break;
        case kTextValue:
            keep<std::string>(item, record.value);
            break;
        case kBoolValue:
            keep<bool>(item, record.value);
            break;
        case kDataValue:
            keep<Bytes>(item, record.value);
            break;
        default:
            break;
    }
}

std::optional<Record> read_record(CborReader& reader) {
    const auto head = reader.next();
    const auto* map = head ? std::get_if<CborReader::Map>(&*head) : nullptr;
    if (map == nullptr) return std::nullopt;
    Record record;
    for (std::uint64_t i = 0; !map->count || i < *map->count; ++i) {
        const auto key = reader.next();
        if (!key) return std::nullopt;
        if (std::holds_alternative<CborReader::Break>(*key)) return map->count ? std::nullopt : std::optional(record);
        if (!reader.skip_content(*key)) return std::nullopt;
        const auto value = reader.next();
        if (!value || std::holds_alternative<CborReader::Break>(*value)) return std::nullopt;
        if (!reader.skip_content(*value)) return std::nullopt;
        if (const auto* label = std::get_if<std::int64_t>(&*key)) take_member(record, *label, *value);
    }
    return record;
}

void add_base(std::optional<Value>& value, double base_value) {
    if (!value || base_value == 0) return;
    double sum = base_value;
    if (const auto* whole = std::get_if<std::int64_t>(&*value)) {
        sum += static_cast<double>(*whole);
    } else if (const auto* real = std::get_if<double>(&*value)) {
        sum += *real;
    } else {
        return;
    }
    value = std::isfinite(sum) ? std::optional<Value>(sum) : std::nullopt;
}

/// Is there another record? Nothing: malformed.
std::optional<bool> has_more(const CborReader::Array& pack, std::uint64_t taken, CborReader& reader) {
    if (pack.count) return taken < *pack.count;
    auto ahead = reader;
    const auto item = ahead.next();
    if (!item) return std::nullopt;
    return !std::holds_alternative<CborReader::Break>(*item);
}

}  // namespace

Result<Nodes> decode_senml_cbor(const Path& base, ByteView payload) {
    CborReader reader(payload);
    const auto head = reader.next();
    const auto* pack = head ? std::get_if<CborReader::Array>(&*head) : nullptr;
    if (pack == nullptr) return malformed("SenML must be an array");
    std::string base_name;
    double base_value = 0;
    Nodes nodes;
    for (std::uint64_t taken = 0;; ++taken) {
        const auto more = has_more(*pack, taken, reader);
        if (!more) return malformed("the SenML array is cut off");
        if (!*more) return nodes;
        auto record = read_record(reader);
        if (!record) return malformed("a SenML record must be a map");
        if (record->base_name) base_name = *record->base_name;
        if (record->base_value) base_value = *record->base_value;
        const auto path = resolve_name(base, base_name, record->name);
        if (!path) return malformed("a name must be a path", printable(record->name));
        add_base(record->value, base_value);
        if (!record->value) continue;
        if (auto status = append_node(nodes, *path, std::move(*record->value)); !status) return status.error();
    }
}

}  // namespace cellwise::lwm2m::data_format
