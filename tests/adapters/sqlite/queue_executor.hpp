// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/ports/executor.hpp"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <utility>

namespace cellwise::sqlite {

/// The test's own thread as the loop.
class QueueExecutor final : public ports::Executor {
 public:
    void post(std::function<void()> work) override {
        // Notified under the lock: once run_until() has seen its condition, this object may go.
        const std::lock_guard lock(mutex_);
        queue_.push_back(std::move(work));
        posted_.notify_one();
    }

    /// Runs what is posted until `reached` says so. Throws after half a minute without work: a hung test is a failed
    /// one.
    template <class Condition>
    void run_until(Condition reached) {
        while (!reached()) {
            std::function<void()> work;
            {
                std::unique_lock lock(mutex_);
                if (!posted_.wait_for(lock, std::chrono::seconds{30}, [this] { return !queue_.empty(); })) {
                    throw std::runtime_error("nothing was posted for 30 s");
                }
                work = std::move(queue_.front());
                queue_.pop_front();
            }
            ++runs_;
            work();
        }
    }
    void run_posted() {
        run_until([this] {
            const std::lock_guard lock(mutex_);
            return queue_.empty();
        });
    }
    std::size_t runs() const { return runs_; }

 private:
    std::mutex mutex_;
    std::condition_variable posted_;
    std::deque<std::function<void()>> queue_;
    std::size_t runs_ = 0;
};

}  // namespace cellwise::sqlite
