// SPDX-License-Identifier: Apache-2.0
#include "adapters/archive/upgrade_description_json.hpp"

#include "json/document.hpp"

#include "cellwise/base/bytes.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <optional>

namespace cellwise::archive {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMostShown = 80;
constexpr std::size_t kMaxFileName = 255;
constexpr std::uint16_t kLeastShard = 32;
constexpr std::uint16_t kMostShard = 500;

/// A field by its name in the JSON and its name in codes.
struct Field {
    std::string_view name;
    std::string_view code;
};
constexpr Field kSpecVersion{"specVersion", "spec_version"};
constexpr Field kFileName{"fileName", "file_name"};
constexpr Field kPackageType{"packageType", "package_type"};
constexpr Field kVersion{"version", "version"};
constexpr Field kDeviceType{"deviceType", "device_type"};
constexpr Field kManufacturerName{"manufacturerName", "manufacturer_name"};
constexpr Field kModel{"model", "model"};
constexpr Field kProtocolType{"protocolType", "protocol_type"};
constexpr Field kDescription{"description", "description"};
constexpr Field kCheckCode{"versionCheckCode", "version_check_code"};
constexpr Field kDeviceShard{"deviceShard", "device_shard"};
constexpr Field kPlatform{"platform", "platform"};
constexpr Field kSourceVersions{"supportSourceVersionList", "support_source_version_list"};
constexpr Field kDate{"date", "date"};
constexpr std::array kFields{kSpecVersion,      kFileName, kPackageType,    kVersion,     kDeviceType,
                             kManufacturerName, kModel,    kProtocolType,   kDescription, kCheckCode,
                             kDeviceShard,      kPlatform, kSourceVersions, kDate};

Error broken(const Field& field, std::string_view rule, std::string_view message, std::string_view value = {}) {
    return invalid("description." + std::string(field.code) + "." + std::string(rule), std::string(field.name),
                   std::string(field.name) + " " + std::string(message), printable(value.substr(0, kMostShown)));
}

bool is_printable_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7F; });
}

bool is_digits(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// Reads one field after the other and keeps the first error; what comes after it does no harm.
class Reader {
 public:
    explicit Reader(const Json& root) : root_(root) {}

    void fail(Error error) {
        if (status_) status_ = std::move(error);
    }
    const Status& status() const { return status_; }

    const Json* find(const Field& field) const {
        const auto at = root_.find(std::string(field.name));
        return at == root_.end() ? nullptr : &*at;
    }

    std::string optional_text(const Field& field) {
        const auto* value = find(field);
        if (value == nullptr) return {};
        const auto* text = value->get_ptr<const Json::string_t*>();
        if (text == nullptr) {
            fail(broken(field, "type", "must be a string", value->dump()));
            return {};
        }
        return *text;
    }
    std::string text(const Field& field) {
        auto value = optional_text(field);
        if (value.empty()) fail(broken(field, "missing", "must be there and not empty"));
        return value;
    }
    void constant(const Field& field, std::string_view wanted) {
        const auto value = text(field);
        if (value != wanted) fail(broken(field, "value", "must be \"" + std::string(wanted) + "\"", value));
    }

 private:
    const Json& root_;
    Status status_{};
};

std::string read_file_name(Reader& reader) {
    auto name = reader.text(kFileName);
    if (name.size() > kMaxFileName) reader.fail(broken(kFileName, "length", "has at most 255 bytes", name));
    const bool plain = name.find_first_of("/\\") == std::string::npos && name != "." && name != ".." &&
                       std::ranges::none_of(name, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
    if (!plain) reader.fail(broken(kFileName, "form", "must be a plain file name without folders", name));
    return name;
}

domain::Version read_version(Reader& reader) {
    const auto text = reader.text(kVersion);
    if (text.size() > domain::Version::kMaxLength) {
        reader.fail(broken(kVersion, "length", "must have 1 to 16 bytes", text));
    }
    const auto version = domain::Version::parse(text);
    if (!version) reader.fail(broken(kVersion, "ascii", "must be printable ASCII", text));
    return version.value_or(domain::Version{});
}

domain::Protocol read_protocol(Reader& reader) {
    const auto text = reader.text(kProtocolType);
    const auto protocol = domain::parse_protocol(text);
    if (!protocol) reader.fail(broken(kProtocolType, "value", "must be CoAP, LWM2M or MQTT", text));
    return protocol.value_or(domain::Protocol::Lwm2m);
}

std::string read_check_code(Reader& reader) {
    auto code = reader.optional_text(kCheckCode);
    if (!is_printable_ascii(code)) {
        reader.fail(broken(kCheckCode, "ascii", "must be printable ASCII", code));
    } else if (!code.empty() && code.size() != 2 && code.size() != 4) {
        reader.fail(broken(kCheckCode, "length", "must have 4 characters (or 2, as old packages have)", code));
    }
    return code;
}

std::uint16_t read_shard(Reader& reader) {
    const auto* value = reader.find(kDeviceShard);
    if (value == nullptr) return kMostShard;
    std::string digits;
    if (const auto* text = value->get_ptr<const Json::string_t*>()) {
        if (text->empty()) return kMostShard;
        digits = *text;
    } else if (value->is_number()) {
        digits = value->dump();
    } else {
        reader.fail(broken(kDeviceShard, "type", "must be a number or a string", value->dump()));
        return kMostShard;
    }
    std::uint64_t size = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), size);
    if (!is_digits(digits) || end != digits.data() + digits.size()) {
        reader.fail(broken(kDeviceShard, "integer", "must be a whole number of bytes", digits));
    } else if (error != std::errc{} || size < kLeastShard || size > kMostShard) {
        reader.fail(broken(kDeviceShard, "range", "must be 32 to 500 bytes", digits));
    }
    return reader.status() ? static_cast<std::uint16_t>(size) : kMostShard;
}

