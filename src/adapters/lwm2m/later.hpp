// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/ports/executor.hpp"

#include <functional>
#include <memory>
#include <utility>

namespace cellwise::lwm2m {

/// Runs work on the loop after the piece under way, in order; not at all once this is gone.
class Later {
 public:
    explicit Later(ports::Executor& executor) : executor_(executor) {}
    Later(const Later&) = delete;
    Later& operator=(const Later&) = delete;

    void operator()(std::function<void()> work) {
        executor_.post([work = std::move(work), alive = std::weak_ptr(alive_)] {
            if (!alive.expired()) work();
        });
    }
    /// Guards a callback that somebody else keeps.
    std::weak_ptr<char> alive() const { return alive_; }

 private:
    ports::Executor& executor_;
    std::shared_ptr<char> alive_ = std::make_shared<char>('\0');
};

}  // namespace cellwise::lwm2m
