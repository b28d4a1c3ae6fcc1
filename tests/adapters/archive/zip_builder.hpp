// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// ZIP archives byte by byte, right ones and wrong ones.
namespace cellwise::test {

std::uint32_t crc32(std::string_view data);

/// An entry; what is not said is what a right archive would have there.
struct RawEntry {
    std::string name{};
    std::string data{};  ///< as it lies in the file
    std::uint16_t method = 0;
    std::uint16_t flags = 0;
    std::uint32_t attributes = 0;
    std::optional<std::uint32_t> size{};  ///< unpacked
    std::optional<std::uint32_t> crc{};
    std::string extra{};
    std::string descriptor{};  ///< bytes behind the data
    std::optional<std::uint32_t> offset{};
    std::uint16_t disk = 0;

    // The local header, where it differs.
    std::optional<std::string> local_name{};
    std::optional<std::uint16_t> local_method{};
    std::optional<std::uint16_t> local_flags{};
    std::optional<std::uint32_t> local_crc{};
    std::optional<std::uint32_t> local_compressed{};
    std::optional<std::uint32_t> local_size{};
    std::optional<std::string> local_extra{};
};

struct RawZip {
    std::vector<RawEntry> entries{};
    std::string before{};            ///< ahead of the first entry; offsets count it in
    std::string before_directory{};  ///< behind the last entry
    std::string after_directory{};   ///< ahead of the end record
    std::string comment{};
    std::uint16_t disk = 0;
    std::optional<std::uint16_t> count{};
    std::optional<std::uint32_t> directory_size{};
    std::optional<std::uint32_t> directory_offset{};
};

std::string build(const RawZip& zip);
/// The central directory alone.
std::string build_directory(const std::vector<RawEntry>& entries);
/// crc, compressed size, size; with its signature.
std::string descriptor_of(std::string_view data, std::string_view unpacked);

/// A description that breaks no rule.
std::string a_description(std::string_view file_name = "firmware.bin");
/// The two files of a right package, stored.
RawZip a_package(std::string_view payload = "the vendor's file");

}  // namespace cellwise::test
