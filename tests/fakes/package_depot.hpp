// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/crypto/hashing.hpp"
#include "tests/fakes/temporary_directory.hpp"

#include "cellwise/ports/description_reader.hpp"
#include "cellwise/ports/package_archive.hpp"
#include "cellwise/ports/package_files.hpp"
#include "cellwise/ports/signatures.hpp"

#include <fstream>
#include <memory>
#include <string>
#include <utility>

/// Packages without cryptography and zip: a "signed package" is the text "<version>\n<payload>", for the product
/// model Acme / WaterMeter / WM-1, signed by whoever owns the key "GOOD KEY".
namespace cellwise::fakes {

inline constexpr const char* kGoodPem = "GOOD KEY";

inline std::string sha256_of(std::string_view text) {
    const auto stream = crypto::OpenSslHashing().new_sha256();
    stream->update(as_bytes(text));
    return stream->finish_hex();
}

/// A directory of package files.
class PackageDepot final : public ports::PackageFiles, public ports::StagingArea {
 public:
    Result<std::unique_ptr<ports::StagingFile>> open_staging_file(std::uint64_t) override {
        return std::unique_ptr<ports::StagingFile>(std::make_unique<File>(next_path()));
    }
    Result<std::filesystem::path> new_staging_file() override { return next_path(); }
    Status keep(const std::filesystem::path& staging, std::string_view sha256) override {
        std::filesystem::rename(staging, directory_ / sha256);
        return {};
    }
    void discard(const std::filesystem::path& staging) override { std::filesystem::remove(staging); }
    Result<std::shared_ptr<const ports::PayloadView>> open(std::string_view sha256) override {
        return std::shared_ptr<const ports::PayloadView>(
            std::make_shared<View>(TemporaryDirectory::read(directory_ / sha256)));
    }
    Status erase(std::string_view sha256) override {
        std::filesystem::remove(directory_ / sha256);
        return {};
    }
    std::vector<std::string> files() const { return directory_.files(); }

 private:
    class File final : public ports::StagingFile {
     public:
        explicit File(std::filesystem::path path) : path_(std::move(path)), out_(path_, std::ios::binary) {}
        Status write(ByteView bytes) override {
            out_ << as_text(bytes) << std::flush;
            return {};
        }
        const std::filesystem::path& path() const override { return path_; }

     private:
        std::filesystem::path path_;
        std::ofstream out_;
    };
    struct View final : ports::PayloadView {
        explicit View(std::string content) : content_(std::move(content)) {}
        ByteView bytes() const override { return as_bytes(content_); }
        std::string content_;
    };
    std::filesystem::path next_path() { return directory_ / ("staging-" + std::to_string(++staged_)); }

    TemporaryDirectory directory_{};
    int staged_ = 0;
};

class FakeSignatures final : public ports::SignatureVerifier {
 public:
    Result<ports::ParsedKey> parse_public_key(std::string_view pem) override {
        if (pem.find("KEY") == std::string_view::npos) {
            return invalid("public_key.malformed", "pem", "pem must be a public key");
        }
        return ports::ParsedKey{.algorithm = "ed25519", .fingerprint = sha256_of(pem)};
    }
    Result<ports::SignatureClaim> read_claim(const std::filesystem::path& file) override {
        if (TemporaryDirectory::read(file).starts_with("unsigned")) {
            return invalid("signature.missing", {}, "the package bears no signature");
        }
        return ports::SignatureClaim{.algorithm = "ed25519", .fingerprint = sha256_of(kGoodPem)};
    }
    Status verify(const std::filesystem::path&, std::string_view, const ports::Sha256Digest&) override { return {}; }
    std::string sha256_hex(ByteView bytes) override { return sha256_of(as_text(bytes)); }
};

class FakeArchives final : public ports::PackageArchive {
 public:
    Result<ports::ArchiveContents> extract(const std::filesystem::path& archive,
                                           const std::filesystem::path& payload_out, std::uint64_t) override {
        const auto text = TemporaryDirectory::read(archive);
        const auto line_end = text.find('\n');
        if (line_end == std::string::npos) return invalid("archive.malformed", {}, "this is no package");
        const auto payload = text.substr(line_end + 1);
        std::ofstream(payload_out, std::ios::binary) << payload;
        return ports::ArchiveContents{.description_json = text.substr(0, line_end),
                                      .payload_name = "wm.bin",
                                      .payload_size = payload.size(),
                                      .payload_sha256 = sha256_of(payload)};
    }
};

class FakeDescriptions final : public ports::DescriptionReader {
 public:
    Result<domain::UpgradeDescription> read(std::string_view version) override {
        const auto parsed = domain::Version::parse(version);
        if (!parsed) return invalid("description.version.length", "version", "version must have 1 to 16 characters");
        return domain::UpgradeDescription{.file_name = "wm.bin",
                                          .version = *parsed,
                                          .device_type = "WaterMeter",
                                          .manufacturer_name = "Acme",
                                          .model = "WM-1"};
    }
};

}  // namespace cellwise::fakes
