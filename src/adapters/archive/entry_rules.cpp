// SPDX-License-Identifier: Apache-2.0
#include "adapters/archive/entry_rules.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>

namespace cellwise::archive {
namespace {

constexpr std::size_t kMaxNameLength = 512;

/// "a//b" has an empty component; the slash at a folder's end makes none.
bool has_component(std::string_view path, std::string_view wanted) {
    if (path.ends_with('/')) path.remove_suffix(1);
    while (true) {
        const auto slash = path.find('/');
        if (path.substr(0, slash) == wanted) return true;
        if (slash == std::string_view::npos) return false;
        path.remove_prefix(slash + 1);
    }
}

bool has_control_character(std::string_view name) {
    return std::ranges::any_of(name, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

Status check_name(const ZipEntry& entry) {
    const std::string_view name = entry.name;
    if (name.empty()) return broken_entry("name.empty", "an entry must have a name", entry);
    if (name.size() > kMaxNameLength) {
        return broken_entry("name.long", "a name has at most " + std::to_string(kMaxNameLength) + " bytes", entry);
    }
    if (name.find('\0') != std::string_view::npos) return broken_entry("name.nul", "a name may hold no NUL", entry);
    if (has_control_character(name))
        return broken_entry("name.control", "a name may hold no control characters", entry);
    if (name.find('\\') != std::string_view::npos) {
        return broken_entry("name.backslash", "folders are separated by /, and a name may hold no backslash", entry);
    }
    if (name.front() == '/' || (name.size() > 1 && name[1] == ':')) {
        return broken_entry("name.absolute", "a name must be relative", entry);
    }
    if (has_component(name, "..")) return broken_entry("name.parent", "a name may not lead upwards by ..", entry);
    if (has_component(name, ".") || has_component(name, "")) {
        return broken_entry("name.component", "a name may hold no empty component and no single dot", entry);
    }
    return {};
}

Status check_kind(const ZipEntry& entry) {
    const auto type = entry.unix_mode() & S_IFMT;
    if (type == S_IFLNK) return broken_entry("link", "a package may hold no links", entry);
    if (type != 0 && type != (entry.is_folder() ? S_IFDIR : S_IFREG)) {
        return broken_entry("special_file", "a package holds files and folders only", entry);
    }
    if (entry.encrypted() || entry.method == static_cast<std::uint16_t>(Method::Aes)) {
        return broken_entry("encrypted", "a package may not be encrypted", entry);
    }
    if (entry.method != static_cast<std::uint16_t>(Method::Stored) &&
        entry.method != static_cast<std::uint16_t>(Method::Deflated)) {
        return broken_entry(
            "method", "entries must be stored or deflated, not packed by method " + std::to_string(entry.method),
            entry);
    }
    return {};
}

std::string folded(std::string_view name) {
    if (name.ends_with('/')) name.remove_suffix(1);  // "linux" beside "linux/" would be one thing on a disk
    std::string lower(name);
    std::ranges::transform(lower, lower.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return lower;
}

Status check_unique(std::span<const ZipEntry> entries) {
    std::map<std::string, std::string_view> seen;
    for (const auto& entry : entries) {
        const auto [at, is_new] = seen.emplace(folded(entry.name), entry.name);
        if (is_new) continue;
        if (at->second == entry.name) return broken_entry("duplicate", "a name may occur only once", entry);
        return broken_entry("name.case", "names may not differ in case alone", entry);
    }
    return {};
}

bool is_folder_of_package(std::string_view name) { return name == "DM/" || name == "DM/linux/" || name == "linux/"; }

bool is_payload(std::string_view name) {
    return name.starts_with(kPayloadFolder) && name.find('/', kPayloadFolder.size()) == std::string_view::npos &&
           name.size() > kPayloadFolder.size();
}

}  // namespace

Status check_entries(std::span<const ZipEntry> entries) {
    for (const auto& entry : entries) {
        if (const auto name = check_name(entry); !name) return name;
        if (const auto kind = check_kind(entry); !kind) return kind;
    }
    return check_unique(entries);
}

Status check_sizes(std::span<const ZipEntry> entries, std::uint64_t max_size) {
    std::uint64_t total = 0;
    for (const auto& entry : entries) {
        total += entry.size;  // at most 1,000 times 4 GiB
        if (total > max_size) {
            return Error{ErrorKind::TooLarge,
                         "archive.too_large",
                         "a package unpacks to at most " + std::to_string(max_size) + " bytes",
                         {},
                         entry.shown_name()};
        }
        if (entry.size > kMaxRatio * entry.compressed_size) {
            return broken_entry("ratio",
                                "an entry may unpack to at most 200 times its size; store it instead of deflating it",
                                entry);
        }
    }
    return {};
}

Result<PackageLayout> find_layout(std::span<const ZipEntry> entries) {
    std::optional<std::size_t> description;
    std::optional<std::size_t> payload;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const auto& entry = entries[i];
        if (entry.name == kDescriptionPath) {
            description = i;
        } else if (is_payload(entry.name)) {
            if (payload) return broken_entry("payload_several", "the folder linux must hold one file only", entry);
            payload = i;
        } else if (!is_folder_of_package(entry.name) || entry.size != 0) {
            return broken_entry(
                "layout",
                "a package holds DM/linux/UpgradeDesc.json and one file in linux/, and nothing else: no "
                "folder around them either",
                entry);
        }
    }
    if (!description) return invalid("archive.description_missing", {}, "DM/linux/UpgradeDesc.json must be there");
    if (!payload) return invalid("archive.payload_missing", {}, "the folder linux must hold the vendor's file");
    if (entries[*description].size > kMaxDescriptionSize) {
        return broken_entry("description_too_large",
                            "UpgradeDesc.json has at most " + std::to_string(kMaxDescriptionSize) + " bytes",
                            entries[*description]);
    }
    if (entries[*payload].size == 0)
        return broken_entry("payload_empty", "the vendor's file may not be empty", entries[*payload]);
    return PackageLayout{.description = *description, .payload = *payload};
}

}  // namespace cellwise::archive
