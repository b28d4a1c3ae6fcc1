// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/ports/metrics.hpp"

namespace cellwise::fakes {

/// For tests that look at no numbers.
class NullMetrics final : public ports::Metrics {
 public:
    ports::Counter& counter(std::string_view, std::string_view, Labels) override { return counter_; }
    ports::Gauge& gauge(std::string_view, std::string_view, Labels) override { return gauge_; }
    ports::Histogram& seconds(std::string_view, std::string_view, Labels) override { return histogram_; }
    std::string render() override { return {}; }

 private:
    struct Count final : ports::Counter {
        void add(double) override {}
    } counter_;
    struct Level final : ports::Gauge {
        void set(double) override {}
    } gauge_;
    struct Spread final : ports::Histogram {
        void observe(double) override {}
    } histogram_;
};

}  // namespace cellwise::fakes
