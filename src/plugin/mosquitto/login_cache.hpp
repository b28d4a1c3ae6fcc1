// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/time.hpp"
#include "cellwise/domain/mqtt_login.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

namespace cellwise::plugin {

/// Logins that the daemon has called good: of each device the last one, as a hash. A password is not kept, for one of
/// sign type 0 is good for ever.
class LoginCache {
 public:
    static constexpr std::size_t kMost = 200'000;

    void keep(const domain::mqtt::LoginQuestion& login, Timestamp now);
    void forget(const domain::mqtt::LoginQuestion& login);
    /// Whatever login of that name it was.
    void forget_name(const std::string& username) { good_.erase(username); }
    /// How long ago the very same login was called good.
    std::optional<Duration> age(const domain::mqtt::LoginQuestion& login, Timestamp now) const;
    std::size_t size() const { return good_.size(); }

 private:
    using Digest = std::array<std::uint8_t, 32>;
    struct Good {
        Digest digest{};
        Timestamp at{};
    };
    static Digest digest_of(const domain::mqtt::LoginQuestion& login);

    std::unordered_map<std::string, Good> good_{};
};

}  // namespace cellwise::plugin
