// SPDX-License-Identifier: Apache-2.0
#include "adapters/system/storage_ledger.hpp"

#include <algorithm>

namespace cellwise::system {

bool StorageLedger::has_room(std::uint64_t bytes) const {
    const std::lock_guard lock(mutex_);
    return fits(bytes);
}

bool StorageLedger::charge(const std::string& name, std::uint64_t bytes) {
    const std::lock_guard lock(mutex_);
    if (!fits(bytes)) return false;
    used_ += bytes;
    incoming_[name] += bytes;
    return true;
}

bool StorageLedger::charge_up_to(const std::string& name, std::uint64_t bytes) {
    const std::lock_guard lock(mutex_);
    auto& charged = incoming_[name];
    const auto more = bytes - std::min(bytes, charged);
    if (!fits(more)) return false;
    used_ += more;
    charged += more;
    return true;
}

void StorageLedger::drop(const std::string& name) {
    const std::lock_guard lock(mutex_);
    const auto found = incoming_.find(name);
    if (found == incoming_.end()) return;
    used_ -= found->second;
    incoming_.erase(found);
}

void StorageLedger::keep(const std::string& name, std::uint64_t replaced) {
    const std::lock_guard lock(mutex_);
    incoming_.erase(name);
    used_ -= std::min(used_, replaced);
}

void StorageLedger::erase(std::uint64_t bytes) {
    const std::lock_guard lock(mutex_);
    used_ -= std::min(used_, bytes);
}

std::uint64_t StorageLedger::used() const {
    const std::lock_guard lock(mutex_);
    return used_;
}

}  // namespace cellwise::system
