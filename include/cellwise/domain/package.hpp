// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/id.hpp"
#include "cellwise/base/result.hpp"
#include "cellwise/base/time.hpp"
#include "cellwise/domain/product.hpp"
#include "cellwise/domain/version.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cellwise::domain {

/// A manufacturer's key: packages that bear its signature are the manufacturer's.
struct PublicKey {
    KeyId id{};
    std::string manufacturer_name{};
    std::string algorithm{};    ///< "ecdsa-p256-sha256" and its like (docs/packages.md)
    std::string fingerprint{};  ///< lower-case hex SHA-256 of the SubjectPublicKeyInfo DER
    std::string pem{};          ///< SPKI
    Timestamp created_at{};
    std::optional<Timestamp> revoked_at{};

    friend bool operator==(const PublicKey&, const PublicKey&) = default;
};

/// UpgradeDesc.json after its rules were checked.
struct UpgradeDescription {
    std::string file_name{};
    Version version{};
    std::string device_type{};
    std::string manufacturer_name{};
    std::string model{};
    Protocol protocol = Protocol::Lwm2m;
    std::string description{};
    std::string version_check_code{};  ///< as written: empty, 2 or 4 characters
    std::uint16_t chunk_size = 500;    ///< bytes, 32..500
    std::string platform{};
    std::vector<std::string> source_versions{};  ///< patterns with * and ?; none: any
    std::string date{};                          ///< yyyy-MM-dd or empty

    friend bool operator==(const UpgradeDescription&, const UpgradeDescription&) = default;
};

/// A verified package in the repository. The payload is the vendor's file out of the archive.
struct Package {
    PackageId id{};
    AppId app{};  ///< empty: uploaded by an operator
    std::string name{};
    UpgradeDescription description{};
    std::string archive_sha256{};  ///< lower-case hex; also the archive's name on disk
    std::uint64_t archive_size = 0;
    std::string payload_sha256{};
    std::uint64_t payload_size = 0;  ///< bytes
    std::uint32_t chunk_count = 0;   ///< 0 for MQTT
    std::string key_fingerprint{};
    Timestamp uploaded_at{};

    friend bool operator==(const Package&, const Package&) = default;
};

/// ceil(payload_size / chunk_size).
std::uint64_t chunk_count(std::uint64_t payload_size, std::uint16_t chunk_size);

/// The WORD that stands for versionCheckCode in notice 20: four hex digits as their value ("1234" -> 0x1234), two
/// characters as their ASCII bytes ("12" -> 0x3132), empty -> 0, anything else -> a stable hash (FNV-1a folded to 16
/// bits, never 0).
std::uint16_t wire_check_code(std::string_view version_check_code);

/// `*` stands for any run of characters, `?` for one; the whole version must match.
bool matches_pattern(std::string_view version, std::string_view pattern);
/// True when the list is empty or one of its patterns matches.
bool accepts_source_version(const std::vector<std::string>& patterns, const Version& source);

}  // namespace cellwise::domain
