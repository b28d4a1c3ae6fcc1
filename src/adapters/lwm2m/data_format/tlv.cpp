// SPDX-License-Identifier: Apache-2.0
#include "adapters/lwm2m/data_format/tlv.hpp"

namespace cellwise::lwm2m::data_format {
namespace {

// Bits 7-6 of the type byte (6.4.3, table 23).
enum class Kind : std::uint8_t { ObjectInstance = 0, ResourceInstance = 1, MultipleResource = 2, Resource = 3 };

struct Entry {
    Kind kind;
    std::uint16_t id;
    ByteView value;
};

/// Takes the first entry off `bytes`.
std::optional<Entry> take_entry(ByteView& bytes) {
    const auto type = bytes[0];
    const std::size_t id_size = (type & 0x20) != 0 ? 2 : 1;
    const std::size_t length_size = (type >> 3U) & 3U;
    const auto header_size = 1 + id_size + length_size;
    if (bytes.size() < header_size) return std::nullopt;
    std::size_t id = 0;
    for (std::size_t i = 1; i <= id_size; ++i) id = id << 8U | bytes[i];
    std::size_t length = length_size == 0 ? type & 7U : 0U;
    for (std::size_t i = 1 + id_size; i < header_size; ++i) length = length << 8U | bytes[i];
    if (bytes.size() - header_size < length) return std::nullopt;
    const Entry entry{static_cast<Kind>(type >> 6U), static_cast<std::uint16_t>(id),
                      bytes.subspan(header_size, length)};
    bytes = bytes.subspan(header_size + length);
    return entry;
}

/// Kinds nest one way only, so the depth is bounded: instance > resource > resource instance.
Status decode_entries(ByteView bytes, const Path& base, Nodes& nodes);

std::optional<Path> path_of(const Entry& entry, const Path& base) {
    switch (entry.kind) {
        case Kind::ObjectInstance:
            return base.depth() <= 2 ? Path{base[0]}.child(entry.id) : std::nullopt;
        // A read of /4 may be answered without naming the only instance.
        case Kind::Resource:
        case Kind::MultipleResource:
            return base.depth() <= 3 ? Path{base[0], base.depth() > 1 ? base[1] : std::uint16_t{0}}.child(entry.id)
                                     : std::nullopt;
        case Kind::ResourceInstance:
            return base.depth() == 3 ? base.child(entry.id) : std::nullopt;
    }
    return std::nullopt;
}

bool may_hold(Kind outer, const Path& inner_base, Kind inner) {
    if (outer == Kind::ObjectInstance) return inner == Kind::Resource || inner == Kind::MultipleResource;
    return inner_base.depth() == 3 && inner == Kind::ResourceInstance;
}

Status decode_inner(const Entry& outer, const Path& path, Nodes& nodes) {
    for (auto rest = outer.value; !rest.empty();) {
        auto copy = rest;
        const auto entry = take_entry(copy);
        if (!entry) return malformed("a TLV entry is cut off", path.text());
        if (!may_hold(outer.kind, path, entry->kind)) return malformed("TLV entries nest the wrong way", path.text());
        rest = copy;
    }
    return decode_entries(outer.value, path, nodes);
}

Status decode_entries(ByteView bytes, const Path& base, Nodes& nodes) {
    while (!bytes.empty()) {
        const auto entry = take_entry(bytes);
        if (!entry) return malformed("a TLV entry is cut off", base.text());
        const auto path = path_of(*entry, base);
        if (!path) return malformed("a TLV entry stands where it cannot", base.text());
        if (entry->kind == Kind::ObjectInstance || entry->kind == Kind::MultipleResource) {
            if (auto status = decode_inner(*entry, *path, nodes); !status) return status;
            continue;
        }
        if (nodes.size() == kMaxNodes) return malformed("more than 256 values");
        nodes.push_back({*path, Bytes(entry->value.begin(), entry->value.end())});
    }
    return {};
}

}  // namespace

Result<Nodes> decode_tlv(const Path& base, ByteView payload) {
    if (base.depth() == 0) return malformed("TLV needs a path to stand under");
    Nodes nodes;
    if (auto status = decode_entries(payload, base, nodes); !status) return status.error();
    return nodes;
}

}  // namespace cellwise::lwm2m::data_format
