// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/http/cidr.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace cellwise::http {

using Addresses = Result<std::vector<IpAddress>>;

/// Asks the system (getaddrinfo) and blocks as long as that does. Error: "http.resolve.failed".
Addresses resolve_by_system(const std::string& host);

/// Looks names up on a few threads of its own, one look-up per name at a time, so that a name whose servers are away
/// holds up itself and not the others. Nothing is remembered: an address is looked up, and judged, for each attempt.
class NameResolver {
 public:
    /// Blocks; called on the resolver's threads, several at once.
    using Lookup = std::function<Addresses(const std::string& host)>;
    /// Runs on a thread of the resolver.
    using Done = std::function<void(const Addresses& addresses)>;

    explicit NameResolver(Lookup lookup = resolve_by_system, std::size_t threads = 4);
    /// Does not wait for look-ups under way: nothing can end a getaddrinfo, and it may take half a minute. Their
    /// `done` is not called any more once stop() has returned.
    ~NameResolver();
    NameResolver(const NameResolver&) = delete;
    NameResolver& operator=(const NameResolver&) = delete;

    void resolve(const std::string& host, Done done);
    void stop();

 private:
    struct State;
    static void serve(const std::shared_ptr<State>& state);

    std::shared_ptr<State> state_;
};

}  // namespace cellwise::http
