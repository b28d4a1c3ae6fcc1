// SPDX-License-Identifier: Apache-2.0
#include "adapters/system/prometheus_metrics.hpp"

#include "cellwise/base/assert.hpp"

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <exception>
#include <map>
#include <mutex>
#include <string>

namespace cellwise::system {
namespace {

class CounterOf final : public ports::Counter {
 public:
    explicit CounterOf(prometheus::Counter& metric) : metric_(metric) {}
    void add(double amount) override { metric_.Increment(amount); }

 private:
    prometheus::Counter& metric_;
};

class GaugeOf final : public ports::Gauge {
 public:
    explicit GaugeOf(prometheus::Gauge& metric) : metric_(metric) {}
    void set(double value) override { metric_.Set(value); }

 private:
    prometheus::Gauge& metric_;
};

class HistogramOf final : public ports::Histogram {
 public:
    explicit HistogramOf(prometheus::Histogram& metric) : metric_(metric) {}
    void observe(double value) override { metric_.Observe(value); }

 private:
    prometheus::Histogram& metric_;
};

const prometheus::Histogram::BucketBoundaries kSeconds{0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                                       0.05,   0.1,     0.25,   0.5,   1.0,    2.5,   5.0,  10.0};

prometheus::Labels to_labels(ports::Metrics::Labels labels) {
    prometheus::Labels out;
    for (const auto& [key, value] : labels) out.emplace(key, value);
    return out;
}

/// The library throws on a name it does not like, or one that bears another type: both are bugs of ours.
template <class Make>
auto& checked(Make make) {
    decltype(&make()) made = nullptr;
    try {
        made = &make();
    } catch (const std::exception&) {
    }
    CELLWISE_ASSERT(made != nullptr && "a metric's name or label is not allowed, or bears two types");
    return *made;
}

/// The port's face of each metric, made once.
template <class Face, class Metric>
class Faces {
 public:
    Face& of(Metric& metric) { return faces_.try_emplace(&metric, metric).first->second; }

 private:
    std::map<const Metric*, Face> faces_;
};

}  // namespace

struct PrometheusMetrics::Impl {
    std::mutex mutex;
    prometheus::Registry registry;
    Faces<CounterOf, prometheus::Counter> counters;
    Faces<GaugeOf, prometheus::Gauge> gauges;
    Faces<HistogramOf, prometheus::Histogram> histograms;
};

PrometheusMetrics::PrometheusMetrics() : impl_(std::make_unique<Impl>()) {}
PrometheusMetrics::~PrometheusMetrics() = default;

ports::Counter& PrometheusMetrics::counter(std::string_view name, std::string_view help, Labels labels) {
    const std::lock_guard lock(impl_->mutex);
    auto& metric = checked([&]() -> prometheus::Counter& {
        auto builder = prometheus::BuildCounter();
        auto& family = builder.Name(std::string(name)).Help(std::string(help)).Register(impl_->registry);
        return family.Add(to_labels(labels));
    });
    return impl_->counters.of(metric);
}

ports::Gauge& PrometheusMetrics::gauge(std::string_view name, std::string_view help, Labels labels) {
    const std::lock_guard lock(impl_->mutex);
    auto& metric = checked([&]() -> prometheus::Gauge& {
        auto builder = prometheus::BuildGauge();
        auto& family = builder.Name(std::string(name)).Help(std::string(help)).Register(impl_->registry);
        return family.Add(to_labels(labels));
    });
    return impl_->gauges.of(metric);
}

ports::Histogram& PrometheusMetrics::seconds(std::string_view name, std::string_view help, Labels labels) {
    const std::lock_guard lock(impl_->mutex);
    auto& metric = checked([&]() -> prometheus::Histogram& {
        auto builder = prometheus::BuildHistogram();
        auto& family = builder.Name(std::string(name)).Help(std::string(help)).Register(impl_->registry);
        return family.Add(to_labels(labels), kSeconds);
    });
    return impl_->histograms.of(metric);
}

std::string PrometheusMetrics::render() {
    // Collect() and Serialize() take the library's own locks; ours only guards the faces.
    return prometheus::TextSerializer{}.Serialize(impl_->registry.Collect());
}

}  // namespace cellwise::system
