// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/ports/executor.hpp"

#include <deque>
#include <functional>
#include <utility>

namespace cellwise::fakes {

/// Keeps what is posted until the test lets it run.
class ManualExecutor final : public ports::Executor {
 public:
    void post(std::function<void()> work) override { queue_.push_back(std::move(work)); }
    /// Runs all that waits, and what that posts.
    void run() {
        while (!queue_.empty()) {
            const auto work = std::move(queue_.front());
            queue_.pop_front();
            work();
        }
    }
    std::size_t waiting() const { return queue_.size(); }

 private:
    std::deque<std::function<void()>> queue_;
};

}  // namespace cellwise::fakes
