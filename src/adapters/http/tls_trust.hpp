// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"

#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace boost::asio::ssl {
class context;
}

namespace cellwise::http {

/// Which authorities a client believes: the system's, and those of `ca`. May be exchanged while the client works.
/// Callable from any thread.
class TlsTrust {
 public:
    /// `ca` is PEM; empty: the system's authorities only. Errors: InvalidInput "tls.ca.malformed".
    static Result<std::shared_ptr<TlsTrust>> make(std::string_view ca);

    /// The same error; then what was there stays in force.
    Status exchange(std::string_view ca);

    std::shared_ptr<boost::asio::ssl::context> context() const;

 private:
    explicit TlsTrust(std::shared_ptr<boost::asio::ssl::context> context) : context_(std::move(context)) {}

    mutable std::mutex mutex_;
    std::shared_ptr<boost::asio::ssl::context> context_;
};

}  // namespace cellwise::http
