// SPDX-License-Identifier: Apache-2.0
#include "app/package_file_keeper.hpp"

#include "app/transact.hpp"

#include "cellwise/base/log.hpp"

#include <utility>

namespace cellwise::app {
namespace {

Result<bool> is_needed(ports::Transaction& tx, const std::string& hash) {
    const auto as_archive = tx.packages().uses_archive(hash);
    if (!as_archive || *as_archive) return as_archive;
    return tx.packages().uses_payload(hash);
}

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
    keeper_.remove_unused(std::move(hashes_));
}

std::shared_ptr<PackageFileKeeper::Claim> PackageFileKeeper::claim(std::vector<std::string> hashes) {
    return std::make_shared<Claim>(*this, std::move(hashes));
}

void PackageFileKeeper::remove_unused(std::vector<std::string> hashes) {
    background_.post([this, hashes = std::move(hashes)] {
        for (const auto& hash : hashes) remove_now(hash);
    });
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
