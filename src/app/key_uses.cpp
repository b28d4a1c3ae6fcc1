// SPDX-License-Identifier: Apache-2.0
#include "app/key_uses.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace cellwise::app {
namespace {

constexpr std::uint32_t kPage = 500;

/// Every item of a list that is read page by page, until `take` wants no more.
template <class List, class Take>
Status for_each(const List& list, const Take& take) {
    ports::PageRequest request{.limit = kPage};
    while (true) {
        auto page = list(request);
        if (!page) return page.error();
        for (auto& item : page->items) {
            if (!take(item)) return {};
        }
        if (page->next.empty()) return {};
        request.after = page->next;
    }
}

}  // namespace

Result<KeyUses> find_key_uses(ports::Transaction& tx, const domain::PublicKey& key) {
    KeyUses uses;
    std::set<PackageId> verified;
    const ports::PackageFilter of_manufacturer{.manufacturer_name = key.manufacturer_name};
    const auto packages = for_each([&](const auto& page) { return tx.packages().list(of_manufacturer, page); },
                                   [&](domain::Package& package) {
                                       if (package.key_fingerprint != key.fingerprint) return true;
                                       if (uses.packages.size() == KeyUses::kMostUses) {
                                           uses.more = true;
                                           return false;
                                       }
                                       verified.insert(package.id);
                                       uses.packages.push_back(std::move(package));
                                       return true;
                                   });
    if (!packages) return packages.error();
    for (const auto state : {domain::TaskState::Wait, domain::TaskState::Processing}) {
        const auto tasks = for_each([&](const auto& page) { return tx.tasks().list({.state = state}, page); },
                                    [&](domain::Task& task) {
                                        if (!verified.contains(task.package)) return true;
                                        if (uses.tasks.size() == KeyUses::kMostUses) {
                                            uses.more = true;
                                            return false;
                                        }
                                        uses.tasks.push_back(std::move(task));
                                        return true;
                                    });
        if (!tasks) return tasks.error();
    }
    return uses;
}

}  // namespace cellwise::app
