// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace cellwise::ports {

/// Hashes of what people can remember: slow on purpose, some 100 ms and 32 MiB a call. Callable from any thread, but
/// not meant for the loop.
class PasswordHashing {
 public:
    virtual ~PasswordHashing() = default;
    /// One line with algorithm, cost, salt and hash; another one each time.
    virtual std::string hash(std::string_view password) = 0;
    /// Takes as long for a right password as for a wrong one. False also when `stored` is no such line.
    virtual bool matches(std::string_view password, std::string_view stored) = 0;
};

}  // namespace cellwise::ports
