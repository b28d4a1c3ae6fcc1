// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/ports/password_hashing.hpp"

#include <functional>

namespace cellwise::fakes {

/// Hashes nothing: "plain:" and the password. Counts, since the time it takes is what matters of the real one.
class PlainPasswords final : public ports::PasswordHashing {
 public:
    int matched = 0;  ///< calls of matches()
    std::function<void()> while_matching = [] {};

    std::string hash(std::string_view password) override { return "plain:" + std::string(password); }
    bool matches(std::string_view password, std::string_view stored) override {
        ++matched;
        while_matching();
        return stored == "plain:" + std::string(password);
    }
};

}  // namespace cellwise::fakes
