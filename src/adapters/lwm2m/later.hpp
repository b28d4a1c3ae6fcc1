// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/ports/executor.hpp"

#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace cellwise::lwm2m {

/// Runs work on the loop after the piece under way, in order; not at all once this is gone. What has come together by
/// then is one piece to the loop; what that work adds is the next.
class Later {
 public:
    explicit Later(ports::Executor& executor) : executor_(executor) {}
    Later(const Later&) = delete;
    Later& operator=(const Later&) = delete;

    void operator()(std::function<void()> work) {
        waiting_.push_back(std::move(work));
        if (waiting_.size() > 1) return;
        executor_.post([this, alive = alive()] {
            if (!alive.expired()) run(alive);
        });
    }
    /// Guards a callback that somebody else keeps.
    std::weak_ptr<char> alive() const { return alive_; }

 private:
    void run(const std::weak_ptr<char>& alive) {
        std::vector<std::function<void()>> now;
        now.swap(waiting_);
        for (const auto& work : now) {
            work();
            if (alive.expired()) return;
        }
        // Its room is used again, unless the work has made some of its own.
        now.clear();
        if (waiting_.capacity() == 0) waiting_.swap(now);
    }

    ports::Executor& executor_;
    std::vector<std::function<void()>> waiting_{};
    std::shared_ptr<char> alive_ = std::make_shared<char>('\0');
};

}  // namespace cellwise::lwm2m
