// SPDX-License-Identifier: Apache-2.0
#include "adapters/system/event_loop.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <list>
#include <utility>

namespace cellwise::system {
namespace {

namespace asio = boost::asio;
using Steady = std::chrono::steady_clock;
/// How late a beat came.
using Beat = std::function<void(Steady::duration late)>;

class PeriodicTimer {
 public:
    PeriodicTimer(asio::io_context& context, Duration period, Beat beat)
        : timer_(context, Steady::now() + period), period_(period), beat_(std::move(beat)) {
        arm();
    }

 private:
    void arm() {
        timer_.async_wait([this](const boost::system::error_code& error) {
            if (!error) on_expiry();
        });
    }

    void on_expiry() {
        const auto due = timer_.expiry();
        beat_(Steady::now() - due);
        const auto now = Steady::now();
        timer_.expires_at(due + period_ > now ? due + period_ : now + period_);
        arm();
    }

    asio::steady_timer timer_;
    Duration period_;
    Beat beat_;
};

class SignalHook {
 public:
    SignalHook(asio::io_context& context, std::initializer_list<int> signals, std::function<void(int)> work)
        : set_(context), work_(std::move(work)) {
        for (const int signal : signals) set_.add(signal);
        arm();
    }

 private:
    void arm() {
        set_.async_wait([this](const boost::system::error_code& error, int signal) {
            if (error) return;
            work_(signal);
            arm();
        });
    }

    asio::signal_set set_;
    std::function<void(int)> work_;
};

}  // namespace

struct EventLoop::Impl {
    asio::io_context context{1};
    asio::executor_work_guard<asio::io_context::executor_type> busy{context.get_executor()};
    // Lists: a timer's pending wait holds its address.
    std::list<PeriodicTimer> timers;
    std::list<SignalHook> signals;
};

EventLoop::EventLoop() : impl_(std::make_unique<Impl>()) {}
EventLoop::~EventLoop() = default;

void EventLoop::post(std::function<void()> work) { asio::post(impl_->context, std::move(work)); }
void EventLoop::run() { impl_->context.run(); }
void EventLoop::stop() { impl_->context.stop(); }

void EventLoop::run_every(Duration period, std::function<void()> work) {
    impl_->timers.emplace_back(impl_->context, period, [work = std::move(work)](Steady::duration) { work(); });
}

void EventLoop::probe_lag(ports::Histogram& lag, Duration period) {
    impl_->timers.emplace_back(impl_->context, period, [&lag](Steady::duration late) {
        lag.observe(std::chrono::duration<double>(late).count());
    });
}

void EventLoop::on_signals(std::initializer_list<int> signals, std::function<void(int)> work) {
    impl_->signals.emplace_back(impl_->context, signals, std::move(work));
}

boost::asio::io_context& EventLoop::context() { return impl_->context; }

}  // namespace cellwise::system
