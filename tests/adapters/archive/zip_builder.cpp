// SPDX-License-Identifier: Apache-2.0
#include "zip_builder.hpp"

namespace cellwise::test {
namespace {

void put_16(std::string& out, std::uint16_t value) {
    out += static_cast<char>(value & 0xFF);
    out += static_cast<char>(value >> 8);
}
void put_32(std::string& out, std::uint32_t value) {
    put_16(out, static_cast<std::uint16_t>(value & 0xFFFF));
    put_16(out, static_cast<std::uint16_t>(value >> 16));
}
std::uint16_t length_of(std::string_view text) { return static_cast<std::uint16_t>(text.size()); }
std::uint32_t size_of(std::string_view text) { return static_cast<std::uint32_t>(text.size()); }
std::uint32_t crc_of(const RawEntry& entry) { return entry.crc ? *entry.crc : crc32(entry.data); }

void put_local(std::string& out, const RawEntry& entry) {
    const auto name = entry.local_name.value_or(entry.name);
    const auto extra = entry.local_extra.value_or(entry.extra);
    out.append("PK\x03\x04");
    put_16(out, 20);
    put_16(out, entry.local_flags.value_or(entry.flags));
    put_16(out, entry.local_method.value_or(entry.method));
    put_32(out, 0x00210000);  // 1980-01-01
    put_32(out, entry.local_crc.value_or(crc_of(entry)));
    put_32(out, entry.local_compressed.value_or(size_of(entry.data)));
    put_32(out, entry.local_size.value_or(entry.size.value_or(size_of(entry.data))));
    put_16(out, length_of(name));
    put_16(out, length_of(extra));
    out.append(name).append(extra).append(entry.data).append(entry.descriptor);
}

void put_central(std::string& out, const RawEntry& entry, std::uint32_t offset) {
    out.append("PK\x01\x02");
    put_16(out, 0x031E);  // made on Unix
    put_16(out, 20);
    put_16(out, entry.flags);
    put_16(out, entry.method);
    put_32(out, 0x00210000);
    put_32(out, crc_of(entry));
    put_32(out, size_of(entry.data));
    put_32(out, entry.size.value_or(size_of(entry.data)));
    put_16(out, length_of(entry.name));
    put_16(out, length_of(entry.extra));
    put_16(out, 0);
    put_16(out, entry.disk);
    put_16(out, 0);
    put_32(out, entry.attributes);
    put_32(out, entry.offset.value_or(offset));
    out.append(entry.name).append(entry.extra);
}

}  // namespace

std::uint32_t crc32(std::string_view data) {
    std::uint32_t crc = 0xFFFFFFFF;
    for (const char c : data) {
        crc ^= static_cast<unsigned char>(c);
        for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xEDB88320U : 0U);
    }
    return ~crc;
}

std::string build(const RawZip& zip) {
    auto out = zip.before;
    std::string directory;
    for (const auto& entry : zip.entries) {
        put_central(directory, entry, size_of(out));
        put_local(out, entry);
    }
    out += zip.before_directory;
    const auto directory_offset = size_of(out);
    out.append(directory).append(zip.after_directory).append("PK\x05\x06");
    const auto count = zip.count.value_or(static_cast<std::uint16_t>(zip.entries.size()));
    put_16(out, zip.disk);
    put_16(out, zip.disk);
    put_16(out, count);
    put_16(out, count);
    put_32(out, zip.directory_size.value_or(size_of(directory)));
    put_32(out, zip.directory_offset.value_or(directory_offset));
    put_16(out, length_of(zip.comment));
    return out + zip.comment;
}

std::string build_directory(const std::vector<RawEntry>& entries) {
    std::string directory;
    for (const auto& entry : entries) put_central(directory, entry, 0);
    return directory;
}

std::string descriptor_of(std::string_view data, std::string_view unpacked) {
    std::string out = "PK\x07\x08";
    put_32(out, crc32(unpacked));
    put_32(out, size_of(data));
    put_32(out, size_of(unpacked));
    return out;
}

std::string a_description(std::string_view file_name) {
    return R"({"specVersion":"1.0","fileName":")" + std::string(file_name) +
           R"(","packageType":"softwarePackage","version":"V1.0","deviceType":"WaterMeter",)"
           R"("manufacturerName":"Acme","model":"WM-1","protocolType":"CoAP"})";
}

RawZip a_package(std::string_view payload) {
    return {.entries = {{.name = "DM/linux/UpgradeDesc.json", .data = a_description()},
                        {.name = "linux/firmware.bin", .data = std::string(payload)}}};
}

}  // namespace cellwise::test
