// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/ports/executor.hpp"

namespace cellwise::fakes {

/// The caller's own thread is the loop.
class InlineExecutor final : public ports::Executor {
 public:
    void post(std::function<void()> work) override { work(); }
};

}  // namespace cellwise::fakes
