// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/archive/upgrade_description_json.hpp"
#include "adapters/archive/zip_package_archive.hpp"
#include "adapters/crypto/hashing.hpp"
#include "adapters/crypto/package_verifier.hpp"
#include "adapters/sqlite/inline_database.hpp"
#include "adapters/system/package_directory.hpp"
#include "app/package_intake.hpp"
#include "app/package_service.hpp"
#include "tests/fakes/inline_executor.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/fakes/seeded_random.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace cellwise::crash {

/// The package side of a daemon over the real adapters, as one process has it: made anew, it is the next process.
struct Repository {
    explicit Repository(const std::filesystem::path& state, std::uint32_t seed = 1)
        : random(seed),
          database(sqlite::InlineDatabase::open({.path = state / "cellwise.db"}).value()),
          files(system::PackageDirectory::make(state / "packages").value()) {}

    template <class T, class Call>
    Result<T> result_of(const Call& call) {
        std::optional<Result<T>> result;
        call([&result](Result<T> given) { result.emplace(std::move(given)); });
        (void)database->commit();
        return result ? std::move(*result) : Result<T>(internal_error("test", "no answer"));
    }
    /// In pieces, as a network would bring it.
    Result<app::AcceptedPackage> upload(const std::string& bytes) {
        constexpr std::size_t kPiece = 300;
        const auto opened = intake.open({});
        if (!opened) return opened.error();
        for (auto rest = as_bytes(bytes); !rest.empty(); rest = rest.subspan(std::min(kPiece, rest.size()))) {
            if (const auto taken = (*opened)->write(rest.first(std::min(kPiece, rest.size()))); !taken) {
                return taken.error();
            }
        }
        return result_of<app::AcceptedPackage>([&](auto done) { (*opened)->finish(std::move(done)); });
    }

    fakes::ManualClock clock{};
    fakes::SeededRandom random;
    fakes::InlineExecutor background{};
    crypto::OpenSslHashing hashing{};
    crypto::PackageVerifier verifier{};
    archive::ZipPackageArchive archives{hashing};
    archive::JsonDescriptionReader descriptions{};
    std::unique_ptr<sqlite::InlineDatabase> database;
    std::unique_ptr<system::PackageDirectory> files;
    app::PackageFileKeeper keeper{*database, *files, background};
    app::PackageService service{*database, clock, random, verifier, keeper};
    app::PackageIntake intake{{.database = *database,
                               .clock = clock,
                               .random = random,
                               .hashing = hashing,
                               .signatures = verifier,
                               .archives = archives,
                               .descriptions = descriptions,
                               .files = *files,
                               .staging = *files,
                               .keeper = keeper},
                              1'000'000};
};

}  // namespace cellwise::crash
