// SPDX-License-Identifier: Apache-2.0
#include "adapters/archive/package_structure.hpp"
#include "adapters/archive/upgrade_description_json.hpp"
#include "adapters/archive/zip_package_archive.hpp"
#include "adapters/crypto/hashing.hpp"
#include "targets.hpp"

#include "cellwise/domain/package.hpp"

#include <sys/mman.h>

#include <filesystem>
#include <sstream>
#include <string>
#include <unistd.h>

namespace cellwise::fuzz {
namespace {

/// A file that never touches a disk, and has a path nevertheless.
class MemoryPath {
 public:
    MemoryPath() : descriptor_(::memfd_create("archive", MFD_CLOEXEC)) { CELLWISE_ASSERT(descriptor_ >= 0); }
    MemoryPath(const MemoryPath&) = delete;
    MemoryPath& operator=(const MemoryPath&) = delete;
    ~MemoryPath() { ::close(descriptor_); }

    std::filesystem::path holding(ByteView content) const {
        CELLWISE_ASSERT(::ftruncate(descriptor_, 0) == 0);
        CELLWISE_ASSERT(::pwrite(descriptor_, content.data(), content.size(), 0) ==
                        static_cast<ssize_t>(content.size()));
        return "/proc/self/fd/" + std::to_string(descriptor_);
    }

 private:
    int descriptor_;
};

bool is_plain(std::string_view name) {
    return !name.empty() && name != "." && name != ".." &&
           name.find_first_of(std::string_view("/\\\0", 3)) == std::string_view::npos;
}

}  // namespace

void fuzz_zip_archive(ByteView input) {
    constexpr std::uint64_t kMaxSize = 1 << 24;
    std::istringstream file{std::string(as_text(input))};
    if (!archive::read_package_structure(file, kMaxSize)) return;  // the quick way out of almost every input
    static const MemoryPath path;
    static crypto::OpenSslHashing hashing;
    const auto contents = archive::ZipPackageArchive(hashing).examine(path.holding(input), kMaxSize);
    if (!contents) return;
    CELLWISE_ASSERT(is_plain(contents->payload_name));
    CELLWISE_ASSERT(contents->payload_size > 0 && contents->payload_size <= kMaxSize);
    CELLWISE_ASSERT(contents->description_json.size() <= archive::kMaxDescriptionSize);
    CELLWISE_ASSERT(contents->payload_sha256.size() == 64);
}

void fuzz_upgrade_description(ByteView input) {
    const auto parsed = archive::parse_upgrade_description(as_text(input));
    if (!parsed) {
        CELLWISE_ASSERT(parsed.error().code.starts_with("description."));
        return;
    }
    const auto& description = parsed->description;
    CELLWISE_ASSERT(is_plain(description.file_name));
    CELLWISE_ASSERT(!description.version.raw().empty() && description.version.raw().size() <= 16);
    CELLWISE_ASSERT(description.chunk_size >= 32 && description.chunk_size <= 500);
    for (const auto& pattern : description.source_versions) CELLWISE_ASSERT(!pattern.empty());
    (void)domain::accepts_source_version(description.source_versions, description.version);
    (void)domain::wire_check_code(description.version_check_code);
}

}  // namespace cellwise::fuzz
