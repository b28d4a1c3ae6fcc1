// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"
#include "cellwise/domain/push.hpp"

#include <functional>

namespace cellwise::ports {

/// Carries one push to its application server. Loop thread only.
class PushSender {
 public:
    /// The status that the server answered with. An error: nobody knows whether it heard the push.
    using Done = std::function<void(Result<int>)>;

    virtual ~PushSender() = default;
    /// `done` runs on the loop, once, within the sender's time limit, never inside the call.
    virtual void send(const domain::Subscription& subscription, const domain::Push& push, Done done) = 0;
};

}  // namespace cellwise::ports
