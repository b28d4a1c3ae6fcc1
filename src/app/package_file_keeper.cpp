// SPDX-License-Identifier: Apache-2.0
#include "app/package_file_keeper.hpp"

#include "app/transact.hpp"

#include "cellwise/base/log.hpp"

#include <set>
#include <string_view>
#include <utility>

namespace cellwise::app {
namespace {

Result<bool> is_needed(ports::Transaction& tx, const std::string& hash) {
    const auto as_archive = tx.packages().uses_archive(hash);
    if (!as_archive || *as_archive) return as_archive;
    return tx.packages().uses_payload(hash);
}

/// The directory held against the table.
struct FilesAndRows {
    std::map<std::string, std::uint64_t> sizes{};
    std::set<std::string> needed{};
    std::vector<PackageId> incomplete{};

    Status walk(ports::Transaction& tx) {
        ports::PageRequest request{.limit = 500};
        while (true) {
            const auto page = tx.packages().list({}, request);
            if (!page) return page.error();
            for (const auto& package : page->items) look_at(package);
            if (page->next.empty()) return {};
            request.after = page->next;
        }
    }

 private:
    void look_at(const domain::Package& package) {
        const bool archive = has(package, "archive", package.archive_sha256, package.archive_size);
        const bool payload = has(package, "payload", package.payload_sha256, package.payload_size);
        if (!archive || !payload) incomplete.push_back(package.id);
    }
    bool has(const domain::Package& package, std::string_view part, const std::string& hash, std::uint64_t size) {
        needed.insert(hash);
        const auto file = sizes.find(hash);
        if (file != sizes.end() && file->second == size) return true;
        log::error("package without its file", {{"package", package.id},
                                                {"version", package.description.version.text()},
                                                {"part", part},
                                                {"sha256", hash},
                                                {"because", file == sizes.end() ? "missing" : "of another size"}});
        return false;
    }
};

}  // namespace

PackageFileKeeper::PackageFileKeeper(ports::Database& database, ports::PackageFiles& files,
                                     ports::Executor& background)
    : database_(database), files_(files), background_(background) {}

PackageFileKeeper::Claim::Claim(PackageFileKeeper& keeper, std::vector<std::string> hashes)
    : keeper_(keeper), hashes_(std::move(hashes)) {
    const std::lock_guard lock(keeper_.mutex_);
    for (const auto& hash : hashes_) ++keeper_.claims_[hash];
}

PackageFileKeeper::Claim::~Claim() {
    {
        const std::lock_guard lock(keeper_.mutex_);
        for (const auto& hash : hashes_) {
            const auto held = keeper_.claims_.find(hash);
            if (--held->second == 0) keeper_.claims_.erase(held);
        }
    }
    if (!leave_files_) keeper_.remove_unused(std::move(hashes_));
}

std::shared_ptr<PackageFileKeeper::Claim> PackageFileKeeper::claim(std::vector<std::string> hashes) {
    return std::make_shared<Claim>(*this, std::move(hashes));
}

void PackageFileKeeper::remove_unused(std::vector<std::string> hashes) {
    background_.post([this, hashes = std::move(hashes)] {
        for (const auto& hash : hashes) remove_now(hash);
    });
}

Result<PackageFileKeeper::Findings> PackageFileKeeper::check(const std::vector<ports::KeptFile>& kept) {
    FilesAndRows both;
    for (const auto& file : kept) both.sizes.emplace(file.sha256, file.size);
    const auto walked = database_.read([&both](ports::Transaction& tx) { return both.walk(tx); });
    if (!walked) return walked.error();
    std::vector<std::string> unused;
    for (const auto& file : kept) {
        if (!both.needed.contains(file.sha256)) unused.push_back(file.sha256);
    }
    Findings findings{.unused = unused.size(), .incomplete = std::move(both.incomplete)};
    if (!unused.empty()) log::warning("package files without a package are removed", {{"files", unused.size()}});
    remove_unused(std::move(unused));
    return findings;
}

void PackageFileKeeper::remove_now(const std::string& hash) {
    const std::lock_guard lock(mutex_);
    if (claims_.contains(hash)) return;  // its upload looks again when it ends
    const auto needed = read<bool>(database_, [&hash](ports::Transaction& tx) { return is_needed(tx, hash); });
    if (needed && *needed) return;
    const auto erased = needed ? files_.erase(hash) : Status{needed.error()};
    if (!erased) {
        log::warning("package file stays", {{"sha256", hash}, {"reason", erased.error().message}});
    }
}

}  // namespace cellwise::app