/// "V1.*; V2.0" is two patterns; empty ones between semicolons are none.
void add_patterns(Reader& reader, std::string_view text, std::vector<std::string>& patterns) {
    while (true) {
        const auto end = text.find(';');
        auto pattern = text.substr(0, end);
        while (pattern.starts_with(' ')) pattern.remove_prefix(1);
        while (pattern.ends_with(' ')) pattern.remove_suffix(1);
        if (!is_printable_ascii(pattern)) {
            reader.fail(
                broken(kSourceVersions, "ascii", "must be versions in printable ASCII, with * and ?", pattern));
        }
        if (!pattern.empty()) patterns.emplace_back(pattern);
        if (end == std::string_view::npos) return;
        text.remove_prefix(end + 1);
    }
}

std::vector<std::string> read_source_versions(Reader& reader) {
    std::vector<std::string> patterns;
    const auto* value = reader.find(kSourceVersions);
    if (value == nullptr) return patterns;
    const auto wrong_type = [&] {
        reader.fail(broken(kSourceVersions, "type", "must be a list of strings, or one string", value->dump()));
    };
    if (const auto* text = value->get_ptr<const Json::string_t*>()) {
        add_patterns(reader, *text, patterns);
    } else if (value->is_array()) {
        for (const auto& item : *value) {
            const auto* pattern = item.get_ptr<const Json::string_t*>();
            pattern == nullptr ? wrong_type() : add_patterns(reader, *pattern, patterns);
        }
    } else {
        wrong_type();
    }
    return patterns;
}

bool is_date(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
    const std::array parts{text.substr(0, 4), text.substr(5, 2), text.substr(8, 2)};
    std::array<int, 3> numbers{};
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (!is_digits(parts[i])) return false;
        std::from_chars(parts[i].data(), parts[i].data() + parts[i].size(), numbers[i]);
    }
    using namespace std::chrono;
    return year_month_day(year(numbers[0]), month(static_cast<unsigned>(numbers[1])),
                          day(static_cast<unsigned>(numbers[2])))
        .ok();
}

std::string read_date(Reader& reader) {
    auto date = reader.optional_text(kDate);
    if (!date.empty() && !is_date(date)) reader.fail(broken(kDate, "form", "must be a day as yyyy-MM-dd", date));
    return date;
}

std::vector<std::pair<std::string, std::string>> unknown_fields(const Json& root) {
    std::vector<std::pair<std::string, std::string>> unknown;
    for (const auto& [name, value] : root.items()) {
        const auto known = std::ranges::find(kFields, std::string_view(name), &Field::name);
        if (known == kFields.end()) unknown.emplace_back(name, value.dump());
    }
    return unknown;
}

/// The reader of JSON speaks of requests: here it is a file.
Error as_description_error(Error error) {
    constexpr std::string_view kOfRequests = "request.";
    if (error.code.starts_with(kOfRequests)) error.code.replace(0, kOfRequests.size(), "description.");
    return error;
}

}  // namespace

Result<ParsedDescription> parse_upgrade_description(std::string_view json) {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (json.starts_with(kByteOrderMark)) json.remove_prefix(kByteOrderMark.size());
    // The parser takes a NUL for the end and would not look at what is behind it.
    if (json.find('\0') != std::string_view::npos) {
        return invalid("description.json.malformed", {}, "UpgradeDesc.json must be JSON: it may hold no NUL");
    }
    const auto document = json::Document::parse(json, json::Duplicates::Refuse);
    if (!document) return as_description_error(document.error());
    const auto& root = document->root();
    if (!root.is_object())
        return invalid("description.json.not_object", {}, "UpgradeDesc.json must be a JSON object");

    Reader reader(root);
    domain::UpgradeDescription description;
    reader.constant(kSpecVersion, "1.0");
    description.file_name = read_file_name(reader);
    reader.constant(kPackageType, "softwarePackage");
    description.version = read_version(reader);
    description.device_type = reader.text(kDeviceType);
    description.manufacturer_name = reader.text(kManufacturerName);
    description.model = reader.text(kModel);
    description.protocol = read_protocol(reader);
    description.description = reader.optional_text(kDescription);
    description.version_check_code = read_check_code(reader);
    description.chunk_size = read_shard(reader);
    description.platform = reader.optional_text(kPlatform);
    description.source_versions = read_source_versions(reader);
    description.date = read_date(reader);
    if (!reader.status()) return reader.status().error();
    return ParsedDescription{.description = std::move(description), .unknown_fields = unknown_fields(root)};
}

Result<domain::UpgradeDescription> JsonDescriptionReader::read(std::string_view json) {
    auto parsed = parse_upgrade_description(json);
    if (!parsed) return parsed.error();
    return std::move(parsed->description);
}

}  // namespace cellwise::archive
