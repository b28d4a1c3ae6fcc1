// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace cellwise::ports {

class Counter {
 public:
    virtual ~Counter() = default;
    virtual void add(double amount = 1) = 0;
};
class Gauge {
 public:
    virtual ~Gauge() = default;
    virtual void set(double value) = 0;
};
class Histogram {
 public:
    virtual ~Histogram() = default;
    virtual void observe(double value) = 0;
};

/// Numbers for /metrics. What is asked for twice by the same name and labels is the same. The references live as long
/// as the Metrics. Callable from any thread.
class Metrics {
 public:
    using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

    virtual ~Metrics() = default;
    virtual Counter& counter(std::string_view name, std::string_view help, Labels labels = {}) = 0;
    virtual Gauge& gauge(std::string_view name, std::string_view help, Labels labels = {}) = 0;
    /// Buckets from 0.1 ms to 10 s.
    virtual Histogram& seconds(std::string_view name, std::string_view help, Labels labels = {}) = 0;
    /// Prometheus text format.
    virtual std::string render() = 0;
};

}  // namespace cellwise::ports
