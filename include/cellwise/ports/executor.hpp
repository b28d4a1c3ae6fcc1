// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

namespace cellwise::ports {

/// The loop thread, on which all of app runs. Callable from any thread.
class Executor {
 public:
    virtual ~Executor() = default;
    virtual void post(std::function<void()> work) = 0;
};

}  // namespace cellwise::ports
