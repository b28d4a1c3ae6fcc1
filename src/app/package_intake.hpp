// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/package_file_keeper.hpp"
#include "app/upload_hash.hpp"

#include "cellwise/base/result.hpp"
#include "cellwise/domain/package.hpp"
#include "cellwise/ports/clock.hpp"
#include "cellwise/ports/database.hpp"
#include "cellwise/ports/description_reader.hpp"
#include "cellwise/ports/hashing.hpp"
#include "cellwise/ports/http.hpp"
#include "cellwise/ports/package_archive.hpp"
#include "cellwise/ports/package_files.hpp"
#include "cellwise/ports/random.hpp"
#include "cellwise/ports/signatures.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace cellwise::app {

class PackageIntake;

struct NewUpload {
    AppId app{};                                   ///< empty: an operator uploads
    std::string name{};                            ///< empty: the package is called as the vendor's file
    std::optional<std::uint64_t> declared_size{};  ///< Content-Length, if there is one: too large is told at once
};

struct AcceptedPackage {
    domain::Package package{};
    bool created = true;  ///< false: the same bytes were in the repository already, and this is their package
};
using PackageAccepted = std::function<void(Result<AcceptedPackage>)>;

/// A signed package that is being received: bytes go to a staging file and are hashed as they come. Dropping it at
/// any time leaves no file behind. One thread at a time, any thread.
class PackageUpload final : public ports::BodySink {
 public:
    ~PackageUpload() override;

    /// Errors: TooLarge "package.too_large", StorageFull "storage.full" "storage.quota". After an error there is
    /// nothing to be saved.
    Status write(ByteView piece) override;

    /// All bytes came: verifies, checks and keeps the package. Blocks while it reads the file (about a second per
    /// GiB) and waits for the disk: call it on an HTTP thread, never on the loop. Once. `done` runs once: on the
    /// calling thread, before finish returns, when the package is refused before anything was written; else on the
    /// loop, when its row is durable. Errors: "signature.*", "archive.*", "description.*", "package.*" and
    /// "storage.*" (docs/packages.md).
    void finish(PackageAccepted done);

    std::uint64_t size() const { return hash_.size(); }

 private:
    friend class PackageIntake;
    PackageUpload(PackageIntake& intake, NewUpload upload, std::unique_ptr<ports::StagingFile> file);

    PackageIntake& intake_;
    NewUpload upload_;
    std::unique_ptr<ports::StagingFile> file_;
    UploadHash hash_;
};

/// The way of a signed package into the repository: received, verified, unpacked, judged, kept durably and only then
/// made a row. Callable from any thread, several uploads at once; outlives its uploads and their callbacks.
class PackageIntake {
 public:
    /// What it works with; all of it is callable from any thread and outlives the intake.
    struct Needs {
        ports::Database& database;
        ports::Clock& clock;
        ports::Random& random;
        ports::Hashing& hashing;
        ports::SignatureVerifier& signatures;
        ports::PackageArchive& archives;
        ports::DescriptionReader& descriptions;
        ports::PackageFiles& files;
        ports::StagingArea& staging;
        PackageFileKeeper& keeper;
    };
    /// `max_size`: bytes, of the archive and of what it unpacks to.
    PackageIntake(const Needs& needs, std::uint64_t max_size);

    /// Makes the staging file. Errors: TooLarge "package.too_large", InvalidInput "text.invalid" for the name,
    /// StorageFull "storage.full" "storage.quota", Internal "file.unwritable".
    Result<std::shared_ptr<PackageUpload>> open(NewUpload upload);

 private:
    friend class PackageUpload;

    Error too_large() const;
    /// Everything that can be refused without writing. Errors: see PackageUpload::finish.
    Result<domain::Package> judge(const PackageUpload& upload, const std::filesystem::path& payload);
    Result<domain::PublicKey> check_signature(const PackageUpload& upload);
    Status keep_files(const std::filesystem::path& archive, const std::filesystem::path& payload,
                      const domain::Package& package);
    void accept(PackageUpload& upload, PackageAccepted done);

    Needs needs_;
    std::uint64_t max_size_;
};

}  // namespace cellwise::app
