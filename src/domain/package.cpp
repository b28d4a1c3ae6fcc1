// SPDX-License-Identifier: Apache-2.0
#include "cellwise/domain/package.hpp"

#include "cellwise/base/assert.hpp"
#include "cellwise/base/bytes.hpp"

#include <algorithm>

namespace cellwise::domain {
namespace {

/// FNV-1a, 32 bits, its halves folded. Never 0: that stands for "no code".
std::uint16_t stable_hash(std::string_view text) {
    std::uint32_t hash = 0x811C9DC5U;
    for (const auto byte : as_bytes(text)) hash = (hash ^ byte) * 0x01000193U;
    const auto folded = static_cast<std::uint16_t>((hash >> 16) ^ (hash & 0xFFFFU));
    return folded != 0 ? folded : std::uint16_t{1};
}

std::uint16_t as_word(const Bytes& two) { return static_cast<std::uint16_t>((two[0] << 8) | two[1]); }

}  // namespace

std::uint64_t chunk_count(std::uint64_t payload_size, std::uint16_t chunk_size) {
    CELLWISE_ASSERT(chunk_size > 0);
    return payload_size / chunk_size + (payload_size % chunk_size != 0 ? 1 : 0);
}

std::uint16_t wire_check_code(std::string_view version_check_code) {
    if (version_check_code.empty()) return 0;
    Bytes word;
    if (version_check_code.size() == 2) {
        const auto ascii = as_bytes(version_check_code);
        word.assign(ascii.begin(), ascii.end());
        return as_word(word);
    }
    if (version_check_code.size() == 4 && from_hex(version_check_code, word)) return as_word(word);
    return stable_hash(version_check_code);
}

bool matches_pattern(std::string_view version, std::string_view pattern) {
    std::size_t v = 0;
    std::size_t p = 0;
    // Only the last * is ever gone back to: what an earlier one could still give, the later one can too.
    std::optional<std::size_t> star;
    std::size_t star_end = 0;  // where the run that the last * stands for ends
    while (v < version.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            star_end = v;
        } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == version[v])) {
            ++p;
            ++v;
        } else if (star) {
            p = *star + 1;
            v = ++star_end;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

bool accepts_source_version(const std::vector<std::string>& patterns, const Version& source) {
    const auto matches = [version = source.raw()](const std::string& pattern) {
        return matches_pattern(version, pattern);
    };
    return patterns.empty() || std::any_of(patterns.begin(), patterns.end(), matches);
}

}  // namespace cellwise::domain
