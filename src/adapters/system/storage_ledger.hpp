// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

namespace cellwise::system {

/// The bytes of the package directory against their quota: what is kept, and what comes in under names of its own.
/// Callable from any thread.
class StorageLedger {
 public:
    /// `kept`: bytes that are there already. They may be more than the quota, which then lets nothing in.
    StorageLedger(std::uint64_t quota, std::uint64_t kept) : quota_(quota), used_(kept) {}

    bool has_room(std::uint64_t bytes) const;
    /// Charges `bytes` more to what comes in as `name`; false, and nothing charged, when the quota forbids them.
    bool charge(const std::string& name, std::uint64_t bytes);
    /// What `name` has grown to by others than charge() is charged, too; false as above.
    bool charge_up_to(const std::string& name, std::uint64_t bytes);
    /// Nothing is left of what came in as `name`.
    void drop(const std::string& name);
    /// What came in as `name` is kept, in the place of a file of `replaced` bytes.
    void keep(const std::string& name, std::uint64_t replaced);
    /// A kept file is gone.
    void erase(std::uint64_t bytes);

    std::uint64_t used() const;

 private:
    bool fits(std::uint64_t bytes) const { return used_ <= quota_ && bytes <= quota_ - used_; }

    const std::uint64_t quota_;
    mutable std::mutex mutex_;
    std::uint64_t used_;
    std::map<std::string, std::uint64_t> incoming_{};  ///< part of used_
};

}  // namespace cellwise::system
