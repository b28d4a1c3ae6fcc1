// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/time.hpp"
#include "cellwise/ports/executor.hpp"
#include "cellwise/ports/metrics.hpp"

#include <functional>
#include <initializer_list>
#include <memory>

namespace boost::asio {
class io_context;
}

namespace cellwise::system {

/// The loop thread: whoever calls run() becomes it. Nothing that runs on it may block; probe_lag() tells when
/// something did. An exception that leaves a piece of work is a bug and leaves run() with it.
class EventLoop final : public ports::Executor {
 public:
    EventLoop();
    /// Work that was posted and never ran is destroyed unrun.
    ~EventLoop() override;

    /// In the order of the calls, never inside the call.
    void post(std::function<void()> work) override;

    /// Serves until stop(). Once only.
    void run();
    /// From any thread: the piece of work under way is the last.
    void stop();

    /// Runs `work` on the loop every `period`, the first time one period from now. A beat that could not be kept is
    /// left out, not made up for. Call before run() or on the loop.
    void run_every(Duration period, std::function<void()> work);
    /// Measures every `period` how late the loop comes to a timer, in seconds. Call before run() or on the loop.
    void probe_lag(ports::Histogram& lag, Duration period = Duration{100});
    /// Runs `work` on the loop for each of these signals, which lose their default effect. Call before run().
    void on_signals(std::initializer_list<int> signals, std::function<void(int)> work);

    /// For transports whose sockets live on this loop.
    boost::asio::io_context& context();

 private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace cellwise::system
