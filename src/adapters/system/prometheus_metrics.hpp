// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/ports/metrics.hpp"

#include <memory>

namespace cellwise::system {

/// The numbers of /metrics, kept by prometheus-cpp. One name is one type: asking for a gauge by a counter's name is a
/// bug, as is a name that Prometheus does not allow.
class PrometheusMetrics final : public ports::Metrics {
 public:
    PrometheusMetrics();
    ~PrometheusMetrics() override;

    ports::Counter& counter(std::string_view name, std::string_view help, Labels labels = {}) override;
    ports::Gauge& gauge(std::string_view name, std::string_view help, Labels labels = {}) override;
    ports::Histogram& seconds(std::string_view name, std::string_view help, Labels labels = {}) override;
    std::string render() override;

 private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace cellwise::system
